"""From a file to a case: the defaults, what a bill decides, what stays unknown, what is denied.

Prices are round and never change, unless a test says so: a dollar per million tokens of any class
at `acme`, two at `best`. So a year is twelve times its first month.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from questions import Plain, Question, answer_of, case_of, maker, price_book, seller

from advisor.case.facts import Case
from advisor.errors import InputError, MissingError, PriceGapError

FLAT = {"input": 1, "output": 1, "cache_write": 1, "cache_read": 1}
TWICE = dict.fromkeys(FLAT, 2)
FILES = [
    maker("acme", one=FLAT, other=FLAT),
    maker("best", top=TWICE),
    seller(
        "tools",
        seats={"seat_month": 20, "includes": "none"},
        pool={"seat_month": 20, "includes": {"usd": 20, "pooled": True}},
        closed={"seat_month": 20, "includes": "unpublished"},
    ),
]
SAME = {"token_multiplier": 1, "quality": 1}
OPTIONS: Plain = {
    "one": {"model": "one", "harness": "shell"},
    "top": {"model": "top", "harness": "shell", **SAME},
}
BILL: Plain = {"vendor": "acme", "month": "2026-10", "cost": 8_400}


def ask(**blocks: Any) -> Question:
    """Ask about a team of 40 with two options, and other blocks as given; None leaves one out."""
    return Question({"developers": 40, "options": OPTIONS}, FILES).but(**blocks)


def month_of(row: Plain) -> float:
    """Return what an option costs in the first month."""
    spend: float = row["spend_by_month"][0]
    return spend


def running(answer: Plain) -> Plain:
    """Return the row of what runs today."""
    found: Plain = next(row for row in answer["options"] if row["today"])
    return found


@pytest.mark.parametrize(
    ("blocks", "is_asked"),
    [
        ({"developers": 80}, True),
        ({"developers": 63}, False),
        ({"developers": {"2026-10": 58, "2027-01": 80}}, False),
        ({"developers": 80, "adoption": Decimal("0.9")}, False),
        ({"developers": 80, "start": "2026-10"}, False),
    ],
)
def test_a_head_count_far_above_its_bill_is_asked_about(blocks: Plain, is_asked: bool) -> None:
    """80 with a bill for 58: the file is asked from when, with the line to write."""
    bill = BILL | {"active_developers": 58}
    warnings = ask(billed=bill, **blocks).answer()["warnings"]

    asked = [one for one in warnings if "80 from when?" in one]
    line = "`developers: {2026-10: 58, 2027-01: 80}`"
    assert [line in one for one in asked] == ([True] if is_asked else [])


# --- When, and who -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("blocks", "start"),
    [
        ({"billed": BILL}, "2027-01"),
        ({"billed": BILL | {"month": "2026-12"}}, "2027-01"),
        ({"billed": BILL | {"month": "2027-01"}}, "2028-01"),
        ({"billed": [BILL, BILL | {"month": "2026-04"}]}, "2027-01"),  # the last one counts
        ({}, "2027-01"),  # the tables were last looked at in December 2026
        ({"billed": BILL, "start": "2026-11"}, "2026-11"),
    ],
)
def test_the_year_begins_in_january_after_the_bill(blocks: Plain, start: str) -> None:
    """Never by the clock: after the bill, else after the prices, unless the file says."""
    assert ask(**blocks).answer()["start"] == start


@pytest.mark.parametrize(
    ("blocks", "active"),
    [
        ({"billed": BILL | {"active_developers": 38}}, 38),
        ({"billed": BILL}, 40),
        ({}, 40),
        ({"billed": BILL | {"active_developers": 38}, "adoption": Decimal("0.5")}, 20),
        ({"adoption": Decimal("0.5")}, 20),
    ],
)
def test_adoption_comes_from_the_bill(blocks: Plain, active: int) -> None:
    """Active ÷ developers of the bill, unless the file has an adoption of its own; else all."""
    assert ask(**blocks).answer()["options"][0]["tasks"] == pytest.approx(12 * active)


@pytest.mark.parametrize(
    ("blocks", "option"),
    [
        ({}, "one"),  # the first
        ({"reference": "top"}, "top"),
        ({"billed": BILL}, "one"),
        ({"billed": BILL | {"vendor": "best"}}, "top"),
        ({"billed": BILL | {"vendor": "best"}, "current": "one"}, "one"),
    ],
)
def test_today_is_what_is_said_or_billed(blocks: Plain, option: str) -> None:
    """`current`, else the option that the bill paid, else the reference, else the first one."""
    plain = {"options": {name: {**one, **SAME} for name, one in OPTIONS.items()}}

    assert running(ask(**plain, **blocks).answer())["option"] == option


# --- The level -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "blocks",
    [
        {"billed": BILL},
        {"billed": BILL | {"active_developers": 38}},
        {"billed": BILL | {"seat_fees": 400}},
        {"billed": BILL | {"tokens": {"input": 10, "output": 3}}},
        {"billed": BILL, "usage": {"input": 90_000_000, "output": 10_000_000}},
        {"billed": BILL, "contracts": {"acme": {"discount": Decimal("0.1")}}},
        {"billed": BILL, "currency": {"code": "EUR", "per_usd": Decimal("0.92")}},
        {
            "billed": BILL,
            "tasks": {"docs": {"per_developer_month": 6}, "tests": {"per_month": 90}},
        },
    ],
    ids=" ".join,
)
def test_today_reproduces_the_bill(blocks: Plain) -> None:
    """At the bill's prices and headcount today's option costs what was paid, to the cent."""
    bill = blocks["billed"]

    row = running(ask(**blocks).answer())

    assert month_of(row) == pytest.approx(bill["cost"] - bill.get("seat_fees", 0), abs=0.005)


@pytest.mark.parametrize(
    ("change", "factors"),
    [
        ({"2027-01": "0.2"}, [1.2] * 12),
        ({"2026-10": "0.2"}, [1] * 12),
        ({"2026-10": "0.5", "2027-03": "0.2"}, [1] * 2 + [0.8] * 10),
        ({"2027-03": "-0.5", "2027-05": "0"}, [1] * 2 + [0.5] * 2 + [1] * 8),
        ({"2028-01": "3"}, [1] * 12),
    ],
)
def test_a_price_that_moves_after_the_bill_moves_what_is_spent(
    change: Plain, factors: list[float]
) -> None:
    """Each change holds from its month until the next; a bill has its own month's in it."""
    steps = {month: Decimal(by) for month, by in change.items()}

    row = running(ask(billed=BILL, contracts={"acme": {"price_change": steps}}).answer())

    assert row["spend_by_month"] == pytest.approx([8_400 * factor for factor in factors])


