"""`advisor forecast` as it is called: what it says, what it is given, what it refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from command_line import run
from conftest import Golden

RECORDED = Path(__file__).resolve().parents[1] / "golden" / "forecast"
pytestmark = pytest.mark.usefixtures("plain_screen")

TEAM = """\
start: 2027-01
developers: 40
budget: 105_000
billed: [{vendor: anthropic, month: 2026-10, cost: 8_400, active_developers: 38}]
"""
HEAD = "month,vendor,cost\n"
FLAGS = ("--draws", "200", "--as-of", "2026-11-12")
ABOVE = HEAD + "".join(
    f"2027-0{n},anthropic,{cost}\n" for n, cost in enumerate((9_900, 9_700, 10_100), 1)
)
"""Three months 18 % over a plan of 8,400."""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder with a plan, outside of any job."""
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "team.yaml").write_text(TEAM, encoding="utf-8")
    return tmp_path


def file(name: str, text: str) -> str:
    """Write a file."""
    Path(name).write_text(text, encoding="utf-8")
    return name


def told(bills: str | None, *words: str) -> dict[str, Any]:
    """Return the answer."""
    paid = () if bills is None else ("--actuals", file("bills.csv", bills))
    found: dict[str, Any] = json.loads(run("forecast", *FLAGS, *paid, *words, "--json").out)
    return found


def used(day_of: str = "2027", *, run_away: bool = False) -> str:
    """Write a table of January's use: four people, one of whom perhaps runs away at its end."""
    rows = [
        f"{day_of}-01-{day:02},{person},claude-opus-5-5,1000,{400_000 * size},{9_000 * size}"
        for person, base in (("ana", 8), ("ben", 10), ("cleo", 12), ("dan", 9))
        for day in range(1, 32)
        for size in [base + day % 3 + (300 if run_away and person == "dan" and day > 28 else 0)]
    ]
    return "\n".join(["day,person,model,input,cache_read,output", *rows]) + "\n"


def test_three_months_over_move_the_rest() -> None:
    """18 % more was paid: most of it is expected of what is left, and the range is around it."""
    found = told(ABOVE)["actuals"]

    assert found["months_learnt"] == 3
    assert 1.12 < found["levels"]["anthropic"] < 1.22
    assert found["p10"] < found["expected_year_end"] < found["p90"]
    assert found["expected_year_end"] == pytest.approx(29_700 + found["rest"])


def test_check_carries_the_year_on_in_the_same_way() -> None:
    """Both commands have one year's end, to the cent."""
    file("bills.csv", ABOVE)
    check = json.loads(run("check", *FLAGS, "--actuals", "bills.csv", "--json").out)

    assert told(ABOVE)["actuals"] == check["files"][0]["actuals"]


def test_the_last_month_ends_where_the_year_does() -> None:
    """The range beside December and that of the year's end are one, to the last digit."""
    answer = told(ABOVE)
    last, year = answer["by_month"][-1], answer["actuals"]

    assert [last["low"], last["high"]] == [year["p10"], year["p90"]]
    assert last["by_end"] == pytest.approx(year["expected_year_end"])


def test_it_reports_and_ends_with_0_though_a_limit_is_broken() -> None:
    """What `check` would say stands in the answer, with its exit code."""
    answer = told(ABOVE)

    assert answer["would_end"] == 1
    assert [(one["limit"], one["status"]) for one in answer["alerts"]] == [("budget", "fail")]
    assert run("check", *FLAGS, "--actuals", "bills.csv").code == 1


def test_with_nothing_paid_the_plan_is_told() -> None:
    """The year ends where the plan does, with the range of drawn years, and nothing is off."""
    answer = told(None)

    assert answer["actuals"]["expected_year_end"] == pytest.approx(answer["planned_year"])
    assert answer["actuals"]["p10"] < answer["p50"] < answer["actuals"]["p90"]
    assert (answer["variances"], answer["anomalies"]) == ([], [])


