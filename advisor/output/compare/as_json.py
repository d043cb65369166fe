"""The comparison as JSON: the documented keys of `advisor.compare/1`."""

from __future__ import annotations

from typing import Any

from advisor.output.json import SPEND, dump
from advisor.tables.compare import AssumptionLine, CalibrationLine, Comparison, OptionLine

SCHEMA = "advisor.compare/1"

NAMES = (
    "option", "model", "effort", "vendor", "billed_by", "harness", "plan", "variant", "hosted_in",
)  # fmt: skip
MONEY_LISTS = ("spend_by_month", "spend_by_class", "spend_by_token_class", "spend_by_team")
FIGURES = (
    "tokens", "tasks", "completed", "unmet_tasks", "quality", "value", "review", "rework",
    "total_cost", "net_value", "value_per_dollar", "cost_per_completed",
    "spend_per_developer_month", "spend_per_active_month", "budget_used",
    "probability_over_budget", "over_by_month", "exhaustion_date", "rank",
)  # fmt: skip


def render_comparison(answer: Comparison) -> str:
    """Write the comparison as `advisor.compare/1`."""
    return dump(
        {
            "schema": SCHEMA,
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
    )


def _option(line: OptionLine) -> dict[str, Any]:
    names = {key: getattr(line, key) for key in NAMES}
    spend = None if line.spend is None else {key: getattr(line.spend, key) for key in SPEND}
    figures = {key: getattr(line, key) for key in (*MONEY_LISTS, *FIGURES)}
    if line.unknown:
        figures = dict.fromkeys(figures)
    return names | {"spend": spend} | figures | {
        "today": line.is_today, "borrowed": line.borrowed, "denied": line.denied,
        "unknown": line.unknown, "work_done": line.work_done,
        "net_value_vs_today": line.net_value_vs_today,
        "exhaustion_early": line.exhaustion_early, "exhaustion_late": line.exhaustion_late,
    }  # fmt: skip


def _assumption(line: AssumptionLine) -> dict[str, Any]:
    return {
        "option": line.option,
        "class": line.task_class,
        "key": line.key,
        "value": line.value,
        "low": line.low,
        "high": line.high,
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
