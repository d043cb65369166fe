"""Partial pooling: what each agent's few trials say, drawn towards what all agents have in common.

Each agent is a vector (its log-odds of success and its log cost in every class). The vectors are
taken as drawn from one bell, whose centre and covariance are fitted to all agents (empirical Bayes,
by expectation and maximisation; every step is in closed form). So a small cell leans on its class,
on the agent's other classes, and on the agents like it, each as far as the data show that it
informs. Shares of success enter by their binomial likelihood, made straight at what is believed so
far. What a reader would get wrong: noise is that of an agent relative to the others on the same
tasks; what a class's tasks have in common moves all agents alike and is not shrunk. And the bell
has heavy tails, so that an agent far from all others is left where its trials put it.
"""

from typing import NamedTuple

import numpy as np

from advisor.answers.trials.table import Floats

_ROUNDS, _FEWEST_ROUNDS, _CLOSE = 30, 5, 1e-3
_STEPS = 2e9
"""Rounds are fewer where there are hundreds of classes: so many multiplications in all of them."""
_TAIL = 5.0
"""Degrees of freedom of the bell: a twentieth of agents are further out than a normal one has."""
_UNSEEN = 1e6
"""The noise of what was not measured: it says nothing."""
_FAR = 4.5
"""Log-odds no further from even than this: 1.1% and 98.9%."""
_PSEUDO_TASKS = 1.0
"""A share of 0 or 1 starts as if one task more had gone as the class usually does."""

_PUBLIC_SUCCESS, _PUBLIC_COST = 0.8, 1.1
"""How far agents differ on public boards, in log-odds of success and in log dollars."""
_PUBLIC_ALIKE_SUCCESS, _PUBLIC_ALIKE_COST, _PUBLIC_ALIKE_BOTH = 0.75, 0.85, 0.45
"""How success goes together over boards, how cost does, and how the one does with the other."""
_PUBLIC_AGENTS, _PUBLIC_ALIKE_AGENTS = 4.0, 12.0
"""How many agents' worth of belief is in these."""
_ALIKE_AGENTS = 40.0
"""How many agents' worth of belief that any two classes go together as classes on average do."""


class MeasuredTrials(NamedTuple):
    """What trials say of agents; all of shape (agents, classes), NaN where nothing was measured.

    `share` is success, known as well as from so many `trials` of an agent's own luck; `log_cost`
    is known with the variance `cost_noise`.
    """

    share: Floats
    trials: Floats
    log_cost: Floats
    cost_noise: Floats


class PooledTrials(NamedTuple):
    """What is believed of every agent: `mean` (agents, columns), `covariance` of each agent's.

    Columns are log-odds of success by class, then log cost by class. `spread` is the covariance
    over agents, `noise` the variance of each measurement's error.
    """

    mean: Floats
    covariance: Floats
    spread: Floats
    noise: Floats


def pool(measured: MeasuredTrials) -> PooledTrials:
    """Pool measurements of agents; errors are independent."""
    agents, classes = measured.share.shape
    seen = np.isfinite(np.hstack([measured.share, measured.log_cost]))
    public = _public(classes)
    spread, weight = public, np.ones(agents)
    mean = np.hstack([_first_odds(measured), np.nan_to_num(measured.log_cost)])
    centre = np.where(seen, mean, 0.0).sum(axis=0) / np.maximum(seen.sum(axis=0), 1)
    mean = np.where(seen, mean, centre)
    affordable = int(_STEPS / (agents * seen.shape[1] ** 3))
    for _ in range(min(max(affordable, _FEWEST_ROUNDS), _ROUNDS)):
        told, noise = _straightened(measured, mean[:, :classes])
        gaps = np.where(seen, told - centre, 0.0)
        inverse = _inverse(spread, weight, np.where(seen, noise, _UNSEEN))
        pulled = np.einsum("jab,jb->ja", inverse, gaps)
        before, mean = mean, centre + (pulled @ spread) / weight[:, None]
        distance = (gaps * pulled).sum(axis=1)
        left = agents * spread - spread @ (inverse / weight[:, None, None]).sum(axis=0) @ spread
        weight = (_TAIL + seen.sum(axis=1)) / (_TAIL + distance)
        centre = np.average(mean, axis=0, weights=weight)
        gaps = mean - centre
        spread = _steadied((gaps.T * weight) @ gaps + left, agents, public)
        if np.abs(mean - before).max() < _CLOSE:
            break
    told, noise = _straightened(measured, mean[:, :classes])
    noise = np.where(seen, noise, _UNSEEN)
    own: Floats = spread / weight[:, None, None]
    gain = own @ _inverse(spread, weight, noise)
    gaps = np.where(seen, told - centre, 0.0)
    mean = centre + np.einsum("jab,jb->ja", gain, gaps)
    return PooledTrials(mean, own - gain @ own, spread, noise)


