"""Columns that no best mix needs, left out before anything is asked. Knows no solver."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from advisor.answers.recommend.alike_cells import alike
from advisor.answers.recommend.problem import Program, only

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
BoolArray = NDArray[np.bool_]


def pruned(program: Program) -> Program:
    """Drop every column that another of its cell can stand in for, whatever the others are.

    One stands in for another where it adds at least as much to the objective, takes no more of any
    row, costs no more and needs no extra variable that the other does not: putting it in the
    other's place keeps every limit and loses nothing. Of equal ones the first stays. Exact for
    shares as well. Where little would go of a large problem, all of it may stay. What a row forbids
    goes too.
    """
    if program.excluded or not program.size:
        return program
    program = _allowed(program)
    smaller, place, *_ = alike(program)
    if smaller.size > _MANY:
        few = _few_cells(smaller)
        if _undominated(few, _TASTE).sum() > _WORTHWHILE * few.size:
            return program
    keep = _undominated(smaller, _MOST_ROUNDS if smaller.size > _MANY else None)
    return only(program, keep[place])


def _allowed(program: Program) -> Program:
    """Leave out columns that a row forbids by itself: nothing else in it takes less than nothing.

    Where they are all that serve a cell they stay, so that the row says that nothing is possible.
    """
    keep = np.ones(program.size, dtype=bool)
    for row in program.rows:
        weights, beside, constant = row.sum
        if constant == 0 and not beside and weights.max() > 0 and weights.min() >= 0:
            keep &= weights <= 0
    if keep.all() or not np.bincount(program.cell[keep], minlength=program.cells).all():
        return program
    return only(program, keep)


_MANY = 5_000
"""Of more columns a few cells are tried first, and the rest only where much goes there."""
_TASTE, _WORTHWHILE, _MOST_ROUNDS = 8, 0.9, 64
_MOST_PAIRS = 500_000
_STANDS_FOR = 1e-12
"""Differences below this share of a term's size are rounding."""


def _few_cells(program: Program) -> Program:
    """Return some cells of a large problem, from all over it."""
    count = max(1, _MANY * program.cells // (2 * program.size))
    cells = np.unique(np.linspace(0, program.cells - 1, count).astype(np.intp))
    return only(program, np.isin(program.cell, cells))


def _undominated(program: Program, rounds: int | None) -> BoolArray:
    """Tell which columns no other of their cell is below or equal to in every term.

    Few pairs are compared at once. Of many, in each round the lowest of every cell rules others
    out; after so many rounds what is left stays, and None goes on to the end.
    """
    near = _near(program)
    cell, size = program.cell, program.size
    # What is below another in every term comes before it, and of equal ones the first.
    order = np.lexsort((np.arange(size), near.sum(axis=0), cell))
    near, cell = near[:, order], cell[order]
    mask = np.zeros(size, dtype=bool)
    if program.cells * int(np.bincount(cell).max()) ** 2 <= _MOST_PAIRS:
        mask[order] = _not_below(near, cell)
        return mask
    waiting, kept = np.arange(size), list[IntArray]()
    while len(waiting) and len(kept) != rounds:
        first = np.flatnonzero(np.diff(cell[waiting], prepend=-1))
        lowest = waiting[first]
        kept.append(lowest)
        by = np.repeat(lowest, np.diff(first, append=len(waiting)))
        lost = np.arange(len(waiting))
        for term in near:
            lost = lost[term[by[lost]] <= term[waiting[lost]]]
        waiting = np.delete(waiting, lost)
    mask[order[np.concatenate([*kept, waiting])]] = True
    return mask


def _not_below(near: FloatArray, cell: IntArray) -> BoolArray:
    """Tell which columns none that comes before in its cell is below or equal to in every term."""
    counts = np.bincount(cell)
    place = np.arange(len(cell)) - (np.cumsum(counts) - counts)[cell]
    width = int(counts.max())
    below = np.broadcast_to(~np.tri(width, dtype=bool), (len(counts), width, width)).copy()
    table = np.full((len(counts), width), np.inf)
    for term in near:
        table[cell, place] = term
        below &= table[:, :, None] <= table[:, None, :]
    lost = np.asarray(below.any(axis=1))
    return np.asarray(~lost[cell, place])


def _near(program: Program) -> FloatArray:
    """Return what columns take, as whole numbers, so that what is equal but for rounding is equal.

    Shape (terms, n): gains, cost, rows, needs. Each counts from its largest in the cell.
    """
    starts = np.flatnonzero(np.diff(program.cell, prepend=-1))
    sizes = np.diff(starts, append=program.size)
    terms = [
        -program.gain,
        program.cost.columns,
        *(row.sum.columns for row in program.rows),
        *(link.columns.astype(float) for link in program.links),
    ]
    near = np.empty((len(terms), program.size))
    for n, term in enumerate(terms):
        scale = np.maximum.reduceat(np.abs(term), starts)
        near[n] = np.round(term / np.repeat(np.where(scale > 0, scale, 1.0), sizes) / _STANDS_FOR)
    return near
