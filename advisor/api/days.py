"""Days as people type them after a flag or a key."""

from __future__ import annotations

from datetime import date

from advisor.errors import InputError
from advisor.units import YEARS


def as_date(text: str | None, *, flag: str = "--as-of") -> date | None:
    """Read a day, YYYY-MM-DD. Raises InputError for what is none, or outside the years known."""
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise InputError.of(f"{text!r} is not a date: write YYYY-MM-DD", key=flag) from None
    if day.year not in YEARS:
        raise InputError.of(f"{text} is not in the years {YEARS[0]} to {YEARS[-1]}", key=flag)
    return day
