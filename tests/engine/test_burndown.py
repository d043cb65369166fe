"""A budget against spending: the day it is gone, what quarters release, the chances by month."""

from __future__ import annotations

import math
from datetime import date, timedelta
from decimal import Decimal
from statistics import NormalDist
from typing import Any

import numpy as np
import oracle
import pytest
from hypothesis import given
from hypothesis import strategies as st
from questions import Plain, Question, maker

from advisor.answers.compare.answer import compare
from advisor.engine.burndown import days_it_lasts, exhaustion_date, over_budget, released
from advisor.errors import InputError
from advisor.units import Month, months_from

DRAWS = 40_000
START = Month(2027, 1)
NORMAL = NormalDist()
amounts = st.lists(st.integers(0, 400), min_size=1, max_size=14)


def gone_on(spend: list[float], budget: float) -> date | None:
    """Return the exhaustion date of months from January 2027."""
    limit = np.full(len(spend), float(budget))
    return exhaustion_date(np.array(spend, dtype=float), limit, months_from(START, len(spend)))


def dollar_a_day(**more: Any) -> Question:
    """Ask of a team that spends a dollar a day in 2027: $31, $28, $31 and so on."""
    tokens = {f"2027-{month:02d}": Month(2027, month).days for month in range(1, 13)}
    workload = {
        "start": "2027-01",
        "months": 12,
        "developers": 1,
        "level_spread": 0,
        "tasks": {"day": {"per_month": tokens, "tokens": {"input": 1_000_000}}},
        "options": {"only": {"model": "one"}},
    }
    return Question({**workload, **more}, [maker("acme", one={"input": 1, "output": 1})])


def only(question: Question, draws: int = 0) -> Plain:
    """Return the one option's row."""
    return question.rows(draws=draws)["only"]


def chance_above(share: float, sigma: float = 0.35) -> float:
    """Return the chance that a lognormal of mean 1 is above a share of it."""
    return 1 - NORMAL.cdf((math.log(share) + sigma**2 / 2) / sigma)


def four_errors(chance: float) -> float:
    """Return four standard errors of a share of the draws, and no less than four draws."""
    return 4 * max(math.sqrt(chance * (1 - chance) / DRAWS), 1 / DRAWS)


# The day


@pytest.mark.parametrize(
    ("budget", "day"),
    [
        (0, date(2027, 1, 1)),
        (10, date(2027, 1, 11)),  # ten days are paid for
        (Decimal("9.99"), date(2027, 1, 10)),
        (31, date(2027, 2, 1)),
        (Decimal("31.5"), date(2027, 2, 1)),
        (59, date(2027, 3, 1)),
        (364, date(2027, 12, 31)),
        (365, None),  # met to the cent
        (400, None),
    ],
)
def test_the_day_that_passes_the_budget_is_named(budget: Decimal, day: date | None) -> None:
    """At a dollar a day the budget is gone on the first day whose dollar it does not hold."""
    row = only(dollar_a_day(budget=budget))

    assert row["exhaustion_date"] == (day.isoformat() if day else None)


def test_a_year_met_to_the_cent_is_not_exhausted() -> None:
    """Spend of twelve thirds of a cent that floats add up to a hair too much is not over."""
    assert gone_on([0.1] * 12, 1.2) is None


@given(amounts, st.integers(0, 4000))
def test_the_day_is_the_oracles(spend: list[int], budget: int) -> None:
    """The day worked out by division is the one found by going through the days."""
    exact = oracle.exhaustion_date([Decimal(amount) for amount in spend], str(START), budget)

    assert gone_on([float(amount) for amount in spend], budget) == exact


@given(amounts, st.integers(0, 4000))
def test_days_that_a_budget_lasts_end_on_the_day_it_is_gone(spend: list[int], budget: int) -> None:
    """Over many draws at once the whole days paid for are those before the exhaustion date."""
    months = months_from(START, len(spend))

    lasts = float(days_it_lasts(np.array([spend], dtype=float), float(budget), months)[0])

    day = gone_on([float(amount) for amount in spend], budget)
    gone = None if math.isinf(lasts) else START.first_day + timedelta(days=int(lasts))
    assert gone == day


@pytest.mark.parametrize(
    ("spend", "budget", "days"),
    [
        ([62.0, 0.0, 62.0, 62.0, 31.0, 93.0], 223.2, 153),  # 217 to the end of May, 2 days of 3.10
        ([3.1, 31.0], 3.0, 30),  # ten cents a day
        ([216.0, 3.1, 93.0, 11.0, 0.31], 322.0, 117),  # 312.10, then 27 of 30 days of 11/30
    ],
)
def test_a_day_that_is_paid_for_to_the_cent_is_paid_for(
    spend: list[float], budget: float, days: float
) -> None:
    """Where the budget ends with a day, floats do not take that day away."""
    months = months_from(START, len(spend))

    assert days_it_lasts(np.array([spend]), budget, months)[0] == days


@given(amounts, st.integers(1, 4000))
def test_a_larger_budget_lasts_at_least_as_long(spend: list[int], budget: int) -> None:
    """A dollar more never brings the day forward."""
    months = [float(amount) for amount in spend]

    sooner, later = gone_on(months, budget), gone_on(months, budget + 1)

    assert later is None or (sooner is not None and sooner <= later)


# Quarters


def test_quarters_release_the_budget_and_carry_over() -> None:
    """Of $100, 20, 25, 25 and 30 % stand at 20, 45, 70 and 100 from quarter to quarter."""
    by_month = released(100, [0.2, 0.25, 0.25, 0.3], 12)

    assert by_month[::3].tolist() == pytest.approx([20, 45, 70, 100])


