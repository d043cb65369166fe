"""Small tables go to engines as text that their own parser takes, and come back as they were."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import duckdb
import ibis
import pyarrow as pa
import pytest
import sqlglot
from usage_tables import drawn_table

from advisor.answers.usage.answer import AskedDays
from advisor.answers.usage.asking import Warehouse, gather_there
from advisor.load.warehouse.usage_table import written_out

TABLE = pa.table(
    {
        "tariff": pa.array([1, 2], pa.int64()),
        "name": pa.array(["it's", 'a "b" \\ c'], pa.string()),
        "since": pa.array([datetime(2026, 1, 1), datetime(9999, 1, 1)], pa.timestamp("us")),  # noqa: DTZ001
    }
)


@pytest.mark.parametrize("rows", [0, 2])
def test_a_table_that_is_written_out_is_the_same(rows: int) -> None:
    """Names with quotes and far days come back as they were, and no rows are no rows."""
    table = TABLE.slice(0, rows)
    text = written_out(table, ibis.memtable(table).schema(), "duckdb")

    found = duckdb.connect().execute(text).fetchall()

    assert found == [tuple(row.values()) for row in table.to_pylist()]


@pytest.mark.parametrize("dialect", ["bigquery", "snowflake"])
def test_the_whole_question_compiles_and_parses(dialect: str) -> None:
    """For BigQuery and Snowflake the SQL is compiled and parsed; nothing of it is run."""
    drawn = drawn_table(2_000, seed=5)
    engine = ibis.duckdb.connect()
    calls = engine.create_table("usage", drawn.table).mutate(calls=1)
    calls = calls.fill_null({"model": "", "speed": "", "geo": "", "provider": "", "person": "",
                             "service_tier": ""})  # fmt: skip
    asked: list[str] = []

    def fetch(relation: Any) -> list[dict[str, Any]]:
        unbound = relation.unbind()
        asked.append(ibis.to_sql(unbound, dialect=dialect))
        return list(relation.to_pyarrow().to_pylist())

    warehouse = Warehouse(calls, ibis.memtable, fetch)
    gather_there(warehouse, drawn.book, AskedDays("Europe/Berlin", "2026-02-01"), [("person",)])
    parsed = [sqlglot.parse_one(text, dialect=dialect) for text in asked]

    assert [one.key for one in parsed] == ["select"] * 3
