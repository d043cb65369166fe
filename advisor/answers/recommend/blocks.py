"""Whole mixes listed by what they fall behind, kind of work by kind of work. Knows no solver.

At the best mix with shares every column has a reduced cost and every row a price: a whole mix is
worth that one less the reduced costs of its columns and the price of what it leaves of rows. Rows
that are about few cells, like a floor of quality, make them a *block*: its mixes are listed first,
those that keep the rows and do not fall behind too far. They are the columns of a smaller problem,
whose shares come nearer to whole mixes (Dantzig and Wolfe, 1960).
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.answers.recommend.problem import Program, Sum
from advisor.answers.recommend.row_tables import Mixes, RowTables

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
BoolArray = NDArray[np.bool_]

_MOST_OF_A_BLOCK, _MOST_MIXES = 3_000, 30_000
"""So many mixes are listed at a time and no more."""
_ROUNDING = 1e-12
_LARGEST_BLOCK = 12
"""Of more cells no block is made."""


class CellBlock(NamedTuple):
    """Mixes of a few cells: the column of each cell, (K, cells), what they take, (K, 1 + R)."""

    cells: IntArray
    columns: IntArray
    sums: FloatArray


def cells_together(program: Program) -> list[tuple[IntArray, IntArray]]:
    """Put cells together that rows of their own bind; return each with those rows."""
    label = np.arange(program.cells)
    held = {
        n: np.bincount(program.cell[row.sum.columns != 0], minlength=program.cells) > 0
        for n, row in enumerate(program.rows)
        if not any(row.sum.extras.values())
    }
    for touched in sorted(held.values(), key=lambda one: int(one.sum())):
        joined = np.bincount(label[touched], minlength=program.cells)[label] > 0
        if 0 < joined.sum() <= _LARGEST_BLOCK:
            label[joined] = label[joined].min()
    rows: dict[int, list[int]] = {}
    for n, touched in held.items():
        names = label[touched]
        if len(names) and names.min() == names.max():
            rows.setdefault(int(names[0]), []).append(n)
    order = np.argsort(label, kind="stable")
    starts = np.flatnonzero(np.diff(label[order], prepend=-1))
    return [
        (np.sort(own), np.array(rows.get(int(label[own[0]]), ()), dtype=np.intp))
        for own in np.split(order, starts[1:])
    ]


def block_of(
    tables: RowTables,
    by_cell: list[IntArray],
    together: tuple[IntArray, IntArray],
    losses: FloatArray,
    prices: FloatArray,
    most: float,
) -> CellBlock | None:
    """List the mixes of a block that fall behind by no more than `most`; None: too many.

    `by_cell` are the columns that may be used, `losses` (n,) and `prices` (R,) those of the shares.
    """
    cells, rows = together
    lost, sums = np.zeros(1), np.zeros((1, tables.columns.shape[1]))
    columns = np.zeros((1, 0), dtype=np.intp)
    for cell in cells.tolist():
        own = by_cell[cell]
        total = lost[:, None] + losses[own]
        parent, child = np.nonzero(total <= most)
        if len(parent) > _MOST_OF_A_BLOCK:
            return None
        lost, sums = total[parent, child], sums[parent] + tables.columns[own[child]]
        columns = np.column_stack([columns[parent], own[child]])
    over = sums[:, 1 + rows] + tables.constants[rows]
    left = lost - over @ prices[rows]
    keeps = (over <= tables.slack[rows]).all(axis=1) & (left <= most)
    return CellBlock(cells, columns[keeps], sums[keeps])


def over_blocks(
    program: Program, blocks: list[CellBlock], whole: FloatArray
) -> tuple[Program, IntArray]:
    """Return the problem of choosing a mix for every block, in shares, what is whole fixed.

    And which rows are left in it.
    """
    sums = np.concatenate([block.sums for block in blocks])
    sizes = [len(block.sums) for block in blocks]
    held = [
        n
        for n, row in enumerate(program.rows)
        if any(row.sum.extras.values()) or _binds_several(sums[:, 1 + n], sizes)
    ]
    rows = [
        program.rows[n]._replace(sum=program.rows[n].sum._replace(columns=sums[:, 1 + n]))
        for n in held
    ]
    extras = [
        extra._replace(low=value, high=value, is_whole=False) if extra.is_whole else extra
        for extra, value in zip(program.extras, np.round(whole, 9).tolist(), strict=True)
    ]
    smaller = Program(
        cells=len(blocks),
        cell=np.repeat(np.arange(len(blocks)), sizes),
        strategy=np.arange(len(sums)),
        gain=sums[:, 0],
        is_whole=False,
        cost=Sum(np.zeros(len(sums))),
        constant=program.constant,
        extras=extras,
        rows=rows,
    )
    return smaller, np.array(held, dtype=np.intp)


def _binds_several(weights: FloatArray, sizes: list[int]) -> bool:
    """Tell whether a row weighs on more than one block."""
    parts = np.split(weights != 0, np.cumsum(sizes)[:-1])
    return sum(bool(part.any()) for part in parts) > 1


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


class MixListing:
    """Lists mixes of all blocks that fall behind by little."""

    def __init__(
        self,
        tables: RowTables,
        blocks: list[CellBlock],
        losses: list[FloatArray],
        prices: FloatArray,
        whole: FloatArray,
    ) -> None:
        """`losses` are what each block's mixes fall behind, `prices` (R,) those of the rows."""
        self._tables, self._blocks, self._losses = tables, blocks, losses
        self._prices, self._others = prices, tables.least(whole)
        self._priced = np.flatnonzero((prices > 0) & tables.is_sure)
        self._sorted_by = tables.without_sums(prices)

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

    def _from_both_ends(self, parts: list[_Part], most: float) -> _Part | None:
        """Put parts together in two halves, and those into one; None: too many."""
        one, other = _halves([len(part.lost) for part in parts])
        rest = _Rest(
            sum(part.sums[:, 1:].min(axis=0) for part in parts),
            sum(part.sums[:, 1:].max(axis=0) for part in parts),
        )
        found = self._one_by_one([parts[n] for n in one], most, rest)
        if found is not None and other:
            second = self._one_by_one([parts[n] for n in other], most, rest)
            found = second and self._joined(found, second, most, None, self._sorted_by)
        if found is None:
            return None
        places = np.cumsum([0, *(part.picked.shape[1] for part in parts)])
        own = [np.arange(places[n], places[n + 1]) for n in (*one, *other)]
        return found._replace(picked=found.picked[:, np.argsort(np.concatenate(own))])

    def _one_by_one(self, parts: list[_Part], most: float, rest: _Rest) -> _Part | None:
        """Put parts together one after another; `rest` is what all parts take, these included."""
        found: _Part | None = parts[0]
        rest = rest.without(parts[0])
        for part in parts[1:]:
            rest = rest.without(part)
            found = found and self._joined(found, part, most, rest, None)
        return found

    def _part(self, block: int, most: float) -> _Part:
        may = np.flatnonzero(self._losses[block] <= most)
        return _Part(
            may[:, None].astype(np.int16), self._blocks[block].sums[may], self._losses[block][may]
        )

    def _joined(
        self,
        one: _Part,
        other: _Part,
        most: float,
        rest: _Rest | None,
        by: tuple[FloatArray, float] | None,
    ) -> _Part | None:
        """Put every mix of one part with every one of another; `rest` are the parts beside them.

        Where these are the last, `by` are rows of which little may be left, and what that costs.
        """
        pairs = _near(one, other, most) if by is None else self._fitting(one, other, most, *by)
        if pairs is None:
            return None
        parent, child = pairs
        lost, sums = one.lost[parent] + other.lost[child], one.sums[parent] + other.sums[child]
        keeps = lost <= most
        if rest is not None or by is not None:
            keeps &= self._may_hold(sums, lost, most, rest)
        picked = np.column_stack([one.picked[parent], other.picked[child]])
        return _Part(picked, sums, lost).chosen(keeps)

    def _fitting(
        self, one: _Part, other: _Part, most: float, weights: FloatArray, price: float
    ) -> tuple[IntArray, IntArray] | None:
        """List the pairs that together leave a row neither broken nor too empty; None: too many."""
        slack = float(weights @ self._tables.slack)
        ends = slack - one.sums[:, 1:] @ weights - float(self._others @ weights)
        order = np.argsort(other.sums[:, 1:] @ weights, kind="stable")
        taken = other.sums[order, 1:] @ weights
        room = (most - one.lost) / price + 2 * slack
        first = np.searchsorted(taken, ends - room, side="left")
        counts = np.maximum(np.searchsorted(taken, ends, side="right") - first, 0)
        return _pairs(first, counts, order)

    def _may_hold(
        self, sums: FloatArray, lost: FloatArray, most: float, rest: _Rest | None
    ) -> BoolArray:
        """Tell which mixes may keep all rows, and what is sure to be left of rows not too dear."""
        tables, taken = self._tables, sums[:, 1:] + self._others
        least, highest = rest or (np.zeros(taken.shape[1]), np.zeros(taken.shape[1]))
        keeps = ~((taken + least > tables.slack) & tables.is_closed).any(axis=1)
        if len(self._priced):
            left = np.maximum(-tables.at_most(taken + highest)[:, self._priced], 0.0)
            keeps &= lost + left @ self._prices[self._priced] <= most
        return np.asarray(keeps)


def _near(one: _Part, other: _Part, most: float) -> tuple[IntArray, IntArray] | None:
    """List the pairs that together fall behind by no more than `most`; None: too many."""
    order = np.argsort(other.lost, kind="stable")
    # A hair more than may be: what rounding lets in is seen once sums are made.
    room = (most - one.lost) + _ROUNDING * abs(most)
    counts = np.searchsorted(other.lost[order], room, side="right")
    pairs = _pairs(np.zeros(len(counts), dtype=np.intp), counts, order)
    if pairs is None:
        return None
    parent, child = pairs
    by_place = np.argsort(parent * len(order) + child)
    return parent[by_place], child[by_place]


def _pairs(first: IntArray, counts: IntArray, order: IntArray) -> tuple[IntArray, IntArray] | None:
    """Pair each of some with so many of others, from a place in their order on; None: too many."""
    if counts.sum() > _MOST_MIXES:
        return None
    parent = np.repeat(np.arange(len(counts)), counts)
    starts = np.repeat(first - np.cumsum(counts) + counts, counts)
    return parent, order[starts + np.arange(len(parent))]
