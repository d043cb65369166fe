"""Hand-worked cases that the oracle itself is held to.

The oracle judges the engine, so its own figures come from a pocket calculator: each case shows
its working, in round numbers where the rule allows. Irrational ones are given to the digits
that were worked out by another route, and compared to just those.
"""

import math
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, getcontext, localcontext
from typing import Any
from zoneinfo import ZoneInfo

import oracle
import pytest

D = Decimal
CLOSE = D("1e-20")  # what an expectation worked out at 28 digits can promise

HAIKU = {
    "effective_from": "2026-10-07",
    "input": D("0.1"),
    "cache_write": D("0.125"),
    "cache_write_1h": D("0.2"),
    "cache_read": D("0.01"),
    "output": D("0.5"),
    "long_context": {
        "over": 100_000,
        "input": D("0.5"),
        "cache_write": D("0.625"),
        "cache_write_1h": 1,
        "cache_read": D("0.05"),
        "output": D("2.5"),
    },
}
PROMPTS = {"p50": 60_000, "p90": 140_000}

V4_PRO = {
    "prices": [
        {"effective_from": "2026-05-24", "input": D("0.435"), "output": D("0.87")},
        {
            "effective_from": "2026-08-16T16:00Z",
            "input": D("0.66"),
            "cache_read": D("0.022"),
            "output": D("1.98"),
            "peak": {
                "hours_utc": ["01:00-04:00", "06:00-10:00"],
                "weekdays": ["mon", "tue", "wed", "thu", "fri"],
                "except": "china-holidays",
                "input": D("1.32"),
                "cache_read": D("0.044"),
                "output": D("3.96"),
            },
        },
    ]
}
PEAK = V4_PRO["prices"][1]
HOLIDAYS = {"china-holidays": {2026: ["2026-10-01"], 2027: ["2027-01-01"]}}
BERLIN = {"timezone": "Europe/Berlin", "from": 9, "to": 18}

SONNET = {
    "effective_from": "2026-10-07",
    "input": 2,
    "cache_write": D("2.5"),
    "cache_write_1h": 4,
    "cache_read": D("0.1"),
    "output": 10,
    "variants": {
        "batch": {"factor": D("0.5")},
        "fast": {"input": 4, "output": 25, "until": "2026-11-16"},
    },
}

# A dollar a Mtok of input and nothing else: tokens can be read as dollars.
ACME = {
    "vendor": "acme",
    "models": {"one": {"prices": [{"effective_from": "2025-01-01", "input": 1, "output": 10}]}},
}
GITHUB: dict[str, Any] = {
    "vendor": "github",
    "plans": {
        "business": {
            "periods": [
                {
                    "effective_from": "2025-06-01",
                    "seat_month": 19,
                    "includes": {"usd": 19, "pooled": True},
                    "overage": {"factor": 1},
                }
            ]
        }
    },
}


def one_month(**more: Any) -> dict[str, Any]:
    """100 people, a month, $50 each of metered input, unless `more` says otherwise."""
    return {
        "start": "2026-01",
        "usage_spread": 1,
        "months": 1,
        "developers": 100,
        "reference": "metered",
        "usage": {"input": "50M"},
        "options": {
            "metered": {"model": "one"},
            "copilot": {
                "model": "one",
                "plan": "business",
                "token_multiplier": 1,
                "quality": 1,
            },
        },
        **more,
    }


def option(name: str, workload: dict[str, Any]) -> dict[str, Any]:
    """Look up one option of a comparison on the two files above."""
    result = oracle.compare(workload, [ACME], [GITHUB])[name]
    assert result is not None
    return result


# Numbers


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (D("3.5"), D("3.5")),
        ("35%", D("0.35")),
        ("2.4M", D(2_400_000)),
        ("$8_400", D(8400)),
        ([3, 4], D("3.5")),
        # (0.3 + 4×1.2 + 2.7) / 6 = 7.8 / 6
        ({"low": D("0.3"), "mode": D("1.2"), "high": D("2.7")}, D("1.3")),
        # p50 = p90 has no spread
        ({"p50": 7, "p90": 7}, D(7)),
    ],
)
def test_a_number_has_the_mean_of_its_form(written: object, expected: Decimal) -> None:
    """Each form of an uncertain number has the mean that §2 states."""
    assert oracle.mean(written) == expected


