"""A large problem by a few of its columns: which of them matter, at given prices. Knows no solver.

Most columns of a large problem are in no good solution. One starts with the best of every cell,
solves that, and asks at the prices found which columns left out would have paid: none, and the
solution is that of the whole problem. What prices say of a column also bounds every solution that
uses it, so that leaving one out of a whole mix is proved, never guessed.

With prices y of the rows (y ≥ 0 of side rows) and right sides b, every mix x that keeps them has
gain·x ≤ y·b + the sum over cells of the largest gain_j - y·row_j of the cell's columns j; and one
that uses column j no more than that less how far j falls behind the largest of its cell. So where
that is below what a known mix is worth, no best mix uses j (weak duality; reduced-cost fixing).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.answers.recommend.matrix import starts_of
from advisor.answers.recommend.problem import Extra, Program, Sum, only

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
BoolArray = NDArray[np.bool_]
States = NDArray[np.int8]

AT_ZERO, BASIC, AT_LIMIT, FREE = 0, 1, 2, 3
"""Where a variable of a vertex stands, in HiGHS's numbers."""

_STEP = 4
"""A sample has one in so many cells."""
_PIECE = 16_384


class DualPrices(NamedTuple):
    """What one more unit of each row would add: cells (N,), side rows (R,), links (L, N)."""

    cells: FloatArray
    sides: FloatArray
    links: FloatArray


class Vertex(NamedTuple):
    """A corner of what is allowed: columns (n,), extras, slack of cells (N,), sides, links."""

    columns: States
    extras: States
    cells: States
    sides: States
    links: States


class Mark(NamedTuple):
    """Where a solution was: its vertex, and the prices there."""

    vertex: Vertex
    prices: DualPrices


class LimitForm(NamedTuple):
    """How limits are taken: whether the objective counts, what a breach costs, how far it goes."""

    gains: bool
    price: float
    most: float


SOFT = LimitForm(gains=True, price=10.0, most=float("inf"))
BREACH = LimitForm(gains=False, price=1.0, most=float("inf"))
HARD = LimitForm(gains=True, price=0.0, most=0.0)


class Narrow(NamedTuple):
    """A problem with few columns: which of the whole one's columns and cells it has."""

    program: Program
    columns: IntArray
    cells: IntArray


def can_be_sifted(program: Program) -> bool:
    """Tell whether every cell has a column that needs nothing or what can be had in full.

    Whole mixes that may not come again are not priced here.
    """
    tops = [program.extras[link.extra].high for link in program.links]
    if program.excluded or any(0 < top < 1 for top in tops):
        return False
    served = np.bincount(program.cell[affordable(program)], minlength=program.cells)
    return bool(served.all())


def affordable(program: Program) -> IntArray:
    """Return the columns that need nothing that cannot be had."""
    may = np.ones(program.size, dtype=bool)
    for link in program.links:
        if program.extras[link.extra].high <= 0:
            may &= ~link.columns
    return np.flatnonzero(may)


# --- At given prices -----------------------------------------------------------------------------


def no_prices(program: Program) -> DualPrices:
    """Return prices at which nothing is scarce."""
    links = np.zeros((len(program.links), program.cells))
    return DualPrices(np.zeros(program.cells), np.zeros(len(program.rows)), links)


def net_of(program: Program, prices: DualPrices) -> FloatArray:
    """Return what columns add to the objective less what they take at prices. Shape (n,)."""
    net = program.gain - prices.cells[program.cell]
    sides = [
        (price, row.sum.columns)
        for row, price in zip(program.rows, prices.sides.tolist(), strict=True)
        if price
    ]
    # A piece at a time stays where it is quickly found again.
    for begin in range(0, len(net), _PIECE):
        piece = slice(begin, begin + _PIECE)
        for price, columns in sides:
            net[piece] -= price * columns[piece]
    for link, by_cell in zip(program.links, prices.links, strict=True):
        if by_cell.any():
            net -= by_cell[program.cell] * link.columns
    return net


def best_of_cells(program: Program, net: FloatArray) -> IntArray:
    """Return each cell's column that adds most, the first of equals. Shape (N,)."""
    starts = starts_of(program)
    top = np.maximum.reduceat(net, starts[:-1])
    hits = np.flatnonzero(net == np.repeat(top, np.diff(starts)))
    return hits[np.searchsorted(program.cell[hits], np.arange(program.cells))]


def between(marks: Sequence[Mark]) -> DualPrices:
    """Return the mean of some prices."""
    return DualPrices(
        *(np.mean(each, axis=0) for each in zip(*(m.prices for m in marks), strict=True))
    )


def nearest(program: Program, net: FloatArray, count: int) -> IntArray:
    """Return so many columns that fall least behind the best of their cell, for its size."""
    starts = starts_of(program)
    sizes = np.diff(starts)
    top = np.maximum.reduceat(net, starts[:-1])
    spread = np.maximum(top - np.minimum.reduceat(net, starts[:-1]), 1e-300)
    behind = (np.repeat(top, sizes) - net) / np.repeat(spread, sizes)
    if count >= len(net):
        return np.arange(len(net))
    return np.flatnonzero(behind <= np.partition(behind, count)[count])


# --- With few columns ----------------------------------------------------------------------------


