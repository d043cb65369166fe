"""The recommended mix on a screen, as JSON, as a flat table and as Markdown."""

from __future__ import annotations

import calendar
import textwrap
from collections.abc import Sequence

from advisor.output import figures, json, markdown
from advisor.output.conflict import conflict_lines
from advisor.output.figures import UNKNOWN, money, said_money, share, short_money, with_currency
from advisor.output.grid import TextColumn, render_grid
from advisor.tables.flat import Column, Table
from advisor.tables.recommendation import (
    FlipLine,
    FrontierPoint,
    Recommendation,
    RouteLine,
    Strategy,
    WayColumn,
)

SCHEMA = "advisor.recommend/1"
_NET_VALUE = "net_value"
_ONLY_WORDS = ("has_values", "counts_tasks", "makers", "classes", "mix", "is_borrowed")
_EVEN = 1e-9
_FRONTIER_SAID = 5


def render_json(answer: Recommendation) -> str:
    """Write the answer as `advisor.recommend/1`."""
    return json.document(SCHEMA, answer, without=_ONLY_WORDS)


def render_text(answer: Recommendation, *, width: int = 100, brief: bool = False) -> str:
    """Write the answer as text, ending in one sentence."""
    if answer.status == "infeasible":
        return "\n".join(conflict_lines(answer, width)) + "\n"
    if answer.mix is None:
        return "No mix was found in the time given. Give it longer with --time-limit.\n"
    said = _wrapped(sentence(answer), width)
    if brief:
        return "\n".join(said) + "\n"
    blocks = [
        [*_wrapped(_first_line(answer), width), *_wrapped(_heading(answer), width)],
        _route_table(answer, width),
        _ways_table(answer, width),
        _worth_lines(answer, width),
        [line for warning in answer.warnings for line in _wrapped(f"note: {warning}", width)],
        said,
    ]
    return "\n\n".join("\n".join(block).rstrip() for block in blocks if block) + "\n"


