"""What one strategy comes to for one team's work of one class: the oracle's exact decimals.

`board` lays a question out for `whole_plans`. Nothing here may import `advisor`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import permutations
from typing import NamedTuple

import numpy as np
import oracle
from whole_plans import (
    Asked,
    Board,
    Floats,
    Offer,
    Parts,
    Plain,
    Pool,
    Row,
    Strategy,
    listed,
    policy_of,
    world_of,
)

ZERO = Decimal(0)
ONE_TEAM = "all"


class Work(NamedTuple):
    """A team's work of one class: tasks by month, cost by option and month, chance by option."""

    tasks: list[Decimal]
    cost: dict[str, list[Decimal]]
    chance: dict[str, Decimal]


def board(question: Asked) -> Board:
    """Lay a question out. Raises OracleError where it asks what is not worked out here."""
    world = world_of(question)
    policy = policy_of(question)
    offers = tuple(_offers(world))
    teams, classes = tuple(_teams(world)), tuple(world.tasks())
    asked = ((team, name) for team in teams for name in classes)
    worked = {row: work for row in asked if sum((work := _work(world, row, offers)).tasks)}
    rows = tuple(worked)
    menus = tuple(_menu(world, policy, name, offers) for _, name in rows)
    axes = (teams, classes, offers)
    return Board(
        world=world,
        policy=policy,
        offers=offers,
        teams=teams,
        classes=classes,
        rows=rows,
        menus=menus,
        parts=tuple(
            _stacked([_parts(world, policy, axes, row, worked[row], one) for one in menu])
            for row, menu in zip(rows, menus, strict=True)
        ),
        pools={one.pool: _pool(world, one) for one in offers if one.pool is not None},
        tasks={row: float(sum(work.tasks, ZERO)) for row, work in worked.items()},
        reference=_reference(world, rows, worked),
        is_valued=all(oracle.value_per_task(world, t) is not None for t in world.tasks().values()),
    )


def _teams(world: oracle.World) -> dict[str, oracle.Map]:
    """Return the teams under their names in answers."""
    return {name or ONE_TEAM: team for name, team in world.teams().items()}


def _key(team: str) -> str:
    """Return a team's name as the oracle has it."""
    return "" if team == ONE_TEAM else team


def _route(world: oracle.World, offer_name: str) -> oracle.Route:
    """Find what an option names. A discount `on: plan` is taken off overage, not off the rates."""
    agreed = world.workload.get("contracts", {})
    plain = {who: {k: v for k, v in terms.items() if k != "on"} for who, terms in agreed.items()}
    bare = oracle.World(
        {**world.workload, "contracts": plain}, world.files, world.channels, world.calendars
    )
    option = oracle.with_reference(world, offer_name, world.workload["options"][offer_name])
    return oracle.route(bare, option)


def _offers(world: oracle.World) -> Iterator[Offer]:
    """Yield the options that are known, each with all that limits ask about."""
    countries = {str(file["vendor"]): file.get("country") for file in world.files}
    for name, option in world.workload["options"].items():
        found = _route(world, name)
        if not _is_known(world, found):
            continue
        plan = option.get("plan")
        ways = (option.get("billing", "monthly"), option.get("seats", "active"))
        yield Offer(
            name=name,
            maker=found.maker,
            channel=found.billed_by,
            harness=option.get("harness"),
            country=countries[found.maker],
            hosted_in=_hosted_in(option, found.channel, countries[found.maker]),
            pool=None if plan is None else (plan, *ways),
        )


def _hosted_in(option: oracle.Map, channel: oracle.Map | None, country: str | None) -> str | None:
    """Return where prompts are processed: as stated, else by the channel, else by the maker."""
    if "hosted_in" in option:
        return str(option["hosted_in"])
    if channel is None:
        return country
    known = listed(channel.get("hosted_in", ()))
    return known[0] if len(known) == 1 and known[0] != "unknown" else None


def _is_known(world: oracle.World, found: oracle.Route) -> bool:
    """Tell whether a plan publishes its price and what it includes, in all months."""
    if found.plan is None:
        return True
    annual = found.option.get("billing") == "annual"
    fee = "seat_month_annual" if annual else "seat_month"
    months = (oracle.add_months(world.start, t) for t in range(world.months))
    terms = [oracle.first_of(month, found.plan) for month in months]
    return all(one["includes"] != "unpublished" and one.get(fee) is not None for one in terms)


def _menu(
    world: oracle.World, policy: Plain, task_class: str, offers: Sequence[Offer]
) -> tuple[Strategy, ...]:
    """List the strategies of a class: options, and pairs where failures are seen."""
    names = [offer.name for offer in offers]
    seen = oracle.detection_of(world.tasks()[task_class]) > 0 and policy.get("cascades", True)
    pairs = list(permutations(names, 2)) if seen else []
    return (*((name,) for name in names), *pairs)


