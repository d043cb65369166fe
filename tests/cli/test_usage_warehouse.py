"""`advisor usage --from`: the same answer from files and real servers, and one clear message."""

from __future__ import annotations

import csv
import io
import json
import socket
import threading
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb
import pytest
from command_line import Run, run
from pyarrow import parquet
from usage_tables import UsageTable, drawn_table
from warehouses import Postgres, free_port, postgres_programs, postgres_running

from advisor.answers.usage.answer import AskedDays
from advisor.output.usage.flat import render_csv

NUMBER = 6_000
BY = ("person", "month", "priced_as")
ZONE = "Europe/Berlin"
WORDS = ("--by", ",".join(BY), "--timezone", ZONE, "--format", "csv")
SECRET = "hunter2"  # noqa: S105
COLUMNS = (
    "ts {moment}, source text, provider text, model text, speed text, service_tier text, geo text, "
    "person text, input bigint, cache_write bigint, cache_write_1h bigint, cache_read bigint, "
    "output bigint, reasoning bigint, context bigint"
)
needs_postgres = pytest.mark.skipif(
    postgres_programs() is None or find_spec("psycopg") is None,
    reason="no PostgreSQL server, or no psycopg, is installed",
)


@pytest.fixture(scope="module")
def drawn() -> UsageTable:
    """Draw calls once."""
    return drawn_table(NUMBER, seed=8)


