"""What `advisor usage` was asked, and the reading of plain words without loading a parser."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from advisor.api.usage_asked import AGENTS, AskedUsage
from advisor.cli.screen import Format


class UsageFlags(NamedTuple):
    """What is asked, and how the answer is written."""

    asked: AskedUsage = AskedUsage()
    by: Sequence[str] = ()
    forget: bool = False
    brief: bool = False
    format: Format = Format.TABLE
    files: Sequence[str] = ()


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
    found |= lists
    asked = {name: found.pop(name) for name in AskedUsage._fields if name in found}
    return UsageFlags(AskedUsage(**asked), **found)


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
