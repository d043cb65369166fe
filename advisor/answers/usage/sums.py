"""Calls added up and priced, exactly: whole numbers from the first token to the last cent.

Calls of one kind stand in order of time, so that price changes and days are cuts between them, and
tokens are summed before anything is multiplied. Only where a price hangs on the call itself, by its
prompt or its minute, each call is looked at. `advisor.answers.usage.expression` says the same as
one relational expression; a test holds the two equal.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from operator import mul
from typing import NamedTuple

from advisor.answers.usage.days import ZoneDays
from advisor.answers.usage.tariffs import Segment, Selector, Tariffs
from advisor.model.rates import Rates
from advisor.model.usage import Calls, Kind
from advisor.token_classes import TOKEN_CLASSES

_SUMMED = ("calls", *TOKEN_CLASSES, "reasoning")
PIECES = 1 << 80
"""What a dollar that a source wrote is cut into: whole numbers add up the same in any order."""


class Key(NamedTuple):
    """What the calls of one sum share: their kind, day, and price.

    `kind` is the number of a kind, `day` one of a day (0 where days were not asked for), `model`
    the full name in the price tables, `why` why there is no price.
    """

    kind: int
    day: int
    model: str
    rates: Rates | None
    why: str


class CallSum:
    """A sum of calls of one key.

    `numbers` are calls, tokens by class, and reasoning; `written_pieces` what the source itself
    wrote, in 1 / `PIECES` USD, for `written_rows` of the `rows`, `written_zeros` of them 0;
    `untiered` rows whose prompt, on which the price hangs, is not known, and `untiered_cost` what
    they cost in femto-dollars.
    """

    __slots__ = ("numbers", "rows", "untiered", "untiered_cost", "written_cost", "written_pieces",
                 "written_rows", "written_zeros")  # fmt: skip

    def __init__(self) -> None:
        """Begin with nothing."""
        self.rows = 0
        self.numbers = [0] * len(_SUMMED)
        self.untiered = self.untiered_cost = 0
        self.written_pieces = self.written_cost = 0
        self.written_rows = 0
        self.written_zeros = 0

    @property
    def calls(self) -> int:
        """How many calls; rows that a source does not count in calls are none."""
        return self.numbers[0]

    @property
    def tokens(self) -> list[int]:
        """Tokens in the order of the classes."""
        return self.numbers[1:-1]

    @property
    def reasoning(self) -> int:
        """The part of output that was reasoning."""
        return self.numbers[-1]

    @property
    def written(self) -> float:
        """USD that the source itself wrote."""
        return self.written_pieces / PIECES


Sums = dict[Key, CallSum]


class Window(NamedTuple):
    """Moments that are asked about: from the first, before the last."""

    begins: int
    ends: int


def cost_of(key: Key, tokens: Sequence[int]) -> int | None:
    """Return what tokens of a key cost in femto-dollars, None without a price."""
    return None if key.rates is None else sum(map(mul, tokens, key.rates))


def summed(
    calls: Calls,
    tariffs: Tariffs,
    *,
    plan_of: Callable[[Kind], str] = lambda _: "",
    days: ZoneDays | None = None,
    window: Window | None = None,
) -> Sums:
    """Add up calls by kind, day and price. `plan_of` says on which plan a kind of call was made."""
    adding = _Adding(calls, days)
    segments_of = [tariffs.of(selector_of(kind, plan_of(kind))) for kind in calls.kinds]
    ts, kinds = calls.ts, calls.kind
    for run in calls.runs():
        start, stop = run.start, run.stop
        if window:
            start = bisect_left(ts, window.begins, start, stop)
            stop = bisect_left(ts, window.ends, start, stop)
        if start < stop:
            for place in _cut(ts, start, stop, segments_of[kinds[start]], days):
                adding.add(kinds[start], *place)
    return adding.sums


def selector_of(kind: Kind, plan: str = "") -> Selector:
    """Return what of a kind decides its price."""
    return Selector(kind.provider, kind.model, kind.speed, kind.service_tier, kind.geo, plan)


def _cut(
    ts: "array[int]", start: int, stop: int, segments: Sequence[Segment], days: ZoneDays | None
) -> Iterator[tuple[int, int, int, Segment]]:
    """Cut rows in order of time at price changes and days: start, stop, day and segment."""
    first, last = ts[start], ts[stop - 1]
    moments = [one.begins for one in segments if first < one.begins <= last]
    if days:
        moments += days.starts_between(first, last)
    cuts = [bisect_left(ts, moment, start, stop) for moment in sorted(moments)]
    for begin, end in pairwise([start, *cuts, stop]):
        if begin < end:
            day = days.of(ts[begin]) if days else 0
            yield begin, end, day, _in_force(segments, ts[begin])


def _in_force(segments: Sequence[Segment], moment: int) -> Segment:
    if len(segments) == 1:
        return segments[0]
    return segments[bisect_right(segments, moment, key=lambda one: one.begins) - 1]


class _Adding:
    """Adds slices of rows to sums."""

    def __init__(self, calls: Calls, days: ZoneDays | None) -> None:
        self.sums: Sums = {}
        self.days = days
        self.ts = calls.ts
        self.context = calls.context
        self.columns = [getattr(calls, name) for name in _SUMMED]
        self.costs = calls.cost

    def add(self, kind: int, start: int, stop: int, day: int, segment: Segment) -> None:
        """Add rows that share kind, day and segment."""
        if segment.busy is None and not self._reaches_tier(segment, start, stop):
            rates = segment.bands[0] if segment.bands else None
            self._slice(Key(kind, day, segment.model, rates, segment.why), start, stop)
        else:
            for row in range(start, stop):
                rates = segment.rates(self.ts[row], self.context[row])
                self._slice(Key(kind, day, segment.model, rates, ""), row, row + 1)
        if segment.tiers and 0 in self.context[start:stop]:
            self._untiered(kind, day, segment, range(start, stop))

    def _untiered(self, kind: int, day: int, segment: Segment, rows: range) -> None:
        """Add up rows whose prompt nobody knows, so that they are priced as the smallest are."""
        for row in rows:
            if not self.context[row]:
                rates = segment.rates(self.ts[row], 0)
                key = Key(kind, day, segment.model, rates, "")
                found = self.sums[key]
                found.untiered += 1
                tokens = [column[row] for column in self.columns[1:-1]]
                found.untiered_cost += cost_of(key, tokens) or 0

    def _reaches_tier(self, segment: Segment, start: int, stop: int) -> bool:
        return bool(segment.tiers) and max(self.context[start:stop]) > segment.tiers[0]

    def _slice(self, key: Key, start: int, stop: int) -> None:
        found = self.sums.get(key)
        if found is None:
            found = self.sums[key] = CallSum()
        found.rows += stop - start
        numbers = found.numbers
        for place, column in enumerate(self.columns):
            numbers[place] += sum(column[start:stop])
        written = [cost for cost in self.costs[start:stop] if cost == cost]  # noqa: PLR0124
        if written:
            self._written(found, key, (start, stop), written)

    def _written(
        self, found: CallSum, key: Key, rows: tuple[int, int], written: Sequence[float]
    ) -> None:
        """Add what the source wrote, and what the same calls cost by the tables."""
        start, stop = rows
        found.written_pieces += sum([int(cost * PIECES) for cost in written])
        found.written_rows += len(written)
        found.written_zeros += written.count(0.0)
        if key.rates is None:
            return
        for row in range(start, stop):
            if self.costs[row] > 0:
                tokens = [column[row] for column in self.columns[1:-1]]
                found.written_cost += cost_of(key, tokens) or 0
