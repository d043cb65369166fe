"""Two builds, the same answers byte for byte: every command on the shipped and on made plans.

    python bench/same_answers.py BEFORE [AFTER] [--plans 12] [--keep FOLDER]

BEFORE and AFTER are checkouts; AFTER is this one unless said. Each build answers in a process of
its own, with the libraries of the Python that runs this. What is printed, what goes to stderr, the
exit code and every file that a command writes are compared. Ends with 1 where anything differs, and
names it. Made plans hang on their number alone.
"""

from __future__ import annotations

import argparse
import contextlib
import filecmp
import io
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from unittest import mock

HERE = Path(__file__).resolve()
ROOT = HERE.parent.parent
QUICK = ("--draws", "400", "--seed", "5", "--as-of", "2026-11-12")
MODELS = (
    "claude-opus-5-5", "claude-sonnet-5-5", "gpt-6.1-sol", "gemini-3.8-flash", "deepseek-v4-pro",
    "kimi-k3.1-pro", "glm-5.3", "grok-4.7",
)  # fmt: skip
KINDS = ("bug-fix", "tests", "frontend", "greenfield", "docs", "review")
PLANS = ("github-copilot-business", "github-copilot-enterprise")
Call = tuple[str, tuple[str, ...]]
"""What an answer is filed under, and the words typed."""


def made_plan(number: int) -> str:
    """Write a team file: teams or none, seats, caps, contracts, a mix, limits, by the number."""
    dice = random.Random(number)  # noqa: S311
    models = dice.sample(MODELS, dice.randint(2, 4))
    names = [f"o{at}" for at in range(len(models))]
    lines = [f"start: 2027-0{dice.randint(1, 7)}", f"months: {dice.choice((3, 12, 12, 18))}"]
    if dice.random() < 0.5:
        lines.append("teams:")
        lines += [
            f"  team{at}: {{developers: {dice.randint(5, 60)},"
            f" intensity: {dice.choice((0.5, 1, 3))}}}"
            for at in range(dice.randint(2, 3))
        ]
    else:
        lines.append(f"developers: {dice.randint(10, 200)}")
    lines.append(f"budget: {dice.randint(20, 400) * 1_000}")
    lines += ["hour: 100"] if dice.random() < 0.7 else []
    lines += ["usage_spread: {p50: 7, p90: 30}"] if dice.random() < 0.7 else []
    lines += ["growth: 3% a month"] if dice.random() < 0.3 else []
    lines.append("options:")
    for name, model in zip(names, models, strict=True):
        known = f"token_multiplier: [0.5, {dice.randint(1, 3)}], quality: [0.7, 1.1]"
        known = "" if name == names[0] else f", {known}"
        lines.append(f"  {name}: {{model: {model}, harness: opencode{known}}}")
    if dice.random() < 0.6:
        plan = dice.choice(PLANS)
        cap = f", cap: {dice.randint(20, 300)}" if dice.random() < 0.4 else ""
        lines.append(
            f"  seat: {{model: claude-sonnet-5-5, harness: copilot-cli, plan: {plan},"
            f" token_multiplier: 1, quality: 0.95{cap}}}"
        )
    lines += [f"current: {names[0]}", "tasks:"]
    for kind in dice.sample(KINDS, dice.randint(1, 3)):
        lines.append(
            f"  {kind}: {{per_developer_month: {dice.randint(2, 20)},"
            f" success: 8{dice.randint(0, 9)}%,"
            f" tokens: {{input: {dice.randint(5, 80)}k, cache_read: {dice.randint(1, 4)}M,"
            f" output: {dice.randint(5, 60)}k}}, value: {dice.randint(10, 90)}, checked_by: tests}}"
        )
    if dice.random() < 0.4:
        promised = dice.randint(1, 90)
        lines.append(f"contracts: {{anthropic: {{discount: 10%, commitment: {promised}_000}}}}")
    if dice.random() < 0.5:
        lines.append(f"mix: {{default: {names[1]}}}")
    lines += ["policy: {min_quality: 60%, max_vendor_share: 90%}"] if dice.random() < 0.5 else []
    lines.append(f"limits: {{spend_per_active_month: {dice.randint(50, 500)}, quality: 80%}}")
    return "\n".join(lines) + "\n"


def made_trials(number: int) -> str:
    """Write trials of three agents on two kinds of work."""
    dice = random.Random(number)  # noqa: S311
    rows = ["agent,task_class,instance,resolved,cost_usd"]
    for kind in ("fix", "docs"):
        for task in range(40):
            hard = dice.random()
            for agent, skill, cost in (("a", 0.8, 1.2), ("b", 0.6, 0.4), ("c", 0.5, 0.2)):
                solved = int(dice.random() < skill * (1.2 - 0.5 * hard))
                rows.append(f"{agent},{kind},{task},{solved},{cost * (0.5 + hard):.3f}")
    return "\n".join(rows) + "\n"


