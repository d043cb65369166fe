"""Flat tables with named columns, for CSV and for lists, and the facts that stand below them."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple


class Column(NamedTuple):
    """One column of a flat table: a name, a unit for people, and whether it holds numbers.

    One that `stays` is not dropped where a screen is narrow, one that `holds_on` goes after all
    others.
    """

    name: str
    unit: str = ""
    is_number: bool = False
    stays: bool = False
    holds_on: bool = False


class Fact(NamedTuple):
    """Something to know about a table that is no cell of it: what kind of thing, and a sentence."""

    kind: str
    text: str


class Table(NamedTuple):
    """A flat table with named columns; a cell is text, a number, a date or None.

    `on` is the day that it is about, where it is about one.
    """

    name: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    on: date | None = None
    facts: Sequence[Fact] = ()
