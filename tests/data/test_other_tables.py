"""Our prices against the newest tables of others, joined by `prices update` on three days.

On each day every figure of litellm, pi-ai and genai-prices is equal to ours of that day, or stands
below with the reason; a difference that is no longer there fails too. What a reader would get
wrong: the tables of others know no announced prices, so what has risen by then differs as it must.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

import pytest
from recorded_tables import NEWEST_LITELLM, NEWEST_PI_AI

from advisor.answers.prices.update.compare import compared
from advisor.answers.prices.update.data_file import quotes_of, read_table
from advisor.answers.prices.update.objections import TableDays
from advisor.answers.prices.update.package import read_given
from advisor.load.price_book import read_price_book
from advisor.tables.prices_update import UNKNOWN_HERE, UNKNOWN_THERE

BOOK = read_price_book()
TABLES = {
    "genai-prices": "genai-prices",  # the package that is installed and pinned
    "litellm": str(NEWEST_LITELLM),
    "pi-ai": str(NEWEST_PI_AI),
}
DAYS = (date(2026, 11, 29), date(2026, 12, 2), date(2027, 1, 2))
AT_LEAST = {"genai-prices": 70, "litellm": 75, "pi-ai": 70}
"""Models that are compared on every day; those that have retired by then are left out."""

Differing = dict[str, set[str]]
"""Model to fields that differ, each as `batch input: ours / theirs`."""


@dataclass(frozen=True)
class Known:
    """A reviewed difference: why, in which tables, from and to which day, and its fields."""

    model: str
    why: str
    tables: tuple[str, ...]
    fields: frozenset[str]
    since: date = date.min
    until: date = date.max


def written(price: Decimal | date | None) -> str:
    """Write a price without the zeros that a multiplication leaves behind."""
    return format(price.normalize(), "f") if isinstance(price, Decimal) else str(price)


def doubled(plain: tuple[str, ...], served: tuple[str, ...] = ()) -> frozenset[str]:
    """Write fields whose price of ours is twice theirs: plain ones and those of variants."""
    halves = (line.rpartition(" ") for line in plain + served)
    return frozenset(f"{name}: {written(2 * Decimal(half))} / {half}" for name, _, half in halves)


FLASH = ("input 0.75", "cache_read 0.075", "output 3.75")
FLASH_SERVED = (
    "batch input 0.375", "batch cache_read 0.0375", "batch output 1.875",
    "flex input 0.375", "flex cache_read 0.0375", "flex output 1.875",
    "fast input 1.35", "fast cache_read 0.135", "fast output 6.75",
)  # fmt: skip
PRO = ("input 2", "cache_read 0.1", "output 10")
PRO_SERVED = (
    "batch input 1", "batch cache_read 0.05", "batch output 5",
    "flex input 1", "flex cache_read 0.05", "flex output 5",
    "fast input 3.6", "fast cache_read 0.18", "fast output 18",
)  # fmt: skip
RISES = "Google announces that its introductory price ends then; no table knows announcements"
NOVEMBER, DECEMBER, JANUARY = DAYS

REVIEWED = [
    Known(
        "anthropic/claude-sonnet-4-5",
        "the 1M-context beta and its dearer price ended on 2026-04-30; they still carry both",
        ("genai-prices",),
        frozenset(
            f"{name} over 200000: {prices}"
            for name, prices in (
                ("input", "3 / 6"), ("cache_write", "3.75 / 7.5"), ("cache_write_1h", "6 / 12"),
                ("cache_read", "0.3 / 0.6"), ("output", "15 / 22.5"),
            )
        ),
        until=date(2026, 11, 30),  # when it retires
    ),
    Known(
        "google/gemini-3.5-flash-lite",
        "Google publishes it rounded",
        ("litellm",),
        frozenset({"batch cache_read: 0.02 / 0.015"}),
    ),
    *(
        Known(f"google/{model}", RISES, (table,), doubled(plain, served), since=since)
        for models, plain, variants, since in (
            (("gemini-4-argon",), PRO, PRO_SERVED, DECEMBER),
            (("gemini-3.6-flash", "gemini-3.7-flash", "gemini-3.8-flash"), FLASH, FLASH_SERVED,
             JANUARY),
        )
        for table, served in (("litellm", variants), ("pi-ai", ()))
        for model in models
    ),
    Known("google/gemini-4-carbon", RISES, ("pi-ai",), doubled(PRO), since=DECEMBER),
]  # fmt: skip


@cache
def joined(table: str, day: date) -> tuple[int, Differing]:
    """Return how many models were compared on a day, and what differs."""
    read = read_table(read_given(TABLES[table]))
    quotes = quotes_of(read, {offer.vendor.vendor for offer in BOOK.made}, day)
    found = compared(BOOK, quotes, TableDays(day, day), source=table)
    differing: Differing = {}
    for one in (*found.findings, *(f for made in found.proposals for f in made.findings)):
        if one.status not in {UNKNOWN_HERE, UNKNOWN_THERE}:
            said = f"{one.price}: {written(one.ours)} / {written(one.theirs)}"
            differing.setdefault(one.model, set()).add(said)
    return found.models, differing


@pytest.mark.parametrize("day", DAYS, ids=str)
@pytest.mark.parametrize("table", TABLES)
def test_all_figures_are_equal_but_the_reviewed(table: str, day: date) -> None:
    """Nothing else differs on the day, and all that is noted for it still does."""
    _, differing = joined(table, day)

    assert differing == {
        one.model: one.fields
        for one in REVIEWED
        if table in one.tables and one.since <= day < one.until
    }


@pytest.mark.parametrize("day", DAYS, ids=str)
@pytest.mark.parametrize("table", TABLES)
def test_the_join_is_not_empty(table: str, day: date) -> None:
    """Most models of ours are in every table under a name that is found."""
    models, _ = joined(table, day)

    assert models >= AT_LEAST[table]


def test_every_reviewed_difference_has_its_reason() -> None:
    """And each is of a model and of tables that exist."""
    names = {offer.full_name for offer in BOOK.offers}

    assert all(one.why and one.model in names and set(one.tables) <= TABLES.keys()
               for one in REVIEWED)  # fmt: skip


def test_a_price_of_ours_that_moves_is_seen() -> None:
    """The join looks at figures: one digit more in any table would be a difference."""
    read = read_table(read_given(TABLES["pi-ai"]))
    quotes = quotes_of(read, {offer.vendor.vendor for offer in BOOK.made}, NOVEMBER)
    moved = [
        one._replace(prices={**one.prices, "output": one.prices["output"] + Decimal("0.01")})
        for one in quotes.quotes
    ]

    found = compared(BOOK, quotes._replace(quotes=moved), TableDays(NOVEMBER, NOVEMBER), source="x")
    conflicts = [one for one in found.findings if one.status != UNKNOWN_HERE]
    seen = {one.model for one in conflicts if one.price == "output"}

    assert len(seen | {one.offer.full_name for one in found.proposals}) == found.models
