"""Every story on today's way and on the mix, beside the mix that would have been best."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.answers.recommend.answer import Wish, quest_of
from advisor.answers.recommend.limits import BUDGET, TEAM_BUDGET, Bound, excess
from advisor.answers.recommend.menu import COMPLETED, Menu, menu_of
from advisor.answers.recommend.mix import Mix, figures, placed, servings
from advisor.answers.recommend.mix_figures import MixFigures
from advisor.answers.recommend.search import FoundMix, Quest, worth
from advisor.answers.stress.scenarios import Shock, shocks
from advisor.answers.stress.side_by_side import side_by_side
from advisor.answers.stress.tornado import tornado
from advisor.answers.stress.vendor_loss import (
    Departure,
    ExitFigures,
    Leaving,
    People,
    Serving,
    exit_line,
    figures_of_exit,
    leaving_of,
    premium_of,
)
from advisor.case.facts import Case
from advisor.engine.burndown import exhaustion_date
from advisor.engine.market import Market
from advisor.errors import InfeasibleError
from advisor.tables.stress import Stress, StressFigures, StressLine

FloatArray = NDArray[np.float64]


_STORY_SECONDS = 3.0
"""For how long the best mix of a story is looked for."""


class Ask(NamedTuple):
    """What may be asked: who leaves and when, and how prices move.

    `price_factor` is what all prices are multiplied by from `since`, the middle of the plan where
    nobody says.
    """

    exits: tuple[tuple[str, date | None], ...] = ()
    price_factor: float = 0.5
    since: date | None = None
    recommended: bool = False
    wish: Wish = Wish()


class StressedWay(NamedTuple):
    """A way of working as it goes through worlds: routes, or shares of the base menu's cells.

    `people` is the part of the people who work so, by cell and strategy, where bills say who did.
    """

    name: str
    serving: Serving
    people: People = MappingProxyType({})

    def placed(self, market: Market) -> Mix:
        """Put the way into a world's market."""
        return Mix(*placed(market, self.serving, self.people))


class Stage(NamedTuple):
    """What all stories start from: the case, the question, today's way and the mix."""

    case: Case
    quest: Quest
    today: StressedWay
    mix: StressedWay


