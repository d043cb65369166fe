"""What is paid by biller and what is left of each plan: the year cut at the day it is paid to.

What a reader would get wrong: a biller's days count as paid to the last one that it billed, usage
apart from fees, so that seats of a whole year that are paid in January say nothing of the tokens of
December; in place of a bill that is missing, before its first one too, the plan stands, and it is
asked about. Only where
nobody who bills in the mix has billed anything, what others billed counts as paid for it, if it is
of its size.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.answers.forecast.days import DayWeights, last_whole_day, learn_days
from advisor.answers.forecast.paid import PaidSum, PaidSums
from advisor.answers.forecast.planned import Planned
from advisor.model.charge import FEE, USAGE
from advisor.units import Month

FloatArray = NDArray[np.float64]

_ITS_SIZE = 0.5
"""So large a part of what was planned stands for all of it."""
_MONTH = 31
_OF_USE = frozenset({None, USAGE})


class Until(NamedTuple):
    """The last day that usage, and that fees are billed to; None where nothing is.

    `usage_since` and `fees_since` are the first days of bills: months before them have none. Fees
    begin with whatever was billed first; fees for more than a month are no bill of usage.
    """

    usage: date | None = None
    fees: date | None = None
    usage_since: date | None = None
    fees_since: date | None = None

    def later(self, one: PaidSum, last: date) -> "Until":
        """Return the days after one more sum: one of no kind is for both."""
        day = min(one.last, last)
        is_charge = one.kind in {None, USAGE, FEE}
        is_bill = is_charge and (one.kind != FEE or (one.last - one.first).days < _MONTH)
        return Until(
            usage_since=_earliest(self.usage_since, one.first if is_bill else None),
            fees_since=_earliest(self.fees_since, one.first if is_charge else None),
            usage=_latest(self.usage, day) if one.kind in {None, USAGE} else self.usage,
            fees=_latest(self.fees, day) if one.kind in {None, FEE} else self.fees,
        )


def _both(one: Until, other: Until) -> Until:
    """Return the days of two billers together."""
    return Until(
        _latest(one.usage, other.usage),
        _latest(one.fees, other.fees),
        _earliest(one.usage_since, other.usage_since),
        _earliest(one.fees_since, other.fees_since),
    )


class SoFar(NamedTuple):
    """The year cut where it is paid to.

    `untils` by biller, `whole` the last days of anybody; `left` is what is left of each biller's
    plan as it was planned, usage and fees, (T,) each; `apart` that of what nobody bills. `late` is
    money of a last day that is not billed whole yet, by biller, (T,): it is paid, and its day is
    still to come. `stands_in` says that others' bills stand for the mix's.
    """

    paid: PaidSums
    planned: Planned
    months: Sequence[Month]
    days: DayWeights
    untils: Mapping[str, Until]
    whole: Until
    left: Mapping[str, tuple[FloatArray, FloatArray]]
    apart: FloatArray
    late: Mapping[str, FloatArray]
    stands_in: bool

    @property
    def by_month(self) -> FloatArray:
        """What was paid in each month. Shape (T,)."""
        return self.paid.by_month(len(self.months))

    @property
    def together(self) -> frozenset[str]:
        """Billers whose bills do not tell usage from fees."""
        return frozenset(one.biller for one in self.paid.sums if one.kind is None)

    @property
    def rest_as_planned(self) -> FloatArray:
        """What is left of the plan, (T,)."""
        nothing = np.zeros(len(self.months))
        return np.asarray(self.apart + sum((sum(one) for one in self.left.values()), nothing))


def cut(
    paid: PaidSums, planned: Planned, months: Sequence[Month], days_off: Collection[date] = ()
) -> SoFar:
    """Cut the year where each biller has billed it to."""
    last = (months[-1] + 1).first_day - timedelta(days=1)
    days = learn_days(_daily(paid.sums), days_off)
    untils: dict[str, Until] = {}
    for one in paid.sums:
        untils[one.biller] = untils.get(one.biller, Until()).later(one, last)
    late = {}
    for biller, until in list(untils.items()):
        untils[biller], late[biller] = _settled(paid.sums, biller, until, days, months)
    whole = Until()
    for until in untils.values():
        whole = _both(whole, until)
    to_come = days.left(months, whole.usage, whole.usage_since)
    stands_in = _were_others_paid(paid.sums, untils, planned, to_come)
    if stands_in:
        untils |= dict.fromkeys(planned.billers, whole)
    nothing = np.zeros(len(months))
    left: dict[str, tuple[FloatArray, FloatArray]] = {}
    for name in planned.billers:
        until = untils.get(name, Until())
        usage = days.left(months, until.usage, until.usage_since)
        fees = days.left(months, until.fees, until.fees_since)
        own = planned.usage.get(name, nothing), planned.fees.get(name, nothing)
        left[name] = own[0] * usage, own[1] * fees
    apart = planned.apart * days.left(months, whole.usage or whole.fees, whole.fees_since)
    return SoFar(paid, planned, months, days, untils, whole, left, apart, late, stands_in)


def _latest(one: date | None, other: date | None) -> date | None:
    return max((day for day in (one, other) if day is not None), default=None)


def _earliest(one: date | None, other: date | None) -> date | None:
    return min((day for day in (one, other) if day is not None), default=None)


def _daily(sums: Iterable[PaidSum], biller: str | None = None) -> dict[date, float]:
    """Add up the usage that is billed by the day, of one biller or of all."""
    found: dict[date, float] = {}
    for one in sums:
        is_asked = biller is None or one.biller == biller
        if is_asked and one.first == one.last and one.kind in _OF_USE:
            found[one.first] = found.get(one.first, 0.0) + one.cost
    return found


def _settled(
    sums: Sequence[PaidSum], biller: str, until: Until, days: DayWeights, months: Sequence[Month]
) -> tuple[Until, FloatArray]:
    """Take a last day that is not billed whole yet back; return it and its money, (T,)."""
    daily, late = _daily(sums, biller), np.zeros(len(months))
    settled = last_whole_day(daily, days)
    if settled is None or until.usage is None or settled >= until.usage:
        return until, late
    if until.usage != max(daily):
        return until, late
    place = Month.of(until.usage).index - months[0].index
    if 0 <= place < len(months):
        late[place] = daily[until.usage]
    return until._replace(usage=settled), late


def _were_others_paid(
    sums: Iterable[PaidSum], untils: Mapping[str, Until], planned: Planned, left: FloatArray
) -> bool:
    """Tell whether what was billed stands for a mix of which nobody has billed anything.

    It does where it is of its size. A small bill of somebody else's is no reason to think so: then
    bills of the mix are missing.
    """
    if any(one in untils for one in planned.billers):
        return False
    paid = sum(one.cost * float(one.shares.sum()) for one in sums)
    billed = sum(planned.usage.values(), np.zeros_like(left))
    return paid >= _ITS_SIZE * float((billed * (1 - left)).sum())
