"""Advice from half of the tasks, judged on the other half: every contender on the same halves.

    python bench/halves.py TRIALS.csv [--weights …] [--exclude …] [--no-cascade …]
                           [--splits 12] [--seed 1] [--tasks N] [--beside CHECKOUT] [--over-tasks]
    python bench/halves.py --worlds [--halved] [--splits 12] [--seed 1]

Each split is used both ways round, so that luck with easy tasks cancels in what is promised; the
standard error is that over splits. Success is told as a share of the best mix that hindsight on the
judged half could pick for the same money; who knows all tasks is the naive optimiser, let in on the
judged half too. `--beside` judges the routes that another checkout's `advisor backtest` prints, and
takes the time of both. `--over-tasks` adds what the same figures would differ by had other tasks
been on record: splits of the same tasks share them all. `--worlds` judges on drawn worlds whose
truth is known; with `--halved` half of a world's trials are advised from, and judged on the other
half as well as on the truth. What a reader would get wrong: hindsight is lucky on the judged half
as well, so nobody reaches 100%.
"""

from __future__ import annotations

import argparse
import csv
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from worlds import BUDGETS as BUDGET_COUNT
from worlds import WORLDS, drawn_world

from advisor.answers.trials.contenders import (
    Advice,
    Question,
    careful_adviser,
    naive_adviser,
    single_adviser,
)
from advisor.answers.trials.estimates import raw_figures
from advisor.answers.trials.held_out import over_classes
from advisor.answers.trials.mixes import MixPart, TrialMenu, promised
from advisor.answers.trials.replay import filled, play
from advisor.answers.trials.table import Floats, Places, TrialSet, lay_out
from advisor.cli.trial_flags import as_names, as_pattern, as_weights
from advisor.load.trial_file import read_trials

BUDGETS = (0.1, 0.3, 0.6, 1.0, 2.0)
BLOCKS = 9
"""Tasks of a class are left out in so many blocks; the public results have nine libraries."""
MEASURES = ("of hindsight, %", "promised too much, points", "cost ÷ budget, %", "solved, %")


class Half(NamedTuple):
    """What advisers see, and the tasks that they are judged on."""

    seen: TrialSet
    everything: TrialSet
    judged: list[Places]
    question: Question


def halves(
    trials: TrialSet, question: Question, seed: Sequence[int], most: int | None
) -> list[Half]:
    """Split every class in halves, and return them both ways round.

    Where advisers see at most so many tasks of a class, they are judged on all others.
    """
    rng = np.random.default_rng(seed)
    order = [rng.permutation(one.tasks) for one in trials.classes]
    found = []
    for side in (0, 1):
        own = [np.sort(tasks[side::2][:most]) for tasks in order]
        rest = [np.setdiff1d(tasks, seen) for tasks, seen in zip(order, own, strict=True)]
        found.append(Half(trials.among(own), trials, rest, question))
    return found


def judged(advice: Advice, half: Half) -> Floats:
    """Return the four measures by budget."""
    known, weights = filled(half.everything), half.question.weights
    own = known.among(half.judged)
    figures = [
        raw_figures(one, seen=seen)
        for one, seen in zip(own.classes, half.question.seen, strict=True)
    ]
    menu, rows = TrialMenu(figures, weights), []
    for budget, mix, told in zip(half.question.budgets, advice.mixes, advice.promised, strict=True):
        success, cost = over_classes(play(mix, known, half.judged), weights)
        best = over_classes(promised(menu.mix(float(cost)), figures), weights)[0]
        gap = over_classes(told, weights)[0] - success
        rows.append([100 * success / best, 100 * gap, 100 * cost / budget, 100 * success])
    return np.array(rows)


Contender = Callable[[Half], Advice]


def contenders(beside: Path | None) -> dict[str, Contender]:
    """Return who is judged, by name."""
    found: dict[str, Contender] = {
        "advisor": lambda half: careful_adviser(half.question, 1)(half.seen),
        "counted pairs": lambda half: naive_adviser(half.question)(half.seen),
        "one agent": lambda half: single_adviser(half.question)(half.seen),
        "who knows all": lambda half: naive_adviser(half.question)(half.everything),
    }
    if beside is not None:
        found[beside.name] = lambda half: by_command(beside, half)
    return found


