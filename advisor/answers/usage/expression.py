"""Calls priced by one relational expression, which every engine that ibis speaks to runs unchanged.

Calls are compared with the borders of their tariff, tokens are summed as whole numbers by what that
gives, and only then joined to prices; both joins are on equality. Costs are femto-dollars as
decimal(38, 0): exact on every engine. Times are time stamps without a zone, in UTC.
`advisor.answers.usage.sums` says the same without an engine; a test holds the two equal.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import reduce
from itertools import chain
from operator import add, and_, or_
from typing import Any, NamedTuple

import ibis
import pyarrow as pa

from advisor.answers.usage.bands import RATE_COLUMNS, Bands, bands_of, peak_column
from advisor.answers.usage.sums import selector_of
from advisor.answers.usage.tariffs import Segment, Tariffs
from advisor.model.rates import RatePeak
from advisor.model.usage import Calls, Kind
from advisor.token_classes import TOKEN_CLASSES

WHOLE = "decimal(38,0)"
"""The type that money is summed in."""
COST_COLUMNS = tuple(f"cost_{name}" for name in TOKEN_CLASSES)
_DAY = 86_400_000_000
_DAYS_A_WEEK = 7
_HOUR = 60
Relation = Any
"""A table of ibis."""


class PricedTables(NamedTuple):
    """The tables of a book in an engine, as `border_table` and `rate_table` make them."""

    borders: Relation
    rates: Relation


def priced(
    calls: Relation,
    book: PricedTables,
    bands: Bands,
    shown: Sequence[str],
    also: Sequence[str] = (),
) -> Relation:
    """Return calls, tokens and cost by what is `shown`: columns of `calls`, or of `bands`.

    `calls` has `tariff`, the place of each call's tariff in those that `bands` was made of; `ts`;
    `context`, its prompt; `calls`; and the five classes. Other numbers are added up `also`. What
    has no price is in `unpriced_calls` and `unpriced_tokens`; `cost`, and that of each class
    (`COST_COLUMNS`), leaves it out and is null where nothing has one.
    """
    summed = ["calls", *TOKEN_CLASSES, *also]
    keys = list(bands.columns)
    groups = list(dict.fromkeys([*keys, *shown]))
    compared = calls.inner_join(book.borders, "tariff") if len(keys) > 1 else calls
    outcomes = compared.select(*calls.columns, **_outcomes(compared, bands))
    sums = outcomes.group_by(groups).agg(**{name: outcomes[name].sum() for name in summed})
    joined = sums.left_join(book.rates, keys)
    tokens = reduce(add, [joined[name] for name in TOKEN_CLASSES])
    costs = {
        cost: joined[name].cast(WHOLE) * joined[rate].cast(WHOLE)
        for cost, name, rate in zip(COST_COLUMNS, TOKEN_CLASSES, RATE_COLUMNS, strict=True)
    }
    one = joined.select(
        *shown,
        *summed,
        tokens=tokens,
        is_unpriced=joined[RATE_COLUMNS[0]].isnull(),
        cost=reduce(add, costs.values()),
        **costs,
    )
    return one.group_by(list(shown)).agg(
        **{name: one[name].sum() for name in summed},
        **{name: one[name].sum() for name in ("cost", *COST_COLUMNS)},
        unpriced_calls=one.calls.sum(where=one.is_unpriced).fill_null(0),
        unpriced_tokens=one.tokens.sum(where=one.is_unpriced).fill_null(0),
    )


def _outcomes(compared: Relation, bands: Bands) -> dict[str, Relation]:
    """Return what the comparisons of each call give."""
    found = {}
    if "epoch" in bands.columns:
        found["epoch"] = _passed(compared.ts >= compared[one] for one in _since(bands))
    if "band" in bands.columns:
        found["band"] = _passed(compared.context > compared[one] for one in _over(bands))
    for number, peak in enumerate(bands.peaks):
        busy = ibis.ifelse(_is_busy(compared.ts, peak), 1, 0)
        # Looked at only where it counts: clocks cost more than everything else.
        found[peak_column(number)] = ibis.ifelse(compared[_has(number)] == 1, busy, 0).cast("int64")
    return found


def _since(bands: Bands) -> list[str]:
    return [f"since_{number}" for number in range(bands.changes)]


def _over(bands: Bands) -> list[str]:
    return [f"over_{number}" for number in range(bands.thresholds)]


def _has(number: int) -> str:
    return f"has_{peak_column(number)}"


def _passed(conditions: Iterator[Relation]) -> Relation:
    """Count the conditions that hold, each of which holds only where those before it do.

    One inside the other, so that an engine asks further only of the calls that passed so far.
    """
    asked = list(conditions)
    found = ibis.literal(len(asked), "int64")
    for number, condition in reversed(list(enumerate(asked))):
        found = ibis.ifelse(condition, found, ibis.literal(number, "int64"))
    return found


def _is_busy(ts: Relation, peak: RatePeak) -> Relation:
    is_whole = not any(minute % _HOUR for span in peak.minutes for minute in span)
    clock, unit = (ts.hour(), _HOUR) if is_whole else (ts.hour() * _HOUR + ts.minute(), 1)
    spans = [(begin // unit, end // unit) for begin, end in peak.minutes]
    conditions = [reduce(or_, [(clock >= begin) & (clock < end) for begin, end in spans])]
    if len(peak.weekdays) < _DAYS_A_WEEK:
        conditions.append(_is_one_of(ts.day_of_week.index(), sorted(peak.weekdays)))
    conditions += [
        (ts < _instant(day * _DAY)) | (ts >= _instant((day + 1) * _DAY))
        for day in sorted(peak.holidays)
    ]
    return reduce(and_, conditions)


def _is_one_of(number: Relation, wanted: Sequence[int]) -> Relation:
    """Compare with as few numbers as possible: Monday to Friday is one comparison."""
    if list(wanted) == list(range(len(wanted))):
        return number < len(wanted)
    return reduce(or_, [number == one for one in wanted])


def _instant(moment: int) -> Relation:
    """Write a moment as a time stamp without a zone."""
    when = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=moment)
    return ibis.timestamp(when.replace(tzinfo=None).isoformat(sep=" "))


def local_start(ts: Relation, shifts: Sequence[tuple[int, int]], unit: str) -> Relation:
    """Return the day, week or month that moments lie in, as its first midnight on local clocks.

    `shifts` are microseconds from which on local clocks are so many seconds off, the earliest
    first, as `advisor.answers.usage.days.ZoneDays.shifts` gives them.
    """
    moved = ts + ibis.interval(seconds=shifts[0][1]) if shifts[0][1] else ts
    for moment, seconds in shifts[1:]:
        later = ts + ibis.interval(seconds=seconds) if seconds else ts
        moved = ibis.ifelse(ts >= _instant(moment), later, moved)
    return moved.truncate({"day": "D", "week": "W", "month": "M"}[unit])


def within(calls: Relation, begins: int | None, ends: int | None) -> Relation:
    """Return the calls from one moment to before another, None for no bound."""
    if begins is not None:
        calls = calls.filter(calls.ts >= _instant(begins))
    return calls if ends is None else calls.filter(calls.ts < _instant(ends))


def border_table(bands: Bands) -> pa.Table:
    """Return what calls are compared with as a table, a row for each tariff."""
    names = ["tariff", *_since(bands), *_over(bands), *map(_has, range(len(bands.peaks)))]
    rows = [(one.tariff, *one.changes, *one.thresholds, *one.peaks) for one in bands.borders]
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    arrays = [pa.array(one, pa.int64()) for one in columns]
    for place in range(1, 1 + bands.changes):
        arrays[place] = arrays[place].cast(pa.timestamp("us"))
    return pa.table(arrays, names=names)


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
