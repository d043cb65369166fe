"""All rows of one source, over files, homes and machines, and how the same call is counted once.

Identity between files is decided here, at reading, and never stored: a file that turns up or goes
may change which of two records is the copy.
"""

from array import array
from collections import Counter
from collections.abc import Sequence
from itertools import compress
from typing import Any, NamedTuple

from advisor.load.usage.rows import WIDTH, CallBlock, append, part_of
from advisor.model.usage import NUMBER_COLUMNS, TYPECODES, Calls, Flag, Kind, Unlogged
from advisor.token_classes import TOKEN_CLASSES

_PLACES = {name: place for place, name in enumerate(NUMBER_COLUMNS)}
_TOKENS = slice(_PLACES[TOKEN_CLASSES[0]], _PLACES[TOKEN_CLASSES[-1]] + 1)

SLACK = 60_000_000
"""Microseconds that two records of one call may lie apart."""


class FileSpan(NamedTuple):
    """The rows of one file, and what else is known of it."""

    start: int
    stop: int
    notes: dict[str, Any]
    home: str


class FoundCalls:
    """Rows of one source; `keep[i]` is 0 where a row turned out to be another's copy.

    A row's whole numbers lie together in one array; `column` gives them by name, `put` changes one.
    """

    def __init__(self, source: str, kinds: list[Kind], sessions: list[str]) -> None:
        """Begin with nothing; kinds and sessions are lists that all sources share."""
        self.source = source
        self.kinds = kinds
        self.sessions = sessions
        self.kind = array(TYPECODES["kind"])
        self.session = array(TYPECODES["session"])
        self.numbers = array("q")
        self.costs = array("d")
        self.keep = bytearray()
        self.spans: list[FileSpan] = []
        self.counters: dict[str, int] = {}
        self.unlogged: list[Unlogged] = []
        self._places: dict[tuple[str, str, str], int] = {}
        self._columns: dict[str, array[int]] = {}
        self._groups: list[list[int]] | None = None

    def add(
        self, block: CallBlock, notes: dict[str, Any], home: str = "", person: str = ""
    ) -> None:
        """Take the rows of a file from a home; `person` is whose it is, unless rows know better."""
        start = len(self.keep)
        if notes:
            self.spans.append(FileSpan(start, start + block.rows, notes, home))
        if not block.rows:
            return
        places = [self._place(said, home, person) for said in block.parts]
        first = len(self.sessions)
        self.sessions += block.sessions
        for kind, session, count in zip(*[iter(block.runs)] * 3, strict=True):
            self.kind.extend(array(self.kind.typecode, (places[kind],)) * count)
            self.session.extend(array(self.session.typecode, (first + session,)) * count)
        append(self.numbers, block.numbers)
        append(self.costs, block.costs)
        self.keep.extend(b"\x01" * block.rows)

    def column(self, name: str) -> "array[int]":
        """Return one number of every row."""
        if name not in self._columns:
            self._columns[name] = self.numbers[_PLACES[name] :: WIDTH]
        return self._columns[name]

    def put(self, row: int, name: str, value: int) -> None:
        """Change one number of a row."""
        self.numbers[row * WIDTH + _PLACES[name]] = value
        if name in self._columns:
            self._columns[name][row] = value

    def tokens(self, row: int) -> "array[int]":
        """Return a row's tokens in the order of the token classes."""
        return self.numbers[row * WIDTH : (row + 1) * WIDTH][_TOKENS]

    def name(self, row: int) -> str:
        """Return the session that a row is of."""
        return self.sessions[self.session[row]]

    def _rows_with(self, flag: int) -> list[int]:
        """Return the rows that have a flag."""
        flags = self.column("flags")
        having = {one for one in set(flags) if one & flag}
        return list(compress(range(len(flags)), map(having.__contains__, flags)) if having else ())

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
            place = self._places[said, home, person] = len(self.kinds)
            self.kinds.append(kind)
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

    def drop_side_copies(self) -> None:
        """Drop side-chain rows that replay a main line under another request id."""
        flags, twins, keys = self.column("flags"), self.column("twin"), self.column("key")
        side = [row for row in self._rows_with(Flag.SIDE) if twins[row]]
        if not side:
            return
        main = {twin for twin, flag in zip(twins, flags, strict=True) if not flag & Flag.SIDE}
        copies = [row for row in side if twins[row] in main]
        wanted = {keys[row] for row in copies}
        shared = {
            key
            for key, flag in zip(keys, flags, strict=True)
            if key in wanted and not flag & Flag.SIDE
        }
        self.drop([row for row in copies if keys[row] not in shared], "side_chain_copies")

    def drop_copies(self, why: str = "copies_in_other_files") -> None:
        """Count a call once that several files hold: the better record, where it was made."""
        dropped: list[int] = []
        flags, keep = self.column("flags"), self.keep
        for group in self.groups():
            rows = [row for row in group if keep[row]]
            if len(rows) < 2:
                continue
            own = [row for row in rows if flags[row] & Flag.OWN]
            owner = own[0] if len(own) == 1 else min(rows, key=self._claim)
            self._take_best(owner, rows)
            rows.remove(owner)
            dropped += rows
        self.drop(dropped, why)

    def _take_best(self, owner: int, rows: Sequence[int]) -> None:
        """Give the row that stays the best numbers, and the first moment, of all."""
        flags, moments = self.column("flags"), self.column("ts")
        tokens = [self.tokens(row) for row in rows]
        if any(one != tokens[0] for one in tokens) or any(
            flags[row] & Flag.PARTIAL != flags[owner] & Flag.PARTIAL for row in rows
        ):
            best = max(rows, key=lambda row: (not flags[row] & Flag.PARTIAL, sum(self.tokens(row))))
            if best != owner:
                self._overwrite(owner, best)
        first = min([moments[row] for row in rows])
        if moments[owner] != first:
            self.put(owner, "ts", first)

    def groups(self) -> list[list[int]]:
        """Return the rows that are one call, where there are several."""
        if self._groups is None:
            keys = self.column("key")
            several: dict[int, list[int]] = {}
            if len(set(keys)) < len(keys):
                numbers = Counter(keys)
                several = {key: [] for key, number in numbers.items() if number > 1}
                for row in compress(range(len(keys)), map(several.__contains__, keys)):
                    several[keys[row]].append(row)
            self._groups = list(several.values())
        return self._groups

    def _claim(self, row: int) -> tuple[object, ...]:
        """How good a claim a file has to a call: the least is best, in any order of files."""
        return (
            not self.column("flags")[row] & Flag.OWN, self.column("ts")[row], self.name(row),
            self.kinds[self.kind[row]], sum(self.tokens(row)), row,
        )  # fmt: skip

    def _overwrite(self, row: int, other: int) -> None:
        for name in NUMBER_COLUMNS:
            if name not in {"ts", "key", "twin"}:
                self.put(row, name, self.column(name)[other])
        self.costs[row] = self.costs[other]

    def drop_second_best(self) -> None:
        """Drop an agent's lesser records from the moment on from which a session has better ones.

        Older versions wrote only the lesser ones, perhaps into the beginning of the same session.
        """
        moments = self.column("ts")
        better: dict[str, dict[int, int]] = {}
        lesser: list[tuple[int, int, str]] = []
        for row, flag in enumerate(self.column("flags")):
            rank = flag & (Flag.SECOND | Flag.THIRD)
            name = self.name(row)
            if rank:
                lesser.append((row, rank, name))
            if self.keep[row]:
                first = better.setdefault(name, {})
                first[rank] = min(first.get(rank, moments[row]), moments[row])
        dropped = []
        for row, rank, name in lesser:
            since = [first for of, first in better.get(name, {}).items() if of < rank]
            if since and moments[row] >= min(since) - SLACK:
                dropped.append(row)
        self.drop(dropped, "second_records")

    def compare_sums(self) -> None:
        """Compare what sessions say in sum with their rows; differences are counted, never added.

        A file's `sums` note maps a session to the tokens of its prompts and of its answers; of
        copies the one counts that says most.
        """
        said: dict[str, list[int]] = {}
        for span in self.spans:
            for name, sums in span.notes.get("sums", {}).items():
                said[name] = max(said.get(name, sums), sums)
        if not said:
            return
        counted: dict[str, dict[int, tuple[int, int]]] = {name: {} for name in said}
        keys, flags = self.column("key"), self.column("flags")
        for row, key in enumerate(keys):
            rows = counted.get(self.name(row))
            if rows is not None and not flags[row] & (Flag.SECOND | Flag.THIRD):
                *prompt, output = self.tokens(row)
                rows[key] = (sum(prompt), output)
        for name, sums in said.items():
            rows_of = counted[name].values()
            if [sum(one[0] for one in rows_of), sum(one[1] for one in rows_of)] != list(sums):
                self.count("session_sums_that_differ")

    def settled(self) -> Calls:
        """Return the rows that count, and hold them no longer; output of cut calls is 0."""
        partial = self._rows_with(Flag.PARTIAL)
        for row in partial:
            self.put(row, "output", 0)
            self.put(row, "reasoning", 0)
        self.count("partial_calls", sum(self.keep[row] for row in partial))
        calls = Calls(self.kinds, self.sessions)
        numbers = self._kept_numbers()
        self._columns.clear()
        self._groups = None
        for place, name in enumerate(NUMBER_COLUMNS):
            calls.columns[name] = numbers[place::WIDTH]
        if len(numbers) == len(self.numbers):
            calls.columns |= {"kind": self.kind, "session": self.session, "cost": self.costs}
        else:
            for name, column in (("kind", self.kind), ("session", self.session)):
                calls.columns[name] = array(column.typecode, compress(column, self.keep))
            calls.columns["cost"] = array("d", compress(self.costs, self.keep))
        return calls

    def _kept_numbers(self) -> "array[int]":
        """Return the numbers of the rows that count, copied in as few pieces as possible."""
        gap = self.keep.find(0)
        if gap < 0:
            return self.numbers
        kept = array("q")
        begin = 0
        while gap >= 0:
            kept += self.numbers[begin * WIDTH : gap * WIDTH]
            begin = self.keep.find(1, gap)
            if begin < 0:
                return kept
            gap = self.keep.find(0, begin)
        kept += self.numbers[begin * WIDTH :]
        return kept
