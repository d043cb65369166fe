"""Answers as flat tables with named columns, for CSV."""

from __future__ import annotations

from advisor.tables.compare import Comparison, OptionLine
from advisor.tables.flat import Column, Table

_NAMES = ("option", "title", "model", "effort", "vendor", "billed_by", "harness", "plan", "variant",
          "hosted_in")  # fmt: skip
_SPEND = ("expected", "mean", "p10", "p50", "p90")
_FIGURES = (
    "spend_per_active_month", "spend_per_developer_month", "work_done", "tasks", "completed",
    "unmet_tasks", "quality", "value", "review", "rework", "total_cost", "net_value",
    "net_value_vs_today", "value_per_dollar", "cost_per_completed", "budget_used",
    "probability_over_budget",
)  # fmt: skip
_COUNTS = {"tasks", "completed", "unmet_tasks"}
_MONEY = {"value", "review", "rework", "total_cost", "net_value", "net_value_vs_today",
          "spend_per_active_month", "spend_per_developer_month", "cost_per_completed"}  # fmt: skip


def comparison_table(answer: Comparison) -> Table:
    """Lay the comparison out flat: one row an option, the currency and the months in every row."""
    columns = [
        *(Column(name) for name in ("workload", "start", "months", "currency", "prices_as_of")),
        Column("rank", is_number=True),
        *(Column(name) for name in _NAMES),
        *(Column(f"spend_{part}", answer.currency, is_number=True) for part in _SPEND),
        *(Column(name, _unit(answer, name), is_number=True) for name in _FIGURES),
        Column("exhaustion_date"),
        Column("today"),
        Column("borrowed"),
        Column("denied"),
        Column("not_known"),
    ]
    return Table("comparison", columns, [_row(answer, line) for line in answer.options])


def _unit(answer: Comparison, name: str) -> str:
    return answer.currency if name in _MONEY else "count" if name in _COUNTS else "ratio"


def _row(answer: Comparison, line: OptionLine) -> list[object]:
    return [
        answer.workload,
        str(answer.start),
        answer.months,
        answer.currency,
        answer.as_of,
        line.rank,
        *(getattr(line, name) for name in _NAMES),
        *(getattr(line.spend, part) if line.spend else None for part in _SPEND),
        *(getattr(line, name) for name in _FIGURES),
        line.exhaustion_date,
        line.is_today,
        line.borrowed,
        line.denied,
        line.unknown,
    ]
