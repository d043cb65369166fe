"""Seats, pools, allowances and caps: worked by hand, and against people drawn one by one.

A person's use is lognormal; the closed forms are held to a simulation of 400,000 people within four
of its standard errors, which the tests work out from the draws themselves.
"""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import numpy as np
import oracle
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from questions import Plain, Question, answer_of, by_option, case_of, maker, seller

from advisor.engine.normal import phi_array
from advisor.engine.seats import Pool, SeatTerms, above, seats_for, settle, usage_behind
from advisor.load.price_book import read_price_book

BOOK = read_price_book()
PEOPLE = 400_000
SPREAD = {"p50": 7, "p90": 30}
SIGMA = float(oracle.sigma_of(SPREAD))  # ln(30/7) / 1.28155 = 1.1355


def hundred(plan: Plain | None = None, *, dollars: int = 50, **more: Any) -> Question:
    """Ask what 100 people cost who all use so many dollars of input in one month.

    `only` is metered, or has a seat at the terms of a plan; more of the file may be stated.
    """
    option: Plain = {"model": "one", **({"plan": "seat"} if plan else {}), **more.pop("option", {})}
    workload = {
        "start": "2027-01",
        "months": 1,
        "developers": 100,
        "level_spread": 0,
        "usage_spread": 1,
        "usage": {"input": dollars * 1_000_000},
        "options": {"only": option},
        **more,
    }
    files = [maker("acme", one={"input": 1, "output": 10}), seller("lumen", seat=plan or {})]
    return Question(workload, files if plan else files[:1]).but()


def only(question: Question) -> Plain:
    """Return the one option's row."""
    return question.rows()["only"]


def split(question: Question) -> dict[str, float]:
    """Return what was paid beside metered use, and what stayed undone."""
    row = only(question)
    parts: dict[str, float] = row["spend_by_class"]
    return {
        "seats": parts["seats"],
        "overage": parts["overage"],
        "unmet": row["unmet_tasks"],
        "spend": row["spend"]["expected"],
    }


def people_using(mean: float, sigma: float) -> NDArray[np.float64]:
    """Draw what so many people use, lognormal with that mean."""
    normal = np.random.default_rng(5).standard_normal(PEOPLE)
    return np.asarray(mean * np.exp(sigma * normal - sigma**2 / 2))


def four_errors(sample: NDArray[np.float64]) -> float:
    """Return four standard errors of a sample's mean."""
    return float(4 * sample.std() / PEOPLE**0.5)


# A pool


@pytest.mark.parametrize(
    ("megatokens", "overage"),
    [
        (0.0, 0),
        (9.5, 0),  # 100 × 9.5M × $2 = $1,900: the pool to the last credit
        (9.6, 20),
        (25.0, 3100),  # $5,000 used
    ],
)
def test_a_hundred_copilot_seats_share_190_000_credits(megatokens: float, overage: float) -> None:
    """100 Business seats cost $1,900 and hold as much: what Sonnet 5.5 uses past that is paid."""
    workload: Plain = {
        "start": "2027-01",
        "months": 1,
        "developers": 100,
        "usage": {"input": Decimal(str(megatokens)) * 1_000_000},
        "options": {"only": {"model": "claude-sonnet-5-5", "plan": "github-copilot-business"}},
    }

    parts = by_option(answer_of(case_of(workload, BOOK)))["only"]["spend_by_class"]

    assert [parts["seats"], parts["overage"]] == pytest.approx([1900, overage])


def test_a_pool_does_not_roll_over() -> None:
    """Nothing used in January leaves February's $31 a person to pay all the same."""
    plan = {"seat_month": 19, "includes": {"usd": 19, "pooled": True}}
    question = hundred(plan, months=2, intensity={"2027-01": 0, "2027-02": 1})

    assert only(question)["spend_by_month"] == pytest.approx([1900, 1900 + 3100])


def test_rounding_of_millions_of_seats_is_not_a_cost_of_its_own() -> None:
    """637,893 seats at $78.04 for a year: what floats add up to too much is no check of cascades.

    The sum is off by 2 × 10⁻⁷ of 597 million dollars.
    """
    plan = {"seat_month": Decimal("78.04"), "includes": {"usd": 500, "pooled": True}}
    question = hundred(plan, months=12, developers=667_252, adoption=Decimal("0.956"))

    paid = {name for name, part in only(question)["spend_by_class"].items() if part}

    assert paid == {"seats"}


