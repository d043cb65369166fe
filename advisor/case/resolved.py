"""What was read, laid side by side: months, people, tasks, and every option found for sale."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from advisor.case.bill import PricingContext
from advisor.case.people import Headcount, headcount, horizon, teams_of, working_hours
from advisor.case.pricing import rates_on_day
from advisor.case.purchase import PeakHours, Purchase, find_purchase
from advisor.case.tasks import tasks_of
from advisor.case.today import Today, choose_today
from advisor.engine.calibration import typical_shares
from advisor.errors import Fault, MissingError, PriceGapError
from advisor.evidence.borrowing import borrow
from advisor.evidence.query import Borrow
from advisor.model.book import PriceBook
from advisor.model.contract import Contract
from advisor.model.profile import ProfileBook
from advisor.model.workload import Currency, Option, Task, Workload
from advisor.units import TOKEN_CLASSES, Month

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class ResolvedWorkload:
    """A workload beside the prices and profiles it will be judged by; nothing is decided yet.

    `groups` (team,) is the price group of each team: teams differ in price only by when they work.
    `ask` answers what is known of options from others' records.
    """

    workload: Workload
    profiles: ProfileBook
    months: tuple[Month, ...]
    tasks: Mapping[str, Task]
    count: Headcount
    today: Today
    purchases: Mapping[str, Purchase]
    prices: PricingContext
    groups: NDArray[np.intp]
    ask: Borrow

    @property
    def reference(self) -> Purchase:
        """The option on which tokens per task are stated."""
        return self.purchases[self.today.reference]

    @property
    def base(self) -> str:
        """The option that multipliers are relative to, on which the engine counts tokens.

        Where a bill tells how many tokens there are, they are those of what it pays for, unless the
        file states that option's multiplier. Else they are the reference's, as stated.
        """
        main, reference = self.today.main, self.today.reference
        option = self.purchases[main].option
        is_stated = option.token_multiplier is not None or option.relative_cost is not None
        counted = all(task.tokens is not None for task in self.tasks.values())
        is_billed = bool(self.workload.billed) or not counted
        return main if is_billed and not is_stated else reference

    def relative_costs(self, purchase: Purchase) -> dict[str, float]:
        """Return an attempt's cost at a multiplier of 1 ÷ the reference's, by class.

        At the prices of the book's day. Empty unless the option states a relative cost.
        """
        if purchase.option.relative_cost is None:
            return {}
        own, other = (
            self.over_groups(rates_on_day(one, self.prices.prompts, self.prices.peaks))
            for one in (purchase, self.reference)
        )
        tokens = np.array([_mean_tokens(task) for task in self.tasks.values()])
        costs = (tokens * own).sum(axis=1) / (tokens * other).sum(axis=1)
        return dict(zip(self.tasks, costs.tolist(), strict=True))

    def over_groups(self, rates: FloatArray) -> FloatArray:
        """Average rates over price groups, by their people. Drops the first axis."""
        return np.asarray(np.tensordot(self.prices.weights, rates, axes=1))


def _mean_tokens(task: Task) -> FloatArray:
    if task.tokens is None:
        return typical_shares()
    return np.array([getattr(task.tokens, c).expected for c in TOKEN_CLASSES])


def lay_out(
    workload: Workload,
    book: PriceBook,
    profiles: ProfileBook,
    shortlist: Mapping[str, Option],
    ask: Borrow = borrow,
) -> ResolvedWorkload:
    """Find everything that a workload names. Raises InputError where a bill matches no option."""
    months = horizon(workload, book.as_of)
    tasks = tasks_of(workload)
    count = headcount(workload, months)
    options, today = choose_today(workload, book, shortlist)
    purchases = _purchases(options, book, dict(workload.contracts), workload.currency)
    prices, groups = _price_axes(workload, tasks, count)
    return ResolvedWorkload(
        workload, profiles, months, tasks, count, today, purchases, prices, groups, ask
    )


def _purchases(
    options: Mapping[str, Option],
    book: PriceBook,
    contracts: dict[str, Contract],
    currency: Currency,
) -> dict[str, Purchase]:
    """Find every option for sale; what the seller itself bills is at its prices in the currency."""
    local, per_usd = book.in_currency(currency.code, currency.per_usd), currency.per_usd
    found, faults = {}, []
    for name, option in options.items():
        try:
            sold_in = book if option.channel is not None else local
            if option.plan is not None:  # use on a plan is counted in dollars, seats need not be
                sold_in = replace(book, plans=local.plans)
            found[name] = find_purchase(name, option, sold_in, contracts, per_usd)
        except MissingError as error:
            faults.append(Fault("", 0, 0, f"options.{name}", str(error)))
    if faults:
        raise PriceGapError.at(faults)
    return found


def _price_axes(
    workload: Workload, tasks: Mapping[str, Task], count: Headcount
) -> tuple[PricingContext, NDArray[np.intp]]:
    hours: list[PeakHours] = [working_hours(workload, team) for team in teams_of(workload).values()]
    distinct = list(dict.fromkeys(hours))
    groups = np.array([distinct.index(one) for one in hours], dtype=np.intp)
    people = np.zeros(len(distinct))
    np.add.at(people, groups, count.people[:, 0])
    weights = people / people.sum() if people.sum() else np.full(len(people), 1 / len(people))
    return PricingContext(
        [task.prompt_tokens for task in tasks.values()], distinct, weights
    ), groups
