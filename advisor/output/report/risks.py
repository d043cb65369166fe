"""What the mix hangs on, and what the stories do to it."""

from __future__ import annotations

from advisor.output import figures
from advisor.output.charts.tornado import TornadoChart, TornadoRow, tornado
from advisor.output.report.calendar import day
from advisor.output.report.section import (
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
from advisor.output.stress.formats import known_as, regret, sentence
from advisor.tables.report import Report
from advisor.tables.stress import Stress, StressFigures, StressLine

_MOST_DRAWN = 10


def tornado_section(report: Report) -> Section | None:
    """Show the uncertain numbers, the widest first, with the figure at both their ends."""
    stress = report.stress
    if stress is None or not stress.tornado:
        return None
    what = _measured(stress)
    return Section(
        key="tornado",
        title=f"What the {what} of the mix hangs on",
        pictures=[tornado_picture(stress)],
        tables=[_tornado_table(stress, what)],
    )


def _measured(stress: Stress) -> str:
    return "net value" if stress.measure == "net_value" else "cost"


def tornado_picture(stress: Stress) -> Picture:
    """Draw the uncertain numbers, the widest first."""
    what = _measured(stress)
    title = f"What the {what} of the mix hangs on"
    kept = stress.tornado[:_MOST_DRAWN]
    rows = [
        TornadoRow(known_as(one.key), one.low, one.high, figures.chance(one.part)) for one in kept
    ]
    own = stress.expected.mix
    centre = own.net_value if what == "net value" and own.net_value is not None else own.spend
    unit = figures.symbol(stress.currency)
    chart = TornadoChart(rows, centre, unit, "the number at its P10", "at its P90")
    said = told([f"{row.label} {row.said} of the spread" for row in rows])
    caption = f"Upright line: the expected {what}. On the right: the part of the spread."
    return drawn("tornado", title, said, lambda w, n: tornado(chart, w, width=n), caption)


def _tornado_table(stress: Stress, what: str) -> ReportTable:
    heads = [
        TableHead("what is not known", is_number=False),
        TableHead("at its P10"),
        TableHead("at its P90"),
        TableHead("of the spread"),
    ]
    rows = [
        [word(known_as(one.key)), money(one.low), money(one.high), figure(figures.chance, one.part)]
        for one in stress.tornado
    ]
    return table(f"{what.capitalize()}, {stress.currency}", heads, rows)


def stories_section(report: Report) -> Section | None:
    """Every story: what today's way and the mix come to in it, and what would be regretted."""
    stress = report.stress
    if stress is None:
        return None
    mix = {"recommended": "the best mix", "mix": "the decided mix"}.get(stress.mix, stress.mix)
    return Section(
        key="stories",
        title="Stories",
        lead=[sentence(stress)],
        tables=[_story_table(report, stress, mix)],
        notes=[
            "Regret: what the mix that is best in that case would be worth more, had one known, "
            "limits on quality and dependence kept."
        ],
    )


def _story_table(report: Report, stress: Stress, mix: str) -> ReportTable:
    heads = [TableHead("what happens", is_number=False)]
    for who in (f"{stress.today}, today", mix):
        heads.append(TableHead(f"{who}: cost"))
        heads += [TableHead("budget gone")] if stress.budget is not None else []
        heads.append(TableHead("regret"))
    rows = [_story_row(report, stress, one) for one in (stress.expected, *stress.scenarios)]
    return table(f"Stories, {stress.currency}", heads, rows, frozenset([0]))


def _story_row(report: Report, stress: Stress, line: StressLine) -> list[TableCell]:
    return [
        word(line.title),
        *_of_way(report, stress, line.today),
        *_of_way(report, stress, line.mix),
    ]


def _of_way(report: Report, stress: Stress, own: StressFigures) -> list[TableCell]:
    gone = day(report, own.exhaustion_date)
    over = own.exhaustion_date is not None
    return [
        money(own.spend),
        *([word(gone, loud=over)] if stress.budget is not None else []),
        TableCell(regret(stress, own), own.regret),
    ]
