"""A large problem solved by few of its columns, and then those they ask for (see `sifting`).

Knows no solver: one is handed in, which starts from a vertex and tells prices.
"""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from advisor.answers.recommend.column_pricing import (
    BASIC,
    BREACH,
    HARD,
    SOFT,
    DualPrices,
    LimitForm,
    Mark,
    Narrow,
    Vertex,
    affordable,
    best_of_cells,
    between,
    first_vertex,
    in_full,
    narrowed,
    nearest,
    net_of,
    no_prices,
    part_of,
    prices_for_all,
    put_back,
    sampled,
    softened,
)
from advisor.answers.recommend.matrix import scales_of, starts_of
from advisor.answers.recommend.problem import Program, only
from advisor.answers.recommend.solution import (
    INFEASIBLE,
    OPTIMAL,
    UNKNOWN,
    Effort,
    Solution,
    without_solution,
)

FloatArray = NDArray[np.float64]

_TOLERANCE = 1e-9
_FEW_CELLS = 400
"""For more, the prices to start from are those of a sample."""
_NEAR = 1_000
"""So many columns that are nearly best are put in from the start."""
_BROKEN = 1e-7
"""Limits that are missed by more than this of their size cannot be kept."""


class Handed(Protocol):
    """A solver that has a problem in shares."""

    def move(self, row: int, right: float) -> None:
        """Let a row's expression be at most `right` in place of 0."""

    def start_from(self, vertex: Vertex, *, columns_came: bool) -> None:
        """Begin at a vertex, to which columns have come or at which rows have moved."""

    def solve(self, effort: Effort = ...) -> Solution:
        """Solve."""

    def vertex(self) -> Vertex:
        """Return where the last solution is."""

    def prices(self) -> DualPrices:
        """Return what the rows of the last solution are worth."""


class _HandedOver(NamedTuple):
    """Some columns of a problem, and the solver that has them."""

    narrow: Narrow
    solver: Handed


class Sifter:
    """The same for a large problem in shares: by few of its columns, and then those they ask for.

    Limits are soft at first, so that any few columns will do, at a price that is seldom worth it.
    """

    def __init__(self, program: Program, hand_over: Callable[[Program], Handed]) -> None:
        """Take a problem that can be sifted, and what makes a solver of it; nothing is chosen."""
        self._hand_over = hand_over
        self._all, self._may = program, affordable(program)
        self._scales = scales_of(program)
        self._program = program if len(self._may) == program.size else only(program, self._may)
        self._moved: dict[int, float] = {}
        self._pool = np.zeros(len(self._may), dtype=bool)
        self._at: Mark | None = None
        self._form, self._columns_came = SOFT, True
        self._now: _HandedOver | None = None

    def move(self, row: int, right: float) -> None:
        """Let a row's expression be at most `right` in place of 0."""
        self._moved[row] = right
        if self._now is not None:
            self._now.solver.move(row, right)

    def marks(self) -> tuple[Mark, ...]:
        """Return where the last solution is."""
        return () if self._at is None else (self._at,)

    def resume(self, marks: Sequence[Mark]) -> None:
        """Go on from the first of some solutions, with the columns of all and what lies between."""
        net = net_of(self._program, between(marks))
        self._pool[:] = False
        self._pool[best_of_cells(self._program, net)] = True
        for mark in marks:
            self._pool[mark.vertex.columns == BASIC] = True
        self._at, self._form, self._now = marks[0], HARD, None
        self._columns_came = False

    def solve(self, effort: Effort = Effort()) -> Solution:  # noqa: B008 - a record, never changed
        """Solve, from where the last solution left off; unknown where rounding leaves it open."""
        effort = effort.started()._replace(progress=None)
        found = self._sift(HARD if self._form == HARD else SOFT, effort)
        if found.status != OPTIMAL and self._form == HARD:
            found = self._sift(SOFT, effort)
        if self._breach(found) > _TOLERANCE:
            if self._breach(self._sift(BREACH, effort)) > _BROKEN:
                return without_solution(INFEASIBLE, -math.inf)
            found = self._sift(HARD, effort)
        return self._answer(found)

    def soft_duals(self, effort: Effort) -> FloatArray | None:
        """Return the prices of side rows where limits may be broken at a price."""
        found = self._sift(SOFT, effort)
        return found.duals if found.status == OPTIMAL else None

    def _begin(self, program: Program, effort: Effort) -> Mark:
        """Put the best columns in, at the prices that a part of the cells gives."""
        prices = no_prices(program)
        if program.cells > _FEW_CELLS:
            duals = Sifter(sampled(self._program), self._hand_over).soft_duals(effort)
            if duals is not None:
                prices = prices._replace(sides=duals)
        net = net_of(program, prices)
        best = best_of_cells(program, net)
        self._pool[best] = True
        self._pool[nearest(program, net, program.cells + _NEAR)] = True
        return Mark(first_vertex(program, best, self._moved), prices)

    def _breach(self, found: Solution) -> float:
        return float(found.extras[len(self._program.extras) :].sum())

    def _sift(self, form: LimitForm, effort: Effort) -> Solution:
        """Solve and add columns in turn, until none that is left out would do good."""
        program = softened(self._program, *self._scales, form)
        if form != self._form:
            self._form, self._now = form, None
        self._at = self._at or self._begin(program, effort)
        while True:
            self._now = self._now or self._handed_over(program)
            narrow, solver = self._now
            found = solver.solve(effort)
            if found.status != OPTIMAL:
                return without_solution(UNKNOWN, math.inf)
            vertex = put_back(self._at.vertex, narrow, solver.vertex())
            prices = prices_for_all(program, self._pool, narrow, solver.prices())
            self._at = Mark(vertex, prices)
            net = net_of(program, prices)
            best = best_of_cells(program, net)
            asked = best[(net[best] > _TOLERANCE * self._scales[0]) & ~self._pool[best]]
            if not len(asked):
                break
            self._pool[asked] = True
            self._now, self._columns_came = None, True
        return found._replace(
            columns=in_full(narrow, self._pool, found.columns), duals=prices.sides, reduced=net
        )

    def _handed_over(self, program: Program) -> _HandedOver:
        """Hand over the columns that are in, at the vertex that was reached."""
        assert self._at is not None
        narrow = narrowed(program, self._pool)
        solver = self._hand_over(narrow.program)
        for row, right in self._moved.items():
            solver.move(row, right)
        solver.start_from(part_of(self._at.vertex, narrow), columns_came=self._columns_came)
        return _HandedOver(narrow, solver)

    def _answer(self, found: Solution) -> Solution:
        """Lay a solution out by all columns, those included that need what cannot be had."""
        if found.status != OPTIMAL:
            return found
        columns, reduced = np.zeros(self._all.size), np.full(self._all.size, -np.inf)
        columns[self._may], reduced[self._may] = found.columns, found.reduced
        extras = found.extras[: len(self._all.extras)]
        best = np.maximum.reduceat(found.reduced, starts_of(self._program)[:-1])
        bound = found.objective + float(np.maximum(best, 0.0).sum())
        return found._replace(columns=columns, extras=extras, bound=bound, reduced=reduced)
