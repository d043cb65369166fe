"""Files that were read and checked before, kept in a form that loads in milliseconds.

What is kept lies in a folder of the user's own, one file for each content that was ever read: an
edited file is another content, and so is the same one under other code. Nothing there is ever
needed. What cannot be read, was cut short, was written by somebody else or says something odd
counts as not there, and a folder that cannot be written to stays as it is.

It is JSON, which can only become the inputs of `advisor.model` and plain values; a pickle could
become anything.
"""

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import pydantic

from advisor import __version__
from advisor.model.scalars import Frozen
from advisor.model.schedule import Schedule
from advisor.model.uncertain import Form, PerClass, Uncertain
from advisor.units import Month

ModelT = TypeVar("ModelT", bound=Frozen)
Plain: TypeAlias = Any  # what JSON can say

MOST_ENTRIES = 256
"""Contents that are kept; the ones written longest ago go first."""

_DIGEST = hashlib.sha256
_DIGEST_LENGTH = 64
_ODD = (
    OSError, ValueError, ArithmeticError, LookupError, TypeError, AttributeError, RecursionError,
)  # fmt: skip
_SUFFIX = ".json"
_ENTRY = re.compile(r"[0-9a-f]{64}\.json")


def kept(
    folder: Path | None, content: bytes, model: type[ModelT], read: Callable[[], ModelT]
) -> ModelT:
    """Return what a file holds, as kept, else as `read`, which is then kept for the next time.

    What `read` raises for a file with faults goes through. Without a folder nothing is kept.
    """
    if folder is None:
        return read()
    found = recall(folder, content, model)
    if found is None:
        found = read()
        keep(folder, content, found)
    return found


def recall(folder: Path, content: bytes, model: type[ModelT]) -> ModelT | None:
    """Return what is kept of a content; None where that is nothing."""
    return _loaded(_place(folder, content, model), model)


def keep(folder: Path, content: bytes, found: Frozen) -> None:
    """Keep what a content was read as, for the next time."""
    _store(_place(folder, content, type(found)), found)


def digest_of(contents: Iterable[bytes]) -> str:
    """Tell some files, in their order, from any others."""
    whole = _DIGEST()
    for content in contents:
        whole.update(_DIGEST(content).digest())
    return whole.hexdigest()


def _place(folder: Path, content: bytes, model: type[Frozen]) -> Path:
    return folder / f"{_name(content, model)}{_SUFFIX}"


def _name(content: bytes, model: type[Frozen]) -> str:
    digest = _DIGEST(f"{model.__name__} {_code()} ".encode())
    digest.update(content)
    return digest.hexdigest()


@cache
def _code() -> str:
    """Tell this code from any other, as Python tells whether its bytecode is up to date."""
    package = Path(__file__).resolve().parent.parent
    rooms = ("evidence", "load", "model")
    modules = sorted(one for room in rooms for one in (package / room).glob("*.py"))
    states = [(one.name, one.stat()) for one in modules]
    stamps = [f"{name}:{state.st_size}:{state.st_mtime_ns}" for name, state in states]
    return " ".join([__version__, pydantic.VERSION, *stamps])


def _loaded(path: Path, model: type[ModelT]) -> ModelT | None:
    """Return what is kept under a name; None where that is nothing, or not sound."""
    try:
        with path.open("rb") as stream:
            if not _is_own(os.fstat(stream.fileno())):
                return None
            raw = stream.read()
        digest, told = raw[:_DIGEST_LENGTH], raw[_DIGEST_LENGTH:]
        if digest != _signed(path, told):
            return None
        found = _built(json.loads(told))
    except _ODD:
        return None
    return found if isinstance(found, model) else None


def _signed(path: Path, told: bytes) -> bytes:
    """Return the digest of an entry, which is of its name, too: none stands in for another."""
    return _DIGEST(path.name.encode() + told).hexdigest().encode()


def _is_own(state: os.stat_result) -> bool:
    """Whether a file is the user's own; where files have no owners they all are."""
    return not hasattr(os, "getuid") or state.st_uid == os.getuid()


def _store(path: Path, model: Frozen) -> None:
    """Keep a model, whole or not at all, whoever else writes the same at the same time."""
    try:
        told = json.dumps(_told(model), ensure_ascii=False, separators=(",", ":")).encode()
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as stream:
            part = Path(stream.name)
            try:
                stream.write(_signed(path, told) + told)
                stream.close()  # what is open can't be moved everywhere
                part.replace(path)
            finally:
                part.unlink(missing_ok=True)
        _make_room(path.parent)
    except (OSError, TypeError, UnicodeEncodeError):
        return  # the answer does not need it


