"""What is chosen from, as a linear program with some whole numbers; knows no solver.

Columns are strategies of cells, with shares from 0 to 1 that add up to 1 in each cell, or exactly
one of them where routes are whole. Beside them stand a few extra variables: whether a plan is paid
for or a maker used, what is paid beyond a pool, what is owed to a commitment. Everything that is
not linear and convex is relaxed here, and settled by the engine afterwards.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
BoolArray = NDArray[np.bool_]


class Sum(NamedTuple):
    """A linear expression: over columns, (n,), over extra variables by index, and a constant."""

    columns: FloatArray
    extras: Mapping[int, float] = {}
    constant: float = 0.0

    def plus(self, other: "Sum", factor: float = 1.0) -> "Sum":
        """Add a multiple of another expression."""
        extras = dict(self.extras)
        for variable, weight in other.extras.items():
            extras[variable] = extras.get(variable, 0.0) + factor * weight
        columns = self.columns + factor * other.columns
        return Sum(columns, extras, self.constant + factor * other.constant)

    def at(self, columns: FloatArray, extras: FloatArray) -> float:
        """Return its value at a solution."""
        beside = sum(weight * float(extras[n]) for n, weight in self.extras.items())
        return float(self.columns @ columns) + beside + self.constant


class Extra(NamedTuple):
    """A variable beside the columns. `gain` is what one of it adds to the objective."""

    name: str
    gain: float = 0.0
    low: float = 0.0
    high: float = float("inf")
    is_whole: bool = False


class Constraint(NamedTuple):
    """An expression that may not be above 0. `limit` is the key of the limit that says so.

    `is_implied`: every mix keeps it that pays what is due and no more, so that it has no price.
    """

    limit: str
    sum: Sum
    is_implied: bool = False


class Link(NamedTuple):
    """Columns that may be used only where an extra variable is 1. `columns` is a mask, (n,)."""

    extra: int
    columns: BoolArray


@dataclass
class Program:
    """The problem as it is handed to a solver: maximise the objective.

    `cell` and `strategy` (n,) say what each column stands for; `gain` (n,) is what the whole cell
    served that way adds. `cost` is what is spent, in the objective or not. `excluded` are whole
    mixes, as columns, that may not be chosen again.
    """

    cells: int
    cell: IntArray
    strategy: IntArray
    gain: FloatArray
    is_whole: bool
    cost: Sum
    constant: float = 0.0
    extras: list[Extra] = field(default_factory=list)
    rows: list[Constraint] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    excluded: list[IntArray] = field(default_factory=list)

    @property
    def size(self) -> int:
        """How many columns there are."""
        return len(self.cell)

    def nothing(self) -> Sum:
        """Return the expression that is 0."""
        return Sum(np.zeros(self.size))

    def add(self, extra: Extra) -> int:
        """Add a variable; return its index among the extras."""
        self.extras.append(extra)
        return len(self.extras) - 1

    def hold(self, limit: str, expression: Sum, *, is_implied: bool = False) -> None:
        """Demand that an expression is at most 0."""
        self.rows.append(Constraint(limit, expression, is_implied))

    def shares(self, columns: FloatArray, strategies: int) -> FloatArray:
        """Lay a solution's columns out by cell and strategy. Shape (N, J)."""
        table = np.zeros((self.cells, strategies))
        table[self.cell, self.strategy] = columns
        return table


def with_fixed(program: Program, extras: FloatArray) -> Program:
    """Return a problem whose whole extra variables stay as they are, and whose routes share."""
    fixed = only(program, np.ones(program.size, dtype=bool))
    fixed.is_whole = False
    fixed.extras = [
        extra._replace(low=round(value), high=round(value), is_whole=False)
        if extra.is_whole
        else extra
        for extra, value in zip(program.extras, extras.tolist(), strict=True)
    ]
    return fixed


def priced(program: Program) -> Program:
    """Return a problem without rows that have no price."""
    return replace(program, rows=[row for row in program.rows if not row.is_implied])


def cheapest_of(program: Program, objective: float, slack: float) -> Program:
    """Return the problem of spending least while losing no more than `slack` of an objective."""
    cheap = only(program, np.ones(program.size, dtype=bool))
    lost = {n: -extra.gain for n, extra in enumerate(program.extras) if extra.gain}
    cheap.hold("", Sum(-program.gain, lost, objective - slack - program.constant))
    cheap.gain = -program.cost.columns
    cheap.constant = -program.cost.constant
    cheap.extras = [
        extra._replace(gain=-program.cost.extras.get(n, 0.0))
        for n, extra in enumerate(program.extras)
    ]
    return cheap


def only(program: Program, keep: BoolArray | IntArray) -> Program:
    """Return the problem with some of its columns, by a mask or by their places in order."""
    return Program(
        cells=program.cells,
        cell=program.cell[keep],
        strategy=program.strategy[keep],
        gain=program.gain[keep],
        is_whole=program.is_whole,
        cost=program.cost._replace(columns=program.cost.columns[keep]),
        constant=program.constant,
        extras=list(program.extras),
        rows=[
            row._replace(sum=row.sum._replace(columns=row.sum.columns[keep]))
            for row in program.rows
        ],
        links=[link._replace(columns=link.columns[keep]) for link in program.links],
    )


def positive_part(
    program: Program, name: str, expression: Sum, most: float, *, gain: float, exact: bool
) -> int:
    """Add a variable that is max(0, expression), at most `most`; return its index.

    Money is never paid without need, so that a variable that only costs stays at its lower bound by
    itself. Where paying more could keep a limit on shares of spending, `exact` says so with one
    more variable that is 0 or 1.
    """
    variable = program.add(Extra(name, gain, high=most))
    itself = Sum(np.zeros(program.size), {variable: 1.0})
    program.hold("", expression.plus(itself, -1.0))
    if exact:
        positive = program.add(Extra(f"{name} is due", is_whole=True, high=1.0))
        is_positive = Sum(np.zeros(program.size), {positive: 1.0})
        # Above nothing only where it is due, and then no more than the expression.
        program.hold("", itself.plus(is_positive, -most))
        slack = most + _reach(program, expression)
        over = itself.plus(expression, -1.0).plus(is_positive, slack)
        program.hold("", over._replace(constant=over.constant - slack))
    return variable


def _reach(program: Program, expression: Sum) -> float:
    """Return how far below 0 an expression can be at the most."""
    least = np.zeros(program.cells)
    np.minimum.at(least, program.cell, expression.columns)
    beside = sum(
        weight * program.extras[n].high for n, weight in expression.extras.items() if weight < 0
    )
    return max(0.0, -float(least.sum()) - beside - expression.constant)


def columns_of(usable: BoolArray) -> tuple[IntArray, IntArray]:
    """List the columns that there are, by cell and then by strategy. `usable` is (N, J)."""
    cell, strategy = np.nonzero(usable)
    return cell.astype(np.intp), strategy.astype(np.intp)


def total(sums: Sequence[Sum], size: int) -> Sum:
    """Add expressions up."""
    result = Sum(np.zeros(size))
    for one in sums:
        result = result.plus(one)
    return result
