"""Limits held or broken as text, JSON and a flat table: broken first, the sentence to read last."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from typing import Any

from advisor.output import figures
from advisor.output.bars import LIMIT, MIDDLE, NamedRange, burn_down, range_bar
from advisor.output.blocks import joined, wrapped
from advisor.output.check.sentences import beyond, bound, found, name, since, span, verdict
from advisor.output.diff.formats import plain_difference
from advisor.output.grid import width_of
from advisor.output.json import dump
from advisor.tables.check import (
    FAIL,
    OK,
    SKIPPED,
    UNKNOWN,
    WARN,
    ActualsLine,
    BillerLine,
    Check,
    Figure,
    FileCheck,
    LimitLine,
)
from advisor.tables.flat import Column, Table

SCHEMA = "advisor.check/1"
MARKS = {FAIL: "FAIL", WARN: "WARN", OK: "ok", SKIPPED: "skip", UNKNOWN: "FAIL"}
_COLOURS = {FAIL: "\x1b[31m", UNKNOWN: "\x1b[31m", WARN: "\x1b[33m"}
_PLAIN = "\x1b[0m"
_ROOM = 48
"""How wide the bar of a range is."""


def render_text(
    answer: Check,
    *,
    width: int = 100,
    colour: bool = False,
    brief: bool = False,
    blocks: bool = True,
) -> str:
    """Write every file's limits, or with `brief` the sentence of each alone."""
    parts = []
    for file in answer.files:
        said = wrapped(_named(verdict(file), file, answer), width)
        if not brief:
            parts += [wrapped(first_line(file), width), _rows(file, width, colour=colour)]
            parts.append(_bars(file, width) if blocks else [])
            parts.append(_actuals(file, width))
            parts.append([x for n in file.warnings for x in wrapped(f"note: {n}", width)])
        parts.append(said)
    return joined(parts)


def _bars(file: FileCheck, width: int) -> list[str]:
    """Draw the range of the months' spend against the budget, and how the budget is used up."""
    lines = [spend_range(file, width), left(file)]
    return [line for line in lines if line and len(line) <= width]


def spend_range(file: FileCheck, width: int = 100) -> str:
    """Draw where the months likely end: P10 to P90, the expected sum, the budget."""
    low, high, middle = file.spend.p10, file.spend.p90, file.spend.expected
    if file.actuals is not None:
        low, high = (
            math.nan if one is None else one for one in (file.actuals.p10, file.actuals.p90)
        )
        middle = file.actuals.expected_year_end
    if math.isnan(low + high + middle) or not max(high, middle) > 0:
        return ""
    most = max(high, middle, file.budget or 0.0)
    drawn = range_bar(NamedRange("", low, middle, high), file.budget, most, _ROOM).rstrip()
    words = f"{figures.money(low)} – {figures.money(high)}, {MIDDLE} {figures.money(middle)}"
    budget = "" if file.budget is None else f", {LIMIT} budget"
    return f"{drawn}  {words}{budget}"


def left(file: FileCheck) -> str:
    """Draw how the budget is used up, by what was paid and by the plan after it."""
    months = file.by_month if file.actuals is None else file.actuals.by_month
    return burn_down(months, file.budget, file.start)


def _named(text: str, file: FileCheck, answer: Check) -> str:
    return f"{file.file}: {text}" if len(answer.files) > 1 else text


def first_line(file: FileCheck) -> str:
    """Name the file, which way is held, the months, the currency, the date of the prices."""
    parts = [file.file, file.acts_on, span(file), file.currency]
    if file.actuals is not None:
        parts.insert(1, f"{paid_to(file.actuals)} ({file.actuals.sources}) + the mix after it")
    locked = f" ({file.locked})" if file.locked else ""
    return " · ".join([*parts, f"prices of {file.as_of}{locked}"])


def _rows(file: FileCheck, width: int, *, colour: bool) -> list[str]:
    cells = [_cells(line, file) for line in file.lines]
    wide = [max(len(row[n]) for row in cells) for n in range(5)]
    rows = []
    for line, row in zip(file.lines, cells, strict=True):
        mark, named, value, word, limit, rest, place = row
        text = f"  {mark:<{wide[0]}}  {named:<{wide[1]}}  {value:>{wide[2]}}"
        if word:
            text += f"   {word:<{wide[3]}} {limit:>{wide[4]}}"
        tint = _COLOURS.get(line.status, "") if colour else ""
        shown = _on_lines(text, rest, place, width)
        rows += [f"{tint}{part}{_PLAIN}" if tint else part for part in shown]
    return rows


