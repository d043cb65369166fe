"""Prices worked by hand, most of them on the shipped tables, and what cannot be priced.

A case here fails when a pricing page was misread, which no law and no second calculation can see.
Each claim shows its working.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from questions import Plain, Question, answer_of, by_option, case_of, maker, price_book, seller

from advisor.engine.peak import is_peak
from advisor.engine.prices import Service, month_price, period_price, price_at
from advisor.errors import AdvisorError, PriceGapError
from advisor.load.price_book import read_price_book
from advisor.model.book import Offer
from advisor.model.workload import Spread, WorkingHours
from advisor.units import TOKEN_CLASSES, Month

BOOK = read_price_book()
USUAL = Spread(p50=60_000, p90=140_000)
BERLIN = WorkingHours.model_validate({"timezone": "Europe/Berlin", "from": 9, "to": 18})
NOON = datetime(2026, 11, 12, 12, tzinfo=UTC)


def offer(name: str) -> Offer:
    """Find a model that is in the shipped tables."""
    found = BOOK.find(name)
    assert found is not None
    return found


def prompt(tokens: int) -> Spread:
    """Make every request that long."""
    return Spread(p50=tokens, p90=tokens)


def named(prices: NDArray[np.float64]) -> dict[str, float]:
    """Give the prices of an array their classes."""
    return dict(zip(TOKEN_CLASSES, prices.tolist(), strict=True))


def shipped(model: str, prompt: Spread | None = None, month: str = "2026-12") -> dict[str, float]:
    """Return the month prices of a shipped model."""
    service = Service(offer(model), prompt=prompt)
    return named(month_price(service, Month.parse(month), BOOK.calendars))


def at_hour(model: str, moment: str) -> float:
    """Return what a million output tokens cost at one instant, peak or not."""
    at = datetime.fromisoformat(moment)
    service = Service(offer(model))
    period = service.offer.model.period_at(at)
    assert period is not None
    assert period.peak is not None
    off_peak = 0.0 if is_peak(period.peak, at, BOOK.calendars) else 1.0
    return named(period_price(service, period, off_peak, at))["output"]


def on_shelf(**period: Any) -> Offer:
    """Put one model with one price on sale."""
    return price_book([maker("acme", one={"input": 2, "output": 10, **period})]).offers[0]


def two_months(model: str, start: str) -> list[float]:
    """Return two months' spend of ten people on a shipped model."""
    workload: Plain = {
        "start": start,
        "months": 2,
        "developers": 10,
        "usage": {"input": 1_000_000, "cache_read": 9_000_000, "output": 200_000},
        "options": {"only": {"model": model}},
    }
    months: list[float] = by_option(answer_of(case_of(workload, BOOK)))["only"]["spend_by_month"]
    return months


# Hours


@pytest.mark.parametrize(
    ("moment", "output"),
    [
        ("2026-11-15T02:00:00+00:00", 1.98),  # Sunday
        ("2026-11-16T02:00:00+00:00", 3.96),  # Monday
        ("2026-11-16T00:59:59+00:00", 1.98),
        ("2026-11-16T01:00:00+00:00", 3.96),  # the first second is in
        ("2026-11-16T04:00:00+00:00", 1.98),  # the last is out
        ("2026-11-16T09:59:59+00:00", 3.96),
        ("2026-11-16T10:00:00+00:00", 1.98),
        ("2026-11-16T03:00:00+01:00", 3.96),  # 02:00 in UTC
        ("2026-10-01T02:00:00+00:00", 1.98),  # National Day, a Thursday
        ("2027-10-01T02:00:00+00:00", 3.96),  # a Friday: of 2027 no holidays are listed
    ],
)
def test_deepseek_is_dearer_at_its_busy_hours(moment: str, output: float) -> None:
    """V4 Pro costs 1.98, and twice that Mon-Fri 01-04 and 06-10 UTC but for Chinese holidays."""
    assert at_hour("deepseek-v4-pro", moment) == output


