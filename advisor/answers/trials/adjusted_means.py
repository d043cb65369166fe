"""Agents compared as if all had tried the same tasks.

A task that is hard is hard for all agents, and one that is dear is dear for all; so an agent that
tried other tasks than the others is moved by what its tasks are known to be. What a reader would
get wrong: where all tried the same tasks nothing is moved; and what is known of a task that few
tried is drawn towards the usual task.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.answers.trials.table import ClassTrials, Floats, column_means

_ROUNDS, _CLOSE = 50, 1e-9


class Level(NamedTuple):
    """Each agent's mean as tried, and as if it had tried all tasks of the class.

    `doubt` is what is not known of an agent's tasks, as a share of what tasks have in common.
    """

    tried: Floats
    even: Floats
    doubt: Floats


def success_level(trials: ClassTrials, together: float) -> Level:
    """Level success; `together` is the correlation of failures, what tasks have in common."""
    known = trials.tried
    own = column_means(trials.resolved, known)
    drawn = _drawn(known.sum(axis=1), together)
    even = own
    for _ in range(_ROUNDS):
        gap = np.where(known, trials.resolved - np.nan_to_num(even), 0.0).sum(axis=1)
        task = drawn * gap / np.maximum(known.sum(axis=1), 1)
        task = task - task.mean()
        before, even = even, own - column_means(np.where(known, task[:, None], 0.0), known)
        if np.allclose(before, even, rtol=0, atol=_CLOSE, equal_nan=True):
            break
    return Level(own, even, _doubt(trials, drawn))


def cost_level(trials: ClassTrials, together: float) -> Level:
    """Level costs, by factors; `together` is the share of their variation that tasks make."""
    known = trials.paid
    own = column_means(trials.cost, known)
    drawn = _drawn(known.sum(axis=1), together)
    even = own
    for _ in range(_ROUNDS):
        usable = known & (np.nan_to_num(even) > 0)
        relative = np.where(usable, trials.cost / np.where(usable, even, 1.0), 0.0).sum(axis=1)
        number = usable.sum(axis=1)
        task = np.where(number > 0, 1 + drawn * (relative / np.maximum(number, 1) - 1), 1.0)
        task = np.maximum(task / task.mean(), 1e-6)
        factor = column_means(np.where(known, task[:, None], 0.0), known)
        before, even = even, own / np.where(factor > 0, factor, 1.0)
        if np.allclose(before, even, rtol=_CLOSE, atol=0, equal_nan=True):
            break
    return Level(own, even, _doubt(trials, drawn))


def _drawn(number: NDArray[np.integer[Any]], together: float) -> Floats:
    """Return how far a task's mean over so many agents is believed."""
    alone = (1 - together) / np.maximum(number, 1)
    drawn: Floats = together / np.maximum(together + alone, 1e-12)
    return drawn


def _doubt(trials: ClassTrials, drawn: Floats) -> Floats:
    unknown = np.broadcast_to((1 - drawn)[:, None], trials.resolved.shape)
    return np.nan_to_num(column_means(unknown, trials.tried))
