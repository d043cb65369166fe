"""Every file that is read with one thing wrong, counted: refused, something else, or a bug.

    python bench/mutated.py [--most 1000] [--seed 1] [--only workloads/] [--commands 0]

Each key is dropped, doubled and misspelt, each value of another kind and unit; in bills each cell,
column and row, in logs one line of every agent. Of each file up to `--most` mutations are tried.
With `--commands N` every Nth workload that was read as something else goes through the other
commands too. Ends with 1 where anything is a bug, or passes without a trace.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "support")]

from command_line import run  # noqa: E402
from mutations import DROPPED, Mutation  # noqa: E402
from other_files import other_files  # noqa: E402
from shipped_files import BUG, OTHER, SAME, Reading, verdict_on, whole_files  # noqa: E402

CALLS = (
    ("recommend", "--draws", "0", "--time-limit", "3"), ("check", "--draws", "0"),
    ("seats", "--draws", "0"), ("stress",), ("export",), ("compare", "--draws", "50"),
    ("check", "--draws", "0", "--option", "recommended"),
)  # fmt: skip


def main() -> int:
    """Count and print."""
    given = _arguments()
    told: Counter[tuple[str, str]] = Counter()
    commands: Counter[tuple[str, int]] = Counter()
    wrong: list[str] = []
    for reading in (*whole_files(), *other_files()):
        if given.only not in reading.name:
            continue
        whole = reading.apart(reading.content)
        found = list(whole.mutations())
        seeded = random.Random(f"{given.seed} {reading.name}")  # noqa: S311
        for one in seeded.sample(found, min(given.most, len(found))):
            text = whole.again(one)
            verdict = verdict_on(reading, text)
            told[one.kind, verdict.kind] += 1
            is_untold = verdict.kind == SAME and one.kind != DROPPED and not reading.may_pass
            if verdict.kind == BUG or is_untold:
                wrong.append(_named(reading, one, verdict.words or verdict.kind))
            is_workload = reading.name.startswith(("workloads/", "everything"))
            if given.commands and verdict.kind == OTHER and is_workload:
                wrong += _through_commands(reading, one, text, commands, given.commands)
    _print(told, commands, wrong)
    return 1 if wrong else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=1_000)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--only", default="")
    parser.add_argument("--commands", type=int, default=0)
    return parser.parse_args()


def _named(reading: Reading, one: Mutation, words: str) -> str:
    return f"{reading.name} {one.kind} {one.path} {one.entry[:100]!r}: {words[:200]}"


def _through_commands(
    reading: Reading, one: Mutation, text: str, commands: Counter[tuple[str, int]], every: int
) -> list[str]:
    """Ask one command of a mutated workload; return what is a bug."""
    number = sum(commands.values()) + commands["left out", 0]
    if number % every:
        commands["left out", 0] += 1
        return []
    call = CALLS[number // every % len(CALLS)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "team.yaml")
        path.write_text(text, encoding="utf-8")
        ended = run(call[0], path, *call[1:])
    commands[call[0], ended.code] += 1
    return [_named(reading, one, f"{call}: {ended.err}")] if ended.code == 70 else []


def _print(
    told: Counter[tuple[str, str]], commands: Counter[tuple[str, int]], wrong: list[str]
) -> None:
    verdicts = ("refused", OTHER, SAME, BUG)
    lines = ["| what is wrong | " + " | ".join(verdicts) + " |", "|---|--:|--:|--:|--:|"]
    lines += [
        f"| {kind} | " + " | ".join(f"{told[kind, one]:,}" for one in verdicts) + " |"
        for kind in sorted({kind for kind, _ in told})
    ]
    lines.append(f"\n{sum(told.values()):,} mutations, {len(wrong):,} of them wrong")
    asked = ", ".join(f"{name} → {code}: {n}" for (name, code), n in sorted(commands.items()))
    sys.stdout.write("\n".join([*lines, asked, *wrong]) + "\n")


if __name__ == "__main__":
    raise SystemExit(main())
