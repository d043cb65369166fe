"""Seats, allowances, overage and caps: what is paid for use on a plan, and what stays undone.

The home of the seat rule: how many seats are bought for whom (`seats_for`), and what use comes to
on them (`settle`). What follows it is held against it by tests: the solver's rows in
`answers/recommend/seat_counts.py`, the formulas of the workbook's sheet of seats.

Use differs between people of a team: a lognormal whose mean is use ÷ people and whose shape is
sigma. The expected part above a bound A of one person is M·Φ(d₁) - A·Φ(d₁-σ), with
d₁ = (ln(M/A)+σ²/2)/σ, and max(0, M-A) where sigma is 0 (the partial expectation of a lognormal, as
in Black and Scholes, 1973). Teams whose people use the same are one group. Usage is in money at the
plan's own rates. Shapes: S draws, U groups of teams, T months; terms are (T,).
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.engine.normal import phi_array

FloatArray = NDArray[np.float64]

ROUNDING = 1e-9
"""So much of a person is a rounding error of shares, and needs no seat."""


class SeatTerms(NamedTuple):
    """A plan's terms by month. `overage_factor` is NaN where nothing beyond is sold.

    `annual` seats never become fewer. `for_all`: every developer has one, active or not. `stated`
    is how many are bought where somebody says so, whoever uses it. `of_month` is the part of each
    month that counts, where only a part of the year is looked at.
    """

    fee: FloatArray
    allowance: FloatArray
    pooled: NDArray[np.bool_]
    overage_factor: FloatArray
    min_seats: FloatArray
    annual: bool = False
    for_all: bool = False
    stated: float | None = None
    of_month: FloatArray | None = None

    @property
    def is_closed(self) -> NDArray[np.bool_]:
        """Where nothing is sold beyond the allowance. (T,)."""
        return np.isnan(self.overage_factor)


class Settled(NamedTuple):
    """What use comes to: what lies beyond the seats and the share not served, (S, U, T).

    `beyond` is in money at the plan's rates, before its overage factor; without a plan it is all
    that is served. It is (S, 1, T) where it is everybody's together: beyond a pool, or by the token
    without a cap. `unmet` is None where everything is served.
    """

    beyond: FloatArray
    unmet: FloatArray | None


def whole_seats(people: FloatArray) -> FloatArray:
    """Round people up to whole seats: ⌈people - 10⁻⁹⌉."""
    return np.asarray(np.ceil(people - ROUNDING))


def seats_for(terms: SeatTerms, people: FloatArray) -> FloatArray:
    """Return the seats bought by month for so many people, (T,) each; see `SeatTerms`."""
    part = np.ones_like(people) if terms.of_month is None else terms.of_month
    whole = np.divide(people, part, out=np.zeros_like(people), where=part > 0)
    wanted = np.full_like(people, terms.stated) if terms.stated is not None else whole
    seats = np.maximum(whole_seats(wanted), terms.min_seats)
    return (np.maximum.accumulate(seats) if terms.annual else seats) * part


def above(mean: FloatArray, bound: FloatArray, sigma: float) -> FloatArray:
    """Return the expected part above a bound of a lognormal of that mean; all of it at bound 0."""
    mean, bound = np.broadcast_arrays(np.asarray(mean, float), np.asarray(bound, float))
    if sigma == 0:
        return np.maximum(0.0, mean - bound)
    result = mean.astype(np.float64, copy=True)
    inside = (mean > 0) & (bound > 0)
    m, a = mean[inside], bound[inside]
    d1 = (np.log(m / a) + sigma**2 / 2) / sigma
    result[inside] = m * phi_array(d1) - a * phi_array(d1 - sigma)
    return np.maximum(0.0, result)


class Pool(NamedTuple):
    """What is settled together: one plan, several that share a pool, or an option with a cap.

    `seats` are those bought of each plan of `terms`, (T,) each. `people` (U, T) use it, and nobody
    uses more than `cap`, (U,). `seated` (U, T) is the share of a group's work that those who have a
    seat can do; 1 but where fewer seats are bought than people would need.
    """

    terms: Sequence[SeatTerms]
    seats: Sequence[FloatArray]
    people: FloatArray
    cap: FloatArray
    seated: FloatArray

    @property
    def is_each_persons(self) -> bool:
        """Whether anybody has an allowance of their own."""
        return any(not one.pooled.all() for one in self.terms)

    @property
    def is_by_person(self) -> bool:
        """Whether what is paid or served hangs on how much each group's people use."""
        is_free = bool(np.isinf(self.cap).all()) and bool((self.seated >= 1).all())
        return self.is_each_persons or not is_free

    @property
    def allowance(self) -> FloatArray:
        """What all seats include by month. (T,)."""
        each = [s * t.allowance for s, t in zip(self.seats, self.terms, strict=True)]
        return np.asarray(np.sum(each, axis=0))