@pytest.mark.parametrize("plan", ["seats", "pool", "closed"])
def test_today_reproduces_a_bill_with_seats(plan: str) -> None:
    """Seat fees and what was used beyond them come to the bill, whatever a seat includes."""
    options = {"one": {"model": "one", "plan": plan}}

    row = running(ask(options=options, billed=BILL | {"vendor": "tools"}).answer())

    assert month_of(row) == pytest.approx(8_400, abs=0.005)
    assert row["spend_by_class"]["seats"] == 12 * 40 * 20


CAPPED = {**OPTIONS, "capped": {"model": "one", "harness": "shell", "cap": 300, **SAME}}
SEATED = {
    "plain": {"model": "one", "plan": "seats"},
    "pooled": {"model": "one", "plan": "pool", **SAME},
    "top": OPTIONS["top"],
}


@pytest.mark.parametrize("mix", [{"top": 0.5, "one": 0.3, "capped": 0.2}, {"one": 1, "capped": 0}])
def test_what_was_decided_is_not_what_runs_today(mix: Plain) -> None:
    """A bill that could be of an option with a cap and without one is of the first of them."""
    assert running(ask(options=CAPPED, billed=BILL, mix=mix).answer())["option"] == "one"


@pytest.mark.parametrize(
    ("mix", "today"),
    [
        ({"plain": 0.5, "pooled": 0.5}, "today"),
        ({"plain": 0.5, "pooled": 0.3, "top": 0.2}, "plain"),
    ],
)
def test_seats_of_one_bill_run_as_decided_unless_more_was_than_is_billed(
    mix: Plain, today: str
) -> None:
    """Two kinds of seats of one bill are told apart by the mix; `top` has no bill yet."""
    bill = BILL | {"vendor": "tools"}

    assert running(ask(options=SEATED, billed=bill, mix=mix).answer())["option"] == today