def test_quarters_are_runs_of_three_months() -> None:
    """Seven months are two quarters and the first month of a third."""
    by_month = released(100, [0.2, 0.3, 0.5], 7)

    assert by_month.tolist() == pytest.approx([20, 20, 20, 50, 50, 50, 100])


@given(st.lists(st.integers(1, 99), min_size=1, max_size=40))
def test_the_last_quarter_holds_the_whole_budget(parts: list[int]) -> None:
    """However shares round, what is released in the end is the budget to the last bit."""
    shares = [part / sum(parts) for part in parts]

    assert released(90_000.0, shares, 3 * len(parts))[-1] == 90_000.0


def test_without_quarters_the_budget_is_there_from_the_start() -> None:
    """A budget that is one number can be spent in January."""
    assert released(100, [], 3).tolist() == [100, 100, 100]


def test_quarters_that_do_not_fit_the_months_are_a_fault() -> None:
    """Twelve months have four quarters."""
    budget = {"total": 100, "quarters": [Decimal("0.5"), Decimal("0.5")]}

    with pytest.raises(InputError, match="4 quarters"):
        only(dollar_a_day(budget=budget))


# Chances


@pytest.mark.parametrize("budget", [292, 365, 511])
def test_the_chance_of_going_over_is_that_of_the_level(budget: int) -> None:
    """Spend is $365 × a lognormal of mean 1 and σ 0.35: P(over B) is its tail above B ÷ 365."""
    question = dollar_a_day(budget=budget, level_spread=None).but()

    row = only(question, draws=DRAWS)

    exact = chance_above(budget / 365)
    assert row["probability_over_budget"] == pytest.approx(exact, abs=four_errors(exact))


@pytest.mark.parametrize(
    ("budget", "key", "share"),
    [(300, "exhaustion_early", 0.1), (200, "exhaustion_early", 0.1), (200, "exhaustion_late", 0.9)],
)
def test_the_day_has_a_range(budget: int, key: str, share: float) -> None:
    """In one year of ten the level is above its P90, and $B last B ÷ that many whole days.

    Four standard errors of a lognormal's quantile, σ·√(q(1-q)/n) ÷ φ(z) of it, and a day.
    """
    case = dollar_a_day(budget=budget, level_spread=None).but().case()

    line = compare(case, file="team.yaml", draws=DRAWS, seed=1).options[0]

    z = NORMAL.inv_cdf(1 - share)
    days = budget / math.exp(0.35 * z - 0.35**2 / 2)
    error = 4 * days * 0.35 * math.sqrt(share * (1 - share) / DRAWS) / NORMAL.pdf(z)
    lasts = (getattr(line, key) - START.first_day).days
    assert lasts == pytest.approx(math.floor(days), abs=error + 1)


@pytest.mark.parametrize("month", range(12))
def test_the_chance_of_being_over_grows_by_month(month: int) -> None:
    """By the end of a month of d days so far, spend is over $200 if the level is over 200 ÷ d."""
    question = dollar_a_day(budget=200, level_spread=None).but()

    chances = only(question, draws=DRAWS)["over_by_month"]

    days = sum(Month(2027, number).days for number in range(1, month + 2))
    exact = chance_above(200 / days)
    assert chances[month] == pytest.approx(exact, abs=four_errors(exact))


@pytest.mark.parametrize(("month", "released_so_far"), [(0, 73), (2, 73), (3, 164), (11, 365)])
def test_quarters_are_what_a_month_is_held_against(month: int, released_so_far: int) -> None:
    """Of $365, 20, 25, 25 and 30 %: March is over if $90 × the level is more than $73."""
    shares = [Decimal("0.2"), Decimal("0.25"), Decimal("0.25"), Decimal("0.3")]
    question = dollar_a_day(budget={"total": 365, "quarters": shares}, level_spread=None).but()

    chances = only(question, draws=DRAWS)["over_by_month"]

    days = sum(Month(2027, number).days for number in range(1, month + 2))
    exact = chance_above((365 * 0.45 if month == 3 else released_so_far) / days)
    assert chances[month] == pytest.approx(exact, abs=four_errors(exact))


def test_the_expected_year_is_held_against_the_whole_budget() -> None:
    """The exhaustion date is of the whole $90, whatever a quarter releases: 1 April."""
    shares = [Decimal("0.1"), Decimal("0.2"), Decimal("0.3"), Decimal("0.4")]

    row = only(dollar_a_day(budget={"total": 90, "quarters": shares}))

    assert row["exhaustion_date"] == "2027-04-01"


@pytest.mark.parametrize(
    ("spent", "is_over"), [(100.0, False), (100.0 + 1e-11, False), (101, True)]
)
def test_rounding_is_not_overspending(spent: float, *, is_over: bool) -> None:
    """One part in 10^12 is forgiven: sums of floats are not to the last bit."""
    assert bool(over_budget(np.array(spent), np.array(100.0))) is is_over


@pytest.mark.parametrize(("budget", "used"), [(730, 0.5), (365, 1.0), (100, 3.65)])
def test_the_share_used_is_of_the_expected_spend(budget: int, used: float) -> None:
    """$365 of a budget."""
    assert only(dollar_a_day(budget=budget))["budget_used"] == pytest.approx(used)


@pytest.mark.parametrize("key", ["budget_used", "probability_over_budget", "exhaustion_date"])
def test_without_a_budget_nothing_is_used_up(key: str) -> None:
    """No budget in the file: null, not zero."""
    assert only(dollar_a_day(), draws=10)[key] is None
