"""Quarters and years of a plan as finance counts them: from the month in which its year starts.

A fiscal year is named after the calendar year in which it ends. A plan that begins inside one has
a part of it first: a part of a year is called by the year's name all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from advisor.tables.export_workbook import WorkbookPeriod
from advisor.units import Month

_MONTHS = 12
_MONTHS_PER_QUARTER = 3


def quarters(months: Sequence[Month], starts: int) -> list[WorkbookPeriod]:
    """Cut the months of a plan into fiscal quarters."""
    return _cut(months, lambda month: f"Q{quarter(month, starts)} {year_name(month, starts)}")


def years(months: Sequence[Month], starts: int) -> list[WorkbookPeriod]:
    """Cut the months of a plan into fiscal years."""
    return _cut(months, lambda month: year_name(month, starts))


def quarter(month: Month, starts: int) -> int:
    """Return the fiscal quarter of a month, from 1 to 4."""
    return (month.month - starts) % _MONTHS // _MONTHS_PER_QUARTER + 1


def year_name(month: Month, starts: int) -> str:
    """Name the fiscal year of a month: `2027`, or `FY2028` where it is no calendar year."""
    if starts == 1:
        return str(month.year)
    return f"FY{month.year + (month.month >= starts)}"


def _cut(months: Sequence[Month], name: Callable[[Month], str]) -> list[WorkbookPeriod]:
    found: dict[str, list[int]] = {}
    for place, month in enumerate(months):
        found.setdefault(name(month), []).append(place)
    return [WorkbookPeriod(name, places[0], places[-1] + 1) for name, places in found.items()]
