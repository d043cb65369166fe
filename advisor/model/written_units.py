"""Units that were written beside a number, against what the number is of.

`developers: 50%` would be half a person and `success: $0.8` four fifths: a number knows whether it
was written in per cent or in dollars. And `8.400`, typed the continental way, is 8.4: money with
three digits behind the point, where cents have two, is asked about.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TypeVar

from advisor.units import InDollars, InPercent

T = TypeVar("T")
_GROUP = 3
_LARGEST_GROUP = 1_000


def of_money(value: T) -> T:
    """Refuse per cent, and what may be thousands as well as thousandths."""
    for number in _numbers(value):
        if isinstance(number, InPercent):
            raise ValueError(f"must be money, not {_percent(number)}")
        _refuse_doubtful(number, ends="")
    return value


def of_count(value: T) -> T:
    """Refuse per cent and dollars for a number of people, tasks, tokens or months."""
    for number in _numbers(value):
        if isinstance(number, InPercent):
            raise ValueError(f"must be a plain number, not {_percent(number)}")
        if isinstance(number, InDollars):
            raise ValueError("must be a plain number, not dollars")
        _refuse_doubtful(number, ends="0")
    return value


def of_amount(value: T) -> T:
    """Refuse per cent for a number that may be of money, tokens or tasks."""
    for number in _numbers(value):
        if isinstance(number, InPercent):
            raise ValueError(f"must be an amount, not {_percent(number)}")
    return value


def of_share(value: T) -> T:
    """Refuse dollars for a share, a factor or a quality."""
    for number in _numbers(value):
        if isinstance(number, InDollars):
            raise ValueError("must be a share or a factor, not dollars")
    return value


def _numbers(value: object) -> Iterator[Decimal]:
    """Yield the numbers of an uncertain one, or of months."""
    if isinstance(value, Decimal):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _numbers(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _numbers(one)


def _refuse_doubtful(number: Decimal, ends: str) -> None:
    text = f"{number:f}"
    is_group = number.as_tuple().exponent == -_GROUP and 1 <= abs(number) < _LARGEST_GROUP
    if is_group and text.endswith(ends):
        choice = f"write {text.replace('.', '_')} or {number.normalize():f}"
        raise ValueError(f"{text} may be thousands or thousandths: {choice}")


def _percent(number: Decimal) -> str:
    return f"{(number * 100).normalize():f}%"
