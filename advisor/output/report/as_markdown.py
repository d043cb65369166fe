"""The report as a document to read and to paste: sentences and tables, no pictures."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.output.markdown import escaped, escaped_prose, rows_as_table
from advisor.output.report.headline import conflict, headline
from advisor.output.report.section import ReportTable, Section, TableCell
from advisor.output.report.sections import not_in_here, sections_of
from advisor.tables.report import Report


def render_markdown(report: Report) -> str:
    """Write the report as Markdown."""
    top = headline(report)
    parts = [
        f"# {escaped(top.title)}",
        escaped_prose(" · ".join(top.about)),
        f"**{escaped_prose(top.question)}** {escaped_prose(top.answer)}",
        *(escaped_prose(line) for line in conflict(report)),
        *(block for section in sections_of(report) for block in section_blocks(section)),
    ]
    absent = not_in_here(report)
    if absent:
        parts += ["## Not in this report", _list(absent)]
    return "\n\n".join(parts) + "\n"


def section_blocks(section: Section) -> list[str]:
    """Write one section as blocks of Markdown."""
    blocks = [f"## {escaped(section.title)}", *map(escaped_prose, section.lead)]
    blocks += [block for table in section.tables for block in _table(table)]
    return [*blocks, _list(section.notes)] if section.notes else blocks


def _table(table: ReportTable) -> list[str]:
    heads = [escaped(head.text) for head in table.heads]
    rows = [[_cell(cell) for cell in row] for row in table.rows]
    blocks = [f"*{escaped(table.caption)}*", rows_as_table(heads, rows)]
    return [*blocks, f"and {table.folded:,} more: the JSON has all."] if table.folded else blocks


def _cell(cell: TableCell) -> str:
    text = escaped(cell.text)
    return f"**{text}**" if cell.loud and text else text


def _list(notes: Sequence[str]) -> str:
    return "\n".join(f"- {escaped_prose(note)}" for note in notes)
