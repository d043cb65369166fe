"""The level of use: from a bill, else from what is published, and what today's work is made of.

A bill is the level and the tasks are the shape. Where the file states tokens, all of them are
scaled by one factor; where it does not, the money becomes tokens at the prices of the bill's month.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.case.billed_use import Serving, by_biller, promotion_notes, usage_of
from advisor.case.facts import Calibration
from advisor.case.people import PUBLISHED_SPREAD, Headcount, active_in, last_bills
from advisor.case.pricing import rates_per_token
from advisor.case.purchase import PeakHours
from advisor.case.tasks import relative_tokens
from advisor.engine.axes import NOTHING, RandomInput
from advisor.engine.calibration import TokenSplit, tokens_behind
from advisor.engine.draws import Means
from advisor.errors import InputError
from advisor.model.uncertain import Uncertain
from advisor.model.workload import Bill, Spread, Task, Workload
from advisor.units import TOKEN_CLASSES, Month, in_digits

FloatArray = NDArray[np.float64]

PUBLISHED = {
    "anthropic": (150.0, 250.0, "Anthropic publishes $150–250 for Claude Code"),
    "openai": (100.0, 200.0, "OpenAI publishes $100–200 for Codex"),
}
"""Dollars per active developer-month: code.claude.com/docs costs page, help.openai.com 20001106."""

FACTOR_WARNS = (0.5, 2.0)
FACTOR_FAILS = (0.1, 10.0)


class PricingContext(NamedTuple):
    """What pricing an option for some months needs beside the option: prompts and working hours.

    `weights` are the shares of people that each price group has. Shape (price group,).
    """

    prompts: list[Spread | None]
    peaks: list[PeakHours]
    weights: FloatArray


class LevelOfUse(NamedTuple):
    """The level of use, ready for `engine.axes.TaskTerms`.

    `today` are the shares in which billed options share today's work, and `people` the part of the
    people who use each, by option name; they are empty where one option serves all or the file
    says who serves what. `hidden` says why today's tokens are not known, where they are not.
    """

    factor: float
    split: TokenSplit
    billed: RandomInput
    billed_shares: FloatArray
    billed_rates: FloatArray
    today: Mapping[str, float]
    people: Mapping[str, float]
    calibration: Calibration | None
    hidden: str | None = None
    warnings: tuple[str, ...] = ()


def find_level(
    workload: Workload,
    tasks: Mapping[str, Task],
    count: Headcount,
    months: Sequence[Month],
    serving: Serving,
    prices: PricingContext,
) -> LevelOfUse:
    """Find the level of use. Raises InputError where bill and tasks cannot both be right."""
    start = months[0]
    bills = last_bills(workload)
    tokens_stated = all(task.tokens is not None for task in tasks.values())
    if not bills and tokens_stated:
        rates = np.ones((1, len(TOKEN_CLASSES)))
        return LevelOfUse(1.0, TokenSplit(), NOTHING, np.ones(1), rates, {}, {}, None)
    month = bills[0].month if bills else start
    people = active_in(workload, month)[1] if bills else _first_active(workload, start)
    counts = _counts(tasks, month, people * count.intensity_in(months, month))
    rates = _unit_rates(serving, counts, tasks, month, prices, tokens_stated=tokens_stated)
    paid = _paid(workload, bills, month, people, serving, start)
    if not counts.any():
        raise _nothing_done(workload, month, people)
    return _scaled(workload, paid, rates, serving, tokens_stated=tokens_stated)


def _nothing_done(workload: Workload, month: Month, people: float) -> InputError:
    if not people:
        key = "teams" if workload.teams else "developers"
        return InputError.of(f"nobody works in {month}: there is nothing to price", key=key)
    if workload.billed:
        message = f"nothing is done in {month}, so its bill can't be turned into tokens"
        return InputError.of(message, key="tasks")
    message = f"nothing is done in {month}, the first month: state `tokens`, or what was `billed`"
    return InputError.of(message, key="tasks")


def _first_active(workload: Workload, start: Month) -> float:
    from_adoption = workload.adoption.at(start) if workload.adoption else 1.0
    return active_in(workload, start)[0] * from_adoption


def _counts(tasks: Mapping[str, Task], month: Month, people: float) -> FloatArray:
    """Tasks of the bill's month at its headcount, by class."""
    counts = []
    for task in tasks.values():
        if task.per_developer_month is not None:
            counts.append(task.per_developer_month.expected * people)
        elif task.per_month is not None:
            counts.append(task.per_month.at(month))
        else:
            counts.append(task.once.tasks if task.once and task.once.month == month else 0.0)
    return np.array(counts)


