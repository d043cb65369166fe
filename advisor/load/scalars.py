"""What a word without quotes means in our files: nothing, true, false, a number, or text.

These are the rules of YAML 1.2's core schema, not of 1.1: `no` is text (and Norway), `010` is ten,
`12:30` and dates are text. Added are `1_000`, `60k 2.4M 1.5G`, `35%` (which is 0.35) and `$8_400`.
Nothing passes through a float: what is not whole is a Decimal, exactly as written.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TypeAlias

from advisor.units import InDollars, InPercent

Scalar: TypeAlias = str | int | Decimal | bool | None

MAX_DIGITS = 18
LARGEST = 10**18

_DIGITS = r"(?:[0-9]+(?:_[0-9]+)*)?"
_NUMBER = re.compile(
    r"([-+]?)(?!\$.*%)\$?(?=\.?[0-9])"  # dollars are not per cent
    rf"({_DIGITS})(?:\.({_DIGITS}))?(?:[eE]([-+]?[0-9]+)|([kMG%]))?"
)
_OTHER_BASE = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_NUMBER_STARTS = frozenset("0123456789+-.$")
_ZEROS = {"k": 3, "M": 6, "G": 9}
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


def read_scalar(text: str) -> Scalar:
    """Return what unquoted text stands for. A number that we refuse is a ValueError."""
    if text[:1] in _NUMBER_STARTS:
        return _read_number(text)
    return _WORDS.get(text, text)


def read_marked(text: str) -> Scalar:
    """Return what unquoted text stands for, a number in the unit that stands beside it."""
    value = read_scalar(text)
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        if text.endswith("%"):
            return InPercent(value)
        if "$" in text:
            return InDollars(value)
    return value


def _read_number(text: str) -> str | int | Decimal:
    if len(text) <= MAX_DIGITS and text.isdecimal() and text.isascii():
        return int(text)
    match = _NUMBER.fullmatch(text)
    if match is None:
        return _read_odd_number(text)
    sign, whole, fraction, exponent, unit = match.groups()
    whole, fraction = whole.replace("_", ""), (fraction or "").replace("_", "")
    if len(whole) + len(fraction) > MAX_DIGITS:
        raise ValueError(f"a number has at most {MAX_DIGITS} digits")
    if unit in _ZEROS:
        return _read_large_number(sign + whole, fraction.rstrip("0"), _ZEROS[unit])
    if exponent is not None:
        return _read_with_exponent(f"{sign}{whole}.{fraction}", exponent)
    if unit == "%":
        return Decimal(f"{sign}{whole}{fraction}E-{len(fraction) + 2}")
    return Decimal(f"{sign}{whole}.{fraction}") if "." in text else int(sign + whole)


def _read_large_number(whole: str, fraction: str, zeros: int) -> int | Decimal:
    if len(fraction) > zeros:
        return Decimal(f"{whole}.{fraction}E{zeros}")
    number = int(whole + fraction + "0" * (zeros - len(fraction)))
    if abs(number) > LARGEST:
        raise ValueError("a number is at most 1e18")
    return number


def _read_with_exponent(digits: str, exponent: str) -> Decimal:
    # Its length is looked at first: a few thousand digits are more than int() takes.
    if len(exponent) > MAX_DIGITS or abs(int(exponent)) > MAX_DIGITS:
        raise ValueError(f"an exponent is at most {MAX_DIGITS}, up or down")
    number = Decimal(f"{digits}E{exponent}")
    if abs(number) > LARGEST:
        raise ValueError("a number is at most 1e18")
    return number


def _read_odd_number(text: str) -> str | int:
    if _NOT_FINITE.fullmatch(text):
        raise ValueError("a number is finite")
    if not _OTHER_BASE.fullmatch(text):
        return text
    number = int(text, 0)
    if number > LARGEST:
        raise ValueError("a number is at most 1e18")
    return number
