"""The first sheet: what is paid to whom, by month, quarter and fiscal year, on one printed page.

Only money paid. Review, rework and what the work is worth are people's money and stand in no sum.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.output.export.workbook.check import Status
from advisor.output.export.workbook.grid import Grid
from advisor.output.export.workbook.rows import (
    ACTUAL_NO,
    BUDGET_NO,
    CHARGE_NO,
    CHARGES,
    COST,
    FORECAST_NO,
    ISSUER_NO,
    MONTH,
    RECORD_NO,
    TEAM_NO,
    Facts,
)
from advisor.tables.export import USAGE
from advisor.tables.export_workbook import Workbook, WorkbookPeriod
from advisor.units import rounded

Mask = NDArray[np.bool_]

NAME = "Summary"
TEAMS = "By team"
WORDS = {"usage": "tokens", "seat": "seats", "overage": "beyond the seats",
         "commitment": "commitment shortfall", "check": "checks of first tries"}  # fmt: skip
NOBODY = "(nobody's invoice)"
LABEL, FIRST = 0, 1
HEADING = 4


class SheetLayout(NamedTuple):
    """Where the parts of the sheet stand: rows that the chart and the print area need."""

    grid: Grid
    total: int
    budget: int | None
    actual: int
    range_row: int
    last_row: int
    last_column: int


class PeriodTable:
    """A table with months, then quarters, then years as columns."""

    def __init__(self, name: str, book: Workbook, facts: Facts) -> None:
        """Put nothing yet."""
        self.grid, self.book, self.facts = Grid(name), book, facts
        self.months = range(len(book.inputs.months))
        plan = WorkbookPeriod("Plan", 0, len(book.inputs.months))
        years = [*book.years] if len(book.years) == 1 else [*book.years, plan]
        self.periods = [*book.quarters, *years]

    @property
    def last_column(self) -> int:
        """The column of the last period."""
        return FIRST + len(self.months) + len(self.periods) - 1

    def head(self, row: int, label: str) -> None:
        """Write the heading."""
        self.grid.put(row, LABEL, label, "head")
        for t, month in enumerate(self.book.inputs.months):
            self.grid.put(row, FIRST + t, month.first_day, "head_month")
        for n, period in enumerate(self.periods):
            self.grid.put(row, FIRST + len(self.months) + n, period.name, "head_right")

    def here(self, row: int, column: int) -> str:
        """Return an address on this sheet, which follows when it is copied."""
        return self.grid.at(row, column).split("!")[1].replace("$", "")

    def by_month(
        self, row: int, label: str, values: Sequence[float | None],
        formulas: Sequence[str | None], style: str = "money",
    ) -> None:  # fmt: skip
        """Write a row by month, and add it up over the periods."""
        self.grid.put(row, LABEL, label, "total_text" if style == "total" else "")
        for t in self.months:
            self.grid.put(row, FIRST + t, values[t], style, formulas[t])
        total_style = style.removesuffix("_in")
        for n, period in enumerate(self.periods):
            first = self.here(row, FIRST + period.first)
            last = self.here(row, FIRST + period.end - 1)
            known = [one for one in values[period.first : period.end] if one is not None]
            formula = f'=IF(COUNT({first}:{last})=0,"",SUM({first}:{last}))'
            value = sum(known) if known else None
            column = FIRST + len(self.months) + n
            self.grid.put(row, column, value, total_style, formula)

    def sums(self, keep: Mask) -> list[float | None]:
        """Add up the cost of some rows by month."""
        months = [keep & (self.facts.month == t) for t in self.months]
        return [float(self.facts.cost[one].sum()) for one in months]

    def sum_formulas(self, conditions: Sequence[tuple[int, int]]) -> list[str | None]:
        """Write the formulas that add up the cost of some rows by month."""
        areas = self.facts.areas
        tests = "".join(f",{areas.whole(column)},{number}" for column, number in conditions)
        month = areas.whole(MONTH)
        return [
            f"=SUMIFS({areas.whole(COST)},{month},"
            f"{self.here(HEADING, FIRST + t).replace(str(HEADING + 1), f'${HEADING + 1}')}{tests})"
            for t in self.months
        ]


def summary(book: Workbook, facts: Facts, status: Status) -> SheetLayout:
    """Lay the sheet out."""
    table = PeriodTable(NAME, book, facts)
    grid, about = table.grid, book.detail.about
    grid.put(0, 0, f"{about.workload}: what is paid, in {about.currency}", "title")
    grid.put(1, 0, about.sentence, "note")
    grid.put(2, 0, None, "status", f"={status.status}")
    grid.rows[2][0] = grid.rows[2][0]._replace(value="As exported: ties out to advisor compare.")
    table.head(HEADING, "Paid by invoice issuer")
    row, budget = HEADING + 1, None
    if (facts.record == BUDGET_NO).any():
        budget = row
        keep = facts.record == BUDGET_NO
        table.by_month(
            row, "Budget", table.sums(keep), table.sum_formulas([(RECORD_NO, BUDGET_NO)])
        )
        row += 1
    first = row
    row = _paid(table, row)
    total = row
    values = table.sums(facts.record == FORECAST_NO)
    formulas: list[str | None] = [
        f"=SUM({table.here(first, FIRST + t)}:{table.here(row - 1, FIRST + t)})"
        if row > first
        else None
        for t in table.months
    ]
    table.by_month(row, "Total", values, formulas, "total")
    row += 1
    if budget is not None:
        row = _over(table, row, total, budget)
    actual = row
    row = _actual(table, row, total)
    row = _words(table, row, status)
    return SheetLayout(grid, total, budget, actual, row - 2, row, table.last_column)


def _paid(table: PeriodTable, row: int) -> int:
    facts = table.facts
    forecast = facts.record == FORECAST_NO
    numbered = [*enumerate(facts.issuers, start=1), (0, NOBODY)]
    priced = table.book.detail.numbers("unit_price") != 0
    for number, issuer in numbered:
        for n, charge in enumerate(CHARGES, start=1):
            keep = forecast & (facts.issuer == number) & (facts.charge == n)
            # Tokens that seats include cost nothing whatever is changed.
            if (keep & (priced | (charge != USAGE))).any():
                found = [(RECORD_NO, FORECAST_NO), (ISSUER_NO, number), (CHARGE_NO, n)]
                label = f"{issuer}: {WORDS[charge]}"
                table.by_month(row, label, table.sums(keep), table.sum_formulas(found))
                row += 1
    return row


def _over(table: PeriodTable, row: int, total: int, budget: int) -> int:
    facts = table.facts
    spent, planned = (table.sums(facts.record == record) for record in (FORECAST_NO, BUDGET_NO))
    values = [(one or 0.0) - (two or 0.0) for one, two in zip(spent, planned, strict=True)]
    formulas = [
        f"={table.here(total, FIRST + t)}-{table.here(budget, FIRST + t)}" for t in table.months
    ]
    table.by_month(row, "Over/(under) budget", values, formulas, "over")
    return row + 1


def _actual(table: PeriodTable, row: int, total: int) -> int:
    """Lay out what was invoiced, to be filled in month by month, and how far off the plan was."""
    facts = table.facts
    invoiced = facts.record == ACTUAL_NO
    values: list[float | None] = []
    for t in table.months:
        keep = invoiced & (facts.month == t)
        values.append(float(facts.cost[keep].sum()) if keep.any() else None)
    nothing: list[str | None] = [None for _ in table.months]
    table.by_month(row, "Actual (fill in)", values, nothing, "money_in")
    spent = table.sums(facts.record == FORECAST_NO)
    variances = [
        None if one is None else one - (two or 0.0) for one, two in zip(values, spent, strict=True)
    ]
    formulas = []
    for t in table.months:
        own, plan = table.here(row, FIRST + t), table.here(total, FIRST + t)
        formulas.append(f'=IF({own}="","",{own}-{plan})')
    table.by_month(row + 1, "Variance: actual - plan", variances, formulas, "over")
    return row + 2


def _words(table: PeriodTable, row: int, status: Status) -> int:
    book, grid = table.book, table.grid
    whole = next((one for one in book.ranges.lines if one.scope == "plan"), None)
    row += 1
    if whole is not None:
        said = (
            f"Likely range of the whole plan {rounded(whole.p10)} – {rounded(whole.p90)}, "
            f"as of {book.detail.about.as_of}"
        )
        stale = f'=IF({status.changed}>0,"STALE, before the changes: ","")&"{said}"'
        grid.put(row, 0, said, "status", stale)
        row += 1
    grid.put(
        row, 0, "8 of 10 years fall inside. Review, rework and the worth of the work are not paid "
        "to anybody and are in no sum here.", "note",
    )  # fmt: skip
    return row + 1


def by_team(book: Workbook, facts: Facts) -> tuple[Grid, int, int]:
    """Lay the sheet of teams out; return it with the row below the last team, and its columns."""
    table = PeriodTable(TEAMS, book, facts)
    grid, about = table.grid, book.detail.about
    grid.put(0, 0, f"{about.workload}: what is paid by team, in {about.currency}", "title")
    grid.put(1, 0, about.sentence, "note")
    table.head(HEADING, "Team")
    row = HEADING + 1
    forecast = facts.record == FORECAST_NO
    for g, team in enumerate(book.inputs.teams):
        keep = forecast & (facts.team == g + 1)
        found = [(RECORD_NO, FORECAST_NO), (TEAM_NO, g + 1)]
        table.by_month(row, team, table.sums(keep), table.sum_formulas(found))
        row += 1
    formulas: list[str | None] = [
        f"=SUM({table.here(HEADING + 1, FIRST + t)}:{table.here(row - 1, FIRST + t)})"
        for t in table.months
    ]
    table.by_month(row, "Total", table.sums(forecast), formulas, "total")
    return grid, row, table.last_column
