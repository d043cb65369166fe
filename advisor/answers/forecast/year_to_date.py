"""The year so far and the rest of it, as `check` holds limits against it: a finished line.

What a reader would get wrong: the rest is the plan moved by what was learnt from the bills; beside
it stands the plan as it was, and nothing that was paid is left out of the sums.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.answers.forecast.billed_names import Billers, model_finder
from advisor.answers.forecast.paid import PaidRowLike, PaidSum, PaidSums, gather
from advisor.answers.forecast.planned import Planned
from advisor.answers.forecast.so_far import SoFar, Until, cut
from advisor.answers.forecast.year_end import HIGH, LOW, YearEnd, gone_on, year_end
from advisor.answers.recommend.mix import tail_mean
from advisor.case.facts import Case
from advisor.engine.draws import quantiles
from advisor.errors import InputError
from advisor.model.book import PriceBook
from advisor.model.charge import FEE
from advisor.tables.check import ActualsLine, BillerLine, Unmatched
from advisor.units import Month

FloatArray = NDArray[np.float64]

_MOST_NAMED = 3


class Bills(NamedTuple):
    """What was paid, what it was read from, what to know of how, and days on which nobody works."""

    rows: Sequence[PaidRowLike]
    sources: str
    notes: Sequence[str] = ()
    days_off: Sequence[date] = ()


def so_far_of(bills: Bills, case: Case, planned: Planned, book: PriceBook) -> SoFar:
    """Gather what was paid and cut the year where it is paid to.

    Raises InputError where there are rows and none of them is for models in the plan's months.
    """
    months = case.market.work.months
    paid = gather(bills.rows, Billers(case, book), months)
    if paid.dates is not None and not paid.sums:
        raise InputError.of(_nothing_of_ours(paid, months), file=bills.sources)
    return cut(paid, planned, months, bills.days_off)


def year_so_far(
    bills: Bills, case: Case, planned: Planned, book: PriceBook, ran: Planned | None = None
) -> ActualsLine:
    """Put what was paid before the rest of the year. Raises as `so_far_of`.

    `ran` is the plan of the way that was paid for, where another way follows it.
    """
    so_far = so_far_of(bills, case, planned, book)
    before = None if ran is None else so_far_of(bills, case, ran, book)
    end = year_end(so_far, case.market.work.level_spread, planned.drawn, before)
    return actuals_line(bills, case, book, so_far, end)


def actuals_line(
    bills: Bills, case: Case, book: PriceBook, so_far: SoFar, end: YearEnd
) -> ActualsLine:
    """Say what was paid, what is left, and where it ends."""
    planned, paid, months = so_far.planned, so_far.paid, so_far.months
    low, high = _range(end)
    before, as_planned = so_far.by_month, float(so_far.rest_as_planned.sum())
    return ActualsLine(
        sources=bills.sources,
        until=so_far.whole.usage or so_far.whole.fees,
        paid=end.spent,
        planned=float(planned.by_month.sum()) - as_planned,
        rest=float(end.rest.sum()),
        rest_as_planned=as_planned,
        expected_year_end=end.expected,
        run_rate=_run_rate(so_far),
        exhaustion_date=gone_on(before + end.rest, case.budget, months),
        chance_over=_chance_over(end.ends, case.budget),
        by_biller=dict(_sides(so_far, end)),
        unmatched=_unmatched(paid.sums, case, planned, book),
        by_month=(before + end.rest).tolist(),
        paid_by_month=before.tolist(),
        p10=low,
        p90=high,
        dearest=_dearest(end.ends, case.confidence),
        months_learnt=end.months_learnt,
        levels=end.levels,
        warnings=[
            *bills.notes,
            *_left_out(paid),
            *_outside(paid, months),
            *_silent(so_far),
            *_going_on(end, planned),
            *_lagging(so_far),
        ],
    )


def _range(end: YearEnd) -> tuple[float | None, float | None]:
    """Return P10 and P90 of the year's end: those of its last month where months have any."""
    if end.low is not None and end.high is not None:
        return float(end.low[-1]), float(end.high[-1])
    if end.ends is None:
        return None, None
    low, high = quantiles(end.ends, [LOW, HIGH])
    return low, high


