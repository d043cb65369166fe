"""Seats, allowances, overage and caps: what is paid for use on a plan, and what stays undone.

Use differs between people: a lognormal whose mean is usage ÷ people and whose shape is sigma. The
expected part above a bound A of one person is M·Φ(d₁) - A·Φ(d₁-σ), d₁ = (ln(M/A)+σ²/2)/σ, and
max(0, M-A) where sigma is 0. Usage is in money at the plan's own rates. Shapes are (draw, month)
for usage and (month,) for terms.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.engine.normal import phi_array

FloatArray = NDArray[np.float64]

_ROUNDING = 1e-9


class SeatTerms(NamedTuple):
    """A plan's terms by month. `overage_factor` is NaN where nothing beyond is sold."""

    seats: FloatArray
    fee: FloatArray
    allowance: FloatArray
    pooled: NDArray[np.bool_]
    overage_factor: FloatArray

    @property
    def seat_fees(self) -> FloatArray:
        """Money for seats by month."""
        return self.seats * self.fee


class Settled(NamedTuple):
    """What a month's usage comes to: money beyond the seats, and the share of it not served."""

    paid: FloatArray
    unmet: FloatArray | None


def seat_counts(people: FloatArray, min_seats: FloatArray, *, annual: bool) -> FloatArray:
    """Round people up to whole seats by month; annual seats never become fewer."""
    seats = np.maximum(np.ceil(people - _ROUNDING), min_seats)
    return np.maximum.accumulate(seats) if annual else np.asarray(seats)


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


def settle(
    usage: FloatArray,
    people: FloatArray,
    sigma: float,
    *,
    terms: SeatTerms | None = None,
    cap: float = math.inf,
) -> Settled:
    """Turn usage into money and unmet work. Usage is (draw, month); people are (month,).

    A cap acts before the pool. Where a plan sells nothing beyond its allowance, the allowance is a
    cap as well: of each person, or of the pool.
    """
    if terms is None and math.isinf(cap):
        return Settled(usage, None)
    bound = np.full_like(people, cap)
    if terms is not None:
        closed = np.isnan(terms.overage_factor) & ~terms.pooled
        bound = np.where(closed, np.minimum(bound, terms.allowance), bound)
    cut = _beyond(usage, people, bound, sigma)
    served = usage - cut
    if terms is None:
        return Settled(served, _share(cut, usage))
    pool = terms.seats * terms.allowance
    beyond = np.maximum(0.0, served - pool)
    if not terms.pooled.all():
        each = _beyond(usage, people, np.minimum(terms.allowance, bound), sigma) - cut
        beyond = np.where(terms.pooled, beyond, each)
    refused = np.where(np.isnan(terms.overage_factor), beyond * terms.pooled, 0.0)
    factor = np.nan_to_num(terms.overage_factor)
    return Settled(np.maximum(0.0, beyond) * factor, _share(cut + refused, usage))


def _beyond(usage: FloatArray, people: FloatArray, bound: FloatArray, sigma: float) -> FloatArray:
    """Add up what people use above a bound each. Use by nobody, as in CI, is all above it."""
    if np.isinf(bound).all():
        return np.zeros_like(usage)
    mean = np.divide(usage, people, out=np.zeros_like(usage), where=people > 0)
    finite = np.where(np.isinf(bound), 1.0, bound)
    excess = np.where(people > 0, people * above(mean, finite, sigma), usage)
    return np.where(np.isinf(bound), 0.0, excess)


def _share(part: FloatArray, whole: FloatArray) -> FloatArray | None:
    if not part.any():
        return None
    return np.divide(part, whole, out=np.zeros_like(whole), where=whole > 0)


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
