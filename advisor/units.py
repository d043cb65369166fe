"""Token classes, what a price buys, and calendar months."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from advisor.token_classes import PROMPT_CLASSES as PROMPT_CLASSES  # noqa: PLC0414
from advisor.token_classes import TOKEN_CLASSES as TOKEN_CLASSES  # noqa: PLC0414

FALLBACK_CLASS = {
    "cache_read": "input",
    "cache_write": "input",
    "cache_write_1h": "cache_write",
}
TOKENS_PER_PRICE_UNIT = 1_000_000
MINUTES_PER_HOUR = 60

YEARS = range(2000, 2200)
"""Years that a plan, a bill or a price may lie in; any other is a slip of the pen."""

_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


class InPercent(Decimal):
    """A number that was written in per cent: `50%` is 0.5, and a share."""


class InDollars(Decimal):
    """A number that was written with a dollar sign: `$8_400` is 8400, and money."""


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month in UTC."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read `YYYY-MM`; anything else is a ValueError."""
        match = _MONTH.fullmatch(text)
        if not match:
            message = f"{text!r} is not a month: write YYYY-MM, such as 2027-01"
            raise ValueError(message)
        if int(match[1]) not in YEARS:
            message = f"{text} is not in the years {YEARS[0]} to {YEARS[-1]}"
            raise ValueError(message)
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: date) -> Month:
        """Return the month that a day lies in."""
        return cls(day.year, day.month)

    def __str__(self) -> str:
        """Write as `YYYY-MM`."""
        return f"{self.year:04d}-{self.month:02d}"

    def __add__(self, months: int) -> Month:
        """Return the month so many months later."""
        year, month = divmod(self.index + months, 12)
        return Month(year, month + 1)

    @property
    def index(self) -> int:
        """Months since the year 0, so that a difference of two is a number of months."""
        return self.year * 12 + self.month - 1

    @property
    def days(self) -> int:
        """How many days the month has."""
        return calendar.monthrange(self.year, self.month)[1]

    @property
    def first_day(self) -> date:
        """The first day of the month."""
        return date(self.year, self.month, 1)

    @property
    def begins_at(self) -> datetime:
        """The first instant of the month, aware, UTC."""
        return datetime(self.year, self.month, 1, tzinfo=UTC)

    @property
    def name(self) -> str:
        """Name it as people do: `January 2027`."""
        return f"{calendar.month_name[self.month]} {self.year}"


def months_from(start: Month, count: int) -> tuple[Month, ...]:
    """List so many months, the first being `start`."""
    return tuple(start + offset for offset in range(count))


def rounded(amount: float) -> str:
    """Write an amount in three digits for a sentence: 25,500."""
    step = 10 ** max(0, len(str(int(abs(amount)))) - 3)
    return f"{round(amount / step) * step:,}"
