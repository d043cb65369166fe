"""Tables as consoles of vendors and clouds export them, with columns as seen in 2026."""

from __future__ import annotations

from pathlib import Path

import pytest

from advisor.errors import InputError
from advisor.load.bills.asked_columns import asked_columns
from advisor.load.bills.layouts import is_bill
from advisor.load.bills.paid_rows import Ledger, PaidRow
from advisor.load.bills.reading import read_actuals
from advisor.model.charge import FEE, OTHER, TAX, USAGE

GITHUB = (
    "date,username,product,sku,model,quantity,unit_type,applied_cost_per_quantity,gross_amount,"
    "discount_amount,net_amount,total_monthly_quota,organization,repository,cost_center_name,"
    "aic_quantity,aic_gross_amount,input,output,cache_read,cache_write\n"
)
ANTHROPIC = (
    "usage_date_utc,model,workspace,api_key,usage_type,context_window,token_type,cost_usd,"
    "list_price_usd,cost_type,inference_geo,speed,api_key_id,api_key_status\n"
)
OPENAI = (
    "start_time,end_time,start_time_iso,end_time_iso,amount_value,amount_currency,line_item,"
    "project_id,organization_id,organization_name\n"
)
CURSOR = (
    "Date,User,Cloud Agent ID,Automation ID,Kind,Model,Max Mode,Input (w/ Cache Write),"
    "Input (w/o Cache Write),Cache Read,Output Tokens,Total Tokens,Cost\n"
)
FOCUS = (
    "BilledCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,InvoiceIssuerName,ProviderName,"
    "ServiceName,ChargeCategory\n"
)


def read(folder: Path, text: str, columns: str = "") -> Ledger:
    """Read one table."""
    path = folder / "bill.csv"
    path.write_text(text, encoding="utf-8")
    return read_actuals([path], asked_columns(columns))


def said(row: PaidRow) -> tuple[str, str, str | None, float, str | None, str | None]:
    """Return what a row says: day, biller, model, cost, currency, kind."""
    return (str(row.last), row.billed_by, row.model, row.cost, row.currency, row.kind)


def test_githubs_table_is_githubs_and_of_copilot_alone(tmp_path: Path) -> None:
    """No column says who billed; other products are left out with a note; seats are a fee."""
    rows = (
        "2027-01-31,dev-1,copilot,copilot_ai_credit,Claude Sonnet 5.5,120000,ai-credits,0.01,1200,"
        "950,250,1900,acme,,,120000,1200,1,2,3,4\n"
        "2027-01-31,,copilot,copilot_for_business,,10,user-months,19,190,0,190,,acme,,,,,,,,\n"
        "2027-01-31,dev-1,actions,actions_linux,,10,minutes,0.006,0.06,0,0.06,,acme,r,,,,,,,\n"
    )
    found = read(tmp_path, GITHUB + rows)

    assert [said(row) for row in found.rows] == [
        ("2027-01-31", "github", "Claude Sonnet 5.5", 250.0, "USD", USAGE),
        ("2027-01-31", "github", None, 190.0, "USD", FEE),
    ]
    assert found.notes == ["left out 1 row of other products"]


def test_costs_of_anthropics_console_are_usage_in_dollars(tmp_path: Path) -> None:
    """What was paid stands in cost_usd, not in the list price."""
    row = (
        "2027-01-04,Claude Haiku 4.5,Default,k,message,≤ 200k,output,0.02,0.05,token,,,id,active\n"
    )

    assert [said(one) for one in read(tmp_path, ANTHROPIC + row).rows] == [
        ("2027-01-04", "anthropic", "Claude Haiku 4.5", 0.02, "USD", USAGE)
    ]


def test_costs_of_openais_console_skip_days_without_any(tmp_path: Path) -> None:
    """A day without an amount is no row; a line's model stands before its comma."""
    rows = (
        "1798761600,1798848000,2027-01-01T00:00:00+00:00,2027-01-02T00:00:00+00:00,"
        '0.003835980000000000000000000000,usd,"gpt-6.1-sol, input",,org-1,Acme\n'
        "1798848000,1798934400,2027-01-02T00:00:00+00:00,2027-01-03T00:00:00+00:00,,,,,,\n"
    )

    assert [said(one) for one in read(tmp_path, OPENAI + rows).rows] == [
        ("2027-01-01", "openai", "gpt-6.1-sol", 0.00383598, "USD", USAGE)
    ]