def test_a_lognormal_has_the_mean_of_its_tail() -> None:
    """With p90 = p50·e^1.2815515655446004, σ is 1 and the mean is p50·e^½ = 1.6487·p50."""
    p90 = D(10) * oracle.Z90.exp()

    assert float(oracle.mean({"p50": 10, "p90": p90})) == pytest.approx(10 * math.exp(0.5))


def test_a_float_is_refused() -> None:
    """A float would bring its own rounding into the exact calculation."""
    with pytest.raises(TypeError, match="not exact"):
        oracle.dec(0.1)


def test_the_caller_keeps_its_decimal_context() -> None:
    """The 50 digits are the oracle's own and do not leak into the program under test."""
    before = getcontext().prec

    oracle.mean({"p50": 1, "p90": 3})

    assert getcontext().prec == before


def test_the_normal_integral_has_thirty_digits() -> None:
    """Φ(1) is the tabled 0.841344746068542948585232545632."""
    tabled = D("0.841344746068542948585232545632")

    assert abs(oracle.normal_cdf(1) - tabled) < D("1e-30")


@pytest.mark.parametrize("x", [D("4.5"), D(5), D(6)])
def test_series_and_continued_fraction_agree(x: Decimal) -> None:
    """Two unrelated ways to the far tail give the same 40 digits of it."""
    with localcontext() as context:
        context.prec = 90
        tail = oracle.tail_fraction(x, terms=2000)
        other = 1 - oracle.cdf_series(x)

        assert abs(tail / other - 1) < D("1e-40")


@pytest.mark.parametrize("x", ["-8", "-5", "-4.999", "-1", "0", "0.3", "4.999", "5", "8"])
def test_the_normal_integral_agrees_with_erfc(x: str) -> None:
    """Φ(x) = ½·erfc(−x/√2), to the digits of a float, on both sides of every seam."""
    expected = math.erfc(-float(x) / math.sqrt(2)) / 2

    assert float(oracle.normal_cdf(x)) == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize(
    ("month", "expected"),
    [
        ("2026-11", D("0.47")),  # constant before the first
        ("2027-01", D("0.47")),
        ("2027-02", D("0.63")),  # a third of the way: 0.47 + 0.48/3
        (2, D("0.79")),  # the same by count of months from the start
        ("2027-04", D("0.95")),
        ("2028-01", D("0.95")),  # constant after the last
    ],
)
def test_a_schedule_is_linear_between_stated_months(month: str | int, expected: Decimal) -> None:
    """Between two stated months a schedule runs straight by month, and is flat outside."""
    adoption = {"2027-01": "47%", "2027-04": "95%"}

    assert oracle.schedule(adoption, month, "2027-01") == expected


# Prices


def test_a_change_at_four_in_the_afternoon_counts_a_third_of_the_day() -> None:
    """August 2026 has 744 h: 15 d + 16 h = 376 h at 0.435, the last 368 h off-peak at 0.66."""
    price = oracle.month_price(V4_PRO, "input", "2026-08", off_peak_share=1)

    expected = (376 * D("0.435") + 368 * D("0.66")) / 744
    assert abs(price - expected) < CLOSE


def test_a_price_is_mixed_by_the_off_peak_share() -> None:
    """60 % off-peak: 0.6 × 1.98 + 0.4 × 3.96 = 1.188 + 1.584."""
    assert oracle.month_price(V4_PRO, "output", "2026-11", off_peak_share="60%") == D("2.772")


def test_nothing_stated_is_all_peak() -> None:
    """Neither share nor working hours: s = 0, the dear end."""
    assert oracle.month_price(V4_PRO, "output", "2026-11") == D("3.96")


