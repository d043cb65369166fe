"""A problem in shares with some whole extras, solved again and again as its rows move."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from advisor.answers.recommend.column_pricing import Mark
from advisor.answers.recommend.near import NearSearch
from advisor.answers.recommend.problem import Program
from advisor.answers.recommend.row_tables import RowTables
from advisor.answers.recommend.settling import TooMuchError
from advisor.answers.recommend.shares import Shares
from advisor.answers.recommend.solution import (
    NOTHING,
    OPTIMAL,
    UNKNOWN,
    Effort,
    Solution,
    without_solution,
)

FloatArray = NDArray[np.float64]


class Branching:
    """Every question goes on from the last one's steps of the simplex."""

    def __init__(self, program: Program) -> None:
        """Hand the problem over."""
        self._program, self._lp = program, Shares(program)
        self._tables = RowTables(program)
        self._moved: dict[int, float] = {}
        self._earlier: list[tuple[Solution, FloatArray]] = []

    def move(self, row: int, right: float) -> None:
        """Let a row's expression be at most `right` in place of 0."""
        self._moved[row] = right
        self._lp.move(row, right)

    def marks(self) -> tuple[Mark, ...]:
        """Return nothing: it goes on from the last solution."""
        return ()

    def resume(self, marks: Sequence[Mark]) -> None:
        """Go on from the last solution, wherever others were."""

    def solve(self, effort: Effort) -> Solution:
        """Solve, from where the last solution left off. No prices: what is whole has none."""
        search = NearSearch(self._program, effort, self._lp, self._tables)
        for earlier, rows in self._earlier:
            if all(rows[row] <= right for row, right in self._moved.items()):
                search.best.keep(earlier)
        try:
            found = search.run(())
        except TooMuchError:
            return without_solution(UNKNOWN, math.inf)
        if found.status == OPTIMAL:
            self._earlier.append((found, self._tables.rows_at(found.columns, found.extras)))
        return found._replace(duals=NOTHING, reduced=NOTHING)
