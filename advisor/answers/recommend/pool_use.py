"""The use of pools in a problem: what of it is done, and what is paid for it beyond seats.

A pool is linear: what is paid is max(0, use - seats × allowance) in every month. What hangs on each
person is a curve (`curves`), or as linear where everybody uses the same.

What is served is shared by all columns of a team on the pool alike: with r = served(U) ÷ U, a
column x counts with w = r·x, held by w ≤ x, w ≤ r and w ≥ r - (1 - x), which says the same where x
is whole (McCormick, 1976), and Σ use·w ≤ tangent(Σ use·x).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from advisor.answers.recommend.curves import UseCurve
from advisor.answers.recommend.menu import Menu, PoolOnOffer, overage_of
from advisor.answers.recommend.pooled import PooledTerms, Seated
from advisor.answers.recommend.problem import Extra, Program, Sum, positive_part

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

_TANGENTS = 8
_ALIKE = 1e-9


def leave_undone(menu: Menu, program: Program, pooled: PooledTerms, pool: PoolOnOffer) -> None:
    """Let a pool that caps or stops do a part of its columns: of each team's, or of everybody's."""
    if not pool.is_bounded:
        return
    teams = menu.cells.team[menu.columns[0]]
    uses = menu.uses(pool.options)
    few = _seats_are_few(menu, pool)
    if pool.by_person or few:
        for team in sorted(set(teams[uses].tolist())):
            _share(menu, program, pooled, pool, uses & (teams == team))
    else:
        _share(menu, program, pooled, pool, uses)
    closed = bool(pool.plans) and bool(pool.plans[0].terms.is_closed.any())
    pooled.is_relaxed |= few and (pool.by_person or closed)


def use(
    menu: Menu,
    program: Program,
    pooled: PooledTerms,
    pool: PoolOnOffer,
    seated: list[Seated],
    *,
    exact: bool,
) -> Sum:
    """Add what is done of a pool's use and what is paid for it beyond seats; return the money."""
    teams, uses = menu.cells.team[menu.columns[0]], menu.uses(pool.options)
    pooled.is_relaxed |= not pool.is_even
    if _seats_are_few(menu, pool):
        for team in sorted(set(teams[uses].tolist())):
            _hold_to_seats(menu, program, pooled, pool, team)
    total = program.nothing()
    if pool.by_person:
        for team in sorted(set(teams[uses].tolist())):
            if _is_linear(menu, pool):
                paid = _own_beyond(menu, program, pooled, pool, team, exact=exact)
            else:
                paid = _curve(menu, program, pooled, pool, team)
            total = total.plus(paid)
            pooled.overage[team] = pooled.overage.get(team, program.nothing()).plus(paid)
    if not pool.plans:
        return _kept(menu, pooled, pool, np.ones(program.size))
    return total.plus(_beyond(menu, program, pooled, seated, pool, exact=exact))


def _kept(
    menu: Menu,
    pooled: PooledTerms,
    pool: PoolOnOffer,
    weights: FloatArray,
    month: int | None = None,
) -> Sum:
    """Return what is served of a pool's use, in a month or in all, columns by weights (n,)."""
    both, alone = menu.use_by_month(pool.options), menu.use_by_month(pool.options, first=True)
    if month is None:
        both, alone = both.sum(axis=1), alone.sum(axis=1)
    else:
        both, alone = both[:, month], alone[:, month]
    return pooled.sum_of(both * weights, alone * weights)


def _share(
    menu: Menu, program: Program, pooled: PooledTerms, pool: PoolOnOffer, mine: BoolArray
) -> None:
    """Let some columns be done in part, all by the same share r."""
    share = program.add(Extra(f"share {len(program.extras)} that is served", high=1.0))
    first = np.isin(menu.strategies.first[menu.columns[1]], pool.options)
    for column in np.flatnonzero(mine).tolist():
        itself = np.zeros(program.size)
        itself[column] = 1.0
        done = int(pooled.served[column])
        if done < 0:
            done = program.add(Extra(f"done of column {column}", high=1.0))
            pooled.served[column], pooled.in_second[column] = done, not first[column]
            program.hold("", Sum(-itself, {done: 1.0}))
        else:
            # Both tries may be cut: by the product, which lies below each of the two.
            pooled.in_second[column] = False
            pooled.is_relaxed = True
        program.hold("", Sum(np.zeros(program.size), {done: 1.0, share: -1.0}))
        if first[column]:
            program.hold("", Sum(itself, {share: 1.0, done: -1.0}, -1.0))


