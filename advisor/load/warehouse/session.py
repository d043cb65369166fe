"""A session with an engine: in UTC, with a limit of time, and without writing anything there.

Credentials are the driver's own affair: the environment, or the files that it reads. Each engine is
loaded where it is asked for.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any, NamedTuple

from advisor.load.warehouse.address import Address

CONNECT = 10
"""Seconds to wait for an engine to answer at all."""
NAME = "advisor"
Backend = Any
"""A backend of ibis."""


class Session(NamedTuple):
    """An open session; `stop` ends what runs in it, `close` ends it."""

    address: Address
    backend: Backend
    seconds: int
    stop: Callable[[], None]
    close: Callable[[], None]


def _ibis(engine: str) -> Any:
    """Return what ibis has for an engine. Raises ImportError where its driver isn't there."""
    return import_module(f"ibis.backends.{engine}").Backend()


def _duckdb(address: Address, _: int, __: Mapping[str, str]) -> tuple[Backend, Callable[[], None]]:
    path = address.path[0]
    backend = _ibis("duckdb")
    if path.endswith(".parquet"):
        backend.do_connect()
    else:
        backend.do_connect(path, read_only=True)
    backend.con.execute("set timezone='UTC'").fetchall()
    return backend, backend.con.interrupt


def _postgres(
    address: Address, seconds: int, _: Mapping[str, str]
) -> tuple[Backend, Callable[[], None]]:
    settings = {
        "statement_timeout": f"{seconds}s", "timezone": "UTC",
        "default_transaction_read_only": "on",
        # Values of several columns go together, which the planner doesn't know: it expects one row
        # of a join, and then compares every row with every other, or sorts all of them on disk.
        "enable_nestloop": "off", "enable_mergejoin": "off", "enable_sort": "off",
    }  # fmt: skip
    given = {"user": address.user, "host": address.host, "port": address.port, **address.words}
    backend = _ibis("postgres")
    backend.do_connect(
        **({"port": None} | {name: value for name, value in given.items() if value}),
        database="/".join(address.path) or None,
        connect_timeout=CONNECT,
        application_name=NAME,
        options=" ".join(f"-c {name}={value}" for name, value in settings.items()),
    )
    return backend, backend.con.cancel_safe


def _clickhouse(
    address: Address, seconds: int, environment: Mapping[str, str]
) -> tuple[Backend, Callable[[], None]]:
    backend = _ibis("clickhouse")
    backend.do_connect(
        host=address.host or "localhost",
        port=address.port,
        user=address.user or environment.get("CLICKHOUSE_USER", "default"),
        password=environment.get("CLICKHOUSE_PASSWORD", ""),
        database="/".join(address.path) or "default",
        secure=address.words.get("secure", "") in {"1", "true"},
        client_name=NAME,
        connect_timeout=CONNECT,
        send_receive_timeout=seconds + CONNECT,
        settings={
            # A join without a match gives 0 otherwise, and what has no price would cost nothing.
            "join_use_nulls": 1,
            "session_timezone": "UTC",
            "max_execution_time": seconds,
            "cancel_http_readonly_queries_on_client_close": 1,
        },
    )
    return backend, lambda: None


def _spark(address: Address, _: int, __: Mapping[str, str]) -> tuple[Backend, Callable[[], None]]:
    sql: Any = import_module("pyspark.sql")
    builder = sql.SparkSession.builder.appName(NAME).config("spark.sql.session.timeZone", "UTC")
    builder = builder.config("spark.ui.showConsoleProgress", "false")
    if address.host:
        place = f"{address.host}:{address.port}" if address.port else address.host
        builder = builder.master(place if place.startswith("local") else f"spark://{place}")
        if place.startswith("local"):  # nothing listens beyond this machine
            builder = builder.config("spark.driver.bindAddress", "127.0.0.1")
            builder = builder.config("spark.driver.host", "127.0.0.1")
            builder = builder.config("spark.ui.enabled", "false")
    session = builder.getOrCreate()
    backend = _ibis("pyspark")
    backend.do_connect(session)
    if address.path:
        session.catalog.setCurrentDatabase(".".join(address.path))
    return backend, session.sparkContext.cancelAllJobs


def _bigquery(
    address: Address, seconds: int, _: Mapping[str, str]
) -> tuple[Backend, Callable[[], None]]:
    bigquery: Any = import_module("google.cloud.bigquery")
    # The application's default credentials alone: ibis would open a browser, and keep a token.
    credentials, _project = import_module("google.auth").default(
        scopes=["https://www.googleapis.com/auth/bigquery"]
    )
    backend = _ibis("bigquery")
    backend.do_connect(
        project_id=address.host,
        dataset_id=".".join(address.path),
        credentials=credentials,
        application_name=NAME,
        location=address.words.get("location"),
    )
    backend.client.default_query_job_config = bigquery.QueryJobConfig(
        use_legacy_sql=False, job_timeout_ms=seconds * 1_000
    )
    return backend, lambda: None


def _snowflake(
    address: Address, seconds: int, environment: Mapping[str, str]
) -> tuple[Backend, Callable[[], None]]:
    given = {
        "user": address.user, "account": address.host, "database": "/".join(address.path),
        "password": environment.get("SNOWFLAKE_PASSWORD", ""), **address.words,
    }  # fmt: skip
    backend = _ibis("snowflake")
    backend.do_connect(
        create_object_udfs=False,  # they would be made in the account
        login_timeout=CONNECT,
        session_parameters={"STATEMENT_TIMEOUT_IN_SECONDS": seconds, "WEEK_START": 0},
        **{name: value for name, value in given.items() if value},
    )
    return backend, lambda: None


_OPENERS = {
    "duckdb": _duckdb, "postgres": _postgres, "clickhouse": _clickhouse, "spark": _spark,
    "bigquery": _bigquery, "snowflake": _snowflake,
}  # fmt: skip


def opened(address: Address, seconds: int, environment: Mapping[str, str]) -> Session:
    """Open a session. Raises whatever its driver raises, ImportError where it isn't installed."""
    backend, stop = _OPENERS[address.engine](address, seconds, environment)
    return Session(address, backend, seconds, stop, backend.disconnect)


def rows_of(session: Session, relation: Any) -> Iterator[dict[str, Any]]:
    """Yield the rows of a relation, decimals as they are; the engine is asked once."""
    if session.address.engine == "postgres":
        # ibis would declare a cursor, and what runs under one is never split among workers.
        with session.backend.con.cursor() as cursor:
            cursor.execute(session.backend.compile(relation))
            names = [column.name for column in cursor.description]
            for row in cursor:
                yield dict(zip(names, row, strict=True))
        return
    if session.address.engine == "spark":  # by arrow alone, as pandas would turn days and decimals
        found = session.backend.raw_sql(session.backend.compile(relation)).toArrow()
    else:
        found = session.backend.to_pyarrow(relation)
    for batch in found.to_batches(max_chunksize=10_000):
        yield from batch.to_pylist()


@contextmanager
def limited(session: Session) -> Iterator[None]:
    """End what runs inside after the session's seconds, where the engine has no limit of its own.

    An interruption ends it, too. Raises TimeoutError.
    """
    late = threading.Event()

    def end() -> None:
        late.set()
        session.stop()

    clock = threading.Timer(session.seconds + 1, end)
    clock.daemon = True
    clock.start()
    try:
        yield
    except KeyboardInterrupt:
        session.stop()
        raise
    except Exception as error:
        if late.is_set():
            raise TimeoutError from error
        raise
    finally:
        clock.cancel()
