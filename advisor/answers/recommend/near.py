"""A problem with whole numbers, solved exactly by what little is left near its best shares.

What is whole beside the routes (makers used, teams on plans, seats) is branched on, each question a
few steps of the simplex from the last. Where all of that is fixed, whole mixes are listed by what
they fall behind (`blocks`). Where that is too much, the solver is asked among what is left.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.answers.recommend.blocks import (
    CellBlock,
    MixListing,
    block_of,
    cells_together,
    over_blocks,
)
from advisor.answers.recommend.column_pricing import Mark
from advisor.answers.recommend.problem import Program, only, with_fixed
from advisor.answers.recommend.row_tables import RowTables
from advisor.answers.recommend.solution import (
    FEASIBLE,
    INFEASIBLE,
    NOTHING,
    OPTIMAL,
    UNKNOWN,
    Effort,
    Solution,
    without_solution,
)
from advisor.answers.recommend.solver import LARGE, Solver, needs_whole, solve

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
BoolArray = NDArray[np.bool_]

_WHOLE = 1e-7
_ROUNDING = 1e-9
_HALF = 0.5
_MOST_NODES, _MOST_SETTLED = 400, 3
"""After so many problems in shares, and so many listings, the solver is asked for the rest."""
_FIRST, _WIDER, _FURTHER, _PARTS = 2e-4, 4.0, 2.0, 8
"""What mixes fall behind at most that are listed first, of the objective, and how that grows."""
_MOST_WIDENED, _MOST_PRICED, _MOST_BLOCKS = 12, 20, 64
_NONE = without_solution(INFEASIBLE, -math.inf)


class _Node(NamedTuple):
    """Bounds of the extras, the best shares within them, and what more of an extra adds there."""

    low: FloatArray
    high: FloatArray
    solution: Solution
    beside: FloatArray


class _TooMuchError(Exception):
    """More is left than can be gone through here."""


def solve_near(
    program: Program,
    effort: Effort = Effort(),  # noqa: B008 - a record, never changed
    known: Sequence[IntArray] = (),
) -> Solution:
    """Solve a problem once, as exactly as `solve` does.

    `known` are whole mixes that may be good, the column of each cell, (N,).
    """
    is_large = program.size >= LARGE
    if is_large or not needs_whole(program) or not program.size:
        return solve(program, effort)
    search = _Search(program, effort)
    try:
        return search.run(known)
    except _TooMuchError:
        return search.handed_over()
    except KeyboardInterrupt:
        return search.best_so_far()


class Branching:
    """A problem in shares with some whole extras, solved again as its rows move.

    Every question goes on from the last one's steps of the simplex.
    """

    def __init__(self, program: Program) -> None:
        """Hand the problem over."""
        self._program, self._lp = program, Solver(program, relaxed=True)
        self._moved: dict[int, float] = {}
        self._earlier: list[Solution] = []

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
        search = _Search(self._program, effort, self._lp)
        for earlier in filter(self._may_be, self._earlier):
            search.keep(earlier)
        try:
            found = search.run(())
        except _TooMuchError:
            return without_solution(UNKNOWN, math.inf)
        if found.status == OPTIMAL:
            self._earlier.append(found)
        return found._replace(duals=NOTHING, reduced=NOTHING)

    def _may_be(self, earlier: Solution) -> bool:
        """Tell whether what was best before keeps the rows where they are now."""
        return all(
            self._program.rows[row].sum.at(earlier.columns, earlier.extras) <= right
            for row, right in self._moved.items()
        )


class _Search:
    """Nodes in the order of their bounds, and the best mix of those that were looked at."""

    def __init__(self, program: Program, effort: Effort, lp: Solver | None = None) -> None:
        """Start with nothing found; `lp` is the problem in shares where it is laid out already."""
        self._program, self._effort = program, effort
        self._tables = RowTables(program)
        self._together = cells_together(program)
        self._lp = lp or Solver(program, relaxed=True)
        self._best = _NONE
        self._root: _Node | None = None
        self._asked, self._proved = 0, -math.inf
        self._settled: set[bytes] = set()

    def run(self, known: Sequence[IntArray]) -> Solution:
        """Search to the end. Raises _TooMuchError where that is not for here."""
        is_many = len(self._together) > _MOST_BLOCKS
        if self._program.is_whole and (is_many or not self._tables.is_told):
            raise _TooMuchError
        for mix in known:
            self.keep(self._priced(mix))
        extras = self._program.extras
        self._root = self._node(
            np.array([extra.low for extra in extras]), np.array([extra.high for extra in extras])
        )
        if self._root is None:
            return _NONE
        waiting = [(-self._root.solution.objective, 0, self._root)]
        while waiting:
            bound, _, node = heapq.heappop(waiting)
            if -bound <= self._enough():
                break
            for child in self._after(node):
                if child.solution.objective > self._enough():
                    self._asked += 1
                    heapq.heappush(waiting, (-child.solution.objective, self._asked, child))
        bound = min(self._proved, self._root.solution.objective)
        return self._best._replace(bound=max(self._best.objective, bound))

    def handed_over(self) -> Solution:
        """Let the solver find the best mix of all that could be better than the best known."""
        program, best = self._program, self._best
        if self._root is None or best is _NONE or program.excluded:
            return solve(program, self._effort)
        root, enough = self._root, best.objective - _ROUNDING * abs(best.objective)
        keep = root.solution.objective + np.minimum(root.solution.reduced, 0.0) >= enough
        low, high = self._narrowed(root, enough)
        found = self._within(keep, low, high)
        # Where rounding cut the best known off, nothing is left that is better.
        bound = -math.inf if found.status == INFEASIBLE else found.bound
        known = found if found.objective > best.objective else best
        bound = max(min(bound, root.solution.objective), known.objective)
        near = bound - known.objective <= max(self._effort.gap, _ROUNDING) * abs(known.objective)
        return known._replace(status=OPTIMAL if near else FEASIBLE, bound=bound)

    def best_so_far(self) -> Solution:
        """Return the best mix there is, where somebody ended the search.

        Raises KeyboardInterrupt where there is none.
        """
        if self._best is _NONE or self._root is None:
            raise KeyboardInterrupt
        bound = max(self._root.solution.objective, self._best.objective)
        return self._best._replace(status=FEASIBLE, bound=bound)

    # --- What is whole beside the routes ---------------------------------------------------------

    def _enough(self) -> float:
        """Return what another mix has to be worth more than."""
        best = self._best.objective
        return best + _ROUNDING * abs(best) if best > -math.inf else best

    def _node(self, low: FloatArray, high: FloatArray) -> _Node | None:
        """Find the best shares within bounds of the extras; None where there are none."""
        self._asked += 1
        if self._asked > _MOST_NODES or self._effort.left <= _WHOLE:
            raise _TooMuchError
        self._lp.hold_extras(low, high)
        found = self._lp.solve()
        if found.status == INFEASIBLE:
            return None
        if found.status != OPTIMAL:
            raise _TooMuchError
        return _Node(low, high, found, self._lp.reduced_extras())

    def _after(self, node: _Node) -> list[_Node]:
        """Return what a node falls apart into; look through its mixes where all else is whole."""
        low, high = self._narrowed(node, self._enough())
        values, whole = node.solution.extras, self._tables.is_whole
        off = np.where(whole, np.abs(values - np.round(values)), 0.0)
        if off.max(initial=0.0) > _WHOLE:
            at = int(off.argmax())
            below, above = high.copy(), low.copy()
            below[at], above[at] = math.floor(values[at]), math.ceil(values[at])
            return [
                one for one in (self._node(low, below), self._node(above, high)) if one is not None
            ]
        if not self._program.is_whole:
            self.keep(node.solution)
            return []
        pattern = np.round(values[whole]).tobytes()
        if pattern not in self._settled:
            self._settled.add(pattern)
            if len(self._settled) > _MOST_SETTLED:
                raise _TooMuchError
            self._settle(node)
            low, high = self._narrowed(node, self._enough())
        loose = np.flatnonzero(whole & (low < high))
        return self._decided(node, low, high, int(loose[0])) if len(loose) else []

    def _narrowed(self, node: _Node, enough: float) -> tuple[FloatArray, FloatArray]:
        """Return the bounds within which extras can still be part of a better mix."""
        room = node.solution.objective - enough
        values, beside = node.solution.extras, node.beside
        at_low = (values <= node.low + _WHOLE) & (-beside > room)
        at_high = (values >= node.high - _WHOLE) & (beside > room)
        stays = self._tables.is_whole & (at_low | at_high)
        kept = np.round(values)
        return np.where(stays, kept, node.low), np.where(stays, kept, node.high)

    def _decided(self, node: _Node, low: FloatArray, high: FloatArray, at: int) -> list[_Node]:
        """Decide what is whole already: as it is, which needs no solving, or otherwise."""
        value = float(np.round(node.solution.extras[at]))
        as_it_is, below, above = (low.copy(), high.copy()), high.copy(), low.copy()
        as_it_is[0][at] = as_it_is[1][at] = value
        children: list[_Node | None] = [node._replace(low=as_it_is[0], high=as_it_is[1])]
        if value > low[at]:
            below[at] = value - 1
            children.append(self._node(low, below))
        if value < high[at]:
            above[at] = value + 1
            children.append(self._node(above, high))
        return [one for one in children if one is not None]

    # --- The routes ------------------------------------------------------------------------------

    def _settle(self, node: _Node) -> None:
        """Find the best whole mix where all extras that are whole stand as they are in the shares.

        Mixes are listed further and further behind the shares.
        """
        found = node.solution
        largest = float(np.abs(self._program.gain).max())
        most = _FIRST * max(abs(found.objective), largest, 1e-9)
        for _ in range(_MOST_WIDENED):
            if not self._look(node, min(most, found.objective - self._enough())):
                break
            if most >= found.objective - self._enough():
                return
            most *= _WIDER
        # Too many to be listed: the solver is asked among those that are left.
        if self._program.excluded:
            raise _TooMuchError
        keep = found.objective + np.minimum(found.reduced, 0.0) >= self._enough()
        fixed = np.where(self._tables.is_whole, np.round(found.extras), node.low)
        other = self._within(keep, fixed, np.where(self._tables.is_whole, fixed, node.high))
        if other.status not in {OPTIMAL, INFEASIBLE}:
            raise _TooMuchError
        self._proved = max(self._proved, other.bound)
        self.keep(other)
        if self._best is _NONE:
            raise _TooMuchError

    def _look(self, node: _Node, most: float) -> bool:
        """Look through mixes that fall behind by no more than `most`; tell whether all of them."""
        blocks = self._blocks(node, most)
        if blocks is None:
            return False
        if any(not len(one.sums) for one in blocks):
            return True
        whole = node.solution.extras
        smaller, rows = over_blocks(self._program, blocks, whole)
        shares = Solver(smaller).solve()
        if shares.status != OPTIMAL:
            return shares.status == INFEASIBLE
        ends = np.cumsum([len(one.sums) for one in blocks])[:-1]
        behind = np.split(np.maximum(-shares.reduced, 0.0), ends)
        prices = np.zeros(len(self._program.rows))
        prices[rows] = np.maximum(shares.duals, 0.0)
        listing = MixListing(self._tables, blocks, behind, prices, whole)
        part = most / _PARTS
        while True:
            part = min(part, shares.objective - self._enough())
            mixes = listing.up_to(part)
            if mixes is None:
                return False
            if len(mixes[0]):
                self._pick(*mixes, whole)
            if part >= min(shares.objective - self._enough(), most):
                return True
            part *= _FURTHER

    def _blocks(self, node: _Node, most: float) -> list[CellBlock] | None:
        """List the mixes of every block; None: too many."""
        program, found = self._program, node.solution
        losses, prices = np.maximum(-found.reduced, 0.0), np.maximum(found.duals, 0.0)
        may = losses <= most
        for link in program.links:
            if found.extras[link.extra] < _HALF:
                may &= ~link.columns
        places = np.flatnonzero(may)
        ends = np.searchsorted(program.cell[places], np.arange(1, program.cells))
        by_cell = np.split(places, ends)
        blocks = []
        for one in self._together:
            block = block_of(self._tables, by_cell, one, losses, prices, most)
            if block is None:
                return None
            blocks.append(block)
        return blocks

    def _pick(self, columns: IntArray, taken: FloatArray, whole: FloatArray) -> None:
        """Keep the best of some mixes that keeps all rows."""
        sums = self._tables.added_up(taken, whole)
        good = np.flatnonzero(sums.holds & (sums.worth > self._enough()))
        for mix in self._program.excluded:
            own = np.zeros(self._program.size, dtype=bool)
            own[mix] = True
            good = good[own[columns[good]].sum(axis=1) < len(mix)]
        ordered = good[np.argsort(-sums.worth[good], kind="stable")]
        for priced, at in enumerate(ordered.tolist()):
            if sums.worth[at] <= self._enough():
                return
            if not sums.is_open[at]:
                own = np.zeros(self._program.size)
                own[columns[at]] = 1.0
                worth = float(sums.worth[at])
                found = Solution(OPTIMAL, own, sums.extras[at], worth, worth, NOTHING, NOTHING)
                self.keep(found)
                return
            if priced >= _MOST_PRICED:
                raise _TooMuchError
            self.keep(self._priced(columns[at], whole))

    def _priced(self, mix: IntArray, whole: FloatArray | None = None) -> Solution:
        """Let the solver say what a mix is worth; with `whole`, where these extras are fixed."""
        keep = np.zeros(self._program.size, dtype=bool)
        keep[mix] = True
        alone = only(self._program, keep)
        if whole is not None:
            alone = with_fixed(alone, whole)
        found = Solver(alone).solve()
        is_there = found.status == OPTIMAL
        return found._replace(columns=keep.astype(float)) if is_there else _NONE

    def _within(self, keep: BoolArray, low: FloatArray, high: FloatArray) -> Solution:
        """Let the solver find the best mix of some columns, extras within bounds."""
        small = only(self._program, keep)
        small.extras = [
            extra._replace(low=least, high=most)
            for extra, least, most in zip(small.extras, low.tolist(), high.tolist(), strict=True)
        ]
        solver = Solver(small)
        if self._best is not _NONE:
            solver.only_prove()
        found = solver.solve(self._effort)
        if not len(found.columns):
            return found
        columns = np.zeros(self._program.size)
        columns[keep] = found.columns
        return found._replace(columns=columns)

    def keep(self, found: Solution) -> None:
        """Keep a solution where it is the best so far."""
        if found.objective > self._best.objective:
            self._best = found._replace(bound=found.objective)
