"""What is on offer: every strategy of every cell with its costs, as the terms of a problem.

Use on a plan is free up to its allowance and costs beyond it; a promised sum is paid whether it is
used or not. Both are convex and exact. A cap, and a plan that sells nothing beyond its allowance,
are not: there the problem hopes (what is served costs the least it can, what is refused is the
least it can be) and the engine tells what is true.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.case.facts import Case, OptionFacts
from advisor.engine.axes import Candidate, Sample
from advisor.engine.draws import Means
from advisor.engine.market import Drawing, Market
from advisor.engine.seats import settle
from advisor.recommend.problem import Extra, Link, Program, Sum, columns_of, positive_part
from advisor.recommend.strategies import (
    NOBODY,
    Brought,
    Cells,
    Strategies,
    bring,
    cells_of,
    strategies_of,
)

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
BoolArray = NDArray[np.bool_]

NET_VALUE, VALUE, COMPLETED, SPEND = "net_value", "value", "completed", "spend"
OBJECTIVES = (NET_VALUE, VALUE, COMPLETED, SPEND)

_TANGENTS = 24


class Purse(NamedTuple):
    """Options that are paid for together: those on one plan, or an option with a cap alone."""

    options: tuple[int, ...]
    candidate: Candidate
    is_bounded: bool


@dataclass(frozen=True)
class Menu:
    """The cells, the strategies that may serve them, and what each would bring.

    `facts` stand in the order of the market's candidates. `usable` (N, J) leaves out second tries
    in classes whose failures nobody sees.
    """

    market: Market
    facts: tuple[OptionFacts, ...]
    cells: Cells
    strategies: Strategies
    usable: BoolArray
    brought: Brought
    purses: tuple[Purse, ...]
    has_values: bool
    months: int
    overhead: float

    @cached_property
    def columns(self) -> tuple[IntArray, IntArray]:
        """Cell and strategy of every column, (n,) each."""
        return columns_of(self.usable)

    def with_brought(self, brought: Brought) -> Menu:
        """Return the menu as if strategies brought something else."""
        return replace(self, brought=brought)

    def mean_of(self, key: str, option: int, cell: int) -> float:
        """Return an option's mean multiplier or quality in a cell's class."""
        numbers = getattr(self.market.candidates[option], key)
        return float(numbers[int(self.cells.task_class[cell])].number.expected)

    def reference_chance(self, task_class: int) -> float:
        """Return the mean success of the reference in a class."""
        return self.market.terms.success[task_class].number.expected

    def chance(self, option: int, task_class: int) -> float:
        """Return the success of an option at the means, at most 1."""
        quality = self.market.candidates[option].quality[task_class].number.expected
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
        mine[[o for o in options if not self.in_purse(o)]] = True
        first, second = self.strategies.first, self.strategies.second
        cost = self.brought.first_use * mine[first]
        cost = cost + self.brought.second_use * (mine[second] & (second != NOBODY))
        return self.of(cost)

    def cost_alone(self, options: tuple[int, ...]) -> FloatArray:
        """Return what a plan would cost if a single cell were on it, seats included. (N, J)."""
        purse = next(one for one in self.purses if one.options == options)
        use = np.asarray(sum(self.brought.by_month[o] for o in options))
        flat = use.reshape(-1, use.shape[2])
        settled = settle(
            flat,
            self.market.work.total_people,
            self.market.usage_sigma,
            terms=purse.candidate.seats,
            cap=purse.candidate.cap,
        )
        beyond = settled.paid.sum(axis=1).reshape(use.shape[:2])
        seats = purse.candidate.seats
        fee = 0.0 if seats is None else float(seats.seat_fees.sum())
        return np.asarray(fee + beyond * (1 - purse.candidate.discount_on_overage))

    def in_purse(self, option: int) -> bool:
        """Tell whether an option is on a plan or under a cap."""
        return any(option in purse.options for purse in self.purses)


def menu_of(case: Case, allowed: Sequence[int], *, cascades: bool, overhead: float = 0.0) -> Menu:
    """Lay out what the allowed options can do for every cell in the expected year."""
    market = case.market
    cells = cells_of(market)
    strategies = strategies_of([one.name for one in market.candidates], allowed, cascades=cascades)
    is_alone = strategies.second == NOBODY
    seen = market.terms.detection[cells.task_class] > 0
    purses = _purses(market.candidates, allowed)
    inside = [option for purse in purses for option in purse.options]
    means = Means()
    sample = Sample.draw(market.work, market.terms, means)
    drawing = Drawing.of(market.candidates, list(allowed), means)
    brought = bring(market, cells, strategies, sample, drawing, monthly=inside)
    return Menu(
        market=market,
        facts=case.options,
        cells=cells,
        strategies=strategies,
        usable=is_alone[None, :] | seen[:, None],
        brought=_hopeful(market, strategies, brought, purses),
        purses=purses,
        has_values=market.terms.value is not None,
        months=len(market.work.months),
        overhead=overhead * len(market.work.months) / 12,
    )


def _purses(candidates: Sequence[Candidate], allowed: Sequence[int]) -> tuple[Purse, ...]:
    groups: dict[str, list[int]] = {}
    for option in sorted(allowed, key=lambda o: candidates[o].name):
        groups.setdefault(candidates[option].purse, []).append(option)
    purses = []
    for options in groups.values():
        cap = min(candidates[o].cap for o in options)
        one = candidates[options[0]]._replace(cap=cap)
        closed = one.seats is not None and bool(np.isnan(one.seats.overage_factor).any())
        if one.seats is not None or np.isfinite(cap):
            purses.append(Purse(tuple(options), one, closed or bool(np.isfinite(cap))))
    return tuple(purses)


def _hopeful(
    market: Market, strategies: Strategies, brought: Brought, purses: Sequence[Purse]
) -> Brought:
    """Let caps and closed plans refuse as little as they can, and second tries cost the least.

    A cell's own use alone is refused the least; all cells together the most.
    """
    for purse in purses:
        if not purse.is_bounded:
            continue
        use = np.asarray(sum(brought.by_month[o] for o in purse.options))
        most = use.max(axis=1).sum(axis=0)
        refused_most = float(_refused(market, purse, most[None, :]).max())
        least = _refused(market, purse, use.reshape(-1, use.shape[2])).min(axis=1)
        first = np.isin(strategies.first, purse.options)
        served = np.where(first, 1.0 - least.reshape(use.shape[:2]), 1.0)
        kept = np.where(first, 1.0 - refused_most, 1.0)
        brought = brought._replace(
            completed=brought.completed * served,
            value=brought.value * served,
            worth=np.where(brought.worth > 0, brought.worth * served, brought.worth * kept),
            second_use=brought.second_use * kept,
            checks=brought.checks * kept,
        )
    return brought


def _refused(market: Market, purse: Purse, use: FloatArray) -> FloatArray:
    """Return the share of use that a purse refuses. (any, T) both."""
    candidate = purse.candidate
    settled = settle(
        use,
        market.work.total_people,
        market.usage_sigma,
        terms=candidate.seats,
        cap=candidate.cap,
    )
    return np.zeros_like(use) if settled.unmet is None else settled.unmet


@dataclass
class Terms:
    """The money of a problem: what is spent, by option and in all, as expressions.

    `by_option` holds what can be told apart: a plan with several options stands under `shared`, in
    the order of the options on it. `owed` is by biller, `used` whether an option's plan is paid
    for, by index of the extra variable.
    """

    program: Program
    spend: Sum
    by_option: dict[int, Sum]
    shared: dict[tuple[int, ...], Sum] = field(default_factory=dict)
    owed: dict[str, Sum] = field(default_factory=dict)
    fees: dict[tuple[int, ...], tuple[int, float]] = field(default_factory=dict)


def lay_out(menu: Menu, *, is_whole: bool, exact: bool) -> Terms:
    """Start a problem: columns, and everything that costs money. No objective and no limits yet.

    `exact` ties sums that only cost to what they stand for, which limits on shares of spending
    need: paying more must not help.
    """
    cell, strategy = menu.columns
    checks = Sum(menu.of(menu.brought.checks))
    program = Program(menu.cells.size, cell, strategy, np.zeros(len(cell)), is_whole, checks)
    alone = [o for o in range(len(menu.facts)) if not menu.in_purse(o)]
    by_option = {o: Sum(menu.metered([o])) for o in alone if menu.uses([o]).any()}
    terms = Terms(program, checks, by_option)
    for purse in menu.purses:
        _pay_purse(menu, terms, purse, exact=exact)
    for part in (*by_option.values(), *terms.shared.values()):
        terms.spend = terms.spend.plus(part)
    _pay_commitments(menu, terms, exact=exact)
    program.cost = terms.spend
    return terms


def _pay_purse(menu: Menu, terms: Terms, purse: Purse, *, exact: bool) -> None:
    """Add seats, and what is paid beyond the pool, or for use under a cap."""
    cost = terms.program.nothing()
    name, seats = purse.candidate.purse, purse.candidate.seats
    if seats is not None:
        fee = float(seats.seat_fees.sum())
        paid_for = terms.program.add(Extra(f"{name} is paid for", high=1.0, is_whole=True))
        terms.program.links.append(Link(paid_for, menu.uses(purse.options)))
        terms.fees[purse.options] = (paid_for, fee)
        cost = cost.plus(Sum(np.zeros(terms.program.size), {paid_for: fee}))
    months = menu.market.work.months
    for t in range(len(months)):
        use = sum(menu.of(menu.brought.by_month[o][:, :, t]) for o in purse.options)
        cost = cost.plus(_beyond(menu, terms.program, purse, t, np.asarray(use), exact=exact))
    if len(purse.options) == 1:
        terms.by_option[purse.options[0]] = cost
    else:
        terms.shared[purse.options] = cost


def _beyond(
    menu: Menu, program: Program, purse: Purse, month: int, use: FloatArray, *, exact: bool
) -> Sum:
    """Return what a month's use costs beyond the seats, from below and exactly where it can be."""
    most = _most(program, use)
    nothing = program.nothing()
    if most <= 0:
        return nothing
    bill = _Bill(menu, purse, month)
    if purse.is_bounded:
        # Served use grows ever slower: the straight line to its end is below it everywhere.
        return Sum(use * (bill.paid(most) / most))
    if purse.candidate.seats is not None and _is_linear(menu, purse, month):
        free, factor = bill.free, bill.factor
        if factor == 0 or most <= free:
            return nothing
        name = f"{purse.candidate.purse} beyond, {month}"
        beyond = Sum(use * factor, {}, -factor * free)
        due = positive_part(program, name, beyond, factor * most, gain=0.0, exact=exact)
        return Sum(np.zeros(program.size), {due: 1.0})
    due = program.add(Extra(f"{purse.candidate.purse} beyond, {month}"))
    itself = Sum(np.zeros(program.size), {due: 1.0})
    for point in np.linspace(0, most, _TANGENTS + 1)[1:]:
        step = 1e-6 * most
        slope = (bill.paid(point + step) - bill.paid(point - step)) / (2 * step)
        tangent = Sum(use * slope, {}, bill.paid(point) - slope * point)
        program.hold("", tangent.plus(itself, -1.0))
    return itself


