"""Ranges: how uncertain factors multiply, and what a sample says."""

from __future__ import annotations

import math

import pytest

from advisor.evidence.ranges import Range, product, sampled_mean, sampled_share, spanning
from advisor.model.uncertain import Uncertain


def test_no_success_in_sixteen_is_not_an_impossibility() -> None:
    """It counts as half a success in seventeen, and may well be one in ten."""
    found = sampled_share(0.0, 16)

    assert found is not None
    assert found.mode == pytest.approx(0.5 / 17)
    assert 0.05 < found.high < 0.15


def test_few_trials_make_a_wide_range() -> None:
    """8 of 16 is a range from about 0.35 to 0.65, 250 of 500 from 0.47 to 0.53 (Wilson, 80 %)."""
    few, many = sampled_share(0.5, 16), sampled_share(0.5, 500)

    assert few is not None
    assert many is not None
    assert (few.low, few.high) == pytest.approx((0.347, 0.653), abs=0.002)
    assert (many.low, many.high) == pytest.approx((0.471, 0.529), abs=0.002)


def test_independent_ranges_add_as_squares() -> None:
    """Twice ×2 is ×2 to the square root of two, not ×4."""
    double = Range(1.0, math.log(2), math.log(2))

    assert (double * double).high == pytest.approx(2 ** math.sqrt(2))


def test_a_ratio_of_ranges_is_widest_where_they_point_apart() -> None:
    """The high end of a quotient comes from the low end of its divisor."""
    divisor = Range(1.0, below=math.log(3), above=math.log(2))

    quotient = Range(1.0) / divisor

    assert (quotient.low, quotient.high) == pytest.approx((1 / 2, 3.0))


def test_a_span_covers_every_answer() -> None:
    """From the least low to the greatest high, most likely at the geometric mean."""
    span = spanning([Range(1.0, math.log(2), 0.0), Range(4.0, 0.0, math.log(2))])

    assert (span.low, span.mode, span.high) == pytest.approx((0.5, 2.0, 8.0))


def test_a_lognormal_reaches_as_far_below_as_above() -> None:
    """{p50: 2, p90: 8} is read as 0.5 to 8, most likely 2."""
    found = Range.of(Uncertain.lognormal(2, 8))

    assert (found.low, found.mode, found.high) == pytest.approx((0.5, 2.0, 8.0))


def test_a_limit_cuts_the_high_end() -> None:
    """A share is at most 1, and its low end stays where it was."""
    cut = Range(0.9, below=math.log(1.5), above=math.log(2)).at_most(1.0)

    assert (cut.low, cut.mode, cut.high) == pytest.approx((0.6, 0.9, 1.0))


def test_nothing_multiplied_is_exactly_one() -> None:
    """So that a record of the very thing is carried by no factor."""
    assert product([]).written() == Uncertain.constant(1.0)


def test_a_mean_of_a_hundred_tasks_is_ten_times_as_certain_as_one_task() -> None:
    """Its error falls with the root of the number of tasks."""
    one, hundred = (sampled_mean(5.0, trials, 1.0) for trials in (1, 100))

    assert one.width == pytest.approx(10 * hundred.width)
