"""The whole advice: the best mix, what it comes to, what it rests on, or why there is none."""

import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.answers.recommend.columns import measured, way_columns
from advisor.answers.recommend.conflict import conflicts
from advisor.answers.recommend.cvar import Tails
from advisor.answers.recommend.explain import Choice, choices, prices_of
from advisor.answers.recommend.floor import at_least_alone
from advisor.answers.recommend.frontier import MOST_POINTS, Point, frontier
from advisor.answers.recommend.limits import (
    BUDGET,
    RULE,
    Bound,
    bounds_of_case,
    market_classes,
    measure,
    rules_of,
)
from advisor.answers.recommend.menu import COMPLETED, NET_VALUE, Menu, menu_of
from advisor.answers.recommend.mix import servings
from advisor.answers.recommend.mix_figures import MixFigures
from advisor.answers.recommend.robust import Robust, robust
from advisor.answers.recommend.route_turns import with_turns
from advisor.answers.recommend.routes import route_lines, route_spend
from advisor.answers.recommend.search import Aim, FoundMix, Quest
from advisor.answers.recommend.solver import INFEASIBLE, UNKNOWN, Effort
from advisor.answers.recommend.worth import (
    Felt,
    SharedOptimum,
    binding,
    shadow_price,
    shared_optimum,
    vendor_worth,
    worth_of_another,
)
from advisor.case.facts import Case
from advisor.engine.draws import Years
from advisor.errors import MissingError
from advisor.tables.recommend import (
    BindingLine,
    ConflictLine,
    FrontierPoint,
    FrontierRoute,
    HeldLimit,
    Recommendation,
    RobustLine,
    RouteLine,
)

FloatArray = NDArray[np.float64]

MOST_WHOLE_ROWS = 400
"""Up to so many pieces of work, routes are whole where the policy does not say."""
_ASIDE_SECONDS = 3.0
"""For how long each question beside the mix is looked into: without a limit, without a vendor."""
_ALWAYS_DRAWN = 2_000
"""Draws on which a confidence is held where none are asked for."""


_NOT_LEAST = (
    "time ran out while the conflict was looked into: fewer limits, or smaller changes, may do"
)
_STOPPED = "stopped by hand: what limits and makers are worth was not looked at to the end"


def in_silence(_: str) -> None:
    """Say nothing."""


class Wish(NamedTuple):
    """What may be asked beside the file. None: as the file says, or the usual.

    `robust_at` chooses for the draws: "mean" for the least expected regret, "tail" for the least
    regret of the worst years, which `bad_years` is the share of. `turns`: where routes turn is
    looked for, which takes longest. `tell` hears what is done next.
    """

    objective: str | None = None
    is_whole: bool | None = None
    robust: str | None = None
    bad_years: float = 0.1
    effort: Effort = Effort()
    points: int = MOST_POINTS
    turns: bool = True
    tell: Callable[[str], None] = in_silence


def recommend(
    case: Case,
    *,
    file: str = "",
    draws: int = 0,
    seed: int = 1,
    wish: Wish = Wish(),  # noqa: B008
) -> Recommendation:
    """Choose the best mix for a case, and say what it rests on.

    Limits that no mix keeps together come back as conflicts, with the status `infeasible`.
    """
    quest = quest_of(case, draws=draws, seed=seed, wish=wish)
    blank = _blank(case, quest, file=file, draws=draws, seed=seed)
    found = at_least_alone(quest, quest.best())
    if found.status == INFEASIBLE:
        until = time.monotonic() + max(wish.effort.seconds, _ASIDE_SECONDS)
        told = blank._replace(status=INFEASIBLE, conflicts=_conflicts(case, quest, until))
        is_late = time.monotonic() > until
        return told._replace(warnings=[*told.warnings, *([_NOT_LEAST] if is_late else [])])
    if found.status == UNKNOWN or found.mix is None:
        return blank._replace(status=UNKNOWN)
    steady = None
    if wish.robust is not None:
        years = Years(draws or _ALWAYS_DRAWN, seed)
        tail = 1 - wish.bad_years if wish.robust == "tail" else None
        steady = robust(quest, found, years, tail, 1 - wish.bad_years)
    if found.is_cut_short:
        return _told(case, quest, found, steady, blank, wish, looks_on=False)
    wish.tell("the mix is found; next, what each limit and each maker is worth")
    try:
        return _told(case, quest, found, steady, blank, wish, looks_on=True)
    except KeyboardInterrupt:
        told = _told(case, quest, found, steady, blank, wish, looks_on=False)
        return told._replace(warnings=[*told.warnings, _STOPPED])


