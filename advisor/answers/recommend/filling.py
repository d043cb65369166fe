"""Whole mixes of many cells that are worth nearly what the best shares are. Knows no solver.

Where many cells have two columns that are about as good as each other at the prices of the shares,
what a mix falls behind is hardly more than what it leaves of the dearest limit. Some two dozen such
cells can be served in so many ways that one of them leaves next to nothing: one half of them is
laid out in order of what it takes, and for every way of the other half the last that still fits is
looked up (Horowitz and Sahni, 1974).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.answers.recommend.row_tables import Mixes, RowTables

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
BoolArray = NDArray[np.bool_]

_HALF, _DIGITS = 13, 6
"""So many cells are laid out on either side."""
_PARTNERS, _MOST_TOLD = 8, 2_000
"""So many that fit are looked at for each way of one half, and so many of the best are told."""


class NearShares(NamedTuple):
    """The best shares where all that is whole stands: the `columns` (n,), and what is known there.

    `losses` (n,) are what columns fall behind, infinite where they need what is not there;
    `prices` (R,) are those of the rows, `whole` (E,) the extras.
    """

    objective: float
    columns: FloatArray
    losses: FloatArray
    prices: FloatArray
    whole: FloatArray


class _Swaps(NamedTuple):
    """Ways of serving some cells: which are swapped, (K, cells), what that changes, (K, 1 + R)."""

    swapped: BoolArray
    sums: FloatArray


def filled(tables: RowTables, cell: IntArray, near: NearShares, most: float) -> Mixes:
    """Return good whole mixes with columns that fall behind by no more than `most`, best first.

    `cell` (n,) is the cell of each column. Rows that sums beside the columns may loosen are not
    looked at.
    """
    by = tables.without_sums(near.prices)
    base = _largest(cell, np.where(np.isfinite(near.losses), near.columns, -1.0))
    sums = tables.columns[base].sum(axis=0)
    if by is None:
        return Mixes(sums[None], lambda which: np.tile(base, (len(which), 1)))
    weights, price = by
    priced = tables.columns[:, 1:] * np.maximum(near.prices, weights * price)
    cells, others = _second_best(priced, cell, base, near, most)
    change = tables.columns[others] - tables.columns[base[cells]]
    one, other = (_ways(change[n::2]) for n in (0, 1))
    left = tables.slack - sums[1:] - tables.least(near.whole)
    first, second = _fitting(one, other, weights, left, tables.is_closed)

    def columns(which: IntArray) -> IntArray:
        picked = np.tile(base, (len(which), 1))
        for n, (ways, pairs) in enumerate(((one, first), (other, second))):
            own = cells[n::2]
            picked[:, own] = np.where(ways.swapped[pairs[which]], others[n::2], base[own])
        return picked

    return Mixes(sums + one.sums[first] + other.sums[second], columns)


def _largest(cell: IntArray, columns: FloatArray) -> IntArray:
    """Return the column of every cell that has the largest share. (N,)."""
    order = np.lexsort((-columns, cell))
    return order[np.flatnonzero(np.diff(cell[order], prepend=-1))]


def _second_best(
    rows: FloatArray, cell: IntArray, base: IntArray, near: NearShares, most: float
) -> tuple[IntArray, IntArray]:
    """Return cells that could be served otherwise for nearly nothing, and the columns that would.

    `rows` (n, R) are what columns take, each row at its price. Those that fall behind least for
    what they move come first, in turn of each direction in which rows are moved, and of those the
    ones that move most.
    """
    change = rows - rows[base][cell]
    moves = np.abs(change).max(axis=1)
    may = np.flatnonzero((near.losses <= most) & (moves > 0))
    dear = np.round(near.losses[may] / moves[may], _DIGITS)
    order = np.lexsort((-moves[may], dear, cell[may]))
    firsts = order[np.flatnonzero(np.diff(cell[may[order]], prepend=-1))]
    chosen, dear = may[firsts], dear[firsts]
    ways = np.round(change[chosen] / moves[chosen][:, None], _DIGITS) + 0.0
    _, way = np.unique(np.column_stack([dear, ways]), axis=0, return_inverse=True)
    by_way = np.lexsort((-moves[chosen], way))
    turn = np.empty(len(chosen))
    turn[by_way] = np.arange(len(chosen)) - np.searchsorted(way[by_way], way[by_way])
    chosen = chosen[np.lexsort((-moves[chosen], turn, dear))][: 2 * _HALF]
    return cell[chosen], chosen


def _ways(change: FloatArray) -> _Swaps:
    """Lay out all ways of swapping some cells or not, which change so much each. (cells, 1 + R)."""
    swapped = np.zeros((1, 0), dtype=bool)
    sums = np.zeros((1, change.shape[1]))
    for each in change:
        no = np.zeros(len(sums), dtype=bool)
        swapped = np.vstack([np.column_stack([swapped, no]), np.column_stack([swapped, ~no])])
        sums = np.vstack([sums, sums + each])
    return _Swaps(swapped, sums)


def _fitting(
    one: _Swaps, other: _Swaps, weights: FloatArray, left: FloatArray, is_closed: BoolArray
) -> tuple[IntArray, IntArray]:
    """Return pairs that leave little of the dearest row and break none of the closed ones."""
    order = np.argsort(other.sums[:, 1:] @ weights, kind="stable")
    taken = other.sums[order, 1:] @ weights
    room = float(left @ weights) - one.sums[:, 1:] @ weights
    last = np.searchsorted(taken, room, side="right") - 1
    at = last[:, None] - np.arange(_PARTNERS)
    first, partner = np.nonzero(at >= 0)
    second = order[at[first, partner]]
    highest = one.sums[:, 1:].max(axis=0) + other.sums[:, 1:].max(axis=0)
    keeps = np.ones(len(first), dtype=bool)
    for row in np.flatnonzero(is_closed & (highest > left)).tolist():
        keeps &= one.sums[first, 1 + row] + other.sums[second, 1 + row] <= left[row]
    first, second = first[keeps], second[keeps]
    gains = one.sums[first, 0] + other.sums[second, 0]
    best = np.argsort(-gains, kind="stable")[:_MOST_TOLD]
    return first[best], second[best]
