"""The plan as a workbook: what its sheets show, and what their formulas stand on.

What a reader would get wrong: a figure that no formula can follow is named in `fixed`, with the
assumptions that it hangs on; a workbook must say so as soon as one of them is changed.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.tables.compare import AssumptionLine
from advisor.tables.export import Detail, Ranges
from advisor.units import Month

FloatArray = NDArray[np.float64]

HEADCOUNT, SHARE, LEVEL, PRICES, SEATS, MULTIPLIERS, SUCCESS, COMMITMENTS = (
    "headcount", "active share", "level of use", "prices", "seat terms", "multipliers", "success",
    "commitments",
)  # fmt: skip
"""The groups of assumptions that can be changed in a workbook."""

BY_PEOPLE, BY_PART_OF_PEOPLE, FIXED = 0, 1, 2
"""How tasks of a class move: with a team's people, with its part of all people, or not at all."""


class WorkbookPeriod(NamedTuple):
    """Some months of a plan that follow each other: from `first`, before `end`."""

    name: str
    first: int
    end: int


class WorkbookLevel(NamedTuple):
    """What the level of use stands on. `each` is money per active developer and month.

    `basis` is bill, published or tokens (the file states them all). `is_live` tells whether use
    moves in proportion to `each`. `active` is None where all developers of the bill's month count,
    and then `developers` is how many these were; NaN where they are the plan's first month's.
    """

    basis: str
    month: Month | None
    cost: float
    seat_fees: float
    active: float | None
    developers: float
    each: float
    is_live: bool


class PriceCurve(NamedTuple):
    """A price per million tokens by month, (T,), of an option's token class; `what` it is for."""

    option: int
    token_class: int
    what: str
    by_month: FloatArray


class Tries(NamedTuple):
    """One share of a class's work that comes to an option: as a first try, or after `after`."""

    share: float
    after: int | None


EVERYBODY = -1
"""In place of a team: all that are on a plan together."""


class PlanSubscription(NamedTuple):
    """A plan and the options on it; all by month, (T,). `parts` is each option's part of its seats.

    `heads` (G, T) are those of each team for whom `seats` are bought. `groups` (U,) are the teams
    that pay what their own people use beyond the seats, or EVERYBODY alone where all share a pool;
    `beyond` (U, T) is that use, in money at the plan's rates. `seats_follow` and `is_live` tell
    whether seats, and what is paid beyond them, can follow formulas; `kept` is what a contract's
    discount leaves.
    """

    name: str
    options: tuple[int, ...]
    parts: tuple[float, ...]
    heads: FloatArray
    seats: FloatArray
    groups: tuple[int, ...]
    beyond: FloatArray
    min_seats: FloatArray
    is_annual: bool
    counts_all: bool
    fee: FloatArray
    allowance: FloatArray
    is_pooled: NDArray[np.bool_]
    factor: FloatArray
    kept: tuple[float, ...]
    seats_follow: bool
    is_live: bool


class FixedPart(NamedTuple):
    """Figures that do not follow a formula, and the groups of assumptions that would move them."""

    what: str
    moved_by: frozenset[str]


class WorkbookInputs(NamedTuple):
    """What can be changed, as the file has it. G teams, T months, K classes, O options.

    `share_of_bill` tells that the active share is the bill's active developers over all of them.
    `classes` may have one name several times: parts that teams serve differently. `rates` is the
    curve of every row of use, (N,), -1 where there is none.
    """

    months: tuple[Month, ...]
    teams: tuple[str, ...]
    classes: tuple[str, ...]
    options: tuple[str, ...]
    developers: FloatArray
    share: FloatArray
    share_of_bill: bool
    moves: tuple[int, ...]
    level: WorkbookLevel
    curves: Sequence[PriceCurve]
    rates: NDArray[np.int32]
    reference: int
    multipliers: FloatArray
    is_given: NDArray[np.bool_]
    success: FloatArray
    quality: FloatArray
    tries: Mapping[tuple[int, int], Sequence[Tries]]
    tried: FloatArray
    live_tries: bool
    detection: FloatArray
    cost_ratio: float
    usage_sigma: float
    subscriptions: Sequence[PlanSubscription]
    commitments: Mapping[str, float]
    fixed: Sequence[FixedPart]


class Tie(NamedTuple):
    """What `advisor compare` says of the same way: the workbook has to come to the same."""

    total: float
    by_month: Sequence[float]
    by_team: Mapping[str, float]


class Workbook(NamedTuple):
    """Everything that the sheets need."""

    detail: Detail
    inputs: WorkbookInputs
    ranges: Ranges
    tie: Tie
    quarters: Sequence[WorkbookPeriod]
    years: Sequence[WorkbookPeriod]
    assumptions: Sequence[AssumptionLine]
    warnings: Sequence[str]
