"""What months teach of a level: nothing of no months, more of more, the same as by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from advisor.answers.forecast.level import FITTED, LearntLevel, learn, spread_of, student

MONTHS = 12
PLAN = np.full((1, MONTHS), 1_000.0)
RATIO = st.floats(0.2, 5.0)


def learnt(*ratios: float, spread: float = 0.35) -> LearntLevel:
    """Learn from the first months of one biller; NaN is a month without a bill."""
    seen = np.full((1, MONTHS), np.nan)
    seen[0, : len(ratios)] = ratios
    return learn(seen, np.ones_like(seen), np.array([spread]))


def rest(level: LearntLevel, months: int) -> NDArray[np.float64]:
    """Return the plan after so many months."""
    left = PLAN.copy()
    left[0, :months] = 0.0
    return np.asarray(left * level.factor)


def test_with_nothing_paid_the_plan_is_expected() -> None:
    """The ratio of every month is 1 in the mean, whatever its spread."""
    assert learnt().factor == pytest.approx(np.ones((1, MONTHS)), rel=1e-12)


def test_one_month_is_learnt_from_as_by_hand() -> None:
    """One month, one series: a normal's mean and variance, by the two formulas of a textbook."""
    found = learnt(1.5)
    prior, noise = 0.35**2, FITTED.noise**2
    mean = -(prior + noise) / 2
    gain = prior / (prior + noise)

    assert found.middle[0, 0] == pytest.approx(mean + gain * (np.log(1.5) - mean))
    assert found.covariance[0, 0] == pytest.approx(prior + noise - gain * prior)
    assert found.scale == pytest.approx(
        (FITTED.freedom + (np.log(1.5) - mean) ** 2 / (prior + noise)) / (FITTED.freedom + 1)
    )


def test_three_months_above_the_plan_move_the_rest() -> None:
    """Of months 18 % over, the rest takes most of it; one month moves it less than three."""
    one, three = learnt(1.18), learnt(1.18, 1.18, 1.18)

    assert 1.0 < rest(one, 3).sum() / 9_000 < rest(three, 3).sum() / 9_000 < 1.24
    assert rest(three, 3).sum() / 9_000 == pytest.approx(1.18, abs=0.03)


def test_a_plan_that_is_sure_of_itself_moves_less() -> None:
    """A prior spread of 0.1 holds on to the plan more than one of 0.35."""
    assert rest(learnt(1.5, spread=0.1), 1).sum() < rest(learnt(1.5), 1).sum()


def test_billers_teach_each_other_a_little() -> None:
    """What one is over moves the other's months too, by less."""
    seen = np.full((2, MONTHS), np.nan)
    seen[0, :3] = 1.5
    factor = learn(seen, np.ones_like(seen), np.array([0.35, 0.35])).factor

    assert 1.0 < factor[1, 3] < factor[0, 3]


def test_a_strange_month_widens_the_range_and_does_not_lift_the_middle() -> None:
    """One month at a twentieth among six as planned: wider, and not above the plan."""
    plain, odd = learnt(*[1.0] * 6), learnt(1.0, 1.0, 0.05, 1.0, 1.0, 1.0)

    assert odd.scale > 2 * plain.scale
    assert rest(odd, 6).sum() < rest(plain, 6).sum() * 1.02


@given(ratios=st.lists(RATIO, max_size=11), missing=st.integers(0, 10))
def test_ranges_are_in_order_and_around_the_middle(ratios: list[float], missing: int) -> None:
    """P10 is below P50, and P50 below P90, for whatever was paid, a month without a bill too."""
    if missing < len(ratios):
        ratios[missing] = float("nan")
    level = learnt(*ratios)
    left = PLAN.copy()
    left[0, : len(ratios)] = 0.0
    low, middle, high = spread_of(left, level).at(np.array([-1.28, 0.0, 1.28]))

    assert 0 < low < middle < high


@given(ratios=st.lists(RATIO, min_size=1, max_size=11), factor=st.floats(0.01, 100))
def test_money_in_another_unit_is_the_same_forecast(ratios: list[float], factor: float) -> None:
    """A plan in cents ends at as many cents."""
    level = learnt(*ratios)

    one, other = spread_of(PLAN, level), spread_of(PLAN * factor, level)
    assert other.expected == pytest.approx(one.expected * factor)
    assert other.scale == pytest.approx(one.scale)


@given(spread=st.floats(0.1, 1), seen=st.integers(1, 11))
def test_a_part_of_a_month_teaches_less_than_a_whole_one(spread: float, seen: int) -> None:
    """Its noise is larger by the days that are missing."""
    ratios = np.full((1, MONTHS), np.nan)
    ratios[0, seen - 1] = 1.5
    part = np.ones_like(ratios)
    part[0, seen - 1] = 0.25
    whole = learn(ratios, np.ones_like(ratios), np.array([spread]))
    some = learn(ratios, part, np.array([spread]))

    assert some.factor[0, -1] < whole.factor[0, -1]


@pytest.mark.parametrize(
    ("freedom", "expected"), [(5, 1.476), (6, 1.440), (10, 1.372), (30, 1.310)]
)
def test_quantiles_of_students_t_are_those_of_the_tables(freedom: float, expected: float) -> None:
    """The upper tenth, as printed."""
    assert student(np.array([1.2815515655]), freedom)[0] == pytest.approx(expected, abs=2e-3)
