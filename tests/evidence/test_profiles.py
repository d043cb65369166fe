"""Records and what carries them to another tool, another effort, another price."""

from __future__ import annotations

import pytest
from small_books import (
    EFFORTS,
    FACTOR,
    FLAT,
    NARROW,
    TWO,
    book,
    multiplier,
    prices,
    quality_of,
    subject,
)

from advisor.evidence.extrapolation import equivalent_tokens
from advisor.evidence.lookup import token_multiplier
from advisor.model.uncertain import Uncertain


def test_two_records_of_one_benchmark_give_the_ratio_of_their_costs() -> None:
    """Level 1: $2 over $1 at equal prices is twice the tokens, and nothing is added to it."""
    found = multiplier(book(TWO), subject("new"))

    assert (found.value, found.level) == (Uncertain.constant(2.0), 1)


def test_quality_is_the_ratio_of_success() -> None:
    """0.6 over 0.8 is a quality of 0.75."""
    known = book([{"model": "new", "success": 0.6}, {"model": "rival", "success": 0.8}])

    found = quality_of(known, subject("new"))

    assert found.value.mode == pytest.approx(0.75)


def test_a_record_is_valued_at_its_own_prices() -> None:
    """The same dollars at half the price bought twice the tokens."""
    half = {"input": 0.5, "output": 0.5}
    known = book([{"model": "new", "cost": 1, "at": half}, {"model": "rival", "cost": 1}])

    assert multiplier(known, subject("new")).value.mode == pytest.approx(2.0)


def test_a_record_without_its_own_prices_is_valued_off_peak() -> None:
    """The base price counts even where an hour of the day is dearer."""
    known = book([{"model": "new", "cost": 1}])
    peak = {"hours_utc": ["00:00-24:00"], "input": 2, "output": 2}

    tokens = equivalent_tokens(known.records[0], prices(new={**FLAT, "peak": peak}))

    assert tokens == pytest.approx(1_000_000)


def test_tokens_by_class_serve_where_no_dollars_are_known() -> None:
    """300,000 read from cache at a tenth of the price and 70,000 written out cost ten cents."""
    tokens = {"cache_read": 300_000, "output": 70_000}
    own = {"input": 1, "cache_read": 0.1, "output": 1}
    known = book([{"model": "new", "tokens": tokens, "at": own}])

    blended = 0.005 + 0.039 + 0.943 * 0.1 + 0.013
    assert equivalent_tokens(known.records[0], prices()) == pytest.approx(0.1 / blended * 1e6)


def test_a_record_before_the_first_price_is_not_used() -> None:
    """Dollars of a day without a known price say nothing of tokens."""
    known = book([{"model": "new", "cost": 2, "prices_on": "2025-01-01"}, TWO[1]])

    assert token_multiplier(known, prices(), subject("new"), subject("rival")) is None


def test_another_tool_is_reached_by_its_factor() -> None:
    """Level 2: the ratio in one tool, times what the option's tool does to the same model."""
    pairs = [{"harness": "desk", "over": "shell", **FACTOR}]
    known = book(TWO, harness_factors={"pairs": pairs})

    found = multiplier(known, subject("new", harness="desk"))

    assert (found.value, found.level) == (Uncertain.pert(2.0, 4.0, 8.0), 2)


def test_a_pair_of_tools_also_holds_the_other_way_round() -> None:
    """Twice the tokens in one tool are half of them in the other."""
    pairs = [{"harness": "shell", "over": "desk", **FACTOR}]
    known = book(TWO, harness_factors={"pairs": pairs})

    found = multiplier(known, subject("new", harness="desk"))

    assert found.value == Uncertain.pert(0.5, 1.0, 2.0)


def test_a_tool_that_nobody_compared_gets_the_wide_range() -> None:
    """The default factor stands for every pair that is not listed."""
    known = book(TWO, harness_factors={"default": FACTOR})

    assert multiplier(known, subject("new", harness="desk")).value.mode == pytest.approx(4.0)


def test_a_ratio_keeps_its_value_in_a_tool_that_both_use() -> None:
    """Two models in one tool are carried to another one by `transfer` alone, which is a range."""
    known = book(TWO, harness_factors={"default": FACTOR, "transfer": NARROW})
    option, reference = (subject(model, harness="desk") for model in ("new", "rival"))

    value = multiplier(known, option, reference).value

    assert (value.low, value.mode, value.high) == pytest.approx((1.8, 2.0, 2.2))


