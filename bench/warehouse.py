"""One usage table in several engines: the same totals to the cent, and how long each takes.

    python bench/warehouse.py --calls 5000000 [--runs 3] [--engines duckdb,spark]

The table is made by DuckDB, the same for every run: each model of the price tables that has a
price, a year, prompts on both sides of every tier, 200 people. PostgreSQL gets it by COPY into a
server that is started for this on loopback, Spark and DuckDB read the Parquet file, ClickHouse
(chdb behind a small HTTP front) a MergeTree table. Engines are asked in turns, `--runs` times.

`--explain ROWS` runs nothing large: it prints how DuckDB would answer both questions of a table
that is repeated to so many rows, operator by operator with the rows that it expects of each.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb

from advisor.answers.usage.answer import AskedDays, usage_answer
from advisor.answers.usage.asking import Warehouse, gather_there
from advisor.answers.usage.rates import rates_of
from advisor.answers.usage.tariffs import Selector, Tariffs
from advisor.load.price_book import read_price_book
from advisor.load.warehouse.address import address_of
from advisor.load.warehouse.session import Session, opened, rows_of
from advisor.load.warehouse.usage_table import small_table, usage_table
from advisor.model.rates import RateBook
from advisor.tables.usage import FEMTO, UsageAnswer

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "support"))

from warehouses import clickhouse_running, postgres_programs, postgres_running

HOUR = 3_600
BY = ("model", "month")
COLUMNS = "ts, source, provider, model, speed, person, input, cache_write, cache_read, output"
TYPES = (
    "ts timestamptz, source text, provider text, model text, speed text, person text, "
    "input bigint, cache_write bigint, cache_read bigint, output bigint"
)
DRAWN = """
select
  timestamp '2026-01-01' + to_microseconds(cast(hash(i) % 31536000000000 as bigint)) as ts,
  list_value('claude-code', 'codex', 'opencode')[1 + cast(hash(i, 1) % 3 as bigint)] as source,
  '' as provider,
  {models}[1 + cast(hash(i, 2) % {number} as bigint)] as model,
  if(hash(i, 3) % 20 = 0, 'batch', 'standard') as speed,
  'person-' || hash(i, 4) % 200 as person,
  cast(exp((hash(i, 5) % 1000000) / 1e6 * 10) as bigint) as input,
  cast(exp((hash(i, 6) % 1000000) / 1e6 * 11) as bigint) as cache_write,
  cast(exp((hash(i, 7) % 1000000) / 1e6 * 12.8) as bigint) as cache_read,
  cast(exp((hash(i, 8) % 1000000) / 1e6 * 9) as bigint) as output
from range({calls}) as numbers(i)
"""


def timed(ask: Callable[..., Any], *given: object) -> tuple[float, Any]:
    """Return seconds and the answer."""
    begin = time.perf_counter()
    found = ask(*given)
    return time.perf_counter() - begin, found


def write(path: Path, calls: int, book: RateBook) -> None:
    """Write the table of usage."""
    tariffs = Tariffs(book)
    names = [
        name.partition("/")[2]
        for name in book.full_names
        if any(one.bands for one in tariffs.of(Selector(model=name.partition("/")[2])))
    ]
    listed = ", ".join(f"'{name}'" for name in names)
    query = DRAWN.format(models=f"list_value({listed})", number=len(names), calls=calls)
    duckdb.sql(f"copy ({query}) to '{path}' (format parquet)")


@contextmanager
def in_postgres(path: Path) -> Iterator[tuple[str, str]]:
    """Start a server and copy the table into it."""
    import psycopg

    programs = postgres_programs()
    if programs is None:
        raise SystemExit("no PostgreSQL is installed")
    with postgres_running(programs) as server:
        rows = server.folder / "usage.csv"
        duckdb.sql(f"copy (select {COLUMNS} from '{path}') to '{rows}' (format csv, header false)")
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute("set timezone = 'UTC'")
            connection.execute(f"create unlogged table usage ({TYPES})")
            seconds, _ = timed(lambda: connection.execute(f"copy usage from '{rows}' (format csv)"))
            rows.unlink()
            connection.execute("vacuum analyze usage")
        print(f"PostgreSQL: copied in {seconds:.0f} s", flush=True)
        yield server.url, "usage"


@contextmanager
def in_clickhouse(path: Path) -> Iterator[tuple[str, str]]:
    """Start an engine and copy the table into it."""
    with clickhouse_running() as server:
        server.tell(
            f"create table usage engine MergeTree order by tuple() as select {COLUMNS} "
            f"from file('{path}', Parquet)"
        )
        yield server.url, "usage"


@contextmanager
def as_file(path: Path) -> Iterator[tuple[str, str]]:
    """Let DuckDB read the file."""
    yield str(path), ""


@contextmanager
def in_spark(path: Path) -> Iterator[tuple[str, str]]:
    """Let Spark read the file."""
    yield "spark://local[2]", str(path)


ENGINES = {
    "duckdb": as_file, "postgres": in_postgres, "spark": in_spark, "clickhouse": in_clickhouse,
}  # fmt: skip


def answered(session: Session, table: str, book: RateBook) -> UsageAnswer:
    """Ask what `advisor usage --from` asks."""
    warehouse = Warehouse(
        usage_table(session, table, ()),
        lambda small: small_table(session, small),
        lambda asked: rows_of(session, asked),
    )
    return usage_answer(gather_there(warehouse, book, AskedDays(), [BY]), BY)


def explain(path: Path, calls: int, rows: int, book: RateBook) -> None:
    """Print DuckDB's plan of both questions, asked of the table repeated to so many rows."""
    session = opened(address_of(str(path)), HOUR, os.environ)
    connection = session.backend.con
    table = usage_table(session, "", ())
    named = "select view_name from duckdb_views() where not internal"  # list_tables needs DuckDB 1
    ((view,),) = connection.execute(named).fetchall()
    connection.execute(
        f'create temp view many as select u.* from "{view}" u, range({rows // calls}) as r(i)'
    )

    def told(relation: Any) -> Iterator[dict[str, Any]]:
        found = list(rows_of(session, relation))
        query = session.backend.compile(relation).replace(f'"{view}"', '"many"')
        (_, plan), *_ = connection.execute(f"explain (format json) {query}").fetchall()
        print(f"a question that {len(found):,} rows answer:")
        for depth, name, expected in operators(json.loads(plan)[0]):
            print(f"  {'  ' * depth}{name}: {expected} rows")
        yield from found

    warehouse = Warehouse(table, lambda small: small_table(session, small), told)
    gather_there(warehouse, book, AskedDays(), [BY])
    session.close()


