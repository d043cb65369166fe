"""The money of a problem: what is spent on whom, as expressions of what is chosen.

Use on a plan is free up to its allowance and costs beyond it; a promised sum is paid whether it is
used or not. Both are convex and exact. What is served under a cap costs less and less as use grows:
there a straight line from below stands in the problem, and the engine tells what is true.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.answers.recommend.menu import COMPLETED, NET_VALUE, SPEND, VALUE, Menu, Subscription
from advisor.answers.recommend.problem import Extra, Link, Program, Sum, positive_part
from advisor.engine.seats import settle

FloatArray = NDArray[np.float64]

_TANGENTS = 24


@dataclass
class MoneyTerms:
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


def lay_out(menu: Menu, *, is_whole: bool, exact: bool) -> MoneyTerms:
    """Start a problem: columns, and everything that costs money. No objective and no limits yet.

    `exact` ties sums that only cost to what they stand for, which limits on shares of spending
    need: paying more must not help.
    """
    cell, strategy = menu.columns
    checks = Sum(menu.of(menu.contributions.checks))
    program = Program(menu.cells.size, cell, strategy, np.zeros(len(cell)), is_whole, checks)
    alone = [o for o in range(len(menu.facts)) if not menu.in_subscription(o)]
    by_option = {o: Sum(menu.metered([o])) for o in alone if menu.uses([o]).any()}
    terms = MoneyTerms(program, checks, by_option)
    for subscription in menu.subscriptions:
        _pay_subscription(menu, terms, subscription, exact=exact)
    for part in (*by_option.values(), *terms.shared.values()):
        terms.spend = terms.spend.plus(part)
    _pay_commitments(menu, terms, exact=exact)
    program.cost = terms.spend
    return terms


def _pay_subscription(
    menu: Menu, terms: MoneyTerms, subscription: Subscription, *, exact: bool
) -> None:
    """Add seats, and what is paid beyond the pool, or for use under a cap."""
    cost = terms.program.nothing()
    name, seats = subscription.candidate.subscription, subscription.candidate.seats
    if seats is not None:
        fee = float(seats.seat_fees.sum())
        paid_for = terms.program.add(Extra(f"{name} is paid for", high=1.0, is_whole=True))
        terms.program.links.append(Link(paid_for, menu.uses(subscription.options)))
        terms.fees[subscription.options] = (paid_for, fee)
        cost = cost.plus(Sum(np.zeros(terms.program.size), {paid_for: fee}))
    months = menu.market.work.months
    for t in range(len(months)):
        use = sum(menu.of(menu.contributions.by_month[o][:, :, t]) for o in subscription.options)
        cost = cost.plus(
            _beyond(menu, terms.program, subscription, t, np.asarray(use), exact=exact)
        )
    if len(subscription.options) == 1:
        terms.by_option[subscription.options[0]] = cost
    else:
        terms.shared[subscription.options] = cost


def _beyond(
    menu: Menu,
    program: Program,
    subscription: Subscription,
    month: int,
    use: FloatArray,
    *,
    exact: bool,
) -> Sum:
    """Return what a month's use costs beyond the seats, from below and exactly where it can be."""
    most = _most(program, use)
    nothing = program.nothing()
    if most <= 0:
        return nothing
    bill = _Bill(menu, subscription, month)
    if subscription.is_bounded:
        # Served use grows ever slower: the straight line to its end is below it everywhere.
        return Sum(use * (bill.paid(most) / most))
    if subscription.candidate.seats is not None and _is_linear(menu, subscription, month):
        free, factor = bill.free, bill.factor
        if factor == 0:
            return nothing
        name = f"{subscription.candidate.subscription} beyond, {month}"
        beyond = Sum(use * factor, {}, -factor * free)
        due = positive_part(program, name, beyond, factor * most, gain=0.0, exact=exact)
        return Sum(np.zeros(program.size), {due: 1.0})
    due = program.add(Extra(f"{subscription.candidate.subscription} beyond, {month}"))
    itself = Sum(np.zeros(program.size), {due: 1.0})
    for point in np.linspace(0, most, _TANGENTS + 1)[1:]:
        step = 1e-6 * most
        slope = (bill.paid(point + step) - bill.paid(point - step)) / (2 * step)
        tangent = Sum(use * slope, {}, bill.paid(point) - slope * point)
        program.hold("", tangent.plus(itself, -1.0))
    return itself


