"""A usage table as every engine has it: columns by their meaning, moments in UTC without a zone.

Whole numbers that are null count as 0 and texts that are null are empty, so that nothing later has
to think of them; a row without a moment is in no sum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import ibis
import pyarrow as pa
import sqlglot.expressions as sge

from advisor.load.warehouse.columns import IDENTITY, MOMENT, TEXTS, columns_in
from advisor.load.warehouse.session import Session
from advisor.token_classes import PROMPT_CLASSES, TOKEN_CLASSES

Relation = Any
"""A table of ibis."""
_PARQUET = ".parquet"
_WRITTEN_OUT = {"postgres", "snowflake", "bigquery", "spark"}
"""Engines to which a small table goes in the text of the query: ibis would make one there, which
takes a right that readers lack, or hand it over by pandas."""


def usage_table(session: Session, table: str, asked: Sequence[tuple[str, str]]) -> Relation:
    """Return the usage table with the columns that the product speaks of.

    Raises InputError for columns that are missing or of a wrong type, else what the driver raises.
    """
    raw = _table(session, table)
    kinds = {name: _kind(of) for name, of in raw.schema().items()}
    names = columns_in(kinds, asked, table or str(session.address))
    if IDENTITY in names:
        raw = _once_each(raw, names)
    return _meant(raw, names, session.address.engine)


def _table(session: Session, table: str) -> Relation:
    backend, address = session.backend, session.address
    if address.engine == "duckdb" and address.path[0].endswith(_PARQUET):
        return backend.read_parquet(address.path[0])
    if address.engine == "spark" and "/" in table:
        return backend.read_parquet(table)
    *database, name = table.split(".")
    return backend.table(name, database=tuple(database) if len(database) > 1 else
                         database[0] if database else None)  # fmt: skip


def _kind(of: Any) -> str:
    """Say what kind of values a column holds."""
    if of.is_timestamp() or of.is_date():
        return "moment"
    if of.is_string():
        return "text"
    if of.is_integer() or (of.is_decimal() and of.scale == 0):
        return "number"
    return str(of)


def _once_each(raw: Relation, names: Mapping[str, str]) -> Relation:
    """Count a call once that several rows hold: the larger, then the earlier record."""
    size = sum((_whole(raw[names[one]]) for one in TOKEN_CLASSES if one in names), ibis.literal(0))
    place = ibis.row_number().over(
        group_by=raw[names[IDENTITY]], order_by=[size.desc(), raw[names[MOMENT]].asc()]
    )
    numbered = raw.mutate(place_of_record=place)
    is_first = (numbered.place_of_record == 0) | numbered[names[IDENTITY]].isnull()
    return numbered.filter(is_first)


def _meant(raw: Relation, names: Mapping[str, str], engine: str) -> Relation:
    columns: dict[str, Any] = {MOMENT: _in_utc(raw[names[MOMENT]], engine)}
    columns |= {one: raw[names[one]].fill_null("") for one in TEXTS if one in names}
    nothing = ibis.literal(0, "int64")
    for one in TOKEN_CLASSES:
        columns[one] = _whole(raw[names[one]]) if one in names else nothing
    if "reasoning" in names:
        columns["reasoning"] = _whole(raw[names["reasoning"]])
    columns["calls"] = _whole(raw[names["calls"]]) if "calls" in names else nothing + 1
    prompt = sum((columns[one] for one in PROMPT_CLASSES[1:]), columns[PROMPT_CLASSES[0]])
    if "context" in names:
        columns["context"] = _whole(raw[names["context"]])
    elif "calls" in names:  # a row of several calls has a prompt of none
        columns["context"] = ibis.ifelse(columns["calls"] == 1, prompt, nothing)
    else:
        columns["context"] = prompt
    return raw.filter(raw[names[MOMENT]].notnull()).select(**columns)


def _whole(column: Relation) -> Relation:
    return column.cast("int64").fill_null(0)


def _in_utc(column: Relation, engine: str) -> Relation:
    """Return moments without a zone, in UTC, as the session is; ClickHouse's keep that zone."""
    if engine == "clickhouse":
        return column.cast("timestamp('UTC', 6)")
    return (
        column.cast("timestamp(6)")
        if engine in {"duckdb", "postgres"}
        else column.cast("timestamp")
    )


def small_table(session: Session, table: pa.Table) -> Relation:
    """Return a small table of ours as a relation there, without writing anything."""
    if session.address.engine not in _WRITTEN_OUT:
        return ibis.memtable(table)
    schema = ibis.memtable(table).schema()
    return session.backend.sql(written_out(table, schema, session.backend.dialect), schema=schema)


def written_out(table: pa.Table, schema: Any, dialect: Any) -> str:
    """Return a table as the text of a query; every column is told its type."""
    rows = [tuple(_literal(cell) for cell in row.values()) for row in table.to_pylist()]
    nothing = [tuple(sge.null() for _ in schema)]
    listed = sge.values(rows or nothing, alias="listed", columns=list(schema))
    types = {"int64": "BIGINT", "string": "TEXT"}
    query = sge.select(
        *(
            sge.cast(sge.column(name, quoted=True), types.get(str(of), "TIMESTAMP")).as_(
                name, quoted=True
            )
            for name, of in schema.items()
        )
    ).from_(listed)
    return str((query if rows else query.where(sge.false())).sql(dialect))


def _literal(cell: Any) -> Any:
    return sge.convert(cell if isinstance(cell, int | str) else cell.isoformat(sep=" "))