def quest_of(case: Case, *, draws: int, seed: int, wish: Wish = Wish()) -> Quest:  # noqa: B008
    """Lay out what is chosen from and under which limits.

    Where the rules leave no option, all stand there and the rules are limits that nothing keeps.
    Raises MissingError where there is no work.
    """
    policy = case.policy
    allowed = [o for o, facts in enumerate(case.options) if not facts.denied_by]
    rules = () if allowed else rules_of(case.options)
    allowed = allowed or list(range(len(case.options)))
    menu = menu_of(
        case, allowed, cascades=policy.cascades, overhead=float(policy.vendor_overhead or 0)
    )
    if not menu.cells.size:
        raise MissingError.of("there is no work in these months to give to anybody", key="tasks")
    bounds = (*bounds_of_case(case), *rules)
    objective = wish.objective or (NET_VALUE if menu.has_values else COMPLETED)
    whole = policy.whole if wish.is_whole is None else wish.is_whole
    if whole is None:
        whole = 1 < menu.cells.size <= MOST_WHOLE_ROWS
    tails = Tails.of(menu, bounds, Years(draws or _ALWAYS_DRAWN, seed))
    return Quest(menu, bounds, Aim(objective, whole, wish.effort), tails)


def _blank(case: Case, quest: Quest, *, file: str, draws: int, seed: int) -> Recommendation:
    return Recommendation(
        workload=case.name,
        file=file,
        currency=case.currency,
        start=case.start,
        months=len(case.market.work.months),
        as_of=case.as_of,
        draws=draws,
        seed=seed,
        aim=quest.aiming.objective,
        has_values=quest.menu.has_values,
        counts_tasks=case.states_success and not case.counts_developer_months,
        counts_months=case.counts_developer_months,
        is_whole=quest.aiming.is_whole,
        budget=case.budget,
        status=UNKNOWN,
        gap=float("nan"),
        limits=[HeldLimit(b.name, None, b.value, None, b.confidence) for b in _stated(quest)],
        classes=market_classes(case.market),
        makers={one.vendor: one.vendor_name for one in case.options},
        warnings=_warnings(case),
    )


def _warnings(case: Case) -> list[str]:
    said = list(case.warnings)
    said += [f"{one.name} is left out: not known: {one.unknown}" for one in case.unknown]
    return said


# --- No mix --------------------------------------------------------------------------------------


def _conflicts(case: Case, quest: Quest, until: float) -> list[ConflictLine]:
    """Find the conflict among all limits, the rules that deny options included."""
    everything = list(range(len(case.options)))
    overhead = float(case.policy.vendor_overhead or 0)
    menu = menu_of(case, everything, cascades=case.policy.cascades, overhead=overhead)
    tails = Tails.of(menu, quest.bounds, quest.tails.years) if quest.tails else None
    whole = Quest(menu, (*_stated(quest), *rules_of(case.options)), quest.aiming, tails)
    return [
        ConflictLine(
            limit=one.bound.name,
            line=None,
            value=one.bound.value,
            least_relaxation=one.least_relaxation,
            can_go=one.can_go,
            words=_in_words(one.bound, case),
        )
        for one in conflicts(whole, until)
    ]


def _stated(quest: Quest) -> tuple[Bound, ...]:
    """Return the limits that have a figure, without the rules that deny options."""
    return tuple(bound for bound in quest.bounds if bound.kind != RULE)


def _in_words(bound: Bound, case: Case) -> str:
    """Say what a rule denies; other limits speak by their numbers."""
    if bound.kind != RULE:
        return ""
    block, _, rule = bound.name.partition(".")
    names = getattr(getattr(case.policy, block), rule)
    return f"{block} {rule} {', '.join(names)}"


# --- A mix ---------------------------------------------------------------------------------------


def _told(
    case: Case,
    quest: Quest,
    found: FoundMix,
    steady: Robust | None,
    blank: Recommendation,
    wish: Wish,
    *,
    looks_on: bool,
) -> Recommendation:
    """Gather everything that is said of a mix; what takes solving again only where one looks on."""
    kept = found if steady is None else steady.found
    assert kept.mix is not None and kept.figures is not None  # noqa: PT018
    today, single, mix = way_columns(case, quest, kept, draws=blank.draws, seed=blank.seed)
    quest = _aside(quest, wish)
    optimum = shared_optimum(quest) if looks_on else None
    felt, unsettled = binding(quest, found, optimum) if looks_on else ([], [])
    shares = kept.figures.shares("vendor")
    makers = vendor_worth(quest, found) if looks_on else {}
    another = worth_of_another(quest, found) if looks_on else None
    tells = _how_turns_are_told(quest, is_felt=bool(felt), is_steady=steady is not None)
    routes, left_open = _routes(
        case, quest, kept, optimum, tells=tells if looks_on and wish.turns else _NOT_AT_ALL
    )
    return blank._replace(
        warnings=[*blank.warnings, *left_open],
        status=found.status,
        gap=found.gap,
        objective=kept.objective,
        spend=mix.spend,
        value=mix.value if quest.menu.has_values else kept.figures.all_completed,
        net_value=mix.net_value,
        vendor_overhead=kept.figures.overhead,
        quality=kept.figures.quality,
        completed=mix.completed,
        work_done=mix.work_done,
        hhi=sum(share**2 for share in shares.values()),
        probability_over_budget=mix.probability_over_budget,
        shadow_price_budget=_budget_price(quest, optimum),
        vendor_shares=shares,
        channel_shares=kept.figures.shares("channel"),
        harness_shares=kept.figures.shares("harness"),
        vendor_worth=makers,
        another_vendor=another,
        whole_costs=_cost_of_wholeness(quest, found) if looks_on else None,
        routes=routes,
        today=today,
        best_single=single,
        mix=mix,
        unsettled=unsettled,
        binding=[_binding_line(one, found.figures) for one in felt],
        limits=[
            HeldLimit(b.name, None, b.value, measure(b, kept.figures), b.confidence)
            for b in quest.bounds
        ],
        frontier=_frontier(case, quest, wish) if looks_on else [],
        robust=None if steady is None else _robust_line(found, steady, wish),
        is_borrowed=any(one.borrowed for one in case.options if one.name in kept.figures.used),
    )


