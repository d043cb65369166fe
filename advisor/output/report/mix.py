"""The best mix: what money buys, who does what work, and how it hangs on vendors."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.output import figures
from advisor.output.charts.scatter import (
    CIRCLE,
    DIAMOND,
    SQUARE,
    ScatterChart,
    ScatterMark,
    scatter,
)
from advisor.output.charts.shares import Part, ShareRow, shares
from advisor.output.figures import said_money, share
from advisor.output.recommend.route_lines import done, few, merged, unless
from advisor.output.recommend.worth_lines import limits, vendors
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
from advisor.tables.compare import OptionLine
from advisor.tables.recommend import Recommendation, RouteLine, WayColumn
from advisor.tables.report import Report

_EVEN = 1e-9
_FAR = 2.0
"""An option that costs so many times what the dearest way beside it does is not drawn."""


def frontier_section(report: Report) -> Section | None:
    """Show what each sum of money buys at the best, with today, single options and the mix."""
    mix = report.recommend
    if mix is None or mix.mix is None or not mix.frontier:
        return None
    marks, left_out = _marks(report, mix)
    y_title = "net value of the plan's months" if mix.has_values else "work done, of today's"
    limit = "" if report.budget is None else f"budget {said_money(report.budget, report.currency)}"
    points = [(one.spend, _height(mix, one.net_value, one.work_done)) for one in mix.frontier]
    unit = figures.symbol(report.currency)
    chart = ScatterChart(
        points, marks, unit, unit if mix.has_values else "%", "cost of the plan's months", y_title,
        report.budget, limit,
    )  # fmt: skip
    said = told([f"{mark.label} at {figures.money(mark.x)}" for mark in reversed(marks)])
    caption = "Line: the best that so much money buys, the file's limits but the budget kept."
    if left_out:
        caption += f" Not drawn, for they cost far more: {', '.join(left_out)}."
    title = "What money buys"
    return Section(
        key="frontier",
        title=title,
        pictures=[drawn("frontier", title, said, lambda w, n: scatter(chart, w, width=n), caption)],
        tables=[_frontier_table(mix)],
    )


def _height(mix: Recommendation, net_value: float | None, work_done: float) -> float:
    return net_value or 0.0 if mix.has_values else 100 * work_done


def _marks(report: Report, mix: Recommendation) -> tuple[list[ScatterMark], list[str]]:
    """Return the marks, those to look at last, and the names of options that lie too far out."""
    assert mix.mix is not None
    assert mix.today is not None
    ways = [way for way in (mix.today, mix.best_single) if way is not None]
    widest = max([*(one.spend for one in mix.frontier), *(way.spend.expected for way in ways)])
    named = {way.option for way in ways}
    others = [
        line for line in report.compare.options
        if line.option not in named and line.spend is not None and not line.unknown
        and line.option not in {"mix", "today"}
    ]  # fmt: skip
    near = [one for one in others if one.spend and one.spend.expected <= _FAR * widest]
    far = [one.option for one in others if one not in near]
    marks = [ScatterMark(*_place(mix, one), one.option, CIRCLE, "s6") for one in near]
    if mix.best_single is not None and mix.best_single.option != mix.today.option:
        marks.append(_mark(mix, mix.best_single, mix.best_single.option, CIRCLE, "s1"))
    marks.append(_mark(mix, mix.today, f"{mix.today.option}, today", DIAMOND, "s4"))
    marks.append(_mark(mix, mix.mix, "best mix", SQUARE, "s2"))
    return marks, far


def _place(mix: Recommendation, line: OptionLine) -> tuple[float, float]:
    assert line.spend is not None
    return line.spend.expected, _height(mix, line.net_value, line.work_done or 0.0)


def _mark(mix: Recommendation, way: WayColumn, name: str, shape: str, class_: str) -> ScatterMark:
    height = _height(mix, way.net_value, way.work_done)
    return ScatterMark(way.spend.expected, height, name, shape, class_, is_on=True)


def _frontier_table(mix: Recommendation) -> ReportTable:
    heads = [TableHead("cost"), TableHead("work done, of today's")]
    heads += [TableHead("net value")] if mix.has_values else []
    rows = [
        [
            money(one.spend), figure(share, one.work_done),
            *([money(one.net_value)] if mix.has_values else []),
        ]
        for one in mix.frontier
    ]  # fmt: skip
    return table(f"The best that money buys, {mix.currency}", heads, rows)


# --- Routes --------------------------------------------------------------------------------------


def routes_section(report: Report) -> Section | None:
    """Who does which work in the best mix, and beside it today's way and the best option alone."""
    mix = report.recommend
    if mix is None or mix.mix is None:
        return None
    notes = [f"Limits: {limits(mix)}."]
    if vendors(mix):
        notes.append(f"Makers: {vendors(mix)}.")
    if any(route.flips_at for route in mix.routes):
        notes.append(
            "Unless: × is tokens and % is work done, relative to today's, at which the route would "
            "turn to what follows the colon."
        )
    return Section(
        key="routes",
        title="The best mix",
        tables=[_route_table(mix), _way_table(report, mix)],
        notes=notes,
    )


