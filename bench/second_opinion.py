"""The best mix of the plans of `answers.py`, beside what scipy.optimize.milp says of it.

    python bench/second_opinion.py [TEAMS ...]

Both have the same rows; scipy is handed all columns and asked for a gap of 10⁻⁶, with two minutes.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from advisor.cli.inputs import read_inputs
from answers import written
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix

from advisor.answers.recommend.answer import quest_of
from advisor.answers.recommend.matrix import laid_out
from advisor.answers.recommend.problem import Program

TEAMS = (5, 25)
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
    is_whole = np.concatenate([np.ones(program.size), [one.is_whole for one in extras]])
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


def main() -> None:
    """Print a row for every plan."""
    print("| teams | best here | s | proved to | best by scipy | s | nothing is better than |")
    print("|--:|--:|--:|--:|--:|--:|--:|")
    with tempfile.TemporaryDirectory(prefix="opinion-") as root:
        for teams in map(int, sys.argv[1:] or TEAMS):
            quest = quest_of(read_inputs(written(teams, Path(root)), {}).case, draws=0, seed=1)
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


if __name__ == "__main__":
    main()
