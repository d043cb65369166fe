"""Ranges under each other: where a figure most likely lies, its middle, and a limit as a line."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from advisor.output.charts.axes import FOOT, along_the_foot
from advisor.output.charts.fitting import SMALL, fitted, width_of
from advisor.output.charts.scale import ScaledAxis, known, scale_of
from advisor.output.charts.svg import NARROW, WIDE, Words, box, element, line, path, picture, text

_ROW, _TALL_ROW, _BAR = 26, 40, 9
_GAP = 14
_WIDEST = 3.0
"""A range that ends above so many times the largest middle is cut, and ends in an arrow."""


class IntervalRow(NamedTuple):
    """One range: its name, middle and ends, and how its middle is written.

    Ends that are NaN are not drawn, nor is a row whose middle is; `said` is then why. `is_on`
    brings a row forward.
    """

    label: str
    value: float
    low: float
    high: float
    said: str
    is_on: bool = False


class IntervalChart(NamedTuple):
    """Ranges on one scale. `unit` stands before figures (`$`), or is `%` and stands behind them."""

    rows: Sequence[IntervalRow]
    unit: str
    limit: float | None = None
    limit_said: str = ""


def interval_bars(chart: IntervalChart, words: Words, *, width: int = WIDE) -> str:
    """Draw the ranges; on a narrow picture each name stands above its range."""
    is_narrow = width <= (NARROW + WIDE) / 2
    top = 22.0 if chart.limit is not None else 8.0
    step = _TALL_ROW if is_narrow else _ROW
    bottom = top + step * len(chart.rows)
    names = min(max((width_of(row.label) for row in chart.rows), default=0), 0.36 * width)
    said = max((width_of(row.said) for row in chart.rows), default=0)
    left, right = (6.0, width - 14.0) if is_narrow else (names + _GAP, width - said - _GAP)
    axis = _axis(chart, left, right)
    parts = along_the_foot(axis, chart.unit, top - 4, bottom + 2)
    parts += _limit(chart, axis, top - 4, bottom + 2)
    for number, row in enumerate(chart.rows):
        middle = top + step * number + (step - 11 if is_narrow else step / 2)
        parts += _row(row, axis, middle)
        parts += (
            _beside(row, middle - 14, 0, width)
            if is_narrow
            else _beside(row, middle + 4, 0, width, room=names)
        )
    return picture(words, width, bottom + FOOT, parts)


def _axis(chart: IntervalChart, left: float, right: float) -> ScaledAxis:
    """Lay the scale so that one very wide range does not press all others together."""
    middles = known([*(row.value for row in chart.rows), chart.limit])
    ends = known(value for row in chart.rows for value in (row.low, row.high))
    most = _WIDEST * max(map(abs, middles), default=0.0)
    return scale_of([0.0, *middles, *(min(one, most) for one in ends)], left, right)


def _row(row: IntervalRow, axis: ScaledAxis, y: float) -> list[str]:
    if math.isnan(row.value):
        return []
    on = " on" if row.is_on else ""
    parts = []
    if not math.isnan(row.low + row.high):
        x1, x2 = axis.scale(row.low), axis.scale(row.high)
        parts.append(box(x1, y - _BAR / 2, max(x2 - x1, 1), _BAR, f"range{on}", round_=_BAR / 2))
        if row.high > axis.scale.high:
            tip = [(x2, y - _BAR), (x2 + _BAR, y), (x2, y + _BAR)]
            parts.append(path(tip, f"range{on}", closed=True))
    parts.append(element("circle", cx=axis.scale(row.value), cy=y, r=5.0, class_=f"dot{on}"))
    return parts


def _beside(
    row: IntervalRow, y: float, left: float, right: float, *, room: float | None = None
) -> list[str]:
    """Write the name on the left and the figure on the right."""
    most = right - left - width_of(row.said) - _GAP if room is None else room
    strong = "told" if row.is_on else "label"
    return [
        text(left, y, fitted(row.label, most), class_=strong, full=row.label),
        text(right, y, row.said, class_=strong, anchor="end"),
    ]


def _limit(chart: IntervalChart, axis: ScaledAxis, top: float, bottom: float) -> list[str]:
    if chart.limit is None:
        return []
    x = axis.scale(chart.limit)
    half = width_of(chart.limit_said, SMALL) / 2
    x_said = min(max(x, half), axis.scale.end - half + 12)
    return [
        line(x, top, x, bottom, "limit"),
        text(x_said, top - 6, chart.limit_said, class_="tick loud", anchor="middle"),
    ]