def test_a_pool_is_of_seats_not_of_people() -> None:
    """120 seats at least hold $2,280, which leaves $2,720 of $5,000."""
    plan = {"seat_month": 19, "min_seats": 120, "includes": {"usd": 19, "pooled": True}}

    assert split(hundred(plan)) == pytest.approx(
        {"seats": 2280, "overage": 2720, "unmet": 0, "spend": 5000}
    )


def test_teams_bear_seats_by_heads_and_overage_by_use() -> None:
    """25 people use $150 each, 75 use $50: $475 and $1,425 of seats, half of $5,600 each beyond."""
    plan = {"seat_month": 19, "includes": {"usd": 19, "pooled": True}}
    teams = {"web": {"developers": 25, "intensity": 3}, "search": {"developers": 75}}
    question = hundred(plan, developers=None, teams=teams)

    assert only(question)["spend_by_team"] == pytest.approx({"web": 3275, "search": 4225})


# Allowances and caps, everybody using the same


@pytest.mark.parametrize(
    ("terms", "cap", "unmet", "overage"),
    [
        # $50 each, $19 included: 31 × 100 beyond
        ({"includes": {"usd": 19}}, None, 0, 3100),
        ({"includes": {"usd": 19}, "overage": {"factor": Decimal("0.9")}}, None, 0, 2790),
        # capped at 30: 11 × 100 beyond, 20 of 50 undone
        ({"includes": {"usd": 19}}, 30, 40, 1100),
        # capped below the allowance: nothing beyond, 40 of 50 undone
        ({"includes": {"usd": 19}}, 10, 80, 0),
        # no overage sold: 31 of 50 undone
        ({"includes": {"usd": 19}, "overage": "none"}, None, 62, 0),
        ({"includes": {"usd": 19}, "overage": "none"}, 10, 80, 0),
        ({"includes": {"usd": 19}, "overage": "none"}, 30, 62, 0),
        # a pool that stops: 3,100 of 5,000 undone
        ({"includes": {"usd": 19, "pooled": True}, "overage": "none"}, None, 62, 0),
        # a cap acts before the pool: 3,000 reach it, 1,100 past it
        ({"includes": {"usd": 19, "pooled": True}}, 30, 40, 1100),
        # 40 % undone by the cap and 1,100 of 5,000 by the pool
        ({"includes": {"usd": 19, "pooled": True}, "overage": "none"}, 30, 62, 0),
        # a seat that includes no use
        ({"includes": "none"}, None, 0, 5000),
        ({"includes": "none", "overage": "none"}, None, 100, 0),
        # one that includes more than anybody needs
        ({"includes": {"usd": 200}, "overage": "none"}, None, 0, 0),
    ],
)
def test_past_an_allowance_use_is_paid_or_refused(
    terms: Plain, cap: int | None, unmet: float, overage: float
) -> None:
    """100 people use $50 each: what is beyond the allowance costs money, or is not done."""
    question = hundred({"seat_month": 19, **terms}, option={"cap": cap} if cap else {})

    assert split(question) == pytest.approx(
        {"seats": 1900, "overage": overage, "unmet": unmet, "spend": 1900 + overage}
    )


def test_a_cap_on_metered_use_saves_what_it_refuses() -> None:
    """Capped at $30 of $50, 100 people pay $3,000 and 40 of 100 developer-months stay undone."""
    assert split(hundred(option={"cap": 30})) == pytest.approx(
        {"seats": 0, "overage": 0, "unmet": 40, "spend": 3000}
    )


def test_what_is_refused_is_neither_done_nor_reviewed() -> None:
    """Of 100 tasks 40 are capped: 60 are reviewed at $2, 30 done, 30 cleared up after at $5."""
    task = {
        "per_developer_month": 1,
        "tokens": {"input": 50_000_000},
        "success": Decimal("0.5"),
        "review": 2,
        "rework": 5,
    }
    row = only(hundred(option={"cap": 30}, usage=None, tasks={"docs": task}))

    figures = [row[key] for key in ("tasks", "unmet_tasks", "completed", "review", "rework")]
    assert figures == pytest.approx([100, 40, 30, 120, 150])


