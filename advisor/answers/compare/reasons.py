"""Why a figure surprises: many more tokens than today's, another effort, use beyond a seat's.

Only what is known is told: efforts where both are, what a seat includes where use beyond it is
sold and a person of average use comes to it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from advisor.answers.compare.break_even import mean_multiplier
from advisor.case.facts import Case
from advisor.engine.axes import Sample
from advisor.engine.draws import Means
from advisor.tables.compare import OptionLine, Reason

_MANY, _FEW = 1.5, 0.67
_DEARER = 1.1
_SEATS_ALONE = 1.02


def reasons(case: Case, lines: Sequence[OptionLine]) -> list[Reason]:
    """Return a reason for every way that costs more than today, or takes far other tokens."""
    sample = Sample.draw(case.market.work, case.market.terms, Means())
    now = case.ways[case.today]
    base = 1.0
    if now.facts is not None:
        base = mean_multiplier(case, now.routes[0].strategy[0], sample)
    found = []
    for n, (way, line) in enumerate(zip(case.ways, lines, strict=True)):
        if way.facts is None or n == case.today or line.spend is None or not base:
            continue
        option = way.routes[0].strategy[0]
        times = mean_multiplier(case, option, sample) / base
        tokens = times if times >= _MANY or times <= _FEW else None
        included = _passed(case, option, line)
        is_dear = line.spend.expected > _DEARER * _spent(lines[case.today])
        if not is_dear and (tokens is None or times <= _FEW):
            continue
        if tokens is None and included is None:
            continue
        efforts = None
        if now.facts is not None and tokens is not None:
            efforts = (way.facts.model_name, way.facts.effort, now.facts.model_name,
                       now.facts.effort)  # fmt: skip
        found.append(Reason(way.name, tokens, _told(efforts), included))
    return found


def about_kinds(case: Case, lines: Sequence[OptionLine]) -> list[str]:
    """Say why the same bill with kinds of work may come to other figures of other options."""
    if not case.counts_developer_months or not any(line.borrowed for line in lines):
        return []
    return [
        "no kinds of work are stated, so tokens and success are borrowed for all work as one; with "
        "`tasks` they are borrowed for each kind, and an option may come to another sum"
    ]


def _told(efforts: tuple[str, str | None, str, str | None] | None) -> tuple[str, ...]:
    """Return both models and efforts where they are known and differ; else nothing."""
    if efforts is None or None in efforts or efforts[1] == efforts[3]:
        return ()
    return tuple(map(str, efforts))


def _spent(line: OptionLine) -> float:
    return line.spend.expected if line.spend is not None else 0.0


def _passed(case: Case, option: int, line: OptionLine) -> float | None:
    """Return what a seat includes a month where most of what is paid lies beyond the seats."""
    seats = case.market.candidates[option].seats
    if seats is None or seats.is_closed.any() or line.spend is None:
        return None
    people = case.market.work.people.sum(axis=0)
    bought = np.maximum(np.ceil(people) if seats.stated is None else seats.stated, seats.min_seats)
    fees = float((seats.fee * bought).sum())
    included = float(seats.allowance[0])
    return included if included and line.spend.expected > _SEATS_ALONE * fees else None
