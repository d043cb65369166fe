"""What to try next: which agent on which class, where a trial changes the choice most.

For every class there is a best strategy at a given worth of a solved task. Trials of an agent are
worth what the choice is expected to gain by them (expected value of sample information): much for
an agent that may overtake the best one, or be overtaken, and that little is known of; nothing for
one that is out of reach. What a reader would get wrong: the value is in dollars for each task of
future work, before what the trials cost; and it counts that trials in one class also tell of the
agent's others.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from advisor.answers.trials.estimates import Estimates, as_share
from advisor.answers.trials.joint_outcomes import Figures
from advisor.answers.trials.mixes import TrialMenu
from advisor.answers.trials.table import Floats, TrialSet
from advisor.engine.normal import phi_array

SIZES = (5, 10, 20, 40)
"""So many tasks are looked at as one step: fewer tell too little to change any choice."""
_STEPS = 80
"""A plan of many trials takes larger steps, so that it has no more of them than this."""
_WORTH_QUANTILES = (0.25, 0.5, 0.75)
_LEAST_VALUE, _FAR = 1e-9, 8.0


class NextTrials(NamedTuple):
    """Trials to make: agent and class by number, how many tasks.

    `value` is dollars, or solved tasks, for each task of future work; `cost` of the trials
    themselves in dollars.
    """

    agent: int
    task_class: int
    trials: int
    value: float
    cost: float


class _Stake(NamedTuple):
    """What hangs on each agent in one class at one worth of a solved task, or in all at all.

    `gap` is how much better the best strategy with the agent is than the best one without it;
    `slope_success` and `slope_cost` how it moves with the agent's log-odds and log cost.
    """

    gap: Floats
    slope_success: Floats
    slope_cost: Floats


def worths_at_stake(menu: TrialMenu) -> list[float]:
    """Return dollars for a solved task at which the best mix changes.

    They are the quartiles of what the tasks cost that a larger budget would solve besides.
    """
    steps = [step for step in menu.steps if step.gain > 0 and step.dollars > 0]
    if not steps:
        return [1.0]
    solved = np.cumsum([step.gain * step.dollars for step in steps])
    places = np.searchsorted(solved, np.array(_WORTH_QUANTILES) * solved[-1])
    return [1 / steps[int(place)].gain for place in places]


def next_trials(
    trials: TrialSet,
    estimates: Estimates,
    *,
    weights: Floats,
    worths: Sequence[float] | Floats,
    number: int,
    in_tasks: bool = False,
) -> list[NextTrials]:
    """Return how best to spend so many trials, most valuable first.

    `weights` are each class's share of future tasks; `worths` are dollars for a solved task, each
    as likely, by class in a second axis if there is one. Values are dollars, or where `in_tasks`
    what these dollars would have solved. Fewer trials come back where no more would change
    anything.
    """
    dollars = np.asarray(worths, dtype=float)
    if dollars.ndim == 1:
        dollars = np.repeat(dollars[:, None], len(weights), axis=1)
    share = weights / len(dollars) / (dollars if in_tasks else 1.0)
    plan = _Plan(trials, estimates, np.broadcast_to(share, dollars.shape), dollars, number)
    left = number
    while left > 0:
        value, agent, task_class, size = plan.best(left)
        if value < _LEAST_VALUE:
            break
        plan.take(agent, task_class, size)
        left -= size
    return plan.told()


class _Plan:
    """Trials taken so far, what they would leave unknown, and what each further step is worth."""

    def __init__(
        self,
        trials: TrialSet,
        estimates: Estimates,
        weights: Floats,
        worths: Floats,
        number: int,
    ) -> None:
        agents, size = len(trials.agents), len(trials.classes)
        self._size, self._weights = size, weights
        self._steps = np.array(SIZES) * max(1, math.ceil(number / (SIZES[0] * _STEPS)))
        self._covariance = estimates.pooled.covariance.copy()
        self._success, self._cost = believed(estimates, size)
        self._noise = _noise_of_one(trials, estimates)
        stakes = [
            [self._stake(estimates.figures[k], k, float(own[k])) for k in range(size)]
            for own in worths
        ]
        self._stakes = _Stake(
            *(np.array([[one[part] for one in own] for own in stakes]) for part in range(3))
        )
        self._taken: dict[tuple[int, int], NextTrials] = {}
        self._value = np.zeros((len(SIZES), agents, size))
        for agent in range(agents):
            self._look_at(agent)

    def _stake(self, figures: Figures, k: int, worth: float) -> _Stake:
        success, cost = _with_untried(figures, self._success[:, k], self._cost[:, k])
        utility = np.where(np.isfinite(success * cost), worth * success - cost, -np.inf)
        either = np.maximum(utility, utility.T)
        partner = either.argmax(axis=1)
        own = either[np.arange(len(utility)), partner]
        slopes = [
            _slopes(
                success, cost, agent, int(other), first=bool(utility[agent, other] >= own[agent])
            )
            for agent, other in enumerate(partner)
        ]
        chance = self._success[:, k] * (1 - self._success[:, k])
        by_success, by_success_cost, by_cost = (
            np.array(part) for part in zip(*slopes, strict=True)
        )
        return _Stake(
            own - _without_each(either), chance * (worth * by_success - by_success_cost), -by_cost
        )

    def _look_at(self, agent: int) -> None:
        """Work out what each number of trials of one agent in each class is worth."""
        self._value[:, agent, :] = self._worth_of(agent, self._steps.astype(float))

    def _worth_of(self, agent: int, numbers: Floats) -> Floats:
        """Return what is gained over all classes and worths, by number of trials and class tried.

        A measurement of both columns of a class moves what is believed of all others; here axes
        are numbers of trials, worths, classes that gain, classes tried.
        """
        size, own = self._size, self._covariance[agent]
        moves_success = self._stakes.slope_success[:, :, agent, None]
        moves_cost = self._stakes.slope_cost[:, :, agent, None]
        by_success = moves_success * own[:size, :size] + moves_cost * own[size:, :size]
        by_cost = moves_success * own[:size, size:] + moves_cost * own[size:, size:]
        both = np.diagonal(own[:size, size:])
        of_success, of_cost = (
            (np.diagonal(own)[part] + self._noise[agent, part] / numbers[:, None])[:, None, None]
            for part in (slice(0, size), slice(size, 2 * size))
        )
        moved = of_cost * by_success**2 - 2 * both * by_success * by_cost + of_success * by_cost**2
        moved = moved / np.maximum(of_success * of_cost - both**2, 1e-300)
        gain = _gain(np.sqrt(np.maximum(moved, 0.0)), self._stakes.gap[:, :, agent, None])
        worth: Floats = np.einsum("nwok,wo->nk", gain, self._weights)
        return worth

    def best(self, left: int) -> tuple[float, int, int, int]:
        """Return the value a trial, agent, class and number of the best next step."""
        steps = self._steps[:, None, None]
        rate = np.where(steps > max(left, steps.min()), -1.0, self._value / steps)
        place, agent, k = (int(n) for n in np.unravel_index(rate.argmax(), rate.shape))
        return float(rate[place, agent, k]), agent, k, min(int(self._steps[place]), left)

    def take(self, agent: int, k: int, number: int) -> None:
        """Take trials: less is left to learn of this agent."""
        value = float(self._worth_of(agent, np.array([float(number)]))[0, k])
        cost = float(number * self._cost[agent, k])
        before = self._taken.get((agent, k), NextTrials(agent, k, 0, 0.0, 0.0))
        self._taken[agent, k] = NextTrials(
            agent, k, before.trials + number, before.value + value, before.cost + cost
        )
        own, seen = self._covariance[agent], np.array([k, self._size + k])
        doubt = own[np.ix_(seen, seen)] + np.diag(self._noise[agent, seen] / number)
        own -= own[:, seen] @ np.linalg.solve(doubt, own[seen])
        self._look_at(agent)

    def told(self) -> list[NextTrials]:
        """Return what was taken, most valuable first."""
        return sorted(self._taken.values(), key=lambda one: (-one.value, one.agent))


def believed(estimates: Estimates, size: int) -> tuple[Floats, Floats]:
    """Return success and cost by agent and class, also of what was never tried."""
    mean = estimates.pooled.mean
    doubt = np.diagonal(estimates.pooled.covariance, axis1=1, axis2=2)
    success = np.where(np.isfinite(estimates.success), estimates.success, as_share(mean[:, :size]))
    cost = np.exp(mean[:, size:] + doubt[:, size:] / 2)
    return success, np.where(np.isfinite(estimates.cost), estimates.cost, cost)


def _noise_of_one(trials: TrialSet, estimates: Estimates) -> Floats:
    """Return the variance of one trial's error by agent: of log-odds, then of log costs."""
    tried = [one.tried.sum(axis=0) for one in trials.classes]
    paid = [one.paid.sum(axis=0) for one in trials.classes]
    number = np.maximum(np.array([*tried, *paid]).T, 1)
    seen = np.array([*tried, *paid]).T > 0
    each = np.where(seen, estimates.pooled.noise * number, 0.0)
    usual = each.sum(axis=0) / np.maximum(seen.sum(axis=0), 1)
    return np.where(seen, each, usual)


