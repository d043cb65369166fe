"""The workbook: changed and calculated anew, it comes to what `compare` says of the changed file.

Two outside programs calculate: `formulas` in most tests, LibreOffice in the last ones. What a
reader would get wrong: neither sees a value that we wrote, for cells are typed anew and everything
is calculated; `compare` is asked about a file in which the same was changed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pytest
from exports import (
    Asked,
    Typed,
    asked,
    cell_of,
    cells_of,
    in_office,
    needs_office,
    total_of,
    typed,
    written,
)
from questions import Plain, Question, maker, seller

from advisor.output.export.workbook.check import AS_EXPORTED, LIVE, STALE
from advisor.output.export.workbook.grid import cell_name

CENT = 0.005
ALWAYS = {"effective_from": "2025-01-01"}


def brix(**from_2027: int) -> Plain:
    """Write a maker whose plain model may cost something else from the plan's first month on."""
    prices: list[Plain] = [{**ALWAYS, "input": 2, "output": 10}]
    if from_2027:
        prices.append({"effective_from": "2027-01-01", "input": 2, "output": 10, **from_2027})
    return {"vendor": "brix", "models": {"plain": {"prices": prices}}}


def hub(**terms: Any) -> Plain:
    """Write a seller of seats, whose allowances are each person's own."""
    known = {"seat_month": 20, "includes": {"usd": 30, "pooled": False}}
    return seller("hub", desk={**known, **terms})


ACME = maker("acme", dear={"input": 4, "output": 20})
TASK = {
    "per_developer_month": 8,
    "detection": Decimal("0.9"),
    "success": Decimal("0.7"),
    "check": Decimal("0.2"),
    "tokens": {"input": 900_000, "output": 30_000},
}
SEATS = {"model": "dear", "plan": "desk", "token_multiplier": Decimal("1.5"),
         "quality": Decimal("0.9")}  # fmt: skip
MIXED = Question(
    {
        "start": "2027-01",
        "months": 2,
        "budget": 900,
        "teams": {
            "pay": {"developers": 10, "adoption": Decimal("0.8"), "cost_center": "=1+1"},
            ">5": {"developers": 5, "adoption": Decimal("0.5")},
        },
        "current": "today",
        "usage_spread": {"p50": 7, "p90": 30},
        "contracts": {"brix": {"discount": Decimal("0.1"), "commitment": 400}},
        "tasks": {
            "fix": TASK,
            "docs": {"per_month": 60, "tokens": {"input": 100_000, "output": 9_000}},
        },
        "options": {"today": {"model": "plain", "harness": "aider"}, "seats": SEATS},
        "mix": {"default": ["seats", "today"], "docs": "today"},
    },
    (brix(), ACME, hub()),
)
"""A mix with seats, a cascade whose failures are seen, checks, a discount and a commitment."""
BILLED = Question(
    {
        "start": "2027-01",
        "months": 2,
        "developers": 20,
        "billed": [{"vendor": "brix", "month": "2026-12", "cost": 2_000, "active_developers": 16,
                    "seat_fees": 100}],
        "current": "today",
        "options": {
            "today": {"model": "plain"},
            "other": {"model": "dear", "token_multiplier": Decimal("0.5"), "quality": 1},
        },
        "mix": {"default": {"today": Decimal("0.4"), "other": Decimal("0.6")}},
    },
    (brix(), ACME),
)  # fmt: skip
CAPPED = MIXED.but(
    mix="capped",
    options={**MIXED.workload["options"],
             "capped": {"model": "dear", "cap": 20, "token_multiplier": 1, "quality": 1}},
)  # fmt: skip


def options(**of_seats: Any) -> Plain:
    """Return the options with the seats' changed."""
    return {**MIXED.workload["options"], "seats": {**SEATS, **of_seats}}


def teams(**changes: Any) -> Plain:
    """Return the teams with the first one changed."""
    first = {**MIXED.workload["teams"]["pay"], **changes}
    return {**MIXED.workload["teams"], "pay": first}


def tasks(**changes: Any) -> Plain:
    """Return the kinds of work with the first one changed."""
    return {**MIXED.workload["tasks"], "fix": {**TASK, **changes}}


