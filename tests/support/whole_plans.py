"""Every whole plan of a small question, worked out and held against every limit: no solver.

A whole plan gives each team and class of work one strategy: an option, or a first and a second.
Money and tasks of one strategy for one row are the oracle's exact decimals; numpy adds them up over
all plans at once, and what is not linear (seats, overage, commitments) is worked out from the sums.
Nothing here may import `advisor`. What a reader would get wrong: figures are expected ones, at the
means; all options on one plan with the same billing and seats share those seats and one pool, paid
for once the plan is used at all; a limit that a plan meets to within `BAND` is neither kept nor
broken for sure; caps, a spread between people, rebound and plans that stop at their allowance are
not worked out here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import reduce
from itertools import permutations
from typing import Any, NamedTuple, Protocol, TypeAlias

import numpy as np
import oracle
from numpy.typing import NDArray

Plain: TypeAlias = dict[str, Any]
Floats: TypeAlias = NDArray[np.float64]
Strategy: TypeAlias = tuple[str, ...]
Row: TypeAlias = tuple[str, str]
Shares: TypeAlias = Mapping[Row, Mapping[Strategy, float]]

ZERO = Decimal(0)
BAND = 1e-7
PRECISION = 1e-9
MOST_PLANS = 100_000
ONE_TEAM = "all"


class Asked(Protocol):
    """A workload beside the files that it is read against, as plain data."""

    @property
    def workload(self) -> Plain:
        """The team's file."""

    @property
    def files(self) -> Sequence[Plain]:
        """Vendor files."""

    @property
    def channels(self) -> Plain:
        """What stands under `channels`."""

    @property
    def calendars(self) -> Plain:
        """What stands under `calendars`."""


class Offer(NamedTuple):
    """An option as limits see it. `pool` is what it shares seats with; None where it is metered."""

    name: str
    maker: str
    channel: str
    harness: str | None
    country: str | None
    hosted_in: str | None
    pool: tuple[str, str, str] | None


class Parts(NamedTuple):
    """What strategies come to before seats and commitments. First axis: plans.

    Teams G, classes K, options O, months T. `metered` (G, O) is money by the token, `usage`
    (G, O, T) what use on a plan is worth at its rates, `checks` (G,) money, `done` (K,) tasks,
    `worth` (3,) value, review and rework, `used` (O,) shares of rows.
    """

    metered: Floats
    usage: Floats
    checks: Floats
    done: Floats
    worth: Floats
    used: Floats

    def at(self, index: Any) -> Parts:
        """Return some of the strategies, in any order and as often as asked."""
        return Parts(*(part[index] for part in self))

    def plus(self, other: Parts) -> Parts:
        """Add up, plan by plan."""
        return Parts(*(one + two for one, two in zip(self, other, strict=True)))


class Pool(NamedTuple):
    """A plan's seats by month, (T,) each: fees of all, and what is free together or per person."""

    fees: Floats
    free: Floats
    factor: Floats


class Years(NamedTuple):
    """What plans come to. First axis: plans; the second is named in `Board`.

    `net_value` is less the overhead of the makers used; None where the file states no values.
    """

    spend: Floats
    by_team: Floats
    by_maker: dict[str, Floats]
    by_channel: dict[str, Floats]
    by_harness: dict[str, Floats]
    makers_used: dict[str, NDArray[np.bool_]]
    options_used: NDArray[np.bool_]
    done: Floats
    worth: Floats
    net_value: Floats | None

    @property
    def objective(self) -> Floats:
        """What is to be as large as possible."""
        return np.asarray(self.done.sum(axis=1)) if self.net_value is None else self.net_value

    @property
    def scale(self) -> Floats:
        """What the objective was taken from: it has no more digits than this."""
        money = self.worth.sum(axis=1) + self.spend
        return np.asarray(self.done.sum(axis=1) if self.net_value is None else money)


class Limit(NamedTuple):
    """A limit against many plans.

    `reach` is the bound that each plan would just keep, `beyond` by how much it passes the stated
    one, relative to its scale: above 0 is broken.
    """

    name: str
    bound: float
    reach: Floats
    beyond: Floats


