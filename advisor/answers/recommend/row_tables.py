"""A problem laid out by rows, for adding mixes up without a solver, all that is whole fixed.

What is left beside the routes are sums that follow from others: what is paid beyond a pool, what is
owed. Each is the least that its rows allow, so a mix can be computed by adding up.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.answers.recommend.matrix import scales_of, starts_of
from advisor.answers.recommend.problem import Program

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
BoolArray = NDArray[np.bool_]

_TOLERANCE = 1e-9


class Sums(NamedTuple):
    """What mixes come to: their worth, (K,), all extras, (K, E), whether all rows hold, (K,).

    `is_open` (K,): a row is broken that paying more than is due might keep; then `worth` is what
    would be left at the most.
    """

    worth: FloatArray
    extras: FloatArray
    holds: BoolArray
    is_open: BoolArray


class Mixes(NamedTuple):
    """Whole mixes: what they take, (K, 1 + R), and the column of every cell of some, (k, N)."""

    sums: FloatArray
    columns: Callable[[IntArray], IntArray]


class _Due(NamedTuple):
    extra: int
    rows: IntArray


class RowTables:
    """`columns` (n, 1 + R) are what each column gains, and what it weighs in every row.

    `beside` (E, R) is the same of extras. `is_closed` (R,): no sum that may grow loosens the row.
    `is_sure` (R,): such sums in the row follow from one row each. `is_told`: mixes can be added up.
    What of the sums beside the routes can be nothing else than it is counts as a constant.
    """

    def __init__(self, program: Program) -> None:
        """Lay a problem out."""
        extras, rows = program.extras, program.rows
        self.program = program
        self.is_whole = np.array([extra.is_whole for extra in extras], dtype=bool)
        self.columns = np.column_stack([program.gain, *(row.sum.columns for row in rows)])
        self.beside = np.zeros((len(extras), len(rows)))
        for n, row in enumerate(rows):
            for extra, weight in row.sum.extras.items():
                self.beside[extra, n] += weight
        self.constants = np.array([row.sum.constant for row in rows])
        self.slack = _TOLERANCE * scales_of(program)[1]
        self._gains = np.array([extra.gain for extra in extras])
        self._lows = np.array([extra.low for extra in extras])
        self._highs = np.array([extra.high for extra in extras])
        self._grows = ~self.is_whole & (self._highs > self._lows)
        loosens = (self.beside < 0) & self._grows[:, None]
        self.is_closed = np.asarray(~loosens.any(axis=0))
        self._may_open = loosens.sum(axis=0) > 1
        self._repair = self._cheapest_repair(loosens)
        self.follows = self._followers(loosens & ~self._may_open)
        self.is_sure = self._sure_rows()
        self._asked_once = self._asked_by_one_row(loosens)
        self._with_idle: dict[bytes, RowTables] = {}
        self._dues = self._in_order(loosens & ~self._may_open)
        gains_more = (self._gains > 0) & self._grows
        self.is_told = self._dues is not None and not gains_more.any()

    def _in_order(self, follows: BoolArray) -> list[_Due] | None:
        """Put every sum behind those that it follows from; None where some hang on each other."""
        waiting = {e: np.flatnonzero(follows[e]) for e in np.flatnonzero(self._grows).tolist()}
        ordered: list[_Due] = []
        while waiting:
            ready = [
                e
                for e, rows in waiting.items()
                if not any(self.beside[other, rows].any() for other in waiting if other != e)
            ]
            if not ready:
                return None
            ordered += [_Due(e, waiting.pop(e)) for e in ready]
        return ordered

    def _followers(self, loosens: BoolArray) -> list[tuple[int, int]]:
        """List the extras that follow from one row without others of their kind, with that row."""
        other = self.beside[self._grows] != 0
        return [
            (one, int(np.flatnonzero(loosens[one])[0]))
            for one in np.flatnonzero(self._grows).tolist()
            if loosens[one].sum() == 1
            and other[:, loosens[one]].sum() == 1
            and self._lows[one] == 0.0
        ]

    def _sure_rows(self) -> BoolArray:
        """Tell which rows' slack can be bounded: what weighs in them beside columns follows."""
        followers = [one for one, _ in self.follows]
        others = self._grows.copy()
        others[followers] = False
        return np.asarray(self.is_closed & ~(self.beside[others] != 0).any(axis=0))

    def _asked_by_one_row(self, loosens: BoolArray) -> tuple[IntArray, IntArray]:
        """List the extras that loosen one row, which no other sum tightens, with that row."""
        tightened = ((self.beside > 0) & self._grows[:, None]).any(axis=0)
        is_alone = loosens.sum(axis=1, keepdims=True) == 1
        own, rows = np.nonzero(loosens & is_alone & ~tightened)
        return own, rows

    def without_sums(self, prices: FloatArray) -> tuple[FloatArray, float] | None:
        """Add rows up so that no sum that follows is left, from the dearest row on; None: no row.

        Returns by what to multiply each row, (R,), and what one of the whole that is left of them
        costs at the least.
        """
        best = None
        for row in np.flatnonzero((prices > 0) & self.is_sure).tolist():
            weights, price = np.zeros(len(prices)), float(prices[row])
            weights[row] = 1.0
            for one, of in self.follows:
                part = self.beside[one, row] / -self.beside[one, of]
                if part > 0:
                    weights[of], price = part, min(price, float(prices[of]) / part)
            if price > 0 and (best is None or price > best[1]):
                best = weights, price
        return best

    def at_most(self, taken: FloatArray, of: IntArray) -> FloatArray:
        """Return what some rows come to at the most, (K, k), where columns take so much, (K, R).

        `of` (k,) are those rows, of which all are sure.
        """
        result = taken[:, of]
        if self.follows:
            own, rows = (np.array(each) for each in zip(*self.follows, strict=True))
            weights = self.beside[np.ix_(own, of)]
            if weights.any():
                due = np.maximum(taken[:, rows] / -self.beside[own, rows], 0.0)
                result = result + due @ weights
        return np.asarray(result)

    def at_worst(self, taken: Sequence[FloatArray], whole: FloatArray) -> FloatArray:
        """Return what no row that is closed comes to more than, (R,), one of each taken, (K, R).

        What one row alone asks for grows no further than that; other sums may grow to their end.
        """
        least, (own, rows) = self.least(whole), self._asked_once
        free = np.maximum(self.beside, 0.0)
        free[own] = 0.0
        most = least + self._at_their_end(free)
        weights = np.maximum(self.beside[own], 0.0) / -self.beside[own, rows][:, None]
        most += np.maximum(least[rows], 0.0) @ weights
        for each in taken:
            most += (each + np.maximum(each[:, rows], 0.0) @ weights).max(axis=0)
        return np.asarray(most)

    def _at_their_end(self, weights: FloatArray) -> FloatArray:
        """Return what rows come to more, (R,), where sums grow to their end that weigh (E, R)."""
        growth = np.where(self._grows, self._highs - self._lows, 0.0)[:, None]
        each = np.multiply(weights, growth, out=np.zeros_like(weights), where=weights != 0)
        return np.asarray(each.sum(axis=0))

    def idle(self, whole: FloatArray, may: BoolArray) -> BoolArray:
        """Tell which sums can be nothing but their least, whatever mix of some columns is chosen.

        Some row leaves no room for more of them. (E,).
        """
        starts = starts_of(self.program)
        if (np.diff(starts) == 0).any():
            return np.zeros(len(self._lows), dtype=bool)
        taken = np.where(may[:, None], self.columns[:, 1:], np.inf)
        least = np.minimum.reduceat(taken, starts[:-1], axis=0).sum(axis=0)
        is_full = self.least(whole) + least + self._at_their_end(np.minimum(self.beside, 0.0)) >= 0
        return np.asarray(self._grows & ((self.beside > 0) & is_full).any(axis=1))

    def with_idle(self, idle: BoolArray) -> "RowTables":
        """Return the same where some sums don't grow: then rows hold that they could loosen."""
        if not idle.any():
            return self  # not kept: who refers to itself is freed by a collector alone
        key = idle.tobytes()
        if key not in self._with_idle:
            self._with_idle[key] = RowTables(without(self.program, idle))
        return self._with_idle[key]

    def least(self, whole: FloatArray) -> FloatArray:
        """Return what every row holds at the least beside columns, extras that are whole fixed."""
        return np.asarray(self.constants + self._least_extras(whole) @ self.beside)

    def _least_extras(self, whole: FloatArray) -> FloatArray:
        return np.where(self.is_whole, whole, self._lows)

    def rows_at(self, columns: FloatArray, extras: FloatArray) -> FloatArray:
        """Return what every row comes to at a solution, in shares or whole. (R,)."""
        return np.asarray(columns @ self.columns[:, 1:] + extras @ self.beside + self.constants)

    def beside_worth(self, whole: FloatArray) -> float:
        """Return what there is at most beside columns' gains, extras that are whole fixed."""
        return float(self._least_extras(whole) @ self._gains) + self.program.constant

    def added_up(self, sums: FloatArray, whole: FloatArray) -> Sums:
        """Add mixes up: `sums` (K, 1 + R) are of their columns, `whole` (E,) the fixed extras."""
        assert self._dues is not None
        fixed = np.where(self.is_whole, whole, np.where(self._grows, 0.0, self._lows))
        extras = np.tile(fixed, (len(sums), 1))
        rows = sums[:, 1:] + self.constants + fixed @ self.beside
        holds = np.ones(len(sums), dtype=bool)
        for one, of in self._dues:
            low, high = self._lows[one], self._highs[one]
            asked = rows[:, of] / -self.beside[one, of]
            least = np.maximum(asked.max(axis=1, initial=-np.inf), low)
            extras[:, one] = least
            weighs = np.flatnonzero(self.beside[one])
            rows[:, weighs] += least[:, None] * self.beside[one, weighs]
            holds &= least <= high + _TOLERANCE * max(1.0, abs(high))
        broken = rows > self.slack
        holds &= ~(broken & ~self._may_open).any(axis=1)
        worth = sums[:, 0] + extras @ self._gains + self.program.constant
        opened = np.where(broken & self._may_open, rows, 0.0)
        worth = worth - (opened * self._repair).max(axis=1, initial=0.0)
        return Sums(worth, extras, holds, np.asarray(opened.any(axis=1)))

    def _cheapest_repair(self, loosens: BoolArray) -> FloatArray:
        """Return what loosening each row by one costs at least, by paying more. (R,)."""
        weights = np.where(loosens, -self.beside, 1.0)
        cost = np.where(loosens, -self._gains[:, None] / weights, np.inf)
        least = cost.min(axis=0, initial=np.inf)
        return np.where(np.isfinite(least), np.maximum(least, 0.0), 0.0)


def without(program: Program, idle: BoolArray) -> Program:
    """Return the problem where some of what stands beside the routes is no more than its least."""
    extras = [
        extra._replace(high=extra.low) if stays else extra
        for extra, stays in zip(program.extras, idle.tolist(), strict=True)
    ]
    return replace(program, extras=extras)