def calls(folder: Path, plans: int) -> Iterator[Call]:
    """Yield every call, with its plans and trials put into the folder."""
    shipped = ["team.yaml", *(f"stories/{one}-2026.yaml" for one in ("google", "stripe", "uber"))]
    files = [str(ROOT / "workloads" / one) for one in shipped]
    for number in range(plans):
        file = folder / f"made{number}.yaml"
        file.write_text(made_plan(number), encoding="utf-8")
        files.append(file.name)
    for name in files:
        yield from of_plan(name)
    for number, (old, new) in enumerate(pairwise(files[4:])):
        yield f"diff{number}", ("diff", old, new, "--as-of", "2026-11-12")
    for number in range(2):
        (folder / f"trials{number}.csv").write_text(made_trials(number), encoding="utf-8")
        yield f"pilot{number}", ("pilot", f"trials{number}.csv", "--json")
        kept = ("-o", f"profile{number}.yaml")
        yield f"pilot{number}-words", ("pilot", f"trials{number}.csv", *kept)
        yield (
            f"backtest{number}",
            ("backtest", f"trials{number}.csv", "--budget-per-task", "0.3,0.8", "--json"),
        )
    yield "prices", ("prices", "list", "--as-of", "2026-11-12")
    yield "prices-json", ("prices", "list", "--json", "--as-of", "2026-11-12")
    yield "prices-show", ("prices", "show", "claude-opus-5-5", "--as-of", "2026-11-12")
    yield "prices-history", ("prices", "history", "deepseek-v4-pro", "--as-of", "2026-11-12")
    yield "prices-check", ("prices", "check")
    yield "tokens", ("tokens", str(ROOT / "LICENSE"), "--json", "--as-of", "2026-11-12")
    for name in ("workload", "pricing", "profiles", "answers"):
        yield f"schema-{name}", ("schema", name)


def of_plan(file: str) -> Iterator[Call]:
    """Yield what is asked of one plan."""
    name = Path(file).stem
    for form in ("table", "json", "csv", "markdown"):
        yield f"{name}-compare-{form}", ("compare", file, *QUICK, "--format", form)
        yield f"{name}-check-{form}", ("check", file, *QUICK, "--format", form)
    yield f"{name}-brief", ("compare", file, *QUICK, "--brief")
    for form in ("table", "json"):
        asked = (file, "--draws", "100", "--seed", "5", "--as-of", "2026-11-12", "--format", form)
        yield f"{name}-recommend-{form}", ("recommend", *asked)
        yield f"{name}-seats-{form}", ("seats", *asked)
    yield f"{name}-stress", ("stress", file, "--as-of", "2026-11-12", "--json")
    kinds = ("csv", "xlsx", "focus.csv")
    written = [word for kind in kinds for word in ("-o", f"{name}.{kind}")]
    yield f"{name}-export", ("export", file, "--as-of", "2026-11-12", "--seed", "5", *written)
    reports = [word for kind in ("sarif", "junit.xml", "md") for word in ("-o", f"{name}.r.{kind}")]
    yield f"{name}-reports", ("check", file, *QUICK, "--annotate", "github", *reports)


def write_all(folder: Path, plans: int) -> None:
    """Answer every call with the build that is imported, into the folder."""
    from advisor.cli.main import main

    os.chdir(folder)
    os.environ["COLUMNS"] = "100"
    for name, words in list(calls(folder, plans)):
        out, err, code = io.StringIO(), io.StringIO(), 0
        with (
            mock.patch.object(sys, "argv", ["advisor", *words]),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            try:
                main()
            except SystemExit as ended:
                code = ended.code if isinstance(ended.code, int) else 1
        text = f"exit {code}\n--- out\n{out.getvalue()}--- err\n{err.getvalue()}"
        Path(f"{name}.answer").write_text(text, encoding="utf-8")


def different(before: Path, after: Path) -> list[str]:
    """Name the files that differ, or that one side lacks."""
    names = {one.name for side in (before, after) for one in side.iterdir()}
    _, unequal, missing = filecmp.cmpfiles(before, after, sorted(names), shallow=False)
    return sorted(unequal + missing)


def main() -> int:
    """Let both builds answer; say what differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path, nargs="?", default=ROOT)
    parser.add_argument("--plans", type=int, default=12)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.write:
        write_all(given.write, given.plans)
        return 0
    with tempfile.TemporaryDirectory() as temporary:
        kept = (given.keep or Path(temporary)).resolve()
        sides = {"before": given.before.resolve(), "after": given.after.resolve()}
        for side, checkout in sides.items():
            (kept / side).mkdir(parents=True)
            command = [sys.executable, HERE, checkout, "--plans", str(given.plans)]
            environment = os.environ | {"PYTHONPATH": str(checkout)}
            subprocess.run([*command, "--write", kept / side], env=environment, check=True)
        unequal = different(kept / "before", kept / "after")
        count = len(list((kept / "before").iterdir()))
    print(f"{count} files of answers, {len(unequal)} differ", *unequal, sep="\n  ")
    return bool(unequal)


if __name__ == "__main__":
    sys.exit(main())
