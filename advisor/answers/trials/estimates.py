"""What is believed of agents after trials: success and cost by class, alone and in cascades.

Success is pooled on the log-odds scale, cost on the log scale, in one vector an agent (see
`shrinkage`). What a reader would get wrong: agents that tried the same tasks share their luck with
these tasks, so the noise between them is that share smaller by which failures (or costs) go
together; and the mean of a heavy-tailed cost is believed to be more than the middle of its logs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from advisor.answers.trials.adjusted_means import Level, cost_level, success_level
from advisor.answers.trials.joint_outcomes import (
    Counted,
    Figures,
    alone,
    cascades,
    count,
    drawn_correlation,
    drawn_ratio,
)
from advisor.answers.trials.shrinkage import Pooled, pool
from advisor.answers.trials.table import ClassTrials, Floats, TrialSet, column_means

_PUBLISHED_CORRELATION = 0.64
"""What is assumed of failures where no pair of agents shows it (25 models, 500 tasks)."""
_EDGE = 0.002
_PSEUDO_TASKS = 1.0
"""A success rate of 0 or 1 counts as if one task more had gone as the class usually does."""
_LEAST_NOISE = 1e-4
_SUCCESS_NOISE, _COST_NOISE = 1.5, 3.0
"""How much noisier an agent's means are than their spread over tasks says: which tasks are hard or
dear differs by agent, and few attempts make most of a mean cost. Set by measurement, see docs."""


class CostNoise(NamedTuple):
    """How costs of one class vary between tasks, in squared deviations ÷ squared means.

    `total` is an agent's typical variation, `each` that of every agent; `shared` is the part of it
    that comes from the tasks, which are dear for all agents alike.
    """

    total: float
    each: Floats
    shared: float

    @property
    def own(self) -> Floats:
        """Each agent's variation that the others don't share."""
        return (1 - self.shared) * self.each


class Estimates(NamedTuple):
    """What is believed; rows are agents, columns classes.

    `success` and `cost` are believed means, NaN where an agent has no known cost in a class.
    `pooled` has log-odds of success in its first columns, log costs in the others; `noise` is the
    variance of each of these measurements. `correlation` is the mean of failures over all pairs.
    """

    success: Floats
    cost: Floats
    pooled: Pooled
    noise: Floats
    counted: Sequence[Counted]
    correlation: float
    variation: Sequence[CostNoise]
    figures: Sequence[Figures]


def log_odds(share: Floats) -> Floats:
    """Return ln(p ÷ (1 − p))."""
    odds: Floats = np.log(share / (1 - share))
    return odds


def as_share(odds: Floats) -> Floats:
    """Return p of ln(p ÷ (1 − p))."""
    share: Floats = 1 / (1 + np.exp(-odds))
    return share


def estimate(trials: TrialSet, seen: Sequence[bool], *, as_tried: bool = True) -> Estimates:
    """Say what is believed after trials; `seen` says of each class whether failures are seen.

    With `as_tried`, figures are of the tasks that agents tried, as further trials would show them;
    without, as if all had tried all tasks of their class, which is how to compare them.
    """
    counted = [count(one) for one in trials.classes]
    correlation = _mean_correlation(counted)
    variation = [cost_noise(one) for one in trials.classes]
    levels = [
        (success_level(one, shared_luck(pairs, correlation)), cost_level(one, noise.shared))
        for one, pairs, noise in zip(trials.classes, counted, variation, strict=True)
    ]
    parts = [
        *(_success(one, pairs, level[0], correlation)
          for one, pairs, level in zip(trials.classes, counted, levels, strict=True)),
        *(_cost(one, noise, level[1])
          for one, noise, level in zip(trials.classes, variation, levels, strict=True)),
    ]  # fmt: skip
    measured = np.column_stack([values for values, _ in parts])
    noise = np.column_stack([error for _, error in parts])
    pooled = pool(measured, noise)
    success, cost = _believed(trials, pooled, variation)
    if as_tried:
        success, cost = _as_tried(success, cost, levels)
    figures = [
        _figures(
            one,
            pairs,
            success[:, k],
            cost[:, k],
            correlation,
            variation[k].total,
            as_tried=as_tried,
        )
        if seen[k]
        else alone(success[:, k], cost[:, k])
        for k, (one, pairs) in enumerate(zip(trials.classes, counted, strict=True))
    ]
    return Estimates(success, cost, pooled, noise, counted, correlation, variation, figures)


def _mean_correlation(counted: Sequence[Counted]) -> float:
    known = [(one.mean_correlation, one.tasks) for one in counted]
    known = [(mean, tasks) for mean, tasks in known if np.isfinite(mean)]
    if not known:
        return _PUBLISHED_CORRELATION
    return float(np.average([one for one, _ in known], weights=[tasks for _, tasks in known]))


def shared_luck(counted: Counted, elsewhere: float) -> float:
    """Return the share of an agent's luck with tasks that all agents share, below 1."""
    own = counted.mean_correlation
    return min(max(own if np.isfinite(own) else elsewhere, 0.0), 0.95)


def _success(
    trials: ClassTrials, counted: Counted, level: Level, elsewhere: float
) -> tuple[Floats, Floats]:
    """Return each agent's log-odds of success, and the variance of their error."""
    number = trials.tried.sum(axis=0)
    even = np.clip(level.even, 0.0, 1.0)
    usual = float(np.mean(even[number > 0]))
    usual = min(max(usual, _EDGE), 1 - _EDGE)
    share = (np.where(number > 0, even, 0.0) * number + _PSEUDO_TASKS * usual) / (
        number + _PSEUDO_TASKS
    )
    together = shared_luck(counted, elsewhere)
    own_luck = 1 - together + together * level.doubt
    error = _SUCCESS_NOISE * own_luck / (np.maximum(number, 1) * share * (1 - share))
    return np.where(number > 0, log_odds(share), np.nan), error


