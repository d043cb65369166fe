"""How two agents do together: how often both fail, and what the second costs where the first did.

Both are counted on the tasks that both tried, and drawn towards what holds for all pairs of the
class as far as chance explains how pairs differ. What a reader would get wrong: rows are the first
agent, columns the second; success and cost of a cascade are those of the tasks that both tried, so
where agents tried different tasks, the second's own figures are moved to these.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.answers.trials.table import ClassTrials, Floats, column_means

_PRIOR_TASKS = 20.0
"""How many tasks' worth of belief that failures go together in a class as in the others."""
_LEAST_SHARE = 0.05
_LEAST_RATIO_VARIANCE = 0.005
_EDGE = 0.002
"""No success rate is closer to 0 or 1 than this."""
_FEWEST_FAILURES = 2
_FEWEST_COMMON = 5
"""A cascade is offered where both agents tried so many tasks, or all there are if fewer."""


class Counted(NamedTuple):
    """What was counted of the pairs of one class; (first, second), NaN where it can't be known.

    `common` tasks both tried; `success` of the first on those; `correlation` of their failures;
    `cost` of the second on those, and `on_failures` of the first, over `failures` of them.
    """

    tasks: int
    common: Floats
    success: Floats
    correlation: Floats
    cost: Floats
    on_failures: Floats
    failures: Floats

    @property
    def offered(self) -> NDArray[np.bool_]:
        """Which pairs tried enough of the same tasks to be offered as cascades."""
        offered: NDArray[np.bool_] = self.common >= min(_FEWEST_COMMON, self.tasks)
        return offered

    @property
    def mean_correlation(self) -> float:
        """The mean correlation of all pairs, by tasks; NaN where no pair has one."""
        upper = np.triu_indices(len(self.common), 1)
        own, weight = self.correlation[upper], self.common[upper]
        known = np.isfinite(own)
        return float(np.average(own[known], weights=weight[known])) if known.any() else np.nan


def count(trials: ClassTrials) -> Counted:
    """Count what the pairs of a class did on the tasks that both tried."""
    tried, paid = trials.tried.astype(float), trials.paid.astype(float)
    solved = np.where(trials.tried, trials.resolved, 0.0)
    dollars = np.where(trials.paid, trials.cost, 0.0)
    common = tried.T @ tried
    with np.errstate(all="ignore"):
        success = (solved.T @ tried) / common
        joint = (solved.T @ solved) / common - success * success.T
        chance = success * (1 - success)
        correlation = np.where(chance * chance.T > 0, joint / np.sqrt(chance * chance.T), np.nan)
        failed = np.where(trials.tried, 1 - trials.resolved, 0.0)
        failures = failed.T @ paid
        cost = (tried.T @ dollars) / (tried.T @ paid)
        on_failures = (failed.T @ dollars) / failures
    return Counted(trials.tasks, common, success, correlation, cost, on_failures, failures)


def drawn_correlation(counted: Counted, elsewhere: float) -> Floats:
    """Return each pair's correlation of failures, drawn towards the class's and the other classes'.

    `elsewhere` is the mean over all classes.
    """
    own = counted.mean_correlation
    weight = counted.tasks if np.isfinite(own) else 0
    centre = (weight * np.nan_to_num(own) + _PRIOR_TASKS * elsewhere) / (weight + _PRIOR_TASKS)
    pairs = np.where(np.isfinite(counted.correlation), counted.correlation, centre)
    error = (1 - centre**2) ** 2 / np.maximum(counted.common, 2)
    upper = np.triu_indices(len(pairs), 1)
    if not len(upper[0]):
        return pairs
    by_chance = error[upper].mean()
    true = max(np.var(pairs[upper]) - by_chance, _LEAST_SHARE * by_chance)
    drawn: Floats = centre + true / (true + error) * (pairs - centre)
    return drawn


def drawn_ratio(counted: Counted, variation: float) -> Floats:
    """Return the second's cost on the first's failures ÷ its cost on all tasks, drawn together.

    `variation` is the squared deviation ÷ squared mean of one task's cost.
    """
    with np.errstate(all="ignore"):
        raw = np.log(counted.on_failures / counted.cost)
        dearer = counted.failures * counted.on_failures / counted.cost
    enough = np.isfinite(raw) & (counted.failures >= _FEWEST_FAILURES)
    used = enough & ~np.eye(len(raw), dtype=bool)
    if not used.any():
        return np.ones_like(raw)
    weight = counted.failures[used]
    centre = float(np.log(dearer[used].sum() / weight.sum()))
    error = variation / np.maximum(counted.failures, 1)
    apparent = float(np.average((raw[used] - centre) ** 2, weights=weight))
    by_chance = float(np.average(error[used], weights=weight))
    true = max(apparent - by_chance, _LEAST_RATIO_VARIANCE)
    gap = np.where(enough, raw - centre, 0.0)
    drawn: Floats = np.exp(centre + true / (true + error) * gap)
    return drawn


class Figures(NamedTuple):
    """What every strategy of one class does and costs a task, by (first, second).

    The diagonal is an agent alone; NaN is a strategy that is not offered.
    """

    success: Floats
    cost: Floats


def alone(success: Floats, cost: Floats) -> Figures:
    """Return the figures of a class in which nobody sees a failure: each agent alone."""
    shape = len(success), len(success)
    figures = Figures(np.full(shape, np.nan), np.full(shape, np.nan))
    np.fill_diagonal(figures.success, success)
    np.fill_diagonal(figures.cost, cost)
    return figures


def cascades(
    trials: ClassTrials,
    counted: Counted,
    success: Floats,
    cost: Floats,
    correlation: Floats,
    ratio: Floats,
    *,
    as_tried: bool,
) -> Figures:
    """Return the figures of every agent and every cascade of two, from what is believed of each.

    `success` and `cost` are each agent's alone: over the tasks that it tried with `as_tried`, else
    over all tasks of the class.
    """
    first = np.repeat(success[:, None], len(success), axis=1)
    second_cost = np.repeat(cost[None, :], len(cost), axis=0)
    if as_tried:
        raw_success = column_means(trials.resolved, trials.tried)
        raw_cost = column_means(trials.cost, trials.paid)
        with np.errstate(all="ignore"):
            first = first + (counted.success - raw_success[:, None])
            second_cost = second_cost * np.where(raw_cost > 0, counted.cost / raw_cost, 1.0)
    first = np.clip(first, _EDGE, 1 - _EDGE)
    fails = 1 - first
    deviation = np.sqrt(first * fails)
    both = fails * fails.T + correlation * deviation * deviation.T
    both = np.clip(both, np.maximum(0, fails + fails.T - 1), np.minimum(fails, fails.T))
    dearer = np.minimum(ratio, 1 / fails)
    figures = Figures(1 - both, second_cost.T + fails * dearer * second_cost)
    for table, own in ((figures.success, success), (figures.cost, cost)):
        table[~counted.offered] = np.nan
        np.fill_diagonal(table, own)
    return figures
