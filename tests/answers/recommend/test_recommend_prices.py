"""What one more unit of a limit adds, and what every sum of money can buy.

A shadow price is a derivative, so the question is asked again a little beside the limit; a point of
the frontier is a plan, so it is put into a file as its `mix` and compared.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from mixes import best_objective, choice, recommended, team, work
from questions import Plain, Question

SEVERAL = {
    "fix": work(1, 100, success=0.8, value=10),
    "docs": work(2, 50, success=0.5, value=20),
    "web": work(4, 30, success=0.6, value=40, checked_by="tests"),
}


def three(*, tasks: Plain = SEVERAL, **blocks: Any) -> Question:
    """Put three makers beside each other, each best at one of three kinds of work; with shares."""
    options = {
        "today": choice("today"),
        "second": choice("second", 0.3, {"fix": 1, "docs": 0.7, "web": 0.4}),
        "third": choice("third", 0.6, {"fix": 0.6, "docs": 1.05, "web": 0.8}),
    }
    policy = {"whole": False, **blocks.pop("policy", {})}
    return team(tasks, options, policy=policy, **blocks)


def two_teams(budget: float) -> Question:
    """Give one of two teams so much money of its own; every task is 100 to it and 150 elsewhere."""
    often = {"per_month": None, "per_developer_month": 25}
    tasks = {
        name: {key: term for key, term in (SEVERAL[name] | often).items() if term is not None}
        for name in SEVERAL
    }
    teams = {"web": {"developers": 4, "budget": budget}, "core": {"developers": 6}}
    return three(tasks=tasks, teams=teams).but(developers=None)


def objective(question: Question) -> float:
    """Return what the best mix is worth."""
    return best_objective(question) or 0.0


def shadow_prices(answer: Plain) -> dict[str, Any]:
    """Return what one more unit of each limit that costs something adds."""
    return {one["limit"]: one["shadow_price"] for one in answer["binding"]}


# --- Shadow prices --------------------------------------------------------------------------------


@pytest.mark.parametrize("budget", [130, 165, 181, 200, 220, 240])
def test_one_more_dollar_of_budget_buys_what_a_few_do(budget: float) -> None:
    """Inside a straight piece the shadow price is the objective's slope over two dollars."""
    more, less = (objective(three(budget=budget + step)) for step in (1, -1))

    price = recommended(three(budget=budget))["shadow_price_budget"]
    assert price == pytest.approx((more - less) / 2, rel=1e-6)


def corners() -> list[Plain]:
    """Return the frontier of the three makers; its points are the corners of what money can buy."""
    points: list[Plain] = recommended(three(), points=50)["frontier"]
    return points


def test_at_a_corner_the_next_dollar_counts() -> None:
    """Where the budget is a corner's sum the shadow price is the slope after it, not before it."""
    points = corners()
    spends = [one["spend"] for one in points]
    after = [(b["net_value"] - a["net_value"]) / (b["spend"] - a["spend"])
             for a, b in pairwise(points)]  # fmt: skip

    prices = [recommended(three(budget=spend))["shadow_price_budget"] for spend in spends]

    assert prices == pytest.approx([*after, 0], abs=1e-5)


def test_every_slope_is_flatter_than_the_one_before() -> None:
    """More money buys less and less; corners are where it does, five of them or more."""
    points = corners()
    slopes = [(b["net_value"] - a["net_value"]) / (b["spend"] - a["spend"])
              for a, b in pairwise(points)]  # fmt: skip

    assert len(points) >= 5
    assert all(before > after - 1e-9 for before, after in pairwise(slopes))


def test_more_budget_than_is_spent_buys_nothing() -> None:
    """The limit does not bind: 0, and it is not among those that cost something."""
    answer = recommended(three(budget=300))

    assert (answer["shadow_price_budget"], answer["binding"]) == (0, [])


def test_without_a_budget_a_dollar_has_no_price() -> None:
    """Absent is not zero."""
    assert recommended(three())["shadow_price_budget"] is None