@pytest.fixture(scope="module")
def file(drawn: UsageTable, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write them as Parquet."""
    path = tmp_path_factory.mktemp("usage") / "usage.parquet"
    parquet.write_table(drawn.table, path)
    return path


@pytest.fixture(scope="module")
def expected(drawn: UsageTable) -> list[dict[str, str]]:
    """Return the rows that logs of the same calls give."""
    return rows(render_csv(drawn.answer(BY, AskedDays(ZONE))))


@pytest.fixture(scope="module")
def server(drawn: UsageTable) -> Iterator[Postgres]:
    """Run PostgreSQL with the table in three forms, and with a reader who may see two of them."""
    psycopg: Any = import_module("psycopg")
    programs = postgres_programs()
    assert programs is not None
    with postgres_running(programs) as found, psycopg.connect(found.url, autocommit=True) as told:
        told.execute("set timezone = 'UTC'")
        lines = list(zip(*drawn.table.to_pydict().values(), strict=True))
        for name, moment in (("usage", "timestamptz"), ("plain", "timestamp")):
            told.execute(f"create table {name} ({COLUMNS.format(moment=moment)})")
            with told.cursor().copy(f"copy {name} from stdin") as copy:
                for line in lines:
                    copy.write_row(line)
        told.execute("create table secret as select * from usage limit 1")
        told.execute("create table twice as select *, row_number() over () as call from usage")
        told.execute("insert into twice select * from twice")
        told.execute("create table odd (ts text, model text, input float8)")
        told.execute("create role reader login")
        told.execute("grant select on usage, plain, twice, odd to reader")
        told.execute("revoke temporary on database postgres from public")
        yield found


def rows(text: str) -> list[dict[str, str]]:
    """Read CSV, in a settled order."""
    return sorted(csv.DictReader(io.StringIO(text)), key=lambda row: [row[name] for name in BY])


def reader(server: Postgres, table: str = "usage") -> tuple[str, ...]:
    """Return the words that ask a table as somebody who may only read."""
    return ("--from", server.url.replace("postgres@", "reader@"), "--table", table)


def asked(*words: str, environment: dict[str, str] | None = None) -> Run:
    """Ask."""
    return run("usage", *words, *WORDS, environment=environment)


def test_a_parquet_file_says_what_logs_say(file: Path, expected: list[dict[str, str]]) -> None:
    """To the last digit: rows by people, months of Berlin and prices."""
    ended = asked("--from", str(file))

    assert (ended.code, rows(ended.out)) == (0, expected)


def test_a_duckdb_file_is_read_and_not_written(
    file: Path, expected: list[dict[str, str]], tmp_path: Path
) -> None:
    """Zoned moments and other names give the same, and the file is the same after."""
    path = tmp_path / "own.duckdb"
    with duckdb.connect(str(path)) as engine:
        engine.execute("set timezone = 'UTC'")
        engine.execute(
            f"create table calls as select * exclude (ts, input), ts::timestamptz as made, "  # noqa: S608
            f"input as prompt from '{file}'"
        )
    before = path.read_bytes()
    ended = asked("--from", str(path), "--table", "calls", "--columns", "ts=made,input=prompt")

    assert (ended.code, rows(ended.out)) == (0, expected)
    assert path.read_bytes() == before


@needs_postgres
@pytest.mark.parametrize("table", ["usage", "plain", "public.usage"])
def test_postgresql_says_the_same(
    server: Postgres, table: str, expected: list[dict[str, str]]
) -> None:
    """A reader without any other right gets DuckDB's digits, with a zone or without one."""
    ended = asked(*reader(server, table))

    assert (ended.code, rows(ended.out)) == (0, expected)


@needs_postgres
def test_calls_that_stand_there_twice_count_once_by_their_id(
    server: Postgres, expected: list[dict[str, str]]
) -> None:
    """With `--columns id=…` a doubled table gives the same sums, without it twice the calls."""
    once = asked(*reader(server, "twice"), "--columns", "id=call")
    twice = asked(*reader(server, "twice"))

    assert rows(once.out) == expected
    assert sum(int(row["calls"]) for row in rows(twice.out)) == 2 * NUMBER


@needs_postgres
@pytest.mark.parametrize(
    ("table", "more", "code", "said"),
    [
        ("secret", (), 3, "gives you no right to read it"),
        ("nothing", (), 2, "has no table nothing"),
        ("usage", ("--by", "project"), 2, "the table has no column 'project'"),
        ("odd", (), 2, "'ts' is text: ts takes a time stamp"),
        ("usage", ("--columns", "person=persn"), 2, "did you mean `person`"),
    ],
)
def test_what_a_server_lacks_is_one_message(
    server: Postgres, table: str, more: tuple[str, ...], code: int, said: str
) -> None:
    """A right, a table, a column or a type that is not there ends it, and nothing is printed."""
    ended = run("usage", *reader(server, table), *more)

    assert (ended.code, ended.out) == (code, "")
    assert said in ended.err
    assert "reader" not in ended.err


@needs_postgres
def test_a_slow_server_is_not_waited_for(server: Postgres) -> None:
    """A table that somebody holds locked ends it after the seconds that were given."""
    psycopg: Any = import_module("psycopg")
    with psycopg.connect(server.url) as other:
        other.execute("lock table usage in access exclusive mode")
        ended = run("usage", *reader(server), "--timeout", "1")

    assert (ended.code, ended.out) == (3, "")
    assert "did not answer within 1 seconds" in ended.err


@needs_postgres
def test_a_database_that_is_not_there_is_named(server: Postgres) -> None:
    """The message names the database, and not who asked."""
    ended = run("usage", "--from", f"postgres://reader@127.0.0.1:{server.port}/elsewhere")

    assert ended.code == 2
    assert "has no such database" in ended.err


@needs_postgres
def test_files_are_whole_or_not_there(server: Postgres, tmp_path: Path) -> None:
    """Where the engine gives no answer no file is written; where it does all are."""
    wanted = [tmp_path / "a.json", tmp_path / "a.focus.csv", tmp_path / "a.parquet"]
    outputs = [word for path in wanted for word in ("-o", str(path))]
    failed = run("usage", *reader(server, "secret"), *outputs)
    left = list(tmp_path.iterdir())
    ended = run("usage", *reader(server), *outputs)

    assert (failed.code, left, ended.code) == (3, [], 0)
    assert json.loads(wanted[0].read_text(encoding="utf-8"))["total"]["calls"] == NUMBER
    assert all(path.stat().st_size > 1_000 for path in wanted)


@pytest.mark.skipif(find_spec("psycopg") is None, reason="psycopg is not installed")
def test_a_server_that_is_down_is_said(tmp_path: Path) -> None:
    """Nobody listens: one sentence with the host, without the user and the password."""
    url = f"postgres://ann@127.0.0.1:{free_port()}/wh"
    ended = run("usage", "--from", url, environment={"PGPASSWORD": SECRET})

    assert (ended.code, ended.out) == (3, "")
    assert "cannot be reached" in ended.err
    assert len(ended.err.strip().splitlines()) == 2
    assert SECRET not in ended.err
    assert "ann@" not in ended.err


@pytest.mark.skipif(find_spec("psycopg") is None, reason="psycopg is not installed")
def test_a_server_that_never_answers_is_given_up() -> None:
    """Something accepts and stays silent: after ten seconds it counts as out of reach."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        threading.Thread(target=silent.accept, daemon=True).start()
        ended = run("usage", "--from", f"postgres://127.0.0.1:{silent.getsockname()[1]}/wh")

    assert ended.code == 3
    assert "cannot be reached" in ended.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--from", f"postgres://a:{SECRET}@db/wh"), "PGPASSWORD"),
        (("--from", "a.parquet", "--home", "x"), "goes without --home"),
        (("--from", "a.parquet", "--timeout", "soon"), "no number of seconds"),
        (("--from", "a.parquet", "--columns", "modl=x"), "did you mean `model`"),
        (("--from", "nowhere.parquet"), "nowhere.parquet"),
    ],
)
def test_wrong_words_are_one_message(
    words: tuple[str, ...], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What can't be asked ends with 2 and one sentence, and no password is repeated."""
    monkeypatch.chdir(tmp_path)
    ended = run("usage", *words)

    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err
    assert SECRET not in ended.err


@pytest.mark.slow
@pytest.mark.skipif(find_spec("pyspark") is None, reason="pyspark is not installed")
def test_spark_says_the_same(file: Path, expected: list[dict[str, str]]) -> None:
    """A local session over the same file gives DuckDB's digits."""
    ended = asked("--from", "spark://local[2]", "--table", str(file))

    assert (ended.code, rows(ended.out)) == (0, expected)


def test_a_parquet_file_that_is_not_there_is_no_missing_table(tmp_path: Path) -> None:
    """It is said that there is no such file; `--table` would not help."""
    ended = run("usage", "--from", str(tmp_path / "nowhere.parquet"))
    assert ended.code == 2
    assert "there is no such file" in ended.err
    assert "--table" not in ended.err


@pytest.mark.parametrize("moment", ["ts", "timestamp"])
def test_an_export_of_the_table_gives_the_same_sum(moment: str, tmp_path: Path) -> None:
    """A CSV file with the columns of a usage table is read without saying which holds the day."""
    calls = tmp_path / "calls.csv"
    calls.write_text(
        f"{moment},model,input,output,person\n"
        "2026-11-03T10:00:00Z,claude-opus-5-5,1000000,1000,ana\n"
        "2026-11-04T11:00:00Z,claude-sonnet-5-5,500000,2000,ben\n",
        encoding="utf-8",
    )
    parquet_file = tmp_path / "calls.parquet"
    duckdb.read_csv(str(calls)).write_parquet(str(parquet_file))
    by = ("--by", "person", "--format", "json", "--no-store")
    there = run("usage", "--from", str(parquet_file), "--columns", f"ts={moment}", *by)
    here = run("usage", str(calls), *by)
    costs = [[one["cost"] for one in json.loads(run_.out)["rows"]] for run_ in (there, here)]
    assert costs[0] == costs[1]
    assert len(costs[0]) == 2
