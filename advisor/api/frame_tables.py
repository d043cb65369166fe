"""Frames of invoices and trials as the tables that a file would hold, faults at their row.

What a reader would get wrong: rows count from 0, as `frame.iloc` has them; and every number is
written so that its point can be nothing but a decimal one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from advisor.api.given import is_nothing
from advisor.errors import Fault, InputError
from advisor.load.table_file import CellTable

_FIRST_LINE = 2
"""The line of a frame's first row, were it a file; its heads stand above."""
_GROUP = 3


def table_of(frame: Any, name: str) -> CellTable:
    """Return a frame's cells as text, its named index beside its columns.

    Raises InputError where it has no columns or no rows.
    """
    if any(one is not None for one in frame.index.names):
        frame = frame.reset_index()
    heads = [str(one).strip() for one in frame.columns]
    if not heads or not len(frame):
        raise InputError.of("holds no rows", file=name)
    columns = [[_cell(one) for one in frame.iloc[:, place]] for place in range(len(heads))]
    rows = list(map(list, zip(*columns, strict=True)))
    lines = list(range(_FIRST_LINE, _FIRST_LINE + len(rows)))
    text = "\n".join(",".join(row).replace("\n", " ") for row in [heads, *rows])
    return CellTable(name, ",", heads, rows, lines, text)


def _cell(value: Any) -> str:
    if value is None or is_nothing(value):
        return ""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float | Decimal):
        return _number(value)
    if isinstance(value, datetime):
        is_day = value.tzinfo is None and (value.hour, value.minute, value.second) == (0, 0, 0)
        return value.date().isoformat() if is_day else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return " ".join(str(value).splitlines()).strip()


def _number(value: float | Decimal) -> str:
    text = format(Decimal(repr(value)) if isinstance(value, float) else value, "f")
    return f"{text}0" if len(text.partition(".")[2]) == _GROUP else text


@contextmanager
def rows_named(*names: str) -> Iterator[None]:
    """Give the faults of frames so called the number of their row in place of a line."""
    try:
        yield
    except InputError as error:
        faults = [_at_row(one) if one.file in names else one for one in error.faults]
        raise InputError(faults) from None


def _at_row(fault: Fault) -> Fault:
    row = fault.line - _FIRST_LINE
    where = f"row {row} {fault.key}".strip() if row >= 0 else fault.key
    return fault._replace(line=0, column=0, key=where)


def said(columns: Mapping[str, str] | str | None) -> str | None:
    """Return which column is which as the command line has it: `cost=Amount,biller==anthropic`."""
    if columns is None or isinstance(columns, str):
        return columns
    return ",".join(f"{what}={name}" for what, name in columns.items())
