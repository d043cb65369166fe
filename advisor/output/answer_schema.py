"""The JSON Schema of answers, from the types of the records that they are written from.

A record's fields are keys, all of them always there; a figure may be null, since NaN is. What a
reader would get wrong: where an answer's keys are not its record's fields (`compare`, `check` and
`diff` are written key by key) they are listed here once more, each with its type, and a test holds
them to real answers.
"""

from __future__ import annotations

import types
from collections import abc
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Union, get_args, get_origin, get_type_hints

from advisor.output import json
from advisor.output.check import formats as check
from advisor.output.compare import as_json
from advisor.output.diff import formats as difference
from advisor.output.forecast import formats as forecast
from advisor.output.recommend import formats as recommendation
from advisor.output.report import as_json as report
from advisor.output.seats import formats as seats
from advisor.output.stress import formats as stress
from advisor.output.tokens import formats as tokens
from advisor.output.trials import backtest, pilot
from advisor.output.usage import as_json as usage
from advisor.tables import check as check_table
from advisor.tables import usage as usage_table
from advisor.tables.anomalies import Anomaly
from advisor.tables.backtest import Backtest
from advisor.tables.compare import AssumptionLine, CalibrationLine, Flip, OptionLine, Spend
from advisor.tables.diff import ChangeLine, Side
from advisor.tables.flat import Fact
from advisor.tables.forecast import Forecast
from advisor.tables.pilot import Pilot
from advisor.tables.recommend import Recommendation, RouteLine
from advisor.tables.report import Report
from advisor.tables.seats import SeatsAnswer
from advisor.tables.stress import Stress
from advisor.tables.tokens import TokenCounts
from advisor.token_classes import TOKEN_CLASSES
from advisor.units import Month

Shape = Any
"""A type, or an object as a mapping from keys to shapes, or a list of one shape."""

Schema = dict[str, Any]

_MONTH = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$"}
_DAY = {"type": "string", "format": "date"}
_FIGURE = {"type": ["number", "null"]}
_PLAIN: Mapping[Any, Schema] = {
    str: {"type": "string"}, bool: {"type": "boolean"}, int: {"type": "integer"}, float: _FIGURE,
    Decimal: _FIGURE, date: _DAY, Month: _MONTH, type(None): {"type": "null"}, Any: {},
}  # fmt: skip


def fields(record: type, *names: str, **renamed: str) -> dict[str, Shape]:
    """Return the types of a record's fields by key: all of them, or those named.

    `renamed` are keys that are not called as their fields are.
    """
    hints = get_type_hints(record)
    chosen = names or (() if renamed else tuple(hints))
    return {name: hints[name] for name in chosen} | {k: hints[f] for k, f in renamed.items()}


def _without(record: type, *names: str) -> dict[str, Shape]:
    return {key: shape for key, shape in fields(record).items() if key not in names}


def _maybe(shapes: Mapping[str, Shape]) -> dict[str, Shape]:
    return {key: shape | None for key, shape in shapes.items()}


def _measured(field: str, shape: Shape) -> Shape:
    """Return the shape of what is null where an option is not known."""
    return (SPEND, None) if field == "spend" else shape | None