@oracle.exact
def _work(world: oracle.World, row: Row, offers: Sequence[Offer]) -> Work:
    """Ask the oracle for everything about one team's work of one class."""
    name, task_class = row
    task, team = world.tasks()[task_class], _teams(world)[name]
    months = [oracle.add_months(world.start, t) for t in range(world.months)]
    cost, chance = {}, {}
    for offer in offers:
        found = _route(world, offer.name)
        each = (
            oracle.attempt(world, found, task_class=task_class, task=task, team=team, month=month)
            for month in months
        )
        cost[offer.name] = [sum(parts.values(), ZERO) for parts in each]
        quality = oracle.for_class(found.option.get("quality"), task_class)
        chance[offer.name] = oracle.success(task.get("success", 1), quality)
    tasks = [oracle.demand(world, _key(name), task, t) for t in range(world.months)]
    return Work(tasks, cost, chance)


@oracle.exact
def _parts(
    world: oracle.World,
    policy: Plain,
    axes: tuple[Sequence[str], Sequence[str], Sequence[Offer]],
    row: Row,
    work: Work,
    strategy: Strategy,
) -> Parts:
    """Work out what a row comes to where one strategy serves it all."""
    teams, classes, offers = axes
    g, k = teams.index(row[0]), classes.index(row[1])
    task, hour = world.tasks()[row[1]], world.workload.get("hour")
    loads, chance, check = _tries(policy, task, work, strategy)
    metered, used = (np.zeros((len(teams), len(offers))) for _ in range(2))
    usage = np.zeros((len(teams), len(offers), world.months))
    for o, offer in enumerate(offers):
        if offer.name in strategy:
            load, used[g, o] = loads[strategy.index(offer.name)], 1
            money = [n * load * c for n, c in zip(work.tasks, work.cost[offer.name], strict=True)]
            if offer.pool is None:
                metered[g, o] = float(sum(money, ZERO))
            else:
                usage[g, o] = [float(one) for one in money]
    tasks = sum(work.tasks, ZERO)
    checks, done = np.zeros(len(teams)), np.zeros(len(classes))
    checks[g], done[k] = float(tasks * check), float(tasks * chance)
    value = oracle.value_per_task(world, task)
    worth = (
        tasks * chance * (1 if value is None else value),
        tasks * oracle.money(task.get("review", 0), hour),
        tasks * (1 - chance) * oracle.money(task.get("rework", 0), hour),
    )
    return Parts(metered, usage, checks, done, np.array([float(one) for one in worth]), used)


def _tries(
    policy: Plain, task: oracle.Map, work: Work, strategy: Strategy
) -> tuple[list[Decimal], Decimal, Decimal]:
    """Return mean attempts of each step, the chance that a task is done, what checks cost."""
    first = work.chance[strategy[0]]
    if len(strategy) == 1:
        return [Decimal(1)], first, ZERO
    seen = oracle.detection_of(task)
    dearer = policy.get("cost_ratio_on_failure", "1.31")
    again = oracle.cascade_cost(0, 1, first, seen, cost_ratio_on_failure=dearer)
    phi = policy.get("failure_correlation", "0.64")
    done = oracle.cascade_success(first, work.chance[strategy[1]], seen, phi)
    return [Decimal(1), again], done, oracle.dec(task.get("check", 0))


def _stacked(each: Sequence[Parts]) -> Parts:
    """Put strategies under one another."""
    return Parts(*(np.stack(arrays) for arrays in zip(*each, strict=True)))


@oracle.exact
def _reference(world: oracle.World, rows: Sequence[Row], worked: Mapping[Row, Work]) -> Floats:
    """Count what the reference would do of each class. Shape (K,)."""
    classes = list(world.tasks())
    done = dict.fromkeys(classes, ZERO)
    for row in rows:
        chance = oracle.success(world.tasks()[row[1]].get("success", 1), 1)
        done[row[1]] += sum(worked[row].tasks, ZERO) * chance
    return np.array([float(done[name]) for name in classes])


@oracle.exact
def _pool(world: oracle.World, offer: Offer) -> Pool:
    """Lay out the seats that an option is used on."""
    found = _route(world, offer.name)
    agreed = world.workload.get("contracts", {}).get(found.billed_by, {})
    kept = 1 - oracle.dec(agreed.get("discount", 0)) if agreed.get("on") == "plan" else Decimal(1)
    annual, months = found.option.get("billing") == "annual", range(world.months)
    heads, terms = [], []
    for t in months:
        entry = oracle.first_of(oracle.add_months(world.start, t), found.plan)
        if entry["overage"] == "none":
            raise oracle.OracleError("a plan that stops at its allowance is left out")
        includes = {} if entry["includes"] == "none" else entry["includes"]
        fee = oracle.dec(entry["seat_month_annual" if annual else "seat_month"]) * world.rate
        usd = oracle.dec(includes.get("usd", 0)) * world.rate
        factor = oracle.dec(entry["overage"]["factor"]) * kept
        least = entry.get("min_seats") or 0
        terms.append(
            [float(one) for one in (least, fee, usd, includes.get("pooled", False), factor)]
        )
        active = world.active(t)
        bought = world.headcount(t) if found.option.get("seats") == "all" else active
        heads.append([[float(one) for one in each.values()] for each in (bought, active)])
    least, fee, allowance, is_pooled, factor = np.array(terms).T
    # Without a spread a team's people use the same: what each may use is one bound for the team.
    bought, people = np.array(heads).transpose(1, 2, 0)
    return Pool(bought, people, least, fee, allowance, is_pooled > 0, factor, annual)
