"""What is coming and what is getting old in the tables, in words."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby

from advisor.tables.flat import Table

_MOST_OLD = 15
"""Oldest checks are shown up to so many; the flat table has all."""


def render_agenda(table: Table, *, width: int, days: int) -> str:
    """Write each kind under its heading, a line an entry, then the sentence."""
    assert table.on is not None
    blocks = [[*_wrapped(f"On {table.on}, and the {days} days from then on", width, "")]]
    for kind, rows in groupby(table.rows, key=lambda row: str(row[0])):
        blocks.append([f"{kind}:", *_lines(kind, list(rows), table.on, width)])
    blocks += [textwrap.wrap(fact.text, width) for fact in table.facts]
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def _lines(kind: str, rows: Sequence[Sequence[object]], on: date, width: int) -> Iterator[str]:
    shown = rows[:_MOST_OLD] if kind == "oldest check" else rows
    if kind == "sources that are no pages":
        named = ", ".join(f"{subject} {what}" for _, _, subject, what in rows)
        yield from _wrapped(f"  {named}", width, "  ")
        return
    for _, day, subject, what in shown:
        when = f"{day}  " if day is not None else ""
        age = (
            f" ({(on - day).days} days)" if kind == "oldest check" and isinstance(day, date) else ""
        )
        yield from _wrapped(f"  {when}{subject}{age}: {what}", width, "      ")
    if len(shown) < len(rows):
        more = f"  and {len(rows) - len(shown)} more: --format csv lists them all"
        yield from _wrapped(more, width, "  ")


def _wrapped(text: str, width: int, indent: str) -> list[str]:
    return textwrap.wrap(
        text, width, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False
    )