def settle(usage: FloatArray, pool: Pool, sigma: float) -> Settled:
    """Turn the usage of groups, (S, U, T), into money beyond the seats and unmet work.

    Who has no seat does nothing; a cap acts before the pool. Where a plan sells nothing beyond its
    allowance, the allowance is a cap as well: of each person, or of the pool. Plans that share a
    pool are all pooled, and closed alike.
    """
    if not pool.terms and not pool.is_by_person:
        whole = usage if usage.shape[1] == 1 else usage.sum(axis=1, keepdims=True)
        return Settled(np.asarray(whole), None)
    served = usage if (pool.seated >= 1).all() else usage * pool.seated
    cap = np.broadcast_to(pool.cap[:, None], pool.people.shape)
    if not pool.terms:
        served = served - _beyond(served, pool.people, cap, sigma)
        return Settled(served, _unmet(served, usage))
    first = pool.terms[0]
    bound = np.where(first.is_closed & ~first.pooled, np.minimum(cap, first.allowance), cap)
    kept = served
    if np.isfinite(bound).any():
        served = kept - _beyond(kept, pool.people, bound, sigma)
    whole = served.sum(axis=1, keepdims=True)
    beyond = np.maximum(0.0, whole - pool.allowance)
    refused = np.where(first.is_closed & first.pooled, beyond, 0.0)
    # What a pool refuses, or sells beyond, it refuses and sells everybody alike.
    if not first.pooled.all():
        free = kept - _beyond(kept, pool.people, np.minimum(first.allowance, bound), sigma)
        share = np.divide(served, whole, out=np.zeros_like(served), where=whole > 0)
        beyond = np.where(first.pooled, beyond * share, np.maximum(0.0, served - free))
    if refused.any():
        served = served * (1 - np.divide(refused, whole, out=np.zeros_like(whole), where=whole > 0))
    return Settled(np.where(first.is_closed, 0.0, beyond), _unmet(served, usage))


def _beyond(usage: FloatArray, people: FloatArray, bound: FloatArray, sigma: float) -> FloatArray:
    """Add up what people use above a bound each. Use by nobody, as in CI, is all above it.

    Above nothing is all use, to the last bit: what is left undone then is all of it, and no
    rounding error is divided by.
    """
    if np.isinf(bound).all():
        return np.zeros_like(usage)
    mean = np.divide(usage, people, out=np.zeros_like(usage), where=people > 0)
    finite = np.where(np.isinf(bound), 1.0, bound)
    is_bounded = (people > 0) & (finite > 0)
    excess = np.where(is_bounded, people * above(mean, finite, sigma), usage)
    return np.where(np.isinf(bound), 0.0, excess)


def _unmet(served: FloatArray, usage: FloatArray) -> FloatArray | None:
    """Return the share of use that is not served; None where all of it is."""
    left = usage - served
    if not left.any():
        return None
    return np.divide(left, usage, out=np.zeros_like(usage), where=usage > 0)


def usage_behind(
    overage: float, people: float, seats: float, allowance: float, sigma: float, *, pooled: bool
) -> float:
    """Return the usage of a month whose overage, at the plan's rates, was billed.

    The inverse of `settle` for a bill. Without overage the usage is anything up to the allowance;
    all of it is assumed. Where people differ, somebody would have passed it: then no overage says
    nothing, and the usage is 0.
    """
    if pooled or sigma == 0:
        return overage + (seats if pooled else people) * allowance
    if not overage:
        return 0.0
    low, high = overage, overage + people * allowance * 64
    for _ in range(200):
        middle = (low + high) / 2
        beyond = people * float(above(np.array(middle / people), np.array(allowance), sigma))
        low, high = (middle, high) if beyond < overage else (low, middle)
    return high
