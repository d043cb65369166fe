"""What a forecast is given of use: read once, in the money of the plan."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from advisor.answers.forecast.answer import Use
from advisor.answers.forecast.sides import Used
from advisor.answers.usage.anomalies import anomalies_of
from advisor.answers.usage.answer import Gathered, usage_answer
from advisor.answers.usage.paid import paid_of
from advisor.api.usage_asked import AskedUsage
from advisor.api.usage_reading import gathered_from
from advisor.load.bills.paid_rows import PaidRow
from advisor.model.charge import USAGE
from advisor.model.rates import FEMTO
from advisor.tables.anomalies import Anomaly
from advisor.units import Month

_BY = ("month", "priced_as", "person", "home")


class ReadUse(NamedTuple):
    """Use as the forecast takes it, as rows of money, and whose days are unusual."""

    use: Use
    rows: Sequence[PaidRow]
    anomalies: Sequence[Anomaly]
    notes: Sequence[str]


def read_use(
    paths: Sequence[str],
    homes: Sequence[str],
    per_usd: float,
    tasks: float | None,
    environment: Mapping[str, str],
) -> ReadUse | None:
    """Read logs and exports; None where none are named. Raises as `advisor usage`."""
    if not paths and not homes:
        return None
    gathered = gathered_from(AskedUsage(paths=paths, homes=homes), environment)
    answer = usage_answer(gathered, _BY)
    rows = [
        Used(
            month=Month.parse(month),
            model=model,
            person=person or home,
            tokens=row.tokens,
            money=[cost / FEMTO * per_usd for cost in row.costs],
            is_priced=row.is_priced,
        )
        for row in answer.rows
        for month, model, person, home in [row.names]
    ]
    paid = _paid(gathered, per_usd)
    use = Use(rows, _day(answer.first), _day(answer.last), _billers(paid), tasks)
    notes = []
    if answer.total.unpriced_tokens:
        notes.append(f"{answer.total.unpriced_tokens:,} tokens without a price are in no sum")
    return ReadUse(use, paid, _in_money(gathered, per_usd), notes)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _in_money(gathered: Gathered, per_usd: float) -> list[Anomaly]:
    """Return unusual days in the money of the plan."""
    return [
        one._replace(
            cost=one.cost * per_usd,
            usual=one.usual * per_usd,
            others=one.others * per_usd,
            a_month=one.a_month * per_usd,
        )
        for one in anomalies_of(gathered.sums, gathered.usage.calls.kinds)
    ]


def _paid(gathered: Gathered, per_usd: float) -> list[PaidRow]:
    """Return what calls come to at list prices, or as their vendor billed them."""
    return [
        PaidRow(
            first=date.fromisoformat(one.day), last=date.fromisoformat(one.day),
            billed_by=one.biller, model=one.model, cost=one.dollars * per_usd, currency=None,
            file="usage", line=0, kind=USAGE,
        )
        for one in paid_of(gathered).rows
    ]  # fmt: skip


def _billers(rows: Sequence[PaidRow]) -> dict[str, str]:
    """Return who bills each model: whoever it cost most with."""
    sums: dict[tuple[str, str], float] = {}
    for row in rows:
        if row.model:
            key = (row.model, row.billed_by)
            sums[key] = sums.get(key, 0.0) + row.cost
    ordered = sorted(sums, key=lambda key: sums[key])
    return dict(ordered)
