"""A problem with whole numbers, solved exactly by what little is left near its best shares.

What is whole beside the routes (makers used, teams on plans, seats) is branched on, each question a
few steps of the simplex from the last. Where all of that is fixed, whole mixes are listed by what
they fall behind (`settling`). Where that is too much, the solver is asked among what is left.
"""

import heapq
import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.answers.recommend.problem import Program, only
from advisor.answers.recommend.row_tables import RowTables
from advisor.answers.recommend.settling import NONE, Best, Settling, TooMuchError
from advisor.answers.recommend.shares import Shares, in_shares
from advisor.answers.recommend.solution import (
    FEASIBLE,
    INFEASIBLE,
    OPTIMAL,
    Effort,
    Solution,
)
from advisor.answers.recommend.solver import LARGE, Solver, needs_whole, solve

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
BoolArray = NDArray[np.bool_]

_WHOLE = 1e-7
_ROUNDING = 1e-9
_MOST_NODES, _MOST_SETTLED, _MOST_ASKED = 400, 24, 2
"""After so many problems in shares, so many listings, and so many of them that were too long, the
solver is asked for the rest."""
_FEW_SETTLED, _LITTLE = 3, 1.75
"""After fewer listings where no more columns a cell are left: that is nothing to the solver."""


class _Node(NamedTuple):
    """Bounds of the extras, the best shares within them, and what more of an extra adds there."""

    low: FloatArray
    high: FloatArray
    solution: Solution
    beside: FloatArray


def solve_near(
    program: Program,
    effort: Effort = Effort(),  # noqa: B008 - a record, never changed
    known: Sequence[IntArray] = (),
) -> Solution:
    """Solve a problem once, as exactly as `solve` does.

    `known` are whole mixes that may be good, the column of each cell, (N,).
    """
    if not needs_whole(program):
        return in_shares(program, effort)
    if not program.size:
        return solve(program, effort)
    shares = Shares(program)
    if shares.size >= LARGE:
        return solve(program, effort)
    search = NearSearch(program, effort, shares, RowTables(program))
    try:
        return search.run(known)
    except TooMuchError:
        return search.handed_over()
    except KeyboardInterrupt:
        return search.best_so_far()


