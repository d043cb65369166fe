"""Every whole plan of a small question with caps, seats and people who differ: no solver.

Where `whole_plans` leaves off. A plan gives each team and class of work one option, and the oracle
settles each option on the work that it got: seats of the teams on it, allowances and caps of each
person by the team's own mean. Nothing here may import `advisor`. What a reader would get wrong:
there are no cascades, no commitments, and no two options on one plan.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from itertools import product
from typing import Any, NamedTuple, TypeAlias

import oracle
from whole_plans import Asked

Row: TypeAlias = tuple[str, str]
ZERO = Decimal(0)


class Share(NamedTuple):
    """What one option comes to on the work that it got."""

    spend: Decimal
    value: Decimal
    beside: Decimal
    completed: Decimal
    asked: Decimal


class Year(NamedTuple):
    """A plan and what it comes to; `net_value` is less the overhead of the makers used."""

    routes: Mapping[Row, str]
    spend: Decimal
    net_value: Decimal
    completed: Decimal
    quality: Decimal
    makers: int


@oracle.exact
def years(question: Asked) -> list[Year]:
    """Work every whole plan out."""
    workload = question.workload
    plans = [option["plan"] for option in workload["options"].values() if "plan" in option]
    if len(plans) != len(set(plans)):
        raise oracle.OracleError("two options on one plan are left out")
    world = oracle.World(workload, question.files, question.channels, question.calendars)
    options = {
        name: oracle.with_reference(world, name, option)
        for name, option in workload["options"].items()
    }
    chosen = {name: oracle.route(world, option) for name, option in options.items()}
    work = {name: oracle.work_of(world, found) for name, found in chosen.items()}
    rows = sorted({(one.team, one.task_class) for one in work[next(iter(work))] if one.asked > 0})

    @cache
    def share(name: str, own: frozenset[Row]) -> Share:
        got = [one for one in work[name] if (one.team, one.task_class) in own]
        return _share(world, options[name], chosen[name], got)

    return [
        _year(workload, dict(zip(rows, names, strict=True)), chosen, share)
        for names in product(options, repeat=len(rows))
    ]


def _share(
    world: oracle.World, option: oracle.Map, chosen: oracle.Route, work: Sequence[oracle.Work]
) -> Share:
    found = oracle.bills(world, chosen, work)
    if found is None:
        raise oracle.OracleError("terms that are not published are left out")
    months, unmet = found
    served = oracle.served_by(world, option, work, unmet)
    return Share(
        spend=oracle.spending(world, chosen, work, months, unmet)["spend"],
        value=oracle.value_of(served),
        beside=oracle.review_of(served) + oracle.rework_of(served),
        completed=oracle.completed(served),
        asked=sum((one.asked * one.reference for one in served if one.asked is not None), ZERO),
    )


def _year(
    workload: oracle.Map, routes: Mapping[Row, str], chosen: Mapping[str, oracle.Route], share: Any
) -> Year:
    used = sorted(set(routes.values()))
    parts = [
        share(name, frozenset(row for row, one in routes.items() if one == name)) for name in used
    ]
    spend, value, beside, completed, asked = (
        sum(column, ZERO) for column in zip(*parts, strict=True)
    )
    makers = len({chosen[name].maker for name in used})
    overhead = oracle.dec(workload.get("policy", {}).get("vendor_overhead", 0))
    a_year = overhead * int(workload.get("months", 12)) / 12
    return Year(
        routes,
        spend,
        value - beside - spend - makers * a_year,
        completed,
        completed / asked if asked else Decimal(1),
        makers,
    )


def within(found: Sequence[Year], workload: oracle.Map, slack: Decimal) -> Iterator[Year]:
    """Yield the plans that keep the budget, the quality floor and the most makers allowed.

    `slack` is by which part a bound may be passed; a negative one asks for room to spare.
    """
    policy = workload.get("policy", {})
    budget = workload.get("budget")
    floor = oracle.dec(policy.get("min_quality_overall", 0))
    for one in found:
        keeps = budget is None or one.spend <= oracle.dec(budget) * (1 + slack)
        keeps = keeps and one.quality >= floor * (1 - slack)
        if keeps and one.makers <= policy.get("max_vendors", one.makers):
            yield one
