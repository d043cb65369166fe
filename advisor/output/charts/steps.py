"""People in the order of their use: what each costs on the cheapest way, and by the token."""

from collections.abc import Sequence
from itertools import accumulate
from string import ascii_uppercase
from typing import NamedTuple

from advisor.output.charts.axes import FOOT, side_width, up_the_side
from advisor.output.charts.fitting import SMALL, fitted, width_of
from advisor.output.charts.scale import Scale, ScaledAxis, scale_of
from advisor.output.charts.svg import NARROW, WIDE, Words, box, line, picture, text

_TOP = 12.0
_LINE = 18


class StepBand(NamedTuple):
    """People next to each other: how many, what one costs so and otherwise, and who they are."""

    people: float
    cost: float
    otherwise: float
    label: str


class StepChart(NamedTuple):
    """Bands from those who use least to those who use most; areas are money."""

    bands: Sequence[StepBand]
    unit: str
    cost_said: str
    otherwise_said: str


def steps_of_use(chart: StepChart, words: Words, *, width: int = WIDE) -> str:
    """Draw a column for each band, as wide as it has people; a line is what it costs otherwise."""
    height = 210.0 if width <= (NARROW + WIDE) / 2 else 250.0
    bottom = height - FOOT
    axis = scale_of(
        [0.0, *(one.cost for one in chart.bands), *(one.otherwise for one in chart.bands)],
        bottom, _TOP, most=6,
    )  # fmt: skip
    left, right = side_width(axis, chart.unit), width - 8.0
    people = sum(one.people for one in chart.bands) or 1.0
    ends = list(accumulate((one.people for one in chart.bands), initial=0.0))
    along = Scale(0, people, left, right)
    parts = up_the_side(axis, chart.unit, left, right)
    for number, (band, start) in enumerate(zip(chart.bands, ends[:-1], strict=True)):
        parts += _column(band, axis, along(start), along(start + band.people), _letter(number))
    legend, end = _legend(chart, width, bottom + 34)
    return picture(words, width, end, [*parts, *legend])


def _letter(number: int) -> str:
    """Name the n-th band, from 0: A, B, … Z, then by its number."""
    return ascii_uppercase[number] if number < len(ascii_uppercase) else str(number + 1)


def _column(band: StepBand, axis: ScaledAxis, x1: float, x2: float, name: str) -> list[str]:
    top, foot = axis.scale(band.cost), axis.scale.start
    wide = max(x2 - x1 - 2, 1)
    level = axis.scale(band.otherwise)
    return [
        box(x1, top, wide, foot - top, "bar"),
        line(x1, level, x1 + wide, level, "level"),
        text((x1 + x2) / 2 - 1, foot + 15, name, class_="tick strong", anchor="middle"),
    ]


def _legend(chart: StepChart, width: float, y: float) -> tuple[list[str], float]:
    """Say what columns and lines are, then what each column is, one a line."""
    after = 18 + width_of(chart.cost_said, SMALL) + 20
    parts = [
        box(0, y, 12, 12, "bar"),
        text(18, y + 10, chart.cost_said, class_="tick"),
        line(after, y + 6, after + 12, y + 6, "level"),
        text(after + 18, y + 10, chart.otherwise_said, class_="tick"),
    ]
    for number, band in enumerate(chart.bands):
        y += _LINE
        shown = fitted(band.label, width - 24, SMALL)
        parts += [
            text(6, y + 10, _letter(number), class_="tick strong", anchor="middle"),
            text(18, y + 10, shown, class_="tick", full=band.label),
        ]
    return parts, y + _LINE