@dataclass(frozen=True)
class Board:
    """A question laid out: what each strategy of each row comes to.

    Rows are those that have any work. `reference` (K,) counts the tasks that the reference would
    do, `tasks` those that there are of a row. `heads` (G, T) are each team's part of a month's
    people.
    """

    world: oracle.World
    policy: Plain
    offers: tuple[Offer, ...]
    teams: tuple[str, ...]
    classes: tuple[str, ...]
    rows: tuple[Row, ...]
    menus: tuple[tuple[Strategy, ...], ...]
    parts: tuple[Parts, ...]
    pools: Mapping[tuple[str, str, str], Pool]
    tasks: Mapping[Row, float]
    reference: Floats
    heads: Floats
    is_valued: bool

    def where(self, names: Iterable[str]) -> list[int]:
        """Return the places of options."""
        order = [offer.name for offer in self.offers]
        return [order.index(name) for name in names]

    def under(self, question: Asked) -> Board:
        """Return the same board for a question that differs in nothing but budgets and limits."""
        return replace(self, world=_world(question), policy=_policy(question))

    def count(self) -> int:
        """Return how many whole plans there are."""
        return int(np.prod([len(menu) for menu in self.menus], dtype=float))

    def chosen(self, plan: int) -> dict[Row, Strategy]:
        """Return who serves what in one of the whole plans."""
        places = np.unravel_index(plan, [len(menu) for menu in self.menus])
        return {
            row: menu[int(n)] for row, menu, n in zip(self.rows, self.menus, places, strict=True)
        }

    def all_plans(self) -> Years:
        """Work every whole plan out, in the order of `chosen`."""
        assert self.count() <= MOST_PLANS
        sizes = [len(menu) for menu in self.menus]
        places = np.unravel_index(np.arange(self.count()), sizes)
        each = (parts.at(place) for parts, place in zip(self.parts, places, strict=True))
        return settle(self, reduce(Parts.plus, each))

    def plan_of(self, shares: Shares) -> Years:
        """Work one plan out, which may serve a row by shares. Raises KeyError or ValueError."""
        each = []
        for row, menu, parts in zip(self.rows, self.menus, self.parts, strict=True):
            for strategy, share in shares[row].items():
                own = parts.at([menu.index(strategy)])
                each.append(Parts(*(share * part for part in own)))
        return settle(self, reduce(Parts.plus, each))


# --- One strategy for one row ---------------------------------------------------------------------


class Work(NamedTuple):
    """A team's work of one class: tasks by month, cost by option and month, chance by option."""

    tasks: list[Decimal]
    cost: dict[str, list[Decimal]]
    chance: dict[str, Decimal]


def board(question: Asked) -> Board:
    """Lay a question out. Raises OracleError where it asks what is not worked out here."""
    world = _world(question)
    policy = _policy(question)
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
        heads=_heads(world),
        is_valued=all(oracle.value_per_task(world, t) is not None for t in world.tasks().values()),
    )


def _world(question: Asked) -> oracle.World:
    """Read a question; what is not worked out here is refused."""
    workload = question.workload
    beside = {"channels": question.channels, "calendars": question.calendars}
    if "billed" in workload:
        workload = oracle.calibrate(workload, question.files, **beside)
    options = workload["options"].values()
    if workload.get("rebound") or "usage_spread" in workload or any("cap" in o for o in options):
        raise oracle.OracleError("rebound, a spread between people and caps are left out")
    return oracle.World(workload, question.files, **beside)


def _policy(question: Asked) -> Plain:
    return dict(question.workload.get("policy", {}))


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
    known = _listed(channel.get("hosted_in", ()))
    return known[0] if len(known) == 1 and known[0] != "unknown" else None


