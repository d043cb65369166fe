"""How Python asks: typed values in, faults under the names of arguments, notes as warnings."""

from __future__ import annotations

import operator
import re
import sys
import warnings
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from functools import wraps
from types import FrameType
from typing import Any, ParamSpec, TypeVar

from advisor.api.days import as_date
from advisor.api.surroundings import Surroundings, of_this_process
from advisor.errors import AdvisorError, AdvisorWarning, Fault, InputError
from advisor.units import YEARS

P = ParamSpec("P")
R = TypeVar("R")

_FLAG = re.compile(r"(`?)--([a-z][a-z-]*)\1")


def in_python(function: Callable[P, R]) -> Callable[P, R]:
    """Let a function raise its faults under the names of its arguments, not those of flags."""

    @wraps(function)
    def asked(*args: P.args, **named: P.kwargs) -> R:
        try:
            return function(*args, **named)
        except AdvisorError as error:
            raise _renamed(error) from None

    return asked


def _renamed(error: AdvisorError) -> AdvisorError:
    if not any(_FLAG.search(text) for fault in error.faults for text in fault[3:]):
        return error
    return type(error).at(
        fault._replace(
            key=_FLAG.sub(_argument, fault.key),
            message=_FLAG.sub(_quoted, fault.message),
            hint=_FLAG.sub(_quoted, fault.hint),
        )
        for fault in error.faults
    )


def _argument(flag: re.Match[str]) -> str:
    return flag[2].replace("-", "_")


def _quoted(flag: re.Match[str]) -> str:
    return f"`{_argument(flag)}`"


def around() -> Surroundings:
    """Return this process's surroundings; what is said beside an answer becomes a warning."""
    return of_this_process(_warn)


def _warn(text: str) -> None:
    warnings.warn(text.removeprefix("note: "), AdvisorWarning, stacklevel=_outside())


def _outside() -> int:
    """Return how many calls up the first one stands that is not the advisor's own."""
    frame: FrameType | None = sys._getframe(1)
    level = 0
    while frame is not None and frame.f_globals.get("__name__", "").startswith("advisor."):
        frame, level = frame.f_back, level + 1
    return level + 1


def day_of(value: date | str | None, *, key: str) -> date | None:
    """Read a day. Raises InputError for what is none, or has a time of day or a time zone."""
    if value is None or isinstance(value, str):
        return as_date(value, flag=key)
    if not isinstance(value, date) or value != value:  # noqa: PLR0124 - pandas' NaT alone
        raise InputError.of(f"{value!r} is not a date", key=key)
    if isinstance(value, datetime):
        if value.tzinfo is not None:
            raise InputError.of("has a time zone: give a date", key=key)
        value = value.date()
    if value.year not in YEARS:
        raise InputError.of(f"{value} is not in the years {YEARS[0]} to {YEARS[-1]}", key=key)
    return value


def whole(value: Any, *, key: str) -> int:
    """Read a whole number, one of numpy's too. Raises InputError for any other."""
    try:
        if isinstance(value, bool):
            raise TypeError
        return operator.index(value)
    except TypeError:
        raise InputError.of(f"{value!r} is not a whole number", key=key) from None


def number(value: Any, *, key: str) -> float:
    """Read a number, one of numpy's or a decimal too. Raises InputError for any other."""
    try:
        if isinstance(value, str | bool):
            raise TypeError
        return float(value)
    except (TypeError, ValueError):
        raise InputError.of(f"{value!r} is not a number", key=key) from None


def several(value: Any) -> list[Any]:
    """Return what was given as a list: its items, or itself alone."""
    return list(value) if isinstance(value, list | tuple) else [value]


def texts(value: str | Iterable[str] | None, *, key: str) -> Sequence[str]:
    """Read one text or several. Raises InputError for anything else."""
    if value is None:
        return ()
    found = [value] if isinstance(value, str) else list(value)
    wrong = [one for one in found if not isinstance(one, str)]
    if wrong:
        raise InputError([Fault("", 0, 0, key, f"{one!r} is not text") for one in wrong])
    return found