def test_seconds_are_days_where_no_other_column_says_them(tmp_path: Path) -> None:
    """1798761600 is the first instant of 2027."""
    text = "start_time,end_time,amount_value,amount_currency\n1798761600,1798848000,2,usd\n"

    assert said(read(tmp_path, text).rows[0])[0] == "2027-01-01"


def test_what_a_plan_of_cursor_includes_costs_nothing(tmp_path: Path) -> None:
    """Only what is on demand is billed; all of it shows that the day was billed."""
    charged = {"On-Demand": "$0.12", "Included": "0.40", "Free": "Free", "Aborted": "-"}
    rows = "".join(
        f"2027-01-0{n}T10:00:00.000Z,a@b,,,{kind},claude-4.5-sonnet,No,1,1,1,1,4,{cost}\n"
        for n, (kind, cost) in enumerate(charged.items(), start=1)
    )

    assert [(one.billed_by, one.cost) for one in read(tmp_path, CURSOR + rows).rows] == [
        ("cursor", 0.12),
        ("cursor", 0.0),
        ("cursor", 0.0),
        ("cursor", 0.0),
    ]


@pytest.mark.parametrize(
    "head",
    [
        "usage_date_utc,model_version,usage_input_tokens_no_cache,usage_output_tokens\n",
        "start_time,end_time,num_model_requests,model,input_tokens,output_tokens\n",
    ],
)
def test_a_table_of_tokens_has_no_money(tmp_path: Path, head: str) -> None:
    """It says which export to take in its place."""
    with pytest.raises(InputError, match=r"has no money: export `Cost`"):
        read(tmp_path, head)


@pytest.mark.parametrize(
    ("category", "kind"),
    [("Usage", USAGE), ("Purchase", FEE), ("Tax", TAX), ("Credit", OTHER), ("Adjustment", OTHER),
     ("", None), ("Else", None)],
)  # fmt: skip
def test_a_focus_file_says_the_kind_of_charge(
    tmp_path: Path, category: str, kind: str | None
) -> None:
    """What it does not say, or says otherwise, is of every kind."""
    text = f"{FOCUS}5,USD,2027-01-01,2027-02-01,AWS,AWS,Amazon Bedrock,{category}\n"

    (row,) = read(tmp_path, text).rows
    assert (row.kind, row.service, row.provider) == (kind, "Amazon Bedrock", "AWS")


def test_an_issuer_that_is_left_out_is_the_provider(tmp_path: Path) -> None:
    """Some exports have no InvoiceIssuerName."""
    text = "BilledCost,ChargePeriodStart,ProviderName\n5,2027-01-01,Anthropic\n"

    assert read(tmp_path, text).rows[0].billed_by == "Anthropic"


# --- `--columns`


def test_a_constant_says_who_billed_all_rows(tmp_path: Path) -> None:
    """`biller==github`, and columns by name beside it."""
    found = read(tmp_path, "when,money\n2027-01-31,5\n", "day=when,cost=money,biller==github")

    assert said(found.rows[0])[:4] == ("2027-01-31", "github", None, 5.0)


def test_what_is_asked_goes_before_what_is_known(tmp_path: Path) -> None:
    """The gross amount of GitHub's table, if somebody wants it."""
    row = "2027-01-31,d,copilot,x,,1,u,0,1200,950,250,,acme,,,,,,,,\n"

    assert read(tmp_path, GITHUB + row, "cost=gross_amount").rows[0].cost == 1200


@pytest.mark.parametrize(
    ("columns", "costs"),
    [
        ("only=service:Amazon Bedrock", [1.0]),
        ("only=service:*bedrock*|sagemaker", [1.0, 2.0]),
        ("not=service:EC2", [1.0, 2.0]),
        ("only=service:*&team:web", [2.0]),
        ("only=service:*bedrock*,not=team:web", [1.0]),
    ],
)
def test_rules_keep_rows_and_leave_others_out(
    tmp_path: Path, columns: str, costs: list[float]
) -> None:
    """Case does not matter; `*` stands for anything, `|` between values, `&` between columns."""
    text = (
        "month,vendor,service,team,cost\n2027-01,x,Amazon Bedrock,app,1\n"
        "2027-01,x,SageMaker,web,2\n2027-01,x,EC2,app,4\n"
    )
    found = read(tmp_path, text, columns)

    assert [row.cost for row in found.rows] == costs
    assert "by --columns" in found.notes[0]


