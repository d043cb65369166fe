"""Ranges and what is left of a budget as blocks, for terminals and comments that can show them."""

import calendar
import math
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from advisor.output import figures
from advisor.output.grid import cut, width_of
from advisor.units import Month

RANGE, MIDDLE, LIMIT, ON = "░", "█", "│", "›"
_LEVELS = "▁▂▃▄▅▆▇█"
_NOTHING = "·"
_NAME = 16
_SHORTEST, _LONGEST = 20, 72
_WIDEST = 3.0
"""A range that ends above so many times the largest middle is cut, as it is in pictures."""


class NamedRange(NamedTuple):
    """A range and its middle, of somebody."""

    name: str
    low: float
    middle: float
    high: float


def range_lines(ranges: Sequence[NamedRange], limit: float | None, width: int) -> list[str]:
    """Draw ranges under each other on one scale; nothing where there is no room or no range."""
    known = [one for one in ranges if not math.isnan(one.low + one.middle + one.high)]
    name = min(_NAME, max((width_of(one.name) for one in known), default=0))
    room = min(_LONGEST, width - name - 4)
    most = _scale(known, limit)
    if len(known) < 2 or room < _SHORTEST or not most:
        return []
    lines = []
    for one in known:
        shown = cut(one.name, name)
        blank = " " * (name - width_of(shown))
        lines.append(f"  {shown}{blank}  {range_bar(one, limit, most, room)}".rstrip())
    legend = f"{RANGE} P10 – P90   {MIDDLE} expected"
    legend += f"   {LIMIT} the budget" if limit is not None else ""
    legend += f"   {ON} goes on" if any(one.high > most for one in known) else ""
    return [*lines, f"  {' ' * name}  {legend}" if width_of(legend) <= room else ""]


def _scale(ranges: Sequence[NamedRange], limit: float | None) -> float:
    """Return the figure at the end of the bars."""
    middles = [*(one.middle for one in ranges), *([] if limit is None else [limit])]
    most = _WIDEST * max(middles, default=0.0)
    return max([*middles, *(min(one.high, most) for one in ranges)], default=0.0)


def range_bar(one: NamedRange, limit: float | None, most: float, room: int) -> str:
    """Draw one range from 0 to the scale's end, the limit as an upright line."""

    def place(value: float) -> int:
        return min(max(int(value / most * room), 0), room - 1)

    cells = [" "] * room
    low, high = place(one.low), place(one.high)
    cells[low : high + 1] = [RANGE] * (high + 1 - low)
    if one.high > most:
        cells[-1] = ON
    if limit is not None:
        cells[place(limit)] = LIMIT
    cells[place(one.middle)] = MIDDLE
    return "".join(cells)


def left_by_month(spend: Sequence[float], budget: float | None) -> str:
    """Draw what is left of a budget by the end of each month; a dot where nothing is."""
    if not budget or not spend:
        return ""
    left = (max(0.0, 1 - spent / budget) for spent in accumulate(spend))
    return "".join(_level(part) for part in left)


def _level(part: float) -> str:
    if part <= 0:
        return _NOTHING
    return _LEVELS[min(int(part * len(_LEVELS)), len(_LEVELS) - 1)]


def burn_down(spend: Sequence[float], budget: float | None, start: Month, *, note: str = "") -> str:
    """Say with a line of blocks how a budget is used up; nothing without one."""
    drawn = left_by_month(spend, budget)
    if not drawn:
        return ""
    last = start + (len(spend) - 1)
    names = list(calendar.month_abbr)
    months = figures.span(start.year, names[start.month], last.year, names[last.month])
    return f"Budget left by month, {months}{note}: {drawn}"
