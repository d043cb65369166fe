"""Prices that are published in another currency than dollars, put in place of the dollar ones.

What a reader would get wrong: makers do not keep one rate between their lists, so a list price in
yuan is not the dollar price times anything. Money of a file is dollars times what a dollar is;
dividing by that first gives back, to the last place, what is published.
"""

from __future__ import annotations

from decimal import Context, Decimal
from typing import Any

from advisor.model.plan import Plan, PlanPeriod
from advisor.model.price import LocalPrices, PricedModel, PricePeriod, UnitPrices
from advisor.units import TOKEN_CLASSES

_PLACES = Context(prec=20)


def model_in_currency(model: PricedModel, code: str, per_usd: float) -> PricedModel:
    """Return a model at the prices that its maker publishes in a currency, as dollars.

    Periods without such prices stay as they are.
    """
    if not any(code in period.in_currency for period in model.prices):
        return model
    rate = Decimal(str(per_usd))
    kept = tuple(_as_published(p, p.in_currency.get(code), rate) for p in model.prices)
    return model.model_copy(update={"prices": kept})


def plan_in_currency(plan: Plan, code: str, per_usd: float) -> Plan:
    """Return a plan with the seat fees that its vendor publishes in a currency, as dollars."""
    if not any(code in period.in_currency for period in plan.periods):
        return plan
    rate = Decimal(str(per_usd))
    return plan.model_copy(update={"periods": tuple(_seat(p, code, rate) for p in plan.periods)})


def _seat(period: PlanPeriod, code: str, rate: Decimal) -> PlanPeriod:
    local = period.in_currency.get(code)
    if local is None:
        return period
    fees = {"seat_month": local.seat_month, "seat_month_annual": local.seat_month_annual}
    return period.model_copy(
        update={
            name: None if fee is None else _PLACES.divide(fee, rate) for name, fee in fees.items()
        }
    )


def _as_published(period: PricePeriod, local: LocalPrices | None, rate: Decimal) -> PricePeriod:
    """Return a period at local prices, each ÷ what a dollar is."""
    if local is None:
        return period
    plain = {c: price for c in TOKEN_CLASSES if (price := local.own(c)) is not None}
    by_input = _PLACES.divide(local.input, period.input) if period.input else Decimal(0)
    moves = {
        c: _PLACES.divide(plain[c], own) if c in plain and (own := period.own(c)) else by_input
        for c in TOKEN_CLASSES
    }
    update: dict[str, Any] = _moved(period, plain, moves, rate)
    stated = {tier.over: tier for tier in local.long_context}
    update["long_context"] = tuple(
        tier.model_copy(update=_moved(tier, _stated(stated.get(tier.over)), moves, rate))
        for tier in period.long_context
    )
    if period.peak is not None:
        busy = _moved(period.peak, _stated(local.peak), moves, rate)
        update["peak"] = period.peak.model_copy(update=busy)
    update["variants"] = {
        name: one if one.factor is not None else one.model_copy(update=_moved(one, {}, moves, rate))
        for name, one in period.variants.items()
    }
    return period.model_copy(update=update)


def _stated(prices: UnitPrices | None) -> dict[str, Decimal]:
    if prices is None:
        return {}
    return {c: price for c in TOKEN_CLASSES if (price := prices.own(c)) is not None}


def _moved(
    prices: UnitPrices, local: dict[str, Decimal], moves: dict[str, Decimal], rate: Decimal
) -> dict[str, Decimal | None]:
    """Return each class at its local price, or at ours moved in proportion, ÷ the rate."""
    found: dict[str, Decimal | None] = {}
    for token_class in TOKEN_CLASSES:
        own = prices.own(token_class)
        price = local.get(token_class)
        if price is None and own is not None:
            price = _PLACES.multiply(own, moves[token_class])
        found[token_class] = None if price is None else _PLACES.divide(price, rate)
    return found