def narrowed(program: Program, pool: BoolArray) -> Narrow:
    """Keep some columns; a cell with one left that needs nothing else is settled by it."""
    kept = np.flatnonzero(pool)
    is_settled = np.bincount(program.cell[kept], minlength=program.cells) == 1
    for link in program.links:
        is_settled[program.cell[kept[link.columns[kept]]]] = False
    is_settled[0] = False  # a solver wants something to do
    decided = is_settled[program.cell[kept]]
    free, fixed = kept[~decided], kept[decided]
    small = only(program, free)
    place = np.cumsum(~is_settled) - 1
    small.cells, small.cell = int(place[-1]) + 1, place[small.cell]
    small.constant += float(program.gain[fixed].sum())
    small.rows = [
        row._replace(sum=_with_constant(row.sum, float(whole.sum.columns[fixed].sum())))
        for row, whole in zip(small.rows, program.rows, strict=True)
    ]
    return Narrow(small, free, np.flatnonzero(~is_settled))


def _with_constant(expression: Sum, more: float) -> Sum:
    return expression._replace(constant=expression.constant + more)


def prices_for_all(
    program: Program, pool: BoolArray, narrow: Narrow, few: DualPrices
) -> DualPrices:
    """Return prices of all cells: a settled one's is what its only column adds."""
    prices = no_prices(program)._replace(sides=few.sides)
    prices.links[:, narrow.cells] = few.links
    fixed = pool.copy()
    fixed[narrow.columns] = False
    alone = np.flatnonzero(fixed)
    prices.cells[program.cell[alone]] = net_of(only(program, alone), prices)
    prices.cells[narrow.cells] = few.cells
    return prices


def in_full(narrow: Narrow, pool: BoolArray, few: FloatArray) -> FloatArray:
    """Return the shares of all columns, settled ones included. Shape (n,)."""
    shares = pool.astype(float)
    shares[narrow.columns] = few
    return shares


def first_vertex(program: Program, best: IntArray, moved: Mapping[int, float]) -> Vertex:
    """Return the vertex of a softened problem at which every cell is served by one column.

    What that breaks is made up for by the row's last variable. Some rows may have moved.
    """
    columns = np.full(program.size, AT_ZERO, dtype=np.int8)
    columns[best] = BASIC
    low = [max(extra.low, -1e9) for extra in program.extras]
    extras = [AT_ZERO if np.isfinite(extra.low) else FREE for extra in program.extras]
    sides = np.full(len(program.rows), BASIC, dtype=np.int8)
    for n, row in enumerate(program.rows):
        beside = sum(weight * low[one] for one, weight in row.sum.extras.items())
        if row.sum.columns[best].sum() + beside + row.sum.constant > moved.get(n, 0.0):
            extras[len(extras) - len(program.rows) + n], sides[n] = BASIC, AT_LIMIT
    return Vertex(
        columns,
        np.array(extras, dtype=np.int8),
        np.full(program.cells, AT_ZERO, dtype=np.int8),
        sides,
        np.full((len(program.links), program.cells), BASIC, dtype=np.int8),
    )


def part_of(vertex: Vertex, narrow: Narrow) -> Vertex:
    """Return what a vertex is in a narrow problem."""
    return Vertex(
        vertex.columns[narrow.columns],
        vertex.extras,
        vertex.cells[narrow.cells],
        vertex.sides,
        vertex.links[:, narrow.cells],
    )


def put_back(vertex: Vertex, narrow: Narrow, few: Vertex) -> Vertex:
    """Return a vertex moved to where a narrow problem's solution is; settled cells stay."""
    columns, cells, links = vertex.columns.copy(), vertex.cells.copy(), vertex.links.copy()
    columns[narrow.columns], cells[narrow.cells] = few.columns, few.cells
    links[:, narrow.cells] = few.links
    return Vertex(columns, few.extras, cells, few.sides, links)


# --- Other problems with the same columns --------------------------------------------------------


def sampled(program: Program) -> Program:
    """Return a part of the cells, small and large ones alike, that stands for all of them."""
    largest = np.maximum.reduceat(np.abs(program.gain), starts_of(program)[:-1])
    picked = np.sort(np.argsort(largest, kind="stable")[_STEP // 2 :: _STEP])
    part = only(program, np.flatnonzero(np.isin(program.cell, picked)))
    part.cells, part.cell = len(picked), np.searchsorted(picked, part.cell)
    part.gain = part.gain * _times(program.gain, part.gain)
    part.rows = [
        row._replace(sum=row.sum._replace(columns=row.sum.columns * _times(
            whole.sum.columns, row.sum.columns)))
        for whole, row in zip(program.rows, part.rows, strict=True)
    ]  # fmt: skip
    return part


def _times(all_cells: FloatArray, some: FloatArray) -> float:
    """Return by what to multiply what some cells take so that it stands for all."""
    size = float(np.abs(some).sum())
    return float(np.abs(all_cells).sum()) / size if size > 0 else 1.0


def softened(program: Program, gain: float, scales: FloatArray, form: LimitForm) -> Program:
    """Let limits be broken at a price, by variables behind the others, one for each side row.

    A row's breach is counted in its scale, and what it costs in `gain`, the scale of the objective.
    Where nothing is broken at the best, it is the best of the problem itself.
    """
    extras, rows = list(program.extras), []
    for row, scale in zip(program.rows, scales.tolist(), strict=True):
        beside = {**row.sum.extras, len(extras): -scale}
        extras.append(Extra("short", gain=-form.price * gain, high=form.most))
        rows.append(row._replace(sum=row.sum._replace(extras=beside)))
    if form.gains:
        return replace(program, extras=extras, rows=rows)
    extras = [e if e.name == "short" else e._replace(gain=0.0) for e in extras]
    return replace(program, gain=np.zeros(program.size), constant=0.0, extras=extras, rows=rows)
