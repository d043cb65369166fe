"""Real usage as JSON, `advisor.usage/1`: rows for machines, and everything that isn't in them."""

from __future__ import annotations

import json
from typing import Any

from advisor.output.usage.amounts import dollars
from advisor.tables.usage import DIMENSIONS, UsageAnswer, UsageRow, by_class

SCHEMA = "advisor.usage/1"


def render_json(answer: UsageAnswer) -> str:
    """Write the answer; money in USD as the nearest float, null where there is no price."""
    said = {
        "schema": SCHEMA,
        "by": list(answer.by),
        "timezone": answer.zone,
        "since": answer.since,
        "until": answer.until,
        "first": answer.first,
        "last": answer.last,
        "currency": answer.currency,
        "prices_as_of": answer.prices_as_of,
        "sources": list(answer.sources),
        "rows": [_row(row, answer) for row in answer.rows],
        "total": _figures(answer.total),
        "unpriced": [_with_classes(one._asdict()) for one in answer.unpriced],
        "written": [one._asdict() | {"cost": dollars(one.cost)} for one in answer.written],
        "partial": [_with_classes(one._asdict()) for one in answer.partial],
        "unlogged": [_with_classes(one._asdict()) for one in answer.unlogged],
        "anomalies": [one._asdict() for one in answer.anomalies],
        "counters": answer.counters,
        "notes": list(answer.notes),
        "warnings": list(answer.warnings),
        "files": answer.files,
        "bytes_read": answer.bytes_read,
    }
    return (
        "{\n"
        + ",\n".join(f"{_text(key)}: {_lines(value)}" for key, value in said.items())
        + "\n}\n"
    )


def _lines(value: Any) -> str:
    """Write a list of records with one a line: thousands of them are written as fast as one."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        # Inside a text every quote has a backslash before it, so this is where a record ends.
        return "[\n" + _text(value)[1:-1].replace('}, {"', '},\n{"') + "\n]"
    return _text(value)


_text = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def _row(row: UsageRow, answer: UsageAnswer) -> dict[str, Any]:
    """Return a row: every dimension, null for those that rows are not grouped by."""
    return _NAMELESS | dict(zip(answer.by, row.names, strict=True)) | _figures(row)


_NAMELESS: dict[str, Any] = dict.fromkeys(DIMENSIONS)


def _figures(row: UsageRow) -> dict[str, Any]:
    return {
        "calls": row.calls,
        "tokens": by_class(row.tokens),
        "reasoning": row.reasoning,
        "cost": dollars(row.cost),
        "unpriced_calls": row.unpriced_calls,
        "unpriced_tokens": row.unpriced_tokens,
        "written": row.written,
    }


def _with_classes(fields: dict[str, Any]) -> dict[str, Any]:
    return fields | {"tokens": by_class(fields["tokens"])}
