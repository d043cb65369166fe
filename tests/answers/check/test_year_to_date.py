"""What was paid: tables as people export them, and the year that they begin."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from limit_cases import held
from questions import Plain, Question, maker, price_book

from advisor.answers.check.year_to_date import Planned, year_so_far
from advisor.errors import InputError
from advisor.load.actuals import Ledger, PaidRow, read_actuals
from advisor.tables.check import ActualsLine
from advisor.units import Month


def table(folder: Path, text: str, name: str = "bill.csv") -> Path:
    """Write a table."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def read(folder: Path, text: str, **columns: str) -> Ledger:
    """Read one table."""
    return read_actuals([table(folder, text)], columns)


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
        (",", "12.345", 12.345),
        (",", "$1_200.00", 1200),
        (",", "-12.50", -12.5),
        (",", "(12.50)", -12.5),
        (",", "−12.50", -12.5),  # a real minus sign
        (",", "1.5E-05", 1.5e-5),
        (",", ".5", 0.5),
        (",", "'1 200.5'", None),
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

    assert ([row.cost for row in ledger.rows], ledger.planned) == ([2.0], 1)


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
    table(tmp_path / "deep", "month,vendor,cost\n2027-01,acme,2\n", "B.CSV")

    rows = read_actuals([tmp_path, first], {}).rows
    assert sorted(row.cost for row in rows) == [1.0, 2.0]


# --- the year


ASKED = Question(
    workload={
        "start": "2027-01",
        "developers": 10,
        "current": "own",
        "budget": 12_000,
        "tasks": {"fix": {"per_developer_month": 100, "tokens": {"input": 1_000_000}}},
        "options": {"own": {"model": "big", "harness": "shell"}},
    },
    files=[
        maker("acme", big={"input": 1, "output": 1}),
        maker("other", small={"input": 1, "output": 1}),
    ],
)
"""10 people × 100 tasks × $1 = $1,000 a month."""


def row(first: str, last: str, cost: float, by: str = "acme", model: str | None = None) -> PaidRow:
    """Write a row of money."""
    return PaidRow(
        date.fromisoformat(first), date.fromisoformat(last), by, model, cost, None, "bill.csv", 2
    )


def month_row(month: int, cost: float, by: str = "acme", model: str | None = None) -> PaidRow:
    """Write a row for a whole month of 2027."""
    own = Month(2027, month)
    return row(f"{own}-01", f"{own}-{own.days}", cost, by, model)


def so_far(*rows: PaidRow, draws: int = 0, **changes: object) -> ActualsLine:
    """Return the year so far."""
    found = held(ASKED.but(**changes), paid=rows, draws=draws).actuals
    assert found is not None
    return found


def test_the_year_ends_at_what_was_paid_and_the_rest_of_the_mix() -> None:
    """1,500 + 700 for two months; ten months of 1,000 are left."""
    found = so_far(month_row(1, 1_500), month_row(2, 700))

    assert (found.paid, found.planned, found.rest) == pytest.approx((2_200, 2_000, 10_000))
    assert found.expected_year_end == pytest.approx(12_200)
    assert found.until == date(2027, 2, 28)


def test_a_month_that_is_half_paid_keeps_its_other_days() -> None:
    """Of 31 days of January 10 are paid for: 21/31 of the month and eleven more are left."""
    found = so_far(*(row(f"2027-01-{n:02}", f"2027-01-{n:02}", 50) for n in range(1, 11)))

    assert found.expected_year_end == pytest.approx(500 + 1_000 * 21 / 31 + 11_000)


def test_money_back_is_taken_off() -> None:
    """A refund is a negative row."""
    found = so_far(month_row(1, 1_500), month_row(1, -600))

    assert (found.paid, found.expected_year_end) == pytest.approx((900, 11_900))


def test_the_money_is_gone_on_the_day_that_follows_from_what_was_paid() -> None:
    """2,000 for January leave 10,000: eleven months of 1,000 use them up within November.

    February to November come to 10,000 exactly, so that 1 December is the first day beyond.
    """
    assert so_far(month_row(1, 2_000)).exhaustion_date == date(2027, 12, 1)


def test_a_year_that_stays_inside_has_no_such_day() -> None:
    """Paid as planned, 12,000 last."""
    assert so_far(month_row(1, 1_000)).exhaustion_date is None


def test_days_outside_the_plan_are_not_counted_and_said() -> None:
    """Half of December's row lies in 2026; a row of 2026 is left out whole."""
    found = so_far(
        row("2026-12-30", "2027-01-02", 400), row("2026-11-01", "2026-11-30", 70), month_row(1, 800)
    )

    assert found.paid == pytest.approx(1_000)
    assert found.warnings[0] == (
        "2 rows lie outside 2027-01 to 2027-12, in whole or in part: 270.00 is not counted"
    )


