"""From one sum to another, step by step: what each cause adds or takes away."""

from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from advisor.output.charts.axes import FOOT, along_the_foot
from advisor.output.charts.fitting import fitted, width_of
from advisor.output.charts.hatch import hatched
from advisor.output.charts.scale import ScaledAxis, scale_of
from advisor.output.charts.svg import NARROW, WIDE, Words, box, line, picture, text

_ROW, _TALL_ROW, _BAR, _GAP = 30, 44, 16, 14
_CUT_ABOVE = 0.6
"""Where all sums lie above this share of the largest, the scale begins near the smallest."""


class WaterfallStep(NamedTuple):
    """A sum or a change, its name and how it is written."""

    label: str
    value: float
    said: str


class WaterfallChart(NamedTuple):
    """The first sum, the changes in order, and the sum that they lead to."""

    first: WaterfallStep
    steps: Sequence[WaterfallStep]
    last: WaterfallStep
    unit: str


class _Row(NamedTuple):
    step: WaterfallStep
    start: float
    end: float
    class_: str


def waterfall(chart: WaterfallChart, words: Words, *, width: int = WIDE) -> str:
    """Draw the steps under each other, each from where the one before it ended."""
    is_narrow = width <= (NARROW + WIDE) / 2
    step = _TALL_ROW if is_narrow else _ROW
    rows = _rows(chart)
    names = min(max(width_of(row.step.label) for row in rows), 0.36 * width)
    said = max(width_of(row.step.said) for row in rows)
    left, right = (6.0, width - 14.0) if is_narrow else (names + _GAP, width - said - _GAP)
    axis = _axis(rows, left, right)
    top, bottom = 6.0, 6.0 + step * len(rows)
    parts = along_the_foot(axis, chart.unit, top, bottom)
    for number, row in enumerate(rows):
        y = top + step * number + (step - _BAR - 6 if is_narrow else (step - _BAR) / 2)
        after = step if number + 1 < len(rows) else 0
        parts += _bar(row, axis, y, after)
        parts += _names(row, y - 6 if is_narrow else y + 12, width, None if is_narrow else names)
    return picture(words, width, bottom + FOOT, parts)


def _rows(chart: WaterfallChart) -> list[_Row]:
    sums = list(accumulate((one.value for one in chart.steps), initial=chart.first.value))
    steps = [
        _Row(one, start, end, "bar more" if end > start else "bar less")
        for one, start, end in zip(chart.steps, sums[:-1], sums[1:], strict=True)
    ]
    return [
        _Row(chart.first, 0.0, chart.first.value, "bar whole"),
        *steps,
        _Row(chart.last, 0.0, chart.last.value, "bar whole"),
    ]


def _axis(rows: Sequence[_Row], left: float, right: float) -> ScaledAxis:
    ends = [row.end for row in rows]
    low, high = min(ends), max(ends)
    begin = low - (high - low or abs(high) * 0.1) if low > _CUT_ABOVE * high else 0.0
    return scale_of([max(begin, 0.0) if low >= 0 else low, high], left, right)


def _bar(row: _Row, axis: ScaledAxis, y: float, after: float) -> list[str]:
    begin = row.start if row.class_ != "bar whole" else max(0.0, axis.scale.low)
    x1, x2 = sorted((axis.scale(begin), axis.scale(row.end)))
    parts = [box(x1, y, max(x2 - x1, 1.5), _BAR, row.class_)]
    if row.class_ == "bar more":
        parts.append(hatched(x1, y, x2 - x1, _BAR, 1))
    if after:
        x = axis.scale(row.end)
        parts.append(line(x, y + _BAR, x, y + after, "link"))
    return parts


def _names(row: _Row, y: float, width: float, room: float | None) -> list[str]:
    class_ = "label strong" if row.class_ == "bar whole" else "label"
    most = width - width_of(row.step.said) - _GAP if room is None else room
    label = row.step.label
    return [
        text(0, y, fitted(label, most), class_=class_, full=label),
        text(width, y, row.step.said, class_=class_, anchor="end"),
    ]