@pytest.mark.parametrize(
    ("peak_hours", "month", "output"),
    [
        (None, "2026-12", 3.96),  # nothing stated is the dear end
        (0.6, "2026-12", 0.6 * 1.98 + 0.4 * 3.96),
        (1.0, "2026-12", 1.98),
        (BERLIN, "2027-01", 1.98 * (7 + 2 * 2) / 9),  # 08-17 UTC in winter: 2 of 9 hours
        (BERLIN, "2027-07", 1.98 * (6 + 2 * 3) / 9),  # 07-16 in summer: 3 of 9
    ],
)
def test_working_time_decides_what_peak_hours_cost(
    peak_hours: float | WorkingHours | None, month: str, output: float
) -> None:
    """Off-peak use is the stated share, or what a team's own clock leaves outside the hours."""
    service = Service(offer("deepseek-v4-pro"), peak_hours=peak_hours)

    price = named(month_price(service, Month.parse(month), BOOK.calendars))["output"]

    assert price == pytest.approx(output, rel=1e-12)


def test_a_holiday_takes_a_day_of_peak_hours_away() -> None:
    """May 2026 has 21 working days, of which 1, 4 and 5 are holidays in China.

    9 to 18 in Berlin is 07-16 UTC in summer, 3 hours of it busy: 18 × 3 of 21 × 9.
    """
    service = Service(
        on_shelf(
            peak={
                "hours_utc": ["06:00-10:00"],
                "except": "china-holidays",
                "input": 3,
                "output": 20,
            }
        ),
        peak_hours=BERLIN,
    )

    price = named(month_price(service, Month(2026, 5), BOOK.calendars))["output"]

    assert price == pytest.approx(10 + 10 * (18 * 3) / (21 * 9), rel=1e-12)


def test_a_team_is_told_that_next_years_holidays_are_not_published() -> None:
    """With working hours the peak price hangs on holidays, which 2027 has none of yet."""
    workload: Plain = {
        "start": "2027-01",
        "developers": 10,
        "usage": {"input": 1_000_000},
        "working_hours": {"timezone": "Europe/Berlin", "from": 9, "to": 18},
        "options": {"only": {"model": "deepseek-v4-pro"}},
    }

    warnings = answer_of(case_of(workload, BOOK))["warnings"]

    assert any("holidays of 2027 are not published" in text for text in warnings)


def test_off_peak_time_is_counted_where_the_price_holds() -> None:
    """A price from Monday 29 March 2027 that is dear on Mondays: one of its three working days.

    March: 28 days at 6, then 3 at (1 × 9 + 2 × 3) / 3 = 5. Of the whole month it would be 5 in 23.
    """
    book = price_book(
        [
            {
                "vendor": "acme",
                "models": {
                    "one": {
                        "prices": [
                            {"effective_from": "2026-01-01", "input": 6, "output": 6},
                            {
                                "effective_from": "2027-03-29",
                                "input": 3,
                                "output": 3,
                                "peak": {
                                    "hours_utc": ["00:00-24:00"],
                                    "weekdays": ["mon"],
                                    "input": 9,
                                    "output": 9,
                                },
                            },
                        ]
                    }
                },
            }
        ]
    )
    hours = WorkingHours.model_validate({"timezone": "UTC", "from": 9, "to": 17})

    prices = month_price(Service(book.offers[0], peak_hours=hours), Month(2027, 3), {})

    assert named(prices)["input"] == pytest.approx((28 * 6 + 3 * 5) / 31, rel=1e-12)


def test_a_price_of_a_weekend_is_at_its_dear_end() -> None:
    """A price from Saturday 30 January 2027 meets no working time: its two days count as peak.

    29 days at 6 and 2 at 9, though the weekend's own price is 3.
    """
    weekend = {"hours_utc": ["00:00-24:00"], "weekdays": ["mon"], "input": 9, "output": 9}
    periods = [
        {"effective_from": "2026-01-01", "input": 6, "output": 6},
        {"effective_from": "2027-01-30", "input": 3, "output": 3, "peak": weekend},
    ]
    book = price_book([{"vendor": "acme", "models": {"one": {"prices": periods}}}])

    prices = month_price(Service(book.offers[0], peak_hours=BERLIN), Month(2027, 1), {})

    assert named(prices)["input"] == pytest.approx((29 * 6 + 2 * 9) / 31, rel=1e-12)


