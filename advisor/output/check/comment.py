"""The comment on a pull request, and the summary of a job: Markdown, with a hidden marker.

Names come from files that anybody may write: none of them starts a mention, a link or a tag.
"""

from __future__ import annotations

from collections.abc import Mapping

from advisor.output import figures
from advisor.output.check.formats import unmatched_words
from advisor.output.check.sentences import beyond, bound, found, name, span, verdict
from advisor.output.diff.formats import causes_in_markdown, heading, marker
from advisor.output.markdown import escaped, escaped_prose, rows_as_table
from advisor.tables.check import FAIL, OK, SKIPPED, UNKNOWN, WARN, Check, FileCheck, LimitLine

MOST_BYTES = 1_000_000
"""A job summary of more than a mebibyte is refused whole."""
_SIGNS = {FAIL: "❌", UNKNOWN: "❌", WARN: "⚠️", OK: "✅", SKIPPED: "–"}
_MOST_ROWS = 12


def render_comment(answer: Check) -> str:
    """Write every file's comment, one after another."""
    return "\n".join(_of_file(file) for file in answer.files)


def _of_file(file: FileCheck) -> str:
    parts = [
        f"{marker(file.file)}\n#### {_title(file)}",
        causes_in_markdown(file.change) if file.change is not None else "",
        _limits(file),
        _range(file),
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
    note = f"; {escaped(line.note)}" if line.note else ""
    return f"{word} {limit}{off}{note}"


def _range(file: FileCheck) -> str:
    spend = file.spend
    parts = []
    if figures.is_known(spend.p10):
        low, high = figures.money(spend.p10), figures.money(spend.p90)
        parts.append(f"Likely range of {span(file)}: {figures.symbol(file.currency)}{low}–{high}")
    if file.spend_per_active_month is not None:
        each = figures.with_currency(f"{file.spend_per_active_month:,.0f}", file.currency)
        parts.append(f"{each} per active developer a month")
    if file.budget is not None:
        day = file.exhaustion_date
        parts.append("lasts" if day is None else f"budget gone on {figures.long_day(day)}")
    return " · ".join(parts)


def _paid(file: FileCheck) -> list[str]:
    actuals = file.actuals
    if actuals is None:
        return []
    said = (
        f"Paid to {actuals.until}: {actuals.paid:,.0f} (planned {actuals.planned:,.0f}); "
        f"expected at the end {actuals.expected_year_end:,.0f} {file.currency}."
    )
    return [escaped_prose(said), *(escaped_prose(one) for one in unmatched_words(actuals))]


def _details(file: FileCheck) -> str:
    months = [str(file.start + n) for n in range(file.months)]
    blocks = [
        _table("kind of work", file.by_class, file),
        _table("maker", file.by_vendor, file),
        _table("month", dict(zip(months, file.by_month, strict=True)), file),
        f"Held: {escaped_prose(file.acts_on)}. Prices of {file.as_of}. "
        f"{file.borrowed} assumptions that the file does not state: `advisor compare` lists them.",
    ]
    inside = "\n\n".join(block for block in blocks if block)
    summary = "By kind of work, maker and month; assumptions"
    return f"<details><summary>{summary}</summary>\n\n{inside}\n\n</details>"


def _table(head: str, amounts: Mapping[str, float], file: FileCheck) -> str:
    shown = {key: value for key, value in amounts.items() if abs(value) >= 0.5}
    if not shown:
        return ""
    rows = [[escaped(key), f"{value:,.0f}"] for key, value in list(shown.items())[:_MOST_ROWS]]
    if len(shown) > _MOST_ROWS:
        rest = sum(list(shown.values())[_MOST_ROWS:])
        rows.append([f"{len(shown) - _MOST_ROWS} more", f"{rest:,.0f}"])
    return rows_as_table([head, file.currency], rows)
