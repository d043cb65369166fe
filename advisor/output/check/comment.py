"""The comment on a pull request, and the summary of a job: Markdown, with a hidden marker.

Names come from files that anybody may write: none of them starts a mention, a link or a tag.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from advisor.output import figures
from advisor.output.check.formats import left, spend_range, sums, unmatched_words
from advisor.output.check.sentences import beyond, bound, found, name, since, span, verdict
from advisor.output.diff.formats import causes_in_markdown, heading, marker
from advisor.output.markdown import escaped, escaped_prose, rows_as_table
from advisor.tables.check import (
    FAIL,
    OK,
    SKIPPED,
    UNKNOWN,
    WARN,
    ActualsLine,
    Check,
    FileCheck,
    LimitLine,
)

MOST_BYTES = 1_000_000
"""A job summary of more than a mebibyte is refused whole."""
_SIGNS = {FAIL: "❌", UNKNOWN: "❌", WARN: "⚠️", OK: "✅", SKIPPED: "–"}
_MOST_ROWS = 12
_SHOWN = 0.5


def render_comment(answer: Check) -> str:
    """Write every file's comment, one after another."""
    return "\n".join(_of_file(file) for file in answer.files)


def _of_file(file: FileCheck) -> str:
    parts = [
        f"{marker(file.path)}\n#### {_title(file)}",
        causes_in_markdown(file.change) if file.change is not None else "",
        _limits(file),
        _range(file),
        _bars(file),
        *(_paid(file)),
        escaped_prose(verdict(file)),
        *(escaped_prose(f"Note: {one}") for one in (file.change.warnings if file.change else ())),
        _details(file),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _title(file: FileCheck) -> str:
    broken = file.count(FAIL) + file.count(UNKNOWN)
    said = f"{broken} limit{'s' if broken != 1 else ''} broken" if broken else "all limits hold"
    if file.change is not None:
        return f"{heading(file.change)} — {said}"
    spend = figures.with_currency(figures.money(file.annual_spend), file.currency)
    return f"AI coding spend: {spend} a year — {said}"


def _limits(file: FileCheck) -> str:
    rows = [
        [escaped(name(line)), found(line), _allowed(line), _SIGNS[line.status]]
        for line in file.lines
    ]
    return rows_as_table(["limit", "now", "allowed", ""], rows)


def _allowed(line: LimitLine) -> str:
    word, limit = bound(line)
    off = f" ({beyond(line)})" if beyond(line) else ""
    note = "".join(f"; {escaped(one)}" for one in (line.note, since(line)) if one)
    return f"{word} {limit}{off}{note}"


def _range(file: FileCheck) -> str:
    low, high = _ends(file)
    parts = []
    if low is not None and high is not None:
        ends = f"{figures.symbol(file.currency)}{figures.money(low)}–{figures.money(high)}"
        basis = "" if file.actuals is None else ", paid and rest"
        parts.append(f"Likely range of {span(file)}{basis}: {ends}")
    if file.spend_per_active_month is not None:
        each = figures.with_currency(f"{file.spend_per_active_month:,.0f}", file.currency)
        parts.append(f"{each} per active developer a month")
    if file.budget is not None:
        day = file.exhaustion_date
        parts.append("lasts" if day is None else f"budget gone on {figures.long_day(day)}")
    return " · ".join(parts)


def _bars(file: FileCheck) -> str:
    """Draw range and budget as the terminal does, in letters of one width."""
    lines = [line for line in (spend_range(file), left(file)) if line]
    return "\n".join(["```text", *lines, "```"]) if lines else ""


def _ends(file: FileCheck) -> tuple[float | None, float | None]:
    """Return between what the year likely ends: as everything else, with what was paid."""
    if file.actuals is not None:
        return file.actuals.p10, file.actuals.p90
    spend = file.spend
    return (spend.p10, spend.p90) if figures.is_known(spend.p10) else (None, None)


def _paid(file: FileCheck) -> list[str]:
    actuals = file.actuals
    if actuals is None:
        return []
    notes = [f"Note: {one}" for one in actuals.warnings]
    return [escaped_prose(one) for one in (sums(actuals), *unmatched_words(actuals), *notes)]


def _details(file: FileCheck) -> str:
    months = [str(file.start + n) for n in range(file.months)]
    blocks = [
        *(_planned(file, months) if file.actuals is None else _with_paid(file.actuals, months)),
        f"Held: {escaped_prose(file.acts_on)}. Prices of {file.as_of}. "
        f"{file.borrowed} assumptions that the file does not state: `advisor compare` lists them.",
    ]
    inside = "\n\n".join(block for block in blocks if block)
    cuts = "kind of work, maker" if file.actuals is None else "who bills"
    summary = f"By {cuts} and month; assumptions"
    return f"<details><summary>{summary}</summary>\n\n{inside}\n\n</details>"


def _planned(file: FileCheck, months: Sequence[str]) -> list[str]:
    return [
        _table("kind of work", file.by_class, file),
        _table("maker", file.by_vendor, file),
        _table("month", dict(zip(months, file.by_month, strict=True)), file),
    ]


def _with_paid(actuals: ActualsLine, months: Sequence[str]) -> list[str]:
    """Write who bills and months as what was paid and the rest: kinds of work are on no bill."""
    billers = {name: (one.paid, one.rest) for name, one in actuals.by_biller.items()}
    apart = actuals.rest - sum(rest for _, rest in billers.values())
    if abs(apart) >= _SHOWN:
        billers["on no bill"] = (0.0, apart)
    both = zip(actuals.paid_by_month, actuals.by_month, strict=True)
    by_month = [(paid, whole - paid) for paid, whole in both]
    return [
        _paid_and_rest("who bills", list(billers.items())),
        _paid_and_rest("month", list(zip(months, by_month, strict=True))),
    ]


def _paid_and_rest(head: str, amounts: Sequence[tuple[str, tuple[float, float]]]) -> str:
    sum_of = ("together", (sum(a for _, (a, _) in amounts), sum(b for _, (_, b) in amounts)))
    rows = [
        [escaped(name), f"{paid:,.0f}", f"{rest:,.0f}", f"{paid + rest:,.0f}"]
        for name, (paid, rest) in [*amounts, sum_of]
    ]
    return rows_as_table([head, "paid", "rest as planned", "together"], rows)


def _table(head: str, amounts: Mapping[str, float], file: FileCheck) -> str:
    shown = {key: value for key, value in amounts.items() if abs(value) >= _SHOWN}
    if not shown:
        return ""
    rows = [[escaped(key), f"{value:,.0f}"] for key, value in list(shown.items())[:_MOST_ROWS]]
    if len(shown) > _MOST_ROWS:
        rest = sum(list(shown.values())[_MOST_ROWS:])
        rows.append([f"{len(shown) - _MOST_ROWS} more", f"{rest:,.0f}"])
    return rows_as_table([head, file.currency], rows)