def test_what_does_not_match_is_named_and_counted() -> None:
    """Somebody unknown, a biller outside the mix, a model outside it, one without a price."""
    found = so_far(
        month_row(1, 950, "github"),
        month_row(1, 40, "other"),
        month_row(1, 30, "acme", "small"),
        month_row(1, 20, "acme", "unheard"),
        month_row(1, 10, "acme", "big"),
    )

    assert [(one.billed_by, one.model, one.cost, one.reason) for one in found.unmatched] == [
        ("github", None, 950.0, "bills for nothing in the mix"),
        ("other", None, 40.0, "bills for nothing in the mix"),
        ("acme", "small", 30.0, "a model that is not in the mix"),
        ("acme", "unheard", 20.0, "a model without a known price"),
    ]
    assert found.paid == pytest.approx(1_050)


@pytest.mark.parametrize(
    ("name", "is_matched"),
    [("Acme", True), ("ACME, PBC", True), ("acme inc.", True), ("Acmeology", False), ("", False)],
)
def test_billers_are_known_by_their_words(name: str, is_matched: bool) -> None:
    """A company's form behind the name does not matter; other letters do."""
    assert (not so_far(month_row(1, 1, name)).unmatched) == is_matched


def test_a_month_without_a_bill_is_asked_about() -> None:
    """February was paid to nobody, though March was."""
    found = so_far(month_row(1, 1_000), month_row(3, 1_000))

    assert found.warnings == ["nothing from acme in 2027-02: is a bill missing?"]


def test_nothing_in_the_plan_is_no_year_so_far() -> None:
    """Bills of 2026 say nothing of 2027."""
    assert held(ASKED, paid=[row("2026-11-01", "2026-11-30", 70)]).actuals is None


def test_the_chance_over_knows_what_is_paid() -> None:
    """With eleven months paid at 1,090, 12,000 leave 10 for December: it is over for certain."""
    paid_so_far = [month_row(n, 1_090) for n in range(1, 12)]

    assert so_far(*paid_so_far, draws=200).chance_over == 1.0


def test_a_budget_with_confidence_is_held_against_the_dearest_ends() -> None:
    """With the whole year paid there is nothing left to draw: the tail is what was paid."""
    budget = {"total": 12_000, "confidence": 0.9}
    found = so_far(*(month_row(n, 900) for n in range(1, 13)), budget=budget)

    assert found.dearest == pytest.approx(10_800)


LIMITS: Plain = {
    "annual_spend": 12_100,
    "monthly_spend": 1_400,
    "spend_per_developer_month": 101,
    "spend_per_active_month": 101,
    "expected_year_end": 12_200,
    "exhaustion_date": "2027-12-31",
}


@pytest.mark.parametrize(
    ("limit", "value", "status"),
    [
        ("budget", 12_200, "fail"),
        ("annual_spend", 12_200, "fail"),
        ("monthly_spend", 1_500, "fail"),
        ("spend_per_developer_month", 12_200 / 120, "fail"),
        ("spend_per_active_month", 12_200 / 120, "fail"),
        ("expected_year_end", 12_200, "ok"),
        ("exhaustion_date", date(2027, 12, 25), "fail"),
    ],
)
def test_limits_on_money_are_held_against_what_was_paid_and_the_rest(
    limit: str, value: float | date, status: str
) -> None:
    """1,500 and 700 for two months, then 1,000 each: 12,200 in 120 developer-months.

    11,200 are spent by the end of November; the 800 that are left last 24.8 days of 1,000 / 31.
    """
    stated = {
        name: ({"at_least": bound} if isinstance(bound, str) else {"at_most": bound})
        for name, bound in LIMITS.items()
    }
    found = held(ASKED.but(limits=stated), paid=[month_row(1, 1_500), month_row(2, 700)])
    line = next(one for one in found.lines if one.limit == limit)

    assert line.value == (value if isinstance(value, date) else pytest.approx(value))
    assert line.status == status


def test_another_way_that_a_limit_names_follows_what_was_paid() -> None:
    """1,500 for January, then eleven months of the other way at 2,000."""
    options = {
        "own": {"model": "big", "harness": "shell"},
        "twice": {"model": "small", "harness": "shell", "token_multiplier": 2, "quality": 1},
    }
    limits = [{"limit": "annual_spend", "at_most": 1, "on": "twice"}]
    found = held(ASKED.but(options=options, limits=limits), paid=[month_row(1, 1_500)])

    (line,) = [one for one in found.lines if one.on == "twice"]
    assert line.value == pytest.approx(1_500 + 22_000)


def test_planned_needs_no_draws() -> None:
    """Without draws there is no chance and no tail."""
    case = ASKED.case()
    planned = Planned(
        case.market.work.people.sum(axis=0) * 0 + 1_000.0, {"acme": 12_000.0}, (), None
    )
    found = year_so_far([month_row(1, 5)], case, planned, price_book(ASKED.files), sources="x")

    assert found is not None
    assert (found.chance_over, found.dearest) == (None, None)