def test_the_last_month_is_the_level_and_the_others_a_trend() -> None:
    """Of several months' bills the last one counts; all are shown in order."""
    bills = [BILL, BILL | {"month": "2026-08", "cost": 5_000}, BILL | {"month": "2026-09"}]

    answer = ask(billed=bills).answer()

    assert month_of(running(answer)) == pytest.approx(8_400)
    assert answer["calibration"]["trend"] == [
        {"month": "2026-08", "cost": 5_000},
        {"month": "2026-09", "cost": 8_400},
        {"month": "2026-10", "cost": 8_400},
    ]


def test_one_bill_is_no_trend() -> None:
    """A single month goes nowhere."""
    assert ask(billed=BILL).answer()["calibration"]["trend"] == []


TWO_BILLS = [BILL, {"vendor": "best", "month": "2026-10", "cost": 2_100}]


def test_two_vendors_in_one_month_are_what_runs_today() -> None:
    """Bills of several vendors add up, and today is a mix of their options."""
    answer = ask(billed=TWO_BILLS).answer()

    assert running(answer)["option"] == "today"
    assert month_of(running(answer)) == pytest.approx(10_500, abs=0.005)
    assert answer["calibration"]["cost"] == 10_500


@pytest.mark.parametrize(
    ("first", "second", "active"),
    [
        ({}, {"seats": 10}, 40),
        ({"active_developers": 30}, {"seats": 10}, 30),
        ({"active_developers": 30}, {}, 30),
        ({"seats": 12}, {"seats": 10}, 12),
        ({}, {}, 40),
    ],
)
def test_seats_of_one_bill_are_not_the_people_of_another(
    first: Plain, second: Plain, active: int
) -> None:
    """A bill that names nobody is of all 40, unless one of the month says who is active."""
    bills = [TWO_BILLS[0] | first, TWO_BILLS[1] | second]

    assert ask(billed=bills).answer()["calibration"]["active_developers"] == active


@pytest.mark.parametrize(("vendor", "other"), [("acme", 2_100), ("best", 8_400)])
def test_each_vendor_keeps_its_part_of_the_bill(vendor: str, other: int) -> None:
    """A commitment that swallows one vendor's part leaves the other's bill, to the cent."""
    contracts = {vendor: {"commitment": 1_000_000}}

    row = running(ask(billed=TWO_BILLS, contracts=contracts).answer())

    assert row["spend"]["expected"] == pytest.approx(1_000_000 + 12 * other, abs=0.06)


def test_two_models_of_one_vendor_are_counted_once_each() -> None:
    """Two lines of one invoice add up to the invoice."""
    options = OPTIONS | {"other": {"model": "other", "harness": "shell", **SAME}}
    lines = [
        BILL | {"cost": 8_000, "model": "one"},
        BILL | {"cost": 400, "model": "other"},
    ]

    answer = ask(options=options, billed=lines).answer()

    assert answer["calibration"]["cost"] == 8_400
    assert month_of(running(answer)) == pytest.approx(8_400, abs=0.005)


