"""The mix that loses least over simulated years, against years drawn a second time.

A year's regret is what the best mix of that year would have been worth more. Without limits the
best mix of a year is the best strategy of each class, whole or in shares.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from drawn_mixes import (
    DRAWS,
    STRATEGIES,
    Floats,
    advised,
    best_shares,
    brought,
    columns,
    of_worst,
    question,
    whole_mixes,
    worths,
)
from mixes import choice, recommended, served, team, work
from questions import Plain


def best_of_each_year() -> Floats:
    """Return what the best mix of every year is worth: the best strategy of each class. (S,)."""
    return np.asarray(sum(
        np.max([brought(name, one).worth for one in all_], axis=0)
        for name, all_ in STRATEGIES.items()
    ))  # fmt: skip


def lost(answer: Plain) -> Floats:
    """Return what an answer's routes are worth less than the best of every year. (S,)."""
    return best_of_each_year() - worths(answer)


FORMS = pytest.mark.parametrize("form", ["mean", "tail"])
"""Least regret on average, and least in the worst tenth of the years."""


@cache
def robust(form: str, *, whole: bool) -> Plain:
    """Ask for the mix that loses least, on the years drawn here."""
    return advised(question(policy={"whole": whole}), robust=form, bad_years=0.1)


@FORMS
@pytest.mark.parametrize("whole", [True, False])
def test_the_regret_told_is_that_of_the_routes(form: str, whole: bool) -> None:
    """Best of each year less what the routes are worth in it: its mean, and of the worst tenth."""
    answer = robust(form, whole=whole)

    own = lost(answer)
    told = (answer["robust"]["regret"], answer["robust"]["regret_in_bad_years"])
    assert told == pytest.approx((own.mean(), of_worst(own, 0.9)))


@FORMS
@pytest.mark.parametrize("whole", [True, False])
def test_the_other_regret_told_is_that_of_the_mix_at_the_means(form: str, whole: bool) -> None:
    """Beside it stands the regret of the mix that is best in the expected year."""
    answer, plain = robust(form, whole=whole), advised(question(policy={"whole": whole}))

    own, told = lost(plain), answer["robust"]
    assert (told["expected_regret"], told["expected_regret_in_bad_years"]) == pytest.approx(
        (own.mean(), of_worst(own, 0.9))
    )


@pytest.mark.parametrize("whole", [True, False])
def test_no_mix_loses_less_on_average(whole: bool) -> None:
    """Least expected regret is greatest mean worth: in each class the strategy of the best mean."""
    best = sum(
        max(float(brought(name, one).worth.mean()) for one in all_)
        for name, all_ in STRATEGIES.items()
    )

    assert worths(robust("mean", whole=whole)).mean() == pytest.approx(best)


def test_no_shares_lose_less_in_the_worst_years() -> None:
    """With shares the mean regret of the worst tenth is the least that scipy finds."""
    table = np.array([brought(*one).worth for one in columns()]).T
    counts = np.full(DRAWS, 1 / round(0.1 * DRAWS))
    least = best_shares(np.zeros(len(columns())), counts, -table, -best_of_each_year(), None)

    told = robust("tail", whole=False)["robust"]["regret_in_bad_years"]
    assert told == pytest.approx(least, rel=1e-5)


def test_no_whole_mix_loses_less_in_the_worst_years() -> None:
    """Of all 27 the one with the least mean regret in the worst tenth is chosen."""
    best = best_of_each_year()
    least = min(
        of_worst(best - sum(brought(name, one).worth for name, one in mix.items()), 0.9)
        for mix in whole_mixes()
    )

    assert of_worst(lost(robust("tail", whole=True)), 0.9) == pytest.approx(least)


@FORMS
@pytest.mark.parametrize("blocks", [{}, {"budget": 380}, {"policy": {"max_vendor_share": 0.6}}])
def test_losing_least_costs_something_at_the_means(form: str, blocks: Plain) -> None:
    """In the expected year nothing is worth more than the mix chosen for it."""
    asked = question(**{**blocks, "policy": {**blocks.get("policy", {}), "whole": False}})
    answer, plain = advised(asked, robust=form), advised(asked)

    costs = answer["robust"]["costs_at_the_means"]
    assert costs == pytest.approx(plain["objective"] - answer["objective"])
    assert costs >= -1e-9


@FORMS
@pytest.mark.parametrize("limit", [{"budget": 380}, {"policy": {"max_vendor_share": 0.6}}])
def test_the_mix_that_loses_least_keeps_the_limits(form: str, limit: Plain) -> None:
    """A budget and a share hold in the expected year."""
    answer = advised(question(**limit), robust=form)

    (held,) = answer["limits"]
    assert held["found"] <= held["value"] * (1 + 1e-9)


@FORMS
def test_where_nothing_is_uncertain_nothing_is_lost(form: str) -> None:
    """Exact numbers: the mix of the means, no regret, no cost."""
    options = {"today": choice("today"), "second": choice("second", 0.5, 0.9)}
    asked = team({"fix": work(1, success=0.8, value=5)}, options)
    answer, plain = (recommended(asked, draws=50, robust=one) for one in (form, None))

    assert served(answer) == served(plain)
    assert {key: told for key, told in answer["robust"].items() if isinstance(told, float)} == {
        "costs_at_the_means": 0,
        "regret": 0,
        "regret_in_bad_years": 0,
        "expected_regret": 0,
        "expected_regret_in_bad_years": 0,
        "bad_years": 0.1,
    }
