"""What a section is made of: sentences, pictures in two widths, tables whose cells keep figures.

A cell holds the figure beside its text, so that the page carries both and neither is rounded twice.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from advisor.output import figures
from advisor.output.charts.svg import NARROW, WIDE, Words

MOST_ROWS = 40
"""Rows of a table that are shown; the rest are counted, and stand in the JSON."""
MOST_BARS = 24
"""Rows of a picture."""
_SAID = 6


class TableCell(NamedTuple):
    """A text, and the figure that it rounds; None where it is no figure. `loud`: look here."""

    text: str
    value: float | None = None
    loud: bool = False


class TableHead(NamedTuple):
    """The heading of a column; numbers stand to the right."""

    text: str
    is_number: bool = True


class ReportTable(NamedTuple):
    """A table: its caption, headings, rows, and how many more rows stand elsewhere."""

    caption: str
    heads: Sequence[TableHead]
    rows: Sequence[Sequence[TableCell]]
    folded: int = 0
    marked: frozenset[int] = frozenset()


class Picture(NamedTuple):
    """One picture drawn for a desk and for a phone, as SVG; and what stands below it."""

    wide: str
    narrow: str
    caption: str = ""


class Section(NamedTuple):
    """One part of the report. `key` is its address on the page."""

    key: str
    title: str
    lead: Sequence[str] = ()
    pictures: Sequence[Picture] = ()
    tables: Sequence[ReportTable] = ()
    notes: Sequence[str] = ()


def word(text: str, *, loud: bool = False) -> TableCell:
    """Return a cell of words."""
    return TableCell(text, None, loud)


def figure(
    write: Callable[[float | None], str], value: float | None, *, loud: bool = False
) -> TableCell:
    """Return a cell of a figure, or of the sign for what is not known."""
    return TableCell(write(value), value if figures.is_known(value) else None, loud)


def money(value: float | None, *, sign: bool = False, loud: bool = False) -> TableCell:
    """Return a cell of money."""
    return figure(lambda one: figures.money(one, sign=sign), value, loud=loud)


def table(
    caption: str,
    heads: Sequence[TableHead],
    rows: Sequence[Sequence[TableCell]],
    marked: frozenset[int] = frozenset(),
    most: int = MOST_ROWS,
) -> ReportTable:
    """Make a table of at most so many rows as are shown."""
    folded = max(0, len(rows) - most)
    return ReportTable(caption, heads, rows[:most], folded, marked)


def drawn(
    key: str, title: str, said: str, draw: Callable[[Words, int], str], caption: str = ""
) -> Picture:
    """Draw a picture in both widths; `said` tells what it shows to those who do not see it."""
    wide = draw(Words(f"{key}-wide", title, said), WIDE)
    return Picture(wide, draw(Words(f"{key}-narrow", title, said), NARROW), caption)


def told(parts: Sequence[str]) -> str:
    """Join what a picture shows; of many parts the first, with where the rest is."""
    more = len(parts) - _SAID
    rest = f"; and {more} more in the table" if more > 0 else ""
    return f"{'; '.join(parts[:_SAID])}{rest}."
