"""What a team's file would hold, given as Python values: plain data out, with every fault.

Numbers of Python and of numpy, dates, and frames of pandas where a file has a list or months. What
a reader would get wrong: a number in Python is never ambiguous, so that 8.4 with a third digit is
not asked about; text is a number only with its unit (`84%`, `60k`, `$8_400`), as a parser of YAML
1.1 leaves it; and what is given is copied, so that nobody changes an answer's inputs afterwards.
"""

from __future__ import annotations

import math
import numbers
import operator
import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias

from advisor.errors import Fault, InputError, did_you_mean
from advisor.load.document import Document, Where, written_path
from advisor.load.scalars import LARGEST, read_marked
from advisor.load.yaml_source import MAX_DEPTH, MAX_VALUES
from advisor.units import Month

Plain: TypeAlias = Any  # dict, list, str, int, Decimal, bool or None

MAPPING = "mapping"
"""What answers call a file that was never one."""
_WITH_UNIT = re.compile(r"[-+]?\$?\.?[0-9][0-9_.]*[kMG%]|[-+]?\$\.?[0-9][0-9_.]*")
_TIMED = "has a time of day: a day or a month is meant"
_ZONED = "has a time zone, and a month has none: give a date"
_GROUP = 3
Paths: TypeAlias = str | os.PathLike[str] | Iterable[str | os.PathLike[str]] | None


def document_of(given: Mapping[Any, Any]) -> Document:
    """Return a mapping as the document of a file. Raises InputError with every fault, by key."""
    return Document(MAPPING, plain_of(given), {})


def plain_of(given: Any) -> Plain:
    """Return a value as files hold it, copied. Raises InputError with every fault, by key."""
    reader = _Reader()
    plain = reader.plain(given, (), 0)
    if reader.faults:
        raise InputError(reader.faults)
    return plain


def month_of(value: object) -> str:
    """Write a day, an instant of midnight, a period or `YYYY-MM[-DD]` as its month.

    Raises ValueError for anything else, and for what has a time zone.
    """
    if isinstance(value, str):
        text = value.strip()
        return str(Month.parse(text) if len(text) == len("2027-01") else Month.of(_day(text)))
    if isinstance(value, datetime):
        if value.tzinfo is not None:
            raise ValueError(_ZONED)
        if (value.hour, value.minute, value.second, value.microsecond) != (0, 0, 0, 0):
            raise ValueError(_TIMED)
        return str(Month.of(value))
    if isinstance(value, date):
        return str(Month.of(value))
    if _is_period(value):
        return f"{value.year:04d}-{value.month:02d}"  # type: ignore[attr-defined]
    raise ValueError(f"{value!r} is not a month: write YYYY-MM, or give a date")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a month: write YYYY-MM, or give a date") from None


def is_nothing(value: object) -> bool:
    """Tell what pandas and numpy have where nothing is known: NaN, NaT, NA."""
    if type(value).__name__ in {"NAType", "NaTType"}:
        return True
    return isinstance(value, numbers.Real | Decimal) and value != value  # noqa: PLR0124 - NaN alone


def is_frame(value: object) -> bool:
    """Tell a frame of pandas, which is not loaded to be asked for."""
    return isinstance(value, getattr(sys.modules.get("pandas"), "DataFrame", ()))


def is_series(value: object) -> bool:
    """Tell a series of pandas, which is not loaded to be asked for."""
    return isinstance(value, getattr(sys.modules.get("pandas"), "Series", ()))


def _is_period(value: object) -> bool:
    return isinstance(value, getattr(sys.modules.get("pandas"), "Period", ()))


def rows_of(frame: Any) -> list[dict[str, Any]]:
    """Return a frame's rows as mappings, without the cells that hold nothing."""
    heads = list(map(str, frame.columns))
    columns = [list(frame.iloc[:, place]) for place in range(len(heads))]
    return [
        {head: cell for head, cell in zip(heads, row, strict=True) if not is_nothing(cell)}
        for row in zip(*columns, strict=True)
    ]