def test_share_and_working_hours_together_are_a_fault() -> None:
    """One of the two has to go."""
    with pytest.raises(oracle.OracleError, match="both stated"):
        oracle.month_price(V4_PRO, "input", "2026-11", off_peak_share=1, working_hours=BERLIN)


def test_a_month_that_begins_unpriced_names_the_first_priced_one() -> None:
    """A model priced from 7 October has its first whole month in November."""
    with pytest.raises(oracle.OracleError, match="2026-11"):
        oracle.month_price({"prices": [HAIKU]}, "input", "2026-10")


def test_announced_prices_count_and_cancelled_ones_never_do() -> None:
    """The cancelled 9 of 15 January is skipped, the announced 4 of 16 January counts 16/31."""
    model = {
        "prices": [
            {"effective_from": "2027-01-01", "input": 2},
            {"effective_from": "2027-01-15", "input": 9, "status": "cancelled"},
            {"effective_from": "2027-01-16", "input": 4, "status": "announced"},
        ]
    }

    price = oracle.month_price(model, "input", "2027-01")

    assert abs(price - D(15 * 2 + 16 * 4) / 31) < CLOSE


@pytest.mark.parametrize(
    ("at", "is_peak"),
    [
        ("2026-11-15T02:00Z", False),  # a Sunday
        ("2026-11-16T02:00Z", True),  # a Monday
        ("2026-11-16T00:59Z", False),
        ("2026-11-16T01:00Z", True),  # the first minute is in
        ("2026-11-16T03:59:59Z", True),
        ("2026-11-16T04:00Z", False),  # the last is out
        ("2026-11-16T06:00Z", True),
        ("2026-11-16T10:00Z", False),
        ("2026-10-01T02:00Z", False),  # a Thursday, the national holiday
        ("2025-10-01T02:00Z", True),  # a Wednesday in a year without a list
    ],
)
def test_peak_hours_are_half_open_on_working_days(at: str, *, is_peak: bool) -> None:
    """Peak is Monday to Friday, from its first minute up to its last, bar the holidays."""
    assert oracle.is_peak(PEAK, at, HOLIDAYS) is is_peak


def test_one_request_pays_the_price_of_its_hour() -> None:
    """Monday 02:00 UTC is peak: a cache read costs 0.044, and a write, priced nowhere, 1.32."""
    monday = datetime(2026, 11, 16, 2, tzinfo=UTC)

    read = oracle.price_at(V4_PRO["prices"], monday, "cache_read", calendars=HOLIDAYS)
    write = oracle.price_at(V4_PRO["prices"], monday, "cache_write_1h", calendars=HOLIDAYS)

    assert (read, write) == (D("0.044"), D("1.32"))


@pytest.mark.parametrize(
    ("month", "calendars", "expected"),
    [
        # 9-18 in Berlin is 08-17 UTC in winter: 2 of 9 hours are peak
        ("2027-01", {}, D(7) / 9),
        # … and 07-16 UTC in summer: 3 of 9
        ("2027-07", {}, D(6) / 9),
        # 21 working days, of which New Year's Day, a Friday, has no peak
        ("2027-01", HOLIDAYS, 1 - D(20 * 2) / (21 * 9)),
    ],
)
def test_working_hours_give_the_off_peak_share(
    month: str, calendars: dict[str, Any], expected: Decimal
) -> None:
    """A team's own clock, summer time included, decides how much of its work is off-peak."""
    share = oracle.off_peak_share_of_working_hours(PEAK, month, BERLIN, calendars)

    assert abs(share - expected) < CLOSE


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/Los_Angeles", "Asia/Kolkata"])
def test_intervals_agree_with_counting_minutes(zone: str) -> None:
    """Every minute of March 2027, with the change to summer time, gives the same share."""
    hours = {"timezone": zone, "from": "08:30", "to": 19}
    start = datetime(2027, 3, 1, tzinfo=UTC)
    minutes = [start + timedelta(minutes=m) for m in range(31 * 1440)]
    local = [(at, at.astimezone(ZoneInfo(zone))) for at in minutes]
    worked = [
        at
        for at, here in local
        if here.weekday() < 5 and 510 <= here.hour * 60 + here.minute < 1140
    ]
    calm = [at for at in worked if not oracle.is_peak(PEAK, at)]

    share = oracle.off_peak_share_of_working_hours(PEAK, "2027-03", hours)

    assert abs(share - D(len(calm)) / len(worked)) < CLOSE