def stress(
    case: Case, *, file: str = "", draws: int = 0, seed: int = 1, ask: Ask | None = None
) -> Stress:
    """Tell what every story does to today's way and to the decided mix, or the recommended one.

    Raises InfeasibleError where there is no decided mix and none keeps the limits.
    """
    ask = ask or Ask()
    seconds = min(ask.wish.effort.seconds, _STORY_SECONDS)
    ask = ask._replace(wish=ask.wish._replace(effort=ask.wish.effort._replace(seconds=seconds)))
    quest = quest_of(case, draws=draws, seed=seed, wish=ask.wish)
    stage = Stage(case, quest, _today(case), _mix(case, quest, recommended=ask.recommended))
    expected = Shock("expected", "as planned", case.market)
    middle = ask.since or case.market.work.months[len(case.market.work.months) // 2].first_day
    top = _top_makers(base_figures(stage))
    told = shocks(case, since=middle, factor=ask.price_factor, makers=top)
    quest_of_exits = quest_in(stage, case.market)
    exits = [Departure(case, quest_of_exits, one) for one in _leavings(case, ask, top, middle)]
    kinds = sorted({one.leaving.kind for one in exits})
    lines = side_by_side(
        [
            *(partial(_exit_story, stage, departure) for departure in exits),
            *(partial(_line, stage, shock) for shock in (expected, *told)),
        ]
    )
    by_kind = side_by_side([partial(premium_of, case, quest_of_exits, kind) for kind in kinds])
    premiums = dict(zip(kinds, by_kind, strict=True))
    measure = "net_value" if quest.menu.has_values else "spend"
    return Stress(
        workload=case.name,
        file=file,
        currency=case.currency,
        start=case.start,
        months=len(case.market.work.months),
        as_of=case.as_of,
        aim=quest.aiming.objective,
        has_values=quest.menu.has_values,
        budget=case.budget,
        today=stage.today.name,
        mix=stage.mix.name,
        expected=lines[len(exits)],
        scenarios=[*lines[len(exits) + 1 :], *lines[: len(exits)]],
        exits=[exit_line(one, stage.mix.serving, premiums[one.leaving.kind]) for one in exits],
        measure=measure,
        tornado=tornado(stage.mix.placed(case.market), measure),
        warnings=list(case.warnings),
    )


def _today(case: Case) -> StressedWay:
    return _way(case, case.today)


def _mix(case: Case, quest: Quest, *, recommended: bool) -> StressedWay:
    if case.mix is not None and not recommended:
        return _way(case, case.mix)
    found = quest.best()
    if found.mix is None:
        raise InfeasibleError(
            "no mix keeps all limits, so there is none to stress: see `advisor recommend`, or "
            "write a `mix` into the file"
        )
    return StressedWay("recommended", servings(quest.menu, found.shares))


def _way(case: Case, way: int) -> StressedWay:
    """Return a way of the case, the same in every team."""
    by_class: dict[int, list[tuple[tuple[int, ...], float]]] = {}
    for route in case.ways[way].routes:
        share = float(np.asarray(route.share))
        by_class.setdefault(route.task_class, []).append((route.strategy, share))
    teams = range(len(case.market.work.teams))
    serving = {(g, k): tuple(parts) for g in teams for k, parts in by_class.items()}
    people = {
        ((g, route.task_class), route.strategy): route.people
        for g in teams
        for route in case.ways[way].routes
    }
    return StressedWay(case.ways[way].name, serving, people)


def base_figures(stage: Stage) -> tuple[MixFigures, MixFigures]:
    """Return what today's way and the mix come to as planned."""
    menu = stage.quest.menu
    return (
        figures(menu, stage.today.placed(stage.case.market)),
        figures(menu, stage.mix.placed(stage.case.market)),
    )


def _top_makers(both: tuple[MixFigures, MixFigures]) -> list[str]:
    """Name the maker that most is spent on, of today's way and of the mix."""
    tops = [max(one.by_vendor, key=lambda name: one.by_vendor[name]) for one in both]
    return list(dict.fromkeys(tops))


# --- Worlds --------------------------------------------------------------------------------------


def quest_in(stage: Stage, market: Market) -> Quest:
    """Ask the same question in another market."""
    menu = stage.quest.menu
    allowed = sorted({int(o) for o in menu.strategies.first})
    case = replace(stage.case, market=market)
    cascades = stage.case.policy.cascades
    overhead = float(stage.case.policy.vendor_overhead or 0)
    moved = menu_of(case, allowed, cascades=cascades, overhead=overhead)
    # Draws belong to the market of the file: in a story budgets count in the expected year.
    bounds = tuple(bound._replace(confidence=None) for bound in stage.quest.bounds)
    return stage.quest._replace(menu=moved, bounds=bounds, tails=None)


def best_in(quest: Quest) -> FoundMix:
    """Find what would have been best had one known; money counts by itself, so budgets don't.

    Without values nothing else holds money back: then budgets stay.
    """
    if quest.aiming.objective != COMPLETED:
        kept = tuple(b for b in quest.bounds if b.kind not in {BUDGET, TEAM_BUDGET})
        quest = quest._replace(bounds=kept)
    return quest.best()


def _line(stage: Stage, shock: Shock) -> StressLine:
    quest = quest_in(stage, shock.market)
    best = best_in(quest)
    ways = [stage.today.placed(shock.market), stage.mix.placed(shock.market)]
    owns = [figures(quest.menu, one, quest.bounds) for one in ways]
    today, mix = (_figures(stage, quest, one, best, owns[0]) for one in owns)
    told = None
    if best.figures is not None:
        told = _figures(stage, quest, best.figures, best, owns[0])
    return StressLine(shock.scenario, shock.title, today, mix, told)


def _figures(
    stage: Stage, quest: Quest, own: MixFigures, best: FoundMix, today: MixFigures
) -> StressFigures:
    regret = None
    if best.figures is not None:
        objective = quest.aiming.objective
        regret = max(0.0, worth(best.figures, objective) - worth(own, objective))
    return StressFigures(
        spend=own.spend,
        value=own.value if quest.menu.has_values else None,
        net_value=own.net_value if quest.menu.has_values else None,
        completed=own.all_completed,
        work_done=own.all_completed / today.all_completed if today.all_completed else float("nan"),
        exhaustion_date=_gone(stage.case, own),
        regret=regret,
        moving=None,
        breaks=broken(quest.bounds, own),
    )


def broken(bounds: Sequence[Bound], own: MixFigures) -> list[str]:
    """Name the limits that figures break."""
    return [bound.name for bound in bounds if excess(bound, own) > 0]


def _gone(case: Case, own: MixFigures) -> date | None:
    if case.budget is None:
        return None
    months = case.market.work.months
    spend = np.array(own.spend_by_month)
    return exhaustion_date(spend, np.full(len(months), case.budget), months)


# --- Exits ---------------------------------------------------------------------------------------


def _leavings(case: Case, ask: Ask, top: Sequence[str], middle: date) -> list[Leaving]:
    asked = ask.exits or tuple((name, None) for name in top)
    last_day = middle - timedelta(days=1)
    return [leaving_of(case, name, on or last_day) for name, on in asked]


def _exit_story(stage: Stage, departure: Departure) -> StressLine:
    menu: Menu = stage.quest.menu
    told = [figures_of_exit(departure, way.serving, way.people) for way in (stage.today, stage.mix)]
    known = figures_of_exit(departure, None)
    base = figures(menu, stage.today.placed(stage.case.market)).all_completed
    lines = []
    for one in told:
        regret = None
        if known is not None and one is not None:
            regret = max(0.0, known.worth - one.worth)
        lines.append(_of_exit(one, regret, base))
    best = None if known is None else _of_exit(known, 0.0, base)
    today, mix = lines
    return StressLine("vendor-exit", departure.leaving.title, today, mix, best)


def _of_exit(one: ExitFigures | None, regret: float | None, base: float) -> StressFigures:
    if one is None:
        nothing = float("nan")
        return StressFigures(nothing, None, None, nothing, nothing, None, None, None,
                             ["no mix keeps the limits without it"])  # fmt: skip
    return StressFigures(
        spend=one.spend,
        value=one.value,
        net_value=one.net_value,
        completed=one.completed,
        work_done=one.completed / base if base else float("nan"),
        exhaustion_date=one.exhaustion_date,
        regret=regret,
        moving=one.moving,
        breaks=one.breaks,
    )
