"""Tables as spreadsheets write them: separators, heads by meaning, decimal marks, faults."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.errors import InputError
from advisor.load.amounts import Amount, read_amounts
from advisor.load.table_file import (
    Meaning,
    Problem,
    as_table,
    find_columns,
    read_table,
    said_columns,
    told_once,
    unprintable,
)

MEANINGS: Mapping[str, Meaning] = {
    "cost": Meaning(("cost_usd", "cost"), ("amount",)),
    "who": Meaning(("agent", "tool")),
}


def faults_of(text: str, stated: Mapping[str, str]) -> str:
    """Return what is told of the columns of a table."""
    with pytest.raises(InputError) as caught:
        find_columns(as_table(text, "t.csv"), MEANINGS, stated)
    return str(caught.value)


# --- cells


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_separator_is_the_one_of_the_first_line(separator: str) -> None:
    """Commas, semicolons and tabs give the same cells; one in quotes is part of its cell."""
    text = separator.join(["agent", "cost"]) + "\n" + separator.join(['"a,b;c\td"', "1"]) + "\n"
    table = as_table(text, "t.csv")

    assert (table.heads, table.rows) == (["agent", "cost"], [["a,b;c\td", "1"]])


def test_a_line_that_names_the_separator_is_no_row() -> None:
    """Excel writes `sep=;` above the heads for itself; lines are counted with it."""
    table = as_table("sep=;\na;b\n1;2\n", "t.csv")

    assert (table.heads, table.rows, table.lines) == (["a", "b"], [["1", "2"]], [3])


def test_rows_shorter_than_the_heads_have_empty_cells() -> None:
    """And empty lines, or empty cells beyond the heads, are nothing."""
    table = as_table("a,b,\n1\n\n2,3,,,\n", "t.csv")

    assert table.rows == [["1", ""], ["2", "3"]]


def test_rows_longer_than_the_heads_are_told_once() -> None:
    """The first place, how many more there are, and why that may be."""
    with pytest.raises(InputError) as caught:
        as_table("a,cost\nx,0,5\ny,0,6\nz,0,7\n", "t.csv")

    assert "t.csv:2:5: has more cells than the first line names (2) (and 2 more rows)" in str(
        caught.value
    )
    assert "a number with a comma needs quotes" in str(caught.value)


def test_a_spreadsheet_s_unicode_text_is_read(tmp_path: Path) -> None:
    """UTF-16 with its mark, as spreadsheets save tables with tabs."""
    (tmp_path / "t.txt").write_bytes("a\tb\nä\t1\n".encode("utf-16"))

    assert read_table(tmp_path / "t.txt").rows == [["ä", "1"]]


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"a,b\n\xe4,1\n", "is not UTF-8 text"),
        (b"a,b\n\0,1\n", "is not a text file"),
        (b'a,b\n"x,1\n', "is not CSV"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, raw: bytes, told: str) -> None:
    """Other encodings, other kinds of file, quotes without an end."""
    (tmp_path / "t.csv").write_bytes(raw)

    with pytest.raises(InputError, match=told):
        read_table(tmp_path / "t.csv")


def test_a_problem_stands_at_the_column_of_its_cell() -> None:
    """Separators in quotes don't count."""
    table = as_table('a,b,c\n"x,y",2,3\n', "t.csv")
    fault = told_once(table, [Problem(0, 2, "c", "is odd")])[0]

    assert str(fault) == "t.csv:2:9 c: is odd"


def test_equal_problems_are_told_once_whatever_the_cell() -> None:
    """What stands in quotes in a message is the cell; the kind of problem is the rest."""
    table = as_table("a\n1\n2\n3\n", "t.csv")
    faults = told_once(table, [Problem(n, 0, "a", f"'{n}' is odd") for n in range(3)])

    assert [fault.message for fault in faults] == ["'0' is odd (and 2 more rows)"]


# --- heads


@pytest.mark.parametrize("head", ["cost", "Cost", "COST (USD)", "cost-usd", " Amount "])
def test_a_column_is_known_by_what_it_is_called(head: str) -> None:
    """Case, blanks, dashes and brackets don't matter."""
    table = as_table(f"tool,{head}\nx,1\n", "t.csv")

    assert find_columns(table, MEANINGS, {}).cells(table, "cost") == ["1"]


def test_weaker_names_count_where_no_better_one_stands() -> None:
    """An amount beside a cost is something else."""
    table = as_table("amount,cost\n1,2\n", "t.csv")

    assert find_columns(table, MEANINGS, {}).cells(table, "cost") == ["2"]


def test_two_columns_of_one_meaning_are_asked_about() -> None:
    """Neither is taken for the other."""
    told = faults_of("cost,cost_usd,tool\n1,2,x\n", {})

    assert "t.csv:1:1 cost: 'cost' and 'cost_usd' may both be it" in told
    assert "--columns cost=COLUMN" in told


def test_a_column_can_be_named() -> None:
    """Then its head says nothing else."""
    table = as_table("Wer,Was\nx,1\n", "t.csv")
    found = find_columns(table, MEANINGS, {"who": "Wer", "cost": "was"})

    assert (found.cells(table, "who"), found.cells(table, "cost")) == (["x"], ["1"])


def test_a_constant_stands_for_all_rows() -> None:
    """What no column says, `--columns` may."""
    table = as_table("cost\n1\n2\n", "t.csv")
    found = find_columns(table, MEANINGS, said_columns("who==github", "who=COLUMN"))

    assert found.cells(table, "who") == ["github", "github"]


