"""What is asked of real usage: which places, which days, grouped by what."""

from collections.abc import Sequence
from typing import NamedTuple

from advisor.answers.usage.days import (
    UTC,
    begins_in,
    date_of,
    days_since_1970,
    machine_zone,
)
from advisor.errors import InputError, did_you_mean
from advisor.load.usage.sources import SOURCES
from advisor.tables.usage import DIMENSIONS

AGENTS = [name for name, source in SOURCES.items() if source.is_agent]
AS_SOURCE = {"agent": "source"}
"""Another word for a dimension."""
HERE = "local"
"""What the machine's own time zone may be called."""


class AskedUsage(NamedTuple):
    """Whose usage is read, and of which days; `agents` are sources with a folder or file each.

    `warehouse` is where a usage table lives, `merge` the stores of many machines.
    """

    paths: Sequence[str] = ()
    homes: Sequence[str] = ()
    agents: Sequence[tuple[str, str]] = ()
    since: str | None = None
    until: str | None = None
    timezone: str = UTC
    columns: str | None = None
    plans: Sequence[str] = ()
    store: str | None = None
    no_store: bool = False
    warehouse: str | None = None
    table: str | None = None
    timeout: str | None = None
    merge: Sequence[str] = ()


def dimensions(words: Sequence[str], default: Sequence[str]) -> tuple[str, ...]:
    """Read what to group by: names apart by commas, or said one after the other."""
    names = [part.strip().replace("-", "_") for word in words for part in word.split(",")]
    known = [AS_SOURCE.get(name, name) for name in names if name]
    for name in known:
        if name not in DIMENSIONS:
            message = f"{name!r} is not one of {', '.join((*DIMENSIONS, *AS_SOURCE))}"
            raise InputError.of(message, key="--by", hint=did_you_mean(name, DIMENSIONS))
    return tuple(dict.fromkeys(known)) or tuple(default)


def day_of(text: str | None, flag: str) -> str | None:
    """Read a day as YYYY-MM-DD."""
    if text is None:
        return None
    parts = text.split("-")
    if [len(part) for part in parts] == [4, 2, 2] and all(map(_is_number, parts)):
        year, month, of_month = map(int, parts)
        is_year = 2000 <= year < 2200
        if is_year and 1 <= month <= 12 and 1 <= of_month <= 31:
            number = days_since_1970(year, month, of_month)
            if date_of(number) == (year, month, of_month):
                return text
    raise InputError.of(f"{text!r} is not a day: write YYYY-MM-DD", key=flag)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def zone_of(text: str) -> str:
    """Read a time zone's name; `local` is the machine's."""
    name = machine_zone() if text.lower() == HERE else text
    try:
        begins_in(name)
    except ValueError:
        message = f"{text!r} is not a time zone: write one such as UTC, Europe/Berlin or {HERE}"
        raise InputError.of(message, key="--timezone") from None
    return name


def columns_of(text: str | None) -> tuple[tuple[str, str], ...]:
    """Read `what=column,what=column`."""
    if text is None:
        return ()
    pairs = [part.partition("=") for part in text.split(",")]
    wrong = [what for what, mark, column in pairs if not (what.strip() and mark and column.strip())]
    if wrong:
        raise InputError.of(f"{text!r}: write what=column,what=column", key="--columns")
    return tuple((what.strip(), column.strip()) for what, _, column in pairs)