def _run_rate(so_far: SoFar) -> float | None:
    """Return the year's end if use goes on as far from the plan as it was so far.

    Fees on rows of their own stay as they are, paid and planned; where a biller's days are not
    billed yet its plan stands in, as in the rest. None where no use is planned for the days that
    are billed, or more came back than was paid.
    """
    planned, until, together = so_far.planned, so_far.whole.usage, so_far.together
    sums = so_far.paid.sums
    paid = sum(one.cost * float(one.shares.sum()) for one in sums)
    fees = sum(one.cost * float(one.shares.sum()) for one in sums if one.kind == FEE)
    seats = (float(one.sum()) for name, (_, one) in so_far.left.items() if name not in together)
    fees_left = sum(seats)
    billed = [*planned.usage.values(), *(planned.fees[n] for n in planned.fees if n in together)]
    to_pay = planned.apart + sum(billed, np.zeros(len(so_far.months)))
    gone = float((to_pay * (1 - _to_come(so_far))).sum())
    if until is None or gone <= 0:
        return None
    used = paid - fees + sum(_missing(so_far, biller) for biller in planned.usage)
    return None if used < 0 else fees + fees_left + used / gone * float(to_pay.sum())


def _missing(so_far: SoFar, biller: str) -> float:
    """Return the use that is planned for days that others billed and this biller has not yet."""
    after = so_far.planned.usage[biller] * _to_come(so_far)
    return max(0.0, float((so_far.left[biller][0] - after).sum()))


def _to_come(so_far: SoFar) -> FloatArray:
    """Return which part of each month's use nobody has billed. Shape (T,)."""
    whole = so_far.whole
    return so_far.days.left(so_far.months, whole.usage, whole.usage_since)


def _chance_over(ends: FloatArray | None, budget: float | None) -> float | None:
    return None if ends is None or budget is None else float((ends > budget).mean())


def _dearest(ends: FloatArray | None, confidence: float | None) -> float | None:
    return None if ends is None or confidence is None else tail_mean(ends, confidence)


# --- Who was paid --------------------------------------------------------------------------------


def _sides(so_far: SoFar, end: YearEnd) -> Iterator[tuple[str, BillerLine]]:
    paid: dict[str, float] = {}
    for one in so_far.paid.sums:
        paid[one.biller] = paid.get(one.biller, 0.0) + one.cost * float(one.shares.sum())
    for name in sorted({*paid, *so_far.planned.billers}):
        as_planned = sum(float(one.sum()) for one in so_far.left.get(name, ()))
        rest = end.rest_of.get(name, 0.0) + end.unplanned.get(name, 0.0)
        until = so_far.untils.get(name, Until())
        whole = float(so_far.planned.of(name).sum())
        seats = until.fees if until.fees != until.usage else None
        yield (
            name,
            BillerLine(
                paid.get(name, 0.0), whole - as_planned, rest, until.usage, seats, as_planned
            ),
        )


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
        lie = "row lies" if count == 1 else "rows lie"
        yield (
            f"{count} {lie} outside {months[0]} to {months[-1]}, in whole or in part: "
            f"{lost:,.2f} is not counted"
        )


def _silent(so_far: SoFar) -> Iterator[str]:
    """Name the months in which somebody who bills in the mix was paid nothing."""
    months, planned = so_far.months, so_far.planned
    last = so_far.whole.usage or so_far.whole.fees
    begun = [n for n, one in enumerate(months) if last is not None and one.first_day <= last]
    for biller in planned.billers:
        own = [one.shares for one in so_far.paid.sums if one.biller == biller]
        paid = sum(own, np.zeros(len(months)))
        to_pay = planned.of(biller)
        missing = [n for n in begun if not paid[n] and to_pay[n]]
        until = so_far.untils.get(biller, Until())
        between = [n for n in missing if not _has_no_bill(months[n], until)]
        for places, stands in ((sorted({*missing} - {*between}), True), (between, False)):
            if places:
                named = ", ".join(str(months[n]) for n in places)
                said = f"nothing from {biller} in {named}: is a bill missing?"
                yield f"{said} The plan stands in for it." if stands else said
        if not missing and biller in planned.fees and until.fees is None:
            yield f"no seats of {biller} on its bills: the plan stands in for them"


def _has_no_bill(month: Month, until: Until) -> bool:
    """Tell a month before the first or after the last bill of use."""
    if until.usage is None or month.first_day > until.usage:
        return True
    return until.usage_since is not None and month < Month.of(until.usage_since)


def _going_on(end: YearEnd, planned: Planned) -> Iterator[str]:
    """Say of use that nobody planned that it is expected to go on."""
    for name, rest in end.unplanned.items():
        what = "is not in the mix" if name not in planned.billers else "no use of it is planned"
        yield f"{name} bills month after month and {what}: {rest:,.0f} more are expected"


def _lagging(so_far: SoFar) -> Iterator[str]:
    for name, late in so_far.late.items():
        if late.any():
            until = so_far.untils[name].usage
            yield f"the last day of {name} is not billed whole yet: it counts to {until}"