def _route_table(mix: Recommendation) -> ReportTable:
    routes = merged(mix.routes)
    has_teams = len({route.team for route in mix.routes}) > 1
    has_shares = any(route.share < 1 - _EVEN for route in routes)
    has_second = any(len(route.strategy) > 1 for route in routes)
    heads = [
        *([TableHead("team", is_number=False)] if has_teams else []),
        TableHead("work", is_number=False),
        *([TableHead("share")] if has_shares else []),
        TableHead("developer-months" if mix.counts_months else "tasks"),
        TableHead("first try", is_number=False),
        *([TableHead("if it fails", is_number=False)] if has_second else []),
        TableHead("solved" if mix.counts_tasks else "done"),
        TableHead("a developer-month" if mix.counts_months else "a task"),
        TableHead("cost"),
        TableHead("unless", is_number=False),
    ]
    rows = [
        [
            *([word(few(route.team or "all"))] if has_teams else []),
            word(route.task_class),
            *([figure(share, route.share)] if has_shares else []),
            figure(figures.count, route.tasks),
            word(route.strategy[0]),
            *([word(_second(route))] if has_second else []),
            TableCell(done(mix, route), route.success if mix.counts_tasks else route.work_done),
            figure(figures.unit_price, route.cost_per_task),
            money(route.spend),
            word(unless(route)),
        ]
        for route in routes
    ]
    return table(f"Who does which work, {mix.currency}", heads, rows)


def _second(route: RouteLine) -> str:
    return route.strategy[1] if len(route.strategy) > 1 else figures.UNKNOWN


def _way_table(report: Report, mix: Recommendation) -> ReportTable:
    ways = [way for way in (mix.today, mix.best_single, mix.mix) if way is not None]
    heads = [
        TableHead("way", is_number=False),
        TableHead("cost"),
        TableHead("P10"),
        TableHead("P90"),
    ]
    heads.append(TableHead("work done, of today's"))
    heads += [TableHead("net value against today")] if mix.has_values else []
    heads += [TableHead("chance over budget")] if report.budget is not None else []
    heads.append(TableHead("breaks", is_number=False))
    rows = [
        [
            word(_called(mix, way)),
            money(way.spend.expected), money(way.spend.p10), money(way.spend.p90),
            figure(share, way.work_done),
            *([money(way.net_value_vs_today, sign=True)] if mix.has_values else []),
            *([figure(figures.chance, way.probability_over_budget)]
              if report.budget is not None else []),
            word(", ".join(way.breaks) or "no limit", loud=bool(way.breaks)),
        ]
        for way in ways
    ]  # fmt: skip
    marked = frozenset([len(ways) - 1])
    return table(f"Beside each other, {mix.currency}", heads, rows, marked)


def _called(mix: Recommendation, way: WayColumn) -> str:
    if way is mix.mix:
        return "the best mix"
    return f"{way.option}, today" if way is mix.today else f"{way.option} alone"


# --- Vendors -------------------------------------------------------------------------------------


_MAKERS = "Which maker gets the money"


def vendors_section(report: Report) -> Section | None:
    """Which maker gets which part of the money, today and in the mix."""
    mix = report.recommend
    if mix is None or mix.mix is None or not _makers(mix):
        return None
    return Section(
        key="vendors",
        title=_MAKERS,
        pictures=[vendors_picture(mix)],
        tables=[_share_table(mix, _ways(mix), _makers(mix))],
    )


def _ways(mix: Recommendation) -> list[WayColumn]:
    return [way for way in (mix.today, mix.best_single, mix.mix) if way is not None]


def _makers(mix: Recommendation) -> list[str]:
    """Return every maker that is paid, the mix' largest first."""
    ways = _ways(mix)
    return sorted(
        {name for way in ways for name in way.vendor_shares},
        key=lambda name: (-ways[-1].vendor_shares.get(name, 0.0), name),
    )


def vendors_picture(mix: Recommendation) -> Picture:
    """Draw which part of the money each maker gets, today and in the mix."""
    rows = [_share_row(mix, way, _makers(mix)) for way in _ways(mix)]
    said = told([f"{row.label}: {_parts_in_words(row.parts)}" for row in rows])
    return drawn("vendors", _MAKERS, said, lambda w, n: shares(rows, w, width=n))


def _share_row(mix: Recommendation, way: WayColumn, names: Sequence[str]) -> ShareRow:
    parts = [
        Part(mix.makers.get(name, name), way.vendor_shares.get(name, 0.0),
             share(way.vendor_shares.get(name, 0.0)))
        for name in names
    ]  # fmt: skip
    return ShareRow(_called(mix, way), parts)


def _parts_in_words(parts: Sequence[Part]) -> str:
    return ", ".join(f"{part.name} {part.said}" for part in parts if part.share > 0) or "nobody"


def _share_table(
    mix: Recommendation, ways: Sequence[WayColumn], names: Sequence[str]
) -> ReportTable:
    heads = [TableHead("maker", is_number=False), *(TableHead(_called(mix, way)) for way in ways)]
    rows = [
        [
            word(mix.makers.get(name, name)),
            *(figure(share, way.vendor_shares.get(name, 0.0)) for way in ways),
        ]
        for name in names
    ]
    return table("Parts of what is spent", heads, rows)
