"""What was paid, gathered: rows of money by who billed, for which days, model and kind of charge.

A hundred thousand rows are some thousand sums; everything after works on these.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from advisor.answers.forecast.billed_names import Billers
from advisor.model.charge import TAX
from advisor.units import Month

FloatArray = NDArray[np.float64]


class PaidRowLike(Protocol):
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

    @property
    def kind(self) -> str | None:
        """Which kind of charge."""

    @property
    def service(self) -> str:
        """What a cloud's bill says it is for."""

    @property
    def provider(self) -> str:
        """Whose service it is, where somebody else billed."""


class PaidSum(NamedTuple):
    """Rows that are alike, added up; `shares` says which part lies in each month, (T,)."""

    biller: str
    model: str | None
    kind: str | None
    first: date
    last: date
    cost: float
    shares: FloatArray


class PaidSums(NamedTuple):
    """Sums inside the plan's months; what lies outside of them, and what is for no model.

    `outside` is a count of sums and their money; `other` money by what it is for.
    """

    sums: Sequence[PaidSum]
    outside: tuple[int, float]
    other: Mapping[str, float]
    dates: tuple[date, date] | None

    def by_month(self, months: int) -> FloatArray:
        """Return what was paid in each month. Shape (T,)."""
        if not self.sums:
            return np.zeros(months)
        costs = np.array([one.cost for one in self.sums])
        return np.asarray(costs @ np.stack([one.shares for one in self.sums]))


def gather(rows: Iterable[PaidRowLike], billers: Billers, months: Sequence[Month]) -> PaidSums:
    """Add rows up. One that reaches over the plan's ends counts with its days inside."""
    costs: dict[tuple[str, str, str, str | None, str | None, date, date], float] = {}
    counts: dict[tuple[date, date], int] = {}
    for row in rows:
        key = (row.billed_by, row.service, row.provider, row.kind, row.model, row.first, row.last)
        costs[key] = costs.get(key, 0.0) + row.cost
        counts[key[5:]] = counts.get(key[5:], 0) + 1
    shares = {days: _by_month(*days, months) for days in counts}
    within = {days: float(own.sum()) for days, own in shares.items()}
    sums: list[PaidSum] = []
    other: dict[str, float] = {}
    lost = 0.0
    for (billed_by, service, provider, kind, model, *days), cost in costs.items():
        first, last = days
        lost += cost * (1 - within[first, last])
        biller = billers.of_row(billed_by, service, provider)
        if not within[first, last]:
            continue
        if kind == TAX or biller is None:
            name = "tax" if kind == TAX else service
            other[name] = other.get(name, 0.0) + cost * within[first, last]
        else:
            sums.append(PaidSum(biller, model, kind, first, last, cost, shares[first, last]))
    out = sum(count for days, count in counts.items() if within[days] < 1 - 1e-9)
    dates = (min(one for one, _ in counts), max(one for _, one in counts)) if counts else None
    return PaidSums(sums, (out, lost), other, dates)


def _by_month(first: date, last: date, months: Sequence[Month]) -> FloatArray:
    """Share days out over the months of the plan. Shape (T,); adds up to at most 1."""
    days = (last - first).days + 1
    shares = np.zeros(len(months))
    begin = max(0, Month.of(first).index - months[0].index)
    end = min(len(months), Month.of(last).index - months[0].index + 1)
    for n in range(begin, end):
        month = months[n]
        own_last = (month + 1).first_day - timedelta(days=1)
        inside = (min(last, own_last) - max(first, month.first_day)).days + 1
        shares[n] = max(0, inside) / days
    return shares
