"""Real usage on a screen, and as Markdown: a chart, a table, what is left out, one sentence."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.output import figures, markdown
from advisor.output.anomalies import anomaly_lines
from advisor.output.blocks import joined, wrapped
from advisor.output.grid import TextColumn, render_grid, width_of
from advisor.output.usage.amounts import cents
from advisor.output.usage.chart import bars
from advisor.output.usage.sentences import (
    first_line,
    unpriced_lines,
    verdict,
    written_line,
)
from advisor.tables.usage import TIMES, UsageAnswer, UsageRow

MOST_ROWS = 40
_HEADS = {"source": "agent", "priced_as": "priced as"}
_KEEP_END = {"project", "home"}
_FIGURES = 46
"""Columns that figures take where names have to give way."""
_SHORTEST = 8


def render_text(
    answer: UsageAnswer, *, width: int, colour: bool, is_dumb: bool, is_brief: bool
) -> str:
    """Write the answer as text, with `is_brief` its last sentence alone."""
    said = wrapped(verdict(answer), width)
    if is_brief:
        return joined([said])
    rows, left_out = _shown(answer)
    chart = bars(
        answer.chart, answer.chart_by, answer.currency, width=width, colour=colour, is_dumb=is_dumb
    )
    grid = _table(answer, rows, width)
    return joined(
        [
            wrapped(first_line(answer), width),
            chart,
            [*grid, *wrapped(left_out, width), *_footnote(answer, rows)],
            *(_bulleted(*block, width) for block in _blocks(answer)),
            said,
        ]
    )


def _footnote(answer: UsageAnswer, rows: Sequence[UsageRow]) -> list[str]:
    partly = any(row.is_priced and row.unpriced_tokens for row in (*rows, answer.total))
    return ["* without what has no price"] if partly else []


def _blocks(answer: UsageAnswer) -> list[tuple[str, list[str]]]:
    """Return what stands below the table: a heading and lines each."""
    return [
        ("No price, in no sum of money:", unpriced_lines(answer)),
        ("What they wrote themselves:", [written_line(w, answer.currency) for w in answer.written]),
        ("Unusual days:", anomaly_lines(answer.anomalies, answer.currency)),
        ("To know:", [*answer.notes, *_repaired(answer)]),
    ]


def _bulleted(heading: str, lines: Sequence[str], width: int) -> list[str]:
    if not lines:
        return []
    said = [wrapped(f"- {one}", width, "  ") for one in lines]
    return [heading, *(part for one in said for part in one)]


def _repaired(answer: UsageAnswer) -> list[str]:
    """Say how much was dropped or repaired, over all sources."""
    sums: dict[str, int] = {}
    for counts in answer.counters.values():
        for what, number in counts.items():
            sums[what] = sums.get(what, 0) + number
    sums.pop("partial_calls", None)
    if not sums:
        return []
    most = sorted(sums, key=lambda one: (-sums[one], one))
    named = ", ".join(f"{sums[one]:,} {one.replace('_', ' ')}" for one in most[:4])
    rest = len(most) - 4
    kinds = "1 more kind" if rest == 1 else f"{rest} more kinds"
    more = f" and {kinds} (--json lists all)" if rest > 0 else ""
    return [f"counted once or repaired while reading: {named}{more}"]


def _shown(answer: UsageAnswer) -> tuple[Sequence[UsageRow], str]:
    """Leave out the cheapest rows of a very long table, unless they are days."""
    rows = answer.rows
    if len(rows) <= MOST_ROWS or answer.by[0] in TIMES:
        return rows, ""
    cost = sum(row.cost or 0 for row in rows[MOST_ROWS:])
    return rows[:MOST_ROWS], (
        f"and {len(rows) - MOST_ROWS:,} rows more, {cents(cost)} (--format csv has all)"
    )


def _table(answer: UsageAnswer, rows: Sequence[UsageRow], width: int) -> list[str]:
    """Lay rows and their total out; names are cut before figures are."""
    if not answer.rows:
        return []
    names = _names(answer, rows, width)
    names[0] = _once_each(names[0]) if len(names) > 1 else names[0]
    columns = [
        TextColumn(("", _HEADS.get(name, name)), [*cells, "total" if not place else ""], left=True)
        for place, (name, cells) in enumerate(zip(answer.by, names, strict=True))
    ]
    lines = render_grid([*columns, *_figures(answer, rows)], width)
    return [*lines[:-1], "-" * max(map(width_of, lines)), lines[-1]]


def _names(answer: UsageAnswer, rows: Sequence[UsageRow], width: int) -> list[list[str]]:
    """Return names by column, the longest cut until all fit."""
    named = [[name or "-" for name in row.names] for row in rows]
    found = [list(column) for column in zip(*named, strict=True)]
    wide = [max(map(width_of, [*cells, "total"])) for cells in found]
    while sum(wide) + 2 * len(wide) + _FIGURES > width and max(wide) > _SHORTEST:
        wide[wide.index(max(wide))] -= 1
    return [
        [_cut(one, most, from_start=name in _KEEP_END) for one in cells]
        for name, cells, most in zip(answer.by, found, wide, strict=True)
    ]


def _once_each(cells: Sequence[str]) -> list[str]:
    """Leave out a name that stands in the row above."""
    return [cell if not n or cells[n - 1] != cell else "" for n, cell in enumerate(cells)]


def _cut(text: str, most: int, *, from_start: bool) -> str:
    """Cut a text to so many columns of a terminal."""
    if width_of(text) <= most:
        return text
    kept = text
    while width_of(kept) > most - 1:
        kept = kept[1:] if from_start else kept[:-1]
    return f"…{kept}" if from_start else f"{kept}…"


def _figures(answer: UsageAnswer, rows: Sequence[UsageRow]) -> list[TextColumn]:
    every = [*rows, answer.total]
    whole = answer.total.cost
    share = [figures.share((row.cost or 0) / whole) if whole else "" for row in every]
    prompts = [sum(row.tokens[:4]) for row in every]
    cached = [
        figures.share(row.tokens[3] / prompt) if prompt else "-"
        for row, prompt in zip(every, prompts, strict=True)
    ]
    columns = [
        TextColumn(("", "calls"), [f"{row.calls:,}" for row in every], gives_way=4),
        TextColumn(("", "in"), [figures.tokens(one) for one in prompts], gives_way=5),
        TextColumn(("", "cached"), cached, gives_way=2),
        TextColumn(("", "out"), [figures.tokens(r.tokens[4]) for r in every], gives_way=3),
        TextColumn(("", answer.currency), [_cost(row) for row in every]),
        TextColumn(("", "share"), share, gives_way=1),
    ]
    if any(row.written for row in answer.rows):
        own = ["-" if row.written is None else f"{row.written:,.2f}" for row in every]
        columns.insert(5, TextColumn(("", "own figure"), own, gives_way=1))
    return columns


def _cost(row: UsageRow) -> str:
    if row.cost is None:
        return "no price"
    return cents(row.cost) + ("*" if row.unpriced_tokens else " ")


def render_markdown(answer: UsageAnswer) -> str:
    """Write the answer as Markdown."""
    heads = [*(_HEADS.get(name, name) for name in answer.by)]
    heads += ["calls", "in", "out", answer.currency]
    rows = [[*row.names, *_plain(row)] for row in answer.rows]
    rows.append(["total", *[""] * (len(answer.by) - 1), *_plain(answer.total)])
    table = markdown.rows_as_table(heads, [[markdown.escaped(c) for c in row] for row in rows])
    blocks = [
        "\n".join([heading, "", *(f"- {markdown.escaped_prose(one)}" for one in lines)])
        for heading, lines in _blocks(answer)
        if lines
    ]
    said = markdown.escaped_prose(verdict(answer))
    return "\n\n".join([markdown.escaped_prose(first_line(answer)), table, *blocks, said]) + "\n"


def _plain(row: UsageRow) -> list[str]:
    read = figures.tokens(sum(row.tokens[:4]))
    return [f"{row.calls:,}", read, figures.tokens(row.tokens[4]), _cost(row).strip()]
