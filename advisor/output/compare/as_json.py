"""The comparison as JSON: the documented keys of `advisor.compare/1`."""

from __future__ import annotations

from typing import Any

from advisor.output.json import SPEND, dump
from advisor.tables.compare import (
    AssumptionLine,
    CalibrationLine,
    Comparison,
    OptionLine,
    Spend,
)

SCHEMA = "advisor.compare/1"

_CALLED = {"is_today": "today"}
_ONLY_WORDS = {"title"}
NAMED = {
    field: _CALLED.get(field, field) for field in OptionLine._fields if field not in _ONLY_WORDS
}
"""The fields of an option, and the key of each."""
MEASURED = OptionLine._fields[OptionLine._fields.index("unknown") + 1 :]
"""The fields that are null where nothing is known of an option."""


def render_comparison(answer: Comparison) -> str:
    """Write the comparison as `advisor.compare/1`."""
    return dump({"schema": SCHEMA, **plain_comparison(answer)})


def plain_comparison(answer: Comparison) -> dict[str, Any]:
    """Turn the comparison into plain data under its documented keys."""
    return {
        "workload": answer.workload,
        "currency": answer.currency,
        "start": str(answer.start),
        "months": answer.months,
        "as_of": answer.as_of.isoformat(),
        "draws": answer.draws,
        "seed": answer.seed,
        "calibration": _calibration(answer.calibration),
        "options": [_option(line) for line in answer.options],
        "assumptions": [_assumption(line) for line in answer.assumptions],
        "flips": [
            {
                "option": f.option,
                "over": f.over,
                "class": f.task_class,
                "key": f.key,
                "at": f.at,
            }
            for f in answer.flips
        ],
        "warnings": list(answer.warnings),
    }


def _option(line: OptionLine) -> dict[str, Any]:
    blank = MEASURED if line.unknown else ()
    return {
        key: None if field in blank else _plain(getattr(line, field))
        for field, key in NAMED.items()
    }


def _plain(value: Any) -> Any:
    return {key: getattr(value, key) for key in SPEND} if isinstance(value, Spend) else value


def _assumption(line: AssumptionLine) -> dict[str, Any]:
    return {
        "option": line.option,
        "class": line.task_class,
        "key": line.key,
        "value": line.value,
        "low": line.low,
        "high": line.high,
        "mean": line.mean,
        "p10": line.p10,
        "p50": line.p50,
        "p90": line.p90,
        "origin": line.origin,
        "source": line.source or None,
        "date": line.date,
        "confidence": line.confidence or None,
    }


def _calibration(line: CalibrationLine | None) -> dict[str, Any] | None:
    if line is None:
        return None
    return {
        "basis": line.basis,
        "month": str(line.month),
        "cost": line.cost,
        "seat_fees": line.seat_fees,
        "active_developers": line.active_developers,
        "per_active_month": {"expected": line.per_active_month, "low": line.low, "high": line.high},
        "factor": line.factor,
        "published": (
            None
            if line.published_low is None
            else {"low": line.published_low, "high": line.published_high, "text": line.published}
        ),
        "trend": [{"month": str(month), "cost": cost} for month, cost in line.trend],
    }
