"""All rows of one source, over files, homes and machines, and how the same call is counted once.

Identity between files is decided here, at reading, and never stored: a file that turns up or goes
may change which of two records is the copy.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from advisor.load.usage.rows import Block, part_of
from advisor.model.usage import COLUMNS, TYPECODES, Calls, Flag, Kind, Unlogged
from advisor.units import TOKEN_CLASSES

SLACK = 60_000_000
"""Microseconds that two records of one call may lie apart."""


class Span(NamedTuple):
    """The rows of one file, and what else is known of it."""

    start: int
    stop: int
    notes: dict[str, Any]
    home: str


class Found:
    """Rows of one source; `keep[i]` is 0 where a row turned out to be another's copy."""

    def __init__(self, source: str, kinds: list[Kind], sessions: list[str]) -> None:
        """Begin with nothing; kinds and sessions are lists that all sources share."""
        self.source = source
        self.calls = Calls(kinds, sessions)
        self.keep = bytearray()
        self.spans: list[Span] = []
        self.counters: dict[str, int] = {}
        self.unlogged: list[Unlogged] = []
        self._places: dict[tuple[str, str, str], int] = {}

    def add(self, block: Block, notes: dict[str, Any], home: str = "", person: str = "") -> None:
        """Take the rows of a file from a home; `person` is whose it is, unless rows know better."""
        calls, start = self.calls, len(self.keep)
        if notes:
            self.spans.append(Span(start, start + block.rows, notes, home))
        if not block.rows:
            return
        places = [self._place(said, home, person) for said in block.parts]
        first = len(calls.sessions)
        calls.sessions += block.sessions
        columns = calls.columns
        for name in COLUMNS[2:]:
            block.onto(columns[name], name)
        columns["kind"].extend(_mapped(block.column("kind"), places))
        columns["session"].extend(
            _mapped(block.column("session"), range(first, first + len(block.sessions)))
        )
        self.keep.extend(b"\x01" * block.rows)

    def _place(self, said: str, home: str, person: str) -> int:
        """Return the number of a kind, a new one where it is new."""
        place = self._places.get((said, home, person))
        if place is None:
            part = part_of(said)
            kind = Kind(
                self.source, part.source_version, home, part.project, part.person or person,
                part.provider, part.model, part.speed, part.service_tier, part.geo,
                part.granularity,
            )  # fmt: skip
            place = self._places[said, home, person] = len(self.calls.kinds)
            self.calls.kinds.append(kind)
        return place

    def count(self, what: str, number: int = 1) -> None:
        """Count something that was dropped, repaired, skipped or odd."""
        if number:
            self.counters[what] = self.counters.get(what, 0) + number

    def drop(self, rows: Sequence[int], why: str) -> None:
        """Leave rows out, and say why."""
        self.count(why, sum(self.keep[row] for row in rows))
        for row in rows:
            self.keep[row] = 0

    def size(self, row: int) -> int:
        """Add up a row's tokens."""
        columns = self.calls.columns
        return sum(columns[name][row] for name in TOKEN_CLASSES)  # type: ignore[misc]

    def drop_side_copies(self) -> None:
        """Drop side-chain rows that replay a main line under another request id."""
        calls = self.calls
        flags, twins = calls.flags, calls.twin
        side = [row for row, flag in enumerate(flags) if flag & Flag.SIDE and twins[row]]
        if not side:
            return
        main = {twin for twin, flag in zip(twins, flags, strict=True) if not flag & Flag.SIDE}
        own = {calls.key[row] for row in side}
        shared = {
            key
            for key, flag in zip(calls.key, flags, strict=True)
            if key in own and not flag & Flag.SIDE
        }
        copies = [row for row in side if twins[row] in main and calls.key[row] not in shared]
        self.drop(copies, "side_chain_copies")

    def drop_copies(self, why: str = "copies_in_other_files") -> None:
        """Count a call once that several files hold: the better record, where it was made."""
        for rows in self.groups():
            owner = min(rows, key=self._claim)
            best = max(rows, key=lambda row: (not self._is_partial(row), self.size(row)))
            first = min(self.calls.ts[row] for row in rows)
            if best != owner:
                self._overwrite(owner, best)
            self.calls.ts[owner] = first
            self.drop([row for row in rows if row != owner], why)

    def drop_second_best(self) -> None:
        """Drop an agent's lesser records from the moment on from which a session has better ones.

        Older versions wrote only the lesser ones, perhaps into the beginning of the same session.
        """
        calls = self.calls
        better: dict[str, dict[int, int]] = {}
        lesser: list[tuple[int, int, str]] = []
        for row, flag in enumerate(calls.flags):
            rank = flag & (Flag.SECOND | Flag.THIRD)
            name = calls.sessions[calls.session[row]]
            if rank:
                lesser.append((row, rank, name))
            if self.keep[row]:
                first = better.setdefault(name, {})
                first[rank] = min(first.get(rank, calls.ts[row]), calls.ts[row])
        dropped = []
        for row, rank, name in lesser:
            since = [first for of, first in better.get(name, {}).items() if of < rank]
            if since and calls.ts[row] >= min(since) - SLACK:
                dropped.append(row)
        self.drop(dropped, "second_records")

    def compare_sums(self) -> None:
        """Compare what sessions say in sum with their rows; differences are counted, never added.

        A file's `sums` note maps a session to the tokens of its prompts and of its answers.
        """
        said: dict[str, list[int]] = {}
        for span in self.spans:
            said.update(span.notes.get("sums", {}))
        if not said:
            return
        calls = self.calls
        counted: dict[str, dict[int, tuple[int, int]]] = {name: {} for name in said}
        for row, code in enumerate(calls.session):
            rows = counted.get(calls.sessions[code])
            if rows is not None and not calls.flags[row] & (Flag.SECOND | Flag.THIRD):
                output = calls.output[row]
                rows[calls.key[row]] = (self.size(row) - output, output)
        for name, sums in said.items():
            rows_of = counted[name].values()
            if [sum(one[0] for one in rows_of), sum(one[1] for one in rows_of)] != list(sums):
                self.count("session_sums_that_differ")

    def groups(self) -> Iterator[list[int]]:
        """Yield the rows that are one call, where there are several."""
        keys, keep = self.calls.key, self.keep
        if len(set(keys)) == len(keys):
            return
        once: set[int] = set()
        several: dict[int, list[int]] = {}
        for key in keys:
            if key in once:
                several[key] = []
            else:
                once.add(key)
        for row, key in enumerate(keys):
            if key in several and keep[row]:
                several[key].append(row)
        yield from (rows for rows in several.values() if len(rows) > 1)

    def _is_partial(self, row: int) -> int:
        return self.calls.flags[row] & Flag.PARTIAL

    def _claim(self, row: int) -> tuple[object, ...]:
        """How good a claim a file has to a call: the least is best, in any order of files."""
        calls = self.calls
        return (
            not calls.flags[row] & Flag.OWN, calls.ts[row], calls.sessions[calls.session[row]],
            calls.kinds[calls.kind[row]], self.size(row), row,
        )  # fmt: skip

    def _overwrite(self, row: int, other: int) -> None:
        kept = {"kind", "session", "ts", "key", "twin"}
        for name, column in self.calls.columns.items():
            if name not in kept:
                column[row] = column[other]  # type: ignore[assignment]

    def settled(self) -> Calls:
        """Return the rows that count; the unknown output of cut calls is 0."""
        calls = self.calls
        partial = [row for row, flag in enumerate(calls.flags) if flag & Flag.PARTIAL]
        for row in partial:
            calls.output[row] = calls.reasoning[row] = 0
        self.count("partial_calls", sum(self.keep[row] for row in partial))
        return calls if 0 not in self.keep else calls.kept(self.keep)


def _mapped(codes: array[int] | array[float], places: Sequence[int]) -> array[int]:
    """Translate codes of one file into codes of all."""
    if len(places) == 1:
        return array(TYPECODES["kind"], places) * len(codes)
    return array(TYPECODES["kind"], [places[int(code)] for code in codes])