def _listed(value: Any) -> list[str]:
    """Read one name as a list of one."""
    return [value] if isinstance(value, str) else list(value)


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
    metered, used = np.zeros((len(teams), len(offers))), np.zeros(len(offers))
    usage = np.zeros((len(teams), len(offers), world.months))
    for o, offer in enumerate(offers):
        if offer.name in strategy:
            load, used[o] = loads[strategy.index(offer.name)], 1
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
def _heads(world: oracle.World) -> Floats:
    """Return each team's part of the people, by month: the active ones, else all developers."""
    active = [list(world.active(t).values()) for t in range(world.months)]
    if not any(sum(month, ZERO) for month in active):
        active = [list(world.headcount(t).values()) for t in range(world.months)]
    parts = [
        [one / sum(month, ZERO) if sum(month, ZERO) else Decimal(1) / len(month) for one in month]
        for month in active
    ]
    return np.array(parts, dtype=np.float64).T


@oracle.exact
def _pool(world: oracle.World, offer: Offer) -> Pool:
    """Lay out the seats that an option is used on."""
    found = _route(world, offer.name)
    agreed = world.workload.get("contracts", {}).get(found.billed_by, {})
    kept = 1 - oracle.dec(agreed.get("discount", 0)) if agreed.get("on") == "plan" else Decimal(1)
    annual = found.option.get("billing") == "annual"
    fees, free, factor = [], [], []
    for t, count in enumerate(oracle.seat_counts(world, found)):
        terms = oracle.first_of(oracle.add_months(world.start, t), found.plan)
        if terms["overage"] == "none":
            raise oracle.OracleError("a plan that stops at its allowance is left out")
        fee = terms["seat_month_annual" if annual else "seat_month"]
        fees.append(float(count * oracle.dec(fee) * world.rate))
        includes = {} if terms["includes"] == "none" else terms["includes"]
        # Without a spread all people use the same: an allowance of each is one of all of them.
        heads = count if includes.get("pooled") else sum(world.active(t).values(), ZERO)
        free.append(float(heads * oracle.dec(includes.get("usd", 0)) * world.rate))
        factor.append(float(oracle.dec(terms["overage"]["factor"]) * kept))
    return Pool(np.array(fees), np.array(free), np.array(factor))


# --- Whole plans ----------------------------------------------------------------------------------


def settle(table: Board, parts: Parts) -> Years:
    """Add seats, overage and commitments to what plans come to."""
    by_option = parts.metered.sum(axis=1)
    by_team = parts.metered.sum(axis=2)
    fees = np.zeros_like(by_option)
    for key, pool in table.pools.items():
        own = [o for o, offer in enumerate(table.offers) if offer.pool == key]
        usage, is_used = parts.usage[:, :, own], np.asarray(parts.used[:, own].any(axis=1))
        paid = is_used * pool.fees.sum()
        # Each month's overage is its options' by use; an option's is its teams' by use in all.
        by_month = usage.sum(axis=1)
        beyond = np.maximum(0.0, by_month.sum(axis=1) - pool.free) * pool.factor
        overage = (beyond[:, None] * _shares(by_month)).sum(axis=2)
        by_option[:, own] += overage
        by_team += is_used[:, None] * (table.heads @ pool.fees)
        by_team += (overage[:, None] * _shares(usage.sum(axis=3))).sum(axis=2)
        fees[:, own] += paid[:, None] * _shares(usage.sum(axis=(1, 3)), parts.used[:, own])
    owed = _owed(table, by_option)
    missing = sum(owed.values(), np.zeros(len(by_team)))
    by_team += parts.checks
    by_team += missing[:, None] * _shares(by_team)
    by_option += fees
    used = parts.used > 0
    offers = table.offers
    makers_used = {
        maker: _any_of(used, [offer.maker == maker for offer in offers])
        for maker in sorted({offer.maker for offer in offers})
    }
    spend = by_option.sum(axis=1) + parts.checks.sum(axis=1) + missing
    return Years(
        spend=spend,
        by_team=by_team,
        by_maker=_grouped([offer.maker for offer in offers], by_option, _of_makers(table, owed)),
        by_channel=_grouped([offer.channel for offer in offers], by_option, owed),
        by_harness=_grouped([offer.harness for offer in offers], by_option, {}),
        makers_used=makers_used,
        options_used=used,
        done=parts.done,
        worth=parts.worth,
        net_value=_net_value(table, parts.worth, spend, makers_used),
    )