def by_command(checkout: Path, half: Half) -> Advice:
    """Read the routes that a checkout's `advisor backtest` prints."""
    question, seen = half.question, half.seen
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "half.csv"
        write(seen, path)
        answer = json.loads(
            subprocess.run(
                [checkout / ".venv/bin/advisor", "backtest", path, "--json", "--folds", "2",
                 "--budget-per-task", ",".join(map(str, question.budgets)),
                 "--weights", _pairs(zip(seen.names, question.weights, strict=True)),
                 *_alone(question, seen)],
                check=True, capture_output=True,
            ).stdout
        )  # fmt: skip
    number = {agent: place for place, agent in enumerate(seen.agents)}
    mixes, told = [], []
    for line in answer["budgets"]:
        parts: Mapping[str, list[MixPart]] = {name: [] for name in seen.names}
        for route in line["routes"]:
            tries = [number[agent] for agent in route["strategy"]]
            parts[route["task_class"]].append(MixPart(tries[0], tries[-1], route["share"]))
        mixes.append(tuple(tuple(own) for own in parts.values()))
        figures = [line["predicted"]["success"], line["predicted"]["cost"]]
        told.append([figures] * len(parts))
    return Advice(mixes, np.array(told))


def _alone(question: Question, trials: TrialSet) -> list[str]:
    names = [name for name, may in zip(trials.names, question.seen, strict=True) if not may]
    return ["--no-cascade", ",".join(names)] if names else []


def _pairs(each: object) -> str:
    return ",".join(f"{name}={float(weight)!r}" for name, weight in each)  # type: ignore[attr-defined]


def write(trials: TrialSet, path: Path) -> None:
    """Write trials as a file of trials."""
    with path.open("w", newline="", encoding="utf-8") as stream:
        out = csv.writer(stream)
        out.writerow(["agent", "task_class", "instance", "resolved", "cost_usd"])
        for one in trials.classes:
            for task, place in zip(*np.nonzero(one.tried), strict=True):
                cost = one.cost[task, place]
                solved = float(one.resolved[task, place])
                paid = "" if np.isnan(cost) else cost
                out.writerow([trials.agents[place], one.name, f"t{task:05}", solved, paid])


def compare(
    splits: Sequence[Sequence[Half]], who: Mapping[str, Contender], budgets: Sequence[str]
) -> None:
    """Print every contender's measures, means and standard errors over splits."""
    print(f"{'':16}{'':28}" + "".join(f"{name:>13}" for name in budgets) + "      mean")
    base: Floats | None = None
    for name, contender in who.items():
        each = np.array(
            [np.mean([judged(contender(h), h) for h in both], axis=0) for both in splits]
        )
        mean = each.mean(axis=0)
        error = each.std(axis=0, ddof=1) / len(each) ** 0.5
        for place, measure in enumerate(MEASURES):
            cells = "".join(
                f"{m:8.1f} ±{e:3.1f}" for m, e in zip(mean[:, place], error[:, place], strict=True)
            )
            print(
                f"{name if place == 0 else '':16}{measure:28}{cells}{mean[:, place].mean():10.1f}"
            )
        if base is None:
            base = each
        else:
            ahead = (base - each)[:, :, 0]
            cells = "".join(
                f"{m:+8.1f} ±{e:3.1f}"
                for m, e in zip(ahead.mean(0), ahead.std(0, ddof=1) / len(each) ** 0.5, strict=True)
            )
            print(f"{'':16}{'the first is ahead by':28}{cells}{ahead.mean():+10.1f}")


def without(half: Half, kind: int, tasks: Places) -> Half:
    """Return a half in which some tasks of a class are neither seen nor judged."""
    seen, judged_on = [], []
    for number, (one, rest) in enumerate(zip(half.everything.classes, half.judged, strict=True)):
        gone = tasks if number == kind else tasks[:0]
        known = np.setdiff1d(np.arange(one.tasks), rest)
        seen.append(np.setdiff1d(known, gone))
        judged_on.append(np.setdiff1d(rest, gone))
    return half._replace(seen=half.everything.among(seen), judged=judged_on)


def over_tasks(splits: Sequence[Sequence[Half]], contender: Contender) -> Floats:
    """Return the standard error of the four measures by budget, over tasks (jackknife by class)."""
    rng = np.random.default_rng(0)
    variance = np.zeros((len(splits[0][0].question.budgets), len(MEASURES)))
    for kind, one in enumerate(splits[0][0].everything.classes):
        order, blocks = rng.permutation(one.tasks), min(BLOCKS, one.tasks)
        left = []
        for block in range(blocks):
            gone = order[block::blocks]
            fewer = [without(half, kind, gone) for both in splits for half in both]
            left.append(np.mean([judged(contender(half), half) for half in fewer], axis=0))
        gaps = np.array(left) - np.mean(left, axis=0)
        variance += (blocks - 1) / blocks * (gaps**2).sum(axis=0)
    return np.sqrt(variance)


