"""Flat tables as frames of pandas, which only this module imports.

A column has the dtype of its name, whatever its cells hold, so that frames of many answers go below
each other: float64 for figures (NaN: not known), Int64 for counts, boolean, category for names,
datetime64[s] for days and, as their first day, months, str for sentences. docs/python.md lists
them. Where a limit is a day, its figures stand in columns of their own, `value_date` and so on.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Literal

import pandas as pd

from advisor.tables.flat import Column, Table

FLOAT, WHOLE, TRUTH, NAME, TEXT = "float64", "Int64", "boolean", "category", "str"
DAY: Literal["datetime64[s]"] = "datetime64[s]"

_MONTHS = {"start", "month"}
_DAYS = {"prices_as_of", "exhaustion_date", "date", "checked_on", "retires", "since", "day"}
_WHOLES = {
    "months", "rank", "line", "files", "bytes", "o200k_tokens", "passes_a_month", "month_writes",
    "context_window", "long_context_over", "min_seats", "max_seats", "beside_people", "people",
    "trials", "next_trials", "calls", "input", "cache_write", "cache_write_1h", "cache_read",
    "output", "reasoning", "unpriced_calls", "unpriced_tokens",
}  # fmt: skip
_TRUTHS = {
    "today", "borrowed", "is_today", "for_individuals", "pooled", "is_cheaper", "parts",
    "has_busy_hours", "is_over",
}  # fmt: skip
_TEXTS = {
    "title", "denied", "not_known", "unknown", "unless", "runner_up", "breaks", "note", "origin",
    "source", "tiers", "includes", "overage", "name",
}  # fmt: skip
_OTHERWISE: Mapping[tuple[str, str], str] = {
    ("usage", "source"): NAME,
    ("seats", "includes"): FLOAT,
    **{("prices", name): FLOAT
       for name in ("input", "cache_write", "cache_write_1h", "cache_read", "output")},
    **{(table, name): WHOLE for table in ("tokens",) for name in ("tokens", "at_most")},
}  # fmt: skip
"""What a name stands for in one table alone."""
_EITHER = {"value", "at_most", "at_least", "warn_at"}
"""What is a number or a day, as its limit has it."""


def dtype_of(table: str, column: Column) -> str:
    """Return the dtype of a column of a table, both by name."""
    name = column.name.replace(" ", "_")
    if (table, name) in _OTHERWISE:
        return _OTHERWISE[table, name]
    if name in _MONTHS or name in _DAYS:
        return DAY
    if name in _TRUTHS:
        return TRUTH
    if name in _WHOLES:
        return WHOLE
    if column.is_number or (table == "limits" and name in _EITHER):
        return FLOAT
    return TEXT if name in _TEXTS else NAME


def frame_of(table: Table) -> pd.DataFrame:
    """Return a table as a frame; `attrs["units"]` holds units by column, of those that have one."""
    columns = {name: _series(kind, cells) for name, kind, cells in _columns(table)}
    frame = pd.DataFrame(columns, index=pd.RangeIndex(len(table.rows)))
    frame.attrs["table"] = table.name
    frame.attrs["units"] = {
        column.name.replace(" ", "_"): column.unit for column in table.columns if column.unit
    }
    return frame


def _columns(table: Table) -> Iterator[tuple[str, str, Sequence[Any]]]:
    """Yield name, dtype and cells of each column."""
    for place, column in enumerate(table.columns):
        name, kind = column.name.replace(" ", "_"), dtype_of(table.name, column)
        cells = [row[place] for row in table.rows]
        if table.name == "limits" and name in _EITHER:
            yield name, kind, [None if isinstance(one, date | str) else one for one in cells]
            days = [one if isinstance(one, date | str) else None for one in cells]
            yield f"{name}_date", DAY, days
        else:
            yield name, kind, cells


def _series(kind: str, cells: Sequence[Any]) -> pd.Series[Any]:
    return _MAKERS[kind](cells)


def _float(cells: Sequence[Any]) -> pd.Series[Any]:
    return pd.Series([math.nan if one is None else float(one) for one in cells], dtype=FLOAT)


def _day(cells: Sequence[Any]) -> pd.Series[Any]:
    """Read dates, `YYYY-MM-DD` and months; no day at all where there is none."""
    days = [None if one is None else _written(one) for one in cells]
    return pd.Series(days, dtype="str").astype(DAY)


def _written(value: date | str) -> str:
    text = value if isinstance(value, str) else value.isoformat()
    return f"{text}-01" if len(text) == len("2027-01") else text


def _name(cells: Sequence[Any]) -> pd.Series[Any]:
    """Return names as categories by the alphabet: frames of the same names go below each other."""
    texts = [None if one is None or one == "" else str(one) for one in cells]
    known = sorted({one for one in texts if one is not None})
    return pd.Series(pd.Categorical(texts, categories=known))


def _text(cells: Sequence[Any]) -> pd.Series[Any]:
    return pd.Series([None if one is None or one == "" else str(one) for one in cells], dtype=TEXT)


_MAKERS: Mapping[str, Callable[[Sequence[Any]], pd.Series[Any]]] = {
    FLOAT: _float,
    WHOLE: lambda cells: pd.Series(cells, dtype=WHOLE),
    TRUTH: lambda cells: pd.Series(cells, dtype=TRUTH),
    DAY: _day,
    NAME: _name,
    TEXT: _text,
}
