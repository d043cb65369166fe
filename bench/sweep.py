"""A sweep over head counts and budgets: from Python in one process, and by the command line.

    python bench/sweep.py            prints a table; put it into bench/README.md with the machine

Both ask the same questions of the same files and are held to the same figures. Python's time is
that of a whole process, from starting it to one frame; the command line's is the sum of its calls,
each a process that writes JSON. CPU time is the steadier figure where others use the machine.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from itertools import product
from pathlib import Path
from typing import NamedTuple

import pandas as pd

TEAM = Path(__file__).resolve().parent.parent / "workloads" / "team.yaml"
PEOPLE, BUDGETS = (30, 40, 50, 60, 80, 100), (60_000, 90_000, 120_000, 150_000)
DRAWS = 2_000
ALONE = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "ADVISOR_TODAY": "2026-11-30"}

IN_PYTHON = """\
import sys
from itertools import product
import pandas as pd
import advisor

def asked(people, budget):
    answer = advisor.compare(
        sys.argv[1], developers={"2026-10": 40, "2027-01": people}, budget=budget, draws=DRAWS
    )
    return answer.to_pandas().assign(people=people, budget=budget)

sweep = pd.concat([asked(*one) for one in product(PEOPLE, BUDGETS)], ignore_index=True)
sweep.to_csv(sys.argv[2], index=False)
"""


class Spent(NamedTuple):
    """Seconds of a clock on the wall, and of the processor."""

    wall: float
    cpu: float


def timed(words: list[str]) -> tuple[Spent, str]:
    """Return what one process took, and its stdout."""
    wall, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    ended = subprocess.run(words, env=ALONE, capture_output=True, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Spent(time.perf_counter() - wall, cpu), ended.stdout


def by_python(folder: Path) -> tuple[Spent, list[float]]:
    """Return what the sweep takes in one process, and what every option costs."""
    given = f"PEOPLE, BUDGETS, DRAWS = {PEOPLE}, {BUDGETS}, {DRAWS}\n"
    file = str(folder / "sweep.csv")
    spent, _ = timed([sys.executable, "-c", given + IN_PYTHON, str(TEAM), file])
    return spent, list(pd.read_csv(file)["spend_mean"])


def by_command(folder: Path) -> tuple[Spent, list[float]]:
    """Return what all calls take, and what every option costs."""
    all_spent, costs = [], []
    text = TEAM.read_text(encoding="utf-8")
    for people, budget in product(PEOPLE, BUDGETS):
        file = folder / "team.yaml"
        moved = text.replace("developers: 40", f"developers: {{2026-10: 40, 2027-01: {people}}}", 1)
        file.write_text(moved, encoding="utf-8")
        words = [sys.executable, "-m", "advisor", "compare", str(file), "--budget", str(budget)]
        spent, out = timed([*words, "--draws", str(DRAWS), "--json"])
        all_spent.append(spent)
        costs += [one["spend"]["mean"] for one in json.loads(out)["options"]]
    return Spent(*map(sum, zip(*all_spent, strict=True))), costs


def main() -> None:
    """Run both, hold their figures against each other, print a line."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (python, own), (command, other) = by_python(folder), by_command(folder)
    if any(abs(a - b) > 1e-9 * abs(b) for a, b in zip(own, other, strict=True)):
        raise SystemExit("the two do not agree")
    questions = len(PEOPLE) * len(BUDGETS)
    print(f"{questions} questions | Python, s | command line, s | ratio")
    for name in Spent._fields:
        ours, theirs = getattr(python, name), getattr(command, name)
        print(f"{name} | {ours:.2f} | {theirs:.2f} | {theirs / ours:.1f}")


if __name__ == "__main__":
    main()