def test_two_bills_of_one_option_are_one_level() -> None:
    """Two invoices for the same thing are added up, and the option runs alone."""
    answer = ask(billed=[BILL, BILL | {"cost": 600}]).answer()

    assert running(answer)["option"] == "one"
    assert month_of(running(answer)) == pytest.approx(9_000, abs=0.005)


def test_two_bills_of_one_option_beside_another_vendors() -> None:
    """Each option has all of its bills, whoever else was paid."""
    answer = ask(billed=[*TWO_BILLS, BILL | {"cost": 600}]).answer()

    assert answer["calibration"]["cost"] == 11_100
    assert month_of(running(answer)) == pytest.approx(11_100, abs=0.005)


def test_a_billed_model_that_is_no_option_becomes_one() -> None:
    """A first file need not list what it pays for."""
    answer = ask(
        options={"top": {"model": "top", **SAME}}, billed=BILL | {"model": "other"}
    ).answer()

    assert [row["option"] for row in answer["options"]] == ["other", "top"]
    assert running(answer)["model"] == "other"


def test_a_bill_that_nobody_can_have_sent_is_a_fault() -> None:
    """A vendor that bills for none of the options is not guessed at."""
    with pytest.raises(InputError, match="no option is billed by best"):
        ask(options={"one": OPTIONS["one"]}, billed=BILL | {"vendor": "best"}).case()


def test_without_a_bill_the_level_is_what_is_published() -> None:
    """$150 to $250 a person and month, where nobody states tokens or money."""
    answer = ask().answer()

    assert answer["calibration"]["basis"] == "published"
    assert month_of(running(answer)) == pytest.approx(40 * 200)


def test_stated_tokens_need_no_level() -> None:
    """100M tokens at a dollar a million are $100 a person and month."""
    answer = ask(usage={"input": 90_000_000, "output": 10_000_000}).answer()

    assert answer["calibration"] is None
    assert month_of(running(answer)) == pytest.approx(40 * 100)


def test_a_bill_scales_what_the_tokens_come_to() -> None:
    """Tokens worth $4,000 and a bill of $8,400: all tokens times 2.1, and a word about it."""
    answer = ask(usage={"input": 90_000_000, "output": 10_000_000}, billed=BILL).answer()

    assert answer["calibration"]["factor"] == pytest.approx(2.1)
    assert any("2.1 times what the stated tasks" in warning for warning in answer["warnings"])


@pytest.mark.parametrize("cost", [399, 40_001])
def test_a_bill_off_by_a_power_of_ten_is_a_fault(cost: int) -> None:
    """Tokens worth $4,000 and a bill beyond ten times more or less cannot both be right."""
    question = ask(usage={"input": 90_000_000, "output": 10_000_000}, billed=BILL | {"cost": cost})

    with pytest.raises(InputError, match="off by a power of ten"):
        question.case()


@pytest.mark.parametrize("cost", [400, 40_000])
def test_a_bill_at_the_edge_of_reason_is_taken(cost: int) -> None:
    """A tenth and ten times are still believed."""
    question = ask(usage={"input": 90_000_000, "output": 10_000_000}, billed=BILL | {"cost": cost})

    assert month_of(running(question.answer())) == pytest.approx(cost)


def test_a_bill_of_seat_fees_alone_tells_nothing() -> None:
    """Where all that was paid are fees, use is not known, and not nothing."""
    with pytest.raises(MissingError, match="seat fees alone"):
        ask(billed=BILL | {"seat_fees": 8_400}).case()


def test_a_bill_before_the_first_price_is_missing_it() -> None:
    """The bill's month needs a price as the plan's months do."""
    with pytest.raises(PriceGapError, match="no price"):
        ask(billed=BILL | {"month": "2024-10"}).case()


# --- What is not published -----------------------------------------------------------------------

CLOSED: Plain = OPTIONS | {"closed": {"model": "one", "plan": "closed", **SAME}}


