"""A file held against everything that it limits: budget, policy and `limits:`.

The way that is held is the decided mix, else what runs today; `on` of a limit names another. What a
reader would get wrong: nothing here depends on the clock but the age of prices, which is counted to
the day handed in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from advisor.case.facts import Case
from advisor.case.sources import Sources
from advisor.case.ways import MIX, TODAY
from advisor.comparison import lines_of_ways
from advisor.detail.chosen import Chosen, choose
from advisor.engine.draws import Years
from advisor.errors import InputError, NothingToCheckError, did_you_mean
from advisor.limit_check.figures import KINDS, Plan
from advisor.limit_check.hold import bounds_of, judged
from advisor.model.policy import Limit
from advisor.model.workload import Budget, Workload
from advisor.recommend.advice import Wish
from advisor.recommend.limits import (
    BUDGET,
    LEAST_VENDORS,
    LOWER_BOUNDS,
    MOST_VENDORS,
    RULE,
    TEAM_BUDGET,
    Bound,
    Figures,
    excess,
    market_classes,
    measure,
    rules_of,
)
from advisor.recommend.limits import bounds_of as policy_bounds
from advisor.recommend.menu import menu_of
from advisor.recommend.plan import Placed, figures, of_team
from advisor.tables.check import (
    COUNT,
    FAIL,
    MONEY,
    OK,
    ORDER,
    SHARE,
    SKIPPED,
    UNKNOWN,
    ActualsLine,
    FileCheck,
    LimitLine,
)
from advisor.tables.difference import Difference

_ALWAYS_DRAWN = 2_000
"""Draws on which a budget's confidence is held where none are asked for."""


