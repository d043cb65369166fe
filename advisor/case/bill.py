"""The level of use: from a bill, else from what is published, and what today's work is made of.

A bill is the level and the tasks are the shape. Where the file states tokens, all of them are
scaled by one factor; where it does not, the money becomes tokens at the prices of the bill's month.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.case.facts import Calibration
from advisor.case.people import Headcount, active_in, last_bills
from advisor.case.purchase import PeakHours, Purchase
from advisor.case.tasks import relative_tokens
from advisor.engine.axes import NOTHING, RandomInput
from advisor.engine.calibration import TokenSplit, tokens_behind
from advisor.engine.draws import Means
from advisor.engine.seats import usage_behind
from advisor.errors import InputError, MissingError
from advisor.model.plan import Includes, allowance_of
from advisor.model.uncertain import Uncertain
from advisor.model.workload import Bill, Spread, Task, Workload
from advisor.units import TOKEN_CLASSES, Month

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

    `today` are the shares in which billed options share today's work, by option name; it is empty
    where one option serves all or the file says who serves what.
    """

    factor: float
    split: TokenSplit
    billed: RandomInput
    billed_shares: FloatArray
    billed_rates: FloatArray
    today: Mapping[str, float]
    calibration: Calibration | None
    warnings: tuple[str, ...] = ()


class Serving(NamedTuple):
    """Who was paid in the bill's month: options with the share of each class that they serve.

    `shares` is (option, class); with `open_shares` each option's row stands for all work and the
    money decides how the work was shared: `bills` are those of each option.
    """

    purchases: tuple[Purchase, ...]
    multipliers: FloatArray
    shares: FloatArray
    open_shares: bool
    bills: tuple[tuple[Bill, ...], ...]


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
        return LevelOfUse(
            1.0, TokenSplit(), NOTHING, np.ones(1), np.ones((1, len(TOKEN_CLASSES))), {}, None
        )
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
        rates = purchase.rates([month], prices.prompts, prices.peaks)[:, :, :, 0]
        mean = np.tensordot(prices.weights, rates, axes=1)
        rows.append(((counts * multiplier * share)[:, None] * tokens * mean).sum(axis=0))
    by_option = np.array(rows)
    return by_option if serving.open_shares else by_option.sum(axis=0, keepdims=True)


def _expected(task: Task, token_class: str) -> float:
    number: Uncertain = getattr(task.tokens, token_class)
    return number.expected


class _BilledUse(NamedTuple):
    """The bill, or what stands for one: usage in money by option, and how it is told."""

    usage: Uncertain
    by_option: FloatArray
    split: TokenSplit
    calibration: Calibration
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
    usage, fees, cost = [], 0.0, 0.0
    notes: list[str] = []
    owned = serving.bills if serving.open_shares else (bills,)
    for purchase, own in zip(serving.purchases, owned, strict=False):
        usage_of_option, fees_of_option = _usage(purchase, own, month, people, workload)
        usage.append(usage_of_option)
        notes += _promotion(purchase, own, month, people, workload)
        fees += fees_of_option
        cost += sum(bill.cost for bill in own)
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
    total = Uncertain.constant(float(sum(usage)))
    return _BilledUse(total, np.array(usage), _split(bills), calibration, tuple(notes))


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


def _promotion(
    purchase: Purchase, bills: Sequence[Bill], month: Month, people: float, workload: Workload
) -> list[str]:
    """Say what a bill stands for if the promotion of its month was not for this customer."""
    terms = purchase.plan_terms(month.begins_at)
    promotion = terms.promotion if terms is not None else None
    if promotion is None or allowance_of(promotion.others) is None:
        return []
    used, _ = _usage(purchase, bills, month, people, workload)
    other, _ = _usage(purchase, bills, month, people, workload, includes=promotion.others)
    if used == other:
        return []
    return [
        f"{purchase.name}: the bill of {month} is read with what seats included for "
        f"{promotion.whom}, and stands for {used:,.0f} of use a month; for anybody else it would "
        f"stand for {other:,.0f}"
    ]


