"""The same rows in several tables count once, and tables that disagree are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from advisor.errors import InputError
from advisor.load.bills.paid_rows import Ledger
from advisor.load.bills.reading import read_actuals

HEAD = "day,biller,workspace,cost\n"


def read(folder: Path, **tables: str) -> Ledger:
    """Read a folder of tables."""
    for name, rows in tables.items():
        (folder / f"{name}.csv").write_text(HEAD + rows, encoding="utf-8")
    return read_actuals([folder])


def days(count: int, last: float = 2.0) -> str:
    """Write a month to date: 2.00 a day, the last one as given."""
    amounts = [2.0] * (count - 1) + [last]
    return "".join(f"2027-01-{n:02},acme,a,{cost:.2f}\n" for n, cost in enumerate(amounts, 1))


def test_a_month_to_date_that_is_exported_again_counts_once(tmp_path: Path) -> None:
    """Three snapshots of one month are the days of the longest."""
    found = read(tmp_path, a=days(10), b=days(20), c=days(31))

    assert sum(row.cost for row in found.rows) == 62
    assert found.notes[0].startswith("30 rows of several tables counted once: ")


def test_a_table_that_was_saved_twice_counts_once(tmp_path: Path) -> None:
    """`report.csv` beside `report (1).csv`."""
    found = read(tmp_path, **{"report": days(3), "report (1)": days(3)})

    assert len(found.rows) == 3


def test_equal_rows_of_one_table_all_count(tmp_path: Path) -> None:
    """Two charges of one day may be equal."""
    assert len(read(tmp_path, a=days(1) * 2, b=days(1)).rows) == 2


@pytest.mark.parametrize(("first", "second"), [(1.5, 2.0), (0.0, 2.0)])
def test_a_day_that_was_exported_while_it_ran_is_refused(
    tmp_path: Path, first: float, second: float
) -> None:
    """Nobody can say which amount is right, so both tables are named with their lines."""
    with pytest.raises(InputError) as caught:
        read(tmp_path, a=days(10, first), b=days(10, second))

    (fault,) = caught.value.faults
    assert (Path(fault.file).name, fault.line) == ("b.csv", 11)
    assert fault.message.endswith("a.csv:11 with other amounts")


def test_a_month_to_date_in_one_row_is_refused(tmp_path: Path) -> None:
    """The month so far beside the whole month: 2,709 is in 8,400."""
    with pytest.raises(InputError, match="with other amounts"):
        read(tmp_path, a="2027-01-01,acme,a,2709\n", b="2027-01-01,acme,a,8400\n")


def test_what_tells_rows_apart_lets_both_count(tmp_path: Path) -> None:
    """Two workspaces, and money back, are rows of their own."""
    found = read(
        tmp_path,
        a="2027-01-01,acme,a,10\n",
        b="2027-01-01,acme,b,20\n",
        c="2027-01-01,acme,a,-3\n",
    )

    assert sum(row.cost for row in found.rows) == 27


def test_parts_of_one_export_may_have_a_row_that_looks_alike(tmp_path: Path) -> None:
    """One of twenty days stands in both parts with another amount: both are charges."""
    other = "".join(f"2027-02-{n:02},acme,a,3.00\n" for n in range(1, 21))
    found = read(tmp_path, a=days(20), b=f"{other}2027-01-20,acme,a,9.00\n")

    assert sum(row.cost for row in found.rows) == 40 + 60 + 9


def test_of_many_rows_that_disagree_ten_are_told(tmp_path: Path) -> None:
    """And how many more."""
    other = days(31).replace("2.00", "3.00")

    with pytest.raises(InputError) as caught:
        read(tmp_path, a=days(31), b=other)
    assert [one.message[:11] for one in caught.value.faults][-1] == "and 21 more"


def test_a_link_to_nothing_in_a_folder_of_bills_is_named(tmp_path: Path) -> None:
    """A bill that is gone is not a bill of nothing."""
    (tmp_path / "gone.csv").symlink_to("nowhere.csv")

    with pytest.raises(InputError, match=r"gone\.csv: is a link to nothing"):
        read(tmp_path, a=days(1))


def test_amounts_that_are_only_written_otherwise_are_told_so(tmp_path: Path) -> None:
    """An export saved by a spreadsheet that is set to a decimal comma."""
    (tmp_path / "a.csv").write_text(HEAD + days(3), encoding="utf-8")
    other = (HEAD + days(3)).replace(",", ";").replace(".", ",")
    (tmp_path / "b.csv").write_text(other, encoding="utf-8")

    with pytest.raises(InputError, match=r"b\.csv:2:1: is .*a\.csv:2 written otherwise"):
        read_actuals([tmp_path])


SUMMARY = "month,vendor,amount\n2027-01,{vendor},{amount}\n"
DAYS = "day,biller,model,cost_usd\n2027-01-01,anthropic,a,10.25\n2027-01-02,anthropic,b,4.5\n"


def test_a_sum_beside_what_it_is_of_is_refused(tmp_path: Path) -> None:
    """Two tables of one month that agree to the cent are one bill."""
    (tmp_path / "a.csv").write_text(DAYS, encoding="utf-8")
    (tmp_path / "b.csv").write_text(SUMMARY.format(vendor="Anthropic", amount=14.75), "utf-8")

    with pytest.raises(InputError, match=r"b\.csv:2:1: 14\.75 of Anthropic in 2027-01 is the sum"):
        read_actuals([tmp_path])


@pytest.mark.parametrize(("vendor", "amount"), [("anthropic", 14.76), ("openai", 14.75)])
def test_another_bill_beside_days_counts(tmp_path: Path, vendor: str, amount: float) -> None:
    """Of another amount, or of somebody else."""
    (tmp_path / "a.csv").write_text(DAYS, encoding="utf-8")
    (tmp_path / "b.csv").write_text(SUMMARY.format(vendor=vendor, amount=amount), "utf-8")

    assert sum(row.cost for row in read_actuals([tmp_path]).rows) == pytest.approx(14.75 + amount)