def _shares(amounts: Floats, otherwise: Floats | None = None) -> Floats:
    """Return parts of the sum over the second axis; even ones, or those given, where it is 0."""
    instead = np.ones_like(amounts) if otherwise is None else otherwise
    chosen = np.where(amounts.sum(axis=1, keepdims=True) > 0, amounts, instead)
    total = chosen.sum(axis=1, keepdims=True)
    return np.asarray(np.divide(chosen, total, out=np.zeros_like(chosen), where=total > 0))


def _any_of(used: NDArray[np.bool_], options: Sequence[bool]) -> NDArray[np.bool_]:
    """Tell which plans use any of some options."""
    return np.asarray((used & np.array(options)).any(axis=1))


def _owed(table: Board, usage: Floats) -> dict[str, Floats]:
    """Return what is missing to each commitment. Use is metered or overage; seats are not in it."""
    owed = {}
    for biller, terms in table.world.workload.get("contracts", {}).items():
        own = [o for o, offer in enumerate(table.offers) if offer.channel == biller]
        promised = float(oracle.dec(terms.get("commitment", 0)))
        owed[biller] = np.maximum(0.0, promised - usage[:, own].sum(axis=1))
    return owed


def _of_makers(table: Board, owed: Mapping[str, Floats]) -> dict[str, Floats]:
    """Return what is owed to those who make models themselves; a channel is nobody's maker."""
    makers = {str(file["vendor"]) for file in table.world.files if file.get("models")}
    return {biller: money for biller, money in owed.items() if biller in makers}


def _grouped(
    groups: Sequence[str | None], money: Floats, owed: Mapping[str, Floats]
) -> dict[str, Floats]:
    """Add options up by group, and what is owed to a biller of the group's name."""
    return {
        group: money[:, [o for o, own in enumerate(groups) if own == group]].sum(axis=1)
        + owed.get(group, 0.0)
        for group in sorted({group for group in groups if group is not None} | owed.keys())
    }


def _net_value(
    table: Board, worth: Floats, spend: Floats, makers_used: Mapping[str, NDArray[np.bool_]]
) -> Floats | None:
    """Value less spend, review, rework and the overhead of every maker used."""
    if not table.is_valued:
        return None
    a_year = oracle.dec(table.policy.get("vendor_overhead") or 0)
    each = float(a_year * table.world.months / 12)
    overhead = each * np.sum(list(makers_used.values()), axis=0)
    return np.asarray(worth[:, 0] - worth[:, 1] - worth[:, 2] - spend - overhead)


# --- Limits ---------------------------------------------------------------------------------------


def limits(table: Board, years: Years) -> list[Limit]:
    """Hold plans against every limit of the file, each under the name of its key."""
    return [
        *_budgets(table, years),
        *_qualities(table, years),
        *_dependences(table, years),
        *_vendor_counts(table, years),
        *_rules(table, years),
    ]


def _budgets(table: Board, years: Years) -> Iterator[Limit]:
    stated = [("budget", table.world.workload.get("budget"), years.spend)]
    for g, team in enumerate(table.teams):
        own = table.world.workload.get("teams", {}).get(team, {}).get("budget")
        stated.append((f"teams.{team}.budget", own, years.by_team[:, g]))
    for name, budget, spend in stated:
        if budget is not None:
            total = float(oracle.dec(budget["total"] if isinstance(budget, Mapping) else budget))
            scale = np.maximum(np.maximum(spend, total), 1e-300)
            yield Limit(name, total, spend, (spend - total) / scale)


