"""From a bill to tokens and from there to what others would cost, worked by hand.

What a reader would get wrong: the bill fixes the level, so today's option pays it whatever the
tokens were; how they split decides only what other options cost.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from questions import Plain, Question, answer_of, by_option, case_of, maker, seller
from strategies import FEW

from advisor.engine.calibration import TokenSplit, tokens_behind, typical_shares
from advisor.engine.draws import Years
from advisor.errors import InputError
from advisor.load.price_book import read_price_book
from advisor.units import TOKEN_CLASSES

BOOK = read_price_book()
counts = st.integers(0, 10**9)
splits = st.fixed_dictionaries(
    {"input": st.integers(1, 10**9)}, optional=dict.fromkeys(TOKEN_CLASSES[1:], counts)
)


def billed(bill: Plain | None = None, **more: Any) -> Plain:
    """Ask the shipped tables: 40 developers, $8,400 for 38 of them on Opus 5.5 in October 2026."""
    anthropic = {
        "vendor": "anthropic",
        "month": "2026-10",
        "cost": 8400,
        "active_developers": 38,
        **(bill or {}),
    }
    return {
        "developers": 40,
        "level_spread": 0,
        "billed": [anthropic],
        "current": "opus",
        "options": {
            "opus": {"model": "claude-opus-5-5"},
            "sonnet": {"model": "claude-sonnet-5-5", "token_multiplier": 1, "quality": 1},
            "deepseek": {"model": "deepseek-v4-pro", "token_multiplier": 1, "quality": 1},
        },
        **more,
    }


def shipped(workload: Plain, draws: int = 0) -> Plain:
    """Ask on the shipped tables."""
    return answer_of(case_of(workload, BOOK), draws=draws)


def spend(workload: Plain, name: str) -> float:
    """Return an option's expected spend on the shipped tables."""
    expected: float = by_option(shipped(workload))[name]["spend"]["expected"]
    return expected


def small(*bills: Plain, plan: Plain | None = None, **more: Any) -> Question:
    """Ask 100 people alike on two makers, $1 and $2 a million of any class, and on a seat."""
    day = {"month": "2026-11", "active_developers": 100}
    options: Plain = {
        "acme": {"model": "one", "token_multiplier": 1, "quality": 1},
        "brix": {"model": "two", "token_multiplier": 1, "quality": 1},
    }
    if plan:
        seat = {"model": "one", "plan": "seat"}
        metered = {"model": "one", "token_multiplier": 1, "quality": 1}
        options = {"seat": seat, "metered": metered}
    workload = {
        "months": 2,
        "developers": 100,
        "level_spread": 0,
        "usage_spread": 1,
        "billed": [{**day, **bill} for bill in bills],
        "options": options,
    }
    files = [
        maker("acme", one={"input": 1, "output": 1}),
        maker("brix", two={"input": 2, "output": 2}),
        *([seller("lumen", seat=plan)] if plan else []),
    ]
    return Question({**workload, **more}, files).but()


def months(question: Question) -> dict[str, float]:
    """Return what a month of each option costs."""
    return {name: row["spend"]["expected"] / 2 for name, row in question.rows().items()}


# The level


@FEW
@given(splits)
def test_a_bill_is_reproduced_to_the_cent(split: Plain) -> None:
    """$8,400 a month is $100,800 a year, however the tokens split."""
    assert spend(billed({"tokens": split}), "opus") == pytest.approx(100_800, abs=0.005)


def test_a_bill_is_reproduced_without_knowing_the_tokens() -> None:
    """The published split gives the same $100,800."""
    assert spend(billed(), "opus") == pytest.approx(100_800, abs=0.005)


@FEW
@given(splits)
def test_sonnet_costs_half_of_opus_for_any_split(split: Plain) -> None:
    """2, 2.5, 4, 0.1 and 10 are half of 4, 5, 8, 0.2 and 20: at a multiplier of 1 it is 0.500."""
    rows = by_option(shipped(billed({"tokens": split})))

    ratio = rows["sonnet"]["spend"]["expected"] / rows["opus"]["spend"]["expected"]
    assert ratio == pytest.approx(0.5, rel=1e-12)


