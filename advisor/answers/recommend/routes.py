"""A mix's routes as lines: who serves what, for how much, and what would take its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from advisor.answers.recommend.explain import Choice, RouteTurn
from advisor.answers.recommend.menu import Menu
from advisor.answers.recommend.mix import Mix
from advisor.answers.recommend.strategies import NOBODY
from advisor.case.facts import Case
from advisor.engine.draws import Means
from advisor.tables.recommend import FlipLine, RouteLine, Strategy

FloatArray = NDArray[np.float64]

_USED = 1e-9


def route_spend(menu: Menu, mix: Mix, shares: FloatArray) -> FloatArray:
    """Return what vendors are paid for each cell and strategy. Shape (N, J).

    Seats and what is paid beyond a pool are shared out by use; what is owed to commitments is no
    route's.
    """
    strategies, contributions = menu.strategies, menu.contributions
    paid = _paid_per_use(menu, mix, shares)
    second = np.where(strategies.second == NOBODY, strategies.first, strategies.second)
    spent = (
        contributions.first_use * paid[strategies.first] + contributions.second_use * paid[second]
    )
    return shares * (spent + contributions.checks)


def _paid_per_use(menu: Menu, mix: Mix, shares: FloatArray) -> FloatArray:
    """Return what a dollar's use of each option is paid with: 1 where it is metered. (O,)."""
    paid = np.ones(len(menu.facts))
    result = mix.outcome(Means())
    for pool in menu.pools:
        used = [o for o in pool.options if o in result.flows]
        use = sum(float((shares * menu.contributions.by_month[o].sum(axis=2)).sum()) for o in used)
        beyond = sum(float(result.flows[o].paid[0].sum()) for o in used)
        bought = result.seating.subscriptions.values()
        fees = sum(float(one.fees.sum()) for one in bought if set(one.options) & set(used))
        for option in used:
            paid[option] = (beyond + fees) / use if use else 0.0
    return paid


def route_lines(
    case: Case,
    menu: Menu,
    shares: FloatArray,
    spent: FloatArray,
    behind: Sequence[Mapping[int, Choice]],
) -> list[RouteLine]:
    """List the routes by team and class, in the file's order of both, larger shares first."""
    lines = []
    today = _completed_today(case, menu)
    for n in sorted(range(menu.cells.size), key=lambda n: (menu.cells.team[n], _place(menu, n))):
        used = np.flatnonzero(shares[n] > _USED)
        for j in sorted(used.tolist(), key=lambda j: (-shares[n, j], j)):
            tasks = float(menu.contributions.tasks[n, j] * shares[n, j])
            done = float(menu.contributions.completed[n, j])
            choice = behind[n].get(j)
            lines.append(
                RouteLine(
                    team=menu.market.work.teams[menu.cells.team[n]],
                    task_class=menu.market.work.classes[menu.cells.task_class[n]],
                    strategy=_named(case, menu.strategies.options(j)),
                    share=float(shares[n, j] / shares[n].sum()),
                    tasks=tasks,
                    success=done / float(menu.contributions.tasks[n, j]),
                    work_done=done / today[n] if today[n] else float("nan"),
                    cost_per_task=float(spent[n, j]) / tasks if tasks else float("nan"),
                    spend=float(spent[n, j]),
                    runner_up=_runner_up(case, choice),
                    flips_at=[_flip(case, turn) for turn in (choice.turns if choice else ())],
                )
            )
    return lines


def _place(menu: Menu, cell: int) -> int:
    return int(menu.cells.task_class[cell])


def _completed_today(case: Case, menu: Menu) -> list[float]:
    """Return what today's way completes in each cell. (N,)."""
    result = []
    by_class: dict[int, list[tuple[tuple[int, ...], float]]] = {}
    for route in case.ways[case.today].routes:
        share = float(np.asarray(route.share))
        by_class.setdefault(route.task_class, []).append((route.strategy, share))
    for n in range(menu.cells.size):
        k = int(menu.cells.task_class[n])
        reference = float(menu.contributions.reference[n, 0])
        chance = menu.reference_chance(k)
        success = sum(
            share * menu.chance(strategy[0], k) for strategy, share in by_class.get(k, [])
        )
        result.append(reference * success / min(1.0, chance) if chance else 0.0)
    return result


def _named(case: Case, strategy: tuple[int, ...]) -> Strategy:
    return tuple(case.options[option].name for option in strategy)


def _runner_up(case: Case, choice: Choice | None) -> Strategy | None:
    if choice is None or choice.runner_up is None:
        return None
    return _named(case, choice.runner_up)


def _flip(case: Case, turn: RouteTurn) -> FlipLine:
    return FlipLine(
        option=case.options[turn.option].name,
        key=turn.key,
        now=turn.now,
        at=turn.at,
        strategy=_named(case, turn.strategy),
    )
