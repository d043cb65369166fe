"""The sheet of checks: does it tie out to `compare`, what was changed since, and is it all live.

Beside it a hidden sheet keeps every yellow cell as it was exported, at the same address.
"""

from collections.abc import Sequence
from typing import NamedTuple

from advisor.output.export.workbook.assumptions import Input
from advisor.output.export.workbook.grid import Grid
from advisor.output.export.workbook.rows import COST, FORECAST_NO, MONTH, RECORD_NO, TEAM_NO, Facts
from advisor.tables.export_workbook import (
    COMMITMENTS,
    HEADCOUNT,
    LEVEL,
    MULTIPLIERS,
    PRICES,
    SEATS,
    SHARE,
    SUCCESS,
    Workbook,
)

NAME = "Check"
EXPORTED = "As exported"
GROUPS = (HEADCOUNT, SHARE, LEVEL, PRICES, SEATS, MULTIPLIERS, SUCCESS, COMMITMENTS)
_CENT = "0.005"
AS_EXPORTED = "As exported: ties out to advisor compare."
LIVE = "Assumptions were changed: figures follow them, ranges do not."
STALE = "STALE: some figures do not follow what was changed. Change the file and export again."
BROKEN = "DOES NOT TIE OUT to advisor compare."


class Status(NamedTuple):
    """Where the sheet says how things stand: addresses with the sheet."""

    status: str
    changed: str


def exported(assumptions: Grid, inputs: Sequence[Input]) -> Grid:
    """Keep the yellow cells as they are exported."""
    grid = Grid(EXPORTED)
    for one in inputs:
        (top, left), (bottom, right) = one.area
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                cell = assumptions.rows.get(row, {}).get(column)
                if cell is not None:
                    grid.put(row, column, cell.value)
    return grid


class Checks:
    """Builds the sheet from top to bottom."""

    def __init__(self, book: Workbook, facts: Facts, inputs: Sequence[Input]) -> None:
        """Hold what is checked."""
        self.book, self.facts, self.inputs = book, facts, inputs
        self.grid, self.row = Grid(NAME), 4

    def build(self) -> tuple[Grid, Status]:
        """Lay everything out; the status stands on top and is known last."""
        self.grid.put(0, 0, "Check", "title")
        changed, by_group = self._changed()
        stale = self._fixed(by_group)
        broken = self._ties(changed)
        formula = (
            f'=IF({stale}>0,"{STALE}",IF({changed}>0,"{LIVE}",'
            f'IF({broken}>0,"{BROKEN}","{AS_EXPORTED}")))'
        )
        status = self.grid.put(2, 0, AS_EXPORTED, "status", formula)
        return self.grid, Status(status, f"{NAME}!{changed}")

    def _head(self, title: str, heads: Sequence[str]) -> None:
        self.grid.put(self.row, 0, title, "section")
        self.grid.line(self.row + 1, [*heads], "head")
        self.row += 2

    def _here(self, row: int, column: int) -> str:
        return self.grid.at(row, column).split("!")[1]

    def _changed(self) -> tuple[str, dict[str, str]]:
        self._head("Changed since the export", ["assumptions", "tables changed"])
        top, found = self.row, {}
        for group in GROUPS:
            areas = [one.area for one in self.inputs if one.group == group]
            parts = [self._differing(*area) for area in areas]
            self.grid.put(self.row, 0, group)
            formula = "=" + "+".join(parts) if parts else None
            self.grid.put(self.row, 1, 0, "number", formula)
            found[group] = self._here(self.row, 1)
            self.row += 1
        area = f"{self._here(top, 1)}:{self._here(self.row - 1, 1)}"
        self.grid.put(self.row, 0, "all", "total_text")
        self.grid.put(self.row, 1, 0, "total", f"=SUM({area})")
        self.row += 2
        return self._here(self.row - 2, 1), found

    def _differing(self, first: tuple[int, int], last: tuple[int, int]) -> str:
        now = Grid("Assumptions").area(first, last)
        then = Grid(EXPORTED).area(first, last)
        return f"IF(SUMPRODUCT(({now}-{then})*({now}-{then}))>1E-18,1,0)"

    def _fixed(self, by_group: dict[str, str]) -> str:
        self._head(
            "Figures that do not follow every assumption", ["figures", "tables changed", "moved by"]
        )
        top = self.row
        for part in self.book.inputs.fixed:
            moved = [group for group in GROUPS if group in part.moved_by]
            self.grid.put(self.row, 0, part.what)
            formula = "=" + "+".join(by_group[group] for group in moved)
            self.grid.put(self.row, 1, 0, "number", formula)
            self.grid.put(self.row, 2, ", ".join(moved), "note")
            self.row += 1
        if not self.book.inputs.fixed:
            self.grid.put(self.row, 0, "none: everything here is live")
            self.grid.put(self.row, 1, 0, "number")
            self.row += 1
        area = f"{self._here(top, 1)}:{self._here(self.row - 1, 1)}"
        self.grid.put(self.row, 0, "all", "total_text")
        self.grid.put(self.row, 1, 0, "total", f"=SUM({area})")
        self.row += 2
        return self._here(self.row - 2, 1)

    def _ties(self, changed: str) -> str:
        self._head(
            "Ties out to advisor compare, to the cent",
            ["what", "here", "compare", "difference", "result"],
        )
        areas, facts, tie = self.facts.areas, self.facts, self.book.tie
        cost, record = areas.whole(COST), areas.whole(RECORD_NO)
        total = f"SUMIFS({cost},{record},{FORECAST_NO}"
        forecast = facts.record == FORECAST_NO
        top = self.row
        self._tie("total", tie.total, f"={total})", float(facts.cost[forecast].sum()), changed)
        for t, month in enumerate(self.book.inputs.months):
            formula = f"={total},{areas.whole(MONTH)},DATE({month.year},{month.month},1))"
            here = float(facts.cost[forecast & (facts.month == t)].sum())
            self._tie(str(month), tie.by_month[t], formula, here, changed)
        for g, team in enumerate(self.book.inputs.teams):
            formula = f"={total},{areas.whole(TEAM_NO)},{g + 1})"
            here = float(facts.cost[forecast & (facts.team == g + 1)].sum())
            self._tie(team, tie.by_team.get(team, 0.0), formula, here, changed)
        results = f"{self._here(top, 3)}:{self._here(self.row - 1, 3)}"
        self.grid.put(self.row, 0, "1 where any line does not tie out", "total_text")
        worst = f"MAX(MAX({results}),-MIN({results}))"
        count = f"=IF({changed}>0,0,IF({worst}>={_CENT},1,0))"
        self.grid.put(self.row, 1, 0, "total", count)
        return self._here(self.row, 1)

    def _tie(self, name: str, expected: float, formula: str, here: float, changed: str) -> None:
        row = self.row
        self.grid.put(row, 0, name)
        self.grid.put(row, 1, here, "cents", formula)
        self.grid.put(row, 2, expected, "cents")
        difference = f"={self._here(row, 1)}-{self._here(row, 2)}"
        self.grid.put(row, 3, here - expected, "cents", difference)
        result = f'=IF({changed}>0,"changed",IF(ABS({self._here(row, 3)})<{_CENT},"ok","NO"))'
        self.grid.put(row, 4, "ok", "", result)
        self.row += 1
