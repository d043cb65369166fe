"""Everything that pools put into a problem: seats, what lies beyond them, what is left undone."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.answers.recommend.curves import UseCurve
from advisor.answers.recommend.menu import PlanOnOffer, PoolOnOffer
from advisor.answers.recommend.problem import Program, Sum

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
BoolArray = NDArray[np.bool_]


class Seated(NamedTuple):
    """The seats of a plan in a problem, as an expression by month."""

    plan: PlanOnOffer
    seats: list[Sum]


class SeatEntry(NamedTuple):
    """What a variable lets in: a team's columns on a pool, which cost their seats."""

    pool: PoolOnOffer
    team: int


@dataclass
class PooledTerms:
    """Everything that pools put into a problem.

    `served` (n,) is the variable that stands for a column of which a part may be left undone, -1
    elsewhere; `in_second` (n,) tells that only its second try may be cut. `entries` are by the
    variable that lets them in, `fees` by the options of a plan, `seated` by those of a pool.
    `overage` is what teams pay beyond allowances of their people's own. `is_relaxed`: the problem
    may promise more than the engine will find.
    """

    served: IntArray
    in_second: BoolArray
    curves: list[UseCurve] = field(default_factory=list)
    entries: dict[int, SeatEntry] = field(default_factory=dict)
    fees: dict[tuple[int, ...], Sum] = field(default_factory=dict)
    seated: dict[tuple[int, ...], list[Seated]] = field(default_factory=dict)
    overage: dict[int, Sum] = field(default_factory=dict)
    is_relaxed: bool = False

    def refine(self, program: Program, columns: FloatArray, extras: FloatArray) -> bool:
        """Add the tangents at a solution; return whether any of them is new."""
        added = [one.touch(program, one.used.at(columns, extras)) for one in self.curves]
        return any(added)

    def sum_of(self, values: FloatArray, alone: FloatArray | None = None) -> Sum:
        """Return what columns bring, (n,), as far as they are done.

        `alone` (n,) is what they bring if their second try is not served at all.
        """
        cut = self.served >= 0
        if not cut.any():
            return Sum(values)
        first = np.zeros_like(values) if alone is None else alone
        by_second = cut & self.in_second
        columns = np.where(cut, np.where(by_second, first, 0.0), values)
        parts = np.where(by_second, values - first, values)
        weights: dict[int, float] = {}
        for column in np.flatnonzero(cut & (parts != 0)).tolist():
            weights[int(self.served[column])] = float(parts[column])
        return Sum(columns, weights)
