"""How much of a month's use its days carry: by weekday as daily rows show it, days off apart.

Without daily rows every day is alike, as in the burn-down. What a reader would get wrong: weights
only share a month out among its days; what a whole month comes to is the plan's, and its level's.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.units import Month

FloatArray = NDArray[np.float64]

WEEK = 7
_LEAST_WEEKS = 3
_PRIOR_WEEKS = 2.0
"""So many weeks of equal days stand beside those that were seen."""
_SUNDAY = 6
_INCOMPLETE = 0.5
"""A last day with less than this part of what its weekday has is still being billed."""
_FEWEST_BEFORE = 14


class DayWeights(NamedTuple):
    """What each weekday (Monday first) weighs, in a mean of 1; days off weigh as a Sunday does."""

    weekdays: tuple[float, ...] = (1.0,) * WEEK
    days_off: Collection[date] = ()
    is_learnt: bool = False

    def of(self, day: date) -> float:
        """Return what a day weighs."""
        return self.weekdays[_SUNDAY if day in self.days_off else day.weekday()]

    def gone(self, month: Month, until: date | None) -> float:
        """Return which part of a month's use its days up to one carry, that day included."""
        if until is None or until < month.first_day:
            return 0.0
        if until >= (month + 1).first_day - timedelta(days=1):
            return 1.0
        days = [month.first_day + timedelta(days=n) for n in range(month.days)]
        weights = np.array([self.of(day) for day in days])
        return float(weights[: (until - month.first_day).days + 1].sum() / weights.sum())

    def left(
        self, months: Sequence[Month], until: date | None, since: date | None = None
    ) -> FloatArray:
        """Return which part of each month comes after a day; all of it after none. (T,).

        All of a month that ends before `since` is left, too.
        """
        first = None if since is None else Month.of(since)
        return 1 - np.array(
            [
                0.0 if first is not None and month < first else self.gone(month, until)
                for month in months
            ]
        )


def learn_days(daily: Mapping[date, float], days_off: Collection[date] = ()) -> DayWeights:
    """Learn what weekdays weigh from money by day; from three whole weeks on, else alike.

    Each week is set to a mean of 1 first, so that growth from week to week says nothing of days.
    """
    weeks: dict[date, FloatArray] = {}
    for day, cost in daily.items():
        if day not in days_off:
            monday = day - timedelta(days=day.weekday())
            weeks.setdefault(monday, np.zeros(WEEK))[day.weekday()] += max(cost, 0.0)
    whole = [week for monday, week in weeks.items() if _is_whole(monday, daily) and week.sum() > 0]
    if len(whole) < _LEAST_WEEKS:
        return DayWeights(days_off=frozenset(days_off))
    shares = np.array(whole)
    shares = shares / shares.mean(axis=1, keepdims=True)
    found = (shares.sum(axis=0) + _PRIOR_WEEKS) / (len(whole) + _PRIOR_WEEKS)
    return DayWeights(tuple((found / found.mean()).tolist()), frozenset(days_off), is_learnt=True)


def _is_whole(monday: date, daily: Mapping[date, float]) -> bool:
    """Tell a week that lies wholly between the first and the last day with a row."""
    return min(daily) <= monday and monday + timedelta(days=WEEK - 1) <= max(daily)


def last_whole_day(daily: Mapping[date, float], weights: DayWeights) -> date | None:
    """Return the last day that is billed whole: the last one, or the one before it.

    None where no day is billed by itself. A day that lags has less than half of what its weekday
    had in the four weeks before, or of what it weighs where that was seen but once.
    """
    if not daily:
        return None
    last = max(daily)
    before = [day for day in daily if last - timedelta(days=4 * WEEK) <= day < last]
    if len(before) < _FEWEST_BEFORE or not weights.is_learnt:
        return last
    alike = [day for day in before if day.weekday() == last.weekday()]
    usual = sum(daily[day] for day in before) / sum(weights.of(day) for day in before)
    usual *= weights.of(last)
    if len(alike) > 1:
        usual = sum(daily[day] for day in alike) / len(alike)
    return last - timedelta(days=1) if daily[last] < _INCOMPLETE * usual else last