def test_what_a_cap_leaves_undone_is_not_done() -> None:
    """Of 100 developer-months 60 are served: quality counts the other 40 as not done."""
    assert only(hundred(option={"cap": 30}))["quality"] == pytest.approx(0.6)


def test_work_of_nobody_has_no_allowance() -> None:
    """Agents in CI at a team without anybody active: $5,000 of use is all past the seats' $19."""
    task = {"per_month": 100, "tokens": {"input": 50_000_000}}
    plan = {"seat_month": 19, "includes": {"usd": 19}}
    question = hundred(plan, usage=None, adoption=0, tasks={"ci": task})

    assert split(question) == pytest.approx(
        {"seats": 0, "overage": 5000, "unmet": 0, "spend": 5000}
    )


@pytest.mark.parametrize(
    ("option", "plan", "is_said"),
    [
        ({"cap": 30}, None, True),
        ({}, {"seat_month": 19, "includes": {"usd": 19}}, True),
        ({}, {"seat_month": 19, "includes": {"usd": 19, "pooled": True}}, False),
        ({}, None, False),
    ],
)
def test_a_spread_that_is_not_stated_is_the_published_one_and_said_once(
    option: Plain, plan: Plain | None, *, is_said: bool
) -> None:
    """Where a bound is each person's, the answer names the spread that it took."""
    silent = hundred(plan, option=option, usage_spread=None)

    answer = silent.answer()

    assert (
        answer["options"] == hundred(plan, option=option, usage_spread=SPREAD).answer()["options"]
    )
    said = [one for one in answer["assumptions"] if one["key"] == "usage_spread"]
    assert [(one["low"], one["high"]) for one in said] == ([(7, 30)] if is_said else [])


# Heavy users


@pytest.mark.parametrize(
    ("mean", "bound", "sigma"),
    [(50, 19, 1.0), (50, 200, 1.1355), (19, 19, 0.5), (10, 400, 1.1355), (900, 1, 2.0)],
)
def test_heavy_users_pass_a_bound_as_drawn_people_do(
    mean: float, bound: float, sigma: float
) -> None:
    """Use past a bound is the mean over 400,000 drawn people, within 4 standard errors."""
    beyond = np.maximum(0.0, people_using(mean, sigma) - bound)

    closed = float(above(np.array(mean), np.array(bound), sigma))

    assert closed == pytest.approx(float(beyond.mean()), abs=four_errors(beyond))


def test_a_cap_leaves_the_share_undone_that_drawn_people_would() -> None:
    """38 people whose use spreads as 7 to 30 spend $2,000 each, capped at $1,500.

    The share undone is a ratio of means, E(X-C)⁺ ÷ E(X), so its standard error over n people is
    that of (X-C)⁺ - u·X, divided by E(X).
    """
    used = people_using(2000, SIGMA)
    refused = np.maximum(0.0, used - 1500)
    share = float(refused.mean() / used.mean())
    question = hundred(dollars=2000, developers=38, usage_spread=SPREAD, option={"cap": 1500})

    row = only(question)

    error = four_errors(refused - share * used) / float(used.mean())
    assert row["unmet_tasks"] / row["tasks"] == pytest.approx(share, abs=error)


def test_a_cap_leaves_the_closed_forms_share_undone() -> None:
    """It is [M·Φ(d₁) - C·Φ(d₁-σ)] ÷ M with M = $2,000, C = $1,500, σ = 1.1355."""
    question = hundred(dollars=2000, developers=38, usage_spread=SPREAD, option={"cap": 1500})

    exact = oracle.excess_per_person(2000, 1500, oracle.sigma_of(SPREAD)) / 2000
    row = only(question)
    assert row["unmet_tasks"] / row["tasks"] == pytest.approx(float(exact), rel=1e-12)


