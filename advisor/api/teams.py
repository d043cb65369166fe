"""A team as Python gives it: a path, what its file would hold, head counts from a frame."""

import os
import re
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from advisor.api.asking import around, day_of, texts
from advisor.api.given import document_of, kind_of, plain_of
from advisor.api.headcount import with_headcount
from advisor.api.inputs import Inputs, TablesAsked, find_file, inputs_of
from advisor.api.locking import LockUse, use_of
from advisor.errors import InputError
from advisor.load.document import Document
from advisor.load.yaml_source import read_yaml

Team: TypeAlias = str | os.PathLike[str] | Mapping[str, Any] | None
"""A team's file, or what it would hold; None for ./team.yaml or the only file in ./workloads."""
Day: TypeAlias = date | str | None


class Beside(NamedTuple):
    """What is stated beside a team: keys that win over its own, and which tables it meets."""

    changes: Mapping[str, Any] | None = None
    headcount: Any = None
    as_of: Day = None
    assume_cancelled: str | Iterable[str] | None = None
    locked: bool = False
    frozen: bool = False


def inputs_from(team: Team, beside: Beside, *, shown_as: str | None = None) -> Inputs:
    """Read a team, which answers name `shown_as`; default: as given.

    Raises InputError with every fault: at its line in a file, by its key else.
    """
    path = path_of(team)
    if isinstance(team, Mapping):
        document = document_of(team)
    else:
        document = read_yaml(_found(path), shown_as=shown_as)
    document, changed = _with(document, beside)
    use = use_of(locked=beside.locked, frozen=beside.frozen)
    meeting = TablesAsked(
        around(),
        day_of(beside.as_of, key="as_of"),
        texts(beside.assume_cancelled, key="assume_cancelled"),
        LockUse.NONE if path is None and use is LockUse.BESIDE else use,
    )

    def called(key: str) -> str:
        return key if re.split(r"[.\[]", key)[0] in changed else ""

    return inputs_of(document, meeting, path=path, called=called)


def together(changes: Any, flags: Mapping[str, Any]) -> Any:
    """Return changes with what flags state, which win; None where nobody states anything."""
    if not flags or not (changes is None or isinstance(changes, Mapping)):
        return changes
    return {**(changes or {}), **flags}


def path_of(team: Team) -> Path | None:
    """Return the file of a team; None for a mapping. Raises InputError for neither."""
    if isinstance(team, Mapping):
        return None
    return find_file(None if team is None else _as_path(team))


def _as_path(given: object) -> Path:
    if not isinstance(given, str | os.PathLike):
        message = f"can't be {kind_of(given)}: give a path, or a mapping as a file holds it"
        raise InputError.of(message, key="team")
    return Path(given)


def _found(path: Path | None) -> Path:
    if path is None:
        raise InputError.of("no file: say which, or give a mapping", key="team")
    return path


def _with(document: Document, beside: Beside) -> tuple[Document, frozenset[str]]:
    """Put what is stated beside a document into it; also say which keys that were."""
    if beside.changes is None and beside.headcount is None:
        return document, frozenset()
    if not isinstance(document.data, dict):
        return document, frozenset()
    data, changed = document.data, frozenset[str]()
    if beside.changes is not None:
        changes = plain_of(beside.changes)
        if not isinstance(changes, dict):
            raise InputError.of("must be a mapping of a file's keys", key="changes")
        data, changed = {**data, **changes}, frozenset(changes)
    if beside.headcount is not None:
        data = with_headcount(data, beside.headcount)
        changed |= {"developers", "teams"}
    return document._replace(data=data), changed
