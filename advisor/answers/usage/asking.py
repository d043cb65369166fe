"""A usage table in a warehouse, added up and priced there: only sums of it travel.

The first question finds which models are called in which ways, and when; what they cost is then
laid out as a small table, and the second question joins, sums and prices. It comes back by every
border that a price has, so that each row's cost is computed here once more, in whole numbers, and
must be the same to the last digit. Rows by people, projects or homes are priced there alone, by a
question of their own, and must come to the same sum.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import pyarrow as pa

from advisor.answers.usage.answer import AskedDays, Gathered, chart_unit, window_of
from advisor.answers.usage.bands import bands_of
from advisor.answers.usage.days import ZoneDays, begins_in
from advisor.answers.usage.expression import (
    COST_COLUMNS,
    PricedTables,
    Relation,
    border_table,
    local_start,
    priced,
    rate_table,
    within,
)
from advisor.answers.usage.groups import NAMERS, in_order
from advisor.answers.usage.sums import CallSum, Key, Sums, Window, cost_of, selector_of
from advisor.answers.usage.tariffs import Segment, Tariffs
from advisor.errors import InputError, MissingError
from advisor.model.rates import ALWAYS, NEVER, RateBook, Rates
from advisor.model.usage import Counter, Kind, Usage
from advisor.tables.usage import TIMES, UsageRow
from advisor.token_classes import TOKEN_CLASSES

SOURCE = "warehouse"
"""What calls are from where no column says it."""
OF_WAYS = ("source", "provider", "model", "speed", "service_tier", "geo")
"""Columns that tell ways to be called apart, most of which decide a price."""
OF_ROWS = ("project", "person", "home")
"""Columns that rows are only named by."""
_BY_PRICE = {"priced_as", "vendor", "no_price"}
_BY_TIME = {*TIMES}
MOST_WAYS = 50_000
_UNKNOWN = "without_prompt"
_ROWS = "table_rows"
_DAY = 86_400
_MICROSECONDS = 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Warehouse(NamedTuple):
    """A usage table where it lives, as `advisor.load.warehouse.usage_table` returns it.

    `small` makes a small table of ours a relation there; `fetch` asks for a relation's rows.
    """

    calls: Relation
    small: Callable[[pa.Table], Relation]
    fetch: Callable[[Relation], Iterable[dict[str, Any]]]


class _Ways(NamedTuple):
    """Every way that models are called in, when the first and the last call was, and prices.

    `fields` are the columns that tell ways apart; `tariff_of` the place of each way's tariff.
    """

    fields: Sequence[str]
    kinds: Sequence[Kind]
    first: int
    last: int
    untimed: int
    tariff_of: Sequence[int]
    segments: Sequence[Sequence[Segment]]


def gather_there(
    warehouse: Warehouse, book: RateBook, asked: AskedDays, wanted: Sequence[Sequence[str]]
) -> Gathered:
    """Add a usage table up, for rows by each of the groupings that are wanted.

    Raises MissingError where the engine's figures are not exact, and whatever the engine raises.
    """
    days = ZoneDays(begins_in(asked.zone))
    window = window_of(days, asked)
    there = warehouse._replace(calls=_windowed(warehouse.calls, window))
    ways = _ways(there, Tariffs(book), asked)
    usage = Usage()
    if ways is None:
        return Gathered(usage, book, asked, window, {})
    usage.counters = [Counter(SOURCE, "rows_without_time", ways.untimed)]
    days.cover(ways.first, ways.last)
    asking = _Asking(there, ways, days)
    found = Gathered(
        usage, book, asked, window, asking.sums(wanted, usage.calls.kinds), asking.ends
    )
    cost = sum(cost_of(key, one.tokens) or 0 for key, one in found.sums.items())
    calls = sum(one.calls for one in found.sums.values())
    rows = {}
    for by in wanted:
        if set(by) & {*OF_ROWS}:
            rows[by] = asking.rows(by)
            _check_total(rows[by], calls, cost)
    return found._replace(rows=rows)


def _windowed(calls: Relation, window: Window | None) -> Relation:
    if window is None:
        return calls
    begins = None if window.begins == ALWAYS else window.begins
    return within(calls, begins, None if window.ends == NEVER else window.ends)


def _ways(warehouse: Warehouse, tariffs: Tariffs, asked: AskedDays) -> _Ways | None:
    """Ask which ways there are; None where there are no calls."""
    calls = warehouse.calls
    fields = [one for one in OF_WAYS if one in calls.columns]
    found = calls.group_by(fields).agg(
        rows=calls.count(), timed=calls.ts.count(), first=calls.ts.min(), last=calls.ts.max()
    )
    rows = list(warehouse.fetch(found))
    if len(rows) > MOST_WAYS:
        message = f"models are called in {len(rows):,} ways: are these the right columns?"
        raise InputError.of(message, key="--columns")
    untimed = sum(row["rows"] - row["timed"] for row in rows)
    rows = [row for row in rows if row["timed"]]
    if not rows:
        return None
    kinds = [Kind(**({"source": SOURCE} | {one: row[one] for one in fields})) for row in rows]
    selectors = [selector_of(kind, asked.plan_of(kind)) for kind in kinds]
    places = {one: place for place, one in enumerate(dict.fromkeys(selectors))}
    return _Ways(
        fields,
        kinds,
        min(_moment(row["first"]) for row in rows),
        max(_moment(row["last"]) for row in rows),
        untimed,
        [places[one] for one in selectors],
        [tariffs.of(one) for one in places],
    )


def _moment(when: datetime) -> int:
    """Return microseconds since 1970 of a time stamp in UTC, with or without a zone."""
    passed = when.replace(tzinfo=UTC) - _EPOCH
    return (passed.days * _DAY + passed.seconds) * _MICROSECONDS + passed.microseconds


class _Asking:
    """Asks for sums and rows, and turns what comes back into ours."""

    def __init__(self, warehouse: Warehouse, ways: _Ways, days: ZoneDays) -> None:
        self.warehouse = warehouse
        self.ways = ways
        self.days = days
        self.ends = days.of(ways.first), days.of(ways.last)
        self.bands = bands_of(ways.segments, ways.first, ways.last)
        width = len(self.bands.columns)
        self.rates: dict[tuple[int, ...], Rates] = {
            row[:width]: tuple(row[width:]) for row in self.bands.rows
        }

    def sums(self, wanted: Sequence[Sequence[str]], kinds: list[Kind]) -> Sums:
        """Return sums by way, unit of time and price; fills `kinds`."""
        kinds += self.ways.kinds
        plain = [one for by in wanted if not set(by) & {*OF_ROWS} for one in by]
        unit = _unit({*plain} & _BY_TIME | {chart_unit(*self.ends)})
        found = self._ask(["way", "start", _UNKNOWN, *self.bands.columns], unit, [_ROWS])
        sums: Sums = {}
        for row in found:
            segment = self._segment(row)
            rates = self.rates.get(tuple([int(row[name]) for name in self.bands.columns]))
            key = Key(row["way"], self._day(row["start"]), segment.model, rates, segment.why)
            cost = _checked(key, row)
            one = sums.setdefault(key, CallSum())
            numbers = (row["calls"], *(row[name] for name in TOKEN_CLASSES), row["reasoning"])
            one.numbers = [a + int(b) for a, b in zip(one.numbers, numbers, strict=True)]
            if row[_UNKNOWN] and segment.tiers:
                one.untiered += int(row[_ROWS])
                one.untiered_cost += cost
        return sums

    def rows(self, by: Sequence[str]) -> list[UsageRow]:
        """Return rows by people, projects or homes, as the engine prices them."""
        named = [one for one in OF_ROWS if one in by and one in self.warehouse.calls.columns]
        times = {*by} & _BY_TIME
        shown = [*named, *(["start"] if times else [])]
        if {*by} - {*OF_ROWS} - _BY_TIME:
            shown.append("way")
        if {*by} & _BY_PRICE:
            shown += [one for one in ("tariff", "epoch") if one in self.bands.columns]
        namers = [NAMERS[one] for one in by]
        found: dict[tuple[str, ...], UsageRow] = {}
        for row in self._ask(shown, _unit(times or {"month"}), []):
            kind = self.ways.kinds[row.get("way", 0)]._replace(**{one: row[one] for one in named})
            segment = self._segment(row) if "tariff" in shown else None
            key = Key(
                0, self._day(row["start"]) if times else 0, segment.model if segment else "",
                None, segment.why if segment else "",
            )  # fmt: skip
            names = tuple([namer(key, kind) for namer in namers])
            found[names] = _added(found.get(names), names, row)
        return in_order(found.values(), by)

    def _ask(
        self, shown: Sequence[str], unit: str, also: Sequence[str]
    ) -> Iterable[dict[str, Any]]:
        """Ask for sums by what is shown."""
        warehouse, calls = self.warehouse, self.warehouse.calls
        kept = [*TOKEN_CLASSES, "ts", "context", "calls"]
        kept += [one for one in ("reasoning", *OF_ROWS) if one in calls.columns]
        calls = calls.filter(calls.ts.notnull())
        made = {
            "start": local_start(calls.ts, self.days.shifts(), unit),
            _UNKNOWN: (calls.context == 0).ifelse(1, 0).cast("int64"),
            _ROWS: (calls.context == calls.context).ifelse(1, 0).cast("int64"),
        }
        telling = _telling(self.ways)
        calls = calls.select(
            *dict.fromkeys([*kept, *telling]),
            **{name: one for name, one in made.items() if name in {*shown, *also}},
        ).inner_join(warehouse.small(_way_table(self.ways, telling)), telling)
        also = [*also, *(["reasoning"] if "reasoning" in kept else [])]
        small = [warehouse.small(one(self.bands)) for one in (border_table, rate_table)]
        asked = priced(calls, PricedTables(*small), self.bands, shown, also)
        return ({"reasoning": 0} | row for row in warehouse.fetch(asked))

    def _segment(self, row: dict[str, Any]) -> Segment:
        tariff: int = row["tariff"]
        begins = [self.ways.first, *self.bands.borders[tariff].changes]
        moment = begins[int(row["epoch"])] if "epoch" in self.bands.columns else begins[0]
        return next(one for one in self.ways.segments[tariff] if one.begins <= moment < one.ends)

    def _day(self, start: date) -> int:
        """Return the day on which a unit of time begins, or the first that was asked about."""
        return max(self.ends[0], start.toordinal() - _EPOCH.toordinal())


def _unit(wanted: set[str]) -> str:
    """Return the largest unit of time that all that is wanted is made of."""
    return next(iter(wanted)) if len(wanted) == 1 else "day"


def _telling(ways: _Ways) -> list[str]:
    """Return as few fields as tell all ways apart: each of them costs a comparison a call."""
    kept = list(ways.fields)
    for field in ways.fields:
        fewer = [one for one in kept if one != field]
        told = {tuple([getattr(kind, one) for one in fewer]) for kind in ways.kinds}
        if fewer and len(told) == len(ways.kinds):
            kept = fewer
    return kept


def _way_table(ways: _Ways, telling: Sequence[str]) -> pa.Table:
    names = [pa.array([getattr(kind, one) for kind in ways.kinds], pa.string()) for one in telling]
    numbers = [pa.array(one, pa.int64()) for one in (range(len(ways.kinds)), ways.tariff_of)]
    return pa.table([*names, *numbers], names=[*telling, "way", "tariff"])


def _checked(key: Key, row: dict[str, Any]) -> int:
    """Hold what the engine computed against the same in whole numbers, and return it."""
    expected = cost_of(key, [int(row[name]) for name in TOKEN_CLASSES])
    cost = None if row["cost"] is None else int(row["cost"])
    if cost != expected:
        raise _inexact(f"{cost} femto-dollars where {expected} are right")
    return cost or 0


def _added(known: UsageRow | None, names: Sequence[str], row: dict[str, Any]) -> UsageRow:
    """Add what came back to a row."""
    one = UsageRow(
        names,
        int(row["calls"]),
        [int(row[name]) for name in TOKEN_CLASSES],
        int(row["reasoning"]),
        [int(row[name] or 0) for name in COST_COLUMNS],
        row["cost"] is not None,
        int(row["unpriced_calls"]),
        int(row["unpriced_tokens"]),
        None,
    )
    if known is None:
        return one
    return UsageRow(
        names,
        known.calls + one.calls,
        [a + b for a, b in zip(known.tokens, one.tokens, strict=True)],
        known.reasoning + one.reasoning,
        [a + b for a, b in zip(known.costs, one.costs, strict=True)],
        known.is_priced or one.is_priced,
        known.unpriced_calls + one.unpriced_calls,
        known.unpriced_tokens + one.unpriced_tokens,
        None,
    )


def _check_total(rows: Sequence[UsageRow], calls: int, cost: int) -> None:
    """Hold rows against the sums that were found right: a table that grows meanwhile shows here."""
    found = sum(row.calls for row in rows), sum(sum(row.costs) for row in rows)
    if found != (calls, cost):
        raise MissingError.of(
            f"two questions were answered differently: {calls:,} calls, then {found[0]:,}",
            hint="does somebody write to the table? --until a day that is over asks what stands",
        )


def _inexact(what: str) -> MissingError:
    return MissingError.of(f"the engine says {what}: its decimals are not exact")
