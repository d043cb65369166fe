"""Money that is not paid by the task: promises, seats and their pools, caps, teams' own budgets.

By hand where a question is small; else every whole mix is a way of the file's case and read off
`compare`, which looks for nothing.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any, NamedTuple

import pytest
from mixes import best_objective, choice, recommended, seller, served, team, work
from questions import Plain, Question
from searched import searched

from advisor.answers.compare.answer import lines_of_ways
from advisor.case.facts import Way
from advisor.engine.routes import Route

# --- By hand: 100 tasks on `today` for a dollar each ----------------------------------------------

FIX = {"fix": work(1, 100, success=0.8, value=10)}
HALF_PRICE = {"today": choice("today"), "second": choice("second", 0.5, 1)}
SHARED = {"whole": False}


def spent(answer: Plain) -> Any:
    """Return what the mix costs."""
    return answer["spend"]["expected"]


def test_a_promised_sum_is_used_first() -> None:
    """$60 are due to acme: 60 tasks there are free, and 40 at half a dollar are paid besides."""
    answer = recommended(
        team(FIX, HALF_PRICE, policy=SHARED, contracts={"acme": {"commitment": 60}})
    )

    assert served(answer) == {"fix": pytest.approx({"today": 0.6, "second": 0.4})}
    assert spent(answer) == pytest.approx(60 + 20)


def test_a_promise_that_covers_all_is_not_left_for_half_the_price() -> None:
    """$100 are due either way; leaving would cost $50 more."""
    answer = recommended(team(FIX, HALF_PRICE, contracts={"acme": {"commitment": 100}}))

    assert (served(answer), spent(answer)) == ({"fix": {"today": 1}}, 100)


def test_a_promise_to_somebody_else_is_paid_whatever_is_chosen() -> None:
    """The maker cove is owed $70, which no option can use: the mix costs $50 and $70."""
    answer = recommended(team(FIX, HALF_PRICE, contracts={"cove": {"commitment": 70}}))

    assert (served(answer), spent(answer)) == ({"fix": {"second": 1}}, 120)


def test_what_is_owed_counts_among_a_biller_s_money() -> None:
    """$70 of $120 go to cove though nobody works with it."""
    answer = recommended(team(FIX, HALF_PRICE, contracts={"cove": {"commitment": 70}}))

    assert answer["channel_shares"] == pytest.approx({"brix": 50 / 120, "cove": 70 / 120})


def on_a_seat(**terms: Any) -> tuple[Plain, Plain]:
    """Sell a seat, and put `second` on it at the same tokens and quality as `today`."""
    seat = seller("lumen", seat=terms)
    options = {"today": choice("today"), "second": choice("second", 1, 1, plan="seat")}
    return seat, options


def test_a_pool_is_filled_and_no_more() -> None:
    """Ten seats at $3 include $50 of use; beyond it a task is $2, metered $1: 50 tasks each."""
    pool = {"usd": 5, "pooled": True}
    seat, options = on_a_seat(seat_month=3, includes=pool, overage={"factor": 2})

    answer = recommended(team(FIX, options, seat, policy=SHARED))

    assert served(answer) == {"fix": pytest.approx({"today": 0.5, "second": 0.5})}
    assert spent(answer) == pytest.approx(30 + 50)


def test_seats_that_cost_more_than_they_include_are_not_bought() -> None:
    """Ten seats at $6 for $50 of use: metered is $1 a task, and so is the use beyond."""
    seat, options = on_a_seat(seat_month=6, includes={"usd": 5, "pooled": True})

    answer = recommended(team(FIX, options, seat, policy=SHARED))

    assert (served(answer), spent(answer)) == ({"fix": {"today": 1}}, pytest.approx(100))


def test_two_options_on_one_plan_share_its_seats_and_its_pool() -> None:
    """Ten seats at $4 once, and $20 + $90 of use against one pool of $60: $40 + $50."""
    tasks = {
        "fix": work(1, 100, success=0.8, value=10),
        "docs": work(1, 100, success=0.8, value=10),
    }
    pool = {"seat_month": 4, "includes": {"usd": 6, "pooled": True}}
    options = {
        "today": choice("today"),
        "second": choice("second", 0.2, {"fix": 1, "docs": 0.1}, plan="seat"),
        "third": choice("third", 0.9, {"fix": 0.1, "docs": 1}, plan="seat"),
    }

    answer = recommended(team(tasks, options, seller("lumen", seat=pool)))

    assert served(answer) == {"docs": {"third": 1}, "fix": {"second": 1}}
    assert spent(answer) == pytest.approx(40 + 50)


def test_an_option_on_the_same_plan_needs_no_seats_of_its_own() -> None:
    """Without `third`, `second` alone would not be worth its seats; with it they are there."""
    tasks = {"fix": work(1, 100, success=0.8, value=10), "docs": work(1, 30, success=0.8, value=10)}
    seat = seller("lumen", seat={"seat_month": 4, "includes": {"usd": 6, "pooled": True}})
    second = choice("second", 0.9, {"fix": 0.1, "docs": 1}, plan="seat")
    third = choice("third", 0.5, {"fix": 1, "docs": 0.1}, plan="seat")
    found = [
        served(recommended(team(tasks, {"today": choice("today"), **options}, seat)))["docs"]
        for options in ({"second": second}, {"second": second, "third": third})
    ]

    assert found == [{"today": 1}, {"second": 1}]


def test_teams_with_budgets_of_their_own_go_ways_of_their_own() -> None:
    """30 tasks for $20 are possible with `second` alone; who has no budget keeps to `today`."""
    teams = {"web": {"developers": 3, "budget": 20}, "core": {"developers": 7}}
    task = {"fix": {**work(1, success=0.8, value=10), "per_developer_month": 10}}
    del task["fix"]["per_month"]
    options = {"today": choice("today"), "second": choice("second", 0.5, 0.8)}
    asked = team(task, options, teams=teams).but(developers=None)

    routes = {one["team"]: one["strategy"] for one in recommended(asked)["routes"]}

    assert routes == {"web": ["second"], "core": ["today"]}


def test_with_shares_a_team_s_budget_is_used_to_the_dollar() -> None:
    """30 tasks for $20: a third of them for a dollar, two thirds for half of one."""
    teams = {"web": {"developers": 3, "budget": 20}, "core": {"developers": 7}}
    task = {"fix": {**work(1, success=0.8, value=10), "per_developer_month": 10}}
    del task["fix"]["per_month"]
    options = {"today": choice("today"), "second": choice("second", 0.5, 0.8)}
    asked = team(task, options, teams=teams, policy=SHARED).but(developers=None)

    routes = recommended(asked)["routes"]

    own = {", ".join(one["strategy"]): one["share"] for one in routes if one["team"] == "web"}
    assert own == pytest.approx({"today": 1 / 3, "second": 2 / 3})


# --- Every whole mix, by `compare` ----------------------------------------------------------------

TEAMS: dict[str, Plain] = {"web": {"developers": 3}, "core": {"developers": 7}}
NAMES = ("today", "second", "third")


class Shape(NamedTuple):
    """A question: how it is paid for, its limits, what it says beside them."""

    options: Plain
    blocks: Plain
    files: tuple[Plain, ...] = ()


def three(**terms: Plain) -> Plain:
    """Put three options beside each other, with terms of their own."""
    measures = {
        "today": (1, 1),
        "second": (0.3, {"fix": 0.85, "docs": 0.6}),
        "third": (0.6, {"fix": 0.9, "docs": 1.1}),
    }
    return {name: choice(name, *measures[name], **terms.get(name, {})) for name in NAMES}


def sold(**terms: Any) -> tuple[Plain]:
    """Sell one plan."""
    return (seller("lumen", seat={"seat_month": 4, "includes": {"usd": 8}, **terms}),)


SPREAD = {"usage_spread": {"p50": 7, "p90": 30}}
ON_PLAN = {"plan": "seat"}
POOLED = {"usd": 8, "pooled": True}
SHAPES = {
    "a cap a head": Shape(three(today={"cap": 15}), SPREAD),
    "a cap that binds all": Shape(three(today={"cap": 4}, third={"cap": 3}), {}),
    "a cap and a budget": Shape(three(today={"cap": 15}), {**SPREAD, "budget": 75}),
    "a cap and a floor": Shape(
        three(today={"cap": 15}, third={"cap": 20}),
        {**SPREAD, "policy": {"min_quality": {"docs": 0.9}}},
    ),
    "seats a head": Shape(three(third=ON_PLAN), SPREAD, sold()),
    "seats a head, two options": Shape(three(second=ON_PLAN, third=ON_PLAN), SPREAD, sold()),
    "closed pool": Shape(three(third=ON_PLAN), {}, sold(includes=POOLED, overage="none")),
    "closed seats a head": Shape(
        three(second=ON_PLAN, third=ON_PLAN), SPREAD, sold(overage="none")
    ),
    "a cap on a plan": Shape(three(third={**ON_PLAN, "cap": 12}), SPREAD, sold()),
    "a promise to a plan's seller": Shape(
        three(third=ON_PLAN), {**SPREAD, "contracts": {"lumen": {"commitment": 60}}}, sold()
    ),
    "rebound": Shape(three(), {"rebound": 0.7, "budget": 150}),
    "rebound on a pool": Shape(three(third=ON_PLAN), {"rebound": 1.1}, sold(includes=POOLED)),
}
every_shape = pytest.mark.parametrize("name", SHAPES)


def posed(shape: Shape, **blocks: Any) -> Question:
    """Ask about two kinds of work, one of which is tested."""
    tasks = {
        "fix": work(1, 100, success=0.7, value=5, rework=2, checked_by="tests", check=0.02),
        "docs": work(2, 30, success=0.6, value=9, review=0.5),
    }
    return team(tasks, shape.options, *shape.files, **{**shape.blocks, **blocks})


WAYS: dict[str, list[tuple[str, ...]]] = {
    "fix": [*((name,) for name in NAMES), *itertools.permutations(NAMES, 2)],
    "docs": [(name,) for name in NAMES],
}
"""By class, in the order in which `posed` has them."""


class WholeMix(NamedTuple):
    """Who does docs, and what `compare` says of the mix."""

    docs: tuple[str, ...]
    spend: float
    net_value: float


def every_mix(question: Question) -> list[WholeMix]:
    """Return every whole mix of a question."""
    case = question.case()
    mixes = list(itertools.product(*WAYS.values()))
    ways = [
        Way(
            str(number),
            tuple(Route(k, tuple(map(NAMES.index, one)), 1.0) for k, one in enumerate(mix)),
            None,
        )
        for number, mix in enumerate(mixes)
    ]
    asked = replace(case, ways=(*case.ways, *ways))
    places = range(len(case.ways), len(asked.ways))
    lines = lines_of_ways(asked, places, draws=0, seed=1)
    return [
        WholeMix(docs, line.spend.expected, line.net_value)
        for (_, docs), line in zip(mixes, lines, strict=True)
        if line.spend is not None and line.net_value is not None
    ]


def within(question: Question, mix: WholeMix) -> bool:
    """Tell whether a mix keeps the budget, and docs at 90 % where that is a floor."""
    budget = question.workload.get("budget")
    floor = question.workload.get("policy", {}).get("min_quality")
    dear = budget is not None and mix.spend > budget
    return not dear and not (floor and mix.docs == ("second",))


@every_shape
def test_of_all_whole_mixes_the_best_is_found(name: str) -> None:
    """No other of the 27 is worth more in `compare` and keeps the limits."""
    question = posed(SHAPES[name])
    best = max(mix.net_value for mix in every_mix(question) if within(question, mix))

    found = searched(question)

    assert found.status == "optimal"
    assert found.objective == pytest.approx(best)


@every_shape
def test_shares_are_worth_at_least_what_whole_routes_are(name: str) -> None:
    """A whole route is a share of 100 %."""
    question = posed(SHAPES[name])
    policy = question.workload.get("policy", {})
    whole, shared = (
        best_objective(question.but(policy={**policy, "whole": one})) or 0.0
        for one in (True, False)
    )

    assert shared >= whole * (1 - 1e-9)


@every_shape
def test_what_is_said_of_shares_is_what_compare_says(name: str) -> None:
    """With shares too the mix written into the file spends and delivers what was said of it."""
    question = posed(SHAPES[name])
    answer = recommended(question.but(policy={**question.workload.get("policy", {}), **SHARED}))
    mix: dict[str, Plain] = {}
    for route in answer["routes"]:
        mix.setdefault(route["task_class"], {})[", ".join(route["strategy"])] = route["share"]

    row = question.but(mix=mix).rows()["mix"]

    found = (row["spend"]["expected"], row["completed"], row["net_value"])
    assert found == pytest.approx((spent(answer), answer["completed"], answer["net_value"]))


@pytest.mark.parametrize("budget", [26, 30, 36])
def test_with_caps_and_a_plan_teams_get_the_best_that_their_budgets_allow(budget: float) -> None:
    """Two teams, two kinds of work, a capped option and one on seats a head: 16 mixes by hand."""
    options = three(today={"cap": 25}, third=ON_PLAN)
    del options["second"]
    asked = posed(Shape(options, {**SPREAD, "policy": {"cascades": False}}, sold()))
    for task in asked.workload["tasks"].values():
        task["per_developer_month"] = task.pop("per_month") / 10
    options["third"]["quality"] = {"fix": 0.9, "docs": 1.1}
    names = ("today", "third")
    worths = []
    for one, other, third, fourth in itertools.product(names, repeat=4):
        teams = {
            "web": {**TEAMS["web"], "mix": {"fix": one, "docs": other}},
            "core": {**TEAMS["core"], "mix": {"fix": third, "docs": fourth}},
        }
        rows = asked.but(teams=teams, developers=None).rows()
        row = rows.get("mix") or rows[one]
        if row["spend_by_team"]["web"] <= budget:
            worths.append(row["net_value"])

    teams = {**TEAMS, "web": {**TEAMS["web"], "budget": budget}}
    answer = recommended(asked.but(teams=teams, developers=None))

    assert (0 < len(worths) < 16, answer["objective"]) == (True, pytest.approx(max(worths)))
