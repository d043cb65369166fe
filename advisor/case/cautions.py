"""What a careful reader of the figures would want to be told, and prices that would change them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

from advisor.case.bill import PricingContext
from advisor.case.doubts import doubts
from advisor.case.facts import WhatIf
from advisor.case.people import active_in, last_bills, working_hours
from advisor.case.pricing import plan_terms, rates_on_day, rates_per_token
from advisor.case.purchase import Purchase
from advisor.engine.axes import Candidate
from advisor.errors import did_you_mean
from advisor.model.price import PricePeriod
from advisor.model.profile import ANY_CLASS, ProfileBook
from advisor.model.workload import Spread, Workload
from advisor.units import Month

_NAMED = 6
"""As many classes are named in a note."""
_FEW = 0.8
"""Where less than this share of a head count used what was billed, the others may be new."""
USUAL_PROMPT = Spread.unchecked(p50=60_000.0, p90=140_000.0)
"""Prompt sizes of one request in agentic work, for what a tier would cost where nobody says."""


def what_ifs(
    candidates: Sequence[Candidate],
    purchases: Mapping[str, Purchase],
    months: Sequence[Month],
    prices: PricingContext,
) -> Iterator[WhatIf]:
    """Yield each option at other prices: without a rise that is announced, with usual prompts."""
    for index, candidate in enumerate(candidates):
        purchase = purchases[candidate.name]
        change = _announced(purchase, months)
        if change is not None:
            period, factor = change
            flat = rates_on_day(purchase, prices.prompts, prices.peaks)
            rates = np.repeat(flat[..., None], len(months), axis=3)
            yield WhatIf(index, "announced", rates, period.effective_from.date(), factor)
        silent = purchase.option.prompt_tokens is None and None in prices.prompts
        if purchase.has_tiers and silent:
            usual = [prompt or USUAL_PROMPT for prompt in prices.prompts]
            yield WhatIf(index, "prompt", rates_per_token(purchase, months, usual, prices.peaks))


def _announced(purchase: Purchase, months: Sequence[Month]) -> tuple[PricePeriod, float] | None:
    """Find the first price change after the book's day and inside the plan, and by how much."""
    day = purchase.book.as_of
    known = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)
    before = purchase.offer.model.period_at(known)
    for period in purchase.offer.model.prices:
        starts = period.effective_from
        if period.status == "cancelled":
            continue
        if before is None or starts < known or starts >= (months[-1] + 1).begins_at:
            continue
        factor = float(period.input / before.input)
        return (period, factor) if factor != 1 else None
    return None


def cautions(
    workload: Workload, purchases: Mapping[str, Purchase], months: Sequence[Month], seats: float
) -> Iterator[str]:
    """Yield a sentence for every assumption that could mislead, by option."""
    yield from _about_the_bill(workload, purchases)
    yield from _about_the_share(workload, months)
    yield from _about_the_currency(workload, purchases)
    hours = [working_hours(workload, team) for team in workload.teams.values()]
    says_when = any(hours) or workload.working_hours is not None
    for name, purchase in purchases.items():
        yield from doubts(name, purchase, months)
        yield from _about_peak_hours(name, purchase, months, says_when=says_when)
        yield from _about_people(name, purchase, months, workload, seats)


def own_records(workload: Workload, profiles: ProfileBook) -> Iterator[str]:
    """Say which of one's own records are of no kind of work in the file, as by a slip of a name."""
    asked = {task.like or name for name, task in workload.tasks.items()}
    measured = {one.task_class for one in profiles.records if one.reported_by == "own"}
    strange = sorted(measured - {ANY_CLASS} - asked - {profiles.like(one) for one in asked})
    if asked and strange:
        hint = did_you_mean(strange[0], sorted(asked)) or f"say `like: {strange[0]}` at a task"
        yield (
            f"own records of {', '.join(strange[:_NAMED])}{', …' * (len(strange) > _NAMED)} are of "
            f"no kind of work in the file, and tell of its kinds only from afar ({hint})"
        )


def capped_bills(workload: Workload, serving: Mapping[str, Purchase]) -> Iterator[str]:
    """Say that bills are read as made without the caps of the options that run today."""
    for name, purchase in serving.items() if last_bills(workload) else ():
        if purchase.option.cap is not None:
            cap = float(purchase.option.cap)
            yield (
                f"{name}: what was billed is read as use without its cap of {cap:,.10g}, and the "
                "whole plan as under it, so it costs less than was billed and leaves work undone; "
                "an option without `cap`, named before it, shows both"
            )


def _about_the_share(workload: Workload, months: Sequence[Month]) -> Iterator[str]:
    """Ask from when a head count holds, where a bill is for few of those whom it counts."""
    bills, schedule = last_bills(workload), workload.developers
    if not bills or schedule is None or len(schedule.points) > 1 or workload.adoption is not None:
        return
    month = bills[0].month
    developers, active = active_in(workload, month)
    if active < _FEW * developers and month < months[0]:
        yield (
            f"{active:g} of {developers:g} developers used it in {month}, and {active:g} are taken "
            f"to in the plan. {developers:g} from when? If others joined after that bill, write "
            f"`developers: {{{month}: {active:g}, {months[0]}: {developers:g}}}`"
        )


def _about_the_bill(workload: Workload, purchases: Mapping[str, Purchase]) -> Iterator[str]:
    """Ask about an invoice of somebody who bills for nothing that runs today."""
    billers = {
        purchases[name].biller
        for strategies in (workload.current or {}).values()
        for strategy in strategies
        for name in strategy
        if name in purchases
    }
    for bill in last_bills(workload) if billers else []:
        if bill.vendor not in billers:
            yield (
                f"the invoice is from {bill.vendor}, but what runs today is billed by "
                f"{', '.join(sorted(billers))}: its cost is taken as that of today's work"
            )


def _about_the_currency(workload: Workload, purchases: Mapping[str, Purchase]) -> Iterator[str]:
    """Say whose prices are published in the file's currency; all others are dollars at its rate."""
    code, per_usd = workload.currency.code, workload.currency.per_usd
    local = [name for name, purchase in purchases.items() if purchase.is_local(code)]
    if local:
        rest = "" if len(local) == len(purchases) else f"; others at {per_usd:g} {code} a dollar"
        yield f"{', '.join(local)}: at the {code} prices that are published{rest}"


def _about_peak_hours(
    name: str, purchase: Purchase, months: Sequence[Month], *, says_when: bool
) -> Iterator[str]:
    period = purchase.offer.model.period_at(months[0].begins_at)
    if period is None or period.peak is None:
        return
    if purchase.option.off_peak_share is None and not says_when:
        yield (
            f"{name}: all use is priced at {purchase.offer.vendor.name}'s busy hours, the dear "
            "end; say `working_hours` or `off_peak_share`"
        )


def _about_people(
    name: str, purchase: Purchase, months: Sequence[Month], workload: Workload, seats: float
) -> Iterator[str]:
    terms = plan_terms(purchase, months[0].begins_at)
    if terms is not None and terms.max_seats is not None and seats > terms.max_seats:
        plan = purchase.plan.plan.name if purchase.plan else ""
        yield f"{name}: {plan} is sold for at most {terms.max_seats} seats, {seats:.0f} are needed"
    if terms is not None and terms.allowance is None:
        yield (
            f"{name}: what a seat includes is not published, so its figures count what the bill "
            "shows beyond the seats; more use costs at least in proportion"
        )
