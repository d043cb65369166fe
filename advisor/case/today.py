"""What runs today, and the option on which tokens per task are stated.

Today's option is what the file says, else what was billed, else the reference, else the first
option. The reference is today's option unless the file names another.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from advisor.case.people import last_bills
from advisor.errors import InputError
from advisor.model.book import PriceBook
from advisor.model.routing import Routing
from advisor.model.workload import Bill, Option, Workload

USUAL_TOOLS = {"anthropic": "claude-code", "openai": "codex", "google": "gemini-cli"}
OTHER_TOOL = "opencode"


class Today(NamedTuple):
    """Who serves what today. `open_shares`: several were paid and the bill decides the shares.

    `main` serves most. `bills` are those of each that serves, in the same order, where the shares
    are open.
    """

    routing: Routing
    main: str
    reference: str
    serving: tuple[str, ...]
    open_shares: bool
    bills: tuple[tuple[Bill, ...], ...] = ()

    def share(self, option: str, task_class: str) -> float:
        """Return the share of a class that an option serves, as the first try."""
        strategies = self.routing.get(task_class, self.routing.get("default", {}))
        return sum(share for strategy, share in strategies.items() if strategy[0] == option)


def choose_today(
    workload: Workload, book: PriceBook, shortlist: Mapping[str, Option]
) -> tuple[dict[str, Option], Today]:
    """Return the options to compare and what runs today.

    A bill for a model that no option has adds one, so that a first file need not list options.
    Raises InputError where a billed vendor cannot be matched with any option.
    """
    options = dict(workload.options or shortlist)
    if workload.current is not None:
        return options, _stated(workload, workload.current)
    bills = last_bills(workload)
    if not bills:
        first = workload.reference or next(iter(options))
        return options, _alone(first, workload.reference)
    paid: dict[str, tuple[Bill, ...]] = {}
    for index, bill in enumerate(bills):
        name = _billed_option(bill, options, book)
        if name is None:
            raise InputError.of(
                f"no option is billed by {bill.vendor}: add one under `options`, or say "
                "`model` here",
                key=f"billed[{index}].vendor",
            )
        paid[name] = (*paid.get(name, ()), bill)
    if len(paid) == 1:
        return options, _alone(next(iter(paid)), workload.reference)
    largest = max(paid, key=lambda name: sum(bill.cost for bill in paid[name]))
    even: dict[tuple[str, ...], float] = {(name,): 1 / len(paid) for name in paid}
    today = Today(
        {"default": even},
        largest,
        workload.reference or largest,
        tuple(paid),
        open_shares=True,
        bills=tuple(paid.values()),
    )
    return options, today


def _stated(workload: Workload, current: Routing) -> Today:
    serving = list(
        dict.fromkeys(
            one for strategies in current.values() for strategy in strategies for one in strategy
        )
    )
    main = current.get("default") or next(iter(current.values()))
    largest = max(main, key=lambda strategy: main[strategy])[0]
    return Today(current, largest, workload.reference or largest, tuple(serving), open_shares=False)


def _alone(name: str, reference: str | None) -> Today:
    return Today({"default": {(name,): 1.0}}, name, reference or name, (name,), open_shares=False)


def _billed_option(bill: Bill, options: dict[str, Option], book: PriceBook) -> str | None:
    offer = book.find(bill.model, bill.month.first_day) if bill.model else None
    for name, option in options.items():
        own = book.find(option.model)
        same_model = offer is None or (own is not None and own.id == offer.id)
        if (
            same_model
            and own is not None
            and biller_of(option, own.vendor.vendor, book) == bill.vendor
        ):
            return name
    if offer is None or offer.vendor.vendor != bill.vendor:
        return None
    tool = USUAL_TOOLS.get(offer.vendor.vendor, OTHER_TOOL)
    options[offer.id] = Option.unchecked(model=offer.full_name, harness=tool)
    return offer.id


def biller_of(option: Option, maker: str, book: PriceBook) -> str:
    """Return who bills for an option: the channel, else the plan's vendor, else the maker."""
    if option.channel is not None:
        return option.channel
    plan = book.plans.get(option.plan) if option.plan else None
    return plan.vendor.vendor if plan else maker
