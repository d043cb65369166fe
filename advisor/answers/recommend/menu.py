"""What is on offer: every strategy of every cell, and which options are paid for together.

A cap, and a plan that sells nothing beyond its allowance, leave work undone as use grows. What they
refuse is taken to be the least that it can be: the problem is a relaxation, and the engine tells
what is true.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

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
from advisor.engine.axes import Candidate, Sample
from advisor.engine.draws import Means
from advisor.engine.market import Drawing, Market
from advisor.engine.seats import settle

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
BoolArray = NDArray[np.bool_]

NET_VALUE, VALUE, COMPLETED, SPEND = "net_value", "value", "completed", "spend"
OBJECTIVES = (NET_VALUE, VALUE, COMPLETED, SPEND)


class Subscription(NamedTuple):
    """Options that are paid for together: those on one plan, or an option with a cap alone."""

    options: tuple[int, ...]
    candidate: Candidate
    is_bounded: bool


@dataclass(frozen=True)
class Menu:
    """The cells, the strategies that may serve them, and what each would bring.

    `facts` stand in the order of the market's candidates, `makers` are all that make any model.
    `usable` (N, J) leaves out second tries in classes whose failures nobody sees. `served` (N, J)
    are the least and the most of a cell that caps and closed plans may serve.
    """

    market: Market
    facts: tuple[OptionFacts, ...]
    makers: frozenset[str]
    cells: Cells
    strategies: Strategies
    usable: BoolArray
    contributions: Contributions
    served: tuple[FloatArray, FloatArray]
    subscriptions: tuple[Subscription, ...]
    has_values: bool
    months: int
    overhead: float

    @cached_property
    def columns(self) -> tuple[IntArray, IntArray]:
        """Cell and strategy of every column, (n,) each."""
        return columns_of(self.usable)

    def with_contributions(self, contributions: Contributions) -> Menu:
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
        mine[[o for o in options if not self.in_subscription(o)]] = True
        first, second = self.strategies.first, self.strategies.second
        cost = self.contributions.first_use * mine[first]
        cost = cost + self.contributions.second_use * (mine[second] & (second != NOBODY))
        return self.of(cost)

    def cost_alone(self, options: tuple[int, ...]) -> FloatArray:
        """Return what a plan would cost if a single cell were on it, seats included. (N, J)."""
        subscription = next(one for one in self.subscriptions if one.options == options)
        use = np.asarray(sum(self.contributions.by_month[o] for o in options))
        flat = use.reshape(-1, use.shape[2])
        settled = settle(
            flat,
            self.market.work.total_people,
            self.market.usage_sigma,
            terms=subscription.candidate.seats,
            cap=subscription.candidate.cap,
        )
        beyond = settled.paid.sum(axis=1).reshape(use.shape[:2])
        seats = subscription.candidate.seats
        fee = 0.0 if seats is None else float(seats.seat_fees.sum())
        return np.asarray(fee + beyond * (1 - subscription.candidate.discount_on_overage))

    def in_subscription(self, option: int) -> bool:
        """Tell whether an option is on a plan or under a cap."""
        return any(option in subscription.options for subscription in self.subscriptions)


def menu_of(case: Case, allowed: Sequence[int], *, cascades: bool, overhead: float = 0.0) -> Menu:
    """Lay out what the allowed options can do for every cell in the expected year."""
    market = case.market
    cells = cells_of(market)
    strategies = strategies_of([one.name for one in market.candidates], allowed, cascades=cascades)
    is_alone = strategies.second == NOBODY
    seen = market.terms.detection[cells.task_class] > 0
    subscriptions = _subscriptions(market.candidates, allowed)
    inside = [option for subscription in subscriptions for option in subscription.options]
    means = Means()
    sample = Sample.draw(market.work, market.terms, means)
    drawing = Drawing.of(market.candidates, list(allowed), means)
    contributions = contributions_of(market, cells, strategies, sample, drawing, monthly=inside)
    relaxed, served = _relaxed(market, strategies, contributions, subscriptions)
    return Menu(
        market=market,
        facts=case.options,
        makers=case.makers,
        cells=cells,
        strategies=strategies,
        usable=is_alone[None, :] | seen[:, None],
        contributions=relaxed,
        served=served,
        subscriptions=subscriptions,
        has_values=market.terms.value is not None,
        months=len(market.work.months),
        overhead=overhead * len(market.work.months) / 12,
    )


def _subscriptions(
    candidates: Sequence[Candidate], allowed: Sequence[int]
) -> tuple[Subscription, ...]:
    groups: dict[str, list[int]] = {}
    for option in sorted(allowed, key=lambda o: candidates[o].name):
        groups.setdefault(candidates[option].subscription, []).append(option)
    subscriptions = []
    for options in groups.values():
        cap = min(candidates[o].cap for o in options)
        one = candidates[options[0]]._replace(cap=cap)
        closed = one.seats is not None and bool(np.isnan(one.seats.overage_factor).any())
        if one.seats is not None or np.isfinite(cap):
            subscriptions.append(
                Subscription(tuple(options), one, closed or bool(np.isfinite(cap)))
            )
    return tuple(subscriptions)


def _relaxed(
    market: Market,
    strategies: Strategies,
    contributions: Contributions,
    subscriptions: Sequence[Subscription],
) -> tuple[Contributions, tuple[FloatArray, FloatArray]]:
    """Let caps and closed plans refuse as little as they can, and second tries cost the least.

    A cell's own use alone is refused the least; all cells together the most. Returns beside what is
    brought the least and the most of each cell that is served, (N, J) each.
    """
    served_least, served_most = np.ones_like(contributions.worth), np.ones_like(contributions.worth)
    for subscription in subscriptions:
        if not subscription.is_bounded:
            continue
        use = np.asarray(sum(contributions.by_month[o] for o in subscription.options))
        most = use.max(axis=1).sum(axis=0)
        refused_most = float(_refused(market, subscription, most[None, :]).max())
        least = _refused(market, subscription, use.reshape(-1, use.shape[2])).min(axis=1)
        first = np.isin(strategies.first, subscription.options)
        served = np.where(first, 1.0 - least.reshape(use.shape[:2]), 1.0)
        kept = np.where(first, 1.0 - refused_most, 1.0)
        served_least, served_most = served_least * kept, served_most * served
        contributions = contributions._replace(
            completed=contributions.completed * served,
            value=contributions.value * served,
            worth=np.where(
                contributions.worth > 0, contributions.worth * served, contributions.worth * kept
            ),
            second_use=contributions.second_use * kept,
            checks=contributions.checks * kept,
        )
    return contributions, (served_least, served_most)


def _refused(market: Market, subscription: Subscription, use: FloatArray) -> FloatArray:
    """Return the share of use that a subscription refuses. (any, T) both."""
    candidate = subscription.candidate
    settled = settle(
        use,
        market.work.total_people,
        market.usage_sigma,
        terms=candidate.seats,
        cap=candidate.cap,
    )
    return np.zeros_like(use) if settled.unmet is None else settled.unmet
