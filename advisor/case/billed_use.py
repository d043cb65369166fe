"""The use behind the bills of a month: what is paid beyond seats, and what those hold."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.case.pricing import plan_terms, seat_terms
from advisor.case.purchase import Purchase
from advisor.engine.seats import SeatTerms, seats_for, usage_behind
from advisor.errors import MissingError
from advisor.model.plan import PlanPromotion, allowance_of
from advisor.model.workload import Bill
from advisor.units import Month

FloatArray = NDArray[np.float64]


class Serving(NamedTuple):
    """Who was paid in the bill's month: options with the share of each class that they serve.

    `shares` is (option, class); with `open_shares` each option's row stands for all work and the
    money decides how the work was shared. `bills` are those of each option, `people` who used it.
    """

    purchases: tuple[Purchase, ...]
    multipliers: FloatArray
    shares: FloatArray
    open_shares: bool
    bills: tuple[tuple[Bill, ...], ...]
    people: tuple[float, ...]


def by_biller(serving: Serving) -> list[list[int]]:
    """Put options together whose bills cannot be told apart: all of one biller, or each alone."""
    if serving.open_shares:
        return [[n] for n in range(len(serving.purchases))]
    groups: dict[str, list[int]] = {}
    for n, purchase in enumerate(serving.purchases):
        groups.setdefault(purchase.biller, []).append(n)
    return list(groups.values())


class BilledUse(NamedTuple):
    """What a biller was paid for: usage in money at its options' rates, and seats."""

    usage: float
    fees: float
    hidden: str | None = None


def usage_of(
    group: Sequence[int], month: Month, serving: Serving, sigma: float, *, promoted: bool = True
) -> BilledUse:
    """Return the use behind the bills of some options of one biller, and the seat fees in them.

    The terms are the month's; without `promoted`, those of customers who were not promised more.
    """
    bills = [bill for n in group for bill in serving.bills[n]]
    cost = sum(bill.cost for bill in bills)
    stated = [float(bill.seat_fees) for bill in bills if bill.seat_fees is not None]
    bought = {serving.purchases[n].subscription: n for n in group}
    plans = [n for n in bought.values() if serving.purchases[n].plan is not None]
    if not plans:
        if cost and cost == sum(stated):
            raise MissingError.of(_seats_alone(serving.purchases[group[0]]), key="billed")
        return BilledUse(cost - sum(stated), sum(stated))
    own = [serving.purchases[n] for n in plans]
    people = [serving.people[n] for n in plans]
    terms = [_terms(one, month, promoted=promoted) for one in own]
    known = [one for one in terms if one is not None]
    seats = [
        _seats_of(bills, one, count, alone=len(plans) == 1)
        for one, count in zip(known, people, strict=True)
    ]
    fees = sum(stated) or sum(float(t.fee[0]) * n for t, n in zip(known, seats, strict=True))
    factor = float(np.nan_to_num(known[0].overage_factor[0], nan=1.0)) or 1.0
    beyond = max(0.0, cost - fees) / factor / (1 - own[0].discount_on_overage)
    secret = next((one for one in own if _includes_unpublished(one, month)), None)
    if secret is not None:
        return BilledUse(
            beyond,
            fees,
            f"how much use {secret.plan_name} includes is not published, so how many tokens "
            "today's work takes is not known",
        )
    if len(plans) == 1:
        usage = usage_behind(
            beyond, people[0], seats[0], float(known[0].allowance[0]), sigma,
            pooled=bool(known[0].pooled[0]),
        )  # fmt: skip
    else:
        included = sum(float(t.allowance[0]) * n for t, n in zip(known, seats, strict=True))
        usage = beyond + (included if beyond or known[0].pooled[0] else 0.0)
    return BilledUse(usage, fees, None if usage else _seats_alone(own[0]))


def promotion_notes(month: Month, serving: Serving, sigma: float) -> Iterator[str]:
    """Say what bills stand for if the promotion of their month was not for this customer."""
    for group in by_biller(serving):
        found = {serving.purchases[n].name: _promotion(serving.purchases[n], month) for n in group}
        whom = {one.whom for one in found.values() if one is not None}
        if not whom:
            continue
        used = usage_of(group, month, serving, sigma).usage
        other = usage_of(group, month, serving, sigma, promoted=False).usage
        if used != other:
            names = ", ".join(name for name, one in found.items() if one is not None)
            yield (
                f"{names}: the bill of {month} is read with what seats included for "
                f"{' and '.join(sorted(whom))}, and stands for {used:,.0f} of use a month; for "
                f"anybody else it would stand for {other:,.0f}"
            )


def _promotion(purchase: Purchase, month: Month) -> PlanPromotion | None:
    terms = plan_terms(purchase, month.begins_at)
    promotion = terms.promotion if terms is not None else None
    known = promotion is not None and allowance_of(promotion.others) is not None
    return promotion if known else None


def _terms(purchase: Purchase, month: Month, *, promoted: bool) -> SeatTerms | None:
    terms = seat_terms(purchase, [month], all_beyond_paid=True)
    promotion = None if promoted else _promotion(purchase, month)
    if terms is None or promotion is None:
        return terms
    allowance = (allowance_of(promotion.others) or 0.0) * purchase.per_usd
    return terms._replace(allowance=np.full(1, allowance))


def _seats_alone(purchase: Purchase) -> str:
    return (
        f"the bill of {purchase.biller} is seat fees alone: it does not tell how much is used; "
        "state tokens"
    )


def _seats_of(bills: Sequence[Bill], terms: SeatTerms, people: float, *, alone: bool) -> float:
    """Return how many seats of a plan bills pay for: as they say, else one for everybody there."""
    stated = [bill.seats for bill in bills if bill.seats is not None]
    if stated and alone:
        return float(sum(stated))
    return float(seats_for(terms, np.array([people]))[0])


def _includes_unpublished(purchase: Purchase, month: Month) -> bool:
    terms = plan_terms(purchase, month.begins_at)
    return terms is not None and terms.allowance is None
