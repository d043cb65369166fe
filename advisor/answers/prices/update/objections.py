"""What speaks against a new period: ours is younger, announced, cancelled, reviewed, or odd.

A difference between two tables says that one of them is wrong or late, not which one. What a reader
would get wrong: the two are held against each other on the day of the other table, so that a price
which began here since then is no difference; and a table that repeats a price which ours had
before, announces or saw cancelled is late or early, and proposes nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import NamedTuple

from advisor.answers.prices.update.quotes import Figures, Quote
from advisor.model.book import Offer
from advisor.model.price import LongContext, PricePeriod, UnitPrices
from advisor.tables.prices_update import CONFLICT, OLDER, REVIEWED
from advisor.units import TOKEN_CLASSES

SAME_EDGE = 1
"""Tokens: "above 200k" in one table may be "from 200k" in the other."""


class TableDays(NamedTuple):
    """Of which day their table is, and from which day new prices are to hold."""

    as_of: date
    on: date

    @property
    def start(self) -> date:
        """The first day of a new period: nobody has seen a price after the day of the table."""
        return min(self.as_of, self.on)


class Objection(NamedTuple):
    """What becomes of a difference that is not proposed, and why."""

    status: str
    reason: str


def unequal(ours: UnitPrices, theirs: Figures) -> Iterator[tuple[str, Decimal]]:
    """Yield the classes that they quote at other money than ours is, after the fallbacks."""
    for token_class in TOKEN_CLASSES:
        price = theirs.get(token_class)
        if price is not None and price != ours.resolved(token_class):
            yield token_class, price


def objection(
    offer: Offer, period: PricePeriod, quotes: Sequence[Quote], days: TableDays
) -> Objection | None:
    """Say what speaks against a new period of a model; None if nothing does."""
    theirs = dict(unequal(period, quotes[0].prices))
    return (
        _reviewed(period, theirs, days.as_of)
        or _younger(period, days.as_of)
        or _another_time(offer, period, quotes[0], days)
        or _shape(period, quotes)
    )


def _reviewed(period: PricePeriod, theirs: Mapping[str, Decimal], day: date) -> Objection | None:
    """Find the dispute that records just these figures."""
    for one in period.disputed:
        begins = one.effective_from is None or one.effective_from.date() <= day
        if (
            one.at is None
            and theirs
            and begins
            and all(one.own(c) == price for c, price in theirs.items())
        ):
            return Objection(REVIEWED, one.why)
    return None


def _younger(period: PricePeriod, day: date) -> Objection | None:
    checked = period.source.checked_on
    if checked > day:
        return Objection(OLDER, f"ours was checked on {checked}, their table is of {day}")
    if checked == day:
        return Objection(CONFLICT, f"ours was checked on the day of their table, {day}")
    return None


def _another_time(
    offer: Offer, period: PricePeriod, quote: Quote, days: TableDays
) -> Objection | None:
    """Find the price of ours of another time that theirs is, or that is in the way of theirs."""
    start = datetime.combine(days.start, time.min, UTC)
    same = [
        one for one in offer.model.prices if one is not period and not [*unequal(one, quote.prices)]
    ]
    for one in same:
        begins = one.effective_from.date()
        if one.status == "cancelled":
            return Objection(CONFLICT, f"theirs is the price of {begins} that was cancelled")
        if one.effective_from < period.effective_from:
            return Objection(CONFLICT, f"theirs is the price that ours was from {begins}")
        return Objection(CONFLICT, f"theirs is the price that ours has from {begins}")
    if period.effective_from >= start:
        return Objection(CONFLICT, f"ours has a price from {period.effective_from.date()}")
    later = [p for p in offer.model.prices if p.effective_from >= start and p is not period]
    for one in later:
        begins = one.effective_from.date()
        if one.effective_from == start:
            return Objection(CONFLICT, f"ours has a price that begins on {begins}")
        if one.status == "in_force" or (one.status == "announced" and begins <= days.on):
            return Objection(CONFLICT, f"ours has a price from {begins}")
    return None


def _shape(period: PricePeriod, quotes: Sequence[Quote]) -> Objection | None:
    """Find what can't be written as a period by itself."""
    quote, reason = quotes[0], None
    if period.peak or quote.busy:
        reason = "prices hang on the hour: write the period by hand"
    elif period.in_currency:
        reason = "prices stand in another currency too: write the period by hand"
    elif not same_edges(period.long_context, quote.tiers):
        reason = "long-context tiers begin elsewhere: write the period by hand"
    elif any(not price for price in quote.prices.values()):
        reason = "a price of 0 is none"
    elif any(one.prices.get(c, p) != p for one in quotes[1:] for c, p in quote.prices.items()):
        reason = f"they have several prices: {', '.join(one.name for one in quotes)}"
    return None if reason is None else Objection(CONFLICT, reason)


def same_edges(ours: Sequence[LongContext], theirs: Mapping[int, Figures]) -> bool:
    """Tell whether dearer prices begin at the same lengths."""
    pairs = zip(ours, sorted(theirs), strict=False)
    return len(ours) == len(theirs) and all(
        abs(tier.over - start) <= SAME_EDGE for tier, start in pairs
    )


def to_retirement(offer: Offer, quote: Quote, day: date) -> Objection:
    """Say what becomes of another day on which they say that a model ends."""
    for one in offer.model.disputed:
        if one.retires == quote.retires:
            return Objection(REVIEWED, one.why)
    source = offer.model.retires_source or offer.model.prices[-1].source
    if source.checked_on > day:
        reason = f"ours was checked on {source.checked_on}, their table is of {day}"
        return Objection(OLDER, reason)
    return Objection(CONFLICT, "they say another day on which it ends")
