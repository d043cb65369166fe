"""What was paid, as `advisor check` is given it: read once, then put into each plan's money."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from advisor.answers.forecast.year_to_date import Bills
from advisor.cli.inputs import Inputs
from advisor.cli.usage_actuals import paid_usage, split
from advisor.errors import InputError
from advisor.load.bills.asked_columns import asked_columns
from advisor.load.bills.paid_rows import PaidRow
from advisor.load.bills.reading import read_actuals

_DOLLARS = "USD"


def read_paid(actuals: Sequence[Path] | None, columns: str | None) -> Bills | None:
    """Read tables and folders; None where none are named."""
    if not actuals:
        if columns is not None:
            raise InputError.of("says something of `--actuals`, which is missing", key="--columns")
        return None
    tables, places = split(actuals) if columns is None else (actuals, [])
    ledger = read_actuals(tables, asked_columns(columns))
    used = paid_usage(places) if places else []
    return Bills([*ledger.rows, *used], ", ".join(map(str, actuals)), ledger.notes)


def in_money_of(inputs: Inputs, bills: Bills | None) -> Bills | None:
    """Return bills in the plan's money: dollars count at its rate.

    Raises InputError for other money, of which the plan has no rate.
    """
    if bills is None:
        return None
    own = inputs.workload.currency
    rows: Sequence[PaidRow] = bills.rows  # type: ignore[assignment]
    strange = {row.currency for row in rows} - {None, own.code}
    if not strange:
        return bills
    if strange != {_DOLLARS}:
        names = ", ".join(sorted(str(one) for one in strange - {_DOLLARS}))
        message = f"is in {names}, and the plan in {own.code}"
        hint = f"convert it, or state the plan in {names}: `currency: {{code: …, per_usd: …}}`"
        raise InputError.of(message, file=bills.sources, hint=hint)
    told = [
        row._replace(cost=row.cost * own.per_usd) if row.currency == _DOLLARS else row
        for row in rows
    ]
    note = f"amounts in USD count at the plan's rate of {own.per_usd:g} {own.code}"
    return bills._replace(rows=told, notes=[*bills.notes, note])