def _qualities(table: Board, years: Years) -> Iterator[Limit]:
    """Yield the floors: the default is one limit for all classes that have none of their own."""
    stated = table.policy.get("min_quality")
    floors = dict(stated) if isinstance(stated, Mapping) else {"default": stated}
    rest = [k for k, name in enumerate(table.classes) if name not in floors]
    places = {name: [k] for k, name in enumerate(table.classes)} | {"default": rest}
    for name, floor in floors.items():
        if floor is not None and places[name]:
            key = "min_quality" if name == "default" else f"min_quality.{name}"
            reach = [_ratio(years.done[:, k], table.reference[k]) for k in places[name]]
            yield _floor(key, floor, np.min(reach, axis=0))
    overall = table.policy.get("min_quality_overall")
    if overall is not None:
        of_all = _ratio(years.done.sum(axis=1), float(table.reference.sum()))
        yield _floor("min_quality_overall", overall, of_all)


def _ratio(done: Floats, reference: float) -> Floats:
    """Return done ÷ what the reference would do; of no work anything is enough."""
    return np.asarray(done / reference) if reference else np.full_like(done, np.inf)


def _floor(name: str, floor: Any, reach: Floats) -> Limit:
    bound = float(oracle.dec(floor))
    # A floor of 0 is kept by everything, however little is done.
    return Limit(name, bound, reach, np.maximum((bound or -1.0) - reach, -1.0))


def _dependences(table: Board, years: Years) -> Iterator[Limit]:
    kinds = {
        "vendor": years.by_maker,
        "channel": years.by_channel,
        "harness": years.by_harness,
    }
    for kind, groups in kinds.items():
        name = f"max_{kind}_share"
        if table.policy.get(name) is not None:
            bound = float(oracle.dec(table.policy[name]))
            shares = [_of_total(money, years.spend) for money in groups.values()]
            reach = np.max([*shares, np.zeros_like(years.spend)], axis=0)
            yield Limit(name, bound, reach, reach - (bound if bound < 1 else 2))


def _of_total(money: Floats, spend: Floats) -> Floats:
    return np.asarray(np.divide(money, spend, out=np.zeros_like(money), where=spend > 0))


def _vendor_counts(table: Board, years: Years) -> Iterator[Limit]:
    used = np.array(list(years.makers_used.values()))
    most, least = table.policy.get("max_vendors"), table.policy.get("min_vendors")
    if most is not None:
        count = used.sum(axis=0).astype(np.float64)
        yield Limit("max_vendors", most, count, count - most - 0.5)
    if least is not None:
        part = float(oracle.dec(table.policy.get("min_share", "0.05")))
        shares = [_of_total(years.by_maker[maker], years.spend) for maker in years.makers_used]
        # A maker that nobody uses is no second source, whatever a commitment pays it.
        largest = np.sort(np.where(used, shares, -1.0), axis=0)[::-1]
        reach = (largest >= part).sum(axis=0).astype(np.float64)
        short = part - largest[least - 1] if least <= len(used) else np.ones_like(reach)
        yield Limit("min_vendors", least, reach, short)


RULES: dict[str, Callable[[Offer], str | None]] = {
    "makers": lambda offer: offer.maker,
    "channels": lambda offer: offer.channel,
    "harnesses": lambda offer: offer.harness,
    "countries": lambda offer: offer.country,
    "hosted_in": lambda offer: offer.hosted_in,
}


def _rules(table: Board, years: Years) -> Iterator[Limit]:
    """Yield each `deny` and `allow`. Where nobody says what is asked about, it is not allowed."""
    for verb in ("deny", "allow"):
        for rule, asks in RULES.items():
            named = _listed(table.policy.get(verb, {}).get(rule, ()))
            if named:
                own = [_is_against(verb, rule, asks(one), named) for one in table.offers]
                against = _any_of(years.options_used, own).astype(np.float64)
                yield Limit(f"{verb}.{rule}", 0, against, against - 0.5)


def _is_against(verb: str, rule: str, name: str | None, named: Sequence[str]) -> bool:
    """Tell whether a rule is against a name. Of an unknown host the worst is assumed."""
    if verb == "allow":
        return name not in named
    return name in named or (name is None and rule == "hosted_in")


# --- Verdicts -------------------------------------------------------------------------------------