def _is_linear(menu: Menu, pool: PoolOnOffer) -> bool:
    """Tell whether what each person's use costs is linear: nobody differs, nothing is refused."""
    return menu.market.usage_sigma == 0 and bool(pool.plans) and not pool.is_bounded


def _own_beyond(
    menu: Menu, program: Program, pooled: PooledTerms, pool: PoolOnOffer, team: int, *, exact: bool
) -> Sum:
    """Return what a team pays beyond its people's allowances where all of them use the same."""
    plan, by_month = pool.plans[0], menu.use_by_month(pool.options)
    mine = (menu.cells.team[menu.columns[0]] == team).astype(float)
    free = plan.people[team] * plan.terms.allowance
    factors = np.broadcast_to(overage_of(pool), free.shape) * pool.kept
    total = program.nothing()
    for t in np.flatnonzero(~plan.terms.pooled).tolist():
        most, factor = most_used(program, by_month[:, t] * mine), float(factors[t])
        if not factor or most <= free[t]:
            continue
        line = program.nothing().plus(_kept(menu, pooled, pool, mine, t), factor)
        line = line._replace(constant=line.constant - factor * float(free[t]))
        name = f"beyond each person's of {plan.name}, {team} in {t}"
        due = positive_part(program, name, line, factor * most, gain=0.0, exact=exact)
        total = total.plus(Sum(np.zeros(program.size), {due: 1.0}))
    return total


def _curve(menu: Menu, program: Program, pooled: PooledTerms, pool: PoolOnOffer, team: int) -> Sum:
    """Add a team's curve with its first tangents; return what it pays."""
    mine = menu.cells.team[menu.columns[0]] == team
    own = np.where(mine[:, None], menu.use_by_month(pool.options), 0.0)
    profile, is_alike = _profile(own, menu.market.work.people[team])
    is_capped, few = bool(np.isfinite(pool.cap)), _seats_are_few(menu, pool)
    most = most_used(program, own.sum(axis=1))
    pooled.is_relaxed |= not is_alike or few
    paid = None
    if pool.plans and not pool.plans[0].terms.pooled.all():
        # Up to a cap what is paid is neither convex nor concave: then it is only not negative.
        pooled.is_relaxed |= is_capped
        name = f"beyond each person's of {pool.plans[0].name}, {team}"
        paid = program.add(Extra(name, high=most * float(np.max(overage_of(pool))) * pool.kept))
    curve = UseCurve(
        menu, pool, team,
        used=_asked(menu, pooled, pool, own),
        kept=_kept(menu, pooled, pool, mine.astype(float)),
        most=most,
        profile=profile,
        paid=None if is_capped or few else paid,
        cuts=pool.is_bounded and not few,
    )  # fmt: skip
    pooled.curves.append(curve)
    for place in np.linspace(0, curve.most, _TANGENTS + 1)[1:]:
        curve.touch(program, float(place))
    stops = any((one.terms.is_closed & one.terms.pooled).any() for one in pool.plans)
    if curve.cuts and curve.most and not stops:
        # Nobody does less by wish: what is served lies above the line to its end.
        end = curve.settled(curve.most)[0] / curve.most
        program.hold("", program.nothing().plus(curve.used, end).plus(curve.kept, -1.0))
    return program.nothing() if paid is None else Sum(np.zeros(program.size), {paid: 1.0})


def _asked(menu: Menu, pooled: PooledTerms, pool: PoolOnOffer, own: FloatArray) -> Sum:
    """Return the use that is asked of a pool: second tries only of what their first ones did."""
    total = own.sum(axis=1)
    elsewhere = ~np.isin(menu.strategies.first[menu.columns[1]], pool.options)
    after = (pooled.served >= 0) & ~pooled.in_second & elsewhere
    weights = {int(pooled.served[n]): float(total[n]) for n in np.flatnonzero(after & (total > 0))}
    return Sum(np.where(after, 0.0, total), weights)


