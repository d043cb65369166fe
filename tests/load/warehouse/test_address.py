"""Where a usage table lives is read from a URL, and no URL may hold a password."""

from __future__ import annotations

import pytest

from advisor.errors import InputError
from advisor.load.warehouse.address import Address, address_of

SECRET = "hunter2"  # noqa: S105


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "postgres://ann@db.example.com:5433/wh?sslmode=require",
            Address("postgres", "ann", "db.example.com", 5433, ("wh",), {"sslmode": "require"}),
        ),
        ("postgresql://db/wh", Address("postgres", "", "db", None, ("wh",), {})),
        ("postgres:///wh", Address("postgres", path=("wh",), words={})),
        ("postgres://[::1]:5432/wh", Address("postgres", "", "[::1]", 5432, ("wh",), {})),
        ("spark://local[2]", Address("spark", "", "local[2]", words={})),
        ("spark://host:7077/sales", Address("spark", "", "host", 7077, ("sales",), {})),
        ("bigquery://project/set", Address("bigquery", "", "project", None, ("set",), {})),
        ("duckdb:///data/a.duckdb", Address("duckdb", path=("/data/a.duckdb",))),
        ("calls.parquet", Address("duckdb", path=("calls.parquet",))),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_url_says_where(text: str, found: Address) -> None:
    """Engine, user, host, port, path and words are told apart."""
    assert address_of(text) == found


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        (f"postgres://ann:{SECRET}@db/wh", "PGPASSWORD"),
        (f"postgres://db/wh?password={SECRET}", "PGPASSWORD"),
        (f"clickhouse://ann:{SECRET}@db/wh", "CLICKHOUSE_PASSWORD"),
        (f"snowflake://ann:{SECRET}@account/db", "connections.toml"),
        (f"bigquery://:{SECRET}@project", "gcloud auth"),
    ],
)
def test_a_password_is_refused_and_not_repeated(text: str, instead: str) -> None:
    """The message says where the password belongs instead, and does not hold it."""
    with pytest.raises(InputError, match="holds a password") as raised:
        address_of(text)

    assert instead in str(raised.value)
    assert SECRET not in str(raised.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mysql://db/wh", "'mysql' is not one of"),
        ("postgress://db/wh", "did you mean `postgres`"),
        ("postgres://db:port/wh", "no number below"),
        ("postgres://db/wh?sslmod=require", "did you mean `sslmode`"),
        ("usage.xlsx", "is none of"),
        ("duckdb://a.duckdb?x=1", "takes no words"),
    ],
)
def test_a_wrong_url_is_named(text: str, said: str) -> None:
    """What can't be read is said, with what was meant where that is near."""
    with pytest.raises(InputError, match=said):
        address_of(text)


def test_an_address_is_shown_without_its_user() -> None:
    """Messages name the host and the database, and nobody."""
    assert str(address_of("postgres://ann@db:5433/wh?sslmode=require")) == "postgres://db:5433/wh"


@pytest.mark.parametrize(
    "text",
    [
        f"postgres:/ann:{SECRET}@db/wh",
        f"ann:{SECRET}@db/wh",
        f"duckdb://ann:{SECRET}@db/wh.duckdb",
    ],
)
def test_a_mistyped_address_is_refused_without_its_password(text: str) -> None:
    """A URL with a slash too few is no path that a message may repeat."""
    with pytest.raises(InputError) as found:
        address_of(text)
    assert SECRET not in str(found.value)
