"""What would take a route's place: runners-up, and the figures at which a route turns.

Where a route is said to turn, the question is asked again a little before and a little past that.
"""

from __future__ import annotations

from typing import Any

import pytest
from mixes import best_served, choice, seller, served, team, work
from mixes import recommended as recommended_in_short
from questions import Plain, Question

JUST = 1e-4
"""So much before and past a turn: between places of a grid quality is taken from a line."""


def recommended(question: Question, **more: Any) -> Plain:
    """Return the advice, with where its routes turn."""
    return recommended_in_short(question, turns=True, **more)


def turns(answer: Plain, task_class: str = "fix") -> list[Plain]:
    """Return where a class's first route turns."""
    route = next(one for one in answer["routes"] if one["task_class"] == task_class)
    return list(route["flips_at"])


def flips(answer: Plain, task_class: str = "fix") -> dict[tuple[str, str], Any]:
    """Return where a class's first route turns and to what, by option and number."""
    return {
        (turn["option"], turn["key"]): (turn["at"], ", ".join(turn["strategy"]))
        for turn in turns(answer, task_class)
    }


def past(question: Question, turn: Plain, by: float, task_class: str = "fix") -> Plain:
    """Return who serves what where an option's number in a class has passed a turn by so much."""
    options, name, key = question.workload["options"], turn["option"], turn["key"]
    before = options[name][key]
    by_class = before if isinstance(before, dict) else {"default": before}
    at = turn["at"] + (by if turn["at"] > turn["now"] else -by)
    own = {**options[name], key: {**by_class, task_class: at}}
    return best_served(question.but(options={**options, name: own}))


# --- By hand --------------------------------------------------------------------------------------
#
# A completed task is worth $10, a failed one costs $5: a chance p is worth 15 p - 5. `today` does
# 80 % for $1, which is worth $6 a task.

TASK = {"fix": work(1, 100, success=0.8, value=10, rework=5)}


def against(cost: float, quality: float) -> Question:
    """Put one other option beside `today`."""
    options = {"today": choice("today"), "second": choice("second", cost, quality)}
    return team(TASK, options)


def test_where_the_other_is_better_it_turns_at_what_today_is_worth() -> None:
    """76 % for $0.30 are worth $6.10: $6 at $0.40, or at 15 p = 11.30, which is 94.17 % of 80 %."""
    assert flips(recommended(against(0.3, 0.95))) == {
        ("second", "token_multiplier"): (pytest.approx(0.4), "today"),
        ("second", "quality"): (pytest.approx(11.3 / 15 / 0.8), "today"),
    }


def test_where_today_is_better_it_turns_when_the_other_is_good_enough() -> None:
    """72 % for $0.40 are worth $5.40, and free still $5.80; 15 p = 11.40 is 95 % of 80 %."""
    assert flips(recommended(against(0.4, 0.9))) == {
        ("second", "quality"): (pytest.approx(0.95), "second")
    }


def test_where_today_is_better_it_turns_when_the_other_is_cheap_enough() -> None:
    """76 % are worth $6.40 before they are paid: as much as today's at $0.40."""
    assert flips(recommended(against(0.6, 0.95)))["second", "token_multiplier"] == (
        pytest.approx(0.4),
        "second",
    )


def test_no_turn_is_told_of_where_there_is_none() -> None:
    """At 60 % of 80 % even a free option is worth less, and no success over 100 % helps it."""
    task = {"fix": work(1, 100, success=1, value=10)}
    options = {"today": choice("today"), "second": choice("second", 4, 0.6)}

    assert flips(recommended(team(task, options))) == {}


def test_a_multiplier_turns_by_the_price_of_money() -> None:
    """With a tight budget a dollar is worth $2: docs by `third` are worth 3.60 - 2 × $0.20.

    Fixes are shared between 8 × $1 of value for $1 and 7 for $0.50, so that the last dollar buys
    $2. Docs on `today` are worth 4 - 2 × $1; `third` falls to that at $0.80, or at 30 % for $0.20.
    """
    tasks = {"fix": work(1, 1000, success=0.8, value=10), "docs": work(1, success=0.5, value=8)}
    options = {
        "today": choice("today"),
        "second": choice("second", 0.5, {"fix": 0.875, "docs": 0.1}),
        "third": choice("third", {"fix": 2, "docs": 0.2}, {"fix": 0.1, "docs": 0.9}),
    }
    question = team(tasks, options, budget=700, policy={"whole": False})

    answer = recommended(question)

    assert set(served(answer)["fix"]) == {"today", "second"}
    assert flips(answer, "docs") == {
        ("third", "token_multiplier"): (pytest.approx(0.8), "today"),
        ("third", "quality"): (pytest.approx(0.6), "today"),
    }
    assert answer["shadow_price_budget"] == pytest.approx(1)


# --- Asked again ----------------------------------------------------------------------------------


def single(*, options: Plain | None = None, files: Any = (), **terms: Any) -> Question:
    """Put three options beside each other for one kind of work."""
    blocks = {key: terms.pop(key) for key in ("policy", "rebound", "budget") if key in terms}
    task = {"fix": work(2, 100, **{"success": 0.7, "value": 12, "rework": 3, **terms})}
    three = {
        "today": choice("today"),
        "second": choice("second", 0.4, 0.85),
        "third": choice("third", 0.7, 1.05),
    }
    return team(task, options or three, *files, **blocks)


