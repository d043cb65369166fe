"""What a plan comes to against a bound: held, near it, broken, or not to be known.

Arithmetic leaves a part in a billion behind, by which no limit is broken.
"""

from datetime import date
from typing import NamedTuple

from advisor.answers.recommend.limits import ROUNDING
from advisor.limit_names import DAY
from advisor.model.policy import Limit
from advisor.tables.check import FAIL, OK, WARN, Figure

_NEAR_NOTHING = 1e-9


class Bounds(NamedTuple):
    """The bounds of one limit, in its unit."""

    at_most: Figure = None
    at_least: Figure = None
    warn_at: Figure = None


def bounds_of(limit: Limit, unit: str) -> Bounds:
    """Read a limit's bounds in its unit; that they are of it was seen when the file was read."""
    return Bounds(*(_bound(one, unit) for one in (limit.at_most, limit.at_least, limit.warn_at)))


def _bound(stated: float | str | None, unit: str) -> Figure:
    if stated is None:
        return None
    return date.fromisoformat(str(stated)) if unit == DAY else float(stated)


def judged(value: Figure, bounds: Bounds, *, is_lower: bool) -> tuple[str, float | None]:
    """Return the status, and by what share of itself the bound is passed where it is.

    A day that is None lies beyond the plan, and is late enough for anything.
    """
    if value is None:
        return OK, None
    if bounds.at_most is not None and (over := _beyond(value, bounds.at_most)) is not None:
        return FAIL, over
    if bounds.at_least is not None and _beyond(bounds.at_least, value) is not None:
        return FAIL, _short(value, bounds.at_least)
    if bounds.warn_at is not None:
        low = is_lower or (bounds.at_least is not None and bounds.at_most is None)
        first, last = (value, bounds.warn_at) if low else (bounds.warn_at, value)
        if first <= last:  # type: ignore[operator]
            return WARN, None
    return OK, None


def _beyond(value: Figure, bound: Figure) -> float | None:
    """Return by what share of a bound a figure is above it; None where it is not.

    0 for days, and above a bound of nothing, of which nothing is a share.
    """
    if isinstance(value, date) or isinstance(bound, date):
        assert isinstance(value, date)
        assert isinstance(bound, date)
        return 0.0 if value > bound else None
    assert value is not None
    assert bound is not None
    if value - bound <= ROUNDING * max(abs(bound), _NEAR_NOTHING):
        return None
    return (value - bound) / abs(bound) if abs(bound) >= _NEAR_NOTHING else 0.0


def _short(value: Figure, bound: Figure) -> float:
    """Return by what share of a bound from below a figure falls short of it; 0 for days."""
    if isinstance(value, date) or isinstance(bound, date):
        return 0.0
    assert value is not None
    assert bound is not None
    return (bound - value) / abs(bound) if abs(bound) >= _NEAR_NOTHING else 0.0
