"""Files that are whole or not there, and never one of those that the answer was made from.

What a reader would get wrong: a part file is held with a lock of the system for as long as its
writer lives, so that what a killed run left behind is told from what another run is writing now;
the next write of the same file sweeps the former away.
"""

from __future__ import annotations

import errno
import os
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from advisor.cli.streams import UndeliveredError
from advisor.errors import InputError

if sys.platform != "win32":  # there nobody can delete what somebody has open
    import fcntl

_ENDING = ".part"
_NOT_THE_CALLERS = {errno.ENOSPC, errno.EIO, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
"""What is no fault of a place that was named: another one may be as full."""


def check_places(places: Iterable[Path], inputs: Iterable[Path]) -> None:
    """Raise InputError where an answer would go onto a file it was made from, or onto no file."""
    read = list(inputs)
    for place in places:
        if any(_is_same(place, one) for one in read):
            message = "is one of the files that were read: the answer would take its place"
            raise InputError.of(message, file=str(place), key="-o", hint="write it to another file")
        _refuse_what_is_no_file(place)


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False  # one of them is not there


def _refuse_what_is_no_file(place: Path) -> None:
    if place.exists() and not place.is_file():
        what = "is a folder" if place.is_dir() else "is a pipe or a device, not a file"
        raise InputError.of(f"can't be written: {what}", file=str(place))


def write_file(path: Path, text: str) -> None:
    """Write a file that is whole or not there. Raises InputError where it can't be written."""
    with (
        whole_file(path) as part,
        part.open("w", encoding="utf-8", errors="replace", newline="") as stream,
    ):
        stream.write(text)


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a place beside a file to write it in, and put it there once it is whole and on the disk.

    Whatever ends the writing before, the old file stays as it was; each run has a place of its own,
    and the places of runs that were killed are swept. A link is written through, and a file that is
    there keeps its mode. Raises InputError where it can't be written, UndeliveredError where the
    disk is full or fails.
    """
    part, handle, shown = None, -1, str(path)
    try:
        path = path.resolve()
        _refuse_what_is_no_file(path)
        mode = path.stat().st_mode & 0o7777 if path.exists() else 0o644
        _sweep(path)
        handle, part = _held_part(path)
        yield part
        _settle_file(part)
        part.chmod(mode)
        if sys.platform == "win32":
            handle = _closed(handle)  # what is open there can't be moved
        part.replace(path)
        _settle_folder(path.parent)
    except OSError as error:
        why = error.strerror or str(error)
        if error.errno in _NOT_THE_CALLERS:
            raise UndeliveredError(f"{shown}: {why}") from None
        raise InputError.of(f"can't be written: {why}", file=shown) from None
    finally:
        _closed(handle)
        if part is not None:
            part.unlink(missing_ok=True)


def _held_part(path: Path) -> tuple[int, Path]:
    """Make a part file that this process holds; another one where it was swept in between."""
    while True:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=_ENDING)
        if sys.platform != "win32":
            with suppress(OSError):  # a file system without locks: nothing there is ever swept
                fcntl.flock(handle, fcntl.LOCK_EX)
        if os.fstat(handle).st_nlink:
            return handle, Path(name)
        os.close(handle)


def _sweep(path: Path) -> None:
    """Delete part files of a file that nobody writes any more."""
    own = re.compile(rf"\.{re.escape(path.name)}\.[a-z0-9_]{{8}}{re.escape(_ENDING)}")
    with suppress(OSError):
        for entry in list(os.scandir(path.parent)):
            if own.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                _delete_if_left(Path(entry.path))


def _delete_if_left(part: Path) -> None:
    with suppress(OSError), part.open("rb") as stream:
        if sys.platform != "win32":
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        part.unlink()


def _settle_file(part: Path) -> None:
    """Wait until a file's bytes are on the disk."""
    with part.open("rb+") as stream:
        os.fsync(stream.fileno())


def _settle_folder(folder: Path) -> None:
    """Wait until a folder's names are on the disk, where the system lets one ask for that."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _closed(handle: int) -> int:
    if handle >= 0:
        os.close(handle)
    return -1
