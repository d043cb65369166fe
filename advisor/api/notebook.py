"""An answer as it shows itself in a notebook: the sentence, then the table, as HTML.

`page_of` is the one place that decides what is shown: the report's chart stands between the two.
"""

from __future__ import annotations

import math
from decimal import Decimal
from html import escape
from typing import Any

from advisor.output.charts.style import chart_css
from advisor.output.report.section import Picture
from advisor.safe_text import steerless
from advisor.tables.flat import Column, Table

MOST_ROWS = 60
_DIGITS = 6


def page_of(sentence: str, table: Table, picture: Picture | None = None) -> str:
    """Return HTML that needs nothing from elsewhere, without columns in which nothing is known."""
    drawn = "" if picture is None else _figure(picture)
    said = "".join(f"<p>{_text(part)}</p>" for part in sentence.strip().split("\n\n") if part)
    shown = [
        place
        for place in range(len(table.columns))
        if any(not _is_empty(row[place]) for row in table.rows)
    ]
    heads = "".join(_head(table.columns[place]) for place in shown)
    rows = "".join(
        f"<tr>{''.join(_cell(row[place]) for place in shown)}</tr>"
        for row in table.rows[:MOST_ROWS]
    )
    left = len(table.rows) - MOST_ROWS
    more = f"<p>and {left:,} more rows: <code>.to_pandas()</code> has all</p>" if left > 0 else ""
    grid = f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>" if rows else ""
    return f'<div class="advisor-answer">{said}{drawn}{grid}{more}</div>'


def _figure(picture: Picture) -> str:
    """Return a chart with the colours that it needs, which are no other cell's."""
    style = chart_css().replace(":root", ".advisor-answer")
    caption = f"<figcaption>{_text(picture.caption)}</figcaption>" if picture.caption else ""
    return f"<style>{style}</style><figure>{picture.wide}{caption}</figure>"


def _head(column: Column) -> str:
    unit = f"<br><small>{_text(column.unit)}</small>" if column.unit else ""
    return f"<th>{_text(column.name)}{unit}</th>"


def _cell(value: Any) -> str:
    if _is_empty(value):
        return "<td></td>"
    if isinstance(value, bool):
        return f"<td>{'yes' if value else 'no'}</td>"
    if isinstance(value, int | float | Decimal):
        return f'<td style="text-align:right">{_number(float(value))}</td>'
    return f'<td style="text-align:left">{_text(str(value))}</td>'


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def _number(value: float) -> str:
    if value.is_integer() and abs(value) < 10**15:
        return f"{value:,.0f}"
    return f"{value:,.2f}" if abs(value) >= 1000 else f"{value:.{_DIGITS}g}"


def _text(text: str) -> str:
    return escape(steerless(text)).replace("\n", "<br>")
