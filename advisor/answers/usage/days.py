"""Days, weeks and months of a time zone as moments: where a day begins, and what it is called."""

from __future__ import annotations

import os
import time
from bisect import bisect_right
from collections.abc import Callable
from importlib import import_module
from typing import Any

DAY = 86_400
_MICROSECONDS = 1_000_000
UTC = "UTC"
_UTC_NAMES = {"utc", "z", "etc/utc", "gmt", "etc/gmt"}

Begins = Callable[[int, int, int], int]
"""Seconds since 1970 at which a day begins, by year, month and day."""


def machine_zone() -> str:
    """Return what the machine's own time zone is called."""
    said = os.environ.get("TZ", "").lstrip(":")
    if not said:
        where = os.path.realpath("/etc/localtime")
        said = where.partition("/zoneinfo/")[2]
    return said or (UTC if not (time.timezone or time.daylight) else time.tzname[0])


def begins_in(zone: str) -> Begins:
    """Return where days of a zone begin. Raises ValueError for a zone that isn't known."""
    if zone.lower() in _UTC_NAMES:
        return _in_utc
    if zone == machine_zone():
        return _here
    return _elsewhere(zone)


def _in_utc(year: int, month: int, day: int) -> int:
    return days_since_1970(year, month, day) * DAY


def _here(year: int, month: int, day: int) -> int:
    return int(time.mktime((year, month, day, 0, 0, 0, 0, 0, -1)))


def _elsewhere(name: str) -> Begins:
    """Ask the database of time zones, which is loaded for that."""
    zoneinfo: Any = import_module("zoneinfo")
    moment: Any = import_module("datetime").datetime
    try:
        zone = zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(name) from None

    def begins(year: int, month: int, day: int) -> int:
        return int(moment(year, month, day, tzinfo=zone).timestamp())

    return begins


def days_since_1970(year: int, month: int, day: int) -> int:
    """Count days of the calendar that is used everywhere (Howard Hinnant's formula)."""
    year -= month <= 2
    era, of_era = divmod(year, 400)
    of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468


def date_of(days: int) -> tuple[int, int, int]:
    """Return year, month and day, given days since 1970."""
    found = time.gmtime(days * DAY)
    return found.tm_year, found.tm_mon, found.tm_mday


class ZoneDays:
    """The days of a zone, numbered since 1970, over the time that was asked about."""

    def __init__(self, begins: Begins) -> None:
        """Begin without any; days are looked up as they are needed."""
        self._begins = begins
        self._first = 0
        self._starts: list[int] = []

    def start(self, day: int) -> int:
        """Return the moment in microseconds at which a day begins."""
        return self._begins(*date_of(day)) * _MICROSECONDS

    def cover(self, first: int, last: int) -> None:
        """Look up all days from one moment to another."""
        begin = first // (DAY * _MICROSECONDS) - 1
        end = last // (DAY * _MICROSECONDS) + 3
        self._first = begin
        self._starts = [self.start(day) for day in range(begin, end)]

    def of(self, moment: int) -> int:
        """Return the number of the day that a moment lies in."""
        return self._first + bisect_right(self._starts, moment) - 1

    def starts_between(self, first: int, last: int) -> list[int]:
        """Return where days begin after one moment and not after another."""
        return self._starts[bisect_right(self._starts, first) : bisect_right(self._starts, last)]

    def shifts(self) -> list[tuple[int, int]]:
        """Return from which moment on local clocks are how many seconds ahead of UTC.

        The moment is noon of a day whose clocks change, and the first is before all: added to any
        moment of a day, however long, what is said lands within that day.
        """
        found: list[tuple[int, int]] = []
        for number, start in enumerate(self._starts):
            ahead = (self._first + number) * DAY - start // _MICROSECONDS
            if not found:
                found.append((start, ahead))
            elif ahead != found[-1][1]:
                noon = self._starts[number - 1] + DAY // 2 * _MICROSECONDS
                found.append((noon, ahead))
        return found


def day_name(day: int) -> str:
    """Write a day: 2026-11-20."""
    year, month, of_month = date_of(day)
    return f"{year:04d}-{month:02d}-{of_month:02d}"


def month_name(day: int) -> str:
    """Write a day's month: 2026-11."""
    return day_name(day)[:7]


def week_name(day: int) -> str:
    """Write a day's week as ISO 8601 does, from Monday: 2026-W47."""
    thursday = day - (day + 3) % 7 + 3
    year, *_ = date_of(thursday)
    return f"{year:04d}-W{(thursday - days_since_1970(year, 1, 1)) // 7 + 1:02d}"
