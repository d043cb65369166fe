"""What others' records say of options, kept from one command to the next.

It hangs on the records, the prices that they are read with, the code that reads them, and what is
asked: not on a bill, a budget or how many people there are. So it is asked once while somebody
tries these.
"""

from collections.abc import Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from advisor.evidence.borrowing import borrow
from advisor.evidence.query import Borrow, Finding, Pairs, StepSpread
from advisor.load.kept import keep, recall
from advisor.model.book import PriceBook
from advisor.model.profile import Measure, ProfileBook
from advisor.model.scalars import Frozen


class KeptFindings(Frozen):
    """Answers in the order of what was asked: the fields of each, None where nothing is known."""

    rows: tuple[Any, ...]


def asking(folder: Path | None) -> Borrow:
    """Return what asks others' records, and keeps the answers in a folder if there is one."""
    return borrow if folder is None else partial(_asked, folder)


@lru_cache(maxsize=64)
def _asked(
    folder: Path, profiles: ProfileBook, prices: PriceBook, measure: Measure, pairs: Pairs
) -> Sequence[Finding | None]:
    """Answer from what is kept of these very tables; a book that was changed has no digest."""
    if not (profiles.digest and prices.digest):
        return borrow(profiles, prices, measure, pairs)
    asked = repr((profiles.digest, prices.digest, measure, pairs)).encode()
    kept = recall(folder, asked, KeptFindings)
    told = None if kept is None else _told(kept)
    if told is not None:
        return told
    found = borrow(profiles, prices, measure, pairs)
    keep(folder, asked, KeptFindings.unchecked(rows=tuple(map(_row, found))))
    return found


def _told(kept: KeptFindings) -> list[Finding | None] | None:
    """Return what is kept; None for what no run writes."""
    try:
        return [None if row is None else _finding(row) for row in kept.rows]
    except (TypeError, ValueError, AttributeError):
        return None


def _row(found: Finding | None) -> tuple[Any, ...] | None:
    return None if found is None else (found.step, tuple(found.spread), *found[2:])


def _finding(row: Sequence[Any]) -> Finding:
    found = Finding(*row)
    return found._replace(spread=StepSpread(*found.spread))