def sold_by(*files: Plain) -> Question:
    """Ask the same with other pricing files."""
    return Question(MIXED.workload, files)


class Change(NamedTuple):
    """The same change twice: in the sheet of assumptions, and in the file."""

    typed: tuple[Typed, ...]
    asked: Question


def change(asked_: Question, *cells: Typed) -> Change:
    """Pair what is typed with the file in which the same is written."""
    return Change(cells, asked_)


SUCCESS = "Success of the reference's first try"
PRICES = "Prices paid, after discounts and fees"
PROMISED = "Commitments for the plan's months"
CHANGES = {
    "headcount": change(
        MIXED.but(teams=teams(developers=31)), Typed("Headcount", ("pay",), 31)
    ),
    "headcount of the second month": change(
        MIXED.but(teams=teams(developers={"2027-01": 10, "2027-02": 3})),
        Typed("Headcount", ("pay",), 3, 1),
    ),
    "active share": change(
        MIXED.but(teams=teams(adoption=1)), Typed("Active share", ("pay",), 1.0)
    ),
    "one price": change(
        sold_by(brix(input=3), ACME, hub()), Typed(PRICES, ("today", "input"), 3 * 0.9)
    ),
    "one multiplier": change(
        MIXED.but(options=options(token_multiplier=3)),
        Typed("Tokens against the reference", ("seats", "fix"), 3),
    ),
    "success of the first try": change(
        MIXED.but(options=options(quality=Decimal("0.5"))),
        Typed("Success against the reference", ("seats", "fix"), 0.5),
    ),
    "success of the reference": change(
        MIXED.but(tasks=tasks(success=Decimal("0.2"))), Typed(SUCCESS, (None, "fix"), 0.2)
    ),
    "seat fee": change(
        sold_by(brix(), ACME, hub(seat_month=35)), Typed("Seats", ("desk", "fee"), 35)
    ),
    "what a seat includes": change(
        sold_by(brix(), ACME, hub(includes={"usd": 90, "pooled": False})),
        Typed("Seats", ("desk", "includes"), 90),
    ),
    "least seats": change(
        sold_by(brix(), ACME, hub(min_seats=40)), Typed("Seats", ("desk", "at least"), 40)
    ),
    "commitment": change(
        MIXED.but(contracts={"brix": {"discount": Decimal("0.1"), "commitment": 9_000}}),
        Typed(PROMISED, ("brix",), 9_000),
    ),
    "several at once": change(
        Question(
            MIXED.but(teams=teams(developers=31, adoption=1),
                      options=options(token_multiplier=3)).workload,
            (brix(output=40), ACME, hub()),
        ),
        Typed("Headcount", ("pay",), 31),
        Typed("Active share", ("pay",), 1.0),
        Typed("Tokens against the reference", ("seats", "fix"), 3),
        Typed(PRICES, ("today", "output"), 36),
    ),
}  # fmt: skip
BILLED_CHANGES = {
    "headcount, the bill's people being fixed": change(
        BILLED.but(developers=50), Typed("Headcount", ("all",), 50)
    ),
    "active share": change(
        BILLED.but(adoption=Decimal("0.5")), Typed("Active share", ("all",), 0.5)
    ),
    "invoice": change(
        BILLED.but(billed=[{**BILLED.workload["billed"][0], "cost": 3_000}]),
        Typed("Level of use", ("Invoiced for 2026-12",), 3_000),
    ),
    "seat fees in it": change(
        BILLED.but(billed=[{**BILLED.workload["billed"][0], "seat_fees": 700}]),
        Typed("Level of use", ("of that, seat fees",), 700),
    ),
    "active developers in its month": change(
        BILLED.but(billed=[{**BILLED.workload["billed"][0], "active_developers": 10}]),
        Typed("Level of use", ("Active developers in that month",), 10),
    ),
    "one multiplier": change(
        BILLED.but(options={**BILLED.workload["options"],
                            "other": {"model": "dear", "token_multiplier": 2, "quality": 1}}),
        Typed("Tokens against the reference", ("other", "work"), 2),
    ),
    "one price": change(
        Question(BILLED.workload, (brix(output=90), ACME)), Typed(PRICES, ("today", "output"), 90)
    ),
}  # fmt: skip


