"""The answer of `advisor backtest`: routes, what they promise, and what such promises are worth."""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from advisor.answers.trials.contenders import Held, Question
from advisor.answers.trials.held_out import Progress, Replay, over_classes
from advisor.answers.trials.held_out import backtest as replayed
from advisor.answers.trials.mixes import Mix
from advisor.answers.trials.reading import cautions, need_costs, unknown_classes, weighed
from advisor.answers.trials.table import Floats, TrialSet, lay_out
from advisor.errors import InputError
from advisor.model.trial import TrialColumns
from advisor.tables.backtest import (
    Backtest,
    BacktestOutcome,
    BacktestRoute,
    BudgetLine,
    ClassHeld,
    Folds,
    MeasuredFigure,
    Naive,
    Single,
)


class AskedBacktest(NamedTuple):
    """What was asked. `alone` are classes in which nobody sees a failure: no cascades there."""

    budgets: Sequence[float]
    weights: Mapping[str, float]
    alone: Sequence[str]
    folds: int
    repeats: int
    seed: int


def backtest(
    rows: TrialColumns,
    asked: AskedBacktest,
    *,
    file: str,
    progress: Progress = lambda done, of: None,
) -> Backtest:
    """Advise from trials, and say what came of such advice on tasks that it had not seen.

    Raises InputError for classes that are not there, or that have a single task.
    """
    everything = lay_out(rows)
    faults = unknown_classes(everything, asked.alone, key="--no-cascade")
    if faults:
        raise InputError(faults)
    trials, weights = weighed(everything, asked.weights)
    small = [one.name for one in trials.classes if one.tasks < 2]
    if small:
        raise InputError.of(f"{', '.join(small)}: a single task can't be held out", file=file)
    need_costs(trials, file=file)
    seen = [name not in asked.alone for name in trials.names]
    question = Question(weights, seen, asked.budgets)
    replay = replayed(
        trials, question, folds=asked.folds, repeats=asked.repeats, seed=asked.seed,
        progress=progress,
    )  # fmt: skip
    return Backtest(
        file=file,
        trials=len(rows.agent),
        agents=len(trials.agents),
        tasks={one.name: one.tasks for one in trials.classes},
        weights=dict(zip(trials.names, weights.tolist(), strict=True)),
        cascades=[name for name, may in zip(trials.names, seen, strict=True) if may],
        folds=asked.folds,
        repeats=asked.repeats,
        seed=asked.seed,
        budgets=[_line(trials, question, replay, n) for n in range(len(asked.budgets))],
        warnings=[*_too_little(asked.budgets, replay.least), *cautions(trials, rows)],
    )


def _too_little(budgets: Sequence[float], least: float) -> list[str]:
    poor = [f"{budget:g}" for budget in budgets if budget < least]
    if not poor:
        return []
    return [
        f"{', '.join(poor)} a task: the cheapest agents come to {least:.2g}, so the routes "
        "there are the cheapest and cost more than the budget"
    ]


def _line(trials: TrialSet, question: Question, replay: Replay, number: int) -> BudgetLine:
    def told(held: Held) -> tuple[Floats, Floats]:
        """Return promised and realised figures a task by repeat: (repeats, 2) each."""
        weights = question.weights
        return (
            over_classes(held.promised[:, number], weights),
            over_classes(held.realised[:, number], weights),
        )

    promise, came = told(replay.careful)
    _, alone = told(replay.alone)
    naive = Naive(*(_outcome(one.mean(axis=0)) for one in told(replay.naive)))
    best = replay.oracle[:, number]
    budget = question.budgets[number]
    gap = _measured(promise[:, 0] - came[:, 0])
    single = replay.single.mixes[number][0][0].first
    predicted = over_classes(replay.advice.promised[number], question.weights)
    return BudgetLine(
        budget_per_task=budget,
        routes=_routes(trials, replay.advice.mixes[number]),
        predicted=_outcome(predicted),
        folds=Folds(
            _outcome(promise.mean(axis=0)),
            _outcome(came.mean(axis=0)),
            gap.standard_error,
            _by_class(trials, replay.careful, number),
        ),
        best_single=Single(trials.agents[single], *alone.mean(axis=0).tolist()),
        naive=naive,
        oracle=_outcome(best.mean(axis=0)),
        gap=gap,
        of_budget=_measured(came[:, 1] / budget),
        of_oracle=_measured(came[:, 0] / np.maximum(best[:, 0], 1e-12)),
        over_single=_measured(came[:, 0] - alone[:, 0]),
    )


def _routes(trials: TrialSet, mix: Mix) -> list[BacktestRoute]:
    return [
        BacktestRoute(
            name,
            [trials.agents[place] for place in dict.fromkeys((part.first, part.second))],
            part.share,
        )
        for name, parts in zip(trials.names, mix, strict=True)
        for part in parts
    ]


def _by_class(trials: TrialSet, held: Held, number: int) -> dict[str, ClassHeld]:
    means = (one[:, number].mean(axis=0) for one in held)
    each = zip(trials.names, *means, strict=True)
    return {name: ClassHeld(_known(promised), _known(came)) for name, promised, came in each}


def _known(figures: Floats) -> BacktestOutcome | None:
    return _outcome(figures) if np.isfinite(figures).all() else None


def _outcome(figures: Floats) -> BacktestOutcome:
    return BacktestOutcome(float(figures[0]), float(figures[1]))


def _measured(values: Floats) -> MeasuredFigure:
    number = len(values)
    error = float(values.std(ddof=1)) / math.sqrt(number) if number > 1 else None
    return MeasuredFigure(float(values.mean()), error)