@pytest.mark.parametrize(
    ("token_class", "percent"),
    [
        # σ = ln(14/6)/1.28155 = 0.66115; (ln 0.6 + σ²)/σ = −0.1115, Φ = 0.456
        ("cache_read", D("45.6")),
        # ln 0.6 / σ = −0.7726, Φ = 0.220
        ("output", D("22.0")),
    ],
)
def test_long_prompts_hold_more_tokens_than_requests(token_class: str, percent: Decimal) -> None:
    """Above 100k lie 45.6 % of the prompt tokens but 22 % of the requests."""
    share = oracle.share_over(PROMPTS, 100_000, token_class)

    assert round(share * 100, 1) == percent


def test_long_context_makes_haiku_dearer_by_2_82() -> None:
    """The tier costs five times as much: 1 + 4 × 0.4556 = 2.82."""
    price = oracle.month_price({"prices": [HAIKU]}, "input", "2026-11", prompt_tokens=PROMPTS)

    assert round(price / D("0.1"), 2) == D("2.82")


@pytest.mark.parametrize(("prompt", "expected"), [(100_000, D("0.1")), (100_001, D("0.5"))])
def test_over_means_more_than(prompt: int, expected: Decimal) -> None:
    """A request of the threshold itself pays the base price, a token more the tier's."""
    assert oracle.price_at([HAIKU], "2026-11-12", "input", prompt=prompt) == expected


def test_several_tiers_share_by_differences() -> None:
    """A prompt of 300 is above 100 and 200 but not 300: only the second tier serves it."""
    tiers = [{"over": 100}, {"over": 200}, {"over": 300}]

    assert oracle.tier_shares(tiers, 300, "input") == [0, 0, 1, 0]


def test_fallbacks_are_sought_inside_the_tier_first() -> None:
    """A tier without cache prices bills writes as the tier's input, though the base has one."""
    period = {
        "effective_from": "2026-01-01",
        "input": 2,
        "cache_write": 3,
        "output": 8,
        "long_context": {"over": 10, "input": 4},
    }

    classes = ("cache_write_1h", "cache_read", "output")
    prices = [oracle.price_at([period], "2026-02-01", name, prompt=11) for name in classes]

    assert prices == [4, 4, 8]


@pytest.mark.parametrize(
    ("token_class", "batch", "fast"),
    [
        ("input", 1, 4),  # 2 × 0.5; stated
        ("cache_read", D("0.05"), D("0.2")),  # 0.1 × 0.5; 0.1 × 4/2
        ("cache_write_1h", 2, 8),  # 4 × 0.5; 4 × 4/2
        ("output", 5, 25),  # 10 × 0.5; stated
    ],
)
def test_a_variant_is_a_factor_or_prices(token_class: str, batch: Decimal, fast: Decimal) -> None:
    """A factor halves all; a class that priced variants omit moves as their input does."""
    prices = [
        oracle.price_at([SONNET], "2026-11-12", token_class, mode) for mode in ("batch", "fast")
    ]

    assert prices == [batch, fast]


def test_tiers_move_with_the_variant_class_by_class() -> None:
    """Fast output is 25/10 of base, so the tier's 20 becomes 50; its input 3 becomes 6."""
    period = {**SONNET, "long_context": {"over": 100, "input": 3, "output": 20}}

    prices = [
        oracle.price_at([period], "2026-11-12", name, "fast", prompt=101)
        for name in ("input", "output")
    ]

    assert prices == [6, 50]


