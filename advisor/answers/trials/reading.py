"""What is asked of trials in words, made into numbers; and what a careful reader is told of them.

What a reader would get wrong: weights are shares of all tasks and are made to add up to 1; without
any, each class counts by how many tasks of it there are. A class that has no weight is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from advisor.answers.trials.table import ClassTrials, Floats, TrialSet
from advisor.errors import Fault, InputError, MissingError, did_you_mean
from advisor.model.trial import TrialColumns

_MANY_ZEROS = 0.10
_FEW_AGENTS = 0.75
_MOST_CLASSES, _MOST_AGENTS = 500, 1000
"""With more of either an answer would take minutes and gigabytes."""


def weighed(trials: TrialSet, stated: Mapping[str, float]) -> tuple[TrialSet, Floats]:
    """Return the classes that count, and their shares.

    Raises InputError for names and numbers that are wrong, and for more than can be pooled.
    """
    faults = [
        *unknown_classes(trials, stated, key="--weights"),
        *(Fault("", 0, 0, "--weights", f"{name}={weight:g}: a weight is 0 or more")
          for name, weight in stated.items() if not 0 <= weight < float("inf")),
    ]  # fmt: skip
    if stated and not faults and not sum(stated.values()) > 0:
        faults.append(Fault("", 0, 0, "--weights", "no class has a weight above 0"))
    if faults:
        raise InputError(faults)
    by_class = stated or {one.name: float(one.tasks) for one in trials.classes}
    kept = tuple(one for one in trials.classes if by_class.get(one.name, 0) > 0)
    if len(kept) > _MOST_CLASSES:
        message = f"{len(kept):,} classes of work: at most {_MOST_CLASSES:,}"
        raise InputError.of(message, hint="--weights leaves out those that it does not name")
    if len(trials.agents) > _MOST_AGENTS:
        message = f"{len(trials.agents):,} agents: at most {_MOST_AGENTS:,}"
        raise InputError.of(message, hint="--exclude leaves out those that it finds")
    weights = np.array([by_class[one.name] for one in kept])
    return TrialSet(trials.agents, kept), weights / weights.sum()


def need_costs(trials: TrialSet, *, file: str) -> None:
    """Raise MissingError for classes in which no cost is known: nothing there has a price."""
    without = [one.name for one in trials.classes if not one.paid.any()]
    if without:
        raise MissingError.of(f"no cost_usd is known in {', '.join(without)}", file=file)


def unknown_classes(trials: TrialSet, names: Iterable[str], *, key: str) -> list[Fault]:
    """Return a fault for every name that is not a class of the trials."""
    message = f"is not a class of the trials: {', '.join(trials.names)}"
    return [
        Fault("", 0, 0, key, f"{name!r} {message}", did_you_mean(name, trials.names))
        for name in names
        if name not in trials.names
    ]


def cautions(trials: TrialSet, rows: TrialColumns) -> list[str]:
    """Say what is odd in the trials: costs of nothing, costs not known, tasks few agents tried."""
    notes = []
    for one in trials.classes:
        notes += _zeros(trials.agents, one)
        notes += _unknown(trials.agents, one)
        notes += _patches(one)
    attempts = len(rows.agent)
    distinct = sum(int(one.tried.sum()) for one in trials.classes)
    if attempts > distinct and len(set(rows.task_class)) == len(trials.classes):
        notes.append(
            f"{attempts - distinct} rows repeat an agent's attempt at a task: they count as one "
            "trial with their mean"
        )
    return notes


def _zeros(agents: Sequence[str], trials: ClassTrials) -> list[str]:
    free = (trials.paid & (np.nan_to_num(trials.cost, nan=1.0) == 0)).sum(axis=0)
    share = free / np.maximum(trials.paid.sum(axis=0), 1)
    each = zip(agents, share, strict=True)
    named = [f"{agent} ({part:.0%})" for agent, part in each if part > _MANY_ZEROS]
    if not named:
        return []
    return [f"{trials.name}: many costs are 0, and are taken as stated: {', '.join(named)}"]


def _unknown(agents: Sequence[str], trials: ClassTrials) -> list[str]:
    lost = (trials.tried.sum(axis=0) > 0) & (trials.paid.sum(axis=0) == 0)
    named = [agent for agent, is_lost in zip(agents, lost, strict=True) if is_lost]
    if not named:
        return []
    return [f"{trials.name}: no cost is known, and no route there goes to: {', '.join(named)}"]


def _patches(trials: ClassTrials) -> list[str]:
    by_task = trials.tried.sum(axis=1)
    few = int((by_task < _FEW_AGENTS * by_task.max()).sum())
    if not few:
        return []
    return [
        f"{trials.name}: fewer than three quarters of the agents tried {few} of {trials.tasks} "
        "tasks; each agent's figures are of the tasks that it tried, a cascade's of those that "
        "both tried"
    ]
