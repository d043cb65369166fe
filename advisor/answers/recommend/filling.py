"""Whole mixes of many cells that are worth nearly what the best shares are. Knows no solver.

Where many cells have columns that are about as good as each other at the prices of the shares, what
a mix falls behind is hardly more than what it leaves of the limits. Some two dozen such cells can
be served in so many ways that one of them leaves next to nothing: one half of them is laid out in
order of what it takes of the dearest limit, and for every way of the other half the last ones that
still fit are looked up (Horowitz and Sahni, 1974). Where two limits bind, cells have to move in two
directions, and so may be served in two other ways each.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.answers.recommend.row_tables import Mixes, RowTables

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
BoolArray = NDArray[np.bool_]

_FIRST_WAYS, _MOST_WAYS, _MOST_SWAPS, _DIGITS = 8_192, 32_768, 60, 6
"""So many ways of serving one half are laid out at first and later, of so many other columns."""
_PARTNERS, _MOST_TOLD = 12, 500
"""So many that fit are looked at for each way of one half, and so many of the best are told."""
_AT_ONCE, _NEXT = 4_096, 20
"""So many ways of one half are looked at together; other cells begin so much further on."""


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


class _Ways(NamedTuple):
    """Ways of serving some cells: the column of each cell, (K, cells), and what that changes.

    `sums` (K, 2 + m): the gain, what is taken along the dearest row, and of rows that may break.
    """

    columns: IntArray
    sums: FloatArray


def rounded(cell: IntArray, near: NearShares) -> IntArray:
    """Return the column of every cell that has the largest share of it, (N,); `cell` is (n,)."""
    shares = np.where(np.isfinite(near.losses), near.columns, -1.0)
    order = np.lexsort((-shares, cell))
    return order[np.flatnonzero(np.diff(cell[order], prepend=-1))]


def filled(
    tables: RowTables, cell: IntArray, near: NearShares, most: float, base: IntArray, turn: int
) -> Mixes:
    """Return good whole mixes with columns that fall behind by no more than `most`, best first.

    `cell` (n,) is the cell of each column. Some cells are served otherwise than in the mix `base`,
    the column of each cell, (N,), others at every `turn` where many could be for nothing. Rows
    that sums beside the columns may loosen are not looked at.
    """
    by = tables.without_sums(near.prices)
    sums = tables.columns[base].sum(axis=0)
    if by is None:
        return Mixes(sums[None], lambda which: np.tile(base, (len(which), 1)))
    weights, price = by
    priced = tables.columns[:, 1:] * np.maximum(near.prices, weights * price)
    others = _second_best(priced, cell, base, near, most, turn)
    left = tables.slack - sums[1:] - tables.least(near.whole)
    change = tables.columns - tables.columns[base][cell]
    held = np.flatnonzero(tables.is_closed & _may_break(change[others, 1:], cell[others], left))
    figures = np.column_stack([change[:, 0], change[:, 1:] @ weights, change[:, 1 + held]])
    halves = _halves(cell, others, _MOST_WAYS if turn else _FIRST_WAYS)
    one, other = (_ways(figures, cell, base, own) for own in halves)
    first, second = _fitting(one, other, np.array([left @ weights, *left[held]]))
    picked, sums = np.tile(base, (len(first), 1)), np.tile(sums, (len(first), 1))
    for ways, which in ((one, first), (other, second)):
        picked[:, cell[ways.columns[0]]] = ways.columns[which]
    for at in cell[np.concatenate([one.columns[0], other.columns[0]])].tolist():
        sums += change[picked[:, at]]
    return Mixes(sums, lambda which: picked[which])


def _second_best(
    rows: FloatArray, cell: IntArray, base: IntArray, near: NearShares, most: float, turn: int
) -> IntArray:
    """Return columns that could serve in place of those of `base` for nearly nothing.

    `rows` (n, R) are what columns take, each row at its price. Those that fall behind least for
    what they move come first, in turn of each direction in which rows are moved, and of those the
    ones that move most; of a cell two at the most. At every turn others begin of those that lose
    nothing.
    """
    change = rows - rows[base][cell]
    moves = np.abs(change).max(axis=1)
    may = np.flatnonzero((near.losses <= most) & (moves > 0))
    dear = np.round(near.losses[may] / moves[may], _DIGITS)
    ways = np.round(change[may] / moves[may][:, None], _DIGITS) + 0.0
    _, way = np.unique(np.column_stack([dear, ways]), axis=0, return_inverse=True)
    taken, chosen = np.zeros(len(may)), list[int]()
    left = np.arange(len(may))
    while len(left) and len(chosen) < _MOST_SWAPS:
        first = left[np.lexsort((-moves[may[left]], taken[way[left]], dear[left]))[0]]
        taken[way[first]] += 1
        mine = cell[may[left]] == cell[may[first]]
        is_second = cell[may[first]] in cell[chosen]
        left = left[~mine] if is_second else left[~mine | (way[left] != way[first])]
        chosen.append(int(may[first]))
    found = np.array(chosen, dtype=np.intp)
    free = int((np.round(near.losses[found] / moves[found], _DIGITS) <= 0).sum())
    return np.concatenate([np.roll(found[:free], -turn * _NEXT), found[free:]])


def _may_break(change: FloatArray, cell: IntArray, left: FloatArray) -> BoolArray:
    """Tell which rows swaps could break, (R,), which change them by so much, (m, R)."""
    most = [np.maximum(change[cell == one], 0.0).max(axis=0) for one in np.unique(cell)]
    return np.asarray(np.sum(most, axis=0) > left)


def _halves(cell: IntArray, others: IntArray, most: int) -> tuple[list[IntArray], list[IntArray]]:
    """Deal cells out, each with its other columns, as long as no more ways come of either half."""
    halves: tuple[list[IntArray], list[IntArray]] = ([], [])
    many = [1, 1]
    for one in dict.fromkeys(cell[others].tolist()):
        at = int(many[1] < many[0])
        own = others[cell[others] == one][: most // many[at] - 1]
        if len(own):
            halves[at].append(own)
            many[at] *= 1 + len(own)
    return halves


def _ways(figures: FloatArray, cell: IntArray, base: IntArray, swaps: list[IntArray]) -> _Ways:
    """Lay out all ways of serving cells as in `base` or by one of their other columns."""
    columns = np.zeros((1, 0), dtype=np.intp)
    sums = np.zeros((1, figures.shape[1]))
    for own in swaps:
        choices = [int(base[cell[own[0]]]), *own.tolist()]
        added = [np.full(len(sums), one) for one in choices]
        columns = np.vstack([np.column_stack([columns, one]) for one in added])
        sums = np.vstack([sums + figures[one] for one in choices])
    return _Ways(columns, sums)


def _fitting(one: _Ways, other: _Ways, left: FloatArray) -> tuple[IntArray, IntArray]:
    """Return pairs that leave little of the dearest row and break none, best first.

    `left` (1 + m,) is what there is along the dearest row, and of the rows that may break.
    """
    order = np.argsort(other.sums[:, 1], kind="stable")
    last = np.searchsorted(other.sums[order, 1], left[0] - one.sums[:, 1], side="right") - 1
    found = []
    for begin in range(0, len(last), _AT_ONCE):
        at = last[begin : begin + _AT_ONCE, None] - np.arange(_PARTNERS)
        first, partner = np.nonzero(at >= 0)
        second = order[at[first, partner]]
        first += begin
        for row in range(2, one.sums.shape[1]):
            keeps = one.sums[first, row] + other.sums[second, row] <= left[row - 1]
            first, second = first[keeps], second[keeps]
        gains = one.sums[first, 0] + other.sums[second, 0]
        best = np.argsort(-gains, kind="stable")[:_MOST_TOLD]
        found.append((gains[best], first[best], second[best]))
    gains, firsts, seconds = (np.concatenate(each) for each in zip(*found, strict=True))
    best = np.argsort(-gains, kind="stable")[:_MOST_TOLD]
    return firsts[best], seconds[best]
