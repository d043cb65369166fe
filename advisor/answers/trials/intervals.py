"""How sure one can be: where the next tasks would put an agent, and how failures go together.

The interval of a mean is where 9 of 10 further sets of as many tasks would put it. What a reader
would get wrong: it is wider than what is not known of the agent, for these tasks had their luck and
the next ones will have theirs; an interval of the truth alone would be missed by every second set
of new tasks that it is held against.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from advisor.answers.trials.estimates import Estimates, as_share, log_odds
from advisor.answers.trials.joint_outcomes import count
from advisor.answers.trials.table import ClassTrials, Floats, TrialSet

NORMAL_P95 = 1.6448536269514722
_BLOCKS = 20
_HEAVY_TAILS = 1.4
"""How much more costs vary than few tasks show: of drawn lognormal costs, intervals without this
hold 87% instead of 90."""
_LEAST = 1e-6


class TrialSpread(NamedTuple):
    """A mean and its 5th and 95th percentiles; arrays of (agents, classes), or plain numbers."""

    mean: Floats
    p05: Floats
    p95: Floats


def success_spread(trials: TrialSet, estimates: Estimates) -> TrialSpread:
    """Return success by agent and class, with where as many further tasks would put its mean."""
    mean, size = estimates.success, len(trials.classes)
    doubt = _doubts(estimates)[:, :size]
    number = np.array([one.tried.sum(axis=0) for one in trials.classes]).T
    together = [max(np.nan_to_num(one.mean_correlation), 0.0) for one in estimates.counted]
    luck = (1 + np.array(together)) / (np.maximum(number, 1) * mean * (1 - mean))
    width = NORMAL_P95 * np.sqrt(doubt + luck)
    centre = log_odds(mean)
    # Shares of so many tasks come in steps: half a task more on either side reaches 0 and 1.
    step = 0.5 / np.maximum(number, 1)
    low, high = as_share(centre - width) - step, as_share(centre + width) + step
    return TrialSpread(mean, np.maximum(low, 0.0), np.minimum(high, 1.0))


def cost_spread(trials: TrialSet, estimates: Estimates) -> TrialSpread:
    """Return dollars an attempt by agent and class, with where as many further tasks put them."""
    mean, size = estimates.cost, len(trials.classes)
    doubt = _doubts(estimates)[:, size:]
    number = np.array([one.paid.sum(axis=0) for one in trials.classes]).T
    varied = np.array([one.each for one in estimates.variation]).T
    shared = np.array([one.shared for one in estimates.variation])
    luck = np.log1p(varied * (1 + shared) / np.maximum(number, 1))
    deviation = np.sqrt(_HEAVY_TAILS * (doubt + luck))
    middle = mean * np.exp(-(deviation**2) / 2)
    width = np.exp(NORMAL_P95 * deviation)
    return TrialSpread(mean, middle / width, middle * width)


def _doubts(estimates: Estimates) -> Floats:
    doubts: Floats = np.diagonal(estimates.pooled.covariance, axis1=1, axis2=2)
    return doubts


class Correlation(NamedTuple):
    """How failures of two agents go together: the mean over all pairs, 5th and 95th percentiles."""

    mean: float
    p05: float
    p95: float


def correlation_of_class(trials: ClassTrials) -> tuple[float, float]:
    """Return the mean correlation of failures in a class and its standard error; NaN if unknown.

    The error is that of the tasks, by leaving out one block of them after the other (jackknife).
    """
    mean = count(trials).mean_correlation
    blocks = min(_BLOCKS, trials.tasks)
    if blocks < 2 or not np.isfinite(mean):
        return mean, np.nan
    # Tasks stand in order of their names, which may be by project: blocks go across.
    block = np.arange(trials.tasks) % blocks
    left = np.array(
        [count(trials.among(np.flatnonzero(block != n))).mean_correlation for n in range(blocks)]
    )
    left = left[np.isfinite(left)]
    if len(left) < 2:
        return mean, np.nan
    return mean, float(np.sqrt((len(left) - 1) * np.mean((left - left.mean()) ** 2)))


def interval(mean: float, error: float) -> Correlation:
    """Return a correlation with its interval; NaN where the error is not known."""
    low, high = mean - NORMAL_P95 * error, mean + NORMAL_P95 * error
    return Correlation(mean, float(np.clip(low, -1, 1)), float(np.clip(high, -1, 1)))


def correlation_over_classes(each: Sequence[tuple[float, float]]) -> Correlation:
    """Return the mean correlation over classes, which differ (random effects, DerSimonian–Laird).

    The interval is that of the mean, and has in it that classes differ.
    """
    means = np.array([mean for mean, error in each if np.isfinite(error)])
    errors = np.array([max(error, _LEAST) for _, error in each if np.isfinite(error)]) ** 2
    if not len(means):
        return Correlation(np.nan, np.nan, np.nan)
    precision = 1 / errors
    fixed = (precision * means).sum() / precision.sum()
    excess = (precision * (means - fixed) ** 2).sum() - (len(means) - 1)
    scale = precision.sum() - (precision**2).sum() / precision.sum()
    between = max(0.0, excess / scale) if scale > 0 else 0.0
    weight = 1 / (errors + between)
    mean = float((weight * means).sum() / weight.sum())
    return interval(mean, float(np.sqrt(1 / weight.sum())))
