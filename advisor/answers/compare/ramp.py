"""How today's monthly bill moves through the plan, and what moves it.

The dearest month is worked out again without each thing that may have moved it: with the people of
the first month, with the use of each that people made then, with a kind of work as it was then. The
cause that is told is the one without which most of the rise is gone; where none takes half of it
away, none is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from advisor.case.facts import Case
from advisor.engine.axes import EXACTLY_ONE, Work
from advisor.engine.draws import Means
from advisor.engine.outcome import Outcome, drawn_outcome
from advisor.tables.compare import BY_PEOPLE, BY_USE, BY_WORK, Ramp

FloatArray = NDArray[np.float64]

_RISES = 1.05
_MOST, _MANY = 0.5, 0.9
_NOBODY = 1e-300


def ramp(case: Case, today: Outcome) -> Ramp | None:
    """Say how today's monthly bill rises to its dearest month; None where it hardly does."""
    spend, work = today.spend_by_month[0].copy(), case.market.work
    spend[-1] -= today.owed[0]  # what a commitment leaves owing is no month's use
    last = int(spend.argmax())
    if last == 0 or spend[last] < spend[0] * _RISES:
        return None
    rise = float(spend[last] - spend[0])
    taken = [(_without(case, other, last, spend), cause, k) for cause, k, other in _undone(work)]
    # One kind of work that alone makes the rise goes before all use together.
    drop, cause, k = max(taken, key=lambda one: one[0] * (_MANY if one[1] == BY_USE else 1.0))
    people, developers = work.people.sum(axis=0), work.developers.sum(axis=0)
    shares = people / np.maximum(developers, _NOBODY)
    return Ramp(
        first=work.months[0],
        last=work.months[last],
        first_spend=float(spend[0]),
        last_spend=float(spend[last]),
        first_adoption=float(shares[0]),
        last_adoption=float(shares[last]),
        first_people=float(people[0]),
        last_people=float(people[last]),
        cause=cause if drop >= _MOST * rise else "",
        task_class=work.classes[k] if cause == BY_WORK else "",
        tasks=float(work.tasks[:, k, last].sum()),
    )


def fewest_and_most(people: FloatArray) -> tuple[float, float]:
    """Return the fewest and the most people of a month, all teams together; (G, T)."""
    by_month = people.sum(axis=0)
    return float(by_month.min()), float(by_month.max())


def _undone(work: Work) -> Iterator[tuple[str, int, Work]]:
    """Yield each cause, its kind of work if it has one, and the plan's work without it."""
    people, first = work.people, work.people[:, :1]
    by_head = np.array([one is not EXACTLY_ONE for one in work.frequency])[None, :, None]
    fewer = first / np.maximum(people, _NOBODY)
    scaled = np.where(by_head, work.tasks * fewer[:, None, :], work.tasks)
    yield BY_PEOPLE, 0, work._replace(people=people * fewer, tasks=scaled)
    was_there = first[:, :, None] > 0
    each = work.tasks[:, :, :1] / np.where(was_there, first[:, :, None], 1.0)
    as_first = np.where(was_there, each * people[:, None, :], work.tasks)
    if len(work.classes) > 1:
        for k in range(len(work.classes)):
            tasks = work.tasks.copy()
            tasks[:, k] = as_first[:, k]
            yield BY_WORK, k, work._replace(tasks=tasks)
    yield BY_USE, 0, work._replace(tasks=as_first)


def _without(case: Case, work: Work, month: int, spend: FloatArray) -> float:
    """Return by how much a month's bill falls where the plan's work is another."""
    market = replace(case.market, work=work)
    way = case.ways[case.today]
    result = drawn_outcome(market, way.routes, Means())
    return float(spend[month] - result.spend_by_month[0][month])
