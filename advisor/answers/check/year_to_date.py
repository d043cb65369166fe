"""The year so far and the rest of it: what was paid, and the mix for the days that are left.

What a reader would get wrong: a biller's days count as paid to the last one that it billed, usage
apart from fees, so that seats of a whole year that are paid in January say nothing of the tokens of
December; in place of a bill that is missing the plan stands, and it is asked about. Only where
nobody who bills in the mix has billed anything, what others billed counts as paid for it, if it is
of its size.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.answers.check.billed_names import Billers, model_finder
from advisor.answers.check.paid import PaidRowLike, PaidSum, PaidSums, gather
from advisor.answers.check.planned import Planned
from advisor.answers.recommend.mix import tail_mean
from advisor.case.facts import Case
from advisor.engine.burndown import exhaustion_date
from advisor.engine.draws import quantiles
from advisor.errors import InputError
from advisor.model.book import PriceBook
from advisor.model.charge import FEE, USAGE
from advisor.tables.check import ActualsLine, BillerLine, Unmatched
from advisor.units import Month

FloatArray = NDArray[np.float64]

_MOST_NAMED = 3
_ITS_SIZE = 0.5
"""So large a part of what was planned stands for all of it."""


class Until(NamedTuple):
    """The last day that usage, and that fees are billed to; None where nothing is."""

    usage: date | None = None
    fees: date | None = None

    def later(self, one: PaidSum, last: date) -> Until:
        """Return the days after one more sum: one of no kind is for both."""
        day = min(one.last, last)
        return Until(
            usage=_latest(self.usage, day) if one.kind in {None, USAGE} else self.usage,
            fees=_latest(self.fees, day) if one.kind in {None, FEE} else self.fees,
        )


def year_so_far(
    rows: Sequence[PaidRowLike],
    case: Case,
    planned: Planned,
    book: PriceBook,
    *,
    sources: str,
    notes: Sequence[str] = (),
) -> ActualsLine:
    """Put what was paid before the mix for the rest of the year.

    Raises InputError where there are rows and none of them is for models in the plan's months.
    """
    months = case.market.work.months
    billers = Billers(case, book)
    paid = gather(rows, billers, months)
    if paid.dates is not None and not paid.sums:
        raise InputError.of(_nothing_of_ours(paid, months), file=sources)
    untils = _untils(paid.sums, (months[-1] + 1).first_day - timedelta(days=1))
    whole = _whole(untils.values())
    if _were_others_paid(paid.sums, untils, planned, whole, months):
        untils |= dict.fromkeys(planned.billers, whole)
    left = {one: _rest(planned, one, untils.get(one, Until()), months) for one in planned.billers}
    rest = planned.apart * _left(months, whole.usage or whole.fees)
    rest = rest + sum((sum(one) for one in left.values()), np.zeros(len(months)))
    before, total = paid.by_month(len(months)), float(planned.by_month.sum())
    spent, still = float(before.sum()), float(rest.sum())
    ends = None if planned.drawn is None else spent + planned.drawn * (still / total or 0.0)
    low, high = (None, None) if ends is None else quantiles(ends, [0.1, 0.9])
    return ActualsLine(
        sources=sources,
        until=whole.usage or whole.fees,
        paid=spent,
        planned=total - still,
        rest=still,
        expected_year_end=spent + still,
        run_rate=_run_rate(paid.sums, planned, whole.usage, left, months),
        exhaustion_date=_gone(case, before + rest),
        chance_over=_chance_over(ends, case.budget),
        by_biller=dict(_sides(paid.sums, planned, left, untils)),
        unmatched=_unmatched(paid.sums, case, planned, book),
        by_month=(before + rest).tolist(),
        paid_by_month=before.tolist(),
        p10=low,
        p90=high,
        dearest=_dearest(ends, case.confidence),
        warnings=[
            *notes,
            *_left_out(paid),
            *_outside(paid, months),
            *_silent(paid.sums, planned, untils, months, whole),
        ],
    )


def _were_others_paid(
    sums: Iterable[PaidSum],
    untils: Mapping[str, Until],
    planned: Planned,
    whole: Until,
    months: Sequence[Month],
) -> bool:
    """Tell whether what was billed stands for a mix of which nobody has billed anything.

    It does where it is of its size. A small bill of somebody else's is no reason to think so: then
    bills of the mix are missing.
    """
    if any(one in untils for one in planned.billers):
        return False
    paid = sum(one.cost * float(one.shares.sum()) for one in sums)
    billed = sum(planned.usage.values(), np.zeros(len(months)))
    return paid >= _ITS_SIZE * float((billed * (1 - _left(months, whole.usage))).sum())


def _latest(one: date | None, other: date | None) -> date | None:
    return max((day for day in (one, other) if day is not None), default=None)


def _untils(sums: Iterable[PaidSum], last: date) -> dict[str, Until]:
    """Return to which days each biller has billed."""
    found: dict[str, Until] = {}
    for one in sums:
        found[one.biller] = found.get(one.biller, Until()).later(one, last)
    return found


def _whole(untils: Iterable[Until]) -> Until:
    """Return the last days that anybody was paid for."""
    found = Until()
    for one in untils:
        found = Until(_latest(found.usage, one.usage), _latest(found.fees, one.fees))
    return found


def _left(months: Sequence[Month], until: date | None) -> FloatArray:
    """Return which part of each month's days comes after a day; all of it after none. (T,)."""
    if until is None:
        return np.ones(len(months))
    gone = [min(max((until - one.first_day).days + 1, 0), one.days) / one.days for one in months]
    return 1 - np.array(gone)


