"""The days that a row is for: a month, a day, or from one instant to before another."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from advisor.units import YEARS, Month

_SECONDS = len("1790553600")
_POINTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_POINTED_MONTH = re.compile(r"(\d{1,2})\.(\d{4})")


def period(month: str, day: str, end: str) -> tuple[date, date]:
    """Return first and last day of a month (`2027-01`, or any day of it), or of a day.

    Days may be instants, in ISO form or as seconds since 1970, and days between points: 31.01.2027.
    Raises ValueError with what is wrong.
    """
    pointed = _POINTED_MONTH.fullmatch(month)
    month = f"{pointed[2]}-{pointed[1]:0>2}" if pointed else month
    text = f"{month}-01" if month and len(month) <= len("2027-01") else month or day
    first = _day(text)
    if first is None:
        raise ValueError(f"{month or day!r} is not a month or a day: write 2027-01 or 2027-01-31")
    if first.year not in YEARS:
        raise ValueError(f"{text} is not in the years {YEARS[0]} to {YEARS[-1]}")
    if month:
        own = Month(first.year, first.month)
        return own.first_day, (own + 1).first_day - timedelta(days=1)
    if not end:
        return first, first
    after = _day(end)
    if after is None:
        raise ValueError(f"{end!r} is not an instant such as 2027-02-01T00:00:00Z")
    if after < first:
        raise ValueError(f"ends before it begins: {day} to {end}")
    return first, max(first, after - timedelta(days=1))


def _day(text: str) -> date | None:
    if text.isascii() and text.isdigit() and len(text) == _SECONDS:
        return datetime.fromtimestamp(int(text), UTC).date()
    pointed = _POINTED.match(text)
    if pointed is not None:
        text = f"{pointed[3]}-{pointed[2]:0>2}-{pointed[1]:0>2}"
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
