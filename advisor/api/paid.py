"""What was paid, as `advisor check` is given it: read once, then put into each plan's money."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from advisor.answers.check.held_ways import Bills
from advisor.api.inputs import Inputs
from advisor.api.surroundings import Surroundings
from advisor.api.usage_actuals import paid_usage, split
from advisor.errors import Fault, InputError
from advisor.load.bills.asked_columns import asked_columns
from advisor.load.bills.paid_rows import PaidRow
from advisor.load.bills.reading import read_actuals

_DOLLARS = "USD"


def read_paid(actuals: Sequence[Path], columns: str | None, around: Surroundings) -> Bills | None:
    """Read tables and folders; None where none are named."""
    if not actuals:
        if columns is not None:
            raise InputError.of("says something of `--actuals`, which is missing", key="--columns")
        return None
    tables, places = split(actuals) if columns is None else (actuals, [])
    ledger = read_actuals(tables, asked_columns(columns))
    used = paid_usage(places, around) if places else []
    notes = [*ledger.notes, *_in_both(ledger.rows, used)]
    return Bills([*ledger.rows, *used], ", ".join(map(str, actuals)), notes)


def _in_both(billed: Sequence[PaidRow], used: Sequence[PaidRow]) -> Iterator[str]:
    """Name those whose bills and whose calls were given: the calls are on the bills too."""
    twice = {row.billed_by.casefold() for row in billed} & {
        row.billed_by.casefold() for row in used
    }
    if twice:
        yield f"bills and calls of {', '.join(sorted(twice))} were given, and both are counted"


def in_money_of(inputs: Inputs, bills: Bills | None) -> Bills | None:
    """Return bills in the plan's money: dollars count at its rate.

    Raises InputError for other money, of which the plan has no rate.
    """
    if bills is None:
        return None
    own = inputs.workload.currency
    rows: Sequence[PaidRow] = bills.rows  # type: ignore[assignment]
    strange = {row.currency for row in rows} - {None, own.code}
    if own.code != _DOLLARS and any(row.currency is None for row in rows):
        note = f"amounts that name no money are taken for {own.code}"
        bills = bills._replace(notes=[*bills.notes, note])
    if not strange:
        return bills
    if strange != {_DOLLARS}:
        foreign = [row for row in rows if row.currency not in {None, own.code, _DOLLARS}]
        names = ", ".join(sorted({str(row.currency) for row in foreign}))
        message = f"is in {names}, and the plan in {own.code}"
        hint = f"convert it, or state the plan in {names}: `currency: {{code: …, per_usd: …}}`"
        raise InputError([Fault(foreign[0].file, foreign[0].line, 1, "", message, hint)])
    told = [
        row._replace(cost=row.cost * own.per_usd) if row.currency == _DOLLARS else row
        for row in rows
    ]
    note = f"amounts in USD count at the plan's rate of {own.per_usd:g} {own.code}"
    return bills._replace(rows=told, notes=[*bills.notes, note])
