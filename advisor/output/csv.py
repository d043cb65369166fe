"""Flat tables as CSV: the same bytes for the same table, safe to open in a spreadsheet.

Numbers are written in full and never quoted. Text that a spreadsheet would read as a formula, or a
CI service as a command, gets a single quote in front; a negative number stays a number.
"""

from __future__ import annotations

import csv
import io
import math
from datetime import date
from decimal import Decimal
from typing import Any

from advisor.safe_text import harmless
from advisor.tables.flat import Table

_STARTS = ("::", "=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")


def render_table(table: Table) -> str:
    """Write a header and the rows, comma-separated, one line each, ending in a line feed."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([column.name for column in table.columns])
    writer.writerows([[_cell(value) for value in row] for row in table.rows])
    return buffer.getvalue()


def _cell(value: Any) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        plain = float(value) + 0.0  # no minus before nothing
        return format(Decimal(repr(plain)).normalize(), "f")
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, date):
        return value.isoformat()
    return _safe(str(value))


def _safe(text: str) -> str:
    # The writer quotes a cell for its line feeds, but not for a carriage return alone.
    text = harmless(text.replace("\r\n", "\n").replace("\r", "\n"))
    return f"'{text}" if text.lstrip(" ").startswith(_STARTS) else text
