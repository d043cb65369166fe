"""The money of a problem: what is spent on whom, as expressions of what is chosen.

By the token it is a sum over columns; what hangs on seats, pools and caps is added by `pooled`. A
promised sum is paid whether it is used or not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from advisor.answers.recommend.menu import COMPLETED, NET_VALUE, SPEND, VALUE, Menu
from advisor.answers.recommend.pool_use import leave_undone, most_used, use
from advisor.answers.recommend.pooled import PooledTerms
from advisor.answers.recommend.problem import Program, Sum, positive_part
from advisor.answers.recommend.seat_counts import seat

FloatArray = NDArray[np.float64]


@dataclass
class MoneyTerms:
    """The money of a problem: what is spent, by option and in all, as expressions.

    `by_option` holds use that can be told apart, overage included; of a pool with several options
    it stands under `shared`, in the order of the options in it. Fees are in `pooled.fees`. `owed`
    is by biller.
    """

    program: Program
    spend: Sum
    by_option: dict[int, Sum]
    pooled: PooledTerms
    shared: dict[tuple[int, ...], Sum] = field(default_factory=dict)
    owed: dict[str, Sum] = field(default_factory=dict)

    @property
    def is_relaxed(self) -> bool:
        """Whether the problem may promise more than the engine will find."""
        return self.pooled.is_relaxed

    def fees_of(self, options: Sequence[int]) -> Sum:
        """Return what the seats of the plans cost that run these options alone."""
        total = self.program.nothing()
        for own, fee in self.pooled.fees.items():
            if set(own) <= set(options):
                total = total.plus(fee)
        return total


def lay_out(menu: Menu, *, is_whole: bool, exact: bool) -> MoneyTerms:
    """Start a problem: columns, and everything that costs money. No objective and no limits yet.

    `exact` ties sums that only cost to what they stand for, which limits on shares of spending
    need: paying more must not help.
    """
    cell, strategy = menu.columns
    program = Program(
        menu.cells.size, cell, strategy, np.zeros(len(cell)), is_whole, Sum(np.zeros(len(cell)))
    )
    pooled = PooledTerms(np.full(len(cell), -1, dtype=np.intp), np.zeros(len(cell), dtype=bool))
    terms = MoneyTerms(program, program.nothing(), {}, pooled)
    for pool in menu.pools:
        leave_undone(menu, program, pooled, pool)
    for pool in menu.pools:
        seated = seat(menu, program, pooled, pool, exact=exact)
        cost = use(menu, program, pooled, pool, seated, exact=exact)
        if len(pool.options) == 1:
            terms.by_option[pool.options[0]] = cost
        else:
            terms.shared[pool.options] = cost
    alone = [o for o in range(len(menu.facts)) if not menu.in_pool(o)]
    for option in alone:
        if menu.uses([option]).any():
            terms.by_option[option] = metered(menu, pooled, option)
    checks = menu.of(menu.contributions.checks)
    terms.spend = pooled.sum_of(checks, checks)
    for part in (*terms.by_option.values(), *terms.shared.values(), *pooled.fees.values()):
        terms.spend = terms.spend.plus(part)
    _pay_commitments(menu, terms, exact=exact)
    program.cost = terms.spend
    # Second tries of what a pool may refuse, and shares of what it serves, are products.
    pooled.is_relaxed |= not is_whole and bool((pooled.served >= 0).any())
    return terms


def metered(menu: Menu, pooled: PooledTerms, option: int, cells: FloatArray | float = 1.0) -> Sum:
    """Return what an option costs by the token, in cells by weights, (N, 1), as far as it is done.

    As a first try, or as a second one of what the first did.
    """
    first = np.where(menu.strategies.first == option, menu.contributions.first_use, 0.0)
    second = np.where(menu.strategies.second == option, menu.contributions.second_use, 0.0)
    return pooled.sum_of(menu.of((first + second) * cells), menu.of(first * cells))


def least_part(
    menu: Menu, terms: MoneyTerms, options: tuple[int, ...], mine: tuple[int, ...]
) -> Sum:
    """Return the least that some options of a pool can have of what the pool costs.

    Seats are shared by use: their part is at least use ÷ the most that all could use, of the least
    that any team's seats cost.
    """
    by_month = menu.use_by_month(options).sum(axis=1)
    most = most_used(terms.program, by_month)
    pool = next(one for one in menu.pools if one.options == options)
    teams = sorted(set(menu.cells.team[menu.columns[0]].tolist()))
    fees = [plan.fee_of(team) for plan in pool.plans for team in teams]
    if not fees or most <= 0:
        return terms.program.nothing()
    own = menu.use_by_month(mine).sum(axis=1)
    return terms.pooled.sum_of(own * (min(fees) / most))


def _pay_commitments(menu: Menu, terms: MoneyTerms, *, exact: bool) -> None:
    """Add what is owed to every biller beyond the use that it is paid for."""
    for biller, promised in sorted(menu.market.commitments.items()):
        used = terms.program.nothing()
        for option, cost in terms.by_option.items():
            if menu.facts[option].billed_by == biller:
                used = used.plus(cost)
        for options, cost in terms.shared.items():
            if menu.facts[options[0]].billed_by == biller:
                used = used.plus(cost)
        missing = used._replace(
            columns=-used.columns,
            extras={n: -w for n, w in used.extras.items()},
            constant=promised - used.constant,
        )
        name = f"owed to {biller}"
        due = positive_part(terms.program, name, missing, promised, gain=0.0, exact=exact)
        terms.owed[biller] = Sum(np.zeros(terms.program.size), {due: 1.0})
        terms.spend = terms.spend.plus(terms.owed[biller])


def aim(menu: Menu, terms: MoneyTerms, objective: str) -> None:
    """Give the problem what it maximises: what columns bring as far as done, less money."""
    program = terms.program
    brought = gain_of(menu, terms, objective)
    program.gain, program.constant = brought.columns, brought.constant
    for variable, weight in brought.extras.items():
        extra = program.extras[variable]
        program.extras[variable] = extra._replace(gain=extra.gain + weight)
    if objective in {NET_VALUE, SPEND}:
        program.gain = program.gain - terms.spend.columns
        program.constant -= terms.spend.constant
        for variable, weight in terms.spend.extras.items():
            extra = program.extras[variable]
            program.extras[variable] = extra._replace(gain=extra.gain - weight)


def gain_of(menu: Menu, terms: MoneyTerms, objective: str) -> Sum:
    """Return what columns bring to an objective but for money, as far as they are done."""
    name = {NET_VALUE: "worth", VALUE: "value", COMPLETED: "completed"}.get(objective)
    return terms.program.nothing() if name is None else done_sum(menu, terms.pooled, name)


def done_sum(menu: Menu, pooled: PooledTerms, name: str, cells: FloatArray | None = None) -> Sum:
    """Return a figure of `Contributions` over all columns, or those of some cells, as far as done.

    `cells` (N,) are weights. Where only a second try may be cut, the first one's is sure.
    """
    table = getattr(menu.contributions, name)
    alone = table[:, menu.first_alone]
    weights = np.ones(menu.cells.size) if cells is None else cells
    return pooled.sum_of(menu.of(table * weights[:, None]), menu.of(alone * weights[:, None]))