def _unit_rates(
    serving: Serving,
    counts: FloatArray,
    tasks: Mapping[str, Task],
    month: Month,
    prices: PricingContext,
    *,
    tokens_stated: bool,
) -> FloatArray:
    """Return the month's money by option and token class, at the stated or at unit tokens."""
    if tokens_stated:
        tokens = np.array([[_expected(task, c) for c in TOKEN_CLASSES] for task in tasks.values()])
    else:
        tokens = np.repeat(relative_tokens(dict(tasks))[:, None], len(TOKEN_CLASSES), axis=1)
    rows = []
    for purchase, multiplier, share in zip(
        serving.purchases, serving.multipliers, serving.shares, strict=True
    ):
        rates = rates_per_token(purchase, [month], prices.prompts, prices.peaks)[:, :, :, 0]
        mean = np.tensordot(prices.weights, rates, axes=1)
        rows.append(((counts * multiplier * share)[:, None] * tokens * mean).sum(axis=0))
    by_option = np.array(rows)
    return by_option if serving.open_shares else by_option.sum(axis=0, keepdims=True)


def _expected(task: Task, token_class: str) -> float:
    number: Uncertain = getattr(task.tokens, token_class)
    return number.expected


class _BilledUse(NamedTuple):
    """The bill, or what stands for one: usage in money by option, and how it is told.

    `hidden` says why it does not tell how much was used: seats that include what nobody publishes,
    or seats alone.
    """

    usage: Uncertain
    by_option: FloatArray
    split: TokenSplit
    calibration: Calibration
    hidden: str | None = None
    notes: tuple[str, ...] = ()


def _paid(
    workload: Workload,
    bills: list[Bill],
    month: Month,
    people: float,
    serving: Serving,
    start: Month,
) -> _BilledUse:
    if not bills:
        return _published(workload, serving, start, people)
    sigma = _sigma(workload)
    paid = [usage_of(group, month, serving, sigma) for group in by_biller(serving)]
    fees, cost = sum(one.fees for one in paid), sum(bill.cost for bill in bills)
    calibration = Calibration(
        basis="bill",
        month=month,
        cost=cost,
        seat_fees=fees,
        active_developers=people,
        per_active_month=Uncertain.constant((cost - fees) / people if people else np.nan),
        factor=None,
        published=_range(workload, bills),
        trend=_trend(workload),
    )
    usage = np.array([one.usage for one in paid])
    hidden = next((one.hidden for one in paid if one.hidden is not None), None)
    by_option = usage if serving.open_shares else usage.sum(keepdims=True)
    total = Uncertain.constant(float(usage.sum()))
    notes = tuple(promotion_notes(month, serving, sigma))
    return _BilledUse(total, by_option, _split(bills), calibration, hidden, notes)


def _sigma(workload: Workload) -> float:
    return (workload.usage_spread or PUBLISHED_SPREAD).sigma


def published_range(vendor: str) -> tuple[float, float, str] | None:
    """Return the dollars per active developer-month that a vendor publishes, and who says so."""
    return PUBLISHED.get(vendor)


def _range(workload: Workload, bills: list[Bill]) -> tuple[float, float, str] | None:
    vendors = {bill.vendor for bill in bills}
    published = published_range(vendors.pop()) if len(vendors) == 1 else None
    if published is None:
        return None
    low, high, text = published
    return low * workload.currency.per_usd, high * workload.currency.per_usd, text


def _trend(workload: Workload) -> tuple[tuple[Month, float], ...]:
    totals: dict[Month, float] = {}
    for bill in workload.billed:
        totals[bill.month] = totals.get(bill.month, 0.0) + bill.cost
    return tuple(sorted(totals.items())) if len(totals) > 1 else ()


