"""Columns of text, aligned, that give way one by one where a screen is narrow."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

GAP = "  "


@dataclass(frozen=True)
class TextColumn:
    """Two lines of heading over cells. `gives_way` orders what is dropped first; 0 never is."""

    heading: tuple[str, str]
    cells: Sequence[str]
    left: bool = False
    gives_way: int = 0

    @property
    def width(self) -> int:
        """The widest of headings and cells."""
        return max(width_of(text) for text in (*self.heading, *self.cells))


@dataclass(frozen=True)
class Note:
    """A row that has no figures: after its first columns, one sentence."""

    row: int
    text: str


def width_of(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    combining = sum(unicodedata.combining(character) > 0 for character in text)
    return len(text) + wide - combining


def fit(columns: Sequence[TextColumn], width: int) -> list[TextColumn]:
    """Drop columns, those that give way first, until the rest fits a width."""
    kept = list(columns)
    while _total(kept) > width and any(column.gives_way for column in kept):
        dropped = min((c for c in kept if c.gives_way), key=lambda c: c.gives_way)
        kept.remove(dropped)
    return kept


def _total(columns: Sequence[TextColumn]) -> int:
    return sum(column.width for column in columns) + len(GAP) * (len(columns) - 1)


def render_grid(columns: Sequence[TextColumn], width: int, notes: Sequence[Note] = ()) -> list[str]:
    """Lay out two heading lines and the rows; `notes` replace the figures of their rows."""
    kept = fit(columns, width)
    sentences = {note.row: note.text for note in notes}
    lines = [_line(kept, [column.heading[n] for column in kept]) for n in (0, 1)]
    for row in range(len(kept[0].cells)):
        if row in sentences:
            names = [column for column in kept if column.left]
            start = _line(names, [column.cells[row] for column in names])
            lines.append(f"{start}{GAP}{sentences[row]}")
        else:
            lines.append(_line(kept, [column.cells[row] for column in kept]))
    return [line.rstrip() for line in lines]


def _line(columns: Sequence[TextColumn], cells: Sequence[str]) -> str:
    return GAP.join(
        _pad(cell, column.width, left=column.left)
        for column, cell in zip(columns, cells, strict=True)
    )


def _pad(text: str, width: int, *, left: bool) -> str:
    blank = " " * (width - width_of(text))
    return text + blank if left else blank + text
