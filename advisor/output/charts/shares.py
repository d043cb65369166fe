"""How a whole is divided: one bar a way, a part for each of those who share it."""

from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from advisor.output.charts.fitting import SMALL, fitted, width_of
from advisor.output.charts.hatch import KINDS, hatched
from advisor.output.charts.style import series
from advisor.output.charts.svg import WIDE, Words, box, picture, text

_ROW, _BAR, _LEGEND = 64, 20, 20


class Part(NamedTuple):
    """Somebody's share of a whole, from 0 to 1, and how it is written."""

    name: str
    share: float
    said: str


class ShareRow(NamedTuple):
    """One whole and its parts."""

    label: str
    parts: Sequence[Part]


def shares(rows: Sequence[ShareRow], words: Words, *, width: int = WIDE) -> str:
    """Draw a bar for each whole; the same name has the same colour and hatch in all of them."""
    kinds = {name: n for n, name in enumerate(_names(rows))}
    parts, y = _legend(kinds, width)
    for row in rows:
        parts.append(
            text(0, y + 12, fitted(row.label, width), class_="label strong", full=row.label)
        )
        parts += _bar(row, kinds, y + 18, width)
        y += _ROW
    return picture(words, width, y, parts)


def _names(rows: Sequence[ShareRow]) -> list[str]:
    return list(dict.fromkeys(part.name for row in rows for part in row.parts if part.share > 0))


def _legend(kinds: dict[str, int], width: float) -> tuple[list[str], float]:
    """Write names beside their colours, in as many lines as they take."""
    parts: list[str] = []
    x, y = 0.0, 2.0
    for name, kind in kinds.items():
        shown = fitted(name, width - 30, SMALL)
        wide = 18 + width_of(shown, SMALL) + 18
        if x and x + wide - 18 > width:
            x, y = 0.0, y + _LEGEND
        parts += [
            box(x, y, 12, 12, series(kind)),
            hatched(x, y, 12, 12, kind % KINDS),
            text(x + 18, y + 10, shown, class_="tick", full=name),
        ]
        x += wide
    return parts, y + _LEGEND + 6


def _bar(row: ShareRow, kinds: dict[str, int], y: float, width: float) -> list[str]:
    total = sum(part.share for part in row.parts) or 1.0
    ends = list(accumulate((part.share / total * width for part in row.parts), initial=0.0))
    parts, written_to = [], 0.0
    for part, start, end in zip(row.parts, ends[:-1], ends[1:], strict=True):
        wide = end - start - 1
        if part.share <= 0 or wide <= 0:
            continue
        kind = kinds[part.name]
        parts += [box(start, y, wide, _BAR, series(kind)), hatched(start, y, wide, _BAR, kind)]
        if width_of(part.said, SMALL) <= wide and start >= written_to:
            parts.append(text(start, y + _BAR + 12, part.said, class_="tick"))
            written_to = start + width_of(part.said, SMALL)
    return parts
