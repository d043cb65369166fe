"""Limits in words: figures in their units, one message for every place that shows it."""

from __future__ import annotations

from datetime import date

from advisor.limit_names import COUNT, DAYS, LIMITS, MONEY, RATIO, SHARE, TOKENS, LimitKind
from advisor.output import figures
from advisor.output.diff.sentences import sentence
from advisor.tables.check import (
    FAIL,
    OK,
    SKIPPED,
    UNKNOWN,
    WARN,
    Figure,
    FileCheck,
    LimitLine,
)
from advisor.units import in_digits

_CENTS_BELOW = 1_000
_TIMES_FROM = 10


def name(line: LimitLine) -> str:
    """Name a limit, and the team that it is about where it says so only beside."""
    is_said = line.team is None or line.team in line.limit
    return line.limit if is_said else f"{line.limit} ({line.team})"


def found(line: LimitLine) -> str:
    """Write what the plan comes to; a change with its sign.

    A share is rounded as it is everywhere, and finer only where it would read as its bound does.
    """
    if line.unit != SHARE or not isinstance(line.value, float):
        return figure(line.value, line)
    has_sign = _kind(line).is_signed
    text = figures.share(line.value, sign=has_sign)
    limit = bound(line)[1]
    for digits in (1, 2, 3):
        if text.removeprefix("+") != limit or line.status == OK:
            break
        text = figures.share(line.value, sign=has_sign, digits=digits)
    return text


def figure(value: Figure, line: LimitLine) -> str:
    """Write a figure in the limit's unit; a day that never comes is `lasts`."""
    if isinstance(value, date):
        return value.isoformat()
    if value is None:
        return "lasts" if line.unit == "date" else figures.UNKNOWN
    if line.unit == MONEY:
        return (
            f"{value:,.0f}" if abs(value) >= _CENTS_BELOW else f"{value:,.2f}".removesuffix(".00")
        )
    if line.unit == SHARE:
        return figures.share(value, digits=1)
    if line.unit == RATIO:
        return figures.ratio(value)
    assert line.unit in {COUNT, DAYS, TOKENS}
    return f"{value:,.0f}" if value == round(value) else f"{value:,.1f}"


def bound(line: LimitLine) -> tuple[str, str]:
    """Return the word for the bound that speaks, and the bound."""
    if line.status == WARN or (line.at_most is None and line.at_least is None):
        return "warn at", figure(line.warn_at, line)
    if _speaks_from_below(line):
        return "at least", figure(line.at_least, line)
    return "at most", figure(line.at_most, line)


def _speaks_from_below(line: LimitLine) -> bool:
    """Tell whether `at_least` speaks: there is no other bound, or it is the one that is broken."""
    if line.at_most is None or line.at_least is None or line.value is None:
        return line.at_most is None
    return line.value < line.at_least  # type: ignore[operator]


def beyond(line: LimitLine) -> str:
    """Say by what share a bound is passed: `+2.7%`, `-4%` of one from below.

    Nothing of a bound that is a share or a count: 80% against 70% would be read as ten points.
    """
    if not line.over or line.unit not in {MONEY, RATIO, TOKENS}:
        return ""
    if line.over >= _TIMES_FROM:
        return f"{in_digits(line.over, 3)} times over"
    return figures.share(-line.over if _speaks_from_below(line) else line.over, sign=True)


def message(line: LimitLine, file: FileCheck) -> str:
    """Say everything about a limit in a sentence or two, for places that show nothing else."""
    if line.status == SKIPPED:
        return f"not looked at: {line.note}"
    if line.status == UNKNOWN:
        return "; ".join(filter(None, [f"can't be held: {line.note}", since(line)]))
    unit = f" {file.currency}" if line.unit == MONEY else ""
    word, limit = bound(line)
    text = f"{found(line)}{unit}{_when(line, file)}"
    text += f", {word} {limit}"
    if beyond(line):
        text += f" ({beyond(line)})"
    for told in filter(None, (line.note, since(line))):
        text += f"; {told}"
    text += f". Held: {file.acts_on}."
    return text if file.change is None else f"{text} {sentence(file.change)}"


def _kind(line: LimitLine) -> LimitKind:
    return LIMITS.get(line.limit, LimitKind(line.unit))


def _when(line: LimitLine, file: FileCheck) -> str:
    return f" in {span(file)}" if _kind(line).is_of_horizon else ""


def span(file: FileCheck) -> str:
    """Name the months of a plan: 2027, or 2026-06 to 2027-05."""
    last = file.start + (file.months - 1)
    whole_year = file.start.month == 1 and file.months == 12
    return str(file.start.year) if whole_year else f"{file.start} to {last}"


def verdict(file: FileCheck) -> str:
    """Say how many limits are broken, near, or not known; then what moved the plan."""
    text = f"{'; '.join(filter(None, [_counted(file), _not_looked_at(file)]))}."
    return f"{text} {sentence(file.change)}" if file.change is not None else text


def _counted(file: FileCheck) -> str:
    held = [line for line in file.lines if line.status != SKIPPED]
    broken, near, unknown = file.count(FAIL), file.count(WARN), file.count(UNKNOWN)
    if broken:
        said = f"{broken} of {len(held)} limits broken"
    elif unknown:
        said = f"{unknown} of {len(held)} limits can't be held"
    elif len(held) < len(file.lines):
        said = f"{len(held)} limits hold" if len(held) != 1 else "1 limit holds"
    else:
        said = f"All {len(held)} limits hold" if len(held) != 1 else "The limit holds"
    if broken and unknown:
        said += f", {unknown} can't be held"
    if near:
        said += f", {near} near"
    return ", ".join([said, *_since(file)])


def _since(file: FileCheck) -> list[str]:
    """Tell limits that the change breaks from those that were broken before."""
    known = [line for line in file.lines if line.is_broken and line.before]
    old = sum(line.was_broken for line in known)
    if not known:
        return []
    if old == len(known):
        return ["as before this change"]
    new = len(known) - old
    return ["by this change"] if not old else [f"{new} of them by this change"]


def since(line: LimitLine) -> str:
    """Say whether a broken limit was broken before; nothing where nobody knows."""
    if not (line.is_broken and line.before):
        return ""
    return "broken before too" if line.was_broken else "by this change"


def _not_looked_at(file: FileCheck) -> str:
    lines = [line for line in file.lines if line.status == SKIPPED]
    told = ", ".join(dict.fromkeys(f"{name(line)} {line.note}" for line in lines))
    return f"{len(lines)} not looked at ({told})" if lines else ""