def print_over_tasks(splits: Sequence[Sequence[Half]], contender: Contender) -> None:
    """Print these errors as a row a measure."""
    errors = over_tasks(splits, contender)
    for place, measure in enumerate(MEASURES):
        cells = "".join(f"{'':8} ±{error:3.1f}" for error in errors[:, place])
        print(f"{'over tasks' if place == 0 else '':16}{measure:28}{cells}")


def times(file: Path, checkouts: Sequence[Path], flags: Sequence[str], rounds: int = 3) -> None:
    """Print the processor time of both commands, checkouts in turn."""
    spent: dict[tuple[str, Path], list[float]] = {}
    calls = {
        "pilot": [],
        "backtest": ["--budget-per-task", ",".join(map(str, BUDGETS)), "--repeats", "2"],
    }
    for _ in range(rounds):
        for command, more in calls.items():
            for checkout in checkouts:
                before = resource.getrusage(resource.RUSAGE_CHILDREN)
                subprocess.run(
                    [checkout / ".venv/bin/advisor", command, file, *more, *flags, "--json"],
                    check=True, stdout=subprocess.DEVNULL,
                )  # fmt: skip
                after = resource.getrusage(resource.RUSAGE_CHILDREN)
                spent.setdefault((command, checkout), []).append(after.ru_utime - before.ru_utime)
    for command in calls:
        own, other = (min(spent[command, checkout]) for checkout in checkouts)
        print(f"{command}: {own:.2f} s of processor time, {other:.2f} beside: {own / other:.2f}")


def in_worlds(asked: argparse.Namespace) -> None:
    """Print a table for every drawn world; its budgets are numbered from the smallest."""
    budgets = [f"budget {n + 1}" for n in range(BUDGET_COUNT)]
    for place, (name, world) in enumerate(WORLDS.items()):
        drawn = [drawn_world(world, [asked.seed, place, n]) for n in range(asked.splits)]
        splits = [[in_truth(few, truth, question)] for truth, few, question in drawn]
        if asked.halved:
            parted = [
                halves(few, question, [asked.seed, place, n], None)
                for n, (_, few, question) in enumerate(drawn)
            ]
            print(f"\n{name}, one half judged on the other")
            compare(parted, contenders(asked.beside), budgets)
            splits = [
                [in_truth(half.seen, truth, half.question) for half in both]
                for both, (truth, _, _) in zip(parted, drawn, strict=True)
            ]
        print(f"\n{name}")
        compare(splits, contenders(asked.beside), budgets)


def in_truth(seen: TrialSet, truth: TrialSet, question: Question) -> Half:
    """Return what advisers see of a world, to be judged on its truth."""
    return Half(seen, truth, [np.arange(one.tasks) for one in truth.classes], question)


def _asked() -> argparse.Namespace:
    flags = argparse.ArgumentParser()
    flags.add_argument("file", type=Path, nargs="?")
    for name in ("--weights", "--exclude", "--no-cascade"):
        flags.add_argument(name)
    flags.add_argument("--splits", type=int, default=12)
    flags.add_argument("--seed", type=int, default=1)
    flags.add_argument("--tasks", type=int, help="see at most so many of a class, judge on others")
    flags.add_argument("--beside", type=Path)
    flags.add_argument("--over-tasks", action="store_true")
    flags.add_argument("--worlds", action="store_true")
    flags.add_argument("--halved", action="store_true")
    return flags.parse_args()


def main() -> None:
    """Print the tables."""
    asked = _asked()
    if asked.worlds:
        in_worlds(asked)
        return
    if asked.file is None:
        sys.exit(__doc__)
    everything = lay_out(
        read_trials(asked.file, exclude=as_pattern(asked.exclude, flag="--exclude"))
    )
    stated = as_weights(asked.weights, flag="--weights") or {
        one.name: float(one.tasks) for one in everything.classes
    }
    weights = np.array([stated[name] for name in everything.names])
    seen = [name not in as_names(asked.no_cascade) for name in everything.names]
    question = Question(weights / weights.sum(), seen, BUDGETS)
    splits = [
        halves(everything, question, [asked.seed, number], asked.tasks)
        for number in range(asked.splits)
    ]
    who = contenders(asked.beside)
    compare(splits, who, [f"${budget:g}" for budget in BUDGETS])
    if asked.over_tasks:
        print_over_tasks(splits, who["advisor"])
    if asked.beside is not None:
        told = ((name, getattr(asked, name)) for name in ("weights", "exclude", "no_cascade"))
        flags = [f"--{name.replace('_', '-')}={text}" for name, text in told if text]
        times(asked.file, [Path(__file__).resolve().parents[1], asked.beside], flags)


if __name__ == "__main__":
    main()