def _profile(own: FloatArray, people: FloatArray) -> tuple[FloatArray, bool]:
    """Return how use falls on the months, and whether that is the same for every column.

    Where it is not, everybody's use is taken to be the same in every month: under a cap that serves
    the most, and beyond an allowance it costs the least (Jensen).
    """
    used = own[own.any(axis=1)]
    parts = used / used.sum(axis=1, keepdims=True)
    if np.ptp(parts, axis=0).max(initial=0.0) <= _ALIKE:
        return np.asarray(parts[0]), True
    whole = people.sum()
    return np.asarray(people / whole if whole else np.full(len(people), 1 / len(people))), False


def _seats_are_few(menu: Menu, pool: PoolOnOffer) -> bool:
    """Tell whether somebody states fewer seats than there are people."""
    sitting = np.sum([one.people for one in pool.plans], axis=0) if pool.plans else np.inf
    return bool((sitting < menu.market.work.people).any())


def _hold_to_seats(
    menu: Menu, program: Program, pooled: PooledTerms, pool: PoolOnOffer, team: int
) -> None:
    """Let those who have a seat do no more than their part of the team's work."""
    active = menu.market.work.people[team]
    sitting = np.sum([one.people[team] for one in pool.plans], axis=0)
    part = np.divide(sitting, active, out=np.ones_like(active), where=active > 0)
    if (part >= 1).all():
        return
    pooled.is_relaxed |= bool(np.ptp(part) > _ALIKE)
    mine = menu.cells.team[menu.columns[0]] == team
    tasks = menu.of(menu.contributions.tasks)
    everything = most_used(program, np.where(mine, tasks, 0.0))
    first = np.isin(menu.strategies.first[menu.columns[1]], pool.options)
    line = pooled.sum_of(np.where(mine & first, tasks, 0.0))
    program.hold("", line._replace(constant=-float(part.max()) * everything))


def _beyond(
    menu: Menu,
    program: Program,
    pooled: PooledTerms,
    seated: list[Seated],
    pool: PoolOnOffer,
    *,
    exact: bool,
) -> Sum:
    """Return what is paid beyond a pool; one that stops serves no more than it holds."""
    by_month = menu.use_by_month(pool.options)
    total, held, whole = program.nothing(), program.nothing(), program.nothing()
    used = program.nothing()
    factors = np.broadcast_to(overage_of(pool), (by_month.shape[1],)) * pool.kept
    closed = pool.plans[0].terms.is_closed & pool.plans[0].terms.pooled
    for t in np.flatnonzero(pool.plans[0].terms.pooled).tolist():
        most, factor = most_used(program, by_month[:, t]), float(factors[t])
        if most <= 0:
            continue
        free = program.nothing()
        for one in seated:
            free = free.plus(one.seats[t], float(one.plan.terms.allowance[t]))
        served = _kept(menu, pooled, pool, np.ones(program.size), t)
        if closed[t]:
            kept = program.add(Extra(f"{pool.plans[0].name} serves, {t}", high=most))
            itself = Sum(np.zeros(program.size), {kept: 1.0})
            program.hold("", itself.plus(Sum(by_month[:, t]), -1.0))
            program.hold("", itself.plus(free, -1.0))
            held, whole = held.plus(itself), whole.plus(served)
        elif factor:
            line = program.nothing().plus(served, factor).plus(free, -factor)
            name = f"{pool.plans[0].name} beyond, {t}"
            due = positive_part(program, name, line, factor * most, gain=0.0, exact=exact)
            total = total.plus(Sum(np.zeros(program.size), {due: 1.0}))
            used = used.plus(served, factor)
    if total.extras and not exact and not pool.is_bounded:
        # Nobody pays for more than is used, which a limit on shares of spending would call for.
        program.hold("", total.plus(used, -1.0), is_implied=True)
    if closed.any():
        pooled.is_relaxed |= not bool(closed.all()) or by_month.shape[1] > 1
        program.hold("", whole.plus(held, -1.0))
    return total


def most_used(program: Program, use: FloatArray) -> float:
    """Return the most that can be used: every cell by its thirstiest strategy."""
    each = np.zeros(program.cells)
    np.maximum.at(each, program.cell, use)
    return float(each.sum())
