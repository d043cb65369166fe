"""Which places `advisor usage` reads: homes, agents' folders, exports; and where it keeps."""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from advisor.api.usage_asked import AskedUsage, columns_of
from advisor.errors import Fault, InputError, did_you_mean
from advisor.load.usage.places import Place, places_of

_STORE = "usage.db"
_RATES = "rates.json"
_MOVED: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "CLAUDE_CONFIG_DIR": ("claude-code", ("projects",)),
    "CODEX_HOME": ("codex", ("sessions", "archived_sessions")),
    "XDG_DATA_HOME": ("opencode", ("opencode",)),
}
"""Variables by which people move what agents write: the agent, and its folders below."""


def places_asked(asked: AskedUsage, environment: Mapping[str, str]) -> list[Place]:
    """Return what to read; without any word that is everything in one's own home.

    Raises InputError for an export that isn't known or isn't there.
    """
    places = [
        place for person, home in _homes(asked, environment) for place in places_of(home, person)
    ]
    if not (asked.homes or asked.agents or asked.paths):
        places += _moved(environment)
    for source, path in asked.agents:
        root = os.path.realpath(os.path.expanduser(path))
        places.append(Place(source, root, root, is_named=True))
    return [*places, *_exports(asked)]


def _homes(asked: AskedUsage, environment: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return names of persons and their homes; `NAME=DIR` says the name."""
    if not asked.homes:
        if asked.agents or asked.paths:
            return []
        own = os.path.expanduser("~")
        return [(environment.get("USER") or os.path.basename(own), own)]
    found = []
    for text in asked.homes:
        name, mark, path = text.partition("=")
        if not mark or os.sep in name or os.path.isdir(text):
            name, path = "", text
        path = os.path.expanduser(path)
        found.append((name or os.path.basename(os.path.realpath(path)), path))
    names = [name for name, _ in found]
    return [
        (name if names.count(name) == 1 else os.path.realpath(path), path) for name, path in found
    ]


def _moved(environment: Mapping[str, str]) -> list[Place]:
    """Find what a person has moved away from the home."""
    found = []
    for variable, (source, folders) in _MOVED.items():
        for base in filter(None, environment.get(variable, "").split(",")):
            home = os.path.realpath(os.path.expanduser(base.strip()))
            found += [Place(source, os.path.join(home, one), home) for one in folders]
    return found


def _exports(asked: AskedUsage) -> list[Place]:
    columns = columns_of(asked.columns)
    if columns and not asked.paths:
        raise InputError.of("is for tables: name one as PATH", key="--columns")
    faults, found = [], []
    for text in asked.paths:
        path = os.path.expanduser(text)
        if not os.path.exists(path):
            faults.append(Fault(text, 0, 0, "", "there is no such file or folder"))
        elif columns:
            faults += _faults_of_columns(text, path, columns)
            found.append(Place("table", os.path.realpath(path), is_named=True, columns=columns))
        elif known := _recognised(path):
            found += known
        else:
            faults.append(
                Fault(
                    text, 0, 0, "", "is no log or export that is known",
                    "a table of one's own needs --columns day=…,model=…,input=…,output=…",
                )
            )  # fmt: skip
    if faults:
        raise InputError(faults)
    return found


def _faults_of_columns(text: str, path: str, columns: tuple[tuple[str, str], ...]) -> list[Fault]:
    """Say which columns nobody knows, or are not in the table."""
    known: Any = import_module("advisor.load.usage.readers.table").COLUMNS
    record: Any = import_module("advisor.load.usage.recognition").first_record(path) or {}
    heads = [name.strip() for name in record]
    faults = []
    for what, column in columns:
        if what not in known:
            message = f"{what!r} is not one of {', '.join(known)}"
            faults.append(Fault("", 0, 0, "--columns", message, did_you_mean(what, known)))
        elif column not in heads:
            message = f"has no column {column!r}"
            faults.append(Fault(text, 0, 0, "--columns", message, did_you_mean(column, heads)))
    return faults


def _recognised(path: str) -> list[Place]:
    recognition: Any = import_module("advisor.load.usage.recognition")
    found: list[Place] = recognition.recognised(path)
    return found


def missing(asked: AskedUsage, known: set[str]) -> list[Fault]:
    """List folders that were named, aren't there, and of which nothing is remembered."""
    named = [(path.partition("=")[2] or path, "--home") for path in asked.homes]
    named += [(path, f"--{source}") for source, path in asked.agents]
    return [
        Fault(path, 0, 0, flag, "there is no such folder")
        for path, flag in named
        if not os.path.exists(os.path.expanduser(path))
        and os.path.realpath(os.path.expanduser(path)) not in known
    ]


def store_path(asked: AskedUsage, environment: Mapping[str, str]) -> str | None:
    """Return the file that keeps what was read; None to keep nothing."""
    if asked.no_store:
        return None
    return asked.store or os.path.join(_own("XDG_DATA_HOME", ".local/share", environment), _STORE)


def rates_path(environment: Mapping[str, str]) -> str:
    """Return the file that keeps the rates of edited price tables."""
    return os.path.join(_own("XDG_CACHE_HOME", ".cache", environment), _RATES)


def _own(variable: str, usual: str, environment: Mapping[str, str]) -> str:
    base = environment.get(variable, "")
    home = base if os.path.isabs(base) else os.path.join(os.path.expanduser("~"), *usual.split("/"))
    return os.path.join(home, "advisor")
