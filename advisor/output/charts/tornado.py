"""What a figure hangs on: with each uncertain number at its low and at its high end."""

from collections.abc import Sequence
from typing import NamedTuple

from advisor.output.charts.axes import FOOT, along_the_foot
from advisor.output.charts.fitting import SMALL, fitted, width_of
from advisor.output.charts.hatch import hatched
from advisor.output.charts.scale import ScaledAxis, known, scale_of
from advisor.output.charts.svg import NARROW, WIDE, Words, box, line, picture, text

_ROW, _TALL_ROW, _BAR, _GAP = 28, 42, 14, 14


class TornadoRow(NamedTuple):
    """One uncertain number: the figure with it low and with it high, and its part of the spread."""

    label: str
    low: float
    high: float
    said: str


class TornadoChart(NamedTuple):
    """Rows, the widest first; `centre` is the figure with all at their means."""

    rows: Sequence[TornadoRow]
    centre: float
    unit: str
    low_said: str
    high_said: str


def tornado(chart: TornadoChart, words: Words, *, width: int = WIDE) -> str:
    """Draw a bar to each side of the expected figure."""
    is_narrow = width <= (NARROW + WIDE) / 2
    step = _TALL_ROW if is_narrow else _ROW
    names = min(max((width_of(row.label) for row in chart.rows), default=0), 0.36 * width)
    said = max((width_of(row.said) for row in chart.rows), default=0)
    left, right = (6.0, width - 14.0) if is_narrow else (names + _GAP, width - said - _GAP)
    found = known(value for row in chart.rows for value in (row.low, row.high))
    axis = scale_of([*found, chart.centre], left, right)
    top, bottom = 28.0, 28.0 + step * len(chart.rows)
    parts = [*_legend(chart, left), *along_the_foot(axis, chart.unit, top, bottom)]
    for number, row in enumerate(chart.rows):
        y = top + step * number + (step - _BAR - 4 if is_narrow else (step - _BAR) / 2)
        parts += [*_side(row.low, chart, axis, y, low=True), *_side(row.high, chart, axis, y)]
        baseline = y - 5 if is_narrow else y + 11
        room = width - width_of(row.said) - _GAP if is_narrow else names
        parts += [
            text(0, baseline, fitted(row.label, room), full=row.label),
            text(width, baseline, row.said, anchor="end"),
        ]
    x = axis.scale(chart.centre)
    parts.append(line(x, top - 2, x, bottom, "zero"))
    return picture(words, width, bottom + FOOT, parts)


def _legend(chart: TornadoChart, left: float) -> list[str]:
    after = left + 18 + width_of(chart.low_said, SMALL) + 16
    return [
        box(left, 2, 12, 12, "s1"),
        hatched(left, 2, 12, 12, 1),
        text(left + 18, 12, chart.low_said, class_="tick"),
        box(after, 2, 12, 12, "s2"),
        text(after + 18, 12, chart.high_said, class_="tick"),
    ]


def _side(
    value: float, chart: TornadoChart, axis: ScaledAxis, y: float, *, low: bool = False
) -> list[str]:
    x1, x2 = sorted((axis.scale(chart.centre), axis.scale(value)))
    parts = [box(x1, y, x2 - x1, _BAR, "s1" if low else "s2")]
    return [*parts, hatched(x1, y, x2 - x1, _BAR, 1)] if low else parts