@pytest.mark.parametrize("figure", ["mean", "p10", "p90"])
def test_every_simulated_year_pays_the_bill(figure: str) -> None:
    """The split is drawn, but no split changes what today's option pays: 12 × $8,400."""
    rows = by_option(shipped(billed(), draws=500))

    assert rows["opus"]["spend"][figure] == pytest.approx(100_800, rel=1e-12)


def test_an_unknown_split_spreads_what_others_would_cost() -> None:
    """DeepSeek is cheaper by a factor that hangs on the split: P10 and P90 differ."""
    drawn = by_option(shipped(billed(), draws=500))["deepseek"]["spend"]

    assert drawn["p90"] > 1.01 * drawn["p10"]


def test_a_stated_split_leaves_nothing_to_draw() -> None:
    """With `tokens` on the bill, what DeepSeek would have cost is exact."""
    split = {"input": 5, "cache_write": 39, "cache_read": 943, "output": 13}

    drawn = by_option(shipped(billed({"tokens": split}), draws=500))["deepseek"]["spend"]

    assert drawn["p90"] == pytest.approx(drawn["p10"], rel=1e-12)


def test_an_active_developer_costs_what_was_billed_for_one() -> None:
    """(8,400 - 800) ÷ 38 = $200 a month."""
    told = shipped(billed({"seat_fees": 800}))["calibration"]

    assert told["per_active_month"]["expected"] == pytest.approx(200)


def test_seat_fees_are_not_use() -> None:
    """Of $8,400 the $800 of seats buy no tokens: the metered option costs 12 × $7,600."""
    assert spend(billed({"seat_fees": 800}), "opus") == pytest.approx(91_200)


def test_adoption_is_what_the_bill_shows() -> None:
    """38 of 40 are active in every month, unless the file says who will be."""
    assert spend(billed(adoption=1), "opus") == pytest.approx(100_800 * 40 / 38)


def test_the_year_begins_after_the_bill() -> None:
    """A bill of October 2026 asks of January 2027."""
    assert shipped(billed())["start"] == "2027-01"


def test_tokens_are_those_of_the_bills_month() -> None:
    """December's $1,000 at Gemini's 0.75 become $2,000 a month at the 1.50 of 2027."""
    bill = {"vendor": "google", "month": "2026-12", "cost": 1000, "active_developers": 40}
    options = {"flash": {"model": "gemini-3.8-flash"}}
    workload = billed(billed=[bill], current="flash", options=options)

    assert spend(workload, "flash") == pytest.approx(24_000)


@pytest.mark.parametrize(("discount", "other"), [("0", 2.0), ("0.2", 2.5)])
def test_a_bill_is_after_its_discount(discount: str, other: float) -> None:
    """$1,000 at 20 % off were $1,250 of list: today pays $1,000 again, twice the price $2,500."""
    contracts = {"acme": {"discount": Decimal(discount)}}

    costs = months(small({"vendor": "acme", "cost": 1000}, contracts=contracts))

    assert costs == pytest.approx({"acme": 1000, "brix": 1000 * other})


def test_a_bill_in_another_currency_is_in_it() -> None:
    """€920 are €920 a month; prices are dollars, and half as dear is half as dear."""
    euros = {"code": "EUR", "per_usd": Decimal("0.92")}

    costs = months(small({"vendor": "acme", "cost": 920}, currency=euros))

    assert costs == pytest.approx({"acme": 920, "brix": 1840})


def test_without_tasks_a_developer_month_is_the_unit() -> None:
    """100 active people do 100 developer-months a month of today's work."""
    rows = small({"vendor": "acme", "cost": 1000}).rows()

    assert rows["brix"]["completed"] == pytest.approx(200)


def test_a_bill_is_of_teams_that_pay_different_prices() -> None:
    """90 people at work in the busy hours and 10 outside them: today's option pays the bill.

    A busy token costs $3 and another $1: the bill buys $1,000 ÷ (0.9 × 3 + 0.1 × 1) of both.
    """
    day = {"from": 9, "to": 17}
    teams = {
        "here": {"developers": 90, "working_hours": {"timezone": "UTC", **day}},
        "there": {"developers": 10, "working_hours": {"timezone": "Etc/GMT+12", **day}},
    }
    peak = {"hours_utc": ["09:00-17:00"], "input": 3, "output": 3}
    acme = maker("acme", one={"input": 1, "output": 1, "peak": peak})
    question = small({"vendor": "acme", "cost": 1000}, developers=None, teams=teams)
    question = replace(question, files=[acme, *question.files[1:]])

    assert months(question)["acme"] == pytest.approx(1000)


