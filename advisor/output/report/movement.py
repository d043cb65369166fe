"""What moved: from one plan to another, from the plan to what was paid, and which limits hold."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.output import figures
from advisor.output.charts.waterfall import WaterfallChart, WaterfallStep, waterfall
from advisor.output.check.formats import MARKS, sums, unmatched_words
from advisor.output.check.sentences import beyond, bound, found, name, since, verdict
from advisor.output.diff.sentences import moved, sentence, title
from advisor.output.forecast.words import TITLES
from advisor.output.report.section import (
    MOST_BARS,
    Picture,
    ReportTable,
    Section,
    TableCell,
    TableHead,
    drawn,
    money,
    table,
    told,
    word,
)
from advisor.tables.check import FAIL, UNKNOWN, WARN, FileCheck, LimitLine
from advisor.tables.diff import ChangePart, Difference
from advisor.tables.forecast import Variance
from advisor.tables.report import Report

_CHANGED = "What changed"


def change_section(report: Report) -> Section | None:
    """Show what changed against the base, cause by cause."""
    change = report.diff
    if change is None:
        return None
    parts = moved(change)
    return Section(
        key="change",
        title=_CHANGED,
        lead=[sentence(change)],
        pictures=[change_picture(change)] if parts else [],
        tables=[_change_table(report, change, parts)],
        notes=list(change.warnings),
    )


def change_picture(change: Difference) -> Picture:
    """Draw the steps from the old year to the new one."""
    steps = [(title(part), part.spend) for part in moved(change)]
    ends = (change.old.name, change.old.spend), (change.new.name, change.new.spend)
    return _waterfall(change.currency, "change", _CHANGED, ends, steps)


def _waterfall(
    currency: str,
    key: str,
    heading: str,
    ends: tuple[tuple[str, float], tuple[str, float]],
    steps: Sequence[tuple[str, float]],
) -> Picture:
    """Draw steps from one sum to another; many small ones are drawn as one."""
    kept = list(steps[:MOST_BARS])
    if len(steps) > MOST_BARS:
        kept.append((f"{len(steps) - MOST_BARS} more", sum(one for _, one in steps[MOST_BARS:])))
    first, last = (WaterfallStep(label, value, figures.money(value)) for label, value in ends)
    drawn_steps = [WaterfallStep(label, value, _signed(value)) for label, value in kept]
    chart = WaterfallChart(first, drawn_steps, last, figures.symbol(currency))
    said = told([f"{one.label} {one.said}" for one in (first, *drawn_steps, last)])
    caption = "Hatched adds, plain takes away. The scale may begin above nothing."
    return drawn(key, heading, said, lambda w, n: waterfall(chart, w, width=n), caption)


def _signed(value: float) -> str:
    return figures.money(value, sign=True)


def _change_table(report: Report, change: Difference, parts: Sequence[ChangePart]) -> ReportTable:
    still = [part for part in change.parts if part not in parts]
    rows = [[word(change.old.name), money(change.old.spend)]]
    rows += [[word(title(part)), money(part.spend, sign=True)] for part in [*parts, *still]]
    rows.append([word(change.new.name), money(change.new.spend)])
    heads = [TableHead("cause", is_number=False), TableHead(f"{report.currency} a year")]
    return table("A year's spend by cause", heads, rows, frozenset([0, len(rows) - 1]))


# --- Plan and actual -----------------------------------------------------------------------------


def variance_section(report: Report) -> Section | None:
    """From what was planned to what was paid, by cause."""
    variance = report.variance
    if variance is None:
        return None
    heading = "From plan to actual"
    steps = [(TITLES.get(one.cause, one.cause), one.money) for one in variance.parts]
    ends = ("planned", variance.base), ("paid", variance.actual)
    first, last = variance.months[0], variance.months[-1]
    return Section(
        key="variance",
        title=heading,
        lead=[f"Whole months that are paid: {first} to {last}."],
        pictures=[_waterfall(report.currency, "variance", heading, ends, steps)],
        tables=[_variance_table(report, variance)],
        notes=list(variance.not_known),
    )


def _variance_table(report: Report, variance: Variance) -> ReportTable:
    rows = [[word("planned"), money(variance.base)]]
    rows += [
        [word(TITLES.get(one.cause, one.cause)), money(one.money, sign=True)]
        for one in variance.parts
    ]
    rows.append([word("paid"), money(variance.actual)])
    heads = [TableHead("cause", is_number=False), TableHead(report.currency)]
    return table("Planned and paid, by cause", heads, rows, frozenset([0, len(rows) - 1]))


# --- Limits --------------------------------------------------------------------------------------


def limits_section(report: Report) -> Section | None:
    """Every limit of the file, held or broken, and the year so far where bills were given."""
    file = report.check
    if file is None:
        return None
    lead = [verdict(file)]
    if file.actuals is not None:
        lead += [sums(file.actuals), *unmatched_words(file.actuals)]
    return Section(
        key="limits",
        title="Limits",
        lead=lead,
        tables=[_limit_table(file), *_billers(report, file)],
        notes=[] if file.actuals is None else list(file.actuals.warnings),
    )


def _limit_table(file: FileCheck) -> ReportTable:
    heads = [
        TableHead("limit", is_number=False),
        TableHead("holds", is_number=False),
        TableHead("now"),
        TableHead("allowed"),
        TableHead("beside", is_number=False),
    ]
    rows = [
        [
            word(name(line)),
            word(MARKS[line.status], loud=line.status in {FAIL, UNKNOWN, WARN}),
            TableCell(found(line), line.value if isinstance(line.value, float) else None),
            _allowed(line),
            word(", ".join(filter(None, [beyond(line), line.note, since(line)]))),
        ]
        for line in file.lines
    ]
    return table(f"Held: {file.acts_on}", heads, rows)


def _allowed(line: LimitLine) -> TableCell:
    said, limit = bound(line)
    stated = next(
        (one for one in (line.at_most, line.at_least, line.warn_at) if isinstance(one, float)), None
    )
    return TableCell(f"{said} {limit}".strip(), stated)


def _billers(report: Report, file: FileCheck) -> list[ReportTable]:
    if file.actuals is None:
        return []
    heads = [
        TableHead("who bills", is_number=False),
        TableHead("paid"),
        TableHead("planned for it"),
        TableHead("rest as planned"),
    ]
    rows = [
        [word(biller), money(line.paid), money(line.planned), money(line.rest)]
        for biller, line in file.actuals.by_biller.items()
    ]
    return [table(f"Paid so far, {report.currency}", heads, rows)]