def test_a_variant_can_be_free_of_the_tier() -> None:
    """`long_context: none` keeps long requests of a variant at its base price."""
    batch = {"factor": D("0.5"), "long_context": "none"}
    period = {**HAIKU, "variants": {"batch": batch}}

    assert oracle.price_at([period], "2026-11-12", "input", "batch", prompt=200_000) == D("0.05")


def test_a_variant_ends_on_its_until() -> None:
    """`until` is exclusive: at that midnight the variant is gone, which is an error."""
    with pytest.raises(oracle.OracleError, match="ended"):
        oracle.price_at([SONNET], "2026-11-16", "input", "fast")


def test_an_attempt_is_tokens_times_multiplier_times_price() -> None:
    """2M × 1.5 × ($4 × 1.1 × 0.9 × 1.05 + $0.25) per Mtok = 3 × (4.158 + 0.25) = 13.224."""
    cost = oracle.attempt_cost(
        {"input": "2M", "output": 0},
        {"input": 4},
        multiplier=[1, 2],
        variant="1.1",
        discount="10%",
        channel_fee="5%",
        token_fee="0.25",  # noqa: S106 - dollars per million tokens
    )

    assert cost == {"input": D("13.224")}


# Success, cascades


def test_two_correlated_failures_meet_more_often() -> None:
    """At ½ and ½ with φ = 0.64: 0.25 + 0.64 × √(1/16) = 0.41, where independence says 0.25."""
    assert oracle.both_fail("0.5", "0.5") == D("0.41")


@pytest.mark.parametrize(
    ("first", "second", "correlation", "expected"),
    [
        # 0.1×0.5 + 1×√(0.09×0.25) = 0.05 + 0.15, above what A can fail
        ("0.9", "0.5", 1, D("0.1")),
        # 0.25 − 1×0.25 = 0, the least that two halves can have in common
        ("0.5", "0.5", -1, D(0)),
        # 0.8×0.8 − 1×0.16 = 0.48, but two that fail 8 in 10 share at least 6
        ("0.2", "0.2", -1, D("0.6")),
    ],
)
def test_a_joint_failure_stays_within_its_bounds(
    first: str, second: str, correlation: int, expected: Decimal
) -> None:
    """The joint failure is clipped to what two probabilities allow."""
    assert oracle.both_fail(first, second, correlation) == expected


def test_a_cascade_rescues_what_is_seen_to_fail() -> None:
    """0.5 + 0.9 × (0.5 − 0.41) = 0.581."""
    assert oracle.cascade_success("0.5", "0.5", "0.9") == D("0.581")


@pytest.mark.parametrize(
    ("first_success", "expected"),
    [
        ("0.5", D("2.679")),  # 1 + 0.5 + 0.9 × 0.5 × 1.31 × 2
        ("0.1", D("3.3")),  # h is at most 1/0.9, so 1 + 0.5 + 0.9 × 1 × 2
    ],
)
def test_a_cascade_pays_for_the_second_try(first_success: str, expected: Decimal) -> None:
    """Failed tasks cost 1.31 times as much on B, but never more than all tasks would."""
    cost = oracle.cascade_cost(1, 2, first_success, "0.9", check="0.5")

    assert abs(cost - expected) < CLOSE


# Tasks


@pytest.mark.parametrize(
    ("task", "t", "expected"),
    [
        ({"per_developer_month": 14}, 0, 40 * D("0.5") * 14 * 2),
        ({"per_month": {"2027-01": 100, "2027-03": 200}}, 1, D(150)),
        ({"once": {"month": "2027-03", "tasks": 1200}}, 2, D(1200)),
        ({"once": {"month": "2027-03", "tasks": 1200}}, 1, D(0)),
    ],
)
def test_only_a_rate_per_developer_scales(task: dict[str, Any], t: int, expected: Decimal) -> None:
    """Headcount and intensity move work per developer, not counts stated for all."""
    count = oracle.tasks(task, t, "2027-01", developers=40, adoption="50%", intensity=2)

    assert count == expected