class NearSearch:
    """Nodes in the order of their bounds, and the best mix of those that were looked at."""

    def __init__(self, program: Program, effort: Effort, lp: Shares, tables: RowTables) -> None:
        """Start with nothing found; `lp` is the problem in shares, `tables` are its rows."""
        self._program, self._effort, self._tables, self._lp = program, effort, tables, lp
        self.best = Best(effort.gap)
        self._settling = Settling(program, tables, self.best)
        self._root: _Node | None = None
        self._asked, self._proved, self._steps = 0, -math.inf, 0
        self._settled: set[bytes] = set()
        self._too_long = 0

    def run(self, known: Sequence[IntArray]) -> Solution:
        """Search to the end. Raises TooMuchError where that is not for here."""
        if self._program.is_whole and not self._tables.is_told:
            raise TooMuchError
        for mix in known:
            self._settling.price(mix)
        extras = self._program.extras
        self._root = self._node(
            np.array([extra.low for extra in extras]), np.array([extra.high for extra in extras])
        )
        if self._root is None:
            return NONE
        waiting = [(-self._root.solution.objective, 0, self._root)]
        while waiting:
            bound, _, node = heapq.heappop(waiting)
            if -bound <= self.best.enough:
                break
            for child in self._after(node):
                if child.solution.objective > self.best.enough:
                    self._asked += 1
                    heapq.heappush(waiting, (-child.solution.objective, self._asked, child))
        best = self.best.solution
        left_out = self.best.enough if self.best.tolerance > _ROUNDING else best.objective
        bound = min(max(self._proved, left_out), self._root.solution.objective)
        return best._replace(bound=max(best.objective, bound), steps=self._steps)

    def handed_over(self) -> Solution:
        """Let the solver find the best mix of all that could be better than the best known."""
        program, best = self._program, self.best.solution
        if self._root is None or not self.best.is_there or program.excluded:
            found = solve(program, self._effort)
            return found._replace(steps=found.steps + self._steps)
        root, enough = self._root, best.objective - _ROUNDING * abs(best.objective)
        keep = _may_reach(root, enough)
        low, high = self._narrowed(root, enough)
        found = self._within(keep, low, high)
        # Where rounding cut the best known off, nothing is left that is better.
        bound = -math.inf if found.status == INFEASIBLE else found.bound
        known = found if found.objective > best.objective else best
        bound = max(min(bound, root.solution.objective), known.objective)
        near = bound - known.objective <= max(self._effort.gap, _ROUNDING) * abs(known.objective)
        status = OPTIMAL if near else FEASIBLE
        return known._replace(status=status, bound=bound, steps=self._steps)

    def _is_little_left(self) -> bool:
        """Tell whether hardly any columns can be part of a better mix."""
        if self._root is None or not self.best.is_there:
            return False
        left = _may_reach(self._root, self.best.solution.objective)
        return bool(left.sum() <= _LITTLE * self._program.cells)

    def best_so_far(self) -> Solution:
        """Return the best mix there is, where somebody ended the search.

        Raises KeyboardInterrupt where there is none.
        """
        if not self.best.is_there or self._root is None:
            raise KeyboardInterrupt
        best = self.best.solution
        bound = max(self._root.solution.objective, best.objective)
        return best._replace(status=FEASIBLE, bound=bound)

    # --- What is whole beside the routes ---------------------------------------------------------

    def _node(self, low: FloatArray, high: FloatArray) -> _Node | None:
        """Find the best shares within bounds of the extras; None where there are none."""
        self._asked += 1
        if self._asked > _MOST_NODES or self._effort.left <= _WHOLE:
            raise TooMuchError
        self._lp.hold_extras(low, high)
        found = self._lp.solve()
        self._steps += found.steps
        if found.status == INFEASIBLE:
            return None
        if found.status != OPTIMAL:
            raise TooMuchError
        return _Node(low, high, found, self._lp.reduced_extras())

    def _after(self, node: _Node) -> list[_Node]:
        """Return what a node falls apart into; look through its mixes where all else is whole."""
        low, high = self._narrowed(node, self.best.enough)
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
            self.best.keep(node.solution)
            return []
        pattern = np.round(values[whole]).tobytes()
        if pattern not in self._settled:
            self._settled.add(pattern)
            if len(self._settled) > (_FEW_SETTLED if self._is_little_left() else _MOST_SETTLED):
                raise TooMuchError
            self._settle(node)
            low, high = self._narrowed(node, self.best.enough)
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

    def _settle(self, node: _Node) -> None:
        """Find the best whole mix where all extras that are whole stand as they are in the shares.

        Where mixes are too many, the solver is asked among those that are left.
        """
        found = node.solution
        if np.abs(found.columns - np.round(found.columns)).max() <= _WHOLE:
            self._settling.look_at(np.flatnonzero(np.round(found.columns)), found.extras)
        if found.objective <= self.best.enough or self._settling.settle(np.round(found.extras)):
            return
        self._too_long += 1
        if self._too_long > _MOST_ASKED or self._program.excluded or self._effort.left <= _WHOLE:
            raise TooMuchError
        keep = _may_reach(node, self.best.enough)
        fixed = np.where(self._tables.is_whole, np.round(found.extras), node.low)
        other = self._within(keep, fixed, np.where(self._tables.is_whole, fixed, node.high))
        if other.status not in {OPTIMAL, INFEASIBLE}:
            raise TooMuchError
        self._proved = max(self._proved, other.bound)
        self.best.keep(other)
        if not self.best.is_there:
            raise TooMuchError

    def _within(self, keep: BoolArray, low: FloatArray, high: FloatArray) -> Solution:
        """Let the solver find the best mix of some columns, extras within bounds."""
        small = only(self._program, keep)
        small.extras = [
            extra._replace(low=least, high=most)
            for extra, least, most in zip(small.extras, low.tolist(), high.tolist(), strict=True)
        ]
        solver = Solver(small)
        if self.best.is_there:
            solver.only_prove()
        most = self._root.solution.objective if self._root is not None else math.inf
        found = solver.solve(self._effort.knowing(self.best.solution.objective, most))
        self._steps += found.steps
        if not len(found.columns):
            return found
        columns = np.zeros(self._program.size)
        columns[keep] = found.columns
        return found._replace(columns=columns)


def _may_reach(node: _Node, enough: float) -> BoolArray:
    """Tell which columns a mix within a node's bounds can have that is worth so much. (n,)."""
    return np.asarray(node.solution.objective + np.minimum(node.solution.reduced, 0.0) >= enough)