@pytest.mark.parametrize(
    ("stated", "told"),
    [
        ({"cost": "Preis"}, "has no column 'Preis'"),
        ({"whom": "tool"}, "'whom' is not one of cost, who"),
    ],
)
def test_a_name_that_is_not_there_is_told(stated: Mapping[str, str], told: str) -> None:
    """Both of columns and of meanings."""
    assert told in faults_of("cost,tool\n1,x\n", stated)


@pytest.mark.parametrize("text", ["cost", "=x", "cost=", "cost=a,cost=b"])
def test_columns_that_say_nothing_are_told(text: str) -> None:
    """Each part has a meaning and a name, once."""
    with pytest.raises(InputError, match="--columns"):
        said_columns(text, "cost=COLUMN")


# --- amounts


def numbers(cells: list[str], separator: str = ",") -> list[float]:
    """Read a column that is all right."""
    column = read_amounts(cells, separator)
    assert column.wrong == []
    return [one.number for one in column.amounts]


@pytest.mark.parametrize(
    ("cells", "amounts"),
    [
        (["8.400,50", "8.200", "8.350,75"], [8400.5, 8200, 8350.75]),
        (["8,400.50", "8,200", "8,350.75"], [8400.5, 8200, 8350.75]),
        (["0,393", "1,514"], [0.393, 1.514]),
        (["0.393", "1.514"], [0.393, 1.514]),
        (["1.234.567", "8,200"], [1234567, 8.2]),
        (["1,25", "12,500"], [1.25, 12.5]),
        (["12,500", "3"], [12500, 3]),
        (["1 234,5", "1'234,5"], [1234.5, 1234.5]),
        (["1e3", "2.5E-2"], [1000, 0.025]),
    ],
)
def test_the_decimal_mark_is_that_of_the_column(cells: list[str], amounts: list[float]) -> None:
    """One cell that shows it speaks for all; without any, a point is the decimal mark."""
    assert numbers(cells) == pytest.approx(amounts)


def test_between_semicolons_a_comma_is_the_decimal_mark() -> None:
    """Where no cell shows it."""
    assert numbers(["8,200", "3"], ";") == pytest.approx([8.2, 3])


def test_a_round_thousand_that_may_be_a_thousandth_is_refused() -> None:
    """Between semicolons `8.200` may be either, and is asked about."""
    assert "thousands or thousandths" in read_amounts(["8.200"], ";").wrong[0][1]


def test_two_decimal_marks_in_one_column_are_refused() -> None:
    """Every cell that has a mark is told."""
    wrong = read_amounts(["8,400.50", "8.400,50", "7"], ",").wrong

    assert [row for row, _ in wrong] == [0, 1]


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("$0.30", Amount(0.3, "USD")),
        ("US$ 1,234.50", Amount(1234.5, "USD")),
        ("0.30 USD", Amount(0.3, "USD")),
        ("12.5 €", Amount(12.5, "EUR")),
        ("(12.50)", Amount(-12.5)),
        ("-$12.50", Amount(-12.5, "USD")),
        ("\u221212.5", Amount(-12.5)),
    ],
)
def test_signs_and_currencies_are_read(cell: str, amount: Amount) -> None:
    """A bracket is money back; a currency stands on either side."""
    assert read_amounts([cell], ",").amounts == [amount]


@pytest.mark.parametrize("cell", ["", "-", "n/a", "None"])
def test_no_amount_is_no_number(cell: str) -> None:
    """Absent is not zero."""
    assert math.isnan(numbers([cell])[0])


@pytest.mark.parametrize(
    "cell", ["x", "1.2.3,4,5", "nan", "inf", "1,23,4.5", "$5 €", "1e99", "9" * 5000, "..", "0x10"]
)
def test_what_is_no_amount_is_told(cell: str) -> None:
    """Nothing is guessed, nothing is without bound."""
    assert [row for row, _ in read_amounts([cell], ",").wrong] == [0]


@given(st.lists(st.floats(0, 1e9, allow_nan=False), min_size=1, max_size=8))
def test_german_and_american_columns_are_the_same_money(amounts: list[float]) -> None:
    """Written either way with groups and cents, a column reads back as it was."""
    american = [f"{amount:,.2f}" for amount in amounts]
    german = [text.translate(str.maketrans(",.", ".,")) for text in american]

    assert numbers(german) == numbers(american) == [round(float(f"{x:.2f}"), 2) for x in amounts]


# --- texts


@pytest.mark.parametrize(
    "text",
    ["a\x1b[31m", "a\nb", "a\x85b", "a\u202eb", "::notice::x", "a ::error::b", "x##[group]y"],
)
def test_a_text_that_no_screen_may_show_is_known(text: str) -> None:
    """Line feeds, escapes, C1, marks that turn text around, and commands of a CI's log."""
    assert unprintable(text)


@pytest.mark.parametrize("text", ["claude-code/opus 5.5", "Größe 見る", "a::b", "✅ done"])
def test_a_plain_text_is_shown(text: str) -> None:
    """All languages, and double colons inside a word."""
    assert unprintable(text) == ""


@pytest.mark.parametrize("cell", ["7 8", "7\n8", "12 5.50", "84_00", "1 2345", "7\n890"])
def test_two_numbers_in_one_cell_are_no_amount(cell: str) -> None:
    """Blanks stand between groups of three digits alone, and never a line's end."""
    assert read_amounts([cell], ",").wrong == [(0, f"{cell!r} is not an amount")]


@pytest.mark.parametrize("cell", ["$ 5", "5 EUR", "( 5 )", "'5", "5\n"])
def test_blanks_beside_an_amount_are_nothing(cell: str) -> None:
    """A sign of money, brackets, the mark by which a spreadsheet keeps text."""
    assert [abs(one.number) for one in read_amounts([cell], ",").amounts] == [5]
