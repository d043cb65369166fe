"""What a purchase costs: money per token by month, and the terms of its seats.

Prices are dollars per million tokens in `pricing/`; from here on they are money per token in the
file's currency, discount, channel fee and token fee included.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from advisor.case.purchase import NotKnownError, PeakHours, Purchase
from advisor.engine.cost import BillingTerms, token_rates
from advisor.engine.prices import Service, month_price, price_at
from advisor.engine.seats import SeatTerms
from advisor.errors import PriceGapError
from advisor.model.contract import Contract
from advisor.model.plan import Overage, PlanPeriod
from advisor.model.price import ChannelPeriod
from advisor.model.workload import Spread
from advisor.units import Month

FloatArray = NDArray[np.float64]


def rates_per_token(
    purchase: Purchase,
    months: Sequence[Month],
    prompts: Sequence[Spread | None],
    peaks: Sequence[PeakHours],
) -> FloatArray:
    """Return money per token. Shape (price group, task class, token class, month)."""
    seen: dict[tuple[PeakHours, Spread | None], FloatArray] = {}
    for peak in set(peaks):
        for prompt in set(prompts):
            by_month = [_month_rates(purchase, month, prompt, peak) for month in months]
            seen[peak, prompt] = np.stack(by_month, axis=1)
    return np.array([[seen[peak, prompt] for prompt in prompts] for peak in peaks])


def rates_on_day(
    purchase: Purchase, prompts: Sequence[Spread | None], peaks: Sequence[PeakHours]
) -> FloatArray:
    """Return money per token at the prices known on the book's day. (group, class, token)."""
    day = purchase.book.as_of
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1, seconds=-1)
    seen: dict[tuple[PeakHours, Spread | None], FloatArray] = {}
    for peak in set(peaks):
        for prompt in set(prompts):
            service = _service(purchase, moment, prompt, peak)
            prices = price_at(service, moment, purchase.book.calendars)
            seen[peak, prompt] = token_rates(prices, _terms(purchase, moment))
    return np.array([[seen[peak, prompt] for prompt in prompts] for peak in peaks])


def _month_rates(
    purchase: Purchase, month: Month, prompt: Spread | None, peak: PeakHours
) -> FloatArray:
    service = _service(purchase, month.begins_at, prompt, peak)
    prices = month_price(service, month, purchase.book.calendars)
    return token_rates(prices, _terms(purchase, month.begins_at))


def _service(
    purchase: Purchase, moment: datetime, prompt: Spread | None, peak: PeakHours
) -> Service:
    channel, plan = _channel_terms(purchase, moment), plan_terms(purchase, moment)
    option = purchase.option
    return Service(
        offer=purchase.offer,
        mode=option.mode,
        channel_variants={} if channel is None else channel.variants_of(purchase.offer.id),
        prompt=option.prompt_tokens or prompt,
        peak_hours=peak if option.off_peak_share is None else option.off_peak_share,
        overrides=plan.prices.get(purchase.offer.id) if plan else None,
    )


def _terms(purchase: Purchase, moment: datetime) -> BillingTerms:
    channel, plan = _channel_terms(purchase, moment), plan_terms(purchase, moment)
    contract = purchase.contract if plan is None else Contract.unchecked()
    return BillingTerms(
        discount=contract.discount,
        price_change=contract.price_change.at(Month.of(moment.date())),
        channel_fee=channel.fee if channel else 0.0,
        token_fee=plan.token_fee if plan else 0.0,
        per_usd=purchase.per_usd,
    )


def _channel_terms(purchase: Purchase, moment: datetime) -> ChannelPeriod | None:
    if purchase.channel is None:
        return None
    periods = [one for one in purchase.channel.periods if one.effective_from <= moment]
    if not periods:
        raise PriceGapError(f"{purchase.option.channel} has no terms on {moment:%Y-%m-%d}")
    return periods[-1]


def plan_terms(purchase: Purchase, moment: datetime) -> PlanPeriod | None:
    """Return the plan's terms in force at an instant; None without a plan."""
    if purchase.plan is None:
        return None
    terms = purchase.plan.plan.terms_at(moment)
    if terms is None:
        first = purchase.plan.plan.periods[0].effective_from
        raise PriceGapError(
            f"{purchase.plan.id} has no terms on {moment:%Y-%m-%d}; "
            f"its first are of {first:%Y-%m-%d}"
        )
    return terms


def seat_terms(
    purchase: Purchase, months: Sequence[Month], *, all_beyond_paid: bool = False
) -> SeatTerms | None:
    """Return the plan's terms by month; None for a metered option.

    `all_beyond_paid` stands for an allowance that is not published but was billed: usage then
    counts what was paid beyond the seats. Without it, such a plan is not known.
    """
    if purchase.plan is None:
        return None
    found = [plan_terms(purchase, month.begins_at) for month in months]
    terms = [period for period in found if period is not None]
    allowance = [_allowance(purchase, one, all_beyond_paid=all_beyond_paid) for one in terms]
    stated = purchase.option.seats
    return SeatTerms(
        fee=np.array([seat_fee(purchase, period) for period in terms]),
        allowance=np.array(allowance) * purchase.per_usd,
        pooled=np.array([period.is_pooled for period in terms]),
        overage_factor=np.array(
            [_overage(purchase, period, beyond=all_beyond_paid) for period in terms]
        ),
        min_seats=np.array([float(period.min_seats) for period in terms]),
        annual=purchase.option.billing == "annual",
        for_all=stated == "all",
        stated=float(stated) if isinstance(stated, int) else None,
    )


def seat_fee(purchase: Purchase, terms: PlanPeriod) -> float:
    """Return what a seat costs a month at the option's billing, in the file's currency."""
    annual = purchase.option.billing == "annual"
    fee = terms.seat_month_annual if annual else terms.seat_month
    if fee is None:
        other = terms.seat_month if annual else terms.seat_month_annual
        hint = f"; billing: {'monthly' if annual else 'annual'} is" if other is not None else ""
        raise NotKnownError(
            f"the {purchase.option.billing} price of {purchase.plan_name} is not published{hint}"
        )
    return float(fee) * purchase.per_usd


def _allowance(purchase: Purchase, terms: PlanPeriod, *, all_beyond_paid: bool) -> float:
    if terms.allowance is not None:
        return terms.allowance
    if all_beyond_paid:
        return 0.0
    raise NotKnownError(f"how much use {purchase.plan_name} includes is not published")


def _overage(purchase: Purchase, terms: PlanPeriod, *, beyond: bool) -> float:
    if isinstance(terms.overage, Overage):
        return terms.overage.factor
    if beyond and terms.allowance is None:
        return 1.0
    if terms.overage is None:
        raise NotKnownError(f"what use beyond {purchase.plan_name} costs is not published")
    return np.nan
