"""The answer of `advisor pilot`: what trials say of agents, and which trials to make next.

What a reader would get wrong: the figures that people see are of the tasks that an agent tried;
profiles and the choice of further trials compare agents as if all had tried the same.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np

from advisor.answers.trials.estimates import Estimates, estimate, on_own_tasks
from advisor.answers.trials.intervals import (
    TrialSpread,
    correlation_of_class,
    correlation_over_classes,
    cost_spread,
    interval,
    success_spread,
)
from advisor.answers.trials.joint_outcomes import drawn_ratio
from advisor.answers.trials.mixes import TrialMenu
from advisor.answers.trials.reading import cautions, unknown_classes, weighed
from advisor.answers.trials.table import Floats, TrialSet, column_means, lay_out
from advisor.answers.trials.value_of_information import (
    NextTrials,
    believed,
    next_trials,
    worths_at_stake,
)
from advisor.errors import InputError, did_you_mean
from advisor.model.trial import TrialColumns
from advisor.tables.pilot import (
    AgentLine,
    CorrelationLine,
    Interval,
    NextLine,
    Pilot,
    SizeLine,
)

_Z_80_POWER = 1.959963984540054 + 0.8416212335729143
_NAMED = 6
"""As many classes are named in a note."""


class Wanted(NamedTuple):
    """What was asked.

    `worths` are dollars for a solved task, each as likely; or `worth_by_class` says it of each
    class, under an empty name of those that it does not name. Without either no trial is valued in
    dollars.
    """

    weights: Mapping[str, float]
    alone: Sequence[str]
    trials: int
    future_tasks: int
    worths: Sequence[float]
    worth_by_class: Mapping[str, float]
    difference: float
    date: date


def pilot(rows: TrialColumns, wanted: Wanted, *, file: str) -> Pilot:
    """Say what is believed after trials. Raises InputError for classes that are not there."""
    everything = lay_out(rows)
    faults = unknown_classes(everything, wanted.alone, key="--no-cascade")
    if faults:
        raise InputError(faults)
    trials, weights = weighed(everything, wanted.weights)
    seen = [name not in wanted.alone for name in trials.names]
    even = estimate(trials, seen, as_tried=False)
    worths, is_stated = _worths(trials, wanted, even, weights)
    priced = all(one.paid.any() for one in trials.classes)
    number = wanted.trials if priced else 0
    plan = next_trials(
        trials, even, weights=weights, worths=worths, number=number, in_tasks=not is_stated
    )
    by_class = [correlation_of_class(one) for one in trials.classes]
    overall = correlation_over_classes(by_class)
    return Pilot(
        file=file,
        trials=len(rows.agent),
        tasks={one.name: one.tasks for one in trials.classes},
        weights=dict(zip(trials.names, weights.tolist(), strict=True)),
        agents=_agents(trials, rows, on_own_tasks(even), even),
        failure_correlation=Interval(*overall) if math.isfinite(overall.mean) else None,
        failure_correlation_by_class=[
            CorrelationLine(name, *(_or_none(part) for part in interval(*one)))
            for name, one in zip(trials.names, by_class, strict=True)
        ],
        next_trials=[_next(trials, one, wanted, is_stated=is_stated) for one in plan],
        sample_sizes=_sizes(trials, even, wanted.difference),
        future_tasks=wanted.future_tasks,
        worths=list(wanted.worths),
        worth_by_class={name: _worth(wanted, name) for name in trials.names}
        if wanted.worth_by_class
        else {},
        date=wanted.date,
        warnings=[*cautions(trials, rows), *_strangers(trials, wanted)],
    )


def _worths(
    trials: TrialSet, wanted: Wanted, even: Estimates, weights: Floats
) -> tuple[Sequence[float] | Floats, bool]:
    """Return what a solved task is worth in dollars, and whether somebody said so.

    Where nobody did, choices are weighed at what larger budgets would pay for another one.
    """
    if wanted.worth_by_class:
        return np.array([[_worth(wanted, name) for name in trials.names]]), True
    if wanted.worths:
        return wanted.worths, True
    return worths_at_stake(TrialMenu(even.figures, weights)), False


def _worth(wanted: Wanted, name: str) -> float:
    return wanted.worth_by_class.get(name, wanted.worth_by_class[""])


def _strangers(trials: TrialSet, wanted: Wanted) -> list[str]:
    """Name the classes that a team's file does not know: a task there has the others' mean."""
    named = sorted(name for name in wanted.worth_by_class if name)
    strange = [name for name in trials.names if named and name not in named]
    if not strange:
        return []
    listed = ", ".join(strange[:_NAMED]) + (", …" if len(strange) > _NAMED else "")
    hint = did_you_mean(strange[0], named) or f"it has {', '.join(named[:_NAMED])}"
    return [
        f"no kind of work of the team's file: {listed}; a task there is taken to be worth the "
        f"mean of those it has, ${_worth(wanted, strange[0]):,.0f} ({hint})"
    ]


def _next(trials: TrialSet, one: NextTrials, wanted: Wanted, *, is_stated: bool) -> NextLine:
    gain = one.value * wanted.future_tasks
    return NextLine(
        agent=trials.agents[one.agent],
        task_class=trials.names[one.task_class],
        trials=one.trials,
        value=gain if is_stated else None,
        solved_more=None if is_stated else gain,
        cost=one.cost,
        pays_from_tasks=one.cost / one.value if is_stated else None,
    )


def _agents(
    trials: TrialSet, rows: TrialColumns, tried: Estimates, even: Estimates
) -> list[AgentLine]:
    """Return a line for each agent and class, classes and agents in order."""
    done, paid = success_spread(trials, tried), cost_spread(trials, tried)
    all_done, all_paid = believed(even, len(trials.classes))
    certain = _certainty(trials, even, all_done)
    tokens = _tokens(rows)
    lines = []
    for k, one in enumerate(trials.classes):
        raw = column_means(one.resolved, one.tried), column_means(one.cost, one.paid)
        ratio = _ratio_on_failure(even, k)
        for j, agent in enumerate(trials.agents):
            lines.append(
                AgentLine(
                    agent=agent,
                    task_class=one.name,
                    trials=int(one.tried[:, j].sum()),
                    success=_interval(done, j, k, otherwise=float(all_done[j, k])),
                    raw_success=_or_none(raw[0][j]),
                    cost_per_attempt=_known_interval(paid, j, k),
                    raw_cost=_or_none(raw[1][j]),
                    cost_ratio_on_failure=_or_none(ratio[j]),
                    success_on_all_tasks=float(all_done[j, k]),
                    cost_on_all_tasks=_or_none(all_paid[j, k]),
                    certain_as=int(certain[j, k]),
                    tokens=tokens.get((agent, one.name), {}),
                )
            )
    return lines


def _interval(spread: TrialSpread, j: int, k: int, *, otherwise: float) -> Interval:
    known = _known_interval(spread, j, k)
    return known or Interval(otherwise, 0.0, 1.0)


def _known_interval(spread: TrialSpread, j: int, k: int) -> Interval | None:
    parts = [float(part[j, k]) for part in spread]
    return Interval(*parts) if all(math.isfinite(part) for part in parts) else None


def _or_none(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _certainty(trials: TrialSet, even: Estimates, success: Floats) -> Floats:
    """Return how many trials alone would leave as little doubt: 1 to all that the agent made."""
    size = len(trials.classes)
    doubt = np.diagonal(even.pooled.covariance, axis1=1, axis2=2)[:, :size]
    tried = np.sum([one.tried.sum(axis=0) for one in trials.classes], axis=0)[:, None]
    number: Floats = np.round(1 / (doubt * success * (1 - success)))
    return np.clip(number, 1, np.maximum(tried, 1))


def _ratio_on_failure(estimates: Estimates, k: int) -> Floats:
    """Return each agent's cost on tasks that others failed ÷ its cost on all tasks."""
    counted = estimates.counted[k]
    ratio = drawn_ratio(counted, estimates.success[:, k], estimates.variation[k].total)
    weight = np.where(np.isfinite(counted.on_failures), counted.failures, 0.0)
    np.fill_diagonal(weight, 0.0)
    total = weight.sum(axis=0)
    mean = (np.where(weight > 0, ratio, 0.0) * weight).sum(axis=0) / np.maximum(total, 1)
    return np.where(total > 0, mean, np.nan)


def _tokens(rows: TrialColumns) -> dict[tuple[str, str], dict[str, float]]:
    """Return mean tokens an attempt by agent and class, of attempts that have them on record."""
    sums: dict[tuple[str, str], dict[str, list[float]]] = {}
    for name, column in rows.tokens.items():
        for agent, kind, count in zip(rows.agent, rows.task_class, column, strict=True):
            if math.isfinite(count):
                sums.setdefault((agent, kind), {}).setdefault(name, []).append(count)
    return {
        key: {name: math.fsum(counts) / len(counts) for name, counts in own.items()}
        for key, own in sums.items()
    }


def _sizes(trials: TrialSet, estimates: Estimates, difference: float) -> list[SizeLine]:
    """Return by class how many tasks tell the best agent from one that is so much worse."""
    lines = []
    for k, one in enumerate(trials.classes):
        best = float(np.nanmax(estimates.success[:, k]))
        spread = 2 * best * (1 - best) * (_Z_80_POWER / difference) ** 2
        together = estimates.counted[k].mean_correlation
        together = together if math.isfinite(together) else estimates.correlation
        paired = spread * (1 - max(together, 0.0))
        lines.append(SizeLine(one.name, difference, math.ceil(paired), math.ceil(spread)))
    return lines
