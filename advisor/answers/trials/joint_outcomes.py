"""How two agents do together: how often both fail, and what the second costs where the first did.

Both are counted on the tasks that both tried (failures are drawn together in `pair_odds`, costs
here). What a reader would get wrong: rows are the first agent, columns the second; success and cost
of a cascade are those of the tasks that both tried, so where agents tried different tasks, the
second's own figures are moved to these.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.answers.trials.table import ClassTrials, Floats, column_means

_LEAST_RATIO_VARIANCE = 0.005
_EDGE = 0.002
"""No success rate is closer to 0 or 1 than this."""
_NEARLY_ONE = 1e-6
_FEWEST_FAILURES = 2
_FEWEST_COMMON = 5
"""A cascade is offered where both agents tried so many tasks, or all there are if fewer."""


class Counted(NamedTuple):
    """What was counted of the pairs of one class; (first, second), NaN where it can't be known.

    `common` tasks both tried, on `both` of which both failed; `success` of the first on those;
    `correlation` of their failures; `cost` of the second on those, and `on_failures` of the first,
    over `failures` of them.
    """

    tasks: int
    common: Floats
    both: Floats
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
        both = failed.T @ failed
        failures = failed.T @ paid
        cost = (tried.T @ dollars) / (tried.T @ paid)
        on_failures = (failed.T @ dollars) / failures
    return Counted(trials.tasks, common, both, success, correlation, cost, on_failures, failures)


def both_fail(first: Floats, second: Floats, log_odds: Floats) -> Floats:
    """Return how often both fail, from how often each does and their odds ratio (Plackett)."""
    ratio = np.exp(log_odds)
    excess = np.where(np.abs(ratio - 1) < _NEARLY_ONE, _NEARLY_ONE, ratio - 1)
    scale = 1 + (first + second) * excess
    root = np.sqrt(np.maximum(scale**2 - 4 * (1 + excess) * excess * first * second, 0.0))
    both = (scale - root) / (2 * excess)
    within: Floats = np.clip(both, np.maximum(0.0, first + second - 1), np.minimum(first, second))
    return within


def hardness(failed: Floats) -> Floats:
    """Return how much harder than the usual the tasks are that an agent fails.

    `failed` is the share that it fails: its hardest, where difficulty is logistic with scale 1. Who
    fails nearly all says nothing of a task by failing it; what the best fail is the hardest.
    """
    share = np.clip(failed, _EDGE, 1 - _EDGE)
    harder: Floats = -np.log(share) - (1 - share) / share * np.log1p(-share)
    return harder


def drawn_ratio(counted: Counted, success: Floats, variation: float) -> Floats:
    """Return the second's cost on the first's failures ÷ its cost on all tasks, drawn together.

    Costs rise with difficulty alike for all pairs, so the ratio hangs on which tasks the first
    fails. `success` is what is believed of each agent, `variation` the squared deviation ÷ squared
    mean of one task's cost.
    """
    with np.errstate(all="ignore"):
        raw = np.log(counted.on_failures / counted.cost)
        dearer = counted.failures * counted.on_failures / counted.cost
    enough = np.isfinite(raw) & (counted.failures >= _FEWEST_FAILURES)
    used = enough & ~np.eye(len(raw), dtype=bool)
    if not used.any():
        return np.ones_like(raw)
    weight = counted.failures[used]
    harder = np.broadcast_to(hardness(1 - success)[:, None], raw.shape)
    rise = np.log(dearer[used].sum() / weight.sum()) / np.average(harder[used], weights=weight)
    gap = np.where(enough, raw - rise * harder, 0.0)
    error = variation / np.maximum(counted.failures, 1)
    apparent = float(np.average(gap[used] ** 2, weights=weight))
    by_chance = float(np.average(error[used], weights=weight))
    true = max(apparent - by_chance, _LEAST_RATIO_VARIANCE)
    drawn: Floats = np.exp(rise * harder + true / (true + error) * gap)
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
    log_odds: Floats,
    ratio: Floats,
    *,
    as_tried: bool,
) -> Figures:
    """Return the figures of every agent and every cascade of two, from what is believed of each.

    `log_odds` says how failures go together, `ratio` what the second costs where the first failed.
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
    both = both_fail(fails, fails.T, log_odds)
    dearer = np.minimum(ratio, 1 / fails)
    figures = Figures(1 - both, second_cost.T + fails * dearer * second_cost)
    for table, own in ((figures.success, success), (figures.cost, cost)):
        table[~counted.offered] = np.nan
        np.fill_diagonal(table, own)
    return figures
