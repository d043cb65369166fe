"""What is believed of agents after trials: success and cost by class, alone and in cascades.

Success is pooled on the log-odds scale, cost on the log scale, in one vector an agent (see
`shrinkage`). What a reader would get wrong: agents that tried the same tasks share their luck with
these tasks, so the noise between them is that share smaller by which failures (or costs) go
together; and the mean of a heavy-tailed cost is believed to be more than the middle of its logs.
"""

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
    drawn_ratio,
)
from advisor.answers.trials.pair_odds import pair_odds
from advisor.answers.trials.shrinkage import MeasuredTrials, PooledTrials, pool
from advisor.answers.trials.table import ClassTrials, Floats, TrialSet, column_means

_PUBLISHED_CORRELATION = 0.64
"""What is assumed of failures where no pair of agents shows it (25 models, 500 tasks)."""
_EDGE = 0.002
_LEAST_NOISE = 1e-4
_LUCK_TASKS, _LEAST_LUCK = 20.0, 0.05
"""How many tasks' worth of belief that an agent's luck is as much its own as others' is."""
_CLASS_TASKS = 20.0
"""How many tasks' worth of belief that costs vary in a class as in the others: a handful of tasks
has not shown its dear ones yet."""


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
    `pooled` has log-odds of success in its first columns, log costs in the others. `levels` are raw
    means of success and cost by class. `correlation` is the mean of failures over all pairs.
    """

    success: Floats
    cost: Floats
    pooled: PooledTrials
    levels: Sequence[tuple[Level, Level]]
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
    variation = cost_noise(trials)
    together = [shared_luck(one, correlation) for one in counted]
    levels = [
        (success_level(one, luck), cost_level(one, noise.shared))
        for one, luck, noise in zip(trials.classes, together, variation, strict=True)
    ]
    pooled = pool(_measured(trials, levels, together, variation))
    success, cost = _believed(trials, pooled, variation)
    if as_tried:
        success, cost = _as_tried(success, cost, levels)
    odds = pair_odds(counted)
    figures = [
        cascades(
            one,
            counted[k],
            success[:, k],
            cost[:, k],
            odds[k],
            drawn_ratio(counted[k], success[:, k], variation[k].total),
            as_tried=as_tried,
        )
        if seen[k]
        else alone(success[:, k], cost[:, k])
        for k, one in enumerate(trials.classes)
    ]
    return Estimates(success, cost, pooled, levels, counted, correlation, variation, figures)


def on_own_tasks(even: Estimates) -> Estimates:
    """Return what is believed of agents alone on the tasks that each tried; no figures of pairs."""
    success, cost = _as_tried(even.success, even.cost, even.levels)
    return even._replace(success=success, cost=cost, figures=())


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


def own_luck(trials: ClassTrials, level: Level, together: float) -> Floats:
    """Return the share of each agent's luck with tasks that it has alone, up to 1.

    It is measured where a task went otherwise for the agent than for the others. Who solves nearly
    all or nothing has more of it than `together`, the correlation of failures, would say.
    """
    tried = trials.tried
    share = np.clip(np.nan_to_num(level.even), _EDGE, 1 - _EDGE)
    chance = share * (1 - share)
    gap = np.where(tried, np.nan_to_num(trials.resolved) - np.nan_to_num(level.even), 0.0)
    task = gap.sum(axis=1) / np.maximum(tried.sum(axis=1), 1)
    slope = chance / np.maximum(chance.mean(), 1e-9)
    rest = np.where(tried, gap - slope * task[:, None], 0.0)
    agents, number = tried.shape[1], tried.sum(axis=0)
    seen = (rest**2).sum(axis=0) / chance * agents / max(agents - 1, 1)
    luck: Floats = (seen + _LUCK_TASKS * (1 - together)) / (number + _LUCK_TASKS)
    return np.clip(luck, _LEAST_LUCK, 1.0)


def _measured(
    trials: TrialSet,
    levels: Sequence[tuple[Level, Level]],
    together: Sequence[float],
    variation: Sequence[CostNoise],
) -> MeasuredTrials:
    """Return what the trials say of each agent, and how much of its own luck is in that."""
    share, number, log_cost, noise = [], [], [], []
    each = zip(trials.classes, levels, together, variation, strict=True)
    for one, (done, paid), luck, varied in each:
        tried, known = one.tried.sum(axis=0), one.paid.sum(axis=0)
        share.append(np.where(tried > 0, np.clip(done.even, 0.0, 1.0), np.nan))
        number.append(tried / (own_luck(one, done, luck) + luck * done.doubt))
        positive = np.nan_to_num(paid.even) > 0
        log_cost.append(np.where(positive, np.log(np.where(positive, paid.even, 1.0)), np.nan))
        error = varied.own + varied.shared * varied.each * paid.doubt
        noise.append(np.maximum(error / np.maximum(known, 1), _LEAST_NOISE))
    return MeasuredTrials(*(np.column_stack(part) for part in (share, number, log_cost, noise)))


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


def cost_noise(trials: TrialSet) -> list[CostNoise]:
    """Measure how costs vary between tasks, each class drawn towards the others."""
    each = [_class_noise(one) for one in trials.classes]
    share = np.array([one.tasks / (one.tasks + _CLASS_TASKS) for one in trials.classes])
    total = np.log(np.maximum([one.total for one in each], _LEAST_NOISE))
    total = np.exp(share * total + (1 - share) * total.mean())
    shared = np.array([one.shared for one in each])
    shared = share * shared + (1 - share) * shared.mean()
    return [
        CostNoise(float(total[k]), one.each * total[k] / max(one.total, _LEAST_NOISE), shared[k])
        for k, one in enumerate(each)
    ]


def _class_noise(trials: ClassTrials) -> CostNoise:
    """Measure one class alone; half of an agent's own variation, half of the typical one."""
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


def _believed(
    trials: TrialSet, pooled: PooledTrials, variation: Sequence[CostNoise]
) -> tuple[Floats, Floats]:
    """Turn what is believed on log scales into means; what was never tried is not known.

    A cost of nothing is taken as stated where all that an agent did cost nothing; where other work
    of its did cost, as if the next attempt might cost what is usual for it.
    """
    size = len(trials.classes)
    doubt = np.diagonal(pooled.covariance, axis1=1, axis2=2)[:, size:]
    success = np.clip(as_share(pooled.mean[:, :size]), _EDGE, 1 - _EDGE)
    number = np.array([one.paid.sum(axis=0) for one in trials.classes]).T
    tried = np.array([one.tried.any(axis=0) for one in trials.classes]).T
    raw = np.array([column_means(one.cost, one.paid) for one in trials.classes]).T
    total = np.array([one.total for one in variation])
    cost = np.exp(pooled.mean[:, size:] + doubt / 2 + total / 2 / np.maximum(number, 1))
    free = ~(np.nan_to_num(raw) > 0).any(axis=1)
    cost = np.where(raw == 0, np.where(free[:, None], 0.0, cost / (1 + number)), cost)
    return np.where(tried, success, np.nan), np.where(number > 0, cost, np.nan)


def raw_figures(trials: ClassTrials, *, seen: bool) -> Figures:
    """Return what strategies did and cost on these very tasks, pair by pair as counted."""
    success = column_means(trials.resolved, trials.tried)
    cost = column_means(trials.cost, trials.paid)
    if not seen:
        return alone(success, cost)
    figures = _as_played(trials, cost)
    offered = count(trials).offered
    for table, own in zip(figures, (success, cost), strict=True):
        table[~offered] = np.nan
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
