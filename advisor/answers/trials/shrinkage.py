"""Partial pooling: what each agent's few trials say, drawn towards what all agents have in common.

Each agent is a vector (its success and its cost in every class), measured with known noise. The
vectors are taken as drawn from one normal distribution, whose centre and covariance are fitted to
all agents (empirical Bayes, by expectation and maximisation; every step is in closed form). So a
small cell leans on its class, on the agent's own other classes, and on the agents like it, each as
far as the data show that it informs. What a reader would get wrong: noise is that of an agent
relative to the others on the same tasks; what a class's tasks have in common moves all agents alike
and is not shrunk.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.answers.trials.table import Floats

_ROUNDS = 60
_PRIOR = 12.0
"""How many agents' worth of belief that all pairs of columns are correlated alike."""
_UNSEEN = 1e6
"""The noise of what was not measured: it says nothing."""
_LEAST_SPREAD, _LEAST_SHARE = 1e-4, 0.05
"""Agents differ at least so much, and by at least this share of how much they seem to."""


class Pooled(NamedTuple):
    """What is believed of every agent: `mean` (agents, columns), `covariance` of each agent's.

    `centre` and `spread` are mean and covariance over agents.
    """

    mean: Floats
    covariance: Floats
    centre: Floats
    spread: Floats


def pool(measured: Floats, noise: Floats) -> Pooled:
    """Pool measurements; both (agents, columns), NaN where nothing was measured.

    `noise` is the variance of each measurement's error; errors are independent.
    """
    seen = np.isfinite(measured)
    noise = np.where(seen, noise, _UNSEEN)
    centre = np.where(seen, measured, 0.0).sum(axis=0) / np.maximum(seen.sum(axis=0), 1)
    gaps = np.where(seen, measured - centre, 0.0)
    spread = np.diag(_first_spread(gaps, noise, seen))
    mean, covariance = _believed(measured, noise, seen, centre, spread)
    for _ in range(_ROUNDS):
        centre = mean.mean(axis=0)
        gaps = mean - centre
        spread = _steadied(gaps.T @ gaps + covariance.sum(axis=0), len(mean))
        mean, covariance = _believed(measured, noise, seen, centre, spread)
    return Pooled(mean, covariance, centre, spread)


def _first_spread(gaps: Floats, noise: Floats, seen: NDArray[np.bool_]) -> Floats:
    count = np.maximum(seen.sum(axis=0), 1)
    apparent = (gaps**2).sum(axis=0) / count
    error = np.where(seen, noise, 0.0).sum(axis=0) / count
    first: Floats = np.maximum(apparent - error, _LEAST_SHARE * apparent + _LEAST_SPREAD)
    return first


def _believed(
    measured: Floats, noise: Floats, seen: NDArray[np.bool_], centre: Floats, spread: Floats
) -> tuple[Floats, Floats]:
    """Weigh each agent's measurements against what agents are like."""
    total = spread + noise[:, :, None] * np.eye(len(centre))
    gain = np.linalg.solve(total, np.broadcast_to(spread, total.shape)).transpose(0, 2, 1)
    gaps = np.where(seen, measured - centre, 0.0)
    return centre + np.einsum("jab,jb->ja", gain, gaps), spread - gain @ spread


def _steadied(scatter: Floats, agents: int) -> Floats:
    """Draw a covariance towards one in which all columns are correlated alike."""
    size = len(scatter)
    deviation = np.sqrt(np.maximum(np.diag(scatter) / agents, _LEAST_SPREAD))
    alike = np.outer(deviation, deviation)
    own = scatter / agents
    common = ((own / alike).sum() - size) / max(size * (size - 1), 1)
    target = (np.full((size, size), common) + (1 - common) * np.eye(size)) * alike
    steadied: Floats = (agents * own + _PRIOR * target) / (agents + _PRIOR)
    return steadied
