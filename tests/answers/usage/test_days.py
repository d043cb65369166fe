"""Days, weeks and months of any zone are those of the standard library."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from advisor.answers.usage.days import (
    ZoneDays,
    begins_in,
    date_of,
    day_name,
    days_since_1970,
    month_name,
    week_name,
)

EVERY = [date(1999, 12, 1) + timedelta(days=7 * n + n % 7) for n in range(2600)]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def test_days_are_counted_as_the_calendar_does() -> None:
    """Numbers, names of days and ISO weeks agree with `datetime` over fifty years."""
    numbers = [days_since_1970(one.year, one.month, one.day) for one in EVERY]

    assert numbers == [(one - date(1970, 1, 1)).days for one in EVERY]
    assert [date(*date_of(number)) for number in numbers] == EVERY
    assert [day_name(number) for number in numbers] == [one.isoformat() for one in EVERY]
    assert [week_name(number) for number in numbers] == [f"{one:%G-W%V}" for one in EVERY]
    assert [month_name(number) for number in numbers] == [f"{one:%Y-%m}" for one in EVERY]


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/Los_Angeles", "Asia/Kolkata"])
def test_a_moment_lies_in_the_day_of_its_zone(zone: str) -> None:
    """Summer time too: days of 23 and 25 hours begin and end where they do there."""
    days = ZoneDays(begins_in(zone))
    start = datetime(2026, 3, 20, tzinfo=UTC)
    moments = [start + timedelta(minutes=17 * n) for n in range(22_000)]
    micro = [(one - EPOCH) // timedelta(microseconds=1) for one in moments]
    days.cover(micro[0], micro[-1])
    there = ZoneInfo(zone)

    found = [day_name(days.of(one)) for one in micro]
    assert found == [one.astimezone(there).date().isoformat() for one in moments]


@pytest.mark.parametrize("zone", ["", "Berlin", "../UTC", "Europe/Nowhere"])
def test_a_zone_that_is_none_is_refused(zone: str) -> None:
    """Nothing is taken for UTC by silence."""
    with pytest.raises(ValueError, match=r".*"):
        begins_in(zone)
