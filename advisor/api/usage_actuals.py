"""`--actuals` that are usage: which of the paths are, and what they come to."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from advisor.answers.usage.answer import AskedDays, gather
from advisor.answers.usage.paid import paid_of
from advisor.api.surroundings import Surroundings
from advisor.api.usage_asked import AskedUsage
from advisor.api.usage_places import store_path
from advisor.api.usage_reading import rate_book
from advisor.load.bills.layouts import is_bill
from advisor.load.bills.paid_rows import PaidRow
from advisor.load.usage.places import Place
from advisor.load.usage.reading import read_usage
from advisor.load.usage.recognition import recognised
from advisor.load.usage.sources import SOURCES
from advisor.model.charge import USAGE

_BILLS = frozenset({"focus", "table"})
"""Sources whose files are tables of money as well, and are read as such."""


class Split(NamedTuple):
    """Tables of money, and places of usage."""

    tables: Sequence[Path]
    places: Sequence[Place]


def split(paths: Sequence[Path]) -> Split:
    """Tell usage from tables of money: logs of agents, homes, exports with tokens."""
    tables, places = [], []
    for path in paths:
        found = list(_usage_in(path))
        places += found
        if not found or (path.is_dir() and any(path.rglob("*.csv")) and not _is_home(found)):
            tables.append(path)
    return Split(tables, places)


def _usage_in(path: Path) -> Iterator[Place]:
    """Yield what of a path is usage; a folder of bills may hold exports with tokens, too."""
    if path.exists() and not is_bill(path):
        found = recognised(str(path))
        is_csv_of_bills = path.is_dir() and not _is_home(found)
        for place in found:
            is_table = is_csv_of_bills and place.root.lower().endswith(".csv")
            if place.source not in _BILLS and not is_table:
                yield place


def _is_home(places: Sequence[Place]) -> bool:
    return any(SOURCES[place.source].is_agent for place in places)


def paid_usage(places: Sequence[Place], around: Surroundings) -> list[PaidRow]:
    """Read usage and return it as rows of money; tells what they are, and what is left out."""
    usage = read_usage(places, store=store_path(AskedUsage(), around.environment))
    paid = paid_of(gather(usage, rate_book(around.environment, may_write=True), AskedDays()))
    sources = ", ".join(sorted({place.source for place in places}))
    around.tell(
        f"note: {paid.calls:,} calls of {sources} count at list prices, or as their vendor billed "
        "them"
    )
    if paid.unpriced:
        around.tell(f"note: left out {paid.unpriced:,} calls without a price")
    return [
        PaidRow(
            first=date.fromisoformat(one.day), last=date.fromisoformat(one.day),
            billed_by=one.biller, model=one.model, cost=one.dollars, currency="USD",
            file=sources, line=0, kind=USAGE,
        )
        for one in paid.rows
    ]  # fmt: skip
