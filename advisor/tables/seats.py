"""Seats against tokens as a finished answer. The names of the fields are the keys of its JSON.

Use is money as it costs by the token, per person and month, averaged over the plan's months. NaN
and None mean "not known". People are active ones, averaged over the months; whole where they are
dealt out, as counted where they are `expected`.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from advisor.units import Month


class MoneyRange(NamedTuple):
    """Money for the plan's months: expected, and over the draws; NaN without draws."""

    expected: float
    p10: float
    p90: float


class UseSpread(NamedTuple):
    """What people use, and how it differs. `sigma` is that of the logarithm.

    `is_assumed`: the spread is the published one, since the file has none. `heaviest_tenth` is the
    share of all use by the tenth of people who use the most.
    """

    per_active_month: float
    sigma: float
    is_assumed: bool
    people: float
    people_most: float
    heaviest_tenth: float
    total: float


class UserKind(NamedTuple):
    """A kind of user: the one at a rank. `way` is the cheapest for him alone."""

    kind: str
    rank: float
    people_above: float
    use: float
    way: str
    cost: float
    by_token: float


class Band(NamedTuple):
    """People next to each other by use who are cheapest on one way. `cost` is for all months."""

    use_from: float
    use_to: float | None
    way: str
    title: str
    people: int
    people_expected: float
    use: float
    cost: float
    by_token: float


class BuyingLine(NamedTuple):
    """One way of buying today's work.

    `break_even` is the use at which a seat costs as much as paying by the token, `dearer_again` the
    one from which it costs more again; of a pool, both are the mean use of those on it (`pooled`).
    `costs` are a month's, by kind of user. `beside_people` and `beside_saves` are for this plan and
    tokens, nothing else; `people` are those of the cheapest deal. `needs_use` is the least use at
    which a seat that is not known could pay, and `saves_at_most` what it could save all above it.
    """

    way: str
    title: str
    plan: str | None
    billing: str | None
    option: str | None
    billed_by: str
    tool: str | None
    is_today: bool
    for_individuals: bool
    denied: str | None
    unknown: str | None
    seat_month: float | None
    includes: float | None = None
    pooled: bool = False
    overage_factor: float | None = None
    token_fee: float | None = None
    min_seats: int | None = None
    max_seats: int | None = None
    confidence: str | None = None
    checked_on: date | None = None
    source: str | None = None
    break_even: float | None = None
    dearer_again: float | None = None
    is_cheaper: bool = False
    costs: Mapping[str, float | None] = MappingProxyType({})
    cost_alone: float | None = None
    unmet_share: float | None = None
    beside_people: int | None = None
    beside_saves: float | None = None
    people: int | None = None
    people_expected: float | None = None
    needs_use: float | None = None
    people_above: float | None = None
    saves_at_most: float | None = None


class AllocationSummary(NamedTuple):
    """Everybody where he is cheapest. Savings are against today's way and the best single one.

    `saves_if_use_moves` is what is left where use is drawn anew each month: the best single way.
    `one_plan` is the plan that saves most beside tokens alone; `company_saves` is what a deal saves
    that keeps to seats sold to companies, None where the cheapest deal does.
    """

    bands: Sequence[Band]
    cost: float
    saves: MoneyRange
    best_single: str
    best_single_cost: float
    saves_against_best_single: float
    saves_if_use_moves: float
    one_plan: str | None
    one_plan_saves: float
    company_saves: float | None
    company_ways: Sequence[str]


class Cap(NamedTuple):
    """A cap a person and month. `option` names whose it is in the file, None for the one sized.

    `blocked` is the share of person-months above it, `blocked_at_p90` the same where use is as high
    as in one year of ten; the two chances are those of one person within the plan's months.
    `saves` is the use above it, which is then left undone.
    """

    cap: float
    option: str | None
    blocked: float
    people_a_month: float
    blocked_at_p90: float
    once_if_own_level: float
    once_if_drawn_anew: float
    saves: float
    saves_share: float


class SeatsAnswer(NamedTuple):
    """Seats against tokens, for the work that runs today.

    `basis` is how the level of use is known: from a `bill`, as `published`, from stated `tokens`.
    """

    workload: str
    file: str
    currency: str
    start: Month
    months: int
    as_of: date
    draws: int
    seed: int
    block_chance: float
    basis: str
    basis_month: Month | None
    today: str
    today_cost: MoneyRange
    use: UseSpread
    kinds: Sequence[UserKind]
    ways: Sequence[BuyingLine]
    deal: AllocationSummary
    caps: Sequence[Cap]
    warnings: Sequence[str]

    @property
    def last_month(self) -> Month:
        """The last month of the plan."""
        return self.start + (self.months - 1)

    def title_of(self, way: str) -> str:
        """Return a way's title."""
        return next(one.title for one in self.ways if one.way == way)
