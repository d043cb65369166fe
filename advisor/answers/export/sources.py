"""Where each price of the plan comes from: since when it holds, and where it was read."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from advisor.case.facts import OptionFacts
from advisor.model.book import PriceBook
from advisor.units import Month


class Origin(NamedTuple):
    """Since when a price holds, as an ISO day, and where it was read; None where no price is."""

    price_from: str | None
    source: str | None


NOWHERE = Origin(None, None)


def token_origin(facts: OptionFacts, book: PriceBook, month: Month) -> Origin:
    """Return the origin of a model's prices: the latest that holds in a month."""
    offer = book.find(f"{facts.vendor}/{facts.model}")
    period = offer.model.period_at(_last_instant(month)) if offer else None
    if period is None or period.source is None:
        return NOWHERE
    return Origin(period.effective_from.date().isoformat(), period.source.url)


def plan_origin(facts: OptionFacts, book: PriceBook, month: Month) -> Origin:
    """Return the origin of a plan's terms in a month."""
    sold = book.plans.get(facts.plan or "")
    terms = sold.plan.terms_at(month.begins_at) if sold else None
    if terms is None:
        return NOWHERE
    return Origin(terms.effective_from.date().isoformat(), terms.source.url)


def _last_instant(month: Month) -> datetime:
    return (month + 1).begins_at - timedelta(seconds=1)


class Origins:
    """All origins that were asked for, numbered, so that columns can be coded."""

    def __init__(self) -> None:
        """Begin with none; number 0 stands for no price."""
        self._numbers: dict[Origin, int] = {NOWHERE: 0}

    def number(self, origin: Origin) -> int:
        """Return the number of an origin."""
        return self._numbers.setdefault(origin, len(self._numbers))

    def numbers(self, origins: Sequence[Origin]) -> list[int]:
        """Return the numbers of several."""
        return [self.number(one) for one in origins]

    @property
    def all(self) -> list[Origin]:
        """Return the origins in order of their numbers."""
        return list(self._numbers)
