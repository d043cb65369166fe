"""Calls priced by one relational expression, which every engine that ibis speaks to runs unchanged.

Calls are sorted into bands by comparisons, their tokens summed as whole numbers, and only then
joined to prices, on equality. Costs are femto-dollars as decimal(38, 0): exact on every engine.
Times are time stamps without a zone, in UTC. `advisor.answers.usage.sums` says the same without an
engine; a test holds the two equal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import reduce
from itertools import chain
from operator import add, or_
from typing import Any

import ibis
import pyarrow as pa

from advisor.answers.usage.bands import RATE_COLUMNS, Bands, bands_of, peak_column
from advisor.answers.usage.sums import selector_of
from advisor.answers.usage.tariffs import Segment, Tariffs
from advisor.model.rates import Peak
from advisor.model.usage import Calls, Kind
from advisor.token_classes import TOKEN_CLASSES

WHOLE = "decimal(38,0)"
"""The type that money is summed in."""
_DAY = 86_400_000_000
Relation = Any
"""A table of ibis."""


def priced(calls: Relation, rates: Relation, bands: Bands, shown: Sequence[str]) -> Relation:
    """Return calls, tokens and cost by what is `shown`: columns of `calls`, or "tariff".

    `calls` has `tariff`, the place of each call's tariff in those that `bands` was made of; `ts`;
    `context`, its prompt; `calls`; and the five classes. `rates` holds the rows of `bands`. What
    has no price is in `unpriced_calls` and `unpriced_tokens`; `cost` leaves it out and is null
    where nothing has one.
    """
    sorted_in = calls.mutate(**_sorted_in(calls, bands))
    keys = list(bands.columns)
    groups = list(dict.fromkeys([*keys, *shown]))
    sums = sorted_in.group_by(groups).agg(
        calls=sorted_in.calls.sum(), **{name: sorted_in[name].sum() for name in TOKEN_CLASSES}
    )
    joined = sums.left_join(rates, keys)
    tokens = reduce(add, [joined[name] for name in TOKEN_CLASSES])
    one = joined.select(
        *shown,
        "calls",
        *TOKEN_CLASSES,
        tokens=tokens,
        is_unpriced=joined[RATE_COLUMNS[0]].isnull(),
        cost=reduce(add, [_cost(joined, *names) for names in _CLASSES]),
    )
    return one.group_by(list(shown)).agg(
        calls=one.calls.sum(),
        **{name: one[name].sum() for name in TOKEN_CLASSES},
        cost=one.cost.sum(),
        unpriced_calls=one.calls.sum(where=one.is_unpriced).fill_null(0),
        unpriced_tokens=one.tokens.sum(where=one.is_unpriced).fill_null(0),
    )


_CLASSES = tuple(zip(TOKEN_CLASSES, RATE_COLUMNS, strict=True))


def _cost(joined: Relation, tokens: str, rate: str) -> Relation:
    return joined[tokens].cast(WHOLE) * joined[rate].cast(WHOLE)


def _sorted_in(calls: Relation, bands: Bands) -> dict[str, Relation]:
    """Return what the comparisons of each call give."""
    found = {}
    if bands.changes:
        found["epoch"] = _passed(calls.ts >= _instant(one) for one in bands.changes)
    if bands.thresholds:
        found["band"] = _passed(calls.context > over for over in bands.thresholds)
    for number, peak in enumerate(bands.peaks):
        found[peak_column(number)] = _flag(_is_busy(calls.ts, peak))
    return found


def _passed(conditions: Iterator[Relation]) -> Relation:
    return reduce(add, map(_flag, conditions))


def _flag(condition: Relation) -> Relation:
    """Return 1 or 0; not every engine turns a truth into a number."""
    return ibis.ifelse(condition, 1, 0).cast("int64")


def _is_busy(ts: Relation, peak: Peak) -> Relation:
    minute = ts.hour() * 60 + ts.minute()
    hours = reduce(or_, [(minute >= begin) & (minute < end) for begin, end in peak.minutes])
    weekday = ts.day_of_week.index()
    days = reduce(or_, [weekday == one for one in peak.weekdays])
    free = [
        (ts >= _instant(day * _DAY)) & (ts < _instant((day + 1) * _DAY))
        for day in sorted(peak.holidays)
    ]
    busy = hours & days
    return busy & ~reduce(or_, free) if free else busy


def _instant(moment: int) -> Relation:
    """Write a moment as a time stamp without a zone."""
    when = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=moment)
    return ibis.timestamp(when.replace(tzinfo=None).isoformat(sep=" "))


def rate_table(bands: Bands) -> pa.Table:
    """Return the rows of bands as a table."""
    names = [*bands.columns, *RATE_COLUMNS]
    columns = list(zip(*bands.rows, strict=True)) or [()] * len(names)
    return pa.table([pa.array(one, pa.int64()) for one in columns], names=names)


def call_table(
    calls: Calls, tariffs: Tariffs, plan_of: Callable[[Kind], str] = lambda _: ""
) -> tuple[pa.Table, Bands]:
    """Return calls as a table without copying a number, and the bands that price them.

    Beside what `priced` needs it has `kind`, each row's place in `calls.kinds`.
    """
    selectors = [selector_of(kind, plan_of(kind)) for kind in calls.kinds]
    places = {one: place for place, one in enumerate(dict.fromkeys(selectors))}
    segments: list[Sequence[Segment]] = [tariffs.of(one) for one in places]
    size = len(calls)
    kind = pa.Array.from_buffers(pa.uint32(), size, [None, pa.py_buffer(calls.kind)])
    tariff = pa.array([places[one] for one in selectors], pa.int64()).take(kind)
    columns = {"kind": kind.cast(pa.int64()), "tariff": tariff}
    columns["ts"] = pa.Array.from_buffers(pa.timestamp("us"), size, [None, pa.py_buffer(calls.ts)])
    for name in chain(("context", "calls"), TOKEN_CLASSES):
        buffer = pa.py_buffer(getattr(calls, name))
        columns[name] = pa.Array.from_buffers(pa.int64(), size, [None, buffer])
    first, last = (min(calls.ts), max(calls.ts)) if size else (0, 0)
    return pa.table(columns), bands_of(segments, first, last)
