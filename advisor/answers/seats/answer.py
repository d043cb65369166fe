"""Seats against tokens, put together: who uses how much, what each way costs, who goes where.

What a reader would get wrong: people are dealt out at the expected level of use, and the range of
what that saves is over years in which all of them use more or less; nobody is dealt out anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from advisor.answers.seats import allocation
from advisor.answers.seats.allocation import PeopleRun, TeamChoice, cheapest
from advisor.answers.seats.buying import BuyingTeam, group_of, pay
from advisor.answers.seats.caps import blocked, cap_for, effect_of
from advisor.answers.seats.lines import KINDS, BuyingMenu, edge
from advisor.answers.seats.offers import (
    TodayByToken,
    YearsOfUse,
    by_the_token,
    offers,
    spend_today,
    years_of,
)
from advisor.answers.seats.use_distribution import Shape
from advisor.case.facts import Case, OptionFacts
from advisor.case.purchase import tool_name
from advisor.case.resolved import ResolvedWorkload
from advisor.engine.draws import quantiles
from advisor.errors import MissingError
from advisor.tables.seats import (
    AllocationSummary,
    Band,
    Cap,
    MoneyRange,
    SeatsAnswer,
    UserKind,
    UseSpread,
)

FloatArray = NDArray[np.float64]

_LEVELS = 80
"""Levels of use at which a deal is priced; between two of them its cost is a straight line."""
_CENT = 0.01


def choose_seats(
    case: Case,
    resolved: ResolvedWorkload,
    *,
    file: str,
    block_chance: float,
    draws: int,
    seed: int,
) -> SeatsAnswer:
    """Set every plan that serves today's work against paying for it by the token.

    Raises MissingError where nobody works or nothing is used, and where what people use is not
    known.
    """
    today = by_the_token(case, resolved)
    team = _team(case, today)
    offered = offers(case, resolved, today)
    known = [one for one in offered if one.buying is not None]
    ways = [one.buying for one in known if one.buying is not None]
    table = TeamChoice(team, ways, case.market.commitments, _beside(case, today))
    menu = BuyingMenu.of(table, offered, known, resolved.workload.currency.per_usd)
    years = years_of(case, today, draws=draws, seed=seed) if draws else None
    spent = spend_today(case, today)
    best = cheapest(table, menu.allowed)
    bands = list(_bands(menu, best))
    return SeatsAnswer(
        workload=case.name,
        file=file,
        currency=case.currency,
        start=case.start,
        months=len(case.market.work.months),
        as_of=case.as_of,
        draws=draws,
        seed=seed,
        block_chance=block_chance,
        basis=case.calibration.basis if case.calibration else "tokens",
        basis_month=case.calibration.month if case.calibration else None,
        today=_today(case),
        today_cost=_range(spent, None if years is None else years.spend),
        use=_use(team, is_assumed=resolved.workload.usage_spread is None),
        kinds=_kinds(menu),
        ways=menu.lines(best, _expected_by_way(menu, bands)),
        deal=_deal(menu, best, bands, spent, years),
        caps=list(_caps(resolved, today, team, block_chance, years)),
        warnings=list(_warnings(case, resolved, today)),
    )


def _team(case: Case, today: TodayByToken) -> BuyingTeam:
    people, used = case.market.work.total_people, today.all_used
    if not people.any():
        raise MissingError.of("nobody works with it: seats are for people", key="developers")
    mean = np.divide(used, people, out=np.zeros_like(used), where=people > 0)
    if not mean.any():
        raise MissingError.of(
            "nothing is used: there is nothing to set a seat against", key="tasks"
        )
    caps = [case.market.candidates[index].cap for index in today.purchases]
    return BuyingTeam(people, mean, Shape(case.market.usage_sigma), max(caps))


def _beside(case: Case, today: TodayByToken) -> float:
    """Return what no seat changes: checks of first tries, and use in months without people."""
    nobody = case.market.work.total_people <= 0
    return today.checks + float(today.all_used[nobody].sum())


def _today(case: Case) -> str:
    facts = case.ways[case.today].facts
    if facts is not None:
        return _title(facts)
    used = {o for route in case.ways[case.today].routes for o in route.strategy}
    return " and ".join(_title(case.options[o]) for o in sorted(used))


def _title(facts: OptionFacts) -> str:
    model = facts.model_name.removeprefix("Claude ")
    if facts.plan_name is not None:
        return f"{model} on {facts.plan_name.removeprefix('GitHub ')}"
    return f"{model} in {tool_name(facts.harness)}" if facts.harness else model


def _range(expected: float, drawn: FloatArray | None) -> MoneyRange:
    if drawn is None:
        return MoneyRange(expected, np.nan, np.nan)
    return MoneyRange(expected, *quantiles(drawn, (0.1, 0.9)))


def _use(team: BuyingTeam, *, is_assumed: bool) -> UseSpread:
    return UseSpread(
        per_active_month=team.average,
        sigma=team.shape.sigma,
        is_assumed=is_assumed,
        people=team.headcount,
        people_most=float(team.people.max()),
        heaviest_tenth=1 - float(team.shape.used_up_to(np.array([0.9]))[0]),
        total=float(team.people @ team.mean),
    )


def _kinds(menu: BuyingMenu) -> list[UserKind]:
    """Find the cheapest way for each kind of user, of those that hang on nobody else."""
    team = menu.table.team
    alone = [way for way in menu.allowed if menu.table.ways[way].is_by_person]
    kinds = []
    for kind, rank in KINDS.items():
        use = team.average * team.shape.use_at(rank)
        best = min(alone, key=lambda way: round(menu.curve(way).at(use), 6))
        kinds.append(
            UserKind(
                kind=kind,
                rank=rank,
                people_above=team.headcount * (1 - rank),
                use=use,
                way=menu.name(menu.known[best]),
                cost=menu.curve(best).at(use),
                by_token=menu.curve(0).at(use),
            )
        )
    return kinds


def _bands(menu: BuyingMenu, deal: allocation.Allocation) -> Iterator[Band]:
    """Describe each run of people: from which use to which, and what they cost."""
    table, team = menu.table, menu.table.team
    edges = [0.0, *(edge(menu, a.way, b.way, b.first) for a, b in pairwise(deal.runs)), np.inf]
    ranks = team.shape.rank_of(np.array(edges) / team.average)
    for n, run in enumerate(deal.runs):
        band = (run.first / team.whole, run.last / team.whole)
        group = group_of(team, table.ways[run.way], [band])
        by_token = pay(team, table.ways[0], group_of(team, table.ways[0], [band]))
        one = menu.known[run.way]
        whole = deal.runs == (run,)
        yield Band(
            use_from=edges[n],
            use_to=None if np.isinf(edges[n + 1]) else edges[n + 1],
            way=menu.name(one),
            title=menu.title(one),
            people=run.last - run.first,
            people_expected=team.headcount * (1.0 if whole else float(ranks[n + 1] - ranks[n])),
            use=float(group.used.sum()) / (team.person_months * (band[1] - band[0])),
            cost=float(pay(team, table.ways[run.way], group).total[0]),
            by_token=float(by_token.total[0]),
        )


def _expected_by_way(menu: BuyingMenu, bands: Sequence[Band]) -> list[float]:
    return [
        sum(band.people_expected for band in bands if band.way == menu.name(one))
        for one in menu.known
    ]


def _deal(
    menu: BuyingMenu,
    best: allocation.Allocation,
    bands: Sequence[Band],
    spent: float,
    years: YearsOfUse | None,
) -> AllocationSummary:
    table = menu.table
    singles = {way: table.everybody_on(way).cost for way in menu.allowed}
    single = min(singles, key=lambda way: round(singles[way], 2))
    plans = {run.way for run in best.runs if run.way}
    one = min(menu.allowed, key=lambda way: round(menu.beside[way].cost, 2))
    drawn = None if years is None else years.spend - _cost_in(table, best.runs, years.use)
    company = _company_deal(menu, plans)
    return AllocationSummary(
        bands=bands,
        cost=best.cost,
        saves=_range(spent - best.cost, drawn),
        best_single=menu.name(menu.known[single]),
        best_single_cost=singles[single],
        saves_against_best_single=singles[single] - best.cost,
        saves_if_use_moves=spent - singles[single],
        one_plan=menu.name(menu.known[one]) if one and len(plans) > 1 else None,
        one_plan_saves=spent - menu.beside[one].cost,
        company_saves=None if company is None else spent - company.cost,
        company_ways=[] if company is None else _names(menu, company),
    )


def _company_deal(menu: BuyingMenu, plans: set[int]) -> allocation.Allocation | None:
    """Deal people out without seats made for individuals; None where the best deal has none."""
    personal = {
        way
        for way, one in enumerate(menu.known)
        if one.is_for_individuals and one.option is None and not one.is_today
    }
    if not personal & plans:
        return None
    return cheapest(menu.table, [way for way in menu.allowed if way not in personal])


def _names(menu: BuyingMenu, deal: allocation.Allocation) -> list[str]:
    return [menu.name(menu.known[way]) for way in dict.fromkeys(run.way for run in deal.runs)]


def _cost_in(table: TeamChoice, runs: Sequence[PeopleRun], use: FloatArray) -> FloatArray:
    """Return what a deal costs in drawn years, by how much is used in each. Shape (draws,)."""
    levels = np.unique(np.linspace(use.min(), use.max(), _LEVELS))
    return np.interp(use, levels, table.costs(runs, levels))


def _caps(
    resolved: ResolvedWorkload,
    today: TodayByToken,
    team: BuyingTeam,
    chance: float,
    years: YearsOfUse | None,
) -> Iterator[Cap]:
    """Size a cap by its chance, and hold it beside those that the file's options have."""
    stated: dict[float, str | None] = {cap_for(team, chance): None}
    models = {own.offer.id for own in today.purchases.values()}
    for name, own in resolved.purchases.items():
        if own.option.cap is not None and own.plan is None and own.offer.id in models:
            stated.setdefault(float(own.option.cap), name)
    high = np.nan if years is None else quantiles(years.use, (0.9,))[0]
    for cap, option in stated.items():
        effect = effect_of(team, cap)
        yield Cap(
            cap=cap,
            option=option,
            blocked=effect.blocked,
            people_a_month=team.headcount * effect.blocked,
            blocked_at_p90=np.nan if np.isnan(high) else blocked(team.at_level(high), cap),
            once_if_own_level=effect.once_own_level,
            once_if_drawn_anew=effect.once_drawn_anew,
            saves=effect.kept,
            saves_share=effect.kept / float(team.people @ team.mean),
        )


def _warnings(case: Case, resolved: ResolvedWorkload, today: TodayByToken) -> Iterator[str]:
    """Tell what could mislead: the case's own notes, and what seats add."""
    others = set(resolved.purchases) - {
        case.market.candidates[index].name for index in today.purchases
    }
    yield from (one for one in case.warnings if one.partition(":")[0] not in others)
    if any(task.per_developer_month is None for task in resolved.tasks.values()):
        yield "work that is not counted per developer is shared out among people like the rest"
    if any(own.option.mode for own in today.purchases.values()):
        yield "seats are priced at the usual speed, not in the mode that runs today"
    for biller, money in case.market.commitments.items():
        yield (
            f"{money:,.0f} is committed to {biller} and counted in every total; break-evens are "
            "for use beyond it"
        )
    people = case.market.work.total_people
    if people.min() < people.max():
        yield (
            "people and use are averages over the months; active people go from "
            f"{people.min():,.0f} to {people.max():,.0f}"
        )