def test_overage_between_an_allowance_and_a_cap_is_that_of_drawn_people() -> None:
    """Each pays from $19 up to the cap of $90: min(X, 90) - 19 where that is positive."""
    paid = np.maximum(0.0, np.minimum(people_using(50, SIGMA), 90) - 19)
    plan = {"seat_month": 19, "includes": {"usd": 19}}
    question = hundred(plan, usage_spread=SPREAD, option={"cap": 90})

    overage = split(question)["overage"] / 100

    assert overage == pytest.approx(float(paid.mean()), abs=four_errors(paid))


def test_a_pool_evens_heavy_users_out() -> None:
    """A spread between people changes nothing in a pool: $3,100 are past it either way."""
    plan = {"seat_month": 19, "includes": {"usd": 19, "pooled": True}}

    assert split(hundred(plan, usage_spread=SPREAD))["overage"] == pytest.approx(3100)


def test_the_normal_integral_of_arrays_is_that_of_numbers() -> None:
    """Φ by rational approximations is the C library's to 1 part in 10^13, far out too."""
    places = np.linspace(-37, 9, 4601)

    exact = np.array([math.erfc(-x / math.sqrt(2)) / 2 for x in places])

    assert phi_array(places) == pytest.approx(exact, rel=1e-13)


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.integers(1, 300), st.integers(1, 400))
def test_a_bound_never_costs_more_than_the_use(
    mean: int, bound: int, sigma: int, people: int
) -> None:
    """What a cap leaves and what it refuses are parts of the use, neither of them negative."""
    usage, one = np.full((1, 1, 1), float(mean)), np.ones((1, 1))
    pool = Pool((), (), people * one, np.array([float(bound)]), one)

    settled = settle(usage, pool, sigma / 100)

    assert settled.unmet is None or 0 <= settled.unmet[0, 0, 0] <= 1
    assert 0 <= settled.beyond[0, 0, 0] <= mean


# Seats


@pytest.mark.parametrize(
    ("people", "least", "seats"),
    [
        (38.0, 0, 38),
        (38.0 + 1e-10, 0, 38),  # rounding dust buys no seat
        (38.1, 0, 39),
        (1.2, 5, 5),
        (0.0, 0, 0),
    ],
)
def test_seats_are_whole_people(people: float, least: float, seats: float) -> None:
    """Seats are rounded up, and at least the plan's least."""
    one = np.ones(1)
    terms = SeatTerms(one, one, one > 0, one, np.array([least]))

    assert seats_for(terms, np.array([people])) == seats


@pytest.mark.parametrize(
    ("billing", "seats"), [("monthly", [1900, 950, 1330]), ("annual", [1000, 1000, 1000])]
)
def test_annual_seats_outlast_the_people(billing: str, seats: list[float]) -> None:
    """100, 50, then 70 people at $19 a month, or at $10 a year's month and never fewer."""
    plan = {"seat_month": 19, "seat_month_annual": 10, "includes": {"usd": 500, "pooled": True}}
    people = {"2027-01": 100, "2027-02": 50, "2027-03": 70}
    question = hundred(plan, months=3, developers=people, option={"billing": billing})

    assert only(question)["spend_by_month"] == pytest.approx(seats)


@pytest.mark.parametrize(("seats", "fees"), [("active", 38 * 19), ("all", 100 * 19)])
def test_seats_are_for_those_who_use_them_or_for_all(seats: str, fees: float) -> None:
    """Of 100 developers 37.5 use it: 38 seats, or 100 where everybody gets one."""
    plan = {"seat_month": 19, "includes": {"usd": 500}}
    question = hundred(plan, adoption=Decimal("0.375"), option={"seats": seats})

    assert split(question)["seats"] == pytest.approx(fees)


def test_terms_are_those_of_the_first_of_the_month() -> None:
    """A plan that doubles on 10 February costs $19 a seat in February, $38 in March."""
    periods = [
        {
            "effective_from": day,
            "seat_month": fee,
            "min_seats": 0,
            "includes": {"usd": 500},
            "overage": {"factor": 1},
        }
        for day, fee in (("2025-01-01", 19), ("2027-02-10", 38))
    ]
    lumen = {"vendor": "lumen", "plans": {"seat": {"periods": periods}}}
    question = hundred({"seat_month": 0}, months=3)

    row = only(Question(question.workload, [question.files[0], lumen]))

    assert row["spend_by_month"] == pytest.approx([1900, 1900, 3800])


