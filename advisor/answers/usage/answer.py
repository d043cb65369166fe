"""What was really used, and what it was worth: calls in, a finished answer out."""

import math
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
    notes_of,
    unpriced_of,
    written_of,
)
from advisor.answers.usage.sums import Sums, Window, cost_of, summed
from advisor.answers.usage.tariffs import Tariffs
from advisor.answers.usage.totals import Totals, totals_of
from advisor.model.rates import ALWAYS, NEVER, RateBook
from advisor.model.usage import Calls, Kind, Usage
from advisor.tables.usage import Bar, Cut, UsageAnswer, UsageRow

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
    window: Window | None
    sums: Sums
    ends: tuple[int, int] | None = None
    rows: Mapping[Sequence[str], Sequence[UsageRow]] = {}
    cuts: Sequence[Cut] = ()
    estimates: Mapping[str, int] = {}


def gather(usage: Usage, book: RateBook, asked: AskedDays) -> Gathered:
    """Add usage up. Raises ValueError for a time zone that isn't known."""
    return gathered(usage, total(usage, Tariffs(book), asked), book, asked)


def total(usage: Usage, tariffs: Tariffs, asked: AskedDays) -> Totals:
    """Add usage up by kind, day and price, whatever days are asked about."""
    days = days_over(usage.calls, asked.zone)
    sums = summed(usage.calls, tariffs, plan_of=asked.plan_of, days=days)
    return totals_of(usage, sums, days)


def days_over(calls: Calls, zone: str) -> ZoneDays:
    """Return the days of a zone over all calls. Raises ValueError for one that isn't known."""
    days = ZoneDays(begins_in(zone))
    if len(calls):
        days.cover(min(calls.ts), max(calls.ts))
    return days


def gathered(usage: Usage, totals: Totals, book: RateBook, asked: AskedDays) -> Gathered:
    """Keep the days that are asked about. Raises ValueError for a time zone that isn't known."""
    window = window_of(ZoneDays(begins_in(asked.zone)), asked)
    sums, cuts = totals.sums, sorted(totals.cuts)
    if window:
        first = -math.inf if asked.since is None else number_of(asked.since)
        last = math.inf if asked.until is None else number_of(asked.until)
        sums = {key: one for key, one in sums.items() if first <= key.day <= last}
        since, until = asked.since or "", asked.until or "9999"
        cuts = [one for one in cuts if since <= one.day <= until]
    return Gathered(usage, book, asked, window, sums, cuts=cuts, estimates=totals.estimates)


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
    cuts = gathered.cuts
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
        notes=list(notes_of(kinds, sums, cuts, unlogged, gathered.estimates)),
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
