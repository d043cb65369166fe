"""Seats against tokens along the spread of use; and what trials say of agents."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.output import figures
from advisor.output.charts.intervals import IntervalChart, IntervalRow, interval_bars
from advisor.output.charts.steps import StepBand, StepChart, steps_of_use
from advisor.output.figures import fine_money, share
from advisor.output.report.section import (
    MOST_BARS,
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
from advisor.output.seats import sentences
from advisor.output.trials import pilot as trials
from advisor.tables.pilot import AgentLine, Pilot
from advisor.tables.report import Report
from advisor.tables.seats import Band, SeatsAnswer


def seats_section(report: Report) -> Section | None:
    """Who is cheapest on which seat, from those who use least to those who use most."""
    seats = report.seats
    if seats is None:
        return None
    title = "Seats against tokens"
    bands = list(seats.deal.bands)
    columns = [_column(seats, band) for band in bands]
    unit = figures.symbol(report.currency)
    chart = StepChart(columns, unit, "cheapest, per person and month", "by the token")
    said = told([column.label for column in columns])
    caption = "A column is as wide as it has people; its area is money."
    return Section(
        key="seats",
        title=title,
        lead=[sentences.spread(seats), *sentences.paragraph(seats)],
        pictures=[
            drawn("seats", title, said, lambda w, n: steps_of_use(chart, w, width=n), caption)
        ]
        if bands
        else [],
        tables=[_band_table(seats, bands)],
        notes=list(seats.warnings),
    )


def _column(seats: SeatsAnswer, band: Band) -> StepBand:
    each = max(band.people, 1) * seats.months
    heads = f"{band.people:,} {'person' if band.people == 1 else 'people'}"
    label = f"{heads} {_from_to(seats, band)}: {band.title}"
    return StepBand(band.people, band.cost / each, band.by_token / each, label)


def _from_to(seats: SeatsAnswer, band: Band) -> str:
    unit = figures.symbol(seats.currency)
    if band.use_to is None:
        return f"over {unit}{figures.money(band.use_from)}"
    if not band.use_from:
        return f"under {unit}{figures.money(band.use_to)}"
    return f"{unit}{figures.money(band.use_from)} – {figures.money(band.use_to)}"


def _band_table(seats: SeatsAnswer, bands: Sequence[Band]) -> ReportTable:
    heads = [
        TableHead("who use a month", is_number=False),
        TableHead("people"),
        TableHead("expected"),
    ]
    heads += [
        TableHead("cheapest", is_number=False),
        TableHead("on average"),
        TableHead("cost of the months"),
    ]
    heads.append(TableHead("by the token"))
    rows = [
        [
            word(_from_to(seats, band)),
            TableCell(f"{band.people:,}", band.people),
            figure(lambda one: sentences.people(one or 0.0), band.people_expected),
            word(band.title),
            money(band.use),
            money(band.cost),
            money(band.by_token),
        ]
        for band in bands
    ]
    return table(f"The cheapest deal, {seats.currency}", heads, rows)


# --- Trials --------------------------------------------------------------------------------------


def pilot_section(report: Report) -> Section | None:
    """How often agents solved tasks, with the range that further sets of tasks would show."""
    found = report.pilot
    if found is None:
        return None
    title = "Own trials"
    lines = sorted(found.agents, key=lambda one: (one.task_class, -one.success.mean))
    rows = [
        IntervalRow(
            f"{one.agent}, {one.task_class}", 100 * one.success.mean, 100 * one.success.p05,
            100 * one.success.p95, share(one.success.mean),
        )
        for one in lines[:MOST_BARS]
    ]  # fmt: skip
    chart = IntervalChart(rows, "%")
    said = told([f"{row.label} {row.said}" for row in rows])
    more = len(lines) - len(rows)
    rest = f" {more} more in the table." if more > 0 else ""
    caption = f"Solved; bar: where 9 of 10 further sets of as many tasks would put it.{rest}"
    picture = drawn("pilot", title, said, lambda w, n: interval_bars(chart, w, width=n), caption)
    return Section(
        key="pilot",
        title=title,
        lead=[trials.sentence(found)],
        pictures=[picture],
        tables=[_agent_table(found, lines)],
        notes=list(found.warnings),
    )


def _agent_table(found: Pilot, lines: Sequence[AgentLine]) -> ReportTable:
    heads = [
        TableHead("agent", is_number=False),
        TableHead("class", is_number=False),
        TableHead("trials"),
    ]
    heads += [
        TableHead("solved"),
        TableHead("p05"),
        TableHead("p95"),
        TableHead("cost of an attempt"),
    ]
    rows = [
        [
            word(one.agent),
            word(one.task_class),
            TableCell(f"{one.trials:,}", one.trials),
            figure(share, one.success.mean),
            figure(share, one.success.p05),
            figure(share, one.success.p95),
            figure(fine_money, one.cost_per_attempt.mean if one.cost_per_attempt else None),
        ]
        for one in lines
    ]
    return table(f"{found.trials:,} trials, dollars an attempt", heads, rows)
