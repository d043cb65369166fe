"""A maker, a channel or a tool is gone on a day: what its work moves to, and what moving costs.

Until that day the way of working stays; after it the work that used what is gone, and only that,
moves to the best strategies left under the limits. A month in which the day falls is shared by its
days. Each active developer who worked with it loses `switching_days`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.answers.recommend.limits import (
    BUDGET,
    LEAST_VENDORS,
    MOST_VENDORS,
    RULE,
    TEAM_BUDGET,
    TOP_SHARE,
    Bound,
    excess,
    is_owed_as,
)
from advisor.answers.recommend.menu import COMPLETED, NET_VALUE, VALUE, menu_of
from advisor.answers.recommend.mix import Mix, figures, placed, servings
from advisor.answers.recommend.mix_figures import MixFigures
from advisor.answers.recommend.search import Quest
from advisor.answers.stress.shocks import part_of_plan
from advisor.case.facts import Case
from advisor.engine.burndown import exhaustion_date
from advisor.engine.commitment import shortfall
from advisor.engine.draws import Means
from advisor.engine.market import Market
from advisor.engine.outcome import Outcome
from advisor.errors import InputError
from advisor.tables.stress import ExitLine

FloatArray = NDArray[np.float64]
Serving = Mapping[tuple[int, int], tuple[tuple[tuple[int, ...], float], ...]]
People = Mapping[tuple[tuple[int, int], tuple[int, ...]], float]

HOURS_A_DAY = 8
_KINDS = {"vendor": "maker", "billed_by": "channel", "harness": "tool"}
_COUNTED = {"vendor": "vendor", "billed_by": "channel", "harness": "harness"}
_DEPENDENCE = {TOP_SHARE, MOST_VENDORS, LEAST_VENDORS}


class Leaving(NamedTuple):
    """Who leaves and when; `kind` is the field of an option's facts that names it."""

    name: str
    kind: str
    on: date
    options: tuple[int, ...]

    @property
    def title(self) -> str:
        """Say it in words."""
        return f"{_KINDS[self.kind]} {self.name} leaves on {self.on.day} {self.on:%b %Y}"


class ExitFigures(NamedTuple):
    """What a way of working comes to when somebody leaves; `moving` is people's time."""

    spend: float
    value: float | None
    net_value: float | None
    completed: float
    worth: float
    exhaustion_date: date | None
    moving: float | None
    breaks: tuple[str, ...]
    after: Serving


def leaving_of(case: Case, name: str, on: date) -> Leaving:
    """Find who is meant. Raises InputError for a name that no maker, biller or tool has."""
    for kind in _KINDS:
        options = tuple(o for o, facts in enumerate(case.options) if getattr(facts, kind) == name)
        if options:
            return Leaving(name, kind, on, options)
    known = sorted({str(getattr(one, kind)) for one in case.options for kind in _KINDS} - {"None"})
    raise InputError.of(
        f"{name!r} is no maker, channel or tool of the options: {', '.join(known)}", key="--exit"
    )


def _stays(case: Case, on: date) -> FloatArray:
    """Return which share of each month lies before the end of a day. Shape (T,)."""
    shares = []
    for month in case.market.work.months:
        days = (on + timedelta(days=1) - month.first_day).days
        shares.append(min(1.0, max(0.0, days / month.days)))
    return np.array(shares)


@dataclass(frozen=True, eq=False)
class Departure:
    """Somebody leaves in the middle of a plan: its two parts, and the best mix of each.

    What is best is asked once, whoever wants to know. `quest` is that of the whole plan.
    """

    case: Case
    quest: Quest
    leaving: Leaving

    @cached_property
    def stays(self) -> FloatArray:
        """Which share of each month lies before the end of the day. (T,)."""
        return _stays(self.case, self.leaving.on)

    @property
    def has_before(self) -> bool:
        """Whether any of the plan lies before."""
        return bool(self.stays.any())

    @property
    def has_after(self) -> bool:
        """Whether any of the plan lies after."""
        return bool((self.stays < 1).any())

    @cached_property
    def before(self) -> Market:
        """The part of the plan in which everybody is there."""
        return part_of_plan(self.case.market, self.stays)

    @cached_property
    def after(self) -> Market:
        """The part of the plan without who leaves."""
        return part_of_plan(self.case.market, 1 - self.stays)

    @cached_property
    def best_before(self) -> Serving | None:
        """The best mix of the first part; of the whole plan where there is none."""
        return _best(self.case, self.quest, self.before if self.has_before else self.case.market)

    @cached_property
    def best_after(self) -> Serving | None:
        """The best mix without who leaves."""
        return _best(self.case, self.quest, self.after, self.leaving)


