"""Reads one file as far as it goes: what a process does for one log, document or database."""

import io
import json
import os
import stat
from importlib import import_module
from sqlite3 import DatabaseError
from typing import TYPE_CHECKING, Any, NamedTuple

from advisor.load.digests import blake2b
from advisor.load.usage.lines import walk
from advisor.load.usage.rows import unpacked
from advisor.load.usage.sources import SOURCES

if TYPE_CHECKING:
    from advisor.load.usage.reader import FileReader

HEAD = 4096
FOOT = 256
LARGEST_DOCUMENT = 1 << 28
_json = json.JSONEncoder(separators=(",", ":")).encode
_DATABASES = "advisor.load.usage.databases"
"""Loaded where there is one."""


class Job(NamedTuple):
    """A file to read: how, from where on, and what earlier runs know of it.

    `upto`, `print_`, `about` and `carry` are those of an earlier run; with `upto` 0 the file is
    read whole. `about` is JSON of a reader's notes and counts, `carry` of what it goes on from.
    """

    number: int
    source: str
    form: str
    path: str
    upto: int = 0
    print_: bytes = b""
    about: str = ""
    carry: str = ""
    block: bytes = b""


class Read(NamedTuple):
    """What a file gave. `block`, `about`, `carry` may be kept; those with `tail_` count this time.

    `upto` is where whole lines end, `print_` the digest by which the next run knows the file,
    `failure` why it could not be read.
    """

    number: int
    upto: int
    print_: bytes
    about: str
    carry: str
    block: bytes
    tail_about: str
    tail_block: bytes
    bytes_read: int
    failure: str = ""


def read(job: Job) -> Read:
    """Read a file. Never raises for what a file is or holds."""
    try:
        return _opened(job)
    except PermissionError:
        return _failed(job, "no_permission")
    except FileNotFoundError:
        return _failed(job, "vanished_while_reading")
    except MemoryError:
        return _failed(job, "too_large")
    except OSError:
        return _failed(job, "unreadable_files")


def _failed(job: Job, why: str) -> Read:
    return Read(job.number, 0, b"", "", "", b"", "", b"", 0, why)


def _opened(job: Job) -> Read:
    descriptor = os.open(
        job.path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    )
    with io.FileIO(descriptor) as file:
        seen = os.fstat(descriptor)
        if not stat.S_ISREG(seen.st_mode):
            return _failed(job, "not_regular_files")
        return _FORMS[job.form](job, file, seen.st_size)


def _reader(job: Job, *, goes_on: bool) -> "FileReader":
    module = import_module(SOURCES[job.source].module)
    about: dict[str, Any] = json.loads(job.about) if goes_on and job.about else {}
    carry = json.loads(job.carry) if goes_on and job.carry else None
    return module.Reader(  # type: ignore[no-any-return]
        job.path, carry=carry, notes=about.get("notes"), counts=about.get("counts")
    )


def _written(reader: "FileReader") -> tuple[str, str]:
    """Write what the next run goes on from, and what is known of a file beyond its rows."""
    carry = _json(_filled(reader.left()))
    reader.count("repeated_records", reader.rows.repeats)
    reader.rows.repeats = 0
    about = {"notes": _filled(reader.notes), "counts": reader.counts}
    return carry, _json(_filled(about))


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}


def _print(file: io.FileIO, upto: int) -> bytes:
    """Digest the head of a file and what stands before `upto`, to know it again."""
    digest = blake2b(str(upto).encode(), digest_size=16)
    file.seek(0)
    digest.update(file.read(min(HEAD, upto)) or b"")
    file.seek(max(0, upto - FOOT))
    digest.update(file.read(min(FOOT, upto)) or b"")
    return digest.digest()


def _lines(job: Job, file: io.FileIO, size: int) -> Read:
    goes_on = 0 < job.upto <= size and _print(file, job.upto) == job.print_
    reader = _reader(job, goes_on=goes_on)
    if job.block:
        reader.rows.by_key.update(unpacked(job.block))
    begin = job.upto if goes_on else 0
    file.seek(begin)
    walked = walk(file, reader.lines, size - begin)
    reader.flush()
    if walked.too_long:
        reader.count("lines_too_long", walked.too_long)
    upto = begin + walked.upto
    block = reader.rows.packed()
    carry, about = _written(reader)
    tail_block, tail_about = block, about
    if walked.tail.strip(b"\x00 \r\n\t"):
        counts = dict(reader.counts)
        reader.take(bytearray(walked.tail), 0, len(walked.tail))
        reader.flush()
        if reader.counts != counts:
            reader.counts = counts | {"unfinished_tails": counts.get("unfinished_tails", 0) + 1}
        tail_block, (_, tail_about) = reader.rows.packed(), _written(reader)
    return Read(
        job.number, upto, _print(file, upto), about, carry, block, tail_about, tail_block,
        size - begin,
    )  # fmt: skip


def _compressed(job: Job, file: io.FileIO, size: int) -> Read:
    """Read the lines of a file that the agent has compressed, where something can unpack it."""
    module = _zstd()
    if module is None:
        return _failed(job, "compressed_files_without_zstd")
    reader = _reader(job, goes_on=False)
    try:
        stream = module.ZstdFile(file) if hasattr(module, "ZstdFile") else module.open(file, "rb")
        walked = walk(stream, reader.lines, 1 << 62)
    except (module.ZstdError, EOFError):
        return _failed(job, "unreadable_files")
    if walked.tail:
        reader.take(bytearray(walked.tail), 0, len(walked.tail))
    reader.flush()
    return _whole(job, reader, size)


def _zstd() -> Any:
    """Return what unpacks zstd: Python 3.14 itself, or the package zstandard, else None."""
    for name in ("compression.zstd", "zstandard"):
        try:
            return import_module(name)
        except ImportError:
            continue
    return None


def _document(job: Job, file: io.FileIO, size: int) -> Read:
    if size > LARGEST_DOCUMENT:
        return _failed(job, "too_large")
    reader = _reader(job, goes_on=not job.upto)
    reader.document(file.read(size) or b"")
    return _whole(job, reader, size)


def _database(job: Job, file: io.FileIO, size: int) -> Read:
    file.close()
    reader = _reader(job, goes_on=False)
    try:
        with import_module(_DATABASES).opened(job.path) as connection:
            reader.database(connection)
    except DatabaseError:
        return _failed(job, "unreadable_databases")
    return _whole(job, reader, size)


def _whole(job: Job, reader: "FileReader", size: int) -> Read:
    """Finish a file that is read as a whole; calls that it no longer holds are kept."""
    if job.block:
        reader.keep(unpacked(job.block))
    block = reader.rows.packed()
    carry, about = _written(reader)
    return Read(job.number, size, b"", about, carry, block, about, block, size)


_FORMS = {
    "lines": _lines, "compressed": _compressed, "document": _document, "database": _database,
}  # fmt: skip
