"""Terms of the month, lists in another currency, holidays nobody has published: what each changes.

What a reader would get wrong: a bill is read with the terms that its own month had, which may have
been a promotion for some customers; and makers do not keep one rate between their lists.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import Run, run
from questions import Plain, Question, maker, seller

FLAT = {"input": 1, "output": 1, "cache_write": 1, "cache_read": 1}
TODAY = {"url": "https://example.org", "checked_on": "2026-12-15"}
LOCAL: Plain = {**dict.fromkeys(FLAT, 5), "source": TODAY}


def asked(folder: Path, text: str, *more: str) -> Run:
    """Compare what a team's file says, at the means."""
    file = folder / "team.yaml"
    file.write_text(text, encoding="utf-8")
    return run("compare", file, "--draws", "0", *more)


# --- a bill is read with the terms of its month

COPILOT = """\
start: 2027-01
developers: 250
options: {{copilot: {{model: claude-sonnet-5, harness: copilot-cli, plan: {plan}}}}}
billed: [{{vendor: github, month: {month}, cost: {cost}, active_developers: 250}}]
budget: 100_000
"""
BUSINESS, ENTERPRISE = "github-copilot-business", "github-copilot-enterprise"


@pytest.mark.parametrize(
    ("plan", "month", "cost", "year"),
    [
        # $1,250 beyond 250 × $30 is use of 8,750: less the 250 × $19 of 2027, and 250 seats at $19
        (BUSINESS, "2026-07", 6_000, 12 * (4_750 + 8_750 - 4_750)),
        (BUSINESS, "2026-10", 6_000, 12 * (4_750 + 6_000 - 4_750)),  # the pool was $19 again
        # $1,250 beyond 250 × $70 is use of 18,750, of which 250 × $39 are included in 2027
        (ENTERPRISE, "2026-07", 11_000, 12 * (9_750 + 18_750 - 9_750)),
    ],
    ids=["promotion of summer", "after it", "Enterprise"],
)
def test_a_bill_is_read_with_the_terms_of_its_month(
    tmp_path: Path, plan: str, month: str, cost: int, year: int
) -> None:
    """Copilot's seats included more from June to August 2026, so the same bill was more use."""
    ended = asked(tmp_path, COPILOT.format(plan=plan, month=month, cost=cost), "--json")

    assert ended.code == 0, ended.err
    row = json.loads(ended.out)["options"][0]
    assert row["spend"]["expected"] == pytest.approx(year)


def test_a_promotion_says_what_the_bill_is_for_everybody_else(tmp_path: Path) -> None:
    """Who came after 1 June had the plain pool: the note has both readings."""
    file = COPILOT.format(plan=BUSINESS, month="2026-07", cost=6_000)
    said = " ".join(asked(tmp_path, file).out.split())

    assert (
        "copilot: the bill of 2026-07 is read with what seats included for customers of before "
        "2026-06-01, and stands for 8,750 of use a month; for anybody else it would stand for "
        "6,000"
    ) in said


@pytest.mark.parametrize("month", ["2026-10", "2026-11"])
def test_without_a_promotion_there_is_nothing_to_ask(tmp_path: Path, month: str) -> None:
    """A month whose terms were those of everybody has no note."""
    file = COPILOT.format(plan=BUSINESS, month=month, cost=6_000)

    assert "for anybody else" not in asked(tmp_path, file).out


def test_a_bill_within_the_pool_is_anything_up_to_it(tmp_path: Path) -> None:
    """Seat fees alone: all that seats included is assumed, and both pools are said."""
    ended = asked(tmp_path, COPILOT.format(plan=BUSINESS, month="2026-07", cost=4_750))
    said = " ".join(ended.out.split())

    assert "stands for 7,500 of use a month; for anybody else it would stand for 4,750" in said


# --- money of a team in another currency


def billed_in(code: str, per_usd: float, option: Plain | None = None, **more: Plain) -> Question:
    """Ask what ten million tokens a month cost a team; the maker's list has 5 yuan a million."""
    files = [
        maker("acme", one={**FLAT, "source": TODAY, "in_currency": {"CNY": LOCAL}, **more},
              other={**FLAT, "source": TODAY}),
        seller("tools", seats={"seat_month": 20, "includes": "none", "source": TODAY,
                               "in_currency": {"CNY": {"seat_month": 118, "source": TODAY}}}),
    ]  # fmt: skip
    options = {
        "one": {"model": "one", "harness": "shell", **(option or {})},
        "other": {"model": "other", "harness": "shell", "token_multiplier": 1, "quality": 1},
    }
    task = {"per_month": 10, "tokens": {"input": 1_000_000}}
    workload = {
        "start": "2027-01", "developers": 10, "options": options, "tasks": {"fix": task},
        "current": "one", "currency": {"code": code, "per_usd": per_usd},
    }  # fmt: skip
    channels = {"cloud": {"periods": [{"effective_from": "2025-01-01", "source": TODAY}]}}
    return Question(workload, files, channels=channels)


