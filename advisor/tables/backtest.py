"""The advice on trial as a finished answer."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class BacktestOutcome(NamedTuple):
    """Per task: the share solved, and dollars."""

    success: float
    cost: float


class BacktestRoute(NamedTuple):
    """A share of a class's tasks: one agent, or a first and, where it is seen to fail, a second."""

    task_class: str
    strategy: Sequence[str]
    share: float


class MeasuredFigure(NamedTuple):
    """A figure over the repeats; `standard_error` is None where there was one repeat."""

    mean: float
    standard_error: float | None


class Single(NamedTuple):
    """The agent that the best raw means pick within the budget, and how such a pick did."""

    agent: str
    success: float
    cost: float


class ClassHeld(NamedTuple):
    """One class in the folds: what was promised, and what came of it; None where nothing did."""

    promised: BacktestOutcome | None
    realised: BacktestOutcome | None


class Folds(NamedTuple):
    """Cross-validated: routes chosen without the tasks that they are judged on.

    `standard_error` is that of promised less realised success, over the repeats; None for one.
    """

    promised: BacktestOutcome
    realised: BacktestOutcome
    standard_error: float | None
    by_class: Mapping[str, ClassHeld]


class Naive(NamedTuple):
    """An optimiser that believes raw means and independent failures, in the same folds."""

    promised: BacktestOutcome
    realised: BacktestOutcome


class BudgetLine(NamedTuple):
    """One budget. `gap` is promised less realised success; `of_budget` realised cost ÷ budget.

    `of_oracle` is realised success ÷ the oracle's, `over_single` how much more than one agent's.
    """

    budget_per_task: float
    routes: Sequence[BacktestRoute]
    predicted: BacktestOutcome
    folds: Folds
    best_single: Single
    naive: Naive
    oracle: BacktestOutcome
    gap: MeasuredFigure
    of_budget: MeasuredFigure
    of_oracle: MeasuredFigure
    over_single: MeasuredFigure


class Backtest(NamedTuple):
    """The whole answer. `weights` are each class's share of all tasks."""

    file: str
    trials: int
    agents: int
    tasks: Mapping[str, int]
    weights: Mapping[str, float]
    cascades: Sequence[str]
    folds: int
    repeats: int
    seed: int
    budgets: Sequence[BudgetLine]
    warnings: Sequence[str]