class Verdict(NamedTuple):
    """The best objective among plans that keep all limits for sure, and among all that may.

    None where there is no such plan. `routes` are those of the best plan where it is best for sure
    and no other comes near it; None else. `precision` is what an objective has of digits.
    """

    surely: float | None
    perhaps: float | None
    routes: dict[Row, Strategy] | None
    precision: float


def verdict(table: Board, years: Years) -> Verdict:
    """Judge whole plans under the limits of the board's file."""
    held = limits(table, years)
    goal = years.objective
    sure, may = (np.flatnonzero(within(held, slack, len(goal))) for slack in (-BAND, BAND))
    if not len(may):
        return Verdict(None, None, None, 0.0)
    first = int(may[goal[may].argmax()])
    best, scale = float(goal[first]), float(years.scale[first])
    surely = float(goal[sure].max()) if len(sure) else None
    is_alone = (goal[may] >= best - BAND * scale).sum() == 1 and first in sure
    routes = table.chosen(first) if is_alone else None
    return Verdict(surely, best, routes, PRECISION * scale)


def within(held: Iterable[Limit], slack: float, plans: int) -> NDArray[np.bool_]:
    """Tell which plans keep all limits, passing none by more than a slack."""
    kept = np.ones(plans, dtype=bool)
    for limit in held:
        kept &= limit.beyond <= slack
    return kept


def least_bounds(table: Board, years: Years) -> dict[str, float | None]:
    """Return what each limit would have to be, the others standing, for some plan to keep all.

    None where no plan keeps the others; where a plan keeps them all, the limit may be tighter.
    """
    held = limits(table, years)
    found: dict[str, float | None] = {}
    for limit in held:
        others = within([one for one in held if one is not limit], BAND, len(years.spend))
        is_floor = limit.name.startswith("min_")
        reach = limit.reach[others]
        found[limit.name] = float(reach.max() if is_floor else reach.min()) if len(reach) else None
    return found


def best_in_shares(years: Years, use: Floats, most: float) -> float | None:
    """Return the best objective of any shares that keep Σ use ≤ most; None where there are none.

    Only where everything adds up: no seats, commitments or overhead. Shares of rows are mixtures of
    whole plans, so by duality it is the least over λ ≥ 0 of the best objective - λ·(use - most).
    """
    room = most - use.min()
    if room < 0:
        return None
    goal = years.objective

    def dual(price: float) -> float:
        return float((goal - price * (use - most)).max())

    low, high = 0.0, 2 * float(np.ptp(goal)) / max(room, 1e-300)
    for _ in range(300):
        third = (high - low) / 3
        if dual(low + third) <= dual(high - third):
            high -= third
        else:
            low += third
    return dual(low)


# --- An answer ------------------------------------------------------------------------------------


def check(question: Asked, answer: Plain) -> list[str]:
    """Recompute an answer of `recommend` from its routes alone; say what is not so."""
    table = board(question)
    if answer["status"] == "infeasible":
        return ["infeasible, yet with routes"] if answer["routes"] else []
    shares, complaints = _routes_of(table, answer["routes"])
    if complaints:
        return complaints
    years = table.plan_of(shares)
    held = [*limits(table, years)]
    return [
        *_wrong_figures(table, years, answer),
        *_wrong_routes(table, answer["routes"]),
        *(
            f"{limit.name}: {limit.reach[0]} for {limit.bound}"
            for limit in held
            if limit.beyond[0] > PRECISION
        ),
        *(
            f"frontier[{n}]: {complaint}"
            for n, point in enumerate(answer["frontier"] or [])
            for complaint in _wrong_point(table, point)
        ),
    ]


