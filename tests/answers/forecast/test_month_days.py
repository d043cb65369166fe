"""How a month is shared out among its days, and when its last day is not billed whole."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from advisor.answers.forecast.days import DayWeights, last_whole_day, learn_days
from advisor.units import Month

MAY = Month(2027, 5)  # begins on a Saturday
BEGIN = date(2027, 4, 5)  # a Monday


def weeks(count: int, weekday: float = 100.0, weekend: float = 0.0) -> dict[date, float]:
    """Return money by day for whole weeks."""
    days = [BEGIN + timedelta(days=n) for n in range(7 * count)]
    return {day: weekday if day.weekday() < 5 else weekend for day in days}


def test_without_daily_rows_every_day_is_alike() -> None:
    """Ten of 31 days are ten of 31 parts."""
    assert learn_days({}).gone(MAY, date(2027, 5, 10)) == pytest.approx(10 / 31)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_weeks_teach_nothing(count: int) -> None:
    """Of less than three whole weeks nobody knows a weekend."""
    assert not learn_days(weeks(count)).is_learnt


def test_weekends_weigh_less_once_they_are_seen() -> None:
    """Two days of a weekend carry little of May; eight weeks say so more than three."""
    few, many = (learn_days(weeks(n)).gone(MAY, date(2027, 5, 2)) for n in (3, 8))

    assert many < few < 2 / 31


def test_growth_from_week_to_week_says_nothing_of_days() -> None:
    """Weeks that double have the same weekdays."""
    doubling = {day: cost * 2 ** ((day - BEGIN).days // 7) for day, cost in weeks(5).items()}

    assert learn_days(doubling).weekdays == pytest.approx(learn_days(weeks(5)).weekdays)


def test_a_day_off_weighs_as_a_sunday() -> None:
    """A holiday on a Monday leaves more to the days that are left."""
    holiday = date(2027, 5, 3)
    plain, off = learn_days(weeks(8)), learn_days(weeks(8), [holiday])

    assert off.of(holiday) == off.weekdays[6]
    assert off.gone(MAY, holiday) < plain.gone(MAY, holiday)


@pytest.mark.parametrize(
    ("until", "gone"), [(None, 0.0), (date(2027, 4, 30), 0.0), (date(2027, 5, 31), 1.0)]
)
def test_a_month_before_and_after_the_cut_is_whole(until: date | None, gone: float) -> None:
    """Nothing of it, or all."""
    assert DayWeights().gone(MAY, until) == gone


def test_a_last_day_that_lags_is_taken_back() -> None:
    """A Friday with a tenth of what Fridays have is still being billed; with half it is not."""
    days = weeks(5)
    last = max(days) - timedelta(days=2)
    days = {day: cost for day, cost in days.items() if day <= last}
    weights = learn_days(weeks(5))

    assert last_whole_day({**days, last: 10.0}, weights) == last - timedelta(days=1)
    assert last_whole_day({**days, last: 60.0}, weights) == last


def test_a_quiet_weekend_is_no_lag() -> None:
    """A Sunday with little has what Sundays have."""
    days = weeks(5, weekend=10.0)

    assert last_whole_day(days, learn_days(days)) == max(days)
