"""The routes of a mix as a grid: who serves what, how well, for how much, unless what."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from advisor.output import figures
from advisor.output.figures import UNKNOWN, money, share
from advisor.output.grid import TextColumn, render_grid
from advisor.tables.recommend import FlipLine, Recommendation, RouteLine, Strategy

_EVEN = 1e-9
_ANY_WIDTH = 10_000
_BETWEEN = ", "
_TEAMS_SHOWN = 24
"""So many characters of team names stand in a row; the rest are counted."""


def route_lines(answer: Recommendation, width: int, *, wide: bool = False) -> list[str]:
    """Lay the routes out, teams that go the same way in one line; `wide` names all of them."""
    routes = merged(answer.routes)
    width = _ANY_WIDTH if wide else width
    teams = {route.team for route in answer.routes}
    columns = []
    if len(teams) > 1:
        named = [route.team or "all" for route in routes]
        named = named if wide else [few(names) for names in named]
        columns.append(TextColumn(("", "team"), named, left=True))
    indent = "  " if not columns else ""
    work = [indent + route.task_class for route in routes]
    columns.append(TextColumn(("", f"{indent}work"), work, left=True))
    if any(route.share < 1 - _EVEN for route in routes):
        columns.append(TextColumn(("", "share"), [share(route.share) for route in routes]))
    counted, each = ("months", "a month") if answer.counts_months else ("tasks", "a task")
    columns += [
        TextColumn(("", counted), [figures.count(route.tasks) for route in routes], gives_way=4),
        TextColumn(("", "first try"), [route.strategy[0] for route in routes], left=True),
    ]
    if any(len(route.strategy) > 1 for route in routes):
        second = [route.strategy[1] if len(route.strategy) > 1 else UNKNOWN for route in routes]
        columns.append(TextColumn(("", "if it fails"), second, left=True))
    unit = figures.symbol(answer.currency)
    by_tokens = TextColumn(("", "unless"), [unless(r, brief=True) for r in routes], left=True,
                           gives_way=3)  # fmt: skip
    columns += [
        TextColumn(("", "solved" if answer.counts_tasks else "done"),
                   [done(answer, route) for route in routes]),
        TextColumn(("", each), [unit + figures.unit_price(r.cost_per_task) for r in routes],
                   gives_way=2),
        TextColumn(("", "cost"), [money(route.spend) for route in routes]),
        TextColumn(("", "unless"), [unless(route) for route in routes], left=True, gives_way=1,
                   shorter=by_tokens),
    ]  # fmt: skip
    return render_grid(columns, width)


def few(teams: str) -> str:
    """Name the first teams of many and count the others: `t0, t1, t2 … and 44 more`."""
    names = teams.split(_BETWEEN)
    if len(teams) <= _TEAMS_SHOWN:
        return teams
    shown = 1
    while len(_BETWEEN.join(names[: shown + 1])) < _TEAMS_SHOWN / 2:
        shown += 1
    first = textwrap.shorten(_BETWEEN.join(names[:shown]), _TEAMS_SHOWN, placeholder=" …")
    return f"{first} … and {len(names) - shown} more" if names[shown:] else first


def done(answer: Recommendation, route: RouteLine) -> str:
    """Return how often a task is done, or relative to today where nobody says how often that is."""
    return share(route.success) if answer.counts_tasks else share(route.work_done)


def merged(routes: Sequence[RouteLine]) -> list[RouteLine]:
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
        names = "" if len(group) == len(teams) else _BETWEEN.join(route.team for route in group)
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
        return "near even"
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
