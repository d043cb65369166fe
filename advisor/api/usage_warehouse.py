"""`advisor usage --from`: a usage table that stays where it lives. Loads ibis and a driver."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from advisor.answers.usage.answer import Gathered
from advisor.answers.usage.asking import OF_ROWS, Warehouse, gather_there
from advisor.api.usage_asked import AskedUsage, columns_of
from advisor.api.usage_reading import days_of, plans_of, rate_book
from advisor.errors import AdvisorError, InputError
from advisor.load.warehouse.address import Address, address_of
from advisor.load.warehouse.columns import check_names
from advisor.load.warehouse.failures import failed
from advisor.load.warehouse.session import Session, limited, opened, rows_of
from advisor.load.warehouse.usage_table import small_table, usage_table
from advisor.tables.usage import DIMENSIONS

TABLE = "usage"
"""What the table is called where nobody says it."""
SECONDS = 600
_NOT_BY_ROWS = {"clickhouse"}
"""Engines whose rows by people, projects and homes came out other than those of logs."""


def gathered_there(
    asked: AskedUsage,
    environment: Mapping[str, str],
    wanted: Sequence[tuple[str, ...]],
    by: Sequence[str],
) -> Gathered:
    """Ask the table, and add up what comes back.

    Raises InputError for wrong words, a table or columns that are not there, MissingError where the
    engine can't be reached or gives no answer.
    """
    _check_alone(asked)
    address = address_of(asked.warehouse or "")
    seconds = _seconds(asked.timeout)
    check_rows_there(address.engine, wanted)
    columns = columns_of(asked.columns)
    check_names(columns)
    book = rate_book(environment, may_write=not asked.no_store)
    days = days_of(asked)._replace(plan_of=plans_of(asked, book))
    table = asked.table or TABLE
    with _told(address, table, seconds, environment):
        session = opened(address, seconds, environment)
        try:
            with limited(session):
                calls = usage_table(session, table, columns)
                _check_rows(by, wanted, calls.columns)
                return gather_there(_warehouse(session, calls), book, days, wanted)
        finally:
            session.close()


def _warehouse(session: Session, calls: object) -> Warehouse:
    return Warehouse(
        calls,
        lambda table: small_table(session, table),
        lambda relation: rows_of(session, relation),
    )


@contextmanager
def _told(
    address: Address, table: str, seconds: int, environment: Mapping[str, str]
) -> Iterator[None]:
    """Turn what a driver raises or warns of into one sentence, or none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except AdvisorError:
        raise
    except Exception as error:  # every driver has classes of its own, and some raise plain ones
        raise failed(address, table, seconds, error, environment) from error


def _check_alone(asked: AskedUsage) -> None:
    """Raise InputError for words that speak of logs, which are not read here."""
    others = {
        "PATH": asked.paths, "--home": asked.homes, "--merge": asked.merge,
        "--store": asked.store, **{f"--{name}": [path] for name, path in asked.agents},
    }  # fmt: skip
    for name, given in others.items():
        if given:
            raise InputError.of(f"goes without {name}: the table alone is asked", key="--from")


def _seconds(text: str | None) -> int:
    if text is None:
        return SECONDS
    if text.isascii() and text.isdecimal() and 0 < int(text) <= 86_400:
        return int(text)
    raise InputError.of(f"{text!r} is no number of seconds, 1 to 86400", key="--timeout")


def check_rows_there(engine: str, wanted: Sequence[Sequence[str]]) -> None:
    """Raise InputError for rows whose sums an engine is known to get wrong."""
    found = [one for one in OF_ROWS if any(one in names for names in wanted)]
    if engine in _NOT_BY_ROWS and found:
        others = ", ".join(one for one in DIMENSIONS if one not in OF_ROWS)
        raise InputError.of(
            f"rows by {', '.join(found)} did not add up when tried on {engine}: none are given "
            "there, nor files that need them, such as .focus.csv",
            key="--from",
            hint=f"--by {others} are exact; or read the calls from a Parquet file",
        )


def _check_rows(
    by: Sequence[str], wanted: Sequence[tuple[str, ...]], columns: Sequence[str]
) -> None:
    for name in {one for names in wanted for one in names} & {*OF_ROWS}:
        if name not in columns and any(name in said for said in by):
            message = f"the table has no column {name!r}"
            raise InputError.of(message, key="--by", hint=f"--columns {name}=… says which it is")
