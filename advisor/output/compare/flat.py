"""Answers as flat tables with named columns, for CSV."""

from __future__ import annotations

from advisor.limit_names import MONEY
from advisor.output.json import SPEND
from advisor.tables.compare import AssumptionLine, Comparison, OptionLine, figures_of
from advisor.tables.flat import Column, Table

_NAMES = ("option", "title", "model", "effort", "vendor", "billed_by", "harness", "plan", "variant",
          "hosted_in")  # fmt: skip


def comparison_table(answer: Comparison) -> Table:
    """Lay the comparison out flat: one row an option, the currency and the months in every row."""
    figures = figures_of(OptionLine)
    columns = [
        *(Column(name) for name in ("workload", "start", "months", "currency", "prices_as_of")),
        Column("rank", is_number=True),
        *(Column(name) for name in _NAMES),
        *(Column(f"spend_{part}", answer.currency, is_number=True) for part in SPEND),
        *(
            Column(name, answer.currency if shown.unit == MONEY else shown.unit, is_number=True)
            for name, shown in figures.items()
        ),
        Column("exhaustion_date"),
        Column("today"),
        Column("borrowed"),
        Column("denied"),
        Column("not_known"),
    ]
    return Table("comparison", columns, [_row(answer, line) for line in answer.options])


def month_table(answer: Comparison) -> Table:
    """Lay each option's months out flat: one row an option and month."""
    columns = [
        *(Column(name) for name in ("workload", "option", "month", "currency")),
        Column("spend", answer.currency, is_number=True),
        Column("probability_over_budget", "share", is_number=True),
    ]
    rows = [
        [answer.workload, line.option, str(answer.start + n), answer.currency, spend,
         line.over_by_month[n] if n < len(line.over_by_month) else None]
        for line in answer.options
        for n, spend in enumerate(line.spend_by_month)
    ]  # fmt: skip
    return Table("months", columns, rows)


def assumption_table(answer: Comparison) -> Table:
    """Lay out what nobody stated and is taken to be."""
    numbers = {"value", "low", "high", "mean", "p10", "p50", "p90"}
    columns = [Column(name, is_number=name in numbers) for name in AssumptionLine._fields]
    return Table("assumptions", columns, answer.assumptions)


def _row(answer: Comparison, line: OptionLine) -> list[object]:
    return [
        answer.workload,
        str(answer.start),
        answer.months,
        answer.currency,
        answer.as_of,
        line.rank,
        *(getattr(line, name) for name in _NAMES),
        *(getattr(line.spend, part) if line.spend else None for part in SPEND),
        *(getattr(line, name) for name in figures_of(OptionLine)),
        line.exhaustion_date,
        line.is_today,
        line.borrowed,
        line.denied,
        line.unknown,
    ]
