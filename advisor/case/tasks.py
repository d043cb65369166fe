"""What a task is worth, how often it succeeds, what failing costs: defaults filled in and named.

An hour of a person's work that the file prices makes failures cost time: five minutes of review a
task and ten of clearing up after a failed one, unless the file says otherwise. A developer-month is
not a task, so a file without tasks gets neither.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from advisor.case.facts import Assumption
from advisor.case.people import DEVELOPER_MONTH
from advisor.engine.axes import NOTHING, RandomInput
from advisor.model.uncertain import Uncertain
from advisor.model.workload import Task, Workload
from advisor.units import MINUTES_PER_HOUR, TOKEN_CLASSES

FloatArray = NDArray[np.float64]

DEFAULT_HOUR = 100.0
REVIEW_MINUTES = 5.0
REWORK_MINUTES = 10.0
DETECTION_BY_TESTS = 0.9

RELATIVE_TOKENS = {
    "bug-fix": 1.0, "tests": 0.76, "frontend": 1.79, "greenfield": 3.65, "information": 0.55,
    "docs": 0.6, "review": 0.8, "migration": 1.5,
}  # fmt: skip
"""Cost of a task of a class relative to a bug fix. The first five: same agent, 43 agents, OpenHands
Index to 2026-06-30; docs, review, refactoring: claudecodeguides.com, low confidence."""


def tasks_of(workload: Workload) -> dict[str, Task]:
    """Return the stated tasks, or the one class that stands for a developer-month of work."""
    if workload.tasks:
        return dict(workload.tasks)
    month = Task.unchecked(per_developer_month=Uncertain.constant(1.0), tokens=workload.usage)
    return {DEVELOPER_MONTH: month}


def stated_tokens(name: str, task: Task) -> tuple[RandomInput, ...] | None:
    """Return tokens by class as the file has them, each drawn from a stream of its own."""
    if task.tokens is None:
        return None
    where = "usage" if name == DEVELOPER_MONTH else f"tasks.{name}.tokens"
    return tuple(
        RandomInput(getattr(task.tokens, token_class), f"{where}.{token_class}")
        for token_class in TOKEN_CLASSES
    )


def relative_tokens(tasks: dict[str, Task]) -> FloatArray:
    """Return how many tokens a task of each class takes relative to a bug fix. Shape (K,)."""
    return np.array([RELATIVE_TOKENS.get(task.like or name, 1.0) for name, task in tasks.items()])


def success(tasks: dict[str, Task]) -> tuple[RandomInput, ...]:
    """Return the reference's success by class; unstated it is 1, and only ratios are shown."""
    return tuple(
        RandomInput(task.success or Uncertain.constant(1.0), f"tasks.{name}.success")
        if task.success is not None
        else RandomInput(Uncertain.constant(1.0), "")
        for name, task in tasks.items()
    )


def detection(tasks: dict[str, Task]) -> FloatArray:
    """Return the chance that a failure of each class is seen. Shape (K,)."""
    return np.array([_detection(task) for task in tasks.values()])


def _detection(task: Task) -> float:
    if task.detection is not None:
        return task.detection
    return DETECTION_BY_TESTS if task.checked_by == "tests" else 0.0


def values(workload: Workload, tasks: dict[str, Task]) -> tuple[RandomInput, ...] | None:
    """Return what a completed task of each class is worth, or None where nothing says.

    `hours` is spread evenly over the tasks that today's option completes.
    """
    hour = workload.hour or DEFAULT_HOUR
    if workload.hours is not None:
        done = sum(
            task.per_developer_month.expected * (task.success.expected if task.success else 1.0)
            for task in tasks.values()
            if task.per_developer_month is not None
        )
        each = RandomInput(workload.hours.scaled(hour / done), "hours") if done else NOTHING
        return tuple(each for _ in tasks)
    if all(task.value is None and task.by_hand is None for task in tasks.values()):
        return None
    return tuple(_value(name, task, hour) for name, task in tasks.items())


def _value(name: str, task: Task, hour: float) -> RandomInput:
    if task.value is not None:
        return RandomInput(task.value, f"tasks.{name}.value")
    by_hand = task.by_hand or Uncertain.constant(0.0)
    return RandomInput(by_hand.scaled(hour) if by_hand.high else by_hand, f"tasks.{name}.by_hand")


def people_costs(
    workload: Workload, tasks: dict[str, Task], assume: Callable[[Assumption], None]
) -> tuple[tuple[RandomInput, ...], tuple[RandomInput, ...]]:
    """Return review and rework by class, in money a task; defaults only where an hour is priced."""
    review = tuple(
        _minutes(workload, name, "review", task.review, REVIEW_MINUTES, assume)
        for name, task in tasks.items()
    )
    rework = tuple(
        _minutes(workload, name, "rework", task.rework, REWORK_MINUTES, assume)
        for name, task in tasks.items()
    )
    return review, rework


def _minutes(
    workload: Workload,
    name: str,
    key: str,
    stated: Uncertain | None,
    minutes: float,
    assume: Callable[[Assumption], None],
) -> RandomInput:
    if stated is not None:
        return RandomInput(stated, f"tasks.{name}.{key}")
    if workload.hour is None or name == DEVELOPER_MONTH:
        return NOTHING
    cost = Uncertain.constant(workload.hour * minutes / MINUTES_PER_HOUR)
    origin = f"default: {minutes:g} minutes a task at {workload.hour:g} an hour"
    assume(Assumption(None, name, key, cost, origin))
    return RandomInput(cost, "")