def _most(program: Program, use: FloatArray) -> float:
    """Return the most that can be used: every cell by its thirstiest strategy."""
    each = np.zeros(program.cells)
    np.maximum.at(each, program.cell, use)
    return float(each.sum())


def _is_linear(menu: Menu, purse: Purse, month: int) -> bool:
    seats = purse.candidate.seats
    assert seats is not None
    return menu.market.usage_sigma == 0 or bool(seats.pooled[month])


class _Bill(NamedTuple):
    """One month of a purse as a function of its use."""

    menu: Menu
    purse: Purse
    month: int

    @property
    def factor(self) -> float:
        """What a unit of use beyond what is free costs."""
        seats = self.purse.candidate.seats
        assert seats is not None
        discount = self.purse.candidate.discount_on_overage
        return float(np.nan_to_num(seats.overage_factor[self.month])) * (1 - discount)

    @property
    def free(self) -> float:
        """What use the seats include."""
        seats, t = self.purse.candidate.seats, self.month
        assert seats is not None
        people = self.menu.market.work.total_people[t]
        heads = seats.seats[t] if seats.pooled[t] else people
        return float(heads * seats.allowance[t])

    def paid(self, use: float) -> float:
        """Return what the engine says is paid beyond the seats."""
        months = len(self.menu.market.work.months)
        usage = np.zeros((1, months))
        usage[0, self.month] = max(use, 0.0)
        settled = settle(
            usage,
            self.menu.market.work.total_people,
            self.menu.market.usage_sigma,
            terms=self.purse.candidate.seats,
            cap=self.purse.candidate.cap,
        )
        discount = self.purse.candidate.discount_on_overage
        return float(settled.paid[0, self.month]) * (1 - discount)


