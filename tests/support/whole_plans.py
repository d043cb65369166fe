"""Every whole plan of a small question, worked out and held against every limit: no solver.

A whole plan gives each team and class of work one strategy: an option, or a first and a second.
Money and tasks of one strategy for one row are the oracle's exact decimals (`plan_parts`); numpy
adds them up over all plans at once here, and what is not linear (seats, overage, commitments) is
worked out from the sums; `plan_verdicts` holds plans against limits. None of the three may import
`advisor`. What a reader would get wrong: figures are expected ones, at the means; all options on
one plan with the same billing and seats share those seats and one pool; seats are bought for the
people of the teams that use the plan. Caps, a spread between people, rebound and plans that stop at
their allowance are not worked out here: see `capped_plans`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any, NamedTuple, Protocol, TypeAlias

import numpy as np
import oracle
from numpy.typing import NDArray

Plain: TypeAlias = dict[str, Any]
Floats: TypeAlias = NDArray[np.float64]
Strategy: TypeAlias = tuple[str, ...]
Row: TypeAlias = tuple[str, str]
Shares: TypeAlias = Mapping[Row, Mapping[Strategy, float]]

MOST_PLANS = 100_000


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
    `worth` (3,) value, review and rework, `used` (G, O) shares of rows.
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
    """A plan's terms by month, (T,) each.

    `heads` (G, T) are whom each team buys a seat for, `people` (G, T) who uses it.
    """

    heads: Floats
    people: Floats
    least: Floats
    fee: Floats
    allowance: Floats
    is_pooled: NDArray[np.bool_]
    factor: Floats
    is_annual: bool

    def seats(self, on: NDArray[np.bool_]) -> Floats:
        """Return the seats that are bought where some teams are on it: (P, G) -> (P, T)."""
        seats = np.maximum(np.ceil(on @ self.heads - 1e-9), self.least)
        if self.is_annual:
            seats = np.maximum.accumulate(seats, axis=1)
        return np.asarray(seats * on.any(axis=1, keepdims=True))

    def overage(self, usage: Floats, seats: Floats) -> Floats:
        """Return what each option's use pays beyond seats: (P, G, O, T), (P, T) -> (P, G, O).

        A pool's is the options' by the month's use, an option's the teams' by the year's.
        """
        whole, by_team = usage.sum(axis=(1, 2)), usage.sum(axis=2, keepdims=True)
        over = np.where(self.is_pooled, np.maximum(0.0, whole - seats * self.allowance), 0.0)
        of_options = (over * self.factor)[:, None] * _shares(usage.sum(axis=1))
        pooled = of_options.sum(axis=2)[:, None] * _shares(usage.sum(axis=3))
        bound = (self.people * self.allowance)[:, None]
        beyond = np.where(self.is_pooled, 0.0, np.maximum(0.0, by_team - bound)) * self.factor
        part = np.divide(usage, by_team, out=np.zeros_like(usage), where=by_team > 0)
        return np.asarray(pooled + (beyond * part).sum(axis=3))


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


@dataclass(frozen=True)
class Board:
    """A question laid out: what each strategy of each row comes to.

    Rows are those that have any work. `reference` (K,) counts the tasks that the reference would
    do, `tasks` those that there are of a row.
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
    is_valued: bool

    def where(self, names: Iterable[str]) -> list[int]:
        """Return the places of options."""
        order = [offer.name for offer in self.offers]
        return [order.index(name) for name in names]

    def under(self, question: Asked) -> Board:
        """Return the same board for a question that differs in nothing but budgets and limits."""
        return replace(self, world=world_of(question), policy=policy_of(question))

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


def world_of(question: Asked) -> oracle.World:
    """Read a question; what is not worked out here is refused."""
    workload = question.workload
    beside = {"channels": question.channels, "calendars": question.calendars}
    if "billed" in workload:
        workload = oracle.calibrate(workload, question.files, **beside)
    options = workload["options"].values()
    if workload.get("rebound") or workload.get("usage_spread") != 1:
        raise oracle.OracleError("rebound and a spread between people are left out")
    if any("cap" in option or isinstance(option.get("seats"), int) for option in options):
        raise oracle.OracleError("caps and seats that are stated are left out")
    return oracle.World(workload, question.files, **beside)


def policy_of(question: Asked) -> Plain:
    """Read the policy, if there is one."""
    return dict(question.workload.get("policy", {}))


def listed(value: Any) -> list[str]:
    """Read one name as a list of one."""
    return [value] if isinstance(value, str) else list(value)


def settle(table: Board, parts: Parts) -> Years:
    """Add seats, overage and commitments to what plans come to."""
    by_option = parts.metered.sum(axis=1)
    by_team = parts.metered.sum(axis=2)
    fees, used = np.zeros_like(by_option), parts.used.sum(axis=1)
    for key, pool in table.pools.items():
        own = [o for o, offer in enumerate(table.offers) if offer.pool == key]
        usage = parts.usage[:, :, own]
        on = np.asarray((parts.used[:, :, own] > 0).any(axis=2))
        seats = pool.seats(on)
        paid, overage = seats * pool.fee, pool.overage(usage, seats)
        by_option[:, own] += overage.sum(axis=1)
        by_team += overage.sum(axis=2)
        by_team += (_shares(on[:, :, None] * pool.heads) * paid[:, None]).sum(axis=2)
        of_year = _shares(usage.sum(axis=(1, 3)), used[:, own])
        fees[:, own] += paid.sum(axis=1)[:, None] * of_year
    owed = _owed(table, by_option)
    missing = sum(owed.values(), np.zeros(len(by_team)))
    by_team += parts.checks
    by_team += missing[:, None] * _shares(by_team)
    by_option += fees
    offers = table.offers
    makers_used = {
        maker: any_of(used > 0, [offer.maker == maker for offer in offers])
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
        options_used=used > 0,
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


def any_of(used: NDArray[np.bool_], options: Sequence[bool]) -> NDArray[np.bool_]:
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
