"""What every option costs, and how the money adds up over the months."""

from __future__ import annotations

import math
from collections.abc import Sequence

from advisor.output import figures
from advisor.output.charts.fan import FanChart, cumulative_fan
from advisor.output.charts.intervals import IntervalChart, IntervalRow, interval_bars
from advisor.output.figures import said_money, short_money
from advisor.output.report.calendar import day, month_names, place_of
from advisor.output.report.section import (
    MOST_BARS,
    Picture,
    ReportTable,
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
from advisor.tables.compare import NO_SPEND, Comparison, OptionLine
from advisor.tables.report import Report, SumLine

_NAMES = {"mix": "the decided mix", "recommended": "the best mix"}


def options_section(report: Report) -> Section:
    """Every option's year: ranges against the budget, and the figures in a table."""
    return Section(
        key="options",
        title="What each option costs",
        pictures=[options_picture(report.compare)],
        tables=[_option_table(report, list(report.compare.options))],
        notes=_option_notes(report),
    )


def options_picture(options: Comparison) -> Picture:
    """Draw every option's range against the budget."""
    lines, budget = options.options, options.budget
    limit = "" if budget is None else f"budget {said_money(budget, options.currency)}"
    rows = [_bar(line) for line in lines[:MOST_BARS]]
    chart = IntervalChart(rows, figures.symbol(options.currency), budget, limit)
    said = told([_in_words(line) for line in lines])
    title = "Cost of the plan's months by option"
    more = len(lines) - len(rows)
    rest = f" {more} more in the table." if more > 0 else ""
    caption = f"Dot: expected; bar: P10 to P90, 8 of 10 drawn years; an arrow goes on.{rest}"
    if not options.draws:
        caption = f"Dot: expected; no years were drawn.{rest}"
    return drawn("options", title, said, lambda w, n: interval_bars(chart, w, width=n), caption)


def _bar(line: OptionLine) -> IntervalRow:
    spend = line.spend or NO_SPEND
    known = "not known" if line.unknown else figures.money(spend.expected)
    value = math.nan if line.unknown else spend.expected
    return IntervalRow(line.option, value, spend.p10, spend.p90, known, is_on=line.is_today)


def _in_words(line: OptionLine) -> str:
    spend = line.spend or NO_SPEND
    if line.unknown:
        return f"{line.option} not known"
    if not figures.is_known(spend.p10):
        return f"{line.option} {figures.money(spend.expected)}"
    low, high = short_money(spend.p10), short_money(spend.p90)
    return f"{line.option} {figures.money(spend.expected)}, from {low} to {high}"


def _option_table(report: Report, lines: Sequence[OptionLine]) -> ReportTable:
    options = report.compare
    heads = [TableHead("option", is_number=False), TableHead("model, tool", is_number=False)]
    heads += [
        TableHead("expected"),
        TableHead("P10"),
        TableHead("P90"),
        TableHead("per active developer and month"),
    ]
    heads.append(TableHead("work done, of today's"))
    if options.has_values:
        heads.append(TableHead("net value against today"))
    if report.budget is not None:
        heads += [TableHead("chance over budget"), TableHead("budget gone")]
    rows = [_option_row(report, line) for line in lines]
    marked = frozenset(n for n, line in enumerate(lines) if line.is_today)
    return table(f"Options, {report.currency}", heads, rows, marked)


def _option_row(report: Report, line: OptionLine) -> list[TableCell]:
    spend = line.spend or NO_SPEND
    ends = " (today)" if line.is_today else " (not allowed)" if line.denied else ""
    rank = "" if line.rank is None else f"{line.rank}. "
    cells = [word(f"{rank}{line.option}{ends}"), word(line.title)]
    cells += [
        money(None if line.unknown else one) for one in (spend.expected, spend.p10, spend.p90)
    ]
    each = None if line.unknown else line.spend_per_active_month
    cells.append(figure(lambda one: figures.per_head(one, report.currency), each))
    cells.append(figure(figures.share, line.work_done))
    if report.compare.has_values:
        cells.append(money(line.net_value_vs_today, sign=True))
    if report.budget is not None:
        cells.append(figure(figures.chance, line.probability_over_budget))
        cells.append(word(day(report, line.exhaustion_date)))
    return cells


def _option_notes(report: Report) -> list[str]:
    options = report.compare
    said = [
        f"{line.option} is not known: {line.unknown}" for line in options.options if line.unknown
    ]
    if any(line.borrowed for line in options.options):
        said.append(
            "Tokens and success of options that nobody here has tried are the middle of what "
            "public benchmarks say, not of your team."
        )
    return said


# --- As it adds up -------------------------------------------------------------------------------


def sums_section(report: Report) -> Section:
    """Money as it adds up over the months, with the budget and the day that it is gone."""
    today = next((line.option for line in report.compare.options if line.is_today), "")
    names = [_name(one, today) for one in report.sums]
    pictures = [
        _fan(report, one, f"sums-{n}", name)
        for n, (one, name) in enumerate(zip(report.sums, names, strict=True))
    ]
    return Section(
        key="sums",
        title="How the money adds up",
        pictures=pictures,
        tables=[_sum_table(report, names)],
    )


def _name(line: SumLine, today: str) -> str:
    return "as today" if line.way == today else _NAMES.get(line.way, line.title)


def _fan(report: Report, line: SumLine, key: str, name: str) -> Picture:
    unit = report.currency
    limit = "" if report.budget is None else f"budget {said_money(report.budget, unit)}"
    end = said_money(line.expected[-1], unit)
    gone = None if line.gone is None else place_of(report, line.gone)
    gone_said = "" if line.gone is None else f"gone on {day(report, line.gone)}"
    paid = paid_said = None
    if line.until is not None:
        paid = place_of(report, line.until, whole_day=True)
        paid_said = f"paid to {day(report, line.until)}: {said_money(sum(line.paid), unit)}"
    chart = FanChart(
        month_names(report), line.expected, line.p10, line.p90, figures.symbol(unit), end,
        report.budget, limit, gone, gone_said, paid, paid_said or "",
    )  # fmt: skip
    said = [f"at the end {end}", *filter(None, [limit, gone_said, paid_said])]
    if line.p10:
        low, high = figures.money(line.p10[-1]), figures.money(line.p90[-1])
        said.insert(1, f"in 8 of 10 years {low} to {high}")
    caption = f"{name[0].upper()}{name[1:]}."
    if line.p10:
        caption += " Shaded: P10 to P90 of the sum so far."
    if paid is not None:
        caption += " Solid is paid, dashed is planned."
    title = f"Spending so far of {name}"
    return drawn(key, title, told(said), lambda w, n: cumulative_fan(chart, w, width=n), caption)


def _paid(report: Report, line: SumLine, month: int) -> TableCell:
    """Return what was paid in a month; nothing is known of those to come."""
    is_to_come = line.until is None or (report.start + month).first_day > line.until
    return word(figures.UNKNOWN) if is_to_come else money(line.paid[month])


def _sum_table(report: Report, names: Sequence[str]) -> ReportTable:
    heads = [TableHead("by the end of", is_number=False)]
    for line, name in zip(report.sums, names, strict=True):
        heads.append(TableHead(name))
        heads += [TableHead("P10"), TableHead("P90")] if line.p10 else []
        heads += [TableHead("paid in the month")] if line.paid else []
    rows = []
    for n in range(report.months):
        row = [word(str(report.start + n))]
        for line in report.sums:
            row.append(money(line.expected[n]))
            row += [money(line.p10[n]), money(line.p90[n])] if line.p10 else []
            row += [_paid(report, line, n)] if line.paid else []
        rows.append(row)
    return table(f"Spent so far, {report.currency}", heads, rows)
