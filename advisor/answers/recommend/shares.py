"""The best shares of a problem, asked again and again: whatever is whole may be shared out."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.answers.recommend.alike_cells import alike
from advisor.answers.recommend.column_pricing import Mark
from advisor.answers.recommend.problem import Program
from advisor.answers.recommend.solution import Effort, Solution
from advisor.answers.recommend.solver import LARGE, FloatArray, Solver
from advisor.answers.recommend.solver import solve as solve_whole


class Shares:
    """A problem in shares, alike cells as one: the basis of the last solution is kept."""

    def __init__(self, program: Program) -> None:
        """Hand the problem over."""
        self._alike = alike(program)
        self._solver = Solver(self._alike.smaller, relaxed=True)

    @property
    def size(self) -> int:
        """How many columns are left."""
        return self._alike.smaller.size

    def move(self, row: int, right: float) -> None:
        """Let a row's expression be at most `right` in place of 0."""
        self._solver.move(row, right)

    def marks(self) -> tuple[Mark, ...]:
        """Return nothing: it goes on from the last solution."""
        return ()

    def resume(self, marks: Sequence[Mark]) -> None:
        """Go on from the last solution, wherever others were."""

    def hold_extras(self, low: FloatArray, high: FloatArray) -> None:
        """Keep every extra variable between two figures."""
        self._solver.hold_extras(low, high)

    def reduced_extras(self) -> FloatArray:
        """Return what one more of each extra variable adds at the last solution."""
        return self._solver.reduced_extras()

    def solve(self, effort: Effort = Effort()) -> Solution:  # noqa: B008 - a record, never changed
        """Solve, from where the last solution left off. Of alike cells few are shared."""
        found = self._solver.solve(effort)
        if not len(found.columns):
            return found
        told = self._alike
        columns = told.laid_out(found.columns)
        return found._replace(columns=columns, reduced=found.reduced[told.place] * told.part)


def in_shares(program: Program, effort: Effort = Effort()) -> Solution:  # noqa: B008
    """Find the best shares once; what is large all the same is sifted."""
    shares = Shares(program)
    if shares.size >= LARGE:
        return solve_whole(program, effort, relaxed=True)
    return shares.solve(effort)
