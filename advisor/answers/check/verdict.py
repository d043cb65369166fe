"""What a plan comes to against a bound: held, near it, broken, or not to be known.

Arithmetic leaves a part in a billion behind, by which no limit is broken.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from advisor.answers.recommend.limits import ROUNDING
from advisor.errors import InputError
from advisor.limit_names import DAY, SHARE
from advisor.model.policy import Limit
from advisor.tables.check import FAIL, OK, WARN, Figure


class Bounds(NamedTuple):
    """The bounds of one limit, in its unit."""

    at_most: Figure = None
    at_least: Figure = None
    warn_at: Figure = None


def bounds_of(limit: Limit, unit: str, key: str) -> Bounds:
    """Read a limit's bounds. Raises InputError for one that is not of the limit's unit."""
    read = {
        name: _bound(getattr(limit, name), unit, f"{key}.{name}")
        for name in ("at_most", "at_least", "warn_at")
    }
    return Bounds(**read)


_MOST_TIMES = 10.0


def _bound(stated: object, unit: str, key: str) -> Figure:
    if stated is None:
        return None
    if unit == DAY:
        try:
            return date.fromisoformat(str(stated))
        except ValueError:
            raise InputError.of(f"{stated!r} is not a date: write YYYY-MM-DD", key=key) from None
    if not isinstance(stated, int | float | Decimal):
        raise InputError.of(f"{stated!r} is not a number", key=key)
    value = float(stated)
    if unit == SHARE and value > _MOST_TIMES:
        message = f"{value:g} is {value:.0%}: a share is written as 10% or 0.1"
        raise InputError.of(message, key=key)
    return value


def judged(value: Figure, bounds: Bounds, *, is_lower: bool) -> tuple[str, float | None]:
    """Return the status, and by what share of itself the bound is passed where it is.

    A day that is None lies beyond the plan, and is late enough for anything.
    """
    if value is None:
        return OK, None
    if bounds.at_most is not None and (over := _beyond(value, bounds.at_most)) is not None:
        return FAIL, over
    if bounds.at_least is not None and (short := _beyond(bounds.at_least, value)) is not None:
        return FAIL, short
    if bounds.warn_at is not None:
        low = is_lower or (bounds.at_least is not None and bounds.at_most is None)
        first, last = (value, bounds.warn_at) if low else (bounds.warn_at, value)
        if first <= last:  # type: ignore[operator]
            return WARN, None
    return OK, None


def _beyond(value: Figure, bound: Figure) -> float | None:
    """Return by what share a figure is above a bound; 0 for days; None where it is not."""
    if isinstance(value, date) or isinstance(bound, date):
        assert isinstance(value, date)
        assert isinstance(bound, date)
        return 0.0 if value > bound else None
    assert value is not None
    assert bound is not None
    size = max(abs(bound), 1e-9)
    return (value - bound) / size if value - bound > ROUNDING * size else None
