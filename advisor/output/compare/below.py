"""What stands below the comparison's table: its marks, why a figure surprises, what ranks mean."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from advisor.output import figures
from advisor.output.blocks import wrapped
from advisor.output.figures import symbol
from advisor.tables.compare import NO_SPEND, Comparison, OptionLine, Reason

TOO_WEAK = 0.7
MARK = "▸"
BORROWED = "*"
DENIED = "×"


def is_weak(line: OptionLine) -> bool:
    """Tell whether a way does too little of the work to be compared."""
    return line.work_done is not None and line.work_done < TOO_WEAK


def _varies(line: OptionLine) -> bool:
    spend = line.spend or NO_SPEND
    return spend.p10 != spend.p90


def legend(answer: Comparison, width: int) -> list[str]:
    """Say what the marks and columns of the table mean."""
    today = {
        "bill": f"today, from your {answer.calibration.month.name} bill"
        if answer.calibration
        else "",
        "published": "today, from published spending",
    }.get(answer.calibration.basis if answer.calibration else "", "today")
    parts = [f"{MARK} {today}"]
    if any(line.borrowed for line in answer.options):
        parts.append(
            f"{BORROWED} the middle of what public benchmarks say of tokens and success, not from "
            "your team"
        )
    denied = dict.fromkeys(line.denied for line in answer.options if line.denied)
    if denied:
        parts.append(f"{DENIED} not allowed by your policy: {', '.join(map(str, denied))}")
    if answer.draws and any(_varies(line) for line in answer.options):
        parts.append(_held(answer))
    if answer.has_values and answer.counts_tasks:
        parts.append("solved: at the first attempt")
    return wrapped("   ".join(parts), width)


def _held(answer: Comparison) -> str:
    """Say what share of years fall between P10 and P90."""
    if not any(line.borrowed for line in answer.options):
        return "8 of 10 years fall between P10 and P90"
    return (
        f"8 of 10 years fall between P10 and P90; of {BORROWED} 7 to 9 of 10, as benchmarks show "
        "that were left out"
    )


def reason_lines(answer: Comparison, width: int) -> list[str]:
    """Say in a few words why a figure surprises, in the order of the rows."""
    places = {line.option: n for n, line in enumerate(answer.options)}
    shown = [one for one in answer.reasons if not is_weak(answer.options[places[one.option]])]
    if not shown:
        return []
    shown.sort(key=lambda one: places[one.option])
    first = next((one for one in shown if one.tokens is not None), None)
    said = [_reason(answer, one, is_first=one is first) for one in shown]
    usual = next((one.efforts[2:] for one in shown if one.efforts), None)
    if usual is not None:
        said.append(f"today {usual[0].removeprefix('Claude ')} at {usual[1]}")
    return wrapped(f"Why: {' · '.join(said)}", width)


def _reason(answer: Comparison, one: Reason, *, is_first: bool) -> str:
    parts = []
    if one.tokens is not None:
        unit = " today's tokens" if is_first else ""
        text = f"{figures.ratio(one.tokens)} ×{unit}"
        parts.append(f"{text} at {one.efforts[1]} effort" if one.efforts else text)
    if one.included is not None:
        included = figures.per_head(one.included, answer.currency)
        parts.append(f"overage beyond {included} of use a seat")
    return f"{one.option} {', '.join(parts)}"


def order_lines(answer: Comparison, width: int) -> list[str]:
    """Say what cannot be told apart, or on what the order hangs where nothing is ranked."""
    if not answer.has_values:
        return _break_even_lines(answer, width)
    ranks = {line.option: line.rank for line in answer.options}
    lines = []
    for better, worse, ahead in answer.equals:
        draws = int(100 * ahead)  # not rounded: 79.6 is not the 80 that would separate them
        lines += wrapped(
            f"{ranks[better]} and {ranks[worse]} are equal on what is known: {better} is ahead in "
            f"{draws} of 100 draws. A pilot would settle it.",
            width,
        )
    return lines


def _break_even_lines(answer: Comparison, width: int) -> list[str]:
    """Say on how many hours of a person's work the choice hangs, where nobody stated a value."""
    edges = [flip for flip in answer.flips if flip.key == "hours"]
    if not edges:
        return []
    today = next((line.option for line in answer.options if line.is_today), "")

    def named(option: str) -> str:
        return f"{option}, as today" if option == today else option

    unit = symbol(answer.currency)
    parts = [f"under {figures.hours(edges[0].at)} h  {named(edges[0].over)}"]
    parts += [
        f"{figures.hours(low.at)} to {figures.hours(high.at)} h  {named(low.option)}"
        for low, high in itertools.pairwise(edges)
    ]
    parts.append(f"over {figures.hours(edges[-1].at)} h  {named(edges[-1].option)}")
    head = (
        "Not ranked: that hangs on how many hours of a person's work it does per developer and "
        "month."
    )
    return [
        *wrapped(head, width),
        *_packed(parts, f"(at {unit}{answer.hour:,.0f} an hour)", width),
        "  Say `hours: 20` in the file to rank.",
    ]


def _packed(parts: Sequence[str], ending: str, width: int) -> list[str]:
    """Put parts on as few lines as they need, never breaking one."""
    lines, current = [], ""
    for part in [*parts, ending]:
        longer = f"{current}      {part}" if current else f"  {part}"
        if current and len(longer) > width:
            lines.append(current)
            longer = f"  {part}"
        current = longer
    return [*lines, current]


def unknown_lines(answer: Comparison, width: int) -> list[str]:
    """Say why ways have no figures."""
    return [
        text
        for line in answer.options
        if line.unknown
        for text in wrapped(f"{line.option}: not known: {line.unknown}", width)
    ]