def _wrapped(text: str, width: int, indent: str = "") -> list[str]:
    return textwrap.wrap(
        text, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


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
    parts += [
        _limit_in_words(answer, one.limit, one.value, one.confidence) for one in answer.limits
    ]
    parts.append("one route per kind of work" if answer.is_whole else "work may be shared out")
    return " · ".join(parts)


def _limit_in_words(
    answer: Recommendation, limit: str, value: float, confidence: float | None = None
) -> str:
    if limit.endswith("budget"):
        team = limit.removeprefix("teams.").removesuffix(".budget")
        whose = "" if limit == "budget" else f" for {team}"
        text = f"under {money(value)} {answer.currency}{whose}{_a_year(answer)}"
        if confidence is not None:
            text += f" in the mean of the dearest {share(1 - confidence)} of years"
        return text
    name, _, of = limit.partition(".")
    words = {
        "max_vendor_share": f"at most {share(value)} with one maker",
        "max_channel_share": f"at most {share(value)} billed by one",
        "max_harness_share": f"at most {share(value)} in one tool",
        "max_vendors": f"at most {value:.0f} makers",
        "min_vendors": f"at least {value:.0f} makers",
        "min_quality": f"{of or 'every kind of work'} at least {share(value)} of today's",
        "min_quality_overall": f"all work at least {share(value)} of today's",
    }
    return words.get(name, limit)


def _a_year(answer: Recommendation) -> str:
    return " a year" if answer.months == 12 else f" in {answer.months} months"


# --- Routes --------------------------------------------------------------------------------------


def _route_table(answer: Recommendation, width: int) -> list[str]:
    routes = _merged(answer.routes)
    teams = {route.team for route in answer.routes}
    columns = []
    if len(teams) > 1:
        columns.append(
            TextColumn(("", "team"), [route.team or "all" for route in routes], left=True)
        )
    work = [route.task_class for route in routes]
    columns.append(TextColumn(("", "  work" if len(teams) < 2 else "work"),
                              [f"  {w}" for w in work] if len(teams) < 2 else work, left=True))  # fmt: skip
    if any(route.share < 1 - _EVEN for route in routes):
        columns.append(TextColumn(("", "share"), [share(route.share) for route in routes]))
    columns += [
        TextColumn(("", "tasks"), [figures.count(route.tasks) for route in routes], gives_way=4),
        TextColumn(("", "first try"), [route.strategy[0] for route in routes], left=True),
    ]
    if any(len(route.strategy) > 1 for route in routes):
        second = [route.strategy[1] if len(route.strategy) > 1 else UNKNOWN for route in routes]
        columns.append(TextColumn(("", "if it fails"), second, left=True))
    unit = figures.symbol(answer.currency)
    by_tokens = TextColumn(("", "unless"), [unless(r, brief=True) for r in routes], left=True,
                           gives_way=3)  # fmt: skip
    columns += [
        TextColumn(("", "done"), [_done(answer, route) for route in routes]),
        TextColumn(("", "a task"), [unit + figures.unit_price(r.cost_per_task) for r in routes],
                   gives_way=2),
        TextColumn(("", "cost"), [money(route.spend) for route in routes]),
        TextColumn(("", "unless"), [unless(route) for route in routes], left=True, gives_way=1,
                   shorter=by_tokens),
    ]  # fmt: skip
    return render_grid(columns, width)[1:]


def _done(answer: Recommendation, route: RouteLine) -> str:
    """Return how often a task is done, or relative to today where nobody says how often that is."""
    return share(route.success) if answer.counts_tasks else share(route.work_done)


def _merged(routes: Sequence[RouteLine]) -> list[RouteLine]:
    """Put teams that go the same way in one line, without a team's name where all do."""
    groups: dict[tuple[object, ...], list[RouteLine]] = {}
    for route in routes:
        key = (route.task_class, route.strategy, round(route.share, 9))
        groups.setdefault(key, []).append(route)
    teams = {route.team for route in routes}
    merged = []
    for group in groups.values():
        tasks = sum(route.tasks for route in group)
        spend = sum(route.spend for route in group)
        names = "" if len(group) == len(teams) else ", ".join(route.team for route in group)
        merged.append(
            group[0]._replace(
                team=names, tasks=tasks, spend=spend,
                cost_per_task=spend / tasks if tasks else float("nan"),
            )
        )  # fmt: skip
    order = {name: n for n, name in enumerate(dict.fromkeys(r.task_class for r in routes))}
    return sorted(merged, key=lambda route: order[route.task_class])


def unless(route: RouteLine, *, brief: bool = False) -> str:
    """Say at which figures a route turns, and to what: `codex > 1.9× or < 93%: opus`.

    `brief` says the first of them alone.
    """
    texts: dict[Strategy, list[str]] = {}
    for flip in route.flips_at[: 1 if brief else None]:
        texts.setdefault(flip.strategy, []).append(_turn(flip))
    said = [f"{_joined(parts)}: {', '.join(to)}" for to, parts in texts.items()]
    return "; ".join(said) if said else UNKNOWN


def _turn(flip: FlipLine) -> str:
    if abs(flip.at - flip.now) <= 0.005 * max(flip.now, 1e-9):
        return f"{flip.option} level"
    sign = ">" if flip.at > flip.now else "<"
    if flip.key == "token_multiplier":
        return f"{flip.option} {sign} {figures.ratio(flip.at)}×"
    return f"{flip.option} {sign} {share(flip.at)}"


def _joined(parts: Sequence[str]) -> str:
    """Join two turns of one option without naming it twice."""
    first, *rest = dict.fromkeys(parts)
    name = first.split(" ")[0]
    shorter = [part.removeprefix(f"{name} ") for part in rest]
    return " or ".join([first, *shorter])


# --- Ways beside each other ----------------------------------------------------------------------


def _ways_table(answer: Recommendation, width: int) -> list[str]:
    ways = [way for way in (answer.today, answer.best_single, answer.mix) if way is not None]
    heads = ["today", "best single", "this mix"]
    labels, rows = _rows(answer, ways)
    names = [TextColumn(("", ""), [f"  {label}" for label in labels], left=True)]
    columns = [
        TextColumn((head, "" if head == "this mix" else way.name), [row[n] for row in rows])
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
        key=lambda name: -max(way.vendor_shares.get(name, 0.0) for way in ways),
    )
    if makers:
        labels.append(" / ".join(answer.makers.get(name, name) for name in makers))
        rows.append(
            [" / ".join(share(way.vendor_shares.get(name, 0.0)) for name in makers) for way in ways]
        )
    if any(way.unmet_tasks for way in ways):
        labels.append("tasks not served")
        rows.append([figures.count(way.unmet_tasks) for way in ways])
    return labels, rows


# --- What limits and vendors are worth -----------------------------------------------------------


def _worth_lines(answer: Recommendation, width: int) -> list[str]:
    parts = [
        ("Unless", _legend(answer)),
        ("Vendors", _vendors(answer)),
        ("Limits", _limits(answer)),
        ("Broken", _broken(answer)),
        ("Whole", _whole(answer)),
        ("Draws", _robust(answer)),
        ("Frontier", _frontier(answer)),
    ]
    lines = []
    for name, text in parts:
        if text:
            lines += _wrapped(f"  {name:<9} {text}", width, " " * 12)
    return lines


def _legend(answer: Recommendation) -> str:
    if not any(route.flips_at for route in answer.routes):
        return ""
    return (
        "× is tokens and % is work done, relative to today's, at which the route would turn to what "
        "follows the colon"
    )


def _broken(answer: Recommendation) -> str:
    """Say which limits the other ways would break."""
    said = [
        f"{'today' if way is answer.today else f'{way.name} alone'} breaks {_listed(way.breaks)}"
        for way in (answer.today, answer.best_single)
        if way is not None and way.breaks
    ]
    return " · ".join(said)


def _gain(answer: Recommendation, amount: float) -> str:
    """Write what something is worth in the aim's unit: money, or tasks."""
    if answer.aim == "completed":
        return f"{figures.count(amount)} tasks"
    return with_currency(money(amount), answer.currency)


def _vendors(answer: Recommendation) -> str:
    said = []
    for name, lost in answer.vendor_worth.items():
        maker = answer.makers.get(name, name)
        if not figures.is_known(lost):
            said.append(f"without {maker} no mix keeps the limits")
            continue
        said.append(f"without {maker} -{_gain(answer, lost)}{_a_year(answer)}")
    if said and answer.another_vendor is not None:
        said.append(f"a further one +{_gain(answer, answer.another_vendor)}")
    return " · ".join(said)


def _limits(answer: Recommendation) -> str:
    if not answer.limits:
        return "none stated: a budget and a policy in the file would be kept"
    if answer.status == "feasible":
        return "not looked at: the search was cut short"
    said = [
        f"{_binding_in_words(answer, one.limit, one.value)} costs you "
        f"{_gain(answer, one.cost)}{_a_year(answer)}"
        for one in answer.binding
    ]
    price = answer.shadow_price_budget
    more = ""
    if price is not None and figures.is_known(price):
        worth = f"{price:.3f} tasks" if answer.aim == "completed" else _cents(answer, price)
        more = f"one more dollar of budget buys {worth}"
        if answer.currency != "USD":
            more = more.replace("dollar", answer.currency)
    if not said:
        return f"none binds{': ' + more if more else ''}"
    return " · ".join([*said, more] if more else said)


def _binding_in_words(answer: Recommendation, limit: str, value: float) -> str:
    if limit == "budget":
        return f"the budget of {money(value)}"
    return f"`{limit}` ({_limit_in_words(answer, limit, value)})"


def _cents(answer: Recommendation, amount: float) -> str:
    text = figures.unit_price(amount) if amount else "0"
    return with_currency(text, answer.currency)


def _whole(answer: Recommendation) -> str:
    if not answer.whole_costs or answer.whole_costs < 1:
        return ""
    return (
        f"one route per kind of work costs {_gain(answer, answer.whole_costs)}{_a_year(answer)} "
        "against shares (--shares), which people find hard to follow"
    )


def _robust(answer: Recommendation) -> str:
    line = answer.robust
    if line is None:
        return ""
    what = "years that go badly" if line.form == "tail" else "all drawn years"
    return (
        f"chosen for {what}: {_gain(answer, line.costs_at_the_means)} less at the means; "
        f"regret {_gain(answer, line.regret)} on average and "
        f"{_gain(answer, line.regret_in_bad_years)} in the worst {share(line.bad_years)} of years, "
        f"against {_gain(answer, line.expected_regret)} and "
        f"{_gain(answer, line.expected_regret_in_bad_years)} for the mix that is best at the means"
    )


def _frontier(answer: Recommendation) -> str:
    points = list(answer.frontier)
    if not points:
        return ""
    step = max(1, -(-len(points) // _FRONTIER_SAID))
    kept: list[FrontierPoint] = points[::-1][::step][::-1]
    said = [f"{short_money(point.spend)} {share(point.work_done)}" for point in kept]
    said[0] += " of today's work"
    return f"{' · '.join(said)}, and more money buys nothing"


# --- One sentence --------------------------------------------------------------------------------


def sentence(answer: Recommendation) -> str:
    """Say what to do, in one or two sentences."""
    mix, today = answer.mix, answer.today
    if mix is None or today is None:
        return ""
    cost = said_money(mix.spend.expected, answer.currency)
    now = said_money(today.spend.expected, answer.currency)
    text = f"This mix costs {cost}{_a_year(answer)} instead of {now}"
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
    return f"{text}. Keep it: advisor recommend {file} --write"


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


def render_markdown(answer: Recommendation) -> str:
    """Write routes and the sentence for a pull request or a wiki; or what conflicts."""
    if answer.mix is None:
        return (
            "\n".join(markdown.escaped_prose(line) for line in conflict_lines(answer, 100)) + "\n"
        )
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
        for name, text in (("Vendors", _vendors(answer)), ("Limits", _limits(answer)))
        if text
    ]
    return "\n\n".join([heading, routes.rstrip(), *said]) + "\n"


def _short(column: Column, value: float) -> str:
    if column.unit == "ratio":
        return share(value)
    return figures.unit_price(value) if column.name == "cost_per_task" else money(value)