def _on_lines(text: str, rest: str, place: str, width: int) -> list[str]:
    """Put a limit on one line; what there is no room for goes below it, indented."""
    whole = f"{text}   {rest}".rstrip()
    if place:
        whole += " " * max(3, min(width, 78) - width_of(whole)) + place
    if width_of(whole) <= width:
        return [whole]
    below = textwrap.wrap("   ".join(filter(None, [rest, place])), max(width - len(_BELOW), 20))
    return [text, *(f"{_BELOW}{part}" for part in below)]


_BELOW = " " * 8


def _cells(line: LimitLine, file: FileCheck) -> tuple[str, str, str, str, str, str, str]:
    word, limit = bound(line)
    rest = beyond(line)
    if line.limit == "budget":
        rest = ", ".join(filter(None, [_left(line), _lasts(file, line), line.note]))
    elif line.note:
        rest = ", ".join(filter(None, [rest, line.note]))
    rest = ", ".join(filter(None, [rest, since(line)]))
    place = f"{file.file}:{line.line}" if line.status in {FAIL, WARN, UNKNOWN} else ""
    return (MARKS[line.status], name(line), found(line), word, limit, rest, place)


def _left(line: LimitLine) -> str:
    assert isinstance(line.value, float)
    assert isinstance(line.at_most, float)
    if not line.at_most:
        return ""
    left = 1 - line.value / line.at_most
    return f"{figures.share(abs(left))} {'left' if left >= 0 else 'over'}"


def _lasts(file: FileCheck, line: LimitLine) -> str:
    actuals = file.actuals
    day = file.exhaustion_date if actuals is None else actuals.exhaustion_date
    if day is None:
        return "lasts in the expected year" if line.status == FAIL else "lasts"
    is_one_year = file.start.month + file.months <= 13
    return f"gone on {figures.day(day, year=not is_one_year)}"


def _actuals(file: FileCheck, width: int) -> list[str]:
    """Say what was paid beside what was planned for it, to whom, and what did not match."""
    actuals = file.actuals
    if actuals is None:
        return []
    lines = [
        f"{sums(actuals)}{_chance(actuals)}",
        f"To whom: {', '.join(_biller(*one, actuals) for one in actuals.by_biller.items())}.",
        *(unmatched_words(actuals)),
        *(f"note: {one}" for one in actuals.warnings),
    ]
    return [part for line in lines for part in wrapped(line, width)]


def paid_to(actuals: ActualsLine) -> str:
    """Say to which day it is paid."""
    return "nothing paid yet" if actuals.until is None else f"paid to {actuals.until}"


def sums(actuals: ActualsLine) -> str:
    """Say what was paid and planned, what the year ends at, and where it ends at today's pace."""
    off = f" ({100 * (actuals.paid / actuals.planned - 1):+,.0f}%)" if actuals.planned else ""
    said = f"{paid_to(actuals).capitalize()}: {actuals.paid:,.0f}, planned {actuals.planned:,.0f}"
    end = f"end at {actuals.expected_year_end:,.0f}"
    pace = actuals.run_rate
    after = "" if pace is None else f"; if use goes on as so far, at {pace:,.0f}"
    return f"{said}{off}. With {_rest(actuals)} after it the plan's months {end}{after}."


def _rest(actuals: ActualsLine) -> str:
    """Say what is still expected, and how it differs from what was planned for it."""
    if not actuals.months_learnt or not actuals.rest_as_planned:
        return f"{actuals.rest:,.0f} of the mix"
    off = 100 * (actuals.rest / actuals.rest_as_planned - 1)
    count = actuals.months_learnt
    learnt = f"{count} month" + ("s" if count > 1 else "")
    return f"{actuals.rest:,.0f} of the mix ({off:+.0f}% on its plan, learnt from {learnt})"


def _chance(actuals: ActualsLine) -> str:
    chance = actuals.chance_over
    return "" if chance is None else f" {figures.chance(chance)} chance over the budget."


def _biller(name: str, line: BillerLine, actuals: ActualsLine) -> str:
    days = []
    if line.until is not None and line.until != actuals.until:
        days.append(f"to {line.until}")
    if line.seats_until is not None:
        days.append(f"seats to {line.seats_until}")
    told = ", ".join([f"planned {line.planned:,.0f}", *days])
    return f"{name} {line.paid:,.0f} ({told})"


def unmatched_words(actuals: ActualsLine) -> list[str]:
    """Name what was paid for and is not in the mix; all of it is counted."""
    if not actuals.unmatched:
        return []
    named = [
        f"{one.billed_by} {one.month}, {one.cost:,.0f}"
        + (f" for {one.model!r}" if one.model else "")
        + f" ({one.reason})"
        for one in actuals.unmatched[:_MOST_NAMED]
    ]
    more = len(actuals.unmatched) - len(named)
    rest = f"; and {more} more" if more > 0 else ""
    return [f"Unmatched, counted all the same: {'; '.join(named)}{rest}."]


