"""Sheets that nothing is calculated on: likely ranges, and where every assumption comes from."""

from __future__ import annotations

from advisor.output.export.workbook.check import Status
from advisor.output.export.workbook.grid import Grid
from advisor.tables.export_workbook import Workbook

RANGES, SOURCES = "Ranges", "Sources"


def ranges(book: Workbook, status: Status) -> Grid:
    """Lay out the likely ranges, with a line that says when they are of an earlier state."""
    grid, table = Grid(RANGES), book.ranges
    grid.put(0, 0, f"Likely ranges, in {table.about.currency}", "title")
    said = f"of {table.draws:,} drawn years, seed {table.seed}, prices of {table.about.as_of}"
    stale = (
        f'=IF({status.changed}>0,"STALE: computed before assumptions here were changed; ","")'
        f'&"{said}"'
    )
    grid.put(1, 0, said, "status", stale)
    grid.put(2, 0, "Percentiles do not add up: months do not make the quarter.", "note")
    grid.line(4, ["of", "which", "expected", "P10", "P50", "P90"], "head")
    for row, line in enumerate(table.lines, start=5):
        grid.line(row, [line.scope, line.name])
        grid.line(row, [line.expected, line.p10, line.p50, line.p90], "money", column=2)
    return grid


def sources(book: Workbook) -> Grid:
    """Lay out what nobody stated, with where it comes from, and the pages of the prices."""
    grid, about = Grid(SOURCES), book.detail.about
    grid.put(0, 0, "Where the figures come from", "title")
    grid.put(1, 0, about.sentence, "note")
    heads = ["option", "work", "figure", "value", "P10", "P90", "origin", "source", "date",
             "confidence"]  # fmt: skip
    grid.line(3, [*heads], "head")
    row = 4
    for one in book.assumptions:
        grid.line(row, [one.option, one.task_class, one.key])
        grid.line(row, [one.value, one.p10, one.p90], "number", column=3)
        date = one.date.isoformat() if one.date else None
        grid.line(row, [one.origin, one.source, date, one.confidence], column=6)
        row += 1
    row += 1
    grid.line(row, ["model", None, "prices from", None, None, None, None, "source"], "head")
    columns = [book.detail.text(name) for name in ("model", "price_from", "source")]
    rows = zip(*(one.codes.tolist() for one in columns), strict=True)
    for codes in dict.fromkeys(rows):
        model, since, source = (one.names[code] for one, code in zip(columns, codes, strict=True))
        row += 1
        grid.line(row, [model, None, since, None, None, None, None, source])
    row += 2
    for warning in book.warnings:
        grid.put(row, 0, f"note: {warning}")
        row += 1
    return grid
