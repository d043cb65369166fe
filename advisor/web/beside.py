"""Two states of one plan side by side: the ranges in one picture, the figures in one table."""

from __future__ import annotations

import math
from collections.abc import Sequence

from advisor.output import figures
from advisor.output.charts.intervals import IntervalChart, IntervalRow, interval_bars
from advisor.output.report.section import (
    MOST_BARS,
    Section,
    TableCell,
    TableHead,
    drawn,
    figure,
    money,
    table,
    told,
    word,
)
from advisor.tables.compare import NO_SPEND, OptionLine
from advisor.tables.report import Report

_TITLE = "Beside what you kept"


def beside_section(kept: Report, now: Report) -> Section:
    """Show what every option costs in a state that was kept, and now."""
    pairs = _pairs(kept, now)
    unit = figures.symbol(now.currency)
    bars = [row for name, one, two in pairs[: MOST_BARS // 2] for row in _bars(name, one, two)]
    limit = "" if now.budget is None else f"budget now {figures.short_money(now.budget)}"
    chart = IntervalChart(bars, unit, now.budget, limit)
    said = told([f"{row.label} {row.said}" for row in bars])
    picture = drawn(
        "beside", _TITLE, said, lambda w, n: interval_bars(chart, w, width=n),
        "Dot: expected; bar: P10 to P90. The upper of each pair is what you kept.",
    )  # fmt: skip
    heads = [
        TableHead("option", is_number=False),
        *map(TableHead, ("kept", "now", "change", "work done, kept", "work done, now")),
    ]
    rows = [_row(name, one, two) for name, one, two in pairs]
    return Section(
        key="beside",
        title=_TITLE,
        pictures=[picture],
        tables=[table(f"Expected cost, {now.currency}", heads, rows)],
    )


def _pairs(kept: Report, now: Report) -> list[tuple[str, OptionLine | None, OptionLine | None]]:
    before = {line.option: line for line in kept.compare.options}
    after = {line.option: line for line in now.compare.options}
    names = list(dict.fromkeys([*after, *before]))
    return [(name, before.get(name), after.get(name)) for name in names]


def _bars(name: str, kept: OptionLine | None, now: OptionLine | None) -> Sequence[IntervalRow]:
    return [_bar(f"{name}, kept", kept, is_on=False), _bar(f"{name}, now", now, is_on=True)]


def _bar(label: str, line: OptionLine | None, *, is_on: bool) -> IntervalRow:
    spend = (line.spend if line is not None else None) or NO_SPEND
    if line is None or line.unknown:
        return IntervalRow(label, math.nan, math.nan, math.nan, "not known")
    said = figures.money(spend.expected)
    return IntervalRow(label, spend.expected, spend.p10, spend.p90, said, is_on=is_on)


def _row(name: str, kept: OptionLine | None, now: OptionLine | None) -> list[TableCell]:
    before, after = _expected(kept), _expected(now)
    change = None if before is None or after is None else after - before
    return [
        word(name), money(before), money(after), money(change, sign=True),
        figure(figures.share, None if kept is None else kept.work_done),
        figure(figures.share, None if now is None else now.work_done),
    ]  # fmt: skip


def _expected(line: OptionLine | None) -> float | None:
    return None if line is None or line.unknown or line.spend is None else line.spend.expected
