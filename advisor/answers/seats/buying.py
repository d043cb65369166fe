"""What people use by month, and what a band of them pays on one way of buying.

Use is in money as it costs by the token. What a reader would get wrong: a band is a band of ranks
(`shape`), the same people in every month; and seats are whole in every month, while the use on them
is that of the people as counted.
"""

import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.answers.seats.cost_curve import CostCurve
from advisor.answers.seats.use_distribution import Shape

FloatArray = NDArray[np.float64]

_ROUNDING = 1e-9
_AS_EXPECTED = np.ones(1)

Band = tuple[float, float]
"""People between two ranks, as shares of all."""


class BuyingTeam:
    """Who uses how much: active people and their mean use by month, shape (T,), and the spread.

    `cap` bounds what a person may use in a month. `whole` people are dealt out to plans; where the
    headcount moves, each of them stands for as many as the month has of them.
    """

    def __init__(
        self, people: FloatArray, mean: FloatArray, shape: Shape, cap: float = math.inf
    ) -> None:
        """Take what people use in money, at the expected level of use."""
        self.people, self.mean, self.shape, self.cap = people, mean, shape, cap

    @cached_property
    def person_months(self) -> float:
        """Active people added up over the months."""
        return math.fsum(self.people)

    @cached_property
    def average(self) -> float:
        """Use of a person and month, averaged over both."""
        return math.fsum(self.people * self.mean) / self.person_months

    @cached_property
    def headcount(self) -> float:
        """People, averaged over the months."""
        return self.person_months / len(self.people)

    @property
    def whole(self) -> int:
        """People as one counts them: a part of one is one."""
        return math.ceil(self.headcount - _ROUNDING)

    @cached_property
    def weights(self) -> FloatArray:
        """The share of person-months in each month. Shape (T,)."""
        return self.people / self.person_months

    @cached_property
    def profile(self) -> FloatArray:
        """Use of a month relative to the average. Shape (T,)."""
        return self.mean / self.average

    def at_level(self, level: float) -> "BuyingTeam":
        """Return the same people using so many times as much."""
        return BuyingTeam(self.people, self.mean * level, self.shape, self.cap)

    def used_up_to(self, ranks: FloatArray) -> FloatArray:
        """Return what the people below each rank use in each month, up to their caps. (P, T)."""
        used = self.shape.used_up_to(ranks)[:, None]
        if self.cap < math.inf:
            used = used - self.shape.excess_up_to(self._capped_at, ranks)
        return self.people * self.mean * used

    def beyond_up_to(self, bound: FloatArray, ranks: FloatArray) -> FloatArray:
        """Return what the people below each rank use beyond a bound each, up to their caps. (P, T).

        `bound` is money by month, shape (T,).
        """
        if np.isinf(bound).all():
            return np.zeros((len(ranks), len(bound)))
        beyond = self.shape.excess_up_to(self._relative(bound), ranks)
        if self.cap < math.inf:
            beyond = beyond - self.shape.excess_up_to(self._capped_at, ranks)
            beyond = np.where(bound < self.cap, beyond, 0.0)
        return self.people * self.mean * beyond

    @cached_property
    def _capped_at(self) -> FloatArray:
        return self._relative(np.full_like(self.mean, self.cap))

    def _relative(self, bound: FloatArray) -> FloatArray:
        """Return money as a multiple of the month's mean; infinite where nothing is used."""
        return np.divide(bound, self.mean, out=np.full_like(bound, np.inf), where=self.mean > 0)


class SeatPlanTerms(NamedTuple):
    """What a seat of a plan costs and includes by month, (T,) each, money in the file's currency.

    `cover` is what the use that a seat serves costs at the plan's rates ÷ all use by the token;
    `factor` what is paid of it beyond the allowance, NaN where nothing is sold. `rest` is the share
    of use that the plan does not serve, and that stays by the token.
    """

    fee: FloatArray
    allowance: FloatArray
    pooled: NDArray[np.bool_]
    factor: FloatArray
    cover: FloatArray
    rest: FloatArray
    min_seats: FloatArray
    max_seats: float = math.inf
    annual: bool = False