def test_growth_compounds_from_the_first_month() -> None:
    """6 % a month is 1.06² in the third."""
    assert oracle.intensity({"growth": "6% a month"}, 2, "2027-01") == D("1.1236")


# Seats, caps


@pytest.mark.parametrize(
    ("people", "least", "earlier", "expected"),
    [
        ("38", 0, 0, 38),
        ("38.0000000001", 0, 0, 38),  # rounding dust buys no seat
        ("38.1", 0, 0, 39),
        ("1.2", 5, 0, 5),
        ("30", 0, 38, 38),
    ],
)
def test_seats_are_whole_people(people: str, least: int, earlier: int, expected: int) -> None:
    """Seats are rounded up, at least the plan's least, and kept where billing is annual."""
    assert oracle.seats(people, min_seats=least, earlier=earlier) == expected


@pytest.mark.parametrize(
    ("usage", "allowance", "sigma", "expected"),
    [
        (50, 19, 0, 31.0),
        (10, 19, 0, 0.0),
        (50, 0, 1, 50.0),
        # M = A, σ = 1: d₁ = ½, 100 × (Φ(½) − Φ(−½)) = 100 × 0.38292492254802624
        (100, 100, 1, 38.292492254802624),
    ],
)
def test_heavy_users_pass_an_allowance_that_the_mean_does_not(
    usage: int, allowance: int, sigma: int, expected: float
) -> None:
    """Expected use beyond an allowance has the closed form of §7."""
    assert float(oracle.excess_per_person(usage, allowance, sigma)) == pytest.approx(expected)


def test_a_copilot_pool_is_its_seats_credits() -> None:
    """100 seats hold 190,000 credits, $1,900: of $5,000 used, $3,100 is paid beside $1,900."""
    copilot = option("copilot", one_month())

    assert copilot["spend_by_class"] == {
        "work": 0,
        "seats": 1900,
        "overage": 3100,
        "commitment": 0,
    }


def test_a_cap_acts_before_the_pool() -> None:
    """Capped at $30, $3,000 reaches the pool: $1,100 over it, and 40 of 100 tasks unmet."""
    workload = one_month()
    workload["options"]["copilot"]["cap"] = 30

    copilot = option("copilot", workload)

    assert (copilot["spend"], copilot["unmet_tasks"], copilot["completed"]) == (3000, 40, 60)


def test_a_commitment_is_paid_in_the_last_month_by_every_option() -> None:
    """Acme was promised $7,000: metered use leaves $2,000 to pay, Copilot all $7,000."""
    workload = one_month(contracts={"acme": {"commitment": 7000}})

    owed = [option(name, workload)["spend_by_class"]["commitment"] for name in workload["options"]]

    assert owed == [2000, 7000]


def test_a_discount_leaves_a_plan_alone() -> None:
    """10 % off at both billers takes $500 off metered use and nothing off the plan."""
    ten = {"discount": "10%"}
    workload = one_month(contracts={"acme": ten, "github": ten})

    assert [option(name, workload)["spend"] for name in workload["options"]] == [4500, 5000]


# Whole years


def uber() -> dict[str, Any]:
    """Uber in 2026: 5,000 engineers, $200 per active one and month, the reported ramp."""
    return {
        "start": "2026-01",
        "months": 12,
        "developers": 5000,
        "adoption": {"2026-01": "47%", "2026-02": "63%", "2026-03": "84%", "2026-04": "95%"},
        "budget": "2.34M",
        "current": "claude",
        "usage": {"input": "200M"},
        "options": {"claude": {"model": "one"}},
    }


def test_uber_runs_out_on_13_april() -> None:
    """470 + 630 + 840 = 1,940k by March; 400k more is 12.6 days of April's 950k/30 a day."""
    assert option("claude", uber())["exhaustion_date"] == date(2026, 4, 13)


def test_uber_spends_ten_and_a_half_million() -> None:
    """1.94M in the first quarter and nine months at 0.95M make 10.49M."""
    assert option("claude", uber())["spend"] == 10_490_000


