"""A sheet as cells in a dictionary, written row by row once all are known.

Every formula comes with its value, so that a program which does not calculate shows the figure and
not nought. Text is always written as text, whatever it begins with.
"""

import math
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

Value = str | float | int | date | None
Sheet = Any
"""A sheet of XlsxWriter, which is loaded only where a workbook is written."""
Formats = Mapping[str, Any]

YELLOW = "#FFF2CC"
STYLES: Mapping[str, Mapping[str, Any]] = {
    "": {},
    "title": {"bold": True, "font_size": 14},
    "section": {"bold": True, "font_size": 12, "bottom": 1},
    "head": {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"},
    "head_month": {"bold": True, "bottom": 1, "num_format": "mmm yyyy", "align": "right"},
    "head_right": {"bold": True, "bottom": 1, "align": "right"},
    "note": {"font_color": "#555555"},
    "wrap": {"text_wrap": True, "valign": "top"},
    "status": {"bold": True},
    "month": {"num_format": "yyyy-mm", "align": "left"},
    "money": {"num_format": "#,##0;-#,##0;-"},
    "total": {"num_format": "#,##0;-#,##0;-", "bold": True, "top": 1},
    "total_text": {"bold": True, "top": 1},
    "over": {"num_format": "#,##0;(#,##0);-"},
    "cents": {"num_format": "#,##0.00"},
    "price": {"num_format": "#,##0.00####"},
    "share": {"num_format": "0.0%"},
    "number": {"num_format": "#,##0.######"},
    "people": {"num_format": "#,##0.##"},
    "people_in": {"num_format": "#,##0.##", "bg_color": YELLOW, "locked": False},
    "money_in": {"num_format": "#,##0.##", "bg_color": YELLOW, "locked": False},
    "price_in": {"num_format": "#,##0.00####", "bg_color": YELLOW, "locked": False},
    "share_in": {"num_format": "0.0%", "bg_color": YELLOW, "locked": False},
    "number_in": {"num_format": "#,##0.######", "bg_color": YELLOW, "locked": False},
}  # fmt: skip


class Cell(NamedTuple):
    """What stands in a cell: a value, or a formula that comes to it."""

    value: Value
    style: str
    formula: str | None


class Grid:
    """The cells of a sheet by row and column, both from 0."""

    def __init__(self, name: str) -> None:
        """Begin with nothing."""
        self.name = name
        self.rows: dict[int, dict[int, Cell]] = {}

    def put(
        self, row: int, column: int, value: Value, style: str = "", formula: str | None = None
    ) -> str:
        """Set a cell; return its address as formulas on other sheets write it."""
        self.rows.setdefault(row, {})[column] = Cell(value, style, formula)
        return self.at(row, column)

    def line(self, row: int, values: list[Value], style: str = "", column: int = 0) -> None:
        """Set cells side by side."""
        for n, value in enumerate(values):
            self.put(row, column + n, value, style)

    def at(self, row: int, column: int) -> str:
        """Return the address of a cell, with the sheet."""
        return f"{quoted(self.name)}!{cell_name(row, column)}"

    def area(self, first: tuple[int, int], last: tuple[int, int]) -> str:
        """Return the address of an area, with the sheet."""
        return f"{self.at(*first)}:{cell_name(*last)}"

    def write(self, sheet: Sheet, formats: Formats) -> None:
        """Write the cells, row by row."""
        for row in sorted(self.rows):
            for column, cell in sorted(self.rows[row].items()):
                write_cell(sheet, row, column, cell, formats)


def cell_name(row: int, column: int) -> str:
    """Name a cell as formulas do: row 0 and column 27 are `$AB$1`."""
    letters = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"${letters}${row + 1}"


def quoted(name: str) -> str:
    """Write a sheet's name as formulas have it."""
    return f"'{name}'" if " " in name else name


def write_cell(sheet: Sheet, row: int, column: int, cell: Cell, formats: Formats) -> None:
    """Write one cell."""
    value, style = cell.value, formats[cell.style]
    if isinstance(value, float) and not math.isfinite(value):
        value = None
    if cell.formula is not None:
        sheet.write_formula(row, column, cell.formula, style, "" if value is None else value)
    elif value is None:
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), style)  # noqa: DTZ001
    elif isinstance(value, str):
        sheet.write_string(row, column, value, style)
    else:
        sheet.write_number(row, column, value, style)