LIMITS = {
    "max_vendor_share": (None, "max_vendor_share", 0.45, 0.4501),
    "max_channel_share": (None, "max_channel_share", 0.45, 0.4501),
    "max_harness_share": (None, "max_harness_share", 0.42, 0.4201),
    "min_quality_overall": (150, "min_quality_overall", 0.957, 0.9569),
    "min_quality.web": (190, "min_quality", {"web": 0.95}, {"web": 0.9499}),
}


@pytest.mark.parametrize("limit", LIMITS)
def test_a_limit_s_price_is_what_a_little_more_room_adds(limit: str) -> None:
    """Of a share or a floor: what 0.0001 of room adds to the objective, by that 0.0001."""
    budget, key, *bounds = LIMITS[limit]
    tight, loose = (three(policy={key: one}).but(budget=budget) for one in bounds)
    answer = recommended(tight)

    gain = (objective(loose) - answer["objective"]) / 1e-4
    assert gain > 1
    assert shadow_prices(answer)[limit] == pytest.approx(gain, rel=1e-3)


def test_a_team_s_budget_has_a_price_of_its_own() -> None:
    """One more dollar for a team buys what two dollars do, by two."""
    answer = recommended(two_teams(300))
    less, more = (objective(two_teams(money)) for money in (299, 301))

    price = shadow_prices(answer)["teams.web.budget"]
    assert price > 1
    assert price == pytest.approx((more - less) / 2)


def test_numbers_of_makers_have_no_price() -> None:
    """They move by whole ones: what the limit costs is told, its price is not known."""
    answer = recommended(three(policy={"max_vendors": 2}))

    assert shadow_prices(answer) == {"max_vendors": None}


# --- The frontier ---------------------------------------------------------------------------------

SHAPES: dict[str, Any] = {
    "plain": {},
    "one maker at most 45 %": {"policy": {"max_vendor_share": 0.45}},
    "web at 95 %": {"policy": {"min_quality": {"web": 0.95}}},
    "two makers": {"policy": {"max_vendors": 2}},
    "whole": {"policy": {"whole": True}},
    "whole, two makers": {"policy": {"whole": True, "max_vendors": 2}},
    "without values": {
        "tasks": {
            name: {key: term for key, term in task.items() if key != "value"}
            for name, task in SEVERAL.items()
        }
    },
}
every_shape = pytest.mark.parametrize("shape", SHAPES)


def frontier(shape: str, **blocks: Any) -> list[Plain]:
    """Return a frontier, cheapest first."""
    points: list[Plain] = recommended(three(**SHAPES[shape], **blocks), points=50)["frontier"]
    return points


def worth(point: Plain, shape: str) -> float:
    """Return what a point is worth in the aim of its shape."""
    return float(point["completed" if shape == "without values" else "net_value"])


@every_shape
def test_money_rises_along_a_frontier(shape: str) -> None:
    """Points stand in order of spend, no two at the same."""
    spends = [one["spend"] for one in frontier(shape)]

    assert (len(spends) > 2, spends) == (True, sorted(set(spends)))


@every_shape
def test_worth_rises_along_a_frontier(shape: str) -> None:
    """Each point is worth more than every cheaper one."""
    worths = [worth(one, shape) for one in frontier(shape)]

    assert worths == sorted(set(worths))


@every_shape
def test_a_frontier_ends_at_the_best_that_any_money_buys(shape: str) -> None:
    """Its last point is worth what the best mix without a budget is."""
    best = objective(three(**SHAPES[shape]))

    assert worth(frontier(shape)[-1], shape) == pytest.approx(best)


@every_shape
def test_a_frontier_begins_at_the_least_that_must_be_spent(shape: str) -> None:
    """Its first point spends what the cheapest mix does."""
    least = recommended(three(**SHAPES[shape]), objective="spend")["spend"]["expected"]

    assert frontier(shape)[0]["spend"] == pytest.approx(least)


