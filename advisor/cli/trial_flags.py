"""Flags that are lists in one text: `0.1,0.3` and `fix=0.35,tests=0.15`; and a pattern."""

from __future__ import annotations

import math
import re

from advisor.errors import InputError


def as_names(text: str | None) -> list[str]:
    """Read names between commas."""
    return [name.strip() for name in (text or "").split(",") if name.strip()]


def as_amounts(text: str, *, flag: str) -> list[float]:
    """Read amounts above 0 between commas. Raises InputError with those that are none."""
    wrong = [part for part in as_names(text) if not _number(part) > 0]
    if wrong or not as_names(text):
        raise InputError.of(f"{', '.join(wrong) or 'nothing'}: an amount is above 0", key=flag)
    return [_number(part) for part in as_names(text)]


def as_weights(text: str | None, *, flag: str) -> dict[str, float]:
    """Read `NAME=NUMBER` between commas. Raises InputError with what is not so written."""
    found: dict[str, float] = {}
    for part in as_names(text):
        name, _, number = part.rpartition("=")
        if not name.strip() or math.isnan(_number(number)):
            raise InputError.of(f"{part!r}: write CLASS=NUMBER,CLASS=NUMBER", key=flag)
        if name.strip() in found:
            raise InputError.of(f"{name.strip()!r} stands there twice", key=flag)
        found[name.strip()] = _number(number)
    return found


def as_pattern(text: str | None, *, flag: str) -> re.Pattern[str] | None:
    """Read a regular expression. Raises InputError where it is none."""
    if not text:
        return None
    try:
        return re.compile(text)
    except re.error as error:
        raise InputError.of(f"{text!r} is not a regular expression: {error}", key=flag) from None


def _number(text: str) -> float:
    text = text.strip().removeprefix("$")
    scale = 0.01 if text.endswith("%") else 1.0
    try:
        number = float(text.removesuffix("%")) * scale
    except ValueError:
        return math.nan
    return number if math.isfinite(number) else math.nan
