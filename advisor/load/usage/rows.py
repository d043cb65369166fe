"""The rows that one file gives, each call once, and how they are packed into bytes.

A packed block holds kinds and sessions as text and the rows as raw 64-bit numbers, with a checksum.
It is what a worker hands back and what the store keeps.
"""

import struct
import sys
import zlib
from array import array
from collections.abc import Iterable, Sequence
from itertools import chain
from operator import itemgetter
from typing import NamedTuple

from advisor.model.usage import NUMBER_COLUMNS, Flag

_HEAD = struct.Struct("<4sIIIII")
_MAGIC = b"use2"
_FIELD, _ITEM = "\x1f", "\x1e"
NAN = float("nan")
WIDTH = len(NUMBER_COLUMNS)
"""Whole numbers of a row, which lie together in a block."""
_NUMBERS = struct.Struct(f"<{WIDTH}q").pack


class BrokenBlockError(ValueError):
    """A packed block is not what was written."""


class FilePart(NamedTuple):
    """What rows of one file share; the source and the home are known by who reads it."""

    source_version: str = ""
    project: str = ""
    person: str = ""
    provider: str = ""
    model: str = ""
    speed: str = "standard"
    service_tier: str = ""
    geo: str = ""
    granularity: str = "call"


class CallRow(NamedTuple):
    """One call of a file; see `advisor.model.usage.Calls` for what the columns mean."""

    part: FilePart
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


def better(one: CallRow, other: CallRow) -> CallRow:
    """Return the better record of a call, at the earlier moment of the two."""
    best = other if other.weight > one.weight else one
    first = min(one.ts or other.ts, other.ts or one.ts)
    flags = best.flags | ((one.flags | other.flags) & Flag.OWN)
    return best if (best.ts, best.flags) == (first, flags) else best._replace(ts=first, flags=flags)


class Rows:
    """The calls of one file by identity; the better record of each wins."""

    def __init__(self) -> None:
        """Begin with none."""
        self.by_key: dict[int, CallRow] = {}
        self.repeats = 0

    def add(self, row: CallRow) -> None:
        """Take a record; a further one of a known call is counted as a repeat."""
        known = self.by_key.setdefault(row.key, row)
        if known is not row:
            self.repeats += 1
            self.by_key[row.key] = better(known, row)

    def packed(self) -> bytes:
        """Pack the rows: those of one kind together, in order of time."""
        return pack(self.by_key.values())


def pack(rows: Iterable[CallRow]) -> bytes:
    """Pack rows into a block: those of one kind and session together, in order of time."""
    runs: dict[tuple[FilePart, str], list[CallRow]] = {}
    part, session, run = None, None, None
    for row in sorted(rows, key=itemgetter(2, 3)):
        if row[0] is not part or row[1] != session or run is None:
            part, session = row[0], row[1]
            run = runs.setdefault((part, session), [])
        run.append(row)
    parts = {part: place for place, part in enumerate(dict.fromkeys(name[0] for name in runs))}
    sessions = {name: place for place, name in enumerate(dict.fromkeys(name[1] for name in runs))}
    coded: list[int] = []
    for (kind, name), of in runs.items():
        coded.extend((parts[kind], sessions[name], len(of)))
    ordered = list(chain.from_iterable(runs.values()))
    numbers = b"".join([_NUMBERS(*row[2:-1]) for row in ordered])
    costs = struct.pack(f"<{len(ordered)}d", *[row[-1] for row in ordered])
    said = _ITEM.join([*map(_FIELD.join, parts), *sessions]).encode("utf-8", "surrogatepass")
    joined = b"".join((said, struct.pack(f"<{len(coded)}I", *coded), numbers, costs))
    head = _HEAD.pack(_MAGIC, len(ordered), len(parts), len(runs), len(said), zlib.crc32(joined))
    return head + joined


class CallBlock(NamedTuple):
    """An unpacked block: texts, runs of (kind, session, rows), and where its numbers lie."""

    parts: Sequence[str]
    sessions: Sequence[str]
    runs: Sequence[int]
    rows: int
    numbers: memoryview
    costs: memoryview


def unpack(block: bytes) -> CallBlock:
    """Open a block without copying it. Raises BrokenBlockError where it isn't what was packed."""
    if len(block) < _HEAD.size:
        raise BrokenBlockError("is too short")
    magic, rows, parts, runs, said, checksum = _HEAD.unpack_from(block)
    data = memoryview(block)[_HEAD.size :]
    numbers = said + runs * 12
    costs = numbers + rows * WIDTH * 8
    if magic != _MAGIC or len(data) != costs + rows * 8 or zlib.crc32(data) != checksum:
        raise BrokenBlockError("is not what was written")
    texts = str(data[:said], "utf-8", "surrogatepass").split(_ITEM) if rows else []
    coded = struct.unpack_from(f"<{runs * 3}I", data, said)
    return CallBlock(texts[:parts], texts[parts:], coded, rows, data[numbers:costs], data[costs:])


def append(column: "array[int] | array[float]", piece: memoryview) -> None:
    """Append numbers of a block to an array."""
    begin = len(column)
    column.frombytes(piece)
    if sys.byteorder == "big":
        swapped = column[begin:]
        swapped.byteswap()
        column[begin:] = swapped  # type: ignore[assignment]


def part_of(said: str) -> FilePart:
    """Read what rows share from a block's text."""
    return FilePart(*said.split(_FIELD))


def unpacked(block: bytes) -> dict[int, CallRow]:
    """Open a block as rows by identity, to go on adding to them. Raises BrokenBlockError."""
    opened = unpack(block)
    parts = [part_of(said) for said in opened.parts]
    numbers, costs = array("q"), array("d")
    append(numbers, opened.numbers)
    append(costs, opened.costs)
    rows: dict[int, CallRow] = {}
    place = 0
    for kind, session, count in zip(*[iter(opened.runs)] * 3, strict=True):
        for row in range(place, place + count):
            counts = numbers[row * WIDTH : (row + 1) * WIDTH]
            rows[counts[1]] = CallRow._make(
                (parts[kind], opened.sessions[session], *counts, costs[row])
            )
        place += count
    return rows