# Length of the prompt


@pytest.mark.parametrize("token_class", TOKEN_CLASSES)
def test_haiku_costs_five_times_as_much_past_100_000(token_class: str) -> None:
    """A prompt of 100,000 tokens pays 0.10 a million, one of 100,001 pays 0.50; in every class."""
    short = shipped("claude-haiku-5-5", prompt(100_000))
    long = shipped("claude-haiku-5-5", prompt(100_001))

    assert long[token_class] == pytest.approx(5 * short[token_class], rel=1e-12)


@pytest.mark.parametrize(
    ("token_class", "factor"),
    [("input", 2), ("cache_write", 2), ("cache_write_1h", 2), ("cache_read", 2), ("output", 1.5)],
)
def test_sol_costs_twice_for_a_long_prompt(token_class: str, factor: float) -> None:
    """Past 272,000 GPT-6.1 Sol costs 4 for 2 of the prompt, 15 for 10 of the output."""
    short = shipped("gpt-6.1-sol", prompt(272_000))
    long = shipped("gpt-6.1-sol", prompt(272_001))

    assert long[token_class] == pytest.approx(factor * short[token_class], rel=1e-12)


@pytest.mark.parametrize(
    ("token_class", "factor"),
    [
        # σ = ln(14/6)/1.28155 = 0.66115; Φ((ln 0.6 + σ²)/σ) = Φ(-0.1115) = 0.456; 1 + 4 × 0.4556
        ("input", 2.82),
        ("cache_read", 2.82),
        # Φ(ln 0.6 / σ) = Φ(-0.7726) = 0.220; 1 + 4 × 0.22
        ("output", 1.88),
    ],
)
def test_long_requests_hold_more_tokens_than_their_number(token_class: str, factor: float) -> None:
    """At 60k/140k, 22 % of requests are past 100k but 45.6 % of the prompt tokens: 2.82 times."""
    usual, base = shipped("claude-haiku-5-5", USUAL), shipped("claude-haiku-5-5")

    assert usual[token_class] / base[token_class] == pytest.approx(factor, abs=0.005)


def test_without_prompt_tokens_the_base_price_stands_and_a_warning_tells() -> None:
    """Nobody said how long prompts are: Haiku costs its base price, and the text says what else."""
    workload: Plain = {
        "start": "2027-01",
        "developers": 10,
        "usage": {"input": 1_000_000},
        "options": {"only": {"model": "claude-haiku-5-5"}},
    }

    answer = answer_of(case_of(workload, BOOK))

    assert by_option(answer)["only"]["spend"]["expected"] == pytest.approx(10 * 12 * 0.1)
    assert any("prompt" in text for text in answer["warnings"])


def test_several_tiers_share_by_differences() -> None:
    """A prompt of 300 is past 100 and 200 but not 300: the second tier's 5 alone."""
    tiers = [{"over": 100 * n, "input": 3 + n, "output": 20} for n in (1, 2, 3)]
    service = Service(on_shelf(long_context=tiers), prompt=prompt(300))

    assert named(month_price(service, Month(2027, 1), {}))["input"] == 5


@pytest.mark.parametrize(
    ("token_class", "price"),
    [
        ("cache_write", 4),  # the tier's input, though the base has a price
        ("cache_write_1h", 4),
        ("cache_read", 4),
        ("output", 8),
    ],
)
def test_fallbacks_are_sought_inside_the_tier_first(token_class: str, price: float) -> None:
    """A tier without cache prices bills cached tokens as the tier's input."""
    period = {"cache_write": 3, "long_context": {"over": 10, "input": 4, "output": 8}}
    service = Service(on_shelf(**period), prompt=prompt(11))

    assert named(month_price(service, Month(2027, 1), {}))[token_class] == price


