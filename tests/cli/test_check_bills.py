"""`advisor check --actuals` as it is called: other money, clouds' bills, snapshots, prompts."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from command_line import ask, run

pytestmark = pytest.mark.usefixtures("plain_screen")

TEAM = """\
start: 2027-01
developers: 40
budget: {budget}
billed: [{{vendor: {vendor}, month: 2026-10, cost: 8_400, active_developers: 38}}]
"""
FLAGS = ("--draws", "0", "--as-of", "2026-11-12", "--today", "2026-12-01")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in an empty folder, outside of any job."""
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def team(more: str = "", *, budget: int = 105_000, vendor: str = "anthropic") -> None:
    """Write a plan of 8,400 a month."""
    text = TEAM.format(budget=budget, vendor=vendor) + more
    Path("team.yaml").write_text(text, encoding="utf-8")


def so_far(bills: str, *words: str) -> dict[str, Any]:
    """Return the year so far."""
    Path("bills.csv").write_text(bills, encoding="utf-8")
    told = ask("check", "team.yaml", "--actuals", "bills.csv", *FLAGS, "--json", *words).out
    found: dict[str, Any] = json.loads(told)["files"][0]["actuals"]
    return found


def test_invoices_in_dollars_count_at_the_plans_rate() -> None:
    """8,400 dollars at 0.9259 euros, and a note of the rate."""
    team("currency: {code: EUR, per_usd: 0.9259}\n")
    found = so_far("month,vendor,cost,currency\n2027-01,anthropic,1000,USD\n")

    assert found["paid"] == pytest.approx(925.9)
    assert found["warnings"] == ["amounts in USD count at the plan's rate of 0.9259 EUR"]


def test_invoices_in_the_plans_money_count_as_they_are() -> None:
    """Euros beside dollars in one table."""
    team("currency: {code: EUR, per_usd: 0.9259}\n")
    text = "month,vendor,cost\n2027-01,anthropic,€500.00\n2027-02,anthropic,$1000.00\n"

    assert so_far(text)["paid"] == pytest.approx(500 + 925.9)


def test_amounts_that_name_no_money_are_said_to_be_the_plans() -> None:
    """A plan in euros, and a table that says nothing."""
    team("currency: {code: EUR, per_usd: 0.9259}\n")
    found = so_far("month,vendor,cost\n2027-01,anthropic,500\n")

    assert found["warnings"] == ["amounts that name no money are taken for EUR"]


def test_other_money_is_named_at_its_row() -> None:
    """Pounds in the second row of two."""
    team("currency: {code: EUR, per_usd: 0.9259}\n")
    text = "month,vendor,cost\n2027-01,anthropic,€500.00\n2027-02,anthropic,£1000.00\n"
    Path("bills.csv").write_text(text, encoding="utf-8")
    ended = run("check", "team.yaml", "--actuals", "bills.csv", *FLAGS)

    assert (ended.code, ended.err.startswith("bills.csv:3:1: is in GBP, and the plan in EUR")) == (
        2,
        True,
    )


def test_a_credit_for_no_service_is_not_taken_off_what_models_cost() -> None:
    """Of a cloud's bill the rows count that say that they are for models."""
    team(ON_BEDROCK, vendor="bedrock")
    head = "ChargePeriodStart,ChargePeriodEnd,InvoiceIssuerName,BilledCost,ServiceName\n"
    rows = [f"2027-01-01,2027-02-01,AWS,{row}\n" for row in ("8400,Amazon Bedrock", "-5000,")]
    found = so_far(head + "".join(rows))

    assert found["paid"] == pytest.approx(8_400)
    assert "no service named -5,000.00" in found["warnings"][0]


def test_a_column_that_is_stated_means_nothing_else() -> None:
    """Cost Explorer calls its column of days `Service`."""
    team(ON_BEDROCK, vendor="bedrock")
    columns = "month=Service,cost=Amazon Bedrock($),biller==bedrock"
    text = "Service,Amazon Bedrock($)\n2027-01-01,8400\n"

    assert so_far(text, "--columns", columns)["paid"] == pytest.approx(8_400)


