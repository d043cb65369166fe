"""A budget against spending: the day it is gone, and the chance that it does not last.

Each month's spend is spread evenly over its days. With quarters, what is released by the end of a
month is that month's budget, and money not spent carries over; the day on which all of it is gone
is that of the whole budget.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from advisor.units import Month

FloatArray = NDArray[np.float64]

_ROUNDING = 1e-9
MONTHS_PER_QUARTER = 3


def released(total: float, quarters: Sequence[float], months: int) -> FloatArray:
    """Return the budget available up to the end of each month. Shape (month,)."""
    if not quarters:
        return np.full(months, total)
    shares = np.cumsum(quarters)
    shares[-1] = 1.0
    by_month = np.repeat(shares, MONTHS_PER_QUARTER)[:months]
    return np.asarray(total * by_month)


def exhaustion_date(spend: FloatArray, budget: FloatArray, months: Sequence[Month]) -> date | None:
    """Return the first day on which spending so far exceeds the budget so far, or None.

    Both are by month: spend in each, shape (month,), and the budget released by its end.
    """
    spent = 0.0
    for month, amount, limit in zip(months, spend, budget * (1 + _ROUNDING), strict=True):
        if spent + amount > limit:
            # The first whole number of days whose share of the month goes past what is left.
            daily = amount / month.days
            days = 1 if spent > limit else int((limit - spent) // daily) + 1
            while days > 1 and spent + daily * (days - 1) > limit:
                days -= 1
            while spent + daily * days <= limit:
                days += 1
            return month.first_day + timedelta(days=min(days, month.days) - 1)
        spent += float(amount)
    return None


def over_budget(cumulative: FloatArray, budget: FloatArray) -> NDArray[np.bool_]:
    """Tell for each draw and month whether spending so far exceeds the budget so far."""
    return np.asarray(cumulative > budget * (1 + _ROUNDING))


def days_it_lasts(spend: FloatArray, budget: float, months: Sequence[Month]) -> FloatArray:
    """Return how many whole days of the plan a budget lasts, for each draw. Shape (draw,).

    `spend` is (draw, month). Infinite where it outlasts the plan. The day it is gone is the next.
    """
    lengths = np.array([month.days for month in months], dtype=float)
    before = np.concatenate([[0.0], np.cumsum(lengths)])
    so_far = spend @ np.triu(np.ones((len(months), len(months))))
    limit = budget * (1 + _ROUNDING)
    over = so_far > limit
    month = over.argmax(axis=1)
    rows = np.arange(len(spend))
    inside = spend[rows, month]
    left = limit - (so_far[rows, month] - inside)
    days = np.floor(left / np.maximum(inside, 1e-300) * lengths[month])
    lasts = before[month] + np.clip(days, 0, lengths[month] - 1)
    return np.where(over.any(axis=1), lasts, np.inf)
