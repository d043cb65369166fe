"""Their quotes against our book: what a new period would say, what a person has to look at first.

A difference becomes a period only where nothing speaks against it (`objections`). What a reader
would get wrong: a class that they do not quote is no difference; and equal money is none, as where
cache writes cost what input does and only one of the two tables says so.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import NamedTuple

from advisor.answers.prices.update.new_period import new_period
from advisor.answers.prices.update.objections import (
    SAME_EDGE,
    Objection,
    TableDays,
    objection,
    to_retirement,
    unequal,
)
from advisor.answers.prices.update.quotes import Figures, Quote, Quotes, plain_name
from advisor.model.book import Offer, PriceBook
from advisor.model.price import LongContext, PricePeriod, Variant
from advisor.tables.prices_update import (
    CONFLICT,
    OLDER,
    PROPOSED,
    REVIEWED,
    UNKNOWN_HERE,
    UNKNOWN_THERE,
    PriceFinding,
)
from advisor.units import TOKEN_CLASSES

_SHOWN = ("input", "cache_read", "output")


class Proposal(NamedTuple):
    """A period to append to a model, made from the one in force."""

    offer: Offer
    quote: Quote
    period: PricePeriod
    new: PricePeriod
    findings: Sequence[PriceFinding]


class Compared(NamedTuple):
    """Everything that two tables say differently."""

    proposals: Sequence[Proposal]
    findings: Sequence[PriceFinding]
    models: int


def compared(book: PriceBook, quotes: Quotes, days: TableDays, *, source: str) -> Compared:
    """Compare every model that both tables have, on the day of theirs.

    Models that had retired by then are left. Where a new period is proposed, tiers and variants are
    held against that one; `source` is what it names as its own.
    """
    known, unknown = _matched(book, quotes, days.as_of)
    proposals: list[Proposal] = []
    findings: list[PriceFinding] = []
    for offer, own in known:
        period = offer.model.period_at(_end(days.as_of))
        if period is None:
            continue
        differing = [*_differences(offer, period, own[0])]
        against = objection(offer, period, own, days)
        holds = period
        if differing and against is None:
            holds = new_period(period, own[0], days, kind=quotes.kind, source=source)
            proposals.append(Proposal(offer, own[0], period, holds, differing))
        elif against is not None:
            findings += [_for(one, against) for one in differing]
        findings += _beside(offer, holds, own[0], days, against)
    names = {offer.full_name for offer, _ in known}
    findings += _unknown_here(book, quotes, unknown, days.as_of)
    findings += [
        PriceFinding(UNKNOWN_THERE, offer.full_name)
        for offer in book.offers
        if offer.full_name not in names and not _is_over(offer, days.as_of)
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


def _unknown_here(
    book: PriceBook, quotes: Quotes, unknown: Sequence[Quote], day: date
) -> Iterator[PriceFinding]:
    """Yield what we lack with its prices, what coding tools offer first.

    Not what has ended or costs nothing, nor a model of ours that another maker sells on.
    """
    ours = {plain_name(offer.id) for offer in book.offers}
    first = {
        f"{one.vendor}/{one.name}": one
        for one in unknown
        if (one.retires is None or one.retires > day)
        and (one.prices.get("input") or one.prices.get("output"))
        and plain_name(one.name) not in ours
    }
    used = {name: quotes.use(one.name) for name, one in first.items()}
    for name in sorted(first, key=lambda name: (-used[name][0], -used[name][1], name)):
        for token_class in _SHOWN:
            price = first[name].prices.get(token_class)
            if price is not None:
                yield PriceFinding(UNKNOWN_HERE, name, token_class, None, price)


# --- one model


def _for(finding: PriceFinding, against: Objection) -> PriceFinding:
    return finding._replace(status=against.status, reason=against.reason)


def _differences(offer: Offer, period: PricePeriod, quote: Quote) -> Iterator[PriceFinding]:
    """Yield the classes outside tiers and busy hours whose prices are not the same money.

    A table that knows one price may have put the one of busy hours there.
    """
    if period.peak is not None and not quote.busy and not [*unequal(period.peak, quote.prices)]:
        return
    for token_class, theirs in unequal(period, quote.prices):
        yield _finding(offer, period, token_class, period.own(token_class), theirs)


def _finding(
    offer: Offer, period: PricePeriod, price: str, ours: Decimal | None, theirs: Decimal | None
) -> PriceFinding:
    return PriceFinding(
        PROPOSED, offer.full_name, price, ours, theirs,
        period.effective_from.date(), period.source.checked_on,
    )  # fmt: skip


def _beside(
    offer: Offer, period: PricePeriod, quote: Quote, days: TableDays, against: Objection | None
) -> Iterator[PriceFinding]:
    """Yield what differs beside the plain prices: never proposed, for a person to look at."""
    checked = period.source.checked_on
    younger = None
    if checked > days.as_of:
        younger = f"ours was checked on {checked}, their table is of {days.as_of}"
    for at, finding in (
        *_tiers(offer, period, quote, against), *_busy(offer, period, quote),
        *_variants(offer, period, quote), *_later(offer, quote, days.as_of),
    ):  # fmt: skip
        reviewed = _reviewed(period, at, finding)
        if reviewed is not None:
            yield finding._replace(status=REVIEWED, reason=reviewed)
        elif younger is not None and finding.status == CONFLICT:
            yield finding._replace(status=OLDER, reason=younger)
        else:
            yield finding
    if quote.retires is not None and quote.retires != offer.model.retires:
        against = to_retirement(offer, quote, days.as_of)
        yield PriceFinding(
            against.status, offer.full_name, "retires", offer.model.retires, quote.retires,
            reason=against.reason,
        )  # fmt: skip


def _reviewed(period: PricePeriod, at: str, finding: PriceFinding) -> str | None:
    """Return why ours stands, where a dispute records just this figure."""
    token_class = next(c for c in TOKEN_CLASSES if c in str(finding.price).split())
    for one in period.disputed:
        if one.at == at and one.own(token_class) == finding.theirs:
            return one.why
    return None


Beside = Iterator[tuple[str, PriceFinding]]
"""Findings, each with the condition under which the price holds, as a dispute names it."""


def _tiers(offer: Offer, period: PricePeriod, quote: Quote, against: Objection | None) -> Beside:
    reason = "long-context tiers differ" if against is None else against.reason
    for edge, tier in _ours_and_theirs(period, quote):
        ours = tier or period
        for token_class, price in unequal(ours, _passed(quote, edge) or quote.prices):
            found = _finding(
                offer, period, f"{token_class} over {edge}", ours.resolved(token_class), price
            )
            yield (
                f"over {edge}",
                found._replace(status=CONFLICT, reason=reason),
            )


def _busy(offer: Offer, period: PricePeriod, quote: Quote) -> Beside:
    busy = period.peak or period
    for prices in {tuple(one.items()): one for one in quote.busy}.values():
        for token_class, price in unequal(busy, prices):
            name = f"{token_class} at busy hours"
            found = _finding(offer, period, name, busy.own(token_class), price)
            yield (
                "busy hours",
                found._replace(status=CONFLICT, reason="prices at busy hours differ"),
            )


def _variants(offer: Offer, period: PricePeriod, quote: Quote) -> Beside:
    for name, theirs in quote.variants.items():
        variant = period.variants.get(name)
        for token_class, price in theirs.items():
            ours = None if variant is None else _at(period, variant, token_class)
            if price != ours:
                found = _finding(offer, period, f"{name} {token_class}", ours, price)
                why = f"ours has no {name}" if variant is None else f"{name} differs"
                yield name, found._replace(status=CONFLICT, reason=why)


def left_behind(one: Proposal) -> list[str]:
    """Name the ways to be served whose prices in their table do not move as a new period has it."""
    before, after = (
        {finding.price for _, finding in _variants(one.offer, period, one.quote)}
        for period in (one.period, one.new)
    )
    return sorted({str(price).split()[0] for price in after - before})


def _at(period: PricePeriod, variant: Variant, token_class: str) -> Decimal | None:
    """Return what a class costs in a variant: its own price, else moved with the input's."""
    own, base = variant.own(token_class), period.resolved(token_class)
    if own is not None or base is None:
        return own
    if variant.factor is not None:
        return base * Decimal(str(variant.factor))
    return base * (variant.input or Decimal(0)) / period.input if period.input else None


