"""What of an option's price is disputed, unsure, old, a promotion or about to be gone.

Figures stand or fall with the prices they hang on, so every answer says which of them to look at.
What a reader would get wrong: age is counted to the day of the tables, so that the same file and
tables say the same on every day; that the tables themselves are old is said by the command line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from advisor.case.pricing import plan_terms
from advisor.case.purchase import Purchase
from advisor.model.doubts import price_doubts, source_doubts
from advisor.model.price import PricedModel, PricePeriod
from advisor.units import Month


def doubts(name: str, purchase: Purchase, months: Sequence[Month]) -> Iterator[str]:
    """Yield a sentence for everything doubtful in what an option costs in these months."""
    begin, end = months[0].begins_at, (months[-1] + 1).begins_at
    model = purchase.offer.model
    said = [
        *_of_the_end(purchase, end.date()),
        *(
            one
            for period in in_force(model, begin, end)
            for one in _of_prices(purchase, period, end)
        ),
        *_of_the_plan(purchase, begin),
        *_of_the_channel(purchase, begin),
    ]
    yield from (f"{name}: {sentence}" for sentence in dict.fromkeys(said))


def in_force(model: PricedModel, begin: datetime, end: datetime) -> list[PricePeriod]:
    """List the periods of a model that hold at some time between two instants."""
    periods = [one for one in model.prices if one.status != "cancelled"]
    ends = [*(one.effective_from for one in periods[1:]), end]
    return [
        one
        for one, until in zip(periods, ends, strict=True)
        if one.effective_from < end and until > begin
    ]


def _of_the_end(purchase: Purchase, end: date) -> Iterator[str]:
    model = purchase.offer.model
    last = model.retired_on(purchase.option.channel)
    if last is None or last >= end:
        return
    if model.redirects:
        yield (
            f"{model.name} retires on {last}; from then on {model.successor} answers, at its price"
        )
    else:
        follows = f"; {model.successor} follows it" if model.successor else ""
        yield f"{model.name} retires on {last}{follows}. Its last price is kept"


def _of_prices(purchase: Purchase, period: PricePeriod, end: datetime) -> Iterator[str]:
    model = purchase.offer.model
    for one in price_doubts(model, period, purchase.option.mode, end, purchase.book.as_of):
        yield f"the price of {model.name} {one}"


def _of_the_plan(purchase: Purchase, begin: datetime) -> Iterator[str]:
    terms = plan_terms(purchase, begin)
    if terms is None or purchase.plan is None:
        return
    sold, today = purchase.plan, purchase.book.as_of
    plan = sold.plan
    for one in terms.disputed:
        yield f"the terms of {plan.name} are disputed: {one.in_words}"
    yield from (f"what {plan.name} costs {one}" for one in source_doubts(terms.source, today))
    if terms.promotion is not None:
        yield f"what {plan.name} includes is a promotion for {terms.promotion.whom}"
    if plan.closed_to_new is not None and plan.closed_to_new <= today:
        instead = f"; {plan.successor} is sold instead" if plan.successor else ""
        yield f"{plan.name} is for renewals only since {plan.closed_to_new}{instead}"
    model = purchase.offer
    if not sold.serves(model.id, begin.date()):
        gone = sold.dropped(model.id)
        since = f" since {gone.effective_from}" if gone is not None else ""
        yield f"{plan.name} lists {model.model.name} no more{since}"


def _of_the_channel(purchase: Purchase, begin: datetime) -> Iterator[str]:
    channel = purchase.channel
    if channel is None:
        return
    begun = [one for one in channel.periods if one.effective_from <= begin]
    for period in begun[-1:]:
        for one in source_doubts(period.source, purchase.book.as_of):
            yield f"what {channel.name} adds {one}"