# Several bills


def test_several_vendors_add_up_and_share_the_work() -> None:
    """$100 at $1 and $300 at $2 are 100M and 150M tokens: all on Acme $250, all on Brix $500."""
    question = small({"vendor": "acme", "cost": 100}, {"vendor": "brix", "cost": 300})

    costs = months(question)

    assert costs == pytest.approx({"today": 400, "acme": 250, "brix": 500})


def test_of_several_months_the_last_is_the_level() -> None:
    """September's $900 and October's $800 are told of; November's $1,000 counts."""
    earlier = [
        {"vendor": "acme", "cost": cost, "month": month}
        for cost, month in ((900, "2026-09"), (800, "2026-10"))
    ]
    question = small(*earlier, {"vendor": "acme", "cost": 1000})

    assert months(question)["acme"] == pytest.approx(1000)


def test_a_trend_is_printed_and_not_applied() -> None:
    """The months' totals stand in the answer, oldest first."""
    question = small(
        {"vendor": "acme", "cost": 1000}, {"vendor": "acme", "cost": 800, "month": "2026-10"}
    )

    trend = question.answer()["calibration"]["trend"]

    assert trend == [{"month": "2026-10", "cost": 800}, {"month": "2026-11", "cost": 1000}]


# With tasks: the bill is the level, the tasks the shape


def docs(megatokens: int) -> Plain:
    """State one task of so many million tokens a developer-month."""
    tokens = {"input": megatokens * 1_000_000}
    return {"docs": {"per_developer_month": 1, "tokens": tokens}}


@pytest.mark.parametrize(("cost", "factor"), [(500, 0.5), (1000, 1.0), (9000, 9.0)])
def test_stated_tokens_are_scaled_to_the_bill(cost: int, factor: float) -> None:
    """100 people × $10 of tokens are $1,000: a bill of $500 halves every count of tokens."""
    answer = small({"vendor": "acme", "cost": cost}, tasks=docs(10)).answer()

    assert answer["calibration"]["factor"] == pytest.approx(factor)


@pytest.mark.parametrize("cost", [500, 1000, 9000])
def test_a_bill_is_reproduced_with_tasks_too(cost: int) -> None:
    """Whatever the tasks say of tokens, today's option pays the bill."""
    question = small({"vendor": "acme", "cost": cost}, tasks=docs(10))

    assert months(question)["acme"] == pytest.approx(cost)


@pytest.mark.parametrize(
    ("cost", "is_warned"), [(499, True), (500, False), (2000, False), (2001, True)]
)
def test_a_factor_outside_a_half_to_two_is_a_warning(cost: int, *, is_warned: bool) -> None:
    """Tasks and bill that differ by more than two are both worth another look."""
    warnings = small({"vendor": "acme", "cost": cost}, tasks=docs(10)).answer()["warnings"]

    assert any("stated tasks and tokens" in text for text in warnings) is is_warned


@pytest.mark.parametrize("cost", [99, 10_001])
def test_a_factor_outside_a_tenth_to_ten_is_a_fault(cost: int) -> None:
    """Off by a power of ten, one of the two is about something else."""
    with pytest.raises(InputError, match="power of ten"):
        small({"vendor": "acme", "cost": cost}, tasks=docs(10)).answer()


def test_a_month_in_which_nothing_is_done_says_nothing_of_tokens() -> None:
    """A migration of March can't explain a bill of November."""
    task = {"once": {"month": "2027-03", "tasks": 100}, "tokens": {"input": 1_000_000}}

    with pytest.raises(InputError, match="nothing is done in 2026-11"):
        small({"vendor": "acme", "cost": 1000}, tasks={"migration": task}).answer()


def test_tasks_without_tokens_take_them_from_the_bill() -> None:
    """A bug fix takes 1, docs 0.6 of the tokens: $1,600 is $1,000 and $600 for one of each."""
    tasks = {name: {"per_developer_month": 1} for name in ("bug-fix", "docs")}

    row = small({"vendor": "acme", "cost": 1600}, tasks=tasks).rows()["acme"]

    parts = row["spend_by_class"]
    assert [parts["bug-fix"], parts["docs"]] == pytest.approx([2000, 1200])


