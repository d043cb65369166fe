"""What readers have in common: the rows of one file, counters, and what is carried on.

A source is a module of `readers` with the same four names: `PARSER`, a number that grows when the
rows of a file would come out differently; `form(path)`, which says how a file below the source's
folder is read ("lines", "compressed", "document", "database", or "" for not at all); `Reader`; and
`settle`, which decides what files hold of each other. A reader sees one file and decides nothing of
others; `settle` sees all files that share a call, a session or a thread, as `links` says, and must
not ask about more.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from advisor.load.usage.rows import CallRow, Rows, better
from advisor.load.usage.values import dollars, parsed

if TYPE_CHECKING:
    from sqlite3 import Connection

LARGEST_REPAIR = 1 << 23
MOST_PIECES = 1_000
_BEGUN = re.compile(
    r'\{"(?:parentUuid|timestamp|type|id|uuid|session_?[iI]d|\$set|message|resource)'
)
"""How records of logs begin; whole objects inside half a record begin so too, and say nothing."""
_DECODER = json.JSONDecoder(strict=False)


class FileReader:
    """Reads one file; subclasses say what a record means.

    `notes` is what is known of the file beyond rows, as JSON; `carry` what the next run goes on
    from when the file has grown; `counts` what was dropped, repaired or skipped.
    """

    def __init__(
        self,
        path: str,
        *,
        carry: dict[str, Any] | None = None,
        notes: dict[str, Any] | None = None,
        counts: dict[str, int] | None = None,
    ) -> None:
        """Begin, or go on with a file that has grown."""
        self.path = path
        self.stem = os.path.splitext(os.path.basename(path))[0]
        self.rows = Rows()
        self.carry = carry or {}
        self.notes: dict[str, Any] = notes or {}
        self.counts: dict[str, int] = counts or {}
        self.begin()

    def begin(self) -> None:
        """Set up what a subclass needs."""

    def lines(self, buffer: bytearray, begin: int, have: int, end: int) -> int:
        """Look at the lines of a block as `advisor.load.usage.lines.walk` hands it over.

        A subclass may let lines go here that it knows at a glance.
        """
        stop = buffer.find(b"\n", have, end)
        while stop >= 0:
            self.take(buffer, begin, stop)
            begin = stop + 1
            stop = buffer.find(b"\n", begin, end)
        return begin

    def take(self, buffer: bytearray, start: int, stop: int) -> None:
        """Look at one line of a log."""
        raise NotImplementedError

    def document(self, data: bytes) -> None:
        """Read a file that is written as a whole."""
        raise NotImplementedError

    def database(self, connection: Connection) -> None:
        """Read an agent's database."""
        raise NotImplementedError

    def flush(self) -> None:
        """Add what was gathered but isn't a row yet; called when a file has been read."""

    def left(self) -> dict[str, Any]:
        """Return what the next run goes on from, as JSON."""
        return {}

    def count(self, what: str, number: int = 1) -> None:
        """Count something that was dropped, repaired, skipped or odd."""
        if number:
            self.counts[what] = self.counts.get(what, 0) + number

    def keep(self, known: dict[int, CallRow]) -> None:
        """Keep calls that an earlier run read: what a file lost was still billed."""
        for key, row in known.items():
            present = self.rows.by_key.get(key)
            self.rows.by_key[key] = row if present is None else better(present, row)

    @staticmethod
    def amount(value: Any) -> float:
        """Read what the agent itself says a call cost, in USD."""
        return dollars(value)

    def salvaged(self, line: bytes | bytearray) -> Iterator[Any]:
        """Yield the record of a line, or what whole records are left of a damaged one."""
        try:
            yield parsed(line)
        except ValueError:
            found = 0
            for record in _pieces(line):
                found += 1
                yield record
            self.count("repaired_lines" if found else "unreadable_lines")


class JsonLines(FileReader):
    """Reads a log of JSON objects of which only lines with certain bytes matter."""

    NEEDLES: tuple[bytes, ...] = ()

    def take(self, buffer: bytearray, start: int, stop: int) -> None:
        """Parse a line that holds one of the needles."""
        if any(buffer.find(needle, start, stop) >= 0 for needle in self.NEEDLES):
            for record in self.salvaged(bytes(buffer[start:stop])):
                if isinstance(record, dict):
                    self.record(record)

    def record(self, record: dict[str, Any]) -> None:
        """Take one object."""
        raise NotImplementedError


def _pieces(line: bytes | bytearray) -> Iterator[Any]:
    """Yield whole objects of a line that isn't one: two writes on one line, a torn one before."""
    if len(line) > LARGEST_REPAIR:
        return
    said = line.replace(b"\x00", b"").decode("utf-8", "replace")
    begun = _BEGUN.search(said)
    for _ in range(MOST_PIECES):
        if begun is None:
            return
        try:
            record, end = _DECODER.raw_decode(said, begun.start())
        except (ValueError, RecursionError):
            begun = _BEGUN.search(said, begun.start() + 1)
            continue
        if not said[end:].strip() or said[end:].lstrip().startswith('{"'):
            yield record
        begun = _BEGUN.search(said, end)
