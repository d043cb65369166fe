"""What is doubtful in a price: somebody disputes it, nobody is sure, nobody has looked lately.

What a reader would get wrong: age is counted to the day of the tables, so that the same tables say
the same on every day.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from advisor.model.price import PricedModel, PricePeriod
from advisor.model.source import Source

OLD_DAYS = 60
"""A figure that nobody has looked at for longer before the day of the tables is called old."""


def price_doubts(
    model: PricedModel, period: PricePeriod, mode: str | None, end: datetime, today: date
) -> Iterator[str]:
    """Yield what is doubtful in a period's prices up to an instant, as what one says of them."""
    for one in period.disputed:
        if one.at in {None, mode} and (one.effective_from is None or one.effective_from < end):
            yield f"is disputed: {one.in_words}"
    last = [one for one in model.prices if one.status != "cancelled"][-1]
    if period.promotion is not None and period is last:
        yield f"is a promotion: {period.promotion}"
    yield from source_doubts(period.source, today)


def source_doubts(source: Source, today: date) -> Iterator[str]:
    """Yield that a figure is unsure or old, as what one says of it."""
    if source.confidence == "low":
        yield "is of low confidence"
    if (today - source.checked_on).days > OLD_DAYS:
        yield f"was last checked on {source.checked_on}"
