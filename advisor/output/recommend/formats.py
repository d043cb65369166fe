"""The recommended mix on a screen, as JSON, as a flat table and as Markdown."""

from __future__ import annotations

import calendar
from collections.abc import Sequence

from advisor.output import figures, json, markdown
from advisor.output.blocks import joined, wrapped
from advisor.output.figures import money, said_money, share, short_money
from advisor.output.grid import TextColumn, render_grid
from advisor.output.recommend.conflict import conflict_lines
from advisor.output.recommend.route_lines import route_lines, unless
from advisor.output.recommend.worth_lines import (
    a_year,
    limit_in_words,
    limits,
    vendors,
    worth_lines,
)
from advisor.tables.flat import Column, Table
from advisor.tables.recommend import (
    Recommendation,
    WayColumn,
)

SCHEMA = "advisor.recommend/1"
_NET_VALUE = "net_value"
ONLY_WORDS = (
    "has_values", "counts_tasks", "counts_months", "makers", "classes", "mix", "is_borrowed",
    "unsettled",
)  # fmt: skip
_EVEN = 1e-9
_FRONTIER_SAID = 5


def render_json(answer: Recommendation) -> str:
    """Write the answer as `advisor.recommend/1`."""
    return json.document(SCHEMA, answer, without=ONLY_WORDS)


def render_text(
    answer: Recommendation, *, width: int = 100, brief: bool = False, wide: bool = False
) -> str:
    """Write the answer as text, ending in one sentence; `wide` names every team of a row."""
    if answer.mix is None:
        return "\n".join(_without_mix(answer, width)) + "\n"
    said = wrapped(sentence(answer), width)
    if brief:
        return "\n".join(said) + "\n"
    blocks = [
        [*wrapped(_first_line(answer), width), *wrapped(_heading(answer), width)],
        route_lines(answer, width, wide=wide),
        _ways_table(answer, width),
        worth_lines(answer, width),
        [line for warning in answer.warnings for line in wrapped(f"note: {warning}", width)],
        said,
    ]
    return joined(blocks)


def _first_line(answer: Recommendation) -> str:
    months = list(calendar.month_abbr)
    first, last = answer.start, answer.last_month
    source = answer.workload
    if answer.file and answer.file != answer.workload:
        source = f"{answer.workload} ({answer.file})"
    return " · ".join(
        [
            source,
            "the best mix",
            figures.span(first.year, months[first.month], last.year, months[last.month]),
            answer.currency,
            f"prices of {answer.as_of}",
        ]
    )


_AIMS = {
    "net_value": "most worth after all costs",
    "value": "most worth",
    "completed": "most work done",
    "spend": "least spending",
}


def _heading(answer: Recommendation) -> str:
    """Name what was asked for: the aim, the limits, whole routes or shares."""
    parts = [f"Best mix: {_AIMS[answer.aim]}"]
    parts += [limit_in_words(answer, one.limit, one.value, one.confidence) for one in answer.limits]
    parts.append("one route per kind of work" if answer.is_whole else "work may be shared out")
    return " · ".join(parts)


# --- Ways beside each other ----------------------------------------------------------------------


def _ways_table(answer: Recommendation, width: int) -> list[str]:
    ways = [way for way in (answer.today, answer.best_single, answer.mix) if way is not None]
    heads = ["today", "best single", "this mix"]
    labels, rows = _rows(answer, ways)
    names = [TextColumn(("", ""), [f"  {label}" for label in labels], left=True)]
    columns = [
        TextColumn(
            (head, "" if head == "this mix" else way.option),
            [row[n] for row in rows],
            gives_way=int(head == "best single"),
        )
        for n, (head, way) in enumerate(zip(heads, ways, strict=True))
    ]
    lines = render_grid([*names, *columns], width)
    spread = answer.mix.spend if answer.mix is not None else None
    if spread is not None and figures.is_known(spread.p10) and answer.draws:
        text = f"{lines[2]}    P10–P90 {money(spread.p10)} – {money(spread.p90)}"
        lines[2] = text if len(text) <= width else lines[2]
    return lines


def _rows(answer: Recommendation, ways: Sequence[WayColumn]) -> tuple[list[str], list[list[str]]]:
    crosses = answer.start.year != answer.last_month.year
    year = "the year" if answer.months == 12 else f"{answer.months} months"
    labels = [f"cost of {year}", "work done"]
    rows = [
        [money(way.spend.expected) for way in ways],
        [share(way.work_done) for way in ways],
    ]
    if answer.has_values:
        labels.append("net value vs today")
        rows.append([money(way.net_value_vs_today, sign=True) for way in ways])
    if answer.budget is not None:
        labels += [f"chance > {short_money(answer.budget)}", "budget gone"]
        rows.append([figures.chance(way.probability_over_budget) for way in ways])
        rows.append([figures.day(way.exhaustion_date, year=crosses) for way in ways])
    makers = sorted(
        {name for way in ways for name in way.vendor_shares},
        key=lambda name: (-ways[-1].vendor_shares.get(name, 0.0), name),
    )
    if makers:
        labels.append(" / ".join(answer.makers.get(name, name) for name in makers))
        rows.append(
            [" / ".join(share(way.vendor_shares.get(name, 0.0)) for name in makers) for way in ways]
        )
    if any(way.breaks for way in ways):
        labels.append("keeps your limits")
        rows.append(["no" if way.breaks else "yes" for way in ways])
    if any(way.unmet_tasks for way in ways):
        labels.append("tasks not served")
        rows.append([figures.count(way.unmet_tasks) for way in ways])
    return labels, rows


