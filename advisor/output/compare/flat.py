"""Answers as flat tables with named columns, for CSV."""

from __future__ import annotations

from advisor.limit_names import MONEY
from advisor.output.json import SPEND
from advisor.tables.compare import Comparison, OptionLine, figures_of
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
