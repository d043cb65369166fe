"""The frame of a picture: figures along the foot or the side, with the lines that lead to them."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.output.charts.fitting import SMALL, width_of
from advisor.output.charts.scale import ScaledAxis, with_unit
from advisor.output.charts.svg import line, text

FOOT = 24
"""How high a foot with figures is."""


def along_the_foot(axis: ScaledAxis, unit: str, top: float, bottom: float) -> list[str]:
    """Draw lines from top to bottom at round figures, which stand below."""
    parts = []
    start, end = sorted((axis.scale.start, axis.scale.end))
    for tick, label in zip(axis.ticks, axis.labels, strict=True):
        x, said = axis.scale(tick), with_unit(label, unit)
        half = width_of(said, SMALL) / 2
        anchor = "start" if x - half < start - 12 else "end" if x + half > end + 12 else "middle"
        parts += [
            line(x, top, x, bottom, "zero" if tick == 0 else "grid"),
            text(x, bottom + 15, said, class_="tick", anchor=anchor),
        ]
    return parts


def up_the_side(axis: ScaledAxis, unit: str, left: float, right: float) -> list[str]:
    """Draw lines from left to right at round figures, which stand to their left."""
    parts = []
    for tick, label in zip(axis.ticks, axis.labels, strict=True):
        y = axis.scale(tick)
        parts += [
            line(left, y, right, y, "zero" if tick == 0 else "grid"),
            text(left - 6, y + 4, with_unit(label, unit), class_="tick", anchor="end"),
        ]
    return parts


def side_width(axis: ScaledAxis, unit: str) -> float:
    """Return how much room the figures at the side take."""
    return 10 + max(width_of(with_unit(label, unit), SMALL) for label in axis.labels)


def names_below(places: Sequence[float], names: Sequence[str], y: float, room: float) -> list[str]:
    """Write names under their places, every n-th where all do not fit."""
    widest = max(width_of(name, SMALL) for name in names)
    each = room / max(len(names), 1)
    skip = next((n for n in (1, 2, 3, 4, 6, 12, 24) if n * each >= widest + 8), 48)
    return [
        text(x, y, name, class_="tick", anchor="middle")
        for n, (x, name) in enumerate(zip(places, names, strict=True))
        if n % skip == 0
    ]
