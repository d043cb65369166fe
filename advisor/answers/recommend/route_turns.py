"""Where whole routes turn, found by asking again: another multiplier or quality, another best mix.

With whole routes and a limit that binds, what one route is worth hangs on what all others leave of
the limit, and no price says it. The question is asked at values further and further from the
present one until the route is another; then between the last two. It is asked so many times and no
more, by count and not by the clock, so that the same file has the same answer everywhere.
"""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.answers.recommend.dominated import pruned
from advisor.answers.recommend.explain import Choice, RouteTurn
from advisor.answers.recommend.menu import with_numbers
from advisor.answers.recommend.near import solve_near
from advisor.answers.recommend.search import Quest
from advisor.answers.recommend.settled import chosen
from advisor.answers.recommend.solution import EXACT
from advisor.answers.recommend.solver import OPTIMAL, Effort
from advisor.engine.axes import RandomInput
from advisor.model.uncertain import Uncertain

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

MOST_ASKED = 100
"""How often the question is asked again."""
MOST_STEPS = 40_000
"""After so many steps of the simplex it is not: hard questions are asked less often."""
_MOST_COLUMNS = 1_000
"""In larger problems it is not asked at all: each answer takes too long."""
_STEPS = (1.1, 1.25, 1.5, 2.0, 3.0)
_FEWEST_HALVINGS, _MOST_HALVINGS = 4, 16
_USED = 1e-9
_SHORT = Effort(EXACT, seconds=2.0)


class _Trial(NamedTuple):
    """One route and the number that is moved under it."""

    cell: int
    strategy: int
    option: int
    key: str
    now: float


class Turned(NamedTuple):
    """Choices with turns, and of how many routes it is not known where they turn."""

    choices: list[dict[int, Choice]]
    not_known: int


def with_turns(quest: Quest, shares: FloatArray, choices: list[dict[int, Choice]]) -> Turned:
    """Return the choices with turns that were found by asking again, until that is often enough.

    `shares` (N, J) are the best mix as it is.
    """
    if len(quest.menu.columns[0]) > _MOST_COLUMNS:
        told = [{j: one._replace(turns=()) for j, one in behind.items()} for behind in choices]
        return Turned(told, int((shares > _USED).sum()))
    trials = {
        (cell, strategy): _trials(quest, cell, strategy, behind.get(strategy, Choice(None, ())))
        for cell, behind in enumerate(choices)
        for strategy in np.flatnonzero(shares[cell] > _USED).tolist()
    }
    asking = _Asking(quest, sum(len(own) for own in trials.values()))
    result: list[dict[int, Choice]] = [{} for _ in choices]
    for (cell, strategy), own in trials.items():
        turns = [_turn(asking, one) for one in own]
        kept = tuple(turn for turn in turns if turn is not None)
        choice = choices[cell].get(strategy, Choice(None, ()))
        result[cell][strategy] = choice._replace(turns=kept)
    return Turned(result, len(asking.left_open))


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


class _Asking:
    """Asks again, and counts. What is asked once answers for all teams with such work."""

    def __init__(self, quest: Quest, trials: int) -> None:
        """Nothing is asked yet. The fewer the trials, the nearer each is looked at."""
        self.quest = quest
        halvings = MOST_ASKED // max(trials, 1) - len(_STEPS)
        self.halvings = max(_FEWEST_HALVINGS, min(halvings, _MOST_HALVINGS))
        self.is_spent, self.left_open = False, set[tuple[int, int]]()
        self._steps = 0
        self._answers: dict[tuple[int, int, str, float], IntArray | None] = {}

    def chosen_at(self, trial: _Trial, value: float) -> int | None:
        """Return which strategy serves the cell in the best mix at another value.

        None where there is no mix, or where the question was asked often enough.
        """
        task_class = int(self.quest.menu.cells.task_class[trial.cell])
        asked = (trial.option, task_class, trial.key, value)
        if asked not in self._answers:
            if len(self._answers) >= MOST_ASKED or self._steps >= MOST_STEPS:
                self.is_spent = True
                return None
            self._answers[asked] = self._best_at(*asked)
        answer = self._answers[asked]
        return None if answer is None else int(answer[trial.cell])

    def _best_at(self, option: int, task_class: int, key: str, value: float) -> IntArray | None:
        """Return the strategies of the best mix, (N,), where an option has another number."""
        menu, market = self.quest.menu, self.quest.menu.market
        candidates = list(market.candidates)
        numbers = list(getattr(candidates[option], key))
        numbers[task_class] = RandomInput(Uncertain.constant(value), numbers[task_class].stream)
        moved = {key: tuple(numbers)}
        candidates[option] = candidates[option]._replace(**moved)  # type: ignore[arg-type]
        there = with_numbers(menu, replace(market, candidates=tuple(candidates)), task_class)
        program = pruned(self.quest._replace(menu=there, tails=None).terms().program)
        solution = solve_near(program, _SHORT)
        self._steps += solution.steps
        if solution.status != OPTIMAL:
            return None
        return np.asarray(chosen(program, there, solution).argmax(axis=1))


def _turn(asking: _Asking, trial: _Trial) -> RouteTurn | None:
    """Look for the nearest value at which the route is another one."""
    options = asking.quest.menu.strategies.options
    rises = (trial.option in options(trial.strategy)) == (trial.key == "multiplier")
    kept, turned, at = trial.now, None, trial.now
    for step in _STEPS:
        at = trial.now * step if rises else trial.now / step
        turned = asking.chosen_at(trial, at)
        if turned != trial.strategy:
            break
        kept = at
    if turned is None or turned == trial.strategy:
        if turned is None and asking.is_spent:
            asking.left_open.add((trial.cell, trial.strategy))
        return None
    for _ in range(asking.halvings):
        middle = (kept + at) / 2
        there = asking.chosen_at(trial, middle)
        if there == trial.strategy:
            kept = middle
        elif there is not None:
            at, turned = middle, there
    key = "token_multiplier" if trial.key == "multiplier" else "quality"
    return RouteTurn(trial.option, key, trial.now, at, options(turned))
