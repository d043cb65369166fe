"""What is doubtful in a price is said beside the figure that hangs on it, and only there.

Prices are round: a dollar per million tokens of any class at `acme`. The tables are of 2026-12-15.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from command_line import run
from questions import Plain, Question, maker, seller

FLAT = {"input": 1, "output": 1, "cache_write": 1, "cache_read": 1}
TWICE = dict.fromkeys(FLAT, 2)
TODAY = {"url": "https://example.org", "checked_on": "2026-12-15"}
BILL: Plain = {"vendor": "acme", "month": "2026-10", "cost": 8_400}
DISPUTE = {"input": 2, "output": 9, "who": "a blog", "why": "it shows no page"}


def ask(option: Plain | None = None, plans: Plain | None = None, **period: Any) -> Question:
    """Ask what 40 people cost in 2027 on a model whose only period says this."""
    files = [maker("acme", one={"source": TODAY, **FLAT, **period})]
    files += [seller("tools", **plans)] if plans else []
    options = {"one": {"model": "one", "harness": "shell", **(option or {})}}
    workload = {"start": "2027-01", "developers": 40, "options": options, "billed": BILL}
    return Question(workload, files)


def said(question: Question) -> list[str]:
    """Return the notes beside the answer."""
    found: list[str] = question.answer()["warnings"]
    return found


def test_a_bill_is_said_to_be_read_without_the_cap_of_what_runs_today() -> None:
    """$210 each in October and a cap of $100: next year is not what is paid now."""
    (note,) = said(ask({"cap": 100}))

    assert note.startswith("one: what was billed is read as use without its cap of 100")


def test_a_cap_of_what_does_not_run_today_needs_no_word() -> None:
    """Today's option comes first, and its bill is read as it stands."""
    first = ask()
    capped = {"model": "one", "cap": 100, "token_multiplier": 1, "quality": 1}

    assert said(first.but(options={**first.workload["options"], "capped": capped})) == []


def test_a_price_that_nobody_doubts_has_no_note() -> None:
    """Looked at on the day of the tables, sure, and undisputed."""
    assert said(ask()) == []


@pytest.mark.parametrize(
    ("period", "note"),
    [
        (
            {"disputed": DISPUTE},
            "one: the price of one is disputed: 2/9 (a blog)",
        ),
        (
            {"disputed": DISPUTE | {"effective_from": "2027-03-01"}},
            "one: the price of one is disputed: 2/9 from 2027-03-01 (a blog)",
        ),
        (
            {"source": TODAY | {"confidence": "low"}},
            "one: the price of one is of low confidence",
        ),
        (
            {"source": TODAY | {"checked_on": "2026-10-15"}},
            "one: the price of one was last checked on 2026-10-15",
        ),
        (
            {"promotion": "its end was not seen"},
            "one: the price of one is a promotion: its end was not seen",
        ),
    ],
    ids=["disputed", "disputed from a day on", "unsure", "old", "promotion"],
)
def test_what_is_doubtful_is_said_in_a_few_words(period: Plain, note: str) -> None:
    """One sentence with whose figure it is."""
    assert said(ask(**period)) == [note]


@pytest.mark.parametrize(
    "period",
    [
        {"disputed": DISPUTE | {"at": "batch"}},
        {"disputed": DISPUTE | {"effective_from": "2028-01-01"}},
        {"source": TODAY | {"checked_on": "2026-10-16"}},
    ],
    ids=["another way to be served", "after the year", "sixty days"],
)
def test_what_does_not_touch_the_figure_is_not_said(period: Plain) -> None:
    """A dispute about batch is none about a price that is not asked for."""
    assert said(ask(**period)) == []


def test_a_dispute_about_batch_is_said_to_who_uses_batch() -> None:
    """The condition is the option's own."""
    period: Plain = {"variants": {"batch": {"factor": 0.5}}, "disputed": DISPUTE | {"at": "batch"}}

    assert said(ask({"mode": "batch"}, **period)) == [
        "one: the price of one is disputed: batch: 2/9 (a blog)"
    ]


def test_a_doubt_costs_nothing() -> None:
    """Notes change no figure: ours stands until somebody has looked."""
    plain, doubtful = ask().rows()["one"], ask(disputed=DISPUTE).rows()["one"]

    assert doubtful["spend"] == plain["spend"]


# --- ends


def ending(**about: Any) -> Question:
    """Ask about a model that retires on 1 April 2027 and another that follows, twice as dear."""
    files = [maker("acme", one={"source": TODAY, **FLAT}, two={"source": TODAY, **TWICE})]
    files[0]["models"]["one"] |= {"retires": "2027-04-01", "successor": "two", **about}
    options = {"one": {"model": "one", "harness": "shell"}}
    workload = {"start": "2027-01", "developers": 40, "options": options, "billed": BILL}
    return Question(workload, files, channels={"cloud": {"periods": [{
        "effective_from": "2025-01-01", "source": TODAY}]}})  # fmt: skip


