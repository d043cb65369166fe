"""Whole mixes of few cells, kind of work by kind of work. Knows no solver.

At the best mix with shares every column has a reduced cost and every row a price: a whole mix is
worth that one less the reduced costs of its columns and the price of what it leaves of rows. Rows
that are about few cells, like a floor of quality, make them a *block*: its mixes are listed first,
those that keep the rows and do not fall behind too far. They are the columns of a smaller problem,
whose shares come nearer to whole mixes (Dantzig and Wolfe, 1960).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.answers.recommend.problem import Program, Sum
from advisor.answers.recommend.row_tables import RowTables

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

_MOST_OF_A_BLOCK = 3_000
"""So many mixes of a block are listed and no more."""
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
