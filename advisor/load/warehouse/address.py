"""Where a usage table lives, as a URL says it or a path. A password in it is refused.

`duckdb:///data/usage.duckdb` or the path of a .duckdb or .parquet file;
`postgres://user@host:5432/database`; `clickhouse://user@host:8123/database?secure=1`;
`spark://local[2]`, `spark://host:7077/database`; `bigquery://project/dataset`;
`snowflake://user@account/database/schema?warehouse=name`.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote

from advisor.errors import InputError, did_you_mean

ENGINES = ("duckdb", "postgres", "spark", "clickhouse", "bigquery", "snowflake")
_ALSO = {"postgresql": "postgres"}
_WORDS: Mapping[str, tuple[str, ...]] = {
    "postgres": ("sslmode", "service"),
    "clickhouse": ("secure",),
    "bigquery": ("location",),
    "snowflake": ("warehouse", "role"),
}
"""What may stand behind the question mark; everything else is refused, a password first."""
INSTEAD = {
    "duckdb": "a DuckDB file has none",
    "postgres": "put it into PGPASSWORD, ~/.pgpass or a service file (?service=NAME)",
    "spark": "let Spark's own configuration hold it",
    "clickhouse": "put it into CLICKHOUSE_PASSWORD",
    "bigquery": "log in with `gcloud auth application-default login`, or set "
    "GOOGLE_APPLICATION_CREDENTIALS",
    "snowflake": "put it into SNOWFLAKE_PASSWORD, or the account into connections.toml",
}
"""Where each engine's own credentials belong."""
PARQUET, DUCKDB = ".parquet", (".duckdb", ".ddb", ".db")


class Address(NamedTuple):
    """An engine, and what of it was named; `path` are the parts behind the host, or one file."""

    engine: str
    user: str = ""
    host: str = ""
    port: int | None = None
    path: tuple[str, ...] = ()
    words: Mapping[str, str] = {}

    def __str__(self) -> str:
        """Write it as a URL that names nobody."""
        port = f":{self.port}" if self.port else ""
        path = "".join(f"/{one.lstrip('/')}" for one in self.path)
        return f"{self.engine}://{self.host}{port}{path}"


def address_of(text: str) -> Address:
    """Read a URL or a path. Raises InputError for one that can't be read, or holds a password."""
    scheme, mark, rest = text.partition("://")
    if not mark:
        return _file(text)
    engine = _ALSO.get(scheme.lower(), scheme.lower())
    if engine not in ENGINES:
        hint = did_you_mean(engine, ENGINES)
        message = f"{engine!r} is not one of {', '.join(ENGINES)}"
        raise InputError.of(message, key="--from", hint=hint)
    where, _, query = rest.partition("?")
    who, at, host = where.partition("/")[0].rpartition("@")
    if engine == "duckdb" and not (at and ":" in who):
        return _file(unquote(where), query)
    user, colon, _ = who.partition(":")
    words = dict(parse_qsl(query, keep_blank_values=True))
    if (at and colon) or {"password", "passwd", "pwd"} & {one.lower() for one in words}:
        raise _with_password(engine)
    name, port = _port(host)
    path = tuple(unquote(one) for one in where.partition("/")[2].split("/") if one)
    found = Address(engine, unquote(user), name, port, path, words)
    _check_words(found)
    return found


def _with_password(engine: str) -> InputError:
    return InputError.of(
        "holds a password, which history and process lists would show",
        key="--from",
        hint=INSTEAD[engine],
    )


def _port(host: str) -> tuple[str, int | None]:
    """Take the port off a host; `local[2]` of Spark and `[::1]` have brackets of their own."""
    name, colon, port = host.rpartition(":")
    if not colon or "]" in port:
        return host, None
    if not (port.isascii() and port.isdecimal() and 0 < int(port) < 1 << 16):
        raise InputError.of("the port is no number below 65,536", key="--from")
    return name, int(port)


def _check_words(found: Address) -> None:
    known = _WORDS.get(found.engine, ())
    for word in found.words:
        if word not in known:
            named = f"one of {', '.join(known)}" if known else f"known for {found.engine}"
            hint = did_you_mean(word, known)
            raise InputError.of(f"?{word}= is not {named}", key="--from", hint=hint)


def _file(text: str, query: str = "") -> Address:
    """Read the path of a file, or a pattern of Parquet files."""
    path = str(Path(text).expanduser())
    if query:
        raise InputError.of("a DuckDB file takes no words behind a question mark", key="--from")
    if not path.endswith((PARQUET, *DUCKDB)):
        known = f"{', '.join((*DUCKDB, PARQUET))}, or a URL such as postgres://host/database"
        named = "what stands there" if "@" in text else repr(text)  # it may hold a password
        raise InputError.of(f"{named} is none of {known}", key="--from")
    return Address("duckdb", path=(path,))
