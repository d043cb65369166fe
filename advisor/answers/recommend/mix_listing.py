"""Whole mixes listed by what they fall behind. Knows no solver.

Mixes of all blocks are put together in two halves. Of the pairs of both halves those are left that
are worth enough and keep every row for sure, looked for along the dearest row, of which a good mix
leaves little: two sums and a comparison a pair, in blocks that stay in the processor's cache.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.answers.recommend.blocks import CellBlock
from advisor.answers.recommend.row_tables import Mixes, RowTables

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
BoolArray = NDArray[np.bool_]

_MOST_MIXES = 10_000
"""So many mixes are listed at a time and no more."""
_MOST_COMPARED, _COMPARED_AT_ONCE = 40_000_000, 128
"""So many pairs of halves are looked at, and so many mixes of one half at a time."""
_MOST_HELD, _MOST_ROWS = 1_500, 4
"""So many are held against each other where several rows matter, and so many rows."""
_ROUNDING = 1e-12
_NOTHING = np.zeros(0, dtype=np.intp)


class _Part(NamedTuple):
    """Mixes of some blocks: which of each, (K, blocks), what they take, what they fall behind."""

    picked: NDArray[np.int16]
    sums: FloatArray
    lost: FloatArray

    def chosen(self, which: IntArray | BoolArray) -> "_Part":
        """Return some of them."""
        return _Part(self.picked[which], self.sums[which], self.lost[which])


class _Rest(NamedTuple):
    """What parts to come take of every row at the least and at the most, (R,) each."""

    least: FloatArray
    most: FloatArray

    def without(self, part: _Part) -> "_Rest":
        """Take a part away."""
        rows = part.sums[:, 1:]
        return _Rest(self.least - rows.min(axis=0), self.most - rows.max(axis=0))


class MixListing:
    """Lists mixes of all blocks that fall behind by little."""

    def __init__(
        self,
        tables: RowTables,
        blocks: list[CellBlock],
        losses: Sequence[FloatArray],
        prices: FloatArray,
        whole: FloatArray,
        objective: float,
        kept_rows: IntArray,
        *,
        each: bool,
    ) -> None:
        """`losses` are what each block's mixes fall behind, `prices` (R,) those of the rows.

        `objective` is what the best shares are worth, from which they fall behind; `kept_rows`
        are those that all mixes of the blocks keep. `each`: those are listed, too, that are worth
        no more than others which take no more of any row.
        """
        self._tables, self._blocks, self._losses = tables, blocks, losses
        self._prices, self._others = prices, tables.least(whole)
        self._priced = np.flatnonzero((prices > 0) & tables.is_sure)
        self._along = tables.without_sums(prices)
        self._own = objective - tables.beside_worth(whole)
        self._told_by = None if each else self._may_matter(kept_rows, whole)

    def up_to(self, most: float) -> Mixes | None:
        """List the mixes that fall behind by no more than `most`; None: too many.

        What can keep no row any more, however it goes on, is left out.
        """
        parts = [self._part(n, most) for n in range(len(self._blocks))]
        if any(not len(part.lost) for part in parts):
            return Mixes(np.zeros((0, self._tables.columns.shape[1])), lambda which: which[:, None])
        order = sorted(range(len(parts)), key=lambda n: len(parts[n].lost))
        settled = sum(len(part.lost) == 1 for part in parts)
        ordered = [_side_by_side([parts[n] for n in order[:settled]])] if settled else []
        ordered += [parts[n] for n in order[settled:]]
        found = self._from_both_ends(ordered, most)
        if found is None:
            return None
        blocks, picked = [self._blocks[n] for n in order], found.picked
        by_cell = np.argsort(np.concatenate([one.cells for one in blocks]))

        def columns(which: IntArray) -> IntArray:
            own = [one.columns[picked[which, at]] for at, one in enumerate(blocks)]
            return np.column_stack(own)[:, by_cell]

        return Mixes(found.sums, columns)

    def _may_matter(self, kept_rows: IntArray, whole: FloatArray) -> IntArray:
        """Return the rows that mixes of all blocks could break, or that sums beside them follow.

        A budget that columns alone can't break may be broken with what they owe beside it.
        """
        sums = [block.sums[:, 1:] for block in self._blocks]
        taken = np.any([(one != 0).any(axis=0) for one in sums], axis=0)
        most = self._tables.at_worst(sums, whole)
        matters = taken & ((most > self._tables.slack) | ~self._tables.is_closed)
        matters[kept_rows] = False
        return np.flatnonzero(matters)

    def _part(self, block: int, most: float) -> _Part:
        may = np.flatnonzero(self._losses[block] <= most)
        part = _Part(
            may[:, None].astype(np.int16), self._blocks[block].sums[may], self._losses[block][may]
        )
        return self._without_worse(part)

    def _without_worse(self, part: _Part) -> _Part:
        """Leave mixes out that gain no more than another which takes no more of any row."""
        if self._told_by is None or len(part.lost) < 2:
            return part
        return part.chosen(_not_worse(part.sums[:, 0], part.sums[:, 1 + self._told_by]))

    def _from_both_ends(self, parts: list[_Part], most: float) -> _Part | None:
        """Put parts together in two halves, and those into one; None: too many."""
        halves = _halves([len(part.lost) for part in parts])
        rest = _Rest(
            sum(part.sums[:, 1:].min(axis=0) for part in parts),
            sum(part.sums[:, 1:].max(axis=0) for part in parts),
        )
        found = self._one_by_one([parts[n] for n in halves[0]], most, rest)
        if found is not None and halves[1]:
            other = self._one_by_one([parts[n] for n in halves[1]], most, rest)
            found = other and self._both(found, other, most)
        if found is None:
            return None
        places = np.cumsum([0, *(part.picked.shape[1] for part in parts)])
        own = [np.arange(places[n], places[n + 1]) for half in halves for n in half]
        return found._replace(picked=found.picked[:, np.argsort(np.concatenate(own))])

    # --- One half ----------------------------------------------------------------------------

    def _one_by_one(self, parts: list[_Part], most: float, rest: _Rest) -> _Part | None:
        """Put parts together one after another; `rest` is what all parts take, these included."""
        found = parts[0]
        rest = rest.without(parts[0])
        for part in parts[1:]:
            rest = rest.without(part)
            pairs = _near(found, part, most)
            if pairs is None:
                return None
            found = _paired(found, part, pairs)
            found = found.chosen((found.lost <= most) & self._may_hold(found, most, rest))
            found = self._without_worse(found)
        return found

    def _may_hold(self, part: _Part, most: float, rest: _Rest | None = None) -> BoolArray:
        """Tell which mixes may keep all rows, and what is sure to be left of rows not too dear."""
        tables, taken = self._tables, part.sums[:, 1:] + self._others
        least, highest = rest or (np.zeros(taken.shape[1]), np.zeros(taken.shape[1]))
        keeps = ~((taken + least > tables.slack) & tables.is_closed).any(axis=1)
        if len(self._priced):
            left = np.maximum(-tables.at_most(taken + highest, self._priced), 0.0)
            keeps &= part.lost + left @ self._prices[self._priced] <= most
        return np.asarray(keeps)

    # --- Both halves -------------------------------------------------------------------------

    def _both(self, one: _Part, other: _Part, most: float) -> _Part | None:
        """Put every mix of one half with every one of the other."""
        is_empty = not (len(one.lost) and len(other.lost))
        pairs = (_NOTHING, _NOTHING) if is_empty else self._fitting(one, other, most)
        if pairs is None:
            return None
        found = _paired(one, other, pairs)
        return found.chosen((found.lost <= most) & self._may_hold(found, most))

    def _fitting(self, one: _Part, other: _Part, most: float) -> tuple[IntArray, IntArray] | None:
        """List the pairs that are worth enough and keep what can't be loosened; None: too many."""
        first, last, by_one, by_other = self._ranges(one, other, most)
        room = self._tables.slack - self._others
        held = self._tables.is_closed & (
            one.sums[:, 1:].max(axis=0) + other.sums[:, 1:].max(axis=0) > room
        )
        # What is gained counts as a row that may not be too low.
        mine, others = (
            [-part.sums[order, 0], *part.sums[order][:, 1:].T[held]]
            for part, order in ((one, by_one), (other, by_other))
        )
        least = self._own - most
        tops = [-least + _ROUNDING * abs(least), *room[held]]
        found, compared, kept = [], 0, 0
        for begin in range(0, len(by_one), _COMPARED_AT_ONCE):
            own = slice(begin, begin + _COMPARED_AT_ONCE)
            from_, to = int(first[own].min()), int(last[own].max())
            if to <= from_:
                continue
            compared += len(first[own]) * (to - from_)
            if compared > _MOST_COMPARED:
                return None
            keeps = np.ones((len(first[own]), to - from_), dtype=bool)
            for a, b, top in zip(mine, others, tops, strict=True):
                keeps &= a[own, None] <= top - b[None, from_:to]
            parent, child = np.divmod(np.flatnonzero(keeps), to - from_)
            kept += len(parent)
            if kept > _MOST_MIXES:
                return None
            found.append((by_one[begin + parent], by_other[from_ + child]))
        parents, children = zip((_NOTHING, _NOTHING), *found, strict=True)
        return np.concatenate(parents), np.concatenate(children)

    def _ranges(
        self, one: _Part, other: _Part, most: float
    ) -> tuple[IntArray, IntArray, IntArray, IntArray]:
        """Put both halves in order so that what goes with each of one half stands together.

        Returns where that begins and ends in the other's order, and the orders of both.
        """
        if self._along is None:
            by_one, by_other = (np.argsort(part.lost, kind="stable") for part in (one, other))
            # A hair more than may be: what rounding lets in is seen once sums are made.
            left = most - one.lost[by_one] + _ROUNDING * abs(most)
            last = np.searchsorted(other.lost[by_other], left, side="right")
            return np.zeros(len(last), dtype=np.intp), last, by_one, by_other
        weights, price = self._along
        slack = float(weights @ self._tables.slack)
        mine, taken = one.sums[:, 1:] @ weights, other.sums[:, 1:] @ weights
        by_one, by_other = np.argsort(mine, kind="stable"), np.argsort(taken, kind="stable")
        ends = slack - mine[by_one] - float(self._others @ weights)
        room = (most - one.lost[by_one]) / price + 2 * slack
        first = np.searchsorted(taken[by_other], ends - room, side="left")
        return first, np.searchsorted(taken[by_other], ends, side="right"), by_one, by_other