def test_a_long_request_pays_its_tier_at_every_hour() -> None:
    """The whole request pays the tier: at peak, too, where a short one pays 3 for 2."""
    service = Service(
        on_shelf(
            long_context={"over": 10, "input": 4, "output": 20},
            peak={"hours_utc": ["00:00-24:00"], "input": 3, "output": 15},
        ),
        prompt=prompt(11),
        peak_hours=0.5,
    )

    assert named(month_price(service, Month(2027, 1), {}))["input"] == 4


# Variants


@pytest.mark.parametrize(
    ("mode", "token_class", "price"),
    [
        ("batch", "input", 1),  # 2 × 0.5
        ("batch", "cache_write_1h", 2),  # written as cache_write, 4, halved
        ("fast", "input", 4),  # its own
        ("fast", "output", 25),  # its own
        ("fast", "cache_read", 0.2),  # 0.1 moves as input: × 4/2
        ("fast", "cache_write_1h", 8),  # no price in either: as its cache_write, 4 × 4/2
    ],
)
def test_a_variant_is_a_factor_or_prices(mode: str, token_class: str, price: float) -> None:
    """A factor moves all classes; a class that prices leave out moves as their input."""
    variants = {"batch": {"factor": Decimal("0.5")}, "fast": {"input": 4, "output": 25}}
    base = {"cache_write": 4, "cache_read": Decimal("0.1"), "variants": variants}
    service = Service(on_shelf(**base), mode=mode)

    prices = named(month_price(service, Month(2027, 1), {}))

    assert prices[token_class] == pytest.approx(price, rel=1e-12)


@pytest.mark.parametrize(("token_class", "price"), [("input", 6), ("output", 50)])
def test_a_tier_moves_with_the_variant_class_by_class(token_class: str, price: float) -> None:
    """Fast output is 25/10 of base, so the tier's 20 becomes 50; its input 3 becomes 6."""
    period = {
        "long_context": {"over": 100, "input": 3, "output": 20},
        "variants": {"fast": {"input": 4, "output": 25}},
    }
    service = Service(on_shelf(**period), mode="fast", prompt=prompt(101))

    prices = named(month_price(service, Month(2027, 1), {}))

    assert prices[token_class] == pytest.approx(price, rel=1e-12)


def test_a_variant_can_be_free_of_the_tier() -> None:
    """`long_context: none` keeps a long request at the variant's own price: 2 × 0.5."""
    variants = {"batch": {"factor": Decimal("0.5"), "long_context": "none"}}
    period = {"long_context": {"over": 100, "input": 3, "output": 20}, "variants": variants}
    service = Service(on_shelf(**period), mode="batch", prompt=prompt(101))

    assert named(month_price(service, Month(2027, 1), {}))["input"] == 1


def test_a_batch_of_gemini_pays_cache_reads_in_full() -> None:
    """Gemini 2.5 Pro halves a batch's 1.25 and 10 but not its 0.125 for cache reads."""
    service = Service(offer("gemini-2.5-pro"), mode="batch")

    prices = named(month_price(service, Month(2026, 6), BOOK.calendars))

    assert [prices[name] for name in ("input", "cache_read", "output")] == [0.625, 0.125, 5]


def test_a_variant_that_a_model_lacks_is_an_error() -> None:
    """There is no ultrafast Haiku, and no price is made up for one."""
    service = Service(offer("claude-haiku-5-5"), mode="ultrafast")

    with pytest.raises(AdvisorError, match="no variant 'ultrafast'"):
        month_price(service, Month(2026, 12), BOOK.calendars)


def test_a_month_that_a_variant_sees_to_its_end_is_priced() -> None:
    """`until: 2027-02-01` is exclusive: January, which ends then, still pays 2 × 2."""
    variants = {"fast": {"factor": 2, "until": "2027-02-01"}}
    service = Service(on_shelf(variants=variants), mode="fast")

    assert named(month_price(service, Month(2027, 1), {}))["input"] == 4


