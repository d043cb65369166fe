"""The best whole mix where all that is whole beside the routes stands.

With makers and seats as they are the best shares have better prices, for nothing has to be paid
for first. Mixes are listed further and further behind them (`blocks`); where cells are many, a good
one is found first (`filling`), so that little is left to be listed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from advisor.answers.recommend.blocks import CellBlock, block_of, cells_together, over_blocks
from advisor.answers.recommend.filling import NearShares, filled, rounded
from advisor.answers.recommend.mix_listing import MixListing
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
BoolArray = NDArray[np.bool_]

_ROUNDING = 1e-9
_HALF = 0.5
_FIRST, _WIDER, _FURTHER, _PARTS = 2e-4, 4.0, 2.0, 8
"""What mixes fall behind at most that are listed first, of the objective, and how that grows."""
_FEW_WAYS = 1_000_000
"""So many mixes are listed at once."""
_MOST_WIDENED, _MOST_PRICED, _FEW_CELLS, _MOST_FILLED = 12, 20, 64, 8
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

    @cached_property
    def _kept_by_blocks(self) -> IntArray:
        return np.concatenate([rows for _, rows in self._together])

    def settle(self, whole: FloatArray) -> bool:
        """Look through all mixes with the whole extras given; tell whether that was all of them."""
        may = self._allowed(whole)
        tables = self._tables.with_idle(self._tables.idle(whole, may))
        standing = self._standing(whole, may, tables)
        if standing is None or standing.objective <= self._best.enough:
            return True
        filling = self._filling(standing, tables)
        if self._program.cells > _FEW_CELLS:
            next(filling, None)
        largest = float(np.abs(self._program.gain).max())
        most = _FIRST * max(abs(standing.objective), largest, _ROUNDING)
        for _ in range(_MOST_WIDENED):
            left = standing.objective - self._best.enough
            if left <= 0:
                return True
            if self._look(standing, tables, min(most, left)):
                if most >= standing.objective - self._best.enough:
                    return True
                most *= _WIDER
            elif next(filling, None) is None:
                return False
        return False

    def look_at(self, mix: IntArray, whole: FloatArray) -> None:
        """Keep a mix, the column of each cell, where it is the best so far."""
        sums = self._tables.columns[mix].sum(axis=0)
        told = Mixes(sums[None], lambda which: np.tile(mix, (len(which), 1)))
        self._pick(told, self._tables, whole)

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

    def _allowed(self, whole: FloatArray) -> BoolArray:
        """Tell which columns there are with the whole extras given. (n,)."""
        may = np.ones(self._program.size, dtype=bool)
        for link in self._program.links:
            if whole[link.extra] < _HALF:
                may &= ~link.columns
        return may

    def _standing(self, whole: FloatArray, may: BoolArray, tables: RowTables) -> NearShares | None:
        """Find the best shares with the whole extras given; None where there are none."""
        fixed = with_fixed(only(tables.program, may), whole)
        fixed.links = []
        found = Shares(fixed).solve()
        if found.status != OPTIMAL:
            _refuse_untold(found)
            return None
        columns, losses = np.zeros(len(may)), np.full(len(may), np.inf)
        columns[may], losses[may] = found.columns, np.maximum(-found.reduced, 0.0)
        prices = np.maximum(found.duals, 0.0)
        return NearShares(found.objective, columns, losses, prices, found.extras)

    def _filling(self, near: NearShares, tables: RowTables) -> Iterator[Solution]:
        """Tell better and better mixes, found some cells at a time; ends where there is none."""
        base, most = rounded(self._program.cell, near), _FIRST * abs(near.objective)
        many = self._program.cells > _FEW_CELLS
        for turn in range(_MOST_FILLED if many else 1):
            before = self._best.solution
            try:
                mixes = filled(tables, self._program.cell, near, most, base, turn)
                self._pick(mixes, tables, near.whole)
            except TooMuchError:
                return
            best = self._best.solution
            if best is before and not turn:
                return
            base = np.flatnonzero(best.columns > _HALF)
            yield best

    def _look(self, near: NearShares, tables: RowTables, most: float) -> bool:
        """Look through mixes that fall behind by no more than `most`; tell whether all of them."""
        blocks = self._blocks(near, tables, most)
        if blocks is None:
            return False
        if any(not len(one.sums) for one in blocks):
            return True
        found = self._over_blocks(near, tables, blocks)
        if found is None:
            return True
        objective, behind, prices = found
        listing = MixListing(
            tables, blocks, behind, prices, near.whole, objective, self._kept_by_blocks,
            each=bool(self._program.excluded),
        )  # fmt: skip
        ways = math.prod(len(one.sums) for one in blocks)
        part = most if ways <= _FEW_WAYS else most / _PARTS
        while True:
            part = min(part, objective - self._best.enough)
            mixes = listing.up_to(part)
            if mixes is None:
                return False
            self._pick(mixes, tables, near.whole)
            if part >= min(objective - self._best.enough, most):
                return True
            part *= _FURTHER

    def _over_blocks(
        self, near: NearShares, tables: RowTables, blocks: list[CellBlock]
    ) -> tuple[float, list[FloatArray], FloatArray] | None:
        """Return the best shares of blocks' mixes, what mixes fall behind, and the rows' prices.

        None where there are none. Where no row of a block has a price they are what is known.
        """
        if not near.prices[self._kept_by_blocks].any():
            behind = [near.losses[one.columns].sum(axis=1) for one in blocks]
            return near.objective, behind, near.prices
        smaller, rows = over_blocks(tables.program, blocks, near.whole)
        shares = Solver(smaller).solve()
        if shares.status != OPTIMAL:
            _refuse_untold(shares)
            return None
        ends = np.cumsum([len(one.sums) for one in blocks])[:-1]
        behind = np.split(np.maximum(-shares.reduced, 0.0), ends)
        prices = np.zeros(len(near.prices))
        prices[rows] = np.maximum(shares.duals, 0.0)
        return shares.objective, behind, prices

    def _blocks(self, near: NearShares, tables: RowTables, most: float) -> list[CellBlock] | None:
        """List the mixes of every block; None: too many."""
        program = self._program
        places = np.flatnonzero(near.losses <= most)
        ends = np.searchsorted(program.cell[places], np.arange(1, program.cells))
        by_cell = np.split(places, ends)
        blocks = []
        for one in self._together:
            block = block_of(tables, by_cell, one, near.losses, near.prices, most)
            if block is None:
                return None
            blocks.append(block)
        return blocks

    def _pick(self, mixes: Mixes, tables: RowTables, whole: FloatArray) -> None:
        """Keep the best of some mixes that keeps all rows."""
        most = mixes.sums[:, 0] + tables.beside_worth(whole)
        may = np.flatnonzero(most > self._best.enough)
        sums = tables.added_up(mixes.sums[may], whole)
        good = np.flatnonzero(sums.holds & (sums.worth > self._best.enough))
        for mix in self._program.excluded:
            own = np.zeros(self._program.size, dtype=bool)
            own[mix] = True
            good = good[own[mixes.columns(may[good])].sum(axis=1) < len(mix)]
        ordered = good[np.argsort(-sums.worth[good], kind="stable")]
        for priced, at in enumerate(ordered.tolist()):
            if sums.worth[at] <= self._best.enough:
                return
            picked = mixes.columns(may[[at]])[0]
            if not sums.is_open[at]:
                own = np.zeros(self._program.size)
                own[picked] = 1.0
                worth = float(sums.worth[at])
                found = Solution(OPTIMAL, own, sums.extras[at], worth, worth, NOTHING, NOTHING)
                self._best.keep(found)
                return
            if priced >= _MOST_PRICED:
                raise TooMuchError
            self.price(picked, whole)


def _refuse_untold(found: Solution) -> None:
    """Raise TooMuchError where it is not known that there are no shares."""
    if found.status != INFEASIBLE:
        raise TooMuchError
