"""A mix played on tasks: what it would have done and cost, trial by trial.

What a reader would get wrong: a cascade is judged on the tasks that both agents tried, an agent
alone on those that it tried; a cost that was not recorded is the agent's mean on all its tasks of
the class, so that a missing receipt is not a free attempt.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from advisor.answers.trials.mixes import Mix, MixPart
from advisor.answers.trials.table import ClassTrials, Floats, Places, TrialSet, column_means


def filled(trials: TrialSet) -> TrialSet:
    """Return the trials with every unknown cost at its agent's mean in the class."""
    classes = []
    for one in trials.classes:
        mean = column_means(one.cost, one.paid)
        classes.append(one._replace(cost=np.where(one.paid, one.cost, mean)))
    return TrialSet(trials.agents, tuple(classes))


def play(mix: Mix, trials: TrialSet, tasks: Sequence[Places]) -> Floats:
    """Return success and dollars a task of each class, played on some tasks; NaN where none can be.

    `trials` have known costs, see `filled`. Shape (classes, 2).
    """
    return np.array(
        [
            _class_played(parts, one, own)
            for parts, one, own in zip(mix, trials.classes, tasks, strict=True)
        ]
    )


def _class_played(parts: Sequence[MixPart], trials: ClassTrials, tasks: Places) -> Floats:
    each = [(part.share, _strategy(part, trials, tasks)) for part in parts]
    total: Floats = np.sum([share * figures for share, figures in each], axis=0)
    return total


def _strategy(part: MixPart, trials: ClassTrials, tasks: Places) -> Floats:
    solved = trials.resolved[tasks, part.first]
    dollars = trials.cost[tasks, part.first]
    if part.second != part.first:
        failed = 1 - solved
        solved = solved + failed * trials.resolved[tasks, part.second]
        dollars = dollars + failed * trials.cost[tasks, part.second]
    known = ~np.isnan(solved)
    if not known.any():
        return np.array([np.nan, np.nan])
    return np.array([solved[known].mean(), dollars[known].mean()])
