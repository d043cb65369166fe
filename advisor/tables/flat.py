"""Flat tables with named columns, for CSV and for lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple


class Column(NamedTuple):
    """One column of a flat table: a name, a unit for people, and whether it holds numbers."""

    name: str
    unit: str = ""
    is_number: bool = False


class Table(NamedTuple):
    """A flat table with named columns; a cell is text, a number, a date or None."""

    name: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