# Bills of seats


@pytest.mark.parametrize(
    ("included", "bill", "used"),
    [
        # $1,900 of seats, a pool of as much and $3,100 past it: $5,000 used
        ({"usd": 19, "pooled": True}, 5000, 5000),
        # the same seats, each with $19
        ({"usd": 19}, 5000, 5000),
        # seats alone: all that they include is taken to be used
        ({"usd": 19, "pooled": True}, 1900, 1900),
        ({"usd": 30}, 1900, 3000),
        # nothing included: what is beyond the seats is the use
        ("none", 5000, 3100),
    ],
)
def test_use_on_seats_is_what_they_include_and_what_was_paid_beyond(
    included: Any, bill: int, used: float
) -> None:
    """100 seats cost $1,900; the metered option costs the use behind the rest of the bill."""
    plan = {"seat_month": 19, "includes": included}

    costs = months(small({"vendor": "lumen", "cost": bill}, plan=plan))

    assert costs == pytest.approx({"seat": bill, "metered": used})


def test_seats_that_hide_their_use_leave_other_options_not_known() -> None:
    """What is paid beyond an unpublished allowance is not all of today's use."""
    plan = {"seat_month": 19, "includes": "unpublished"}

    options = by_option(small({"vendor": "lumen", "cost": 5000}, plan=plan).answer())

    assert options["metered"]["spend"] is None
    assert "is not published" in options["metered"]["unknown"]


@pytest.mark.parametrize("bill", [2000, 5000, 40_000])
def test_a_bill_of_seats_is_reproduced_where_people_differ(bill: int) -> None:
    """With heavy users past their $19, today's seats pay the bill again."""
    plan = {"seat_month": 19, "includes": {"usd": 19}}
    spread = {"p50": 7, "p90": 30}

    question = small({"vendor": "lumen", "cost": bill}, plan=plan, usage_spread=spread)

    assert months(question)["seat"] == pytest.approx(bill, rel=1e-9)


@pytest.mark.parametrize(
    ("included", "spread", "reason"),
    [
        ("none", 1, "is seat fees alone"),
        ("unpublished", 1, "is not published"),
        ({"usd": 19}, {"p50": 7, "p90": 30}, "is seat fees alone"),
        ({"usd": 19}, None, "is seat fees alone"),
    ],
)
def test_a_bill_of_seats_alone_tells_what_seats_cost_and_may_say_nothing_of_use(
    included: Any, spread: Plain | None, reason: str
) -> None:
    """Where some use would have shown beyond the seats, a bill without any tells of none.

    The seats themselves cost what they cost; by the token nobody knows.
    """
    plan = {"seat_month": 19, "includes": included}
    question = small({"vendor": "lumen", "cost": 1900}, plan=plan, usage_spread=spread)

    rows = question.rows()

    assert rows["seat"]["spend"]["expected"] == pytest.approx(2 * 1900)
    assert rows["metered"]["spend"] is None
    assert reason in rows["metered"]["unknown"]


# Without a bill


@pytest.mark.parametrize(
    ("figure", "per_month"), [("expected", 200), ("p10", 160), ("p50", 200), ("p90", 240)]
)
def test_without_a_bill_the_published_level_stands(figure: str, per_month: float) -> None:
    """Anywhere between the published $150 and $250 a head: 40 people, twelve months.

    Four standard errors of a quantile of 20,000 draws of that width.
    """
    workload = billed(billed=None, start="2027-01")
    del workload["billed"]

    drawn = by_option(shipped(workload, draws=20_000))["opus"]["spend"]

    error = 4 * 0.5 / 20_000**0.5 * 100 * 480
    assert drawn[figure] == pytest.approx(per_month * 480, abs=error)


def test_without_a_bill_the_answer_says_what_it_stands_on() -> None:
    """The basis is `published`, with the range and who published it."""
    workload = billed(start="2027-01")
    del workload["billed"]

    told = shipped(workload)["calibration"]

    assert [told["basis"], told["per_active_month"]["low"], told["per_active_month"]["high"]] == [
        "published",
        150,
        250,
    ]


