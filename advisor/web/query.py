"""The part of an address behind the question mark, taken apart and put together."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import parse_qsl, urlencode

from advisor.errors import InputError


def taken_apart(query: str) -> list[tuple[str, str]]:
    """Return names and values in their order. Raises InputError for a query that is damaged."""
    try:
        return parse_qsl(query, keep_blank_values=True, errors="strict")
    except ValueError:  # a UnicodeDecodeError is one
        raise InputError.of("the link is damaged") from None


def put_together(pairs: Sequence[tuple[str, str]]) -> str:
    """Return the query of names and values."""
    return urlencode(pairs)