def test_rules_that_keep_nothing_are_refused(tmp_path: Path) -> None:
    """A slip in a name must not read as nothing paid."""
    with pytest.raises(InputError, match="holds nothing that was paid: left out 1 row by"):
        read(tmp_path, "month,vendor,cost\n2027-01,x,1\n", "only=vendor:y")


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ("costs=x", "'costs' is not one of"),
        ("month", "'month': write it as"),
        ("only=product", "'product': write it as only=COLUMN:VALUE"),
        ("not=:x", "':x': write it as not=COLUMN:VALUE"),
        ("only=product:copilot", "has no column 'product'"),
    ],
)
def test_what_is_no_column_is_told(tmp_path: Path, columns: str, message: str) -> None:
    """At the option."""
    with pytest.raises(InputError, match=message):
        read(tmp_path, "month,vendor,cost\n2027-01,x,1\n", columns)


# --- money


@pytest.mark.parametrize(
    ("cells", "amounts"),
    [
        (['"8.400,50"', "8.200", '"8.350,75"'], [8400.5, 8200.0, 8350.75]),
        (["8.200", "12.5"], [8.2, 12.5]),
        (['"8,200"', '"12,5"'], [8.2, 12.5]),
        (['"8,200"', "12.50"], [8200.0, 12.5]),
        (["8.200", '"1.234.567"'], [8200.0, 1234567.0]),
    ],
)
def test_the_decimal_mark_is_judged_by_the_column(
    tmp_path: Path, cells: list[str], amounts: list[float]
) -> None:
    """One cell that can be read in one way alone says it for all."""
    text = "month,vendor,cost\n" + "".join(f"2027-01,x,{cell}\n" for cell in cells)

    assert [row.cost for row in read(tmp_path, text).rows] == amounts


@pytest.mark.parametrize("cells", [["8.400"], ["8.400", "9.200"], ['"8.400,50"', '"8,400.50"']])
def test_a_column_that_nobody_can_read_is_refused(tmp_path: Path, cells: list[str]) -> None:
    """Round amounts alone, or two marks in one column."""
    text = "month,vendor,cost\n" + "".join(f"2027-01,x,{cell}\n" for cell in cells)

    with pytest.raises(InputError, match=r"bill\.csv:2:"):
        read(tmp_path, text)


@pytest.mark.parametrize(
    ("head", "cell", "currency"),
    [("cost", "5", None), ("cost", "€5.00", "EUR"), ("cost", "5 USD", "USD"), ("cost", "$5", "USD"),
     ("cost_usd", "5", "USD")],
)  # fmt: skip
def test_a_currency_stands_in_the_amount_or_in_the_columns_name(
    tmp_path: Path, head: str, cell: str, currency: str | None
) -> None:
    """A sign is not dropped."""
    found = read(tmp_path, f"month,vendor,{head}\n2027-01,x,{cell}\n").rows

    assert (found[0].cost, found[0].currency) == (5.0, currency)


def test_a_sign_that_its_row_contradicts_is_refused(tmp_path: Path) -> None:
    """€5 in dollars is neither."""
    with pytest.raises(InputError, match="is EUR, and its row says USD"):
        read(tmp_path, "month,vendor,cost,currency\n2027-01,x,€5.00,USD\n")


@pytest.mark.parametrize(
    ("text", "is_one"),
    [(GITHUB, True), (ANTHROPIC, True), (OPENAI, True), (CURSOR, True), (FOCUS, True),
     ("\ufeff" + GITHUB, True), ("month,vendor,cost\n", False),
     ("usage_date_utc,model_version,usage_output_tokens\n", False)],
)  # fmt: skip
def test_a_vendors_bill_is_known_by_its_first_line(tmp_path: Path, text: str, is_one: bool) -> None:
    """Such a table is money, and not read as a log of use; one of tokens alone is."""
    path = tmp_path / "t.csv"
    path.write_text(text, encoding="utf-8")

    assert is_bill(path) == is_one