def test_a_year_that_is_paid_ends_where_it_ended() -> None:
    """Twelve bills leave nothing to expect, and no range."""
    rows = "".join(f"2027-{n:02},anthropic,{8_000 + n}\n" for n in range(1, 13))
    found = told(HEAD + rows)["actuals"]

    assert found["rest"] == 0
    assert found["p10"] == found["p90"] == found["expected_year_end"] == found["paid"] == 96_078


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("2027-01,anthropic,9000\n2027-03,anthropic,9000\n", "nothing from anthropic in 2027-02"),
        ("2027-01,anthropic,9000\n2028-02,anthropic,9000\n", "1 row lies outside"),
        ("2027-01,anthropic,9000\n2027-01,anthropic,-9500\n2027-02,anthropic,8400\n", ""),
        (
            "2027-01,github,900\n2027-02,github,900\n2027-01,anthropic,8400\n2027-02,anthropic,8400\n",
            "github bills month after month and is not in the mix",
        ),
    ],
)
def test_odd_years_have_an_end_too(rows: str, said: str) -> None:
    """A month missing, months beyond the plan, more money back than paid, a biller unplanned."""
    found = told(HEAD + rows)["actuals"]

    assert any(said in one for one in [*found["warnings"], ""])
    assert found["p10"] <= found["expected_year_end"] <= found["p90"]


def test_a_month_that_is_cut_is_carried_on_from_its_day() -> None:
    """Ten days of January by the day: the rest of it is still expected."""
    rows = "".join(f"2027-01-{n:02},anthropic,300\n" for n in range(1, 11))
    january = told("date,vendor,cost\n" + rows)["by_month"][0]

    assert january["paid"] == 3_000
    assert january["rest"] == pytest.approx(6_200, rel=0.15)


def test_use_beyond_a_pool_that_nobody_planned_goes_on() -> None:
    """Seats at 570 a month, and 900 beyond them twice: nine more months of 900 are expected."""
    file("team.yaml", SEATS)
    rows = "".join(
        f"2027-0{n}-{last},github,570,fee\n2027-0{n}-{last},github,900,usage\n"
        for n, last in ((1, 31), (2, 28))
    )
    found = told("date,vendor,cost,kind\n" + rows)["actuals"]

    assert found["rest"] == pytest.approx(10 * 570 + 10 * 900, rel=0.03)
    assert found["p10"] < found["expected_year_end"] < found["p90"]
    assert any("github bills month after month and no use" in one for one in found["warnings"])


def test_another_option_takes_no_bill_of_todays_for_unplanned() -> None:
    """What is paid for today's way is what ran before, and does not go on beside the other."""
    options = (
        "current: opus\noptions: {opus: {model: claude-opus-5-5}, gpt: {model: gpt-6.1-sol}}\n"
    )
    file("team.yaml", TEAM + options)
    found = told(ABOVE, "--option", "gpt")["actuals"]

    assert not any("month after month" in one for one in found["warnings"])
    assert found["rest"] == pytest.approx(found["rest_as_planned"] * 1.18, rel=0.06)


SEATS = """\
start: 2027-01
developers: 30
current: cop
tasks: {fix: {per_developer_month: 10, tokens: {input: 20k, cache_read: 2M, output: 20k}}}
options: {cop: {model: claude-sonnet-5-5, harness: copilot-cli, plan: github-copilot-business}}
"""


def test_without_a_budget_nothing_is_gone() -> None:
    """No chance over, no day, and nothing that is limited."""
    file("team.yaml", TEAM.replace("budget: 105_000\n", ""))
    answer = told(ABOVE)

    assert (answer["budget"], answer["would_end"], answer["actuals"]["chance_over"]) == (None,) * 3
    assert "lasts" not in run("forecast", *FLAGS, "--actuals", "bills.csv").out


def test_another_currency_is_carried_through() -> None:
    """Dollars on the bill count at the plan's rate, in every sum."""
    file("team.yaml", TEAM + "currency: {code: EUR, per_usd: 0.5}\n")
    answer = told(HEAD + "2027-01,anthropic,$10000\n")

    assert (answer["currency"], answer["actuals"]["paid"]) == ("EUR", 5_000)