def _side_by_side(parts: list[_Part]) -> _Part:
    """Put parts of one mix each together."""
    sums, lost = sum(part.sums for part in parts), sum(part.lost for part in parts)
    return _Part(
        np.column_stack([part.picked for part in parts]), np.asarray(sums), np.asarray(lost)
    )


def _halves(sizes: list[int]) -> tuple[list[int], list[int]]:
    """Deal parts of so many mixes out so that either half can be put together in as few."""
    halves: tuple[list[int], list[int]] = ([], [])
    many = [0.0, 0.0]
    for n in reversed(range(len(sizes))):
        at = int(many[1] < many[0])
        halves[at].append(n)
        many[at] += math.log(sizes[n])
    return halves[0][::-1], halves[1][::-1]


def _paired(one: _Part, other: _Part, pairs: tuple[IntArray, IntArray]) -> _Part:
    """Put mixes of two parts together, pair by pair."""
    parent, child = pairs
    return _Part(
        np.column_stack([one.picked[parent], other.picked[child]]),
        one.sums[parent] + other.sums[child],
        one.lost[parent] + other.lost[child],
    )


def _near(one: _Part, other: _Part, most: float) -> tuple[IntArray, IntArray] | None:
    """List the pairs that together fall behind by no more than `most`; None: too many."""
    order = np.argsort(other.lost, kind="stable")
    # A hair more than may be: what rounding lets in is seen once sums are made.
    room = (most - one.lost) + _ROUNDING * abs(most)
    counts = np.searchsorted(other.lost[order], room, side="right")
    if counts.sum() > _MOST_MIXES:
        return None
    parent = np.repeat(np.arange(len(counts)), counts)
    starts = np.repeat(counts - np.cumsum(counts), counts)
    child = order[starts + np.arange(len(parent))]
    by_place = np.argsort(parent * len(order) + child)
    return parent[by_place], child[by_place]


def _not_worse(gains: FloatArray, taken: FloatArray) -> IntArray:
    """Return the places of those that gain more than all that take no more. (K,), (K, rows)."""
    rows = taken.shape[1]
    if not rows:
        return np.array([gains.argmax()])
    order = np.lexsort((-gains, *taken.T[::-1]))
    gains, taken = gains[order], taken[order]
    if rows == 1:
        best = np.maximum.accumulate(gains)
        kept = np.append(True, gains[1:] > best[:-1])
    elif len(gains) <= _MOST_HELD and rows <= _MOST_ROWS:
        worse = np.tri(len(gains), k=-1, dtype=bool)
        for figures in (-gains, *taken.T[1:]):
            worse &= figures[None, :] <= figures[:, None]
        kept = ~np.asarray(worse.any(axis=1))
    else:
        return np.arange(len(gains))
    return np.sort(order[kept])