class Buying(NamedTuple):
    """One way of buying: by the token without `terms`, else seats. `rest_billed` (T,) by biller."""

    biller: str
    terms: SeatPlanTerms | None
    rest_billed: Mapping[str, FloatArray]

    @property
    def is_by_person(self) -> bool:
        """Whether what one person costs hangs on nobody else."""
        terms = self.terms
        return terms is None or bool(
            not terms.pooled.any() and terms.min_seats.max() <= 1 and math.isinf(terms.max_seats)
        )


class Group(NamedTuple):
    """Some people: their share of all, what they use and what of it is beyond an allowance each.

    Use is in money by the token. Shapes (..., 1), (..., T), (..., T).
    """

    share: FloatArray
    used: FloatArray
    beyond: FloatArray


class GroupPayments(NamedTuple):
    """What groups pay for seats, beyond them and by the token; what nobody sells them. (...)."""

    seats: FloatArray
    overage: FloatArray
    rest: Mapping[str, FloatArray]
    refused: FloatArray

    @property
    def total(self) -> FloatArray:
        """All of it; infinite where work would be refused."""
        paid = self.seats + self.overage + sum(self.rest.values())
        return np.where(self.refused > 0, np.inf, paid)


def group_of(
    team: BuyingTeam, buying: Buying, bands: Sequence[Band], levels: FloatArray = _AS_EXPECTED
) -> Group:
    """Put the people of some bands together, at each of some levels of use. First axis the level.

    A level is use relative to the expected one; months at another level are months like others.
    """
    size, months = len(levels), len(team.mean)
    many = BuyingTeam(
        np.tile(team.people, size), np.outer(levels, team.mean).ravel(), team.shape, team.cap
    )
    bound = np.tile(_bound(team, buying), size)
    lows, highs = (np.array(ranks) for ranks in zip(*bands, strict=True))
    used = (many.used_up_to(highs) - many.used_up_to(lows)).sum(axis=0)
    beyond = (many.beyond_up_to(bound, highs) - many.beyond_up_to(bound, lows)).sum(axis=0)
    share = np.full((size, 1), (highs - lows).sum())
    return Group(share, used.reshape(size, months), beyond.reshape(size, months))


def sums_up_to(team: BuyingTeam, buying: Buying, ranks: FloatArray) -> Group:
    """Put the people below each rank together. First axis the rank."""
    bound = _bound(team, buying)
    return Group(ranks[:, None], team.used_up_to(ranks), team.beyond_up_to(bound, ranks))


def _bound(team: BuyingTeam, buying: Buying) -> FloatArray:
    """Return the use that fills an allowance, infinite by the token. Shape (T,)."""
    return np.full_like(team.mean, np.inf) if buying.terms is None else included(buying.terms)


def pay(team: BuyingTeam, buying: Buying, group: Group) -> GroupPayments:
    """Return what groups of people pay over the plan's months on one way of buying."""
    rest = {name: (group.used * part).sum(axis=-1) for name, part in buying.rest_billed.items()}
    terms = buying.terms
    if terms is None:
        nothing = np.zeros(group.used.shape[:-1])
        return GroupPayments(nothing, nothing, rest, nothing)
    seats = np.maximum(np.ceil(team.people * group.share - _ROUNDING), terms.min_seats)
    if terms.annual:
        seats = np.maximum.accumulate(seats, axis=-1)
    pool = np.maximum(0.0, terms.cover * group.used - seats * terms.allowance)
    beyond = np.where(terms.pooled, pool, terms.cover * group.beyond)
    refused = (beyond * np.isnan(terms.factor)).sum(axis=-1)
    too_many = seats.max(axis=-1) > terms.max_seats
    return GroupPayments(
        seats=np.where(too_many, np.inf, (seats * terms.fee).sum(axis=-1)),
        overage=(beyond * np.nan_to_num(terms.factor)).sum(axis=-1),
        rest=rest,
        refused=np.where(refused > _ROUNDING * group.used.sum(axis=-1), refused, 0.0),
    )


