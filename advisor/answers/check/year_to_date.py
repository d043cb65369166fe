"""The year so far and the rest of it: what was paid, and the mix for the days that are left.

What a reader would get wrong: days up to the last one that anybody was paid for count as paid in
full, for every biller; one with nothing in a month that others were paid for is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from advisor.answers.recommend.mix import tail_mean
from advisor.case.facts import Case
from advisor.engine.burndown import exhaustion_date
from advisor.model.book import PriceBook
from advisor.tables.check import ActualsLine, Unmatched
from advisor.units import Month

FloatArray = NDArray[np.float64]


class PaidRow(Protocol):
    """One row of money, for days from `first` to `last`, both included."""

    @property
    def first(self) -> date:
        """The first day."""

    @property
    def last(self) -> date:
        """The last day."""

    @property
    def billed_by(self) -> str:
        """Who billed, as written."""

    @property
    def model(self) -> str | None:
        """For which model, as written."""

    @property
    def cost(self) -> float:
        """How much, in the currency of the plan."""


class Planned(NamedTuple):
    """What the mix comes to: by month, (T,), by biller, over drawn years, (S,) or None."""

    by_month: FloatArray
    by_biller: Mapping[str, float]
    used: Sequence[str]
    drawn: FloatArray | None


def year_so_far(
    rows: Sequence[PaidRow], case: Case, planned: Planned, book: PriceBook, *, sources: str
) -> ActualsLine | None:
    """Put what was paid before the mix for the rest of the year; None where nothing was paid.

    A row that reaches over the plan's ends counts with its days inside.
    """
    months = case.market.work.months
    inside = [(row, _days_inside(row, months)) for row in rows]
    inside = [(row, share) for row, share in inside if share > 0]
    if not inside:
        return None
    until = min(max(row.last for row, _ in inside), _last_day(months))
    paid_by_month = np.zeros(len(months))
    for row, _ in inside:
        paid_by_month += row.cost * _by_month(row, months)
    left = np.array([_part_left(month, until) for month in months])
    rest = planned.by_month * left
    paid, still = float(paid_by_month.sum()), float(rest.sum())
    names = _billers(case, book)
    by_biller = _sides(inside, names, planned, 1 - still / max(float(planned.by_month.sum()), 1e-9))
    ends = _ends(planned, paid, still)
    return ActualsLine(
        sources=sources,
        until=until,
        paid=paid,
        planned=float(planned.by_month.sum()) - still,
        rest=still,
        expected_year_end=paid + still,
        exhaustion_date=_gone(case, paid_by_month + rest),
        chance_over=_chance_over(ends, case.budget),
        by_biller=by_biller,
        unmatched=_unmatched(inside, names, case, planned, book, months),
        by_month=(paid_by_month + rest).tolist(),
        dearest=_dearest(ends, case.confidence),
        warnings=[*_outside(rows, months), *_silent(inside, names, planned, months, until)],
    )


def _last_day(months: Sequence[Month]) -> date:
    return (months[-1] + 1).first_day - timedelta(days=1)


def _days_inside(row: PaidRow, months: Sequence[Month]) -> float:
    """Return which share of a row's days lies in the plan."""
    return float(_by_month(row, months).sum())


def _by_month(row: PaidRow, months: Sequence[Month]) -> FloatArray:
    """Share a row out over the months of the plan by days. Shape (T,); adds up to at most 1."""
    days = (row.last - row.first).days + 1
    shares = np.zeros(len(months))
    for n, month in enumerate(months):
        first = max(row.first, month.first_day)
        last = min(row.last, (month + 1).first_day - timedelta(days=1))
        shares[n] = max(0, (last - first).days + 1) / days
    return shares


def _part_left(month: Month, until: date) -> float:
    """Return which share of a month's days comes after a day."""
    gone = min(max((until - month.first_day).days + 1, 0), month.days)
    return 1 - gone / month.days


def _gone(case: Case, by_month: FloatArray) -> date | None:
    if case.budget is None:
        return None
    months = case.market.work.months
    return exhaustion_date(by_month, np.full(len(months), case.budget), months)


def _ends(planned: Planned, paid: float, rest: float) -> FloatArray | None:
    """Return what drawn years come to, (S,): the rest as drawn, what is paid as it is."""
    whole = float(planned.by_month.sum())
    if planned.drawn is None:
        return None
    return paid + planned.drawn * (rest / whole if whole else 0.0)


