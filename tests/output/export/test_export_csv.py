"""CSV and Parquet of the plan: the same bytes, the same rows, nothing that a spreadsheet runs."""

from __future__ import annotations

import csv
import io
from decimal import Context, Decimal
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pyarrow.parquet as pq
import pytest
from exports import asked, csv_rows, csv_text, in_office
from hypothesis import given
from hypothesis import strategies as st
from questions import Question, maker
from strategies import FEW

from advisor.output.export.columns import numbers, pieces, plain, pointed
from advisor.output.export.parquet import write_detail, write_ranges
from advisor.output.export.rows_csv import DIALECTS, cell, csv_pieces, ranges_csv, safe
from advisor.tables.export import RANGES_SCHEMA, SCHEMA, Coded

HOSTILE = (
    "=1+1", '=HYPERLINK("http://x","y")', "@SUM(1+1)", "+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0", "\t=1+1", "\r=1+1", "\n=1+1", "\0=1+1", "＝1+1", "＋1+1", "－1+1",
    "＠SUM(1)", " =1+1", "\u00a0=1+1", "\ufeff=1+1", '"=1+1',
)  # fmt: skip
"""Names that a spreadsheet may take for formulas; the seventeenth hides behind a quote."""


def plain_csv(columns: dict[str, Any], size: int) -> str:
    """Write columns the slow way: the standard library, and decimals for numbers."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    for n in range(size):
        writer.writerow([_slow(column, n) for column in columns.values()])
    return buffer.getvalue()


def _slow(column: Any, n: int) -> str:
    if isinstance(column, Coded):
        text = column.names[column.codes[n]]
        return "" if text is None else safe(text)
    value = float(column[n])
    if np.isnan(value):
        return ""
    # The number that the double is, exactly; rounded once, half to even.
    return format(Context(prec=12).create_decimal(Decimal(value) + 0).normalize(), "f")


# --- The same bytes ------------------------------------------------------------------------------

FIGURES = st.floats(allow_infinity=False) | st.integers(-(10**6), 10**6).map(float)
NAMES = st.none() | st.text(max_size=6) | st.sampled_from(HOSTILE)


@FEW
@given(st.lists(st.tuples(NAMES, FIGURES, FIGURES), min_size=1, max_size=20))
def test_the_quick_way_writes_what_the_slow_one_does(rows: list[tuple[Any, float, float]]) -> None:
    """Rows joined by columns are, byte for byte, what `csv` and decimals write one by one."""
    names = tuple(row[0] for row in rows)
    columns: dict[str, Any] = {
        "name": Coded(np.arange(len(rows), dtype=np.int32), names),
        "one": np.array([row[1] for row in rows]),
        "two": np.array([row[2] for row in rows]),
    }
    quick = "".join(csv_pieces(columns, len(rows), DIALECTS["plain"]))

    assert quick == plain_csv(columns, len(rows))


def test_many_equal_numbers_are_written_alike() -> None:
    """A column of few prices, which is written by its different ones, reads the same."""
    prices = np.tile([0.1, 1e-7, 3.0, float("nan")], 2_000)
    columns: dict[str, Any] = {"price": prices, "more": np.arange(8_000.0)}

    quick = "".join(csv_pieces(columns, 8_000, DIALECTS["plain"]))
    assert quick == plain_csv(columns, 8_000)


@pytest.mark.parametrize(
    ("figure", "text"),
    [(0.1 + 0.2, "0.3"), (1e-7, "0.0000001"), (1e15, "1000000000000000"), (-0.0, "0"),
     (-12.5, "-12.5"), (100.0, "100"), (float("nan"), ""), (1 / 3, "0.333333333333")],
)  # fmt: skip
def test_numbers_are_plain(figure: float, text: str) -> None:
    """Twelve digits, no exponent, no minus before nothing; what is not known is empty."""
    assert (plain(figure), numbers([figure])) == (text, [text])


def test_pointed_numbers_are_no_integers() -> None:
    """Where readers guess types, every number has a point."""
    assert pointed([3.0, 0.25, float("nan")]) == ["3.0", "0.25", ""]


def test_pieces_cover_all_rows() -> None:
    """Rows are cut into pieces that follow each other."""
    assert list(pieces(5, 2)) == [slice(0, 2), slice(2, 4), slice(4, 5)]


BOOK = (maker("brix", plain={"input": 2, "output": 10}),)
ASKED = Question(
    {
        "start": "2027-01",
        "months": 2,
        "developers": 10,
        "budget": 900,
        "current": "today",
        "usage": {"input": 1_000_000, "output": 300_000},
        "options": {"today": {"model": "plain"}},
    },
    BOOK,
)


def test_two_exports_are_the_same_bytes() -> None:
    """A plan that is exported twice is the same file."""
    assert csv_text(asked(ASKED).detail()) == csv_text(asked(ASKED).detail())


# --- Dialects ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dialect", "start", "cells"),
    [
        ("plain", "month,", ["10", "Mtok", "2", "20", "USD"]),
        ("excel", "\ufeffmonth,", ["10", "Mtok", "2", "20", "USD"]),
        ("excel-eu", "\ufeffmonth;", ["10", "Mtok", "2", "20", "USD"]),
    ],
)
def test_a_dialect_is_its_programs(dialect: str, start: str, cells: list[str]) -> None:
    """Excel gets a byte order mark, and a semicolon where commas are decimal."""
    text = csv_text(asked(ASKED).detail(), dialect)
    delimiter = DIALECTS[dialect].delimiter

    assert text.startswith(start)
    assert list(csv.reader(io.StringIO(text), delimiter=delimiter))[1][10:15] == cells


def test_europe_has_decimal_commas() -> None:
    """In `excel-eu` a number has a comma, and needs no quotes for it."""
    text = csv_text(asked(ASKED.but(developers=Decimal("10.5"))).detail(), "excel-eu")

    assert csv_rows(text, ";")[0]["quantity"] == "10,5"
    assert '"10,5"' not in text


# --- Nothing runs --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", HOSTILE[:-1])
def test_a_hostile_name_gets_a_quote(name: str) -> None:
    """Text that begins as a formula does, blanks or not, begins with a quote in the file."""
    assert next(csv.reader([cell(name)]))[0].startswith("'")


@pytest.mark.parametrize("dialect", ["plain", "excel-eu"])
def test_an_office_imports_no_formula(dialect: str, tmp_path: Path) -> None:
    """LibreOffice opens seventeen hostile names as text, and negative numbers as numbers."""
    columns: dict[str, Any] = {
        "name": Coded(np.arange(17, dtype=np.int32), HOSTILE),
        "cost": np.arange(17) - 12.5,
    }
    chosen = DIALECTS[dialect]
    path = tmp_path / "names.csv"
    path.write_text("".join(csv_pieces(columns, 17, chosen)), encoding="utf-8", newline="")
    # Tokens 44 or 59: what separates; 34: the quote; 76: UTF-8; 1031: German, for its commas.
    language = "1031" if chosen.decimal == "," else "1033"
    read = f"CSV:{ord(chosen.delimiter)},34,76,1,,{language},false,true,false"
    done = in_office(tmp_path, [path], "xlsx", reading=read)

    sheet = openpyxl.load_workbook(done / "names.xlsx").active
    found = [(row[0].data_type, row[1].data_type) for row in sheet.iter_rows(min_row=2)]
    assert {kinds for kinds in found if kinds[0] != "s" or kinds[1] != "n"} == set()
    assert [row[1].value for row in sheet.iter_rows(min_row=2)] == [n - 12.5 for n in range(17)]


# --- Parquet and ranges --------------------------------------------------------------------------


def test_parquet_has_the_rows_of_the_csv(tmp_path: Path) -> None:
    """Parquet and CSV hold the same rows; figures in Parquet are in full."""
    detail = asked(ASKED).detail()
    write_detail(detail, tmp_path / "rows.parquet")
    table = pq.read_table(tmp_path / "rows.parquet")

    wanted = csv_rows(csv_text(detail))
    found = [
        {name: plain(v) if isinstance(v, float) else v or "" for name, v in row.items()}
        for row in table.to_pylist()
    ]
    assert found == wanted


def test_parquet_says_what_it_is(tmp_path: Path) -> None:
    """The schema's name and the first line of the answer stand in the metadata."""
    detail = asked(ASKED).detail()
    write_detail(detail, tmp_path / "rows.parquet")
    about = pq.read_schema(tmp_path / "rows.parquet").metadata

    assert about[b"advisor.schema"].decode() == SCHEMA
    assert about[b"advisor.about"].decode() == detail.about.sentence