def test_the_first_night_of_the_year_holds_the_plan() -> None:
    """A table of headings alone: all of the plan is left, and its limit is held."""
    team("limits: {expected_year_end: 90_000}\n", budget=200_000)
    Path("bills.csv").write_text("month,vendor,cost\n", encoding="utf-8")
    ended = run("check", "team.yaml", "--actuals", "bills.csv", *FLAGS)

    assert ended.code == 1
    assert ended.out.startswith("team.yaml · nothing paid yet (bills.csv) + the mix after it · ")
    assert "expected_year_end 100,800 at most 90,000" in " ".join(ended.out.split())


@pytest.mark.parametrize("limit", ["expected_year_end: 90_000", "quality: 0.1"])
def test_a_table_of_another_year_ends_with_2(limit: str) -> None:
    """It is probably the wrong folder, whatever is limited."""
    team(f"limits: {{{limit}}}\n")
    Path("bills.csv").write_text("month,vendor,cost\n2026-12,anthropic,5\n", encoding="utf-8")
    ended = run("check", "team.yaml", "--actuals", "bills.csv", *FLAGS)

    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("bills.csv: holds nothing of the plan's months 2027-01 to 2027-12")


CLOUD = (
    "BilledCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,InvoiceIssuerName,ProviderName,"
    "ServiceName,ChargeCategory\n"
    '61000,USD,2027-01-01,2027-02-01,"Amazon Web Services, Inc.",AWS,Amazon EC2,Usage\n'
    '{bedrock}1200,USD,2027-01-01,2027-02-01,"Amazon Web Services, Inc.",AWS,Tax,Tax\n'
)
BEDROCK = '8400,USD,2027-01-01,2027-02-01,"Amazon Web Services, Inc.",AWS,Amazon Bedrock,Usage\n'
ON_BEDROCK = """\
options: {opus: {model: claude-opus-5-5, harness: claude-code, channel: bedrock}}
current: opus
"""


def test_of_a_clouds_bill_models_alone_are_held_against_the_plan() -> None:
    """8,400 of 70,600, under the channel's name; the rest is told with its sum."""
    team(ON_BEDROCK, vendor="bedrock")
    found = so_far(CLOUD.format(bedrock=BEDROCK))

    assert found["paid"] + found["rest_as_planned"] == pytest.approx(100_800)
    assert found["by_biller"]["bedrock"]["paid"] == 8_400
    assert (found["unmatched"], len(found["warnings"])) == ([], 1)
    assert found["warnings"][0].startswith("left out 62,200.00 of these bills that is not for mod")


def test_a_clouds_bill_without_models_is_refused() -> None:
    """Nothing of it would count, which is not the same as nothing paid."""
    team(ON_BEDROCK, vendor="bedrock")
    Path("bills.csv").write_text(CLOUD.format(bedrock=""), encoding="utf-8")
    ended = run("check", "team.yaml", "--actuals", "bills.csv", *FLAGS)

    assert (ended.code, "bills.csv: nothing in it is for models" in ended.err) == (2, True)


def test_seats_that_are_on_no_bill_stay_in_the_plan() -> None:
    """GitHub's usage has the use beyond the pool: the seats of January are still to come."""
    Path("team.yaml").write_text(
        "start: 2027-01\ndevelopers: 250\nbudget: 100_000\n"
        "options:\n  copilot:\n    {model: claude-sonnet-5-5, harness: copilot-cli,"
        " plan: github-copilot-business}\n"
        "billed: [{vendor: github, month: 2026-10, cost: 6_000, active_developers: 250}]\n",
        encoding="utf-8",
    )
    found = so_far(
        "date,product,sku,model,net_amount\n2027-01-31,copilot,copilot_ai_credit,"
        "Claude Sonnet 5.5,250\n"
    )

    github = found["by_biller"]["github"]
    assert (github["paid"], found["unmatched"]) == (250, [])
    assert github["rest"] > 12 * 250 * 19
    assert found["warnings"] == ["no seats of github on its bills: the plan stands in for them"]


