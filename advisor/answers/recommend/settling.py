"""The best whole mix where all that is whole beside the routes stands.

With makers and seats as they are the best shares have better prices, for nothing has to be paid
for first. Mixes are listed further and further behind them (`blocks`); where cells are many, a good
one is found first (`filling`), so that little is left to be listed.
"""

from __future__ import annotations

import math
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from advisor.answers.recommend.blocks import (
    CellBlock,
    MixListing,
    block_of,
    cells_together,
    over_blocks,
)
from advisor.answers.recommend.filling import NearShares, filled
from advisor.answers.recommend.problem import Program, only, with_fixed
from advisor.answers.recommend.row_tables import Mixes, RowTables
from advisor.answers.recommend.shares import Shares
from advisor.answers.recommend.solution import (
    INFEASIBLE,
    NOTHING,
    OPTIMAL,
    Solution,
    without_solution,
)
from advisor.answers.recommend.solver import Solver

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

_ROUNDING = 1e-9
_HALF = 0.5
_FIRST, _WIDER, _FURTHER, _PARTS = 2e-4, 4.0, 2.0, 8
"""What mixes fall behind at most that are listed first, of the objective, and how that grows."""
_MOST_WIDENED, _MOST_PRICED, _FEW_CELLS = 12, 20, 64
NONE = without_solution(INFEASIBLE, -math.inf)


class TooMuchError(Exception):
    """More is left than can be gone through here."""


class Best:
    """The best mix so far, and what another has to be worth to be looked for."""

    def __init__(self, gap: float) -> None:
        """Start with nothing; what is better by no more than `gap` is not looked for."""
        self.solution = NONE
        self.tolerance = max(_ROUNDING, gap)

    @property
    def is_there(self) -> bool:
        """Whether there is one."""
        return self.solution is not NONE

    @property
    def enough(self) -> float:
        """What another mix has to be worth more than."""
        best = self.solution.objective
        return best + self.tolerance * abs(best) if best > -math.inf else best

    def keep(self, found: Solution) -> None:
        """Keep a solution where it is the best so far."""
        if found.objective > self.solution.objective:
            self.solution = found._replace(bound=found.objective)


