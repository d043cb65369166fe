"""The workbook put together: sheets in order, formats, protection, charts, printing.

The same plan makes the same bytes: what a workbook says of when it was made is the prices' day.
"""

from __future__ import annotations

from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from advisor.output.export.workbook import assumptions, check, rows, seats
from advisor.output.export.workbook.assumptions import Assumptions, Input, Places
from advisor.output.export.workbook.beside import RANGES, SOURCES, ranges, sources
from advisor.output.export.workbook.check import Checks, exported
from advisor.output.export.workbook.grid import STYLES, Formats, Grid, Sheet
from advisor.output.export.workbook.rows import RowsSheet, facts_of
from advisor.output.export.workbook.seats import SeatsSheet
from advisor.output.export.workbook.summary import (
    FIRST,
    HEADING,
    NAME,
    TEAMS,
    SheetLayout,
    by_team,
    summary,
)
from advisor.tables.export_workbook import Workbook

_A4 = 9
_WIDE = {assumptions.NAME: 30, seats.NAME: 30, check.NAME: 44, NAME: 34, TEAMS: 24}
_MAY = {"format_columns": True, "format_rows": True, "sort": True, "autofilter": True}


def write_workbook(book: Workbook, path: Path) -> None:
    """Write the workbook."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    library = import_module("xlsxwriter")
    file = library.Workbook(str(path), options)
    day = book.detail.about.as_of
    file.set_properties(
        {
            "title": book.detail.about.workload,
            "comments": book.detail.about.sentence,
            "created": datetime(day.year, day.month, day.day),  # noqa: DTZ001
        }
    )
    file.set_calc_mode("auto")
    formats = {name: file.add_format(dict(style)) for name, style in STYLES.items()}
    _fill(book, file, formats)
    try:
        file.close()
    except library.exceptions.FileCreateError as error:
        raise _cause(error) from None


def _cause(error: Exception) -> OSError:
    """Return what the disk said, which the library puts into an error of its own."""
    said = error.args[0] if error.args else None
    return said if isinstance(said, OSError) else OSError(str(error))


def _fill(book: Workbook, file: Any, formats: Formats) -> None:
    """Build every sheet, then write them in the order in which people read."""
    facts = facts_of(book)
    sheet_of_assumptions, places = Assumptions(book.inputs, book.detail.about.currency).build()
    sheet_of_seats, cells = SeatsSheet(book, facts, places).build()
    sheet_of_checks, status = Checks(book, facts, places.inputs).build()
    layout = summary(book, facts, status)
    sheet_of_teams, last_team, last_column = by_team(book, facts)
    names = [NAME, assumptions.NAME, RANGES, TEAMS, rows.NAME, seats.NAME, SOURCES, check.NAME,
             check.EXPORTED]  # fmt: skip
    sheets = {name: file.add_worksheet(name) for name in names}
    for grid in (layout.grid, sheet_of_assumptions, ranges(book, status), sheet_of_teams,
                 sheet_of_seats, sources(book), sheet_of_checks,
                 exported(sheet_of_assumptions, places.inputs)):  # fmt: skip
        _prepare(sheets[grid.name], grid)
        grid.write(sheets[grid.name], formats)
    _prepare(sheets[rows.NAME], Grid(rows.NAME))
    RowsSheet(book, facts, places, cells).write(sheets[rows.NAME], formats)
    _finish(book, file, sheets, places, layout, (last_team, last_column))


def _prepare(sheet: Sheet, grid: Grid) -> None:
    sheet.set_column(0, 0, _WIDE.get(grid.name, 14))
    sheet.set_column(1, 40, 11)
    if grid.name == assumptions.NAME:
        sheet.set_column(3, 3, 44)
    if grid.name == SOURCES:
        sheet.set_column(6, 7, 50)
    sheet.protect("", _MAY)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.hide_gridlines(2)


def _finish(
    book: Workbook,
    file: Any,
    sheets: dict[str, Sheet],
    places: Places,
    layout: SheetLayout,
    teams: tuple[int, int],
) -> None:
    first = sheets[NAME]
    first.activate()
    first.freeze_panes(HEADING + 1, FIRST)
    months = len(book.inputs.months)
    chart_row = layout.last_row + 1
    if layout.total > _first_paid(layout):  # a chart of nothing is an error
        first.insert_chart(chart_row, 0, _chart(file, layout, months))
    first.print_area(0, 0, chart_row + 26, layout.last_column)
    actual = Input(
        "actual", ((layout.actual, FIRST), (layout.actual, FIRST + months - 1)), 0.0, None
    )
    _validate(first, actual)
    first.fit_to_pages(1, 1)
    red = file.add_format({"bold": True, "font_color": "#C00000"})
    for sheet, row in ((first, 2), (first, layout.range_row), (sheets[RANGES], 1),
                       (sheets[check.NAME], 2)):  # fmt: skip
        for word in ("STALE", "DOES NOT"):
            rule = {"type": "text", "criteria": "begins with", "value": word, "format": red}
            sheet.conditional_format(row, 0, row, 0, rule)
    sheets[check.EXPORTED].hide()
    if not (book.inputs.subscriptions or book.inputs.commitments):
        sheets[seats.NAME].hide()
    sheets[assumptions.NAME].freeze_panes(0, assumptions.FIRST)
    for one in places.inputs:
        _validate(sheets[assumptions.NAME], one)
    by_teams = sheets[TEAMS]
    by_teams.freeze_panes(HEADING + 1, FIRST)
    by_teams.insert_chart(teams[0] + 2, 0, _team_chart(file, teams))
    by_teams.fit_to_pages(1, 0)
    detail = sheets[rows.NAME]
    detail.freeze_panes(1, 0)
    detail.set_column(5, 5, 20)
    detail.set_column(17, 17, 40)
    detail.set_column(rows.MOVES_WITH, rows.AT_RATES, 13)
    detail.set_column(rows.TEAM_NO, rows.OPTION_NO, 10, None, {"hidden": True})
    detail.autofilter(0, 0, max(1, book.detail.size), rows.AT_RATES)
    detail.fit_to_pages(1, 0)
    for name in (RANGES, SOURCES, check.NAME, assumptions.NAME, seats.NAME):
        sheets[name].fit_to_pages(1, 0)


def _validate(sheet: Sheet, one: Input) -> None:
    (top, left), (bottom, right) = one.area
    bounds = {"criteria": ">=", "value": one.low}
    said = f"A number of at least {one.low:g}."
    if one.high is not None:
        bounds = {"criteria": "between", "minimum": one.low, "maximum": one.high}
        said = f"A number from {one.low:g} to {one.high:g}."
    options = {"validate": "decimal", "error_title": one.group, "error_message": said, **bounds}
    sheet.data_validation(top, left, bottom, right, options)


def _first_paid(layout: SheetLayout) -> int:
    return HEADING + 1 + (layout.budget is not None)


def _chart(file: Any, layout: SheetLayout, months: int) -> Any:
    """Draw what is paid by month, by issuer and charge, with the budget as a line."""
    chart = file.add_chart({"type": "column", "subtype": "stacked"})
    names = [NAME, HEADING, FIRST, HEADING, FIRST + months - 1]
    for row in range(_first_paid(layout), layout.total):
        chart.add_series(
            {
                "name": [NAME, row, 0],
                "categories": names,
                "values": [NAME, row, FIRST, row, FIRST + months - 1],
                "gap": 60,
            }
        )
    if layout.budget is not None:
        line = file.add_chart({"type": "line"})
        line.add_series(
            {
                "name": [NAME, layout.budget, 0],
                "categories": names,
                "values": [NAME, layout.budget, FIRST, layout.budget, FIRST + months - 1],
                "line": {"color": "#C00000", "width": 2},
            }
        )
        chart.combine(line)
    chart.set_title({"name": "Paid by month", "name_font": {"size": 11}})
    chart.set_legend({"position": "bottom"})
    chart.set_y_axis({"num_format": "#,##0", "min": 0, "major_gridlines": {"visible": True}})
    chart.set_x_axis({"num_format": "mmm"})
    columns = layout.last_column - FIRST + 1
    chart.set_size({"width": min(2_400, 243 + 82 * columns), "height": 520})
    return chart


def _team_chart(file: Any, teams: tuple[int, int]) -> Any:
    """Draw what every team costs over the plan."""
    last, column = teams
    chart = file.add_chart({"type": "bar"})
    chart.add_series(
        {
            "categories": [TEAMS, HEADING + 1, 0, last - 1, 0],
            "values": [TEAMS, HEADING + 1, column, last - 1, column],
        }
    )
    chart.set_title({"name": "Paid for each team", "name_font": {"size": 11}})
    chart.set_legend({"none": True})
    chart.set_x_axis({"num_format": "#,##0"})
    chart.set_size({"width": 700, "height": max(200, 60 + 18 * (last - HEADING))})
    return chart
