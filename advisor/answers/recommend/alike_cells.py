"""Cells that differ by a factor alone, taken together. Knows no solver.

Teams of different sizes that do the same kind of work have the same choice, only more of it: in
shares, what serves one best serves all of them best, and what limits charge is the same. So a
problem of many teams is as large as that of one, but for what teams have of their own: seats,
budgets.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.answers.recommend.matrix import starts_of
from advisor.answers.recommend.problem import Program, Sum, only

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

_STEP, _OFFSET, _SAME = np.pi * 1e-7, 0.1234, 1e-11
"""Cells that fall into the same steps are held against each other, and are alike up to rounding.

The steps end where no figure that a person writes does.
"""


class AlikeCells(NamedTuple):
    """A problem in which alike cells are one.

    `place` (n,) is the column that stands for each column of the larger problem, `part` (n,) which
    part of it that column is, and `before` (n,) which part the cells are that come before.
    """

    smaller: Program
    place: IntArray
    part: FloatArray
    before: FloatArray

    def laid_out(self, columns: FloatArray) -> FloatArray:
        """Serve cells one after another as far as each column's share goes. (small n,) -> (n,).

        So no more of them are shared than there are columns to change between.
        """
        if len(columns) == len(self.place):
            return columns
        own = starts_of(self.smaller)
        sums = np.insert(np.cumsum(columns), 0, 0.0)
        counts = np.diff(own)
        total = np.repeat(np.diff(sums[own]), counts)
        begins = ((sums[:-1] - np.repeat(sums[own[:-1]], counts)) / total)[self.place] - self.before
        ends = begins + (columns / total)[self.place]
        return np.asarray(
            np.clip((np.minimum(ends, self.part) - np.maximum(begins, 0.0)) / self.part, 0.0, 1.0)
        )


def alike(program: Program) -> AlikeCells:
    """Take cells together. Mixes that may not come again keep all cells apart."""
    starts = starts_of(program)
    counts = np.diff(starts)
    size, stands_for = _sizes_and_groups(program, starts)
    firsts = np.flatnonzero(stands_for == np.arange(program.cells))
    if len(firsts) == program.cells:
        ones = np.ones(program.size)
        return AlikeCells(program, np.arange(program.size), ones, ones - 1)
    total = np.bincount(stands_for, size, minlength=program.cells)
    kept = np.flatnonzero((stands_for == np.arange(program.cells))[program.cell])
    new_starts = np.cumsum(counts[firsts]) - counts[firsts]
    begins = new_starts[np.searchsorted(firsts, stands_for)]
    place = np.arange(program.size) + np.repeat(begins - starts[:-1], counts)
    times = (total / size)[program.cell[kept]]
    smaller = only(program, kept)
    smaller.cells = len(firsts)
    smaller.cell = np.searchsorted(firsts, smaller.cell)
    smaller.gain = smaller.gain * times
    smaller.cost = _times(smaller.cost, times)
    smaller.rows = [row._replace(sum=_times(row.sum, times)) for row in smaller.rows]
    part = size / total[stands_for]
    order = np.argsort(stands_for, kind="stable")
    ends = np.cumsum(part[order])
    before = np.empty(program.cells)
    before[order] = ends - part[order] - np.searchsorted(firsts, stands_for[order])
    return AlikeCells(smaller, place, np.repeat(part, counts), np.repeat(before, counts))


def _times(one: Sum, factor: FloatArray) -> Sum:
    return one._replace(columns=one.columns * factor)


def _sizes_and_groups(program: Program, starts: IntArray) -> tuple[FloatArray, IntArray]:
    """Return how large every cell is, and the first of the cells that each is alike. (N,) each."""
    itself = np.arange(program.cells)
    size = np.ones(program.cells)
    if program.excluded or (np.diff(starts) == 0).any():
        return size, itself
    rows = (row.sum.columns for row in program.rows)
    terms = np.column_stack([program.gain, program.cost.columns, *rows])
    largest = np.maximum.reduceat(np.abs(terms), starts[:-1], axis=0)
    used = largest > 0
    size = largest[itself, used.argmax(axis=1)]
    size[size <= 0] = 1.0
    shape = terms / np.where(used, largest, 1.0)[program.cell]
    reach = np.where(used, largest, size[:, None]) / size[:, None]
    rough, rough_reach = (np.floor(one / _STEP + _OFFSET) for one in (shape, np.log(reach)))
    linked = np.column_stack([program.strategy, *(link.columns for link in program.links)])
    groups: dict[tuple[bytes, ...], list[int]] = {}
    result = itself.copy()
    for n in range(program.cells):
        own = slice(starts[n], starts[n + 1])
        key = (rough[own].tobytes(), rough_reach[n].tobytes(), linked[own].tobytes())
        for first in groups.setdefault(key, []):
            like = slice(starts[first], starts[first + 1])
            apart = np.abs(shape[own] - shape[like]).max()
            if apart <= _SAME and np.abs(reach[n] / reach[first] - 1).max() <= _SAME:
                result[n] = first
                break
        else:
            groups[key].append(n)
    return size, result
