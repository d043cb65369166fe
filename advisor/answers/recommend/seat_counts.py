"""Seats in a problem: whole numbers of people of the teams that are on a plan."""

from __future__ import annotations

import math

import numpy as np

from advisor.answers.recommend.menu import Menu, PlanOnOffer, PoolOnOffer
from advisor.answers.recommend.pooled import PooledTerms, Seated, SeatEntry
from advisor.answers.recommend.problem import Extra, Link, Program, Sum
from advisor.engine.seats import ROUNDING


def seat(
    menu: Menu, program: Program, pooled: PooledTerms, pool: PoolOnOffer, *, exact: bool
) -> list[Seated]:
    """Add whether each team is on each plan of a pool, and the seats that takes."""
    earlier: dict[int, list[int]] = {}
    found = []
    for plan in pool.plans:
        on = _teams_on(menu, program, pooled, pool, plan)
        heads = {team: _alone(program, one, earlier.get(team, [])) for team, one in on.items()}
        seats = _seats(program, plan, on, heads, exact=exact)
        fees = program.nothing()
        for t, one in enumerate(seats):
            fees = fees.plus(one, float(plan.terms.fee[t]))
        pooled.fees[plan.options] = fees
        found.append(Seated(plan, seats))
        for team, variable in on.items():
            earlier.setdefault(team, []).append(variable)
    pooled.seated[pool.options] = found
    return found


def _teams_on(
    menu: Menu, program: Program, pooled: PooledTerms, pool: PoolOnOffer, plan: PlanOnOffer
) -> dict[int, int]:
    """Add a variable for each team that may be on a plan: 1 where any of its work is."""
    uses, teams = menu.uses(plan.options), menu.cells.team[menu.columns[0]]
    on = {}
    for team in sorted(set(teams[uses].tolist())):
        name = f"{menu.market.work.teams[team]} is on {plan.name}"
        on[team] = program.add(Extra(name, high=1.0, is_whole=True))
        program.links.append(Link(on[team], uses & (teams == team)))
        pooled.entries[on[team]] = SeatEntry(pool, team)
    return on


def _alone(program: Program, on: int, dearer: list[int]) -> int:
    """Return the variable that says a team's people sit here: on no dearer plan of the pool."""
    if not dearer:
        return on
    alone = program.add(Extra(f"{program.extras[on].name} alone", high=1.0))
    weights = {on: 1.0, alone: -1.0} | dict.fromkeys(dearer, -1.0)
    program.hold("", Sum(np.zeros(program.size), weights))
    return alone


def _seats(
    program: Program, plan: PlanOnOffer, on: dict[int, int], heads: dict[int, int], *, exact: bool
) -> list[Sum]:
    """Add how many seats are bought in each month: one variable for months that are alike."""
    terms, months = plan.terms, plan.heads.shape[1]
    part = np.ones(months) if terms.of_month is None else terms.of_month
    whole = np.divide(plan.heads, part, out=np.zeros_like(plan.heads), where=part > 0)
    if terms.stated is not None:
        whole = np.zeros_like(whole)
    least = np.maximum(terms.min_seats, terms.stated or 0.0)
    variables: dict[bytes, int] = {}
    seats: list[Sum] = []
    previous = None
    for t in range(months):
        key = np.append(whole[:, t], least[t]).tobytes()
        if key not in variables:
            needed = {team: float(whole[team, t]) for team in on}
            name = f"{plan.name} in {t}"
            variables[key] = _bought(program, name, needed, least[t], on, heads)
        if terms.annual and previous is not None and previous != variables[key]:
            variables[key] = _never_fewer(program, plan, t, previous, variables[key], exact=exact)
        previous = variables[key]
        seats.append(Sum(np.zeros(program.size), {previous: float(part[t])}))
    return seats


def _bought(
    program: Program,
    name: str,
    needed: dict[int, float],
    least: float,
    on: dict[int, int],
    heads: dict[int, int],
) -> int:
    """Add the seats of some months: one a head, and at least so many if anybody is there."""
    is_whole = any(one != round(one) for one in needed.values())
    rounding = ROUNDING if is_whole else 0.0
    most = max(math.ceil(sum(needed.values()) - rounding), least)
    seats = program.add(Extra(f"seats of {name}", high=float(most), is_whole=is_whole))
    weights = {heads[team]: count for team, count in needed.items() if count}
    rows = [Sum(np.zeros(program.size), {**weights, seats: -1.0}, -rounding)]
    rows += [Sum(np.zeros(program.size), {one: least, seats: -1.0}) for one in on.values() if least]
    for row in rows:
        program.hold("", row)
    # No more than that: a seat for nobody would only be bought to make a share smaller.
    whole = {on[team]: -max(math.ceil(count), least) for team, count in needed.items()}
    no_more = [Sum(np.zeros(program.size), {**whole, seats: 1.0})]
    if is_whole:
        # Of several teams the sum is rounded up, once.
        rounded_up = -(1 - rounding)
        parts = {on[team]: -max(count, least + rounded_up) for team, count in needed.items()}
        no_more.append(Sum(np.zeros(program.size), {**parts, seats: 1.0}, rounded_up))
    for row in no_more:
        program.hold("", row, is_implied=True)
    return seats


def _never_fewer(
    program: Program, plan: PlanOnOffer, month: int, before: int, seats: int, *, exact: bool
) -> int:
    """Add annual seats: at least those of the month before, and what this month needs."""
    most = max(program.extras[one].high for one in (before, seats))
    kept = program.add(Extra(f"annual seats of {plan.name} in {month}", high=most))
    for one in (before, seats):
        program.hold("", Sum(np.zeros(program.size), {one: 1.0, kept: -1.0}))
    if exact:
        program.hold("", Sum(np.zeros(program.size), {kept: 1.0, before: -1.0, seats: -1.0}))
    return kept
