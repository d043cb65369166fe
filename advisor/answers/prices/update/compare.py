"""Their quotes against our book: what a new period would say, what a person has to look at first.

A difference becomes a period only where nothing speaks against it: we have not looked since, no
later price of ours is in force, tiers begin at the same lengths, and no price hangs on the hour.
Everything else is a conflict, named with both figures. What a reader would get wrong: a class that
they do not quote is no difference; and equal money is none, as where cache writes cost what input
does and only one of the two tables says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import NamedTuple

from advisor.answers.prices.update.quotes import Figures, Quote, Quotes
from advisor.model.book import Offer, PriceBook
from advisor.model.price import LongContext, PricePeriod, UnitPrices
from advisor.tables.prices_update import (
    CONFLICT,
    PROPOSED,
    UNKNOWN_HERE,
    UNKNOWN_THERE,
    PriceFinding,
)
from advisor.units import TOKEN_CLASSES

_SAME_EDGE = 1
"""Tokens: "above 200k" in one table may be "from 200k" in the other."""


class Proposal(NamedTuple):
    """A period to append to a model, made from the one in force."""

    offer: Offer
    quote: Quote
    period: PricePeriod
    findings: Sequence[PriceFinding]


class Compared(NamedTuple):
    """Everything that two tables say differently."""

    proposals: Sequence[Proposal]
    findings: Sequence[PriceFinding]
    models: int


def compared(book: PriceBook, quotes: Quotes, on: date) -> Compared:
    """Compare every model that both tables have, on a day; models that retired by it are left."""
    known, unknown = _matched(book, quotes, on)
    proposals: list[Proposal] = []
    findings: list[PriceFinding] = []
    for offer, own in known:
        period = offer.model.period_at(_end(on))
        if period is None:
            continue
        differing = [*_differences(offer, period, own[0])]
        reason = _objection(offer, period, own, on)
        if differing and reason is None:
            proposals.append(Proposal(offer, own[0], period, differing))
        else:
            findings += [one._replace(status=CONFLICT, reason=reason) for one in differing]
            findings += _conflicts(offer, period, own, reason)
        findings += _later(offer, own[0])
    names = {offer.full_name for offer, _ in known}
    findings += [PriceFinding(UNKNOWN_HERE, f"{one.vendor}/{one.name}") for one in unknown]
    findings += [
        PriceFinding(UNKNOWN_THERE, offer.full_name)
        for offer in book.offers
        if offer.full_name not in names and not _is_over(offer, on)
    ]
    return Compared(proposals, findings, len(known))


def _matched(
    book: PriceBook, quotes: Quotes, on: date
) -> tuple[list[tuple[Offer, list[Quote]]], list[Quote]]:
    """Give each of our models its quotes, the one under its own id first; and those of no model."""
    found: dict[str, list[Quote]] = {}
    unknown = []
    for quote in quotes.quotes:
        offer = _offer(book, quote, on)
        if offer is None:
            if book.find(quote.name, on) is None:  # else a maker resells another's model
                unknown.append(quote)
        elif not _is_over(offer, on):
            found.setdefault(offer.full_name, []).append(quote)
    pairs = []
    for offer in book.offers:
        own = found.get(offer.full_name, [])
        if own:
            pairs.append((offer, sorted(own, key=lambda one: one.name.lower() != offer.id.lower())))
    return pairs, unknown


def _offer(book: PriceBook, quote: Quote, on: date) -> Offer | None:
    """Find what a name means with us; the same name at another maker is another model."""
    own = (o for o in book.offers if o.vendor.vendor == quote.vendor)
    ids = [o.id for o in own if o.id.lower() == quote.name.lower()]
    name = f"{quote.vendor}/{ids[0]}" if ids else quote.name
    offer = book.find(name, on) or book.find(quote.name, on)
    if ids and offer is not None and _is_over(offer, on):
        offer = book.find(ids[0], on)  # the name may have gone over to a successor
    return offer if offer is not None and offer.vendor.vendor == quote.vendor else None


def _is_over(offer: Offer, on: date) -> bool:
    return offer.model.retires is not None and offer.model.retires <= on


def _end(day: date) -> datetime:
    return datetime.combine(day, time.max, UTC)


# --- one model


def _differences(offer: Offer, period: PricePeriod, quote: Quote) -> Iterator[PriceFinding]:
    """Yield the classes outside tiers and busy hours whose prices are not the same money.

    A table that knows one price may have put the one of busy hours there.
    """
    if period.peak is not None and not quote.busy and not [*_unequal(period.peak, quote.prices)]:
        return
    for token_class, theirs in _unequal(period, quote.prices):
        yield _finding(offer, period, token_class, period.own(token_class), theirs)


def _unequal(ours: UnitPrices, theirs: Figures) -> Iterator[tuple[str, Decimal]]:
    for token_class in TOKEN_CLASSES:
        price = theirs.get(token_class)
        if price is not None and price != ours.resolved(token_class):
            yield token_class, price


def _finding(
    offer: Offer, period: PricePeriod, price: str, ours: Decimal | None, theirs: Decimal | None
) -> PriceFinding:
    return PriceFinding(
        PROPOSED, offer.full_name, price, ours, theirs,
        period.effective_from.date(), period.source.checked_on,
    )  # fmt: skip


def _objection(offer: Offer, period: PricePeriod, quotes: Sequence[Quote], on: date) -> str | None:
    """Say what speaks against a new period from this day on; None if nothing does."""
    quote = quotes[0]
    if period.source.checked_on >= on:
        return f"ours was checked on {period.source.checked_on}, not before {on}"
    start = datetime.combine(on, time.min, UTC)
    begun = [p for p in offer.model.prices if p.effective_from > start and p.status == "in_force"]
    if begun:
        return f"ours has a price from {begun[-1].effective_from.date()}"
    if any(p.effective_from == start for p in offer.model.prices):
        return f"ours has a price that begins on {on}"
    if period.peak or quote.busy:
        return "prices hang on the hour: write the period by hand"
    if not _same_edges(period.long_context, quote.tiers):
        return "long-context tiers begin elsewhere: write the period by hand"
    if any(not price for price in quote.prices.values()):
        return "a price of 0 is none"
    if any(one.prices.get(c, p) != p for one in quotes[1:] for c, p in quote.prices.items()):
        return f"they have several prices: {', '.join(one.name for one in quotes)}"
    return None


def _same_edges(ours: Sequence[LongContext], theirs: Mapping[int, Figures]) -> bool:
    pairs = zip(ours, sorted(theirs), strict=False)
    return len(ours) == len(theirs) and all(
        abs(tier.over - start) <= _SAME_EDGE for tier, start in pairs
    )


def _conflicts(
    offer: Offer, period: PricePeriod, quotes: Sequence[Quote], objection: str | None
) -> Iterator[PriceFinding]:
    """Yield what differs beside the plain prices: tiers, and prices at busy hours."""
    quote = quotes[0]
    why = objection or "long-context tiers differ"
    for edge, tier in _ours_and_theirs(period, quote):
        ours = tier or period
        theirs = _passed(quote, edge) or quote.prices
        for token_class, price in _unequal(ours, theirs):
            found = _finding(
                offer, period, f"{token_class} over {edge}", ours.resolved(token_class), price
            )
            yield found._replace(status=CONFLICT, reason=why)
    busy = period.peak or period
    for prices in {tuple(one.items()): one for one in quote.busy}.values():
        for token_class, price in _unequal(busy, prices):
            name = f"{token_class} at busy hours"
            found = _finding(offer, period, name, busy.own(token_class), price)
            yield found._replace(status=CONFLICT, reason="prices at busy hours differ")


def _ours_and_theirs(period: PricePeriod, quote: Quote) -> Iterator[tuple[int, LongContext | None]]:
    """Yield every threshold of either table, with the tier of ours that counts past it."""
    ours = [tier.over for tier in period.long_context]
    new = [s for s in quote.tiers if all(abs(s - over) > _SAME_EDGE for over in ours)]
    for edge in sorted([*ours, *new]):
        passed = [tier for tier in period.long_context if tier.over <= edge]
        yield edge, passed[-1] if passed else None


def _passed(quote: Quote, edge: int) -> Figures | None:
    """Return their tier that counts past a length."""
    passed = [start for start in sorted(quote.tiers) if start <= edge + _SAME_EDGE]
    return quote.tiers[passed[-1]] if passed else None


def _later(offer: Offer, quote: Quote) -> Iterator[PriceFinding]:
    """Yield prices that they announce and we have otherwise; an announcement is written by hand."""
    for day, prices in quote.later:
        period = offer.model.period_at(_end(day))
        assert period is not None  # one is in force before it
        for token_class, price in _unequal(period, prices):
            found = _finding(offer, period, token_class, period.own(token_class), price)
            yield found._replace(status=CONFLICT, reason=f"they announce it from {day}")
