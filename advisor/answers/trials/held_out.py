"""The advice on trial: chosen without the tasks that it is judged on, again and again.

What a reader would get wrong: all tasks are judged in every repeat, each once, by advice that did
not see it; so the oracle, which knows all judged tasks, is the best mix of all trials. Differences
between repeats are those of the dealing alone, and their standard error shrinks with repeats; that
of the tasks themselves does not.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from advisor.answers.trials.contenders import (
    Advice,
    Held,
    Question,
    careful_adviser,
    held_out,
    naive_adviser,
    single_adviser,
)
from advisor.answers.trials.estimates import estimate, raw_figures
from advisor.answers.trials.mixes import TrialMenu, promised
from advisor.answers.trials.replay import filled
from advisor.answers.trials.table import Floats, TrialSet

Progress = Callable[[int, int], None]


class Replay(NamedTuple):
    """What came of it; arrays are (repeats, budgets, …, success and dollars).

    `advice` and `single` are of all trials, and `least` is what the cheapest mix of these costs a
    task. `careful`, `naive` and `alone` are by class;
    `oracle` is over all classes.
    """

    advice: Advice
    single: Advice
    least: float
    careful: Held
    naive: Held
    alone: Held
    oracle: Floats


def backtest(
    trials: TrialSet,
    question: Question,
    *,
    folds: int,
    repeats: int,
    seed: int,
    progress: Progress = lambda done, of: None,
) -> Replay:
    """Advise from all trials, and replay advice on tasks that were held out."""
    careful, single = careful_adviser(question, seed), single_adviser(question)
    advisers = [careful, naive_adviser(question), single]
    rounds = []
    for repeat in range(repeats):
        rng = np.random.default_rng([seed, 0, repeat])
        rounds.append(held_out(trials, advisers, folds=folds, rng=rng))
        progress(repeat + 1, repeats)
    own, naive, alone = (_stacked(one) for one in zip(*rounds, strict=True))
    oracle = _oracle(trials, question, own)
    figures = estimate(trials, question.seen).figures
    least = TrialMenu(figures, question.weights).least
    return Replay(careful(trials), single(trials), least, own, naive, alone, oracle)


def _stacked(rounds: Sequence[Held]) -> Held:
    return Held(
        np.array([one.promised for one in rounds]), np.array([one.realised for one in rounds])
    )


def over_classes(figures: Floats, weights: Floats) -> Floats:
    """Weigh figures (…, classes, 2) into figures a task; a class that is not known is left out."""
    known = np.isfinite(figures[..., 0]) & np.isfinite(figures[..., 1])
    share = np.where(known, weights, 0.0)
    share = share / np.maximum(share.sum(axis=-1, keepdims=True), 1e-300)
    total: Floats = (share[..., None] * np.where(known[..., None], figures, 0.0)).sum(axis=-2)
    return total


def _oracle(trials: TrialSet, question: Question, held: Held) -> Floats:
    """Return what the best mix does at the cost that was realised; (repeats, budgets, 2)."""
    known = filled(trials)
    figures = [
        raw_figures(one, seen=seen) for one, seen in zip(known.classes, question.seen, strict=True)
    ]
    menu = TrialMenu(figures, question.weights)
    costs = over_classes(held.realised, question.weights)[..., 1]
    best = [[promised(menu.mix(cost), figures) for cost in own] for own in costs]
    return over_classes(np.array(best), question.weights)