def _aside(quest: Quest, wish: Wish) -> Quest:
    """Ask what stands beside the mix: each for moments, all together no longer than the mix."""
    until = time.monotonic() + max(wish.effort.seconds, _ASIDE_SECONDS)
    seconds = min(wish.effort.seconds, _ASIDE_SECONDS)
    effort = Effort(wish.effort.gap, seconds, until)
    return quest._replace(aiming=quest.aiming._replace(effort=effort))


_BY_PRICES, _BY_TRIAL, _NOT_AT_ALL = "prices", "trial", "not"


def _how_turns_are_told(quest: Quest, *, is_felt: bool, is_steady: bool) -> str:
    """Say how to find where routes turn: prices of limits tell it only where all is linear."""
    if quest.tails is not None or is_steady:
        return _NOT_AT_ALL
    curved = quest.menu.market.rebound > 0
    if quest.aiming.is_whole:
        return _BY_TRIAL if is_felt or curved else _BY_PRICES
    return _NOT_AT_ALL if curved else _BY_PRICES


def _budget_price(quest: Quest, optimum: SharedOptimum | None) -> float | None:
    """Return what one more dollar of budget adds; None where there is no budget."""
    budget = next((bound for bound in quest.bounds if bound.kind == BUDGET), None)
    if budget is None or optimum is None:
        return None
    return shadow_price(optimum, budget)


def _cost_of_wholeness(quest: Quest, found: FoundMix) -> float | None:
    """Return what shares would add to the objective; None where routes are shared already."""
    if not quest.aiming.is_whole:
        return None
    shared = quest.shared().best()
    return max(0.0, shared.objective - found.objective) if shared.mix is not None else None


def _binding_line(felt: Felt, kept: MixFigures | None) -> BindingLine:
    assert kept is not None
    found = measure(felt.bound, kept)
    return BindingLine(felt.bound.name, None, felt.bound.value, found, felt.cost, felt.shadow_price)


def _robust_line(found: FoundMix, steady: Robust, wish: Wish) -> RobustLine:
    return RobustLine(
        form=wish.robust or "",
        costs_at_the_means=found.objective - steady.found.objective,
        regret=steady.own.mean,
        regret_in_bad_years=steady.own.tail,
        expected_regret=steady.expected.mean,
        expected_regret_in_bad_years=steady.expected.tail,
        bad_years=wish.bad_years,
    )


# --- Routes and frontier -------------------------------------------------------------------------


def _routes(
    case: Case,
    quest: Quest,
    found: FoundMix,
    optimum: SharedOptimum | None,
    *,
    tells: str,
) -> tuple[list[RouteLine], list[str]]:
    """Tell the routes with what stands behind them; `tells` is how turns are found.

    And in words of how many it is not known where they turn.
    """
    behind: list[dict[int, Choice]] = [{} for _ in range(quest.menu.cells.size)]
    not_known = 0
    if optimum is not None:
        behind = choices(quest.menu, prices_of(optimum), found.shares)
    if tells == _BY_TRIAL:
        behind, not_known = with_turns(quest, found.shares, behind)
    if tells == _NOT_AT_ALL:
        behind = [{j: one._replace(turns=()) for j, one in cell.items()} for cell in behind]
    assert found.mix is not None
    spent = route_spend(quest.menu, found.mix, found.shares)
    lines = route_lines(case, quest.menu, found.shares, spent, behind)
    said = f"of {not_known} of {len(lines)} routes it is not known where they turn: too much to ask"
    return lines, [said] if not_known else []


def _frontier(case: Case, quest: Quest, wish: Wish) -> list[FrontierPoint]:
    if wish.points < 1:
        return []
    today = measured(quest, case, case.today)
    return [_frontier_point(case, quest.menu, one, today) for one in frontier(quest, wish.points)]


def _frontier_point(case: Case, menu: Menu, point: Point, today: MixFigures) -> FrontierPoint:
    own = point.sums
    routes = [
        FrontierRoute(
            team=menu.market.work.teams[g],
            task_class=menu.market.work.classes[k],
            strategy=tuple(case.options[o].name for o in strategy),
            share=share,
        )
        for (g, k), serving in servings(menu, point.shares).items()
        for strategy, share in serving
    ]
    return FrontierPoint(
        spend=own.spend,
        value=own.value if menu.has_values else own.all_completed,
        net_value=own.net_value if menu.has_values else None,
        completed=own.all_completed,
        work_done=own.all_completed / today.all_completed if today.all_completed else float("nan"),
        routes=routes,
    )
