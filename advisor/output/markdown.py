"""Markdown that names cannot break: what is escaped, and tables."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.tables.flat import Table

_ESCAPED = str.maketrans({c: f"\\{c}" for c in "\\|`*_<>[]@#"})
_PROSE = str.maketrans({c: f"\\{c}" for c in "<@[]"})


def escaped(text: str) -> str:
    """Make a name harmless: no table cell, mention, link, tag or address begins in it."""
    return _no_address(text.translate(_ESCAPED))


def _no_address(text: str) -> str:
    """Keep what looks like the address of a page from becoming a link to it."""
    return text.replace("://", "\\://").replace("www.", "www\\.")


def escaped_prose(text: str) -> str:
    """Keep a sentence, which may hold names, from starting a mention, a link or a tag."""
    return _no_address(text.translate(_PROSE))


def render_table(table: Table) -> str:
    """Write any flat table."""
    heads = [escaped(column.name) for column in table.columns]
    rows = [["" if cell is None else escaped(str(cell)) for cell in row] for row in table.rows]
    facts = [f"- {escaped_prose(f'{fact.kind}: {fact.text}')}" for fact in table.facts]
    return "\n".join([rows_as_table(heads, rows), *(["", *facts] if facts else [])]) + "\n"


def rows_as_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write headings and cells, which are Markdown already, as a table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
