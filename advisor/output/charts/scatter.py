"""What money buys: the line of the best there is, and ways of working as marks beside it."""

from collections.abc import Sequence
from typing import NamedTuple

from advisor.output.charts.axes import FOOT, along_the_foot, side_width, up_the_side
from advisor.output.charts.fitting import LABEL, SMALL, fitted, width_of
from advisor.output.charts.scale import Scale, ScaledAxis, known, scale_of
from advisor.output.charts.svg import NARROW, WIDE, Words, element, line, path, picture, text

CIRCLE, SQUARE, DIAMOND, TRIANGLE = "circle", "square", "diamond", "triangle"
_TOP = 28.0
_SIZE = 5.5
_HEADROOM = 0.12


class ScatterMark(NamedTuple):
    """A way of working: where it lies, its name, its shape, and a class of colour.

    `is_named`: the name is written beside it where there is room; one brought forward has it first.
    """

    x: float
    y: float
    label: str
    shape: str = CIRCLE
    class_: str = "s6"
    is_on: bool = False


class ScatterChart(NamedTuple):
    """Marks and a line on two scales, units before figures or `%` behind; `limit` is of x."""

    line: Sequence[tuple[float, float]]
    marks: Sequence[ScatterMark]
    x_unit: str
    y_unit: str
    x_title: str
    y_title: str
    limit: float | None = None
    limit_said: str = ""


class _Spot(NamedTuple):
    """A rectangle that is taken."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "_Spot") -> bool:
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom


def scatter(chart: ScatterChart, words: Words, *, width: int = WIDE) -> str:
    """Draw line and marks; names that would cover another are left out and stand in the table."""
    is_narrow = width <= (NARROW + WIDE) / 2
    height = 280.0 if is_narrow else 320.0
    bottom = height - FOOT - 18
    xs = [*(x for x, _ in chart.line), *(mark.x for mark in chart.marks), *known([chart.limit])]
    ys = [*(y for _, y in chart.line), *(mark.y for mark in chart.marks)]
    upright = scale_of(_with_room(ys), bottom, _TOP, most=6)
    left, right = side_width(upright, chart.y_unit), width - 16.0
    flat = scale_of(xs, left, right, most=5 if is_narrow else 8)
    parts = up_the_side(upright, chart.y_unit, left, right)
    parts += along_the_foot(flat, chart.x_unit, _TOP, bottom)
    parts += [
        text(0, 12, fitted(chart.y_title, width, SMALL), class_="tick", full=chart.y_title),
        text(right, height - 3, chart.x_title, class_="tick", anchor="end"),
    ]
    parts += _limit(chart, flat.scale, bottom)
    curve = [(flat.scale(x), upright.scale(y)) for x, y in chart.line]
    parts.append(path(curve, "curve"))
    parts += [element("circle", cx=x, cy=y, r=2.5, class_="stop") for x, y in curve]
    parts += _marks(chart, flat, upright, width, curve)
    return picture(words, width, height, parts)


def _with_room(ys: Sequence[float]) -> list[float]:
    """Add room above the highest mark: names stand there, and what the upright line is."""
    if not ys:
        return []
    return [*ys, max(ys) + _HEADROOM * (max(ys) - min(ys))]


def _limit(chart: ScatterChart, flat: Scale, bottom: float) -> list[str]:
    if chart.limit is None:
        return []
    x = flat(chart.limit)
    is_late = x + width_of(chart.limit_said, SMALL) > flat.end
    return [
        line(x, _TOP - 6, x, bottom, "limit"),
        text(
            x - 5 if is_late else x + 5, _TOP - 1, chart.limit_said, class_="tick loud",
            anchor="end" if is_late else None,
        ),
    ]  # fmt: skip


def _marks(
    chart: ScatterChart,
    flat: ScaledAxis,
    upright: ScaledAxis,
    width: float,
    curve: Sequence[tuple[float, float]],
) -> list[str]:
    ordered = sorted(chart.marks, key=lambda mark: mark.is_on)
    places = [(flat.scale(mark.x), upright.scale(mark.y)) for mark in ordered]
    parts = [_shape(mark, x, y) for mark, (x, y) in zip(ordered, places, strict=True)]
    taken = [_Spot(x - _SIZE, y - _SIZE, x + _SIZE, y + _SIZE) for x, y in places]
    taken += [_Spot(x - 3, y - 3, x + 3, y + 3) for x, y in curve]
    if chart.limit is not None:
        x = flat.scale(chart.limit)
        taken.append(_Spot(x - 2, _TOP - 8, x + 2, upright.scale.start))
    frame = _Spot(flat.scale.start, _TOP - 8, width, upright.scale.start + 2)
    for mark, (x, y) in reversed(list(zip(ordered, places, strict=True))):
        name = fitted(mark.label, 0.45 * width)
        spot = _free_spot(x, y, width_of(name, LABEL), taken, frame)
        if spot is not None:
            taken.append(spot)
            class_ = "label strong" if mark.is_on else "label"
            parts.append(text(spot.left, spot.bottom - 3, name, class_=class_, full=mark.label))
    return parts


def _free_spot(
    x: float, y: float, wide: float, taken: Sequence[_Spot], frame: _Spot
) -> _Spot | None:
    """Return the first place about a mark where a name covers nothing; None where there is none."""
    gap, high = _SIZE + 4, 14.0
    corners = [
        (x + gap, y - high / 2), (x - gap - wide, y - high / 2),
        (x - wide / 2, y - gap - high), (x - wide / 2, y + gap),
        (x + gap, y - gap - high), (x + gap, y + gap),
        (x - gap - wide, y - gap - high), (x - gap - wide, y + gap),
    ]  # fmt: skip
    for left, top in corners:
        spot = _Spot(left, top, left + wide, top + high)
        fits = spot.left >= frame.left and spot.right <= frame.right
        fits = fits and spot.top >= frame.top and spot.bottom <= frame.bottom
        if fits and not any(spot.meets(other) for other in taken):
            return spot
    return None


def _shape(mark: ScatterMark, x: float, y: float) -> str:
    size = _SIZE * (1.25 if mark.is_on else 1.0)
    class_ = f"mark {mark.class_}"
    if mark.shape == SQUARE:
        return element(
            "rect", x=x - size, y=y - size, width=2 * size, height=2 * size, class_=class_
        )
    if mark.shape == DIAMOND:
        wide = 1.35 * size
        return path(
            [(x, y - wide), (x + wide, y), (x, y + wide), (x - wide, y)], class_, closed=True
        )
    if mark.shape == TRIANGLE:
        points = [(x, y - 1.3 * size), (x + 1.2 * size, y + size), (x - 1.2 * size, y + size)]
        return path(points, class_, closed=True)
    return element("circle", cx=x, cy=y, r=size, class_=class_)
