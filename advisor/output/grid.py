"""Columns of text, aligned, that give way one by one where a screen is narrow."""

import textwrap
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from advisor.tables.flat import Table

_LEAST_WORDS = 8
"""So wide columns of words stay on the narrowest screen."""


class TextColumn(NamedTuple):
    """Two lines of heading over cells.

    `gives_way` orders what is dropped, or replaced by what is `shorter`, where there is no room; 0
    never is. `gap` is how many blanks stand before the column. `whole` words are never cut.
    """

    heading: tuple[str, str]
    cells: Sequence[str]
    left: bool = False
    gives_way: int = 0
    gap: int = 2
    shorter: "TextColumn | None" = None
    whole: bool = False

    @property
    def width(self) -> int:
        """The widest of headings and cells."""
        return max(width_of(text) for text in (*self.heading, *self.cells))


class Note(NamedTuple):
    """A row that has no figures: after its first columns, one sentence."""

    row: int
    text: str


def width_of(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    combining = sum(unicodedata.combining(character) > 0 for character in text)
    return len(text) + wide - combining


def fit(columns: Sequence[TextColumn], width: int) -> list[TextColumn]:
    """Drop or shorten columns, those that give way first, until the rest fits a width."""
    kept = list(columns)
    while _total(kept) > width and any(column.gives_way for column in kept):
        place = min((n for n, c in enumerate(kept) if c.gives_way), key=lambda n: kept[n].gives_way)
        shorter = kept[place].shorter
        kept[place : place + 1] = [shorter] if shorter is not None else []
    return _cut(kept, width)


def _cut(columns: Sequence[TextColumn], width: int) -> list[TextColumn]:
    """Cut the words of the widest columns where nothing more can be dropped; figures stay."""
    kept = list(columns)
    while (over := _total(kept) - width) > 0:
        words = [n for n, c in enumerate(kept) if c.left and c.width > _LEAST_WORDS and not c.whole]
        if not words:
            return kept
        place = max(words, key=lambda n: kept[n].width)
        column = kept[place]
        others = [kept[n].width for n in words if n != place]
        least = max([_LEAST_WORDS, column.width - over, *[n for n in others if n < column.width]])
        most = min(least, column.width - 1)
        kept[place] = column._replace(
            heading=(cut(column.heading[0], most), cut(column.heading[1], most)),
            cells=[cut(text, most) for text in column.cells],
        )
    return kept


def cut(text: str, width: int) -> str:
    """Return a text in at most so many columns, its end replaced by `…` where it is longer."""
    if width_of(text) <= width:
        return text
    kept = text
    while width_of(kept) >= width:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def _total(columns: Sequence[TextColumn]) -> int:
    return sum(column.width + column.gap for column in columns) - columns[0].gap


def render_grid(columns: Sequence[TextColumn], width: int, notes: Sequence[Note] = ()) -> list[str]:
    """Lay out the heading lines and the rows; `notes` replace the figures of their rows.

    A first heading line with nothing in it is left out.
    """
    kept = fit(columns, width)
    sentences = {note.row: note.text for note in notes}
    lines = [_line(kept, [column.heading[n] for column in kept]) for n in (0, 1)]
    for row in range(len(kept[0].cells)):
        if row in sentences:
            names = [column for column in kept if column.left]
            start = _line(names, [column.cells[row] for column in names])
            lines.append(f"{start}  {sentences[row]}")
        else:
            lines.append(_line(kept, [column.cells[row] for column in kept]))
    told = [line.rstrip() for line in lines]
    return told if told[0] else told[1:]


def _line(columns: Sequence[TextColumn], cells: Sequence[str]) -> str:
    padded = (
        " " * column.gap + _pad(cell, column.width, left=column.left)
        for column, cell in zip(columns, cells, strict=True)
    )
    return "".join(padded)[columns[0].gap :]


def _pad(text: str, width: int, *, left: bool) -> str:
    blank = " " * (width - width_of(text))
    return text + blank if left else blank + text


def render_table(table: Table, width: int) -> str:
    """Lay a flat table out as text, with its facts below. Words give way before numbers.

    The last columns go first, and those that stay never. What is the same in every row and named by
    the table, its first column, is left out.
    """
    on = f" on {table.on}" if table.on is not None else ""
    if not table.rows:
        lines = [f"{table.name}{on}: nothing"]
        return "\n".join([*lines, *_facts(table, width)]) + "\n"
    columns: list[TextColumn] = []
    units: dict[str, None] = {}
    for place, column in enumerate(table.columns):
        cells = ["-" if row[place] is None else str(row[place]) for row in table.rows]
        if all(cell == "-" for cell in cells) or set(cells) == {table.name}:
            continue
        units |= dict.fromkeys([column.unit] if column.unit else [])
        may_go = bool(columns) and not column.stays
        rank = 1 + column.is_number + column.holds_on
        gives_way = len(table.columns) * rank - place if may_go else 0
        columns.append(
            TextColumn(
                ("", column.name), cells, left=not column.is_number, gives_way=gives_way,
                whole=column.stays,
            )
        )  # fmt: skip
    heading = f"{table.name}{on}, {', '.join(units)}" if units else f"{table.name}{on}"
    heads = _wrapped(heading, width)
    return "\n".join([*heads, "", *render_grid(columns, width), *_facts(table, width)]) + "\n"


def _facts(table: Table, width: int) -> list[str]:
    """Write what stands below a table, a blank line before it."""
    lines = [line for fact in table.facts for line in _wrapped(f"{fact.kind}: {fact.text}", width)]
    return ["", *lines] if lines else []


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, subsequent_indent="  ", break_on_hyphens=False)