def _as_tried(
    success: Floats, cost: Floats, levels: Sequence[tuple[Level, Level]]
) -> tuple[Floats, Floats]:
    """Move what is believed to the tasks that agents tried."""
    moved = np.array([done.tried - done.even for done, _ in levels]).T
    factor = np.array(
        [np.where(paid.even > 0, paid.tried / np.where(paid.even > 0, paid.even, 1), 1.0)
         for _, paid in levels]
    ).T  # fmt: skip
    return np.clip(success + moved, _EDGE, 1 - _EDGE), cost * factor


def cost_noise(trials: ClassTrials) -> CostNoise:
    """Measure how costs vary between tasks; half of an agent's own, half of the typical one."""
    mean = column_means(trials.cost, trials.paid)
    usable = trials.paid & (np.nan_to_num(mean) > 0)
    relative = np.where(usable, trials.cost / np.where(mean > 0, mean, 1.0), 0.0)
    number = usable.sum(axis=0)
    each = np.where(usable, (relative - 1) ** 2, 0.0).sum(axis=0) / np.maximum(number, 1)
    known = number > 1
    if not known.any():
        return CostNoise(1.0, np.ones_like(each), 0.0)
    by_task = usable.sum(axis=1)
    level = np.where(usable, relative, 0.0).sum(axis=1) / np.maximum(by_task, 1)
    rest = np.where(usable, (relative - level[:, None]) ** 2, 0.0).sum()
    whole = np.where(usable, (relative - 1) ** 2, 0.0).sum()
    kept = min(1.0, float(rest / whole)) if whole > 0 else 1.0
    own = np.where(known, (each + each[known].mean()) / 2, each[known].mean())
    return CostNoise(float(np.median(each[known])), own, 1 - kept)


def _cost(trials: ClassTrials, variation: CostNoise, level: Level) -> tuple[Floats, Floats]:
    """Return each agent's log mean cost, and the variance of its error."""
    number = trials.paid.sum(axis=0)
    known = np.nan_to_num(level.even) > 0
    luck = variation.own + variation.shared * variation.each * level.doubt
    error = np.maximum(_COST_NOISE * luck / np.maximum(number, 1), _LEAST_NOISE)
    return np.where(known, np.log(np.where(known, level.even, 1.0)), np.nan), error


def _believed(
    trials: TrialSet, pooled: Pooled, variation: Sequence[CostNoise]
) -> tuple[Floats, Floats]:
    """Turn what is believed on log scales into means; what was never tried is not known."""
    size = len(trials.classes)
    doubt = np.diagonal(pooled.covariance, axis1=1, axis2=2)[:, size:]
    success = np.clip(as_share(pooled.mean[:, :size]), _EDGE, 1 - _EDGE)
    cost = np.empty_like(success)
    for k, one in enumerate(trials.classes):
        number = np.maximum(one.paid.sum(axis=0), 1)
        cost[:, k] = np.exp(
            pooled.mean[:, size + k] + doubt[:, k] / 2 + variation[k].total / 2 / number
        )
        free = column_means(one.cost, one.paid)
        cost[:, k] = np.where(free == 0, 0.0, np.where(np.isnan(free), np.nan, cost[:, k]))
        success[:, k] = np.where(one.tried.any(axis=0), success[:, k], np.nan)
    return success, cost


def _figures(
    trials: ClassTrials,
    counted: Counted,
    success: Floats,
    cost: Floats,
    elsewhere: float,
    variation: float,
    *,
    as_tried: bool,
) -> Figures:
    correlation = drawn_correlation(counted, elsewhere)
    ratio = drawn_ratio(counted, variation)
    return cascades(trials, counted, success, cost, correlation, ratio, as_tried=as_tried)


def raw_figures(trials: ClassTrials, *, seen: bool, independent: bool) -> Figures:
    """Return what strategies did and cost on these very tasks.

    Where `independent`, cascades are instead worked out from the means of their agents, as if
    failures came independently and cost no more: what a naive adviser would believe.
    """
    success = column_means(trials.resolved, trials.tried)
    cost = column_means(trials.cost, trials.paid)
    if not seen:
        return alone(success, cost)
    counted = count(trials)
    if independent:
        fails = 1 - success
        figures = Figures(1 - np.outer(fails, fails), cost[:, None] + np.outer(fails, cost))
    else:
        figures = _as_played(trials, cost)
    for table, own in zip(figures, (success, cost), strict=True):
        table[~counted.offered] = np.nan
        np.fill_diagonal(table, own)
    return figures


def _as_played(trials: ClassTrials, mean_cost: Floats) -> Figures:
    """Play all pairs at once; an unknown cost is its agent's mean."""
    tried = trials.tried.astype(float)
    failed = np.where(trials.tried, 1 - trials.resolved, 0.0)
    filled = np.where(trials.paid, trials.cost, np.nan_to_num(mean_cost)) * tried
    with np.errstate(all="ignore"):
        common = tried.T @ tried
        success = 1 - (failed.T @ failed) / common
        cost = (filled.T @ tried + failed.T @ filled) / common
    unknown = np.isnan(mean_cost)
    cost[unknown, :] = np.nan
    cost[:, unknown] = np.nan
    return Figures(success, cost)
