"""What coding work really used: one row a billed call, in columns. No files, no prices.

A row is one API call, or what a source sums up (`Kind.granularity` says which). Token classes are
disjoint and named as in `TOKEN_CLASSES`; `reasoning` is a part of `output`, for information. What
rows share (agent, project, model, speed …) is said once, as a `Kind`; a row holds its number.

    usage.calls.ts[i]                       the row's moment, microseconds since 1970, UTC
    usage.calls.kinds[usage.calls.kind[i]]  what was called, by whom, where
    usage.calls.tokens["output"][i]         tokens of one class
    for run in usage.calls.runs(): …        slices of rows that share a kind, in order of time

Columns are `array.array`: they have the buffer protocol, so that arrow or numpy take them as they
are. Nothing here holds a word of what was said in a call.
"""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from itertools import compress, pairwise
from operator import lt, ne
from typing import NamedTuple

from advisor.token_classes import TOKEN_CLASSES

MICROSECONDS = 1_000_000
GRANULARITIES = ("call", "segment", "1m", "1h", "1d")
"""What one row stands for: a call, a part of a session, or a bucket of time. A price that depends
on the size of a prompt is exact on calls alone."""


class Kind(NamedTuple):
    """What rows share. Every text is as the source wrote it; what it doesn't say is empty."""

    source: str
    source_version: str = ""
    home: str = ""
    project: str = ""
    person: str = ""
    provider: str = ""
    model: str = ""
    speed: str = "standard"
    service_tier: str = ""
    geo: str = ""
    granularity: str = "call"


class Flag:
    """What is special about a row: plain numbers, to be or-ed together."""

    PARTIAL = 1
    """Cut or stopped: the input side was billed, how much output nobody knows; it is 0 here."""
    SIDE = 2
    """Of a sub-agent or a side chain."""
    ESTIMATED = 4
    """The agent's own guess or rounded numbers, not what a server counted."""
    ITERATION = 8
    """A further pass inside a call that the call's own numbers leave out: `calls` is 0 if it is
    of the same model."""
    INFERRED = 16
    """Kept or dropped by a rule of thumb, as the file that would decide it is missing."""
    OWN = 32
    """The file also holds the request, so that the call was made in this very session."""
    REFERRED = 64
    """Written by a version that names each request (Claude Code's `requestRef`)."""
    SECOND = 128
    """From a second record of the agent's: counts only where the session has no better one."""
    THIRD = 256
    """From a third one, such as a sum at the end of a session."""


TEXT_COLUMNS = ("kind", "session")
NUMBER_COLUMNS = ("ts", "key", "twin", "flags", "calls", *TOKEN_CLASSES, "reasoning", "context")
COLUMNS = (*TEXT_COLUMNS, *NUMBER_COLUMNS, "cost")
TYPECODES = dict.fromkeys(TEXT_COLUMNS, "I") | dict.fromkeys(NUMBER_COLUMNS, "q") | {"cost": "d"}


class CallRun(NamedTuple):
    """Rows `start` to `stop` share one kind and stand in order of time."""

    kind: Kind
    start: int
    stop: int


class Calls:
    """Rows in columns, all of one length.

    `kind` and `session` are places in `kinds` and `sessions`; `ts` microseconds UTC; `key` the
    identity (64 bits; equal keys are the same call); `twin` a wider one that replays keep; `flags`
    of `Flag`; `calls` how many calls the row stands for, 0 where the source doesn't say or the row
    adds to another; the five token classes, `reasoning`; `context` the prompt whose size chooses a
    tier of price, 0 where unknown; `cost` USD as the source itself wrote it, NaN where it didn't.
    """

    __slots__ = ("columns", "kinds", "sessions")

    def __init__(self, kinds: list[Kind], sessions: list[str]) -> None:
        """Begin with no rows; the lists may grow, and may be those of other rows too."""
        self.kinds = kinds
        self.sessions = sessions
        self.columns: dict[str, array[int] | array[float]] = {
            name: array(code) for name, code in TYPECODES.items()
        }

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.columns["ts"])

    def __getattr__(self, name: str) -> "array[int]":
        """Return a column by its name."""
        try:
            return self.columns[name]  # type: ignore[return-value]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def cost(self) -> "array[float]":
        """USD as the source wrote it, NaN where it wrote none."""
        return self.columns["cost"]  # type: ignore[return-value]

    @property
    def tokens(self) -> "Mapping[str, array[int]]":
        """The five disjoint token classes, in the order of `TOKEN_CLASSES`."""
        return {name: getattr(self, name) for name in TOKEN_CLASSES}

    def runs(self) -> Iterator[CallRun]:
        """Yield slices of rows that share a kind; within one, time never goes back."""
        kind, ts = self.kind, self.ts
        rows = range(1, len(self))
        cuts = {*compress(rows, map(ne, kind[1:], kind)), *compress(rows, map(lt, ts[1:], ts))}
        for start, stop in pairwise([*([0] if len(self) else []), *sorted(cuts), len(self)]):
            yield CallRun(self.kinds[kind[start]], start, stop)

    def total(self, name: str, start: int = 0, stop: int | None = None) -> int:
        """Add up a column, or a slice of it."""
        return sum(getattr(self, name)[start:stop])

    def extend(self, other: "Calls") -> None:
        """Append rows that share kinds and sessions with these."""
        for name, column in self.columns.items():
            column.extend(other.columns[name])  # type: ignore[arg-type]

    def kept(self, keep: Sequence[int]) -> "Calls":
        """Return the rows whose entry in `keep` is true; kinds and sessions are shared."""
        chosen = Calls(self.kinds, self.sessions)
        for name, column in self.columns.items():
            chosen.columns[name] = array(TYPECODES[name], compress(column, keep))
        return chosen


class Unlogged(NamedTuple):
    """Use that only a running sum of the agent knows: compaction, titles, lost answers."""

    source: str
    home: str
    session: str
    model: str
    tokens: Mapping[str, int]


class Counter(NamedTuple):
    """How often something was dropped, repaired, skipped or found odd while reading a source."""

    source: str
    what: str
    number: int


class Usage:
    """Everything that was found: rows, what can't be rows, and what was done to get there.

    `partial` calls are among the rows, with their input and without output; `unlogged` never are.
    `files` counts what was seen, `bytes_read` what had to be read this time.
    """

    def __init__(self) -> None:
        """Begin with nothing found."""
        self.calls = Calls([], [])
        self.unlogged: list[Unlogged] = []
        self.counters: list[Counter] = []
        self.warnings: list[str] = []
        self.files = 0
        self.bytes_read = 0

    @property
    def partial(self) -> "Calls":
        """The rows whose output is unknown."""
        return self.calls.kept([flags & Flag.PARTIAL for flags in self.calls.flags])

    def count(self, source: str, what: str) -> int:
        """Return a counter, 0 where nothing was counted."""
        return sum(one.number for one in self.counters if (one.source, one.what) == (source, what))