def test_a_retired_model_keeps_its_last_price() -> None:
    """Unless its maker says that another one answers."""
    question = ending()

    assert said(question) == [
        "one: one retires on 2027-04-01; two follows it. Its last price is kept"
    ]
    assert len(set(question.rows()["one"]["spend_by_month"])) == 1


def test_a_redirected_model_is_billed_as_its_successor() -> None:
    """From the day of its retirement on: three months at one price, nine at twice that."""
    question = ending(redirects=True)
    months = question.rows()["one"]["spend_by_month"]

    assert said(question) == [
        "one: one retires on 2027-04-01; from then on two answers, at its price"
    ]
    assert months[3:] == pytest.approx([2 * months[0]] * 9)
    assert months[:3] == [months[0]] * 3


def test_a_channel_may_end_a_model_on_its_own_day() -> None:
    """Where it is bought there, that day is said; null is no day at all."""
    bought = {"one": {"model": "one", "harness": "shell", "channel": "cloud"}}
    bill = BILL | {"vendor": "cloud"}
    later = ending(retires_at={"cloud": "2027-06-01"}).but(options=bought, billed=bill)
    never = ending(retires_at={"cloud": None}).but(options=bought, billed=bill)

    assert any("retires on 2027-06-01" in note for note in said(later))
    assert not any("retires" in note for note in said(never))


# --- plans

SEAT: Plain = {"seat_month": 20, "includes": {"usd": 20, "pooled": True}, "source": TODAY}


@pytest.mark.parametrize(
    ("terms", "note"),
    [
        (
            {"disputed": {"says": "$25 a seat", "who": "a blog", "why": "x"}},
            "one: the terms of pool are disputed: $25 a seat (a blog)",
        ),
        (
            {"source": TODAY | {"checked_on": "2026-08-28"}},
            "one: what pool costs was last checked on 2026-08-28",
        ),
        (
            {"promotion": {"for": "old customers", "others": {"usd": 10}}},
            "one: what pool includes is a promotion for old customers",
        ),
    ],
    ids=["disputed", "old", "promotion"],
)
def test_doubts_about_a_plan_are_said(terms: Plain, note: str) -> None:
    """As of its price: what it says and whose word it is."""
    bill = BILL | {"vendor": "tools"}
    question = ask({"plan": "pool"}, {"pool": SEAT | terms}).but(billed=bill)

    assert note in said(question)


def test_a_plan_for_renewals_only_names_what_is_sold_instead() -> None:
    """From the day on which nobody new can have it."""
    question = ask({"plan": "pool"}, {"pool": SEAT, "next": SEAT}).but(
        billed=BILL | {"vendor": "tools"}
    )
    question.files[1]["plans"]["pool"] |= {"closed_to_new": "2026-11-18", "successor": "next"}

    assert "one: pool is for renewals only since 2026-11-18; next is sold instead" in said(question)


def test_a_model_that_left_a_plan_is_named_with_the_day(tmp_path: Path) -> None:
    """Copilot lists GPT-5.4 no more since 20 November 2026."""
    team = tmp_path / "team.yaml"
    team.write_text(
        "start: 2027-01\ndevelopers: 40\n"
        "options:\n"
        "  copilot: {model: gpt-5.4, harness: copilot-cli, plan: github-copilot-business}\n"
        "billed: [{vendor: github, month: 2026-10, cost: 2_000, active_developers: 40}]\n",
        encoding="utf-8",
    )
    ended = run("compare", team, "--draws", "0")

    assert ended.code == 0, ended.err
    said_so = " ".join(ended.out.split())
    assert "GitHub Copilot Business lists GPT-5.4 no more since 2026-11-20" in said_so


# --- a plan's own tiers


@pytest.mark.parametrize(
    ("own", "dear"),
    [
        ({}, 3),
        ({"long_context": "none"}, 1),
        ({"long_context": {"over": 100_000, "input": 5, "output": 5}}, 5),
    ],
    ids=["the maker's", "none", "its own"],
)
def test_a_long_prompt_pays_the_plans_own_tier(own: Plain, dear: float) -> None:
    """Without one it pays the maker's; `none` means that length costs nothing more."""
    tier = {"over": 100_000, **dict.fromkeys(FLAT, 3)}
    terms = {"seat_month": 0, "includes": "none", "source": TODAY, "prices": {"one": own}}
    task = {"per_month": 10, "tokens": {"input": 1_000_000}, "prompt_tokens": 150_000}
    question = ask({"plan": "bare"}, {"bare": terms}, long_context=tier).but(
        billed=None, tasks={"fix": task}
    )

    assert question.rows()["one"]["spend_by_month"][0] == pytest.approx(10 * dear)