@pytest.mark.parametrize(
    ("terms", "billing", "reason"),
    [
        ({"seat_month": 19, "includes": "unpublished"}, "monthly", "not published"),
        ({"seat_month": 19, "includes": {"usd": 19}}, "annual", "billing: monthly is"),
        ({"includes": {"usd": 19}}, "monthly", "not published"),
        ({"seat_month": 19, "includes": {"usd": 19}, "overage": None}, "monthly", "beyond"),
    ],
)
def test_what_a_vendor_does_not_publish_is_not_known(
    terms: Plain, billing: str, reason: str
) -> None:
    """A seat without a published price or allowance has no figures, and the row says why."""
    question = hundred(terms, reference="metered", current="metered")
    options = {
        "metered": {"model": "one"},
        "only": {
            "model": "one",
            "plan": "seat",
            "billing": billing,
            "token_multiplier": 1,
            "quality": 1,
        },
    }

    row = only(question.but(options=options))

    assert row["spend"] is None
    assert reason in row["unknown"]


# Contracts


@pytest.mark.parametrize(
    ("contract", "spend"),
    [
        ({}, 5000),
        ({"discount": Decimal("0.1")}, 5000),  # tokens, and here are none but the plan's
        ({"discount": Decimal("0.1"), "on": "plan"}, 1900 + 2790),
    ],
)
def test_a_discount_leaves_a_plan_alone_unless_it_says_so(contract: Plain, spend: float) -> None:
    """`on: plan` takes 10 % off $3,100 of overage, never off the seats' $1,900."""
    plan = {"seat_month": 19, "includes": {"usd": 19}}

    assert split(hundred(plan, contracts={"lumen": contract}))["spend"] == pytest.approx(spend)


@pytest.mark.parametrize(
    ("biller", "commitment", "owed"),
    [
        ("lumen", 3000, 0),  # $3,100 of overage reach it
        ("lumen", 4000, 900),  # the seats' $1,900 do not count
        ("acme", 4000, 4000),  # another's contract is borne whole
    ],
)
def test_overage_counts_towards_a_commitment_and_seats_do_not(
    biller: str, commitment: int, owed: float
) -> None:
    """What was promised to a biller is owed but for the use that it bills."""
    plan = {"seat_month": 19, "includes": {"usd": 19}}
    question = hundred(plan, contracts={biller: {"commitment": commitment}})

    assert only(question)["spend_by_class"]["commitment"] == pytest.approx(owed)


def test_a_shortfall_is_owed_at_the_end() -> None:
    """Two months of $5,000 against $12,000: $5,000, then $5,000 and the missing $2,000."""
    question = hundred(months=2, contracts={"acme": {"commitment": 12_000}})

    assert only(question)["spend_by_month"] == pytest.approx([5000, 7000])


def test_a_commitment_is_once_per_biller() -> None:
    """Half on each of two of Acme's options, $5,000 in all, leaves $1,000 of $6,000 to pay."""
    question = hundred(contracts={"acme": {"commitment": 6000}}, current="only")
    other = {"model": "one", "token_multiplier": 1, "quality": 1}
    options = question.workload["options"] | {"other": other}
    mix = {"default": {"only": Decimal("0.5"), "other": Decimal("0.5")}}

    row = question.but(options=options, mix=mix).rows()["mix"]

    assert row["spend_by_class"]["commitment"] == pytest.approx(1000)


# From a bill back to use


@pytest.mark.parametrize(("pooled", "sigma"), [(True, 1.0), (False, 0.0), (False, 1.1355)])
@pytest.mark.parametrize("usage", [2500.0, 5000.0, 60_000.0])
def test_use_is_found_behind_its_overage(usage: float, sigma: float, *, pooled: bool) -> None:
    """From what 100 seats of $19 were billed beyond, the use is found that settles to it."""
    each = float(above(np.array(usage / 100), np.array(19.0), sigma))
    billed = usage - 1900 if pooled else 100 * each

    found = usage_behind(billed, 100, 100, 19.0, sigma, pooled=pooled)

    assert found == pytest.approx(usage, rel=1e-9)
