"""Who advises from trials: this program, a manager with one agent, and a naive optimiser.

Whoever picks the best of many noisy figures is promised too much (the optimiser's curse). Pooling
takes most of that away; what is left is measured here on tasks held out of the trials at hand, and
is taken off what is promised and out of what is spent. What a reader would get wrong: an
adviser sees nothing but the trials that it is given, so all of this happens again in every fold.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.answers.trials.estimates import estimate, raw_figures
from advisor.answers.trials.joint_outcomes import Figures
from advisor.answers.trials.mixes import Mix, MixPart, TrialMenu, promised
from advisor.answers.trials.replay import filled, play
from advisor.answers.trials.table import Floats, Places, TrialSet, column_means

_INNER_FOLDS = 5
_BELIEVED_GAP = 0.5
"""How much of the measured gap in success is believed: one split is noisy, and advice from four
fifths of the trials is worse than advice from all. Set by measurement, see docs."""
_MOST_DEARER = 2.0
"""No budget is cut to less than half: what is held out of a handful of tasks may be any number."""


class Question(NamedTuple):
    """What is asked: each class's share of all tasks, where failures are seen, dollars a task."""

    weights: Floats
    seen: Sequence[bool]
    budgets: Sequence[float]


class Advice(NamedTuple):
    """A mix for each budget, and what it promises: (budgets, classes, success and dollars)."""

    mixes: Sequence[Mix]
    promised: Floats


Adviser = Callable[[TrialSet], Advice]


class Held(NamedTuple):
    """What was promised and what came of it on held-out tasks: (budgets, classes, 2)."""

    promised: Floats
    realised: Floats


def by_menu(menu: TrialMenu, figures: Sequence[Figures], budgets: Sequence[float]) -> Advice:
    """Take the best mix of a menu for each budget, and promise what its figures say."""
    mixes = [menu.mix(budget) for budget in budgets]
    return Advice(mixes, np.array([promised(mix, figures) for mix in mixes]))


def pooled_adviser(question: Question) -> Adviser:
    """Return the adviser that promises what pooled estimates say, and nothing less."""

    def advise(trials: TrialSet) -> Advice:
        figures = estimate(trials, question.seen).figures
        return by_menu(TrialMenu(figures, question.weights), figures, question.budgets)

    return advise


def careful_adviser(question: Question, seed: int) -> Adviser:
    """Return the adviser that first tries its own advice on held-out tasks of its trials."""

    def advise(trials: TrialSet) -> Advice:
        figures = estimate(trials, question.seen).figures
        inner = pooled_adviser(question)
        rng = np.random.default_rng([seed, 1])
        tried = held_out(trials, [inner], folds=_INNER_FOLDS, rng=rng)[0]
        gap, ratio = _curse(tried, question.weights)
        menu = TrialMenu(figures, question.weights)
        budgets = [b / r for b, r in zip(question.budgets, ratio, strict=True)]
        plain = by_menu(menu, figures, budgets)
        success = np.clip(plain.promised[:, :, 0] - gap, 0.0, 1.0)
        cost = plain.promised[:, :, 1] * ratio[:, None]
        return Advice(plain.mixes, np.stack([success, cost], axis=2))

    return advise


def _curse(tried: Held, weights: Floats) -> tuple[Floats, Floats]:
    """Return how much less than promised is expected, by budget and class, and how much dearer.

    One split is noisy, so half of how much dearer comes from the other budgets. Nothing is ever
    expected to be cheaper: that would be spent, and money once spent is gone.
    """
    known = np.isfinite(tried.realised[:, :, 0])
    realised = np.where(known[:, :, None], tried.realised, tried.promised)
    gap = _BELIEVED_GAP * (tried.promised - realised)[:, :, 0]
    paid = (realised[:, :, 1] @ weights, tried.promised[:, :, 1] @ weights)
    dearer = np.divide(*paid, out=np.ones_like(paid[0]), where=(paid[1] > 0) & (paid[0] > 0))
    dearer = np.sqrt(dearer * np.exp(np.log(dearer).mean()))
    return gap, np.clip(dearer, 1.0, _MOST_DEARER)


def naive_adviser(question: Question) -> Adviser:
    """Return the adviser that believes what was counted: raw means, and pairs as they did."""

    def advise(trials: TrialSet) -> Advice:
        classes = zip(trials.classes, question.seen, strict=True)
        figures = [raw_figures(one, seen=seen) for one, seen in classes]
        return by_menu(TrialMenu(figures, question.weights), figures, question.budgets)

    return advise


def single_adviser(question: Question) -> Adviser:
    """Return the manager: the agent with the best raw mean of those within the budget, for all.

    Where none is within the budget it is the cheapest.
    """

    def advise(trials: TrialSet) -> Advice:
        figures = np.array(
            [[column_means(one.resolved, one.tried), column_means(one.cost, one.paid)]
             for one in trials.classes]
        )  # fmt: skip
        success, cost = np.tensordot(question.weights, figures, axes=1)
        chosen = [_within(success, cost, budget) for budget in question.budgets]
        mixes = [tuple((MixPart(one, one, 1.0),) for _ in trials.classes) for one in chosen]
        return Advice(mixes, np.array([figures[:, :, one] for one in chosen]))

    return advise


def _within(success: Floats, cost: Floats, budget: float) -> int:
    known = np.isfinite(success) & np.isfinite(cost)
    paid = known & (cost <= budget)
    if not paid.any():
        return int(np.argmin(np.where(known, cost, np.inf)))
    return int(np.argmax(np.where(paid, success, -np.inf)))


def held_out(
    trials: TrialSet, advisers: Sequence[Adviser], *, folds: int, rng: np.random.Generator
) -> list[Held]:
    """Deal tasks into folds, let advisers see all but one fold, and judge them on that one.

    Figures of a class are means over all its tasks, each judged once.
    """
    known = filled(trials)
    dealt = [rng.permutation(np.arange(one.tasks) % folds) for one in trials.classes]
    sums: list[list[Floats]] = [[] for _ in advisers]
    for fold in range(folds):
        parts = [_parted(labels, fold) for labels in dealt]
        rest = trials.among([seen for seen, _ in parts])
        judged = [own for _, own in parts]
        for own, adviser in zip(sums, advisers, strict=True):
            own.append(_judged(adviser(rest), known, judged))
    return [_over_folds(own) for own in sums]


def _parted(labels: NDArray[np.intp], fold: int) -> tuple[Places, Places]:
    """Return tasks to advise from and tasks to judge; the last task of a class stays to advise."""
    held = labels == fold
    if held.all():
        held = np.zeros_like(held)
    return np.flatnonzero(~held), np.flatnonzero(held)


def _judged(advice: Advice, trials: TrialSet, tasks: Sequence[Places]) -> Floats:
    """Return tasks, promised and realised sums by budget and class: (5, budgets, classes)."""
    realised = np.array([play(mix, trials, tasks) for mix in advice.mixes])
    number = np.array([len(places) for places in tasks], dtype=float)
    number = np.where(np.isfinite(realised).all(axis=2), number, 0.0)
    both = np.concatenate([advice.promised, realised], axis=2)
    sums = np.where(number[:, :, None] > 0, both * number[:, :, None], 0.0)
    return np.concatenate([number[None], sums.transpose(2, 0, 1)])


def _over_folds(folds: Sequence[Floats]) -> Held:
    total = np.sum(folds, axis=0)
    means = np.where(total[0] > 0, total[1:] / np.maximum(total[0], 1), np.nan)
    return Held(means[:2].transpose(1, 2, 0), means[2:].transpose(1, 2, 0))
