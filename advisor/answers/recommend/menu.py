"""What is on offer: every strategy of every cell, and which options are paid for together."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.answers.recommend.mix_figures import MixFigures
from advisor.answers.recommend.problem import columns_of
from advisor.answers.recommend.strategies import (
    NOBODY,
    Cells,
    Contributions,
    Strategies,
    cells_of,
    contributions_of,
    strategies_of,
)
from advisor.case.facts import Case, OptionFacts
from advisor.engine.axes import Sample
from advisor.engine.draws import Means
from advisor.engine.market import Drawing, Market
from advisor.engine.seating import heads_of
from advisor.engine.seats import Pool as EnginePool
from advisor.engine.seats import SeatTerms, seats_for, settle

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
BoolArray = NDArray[np.bool_]

NET_VALUE, VALUE, COMPLETED, SPEND = "net_value", "value", "completed", "spend"
OBJECTIVES = (NET_VALUE, VALUE, COMPLETED, SPEND)


class PlanOnOffer(NamedTuple):
    """A plan as it can be bought: the options that run on it, its terms, for whom.

    `heads` (G, T) are those of each team that would need a seat, `people` (G, T) who would use it.
    """

    name: str
    options: tuple[int, ...]
    terms: SeatTerms
    heads: FloatArray
    people: FloatArray

    def fee_of(self, team: int) -> float:
        """Return what a team's seats cost over the months, if no other team is on the plan."""
        return float((seats_for(self.terms, self.heads[team]) * self.terms.fee).sum())


class PoolOnOffer(NamedTuple):
    """Options that are settled together: those of plans that share a pool, or one with a cap alone.

    `cap` is money a person and month, the largest where options differ in it (`is_even` says that
    they do not). `by_person`: what is paid or served hangs on how much each team's people use.
    `is_bounded`: more use may leave work undone. `kept` is what a discount leaves of overage.
    """

    options: tuple[int, ...]
    plans: tuple[PlanOnOffer, ...]
    cap: float
    is_even: bool
    by_person: bool
    is_bounded: bool
    kept: float


