"""What a way of buying costs a person a month, as broken straight lines, and where they cross.

Everything is solved on the pieces, nothing is searched for. What a reader would get wrong: two
ways that cost the same over a whole stretch do not cross there, and the one that stands first is
kept; and a plan that sells nothing beyond its allowance costs more than any money beyond it.
"""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

SAME = 1e-12
"""Costs that differ by less than this share are the same: what is left over from rounding."""


class CostCurve(NamedTuple):
    """Money a month for a person who uses so much: fixed + slope·use + Σ jump·max(0, use - knot).

    `knots` ascend; `limit` is the most that can be used at all.
    """

    fixed: float
    slope: float
    knots: tuple[float, ...] = ()
    jumps: tuple[float, ...] = ()
    limit: float = math.inf

    def at(self, use: float) -> float:
        """Return what so much use costs; infinite beyond the limit."""
        if use > self.limit * (1 + SAME):
            return math.inf
        steps = zip(self.knots, self.jumps, strict=True)
        beyond = sum(jump * (use - knot) for knot, jump in steps if use > knot)
        return self.fixed + self.slope * use + beyond

    def slope_above(self, use: float) -> float:
        """Return what one dollar of use more costs from here on; infinite at the limit."""
        if use >= self.limit:
            return math.inf
        steps = zip(self.knots, self.jumps, strict=True)
        return self.slope + sum(jump for knot, jump in steps if knot <= use)

    @property
    def bends(self) -> Iterator[float]:
        """Where the line changes its direction or ends."""
        yield from (knot for knot in self.knots if 0 < knot < math.inf)
        if self.limit < math.inf:
            yield self.limit


class Piece(NamedTuple):
    """A stretch of use and which of the curves is the lowest on it."""

    low: float
    high: float
    curve: int


def lowest(curves: Sequence[CostCurve]) -> list[Piece]:
    """Return which curve is the lowest from which use to which; the first one where several are.

    The first curve has no limit, so that there always is one.
    """
    bends = sorted({bend for curve in curves for bend in curve.bends})
    pieces: list[Piece] = []
    for low, high in zip([0.0, *bends], [*bends, math.inf], strict=True):
        for piece in _lowest_of_lines(curves, low, high):
            if pieces and pieces[-1].curve == piece.curve:
                pieces[-1] = pieces[-1]._replace(high=piece.high)
            else:
                pieces.append(piece)
    return pieces


def _lowest_of_lines(curves: Sequence[CostCurve], low: float, high: float) -> Iterator[Piece]:
    """Walk along a stretch without bends, from one line to the one that gets below it first."""
    lines = [(curve.at(low), curve.slope_above(low)) for curve in curves]
    usable = [n for n, (value, slope) in enumerate(lines) if value + slope < math.inf]
    current, use = _first_at(lines, usable), low
    while True:
        crossings = [
            (use + _gap(lines, other, current, use - low) / steeper, other)
            for other in usable
            if (steeper := lines[current][1] - lines[other][1]) > SAME
        ]
        ahead = [one for one in crossings if one[0] < high]
        if not ahead:
            yield Piece(use, high, current)
            return
        place, following = min(ahead, key=lambda one: (one[0], lines[one[1]][1], one[1]))
        if place > use:
            yield Piece(use, place, current)
        current, use = following, max(place, use)


def _first_at(lines: Sequence[tuple[float, float]], usable: Sequence[int]) -> int:
    """Return the line that is lowest where a stretch begins and right of it."""
    least = min(lines[n][0] for n in usable)
    level = [n for n in usable if lines[n][0] - least <= SAME * (1 + abs(least))]
    gentlest = min(lines[n][1] for n in level)
    return next(n for n in level if lines[n][1] - gentlest <= SAME)


def _gap(lines: Sequence[tuple[float, float]], other: int, current: int, along: float) -> float:
    """Return how far one line is above another, so far along a stretch."""
    (mine, slope), (theirs, gentler) = lines[current], lines[other]
    return (theirs + gentler * along) - (mine + slope * along)


class Meeting(NamedTuple):
    """Where one curve stops being dearer than another, and where it is dearer again; None: never.

    `is_cheaper`: whether it is cheaper anywhere, rather than as dear at best.
    """

    begins: float | None
    ends: float | None
    is_cheaper: bool


def meeting(curve: CostCurve, other: CostCurve) -> Meeting:
    """Find the use at which a curve costs as much as another one that has no limit."""
    bends = sorted({*curve.bends, *other.bends})
    begins: float | None = None
    is_cheaper = False
    for low, high in zip([0.0, *bends], [*bends, math.inf], strict=True):
        gap = curve.at(low) - other.at(low)
        slope = curve.slope_above(low) - other.slope_above(low)
        close = SAME * (1 + abs(other.at(low)))
        start = low
        if begins is None:
            start = low if gap <= close else low - gap / slope if slope < -SAME else math.inf
            if start > high or start == math.inf:
                continue
            begins, gap = start, min(gap, 0.0)
        is_cheaper |= gap < -close or _gains(slope, start, high)
        ends = start + max(0.0, -gap) / slope if slope > SAME else math.inf
        if ends < high:
            return Meeting(begins, ends, is_cheaper)
    return Meeting(begins, None, is_cheaper)


def _gains(slope: float, start: float, high: float) -> bool:
    """Tell whether a gap that falls from nothing along a stretch gets past what rounding leaves."""
    return slope < -SAME and slope * (high - start) < -SAME * (1 + start)
