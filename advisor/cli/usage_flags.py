"""What `advisor usage` was asked, and the reading of plain words without loading a parser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from advisor.answers.usage.days import (
    UTC,
    begins_in,
    date_of,
    days_since_1970,
    machine_zone,
)
from advisor.cli.screen import Format
from advisor.errors import InputError, did_you_mean
from advisor.load.usage.sources import SOURCES
from advisor.tables.usage import DIMENSIONS

AGENTS = [name for name, source in SOURCES.items() if source.is_agent]
AS_SOURCE = {"agent": "source"}
"""Another word for a dimension."""
HERE = "local"
"""What the machine's own time zone may be called."""


class UsageFlags(NamedTuple):
    """The words of a call; `agents` are sources with a folder or file each.

    `warehouse` is where a usage table lives, `merge` the stores of many machines.
    """

    paths: Sequence[str] = ()
    homes: Sequence[str] = ()
    agents: Sequence[tuple[str, str]] = ()
    by: Sequence[str] = ()
    since: str | None = None
    until: str | None = None
    timezone: str = UTC
    columns: str | None = None
    plans: Sequence[str] = ()
    store: str | None = None
    no_store: bool = False
    forget: bool = False
    brief: bool = False
    format: Format = Format.TABLE
    files: Sequence[str] = ()
    warehouse: str | None = None
    table: str | None = None
    timeout: str | None = None
    merge: Sequence[str] = ()


_LISTS = {
    "--home": "homes",
    "--merge": "merge",
    "--by": "by",
    "--plan": "plans",
    "-o": "files",
    "--output": "files",
}
_SINGLE = {
    "--since": "since", "--until": "until", "--timezone": "timezone", "--columns": "columns",
    "--store": "store", "--format": "format", "--from": "warehouse", "--table": "table",
    "--timeout": "timeout",
}  # fmt: skip
_SWITCHES = {"--no-store": "no_store", "--forget": "forget", "--brief": "brief"}
_OF_AGENTS = {f"--{name}": name for name in AGENTS}
_FROM_ENVIRONMENT = {
    "ADVISOR_FORMAT": "format", "ADVISOR_TIMEZONE": "timezone", "ADVISOR_USAGE_STORE": "store",
}  # fmt: skip


def plainly_read(words: Sequence[str], environment: Mapping[str, str]) -> UsageFlags | None:
    """Read a call whose words are all known and whole; None for any other, help included."""
    found: dict[str, Any] = {
        name: environment[key] for key, name in _FROM_ENVIRONMENT.items() if environment.get(key)
    }
    lists: dict[str, list[Any]] = {"paths": [], "agents": []}
    left = iter(words)
    for word in left:
        flag, has_value, value = word.partition("=") if word.startswith("--") else (word, "", "")
        if flag in _SWITCHES and not has_value:
            found[_SWITCHES[flag]] = True
        elif flag == "--json" and not has_value:
            found["format"] = Format.JSON
        elif not flag.startswith("-"):
            lists["paths"].append(word)
        elif not _with_value(flag, value if has_value else next(left, None), found, lists):
            return None
    if found.get("format", Format.TABLE) not in set(Format):
        return None
    found["format"] = Format(found.get("format", Format.TABLE))
    return UsageFlags(**(found | lists))


def _with_value(
    flag: str, value: str | None, found: dict[str, Any], lists: dict[str, list[Any]]
) -> bool:
    """Take a flag with its value; return whether it is one."""
    if value is None:
        return False
    if flag in _OF_AGENTS:
        lists["agents"].append((_OF_AGENTS[flag], value))
    elif flag in _LISTS:
        lists.setdefault(_LISTS[flag], []).append(value)
    elif flag in _SINGLE:
        found[_SINGLE[flag]] = value
    else:
        return False
    return True


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
