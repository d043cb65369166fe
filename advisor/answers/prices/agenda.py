"""What is coming and what is getting old in the tables: for whoever keeps them, on a day.

What a reader would get wrong: an announced price counts from its day whether or not anybody has
looked again, so the days that have passed unseen are the first to look at.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import NamedTuple

from advisor.answers.prices.listing import book_faults
from advisor.answers.prices.periods import change, in_short
from advisor.model.book import Offer, PriceBook
from advisor.model.price import PricePeriod
from advisor.model.source import Source
from advisor.tables.flat import Column, Fact, Table

ODD, DUE, COMING, ENDLESS = "odd", "due", "coming", "promotion without an end"
OLDEST, PACKAGES, HOLIDAYS = "oldest check", "sources that are no pages", "calendar lacks a year"
KINDS = (ODD, DUE, COMING, ENDLESS, HOLIDAYS, OLDEST, PACKAGES)
"""Kinds of entries, in the order in which they are shown."""

_COLUMNS = [Column("kind"), Column("day", stays=True), Column("of", stays=True), Column("what")]


class AgendaEntry(NamedTuple):
    """One line: its kind, its day if it has one, whom it is about, and what."""

    kind: str
    day: date | None
    subject: str
    what: str


def agenda_of(book: PriceBook, on: date, days: int) -> Table:
    """List what ends, begins or expires within some days, and what is old or lacking."""
    entries = [
        *(AgendaEntry(ODD, None, *_split(fault)) for fault in book_faults(book)),
        *sorted(_of_models(book, on, on + timedelta(days=days))),
        *sorted(_of_plans(book, on, on + timedelta(days=days))),
        *_lacking_years(book, on, on + timedelta(days=days)),
        *_oldest(book, on),
        *_packages(book),
    ]
    entries.sort(key=lambda one: (KINDS.index(one.kind), one.day or date.min, one.subject))
    facts = [Fact("sentence", _sentence(book, entries))]
    return Table("check", _COLUMNS, [list(one) for one in entries], on=on, facts=facts)


def _split(fault: str) -> tuple[str, str]:
    subject, _, what = fault.partition(": ")
    return subject, what


def _sentence(book: PriceBook, entries: Iterable[AgendaEntry]) -> str:
    makers = len({offer.vendor.vendor for offer in book.made})
    periods = sum(len(offer.model.prices) for offer in book.made)
    odd = sum(one.kind == ODD for one in entries)
    models, plans = _number(len(book.made), "model"), _number(len(book.plans), "plan")
    said = f"{models} of {_number(makers, 'maker')}, {_number(periods, 'price period')}, {plans}"
    verdict = f"{odd} to look at" if odd else "in order"
    return f"{said}; last checked on {book.as_of}: {verdict}"


def _number(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


# --- what is coming


def _of_models(book: PriceBook, on: date, until: date) -> Iterator[AgendaEntry]:
    for offer in book.made:
        yield from _ends(offer, on, until)
        counted = [one for one in offer.model.prices if one.status != "cancelled"]
        for before, after in pairwise(counted):
            yield from _changes(offer, before, after, on, until)
        last = counted[-1]
        yield from _variants_that_end(offer, last, on, until)
        yield from _said_by_others(offer, on, until)
        if last.promotion is not None:
            began = last.effective_from.date()
            yield AgendaEntry(
                ENDLESS, began, offer.full_name, f"{in_short(last)}: {last.promotion}"
            )


def _ends(offer: Offer, on: date, until: date) -> Iterator[AgendaEntry]:
    model = offer.model
    days: Mapping[str, date | None] = {"": model.retires, **model.retires_at}
    for channel, day in days.items():
        if day is None or not on <= day <= until:
            continue
        where = f" at {channel}" if channel else ""
        then = f"; {model.successor} follows it" if model.successor else ""
        if model.redirects and not channel:
            then = f"; {model.successor} answers from then on, at its price"
        yield AgendaEntry(COMING, day, offer.full_name, f"retires{where}{then}")
    looked = None if model.retires_source is None else model.retires_source.checked_on
    if model.redirects and model.retires is not None and looked and looked < model.retires < on:
        said = f"{model.successor} answers, at its price: nobody has looked since {looked}"
        yield AgendaEntry(DUE, model.retires, offer.full_name, said)


def _changes(
    offer: Offer, before: PricePeriod, after: PricePeriod, on: date, until: date
) -> Iterator[AgendaEntry]:
    begins = after.effective_from.date()
    moves = f"{change(before, after)}: {in_short(before)} → {in_short(after)}"
    why = "its promotion ends, " if before.promotion is not None else ""
    if on <= begins <= until:
        yield AgendaEntry(COMING, begins, offer.full_name, f"{why}{moves}")
    elif begins < on and after.status == "announced" and after.source.checked_on < begins:
        looked = f"nobody has looked since {after.source.checked_on}"
        yield AgendaEntry(DUE, begins, offer.full_name, f"{moves}: {looked}")


def _variants_that_end(
    offer: Offer, period: PricePeriod, on: date, until: date
) -> Iterator[AgendaEntry]:
    for name, variant in period.variants.items():
        if variant.until is not None and on <= variant.until.date() <= until:
            yield AgendaEntry(COMING, variant.until.date(), offer.full_name, f"ends: {name}")


def _said_by_others(offer: Offer, on: date, until: date) -> Iterator[AgendaEntry]:
    """Yield the days from which somebody else says another price: ours has to be looked at."""
    for period in offer.model.prices:
        for one in period.disputed:
            if one.effective_from is not None and on <= one.effective_from.date() <= until:
                begins = one.effective_from.date()
                yield AgendaEntry(COMING, begins, offer.full_name, f"disputed: {one.in_words}")


def _of_plans(book: PriceBook, on: date, until: date) -> Iterator[AgendaEntry]:
    for sold in book.plans.values():
        closed = sold.plan.closed_to_new
        if closed is not None and on <= closed <= until:
            yield AgendaEntry(COMING, closed, f"plan {sold.id}", "for renewals only from then on")
        for before, after in pairwise(sold.plan.periods):
            begins = after.effective_from.date()
            if on <= begins <= until:
                ends = "its promotion ends" if before.promotion is not None else "other terms"
                yield AgendaEntry(COMING, begins, f"plan {sold.id}", ends)
        last = sold.plan.periods[-1]
        if last.promotion is not None:
            began = last.effective_from.date()
            yield AgendaEntry(ENDLESS, began, f"plan {sold.id}", f"for {last.promotion.whom}")


def _lacking_years(book: PriceBook, on: date, until: date) -> Iterator[AgendaEntry]:
    """Yield the years that begin by then and have no holidays, of calendars that a price uses."""
    users: dict[str, set[str]] = {}
    for offer in book.made:
        period = offer.model.period_at(datetime.combine(on, time.max, UTC))
        if period is not None and period.peak is not None and period.peak.holidays is not None:
            users.setdefault(period.peak.holidays, set()).add(offer.id)
    for name, models in users.items():
        known = book.calendars[name].years if name in book.calendars else {}
        for year in range(on.year, until.year + 1):
            if year not in known:
                what = f"no {year}: busy hours of {', '.join(sorted(models))}"
                yield AgendaEntry(HOLIDAYS, date(year, 1, 1), name, what)


# --- what is old


def _oldest(book: PriceBook, on: date) -> Iterator[AgendaEntry]:
    """Yield the oldest check of each maker's models on sale, and those of each seller's plans."""
    checks: dict[str, dict[date, list[str]]] = {}
    for offer in book.made:
        if offer.model.retires is not None and offer.model.retires <= on:
            continue
        source = _last(offer).source
        by_day = checks.setdefault(offer.vendor.vendor, {})
        by_day.setdefault(source.checked_on, []).append(offer.id)
    for vendor, by_day in checks.items():
        day = min(by_day)
        yield AgendaEntry(OLDEST, day, vendor, _some(by_day[day]))
    plans: dict[tuple[str, date], list[str]] = {}
    for sold in book.plans.values():
        key = (sold.vendor.vendor, sold.plan.periods[-1].source.checked_on)
        plans.setdefault(key, []).append(sold.id)
    for (vendor, day), names in plans.items():
        yield AgendaEntry(OLDEST, day, f"plans of {vendor}", _some(names))


def _last(offer: Offer) -> PricePeriod:
    return [one for one in offer.model.prices if one.status != "cancelled"][-1]


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return f"{', '.join(names[:3])}{more}"


def _packages(book: PriceBook) -> Iterator[AgendaEntry]:
    """Count by maker the prices in force that are known from packages and citations alone."""
    counted: Counter[str] = Counter()
    every: Counter[str] = Counter()
    for vendor, source in _in_use(book):
        every[vendor] += 1
        counted[vendor] += not source.is_page
    for vendor, number in counted.items():
        if number:
            yield AgendaEntry(PACKAGES, None, vendor, f"{number} of {every[vendor]}")


def _in_use(book: PriceBook) -> Iterator[tuple[str, Source]]:
    for offer in book.made:
        yield offer.vendor.vendor, _last(offer).source
    for sold in book.plans.values():
        yield f"plans of {sold.vendor.vendor}", sold.plan.periods[-1].source