def _routes_of(
    table: Board, routes: Sequence[Plain]
) -> tuple[dict[Row, dict[Strategy, float]], list[str]]:
    """Read routes as shares by row; complain where a row is not served in full and as allowed."""
    shares: dict[Row, dict[Strategy, float]] = {row: {} for row in table.rows}
    complaints = []
    for route in routes:
        row, strategy = (route["team"], route["task_class"]), tuple(route["strategy"])
        if row not in shares or strategy not in table.menus[table.rows.index(row)]:
            complaints.append(f"{strategy} is no way to serve {row}")
        elif strategy in shares[row]:
            complaints.append(f"{strategy} serves {row} twice")
        else:
            shares[row][strategy] = route["share"]
    for row, own in shares.items():
        if abs(sum(own.values()) - 1) > PRECISION or any(share <= 0 for share in own.values()):
            complaints.append(f"{row} is served by {own}")
        if table.policy.get("whole") is not False and len(own) > 1:
            complaints.append(f"{row} is not served whole: {own}")
    return shares, complaints


def _wrong_figures(table: Board, years: Years, answer: Plain) -> Iterator[str]:
    """Name figures of an answer that do not follow from its routes."""
    value, money = float(years.worth[0, 0]), float(years.worth[0].sum() + years.spend[0])
    net_value = None if years.net_value is None else float(years.net_value[0])
    vendors = {maker: float(one[0]) for maker, one in years.by_maker.items()}
    shares = {maker: one / years.spend[0] for maker, one in vendors.items() if one}
    told = {maker: share for maker, share in answer["vendor_shares"].items() if share}
    quality = years.done.sum() / table.reference.sum() if table.reference.sum() else None
    expected = {
        "objective": (answer["objective"], float(years.objective[0]), float(years.scale[0])),
        "spend": (answer["spend"]["expected"], float(years.spend[0]), 0.0),
        "value": (answer["value"], value, 0.0),
        "net_value": (answer["net_value"], net_value, money),
        "quality": (answer["quality"], quality, 0.0),
        "hhi": (answer.get("hhi"), sum(share**2 for share in shares.values()), 0.0),
    } | {
        f"vendor_shares.{maker}": (told.get(maker), shares.get(maker), 1.0)
        for maker in told.keys() | shares.keys()
    }
    for key, (actual, wanted, scale) in expected.items():
        if not _is_near(actual, wanted, scale):
            yield f"{key}: {actual} is not {wanted}"


def _is_near(actual: float | None, wanted: float | None, scale: float = 0.0) -> bool:
    if actual is None or wanted is None:
        return actual is wanted
    return abs(actual - wanted) <= PRECISION * max(abs(wanted), scale, 1e-12)


def _wrong_routes(table: Board, routes: Sequence[Plain]) -> Iterator[str]:
    """Name money of routes that is not tasks × what a task costs, where all of it is metered."""
    pools = {offer.name: offer.pool for offer in table.offers}
    for route in routes:
        if any(pools[name] for name in route["strategy"]):
            continue
        row = (route["team"], route["task_class"])
        n = table.rows.index(row)
        own = table.parts[n].at([table.menus[n].index(tuple(route["strategy"]))])
        money = float(own.metered.sum() + own.checks.sum())
        if not _is_near(route["spend"], money * route["share"]):
            yield f"{row}: spend {route['spend']} is not {money * route['share']}"
        if table.tasks[row] and not _is_near(route["cost_per_task"], money / table.tasks[row]):
            yield f"{row}: cost_per_task {route['cost_per_task']} is not {money / table.tasks[row]}"


def _wrong_point(table: Board, point: Plain) -> Iterator[str]:
    """Name figures of a point of the frontier that do not follow from its routes."""
    shares, complaints = _routes_of(table, point["routes"])
    yield from complaints
    if complaints:
        return
    years = table.plan_of(shares)
    money = float(years.worth[0].sum() + years.spend[0])
    net_value = None if years.net_value is None else float(years.net_value[0])
    for key, wanted in (
        ("spend", float(years.spend[0])),
        ("value", float(years.worth[0, 0])),
        ("net_value", net_value),
    ):
        if not _is_near(point[key], wanted, money if key == "net_value" else 0.0):
            yield f"{key}: {point[key]} is not {wanted}"
    for limit in limits(table, years):
        if "budget" not in limit.name and limit.beyond[0] > PRECISION:
            yield f"{limit.name}: {limit.reach[0]} for {limit.bound}"