def spend_of(question: Question) -> list[float]:
    """Return what `compare` says that the decided mix costs by month."""
    row = next(row for name, row in question.rows().items() if name in {"mix", "capped"})
    months: list[float] = row["spend_by_month"]
    return months


# --- Calculated by `formulas` --------------------------------------------------------------------


class Model:
    """A workbook in `formulas`: it is read once, and calculated with each change."""

    def __init__(self, one: Asked, folder: Path) -> None:
        import formulas  # takes a second and a library that few tests need  # noqa: PLC0415

        self.path = written(one.workbook(), folder / "book.xlsx")
        self._assumptions = openpyxl.load_workbook(self.path)["Assumptions"]
        self._model = formulas.ExcelModel().loads(str(self.path)).finish()

    @cached_property
    def as_written(self) -> dict[str, dict[str, Any]]:
        """The values that stand in the file, by sheet and cell."""
        return cells_of(self.path)

    @cached_property
    def unchanged(self) -> dict[str, dict[str, Any]]:
        """What it comes to as it is."""
        return self.calculated()

    def calculated(self, *changes: Typed) -> dict[str, dict[str, Any]]:
        """Type changes, calculate, and return the values by sheet and cell."""
        inputs = {
            self._name("Assumptions", cell_of(self._assumptions, one)): one.figure
            for one in changes
        }
        found = self._model.calculate(inputs=inputs)
        return {
            sheet: {
                at: found[self._name(sheet, at)].value[0, 0]
                for at in own
                if self._name(sheet, at) in found
            }
            for sheet, own in self.as_written.items()
        }

    @staticmethod
    def _name(sheet: str, at: str) -> str:
        return f"'[book.xlsx]{sheet.upper()}'!{at}"


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """Read the mix's workbook."""
    return Model(asked(MIXED), tmp_path_factory.mktemp("mixed"))