def _rest(
    planned: Planned, biller: str, until: Until, months: Sequence[Month]
) -> tuple[FloatArray, FloatArray]:
    """Return what is left of a biller's plan: usage and fees, (T,) each."""
    nothing = np.zeros(len(months))
    return (
        planned.usage.get(biller, nothing) * _left(months, until.usage),
        planned.fees.get(biller, nothing) * _left(months, until.fees),
    )


def _run_rate(
    sums: Sequence[PaidSum],
    planned: Planned,
    until: date | None,
    left: Mapping[str, tuple[FloatArray, FloatArray]],
    months: Sequence[Month],
) -> float | None:
    """Return the year's end if use goes on as far from the plan as it was so far.

    Fees on rows of their own stay as they are, paid and planned; where a biller's days are not
    billed yet its plan stands in, as in the rest. None where no use is planned for the days that
    are billed, or more came back than was paid.
    """
    together = {one.biller for one in sums if one.kind is None}
    paid = sum(one.cost * float(one.shares.sum()) for one in sums)
    fees = sum(one.cost * float(one.shares.sum()) for one in sums if one.kind == FEE)
    fees_left = sum(float(one.sum()) for name, (_, one) in left.items() if name not in together)
    billed = [*planned.usage.values(), *(planned.fees[n] for n in planned.fees if n in together)]
    to_pay = planned.apart + sum(billed, np.zeros(len(months)))
    so_far = float((to_pay * (1 - _left(months, until))).sum())
    if until is None or so_far <= 0:
        return None
    stands_in = sum(_missing(planned, one, left, until, months) for one in planned.usage)
    used = paid - fees + stands_in
    return None if used < 0 else fees + fees_left + used / so_far * float(to_pay.sum())


def _missing(
    planned: Planned,
    biller: str,
    left: Mapping[str, tuple[FloatArray, FloatArray]],
    until: date,
    months: Sequence[Month],
) -> float:
    """Return the use that is planned for days that others billed and this biller has not yet."""
    after = planned.usage[biller] * _left(months, until)
    return max(0.0, float((left[biller][0] - after).sum()))


def _gone(case: Case, by_month: FloatArray) -> date | None:
    if case.budget is None:
        return None
    months = case.market.work.months
    return exhaustion_date(by_month, np.full(len(months), case.budget), months)


def _chance_over(ends: FloatArray | None, budget: float | None) -> float | None:
    return None if ends is None or budget is None else float((ends > budget).mean())


def _dearest(ends: FloatArray | None, confidence: float | None) -> float | None:
    return None if ends is None or confidence is None else tail_mean(ends, confidence)


# --- Who was paid --------------------------------------------------------------------------------


