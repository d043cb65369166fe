"""What was really used, and what it was worth: calls in, a finished answer out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from advisor.answers.usage.anomalies import anomalies_of
from advisor.answers.usage.days import (
    ZoneDays,
    begins_in,
    day_name,
    days_since_1970,
    month_name,
    week_name,
)
from advisor.answers.usage.groups import rows_of, total_of
from advisor.answers.usage.remarks import (
    beyond_of,
    counters_of,
    cuts_of,
    notes_of,
    unpriced_of,
    written_of,
)
from advisor.answers.usage.sums import Sums, Window, cost_of, summed
from advisor.answers.usage.tariffs import Tariffs
from advisor.model.rates import ALWAYS, NEVER, RateBook
from advisor.model.usage import Kind, Usage
from advisor.tables.usage import Bar, UsageAnswer, UsageRow

MOST_BARS = 14
_UNITS: dict[str, Callable[[int], str]] = {
    "day": day_name, "week": week_name, "month": month_name,
}  # fmt: skip


class AskedDays(NamedTuple):
    """Which days are asked about, the last one included (YYYY-MM-DD), in which time zone.

    `plan_of` says on which plan a kind of call was made; plans have prices of their own.
    """

    zone: str = "UTC"
    since: str | None = None
    until: str | None = None
    plan_of: Callable[[Kind], str] = lambda _: ""


class Gathered(NamedTuple):
    """Usage that has been added up by kind, day and price, from which any answer is made.

    Of a table in a warehouse, `ends` are the days of the first and the last call, as those of
    `sums` may be weeks or months, and `rows` those of groupings that `sums` don't tell apart.
    """

    usage: Usage
    book: RateBook
    asked: AskedDays
    days: ZoneDays
    window: Window | None
    sums: Sums
    ends: tuple[int, int] | None = None
    rows: Mapping[Sequence[str], Sequence[UsageRow]] = {}


def gather(usage: Usage, book: RateBook, asked: AskedDays) -> Gathered:
    """Add usage up. Raises ValueError for a time zone that isn't known."""
    calls = usage.calls
    days = ZoneDays(begins_in(asked.zone))
    window = window_of(days, asked)
    if len(calls):
        days.cover(min(calls.ts), max(calls.ts))
    sums = summed(calls, Tariffs(book), plan_of=asked.plan_of, days=days, window=window)
    return Gathered(usage, book, asked, days, window, sums)


def window_of(days: ZoneDays, asked: AskedDays) -> Window | None:
    """Return the moments that days begin and end at; None for all."""
    if asked.since is None and asked.until is None:
        return None
    begins = ALWAYS if asked.since is None else days.start(number_of(asked.since))
    return Window(begins, NEVER if asked.until is None else days.start(number_of(asked.until) + 1))


def number_of(day: str) -> int:
    """Return days since 1970, given a day as YYYY-MM-DD."""
    year, month, of_month = map(int, day.split("-"))
    return days_since_1970(year, month, of_month)


def usage_answer(gathered: Gathered, by: Sequence[str]) -> UsageAnswer:
    """Return the answer with rows by some of `tables.usage.DIMENSIONS`."""
    usage, sums, asked = gathered.usage, gathered.sums, gathered.asked
    kinds = usage.calls.kinds
    cuts = cuts_of(usage.calls, gathered.days, gathered.window)
    unlogged = beyond_of(usage)
    numbers = gathered.ends or [key.day for key in sums]
    unit, bars = _chart(sums, numbers)
    return UsageAnswer(
        by=by,
        zone=asked.zone,
        since=asked.since,
        until=asked.until,
        first=day_name(min(numbers)) if numbers else None,
        last=day_name(max(numbers)) if numbers else None,
        currency=gathered.book.currency,
        prices_as_of=gathered.book.as_of,
        sources=sorted({kinds[key.kind].source for key in sums}),
        rows=gathered.rows.get(by) or rows_of(sums, kinds, by),
        total=total_of(sums),
        chart=bars,
        chart_by=unit,
        unpriced=unpriced_of(sums, kinds),
        written=written_of(sums, kinds),
        partial=cuts,
        unlogged=unlogged,
        counters=counters_of(usage),
        notes=list(notes_of(usage.calls, sums, cuts, unlogged)),
        warnings=usage.warnings,
        files=usage.files,
        bytes_read=usage.bytes_read,
        anomalies=anomalies_of(sums, kinds),
    )


def chart_unit(first: int, last: int) -> str:
    """Return what a bar of the chart is from one day to another: a day, a week or a month."""
    span = range(first, last + 1)
    return next((unit for unit in ("day", "week") if _are_few(span, _UNITS[unit])), "month")


def _are_few(span: range, name: Callable[[int], str]) -> bool:
    return len({name(day) for day in span}) <= MOST_BARS


def _chart(sums: Sums, days: Sequence[int]) -> tuple[str, list[Bar]]:
    """Return a bar for every day, week or month from the first call to the last, and which."""
    if not sums:
        return "day", []
    costs: dict[int, int] = {}
    tokens: dict[int, int] = {}
    for key, found in sums.items():
        counted = found.tokens
        costs[key.day] = costs.get(key.day, 0) + (cost_of(key, counted) or 0)
        tokens[key.day] = tokens.get(key.day, 0) + sum(counted)
    unit = chart_unit(min(days), max(days))
    name = _UNITS[unit]
    bars = {name(day): [0, 0] for day in range(min(days), max(days) + 1)}
    for day, cost in costs.items():
        bars[name(day)][0] += cost
        bars[name(day)][1] += tokens[day]
    return unit, [Bar(one, *numbers) for one, numbers in bars.items()]
