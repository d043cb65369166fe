"""Peak hours: when they are, and how much of a team's working time lies outside them.

Hours and weekdays are judged in UTC. A year whose holidays are not listed counts weekdays only; who
needs to say so can ask `years_without_holidays`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from advisor.model.price import WEEKDAYS, Calendar, Peak
from advisor.model.workload import WorkingHours

_FRIDAY = 4


def is_peak(peak: Peak, moment: datetime, calendars: Mapping[str, Calendar]) -> bool:
    """Tell whether an aware instant lies in the busy hours."""
    utc = moment.astimezone(UTC)
    minute = utc.hour * 60 + utc.minute
    in_hours = any(begin <= minute < end for begin, end in peak.hours_utc)
    return in_hours and _counts(peak, utc.date(), calendars)


def off_peak_share(
    peak: Peak,
    hours: WorkingHours,
    window: tuple[datetime, datetime],
    calendars: Mapping[str, Calendar],
) -> float:
    """Return the share of the working time in a window of UTC that lies outside the busy hours.

    Working time is Monday to Friday in the team's own zone. With no working time in the window the
    share is 0, the dear end.
    """
    working = busy = 0.0
    for begin, end in _working_spans(hours, window):
        working += (end - begin).total_seconds()
        busy += sum(
            _overlap((begin, end), span) for span in _peak_spans(peak, begin, end, calendars)
        )
    return 1 - busy / working if working else 0.0


def years_without_holidays(
    peak: Peak, years: Iterable[int], calendars: Mapping[str, Calendar]
) -> list[int]:
    """List the years of which no holiday list is at hand, though the price depends on one."""
    if peak.holidays is None:
        return []
    calendar = calendars.get(peak.holidays)
    known = calendar.years if calendar else {}
    return sorted(set(years) - set(known))


def _counts(peak: Peak, day: date, calendars: Mapping[str, Calendar]) -> bool:
    if WEEKDAYS[day.weekday()] not in peak.weekdays:
        return False
    calendar = calendars.get(peak.holidays) if peak.holidays else None
    return calendar is None or day not in calendar.years.get(day.year, frozenset())


def _working_spans(
    hours: WorkingHours, window: tuple[datetime, datetime]
) -> Iterator[tuple[datetime, datetime]]:
    zone = ZoneInfo(hours.timezone)
    day = window[0].astimezone(zone).date() - timedelta(days=1)
    last = window[1].astimezone(zone).date()
    while day <= last:
        if day.weekday() <= _FRIDAY:
            begin, end = (_local(day, minute, zone) for minute in (hours.begin, hours.end))
            begin, end = max(begin, window[0]), min(end, window[1])
            if begin < end:
                yield begin, end
        day += timedelta(days=1)


def _local(day: date, minute: int, zone: ZoneInfo) -> datetime:
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    if minute == 24 * 60:
        following = day + timedelta(days=1)
        midnight = datetime(following.year, following.month, following.day, tzinfo=zone)
        minute = 0
    return midnight.replace(hour=minute // 60, minute=minute % 60).astimezone(UTC)


def _peak_spans(
    peak: Peak, begin: datetime, end: datetime, calendars: Mapping[str, Calendar]
) -> Iterator[tuple[datetime, datetime]]:
    day = begin.date()
    while day <= end.date():
        if _counts(peak, day, calendars):
            midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
            for first, last in peak.hours_utc:
                yield midnight + timedelta(minutes=first), midnight + timedelta(minutes=last)
        day += timedelta(days=1)


def _overlap(one: tuple[datetime, datetime], other: tuple[datetime, datetime]) -> float:
    return max(0.0, (min(one[1], other[1]) - max(one[0], other[0])).total_seconds())