_MOST_NAMED = 5


# --- other formats


def render_json(answer: Check) -> str:
    """Write the answer as `advisor.check/1`: every limit in one list, then the files."""
    return dump({"schema": SCHEMA, **plain_check(answer)})


def plain_check(answer: Check) -> dict[str, Any]:
    """Turn the answer into plain data under its documented keys."""
    return {
        "status": answer.status,
        "broken": _count(answer, FAIL),
        "warned": _count(answer, WARN),
        "unknown": _count(answer, UNKNOWN),
        "skipped": _count(answer, SKIPPED),
        "held": _count(answer, OK),
        "limits": [_plain_line(line, file) for file in answer.files for line in file.lines],
        "files": [_plain_file(file) for file in answer.files],
    }


def _count(answer: Check, status: str) -> int:
    return sum(file.count(status) for file in answer.files)


def _plain_line(line: LimitLine, file: FileCheck) -> dict[str, Any]:
    return {
        "limit": line.limit,
        "status": line.status,
        "team": line.team,
        "on": line.on,
        "unit": line.unit,
        "value": line.value,
        "at_most": line.at_most,
        "at_least": line.at_least,
        "warn_at": line.warn_at,
        "over": line.over,
        "note": line.note,
        "file": file.file,
        "line": line.line,
        "column": line.column,
        "key": line.key,
        "before": line.before,
    }


def _plain_file(file: FileCheck) -> dict[str, Any]:
    actuals, spend = file.actuals, file.spend
    return {
        "workload": file.workload,
        "file": file.file,
        "path": file.path,
        "acts_on": file.acts_on,
        "currency": file.currency,
        "start": str(file.start),
        "months": file.months,
        "as_of": file.as_of,
        "locked": file.locked or None,
        "spend": {name: getattr(spend, name) for name in ("expected", "mean", "p10", "p50", "p90")},
        "annual_spend": file.annual_spend,
        "spend_per_active_month": file.spend_per_active_month,
        "budget": file.budget,
        "exhaustion_date": file.exhaustion_date,
        "change": None if file.change is None else plain_difference(file.change),
        "actuals": None if actuals is None else _plain_actuals(actuals),
        "sentence": verdict(file),
        "warnings": list(file.warnings),
    }


def _plain_actuals(actuals: ActualsLine) -> dict[str, Any]:
    return {
        "sources": actuals.sources,
        "until": actuals.until,
        "paid": actuals.paid,
        "planned": actuals.planned,
        "rest": actuals.rest,
        "rest_as_planned": actuals.rest_as_planned,
        "months_learnt": actuals.months_learnt,
        "levels": dict(actuals.levels),
        "expected_year_end": actuals.expected_year_end,
        "run_rate": actuals.run_rate,
        "exhaustion_date": actuals.exhaustion_date,
        "chance_over": actuals.chance_over,
        "by_biller": {
            biller: line._asdict() for biller, line in actuals.by_biller.items()
        },
        "unmatched": [
            {"billed_by": one.billed_by, "model": one.model, "month": str(one.month),
             "cost": one.cost, "reason": one.reason}
            for one in actuals.unmatched
        ],
        "by_month": list(actuals.by_month),
        "paid_by_month": list(actuals.paid_by_month),
        "p10": actuals.p10,
        "p90": actuals.p90,
        "dearest": actuals.dearest,
        "warnings": list(actuals.warnings),
    }  # fmt: skip


_COLUMNS = ("file", "line", "limit", "team", "on", "status", "unit", "value", "at_most",
            "at_least", "warn_at", "over", "note")  # fmt: skip
_NUMBERS = {"line", "over"}


def limit_table(answer: Check) -> Table:
    """Lay all limits out flat; a figure that is a day is written as one."""
    rows = [
        [_cell(plain[name]) for name in _COLUMNS]
        for file in answer.files
        for plain in (_plain_line(line, file) for line in file.lines)
    ]
    return Table("limits", [Column(n, is_number=n in _NUMBERS) for n in _COLUMNS], rows)


def _cell(value: Figure | str) -> Figure | str:
    return None if value == "" else value


def findings(answer: Check) -> Sequence[tuple[FileCheck, LimitLine]]:
    """List what is broken, not known or near, worst first, for places that show nothing else."""
    order = [FAIL, UNKNOWN, WARN]
    found = [(f, line) for f in answer.files for line in f.lines if line.status in order]
    return sorted(found, key=lambda one: order.index(one[1].status))