def included(terms: SeatPlanTerms) -> FloatArray:
    """Return the use, in money by the token, that fills an allowance. Shape (T,)."""
    return np.divide(
        terms.allowance,
        terms.cover,
        out=np.full_like(terms.allowance, np.inf),
        where=terms.cover > 0,
    )


def least_of(team: BuyingTeam, buying: Buying) -> CostCurve:
    """Return what a person costs at the very least, whoever else is on the plan.

    A pool is never cheaper than one that is used up: max(0, x) is at least x.
    """
    terms, curve = buying.terms, curve_of(team, buying)
    if terms is None or not terms.pooled.any():
        return curve
    if np.isnan(terms.factor).any() or not terms.pooled.all():
        return CostCurve(curve.fixed, curve.slope)
    used_up = float((team.weights * terms.factor * terms.allowance).sum())
    return CostCurve(curve.fixed - used_up, curve.slope + sum(curve.jumps))


def curve_of(
    team: BuyingTeam, buying: Buying, discounted: Mapping[str, float] | None = None
) -> CostCurve:
    """Return what a person costs a month who uses so much on average over the months.

    Of a pool: what a person costs where that is the mean use of those on it. `discounted` says
    what share of the payments to a biller counts; unnamed ones count in full.
    """
    counts = discounted or {}
    rest = sum(
        (part * counts.get(name, 1.0) for name, part in buying.rest_billed.items()),
        np.zeros_like(team.mean),
    )
    steps = _Steps()
    steps.add(np.zeros_like(team.mean), team.weights * team.profile * rest)
    terms = buying.terms
    limit = math.inf
    if terms is not None:
        bound = included(terms)
        counted = np.nan_to_num(terms.factor) * counts.get(buying.biller, 1.0)
        inside = bound < team.cap
        jump = team.weights * team.profile * terms.cover * counted * inside
        with np.errstate(divide="ignore", invalid="ignore"):
            knots = np.where(team.profile > 0, bound / team.profile, np.inf)
        steps.add(knots, jump)
        closed = np.isnan(terms.factor) & inside & (team.people > 0)
        limit = float(knots[closed].min(initial=math.inf))
    fixed = 0.0 if terms is None else math.fsum(team.weights * terms.fee)
    if team.cap < math.inf:
        steps.end(team.cap, team.profile)
    return steps.curve(fixed, limit)


class _Steps:
    """Slopes that begin at a use, gathered month by month."""

    def __init__(self) -> None:
        self._begun: list[tuple[FloatArray, FloatArray]] = []
        self._found: dict[float, list[float]] = {}

    def add(self, knots: FloatArray, jumps: FloatArray) -> None:
        """Begin a slope in each month."""
        self._begun.append((knots, jumps))
        self._put(knots, jumps)

    def end(self, cap: float, profile: FloatArray) -> None:
        """End every slope where a person of the month is capped."""
        with np.errstate(divide="ignore"):
            ends = np.where(profile > 0, cap / profile, np.inf)
        for _, jumps in list(self._begun):
            self._put(ends, -jumps)

    def _put(self, knots: FloatArray, jumps: FloatArray) -> None:
        for knot, jump in zip(knots.tolist(), jumps.tolist(), strict=True):
            if jump and knot < math.inf:
                self._found.setdefault(knot, []).append(jump)

    def curve(self, fixed: float, limit: float) -> CostCurve:
        """Put the slopes together."""
        slope = math.fsum(self._found.pop(0.0, []))
        knots = sorted(self._found)
        jumps = tuple(math.fsum(self._found[knot]) for knot in knots)
        return CostCurve(fixed, slope, tuple(knots), jumps, limit)
