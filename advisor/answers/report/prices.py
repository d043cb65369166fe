"""The prices that a report stands on: every period that its months meet, its age, who disputes it.

Prices are as the tables have them: dollars, per million tokens or per seat and month.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from advisor.case.facts import Case
from advisor.model.book import Offer, PriceBook, SoldPlan
from advisor.model.doubts import price_doubts, source_doubts
from advisor.model.price import PricePeriod
from advisor.tables.report import PriceLine


def prices_used(case: Case, book: PriceBook, on: date) -> list[PriceLine]:
    """List the prices of the options' models, then of their plans; ages are up to a day."""
    models: dict[str, list[str]] = {}
    plans: dict[str, list[str]] = {}
    for one in (*case.options, *case.unknown):
        models.setdefault(f"{one.vendor}/{one.model}", []).append(one.name)
        if one.plan is not None:
            plans.setdefault(one.plan, []).append(one.name)
    offers = {name: book.find(name) for name in models}
    found = [
        line
        for name, offer in offers.items()
        if offer is not None
        for line in _of_model(offer, case, models[name], on)
    ]
    for name, users in plans.items():
        if name in book.plans:
            found += _of_plan(book.plans[name], case, users, on)
    return found


def _of_model(offer: Offer, case: Case, users: list[str], on: date) -> Iterator[PriceLine]:
    """Yield the periods of a model that the plan's months meet."""
    begin, end = case.start.begins_at, (case.market.work.months[-1] + 1).begins_at
    counted = [one for one in offer.model.prices if one.status != "cancelled"]
    first = offer.model.period_at(begin)
    for period in counted:
        if period is first or begin < period.effective_from < end:
            doubts = price_doubts(offer.model, period, None, end, case.as_of)
            yield _line(offer.model.name, period, users, on, list(doubts))


def _line(
    name: str, period: PricePeriod, users: list[str], on: date, doubts: list[str]
) -> PriceLine:
    source = period.source
    announced = ["is announced, not in force"] if period.status == "announced" else []
    return PriceLine(
        name=name,
        used_by=users,
        input=float(period.input),
        output=float(period.output),
        seat_month=None,
        since=period.effective_from.date(),
        checked_on=source.checked_on,
        age_days=(on - source.checked_on).days,
        confidence=source.confidence,
        source=source.url,
        doubts=[*announced, *doubts],
    )


def _of_plan(sold: SoldPlan, case: Case, users: list[str], on: date) -> Iterator[PriceLine]:
    """Yield the terms of a plan that hold in any of the months."""
    last = (case.market.work.months[-1] + 1).begins_at - timedelta(seconds=1)
    first = sold.plan.terms_at(case.start.begins_at)
    for terms in sold.plan.periods:
        if terms is not first and not case.start.begins_at < terms.effective_from <= last:
            continue
        disputed = [f"is disputed: {one.in_words}" for one in terms.disputed]
        yield PriceLine(
            name=sold.plan.name_at(terms.effective_from),
            used_by=users,
            input=None,
            output=None,
            seat_month=None if terms.seat_month is None else float(terms.seat_month),
            since=terms.effective_from.date(),
            checked_on=terms.source.checked_on,
            age_days=(on - terms.source.checked_on).days,
            confidence=terms.source.confidence,
            source=terms.source.url,
            doubts=[*disputed, *source_doubts(terms.source, case.as_of)],
        )