def _public(classes: int) -> Floats:
    """Return the covariance over agents that public boards show."""
    blocks = [
        [_PUBLIC_ALIKE_SUCCESS, _PUBLIC_ALIKE_BOTH],
        [_PUBLIC_ALIKE_BOTH, _PUBLIC_ALIKE_COST],
    ]
    alike = np.kron(blocks, np.ones((classes, classes)))
    np.fill_diagonal(alike, 1.0)
    deviation = np.repeat([_PUBLIC_SUCCESS, _PUBLIC_COST], classes)
    return np.asarray(alike * np.outer(deviation, deviation), dtype=float)


def _first_odds(measured: MeasuredTrials) -> Floats:
    seen = np.isfinite(measured.share)
    share = np.where(seen, measured.share, 0.0)
    usual: Floats = share.sum(axis=0) / np.maximum(seen.sum(axis=0), 1)
    number = np.where(seen, measured.trials, 0.0)
    share = (share * number + _PSEUDO_TASKS * usual) / (number + _PSEUDO_TASKS)
    share = np.clip(share, 1 / (1 + np.exp(_FAR)), 1 / (1 + np.exp(-_FAR)))
    odds: Floats = np.log(share / (1 - share))
    return odds


def _straightened(measured: MeasuredTrials, odds: Floats) -> tuple[Floats, Floats]:
    """Return what was measured, and its noise, with shares as log-odds near what is believed."""
    at = np.clip(odds, -_FAR, _FAR)
    share = 1 / (1 + np.exp(-at))
    slope = share * (1 - share)
    told = at + (np.nan_to_num(measured.share) - share) / slope
    noise = 1 / (np.maximum(measured.trials, 1e-6) * slope)
    return np.hstack([told, measured.log_cost]), np.hstack([noise, measured.cost_noise])


def _inverse(spread: Floats, weight: Floats, noise: Floats) -> Floats:
    """Invert each agent's covariance of measurements; shape (agents, columns, columns)."""
    total = spread / weight[:, None, None]
    own = np.arange(len(spread))
    total[:, own, own] += noise
    return np.asarray(np.linalg.inv(total), dtype=float)


def _steadied(scatter: Floats, agents: int, public: Floats) -> Floats:
    """Draw a covariance over few agents towards its own average and what public boards show."""
    own, usual = np.diag(scatter), np.diag(public)
    variance = (own + _PUBLIC_AGENTS * usual) / (agents + _PUBLIC_AGENTS)
    alike = scatter / np.sqrt(np.outer(own, own))
    usually = public / np.sqrt(np.outer(usual, usual))
    together = agents + _PUBLIC_ALIKE_AGENTS
    on_average = (agents * _over_classes(alike) + _PUBLIC_ALIKE_AGENTS * usually) / together
    drawn = (agents * alike + _ALIKE_AGENTS * on_average) / (agents + _ALIKE_AGENTS)
    steadied: Floats = drawn * np.sqrt(np.outer(variance, variance))
    return steadied


def _over_classes(alike: Floats) -> Floats:
    """Return the correlations with every class standing for the average class.

    Four numbers of it are left: how success goes together over classes, how cost does, and how the
    one goes with the other, in the same class and in others. It is a mean over all orders of the
    classes, so it is a matrix of correlations again.
    """
    classes = len(alike) // 2
    blocks = alike.reshape(2, classes, 2, classes)
    same = np.einsum("akbk->ab", blocks) / classes
    other = (blocks.sum(axis=(1, 3)) - classes * same) / max(classes * (classes - 1), 1)
    each = np.kron(other, np.ones((classes, classes)))
    return np.asarray(each + np.kron(same - other, np.eye(classes)), dtype=float)