def test_a_budget_met_to_the_cent_is_not_exhausted() -> None:
    """Spend of exactly the budget never exceeds it."""
    assert oracle.exhaustion_date([D(31), D(28)], "2026-01", 59) is None


def test_the_day_that_passes_the_budget_is_named() -> None:
    """A dollar a day passes 31.5 dollars on the 32nd day, 1 February."""
    assert oracle.exhaustion_date([D(31), D(28)], "2026-01", D("31.5")) == date(2026, 2, 1)


def test_quarters_release_the_budget_and_carry_over() -> None:
    """20, 25, 25, 30 % of 100 stand at 20, 45, 70 and 100 by quarter."""
    released = oracle.released_budget(100, ["20%", "25%", "25%", "30%"], 12)

    assert released[::3] == [20, 45, 70, 100]


def test_failures_cost_beyond_their_missing_value() -> None:
    """100 tasks, 0.8 × 0.5 = 40 done: 40×90 − (100×$1 + 100×6 review + 60×15 rework)."""
    bug = {
        "per_developer_month": 1,
        "tokens": {"input": "1M"},
        "success": "0.8",
        "value": 90,
        "review": 6,
        "rework": 15,
    }
    workload = one_month(tasks={"bug": bug})
    del workload["usage"]
    workload["options"]["half"] = {"model": "one", "token_multiplier": 1, "quality": "0.5"}

    half = option("half", workload)

    assert (half["total_cost"], half["net_value"], half["quality"]) == (1600, 2000, D("0.5"))


# Bills


def test_a_bill_is_reproduced_to_the_cent() -> None:
    """$8,400 for 38 of 40 people in October is 12 × $8,400 in a year without growth."""
    workload = {
        "developers": 40,
        "billed": [
            {"vendor": "acme", "month": "2026-10", "cost": "8_400", "active_developers": 38}
        ],
        "current": "today",
        "options": {"today": {"model": "one"}},
    }

    today = option("today", oracle.calibrate(workload, [ACME]))

    assert abs(today["spend"] - 100_800) < CLOSE


def test_default_shares_leave_the_rest_to_cache_reads() -> None:
    """3.9 + 1.3 + 0.5 = 5.7 %, so cache reads are 94.3 % and not the rounded 94.2 %."""
    assert oracle.token_shares()["cache_read"] == D("0.943")


def test_dollars_become_tokens_by_the_blended_price() -> None:
    """$221 at 0.943×1 + 0.039×1 + 0.013×10 + 0.005×1 = $1.117 a Mtok, 1.3 % of it output."""
    rates = {"input": 1, "cache_read": 1, "cache_write": 1, "output": 10}

    tokens = oracle.tokens_from_bill(221, rates)

    assert abs(tokens["output"] - D(221) / D("1.117") * 13_000) < CLOSE


def test_tasks_are_scaled_to_the_bill() -> None:
    """38 people × 2 tasks × $100 = $7,600 modelled, $8,400 − $800 seats billed: factor 1."""
    bill = {"cost": 8400, "seat_fees": 800}

    assert oracle.bill_factor(bill, 7600) == 1


def test_tasks_far_from_the_bill_are_a_fault() -> None:
    """A factor outside a tenth to ten means that one of the two is about something else."""
    with pytest.raises(oracle.OracleError, match="factor"):
        oracle.bill_factor({"cost": 8400}, 800)


@pytest.mark.parametrize("parts", ["spend_by_class", "spend_by_token_class"])
@pytest.mark.parametrize("name", ["metered", "copilot"])
def test_parts_add_up_to_the_spend(name: str, parts: str) -> None:
    """With a cap, a spread of users, seats and a shortfall, every split sums to the total."""
    workload = one_month(
        months=3,
        usage_spread={"p50": 7, "p90": 30},
        contracts={"acme": {"commitment": 99_000}},
    )
    workload["options"][name]["cap"] = 80

    row = option(name, workload)

    assert abs(sum(row[parts].values()) - row["spend"]) < CLOSE


