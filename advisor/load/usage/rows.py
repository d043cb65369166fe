"""The rows that one file gives, each call once, and how they are packed into bytes.

A packed block holds kinds and sessions as text and the columns as raw 64-bit numbers, with a
checksum. It is what a worker hands back and what the store keeps.
"""

from __future__ import annotations

import struct
import sys
import zlib
from array import array
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from advisor.model.usage import COLUMNS, TYPECODES, Flag

_HEAD = struct.Struct("<4sIIII")
_MAGIC = b"use1"
_FIELD, _ITEM = "\x1f", "\x1e"
NAN = float("nan")

PACKED = ("source_version", "project", "person", "provider", "model", "speed", "service_tier",
          "geo", "granularity")  # fmt: skip
"""What a file says of a kind; the source and the home are known by who reads it."""


class BrokenBlockError(ValueError):
    """A packed block is not what was written."""


class Part(NamedTuple):
    """What rows of one file share, in the order of `PACKED`."""

    source_version: str = ""
    project: str = ""
    person: str = ""
    provider: str = ""
    model: str = ""
    speed: str = "standard"
    service_tier: str = ""
    geo: str = ""
    granularity: str = "call"


class Row(NamedTuple):
    """One call of a file; see `advisor.model.usage.Calls` for what the columns mean."""

    part: Part
    session: str
    ts: int
    key: int
    twin: int = 0
    flags: int = 0
    calls: int = 1
    input: int = 0
    cache_write: int = 0
    cache_write_1h: int = 0
    cache_read: int = 0
    output: int = 0
    reasoning: int = 0
    context: int = 0
    cost: float = NAN

    @property
    def weight(self) -> tuple[bool, int]:
        """Which of two records of one call is the better: a finished one, then the larger."""
        return not self.flags & Flag.PARTIAL, self.size

    @property
    def size(self) -> int:
        """All tokens."""
        return self.input + self.cache_write + self.cache_write_1h + self.cache_read + self.output


def better(one: Row, other: Row) -> Row:
    """Return the better record of a call, at the earlier moment of the two."""
    best = other if other.weight > one.weight else one
    first = min(one.ts or other.ts, other.ts or one.ts)
    flags = best.flags | ((one.flags | other.flags) & Flag.OWN)
    return best if (best.ts, best.flags) == (first, flags) else best._replace(ts=first, flags=flags)


class Rows:
    """The calls of one file by identity; the better record of each wins."""

    def __init__(self) -> None:
        """Begin with none."""
        self.by_key: dict[int, Row] = {}
        self.repeats = 0

    def add(self, row: Row) -> None:
        """Take a record; a further one of a known call is counted as a repeat."""
        known = self.by_key.setdefault(row.key, row)
        if known is not row:
            self.repeats += 1
            self.by_key[row.key] = better(known, row)

    def packed(self) -> bytes:
        """Pack the rows: those of one kind together, in order of time."""
        return pack(self.by_key.values())


def pack(rows: Iterable[Row]) -> bytes:
    """Pack rows into a block: those of one kind together, in order of time."""
    parts: dict[Part, int] = {}
    sessions: dict[str, int] = {}
    coded = sorted(
        (
            parts.setdefault(row[0], len(parts)), row[2], row[3],
            sessions.setdefault(row[1], len(sessions)), row,
        )
        for row in rows
    )  # fmt: skip
    texts = _ITEM.join([*map(_FIELD.join, parts), *sessions])
    said = texts.encode("utf-8", "surrogatepass")
    body = [said, b"\x00" * (-len(said) % 8)]
    if coded:
        kind, _, _, session, ordered = zip(*coded, strict=True)
        columns = dict(zip(Row._fields, zip(*ordered, strict=True), strict=True))
        columns |= {"kind": kind, "session": session}
        body += [_little(array(code, columns[name])) for name, code in TYPECODES.items()]
    joined = b"".join(body)
    head = _HEAD.pack(_MAGIC, len(coded), len(parts), len(said), zlib.crc32(joined))
    return head + joined


def _little(column: array[int] | array[float]) -> bytes:
    if sys.byteorder == "big":
        column.byteswap()
    return column.tobytes()


class Block(NamedTuple):
    """An unpacked block: texts, the number of rows, and where each column lies."""

    parts: Sequence[str]
    sessions: Sequence[str]
    rows: int
    data: memoryview
    start: int

    def column(self, name: str) -> array[int] | array[float]:
        """Return a column as an array of its own."""
        return self.onto(array(TYPECODES[name]), name)

    def onto(self, column: array[int] | array[float], name: str) -> array[int] | array[float]:
        """Append a column's values to an array, and return that."""
        offset = self.start + self.rows * _OFFSETS[name]
        piece = self.data[offset : offset + self.rows * column.itemsize]
        if sys.byteorder == "big":
            swapped = array(column.typecode)
            swapped.frombytes(piece)
            swapped.byteswap()
            column.extend(swapped)
        else:
            column.frombytes(piece)
        return column


_SIZES = {name: array(code).itemsize for name, code in TYPECODES.items()}
_ROW_BYTES = sum(_SIZES[name] for name in COLUMNS)
_OFFSETS = {name: sum(_SIZES[one] for one in COLUMNS[:place]) for place, name in enumerate(COLUMNS)}


def unpack(block: bytes) -> Block:
    """Open a block without copying it. Raises BrokenBlockError where it isn't what was packed."""
    if len(block) < _HEAD.size:
        raise BrokenBlockError("is too short")
    magic, rows, parts, said, checksum = _HEAD.unpack_from(block)
    data = memoryview(block)[_HEAD.size :]
    start = said + -said % 8
    if magic != _MAGIC or len(data) != start + rows * _ROW_BYTES or zlib.crc32(data) != checksum:
        raise BrokenBlockError("is not what was written")
    texts = str(data[:said], "utf-8", "surrogatepass").split(_ITEM) if rows else []
    return Block(texts[:parts], texts[parts:], rows, data, start)


def part_of(said: str) -> Part:
    """Read what rows share from a block's text."""
    return Part(*said.split(_FIELD))


def unpacked(block: bytes) -> dict[int, Row]:
    """Open a block as rows by identity, to go on adding to them. Raises BrokenBlockError."""
    opened = unpack(block)
    parts = [part_of(said) for said in opened.parts]
    columns = {name: opened.column(name) for name in COLUMNS}
    sessions = opened.sessions
    named = [parts[place] for place in columns["kind"]]  # type: ignore[index]
    lived = [sessions[place] for place in columns["session"]]  # type: ignore[index]
    others = [columns[name] for name in Row._fields[2:]]
    return {row[3]: Row(*row) for row in zip(named, lived, *others, strict=True)}