def test_a_month_that_reaches_past_a_variant_is_not_priced() -> None:
    """A variant that ends on 31 January leaves a day of the month without a price."""
    variants = {"fast": {"factor": 2, "until": "2027-01-31"}}
    service = Service(on_shelf(variants=variants), mode="fast")

    with pytest.raises(PriceGapError, match="ends on 2027-01-31"):
        month_price(service, Month(2027, 1), {})


# Dates


def test_a_plan_over_2027_pays_geminis_doubled_price() -> None:
    """Gemini 3.8 Flash costs 0.75 and 3.75 in December 2026, 1.50 and 7.50 from January on."""
    december, january = two_months("gemini-3.8-flash", "2026-12")

    assert january == pytest.approx(2 * december, rel=1e-12)


def test_argon_doubles_in_december_2026() -> None:
    """Gemini 4 Argon is introduced at 2, 0.1 and 10; from 2026-12-01 it is 4, 0.2 and 20."""
    november, december = two_months("gemini-4-argon", "2026-11")

    assert december == pytest.approx(2 * november, rel=1e-12)


def test_a_change_at_four_in_the_afternoon_counts_a_third_of_the_day() -> None:
    """August 2026: 15 days and 16 h are 376 h of V4 Pro at 0.435, then 368 h at 0.66 off-peak."""
    service = Service(offer("deepseek-v4-pro"), peak_hours=1.0)

    price = named(month_price(service, Month(2026, 8), BOOK.calendars))["input"]

    assert price == pytest.approx((376 * 0.435 + 368 * 0.66) / 744, rel=1e-12)


def test_a_second_counts() -> None:
    """A price that doubles one second before the month ends is dearer by one second's share."""
    last = datetime(2027, 1, 31, 23, 59, 59, tzinfo=UTC)
    periods = [
        {"effective_from": "2026-01-01", "input": 2, "output": 2},
        {"effective_from": last.isoformat(), "input": 4, "output": 4},
    ]
    book = price_book([{"vendor": "acme", "models": {"one": {"prices": periods}}}])

    price = named(month_price(Service(book.offers[0]), Month(2027, 1), {}))["input"]

    assert price - 2 == pytest.approx(2 / (31 * 86_400), rel=1e-9)


def test_announced_prices_count_and_cancelled_ones_never_do() -> None:
    """The cancelled 9 of 9 January is skipped, the announced 4 of 16 January counts 16/31."""
    periods = [
        {"effective_from": "2026-01-01", "input": 2, "output": 2},
        {"effective_from": "2027-01-09", "status": "cancelled", "input": 9, "output": 9},
        {"effective_from": "2027-01-16", "status": "announced", "input": 4, "output": 4},
    ]
    book = price_book([{"vendor": "acme", "models": {"one": {"prices": periods}}}])

    price = named(month_price(Service(book.offers[0]), Month(2027, 1), {}))["input"]

    assert price == pytest.approx((15 * 2 + 16 * 4) / 31, rel=1e-12)


def test_sonnet_5_never_rose() -> None:
    """Its rise to 3 and 15 on 2026-09-01 was announced and cancelled: it is still at 2."""
    assert shipped("claude-sonnet-5")["input"] == 2


def test_a_month_that_begins_unpriced_names_the_first_priced_one() -> None:
    """Haiku 5.5 is priced from 7 October 2026: a plan from October is told to begin in November."""
    with pytest.raises(PriceGapError, match="2026-11"):
        shipped("claude-haiku-5-5", month="2026-10")


def test_a_retired_model_keeps_its_last_price() -> None:
    """GPT-5 retires on 2026-12-11; later months take 1.25, and a warning names its successor."""
    workload: Plain = {
        "start": "2027-01",
        "developers": 10,
        "usage": {"input": 1_000_000},
        "options": {"only": {"model": "gpt-5"}},
    }

    answer = answer_of(case_of(workload, BOOK))

    assert by_option(answer)["only"]["spend"]["expected"] == pytest.approx(10 * 12 * 1.25)
    assert any("gpt-6.1-sol" in text for text in answer["warnings"])