def _with_untried(figures: Figures, success: Floats, cost: Floats) -> tuple[Floats, Floats]:
    """Put agents that were never tried in a class into its figures, each alone."""
    done, paid = figures.success.copy(), figures.cost.copy()
    places = np.arange(len(success))
    done[places, places], paid[places, places] = success, cost
    return done, paid


def _slopes(
    success: Floats, cost: Floats, agent: int, other: int, *, first: bool
) -> tuple[float, float, float]:
    """Return how a strategy moves with an agent: success and cost with its success, log of cost.

    A cascade's success moves with an agent's as far as the other one fails.
    """
    own_cost = float(cost[agent, agent])
    if agent == other:
        return 1.0, 0.0, own_cost
    solved = float(success[agent, agent])
    both = 1 - float(success[agent, other] if first else success[other, agent])
    alone_fails = max(1 - solved, 1e-9)
    by_success = both / alone_fails
    if first:
        second = max(float(cost[agent, other]) - own_cost, 0.0)
        return by_success, -second / alone_fails, own_cost
    second = max(float(cost[other, agent]) - float(cost[other, other]), 0.0)
    return by_success, 0.0, second


def _without_each(either: Floats) -> Floats:
    """Return the best strategy without each agent: the best one, but for the two who are in it."""
    agents = len(either)
    best = np.full(agents, either.max())
    for agent in {int(place) for place in np.unravel_index(int(either.argmax()), either.shape)}:
        others = np.delete(np.arange(agents), agent)
        best[agent] = either[np.ix_(others, others)].max() if len(others) else -np.inf
    return best


def _gain(deviation: Floats, gap: Floats) -> Floats:
    """Return the expected gain of choices between two whose difference moves so much."""
    moves = (deviation > 0) & (np.abs(gap) < _FAR * deviation)
    spread = np.where(moves, deviation, 1.0)
    far = -np.abs(np.where(moves, gap, 0.0)) / spread
    density = np.exp(-(far**2) / 2) / math.sqrt(2 * math.pi)
    return np.where(moves, spread * (density + far * phi_array(far)), 0.0)