SEAT = seller("lumen", seat={"seat_month": 10, "includes": {"usd": 5, "pooled": True}})
ON_A_SEAT = {
    "today": choice("today"),
    "second": choice("second", 0.4, 0.9, plan="seat"),
    "third": choice("third", 0.9, 1.05),
}
QUESTIONS = {
    "alone": single(),
    "alone, little worth": single(value=3),
    "seen failures": single(checked_by="tests"),
    "seen failures, dear check": single(checked_by="tests", check=0.9),
    "little seen": single(detection=0.2),
    "nearly always done": single(success=0.97, checked_by="tests"),
    "failures of their own": single(checked_by="tests", policy={"failure_correlation": 0}),
    "dear failures": single(checked_by="tests", policy={"cost_ratio_on_failure": 3}),
    "shares": single(checked_by="tests", policy={"whole": False}),
    "a seat": single(options=ON_A_SEAT, files=(SEAT,), value=4),
    "a seat, seen failures": single(options=ON_A_SEAT, files=(SEAT,), detection=0.3),
    "rebound": single(rebound=0.5),
}
every_question = pytest.mark.parametrize("name", QUESTIONS)


@every_question
def test_a_route_turns_where_it_says(name: str) -> None:
    """Past every turn the strategy named serves; before it the route is as it was."""
    question = QUESTIONS[name]
    answer = recommended(question)
    told, found = [], []
    for turn in turns(answer):
        told += [{"fix": {", ".join(turn["strategy"]): 1}}, served(answer)]
        found += [past(question, turn, JUST), past(question, turn, -JUST)]

    assert (len(told) > 0, found) == (True, told)


LIMITS: dict[str, Plain] = {
    "budget": {"budget": 190},
    "number": {"budget": 230, "policy": {"max_vendors": 2}},
}


@pytest.mark.parametrize("limit", LIMITS)
def test_under_a_tight_limit_a_whole_route_is_another_where_it_is_said_to_turn(limit: str) -> None:
    """At every figure told, and there first, asking again finds the strategy named."""
    tasks = {
        "fix": work(1, 100, success=0.8, value=10),
        "docs": work(2, 50, success=0.5, value=20),
        "web": work(4, 30, success=0.6, value=40, checked_by="tests"),
    }
    options = {
        "today": choice("today"),
        "second": choice("second", 0.3, {"default": 1, "docs": 0.7, "web": 0.4}),
        "third": choice("third", 0.6, {"default": 0.6, "docs": 1.05, "web": 0.8}),
    }
    question = team(tasks, options, **LIMITS[limit])
    answer = recommended(question)
    told, found = [], []
    for name in tasks:
        for turn in turns(answer, name):
            told.append({", ".join(turn["strategy"]): 1})
            found.append(past(question, turn, 1e-9, name)[name])

    assert (len(told) > 0, found) == (True, told)


@every_question
def test_the_runner_up_serves_where_the_route_may_not(name: str) -> None:
    """Of single options, denying the one that serves hands the work to the runner-up."""
    question = QUESTIONS[name]
    policy = {**question.workload.get("policy", {}), "cascades": False}
    route = recommended_in_short(question.but(policy=policy))["routes"][0]

    denied = {**policy, "deny": {"harnesses": route["strategy"]}}
    instead = best_served(question.but(policy=denied))["fix"]

    assert list(instead) == [", ".join(route["runner_up"])]


TWO = {
    "fix": work(2, 100, success=0.7, value=12),
    "docs": work(1, 300, success=0.9, value=2),
}


@pytest.mark.parametrize("moving", TWO)
def test_kinds_of_work_turn_each_for_itself(moving: str) -> None:
    """Past every turn of one class the other's route is as it was, where nothing else binds."""
    question = team(TWO, single().workload["options"])
    answer = recommended(question)
    told, found = [], []
    for turn in turns(answer, moving):
        told.append({**served(answer), moving: {", ".join(turn["strategy"]): 1}})
        found.append(past(question, turn, JUST, moving))

    assert (len(told) > 0, found) == (True, told)


def test_in_a_split_class_the_figures_stand_where_it_turns() -> None:
    """A class that the budget shares between two options is at their turn already."""
    question = team(TASK, against(0.3, 0.8).workload["options"], budget=60, policy={"whole": False})
    route = recommended(question)["routes"][0]

    assert [turn["at"] for turn in route["flips_at"]] == pytest.approx(
        [turn["now"] for turn in route["flips_at"]]
    )


def test_under_a_budget_for_the_worst_years_no_turn_is_told() -> None:
    """What money is worth then hangs on the years, and no price says it."""
    question = against(0.3, 0.95).but(budget={"total": 60, "confidence": 0.9}, level_spread=0.2)

    assert flips(recommended(question, draws=100)) == {}


def test_the_only_strategy_has_no_runner_up() -> None:
    """Where nothing else is allowed nothing can take its place."""
    question = against(0.3, 0.95).but(policy={"allow": {"makers": ["acme"]}})
    route = recommended(question)["routes"][0]

    assert (route["runner_up"], route["flips_at"]) == (None, [])
