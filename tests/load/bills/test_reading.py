"""Tables of what was paid, as people and vendors export them: rows of money out, or one fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from advisor.errors import InputError
from advisor.load.bills.asked_columns import AskedColumns
from advisor.load.bills.paid_rows import Ledger
from advisor.load.bills.reading import read_actuals


def table(folder: Path, text: str, name: str = "bill.csv") -> Path:
    """Write a table."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def read(folder: Path, text: str, **columns: str) -> Ledger:
    """Read one table."""
    return read_actuals([table(folder, text)], AskedColumns(columns, ()))


def paid(folder: Path, text: str, **columns: str) -> list[tuple[str, str, str, float]]:
    """Return first and last day, biller and cost of every row."""
    return [
        (str(one.first), str(one.last), one.billed_by, one.cost)
        for one in read(folder, text, **columns).rows
    ]


# --- tables


def test_a_month_is_all_of_its_days(tmp_path: Path) -> None:
    """2027-02 goes from the 1st to the 28th."""
    assert paid(tmp_path, "month,vendor,cost\n2027-02,acme,8400.50\n") == [
        ("2027-02-01", "2027-02-28", "acme", 8400.5)
    ]


def test_a_day_is_itself(tmp_path: Path) -> None:
    """Rows by the day keep their day, instants lose their time."""
    text = "date,provider,amount\n2027-01-31,acme,1\n2027-02-01T10:00:00Z,acme,2\n"

    assert [row[:2] for row in paid(tmp_path, text)] == [
        ("2027-01-31", "2027-01-31"),
        ("2027-02-01", "2027-02-01"),
    ]


@pytest.mark.parametrize(
    ("head", "text", "first", "last"),
    [
        ("date", "31.01.2027", "2027-01-31", "2027-01-31"),
        ("date", "1.2.2027", "2027-02-01", "2027-02-01"),
        ("month", "02.2027", "2027-02-01", "2027-02-28"),
        ("month", "01.02.2027", "2027-02-01", "2027-02-28"),
    ],
)
def test_days_between_points_begin_with_the_day(
    tmp_path: Path, head: str, text: str, first: str, last: str
) -> None:
    """As spreadsheets set to German write them; slashes may be either, and are refused."""
    assert paid(tmp_path, f"{head},vendor,cost\n{text},acme,1\n")[0][:2] == (first, last)


def test_days_between_slashes_are_refused(tmp_path: Path) -> None:
    """01/02/2027 is in January or in February."""
    with pytest.raises(InputError, match="is not a month or a day"):
        paid(tmp_path, "date,vendor,cost\n01/02/2027,acme,1\n")


def test_any_day_stands_for_its_month_in_a_column_of_months(tmp_path: Path) -> None:
    """Spreadsheets write a month as its first day."""
    assert paid(tmp_path, "Month,Vendor,Cost\n2027-01-01,acme,1\n")[0][1] == "2027-01-31"


def test_columns_are_named_by_a_map(tmp_path: Path) -> None:
    """Any heading will do, case and blanks aside."""
    text = "Abrechnungsmonat;Wer;Betrag EUR;Was\n2027-01;acme;1.234,56;big\n"

    row = read(
        tmp_path, text, month="abrechnungsmonat", biller="Wer", cost="Betrag EUR", model="Was"
    ).rows[0]

    assert (row.billed_by, row.cost, row.model) == ("acme", 1234.56, "big")


@pytest.mark.parametrize(
    ("mark", "text", "amount"),
    [
        (",", "8400", 8400),
        (",", '"8,400"', 8400),
        (",", '"8,400.50"', 8400.5),
        (",", '"8.400,50"', 8400.5),
        (",", '"12,5"', 12.5),
        (",", "12.345", None),  # 12,345 or 12.345: nobody can say
        (",", "$1_200.00", 1200),
        (",", "-12.50", -12.5),
        (",", "(12.50)", -12.5),
        (",", "−12.50", -12.5),  # a real minus sign
        (",", "1.5E-05", 1.5e-5),
        (",", ".5", 0.5),
        (",", "1'200.5", 1200.5),
        (";", "12,5", 12.5),
        (";", "8.400,50", 8400.5),
        (";", "8,400", 8.4),
        (";", "1.234.567", 1_234_567),
        (";", "0.125", 0.125),
        (";", "8400.50", 8400.5),
        (";", "8.400", None),  # 8,400 or 8.4: nobody can say
        ("\t", "12,50", 12.5),
        ("\t", "1 200,50 €", 1200.5),
        (",", "", None),
        (",", "n/a", None),
        (",", "nan", None),
        (",", "inf", None),
        (",", '"1,2,3"', None),
    ],
)
def test_amounts_are_read_as_they_are_meant_or_refused(
    tmp_path: Path, mark: str, text: str, amount: float | None
) -> None:
    """The mark that stands last is the decimal one; what may be two amounts is none."""
    content = f"month{mark}vendor{mark}cost\n2027-01{mark}acme{mark}{text}\n"

    if amount is None:
        with pytest.raises(InputError, match=r"bill\.csv:2:1"):
            paid(tmp_path, content)
    else:
        assert paid(tmp_path, content)[0][3] == pytest.approx(amount, rel=1e-12)


