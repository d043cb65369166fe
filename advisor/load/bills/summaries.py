"""Money that one table has by days or models and another one as a sum.

What a reader would get wrong: such rows share no cell but the biller's name, so that nothing else
tells them from two bills; but sums that agree to the cent are not two bills by chance.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from advisor.errors import Fault
from advisor.load.bills.paid_rows import PaidRow
from advisor.units import Month

_CENT = 0.005
_HINT = "give one of the two; bills that are both right stand in one table"

Bill = tuple[str, Month]


def summed_up(rows: Sequence[PaidRow]) -> Iterator[Fault]:
    """Yield rows that are the sum of what another table has of a biller in a month."""
    by_file: dict[str, dict[Bill, list[PaidRow]]] = {}
    for row in rows:
        if (row.first.year, row.first.month) == (row.last.year, row.last.month):
            bill = (row.billed_by.casefold(), Month.of(row.first))
            by_file.setdefault(row.file, {}).setdefault(bill, []).append(row)
    for file, bills in by_file.items():
        for bill, own in bills.items():
            if len(own) == 1 and own[0].cost:
                yield from _of_others(own[0], bill, by_file, file)


def _of_others(
    one: PaidRow, bill: Bill, by_file: Mapping[str, Mapping[Bill, Sequence[PaidRow]]], file: str
) -> Iterator[Fault]:
    for other, bills in by_file.items():
        parts = bills.get(bill, ())
        if other == file or len(parts) < 2:
            continue
        if abs(math.fsum(part.cost for part in parts) - one.cost) < _CENT:
            message = (
                f"{one.cost:,.2f} of {one.billed_by} in {bill[1]} is the sum of {len(parts)} rows "
                f"of {other}"
            )
            yield Fault(file, one.line, 1, "", message, _HINT)
