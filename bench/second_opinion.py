"""The best mix of the plans of `answers.py`, beside what scipy.optimize.milp says of it.

    python bench/second_opinion.py [TEAMS ...]

Both have the same rows; scipy is handed all columns and asked for a gap of 10⁻⁶, with two minutes.
Then a frontier in shares, beside one solve in shares of either; the best of three times.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from answers import plan
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix

from advisor.answers.recommend.answer import quest_of
from advisor.answers.recommend.frontier import frontier
from advisor.answers.recommend.matrix import laid_out
from advisor.answers.recommend.problem import Program
from advisor.answers.recommend.search import Quest
from advisor.api.inputs import Inputs, read_inputs
from advisor.api.surroundings import of_this_process

TEAMS, POINTS = (5, 25), 50
GAP, PATIENCE = 1e-6, 120.0


def by_scipy(program: Program) -> tuple[float, float]:
    """Hand everything over; return the best and what nothing is better than."""
    rows = laid_out(program, np.ones(len(program.rows)))
    extras = program.extras
    count = program.size + len(extras)
    matrix = csr_matrix((rows.weight, rows.column, rows.start), shape=(len(rows.low), count))
    gains = np.concatenate([program.gain, [one.gain for one in extras]])
    low = np.concatenate([np.zeros(program.size), [one.low for one in extras]])
    high = np.concatenate([np.ones(program.size), [one.high for one in extras]])
    routes = np.full(program.size, program.is_whole)
    is_whole = np.concatenate([routes, [one.is_whole for one in extras]])
    found = milp(
        -gains,
        constraints=LinearConstraint(matrix, rows.low, rows.high),
        bounds=Bounds(low, high),
        integrality=is_whole,
        options={"mip_rel_gap": GAP, "time_limit": PATIENCE},
    )
    if found.x is None:
        return np.nan, np.nan
    return program.constant - found.fun, program.constant - found.mip_dual_bound


def asked_about(teams: int, folder: Path) -> Inputs:
    """Write a plan of so many teams, and read it."""
    file = folder / f"teams-{teams}.yaml"
    file.write_text(plan(teams), encoding="utf-8")
    return read_inputs(file, {}, around=of_this_process(print))


def least(what: Callable[..., object], *given: object) -> float:
    """Return the least of three times, in seconds of CPU."""
    times = []
    for _ in range(3):
        began = time.process_time()
        what(*given)
        times.append(time.process_time() - began)
    return min(times)


def best_mixes(asked: dict[int, Quest]) -> None:
    """Print who finds what."""
    print("| teams | best here | s | proved to | best by scipy | s | nothing is better than |")
    print("|--:|--:|--:|--:|--:|--:|--:|")
    for teams, quest in asked.items():
        began = time.process_time()
        ours = quest.best()
        between = time.process_time()
        best, bound = by_scipy(quest.terms().program)
        ended = time.process_time()
        print(
            f"| {teams} | {ours.objective:,.2f} | {between - began:.2f} | {ours.gap:.0e} | "
            f"{best:,.2f} | {ended - between:.1f} | {bound:,.2f} |",
            flush=True,
        )


def frontiers(asked: dict[int, Quest]) -> None:
    """Print what a frontier takes, and one solve."""
    print("\n| teams | points | s | one solve here, s | ratio | one solve by scipy, s | ratio |")
    print("|--:|--:|--:|--:|--:|--:|--:|")
    for teams, whole in asked.items():
        quest = whole.shared()
        points = len(frontier(quest, POINTS))
        every, one = least(frontier, quest, POINTS), least(quest.best)
        other = least(by_scipy, quest.terms().program)
        print(
            f"| {teams} | {points} | {every:.2f} | {one:.3f} | {every / one:.1f} | "
            f"{other:.2f} | {every / other:.2f} |",
            flush=True,
        )


def main() -> None:
    """Print both tables."""
    with tempfile.TemporaryDirectory(prefix="opinion-") as root:
        asked = {
            teams: quest_of(asked_about(teams, Path(root)).case, draws=0, seed=1)
            for teams in map(int, sys.argv[1:] or TEAMS)
        }
    best_mixes(asked)
    frontiers(asked)


if __name__ == "__main__":
    main()