def beyond_alone(
    menu: Menu,
    terms: MoneyTerms,
    subscription: Subscription,
    options: tuple[int, ...],
    columns: NDArray[np.bool_],
) -> Sum:
    """Return what some options and columns would pay beyond the pool if nobody else were on it.

    The least that their part of the plan's overage can be: with others on it more of it is beyond.
    """
    program, total = terms.program, terms.program.nothing()
    if subscription.is_bounded:
        return total
    for t in range(len(menu.market.work.months)):
        use = np.asarray(sum(menu.of(menu.contributions.by_month[o][:, :, t]) for o in options))
        use = np.where(columns, use, 0.0)
        most = _most(program, use)
        bill = _Bill(menu, subscription, t)
        if most <= 0 or bill.factor == 0 or not _is_linear(menu, subscription, t):
            continue
        line = Sum(use * bill.factor, {}, -bill.factor * bill.free)
        name = f"part {len(program.extras)} of {subscription.candidate.subscription}"
        due = positive_part(program, name, line, bill.factor * most, gain=0.0, exact=False)
        total = total.plus(Sum(np.zeros(program.size), {due: 1.0}))
    return total


def least_part(
    menu: Menu, terms: MoneyTerms, options: tuple[int, ...], mine: tuple[int, ...]
) -> Sum:
    """Return the least that some of a plan's options can have of what the plan costs.

    Seats are shared by use: their part is at least use ÷ the most that all could use.
    """
    subscription = next(one for one in menu.subscriptions if one.options == options)
    everything = np.ones(terms.program.size, dtype=bool)
    least = beyond_alone(menu, terms, subscription, mine, everything)
    every_use = np.asarray(
        sum(menu.of(menu.contributions.by_month[o].sum(axis=2)) for o in options)
    )
    most = _most(terms.program, every_use)
    if options in terms.fees and most > 0:
        use = np.asarray(sum(menu.of(menu.contributions.by_month[o].sum(axis=2)) for o in mine))
        least = least.plus(Sum(use * (terms.fees[options][1] / most)))
    return least


def _most(program: Program, use: FloatArray) -> float:
    """Return the most that can be used: every cell by its thirstiest strategy."""
    each = np.zeros(program.cells)
    np.maximum.at(each, program.cell, use)
    return float(each.sum())


def _is_linear(menu: Menu, subscription: Subscription, month: int) -> bool:
    seats = subscription.candidate.seats
    assert seats is not None
    return menu.market.usage_sigma == 0 or bool(seats.pooled[month])


class _Bill(NamedTuple):
    """One month of a subscription as a function of its use."""

    menu: Menu
    subscription: Subscription
    month: int

    @property
    def factor(self) -> float:
        """What a unit of use beyond what is free costs."""
        seats = self.subscription.candidate.seats
        assert seats is not None
        discount = self.subscription.candidate.discount_on_overage
        return float(np.nan_to_num(seats.overage_factor[self.month])) * (1 - discount)

    @property
    def free(self) -> float:
        """What use the seats include."""
        seats, t = self.subscription.candidate.seats, self.month
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
            terms=self.subscription.candidate.seats,
            cap=self.subscription.candidate.cap,
        )
        discount = self.subscription.candidate.discount_on_overage
        return float(settled.paid[0, self.month]) * (1 - discount)


def _pay_commitments(menu: Menu, terms: MoneyTerms, *, exact: bool) -> None:
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


def _without_fees(terms: MoneyTerms, options: tuple[int, ...], cost: Sum) -> Sum:
    if options not in terms.fees:
        return cost
    paid_for, _ = terms.fees[options]
    return cost._replace(extras={n: w for n, w in cost.extras.items() if n != paid_for})


def aim(menu: Menu, terms: MoneyTerms, objective: str) -> None:
    """Give the problem what it maximises: columns' gains, less money where money counts."""
    program, contributions = terms.program, menu.contributions
    gains = {
        NET_VALUE: contributions.worth,
        VALUE: contributions.value,
        COMPLETED: contributions.completed,
        SPEND: np.zeros_like(contributions.worth),
    }
    program.gain = menu.of(gains[objective])
    if objective in {NET_VALUE, SPEND}:
        program.gain = program.gain - terms.spend.columns
        program.constant = -terms.spend.constant
        for variable, weight in terms.spend.extras.items():
            extra = program.extras[variable]
            program.extras[variable] = extra._replace(gain=extra.gain - weight)
