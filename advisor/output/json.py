"""Answers as JSON: the documented keys, unrounded figures, null for what is not known."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from advisor.safe_text import harmless_json
from advisor.tables.compare import Spend
from advisor.tables.flat import Table
from advisor.units import Month

PRICES_SCHEMA = "advisor.prices/1"

SPEND = ("expected", "mean", "p10", "p50", "p90")


def render_table(table: Table) -> str:
    """Write a flat table as `advisor.prices/1`: one object a row, keys as the columns."""
    names = [column.name.replace(" ", "_") for column in table.columns]
    rows = [dict(zip(names, row, strict=True)) for row in table.rows]
    facts = [{"kind": fact.kind, "text": fact.text} for fact in table.facts]
    said = {"schema": PRICES_SCHEMA, "name": table.name, "on": table.on}
    return dump({**said, "rows": rows, "facts": facts})


def dump(answer: Mapping[str, Any]) -> str:
    """Write JSON that is the same bytes for the same answer; a figure that is not known is null."""
    text = json.dumps(known(answer), indent=2, ensure_ascii=False, allow_nan=False)
    return harmless_json(text) + "\n"


def document(
    schema: str,
    answer: Any,
    *,
    without: Collection[str] = (),
    more: Mapping[str, Any] = MappingProxyType({}),
) -> str:
    """Write a finished answer under its schema's name: its fields are the keys, all the way down.

    `without` are fields that only help with the words on a screen, `more` keys beside the fields.
    """
    return dump({"schema": schema} | plain(answer, without=without) | dict(more))


def plain(answer: Any, *, without: Collection[str] = ()) -> dict[str, Any]:
    """Turn a finished answer into plain data: its fields are the keys, all the way down."""
    return {key: value for key, value in _plain(answer).items() if key not in without}


def _plain(value: Any) -> Any:
    """Turn records into maps and months into text."""
    if isinstance(value, Month):
        return str(value)
    if isinstance(value, Spend):
        return {key: getattr(value, key) for key in SPEND}
    if hasattr(value, "_asdict"):
        return {key: _plain(part) for key, part in value._asdict().items()}
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value


def known(value: Any) -> Any:
    """Replace what is not a number by null, dates by text; all the way down."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Mapping):
        return {str(key): known(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [known(item) for item in value]
    return value.isoformat() if hasattr(value, "isoformat") else value