def test_without_a_factor_another_tool_is_not_known() -> None:
    """There is no silent 1 for a tool."""
    option = subject("new", harness="desk")

    assert token_multiplier(book(TWO), prices(), option, subject("rival")) is None


def test_another_effort_is_reached_by_the_model_s_own_factor() -> None:
    """Level 3: its own table comes before the one for any model."""
    rows = [{"model": "new", "cost": 2, "effort": "medium"}, TWO[1]]

    found = multiplier(book(rows, effort_factors=EFFORTS), subject("new", effort="high"))

    assert (round(found.value.mode, 9), found.level) == (3.0, 3)


def test_a_model_without_a_table_takes_the_general_effort_factor() -> None:
    """From medium to high is three times the tokens for any model."""
    rows = [TWO[0], {"model": "rival", "cost": 1, "effort": "high"}]
    known = book(rows, effort_factors=EFFORTS)

    found = multiplier(known, subject("new"), subject("rival", effort="medium"))

    assert found.value.mode == pytest.approx(6.0)


def test_an_effort_that_is_not_said_is_the_vendor_s_default() -> None:
    """An option without an effort and a record at the default effort match."""
    rows = [{"model": "new", "cost": 2, "effort": "medium"}, TWO[1]]
    known = book(rows, default_efforts={"ne*": "high", "new": "medium"}, effort_factors=EFFORTS)

    assert multiplier(known, subject("new")).level == 1


def test_an_effort_that_no_table_has_is_not_known() -> None:
    """There is no silent 1 for an effort."""
    rows = [{"model": "new", "cost": 2, "effort": "medium"}, TWO[1]]
    option = subject("new", effort="minimal")

    known = book(rows, effort_factors=EFFORTS)
    assert token_multiplier(known, prices(), option, subject("rival")) is None


def test_an_effort_may_be_written_out_as_the_default() -> None:
    """`default` is the effort that the vendor sets."""
    rows = [{"model": "new", "cost": 2, "effort": "medium"}, TWO[1]]
    known = book(rows, default_efforts={"new": "medium"})

    assert multiplier(known, subject("new", effort="default")).level == 1


def test_totals_of_tokens_alone_say_nothing_of_cost() -> None:
    """How much of a prompt was cached decides what it costs, so `prompt` only informs."""
    known = book([{"model": "new", "tokens": {"prompt": 1_000_000, "output": 10_000}}])

    assert equivalent_tokens(known.records[0], prices()) is None


def test_records_of_two_tools_are_each_carried_to_the_tool_that_is_asked_about() -> None:
    """The option's tool doubles its tokens, the reference's own doubles those of the reference."""
    rows = [TWO[0], {**TWO[1], "harness": "desk"}]
    pairs = [
        {"harness": "cli", "over": "shell", **FACTOR},
        {"harness": "gui", "over": "desk", **FACTOR},
    ]
    known = book(rows, harness_factors={"pairs": pairs})

    found = multiplier(known, subject("new", harness="cli"), subject("rival", harness="gui"))

    assert found.value.mode == pytest.approx(2.0)


def test_a_measured_tool_comes_before_a_factor() -> None:
    """The record in the tool that is meant counts, even if it is of four tasks only."""
    rows = [{"model": "new", "cost": 9, "harness": "desk"}, {**TWO[0], "trials": 4}, TWO[1]]
    widening = {"cost_variation": 1}
    known = book(rows, harness_factors={"default": NARROW}, widening=widening)

    assert multiplier(known, subject("new")).value.mode == 2.0


def test_two_tools_and_two_efforts_of_one_model_are_two_factors() -> None:
    """Twice for the tool and half as much again for the effort are three times; both are said."""
    known = book(TWO, harness_factors={"default": FACTOR}, effort_factors=EFFORTS)
    option = subject("new", effort="high", harness="desk")

    found = multiplier(known, option, subject("new", effort="medium"))

    assert found.origin == "other effort: the same model; tool by factor; effort by factor"
    assert found.value.mode == pytest.approx(3.0)