class Asked(NamedTuple):
    """What is checked of a file, and what was given beside it.

    `places` say where keys stand, as (line, column). `today` is the day to count the age of prices
    to.
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
    actuals: ActualsLine | None = None
    is_locked: bool = False


def check(asked: Asked) -> FileCheck:
    """Hold a file's plan against all its limits.

    Raises NothingToCheckError where it has none, InputError for limits that name what is not there,
    and as `choose` for options.
    """
    held = _Held(asked)
    stated = _own_bounds(asked)
    if not stated and not asked.workload.limits:
        raise NothingToCheckError.of(
            "no budget, policy or limits: nothing to check", file=asked.sources.shown
        )
    plan = held.plan(asked.option, None)
    lines = [_own_line(asked, plan, bound) for bound in stated]
    lines += [_line(asked, held, limit, n) for n, limit in enumerate(asked.workload.limits)]
    chosen = held.chosen(asked.option)
    spend = plan.line.spend
    assert spend is not None
    return FileCheck(
        workload=asked.case.name,
        file=asked.sources.shown,
        acts_on=chosen.words,
        currency=asked.case.currency,
        start=asked.case.start,
        months=len(asked.case.market.work.months),
        as_of=asked.case.as_of,
        spend=spend,
        spend_per_active_month=plan.line.spend_per_active_month,
        budget=asked.case.budget,
        exhaustion_date=plan.line.exhaustion_date,
        lines=sorted(lines, key=lambda line: ORDER.index(line.status)),
        by_class=plan.line.spend_by_class,
        by_vendor=plan.figures.by_vendor,
        by_month=plan.line.spend_by_month,
        borrowed=sum(one.origin != "stated" for one in asked.case.assumptions),
        locked="locked" if asked.is_locked else "",
        change=asked.change,
        actuals=asked.actuals,
        warnings=asked.case.warnings,
    )


def plan_of(asked: Asked) -> Plan:
    """Return what the file as a whole comes to, the way that is held."""
    return _Held(asked).plan(asked.option, None)


class _Held:
    """The plans that limits are held against, each computed once."""

    def __init__(self, asked: Asked) -> None:
        """Compute nothing yet."""
        self._asked = asked
        self.plan = lru_cache(maxsize=None)(self._plan)
        self.chosen = lru_cache(maxsize=None)(self._chosen)

    def _chosen(self, option: str | None) -> Chosen:
        chosen = choose(self._asked.case, option, Wish())
        if len(chosen.ways) > 1:
            raise InputError.of("a limit is held by one way of working", key="--option")
        return chosen

    def _plan(self, option: str | None, team: str | None) -> Plan:
        asked, chosen = self._asked, self.chosen(option)
        case = chosen.case if team is None else _of_team(chosen.case, asked.workload, team)
        way = chosen.ways[0]
        (line,) = lines_of_ways(case, [way], draws=asked.draws, seed=asked.seed)
        return Plan(
            case=case,
            way=case.ways[way],
            line=line,
            figures=_figures(case, way, _own_bounds(asked) if team is None else (), asked),
            sources=asked.sources,
            workload=asked.workload,
            today=asked.today,
            change=asked.change,
            actuals=asked.actuals if team is None else None,
            of_team=team is not None,
        )


def _of_team(case: Case, workload: Workload, team: str) -> Case:
    """Return the case of one team: its people, its part of the seats, its budget."""
    budget = workload.teams[team].budget
    return replace(
        case,
        market=of_team(case.market, team),
        budget=float(budget.total) if budget else None,
        released=None if budget is None or case.released is None else case.released,
    )


def _figures(case: Case, way: int, bounds: Sequence[Bound], asked: Asked) -> Figures:
    overhead = float(case.policy.vendor_overhead or 0)
    menu = menu_of(case, list(range(len(case.options))), cascades=False, overhead=overhead)
    is_drawn = any(bound.confidence is not None for bound in bounds)
    years = Years(asked.draws or _ALWAYS_DRAWN, asked.seed) if is_drawn else None
    plan = Placed(case.market, case.ways[way].routes)
    return figures(menu, plan, bounds, years)


# --- Budget and policy ---------------------------------------------------------------------------


def _own_bounds(asked: Asked) -> list[Bound]:
    """List the limits that budget and policy are by themselves."""
    case, budget = asked.case, None
    if case.budget is not None:
        budget = Budget.unchecked(total=case.budget, confidence=case.confidence)
    classes = market_classes(case.market)
    stated = policy_bounds(case.policy, budget, case.team_budgets, classes)
    return [*stated, *_rules(case)]


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


_COUNTED = {MOST_VENDORS, LEAST_VENDORS, RULE}


def _own_line(asked: Asked, plan: Plan, bound: Bound) -> LimitLine:
    own = plan.figures
    if bound.kind == BUDGET and plan.actuals is not None:
        # What is paid is paid: the tail of years that were only planned says nothing any more.
        own = own._replace(spend=plan.actuals.expected_year_end, tail={})
    found, broken = measure(bound, own), excess(bound, own)
    is_money = bound.kind in {BUDGET, TEAM_BUDGET}
    is_lower = bound.kind in LOWER_BOUNDS
    line, column = _place(asked, (f"{bound.key}.default", bound.key))
    return LimitLine(
        limit=bound.name,
        key=bound.key,
        team=bound.about[0] if bound.kind == TEAM_BUDGET else None,
        on=plan.way.name,
        unit=MONEY if is_money else COUNT if bound.kind in _COUNTED else SHARE,
        value=found,
        at_most=None if is_lower else bound.value,
        at_least=bound.value if is_lower else None,
        status=FAIL if broken else OK,
        over=broken or None,
        note=_note(plan, bound),
        line=line,
        column=column,
    )


def _note(plan: Plan, bound: Bound) -> str:
    """Say beside a budget on how many years it is held; beside a rule, what it denies."""
    if bound.kind == RULE:
        return ", ".join(sorted(set(bound.about) & set(plan.figures.used)))
    if bound.confidence is not None and not (bound.kind == BUDGET and plan.actuals):
        return f"the mean of the dearest {1 - bound.confidence:.0%} of years"
    return ""


def _place(asked: Asked, keys: Sequence[str]) -> tuple[int, int]:
    return next((asked.places[key] for key in keys if key in asked.places), (1, 1))


# --- `limits:` -----------------------------------------------------------------------------------


def _line(asked: Asked, held: _Held, limit: Limit, index: int) -> LimitLine:
    """Hold one limit of the list; what it needs and was not given makes it skipped."""
    kind = KINDS[limit.limit]
    by_place, by_name = f"limits[{index}]", f"limits.{limit.limit}"
    key = by_place if by_place in asked.places else by_name
    bounds = bounds_of(limit, kind.unit, key)
    if limit.team is not None and limit.team not in asked.workload.teams:
        hint = did_you_mean(limit.team, asked.workload.teams)
        raise InputError.of(f"{limit.team!r} is not a team", key=f"{key}.team", hint=hint)
    plan = held.plan(_on(asked, limit), limit.team)
    value = kind.of(plan)
    status, over = judged(value, bounds, is_lower=kind.is_lower)
    note = ""
    if value is None and kind.unit != "date":
        status, note = (SKIPPED, f"needs {kind.needs}") if kind.needs else (UNKNOWN, "not known")
    keys = (f"{key}.at_most", f"{key}.at_least", f"{key}.limit", f"{key}.that", key)
    line, column = _place(asked, keys)
    return LimitLine(
        limit=limit.limit,
        key=key,
        team=limit.team,
        on=plan.way.name,
        unit=kind.unit,
        value=value,
        at_most=bounds.at_most,
        at_least=bounds.at_least,
        warn_at=bounds.warn_at,
        status=status,
        over=over,
        note=note,
        line=line,
        column=column,
    )


def _on(asked: Asked, limit: Limit) -> str | None:
    """Return the way that a limit is held against: its own, else the file's."""
    if limit.on in {"current", TODAY}:
        return asked.case.ways[asked.case.today].name
    return asked.option if limit.on in {None, MIX} else limit.on