def _ours_and_theirs(period: PricePeriod, quote: Quote) -> Iterator[tuple[int, LongContext | None]]:
    """Yield every threshold of either table, with the tier of ours that counts past it."""
    ours = [tier.over for tier in period.long_context]
    new = [s for s in quote.tiers if all(abs(s - over) > SAME_EDGE for over in ours)]
    for edge in sorted([*ours, *new]):
        passed = [tier for tier in period.long_context if tier.over <= edge]
        yield edge, passed[-1] if passed else None


def _passed(quote: Quote, edge: int) -> Figures | None:
    """Return their tier that counts past a length."""
    passed = [start for start in sorted(quote.tiers) if start <= edge + SAME_EDGE]
    return quote.tiers[passed[-1]] if passed else None


def _later(offer: Offer, quote: Quote, day: date) -> Beside:
    """Yield prices that they announce and we have otherwise; an announcement is written by hand."""
    for begins, prices in quote.later:
        period = offer.model.period_at(_end(begins))
        if period is None:
            continue
        cancelled = [
            one
            for one in offer.model.prices
            if one.status == "cancelled" and one.effective_from.date() > day
            and not [*unequal(one, prices)]
        ]  # fmt: skip
        for token_class, price in unequal(period, prices):
            found = _finding(offer, period, token_class, period.own(token_class), price)
            status = REVIEWED if cancelled else CONFLICT
            said = "it was cancelled here" if cancelled else f"they announce it from {begins}"
            yield f"from {begins}", found._replace(status=status, reason=said)
