"""What is exported of a question or a file, and workbooks changed and calculated anew.

What a reader would get wrong: `typed` changes cells as a person would, by what stands beside them;
`in_formulas` and `in_office` then calculate everything again, so no value that we wrote is read.
"""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pytest
from questions import NO_PROFILES, Question, price_book, unmistakable

from advisor.answers.export.ranges import ranges_of
from advisor.answers.export.rows import rows_of
from advisor.answers.export.workbook import workbook_of
from advisor.answers.recommend.answer import Wish
from advisor.answers.recommend.selection import Chosen, choose
from advisor.case.build import build_case
from advisor.load.document import Document
from advisor.load.workload_file import check_workload
from advisor.output.export.rows_csv import DIALECTS, detail_pieces
from advisor.output.export.workbook.book import write_workbook
from advisor.tables.export import Detail, Ranges
from advisor.tables.export_workbook import Workbook

FILE = "team.yaml"


class Asked(NamedTuple):
    """A question as it is exported."""

    question: Question
    chosen: Chosen

    def detail(self, *, complete: bool = False) -> Detail:
        """Return the rows."""
        workload, book = _read(self.question)
        return rows_of(self.chosen, workload, book, file=FILE, complete=complete)

    def ranges(self, draws: int = 200) -> Ranges:
        """Return the ranges."""
        starts = self.question.workload.get("fiscal_year_starts", 1)
        return ranges_of(self.chosen, file=FILE, draws=draws, seed=1, starts=starts)

    def workbook(self) -> Workbook:
        """Return the workbook's tables."""
        workload, book = _read(self.question)
        ranges = self.ranges(20)
        return workbook_of(self.chosen, workload, book, workload.options, ranges, file=FILE)


def asked(question: Question, option: str | None = None) -> Asked:
    """Read a question and choose what is exported of it."""
    workload, book = _read(question)
    case = build_case(workload, book, NO_PROFILES, {}, name="team")
    return Asked(question, choose(case, option, Wish()))


def _read(question: Question) -> tuple[Any, Any]:
    book = price_book(question.files, question.channels, question.calendars)
    return check_workload(
        Document(FILE, unmistakable(question.workload), {}), book, {}
    ).workload, book


def csv_text(detail: Detail, dialect: str = "plain") -> str:
    """Write rows as CSV."""
    return "".join(detail_pieces(detail, DIALECTS[dialect]))


def csv_rows(text: str, delimiter: str = ",") -> list[dict[str, str]]:
    """Read CSV back."""
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=delimiter))


def forecast_total(rows: Sequence[Mapping[str, str]]) -> float:
    """Add up what the forecast costs."""
    return sum(float(row["cost"]) for row in rows if row["record"] == "forecast")


# --- Workbooks -----------------------------------------------------------------------------------


def written(book: Workbook, path: Path) -> Path:
    """Write a workbook."""
    write_workbook(book, path)
    return path


class Typed(NamedTuple):
    """What is typed into the sheet of assumptions: where it stands, and the new figure.

    `names` are the first two cells of the row, as far as they matter.
    """

    section: str
    names: tuple[str | None, ...]
    figure: float
    month: int = 0


def typed(path: Path, changes: Sequence[Typed], to: Path) -> Path:
    """Change yellow cells as a person does; the values beside formulas are gone then."""
    book = openpyxl.load_workbook(path)
    sheet = book["Assumptions"]
    for change in changes:
        _cell_of(sheet, change).value = change.figure
    book.save(to)
    return to


def cell_of(assumptions: Any, change: Typed) -> str:
    """Return the address of the cell of a sheet that a change is typed into."""
    return str(_cell_of(assumptions, change).coordinate)


def _cell_of(sheet: Any, change: Typed) -> Any:
    cell = sheet.cell(_row_of(sheet, change), 5 + change.month)
    assert not cell.protection.locked, f"{change} is not to be changed"
    return cell


def _row_of(sheet: Any, change: Typed) -> int:
    section = ""
    for row in range(1, sheet.max_row + 1):
        names = [sheet.cell(row, column).value for column in (1, 2, 3)]
        if names[0] is not None and names[1:] == [None, None]:
            section = names[0]
        wanted = zip(change.names, names, strict=False)
        is_figure = section == change.section and names[2] not in {None, "unit"}
        if is_figure and all(one is None or one == other for one, other in wanted):
            return row
    raise AssertionError(f"{change} is not on the sheet")


OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
_ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""
"""LibreOffice otherwise shows the values that a file came with, whatever its formulas say."""


def needs_office() -> None:
    """Skip where LibreOffice is not here."""
    if OFFICE is None:
        pytest.skip("LibreOffice is not here: apt-get install libreoffice-calc-nogui")


def in_office(
    folder: Path, files: Sequence[Path], kind: str = "xlsx", *, reading: str = ""
) -> Path:
    """Have LibreOffice open files, calculate everything and save them in another folder."""
    needs_office()
    assert OFFICE is not None
    profile, done = folder / "profile", folder / "calculated"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_ALWAYS, encoding="utf-8")
    subprocess.run(
        [OFFICE, "--headless", f"-env:UserInstallation={profile.as_uri()}",
         *([f"--infilter={reading}"] if reading else []), "--convert-to", kind,
         "--outdir", str(done), *map(str, files)],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    return done


def cells_of(path: Path) -> dict[str, dict[str, Any]]:
    """Read the values of a workbook, by sheet and cell."""
    book = openpyxl.load_workbook(path, data_only=True)
    return {
        sheet.title: {
            cell.coordinate: cell.value
            for row in sheet.iter_rows()
            for cell in row
            if cell.value is not None
        }
        for sheet in book
    }


def total_of(cells: Mapping[str, Mapping[str, Any]]) -> float:
    """Return the total of the plan on the first sheet."""
    summary = cells["Summary"]
    row = next(at[1:] for at, value in summary.items() if value == "Total" and at[0] == "A")
    last = max((at for at in summary if _row(at) == row), key=lambda at: (len(at), at))
    return float(summary[last])


def _row(address: str) -> str:
    return address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