# --- One sentence --------------------------------------------------------------------------------


def sentence(answer: Recommendation) -> str:
    """Say what to do, in one or two sentences."""
    mix, today = answer.mix, answer.today
    if mix is None or today is None:
        return ""
    cost = said_money(mix.spend.expected, answer.currency)
    now = said_money(today.spend.expected, answer.currency)
    text = f"This mix costs {cost}{a_year(answer)} instead of {now}"
    text += f" and does {share(mix.work_done)} of today's work"
    if mix.net_value_vs_today is not None:
        gained = said_money(abs(mix.net_value_vs_today), answer.currency)
        word = "more" if mix.net_value_vs_today >= 0 else "less"
        text += f", worth {gained} {word} than today"
    if answer.is_borrowed:
        text += "; tokens and success are from public benchmarks, not from your team"
    if answer.status == "feasible":
        text += f". Not proved the best: at most {figures.share(answer.gap)} more is possible"
    file = answer.file or "FILE"
    return f"{text}. {_nearly_as_good(answer)}Keep it: advisor recommend {file} --write"


_NEARLY = 0.97
"""Of the mix's work: what one option alone does of it, and is worth a sentence if it is cheap."""
_CHEAP = 0.75
"""Of the mix's spend."""


def _nearly_as_good(answer: Recommendation) -> str:
    """Name an option that does nearly all of the work for much less, where money is no aim."""
    mix, one = answer.mix, answer.best_single
    if mix is None or one is None or one.breaks or answer.has_values:
        return ""
    does, costs = one.work_done, one.spend.expected
    if does < _NEARLY * mix.work_done or costs > _CHEAP * mix.spend.expected:
        return ""
    return f"Alone, {one.option} does {share(does)} for {said_money(costs, answer.currency)}. "


def _listed(words: Sequence[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


# --- Flat and Markdown ---------------------------------------------------------------------------


def route_table(answer: Recommendation) -> Table:
    """Lay the routes out flat: one row a team, class and strategy."""
    columns = [
        Column("workload"),
        Column("team"),
        Column("task_class"),
        Column("first"),
        Column("second"),
        Column("share", "ratio", is_number=True),
        Column("tasks", "count", is_number=True),
        Column("success", "ratio", is_number=True),
        Column("cost_per_task", answer.currency, is_number=True),
        Column("spend", answer.currency, is_number=True),
        Column("currency"),
        Column("runner_up"),
        Column("unless"),
    ]
    rows = [
        [
            answer.workload,
            route.team,
            route.task_class,
            route.strategy[0],
            route.strategy[1] if len(route.strategy) > 1 else None,
            route.share,
            route.tasks,
            route.success,
            route.cost_per_task,
            route.spend,
            answer.currency,
            ", ".join(route.runner_up) if route.runner_up else None,
            unless(route),
        ]
        for route in answer.routes
    ]
    return Table("recommendation", columns, rows)


def _without_mix(answer: Recommendation, width: int) -> list[str]:
    """Say why there is no mix: limits that contradict each other, or too little time."""
    if answer.status == "infeasible":
        return conflict_lines(answer, width)
    return ["No mix was found in the time given. Give it longer with --time-limit."]


def render_markdown(answer: Recommendation) -> str:
    """Write routes and the sentence for a pull request or a wiki; or what conflicts."""
    if answer.mix is None:
        return "\n".join(map(markdown.escaped_prose, _without_mix(answer, 100))) + "\n"
    table = route_table(answer)
    kept = [
        n for n, column in enumerate(table.columns) if column.name not in {"workload", "currency"}
    ]
    short = [
        [
            row[n] if not isinstance(row[n], float) else _short(table.columns[n], row[n])
            for n in kept
        ]
        for row in table.rows
    ]
    routes = markdown.render_table(Table("routes", [table.columns[n] for n in kept], short))
    heading = f"#### {markdown.escaped(answer.workload)}: {answer.start} to {answer.last_month}"
    said = [markdown.escaped_prose(sentence(answer))]
    said += [
        f"* {name}: {markdown.escaped_prose(text)}"
        for name, text in (("Vendors", vendors(answer)), ("Limits", limits(answer)))
        if text
    ]
    return "\n\n".join([heading, routes.rstrip(), *said]) + "\n"


def _short(column: Column, value: float) -> str:
    if column.unit == "ratio":
        return share(value)
    return figures.unit_price(value) if column.name == "cost_per_task" else money(value)
