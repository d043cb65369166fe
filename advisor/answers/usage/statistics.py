"""Growth, and the spread between people, of plain numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence

from advisor.answers.usage.percentiles import percentile
from advisor.tables.learned import Between, Growth

FEWEST_WEEKS = 4
FEWEST_PEOPLE = 3
_STUDENT = {2: 4.30, 3: 3.18, 4: 2.78, 5: 2.57, 6: 2.45, 7: 2.36, 8: 2.31}
"""How many standard errors hold 19 of 20, by degrees of freedom (Student's t, two-sided)."""
_WEEKS_A_MONTH = 365.25 / 12 / 7


def growth_of(weekly: Sequence[float]) -> Growth | None:
    """Fit a straight line through the logarithms of weeks; None for too few, or an idle one."""
    if len(weekly) < FEWEST_WEEKS or min(weekly) <= 0:
        return None
    logs = [math.log(one) for one in weekly]
    middle, level = (len(logs) - 1) / 2, sum(logs) / len(logs)
    spread = sum((week - middle) ** 2 for week in range(len(logs)))
    slope = sum((week - middle) * (log - level) for week, log in enumerate(logs)) / spread
    left = sum((log - level - slope * (week - middle)) ** 2 for week, log in enumerate(logs))
    free = len(logs) - 2
    error = math.sqrt(left / free / spread) * _STUDENT.get(free, 2.2 if free < 20 else 2.0)
    monthly = math.exp(slope * _WEEKS_A_MONTH)
    return Growth(monthly - 1, monthly * error * _WEEKS_A_MONTH, len(logs))


def between_people(monthly: Sequence[float]) -> Between | None:
    """Return the spread of what people cost a month; None for too few."""
    used = sorted(cost for cost in monthly if cost > 0)
    if len(used) < FEWEST_PEOPLE:
        return None
    return Between(percentile(used, 0.5), percentile(used, 0.9), len(used))
