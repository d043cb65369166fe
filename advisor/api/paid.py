"""What was paid, as `advisor check` is given it: read once, then put into each plan's money."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from advisor.answers.forecast.year_to_date import Bills
from advisor.api.frame_tables import rows_named, said, table_of
from advisor.api.given import is_frame, kind_of
from advisor.api.inputs import Inputs
from advisor.api.surroundings import Surroundings
from advisor.api.usage_actuals import paid_usage, split
from advisor.errors import Fault, InputError
from advisor.load.bills.asked_columns import asked_columns
from advisor.load.bills.paid_rows import PaidRow
from advisor.load.bills.reading import read_actuals

_DOLLARS = "USD"
_FRAME = "actuals"
"""What a frame is called in faults."""

Actuals: TypeAlias = Any
"""A path to a table or a folder of them, or a frame of pandas."""


def read_paid(
    actuals: Sequence[Actuals], columns: Mapping[str, str] | str | None, around: Surroundings
) -> Bills | None:
    """Read tables, folders and frames; None where there are none.

    Raises InputError with every fault: of a file at its line, of a frame at its row.
    """
    if not actuals:
        if columns is not None:
            raise InputError.of("says something of `--actuals`, which is missing", key="--columns")
        return None
    frames = [one for one in actuals if is_frame(one)]
    names = [_FRAME if len(frames) == 1 else f"{_FRAME} {n}" for n in range(len(frames))]
    paths = [_path(one) for one in actuals if not is_frame(one)]
    asked = asked_columns(said(columns))
    tables, places = split(paths) if columns is None else (paths, [])
    with rows_named(*names):
        framed = [table_of(one, name) for one, name in zip(frames, names, strict=True)]
        ledger = read_actuals(tables, asked, framed)
    used = paid_usage(places, around) if places else []
    notes = [*ledger.notes, *_in_both(ledger.rows, used)]
    return Bills([*ledger.rows, *used], ", ".join([*map(str, paths), *names]), notes)


def _in_both(billed: Sequence[PaidRow], used: Sequence[PaidRow]) -> Iterator[str]:
    """Name those whose bills and whose calls were given: the calls are on the bills too."""
    twice = {row.billed_by.casefold() for row in billed} & {
        row.billed_by.casefold() for row in used
    }
    if twice:
        yield f"bills and calls of {', '.join(sorted(twice))} were given, and both are counted"


def _path(given: object) -> Path:
    if not isinstance(given, str | os.PathLike):
        message = f"can't be {kind_of(given)}: give a path or a frame"
        raise InputError.of(message, key="--actuals")
    return Path(given)


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