def test_an_allowance_that_is_not_published_is_not_known() -> None:
    """Neither nothing nor infinite: the row says why it has no figures."""
    row = ask(options=CLOSED).rows()["closed"]

    assert row["spend"] is None
    assert "includes is not published" in row["unknown"]


def test_with_a_bill_on_it_the_closed_plan_is_exact_today() -> None:
    """What was paid is known, whatever a seat includes."""
    question = ask(options=CLOSED, billed=BILL | {"vendor": "tools"}, current="closed")

    row = running(question.but(reference="closed", options={"closed": CLOSED["closed"]}).answer())

    assert row["unknown"] is None
    assert month_of(row) == pytest.approx(8_400, abs=0.005)


def test_today_that_is_not_known_has_no_answer() -> None:
    """Nothing can be held against a row without figures."""
    with pytest.raises(MissingError, match="not published"):
        ask(options=CLOSED, current="closed").case()


# --- Prices to come ------------------------------------------------------------------------------

RISE = [
    {"effective_from": "2025-01-01", **FLAT},
    {"effective_from": "2027-07-01", **TWICE, "status": "announced"},
]


def rising(**cancelled: frozenset[date]) -> Case:
    """Resolve a question whose price doubles in July, unless that is assumed not to happen."""
    files = [{"vendor": "acme", "models": {"one": {"prices": RISE}}}]
    workload = {
        "developers": 40,
        "options": {"one": {"model": "one"}},
        "usage": {"input": 100_000_000},
    }
    return case_of(workload, price_book(files).known_on(None, cancelled))


def test_an_announced_price_counts_from_its_day() -> None:
    """Six months at $4,000 and six at $8,000."""
    row = answer_of(rising())["options"][0]

    assert row["spend_by_month"] == pytest.approx([4_000] * 6 + [8_000] * 6)


def test_an_announced_price_may_be_assumed_cancelled() -> None:
    """Twelve months at $4,000."""
    row = answer_of(rising(one=frozenset({date(2027, 7, 1)})))["options"][0]

    assert row["spend_by_month"] == pytest.approx([4_000] * 12)


# --- Policy --------------------------------------------------------------------------------------

HOMES = {"one": {"hosted_in": "CN"}, "top": {"hosted_in": "US"}}
HOSTED = {name: {**one, **HOMES[name]} for name, one in OPTIONS.items()}


@pytest.mark.parametrize(
    ("policy", "denied"),
    [
        ({"deny": {"hosted_in": ["CN"]}}, {"one": "deny hosted_in CN", "top": None}),
        ({"deny": {"hosted_in": "CN"}}, {"one": "deny hosted_in CN", "top": None}),
        ({"deny": {"makers": ["best"]}}, {"one": None, "top": "deny makers best"}),
        ({"deny": {"channels": ["acme"]}}, {"one": "deny channels acme", "top": None}),
        (
            {"deny": {"harnesses": ["shell"]}},
            {"one": "deny harnesses shell", "top": "deny harnesses shell"},
        ),
        ({"allow": {"makers": ["acme"]}}, {"one": None, "top": "allow only makers acme"}),
        ({}, {"one": None, "top": None}),
    ],
    ids=str,
)
def test_what_the_policy_denies_is_marked(policy: Plain, denied: dict[str, str | None]) -> None:
    """A denied option keeps its row and says which rule is against it."""
    rows = ask(options=HOSTED, policy=policy).rows()

    assert {name: row["denied"] for name, row in rows.items()} == denied


def test_a_policy_moves_no_figure() -> None:
    """What may not be used still costs what it costs."""
    free = ask(options=HOSTED).rows()
    denied = ask(options=HOSTED, policy={"deny": {"hosted_in": ["CN"]}}).rows()

    assert {name: row["spend"] for name, row in denied.items()} == {
        name: row["spend"] for name, row in free.items()
    }