def _make_room(folder: Path) -> None:
    # A folder that somebody named may hold what is not ours to remove.
    own = [one for one in folder.iterdir() if _ENTRY.fullmatch(one.name) and one.is_file()]
    own.sort(key=lambda one: one.stat().st_mtime_ns, reverse=True)
    for one in own[MOST_ENTRIES:]:
        one.unlink(missing_ok=True)


# --- Models as JSON ------------------------------------------------------------------------------
# A list begins with what it stands for: the name of a model, or one of these letters.

_TUPLE, _SET, _MAPPING = "t", "s", "m"
_NUMBER, _DAY, _INSTANT, _FORM = "n", "d", "i", "f"

_PLAIN = frozenset({type(None), bool, int, float, str})
_VALUES = (Uncertain, PerClass, Schedule, Month)
_VALUE_OF = {one.__name__: one for one in _VALUES}


def _told(value: object) -> Plain:
    """Write a value down. Raises TypeError for one that no model of a kept file may hold."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, Frozen):
        stated = value.model_fields_set
        own = {name: _told(one) for name, one in value if name in stated}
        return [type(value).__name__, own]
    if isinstance(value, dict):
        if all(isinstance(key, str) for key in value):
            return {key: _told(one) for key, one in value.items()}
        return [_MAPPING, *([_told(key), _told(one)] for key, one in value.items())]
    if type(value) is tuple:
        return [_TUPLE, *map(_told, value)]
    if isinstance(value, _VALUES):
        return [type(value).__name__, [_told(getattr(value, one.name)) for one in fields(value)]]
    if isinstance(value, frozenset):
        return [_SET, *sorted(map(_told, value))]
    return _told_scalar(value)


def _told_scalar(value: object) -> Plain:
    if isinstance(value, Form):
        return [_FORM, str(value)]
    if isinstance(value, Decimal):
        return [_NUMBER, str(value)]
    if isinstance(value, datetime):
        return [_INSTANT, value.isoformat()]
    if isinstance(value, date):
        return [_DAY, value.isoformat()]
    raise TypeError(f"{type(value).__name__} cannot be kept")


def _built(told: Plain) -> Any:
    """Build a value again. Raises LookupError, TypeError or ValueError where it was never one."""
    kind = type(told)
    if kind is dict:
        return {key: _built(one) for key, one in told.items()}
    if kind is not list:
        return told
    tag = told[0]
    if tag in _BUILDERS:
        return _BUILDERS[tag](told)
    if tag in _VALUE_OF:
        return _VALUE_OF[tag](*map(_built, told[1]))
    model, blank = _models()[tag]
    stated = {name: _built(one) for name, one in told[1].items()}
    if not stated.keys() <= blank.keys():
        raise LookupError(tag)
    found = model.__new__(model)
    # What pydantic itself does with a copy: it was checked before it was kept.
    found.__setstate__(
        {
            "__dict__": blank | stated,
            "__pydantic_fields_set__": set(stated),
            "__pydantic_extra__": None,
            "__pydantic_private__": None,
        }
    )
    return found


_BUILDERS: dict[str, Callable[[list[Plain]], Any]] = {
    _TUPLE: lambda told: tuple([_built(one) for one in told[1:]]),
    _SET: lambda told: frozenset([_built(one) for one in told[1:]]),
    _MAPPING: lambda told: {_built(key): _built(one) for key, one in told[1:]},
    _NUMBER: lambda told: Decimal(told[1]),
    _DAY: lambda told: date.fromisoformat(told[1]),
    _FORM: lambda told: Form(told[1]),
    _INSTANT: lambda told: datetime.fromisoformat(told[1]),
}


@cache
def _models() -> dict[str, tuple[type[Frozen], dict[str, Any]]]:
    """List the models that there are by name, each with what it says where nothing is stated."""
    return {one.__name__: (one, _blank(one)) for one in _below(Frozen)}


def _below(model: type[Frozen]) -> Iterator[type[Frozen]]:
    for one in model.__subclasses__():
        yield one
        yield from _below(one)


def _blank(model: type[Frozen]) -> dict[str, Any]:
    """Return every field in its order; what has no default is always stated."""
    fields = model.model_fields.items()
    return {
        name: None if field.is_required() else field.get_default(call_default_factory=True)
        for name, field in fields
    }
