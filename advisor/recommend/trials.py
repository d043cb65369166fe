"""Where whole routes turn, found by asking again: another multiplier or quality, another best mix.

With whole routes and a limit that binds, what one route is worth hangs on what all others leave of
the limit, and no price says it. The question is asked at values further and further from the
present one until the route is another; then between the last two. Beyond a time nothing is said.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.case.facts import Case
from advisor.engine.axes import Drawn
from advisor.model.uncertain import Uncertain
from advisor.recommend.explain import Choice, Turn
from advisor.recommend.menu import menu_of
from advisor.recommend.problem import pruned
from advisor.recommend.search import Quest, chosen
from advisor.recommend.solver import OPTIMAL, Effort, solve

FloatArray = NDArray[np.float64]

SECONDS = 3.0
"""How long turns are looked for."""
_STEPS = (1.02, 1.1, 1.25, 1.5, 2.0, 3.0, 5.0)
_HALVINGS = 5
_USED = 1e-9
_ROUGH = Effort(gap=1e-6, seconds=2.0)


class _Trial(NamedTuple):
    """One route and the number that is moved under it."""

    cell: int
    strategy: int
    option: int
    key: str
    now: float


def with_turns(
    case: Case, quest: Quest, shares: FloatArray, choices: list[dict[int, Choice]]
) -> list[dict[int, Choice]]:
    """Return the choices with turns that were found by asking again, where there was time.

    `shares` (N, J) are the best mix as it is.
    """
    until = time.monotonic() + SECONDS
    result = []
    for cell, behind in enumerate(choices):
        turned = {}
        for strategy in np.flatnonzero(shares[cell] > _USED).tolist():
            choice = behind.get(strategy, Choice(None, ()))
            trials = _trials(quest, cell, strategy, choice)
            turns = [_turn(case, quest, one, until) for one in trials]
            kept = tuple(turn for turn in turns if turn is not None)
            turned[strategy] = choice._replace(turns=kept)
        result.append(turned)
    return result


def _trials(quest: Quest, cell: int, strategy: int, choice: Choice) -> list[_Trial]:
    """List what may turn a route: the first option's numbers, or those of today's challenger."""
    menu = quest.menu
    options = menu.strategies.options(strategy)
    moved = options[0]
    if moved == menu.market.reference:
        if choice.runner_up is None or choice.runner_up[0] == menu.market.reference:
            return []
        moved = choice.runner_up[0]
    return [
        _Trial(cell, strategy, moved, key, menu.mean_of(key, moved, cell))
        for key in ("multiplier", "quality")
    ]


def _turn(case: Case, quest: Quest, trial: _Trial, until: float) -> Turn | None:
    """Look for the nearest value at which the route is another one."""
    uses = trial.option in quest.menu.strategies.options(trial.strategy)
    rises = uses == (trial.key == "multiplier")
    kept, turned, at = trial.now, None, 0.0
    for step in _STEPS:
        at = trial.now * step if rises else trial.now / step
        if time.monotonic() > until:
            return None
        turned = _chosen_at(case, quest, trial, at)
        if turned is None or turned != trial.strategy:
            break
        kept = at
    if turned is None or turned == trial.strategy:
        return None
    for _ in range(_HALVINGS):
        middle = (kept + at) / 2
        there = _chosen_at(case, quest, trial, middle)
        if there == trial.strategy:
            kept = middle
        elif there is not None:
            at, turned = middle, there
    key = "token_multiplier" if trial.key == "multiplier" else "quality"
    return Turn(trial.option, key, trial.now, at, quest.menu.strategies.options(turned))


def _chosen_at(case: Case, quest: Quest, trial: _Trial, value: float) -> int | None:
    """Return which strategy serves the cell in the best mix at another value; None without one."""
    menu, market = quest.menu, quest.menu.market
    k = int(menu.cells.task_class[trial.cell])
    candidates = list(market.candidates)
    numbers = list(getattr(candidates[trial.option], trial.key))
    numbers[k] = Drawn(Uncertain.constant(value), numbers[k].stream)
    moved = {trial.key: tuple(numbers)}
    candidates[trial.option] = candidates[trial.option]._replace(**moved)  # type: ignore[arg-type]
    allowed = sorted({int(o) for o in menu.strategies.first})
    there = menu_of(
        replace(case, market=replace(market, candidates=tuple(candidates))),
        allowed,
        cascades=case.policy.cascades,
        overhead=float(case.policy.vendor_overhead or 0),
    )
    terms = quest._replace(menu=there, tails=None).terms()
    program = pruned(terms.program)
    solution = solve(program, _ROUGH)
    if solution.status != OPTIMAL:
        return None
    return int(chosen(program, there, solution)[trial.cell].argmax())
