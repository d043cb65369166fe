"""What an engine's driver raises, as one clear sentence: what is wrong, and what would help.

Drivers are told apart by what they say, as each has classes of its own and most say everything with
one of them. No sentence holds a user or a password.
"""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from advisor.errors import AdvisorError, InputError, MissingError
from advisor.load.warehouse.address import INSTEAD, Address

LONGEST = 300
EXTRA = "pip install 'ai-spend-advisor[{engine}]'"


class Failure(NamedTuple):
    """A kind of failure: how it is known, what is said of it, and whether the call was wrong."""

    mark: re.Pattern[str]
    said: str
    hint: str = ""
    is_input: bool = False


def _kind(mark: str, said: str, hint: str = "", *, is_input: bool = False) -> Failure:
    return Failure(re.compile(mark, re.IGNORECASE), said, hint, is_input)


_KINDS = (
    _kind(
        r"statement timeout|QueryCanceled|TIMEOUT_EXCEEDED|Timeout exceeded|Query interrupted"
        r"|INTERRUPT|job timed out|Job cancelled|exceeded the timeout|TimeoutError",
        "did not answer within {seconds} seconds",
        "--timeout SECONDS gives it longer; --since and --until ask less",
    ),
    _kind(
        r"password authentication failed|no password supplied|AUTHENTICATION_FAILED"
        r"|Authentication failed|Incorrect username or password|DefaultCredentialsError"
        r"|no pg_hba.conf entry|role \".*\" does not exist|Peer authentication"
        r"|invalid.credentials",
        "did not let you in",
        "{instead}",
    ),
    _kind(
        r"permission denied|Not enough privileges|ACCESS_DENIED|INSUFFICIENT_PRIVILEGES"
        r"|Insufficient privileges|not authorized|Access Denied|PERMISSION_DENIED",
        "gives you no right to read it: {words}",
        "ask its owner for SELECT on the table",
    ),
    _kind(
        r"could not translate host|Name or service not known|nodename nor servname"
        r"|name resolution|No address associated|UnknownHostException|NameResolutionError",
        "has no such host",
        is_input=True,
    ),
    _kind(
        r"database \".*\" does not exist|UNKNOWN_DATABASE|SCHEMA_NOT_FOUND|Not found: Dataset"
        r"|database .* does not exist",
        "has no such database",
        is_input=True,
    ),
    _kind(r"No files found", "there is no such file", is_input=True),
    _kind(
        r"TableNotFound|relation \".*\" does not exist|UNKNOWN_TABLE|TABLE_OR_VIEW_NOT_FOUND"
        r"|Table with name .* does not exist|Not found: Table|PATH_NOT_FOUND",
        "has no table {table}",
        "--table NAME says which, as in schema.table",
        is_input=True,
    ),
    _kind(
        r"Connection refused|timeout expired|timed out|unreachable|server closed the connection"
        r"|Connection reset|connection is lost|terminating connection|NewConnectionError"
        r"|ConnectTimeout|starting up|shutting down|No such file or directory.*Is the server"
        r"|JAVA_GATEWAY_EXITED|All masters are unresponsive",
        "cannot be reached: {words}",
        "is it running, and is the host and the port right?",
    ),
    _kind(r"Could not set lock|Conflicting lock", "is in use by another program: {words}"),
    _kind(
        r"Cannot open file|does not exist|not a valid DuckDB|not a Parquet|No magic bytes"
        r"|too small to be a Parquet",
        "cannot be read: {words}",
        is_input=True,
    ),
    _kind(
        r"OUT_OF_MEMORY|out of memory|MEMORY_LIMIT_EXCEEDED|No space left|disk full|DiskFull",
        "ran out of memory or disk: {words}",
        "--since and --until ask less",
    ),
)


def failed(
    address: Address,
    table: str,
    seconds: int,
    error: BaseException,
    environment: Mapping[str, str],
) -> AdvisorError:
    """Return what to raise in place of a driver's error."""
    if isinstance(error, ImportError):
        return _without_driver(address, error)
    whole = f"{type(error).__name__}: {error} {error.__cause__ or ''}"
    said = {
        "words": _words(address, error, environment), "table": table, "seconds": seconds,
        "instead": INSTEAD[address.engine],
    }  # fmt: skip
    found = next((one for one in _KINDS if one.mark.search(whole)), None)
    if found is None:
        return MissingError.of(f"could not answer: {said['words']}", file=str(address))
    kind = InputError if found.is_input else MissingError
    hint = found.hint.format(**said)
    return kind.of(found.said.format(**said), file=str(address), hint=hint)


def _without_driver(address: Address, error: ImportError) -> MissingError:
    missing = error.name or str(error)
    return MissingError.of(
        f"needs {missing}, which is not installed",
        file=str(address),
        hint=EXTRA.format(engine="warehouse" if address.engine == "duckdb" else address.engine),
    )


def _words(address: Address, error: BaseException, environment: Mapping[str, str]) -> str:
    """Return the first line of what a driver says, without who asked and what with."""
    lines = [one.strip() for one in str(error).splitlines() if one.strip()]
    said = lines[0] if lines else type(error).__name__
    for secret in _secrets(address, environment):
        said = said.replace(secret, "…")
    return said if len(said) <= LONGEST else f"{said[:LONGEST]}…"


def _secrets(address: Address, environment: Mapping[str, str]) -> Iterable[str]:
    named = [
        value
        for name, value in environment.items()
        if name in {"PGPASSWORD", "CLICKHOUSE_PASSWORD", "SNOWFLAKE_PASSWORD"} and value
    ]
    return sorted([*named, *([f'"{address.user}"'] if address.user else [])], key=len, reverse=True)