SPEND = fields(Spend, *json.SPEND)
RANGE = {"expected": float, "low": float, "high": float}
OPTION = {
    key: _measured(field, shape) if field in as_json.MEASURED else shape
    for (field, key), shape in zip(
        as_json.NAMED.items(), fields(OptionLine, *as_json.NAMED).values(), strict=True
    )
}
ASSUMPTION = {
    **fields(AssumptionLine, "option", **{"class": "task_class"}),
    **fields(AssumptionLine, "key", "value", "low", "high", "mean"),
    **fields(AssumptionLine, "p10", "p50", "p90", "origin"),
    **_maybe(fields(AssumptionLine, "source", "date", "confidence")),
}
CALIBRATION = {
    **fields(CalibrationLine, "basis", "month", "cost", "seat_fees", "active_developers"),
    "per_active_month": RANGE,
    "factor": float,
    "published": ({"low": float, "high": float, "text": str}, None),
    "trend": [{"month": Month, "cost": float}],
}
COMPARE = {
    "workload": str, "currency": str, "start": Month, "months": int, "as_of": date, "draws": int,
    "seed": int, "calibration": (CALIBRATION, None), "options": [OPTION],
    "assumptions": [ASSUMPTION],
    "flips": [{**fields(Flip, "option", "over", **{"class": "task_class"}),
               **fields(Flip, "key", "at")}],
    "warnings": Sequence[str],
}  # fmt: skip
PART = {
    "cause": str, "title": str, "spend": float, "value": float, "changes": [fields(ChangeLine)],
}  # fmt: skip
DIFF = {
    "workload": str, "file": str, "currency": str, "has_values": bool, "old": fields(Side),
    "new": fields(Side), "change": float, "change_share": float, "value_change": float,
    "parts": [PART], "sentence": str, "warnings": Sequence[str],
}  # fmt: skip
LIMIT = {**fields(check_table.LimitLine), "file": str}
ACTUALS = {
    **_without(check_table.ActualsLine, "by_biller"),
    "by_biller": {str: fields(check_table.BillerLine)},
}
CHECKED = {
    **fields(check_table.FileCheck, "workload", "file", "path", "acts_on", "currency", "start"),
    **fields(check_table.FileCheck, "months", "as_of"),
    "locked": str | None, "spend": SPEND, "annual_spend": float, "spend_per_active_month": float,
    "budget": float, "exhaustion_date": date | None, "change": (DIFF, None),
    "actuals": (ACTUALS, None), "sentence": str, "warnings": Sequence[str],
}  # fmt: skip
COUNTS = dict.fromkeys(("broken", "warned", "unknown", "skipped", "held"), int)
CHECK = {"status": str, **COUNTS, "limits": [LIMIT], "files": [CHECKED]}
USED = dict.fromkeys(TOKEN_CLASSES, int)
USAGE_FIGURES = {
    "calls": int, "tokens": USED, "reasoning": int, "cost": float, "unpriced_calls": int,
    "unpriced_tokens": int, "written": float,
}  # fmt: skip
USAGE = {
    **fields(usage_table.UsageAnswer, "by"), "timezone": str,
    "since": date | None, "until": date | None, "first": date | None, "last": date | None,
    "currency": str, "prices_as_of": date, "sources": Sequence[str],
    "rows": [dict.fromkeys(usage_table.DIMENSIONS, str | None) | USAGE_FIGURES],
    "total": USAGE_FIGURES,
    "anomalies": [fields(Anomaly)],
    "unpriced": [{**fields(usage_table.Unpriced), "tokens": USED}],
    "written": [{**fields(usage_table.Written), "cost": float}],
    "partial": [{**fields(usage_table.Cut), "tokens": USED}],
    "unlogged": [{**fields(usage_table.Beyond), "tokens": USED}],
    "counters": {str: {str: int}}, "notes": Sequence[str], "warnings": Sequence[str],
    "files": int, "bytes_read": int,
}  # fmt: skip
REPORT = {
    **fields(Report, *report.AS_THEY_ARE), "developers": Sequence[float],
    "question": str, "answer": str,
    "said": {str: Sequence[str]}, "compare": COMPARE,
    "recommend": (_without(Recommendation, *recommendation.ONLY_WORDS), None),
    "routes": [fields(RouteLine)], "diff": (DIFF, None), "check": (CHECK, None),
    "stress": (_without(Stress, *stress.ONLY_WORDS), None), "seats": SeatsAnswer | None,
    "pilot": Pilot | None, "absent": {str: str},
}  # fmt: skip
FORECAST = {
    **_without(Forecast, "actuals"), "actuals": ACTUALS, "sentence": str,
}  # fmt: skip
PRICES = {
    "name": str, "on": date | None, "rows": [{str: str | float | int | bool | None}],
    "facts": [fields(Fact)],
}  # fmt: skip

