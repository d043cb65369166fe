"""What runs today, and the option on which tokens per task are stated.

Today's option is what the file says, else what was billed, else the reference, else the first
option. The reference is today's option unless the file names another.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from advisor.case.people import last_bills
from advisor.errors import InputError
from advisor.model.book import PriceBook
from advisor.model.routing import Routing
from advisor.model.workload import Bill, Option, Workload

USUAL_TOOLS = {"anthropic": "claude-code", "openai": "codex", "google": "gemini-cli"}
OTHER_TOOL = "opencode"


class Today(NamedTuple):
    """Who serves what today.

    `main` serves most. `bills` are those of each that serves, in the same order. `open_shares`:
    several were paid and the bills decide the shares. `is_mix`: what was decided is what runs, as
    the bills say.
    """

    routing: Routing
    main: str
    reference: str
    serving: tuple[str, ...]
    bills: tuple[tuple[Bill, ...], ...]
    open_shares: bool = False
    is_mix: bool = False

    def share(self, option: str, task_class: str) -> float:
        """Return the share of a class that an option serves, as the first try."""
        strategies = self.routing.get(task_class, self.routing.get("default", {}))
        return sum(share for strategy, share in strategies.items() if strategy[0] == option)


def choose_today(
    workload: Workload, book: PriceBook, shortlist: Mapping[str, Option]
) -> tuple[dict[str, Option], Today]:
    """Return the options to compare and what runs today.

    A bill for a model that no option has adds one, so that a first file need not list options.
    Where nobody says what runs and a bill could be of several options that the decided mix uses,
    such as two kinds of seats, the mix is what runs, if bills are of all of it. Raises InputError
    where a billed vendor cannot be matched with any option.
    """
    options = dict(workload.options or shortlist)
    bills = last_bills(workload)
    if workload.current is not None:
        return options, _running(workload, workload.current, options, book)
    if not bills:
        first = workload.reference or next(iter(options))
        return options, Today({"default": {(first,): 1.0}}, first, first, (first,), ((),))
    decided = _decided(workload)
    if _is_decided(bills, decided, options, book):
        routing = workload.mix or {"default": {(name,): 1 / len(decided) for name in decided}}
        return options, _running(workload, routing, options, book)._replace(is_mix=True)
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
    largest = max(paid, key=lambda name: sum(bill.cost for bill in paid[name]))
    even: dict[tuple[str, ...], float] = {(name,): 1 / len(paid) for name in paid}
    reference = workload.reference or largest
    bills_of_each = tuple(paid.values())
    return options, Today(
        {"default": even}, largest, reference, tuple(paid), bills_of_each, open_shares=len(paid) > 1
    )


def _running(
    workload: Workload, routing: Routing, options: Mapping[str, Option], book: PriceBook
) -> Today:
    """Return what the file says, each bill with the option that it pays for, else the first."""
    served = [one for strategies in routing.values() for way in strategies for one in way]
    for team in workload.teams.values() if routing is not workload.current else ():
        served += [one for ways in (team.mix or {}).values() for way in ways for one in way]
    serving = list(dict.fromkeys(served))
    main = routing.get("default") or next(iter(routing.values()))
    largest = max(main, key=lambda strategy: main[strategy])[0]
    paid: dict[str, tuple[Bill, ...]] = dict.fromkeys(serving, ())
    for bill in last_bills(workload):
        own = (name for name in serving if _pays_for(bill, options[name], book))
        name = next(own, serving[0])
        paid[name] = (*paid[name], bill)
    reference = workload.reference or largest
    return Today(routing, largest, reference, tuple(paid), tuple(paid.values()))


def _decided(workload: Workload) -> list[str]:
    """Name the options that the decided mix uses, of the file or of its teams."""
    routings = [workload.mix, *(team.mix for team in workload.teams.values())]
    names = [
        one
        for routing in routings
        for ways in (routing or {}).values()
        for way in ways
        for one in way
    ]
    return list(dict.fromkeys(names))


def _is_decided(
    bills: Sequence[Bill], names: Sequence[str], options: Mapping[str, Option], book: PriceBook
) -> bool:
    """Tell whether bills are those of a decided mix: one is of several of its options and seats.

    A mix with an option that no bill is of does not run yet.
    """
    known = [options[name] for name in names if name in options]
    of_each = [[one for one in known if _pays_for(bill, one, book)] for bill in bills]
    is_paid = all(any(one in own for own in of_each) for one in known)
    return is_paid and any(
        len(own) > 1 and any(one.plan is not None for one in own) for own in of_each
    )


def _pays_for(bill: Bill, option: Option, book: PriceBook) -> bool:
    """Tell whether a bill can be that of an option: by who sends it, and the model if it says."""
    offer = book.find(bill.model, bill.month.first_day) if bill.model else None
    own = book.find(option.model)
    if own is None or (offer is not None and own.id != offer.id):
        return False
    return biller_of(option, own.vendor.vendor, book) == bill.vendor


def _billed_option(bill: Bill, options: dict[str, Option], book: PriceBook) -> str | None:
    for name, option in options.items():
        if _pays_for(bill, option, book):
            return name
    offer = book.find(bill.model, bill.month.first_day) if bill.model else None
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
