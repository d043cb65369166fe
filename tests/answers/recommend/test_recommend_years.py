"""Budgets that hold in the worst years, against years drawn a second time.

A budget at a confidence holds the mean of the dearest years that the confidence leaves out. What
routes spend in those years is worked out in `drawn_mixes`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from drawn_mixes import (
    COUNT,
    DRAWS,
    Floats,
    Strategy,
    advised,
    best_shares,
    brought,
    columns,
    of_worst,
    question,
    spends,
    whole_mixes,
)
from mixes import seller
from questions import Question


def cautious(total: float, confidence: float, **policy: Any) -> Question:
    """Put the question with a budget that holds at a confidence."""
    return question(budget={"total": total, "confidence": confidence}, policy=policy)


SUMS = pytest.mark.parametrize(
    ("total", "confidence"), [(600, 0.9), (700, 0.9), (450, 0.5), (850, 0.98)]
)


@SUMS
@pytest.mark.parametrize("whole", [True, False])
def test_the_mean_of_the_worst_years_keeps_to_the_budget(
    total: float, confidence: float, whole: bool
) -> None:
    """What the routes spend in the years left out by the confidence is on average the budget."""
    answer = advised(cautious(total, confidence, whole=whole))

    assert of_worst(spends(answer), confidence) <= total * (1 + 1e-9)


@SUMS
def test_a_budget_that_binds_is_used_up_in_the_worst_years(total: float, confidence: float) -> None:
    """With shares, where the budget costs anything, no dollar of it is left in the worst years."""
    answer = advised(cautious(total, confidence, whole=False))

    assert [one["limit"] for one in answer["binding"]] == ["budget"]
    assert of_worst(spends(answer), confidence) == pytest.approx(total, rel=1e-6)


@SUMS
def test_no_shares_are_worth_more_within_the_worst_years_budget(
    total: float, confidence: float
) -> None:
    """The mix is worth what scipy finds for Rockafellar and Uryasev's problem over the same years.

    min η + Σ max(0, spend - η) ÷ ((1-α) S) ≤ B; worth is that of the year at the means.
    """
    table = np.array([brought(*one).spend for one in columns()]).T
    gains = np.array([brought(*one, expected=True).worth[0] for one in columns()])
    counts = np.full(DRAWS, 1 / round((1 - confidence) * DRAWS))
    best = -best_shares(-gains, counts, table, np.zeros(DRAWS), total)

    answer = advised(cautious(total, confidence, whole=False))

    assert answer["objective"] == pytest.approx(best, rel=1e-6)


def test_the_chance_to_pass_the_budget_is_a_count_of_years() -> None:
    """`probability_over_budget` is the share of years in which the routes spend more than it."""
    answer = advised(cautious(600, 0.9, whole=False))

    over = float((spends(answer) > 600).mean())
    assert (0 < over < 0.1, answer["probability_over_budget"]) == (True, over)


def test_years_that_were_not_looked_at_keep_to_the_budget_as_well() -> None:
    """What 2,000 years promise holds on 20,000 others to 4 % of the budget.

    The mean of 200 worst years has a standard error of 1.5 %; the choice leans on them a little.
    """
    answer = advised(cautious(650, 0.9, whole=False), draws=2_000)
    others = sum(
        route["share"]
        * brought(route["task_class"], tuple(route["strategy"]), draws=20_000, seed=99).spend
        for route in answer["routes"]
    )

    assert of_worst(np.asarray(others), 0.9) == pytest.approx(650, rel=0.04)


# Whole mixes, tried one by one, with what is not a product of shares: seats, pools, promises.

SEAT = seller("lumen", seat={"seat_month": 12, "includes": {"usd": 15, "pooled": True}})
ON_A_SEAT = {"second": {"plan": "seat"}, "third": {"plan": "seat"}}
PROMISED = {"acme": {"commitment": 250}, "lumen": {"commitment": 90}}
FEES = 10 * 12
POOL = 10 * 15


def used(mix: dict[str, Strategy], *names: str, expected: bool = False) -> Floats:
    """Return what is used of some options by a whole mix. (S,)."""
    parts = [
        by_option(name, strategy, expected=expected).get(option, np.zeros(1))
        for name, strategy in mix.items()
        for option in names
    ]
    return np.asarray(sum(parts))


def by_option(task_class: str, strategy: Strategy, *, expected: bool = False) -> dict[str, Floats]:
    """Tell a class's spend apart by first and second option."""
    whole = brought(task_class, strategy, expected=expected).spend
    first = brought(task_class, strategy[:1], expected=expected).spend
    return dict(zip(strategy, (first, whole - first), strict=False))


def paid(mix: dict[str, Strategy], *, expected: bool = False) -> Floats:
    """Return what a whole mix pays with `second` and `third` on seats and both promises. (S,)."""
    metered = used(mix, "today", expected=expected)
    on_seats = used(mix, "second", "third", expected=expected)
    fees = FEES if any(set(one) & set(ON_A_SEAT) for one in mix.values()) else 0
    beyond = np.maximum(0, on_seats - POOL)
    return np.asarray(fees + np.maximum(metered, 250) + np.maximum(beyond, 90))


@pytest.mark.parametrize(("total", "confidence"), [(740, 0.9), (800, 0.9), (560, 0.5), (600, 0.0)])
def test_of_all_whole_mixes_on_seats_the_best_within_the_worst_years_is_found(
    total: float, confidence: float
) -> None:
    """Seats, a pool and two promises are paid year by year; 27 mixes are tried by hand.

    At a confidence of 0 all years count, which is a mean, not the year at the means.
    """
    asked = question(SEAT, budget={"total": total, "confidence": confidence}, contracts=PROMISED)
    options = {
        name: {**one, **ON_A_SEAT.get(name, {})} for name, one in asked.workload["options"].items()
    }
    within = [mix for mix in whole_mixes() if of_worst(paid(mix), confidence) <= total]
    net = {}
    for mix in within:
        at_means = [brought(name, one, expected=True) for name, one in mix.items()]
        value = sum(float((one.worth + one.spend)[0]) for one in at_means)
        net[str(mix)] = value - float(paid(mix, expected=True)[0])

    answer = advised(asked.but(options=options))

    found = {route["task_class"]: tuple(route["strategy"]) for route in answer["routes"]}
    assert 2 < len(within) < 27
    assert net[str(found)] == pytest.approx(max(net.values()))
    assert answer["objective"] == pytest.approx(max(net.values()))


def test_a_team_s_budget_holds_in_its_worst_years() -> None:
    """A team with a third of the people does a third of the work, for its own money at 90 %."""
    teams = {
        "web": {"developers": 5, "budget": {"total": 220, "confidence": 0.9}},
        "core": {"developers": 10},
    }
    asked = question(teams=teams, policy={"whole": False}).but(developers=None)
    tasks = {
        name: {key: term for key, term in task.items() if key != "per_month"}
        | {"per_developer_month": COUNT[name] / 15}
        for name, task in asked.workload["tasks"].items()
    }

    answer = advised(asked.but(tasks=tasks))

    own = {**answer, "routes": [one for one in answer["routes"] if one["team"] == "web"]}
    assert of_worst(spends(own) / 3, 0.9) == pytest.approx(220, rel=1e-6)