@dataclass(frozen=True)
class Menu:
    """The cells, the strategies that may serve them, and what each would bring.

    `facts` stand in the order of the market's candidates, `makers` are all that make any model.
    `usable` (N, J) leaves out second tries in classes whose failures nobody sees. What caps and
    closed plans leave undone is not counted in `contributions`. `promised` remembers whole mixes,
    by the strategy of every cell, that a problem promised more of than the engine found, with what
    it found: that is so whatever is asked for.
    """

    market: Market
    facts: tuple[OptionFacts, ...]
    makers: frozenset[str]
    cells: Cells
    strategies: Strategies
    usable: BoolArray
    contributions: Contributions
    pools: tuple[PoolOnOffer, ...]
    has_values: bool
    months: int
    overhead: float
    promised: dict[tuple[int, ...], MixFigures] = field(default_factory=dict, init=False)

    @cached_property
    def columns(self) -> tuple[IntArray, IntArray]:
        """Cell and strategy of every column, (n,) each."""
        return columns_of(self.usable)

    @cached_property
    def first_alone(self) -> IntArray:
        """The strategy of each one's first option alone. (J,)."""
        alone = {
            int(o): j for j, o in enumerate(self.strategies.first)
            if self.strategies.second[j] == NOBODY
        }  # fmt: skip
        return np.array([alone[int(o)] for o in self.strategies.first], dtype=np.intp)

    def with_contributions(self, contributions: Contributions) -> "Menu":
        """Return the menu as if strategies brought something else."""
        return replace(self, contributions=contributions)

    def mean_of(self, key: str, option: int, cell: int) -> float:
        """Return an option's multiplier or quality in a cell's class in the expected year."""
        numbers = getattr(self.market.candidates[option], key)
        return float(numbers[int(self.cells.task_class[cell])].central)

    def reference_chance(self, task_class: int) -> float:
        """Return the mean success of the reference in a class."""
        return self.market.terms.success[task_class].number.expected

    def chance(self, option: int, task_class: int) -> float:
        """Return the success of an option at the means, at most 1."""
        quality = self.market.candidates[option].quality[task_class].central
        return min(1.0, self.reference_chance(task_class) * quality)

    def worth_of_one(self) -> tuple[FloatArray, FloatArray]:
        """Return what a completed task is worth in each cell, and what a failed one costs. (N,)."""
        terms = self.market.terms
        assert terms.value is not None
        value = np.array([terms.value[k].number.expected for k in self.cells.task_class])
        rework = np.array([terms.rework[k].number.expected for k in self.cells.task_class])
        return value, rework

    def of(self, table: FloatArray) -> FloatArray:
        """Return a table of cells and strategies, (N, J), by columns, (n,)."""
        return np.asarray(table[self.columns])

    def uses(self, options: Sequence[int]) -> BoolArray:
        """Tell which columns use any of the options. Shape (n,)."""
        mask = np.zeros(len(self.facts), dtype=bool)
        mask[list(options)] = True
        return np.asarray(self.strategies.uses(mask)[self.columns[1]])

    def metered(self, options: Sequence[int]) -> FloatArray:
        """Return what columns cost on options that are paid by use. Shape (n,)."""
        mine = np.zeros(len(self.facts), dtype=bool)
        mine[[o for o in options if not self.in_pool(o)]] = True
        first, second = self.strategies.first, self.strategies.second
        cost = self.contributions.first_use * mine[first]
        cost = cost + self.contributions.second_use * (mine[second] & (second != NOBODY))
        return self.of(cost)

    def use_by_month(self, options: Sequence[int], *, first: bool = False) -> FloatArray:
        """Return what columns use of some pooled options in every month; of first tries. (n, T)."""
        tables = (self.contributions.by_month[o] for o in options)
        picked = (one[:, self.first_alone] if first else one for one in tables)
        return np.asarray(sum(self.of(one) for one in picked))

    def cost_alone(self, pool: PoolOnOffer) -> FloatArray:
        """Return what a pool would cost if a single cell were on it, seats included. (N, J).

        On several plans of one pool it is the cheapest for the cell's team.
        """
        use = np.asarray(sum(self.contributions.by_month[o] for o in pool.options))
        cost = np.empty(use.shape[:2])
        for n, team in enumerate(self.cells.team.tolist()):
            seats = min((one.fee_of(team) for one in pool.plans), default=0.0)
            alone = pool_of(self.market, pool, team)
            settled = settle(use[n][:, None], alone, self.market.usage_sigma)
            cost[n] = seats + (settled.beyond * overage_of(pool)).sum(axis=(1, 2)) * pool.kept
        return cost

    def in_pool(self, option: int) -> bool:
        """Tell whether an option is on a plan or under a cap."""
        return any(option in pool.options for pool in self.pools)


def pool_of(market: Market, pool: PoolOnOffer, team: int) -> EnginePool:
    """Return a pool as the engine settles it where one team alone is on it."""
    terms = tuple(one.terms for one in pool.plans[:1])
    people = pool.plans[0].people[team] if pool.plans else market.work.people[team]
    seats = tuple(seats_for(one.terms, one.heads[team]) for one in pool.plans[:1])
    whole = np.ones((1, len(market.work.months)))
    return EnginePool(terms, seats, people[None], np.array([pool.cap]), whole)


def overage_of(pool: PoolOnOffer) -> FloatArray | float:
    """Return what a dollar beyond a pool's seats costs by month, (T,); 1 without a plan."""
    if not pool.plans:
        return 1.0
    factors = [np.nan_to_num(one.terms.overage_factor) for one in pool.plans]
    return np.asarray(np.min(factors, axis=0))


