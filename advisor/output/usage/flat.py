"""Real usage as flat rows: CSV, and Parquet with exact decimals."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from advisor.output import csv
from advisor.output.usage.amounts import exact
from advisor.tables.flat import Column, Table
from advisor.tables.usage import UsageAnswer, UsageRow
from advisor.token_classes import TOKEN_CLASSES

SCHEMA = "advisor.usage.rows/1"
_COUNTS = ("calls", *TOKEN_CLASSES, "reasoning")
_TAIL = ("cost", "unpriced_calls", "unpriced_tokens", "written")
_UNITS: dict[str, str] = {
    **dict.fromkeys((*TOKEN_CLASSES, "reasoning", "unpriced_tokens"), "tokens"),
    **dict.fromkeys(("calls", "unpriced_calls"), "count"),
}
_DIGITS, _DECIMALS = 38, 15


def usage_table(answer: UsageAnswer) -> Table:
    """Lay the rows out flat; money in full."""
    names = [*answer.by, *_COUNTS, *_TAIL]
    units = _UNITS | dict.fromkeys(("cost", "written"), answer.currency)
    columns = [Column(name, units.get(name, ""), is_number=name not in answer.by) for name in names]
    return Table("usage", columns, [_cells(row) for row in answer.rows])


def _cells(row: UsageRow) -> list[Any]:
    return [
        *row.names, row.calls, *row.tokens, row.reasoning, exact(row.cost), row.unpriced_calls,
        row.unpriced_tokens, row.written,
    ]  # fmt: skip


def render_csv(answer: UsageAnswer) -> str:
    """Write the rows as CSV."""
    return csv.render_table(usage_table(answer))


def write_parquet(answer: UsageAnswer, path: Path) -> None:
    """Write the rows as Parquet: names as text, counts as integers, `cost` as an exact decimal."""
    pa, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    kinds = dict.fromkeys(answer.by, pa.string()) | dict.fromkeys(_COUNTS, pa.int64())
    kinds |= {
        "cost": pa.decimal128(_DIGITS, _DECIMALS), "unpriced_calls": pa.int64(),
        "unpriced_tokens": pa.int64(), "written": pa.float64(),
    }  # fmt: skip
    rows = [_cells(row) for row in answer.rows]
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(kinds)
    arrays = [pa.array(column, kind) for column, kind in zip(columns, kinds.values(), strict=True)]
    about = {
        "advisor.schema": SCHEMA, "advisor.timezone": answer.zone,
        "advisor.currency": answer.currency, "advisor.prices_as_of": answer.prices_as_of,
    }  # fmt: skip
    table = pa.table(arrays, names=list(kinds)).replace_schema_metadata(about)
    parquet.write_table(table, path, compression="zstd")
