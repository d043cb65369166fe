"""The plans that limits are held against: the way that is held, or another, whole or of one team.

What a reader would get wrong: what was paid goes before the rest of every plan of the whole file,
whichever way it follows; of one team nobody knows what was paid, so that it is held as planned.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from advisor.answers.check.figures import HeldWay, Prompts
from advisor.answers.compare.answer import lines_of_ways
from advisor.answers.forecast.ways import planned_way, ran_before
from advisor.answers.forecast.year_to_date import Bills, year_so_far
from advisor.answers.recommend.answer import Wish
from advisor.answers.recommend.limits import RULE, Bound, bounds_of_case, rules_of
from advisor.answers.recommend.menu import menu_of
from advisor.answers.recommend.mix import Mix, figures, of_team
from advisor.answers.recommend.mix_figures import MixFigures
from advisor.answers.recommend.selection import Chosen, choose
from advisor.case.facts import Case
from advisor.case.sources import Sources
from advisor.engine.burndown import released
from advisor.engine.draws import Years
from advisor.errors import InputError
from advisor.model.workload import Workload
from advisor.tables.check import ActualsLine
from advisor.tables.diff import Difference

_ALWAYS_DRAWN = 2_000
"""Draws on which a budget's confidence is held where none are asked for."""


class CheckRequest(NamedTuple):
    """What is checked of a file, and what was given beside it.

    `places` say where keys stand, as (line, column). `today` is the day to count the age of prices
    to. `prompts` are counted files by the pattern that a limit names, or why there are none.
    `path` is where the file lies in its repository, `no_base` why there is none though one was
    asked for.
    """

    sources: Sources
    workload: Workload
    case: Case
    places: Mapping[str, tuple[int, int]]
    today: date
    option: str | None = None
    draws: int = 0
    seed: int = 1
    change: Difference | None = None
    bills: Bills | None = None
    prompts: Mapping[str, Prompts | str] = MappingProxyType({})
    is_locked: bool = False
    path: str = ""
    no_base: str = ""


class HeldWays:
    """The plans of a file, each computed once."""

    def __init__(self, asked: CheckRequest) -> None:
        """Compute nothing yet."""
        self._asked = asked
        self.plan = lru_cache(maxsize=None)(self._plan)
        self.chosen = lru_cache(maxsize=None)(self._chosen)

    def _chosen(self, option: str | None) -> Chosen:
        chosen = choose(self._asked.case, option, Wish())
        if len(chosen.ways) > 1:
            raise InputError.of("a limit is held by one way of working", key="--option")
        return chosen

    def _plan(self, option: str | None, team: str | None) -> HeldWay:
        asked, chosen = self._asked, self.chosen(option)
        case = chosen.case if team is None else _of_team(chosen.case, asked.workload, team)
        way = chosen.ways[0]
        (line,) = lines_of_ways(case, [way], draws=asked.draws, seed=asked.seed)
        plan = HeldWay(
            case=case,
            way=case.ways[way],
            line=line,
            figures=_figures(case, way, own_bounds(case) if team is None else (), asked),
            sources=asked.sources,
            today=asked.today,
            change=asked.change,
        )
        return plan if team is not None else plan._replace(actuals=self._so_far(plan))

    def _so_far(self, plan: HeldWay) -> ActualsLine | None:
        """Put what was paid before the rest of a plan; None where no bills were given.

        The bills are of the decided mix, or of what runs today, whichever way is held.
        """
        asked = self._asked
        if asked.bills is None:
            return None
        draws = asked.draws or (_ALWAYS_DRAWN if plan.case.confidence is not None else 0)
        planned = planned_way(plan.case, plan.way, draws, asked.seed)
        ran = ran_before(self.chosen(None), plan.way)
        return year_so_far(asked.bills, plan.case, planned, asked.sources.book, ran)


def _of_team(case: Case, workload: Workload, team: str) -> Case:
    """Return the case of one team: its people, its part of the seats, its budget."""
    budget, months = workload.teams[team].budget, len(case.market.work.months)
    total = None if budget is None else float(budget.total)
    return replace(
        case,
        market=of_team(case.market, team),
        budget=total,
        released=None if budget is None else released(float(total or 0), budget.quarters, months),
        confidence=None if budget is None else budget.confidence,
    )


def _figures(case: Case, way: int, bounds: Sequence[Bound], asked: CheckRequest) -> MixFigures:
    overhead = float(case.policy.vendor_overhead or 0)
    menu = menu_of(case, list(range(len(case.options))), cascades=False, overhead=overhead)
    is_drawn = any(bound.confidence is not None for bound in bounds)
    years = Years(asked.draws or _ALWAYS_DRAWN, asked.seed) if is_drawn else None
    plan = Mix(case.market, case.ways[way].routes)
    return figures(menu, plan, bounds, years)


def own_bounds(case: Case) -> list[Bound]:
    """List the limits that budget and policy are by themselves."""
    return [*bounds_of_case(case), *_rules(case)]


def _rules(case: Case) -> list[Bound]:
    """List every rule that the policy states, those that deny none of the options included."""
    denying = {bound.name: bound for bound in rules_of(case.options)}
    stated = [
        f"{block}.{rule}"
        for block in ("deny", "allow")
        for rule, names in getattr(case.policy, block)
        if names
    ]
    return [
        denying.get(name, Bound(f"policy.{name}", RULE, 0.0))._replace(key=f"policy.{name}")
        for name in stated
    ]
