"""The comparison as Markdown, for a pull request or a wiki."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.output import figures
from advisor.output.figures import money, share, symbol
from advisor.output.paragraph import paragraph
from advisor.tables.compare import Comparison
from advisor.tables.flat import Table

_ESCAPED = str.maketrans({c: f"\\{c}" for c in "\\|`*_<>[]@#"})
_PROSE = str.maketrans({c: f"\\{c}" for c in "<@[]"})


def escaped(text: str) -> str:
    """Make a name harmless: no table cell, mention, link, tag or address begins in it."""
    return _no_address(text.translate(_ESCAPED))


def _no_address(text: str) -> str:
    """Keep what looks like the address of a page from becoming a link to it."""
    return text.replace("://", "\\://").replace("www.", "www\\.")


def render_comparison(answer: Comparison) -> str:
    """Write a heading, a table of the options and the paragraph."""
    unit = symbol(answer.currency)
    heads = ["option", "model, tool", f"cost, {answer.currency}", "P10–P90", "per developer-month",
             "work done"]  # fmt: skip
    heads += ["net value vs today"] if answer.has_values else []
    heads += ["chance over budget", "budget gone"] if answer.budget is not None else []
    rows = []
    for line in answer.options:
        if line.spend is None:
            cells = [
                escaped(line.option),
                escaped(line.title),
                f"not known: {escaped(line.unknown or '')}",
            ]
            rows.append(cells + [""] * (len(heads) - len(cells)))
            continue
        star = "\\*" if line.borrowed else ""
        name = f"**{escaped(line.option)}** (today)" if line.is_today else escaped(line.option)
        cells = [
            name,
            escaped(line.title),
            money(line.spend.expected) + star,
            f"{money(line.spend.p10)}–{money(line.spend.p90)}" if answer.draws else "",
            f"{unit}{money(line.spend_per_active_month)}",
            share(line.work_done) + star,
        ]
        cells += [money(line.net_value_vs_today, sign=True)] if answer.has_values else []
        if answer.budget is not None:
            gone = line.exhaustion_date.isoformat() if line.exhaustion_date else ""
            cells += [figures.chance(line.probability_over_budget), gone]
        rows.append(cells)
    said = [escaped_prose(part) for part in paragraph(answer)]
    return "\n\n".join(
        [f"#### {escaped(answer.workload)}: {answer.start} to {answer.last_month}",
         rows_as_table(heads, rows), *said]
    ) + "\n"  # fmt: skip


def escaped_prose(text: str) -> str:
    """Keep a sentence, which may hold names, from starting a mention, a link or a tag."""
    return _no_address(text.translate(_PROSE))


def render_table(table: Table) -> str:
    """Write any flat table."""
    heads = [escaped(column.name) for column in table.columns]
    rows = [["" if cell is None else escaped(str(cell)) for cell in row] for row in table.rows]
    return rows_as_table(heads, rows) + "\n"


def rows_as_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write headings and cells, which are Markdown already, as a table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
