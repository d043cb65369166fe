"""What a completed task is worth, as a team's file says, for those who ask nothing else of it."""

from __future__ import annotations

from collections.abc import Mapping

from advisor.api.inputs import Inputs
from advisor.case.tasks import tasks_of, values
from advisor.errors import InputError


def worth_by_class(inputs: Inputs) -> Mapping[str, float]:
    """Return dollars that a completed task is worth by class, under no name those of others.

    Raises InputError where the team says nothing of it.
    """
    workload = inputs.workload
    tasks = tasks_of(workload)
    each = values(workload, tasks)
    if each is None or not workload.tasks:  # without tasks, `hours` are of a whole month's work
        hint = "give `tasks` with a `value` or `by_hand`; or say --worth"
        message = "says nothing of what a completed task is worth"
        raise InputError.of(message, file=inputs.shown, key="--team", hint=hint)
    dollars = [one.number.expected / workload.currency.per_usd for one in each]
    return {**dict(zip(tasks, dollars, strict=True)), "": sum(dollars) / len(dollars)}
