"""Trials as one table a class, tasks by agents: what was solved, what it cost.

The same task is tried by many agents, so two agents are compared on the tasks that both tried, and
how often they fail together is counted, not assumed. What a reader would get wrong: NaN is a task
that an agent did not try (`resolved`) or a cost that nobody recorded (`cost`); several attempts of
one agent at one task count as one trial with their mean.
"""

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from advisor.model.trial import TrialColumns

Floats: TypeAlias = NDArray[np.float64]
Places: TypeAlias = NDArray[np.intp]


class ClassTrials(NamedTuple):
    """The trials of one class of work.

    `resolved` and `cost` have a row a task and a column an agent; success from 0 to 1, dollars.
    """

    name: str
    resolved: Floats
    cost: Floats

    @property
    def tasks(self) -> int:
        """How many tasks somebody tried."""
        return len(self.resolved)

    @property
    def tried(self) -> NDArray[np.bool_]:
        """Where an agent tried a task; shape (tasks, agents)."""
        return ~np.isnan(self.resolved)

    @property
    def paid(self) -> NDArray[np.bool_]:
        """Where the cost of a trial is known; shape (tasks, agents)."""
        return self.tried & ~np.isnan(self.cost)

    def among(self, tasks: Places) -> "ClassTrials":
        """Return the trials of some tasks."""
        return ClassTrials(self.name, self.resolved[tasks], self.cost[tasks])


class TrialSet(NamedTuple):
    """All trials: agents are the columns of every class."""

    agents: tuple[str, ...]
    classes: tuple[ClassTrials, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The classes of work, in alphabetical order."""
        return tuple(one.name for one in self.classes)

    def among(self, tasks: Sequence[Places]) -> "TrialSet":
        """Return the trials of some tasks of each class."""
        kept = zip(self.classes, tasks, strict=True)
        return TrialSet(self.agents, tuple(one.among(places) for one, places in kept))


def lay_out(rows: TrialColumns) -> TrialSet:
    """Lay rows out as tables; agents, classes and tasks in alphabetical order."""
    agents, agent_of = np.unique(np.asarray(rows.agent), return_inverse=True)
    kinds, kind_of = np.unique(np.asarray(rows.task_class), return_inverse=True)
    instances = np.asarray(rows.instance)
    resolved, cost = np.asarray(rows.resolved, float), np.asarray(rows.cost, float)
    classes = []
    for number, name in enumerate(kinds):
        own = np.flatnonzero(kind_of == number)
        tasks, task_of = np.unique(instances[own], return_inverse=True)
        cell = task_of * len(agents) + agent_of[own]
        shape = len(tasks), len(agents)
        classes.append(
            ClassTrials(
                str(name),
                _means(cell, resolved[own], shape),
                _means(cell, cost[own], shape),
            )
        )
    return TrialSet(tuple(map(str, agents)), tuple(classes))


def _means(cell: Places, values: Floats, shape: tuple[int, int]) -> Floats:
    """Average what is known in each cell; NaN where nothing is."""
    known = ~np.isnan(values)
    size = shape[0] * shape[1]
    counts = np.bincount(cell[known], minlength=size)
    sums = np.bincount(cell[known], weights=values[known], minlength=size)
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan).reshape(shape)


def column_means(values: Floats, known: NDArray[np.bool_]) -> Floats:
    """Average each column over what is known; NaN for a column of which nothing is."""
    counts = known.sum(axis=0)
    sums = np.where(known, values, 0.0).sum(axis=0)
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
