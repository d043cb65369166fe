"""Everything that a workbook shows of one way of working, as one table of tables."""

from __future__ import annotations

from collections.abc import Mapping

from advisor.answers.compare.answer import assumption_lines
from advisor.answers.export.calendar import quarters, years
from advisor.answers.export.rows import rows_of
from advisor.answers.export.workbook_inputs import tie_of, workbook_inputs_of
from advisor.answers.recommend.selection import Chosen
from advisor.engine.routes import options_used
from advisor.model.book import PriceBook
from advisor.model.workload import Option, Workload
from advisor.tables.compare import AssumptionLine
from advisor.tables.export import Ranges
from advisor.tables.export_workbook import Workbook


def workbook_of(
    chosen: Chosen,
    workload: Workload,
    book: PriceBook,
    options: Mapping[str, Option],
    ranges: Ranges,
    *,
    file: str,
) -> Workbook:
    """Gather rows, levers, ranges and what `compare` says of the same way."""
    rows = rows_of(chosen, workload, book, file=file, complete=True)
    months, starts = chosen.case.market.work.months, workload.fiscal_year_starts or 1
    return Workbook(
        detail=rows,
        inputs=workbook_inputs_of(chosen, workload, book, options, rows),
        ranges=ranges,
        tie=tie_of(chosen),
        quarters=quarters(months, starts),
        years=years(months, starts),
        assumptions=_assumptions(chosen),
        warnings=chosen.case.warnings,
    )


def _assumptions(chosen: Chosen) -> list[AssumptionLine]:
    """Return what the way stands on, without what was assumed of options that it does not use."""
    case, way = chosen.case, chosen.case.ways[chosen.ways[0]]
    used = {case.options[option].name for option in options_used(way.routes)}
    return [one for one in assumption_lines(case) if one.option is None or one.option in used]
