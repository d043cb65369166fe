"""Lines drawn over an area, so that it is known by more than its colour."""

from __future__ import annotations

from advisor.output.charts.svg import at, element

KINDS = 6
"""How many hatches there are; the first one is none."""

_APART = 7.0


def hatched(x: float, y: float, width: float, height: float, kind: int) -> str:
    """Hatch a rectangle: 0 plain, 1 rising, 2 falling, 3 upright, 4 level, 5 crossed."""
    if width < 2 or kind % KINDS == 0:
        return ""
    lines = {
        1: lambda: _slanted(x, y, width, height, rising=True),
        2: lambda: _slanted(x, y, width, height, rising=False),
        3: lambda: _upright(x, y, width, height),
        4: lambda: _level(x, y, width, height),
        5: lambda: _upright(x, y, width, height) + _level(x, y, width, height),
    }[kind % KINDS]()
    return element("path", d=lines, class_="hatch") if lines else ""


def _slanted(x: float, y: float, width: float, height: float, *, rising: bool) -> str:
    """Draw lines at 45 degrees, each cut where it leaves the rectangle."""
    lines, offset = [], _APART / 2
    while offset < width + height:
        start = (min(offset, width), max(offset - width, 0.0))
        end = (max(offset - height, 0.0), min(offset, height))
        if not rising:
            start, end = (width - start[0], start[1]), (width - end[0], end[1])
        lines.append(f"M{at(x + start[0])} {at(y + start[1])}L{at(x + end[0])} {at(y + end[1])}")
        offset += _APART
    return "".join(lines)


def _upright(x: float, y: float, width: float, height: float) -> str:
    number = int(width / _APART)
    places = (x + (n + 0.5) * _APART for n in range(number))
    return "".join(f"M{at(place)} {at(y)}v{at(height)}" for place in places)


def _level(x: float, y: float, width: float, height: float) -> str:
    number = int(height / _APART)
    places = (y + (n + 0.5) * _APART for n in range(number))
    return "".join(f"M{at(x)} {at(place)}h{at(width)}" for place in places)