def _sides(
    sums: Iterable[PaidSum],
    planned: Planned,
    left: Mapping[str, tuple[FloatArray, FloatArray]],
    untils: Mapping[str, Until],
) -> Iterator[tuple[str, BillerLine]]:
    paid: dict[str, float] = {}
    for one in sums:
        paid[one.biller] = paid.get(one.biller, 0.0) + one.cost * float(one.shares.sum())
    for name in sorted({*paid, *planned.billers}):
        rest = sum(float(one.sum()) for one in left.get(name, ()))
        until = untils.get(name, Until())
        whole = float(planned.of(name).sum())
        seats = until.fees if until.fees != until.usage else None
        yield name, BillerLine(paid.get(name, 0.0), whole - rest, rest, until.usage, seats)


def _unmatched(
    sums: Iterable[PaidSum], case: Case, planned: Planned, book: PriceBook
) -> list[Unmatched]:
    """List what was paid to somebody, or for a model, that the mix does not use. All is counted."""
    models = {one.model for one in case.options if one.name in planned.used}
    billing, find = set(planned.billers), model_finder(book)
    found: dict[tuple[str, str | None, Month, str], float] = {}
    for one in sums:
        reason = ""
        if one.biller not in billing:
            reason = "bills for nothing in the mix"
        elif one.model:
            offer = find(one.model)
            if offer is None:
                reason = "a model without a known price"
            elif offer.id not in models and offer.full_name not in models:
                reason = "a model that is not in the mix"
        if reason:
            key = (one.biller, one.model, Month.of(one.first), reason)
            found[key] = found.get(key, 0.0) + one.cost * float(one.shares.sum())
    return [
        Unmatched(biller, model, month, cost, reason)
        for (biller, model, month, reason), cost in sorted(found.items(), key=lambda one: -one[1])
        if cost
    ]


# --- What to know beside it ----------------------------------------------------------------------


def _nothing_of_ours(paid: PaidSums, months: Sequence[Month]) -> str:
    """Say why nothing of what was given counts: another year, or a bill for other things."""
    assert paid.dates is not None
    if paid.other:
        return f"nothing in it is for models: {'; '.join(_left_out(paid))}"
    first, last = paid.dates
    return (
        f"holds nothing of the plan's months {months[0]} to {months[-1]}: "
        f"its rows are of {first} to {last}"
    )


def _left_out(paid: PaidSums) -> Iterator[str]:
    if paid.other:
        dearest = sorted(paid.other.items(), key=lambda one: -abs(one[1]))
        named = ", ".join(f"{name} {cost:,.2f}" for name, cost in dearest[:_MOST_NAMED])
        more = len(dearest) - _MOST_NAMED
        others = f" and {more} more" if more > 0 else ""
        total = sum(paid.other.values())
        yield f"left out {total:,.2f} of these bills that is not for models: {named}{others}"


def _outside(paid: PaidSums, months: Sequence[Month]) -> Iterator[str]:
    count, lost = paid.outside
    if count:
        yield (
            f"{count} rows lie outside {months[0]} to {months[-1]}, in whole or in part: "
            f"{lost:,.2f} is not counted"
        )


def _silent(
    sums: Sequence[PaidSum],
    planned: Planned,
    untils: Mapping[str, Until],
    months: Sequence[Month],
    whole: Until,
) -> Iterator[str]:
    """Name the months in which somebody who bills in the mix was paid nothing."""
    last = whole.usage or whole.fees
    begun = [n for n, one in enumerate(months) if last is not None and one.first_day <= last]
    for biller in planned.billers:
        own = [one.shares for one in sums if one.biller == biller]
        paid = sum(own, np.zeros(len(months)))
        missing = [n for n in begun if not paid[n]]
        until = untils.get(biller, Until())
        if missing:
            named = ", ".join(str(months[n]) for n in missing)
            said = f"nothing from {biller} in {named}: is a bill missing?"
            is_open = until.usage is None or months[missing[-1]].first_day > until.usage
            yield f"{said} The plan stands in for it." if is_open else said
        elif biller in planned.fees and until.fees is None:
            yield f"no seats of {biller} on its bills: the plan stands in for them"
