"""What a table of bills says, row by row."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple


class PaidRow(NamedTuple):
    """One row of money: the days that it is for (the last one included), to whom, for what.

    `currency` is None where nothing says it. `service` and `provider` are what a cloud's bill says
    beside who issued it; empty elsewhere. `kind` is of `advisor.model.charge`.
    """

    first: date
    last: date
    billed_by: str
    model: str | None
    cost: float
    currency: str | None
    file: str
    line: int
    kind: str | None = None
    service: str = ""
    provider: str = ""


class Ledger(NamedTuple):
    """What was paid, and what a reader should know of how it was read, a sentence each."""

    rows: Sequence[PaidRow]
    notes: Sequence[str]