def test_of_all_that_spends_least_a_frontier_begins_with_the_best() -> None:
    """Where models cost the same, the first whole mix is worth most for that money."""
    tasks = {
        "fix": work(1, 7, success=0.86, value=5, detection=1),
        "docs": work(1, 100, success=0.65, value=5, detection=1, check=0.2),
        "port": work(1, 100, success=0.86, value=30),
    }
    options = {
        "today": choice("today"),
        "second": choice("second", 1, 0.9),
        "third": choice("third"),
    }
    policy = {"max_vendor_share": 0.6, "min_quality": 0.7}
    least = recommended(team(tasks, options, policy=policy), points=50)["frontier"][0]

    budget = round(least["spend"] * (1 + 1e-6), 6)
    best = best_objective(team(tasks, options, policy=policy, budget=budget))
    assert least["net_value"] == pytest.approx(best)


@pytest.mark.parametrize("shape", ["plain", "one maker at most 45 %", "web at 95 %"])
def test_nothing_is_better_than_the_lines_between_points(shape: str) -> None:
    """With shares the best at any budget lies on the frontier: nothing is left out of it."""
    points = frontier(shape)
    spends, worths = ([one[key] for one in points] for key in ("spend", "net_value"))
    budgets = np.linspace(spends[0], spends[-1], 7)[1:-1]
    found = [objective(three(**SHAPES[shape], budget=float(money))) for money in budgets]

    assert found == pytest.approx(np.interp(budgets, spends, worths))


@pytest.mark.parametrize("shape", ["whole", "whole, two makers"])
def test_whole_points_are_whole(shape: str) -> None:
    """No class is shared between strategies."""
    shares = {route["share"] for point in frontier(shape) for route in point["routes"]}

    assert shares == {1}


@pytest.mark.parametrize("shape", ["whole", "whole, two makers", "plain", "without values"])
def test_a_point_is_the_best_for_its_money(shape: str) -> None:
    """A budget of what a point spends finds a mix that is worth as much, and no more."""
    points = frontier(shape)
    best = [objective(three(**SHAPES[shape], budget=one["spend"] * (1 + 1e-9))) for one in points]

    assert [worth(one, shape) for one in points] == pytest.approx(best)


def as_mix(routes: list[Plain]) -> dict[str, Plain]:
    """Write routes of one team as a file's `mix`."""
    mix: dict[str, Plain] = {}
    for route in routes:
        mix.setdefault(route["task_class"], {})[", ".join(route["strategy"])] = route["share"]
    return mix


@every_shape
def test_every_point_comes_to_its_figures(shape: str) -> None:
    """Written as the mix, a point's routes spend and deliver in `compare` what the point says."""
    points = frontier(shape)
    found = []
    for point in points:
        rows = three(**SHAPES[shape]).but(mix=as_mix(point["routes"])).rows()
        row = rows.get("mix") or rows[point["routes"][0]["strategy"][0]]
        found += [row["spend"]["expected"], row["completed"], row["net_value"] or 0]

    assert found == pytest.approx(
        [figure or 0 for one in points for figure in (one["spend"], one["completed"],
                                                      one["net_value"])]
    )  # fmt: skip


def test_the_file_s_budget_does_not_end_the_frontier() -> None:
    """What more money would buy is what the frontier is for."""
    assert frontier("plain", budget=130)[-1] == frontier("plain")[-1]


def test_a_team_s_budget_holds_along_the_frontier() -> None:
    """A team's own limit is kept by every point: the last is worth what the best mix is."""
    question = two_teams(260)
    points = recommended(question, points=50)["frontier"]

    assert points[-1]["net_value"] == pytest.approx(objective(question))


def test_no_more_points_are_told_than_are_asked_for() -> None:
    """`points` is the most."""
    assert len(recommended(three(), points=3)["frontier"]) <= 3