class Settling:
    """Goes through whole mixes of one problem."""

    def __init__(self, program: Program, tables: RowTables, best: Best) -> None:
        """`tables` are the rows of the problem; what is found is kept in `best`."""
        self._program, self._tables, self._best = program, tables, best

    @cached_property
    def _together(self) -> list[tuple[IntArray, IntArray]]:
        return cells_together(self._program)

    def settle(self, whole: FloatArray) -> bool:
        """Look through all mixes with the whole extras given; tell whether that was all of them."""
        standing = self._standing(whole)
        if standing is None or standing.objective <= self._best.enough:
            return True
        if self._program.cells > _FEW_CELLS:
            self._fill(standing)
        largest = float(np.abs(self._program.gain).max())
        most = _FIRST * max(abs(standing.objective), largest, _ROUNDING)
        for _ in range(_MOST_WIDENED):
            left = standing.objective - self._best.enough
            if left <= 0:
                return True
            if not self._look(standing, min(most, left)):
                return False
            if most >= standing.objective - self._best.enough:
                return True
            most *= _WIDER
        return False

    def look_at(self, mix: IntArray, whole: FloatArray) -> None:
        """Keep a mix, the column of each cell, where it is the best so far."""
        sums = self._tables.columns[mix].sum(axis=0)
        self._pick(Mixes(sums[None], lambda which: np.tile(mix, (len(which), 1))), whole)

    def price(self, mix: IntArray, whole: FloatArray | None = None) -> None:
        """Let the solver say what a mix is worth; with `whole`, where these extras are fixed."""
        keep = np.zeros(self._program.size, dtype=bool)
        keep[mix] = True
        alone = only(self._program, keep)
        if whole is not None:
            alone = with_fixed(alone, whole)
        found = Solver(alone).solve()
        if found.status == OPTIMAL:
            self._best.keep(found._replace(columns=keep.astype(float)))

    def _standing(self, whole: FloatArray) -> NearShares | None:
        """Find the best shares with the whole extras given; None where there are none."""
        program = self._program
        may = np.ones(program.size, dtype=bool)
        for link in program.links:
            if whole[link.extra] < _HALF:
                may &= ~link.columns
        fixed = with_fixed(only(program, may), whole)
        fixed.links = []
        found = Shares(fixed).solve()
        if found.status != OPTIMAL:
            return None
        columns, losses = np.zeros(program.size), np.full(program.size, np.inf)
        columns[may], losses[may] = found.columns, np.maximum(-found.reduced, 0.0)
        prices = np.maximum(found.duals, 0.0)
        return NearShares(found.objective, columns, losses, prices, found.extras)

    def _fill(self, near: NearShares) -> None:
        """Look for a good mix among many cells."""
        most = _FIRST * abs(near.objective)
        mixes = filled(self._tables, self._program.cell, near, most)
        try:
            self._pick(mixes, near.whole)
        except TooMuchError:
            return

    def _look(self, near: NearShares, most: float) -> bool:
        """Look through mixes that fall behind by no more than `most`; tell whether all of them."""
        blocks = self._blocks(near, most)
        if blocks is None:
            return False
        if any(not len(one.sums) for one in blocks):
            return True
        smaller, rows = over_blocks(self._program, blocks, near.whole)
        shares = Solver(smaller).solve()
        if shares.status != OPTIMAL:
            return shares.status == INFEASIBLE
        ends = np.cumsum([len(one.sums) for one in blocks])[:-1]
        behind = np.split(np.maximum(-shares.reduced, 0.0), ends)
        prices = np.zeros(len(self._program.rows))
        prices[rows] = np.maximum(shares.duals, 0.0)
        listing = MixListing(self._tables, blocks, behind, prices, near.whole)
        part = most / _PARTS
        while True:
            part = min(part, shares.objective - self._best.enough)
            mixes = listing.up_to(part)
            if mixes is None:
                return False
            self._pick(mixes, near.whole)
            if part >= min(shares.objective - self._best.enough, most):
                return True
            part *= _FURTHER

    def _blocks(self, near: NearShares, most: float) -> list[CellBlock] | None:
        """List the mixes of every block; None: too many."""
        program = self._program
        places = np.flatnonzero(near.losses <= most)
        ends = np.searchsorted(program.cell[places], np.arange(1, program.cells))
        by_cell = np.split(places, ends)
        blocks = []
        for one in self._together:
            block = block_of(self._tables, by_cell, one, near.losses, near.prices, most)
            if block is None:
                return None
            blocks.append(block)
        return blocks

    def _pick(self, mixes: Mixes, whole: FloatArray) -> None:
        """Keep the best of some mixes that keeps all rows."""
        sums = self._tables.added_up(mixes.sums, whole)
        good = np.flatnonzero(sums.holds & (sums.worth > self._best.enough))
        for mix in self._program.excluded:
            own = np.zeros(self._program.size, dtype=bool)
            own[mix] = True
            good = good[own[mixes.columns(good)].sum(axis=1) < len(mix)]
        ordered = good[np.argsort(-sums.worth[good], kind="stable")]
        for priced, at in enumerate(ordered.tolist()):
            if sums.worth[at] <= self._best.enough:
                return
            if not sums.is_open[at]:
                own = np.zeros(self._program.size)
                own[mixes.columns(np.array([at]))] = 1.0
                worth = float(sums.worth[at])
                found = Solution(OPTIMAL, own, sums.extras[at], worth, worth, NOTHING, NOTHING)
                self._best.keep(found)
                return
            if priced >= _MOST_PRICED:
                raise TooMuchError
            self.price(mixes.columns(np.array([at]))[0], whole)
