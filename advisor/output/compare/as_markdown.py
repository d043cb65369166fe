"""The comparison as Markdown, for a pull request or a wiki."""

from __future__ import annotations

from advisor.output import figures
from advisor.output.compare.paragraph import paragraph
from advisor.output.figures import money, share, symbol
from advisor.output.markdown import escaped, escaped_prose, rows_as_table
from advisor.tables.compare import Comparison


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
