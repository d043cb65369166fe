"""Published prices to dollars per million tokens by class and month.

The price of a month is the time integral of the price in force over the month, to the second, with
the long-context tiers weighted by the share of tokens that pay them. Prices here are list prices of
one variant; discounts and fees belong to `advisor.engine.cost`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from advisor.engine.normal import phi
from advisor.engine.peak import off_peak_share
from advisor.errors import MissingError, PriceGapError
from advisor.model.book import Offer
from advisor.model.plan import PlanPrices
from advisor.model.price import Calendar, LongContext, Peak, PricePeriod, UnitPrices, Variant
from advisor.model.workload import Spread, WorkingHours
from advisor.units import FALLBACK_CLASS, PROMPT_CLASSES, TOKEN_CLASSES, Month

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Service:
    """How a model is bought: everything that decides its unit prices but the month.

    `peak_hours` is the share of use outside the busy hours, or the hours that a team works;
    None means all of it inside them.
    """

    offer: Offer
    mode: str | None = None
    channel_variants: Mapping[str, Variant] = field(default_factory=dict)
    prompt: Spread | None = None
    peak_hours: float | WorkingHours | None = None
    overrides: UnitPrices | None = None


def month_price(service: Service, month: Month, calendars: Mapping[str, Calendar]) -> FloatArray:
    """Return dollars per million tokens of each class in a month. Shape (token class,).

    Raises PriceGapError where the month begins before the first price, naming the first month that
    does not, and where a variant ends inside the month.
    """
    begin, end = month.begins_at, (month + 1).begins_at
    total = np.zeros(len(TOKEN_CLASSES))
    for period, since, until in _in_force(service, begin, end):
        weight = (until - since).total_seconds() / (end - begin).total_seconds()
        share = _off_peak(service, period.peak, (since, until), calendars)
        total += weight * period_price(service, period, share, until)
    return total


def price_at(service: Service, moment: datetime, calendars: Mapping[str, Calendar]) -> FloatArray:
    """Return dollars per million tokens of each class at one instant. Shape (token class,)."""
    period = service.offer.model.period_at(moment)
    if period is None:
        raise PriceGapError(f"{service.offer.id} has no price on {moment.date()}")
    month = Month.of(moment.date())
    window = (month.begins_at, (month + 1).begins_at)
    return period_price(service, period, _off_peak(service, period.peak, window, calendars), moment)


def _in_force(
    service: Service, begin: datetime, end: datetime
) -> list[tuple[PricePeriod, datetime, datetime]]:
    """List the periods in force between two instants, each with its part of that time."""
    periods = [one for one in service.offer.model.prices if one.status != "cancelled"]
    if not periods or periods[0].effective_from > begin:
        raise PriceGapError(_gap(service.offer, begin))
    ends = [following.effective_from for following in periods[1:]] + [end]
    spans = (
        (period, max(period.effective_from, begin), min(until, end))
        for period, until in zip(periods, ends, strict=True)
    )
    return [(period, since, until) for period, since, until in spans if since < until]


def _gap(offer: Offer, begin: datetime) -> str:
    what = f"{offer.id} has no price at the start of {begin:%Y-%m}"
    dated = [one.effective_from for one in offer.model.prices if one.status != "cancelled"]
    if not dated:
        return f"{what}: none had been checked by then"
    first = Month.of(dated[0].date())
    first = first if first.begins_at >= dated[0] else first + 1
    return f"{what}; its first priced month is {first}"


def _off_peak(
    service: Service,
    peak: Peak | None,
    window: tuple[datetime, datetime],
    calendars: Mapping[str, Calendar],
) -> float:
    if peak is None or service.peak_hours is None:
        return 0.0
    if isinstance(service.peak_hours, WorkingHours):
        return off_peak_share(peak, service.peak_hours, window, calendars)
    return service.peak_hours


def period_price(
    service: Service, period: PricePeriod, off_peak: float, until: datetime
) -> FloatArray:
    """Return the prices of one period, its tiers and peak hours weighted. Shape (token class,).

    A long request pays its tier at every hour.
    """
    plain = _resolve(_overridden(period, service.overrides))
    variant, ratio = _variant(service, period, plain, until)
    tiers = () if variant and variant.long_context == "none" else _tiers(service, period)
    price = _with_tiers(service.prompt, tiers, plain, ratio)
    if period.peak is None or off_peak == 1:
        return price
    at_peak = _resolve(_overridden(period.peak, service.overrides))
    busy = _with_tiers(service.prompt, tiers, at_peak, ratio)
    return off_peak * price + (1 - off_peak) * busy


def _overridden(prices: UnitPrices, overrides: UnitPrices | None) -> UnitPrices:
    if overrides is None:
        return prices
    stated = {c: overrides.own(c) for c in TOKEN_CLASSES if overrides.own(c) is not None}
    return prices.model_copy(update=stated)


def _resolve(prices: UnitPrices) -> FloatArray:
    resolved = (prices.resolved(token_class) for token_class in TOKEN_CLASSES)
    return np.array([float(price) if price is not None else math.nan for price in resolved])


def _variant(
    service: Service, period: PricePeriod, plain: FloatArray, until: datetime
) -> tuple[Variant | None, FloatArray]:
    """Find the variant asked for, and the factor by which it moves each token class."""
    if service.mode is None:
        return None, np.ones(len(TOKEN_CLASSES))
    variant = period.variants.get(service.mode) or service.channel_variants.get(service.mode)
    if variant is None:
        known = ", ".join(sorted({*period.variants, *service.channel_variants})) or "none"
        raise MissingError(
            f"{service.offer.id} has no variant {service.mode!r} "
            f"in the price of {period.effective_from:%Y-%m-%d} (it has: {known})"
        )
    if variant.until is not None and until > variant.until:
        raise PriceGapError(
            f"the variant {service.mode!r} of {service.offer.id} ends on {variant.until:%Y-%m-%d}"
        )
    if variant.factor is not None:
        return variant, np.full(len(TOKEN_CLASSES), variant.factor)
    return variant, _ratios(variant, period, plain)


def _ratios(variant: Variant, period: PricePeriod, plain: FloatArray) -> FloatArray:
    """Return what a variant in prices multiplies each token class by."""
    priced = [_variant_price(variant, period, token_class) for token_class in TOKEN_CLASSES]
    return np.array(priced) / plain


def _variant_price(variant: Variant, period: PricePeriod, token_class: str) -> float:
    """Return a variant's price: its own, else as its input moved, else the fallback class's."""
    own, base = variant.own(token_class), period.own(token_class)
    if own is not None:
        return float(own)
    if base is not None:
        return float(base * Decimal(variant.input or 0) / period.input)
    return _variant_price(variant, period, FALLBACK_CLASS[token_class])


def _tiers(service: Service, period: PricePeriod) -> tuple[LongContext, ...]:
    """Return the dearer prices of long requests: the plan's own if it states them."""
    own = service.overrides
    if isinstance(own, PlanPrices) and own.long_context is not None:
        return own.long_context
    return period.long_context


