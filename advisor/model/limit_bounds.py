"""Bounds of a limit as they are written: in the limit's unit, and such that they can act.

What a reader would get wrong: a bound that nothing can break holds nothing, and says it is held. So
a share is never written as a plain number above 1, and `warn_at` stands before the other bound.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from advisor.limit_names import (
    COUNT,
    DAY,
    DAYS,
    LIMITS,
    MONEY,
    RATIO,
    SHARE,
    TOKENS,
    LimitKind,
)
from advisor.model.written_units import of_count, of_money, of_share
from advisor.units import InPercent

KEYS = ("at_most", "at_least", "warn_at")
_FITS: Mapping[str, Callable[[Any], Any]] = {
    MONEY: of_money,
    SHARE: of_share,
    RATIO: of_share,
    COUNT: of_count,
    DAYS: of_count,
    TOKENS: of_count,
}


def check_bounds(name: str, terms: Mapping[str, object]) -> None:
    """Raise ValueError, `at_most: …`, for a bound of another unit or one that can't act.

    Values that are neither numbers nor text are left to the types of the keys.
    """
    kind = LIMITS[name]
    read = {}
    for key in KEYS:
        stated = terms.get(key)
        if isinstance(stated, str | int | Decimal) and not isinstance(stated, bool):
            try:
                read[key] = _bound(stated, kind)
            except ValueError as error:
                raise ValueError(f"{key}: {error}") from None
    _check_order(kind, read)


def _bound(stated: str | int | Decimal, kind: LimitKind) -> Any:
    if kind.unit == DAY:
        try:
            return date.fromisoformat(str(stated))
        except ValueError:
            raise ValueError(f"{stated} is not a date: write YYYY-MM-DD") from None
    _FITS[kind.unit](stated)
    if isinstance(stated, str):
        raise ValueError(f"{stated!r} is not a number")
    if stated < 0 and not kind.is_signed:
        raise ValueError("must be at least 0")
    if kind.unit == SHARE:
        _check_share(stated, kind)
    return stated


def _check_share(stated: int | Decimal, kind: LimitKind) -> None:
    if stated > 1 and not isinstance(stated, InPercent):
        raise ValueError(f"{stated} is {stated:.0%}: a share is written as 10% or 0.1")
    if stated > 1 and kind.is_part:
        raise ValueError(f"{stated:.0%} would hold nothing: this share is never above 100%")


def _check_order(kind: LimitKind, read: Mapping[str, Any]) -> None:
    at_most, at_least, warn_at = (read.get(key) for key in KEYS)
    if at_most is not None and at_least is not None and at_least > at_most:
        raise ValueError("at_least: is above `at_most`: no figure keeps both")
    if warn_at is None:
        return
    is_lower = kind.is_lower or (at_least is not None and at_most is None)
    if is_lower and at_least is not None and warn_at < at_least:
        raise ValueError("warn_at: is below `at_least`: it would never warn before that breaks")
    if not is_lower and at_most is not None and warn_at > at_most:
        raise ValueError("warn_at: is above `at_most`: it would never warn before that breaks")