# --- why it is off


def test_without_use_the_difference_is_one_part_and_says_why() -> None:
    """Nobody can tell use from price by a bill."""
    (one,) = told(ABOVE)["variances"]

    assert [part["cause"] for part in one["parts"]] == ["use_and_price"]
    assert "`--usage`" in one["not_known"][0]


def test_months_before_the_first_bill_are_no_reason_why_it_is_off() -> None:
    """Bills of April and May are held against April and May alone."""
    found = told(HEAD + "2027-04,anthropic,8400\n2027-05,anthropic,8400\n")
    (held,) = found["variances"]
    assert held["months"] == ["2027-04", "2027-05"]
    assert held["actual"] == 16_800


def test_nothing_is_no_largest_difference() -> None:
    """Where bills are the plan, no cause is named, in the table or in the sentence."""
    name = file("bills.csv", HEAD + "2027-01,anthropic,8400\n")
    said = run("forecast", *FLAGS, "--actuals", name).out
    assert "largest difference" not in said
    assert "use, mix and price together" not in said
    assert "8,400 for 8,400, 0 (+0%)" in said


def test_without_use_no_seat_is_called_unused() -> None:
    """Bills alone do not say who worked, where the plan is seats whose tokens are included too."""
    way = "{model: claude-sonnet-5-5, harness: copilot-cli, plan: github-copilot-business}"
    own = "{model: claude-opus-5-5, harness: claude-code}"
    seats = f"options: {{own: {own}, cop: {way}}}\nmix: cop\n"
    Path("team.yaml").write_text(TEAM + seats, encoding="utf-8")
    bill = "month,vendor,cost,kind\n2027-01,github,760,seat\n2027-01,github,900,usage\n"
    (held,) = told(bill)["variances"]
    assert {"seats_used", "seats_unused"}.isdisjoint(one["cause"] for one in held["parts"])
    assert any("no usage was given" in one for one in held["not_known"])


def test_with_use_parts_add_up_to_the_difference() -> None:
    """People, use, classes and price, and what no log has."""
    bills = HEAD + "2027-01,anthropic,9000\n"
    (one,) = told(bills, "--usage", file("use.csv", used()))["variances"]

    assert {"people", "use_per_person", "other"} <= {part["cause"] for part in one["parts"]}
    assert sum(part["money"] for part in one["parts"]) == pytest.approx(one["actual"] - one["base"])
    assert one["actual"] == 9_000


def test_use_alone_counts_as_paid_at_list_prices() -> None:
    """Then nothing is left that no log has."""
    answer = told(None, "--usage", file("use.csv", used()))
    (one,) = answer["variances"]

    assert answer["actuals"]["paid"] == pytest.approx(one["actual"])
    assert "other" not in [part["cause"] for part in one["parts"] if abs(part["money"]) > 0.01]
    assert sum(p["money"] for p in one["parts"]) == pytest.approx(one["actual"] - one["base"])


def test_last_year_is_held_beside_this_one() -> None:
    """The months that both have: 29,700 against 15,000."""
    old = file("old.csv", HEAD + "".join(f"2026-0{n},anthropic,5000\n" for n in (1, 2, 3)))
    _, one = told(ABOVE, "--last-year", old)["variances"]

    assert (one["against"], one["base"], one["actual"]) == ("last year", 15_000, 29_700)


def test_a_model_that_did_not_exist_last_year_is_mix() -> None:
    """Use of both years, of two models, one of them new: its coming is no price."""
    old = used("2026").replace("claude-opus-5-5", "claude-opus-4-5")
    words = ("--usage", file("use.csv", used()), "--last-usage", file("old.csv", old))
    _, one = told(None, *words)["variances"]
    parts = {part["cause"]: part["money"] for part in one["parts"]}

    assert abs(parts.get("price", 0.0)) < 1e-6
    assert parts["mix"] == pytest.approx(one["actual"] - one["base"], rel=1e-6)