def operators(node: dict[str, Any], depth: int = 0) -> Iterator[tuple[int, str, str]]:
    """Yield every operator of a plan, the last one first, with the rows that it should have."""
    told = node.get("extra_info", {}).get("Estimated Cardinality", "unknown")
    yield depth, node["name"].strip(), told
    for one in node.get("children", ()):
        yield from operators(one, depth + 1)


def cents(answer: UsageAnswer) -> dict[tuple[str, ...], int]:
    """Return femto-dollars by row."""
    return {tuple(row.names): sum(row.costs) for row in answer.rows}


def measure(path: Path, names: list[str], calls: int, book: RateBook, runs: int) -> None:
    """Ask every engine in turns."""
    with ExitStack() as stack:
        sessions = {}
        for name in names:
            url, table = stack.enter_context(ENGINES[name](path))
            seconds, session = timed(opened, address_of(url), HOUR, os.environ)
            stack.callback(session.close)
            print(f"{name}: a session in {seconds:.1f} s", flush=True)
            sessions[name] = session, table
        times: dict[str, list[float]] = {name: [] for name in names}
        found: dict[str, UsageAnswer] = {}
        for _ in range(runs):
            for name, (session, table) in sessions.items():
                seconds, found[name] = timed(answered, session, table, book)
                times[name].append(seconds)
                print(f"{name}: {seconds:.1f} s", flush=True)
    first = names[0]
    for name in names:
        ratios = [one / base for one, base in zip(times[name], times[first], strict=True)]
        same = cents(found[name]) == cents(found[first])
        print(f"{calls:,} calls | {name} | {statistics.median(times[name]):.1f} s | "
              f"{min(ratios):.1f} to {max(ratios):.1f} × {first} | "
              f"{(found[name].total.cost or 0) / FEMTO:,.2f} USD | "
              f"{'the same to the last digit' if same else 'DIFFERENT'}")  # fmt: skip


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=5_000_000)
    parser.add_argument("--engines", default="duckdb,postgres,spark,clickhouse")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--explain", type=int, default=0, metavar="ROWS")
    parser.add_argument("--folder", type=Path, default=None)
    given = parser.parse_args()
    book = RateBook(rates_of(read_price_book()))
    folder = Path(tempfile.mkdtemp(prefix="advisor-warehouse-", dir=given.folder))
    try:
        path = folder / "usage.parquet"
        seconds, _ = timed(lambda: write(path, given.calls, book))
        size = path.stat().st_size / 1e6
        versions = f"ibis {version('ibis-framework')}, DuckDB {duckdb.__version__}"
        print(f"Python {platform.python_version()}, {versions}: {size:,.0f} MB in {seconds:.0f} s")
        if given.explain:
            explain(path, given.calls, given.explain, book)
            return
        measure(path, given.engines.split(","), given.calls, book, given.runs)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
