"""What differs between two price books, as far as the two plans buy any of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from advisor.answers.diff.causes import Change
from advisor.case.facts import Case
from advisor.model.book import PriceBook
from advisor.model.price import PricePeriod


def moved_prices(old: PriceBook, new: PriceBook, cases: Sequence[Case]) -> list[Change]:
    """Name every model, plan, channel and calendar that moved; all that no option uses as one.

    The day of the prices is one of the changes: a file without a start begins in the January
    after it.
    """
    before, after = dict(_terms(old)), dict(_terms(new))
    moved = [name for name in sorted({*before, *after}) if before.get(name) != after.get(name)]
    bought = {name for case in cases for name in _bought(case)}
    shown = [name for name in moved if name in bought or name.startswith(_HOLIDAYS)]
    last = [_last_prices(book) for book in (old, new)]
    found = [Change(f"prices of {name}", *(one.get(name) for one in last)) for name in shown]
    if moved and not shown:
        found.append(Change("prices of models that no option uses", None, None))
    if old.as_of != new.as_of:
        found.append(Change("as of", str(old.as_of), str(new.as_of)))
    return found


_HOLIDAYS = "holidays "


def _terms(book: PriceBook) -> Iterator[tuple[str, Any]]:
    """Yield everything in a book that prices anything, by what it is called."""
    yield from ((one.full_name, one.model.prices) for one in book.offers)
    yield from ((f"plan {name}", one.plan.periods) for name, one in book.plans.items())
    yield from ((f"channel {name}", one) for name, one in book.channels.items())
    yield from ((f"{_HOLIDAYS}{name}", one) for name, one in book.calendars.items())


def _bought(case: Case) -> Iterator[str]:
    """Yield what the options of a case are priced by."""
    for one in case.options:
        yield f"{one.vendor}/{one.model}"
        yield f"plan {one.plan}"
        yield f"channel {one.billed_by}"


def _last_prices(book: PriceBook) -> dict[str, str]:
    """Write the last price of every model; one that nobody knew yet on the day has none."""
    priced = (one for one in book.offers if one.model.prices)
    return {one.full_name: _in_words(one.model.prices[-1]) for one in priced}


def _in_words(period: PricePeriod) -> str:
    """Write the last price of a model: 4 in, 20 out."""
    return f"{period.input:g} in, {period.output:g} out"