def figures_of_exit(
    departure: Departure, serving: Serving | None, people: People = MappingProxyType({})
) -> ExitFigures | None:
    """Compute a year in which somebody leaves; None where no mix keeps the limits without it.

    Without a way, the best one of each part, had one known. `people` sit as `placed` has them,
    until their work moves.
    """
    first = departure.best_before if serving is None else serving
    if first is None:
        return None
    second: Serving | None = first
    if departure.has_after and serving is None:
        second = departure.best_after  # it knew, so nothing has to stay where it was
    elif departure.has_after:
        second = moved(departure, first)
    if second is None:
        return None
    plans = []
    if departure.has_before:
        plans.append(Mix(*placed(departure.before, first, people)))
    if departure.has_after:
        staying = {key: part for key, part in people.items() if second[key[0]] == first[key[0]]}
        plans.append(Mix(*placed(departure.after, second, staying)))
    case, leaving = departure.case, departure.leaving
    moving = 0.0 if serving is None else _people_moving(case, first, leaving, departure.stays)
    return _added(case, departure.quest, plans, moving, second)


def moved(departure: Departure, serving: Serving) -> Serving | None:
    """Return who serves what after somebody left: work that did not use it stays where it is.

    None where some did, and no mix without it keeps the limits.
    """
    gone = set(departure.leaving.options)
    if not any(set(strategy) & gone for parts in serving.values() for strategy, _ in parts):
        return serving
    best = departure.best_after
    if best is None:
        return None
    result = {}
    for cell, parts in serving.items():
        touched = any(set(strategy) & gone for strategy, _ in parts)
        result[cell] = best.get(cell, parts) if touched else parts
    if any(set(strategy) & gone for one in result.values() for strategy, _ in one):
        result = {cell: best.get(cell, next(iter(best.values()))) for cell in result}
    return result


def _best(
    case: Case, quest: Quest, market: Market, leaving: Leaving | None = None
) -> Serving | None:
    """Find the best mix of a part of the plan; limits on one vendor's share go first."""
    allowed = sorted({int(o) for o in quest.menu.strategies.first})
    menu = menu_of(
        replace(case, market=market),
        allowed,
        cascades=case.policy.cascades,
        overhead=float(case.policy.vendor_overhead or 0),
    )
    kept = tuple(b for b in quest.bounds if b.kind not in {BUDGET, TEAM_BUDGET})
    if quest.aiming.objective == COMPLETED:
        part = market.work.tasks.sum() / max(case.market.work.tasks.sum(), 1e-300)
        kept = tuple(
            b._replace(value=b.value * part) if b.kind in {BUDGET, TEAM_BUDGET} else b
            for b in quest.bounds
        )
    names = tuple(case.options[o].name for o in leaving.options) if leaving else ()
    ban = (Bound("gone", RULE, 0.0, names),) if names else ()
    for bounds in (kept, tuple(b for b in kept if b.kind not in _DEPENDENCE)):
        found = quest._replace(menu=menu, bounds=(*bounds, *ban), tails=None).best()
        if found.mix is not None:
            return servings(menu, found.shares)
    return None


def _people_moving(case: Case, serving: Serving, leaving: Leaving, stays: FloatArray) -> float:
    """Count the active developers who worked with what is gone, by the share of their tasks.

    Nobody moves where it goes after the plan's last day.
    """
    if not (stays < 1).any():
        return 0.0
    work = case.market.work
    month = min(int((stays >= 1).sum()), len(work.months) - 1)
    frequency = np.array([one.number.expected for one in work.frequency])
    total = 0.0
    for g in range(len(work.teams)):
        tasks = work.tasks[g, :, month] * frequency
        gone = sum(
            tasks[k] * share
            for (team, k), parts in serving.items()
            if team == g
            for strategy, share in parts
            if set(strategy) & set(leaving.options)
        )
        total += float(work.people[g, month]) * (gone / tasks.sum() if tasks.sum() else 0.0)
    return float(total)


def _added(
    case: Case, quest: Quest, plans: list[Mix], people: float, after: Serving
) -> ExitFigures:
    parts = [plan.outcome(Means()) for plan in plans]
    by_month = np.sum([one.spend_by_month[0] for one in parts], axis=0)
    owed_to = _owed(case, parts)
    owed = sum(owed_to.values())
    by_month[-1] += owed
    spend, completed = float(by_month.sum()), sum(float(one.completed[0]) for one in parts)
    values = [one.value for one in parts]
    nets = [one.net_value for one in parts]
    value = None if values[0] is None else float(sum(one[0] for one in values if one is not None))
    net = None if nets[0] is None else float(sum(one[0] for one in nets if one is not None)) - owed
    moving = None
    if case.switching_days is not None:
        moving = people * case.switching_days * HOURS_A_DAY * case.hour
    if net is not None and moving is not None:
        net -= moving
    months = case.market.work.months
    gone = None
    if case.budget is not None:
        gone = exhaustion_date(by_month, np.full(len(months), case.budget), months)
    own = _figures(quest, plans, owed_to)
    worth = {NET_VALUE: net, VALUE: value, COMPLETED: completed}.get(quest.aiming.objective)
    return ExitFigures(
        spend=spend,
        value=value,
        net_value=net,
        completed=completed,
        worth=-spend if worth is None else worth,
        exhaustion_date=gone,
        moving=moving,
        breaks=tuple(bound.name for bound in quest.bounds if excess(bound, own) > 0),
        after=after,
    )