@pytest.mark.parametrize("per_usd", [6.5, 7.0, 7.3])
def test_a_published_price_in_yuan_is_what_a_team_in_yuan_pays(per_usd: float) -> None:
    """Whatever a dollar is; what has no list of its own follows the rate."""
    rows = billed_in("CNY", per_usd).rows()

    assert rows["one"]["spend_by_month"][0] == pytest.approx(10 * 5)
    assert rows["other"]["spend_by_month"][0] == pytest.approx(10 * per_usd)


def test_the_answer_says_whose_prices_are_in_the_currency() -> None:
    """And at what a dollar is counted for all others."""
    (note,) = billed_in("CNY", 7).answer()["warnings"]

    assert note == "one: at the CNY prices that are published; others at 7 CNY a dollar"


@pytest.mark.parametrize(
    ("code", "option"), [("EUR", {}), ("CNY", {"channel": "cloud"})], ids=["no list", "a channel"]
)
def test_without_a_list_the_rate_of_the_plan_counts(code: str, option: Plain) -> None:
    """No list in euro; and a channel bills in its own way, at the dollar price."""
    question = billed_in(code, 0.9, option)

    assert question.rows()["one"]["spend_by_month"][0] == pytest.approx(10 * 0.9)
    assert not any("published" in note for note in question.answer()["warnings"])


def test_a_seat_has_its_own_price_too() -> None:
    """118 yuan rather than 20 dollars; use on a plan is counted in dollars."""
    rows = billed_in("CNY", 7, {"plan": "seats"}).rows()

    assert rows["one"]["spend_by_month"][0] == pytest.approx(10 * 118 + 10 * 7)


@pytest.mark.parametrize(
    ("local", "dollars", "yuan"),
    [
        ({"long_context": {"over": 99, **dict.fromkeys(FLAT, 8)}}, 2, 8),
        ({}, 2, 10),
    ],
    ids=["a tier of its own", "a tier that moves as its class does"],
)
def test_dearer_prices_are_carried_over(local: Plain, dollars: float, yuan: float) -> None:
    """What the list in yuan leaves out moves as the same class does."""
    tier = {"over": 99, **dict.fromkeys(FLAT, dollars)}
    task = {"per_month": 10, "tokens": {"input": 1_000_000}, "prompt_tokens": 500}
    question = billed_in("CNY", 7, long_context=tier, in_currency={"CNY": {**LOCAL, **local}})

    rows = question.but(tasks={"fix": task}).rows()
    assert rows["one"]["spend_by_month"][0] == pytest.approx(10 * yuan)


# --- holidays that nobody has published yet

PEAK: Plain = {
    "hours_utc": ["01:00-04:00", "06:00-10:00"], "weekdays": ["mon", "tue", "wed", "thu", "fri"],
    "except": "days-off", "input": 3, "output": 3,
}  # fmt: skip
HOURS: Plain = {"timezone": "UTC", "from": 1, "to": 4}


def in_busy_hours(option: Plain | None = None, *, listed: Plain | None = None) -> Question:
    """Ask what a team pays that works in busy hours alone, three times as dear as others."""
    option = {"model": "one", "harness": "shell", **(option or {})}
    files = [maker("acme", one={"input": 1, "output": 1, "peak": PEAK, "source": TODAY})]
    task = {"per_month": 21, "tokens": {"input": 1_000_000}}
    workload = {
        "start": "2027-01", "developers": 10, "working_hours": HOURS, "tasks": {"fix": task},
        "options": {"one": option},
    }  # fmt: skip
    years = {"2026": ["2026-10-01"], **(listed or {})}
    return Question(workload, files, calendars={"days-off": years})


def test_new_years_day_is_priced_either_way() -> None:
    """A Friday in 2027: a twenty-first of January's $63 if people work, a third as a holiday."""
    (note,) = in_busy_hours().answer()["warnings"]

    assert note == (
        "one: the public holidays of 2027 are not published: weekdays alone are counted; "
        "New Year's Day costs 3 so, 1 as a holiday"
    )


def test_a_published_year_has_no_note() -> None:
    """Nor does its cost ask: the holiday is off-peak."""
    question = in_busy_hours(listed={"2027": ["2027-01-01"]})

    assert question.answer()["warnings"] == []
    assert question.rows()["one"]["spend_by_month"][0] == pytest.approx(21 * 3 - 2)


@pytest.mark.parametrize("option", [{"off_peak_share": 0.6}], ids=["a share that is stated"])
def test_holidays_that_change_nothing_are_not_missed(option: Plain) -> None:
    """Who says how much is off-peak needs no calendar."""
    assert in_busy_hours(option).but(working_hours=None).answer()["warnings"] == []


def test_the_first_january_of_the_plan_is_the_one_that_is_priced() -> None:
    """A plan from July 2030 asks about 2031, whose first day is a Wednesday."""
    question = in_busy_hours().but(start="2030-07")
    (note,) = question.answer()["warnings"]

    assert "the public holidays of 2030 and 2031 are not published" in note
    assert "New Year's Day costs " in note


def test_a_new_years_day_at_the_weekend_costs_the_same_either_way() -> None:
    """1 January 2028 is a Saturday, when nothing is busy: there is nothing to say of it."""
    (note,) = in_busy_hours().but(start="2027-07").answer()["warnings"]

    assert note.endswith("weekdays alone are counted")