@pytest.mark.parametrize(
    ("active", "question"),
    [
        (38, None),  # $221 a head: in line with 150 to 250
        (380, "should it be 38?"),  # $22
        (3.8, "should it be 38?"),  # $2,211
    ],
)
def test_a_level_far_from_the_published_one_is_asked_about(
    active: float, question: str | None
) -> None:
    """Outside a half to twice of what is published, the text asks whether 38 meant 380."""
    workload = billed({"active_developers": Decimal(str(active))}, developers=400)

    asked = [text for text in shipped(workload)["warnings"] if "active developers right" in text]

    assert [text[-len(question or "") :] for text in asked] == ([question] if question else [])


# The split


def test_the_typical_split_leaves_the_rest_to_cache_reads() -> None:
    """3.9 + 1.3 + 0.5 = 5.7 %, so 94.3 % are cache reads: the remainder to them."""
    named = dict(zip(TOKEN_CLASSES, typical_shares().tolist(), strict=True))

    assert named == pytest.approx(
        {
            "input": 0.005,
            "cache_write": 0.039,
            "cache_write_1h": 0,
            "cache_read": 0.943,
            "output": 0.013,
        }
    )


@pytest.mark.parametrize(
    ("what", "low", "high"), [("cached", 0.90, 0.987), ("prompt_per_output", 40, 300)]
)
def test_drawn_splits_fill_the_published_range(what: str, low: float, high: float) -> None:
    """Of 20,000 draws the smallest and largest are within 1 % of the range's ends, inside it."""
    drawn = TokenSplit().shares(Years(20_000, 1))
    output = drawn[:, TOKEN_CLASSES.index("output")]
    cached = drawn[:, TOKEN_CLASSES.index("cache_read")] / (1 - output)

    values = cached if what == "cached" else (1 - output) / output

    assert low * (1 - 1e-12) <= values.min() <= low * 1.01
    assert high * 0.99 <= values.max() <= high * (1 + 1e-12)


def test_every_drawn_split_is_whole() -> None:
    """The shares of each draw add up to 1."""
    drawn = TokenSplit().shares(Years(1000, 1))

    assert drawn.sum(axis=1) == pytest.approx(np.ones(1000), rel=1e-12)


def test_uncached_prompt_tokens_are_written_or_not_as_is_typical() -> None:
    """What is not read from the cache splits as 3.9 to 0.5, in every draw."""
    drawn = TokenSplit().shares(Years(1000, 1))

    ratio = drawn[:, TOKEN_CLASSES.index("cache_write")] / drawn[:, TOKEN_CLASSES.index("input")]
    assert ratio == pytest.approx(np.full(1000, 7.8), rel=1e-9)


def test_dollars_become_tokens_by_the_blended_price() -> None:
    """$221 at 0.9 × $1 + 0.1 × $11 = $2 a unit are 110.5 units."""
    units = tokens_behind(np.array([[221.0]]), np.array([[1.0, 11.0]]), np.array([[0.9, 0.1]]))

    assert units.tolist() == [[110.5]]


# Cost per task stated instead of tokens


@pytest.mark.parametrize(("relative", "cost"), [(Decimal("0.5"), 500), ([1, 2], 1500)])
def test_a_relative_cost_becomes_a_multiplier_once(relative: Any, cost: float) -> None:
    """At half the reference's cost per task, Brix at twice the price takes a quarter the tokens."""
    question = small({"vendor": "acme", "cost": 1000})
    options = question.workload["options"]
    brix = {"model": "two", "relative_cost": relative, "quality": 1}

    assert months(question.but(options={**options, "brix": brix}))["brix"] == pytest.approx(cost)


def test_a_relative_cost_is_at_the_prices_of_the_books_day() -> None:
    """The book is of 15 December 2026: what rises at noon counts, what rises the day after not.

    At $4 for $1, half the reference's cost is an eighth of its tokens; at $8 in the plan $1,000.
    """
    dated = [("2025-01-01", 2), ("2026-12-15T12:00Z", 4), ("2026-12-16", 8)]
    periods = [{"effective_from": day, "input": price, "output": price} for day, price in dated]
    brix = {"vendor": "brix", "models": {"two": {"prices": periods}}}
    question = small({"vendor": "acme", "cost": 1000})
    options = question.workload["options"]
    half = {"model": "two", "relative_cost": Decimal("0.5"), "quality": 1}
    question = question.but(options={**options, "brix": half}, current="acme")

    costs = months(replace(question, files=[question.files[0], brix]))

    assert costs["brix"] == pytest.approx(1000)