def _figures(quest: Quest, plans: list[Mix], owed_to: Mapping[str, float]) -> MixFigures:
    """Add up what limits ask of the parts of a plan, with what is owed over all of it."""
    bounds = [bound._replace(confidence=None) for bound in quest.bounds]
    parts = [
        figures(replace(quest.menu, market=replace(quest.menu.market, commitments={})), one, bounds)
        for one in plans
    ]

    def spent(kind: str) -> dict[str, float]:
        amounts: dict[str, float] = {}
        for own in (getattr(one, f"by_{kind}") for one in parts):
            for name, amount in own.items():
                amounts[name] = amounts.get(name, 0.0) + amount
        for biller, amount in owed_to.items():
            if kind != "team" and amount and is_owed_as(quest.menu, kind, biller):
                amounts[biller] = amounts.get(biller, 0.0) + amount
        return amounts

    def tasks(key: str) -> dict[str, float]:
        names = {name for one in parts for name in getattr(one, key)}
        return {name: sum(getattr(one, key).get(name, 0.0) for one in parts) for name in names}

    return parts[0]._replace(
        spend=sum(one.spend for one in parts) + sum(owed_to.values()),
        completed=tasks("completed"),
        reference=tasks("reference"),
        by_team=spent("team"),
        by_vendor=spent("vendor"),
        by_channel=spent("channel"),
        by_harness=spent("harness"),
        used=tuple(sorted({name for one in parts for name in one.used})),
        names_used={
            kind: tuple(sorted({name for one in parts for name in one.names_used[kind]}))
            for kind in parts[0].names_used
        },
        unmet=sum(one.unmet for one in parts),
    )


def _owed(case: Case, parts: list[Outcome]) -> dict[str, float]:
    """Return what each biller is owed beyond its use, over the parts of the plan."""
    used = _used(case, parts)
    return {
        biller: float(shortfall({biller: promised}, used)[0])
        for biller, promised in case.market.commitments.items()
    }


def _used(case: Case, parts: list[Outcome]) -> dict[str, FloatArray]:
    """Add up what billers are paid for use, over the parts of the plan."""
    used: dict[str, FloatArray] = {}
    for one in parts:
        for option, flow in one.flows.items():
            biller = case.market.candidates[option].biller
            used[biller] = used.get(biller, np.zeros(1)) + flow.paid.sum(axis=1)
    return used


def exit_line(departure: Departure, serving: Serving, premium: float | None) -> ExitLine:
    """Say what the mix's work moves to; `premium` is what `premium_of` says of who leaves."""
    case, leaving = departure.case, departure.leaving
    after = moved(departure, serving)
    teams, classes = case.market.work.teams, case.market.work.classes
    people = _people_moving(case, serving, leaving, departure.stays)
    days = case.switching_days
    moves = [
        (teams[g], classes[k], tuple(case.options[o].name for o in strategy))
        for (g, k), parts in (after or {}).items()
        if parts != serving[g, k]
        for strategy, _ in parts
    ]
    return ExitLine(
        name=leaving.name,
        kind=_KINDS[leaving.kind],
        on=leaving.on,
        days=None if days is None else people * days,
        moving=None if days is None else people * days * HOURS_A_DAY * case.hour,
        cost_of_a_day=people * HOURS_A_DAY * case.hour,
        premium=premium,
        moves_to=moves,
    )


def premium_of(case: Case, quest: Quest, kind: str) -> float | None:
    """Return what holding a second one from the start costs in a year in which nobody leaves.

    `kind` is that of `Leaving`: whoever of them leaves, it is the same. A second one counts with
    the share that `max_vendor_share` leaves it, else `min_share`.
    """
    free = quest._replace(bounds=tuple(b for b in quest.bounds if b.kind not in _DEPENDENCE))
    share = case.policy.min_share
    limit = getattr(case.policy, f"max_{_COUNTED[kind]}_share")
    if limit is not None:
        share = max(share, 1 - limit)
    second = Bound("a second one", LEAST_VENDORS, 2.0, (_COUNTED[kind],), least_share=share)
    alone = free.best()
    if alone.figures is None:
        return None
    if not excess(second, alone.figures):
        return 0.0  # the best mix has one already
    both = free.also(second).best()
    if both.mix is None:
        return None
    return max(0.0, alone.objective - both.objective)