def _with_tiers(
    prompt: Spread | None, tiers: tuple[LongContext, ...], plain: FloatArray, ratio: FloatArray
) -> FloatArray:
    if prompt is None or not tiers:
        return plain * ratio
    above = np.array([shares_above(prompt, tier.over) for tier in tiers])
    in_tier = above - np.vstack([above[1:], np.zeros_like(plain)])
    dearer = np.array([_resolve(tier) for tier in tiers])
    return np.asarray(((1 - above[0]) * plain + (in_tier * dearer).sum(axis=0)) * ratio)


def shares_above(prompt: Spread, threshold: int) -> FloatArray:
    """Return the share of tokens in requests longer than a threshold. Shape (token class,).

    Prompt tokens lie in long requests more often than requests are long; output tokens do not grow
    with the prompt, so their share is that of the requests.
    """
    sigma = prompt.sigma
    if sigma == 0:
        return np.full(len(TOKEN_CLASSES), float(prompt.p50 > threshold))
    distance = math.inf if threshold == 0 else math.log(prompt.p50) - math.log(threshold)
    of_tokens, of_requests = phi((distance + sigma**2) / sigma), phi(distance / sigma)
    return np.array([of_tokens if c in PROMPT_CLASSES else of_requests for c in TOKEN_CLASSES])