class _Reader:
    """Copies a tree as plain data, and gathers what is wrong with it."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.values = 0

    def wrong(self, path: Where, message: str, hint: str = "") -> None:
        """Note a fault."""
        self.faults.append(Fault("", 0, 0, written_path(path), message, hint))

    def plain(self, value: Any, path: Where, depth: int) -> Plain:
        """Return one value; None beside a fault where it is none."""
        self.values += 1
        if depth > MAX_DEPTH or self.values > MAX_VALUES:
            if self.values <= MAX_VALUES + 1:
                self.wrong(
                    path,
                    f"is nested deeper than {MAX_DEPTH}, or in itself"
                    if depth > MAX_DEPTH
                    else f"holds more than {MAX_VALUES:,} values",
                )
            return None
        if is_frame(value):
            value = rows_of(value)
        elif is_series(value):
            value = dict(value.items()) if _has_names(value) else list(value)
        elif hasattr(value, "tolist") and not isinstance(value, type):
            value = value.tolist()  # numpy's scalars and arrays
        if isinstance(value, Mapping):
            return self.mapping(value, path, depth)
        if isinstance(value, list | tuple):
            return [self.plain(one, (*path, n), depth + 1) for n, one in enumerate(value)]
        return self.scalar(value, path)

    def mapping(self, value: Mapping[Any, Any], path: Where, depth: int) -> Plain:
        """Return a mapping whose keys are text."""
        found: dict[str, Plain] = {}
        for key, one in value.items():
            try:
                name = _key(key)
            except ValueError as error:
                self.wrong(path, str(error))
                continue
            if name in found:
                self.wrong((*path, name), "stands there twice")
            found[name] = self.plain(one, (*path, name), depth + 1)
        return found

    def scalar(self, value: Any, path: Where) -> Plain:
        """Return text, a number, truth or nothing; a day as its month."""
        try:
            return _scalar(value)
        except ValueError as error:
            self.wrong(path, str(error))
            return None


def _has_names(series: Any) -> bool:
    """Tell whether a series' index says more than the number of a row."""
    return type(series.index).__name__ != "RangeIndex"


def _key(key: object) -> str:
    if isinstance(key, str):
        return str(key)
    if hasattr(key, "__index__") and not isinstance(key, bool):
        return str(operator.index(key))
    if isinstance(key, date) or _is_period(key):
        return month_of(key)
    raise ValueError(f"{key!r} is not the name of a key: write text")


def _scalar(value: Any) -> Plain:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return read_marked(value) if _WITH_UNIT.fullmatch(value) else str(value)
    if is_nothing(value):
        raise ValueError("is nothing (NaN): give a number, or leave the key out")
    if isinstance(value, numbers.Integral | float | Decimal):
        return _number(value)
    if isinstance(value, date) or _is_period(value):
        return month_of(value)
    raise ValueError(f"can't be {kind_of(value)}: {_TAKEN}")


_TAKEN = "text, numbers, dates, true or false, lists and mappings are taken"


def kind_of(value: object) -> str:
    """Name the type of a value, with its article."""
    name = type(value).__name__
    return f"an {name}" if name[0].lower() in "aeiou" else f"a {name}"


def _number(value: Any) -> Plain:
    if not math.isfinite(value):
        raise ValueError("must be a finite number")
    if abs(value) > LARGEST:
        raise ValueError("a number is at most 1e18")
    if isinstance(value, numbers.Integral):
        return int(value)
    exact = Decimal(repr(float(value))) if isinstance(value, float) else value
    # Three digits behind the point are asked about in a file, where people type them.
    is_group = exact.as_tuple().exponent == -_GROUP
    return exact.quantize(Decimal("0.0001")) if is_group else exact


def known_keys(given: Mapping[str, Any], known: Sequence[str], what: str) -> None:
    """Raise InputError for keys of an option that is a mapping which nobody knows."""
    faults = [
        Fault("", 0, 0, what, f"{name!r} is not one of {', '.join(known)}",
              did_you_mean(name, known))
        for name in given
        if name not in known
    ]  # fmt: skip
    if faults:
        raise InputError(faults)


def paths_of(given: Paths, *, key: str) -> list[str]:
    """Return a path or several as text. Raises InputError under `key` for what is none."""
    if given is None:
        return []
    several = [given] if isinstance(given, str | os.PathLike) else given
    try:
        return [os.fspath(one) for one in several]
    except TypeError:
        raise InputError.of(f"{given!r}: a path or several are taken", key=key) from None