def _chance_over(ends: FloatArray | None, budget: float | None) -> float | None:
    return None if ends is None or budget is None else float((ends > budget).mean())


def _dearest(ends: FloatArray | None, confidence: float | None) -> float | None:
    return None if ends is None or confidence is None else tail_mean(ends, confidence)


# --- Who was paid --------------------------------------------------------------------------------


def _billers(case: Case, book: PriceBook) -> dict[str, str]:
    """Return everybody who bills by the names that invoices may give them."""
    names = {_plain(name): name for name in (one.billed_by for one in case.options)}
    for offer in book.offers:
        vendor = offer.vendor
        names.setdefault(_plain(vendor.vendor), vendor.vendor)
        names.setdefault(_plain(vendor.name), vendor.vendor)
    for name in book.channels:
        names.setdefault(_plain(name), name)
    return names


def _plain(name: str) -> str:
    return "".join(_words(name))


def _words(name: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", name.lower())


def _known_as(name: str, names: Mapping[str, str]) -> str:
    """Return who is meant: the same words, or a known name with a company's form behind it."""
    words = _words(name)
    begins = ("".join(words[:count]) for count in range(len(words), 0, -1))
    return next((names[known] for known in begins if known in names), name)


def _sides(
    inside: Sequence[tuple[PaidRow, float]],
    names: Mapping[str, str],
    planned: Planned,
    part: float,
) -> dict[str, tuple[float, float]]:
    paid: dict[str, float] = {}
    for row, share in inside:
        biller = _known_as(row.billed_by, names)
        paid[biller] = paid.get(biller, 0.0) + row.cost * share
    everybody = sorted({*paid, *planned.by_biller})
    return {name: (paid.get(name, 0.0), planned.by_biller.get(name, 0.0) * part)
            for name in everybody}  # fmt: skip


def _unmatched(
    inside: Sequence[tuple[PaidRow, float]],
    names: Mapping[str, str],
    case: Case,
    planned: Planned,
    book: PriceBook,
    months: Sequence[Month],
) -> list[Unmatched]:
    """List what was paid to somebody, or for a model, that the mix does not use. All is counted."""
    used = [one for one in case.options if one.name in planned.used]
    models = {one.model for one in used}
    found: dict[tuple[str, str | None, Month, str], float] = {}
    for row, share in inside:
        biller = _known_as(row.billed_by, names)
        reason = ""
        if biller not in planned.by_biller:
            reason = "bills for nothing in the mix"
        elif row.model:
            offer = book.find(row.model)
            if offer is None:
                reason = "a model without a known price"
            elif offer.id not in models and offer.full_name not in models:
                reason = "a model that is not in the mix"
        if reason:
            month = Month(row.first.year, row.first.month)
            key = (biller, row.model, month, reason)
            found[key] = found.get(key, 0.0) + row.cost * share
    return [
        Unmatched(biller, model, month, cost, reason)
        for (biller, model, month, reason), cost in sorted(found.items(), key=lambda one: -one[1])
    ]


def _outside(rows: Iterable[PaidRow], months: Sequence[Month]) -> list[str]:
    lost = [(row.cost, 1 - _days_inside(row, months)) for row in rows]
    left_out = [cost * share for cost, share in lost if share > 1e-9]
    if not left_out:
        return []
    return [
        f"{len(left_out)} rows lie outside {months[0]} to {months[-1]}, in whole or in part: "
        f"{sum(left_out):,.2f} is not counted"
    ]


def _silent(
    inside: Sequence[tuple[PaidRow, float]],
    names: Mapping[str, str],
    planned: Planned,
    months: Sequence[Month],
    until: date,
) -> list[str]:
    """Name the months in which somebody who bills in the mix was paid nothing."""
    paid = [(_known_as(row.billed_by, names), row) for row, _ in inside]
    said = []
    for biller in sorted(planned.by_biller):
        rows = [_by_month(row, months) for name, row in paid if name == biller]
        own = np.array(rows).reshape(-1, len(months))
        missing = [
            str(month)
            for n, month in enumerate(months)
            if month.first_day <= until and not own[:, n].any()
        ]
        if missing:
            said.append(f"nothing from {biller} in {', '.join(missing)}: is a bill missing?")
    return said