def _published(workload: Workload, serving: Serving, start: Month, people: float) -> _BilledUse:
    low, high, text = PUBLISHED.get(serving.purchases[0].biller, PUBLISHED["anthropic"])
    per_usd = workload.currency.per_usd
    each = Uncertain.between(low * per_usd, high * per_usd)
    calibration = Calibration(
        basis="published",
        month=start,
        cost=None,
        seat_fees=0.0,
        active_developers=people,
        per_active_month=each,
        factor=None,
        published=(low * per_usd, high * per_usd, text),
    )
    return _BilledUse(
        each.scaled(people), np.array([each.expected * people]), TokenSplit(), calibration
    )


def _split(bills: list[Bill]) -> TokenSplit:
    counted = [bill.tokens for bill in bills if bill.tokens is not None]
    if not counted:
        return TokenSplit()
    totals = [sum(getattr(t, c).expected for t in counted) for c in TOKEN_CLASSES]
    return TokenSplit(np.array(totals))


def _scaled(
    workload: Workload,
    paid: _BilledUse,
    rates: FloatArray,
    serving: Serving,
    *,
    tokens_stated: bool,
) -> LevelOfUse:
    if paid.by_option.any() and not rates.sum(axis=1).all():
        raise InputError.of("the stated tokens cost nothing, but the bill does", key="billed")
    shares = paid.split.shares(Means())
    if tokens_stated:
        units = paid.by_option / rates.sum(axis=1)
    else:
        units = tokens_behind(paid.by_option[None, :], rates, shares)[0]
    # A bill of seats alone says nothing of use, so stated tokens are as they are stated.
    factor = float(units.sum()) if tokens_stated and units.any() else 1.0
    told = paid.calibration._replace(factor=factor if tokens_stated and units.any() else None)
    people = told.active_developers
    return LevelOfUse(
        factor=factor,
        split=paid.split,
        billed=RandomInput(paid.usage, "billed.per_active_month"),
        billed_shares=_as_shares(paid.by_option),
        billed_rates=rates,
        today=_named(serving, _as_shares(units)),
        people=_named(serving, [min(1.0, one / people) for one in serving.people]),
        calibration=told._replace(tells_use=tokens_stated or paid.hidden is None),
        hidden=None if tokens_stated else paid.hidden,
        warnings=(
            *_factor_warnings(told, paid.usage.expected),
            *(() if paid.hidden else _level_warnings(told)),
            *paid.notes,
        ),
    )


def _as_shares(amounts: FloatArray) -> FloatArray:
    total = amounts.sum()
    return amounts / total if total else np.full_like(amounts, 1 / len(amounts))


def _named(serving: Serving, amounts: Iterable[float]) -> dict[str, float]:
    """Return an amount by option where bills decide the shares; nothing where the file does."""
    if not serving.open_shares:
        return {}
    names = (purchase.name for purchase in serving.purchases)
    return dict(zip(names, map(float, amounts), strict=True))


def _factor_warnings(told: Calibration, used: float) -> list[str]:
    """Hold the bill, which stands for so much use in money, against what the file states."""
    if told.factor is None:
        return []
    low, high = FACTOR_FAILS
    if not low <= told.factor <= high:
        raise InputError.of(
            f"the bill of {told.month} stands for {used:,.0f} of use, "
            f"{in_digits(told.factor, 3)} times the {used / told.factor:,.0f} of the stated tasks "
            "and tokens: one of them is off by a power of ten",
            key="billed",
        )
    low, high = FACTOR_WARNS
    if low <= told.factor <= high:
        return []
    return [
        f"the bill of {told.month} is {in_digits(told.factor, 2)} times what the stated tasks and "
        "tokens cost; all tokens are scaled by that factor"
    ]


def _level_warnings(told: Calibration) -> list[str]:
    if told.basis != "bill" or told.published is None:
        return []
    low, high, text = told.published
    each = told.per_active_month.mode
    if low / 2 <= each <= high * 2:
        return []
    people = told.active_developers
    other = people / 10 if each < low / 2 else people * 10
    return [
        f"{each:,.0f} per active developer and month; {text}. "
        f"Is {people:g} active developers right, or should it be {other:g}?"
    ]