@pytest.mark.parametrize(
    ("terms", "cap", "expected"),
    [
        # $5,000 by 100 people, $19 included. Per seat and uncapped: 50 − 19 = 31 each
        ({"includes": {"usd": 19}, "overage": {"factor": 1}}, None, (0, 3100)),
        # at 10 % off list
        ({"includes": {"usd": 19}, "overage": {"factor": D("0.9")}}, None, (0, 2790)),
        # capped at 30: 30 − 19 = 11 each, 20 of 50 unmet
        ({"includes": {"usd": 19}, "overage": {"factor": 1}}, D(30), (D("0.4"), 1100)),
        # no overage: 31 of 50 unmet, and nothing paid
        ({"includes": {"usd": 19}, "overage": "none"}, None, (D("0.62"), 0)),
        # no overage and a cap below the allowance: 40 of 50 unmet
        ({"includes": {"usd": 19}, "overage": "none"}, D(10), (D("0.8"), 0)),
        # 100 seats share 1,900 of 5,000
        ({"includes": {"usd": 19, "pooled": True}, "overage": "none"}, None, (D("0.62"), 0)),
        # a seat that covers no usage
        ({"includes": "none", "overage": {"factor": 1}}, None, (0, 5000)),
    ],
)
def test_a_plan_pays_or_refuses_what_its_allowance_lacks(
    terms: dict[str, Any], cap: Decimal | None, expected: tuple[Decimal, Decimal]
) -> None:
    """Beyond the allowance there is overage or unmet work, after the cap has acted."""
    bill = oracle.plan_overage(D(5000), D(100), 100, terms, cap=cap)

    assert bill == oracle.MonthBill(D(expected[0]), D(expected[1]))


def test_an_unpublished_allowance_is_not_known() -> None:
    """What the vendor does not publish gives no figure, rather than a nought."""
    terms = {"includes": "unpublished", "overage": {"factor": 1}}

    assert oracle.plan_overage(D(5000), D(100), 100, terms) is None


def test_a_shortfall_is_owed_at_the_end() -> None:
    """Two months of $5,000 against $12,000: $5,000, then $5,000 and the missing $2,000."""
    workload = one_month(months=2, contracts={"acme": {"commitment": 12_000}})

    assert option("metered", workload)["spend_by_month"] == [5000, 7000]


def test_annual_seats_outlast_the_people() -> None:
    """100 people in January, 50 in February: 100 seats are paid in both months."""
    workload = one_month(months=2, developers={"2026-01": 100, "2026-02": 50})
    workload["options"]["copilot"]["billing"] = "annual"
    yearly = {**GITHUB["plans"]["business"]["periods"][0], "seat_month_annual": 10}
    github = {"vendor": "github", "plans": {"business": {"periods": [yearly]}}}

    row = oracle.compare(workload, [ACME], [github])["copilot"]

    assert row is not None
    assert row["spend_by_class"]["seats"] == 2000


def test_dollars_of_the_price_files_become_the_currency_of_the_workload() -> None:
    """At 0.9 euros to the dollar $5,000 of tokens, or of seats and overage, are €4,500."""
    workload = one_month(currency={"code": "EUR", "per_usd": D("0.9")})

    assert [option(name, workload)["spend"] for name in workload["options"]] == [4500, 4500]


def test_a_channel_bills_with_its_fee_and_its_variant() -> None:
    """$5,000 × 1.1 for the region × 0.9 by the channel's contract × 1.05 fee = $5,197.50."""
    workload = one_month(contracts={"cloud": {"discount": "10%"}})
    workload["options"] = {"metered": {"model": "one", "channel": "cloud", "mode": "regional"}}
    terms = {
        "effective_from": "2025-01-01",
        "fee": "5%",
        "variants": {"regional": {"factor": D("1.1")}},
    }

    row = oracle.compare(workload, [ACME], channels={"cloud": {"periods": [terms]}})["metered"]

    assert row is not None
    assert (row["billed_by"], row["spend"]) == ("cloud", D("5197.5"))
