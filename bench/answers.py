"""What a person waits for an answer: this build against an older one, in one run, in turn.

    python bench/answers.py OLD_PYTHON [--only WORDS ...] [--growth] [--patience SECONDS]

OLD_PYTHON is the interpreter of an environment in which the older build is installed; this build
runs under the Python that runs this. Plans are made here, the same for both: some teams of
different sizes and intensities, eight kinds of work with tokens and values, eight options, a budget
and a policy. Each call is a process of its own; what takes less than five seconds is asked three
times, and the median counts. Wall time, CPU time and peak memory are printed as ratios of the older
build's; `--growth` then tells how this build's time grows with teams, kinds of work and options.
Both builds have answered once before, so that bytecode and whatever they keep are there.

Answers are held together: a spend or a net value that is further apart than one part in 10⁴, the
gap that the solver is asked for, is named below the table.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
TEAM = ROOT / "workloads" / "team.yaml"
SHORT, TIMES = 5.0, 3
SAME = 1e-4
GROWTH = (
    *((teams, 8, 8) for teams in (5, 25, 100, 400)),
    *((5, kinds, 8) for kinds in (2, 4)),
    *((5, 8, options) for options in (4, 6)),
)
ENVIRONMENT = {key: v for key, v in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
IMPORTS = "import typer, pydantic, yaml, numpy"

KINDS = (
    "bug-fix", "tests", "frontend", "greenfield", "docs", "refactor", "review", "migration",
)  # fmt: skip
AMPLE, TIGHT = 612, 441
"""Dollars of budget a head."""
SEATS = (
    "  copilot: {model: claude-sonnet-5-5, harness: copilot-cli, plan: github-copilot-business, "
    "token_multiplier: 0.9, quality: 0.95}"
)
A_MONTH = (14, 8, 5, 1.5, 6, 3, 9, 0.8)
SUCCESS = (62, 70, 45, 50, 80, 55, 75, 40)
WORTH = (40, 25, 60, 220, 12, 70, 15, 400)
REVIEW = (5, 3, 6, 20, 2, 8, 2, 25)
REWORK = (10, 8, 15, 60, 5, 20, 5, 90)
SEEN = (
    "detection: 90%, check: 0.2", "checked_by: tests", "", "checked_by: tests", "",
    "detection: 80%, check: 0.3", "", "detection: 70%, check: 0.5",
)  # fmt: skip
OPTIONS = (
    ("opus", "claude-opus-5-5", "claude-code", 1, 1),
    ("sonnet", "claude-sonnet-5-5", "claude-code", 0.9, 0.95),
    ("codex", "gpt-6.1-sol", "codex", 0.75, 0.97),
    ("flash", "gemini-3.8-flash", "gemini-cli", 1.1, 0.8),
    ("deepseek", "deepseek-v4-pro", "opencode", 1.3, 0.82),
    ("kimi", "kimi-k3.1-pro", "opencode", 1.2, 0.88),
    ("glm", "glm-5.3", "opencode", 1.25, 0.85),
    ("qwen", "qwen3.8-max", "opencode", 1.15, 0.84),
)


class Row(NamedTuple):
    """A call that is timed, and at most how much of the older build's time it may take.

    `is_tight`: seats of one plan, no second tries, and a budget that hardly pays for the work.
    """

    name: str
    command: str
    teams: int
    aim: float
    is_tight: bool = False


ROWS = (
    Row("`compare workloads/team.yaml`", "compare", 0, 0.75),
    Row("`compare`, 100 teams", "compare", 100, 0.35),
    Row("`stress`, 5 teams", "stress", 5, 0.20),
    Row("`stress`, 25 teams", "stress", 25, 0.20),
    Row("`recommend workloads/team.yaml`", "recommend", 0, 0.35),
    Row("`recommend`, 5 teams", "recommend", 5, 0.12),
    Row("`recommend`, 25 teams", "recommend", 25, 0.15),
    Row("`recommend`, 5 teams, tight", "recommend", 5, 0.12, is_tight=True),
)


class Took(NamedTuple):
    """What a call took: seconds on the wall, seconds of CPU, and its peak in MB."""

    wall: float
    cpu: float
    peak: float


# --- Plans ---------------------------------------------------------------------------------------


def plan(
    teams: int, kinds: int = len(KINDS), options: int = len(OPTIONS), *, is_tight: bool = False
) -> str:
    """Write a team file with so many teams, of different sizes, adoption and intensity."""
    people = [20 + (7 * n) % 31 for n in range(teams)]
    a_head = TIGHT if is_tight else AMPLE
    lines = ["start: 2027-01", "hour: 100", f"budget: {sum(people) * a_head}", "teams:"]
    for n, count in enumerate(people):
        busy = f"adoption: {60 + (n * 11) % 40}%, intensity: {1 + (n % 5) * 0.15:.2f}"
        lines.append(f"  t{n}: {{developers: {count}, {busy}}}")
    lines += ["current: opus", "tasks:", *map(task, range(kinds)), "options:"]
    for name, model, tool, multiplier, quality in OPTIONS[:options]:
        relative = f", token_multiplier: {multiplier}, quality: {quality}"
        more = relative if name != "opus" else ""
        lines.append(f"  {name}: {{model: {model}, harness: {tool}{more}}}")
    if is_tight:
        lines[-1] = SEATS
    floors = "default: 80%, greenfield: 75%" if "greenfield" in KINDS[:kinds] else "default: 80%"
    rules = f"min_quality: {{{floors}}}, vendor_overhead: 5_000"
    rules += ", cascades: no" if is_tight else ""
    lines.append(f"policy: {{max_vendor_share: 75%, {rules}}}")
    return "\n".join(lines) + "\n"


def task(k: int) -> str:
    """Write one kind of work."""
    tokens = (
        f"tokens: {{input: {20 + 5 * k}k, cache_write: {120 + 20 * k}k, "
        f"cache_read: {1200 + 300 * k}k, output: {14 + 3 * k}k}}"
    )
    stated = (
        f"per_developer_month: {A_MONTH[k]}, success: {SUCCESS[k]}%, value: {WORTH[k]}, "
        f"review: {REVIEW[k]}, rework: {REWORK[k]}, {tokens}"
    )
    return f"  {KINDS[k]}: {{{', '.join(filter(None, (stated, SEEN[k])))}}}"


# --- Calls ---------------------------------------------------------------------------------------


def once(words: Sequence[str], answer: Path, patience: float) -> Took | None:
    """Run a call, its output into a file; None where it takes longer than anybody waits."""
    with answer.open("wb") as out:
        began = time.perf_counter()
        child = subprocess.Popen(words, stdout=out, stderr=subprocess.DEVNULL, env=ENVIRONMENT)
        while True:
            ended, status, used = os.wait4(child.pid, os.WNOHANG)
            wall = time.perf_counter() - began
            if ended:
                break
            if wall > patience:
                child.kill()
                os.wait4(child.pid, 0)
                return None
            time.sleep(0.002)
    if os.waitstatus_to_exitcode(status) not in {0, 3}:
        sys.exit(f"{' '.join(words)} ended with {os.waitstatus_to_exitcode(status)}")
    return Took(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def in_turn(calls: Sequence[Sequence[str]], folder: Path, patience: float) -> list[Took | None]:
    """Run calls in turn, short ones several times; return the median of each."""
    told: list[list[Took]] = [[] for _ in calls]
    for again in range(TIMES):
        for n, words in enumerate(calls):
            is_long = again > 0 and (not told[n] or told[n][0].wall > SHORT)
            if not is_long and (one := once(words, folder / f"answer-{n}", patience)) is not None:
                told[n].append(one)
    return [middle(one) if one else None for one in told]


def middle(told: Sequence[Took]) -> Took:
    """Return the median of each figure."""
    return Took(*(statistics.median(column) for column in zip(*told, strict=True)))


def typed(python: str, command: str, file: Path) -> list[str]:
    """Return the words of a call whose answer is JSON."""
    return [python, "-P", "-m", "advisor", command, str(file), "--json"]


# --- What is printed -----------------------------------------------------------------------------


def apart(one: Any, other: Any, where: str = "") -> list[str]:
    """Name the spends and net values that two answers do not share."""
    if isinstance(one, dict) and isinstance(other, dict):
        both = sorted(one.keys() & other.keys())
        return [text for key in both for text in apart(one[key], other[key], f"{where}.{key}")]
    if isinstance(one, list) and isinstance(other, list):
        pairs = enumerate(zip(one, other, strict=False))
        return [text for n, (a, b) in pairs for text in apart(a, b, f"{where}[{n}]")]
    is_told = where.endswith((".expected", ".net_value")) and isinstance(one, float)
    if is_told and isinstance(other, float) and abs(one - other) > SAME * max(abs(one), 1.0):
        return [f"{where.lstrip('.')}: {one:,.2f} before, {other:,.2f} now"]
    return []


def compared(row: Row, file: Path, old: str, folder: Path, patience: float) -> list[str]:
    """Time a row; print it; return what the two builds do not agree on."""
    calls = [typed(old, row.command, file), typed(sys.executable, row.command, file)]
    before, now = in_turn(calls, folder, patience)
    if before is None or now is None:
        late = "the older build" if before is None else "this build"
        print(f"| {row.name} | {late} takes longer than {patience:.0f} s | | | | | |", flush=True)
        return []
    print(
        f"| {row.name} | {before.wall:.2f} | {now.wall:.2f} | {now.wall / before.wall:.2f} | "
        f"{row.aim:.2f} | {now.cpu / before.cpu:.2f} | {now.peak / before.peak:.2f} |",
        flush=True,
    )
    answers = [json.loads((folder / f"answer-{n}").read_bytes()) for n in (0, 1)]
    return [f"{row.name}: {text}" for text in apart(*answers)]


def grown(folder: Path, patience: float) -> None:
    """Print what this build takes for more and more teams, kinds of work and options."""
    commands = ("compare", "recommend", "stress")
    print("\n| teams | kinds | options |", *(f"`{one}`, s | of CPU | MB |" for one in commands))
    print("|--:|--:|--:|" + "--:|" * 9)
    for teams, kinds, options in GROWTH:
        file = folder / f"growth-{teams}-{kinds}-{options}.yaml"
        file.write_text(plan(teams, kinds, options), encoding="utf-8")
        cells = [str(teams), str(kinds), str(options)]
        for command in commands:
            (took,) = in_turn([typed(sys.executable, command, file)], folder, patience)
            late = [f"over {patience:.0f}", "", ""]
            told = late if took is None else [f"{one:.2f}" for one in took[:2]]
            cells += told if took is None else [*told, f"{took.peak:.0f}"]
        print(f"| {' | '.join(cells)} |", flush=True)


def written(row: Row, folder: Path) -> Path:
    """Write a plan; the shipped team file stands for no number of teams."""
    if not row.teams:
        return TEAM
    path = folder / f"teams-{row.teams}{'-tight' * row.is_tight}.yaml"
    path.write_text(plan(row.teams, is_tight=row.is_tight), encoding="utf-8")
    return path


def main() -> None:
    """Time what was asked for."""
    told = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    told.add_argument("old", help="the Python of the older build")
    told.add_argument("--only", nargs="*", default=[], help="rows whose name holds one of these")
    told.add_argument("--growth", action="store_true", help="also how time grows")
    told.add_argument("--patience", type=float, default=300.0, help="seconds for one call")
    given = told.parse_args()
    with tempfile.TemporaryDirectory(prefix="answers-") as root:
        folder = Path(root)
        start = [typed(python, "compare", TEAM) for python in (given.old, sys.executable)]
        for words in start:
            once(words, folder / "first", given.patience)
        imports, now = in_turn([[sys.executable, "-c", IMPORTS], start[1]], folder, given.patience)
        if imports is not None and now is not None:
            ratio, cpu = now.wall / imports.wall, now.cpu / imports.cpu
            print(f"`compare workloads/team.yaml` / `{IMPORTS}`: {ratio:.2f}, of CPU {cpu:.2f}\n")
        print("| what | before, s | now, s | ratio | at most | of CPU | of memory |")
        print("|---|--:|--:|--:|--:|--:|--:|")
        differ: list[str] = []
        for row in ROWS:
            if not given.only or any(words in row.name for words in given.only):
                file = written(row, folder)
                differ += compared(row, file, given.old, folder, given.patience)
        print("", *differ, sep="\n")
        if given.growth:
            grown(folder, given.patience)


if __name__ == "__main__":
    main()