def test_prices_as_of_a_day_leave_out_what_nobody_had_looked_at() -> None:
    """On 2026-10-31 no page of Sonnet 5.5 had been read but that of 2026-10-25: reads cost 0.20."""
    then = BOOK.known_on(date(2026, 10, 31)).find("claude-sonnet-5-5")
    assert then is not None

    price = named(price_at(Service(then), NOON + timedelta(days=30), {}))["cache_read"]

    assert price == 0.2


# From list price to bill


@pytest.mark.parametrize(
    ("option", "contract", "cost"),
    [
        ({}, {}, 200),  # 100M tokens at $2
        ({}, {"discount": Decimal("0.1")}, 180),
        ({"channel": "cloud"}, {}, 210),  # 5 % on top
        ({"channel": "cloud", "mode": "regional"}, {}, 231),  # × 1.1 × 1.05
        # the maker's contract is not the channel's
        ({"channel": "cloud"}, {"discount": Decimal("0.1")}, 210),
    ],
)
def test_a_bill_is_the_list_less_discount_plus_fee(
    option: Plain, contract: Plain, cost: float
) -> None:
    """100M tokens × $2 × variant × (1 - discount of whoever bills) × (1 + fee)."""
    question = Question(
        {
            "start": "2027-01",
            "months": 1,
            "developers": 1,
            "usage": {"input": 100_000_000},
            "contracts": {"acme": contract},
            "options": {"only": {"model": "one", **option}},
        },
        [maker("acme", one={"input": 2, "output": 10})],
        channels={
            "cloud": {
                "periods": [
                    {
                        "effective_from": "2025-01-01",
                        "fee": Decimal("0.05"),
                        "variants": {"regional": {"factor": Decimal("1.1")}},
                    }
                ]
            }
        },
    )

    assert question.rows()["only"]["spend"]["expected"] == pytest.approx(cost, rel=1e-12)


def test_a_token_fee_comes_on_top_of_the_plans_price() -> None:
    """100M tokens × ($3, the plan's own price, + $0.25) = $325; the model's list says $2."""
    seat = {
        "seat_month": 0,
        "includes": "none",
        "token_fee": Decimal("0.25"),
        "prices": {"one": {"input": 3}},
    }
    question = Question(
        {
            "start": "2027-01",
            "months": 1,
            "developers": 1,
            "usage": {"input": 100_000_000},
            "options": {"only": {"model": "one", "plan": "seat"}},
        },
        [maker("acme", one={"input": 2, "output": 10}), seller("lumen", seat=seat)],
    )

    assert question.rows()["only"]["spend"]["expected"] == pytest.approx(325, rel=1e-12)


def test_a_plans_own_prices_keep_the_models_tiers() -> None:
    """The seat sells input at 1 for 2; past 100k a request pays the model's tier of 6."""
    model = {"input": 2, "output": 10, "long_context": {"over": 100_000, "input": 6, "output": 30}}
    seat = {"seat_month": 0, "includes": "none", "prices": {"one": {"input": 1}}}
    question = Question(
        {
            "start": "2027-01",
            "months": 1,
            "developers": 1,
            "usage": {"input": 100_000_000},
            "options": {
                "short": {"model": "one", "plan": "seat", "prompt_tokens": 100_000},
                "long": {
                    "model": "one",
                    "plan": "seat",
                    "prompt_tokens": 100_001,
                    "token_multiplier": 1,
                    "quality": 1,
                },
            },
        },
        [maker("acme", one=model), seller("lumen", seat=seat)],
    )

    spend = {name: row["spend"]["expected"] for name, row in question.rows().items()}

    assert spend == pytest.approx({"short": 100, "long": 600}, rel=1e-12)