def test_causes_are_told_by_team_where_people_are() -> None:
    """Two teams of twenty: their parts of people and use add up to the whole's."""
    teams = "teams: {pay: {developers: 20}, web: {developers: 20}}\n"
    file("team.yaml", TEAM.replace("developers: 40\n", teams, 1))
    words = ("--usage", file("use.csv", used()), "--team", "pay=ana", "--team", "web=*")
    (one,) = told(None, *words)["variances"]
    people = next(part for part in one["parts"] if part["cause"] == "people")

    assert set(people["by_team"]) == {"pay", "web"}
    assert sum(people["by_team"].values()) == pytest.approx(people["money"])
    assert sum(part["money"] for part in one["parts"]) == pytest.approx(one["actual"] - one["base"])


# --- who runs away


def test_who_runs_away_is_named_with_what_it_would_cost() -> None:
    """Three days at thirty times the usual, in `forecast` and in `usage`; without them nobody."""
    file("use.csv", used(run_away=True))
    (one,) = told(None, "--usage", "use.csv")["anomalies"]
    text = " ".join(run("usage", "use.csv", "--no-store").out.split())
    quiet = told(None, "--usage", file("quiet.csv", used()))

    assert (one["what"], one["name"], len(one["days"])) == ("person", "dan", 3)
    assert one["a_month"] > 20 * one["usual"]
    assert "Unusual days: - person dan:" in text
    assert quiet["anomalies"] == []


# --- formats, and what is refused


def test_the_text_is_as_recorded(golden: Golden) -> None:
    """Months, year's end, causes, unusual days, limits, backtest, sentence."""
    old = file("old.csv", HEAD + "2026-01,anthropic,5000\n")
    bills = file("bills.csv", HEAD + "2027-01,anthropic,9000\n")
    use = file("use.csv", used(run_away=True))
    words = ("--actuals", bills, "--usage", use, "--last-year", old)
    for ending in ("txt", "md", "csv"):
        run("forecast", *FLAGS, *words, "-o", f"answer.{ending}")
        golden(RECORDED / f"answer.{ending}", Path(f"answer.{ending}").read_text("utf-8"))


def test_brief_is_the_sentence() -> None:
    """One paragraph, which ends the whole text too."""
    file("bills.csv", ABOVE)
    brief = run("forecast", *FLAGS, "--actuals", "bills.csv", "--brief").out

    assert brief.startswith("The year ends at $")
    assert run("forecast", *FLAGS, "--actuals", "bills.csv").out.endswith(brief)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--tasks", "0"), "--tasks: 0: more than 0 tasks"),
        (("--team", "pay=ana"), "--team: says whose use is whose"),
        (("--usage", "use.csv", "--team", "pay"), "--team: 'pay': write TEAM=PERSON"),
        (("--usage", "use.csv", "--team", "pay=ana"), "--team: 'pay' is not a team"),
        (("--day-off", "May"), "--day-off: 'May' is not a date"),
        (("--last-year", "nowhere"), "nowhere: "),
        (("--last-usage", "nowhere"), "nowhere: there is no such file or folder"),
        (("--usage", "nowhere"), "nowhere: there is no such file or folder"),
        (("--option", "all"), "--option: one way of working is carried on"),
        (("--columns", "month=a"), "--columns: says something of `--actuals`, which is missing"),
        (("--actuals", "old.csv"), "old.csv: holds nothing of the plan's months"),
        (("--actuals", "now.csv", "--last-year", "now.csv"),
         "now.csv --last-year: holds nothing with a price of 2026-01, which"),
    ],
)  # fmt: skip
def test_wrong_input_is_one_clear_error(words: tuple[str, ...], said: str) -> None:
    """Exit 2, nothing on stdout, and a line that says what is wrong where."""
    file("old.csv", HEAD + "2026-12,anthropic,5\n")
    file("now.csv", HEAD + "2027-01,anthropic,8400\n")
    file("use.csv", used())
    ended = run("forecast", *FLAGS, *words)

    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err
