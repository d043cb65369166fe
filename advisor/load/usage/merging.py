"""Stores of many machines as one `Usage`: a call that two of them hold is counted once.

A store is read whole before anything of it counts, and never written to. One that can't be read,
or holds what no run of ours writes, is left out and named: it may be half a copy, of a later
version, or not be meant well.
"""

import json
import os
import sqlite3
import stat
import struct
from array import array
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from advisor.load.usage.databases import opened
from advisor.load.usage.found import FoundCalls
from advisor.load.usage.rows import WIDTH, CallBlock, append, part_of, unpack
from advisor.load.usage.settling import settle_all
from advisor.load.usage.sources import SOURCES
from advisor.load.usage.store import VERSION
from advisor.load.usage.values import EARLIEST, LATEST
from advisor.model.usage import NUMBER_COLUMNS, Counter, Usage

ENDING = ".db"
USUAL = "usage"
"""What a store is called unless somebody renames it: then its folder says whose it is."""


class MachineStore(NamedTuple):
    """A store, whose it is, and what its machine is called."""

    path: str
    person: str
    machine: str


class _StoredFile(NamedTuple):
    source: str
    root: str
    counts: dict[str, int]
    notes: dict[str, Any]
    block: CallBlock


class UnusableStoreError(ValueError):
    """A store that is left out, and why."""


def stores_in(path: str, person: str = "") -> list[MachineStore]:
    """List the stores at a path: a file, or all below a folder, `PERSON/MACHINE.db` or `PERSON.db`.

    Links inside a folder, to folders too, are listed and never followed: who may write there must
    not point elsewhere.
    """
    if not os.path.isdir(path):
        path = os.path.realpath(path)
        folder, name = os.path.split(path)
        machine = os.path.splitext(name)[0]
        owner = os.path.basename(folder) if machine == USUAL else machine
        return [MachineStore(path, person or owner, machine)]
    found = []
    for folder, folders, names in os.walk(path):
        folders.sort()
        inside = os.path.relpath(folder, path).split(os.sep)
        linked = {name for name in folders if os.path.islink(os.path.join(folder, name))}
        for name in sorted({*names, *linked}):
            machine, ending = os.path.splitext(name)
            if ending == ENDING or name in linked:
                owner = machine if inside[0] == os.curdir else inside[0]
                found.append(MachineStore(os.path.join(folder, name), person or owner, machine))
    return found


def merge(stores: Sequence[MachineStore]) -> Usage:
    """Read stores; those that can't be used are in `Usage.warnings`."""
    usage = Usage()
    by_source: dict[str, FoundCalls] = {}
    unusable = 0
    for store in stores:
        try:
            files = list(_files(store.path))
        except UnusableStoreError as error:
            usage.warnings.append(f"{store.path} {error}: it is left out")
            unusable += 1
            continue
        usage.files += len(files)
        for one in files:
            if one.source not in by_source:
                calls = usage.calls
                by_source[one.source] = FoundCalls(one.source, calls.kinds, calls.sessions)
            found = by_source[one.source]
            for what, number in one.counts.items():
                found.count(what, number)
            home = f"{store.person}/{store.machine}:{_home(one.source, one.root)}"
            found.add(one.block, one.notes, home, store.person)
    settle_all(by_source, usage)
    usage.counters.append(Counter("stores", "stores_left_out", unusable))
    return usage


def _home(source: str, root: str) -> str:
    """Return the home that an agent's folder lies in."""
    plain = root.replace("\\", "/")
    for place in SOURCES[source].places:
        if plain.endswith(f"/{place}"):
            return root[: -len(place) - 1]
    return root


def _files(path: str) -> Iterator[_StoredFile]:
    """Yield what a store holds of each log. Raises UnusableStoreError."""
    try:
        if not stat.S_ISREG(os.lstat(os.path.abspath(path)).st_mode):
            raise UnusableStoreError("is a link, a pipe or a device, not a file")
        with opened(path) as connection:
            (version,) = connection.execute("pragma user_version").fetchone()
            if version > VERSION:
                raise UnusableStoreError("was written by a later version")
            query = (
                "select source, root, about, block from file order by source, root, folder, name"
            )
            for source, root, about, block in connection.execute(query):
                if source in SOURCES:
                    yield _file(source, root, about, block)
    except UnusableStoreError:
        raise
    except (sqlite3.Error, OSError) as error:
        raise UnusableStoreError(f"can't be read ({error})") from error
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, struct.error) as error:
        raise UnusableStoreError("holds what no run writes") from error


def _file(source: str, root: str, about: str, block: bytes) -> _StoredFile:
    """Check one log's calls. Raises ValueError and TypeError for what no run writes."""
    said = json.loads(about)
    counts = {str(what): int(number) for what, number in said.get("counts", {}).items()}
    notes = said.get("notes", {})
    opened_block = unpack(block)
    if not (isinstance(root, str) and isinstance(notes, dict)):
        raise TypeError(source)
    kinds = len([part_of(one) for one in opened_block.parts])
    runs = list(zip(*[iter(opened_block.runs)] * 3, strict=True))
    if sum(rows for _, _, rows in runs) != opened_block.rows:
        raise ValueError(source)
    if any(kind >= kinds or name >= len(opened_block.sessions) for kind, name, _ in runs):
        raise ValueError(source)
    _check_numbers(opened_block)
    return _StoredFile(source, root, counts, notes, opened_block)


def _check_numbers(block: CallBlock) -> None:
    """Raise ValueError for moments that nobody lived through, and counts below 0."""
    numbers = array("q")
    append(numbers, block.numbers)
    moments = numbers[NUMBER_COLUMNS.index("ts") :: WIDTH]
    if numbers and (min(numbers) < 0 or min(moments) < EARLIEST or max(moments) > LATEST):
        raise ValueError(block.rows)