def _pay_commitments(menu: Menu, terms: Terms, *, exact: bool) -> None:
    """Add what is owed to every biller beyond the use that it is paid for."""
    for biller, promised in sorted(menu.market.commitments.items()):
        used = terms.program.nothing()
        for option, cost in terms.by_option.items():
            if menu.facts[option].billed_by == biller:
                used = used.plus(_without_fees(terms, (option,), cost))
        for options, cost in terms.shared.items():
            if menu.facts[options[0]].billed_by == biller:
                used = used.plus(_without_fees(terms, options, cost))
        missing = used._replace(
            columns=-used.columns,
            extras={n: -w for n, w in used.extras.items()},
            constant=promised - used.constant,
        )
        name = f"owed to {biller}"
        due = positive_part(terms.program, name, missing, promised, gain=0.0, exact=exact)
        terms.owed[biller] = Sum(np.zeros(terms.program.size), {due: 1.0})
        terms.spend = terms.spend.plus(terms.owed[biller])


def _without_fees(terms: Terms, options: tuple[int, ...], cost: Sum) -> Sum:
    if options not in terms.fees:
        return cost
    paid_for, _ = terms.fees[options]
    return cost._replace(extras={n: w for n, w in cost.extras.items() if n != paid_for})


def aim(menu: Menu, terms: Terms, objective: str) -> None:
    """Give the problem what it maximises: columns' gains, less money where money counts."""
    program, brought = terms.program, menu.brought
    gains = {
        NET_VALUE: brought.worth,
        VALUE: brought.value,
        COMPLETED: brought.completed,
        SPEND: np.zeros_like(brought.worth),
    }
    program.gain = menu.of(gains[objective])
    if objective in {NET_VALUE, SPEND}:
        program.gain = program.gain - terms.spend.columns
        program.constant = -terms.spend.constant
        for variable, weight in terms.spend.extras.items():
            extra = program.extras[variable]
            program.extras[variable] = extra._replace(gain=extra.gain - weight)
