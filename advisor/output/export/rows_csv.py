"""The plan's rows and ranges as CSV, as fast as rows can be joined, with the same bytes every time.

What a reader would get wrong: `excel-eu` is for spreadsheets set to a decimal comma and for nothing
else; other programs read the plain dialect, which has no byte order mark.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from advisor.output.export.columns import CellText, Column, lines_of, numbers, pieces, plain
from advisor.safe_text import harmless
from advisor.tables.export import Detail, Ranges
from advisor.tables.flat import Column as FlatColumn
from advisor.tables.flat import Table

_STARTS = ("::", "=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
_BLANKS = " \u00a0\ufeff\u3000"
_SPACING = "\t\r\n"


class Dialect(NamedTuple):
    """How a program wants its CSV: what separates cells, the decimal mark, the line end, a BOM."""

    delimiter: str = ","
    decimal: str = "."
    end: str = "\n"
    mark: str = ""


DIALECTS = {
    "plain": Dialect(),
    "excel": Dialect(end="\r\n", mark="\ufeff"),
    "excel-eu": Dialect(";", ",", "\r\n", "\ufeff"),
}


def detail_pieces(detail: Detail, dialect: Dialect) -> Iterator[str]:
    """Write the rows as CSV, a header and then some rows at a time."""
    return csv_pieces(detail.columns, detail.size, dialect)


def csv_pieces(columns: Mapping[str, Column], size: int, dialect: Dialect) -> Iterator[str]:
    """Write columns as CSV, a header and then some rows at a time."""

    def quoted(name: str | None) -> str:
        return cell(name, dialect)

    def written(figures: Sequence[float]) -> list[str]:
        found = numbers(figures)
        if dialect.decimal != ".":
            return [one.replace(".", dialect.decimal) for one in found]
        return found

    cells = [CellText(column, quoted, written) for column in columns.values()]
    yield dialect.mark + dialect.delimiter.join(map(quoted, columns)) + dialect.end
    for rows in pieces(size):
        yield lines_of(cells, rows, delimiter=dialect.delimiter, end=dialect.end)


def cell(text: str | None, dialect: Dialect = DIALECTS["plain"]) -> str:
    """Write a cell of text: quoted where it must be, and never a formula."""
    if text is None:
        return ""
    kept = safe(text)
    if not kept:
        return ""  # a row of one empty cell would be written as ""
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=dialect.delimiter, lineterminator="").writerow([kept])
    return buffer.getvalue()


def safe(text: str) -> str:
    """Put a quote before text that a spreadsheet would run as a formula, a CI service as a command.

    Line ends and tabs become blanks: an importer that takes no notice of quotes would begin a new
    row, or a new cell, with what stands behind them. Other control characters are left out.
    """
    starts = text.lstrip(_BLANKS).startswith(_STARTS)
    text = "".join(" " if one in _SPACING else one for one in text if one >= " " or one in _SPACING)
    return harmless(f"'{text}" if starts else text)


RANGE_COLUMNS = (
    "option", "scope", "name", "expected", "p10", "p50", "p90", "currency", "draws", "seed",
)  # fmt: skip


def ranges_table(ranges: Ranges) -> Table:
    """Lay the ranges out flat."""
    numbers = ("expected", "p10", "p50", "p90")
    columns = [FlatColumn(name, is_number=name in numbers) for name in RANGE_COLUMNS]
    rows = [[*line, ranges.about.currency, ranges.draws, ranges.seed] for line in ranges.lines]
    return Table("ranges", columns, rows)


def ranges_csv(ranges: Ranges, dialect: Dialect) -> str:
    """Write the ranges as CSV."""
    table = ranges_table(ranges)
    lines = [dialect.delimiter.join(RANGE_COLUMNS)]
    for row in table.rows:
        cells = [
            plain(one).replace(".", dialect.decimal)
            if isinstance(one, float)
            else cell(str(one), dialect)
            for one in row
        ]
        lines.append(dialect.delimiter.join(cells))
    return dialect.mark + dialect.end.join(lines) + dialect.end
