"""A usage table is added up where it lives, and says what logs of the same calls say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from usage_tables import UsageTable, alike, drawn_table

from advisor.answers.usage.answer import AskedDays, usage_answer
from advisor.answers.usage.asking import Warehouse, gather_there
from advisor.answers.usage.days import DAY, ZoneDays, begins_in
from advisor.errors import MissingError
from advisor.tables.usage import UsageAnswer

NUMBER = 20_000


@pytest.fixture(scope="module")
def drawn() -> UsageTable:
    """Draw calls once."""
    return drawn_table(NUMBER, seed=3)


def warehouse(table: pa.Table, spoil: int = 0) -> Warehouse:
    """Put a table into DuckDB; `spoil` is added to a cost that comes back."""
    engine = ibis.duckdb.connect()
    calls = engine.create_table("usage", table)
    empty = {name: calls[name].fill_null("") for name in ("model", "provider", "geo", "speed")}

    def rows(relation: Any) -> Iterator[dict[str, Any]]:
        for row in relation.to_pyarrow().to_pylist():
            yield row | {"cost": row["cost"] + spoil} if row.get("cost") else row

    known = calls.mutate(**empty, calls=1).fill_null({"service_tier": "", "person": ""})
    return Warehouse(known, ibis.memtable, rows)


def asked_there(
    drawn: UsageTable, by: tuple[str, ...], asked: AskedDays, spoil: int = 0
) -> UsageAnswer:
    """Ask the table."""
    gathered = gather_there(warehouse(drawn.table, spoil), drawn.book, asked, [by])
    return usage_answer(gathered, by)


@pytest.mark.parametrize(
    ("by", "asked"),
    [
        (("source", "model"), AskedDays()),
        (("source", "day", "model", "speed", "priced_as"), AskedDays()),
        (("day",), AskedDays("Europe/Berlin")),
        (("week", "vendor"), AskedDays("Asia/Kolkata", "2026-02-01", "2026-06-30")),
        (("month", "no_price"), AskedDays("America/Havana", since="2026-01-01")),
        (("week", "month"), AskedDays("Australia/Lord_Howe", until="2026-12-31")),
        (("person", "month"), AskedDays("Europe/Berlin", "2026-03-01", "2026-11-30")),
        (("person", "model", "priced_as"), AskedDays()),
        (("model",), AskedDays(since="2026-11-02", until="2026-11-05")),
    ],
    ids=lambda value: "-".join(map(str, filter(None, value[:3]))),
)
def test_a_table_says_what_logs_say(
    drawn: UsageTable, by: tuple[str, ...], asked: AskedDays
) -> None:
    """Rows, sums, chart, reasons and notes are those of the same calls read from logs."""
    assert alike(asked_there(drawn, by, asked)) == alike(drawn.answer(by, asked))


def test_an_engine_that_is_not_exact_is_not_believed(drawn: UsageTable) -> None:
    """One femto-dollar more than whole numbers give ends it, and nothing is said."""
    with pytest.raises(MissingError, match="decimals are not exact"):
        asked_there(drawn, ("model",), AskedDays(), spoil=1)


def test_no_calls_are_an_answer(drawn: UsageTable) -> None:
    """Where nothing was called on the days that are asked about, sums are nothing."""
    answer = asked_there(drawn, ("person",), AskedDays(since="2031-01-01"))

    assert (answer.rows, answer.total.calls, answer.first) == ([], 0, None)


@settings(max_examples=60, deadline=None)
@given(
    zone=st.sampled_from(
        ["UTC", "Europe/Berlin", "America/Havana", "Asia/Beirut", "Australia/Lord_Howe",
         "America/Santiago", "Asia/Kathmandu", "Pacific/Apia"]
    ),
    first=st.integers(10_957, 25_000),
    after=st.integers(0, 400 * DAY * 1_000_000),
)  # fmt: skip
def test_shifted_clocks_stay_within_the_day(zone: str, first: int, after: int) -> None:
    """On days of 23, 24 and 25 hours, a moment and what clocks are ahead give the day's number."""
    days = ZoneDays(begins_in(zone))
    begin = first * DAY * 1_000_000
    days.cover(begin, begin + 400 * DAY * 1_000_000)
    moment = begin + after
    ahead = [seconds for since, seconds in days.shifts() if since <= moment][-1]

    assert (moment // 1_000_000 + ahead) // DAY == days.of(moment)