def test_the_comment_stands_on_one_basis() -> None:
    """Headline, range and tables are of what was paid and the rest; the pace stands beside."""
    team("tasks: {fix: {per_developer_month: 10}}\n", budget=90_000)
    Path("bills.csv").write_text("month,vendor,cost\n2027-01,anthropic,12600\n", encoding="utf-8")
    flags = ("--actuals", "bills.csv", "--draws", "500", "--as-of", "2026-11-12")
    text = ask("check", "team.yaml", *flags, "--format", "markdown").out
    found = json.loads(ask("check", "team.yaml", *flags, "--json").out)["files"][0]["actuals"]
    rest, end = round(found["rest"]), round(found["expected_year_end"])

    assert 8_400 * 11 < rest < 12_600 * 11
    assert f"#### AI coding spend: ${round(end, -2):,} a year" in text
    assert f"| together | 12,600 | {rest:,} | {end:,} |" in text
    assert "| 2027-01 | 12,600 | 0 | 12,600 |" in text
    assert f"end at {end:,}; if use goes on as so far, at {12_600 * 12:,}." in text
    assert "Likely range of 2027, paid and rest: $" in text
    assert "kind of work |" not in text


# --- prompts

PROMPTS = 'limits: {prompt_tokens: {at_most: 10, on: "p/*.md"}}\n'


@pytest.fixture
def prompts() -> Path:
    """Make a folder of prompts with one in it."""
    team(PROMPTS)
    place = Path("p")
    place.mkdir()
    (place / "a.md").write_text("hello\n", encoding="utf-8")
    return place


def test_a_dead_link_among_prompts_is_named(prompts: Path) -> None:
    """A limit that could not look at everything does not hold."""
    (prompts / "dead.md").symlink_to("nowhere")
    ended = run("check", "team.yaml", *FLAGS)

    assert (ended.code, ended.out) == (2, "")
    assert "limits.prompt_tokens.on: p/dead.md is a link to nothing" in ended.err


@pytest.mark.parametrize("pattern", ["p/*.md", "p/**", "p"])
def test_a_pipe_among_prompts_is_named_and_never_waited_for(prompts: Path, pattern: str) -> None:
    """By a glob or in a folder."""
    team(PROMPTS.replace("p/*.md", pattern))
    os.mkfifo(prompts / "pipe.md")
    ended = run("check", "team.yaml", *FLAGS)

    assert (ended.code, "p/pipe.md is a pipe" in ended.err) == (2, True)


def test_tokens_skip_what_is_no_file_and_say_so(prompts: Path) -> None:
    """`advisor tokens` counts the rest."""
    os.mkfifo(prompts / "pipe.md")
    (prompts / "dead.md").symlink_to("nowhere")
    ended = run("tokens", "p", "--files-only")

    assert ended.code == 0
    assert "p/dead.md (a link to nothing), p/pipe.md (a pipe)" in ended.err


def test_an_answer_never_takes_the_place_of_a_bill_in_a_folder(tmp_path: Path) -> None:
    """Bills are found in folders of the folder, whatever the case of their ending; so is this."""
    team()
    bill = tmp_path / "bills" / "2027" / "january.CSV"
    bill.parent.mkdir(parents=True)
    bill.write_text("month,vendor,cost\n2027-01,anthropic,8400\n", encoding="utf-8")
    link = tmp_path / "answer.csv"
    link.symlink_to(bill)

    ended = run("check", "team.yaml", "--actuals", "bills", *FLAGS, "-o", link)

    assert (ended.code, "is one of the files that were read" in ended.err) == (2, True)
    assert bill.read_text(encoding="utf-8").startswith("month,vendor,cost")
