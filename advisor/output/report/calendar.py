"""Months and days as places along a picture, and as words."""

from __future__ import annotations

import calendar
from datetime import date

from advisor.output import figures
from advisor.tables.report import Report

_MONTHS = list(calendar.month_abbr)


def span(report: Report) -> str:
    """Write the report's months: Jan–Dec 2027."""
    first, last = report.start, report.last_month
    return figures.span(first.year, _MONTHS[first.month], last.year, _MONTHS[last.month])


def month_names(report: Report) -> list[str]:
    """Name the months, each January with its year where there are several."""
    months = [report.start + n for n in range(report.months)]
    crosses = report.start.year != report.last_month.year
    return [
        f"{_MONTHS[one.month]} {one.year % 100:02d}" if crosses else _MONTHS[one.month]
        for one in months
    ]


def place_of(report: Report, day: date, *, whole_day: bool = False) -> float:
    """Return how many months of the plan have gone when a day begins, or when it has ended."""
    month = (day.year - report.start.year) * 12 + day.month - report.start.month
    return month + (day.day - 1 + whole_day) / calendar.monthrange(day.year, day.month)[1]


def day(report: Report, when: date | None) -> str:
    """Write a day of the plan, with its year where the plan crosses one."""
    return figures.day(when, year=report.start.year != report.last_month.year)
