"""A problem as the rows of a matrix, the way solvers take it. Knows no solver.

First come the cells, whose shares add up to 1, then the links, one row for each cell that has
columns of one, then the side rows, then whole mixes not to come again. Columns come before extras.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.answers.recommend.problem import Program

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]


class Matrix(NamedTuple):
    """Rows one after another: where each starts, (m + 1,), their columns and weights, its bounds.

    `links` holds the link and the cell of each row of a link, (2, rows); `first_side` is the row
    after them. Side rows are divided by their scale.
    """

    start: IntArray
    column: IntArray
    weight: FloatArray
    low: FloatArray
    high: FloatArray
    links: IntArray
    first_side: int


def starts_of(program: Program) -> IntArray:
    """Return where each cell's columns begin, and where the last one's end. Shape (N + 1,)."""
    return np.searchsorted(program.cell, np.arange(program.cells + 1))


def scales_of(program: Program) -> tuple[float, FloatArray]:
    """Return by what to divide gains and each side row so that the largest weight is 1."""
    gains = _largest(program.gain, [extra.gain for extra in program.extras])
    sides = [_largest(row.sum.columns, list(row.sum.extras.values())) for row in program.rows]
    return gains, np.array(sides)


def _largest(columns: FloatArray, extras: Sequence[float]) -> float:
    least, most = columns.min(initial=0.0), columns.max(initial=0.0)
    largest = float(max(-least, most, max((abs(one) for one in extras), default=0.0)))
    return largest if largest > 0 else 1.0


def laid_out(program: Program, scales: FloatArray) -> Matrix:
    """Lay the rows out."""
    rows = _Entries([], [], [])
    rows.add(np.arange(program.size), np.ones(program.size), np.diff(starts_of(program)))
    links = _link_rows(program, rows)
    highs = _side_rows(program, rows, scales)
    first_side = program.cells + links.shape[1]
    low = np.full(first_side + len(highs), -np.inf)
    low[: program.cells] = 1.0
    high = np.concatenate([np.ones(program.cells), np.zeros(links.shape[1]), highs])
    starts = np.concatenate([[0], np.cumsum(np.concatenate(rows.sizes))])
    index = np.concatenate(rows.column)
    return Matrix(starts, index, np.concatenate(rows.weight), low, high, links, first_side)


class _Entries(NamedTuple):
    column: list[IntArray]
    weight: list[FloatArray]
    sizes: list[IntArray]

    def add(self, column: IntArray, weight: FloatArray, sizes: IntArray) -> None:
        """Add rows of the sizes given."""
        self.column.append(column)
        self.weight.append(weight)
        self.sizes.append(sizes)


def _link_rows(program: Program, rows: _Entries) -> IntArray:
    """Let the shares of a cell's linked columns add up to no more than their extra variable."""
    found = [np.zeros((2, 0), dtype=np.intp)]
    for number, link in enumerate(program.links):
        mine = np.flatnonzero(link.columns)
        cells, counts = np.unique(program.cell[mine], return_counts=True)
        ends = np.cumsum(counts)
        index = np.insert(mine, ends, program.size + link.extra)
        rows.add(index, np.insert(np.ones(len(mine)), ends, -1.0), counts + 1)
        found.append(np.stack([np.full(len(cells), number), cells]))
    return np.concatenate(found, axis=1)


def _side_rows(program: Program, rows: _Entries, scales: FloatArray) -> list[float]:
    """Add the side rows and the mixes not to come again; return what each may be at the most."""
    highs = []
    for row, scale in zip(program.rows, scales.tolist(), strict=True):
        columns = np.flatnonzero(row.sum.columns)
        beside = np.array(list(row.sum.extras), dtype=np.intp) + program.size
        index = np.concatenate([columns, beside])
        weights = np.concatenate([row.sum.columns[columns], list(row.sum.extras.values())])
        rows.add(index, weights / scale, np.array([len(index)]))
        highs.append(-row.sum.constant / scale)
    for mix in program.excluded:
        rows.add(mix, np.ones(len(mix)), np.array([len(mix)]))
        highs.append(len(mix) - 1.0)
    return highs
