"""What trials say of agents, and what to try next, as a finished answer."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple


class Interval(NamedTuple):
    """A mean, and where 9 of 10 further sets of as many tasks would put it."""

    mean: float
    p05: float
    p95: float


class AgentLine(NamedTuple):
    """One agent in one class.

    `success_on_all_tasks` and `cost_on_all_tasks` are what is believed as if it had tried every
    task of the class, as agents are compared. `certain_as` is how many trials without any other
    knowledge would say as much. `cost_ratio_on_failure` is its cost on tasks that another agent
    failed ÷ its cost on all. `tokens` are means an attempt, where they are on record.
    """

    agent: str
    task_class: str
    trials: int
    success: Interval
    raw_success: float | None
    cost_per_attempt: Interval | None
    raw_cost: float | None
    cost_ratio_on_failure: float | None
    success_on_all_tasks: float
    cost_on_all_tasks: float | None
    certain_as: int
    tokens: Mapping[str, float]


class CorrelationLine(NamedTuple):
    """How failures of two agents go together in one class; None where trials don't show it."""

    task_class: str
    mean: float | None
    p05: float | None
    p95: float | None


class NextLine(NamedTuple):
    """Trials worth making, and what they are expected to gain on the work to come.

    `value` and `cost` are dollars; `pays_from_tasks` is the work from which they pay. Where nothing
    says what a solved task is worth both are None, and `solved_more` is how many more tasks are
    solved for the same money; else that is None.
    """

    agent: str
    task_class: str
    trials: int
    value: float | None
    solved_more: float | None
    cost: float
    pays_from_tasks: float | None


class SizeLine(NamedTuple):
    """How many tasks two agents have to try to be told apart, at 80 % power and 5 % error.

    `paired`: both the same tasks; `unpaired`: tasks of their own.
    """

    task_class: str
    difference: float
    paired: int
    unpaired: int


class Pilot(NamedTuple):
    """The whole answer.

    `worths` are dollars that a solved task is worth, each as likely, `worth_by_class` what a team's
    file says of each class; both are empty where nothing says.
    """

    file: str
    trials: int
    tasks: Mapping[str, int]
    weights: Mapping[str, float]
    agents: Sequence[AgentLine]
    failure_correlation: Interval | None
    failure_correlation_by_class: Sequence[CorrelationLine]
    next_trials: Sequence[NextLine]
    sample_sizes: Sequence[SizeLine]
    future_tasks: int
    worths: Sequence[float]
    worth_by_class: Mapping[str, float]
    date: date
    warnings: Sequence[str]