ANSWERS: Mapping[str, Shape] = {
    as_json.SCHEMA: COMPARE,
    recommendation.SCHEMA: _without(Recommendation, *recommendation.ONLY_WORDS),
    stress.SCHEMA: _without(Stress, *stress.ONLY_WORDS),
    seats.SCHEMA: fields(SeatsAnswer),
    tokens.SCHEMA: fields(TokenCounts),
    check.SCHEMA: CHECK,
    difference.SCHEMA: DIFF,
    forecast.SCHEMA: FORECAST,
    pilot.SCHEMA: fields(Pilot),
    report.SCHEMA: REPORT,
    backtest.SCHEMA: fields(Backtest),
    json.PRICES_SCHEMA: PRICES,
    usage.SCHEMA: USAGE,
}
"""What every answer holds, beside `schema`."""


def answers_schema() -> Schema:
    """Return one schema for all answers: the key `schema` says which of them it is."""
    records: Schema = {}
    answers = {}
    for name, shape in ANSWERS.items():
        body = _object({"schema": str, **shape}, records)
        body["properties"]["schema"] = {"const": name}
        answers[name.removeprefix("advisor.").partition("/")[0]] = body
    return {
        "title": "Answers of the advisor",
        "oneOf": [{"$ref": f"#/$defs/{name}"} for name in answers],
        "$defs": {**answers, **dict(sorted(records.items()))},
    }


def _of(shape: Shape, records: Schema) -> Schema:
    """Return the schema of a shape; records that it holds go to `records`, each once."""
    if isinstance(shape, Mapping):
        keys = list(shape)
        if keys == [str]:
            return {"type": "object", "additionalProperties": _of(shape[str], records)}
        return _object(shape, records)
    if isinstance(shape, list):
        return {"type": "array", "items": _of(shape[0], records)}
    if isinstance(shape, tuple):
        return _any_of(shape, records)
    if shape is None or shape in _PLAIN:
        return dict(_PLAIN[type(None) if shape is None else shape])
    if shape is Spend:
        return _object(SPEND, records)
    if get_origin(shape) is not None or isinstance(shape, types.UnionType):
        return _generic(shape, records)
    return _record(shape, records)


def _object(shape: Mapping[str, Shape], records: Schema) -> Schema:
    return {
        "type": "object",
        "properties": {key: _of(one, records) for key, one in shape.items()},
        "required": list(shape),
        "additionalProperties": False,
    }


def _record(record: type, records: Schema) -> Schema:
    name = f"{record.__module__.rpartition('.')[2]}.{record.__name__}"
    if name not in records:
        records[name] = {}  # so that a record that holds itself ends here
        summary = " ".join((record.__doc__ or "").partition("\n\n")[0].split())
        records[name] = {"description": summary, **_object(fields(record), records)}
    return {"$ref": f"#/$defs/{name}"}


def _generic(shape: Shape, records: Schema) -> Schema:
    origin: Any = get_origin(shape)
    inside = get_args(shape)
    if origin in {Union, types.UnionType}:
        return _any_of(inside, records)
    if origin is abc.Mapping:
        return {"type": "object", "additionalProperties": _of(inside[1], records)}
    if origin is tuple and inside[-1] is not Ellipsis:
        parts = [_of(one, records) for one in inside]
        return {"type": "array", "prefixItems": parts, "items": False, "minItems": len(parts)}
    if origin in {tuple, list, abc.Sequence}:
        return {"type": "array", "items": _of(inside[0], records)}
    raise TypeError(f"no JSON is known for {shape!r}")


def _any_of(shapes: Sequence[Shape], records: Schema) -> Schema:
    """Return the schema of one of several; plain types are listed together."""
    found = [_of(one, records) for one in shapes]
    named = [one for one in found if set(one) == {"type"}]
    kinds = [one["type"] if isinstance(one["type"], list) else [one["type"]] for one in named]
    together = list(dict.fromkeys(kind for some in kinds for kind in some))
    rest = [one for one in found if one not in named]
    if not rest:
        return {"type": together}
    return {"anyOf": [*rest, *([{"type": together}] if together else [])]}