def menu_of(case: Case, allowed: Sequence[int], *, cascades: bool, overhead: float = 0.0) -> Menu:
    """Lay out what the allowed options can do for every cell in the expected year."""
    market = case.market
    cells = cells_of(market)
    strategies = strategies_of([one.name for one in market.candidates], allowed, cascades=cascades)
    is_alone = strategies.second == NOBODY
    seen = market.terms.detection[cells.task_class] > 0
    pools = _pools(market, allowed)
    inside = [option for pool in pools for option in pool.options]
    means = Means()
    sample = Sample.draw(market.work, market.terms, means)
    drawing = Drawing.of(market.candidates, list(allowed), means)
    contributions = contributions_of(market, cells, strategies, sample, drawing, monthly=inside)
    return Menu(
        market=market,
        facts=case.options,
        makers=case.makers,
        cells=cells,
        strategies=strategies,
        usable=is_alone[None, :] | seen[:, None],
        contributions=contributions,
        pools=pools,
        has_values=market.terms.value is not None,
        months=len(market.work.months),
        overhead=overhead * len(market.work.months) / 12,
    )


def with_numbers(menu: Menu, market: Market, task_class: int) -> Menu:
    """Return the menu of a market in which options' numbers in one class of work are others.

    Nothing but multipliers and qualities may differ: other classes stay as they are.
    """
    mine = np.flatnonzero(menu.cells.task_class == task_class)
    own = Cells(menu.cells.team[mine], menu.cells.task_class[mine])
    means = Means()
    sample = Sample.draw(market.work, market.terms, means)
    drawing = Drawing.of(market.candidates, sorted(set(menu.strategies.first.tolist())), means)
    there, before = menu.strategies, menu.contributions
    after = contributions_of(market, own, there, sample, drawing, monthly=list(before.by_month))

    def put(old: FloatArray, new: FloatArray) -> FloatArray:
        both = old.copy()
        both[mine] = new
        return both

    tables = {
        name: put(getattr(before, name), getattr(after, name))
        for name in Contributions._fields
        if name != "by_month"
    }
    by_month = {o: put(one, after.by_month[o]) for o, one in before.by_month.items()}
    moved = Contributions(**tables, by_month=by_month)
    return replace(menu, market=market, contributions=moved)


def _pools(market: Market, allowed: Sequence[int]) -> tuple[PoolOnOffer, ...]:
    groups: dict[str, list[int]] = {}
    for option in sorted(allowed, key=lambda o: market.candidates[o].name):
        groups.setdefault(market.candidates[option].pool, []).append(option)
    found = (_pool(market, tuple(options)) for options in groups.values())
    return tuple(pool for pool in found if pool.plans or pool.is_bounded)


def _pool(market: Market, options: tuple[int, ...]) -> PoolOnOffer:
    candidates = market.candidates
    bought: dict[str, list[int]] = {}
    for option in options:
        if candidates[option].seats is not None:
            bought.setdefault(candidates[option].subscription, []).append(option)
    everybody = np.ones(len(market.work.teams))
    plans = []
    for name, own in bought.items():
        terms = candidates[own[0]].seats
        assert terms is not None
        people, heads = heads_of(market, terms, everybody)
        plans.append(PlanOnOffer(name, tuple(own), terms, heads, people))
    caps = [candidates[o].cap for o in options]
    closed = any(bool(one.terms.is_closed.any()) for one in plans)
    few = any(bool((one.people < market.work.people).any()) for one in plans)
    unpooled = any(not one.terms.pooled.all() for one in plans)
    return PoolOnOffer(
        options,
        tuple(sorted(plans, key=lambda one: (-float(one.terms.fee.sum()), one.name))),
        max(caps),
        is_even=len(set(caps)) == 1,
        by_person=bool(np.isfinite(caps).any()) or unpooled,
        is_bounded=bool(np.isfinite(caps).any()) or closed or few,
        kept=1 - min(candidates[o].discount_on_overage for o in options),
    )