def test_a_focus_file_is_known_by_its_columns(tmp_path: Path) -> None:
    """The end of a period is the instant after its last day."""
    text = (
        "BilledCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,InvoiceIssuerName\n"
        "12.5,USD,2027-01-01T00:00:00Z,2027-02-01T00:00:00Z,Anthropic\n"
        "2,USD,2027-01-05T03:00:00Z,2027-01-05T04:00:00Z,Anthropic\n"
    )

    assert paid(tmp_path, text) == [
        ("2027-01-01", "2027-01-31", "Anthropic", 12.5),
        ("2027-01-05", "2027-01-05", "Anthropic", 2.0),
    ]


def test_forecasts_are_not_paid(tmp_path: Path) -> None:
    """Rows that say they are a plan are left out and counted."""
    text = (
        "BilledCost,ChargePeriodStart,ChargePeriodEnd,InvoiceIssuerName,x_RecordKind\n"
        "1,2027-01-01,2027-02-01,acme,Forecast\n2,2027-01-01,2027-02-01,acme,Actual\n"
    )
    ledger = read(tmp_path, text)

    assert [row.cost for row in ledger.rows] == [2.0]
    assert ledger.notes == ["left out 1 row of a plan, not paid"]


def test_every_wrong_row_is_told_at_its_line(tmp_path: Path) -> None:
    """One error, all rows."""
    text = "month,vendor,cost\n2027-13,acme,1\n2027-01,,1\n2027-01,acme,much\n2027-01,acme,1\n"

    with pytest.raises(InputError) as caught:
        read(tmp_path, text)
    assert [fault.line for fault in caught.value.faults] == [2, 3, 4]


@pytest.mark.parametrize(
    ("text", "columns", "said"),
    [
        ("vendor,cost\nacme,1\n", {}, "no column for month or day"),
        ("month,x\n2027-01,1\n", {}, "no column for biller and cost"),
        ("month,vendor,cost\n", {"cost": "price"}, "has no column 'price'"),
        ("month,vendor,cost\n", {"costs": "cost"}, "'costs' is not one of"),
        ("", {}, "among nothing"),
        ('month,vendor,cost\n2027-01,"acme,1\n', {}, "is not CSV"),
    ],
)
def test_a_table_without_its_columns_is_refused(
    tmp_path: Path, text: str, columns: dict[str, str], said: str
) -> None:
    """It says which are missing."""
    with pytest.raises(InputError, match=said):
        read(tmp_path, text, **columns)


def test_a_folder_is_all_its_tables_each_once(tmp_path: Path) -> None:
    """Endings in any case, folders inside too; a table that is named again is not paid again."""
    (tmp_path / "deep").mkdir()
    first = table(tmp_path, "month,vendor,cost\n2027-01,acme,1\n")
    table(tmp_path / "deep", "month,vendor,cost\n2027-02,acme,2\n", "B.CSV")

    rows = read_actuals([tmp_path, first]).rows
    assert sorted(row.cost for row in rows) == [1.0, 2.0]


def test_a_row_that_ends_before_it_begins_is_refused(tmp_path: Path) -> None:
    """Two days in the wrong order are no day."""
    text = (
        "BilledCost,ChargePeriodStart,ChargePeriodEnd,InvoiceIssuerName\n"
        "5,2027-02-01,2027-01-01,acme\n"
    )
    with pytest.raises(InputError, match="ends before it begins: 2027-02-01 to 2027-01-01"):
        read(tmp_path, text)