def test_parquet_is_the_same_bytes(tmp_path: Path) -> None:
    """Two exports of a plan are the same Parquet file."""
    for name in ("one", "two"):
        write_detail(asked(ASKED).detail(), tmp_path / name)

    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_ranges_stand_in_a_table_of_their_own(tmp_path: Path) -> None:
    """CSV and Parquet of the ranges have a line for the plan and each of its parts."""
    ranges = asked(ASKED.but(fiscal_year_starts=2)).ranges()
    write_ranges(ranges, tmp_path / "ranges.parquet")
    table = pq.read_table(tmp_path / "ranges.parquet")
    rows = csv_rows(ranges_csv(ranges, DIALECTS["plain"]))

    assert [(row["scope"], row["name"]) for row in rows] == [
        ("plan", "plan"), ("year", "FY2027"), ("year", "FY2028"), ("quarter", "Q4 FY2027"),
        ("quarter", "Q1 FY2028"), ("month", "2027-01"), ("month", "2027-02"), ("team", "all"),
        ("biller", "brix"),
    ]  # fmt: skip
    assert table.column("name").to_pylist() == [row["name"] for row in rows]
    assert table.schema.metadata[b"advisor.schema"].decode() == RANGES_SCHEMA


def test_ranges_are_those_of_compare() -> None:
    """P10, P50 and P90 of the plan are those of `compare` on the same draws."""
    spend = ASKED.rows(draws=200)["today"]["spend"]
    line = asked(ASKED).ranges(200).lines[0]

    assert (line.p10, line.p50, line.p90) == pytest.approx(
        (spend["p10"], spend["p50"], spend["p90"]), rel=1e-12
    )