@pytest.fixture(scope="module")
def billed(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """Read the workbook of a team with a bill."""
    return Model(asked(BILLED), tmp_path_factory.mktemp("billed"))


def months_of(cells: Mapping[str, Mapping[str, Any]]) -> list[float]:
    """Return the totals of the two months on the first sheet."""
    summary = cells["Summary"]
    row = next(at[1:] for at, value in summary.items() if value == "Total" and at[0] == "A")
    return [float(summary[f"{column}{row}"]) for column in "BC"]


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_comes_to_what_compare_says(name: str, mixed: Model) -> None:
    """Headcount, share, price, multiplier, success, seats, commitment: to the cent, each month."""
    found = mixed.calculated(*CHANGES[name].typed)

    assert months_of(found) == pytest.approx(spend_of(CHANGES[name].asked), abs=CENT)
    assert months_of(found) != pytest.approx(spend_of(MIXED), abs=CENT)
    assert found["Check"]["A3"] == LIVE


@pytest.mark.parametrize("name", BILLED_CHANGES)
def test_a_change_behind_a_bill_comes_to_what_compare_says(name: str, billed: Model) -> None:
    """So do headcount, share, the invoice itself, a multiplier and a price where use is billed."""
    found = billed.calculated(*BILLED_CHANGES[name].typed)

    assert months_of(found) == pytest.approx(spend_of(BILLED_CHANGES[name].asked), abs=CENT)
    assert found["Check"]["A3"] == LIVE


def test_what_is_written_is_what_is_calculated(mixed: Model) -> None:
    """Every value beside a formula is what the formula comes to."""
    wrong = [
        f"{sheet}!{at}: {value} is not {mixed_value}"
        for (sheet, at, value), mixed_value in paired(mixed.as_written, mixed.unchanged)
        if not is_same(value, mixed_value)
    ]

    assert wrong == []


def paired(
    one: Mapping[str, Mapping[str, Any]], other: Mapping[str, Mapping[str, Any]]
) -> list[tuple[tuple[str, str, Any], Any]]:
    """Pair the cells of two workbooks."""
    return [
        ((sheet, at, value), other[sheet][at])
        for sheet, cells in one.items()
        for at, value in cells.items()
        if at in other.get(sheet, {})
    ]


def is_same(one: Any, other: Any) -> bool:
    """Tell whether two cells are the same but for rounding."""
    if isinstance(one, int | float):
        return bool(abs(float(other) - one) <= 1e-9 * (1 + abs(one)))
    return not isinstance(one, str) or one == other


def test_it_ties_out_as_exported(mixed: Model) -> None:
    """Unchanged, the sheet of checks says that it ties out, and every line does."""
    check = mixed.unchanged["Check"]

    assert check["A3"] == AS_EXPORTED
    assert {value for at, value in check.items() if at[0] == "E" and value != "result"} == {"ok"}


def test_what_cannot_follow_is_stale(tmp_path: Path) -> None:
    """Where a cap decides what is left undone, a change of headcount is said not to be in it."""
    model = Model(asked(CAPPED), tmp_path)
    found = model.calculated(Typed("Headcount", ("pay",), 31))

    assert (model.unchanged["Check"]["A3"], found["Check"]["A3"]) == (AS_EXPORTED, STALE)
    assert found["Summary"]["A3"] == STALE


def test_ranges_say_when_they_are_stale(mixed: Model) -> None:
    """The likely range, which no formula follows, is marked once anything was changed."""
    found = mixed.calculated(Typed("Headcount", ("pay",), 31))

    assert "STALE" not in mixed.unchanged["Ranges"]["A2"]
    assert found["Ranges"]["A2"].startswith("STALE: ")


# --- The file itself -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Write the mix's workbook and open it with its formulas."""
    return loaded(MIXED, tmp_path_factory.mktemp("book"))


def loaded(question: Question, folder: Path) -> Any:
    """Write a workbook and open it with its formulas."""
    return openpyxl.load_workbook(written(asked(question).workbook(), folder / "book.xlsx"))


def test_the_sheets_stand_in_order(book: Any) -> None:
    """The summary is first, the sheet that keeps what was exported is hidden."""
    assert book.sheetnames == [
        "Summary", "Assumptions", "Ranges", "By team", "Detail", "Seats", "Sources", "Check",
        "As exported",
    ]  # fmt: skip
    assert book["As exported"].sheet_state == "hidden"


def test_names_are_never_formulas(book: Any) -> None:
    """A team called `>5` and a cost center called `=1+1` are text on every sheet."""
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row]
    named = [cell for cell in cells if cell.value in {"=1+1", ">5"}]

    assert len(named) > 10
    assert {cell.data_type for cell in named if cell.value == ">5"} == {"s"}


def test_a_name_like_a_formula_is_kept_as_text(tmp_path: Path) -> None:
    """In the file's XML no formula is made of a name."""
    needs_office()
    path = written(asked(MIXED).workbook(), tmp_path / "book.xlsx")
    found = in_office(tmp_path, [path])

    assert "=1+1" in set(cells_of(found / "book.xlsx")["Detail"].values())


def test_only_yellow_cells_can_be_changed(book: Any) -> None:
    """Sheets are protected, and a cell is unlocked if and only if it is yellow."""
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row]
    odd = [
        cell.coordinate
        for cell in cells
        if cell.protection.locked == (cell.fill.start_color.rgb == "FFFFF2CC")
    ]

    assert odd == []
    assert {sheet.protection.sheet for sheet in book} == {True}


def test_yellow_cells_are_validated(book: Any) -> None:
    """Every yellow cell has bounds, and a share is at most 1."""
    rules = book["Assumptions"].data_validations.dataValidation
    yellow = {
        cell.coordinate
        for row in book["Assumptions"].iter_rows()
        for cell in row
        if not cell.protection.locked
    }
    held = {
        f"{letter}{row}"
        for rule in rules
        for part in rule.sqref.ranges
        for row in range(part.min_row, part.max_row + 1)
        for letter in [cell_name(0, column - 1).split("$")[1]
                       for column in range(part.min_col, part.max_col + 1)]
    }  # fmt: skip

    assert yellow <= held
    # Between two bounds is what a rule without an operator says.
    assert {rule.operator for rule in rules} == {None, "greaterThanOrEqual"}