def _usage(
    purchase: Purchase,
    bills: Sequence[Bill],
    month: Month,
    people: float,
    workload: Workload,
    *,
    includes: Includes | None = None,
) -> tuple[float, float]:
    """Return usage in money at the option's rates behind its bills, and the seat fees in them.

    `includes` is what a seat is taken to include in place of what its terms say.
    """
    cost = sum(bill.cost for bill in bills)
    stated = [bill.seat_fees for bill in bills if bill.seat_fees is not None]
    terms = purchase.plan_terms(month.begins_at)
    if terms is None:
        fees = float(sum(stated))
        return cost - fees, fees
    seats = purchase.seat_terms([month], np.array([people]), all_beyond_paid=True)
    assert seats is not None
    if includes is not None:
        allowance = (allowance_of(includes) or 0.0) * workload.currency.per_usd
        seats = seats._replace(allowance=np.full(1, allowance))
    fees = float(sum(stated)) if stated else float(seats.seat_fees[0])
    sigma = workload.usage_spread.sigma if workload.usage_spread else 0.0
    factor = float(np.nan_to_num(seats.overage_factor[0], nan=1.0)) or 1.0
    beyond = max(0.0, cost - fees) / factor / (1 - purchase.discount_on_overage)
    usage = usage_behind(
        beyond, people, float(seats.seats[0]), float(seats.allowance[0]), sigma,
        pooled=bool(seats.pooled[0]),
    )  # fmt: skip
    return usage, fees


def _scaled(
    workload: Workload,
    paid: _BilledUse,
    rates: FloatArray,
    serving: Serving,
    *,
    tokens_stated: bool,
) -> LevelOfUse:
    _check_scalable(paid, rates, serving)
    shares = paid.split.shares(Means())
    if tokens_stated:
        units = paid.by_option / rates.sum(axis=1)
        factor = float(units.sum())
    else:
        units = tokens_behind(paid.by_option[None, :], rates, shares)[0]
        factor = 1.0
    today = {}
    if serving.open_shares and len(serving.purchases) > 1:
        parts = units / units.sum()
        today = {p.name: float(x) for p, x in zip(serving.purchases, parts, strict=True)}
    told = paid.calibration._replace(factor=factor if tokens_stated else None)
    return LevelOfUse(
        factor=factor,
        split=paid.split,
        billed=RandomInput(paid.usage, "billed.per_active_month"),
        billed_shares=paid.by_option / paid.by_option.sum(),
        billed_rates=rates,
        today=today,
        calibration=told,
        warnings=(
            *_factor_warnings(told, paid.usage.expected),
            *_level_warnings(told),
            *paid.notes,
        ),
    )


def _check_scalable(paid: _BilledUse, rates: FloatArray, serving: Serving) -> None:
    """Refuse a bill that says nothing of use, and use that costs nothing."""
    for purchase, used in zip(serving.purchases, paid.by_option, strict=False):
        if not used:
            raise MissingError.of(
                f"the bill of {purchase.biller} is seat fees alone: it does not tell how much is "
                "used; state tokens instead",
                key="billed",
            )
    if not rates.sum(axis=1).all():
        raise InputError.of("the stated tokens cost nothing, but the bill does", key="billed")


def _factor_warnings(told: Calibration, used: float) -> list[str]:
    """Hold the bill, which stands for so much use in money, against what the file states."""
    if told.factor is None:
        return []
    low, high = FACTOR_FAILS
    if not low <= told.factor <= high:
        raise InputError.of(
            f"the bill of {told.month} stands for {used:,.0f} of use, {told.factor:.3g} times the "
            f"{used / told.factor:,.0f} of the stated tasks and tokens: one of them is off by a "
            "power of ten",
            key="billed",
        )
    low, high = FACTOR_WARNS
    if low <= told.factor <= high:
        return []
    return [
        f"the bill of {told.month} is {told.factor:.2g} times what the stated tasks and tokens "
        "cost; all tokens are scaled by that factor"
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
