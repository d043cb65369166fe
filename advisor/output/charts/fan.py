"""Money as it adds up over months: the expected line, its range, the budget, the day it ends."""

from collections.abc import Sequence
from typing import NamedTuple

from advisor.output.charts.axes import FOOT, names_below, side_width, up_the_side
from advisor.output.charts.fitting import width_of
from advisor.output.charts.scale import Scale, ScaledAxis, known, scale_of
from advisor.output.charts.svg import NARROW, WIDE, Words, element, line, path, picture, text

_TOP = 20.0


class FanChart(NamedTuple):
    """Sums at the ends of months, and the limit that they run into.

    `low` and `high` are sums that 8 years of 10 lie between, empty where nothing was drawn. Up to
    `paid` months the sums are paid and drawn solid, the rest dashed; None where nothing was.
    `gone` is how many months the limit lasts, with the day in `gone_said`; None beyond the plan.
    """

    months: Sequence[str]
    expected: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]
    unit: str
    expected_said: str
    limit: float | None = None
    limit_said: str = ""
    gone: float | None = None
    gone_said: str = ""
    paid: float | None = None
    paid_said: str = ""


def cumulative_fan(chart: FanChart, words: Words, *, width: int = WIDE) -> str:
    """Draw the sums over the months."""
    height = 250.0 if width <= (NARROW + WIDE) / 2 else 290.0
    bottom = height - FOOT
    found = known([0.0, *chart.expected, *chart.low, *chart.high, chart.limit])
    axis = scale_of(found, bottom, _TOP, most=7)
    left, right = side_width(axis, chart.unit), width - 12.0
    along = Scale(0, len(chart.months), left, right)
    middles = [along(n + 0.5) for n in range(len(chart.months))]
    parts = up_the_side(axis, chart.unit, left, right)
    parts += names_below(middles, chart.months, bottom + 16, right - left)
    parts += _fan(chart, axis, along)
    parts += _limit(chart, axis, left, right)
    parts += _curve(chart, axis, along)
    parts += _gone(chart, axis, along)
    parts += _end(chart, axis, along)
    return picture(words, width, height, parts)


def _points(sums: Sequence[float], axis: ScaledAxis, along: Scale) -> list[tuple[float, float]]:
    return [(along(n), axis.scale(value)) for n, value in enumerate([0.0, *sums])]


def _fan(chart: FanChart, axis: ScaledAxis, along: Scale) -> list[str]:
    if len(known(chart.low)) < len(chart.months) or len(known(chart.high)) < len(chart.months):
        return []
    lower, upper = (_points(sums, axis, along) for sums in (chart.low, chart.high))
    return [path([*lower, *reversed(upper)], "fan", closed=True)]


def _curve(chart: FanChart, axis: ScaledAxis, along: Scale) -> list[str]:
    points = _points(chart.expected, axis, along)
    if chart.paid is None:
        return [path(points, "curve")]
    whole = int(chart.paid)
    now = (along(chart.paid), axis.scale(_value_at([0.0, *chart.expected], chart.paid)))
    return [
        path([*points[: whole + 1], now], "curve"),
        path([now, *points[whole + 1 :]], "curve rest"),
        element("circle", cx=now[0], cy=now[1], r=4.5, class_="dot on"),
        _label(now[0] - 8, now[1] - 8, chart.paid_said, along, "told"),
    ]


def _value_at(sums: Sequence[float], months: float) -> float:
    """Return the sum after so many months, between ends of months in proportion."""
    whole = min(int(months), len(sums) - 1)
    after = sums[min(whole + 1, len(sums) - 1)]
    return sums[whole] + (after - sums[whole]) * (months - whole)


def _limit(chart: FanChart, axis: ScaledAxis, left: float, right: float) -> list[str]:
    if chart.limit is None:
        return []
    y = axis.scale(chart.limit)
    return [
        line(left, y, right, y, "limit"),
        text(left + 6, y - 6, chart.limit_said, class_="tick loud"),
    ]


def _gone(chart: FanChart, axis: ScaledAxis, along: Scale) -> list[str]:
    if chart.gone is None or chart.limit is None:
        return []
    x, y = along(chart.gone), axis.scale(chart.limit)
    return [
        line(x, y, x, axis.scale.start, "limit"),
        element("path", d=f"M{x - 5:.1f} {y - 5:.1f}l10 10m0 -10l-10 10", class_="curve loudly"),
        _label(x - 6, axis.scale.start - 8, chart.gone_said, along, "loud"),
    ]


def _end(chart: FanChart, axis: ScaledAxis, along: Scale) -> list[str]:
    """Mark the sum at the end, its figure above and left of it."""
    if not chart.expected:
        return []
    x, y = along(len(chart.expected)), axis.scale(chart.expected[-1])
    above = y - 10
    near = chart.limit is not None and -20 < axis.scale(chart.limit) - y < 2
    if above < _TOP - 6 or near:
        above = y + 20
    return [
        element("circle", cx=x, cy=y, r=4.0, class_="dot on"),
        text(x + 8, above, chart.expected_said, class_="told", anchor="end"),
    ]


def _label(x: float, y: float, words: str, along: Scale, class_: str) -> str:
    """Write words that end at a place, or begin there where the edge is too near."""
    if x - width_of(words) < along.start:
        return text(x + 16, y + 24, words, class_=class_)
    return text(x, y, words, class_=class_, anchor="end")