def test_the_summary_prints_on_one_page(book: Any) -> None:
    """Landscape, fitted to a page."""
    sheet = book["Summary"]

    assert sheet.page_setup.orientation == "landscape"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage


def test_columns_stand_in_fiscal_order(tmp_path: Path) -> None:
    """Quarters and years are the fiscal ones, each named after the year that it ends in."""
    question = MIXED.but(start="2027-02", months=4, fiscal_year_starts=4)
    book = loaded(question, tmp_path)
    heads = [cell.value for cell in book["Summary"][5]]

    assert [head for head in heads if isinstance(head, str)] == [
        "Paid by invoice issuer", "Q4 FY2027", "Q1 FY2028", "FY2027", "FY2028", "Plan",
    ]  # fmt: skip


def test_a_workbook_is_the_same_bytes(tmp_path: Path) -> None:
    """Two exports of a plan are the same file."""
    one, two = (
        hashlib.sha256(written(asked(MIXED).workbook(), tmp_path / name).read_bytes()).digest()
        for name in ("one.xlsx", "two.xlsx")
    )

    assert one == two


def test_every_formula_has_its_value(book: Any, mixed: Model) -> None:
    """A program that does not calculate shows figures too."""
    values = mixed.as_written
    empty = [
        f"{sheet.title}!{cell.coordinate}"
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
        and not str(cell.value).startswith(("=IF(COUNT(", '=IF(B1="', '=IF(C1="', "=1+1"))
        and cell.coordinate not in values[sheet.title]
        and '="","",' not in str(cell.value)
    ]

    assert empty == []


@pytest.mark.parametrize(
    ("row", "column", "name"),
    [(0, 0, "$A$1"), (8, 25, "$Z$9"), (0, 26, "$AA$1"), (2, 701, "$ZZ$3"), (0, 702, "$AAA$1")],
)
def test_columns_are_named_by_letters(row: int, column: int, name: str) -> None:
    """After Z comes AA."""
    assert cell_name(row, column) == name


def test_a_plan_of_nobody_is_a_workbook_too(tmp_path: Path) -> None:
    """Where nothing is paid the total is 0, and a change of headcount is said not to be in it."""
    model = Model(asked(MIXED.but(adoption=0, teams=None, developers=5, contracts=None, tasks={
        "fix": TASK}, mix="today")), tmp_path)  # fmt: skip
    found = model.calculated(Typed("Active share", ("all",), 0.5))

    assert months_of(model.unchanged) == [0, 0]
    assert found["Check"]["A3"] == STALE


def test_teams_may_go_their_own_way(tmp_path: Path) -> None:
    """A class that teams serve differently is live in each of its parts."""
    question = MIXED.but(mix="today", teams=teams(mix={"fix": ["seats", "today"]}))
    moved = question.but(teams=teams(mix={"fix": ["seats", "today"]}, developers=31))
    found = Model(asked(question), tmp_path).calculated(Typed("Headcount", ("pay",), 31))

    assert months_of(found) == pytest.approx(spend_of(moved), abs=CENT)
    assert found["Check"]["A3"] == LIVE


# --- Calculated by LibreOffice -------------------------------------------------------------------


def test_an_office_comes_to_what_compare_says(tmp_path: Path) -> None:
    """LibreOffice, too, comes to the cent, for every change; all books are opened in one run."""
    needs_office()
    books = {
        "mixed": written(asked(MIXED).workbook(), tmp_path / "mixed.xlsx"),
        "billed": written(asked(BILLED).workbook(), tmp_path / "billed.xlsx"),
    }
    cases = [("mixed", one) for one in CHANGES.values()]
    cases += [("billed", one) for one in BILLED_CHANGES.values()]
    files = [
        typed(books[name], one.typed, tmp_path / f"{n}.xlsx") for n, (name, one) in enumerate(cases)
    ]
    done = in_office(tmp_path, files)

    found = [total_of(cells_of(done / file.name)) for file in files]
    assert found == pytest.approx([sum(spend_of(one.asked)) for _, one in cases], abs=CENT)
