"""Cascades and mixes: a first option, then another where the first is seen to fail.

The formulas are held to the oracle for any two chances, a whole year of random routes to a year put
together from the oracle's parts, and the reading of the words to cases worked by hand.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import oracle
import pytest
from drawn import COUNT, MIXED
from hypothesis import given
from hypothesis import strategies as st
from questions import Plain, Question, maker, seller

from advisor.engine.axes import Sample
from advisor.engine.cascade import both_fail, cascade_success, second_attempts
from advisor.engine.draws import Means
from advisor.engine.market import Drawing
from advisor.engine.outcome import outcome
from advisor.engine.routes import Route

ZERO = Decimal(0)
chances = st.integers(0, 100).map(lambda percent: Decimal(percent) / 100)
ratios = st.integers(0, 400).map(lambda percent: Decimal(percent) / 100)


def one(number: Decimal) -> Any:
    """Make an array of one draw."""
    return np.array([float(number)])


def bugs(task: Plain | None = None, **more: Any) -> Question:
    """Ask of one developer's month of 100 bugs.

    A try costs $1 on `cheap`, which does half of them, and $5 on `dear`, which does 0.8.
    """
    options = {
        "cheap": {"model": "one"},
        "dear": {"model": "one", "token_multiplier": 5, "quality": Decimal("1.6")},
    }
    bug_fix = {
        "per_developer_month": 100,
        "tokens": {"input": 1_000_000},
        "success": Decimal("0.5"),
        "checked_by": "tests",
        **(task or {}),
    }
    workload = {
        "start": "2027-01",
        "months": 1,
        "developers": 1,
        "level_spread": 0,
        "usage_spread": 1,
        "current": "cheap",
        "tasks": {"bug-fix": bug_fix},
        "options": options,
    }
    files = [maker("acme", one={"input": 1, "output": 10}), seller("lumen", seat=SEAT)]
    return Question({**workload, **more}, files)


SEAT = {"seat_month": 40, "includes": "none"}


# The formulas


@given(chances, chances, chances)
def test_failures_meet_as_the_oracle_says(first: Decimal, second: Decimal, phi: Decimal) -> None:
    """The joint chance of failing, correlated and clipped, is the oracle's."""
    joint = both_fail(one(first), one(second), float(phi))

    assert joint[0] == pytest.approx(float(oracle.both_fail(first, second, phi)), abs=1e-15)


@given(chances, chances, chances, chances)
def test_a_cascade_succeeds_as_the_oracle_says(
    first: Decimal, second: Decimal, phi: Decimal, seen: Decimal
) -> None:
    """What the second option rescues of the failures that are seen is the oracle's."""
    done = cascade_success(one(first), one(second), float(phi), float(seen))

    exact = oracle.cascade_success(first, second, seen, phi)
    assert done[0] == pytest.approx(float(exact), abs=1e-15)


@given(chances, chances, ratios)
def test_a_second_try_is_paid_for_as_the_oracle_says(
    first: Decimal, seen: Decimal, ratio: Decimal
) -> None:
    """With a free first try and a second of 1, the oracle's cost is the number of second tries."""
    tries = second_attempts(one(first), float(seen), float(ratio))

    exact = oracle.cascade_cost(0, 1, first, seen, cost_ratio_on_failure=ratio)
    assert tries[0] == pytest.approx(float(exact), abs=1e-15)


@given(chances, chances)
def test_a_second_option_never_does_harm(first: Decimal, second: Decimal) -> None:
    """A cascade does at least what its first option does, and at most all."""
    done = cascade_success(one(first), one(second), 0.64, 0.9)[0]

    assert float(first) <= done <= 1


# A whole year


def routes_of(question: Question, task_class: str) -> list[tuple[list[str], Decimal]]:
    """Return the strategies of a class, with their shares."""
    mix = question.workload["mix"]
    route = mix.get(task_class, mix["default"])
    if isinstance(route, list):
        return [(route, Decimal(1))]
    return [([name], share) for name, share in route.items()]


def year_of_mix(question: Question) -> dict[str, float]:
    """Put a year of routes together: tasks × what one costs and how often it gets done."""
    workload = question.workload
    world = oracle.World(workload, question.files, question.channels, question.calendars)
    options = {
        name: oracle.with_reference(world, name, option)
        for name, option in workload["options"].items()
    }
    policy = workload["policy"]
    phi = policy.get("failure_correlation", Decimal("0.64"))
    dearer = policy.get("cost_ratio_on_failure", Decimal("1.31"))
    spend = completed = ZERO
    for t in range(world.months):
        month = oracle.add_months(world.start, t)
        for team, terms in world.teams().items():
            for task_class, task in world.tasks().items():
                count = oracle.demand(world, team, task, t)
                cost, chance = {}, {}
                for name, option in options.items():
                    route = oracle.route(world, option)
                    parts = oracle.attempt(
                        world, route, task_class=task_class, task=task, team=terms, month=month
                    )
                    cost[name] = sum(parts.values(), ZERO)
                    quality = oracle.for_class(option["quality"], task_class)
                    chance[name] = oracle.success(task["success"], quality)
                for strategy, share in routes_of(question, task_class):
                    each, done = cost[strategy[0]], chance[strategy[0]]
                    if len(strategy) > 1:
                        seen = oracle.detection_of(task)
                        each = oracle.cascade_cost(
                            each,
                            cost[strategy[1]],
                            done,
                            seen,
                            check=task["check"],
                            cost_ratio_on_failure=dearer,
                        )
                        done = oracle.cascade_success(done, chance[strategy[1]], seen, phi)
                    spend += count * share * each
                    completed += count * share * done
    return {"spend": float(spend), "completed": float(completed)}


@MIXED.asked(COUNT)
def test_a_year_of_cascades_is_made_of_the_oracles_parts(question: Question) -> None:
    """Spend and completed tasks of a mix are the sums over its routes, months and teams."""
    row = question.rows()["mix"]

    figures = {"spend": row["spend"]["expected"], "completed": row["completed"]}
    assert figures == pytest.approx(year_of_mix(question), rel=1e-12)


@MIXED.asked(COUNT // 4)
@pytest.mark.parametrize("cap", [{}, {"cap": 50}], ids=["free", "capped"])
@pytest.mark.parametrize("rebound", [0, Decimal("0.7")])
@pytest.mark.parametrize("parts", ["spend_by_class", "spend_by_token_class", "spend_by_team"])
def test_the_parts_of_a_mix_add_up(
    question: Question, parts: str, cap: Plain, rebound: Decimal
) -> None:
    """Tokens of every step and the checks between them are all in the split, once."""
    options = {name: {**one, **cap} for name, one in question.workload["options"].items()}

    row = question.but(options=options, rebound=rebound).rows()["mix"]

    assert sum(row[parts].values()) == pytest.approx(row["spend"]["expected"], rel=1e-9)


# Worked by hand


def figures(question: Question) -> list[float]:
    """Return spend and completed tasks of the decided mix."""
    row = question.rows()["mix"]
    return [row["spend"]["expected"], row["completed"]]


def test_a_list_is_a_first_try_and_a_second() -> None:
    """$100 + 0.9 × 50 × 1.31 × $5 = $394.75, and 50 + 0.9 × 30 = 77 done.

    Both fail 0.5 × 0.2 + 0.64 × 0.2 = 0.228, but no more than the 0.2 that dear fails: 30 of 100
    tasks that cheap fails are within dear's reach.
    """
    assert figures(bugs(mix={"default": ["cheap", "dear"]})) == pytest.approx([394.75, 77])


def test_correlated_failures_leave_the_second_less_to_rescue() -> None:
    """Two that each do half fail 0.25 + 0.64 × 0.25 = 0.41 together: 50 + 0.9 × 9 = 58.1 done."""
    question = bugs(mix={"default": ["cheap", "dear"]})
    options = question.workload["options"]
    even = {**options, "dear": {**options["dear"], "quality": 1}}

    assert figures(question.but(options=even))[1] == pytest.approx(58.1)


def test_every_first_try_is_checked() -> None:
    """A check of $0.50 for each of 100 tasks comes on top: $444.75."""
    question = bugs(mix={"default": ["cheap", "dear"]}, task={"check": Decimal("0.5")})

    assert figures(question)[0] == pytest.approx(444.75)


@pytest.mark.parametrize(
    ("ratio", "spend"),
    [
        (Decimal("1.31"), 100 + 0.9 * 50 * 1.31 * 5),
        (Decimal(2), 100 + 0.9 * 50 * 2 * 5),
        (Decimal(3), 100 + 0.9 * 50 * 2 * 5),  # at most 1 ÷ the 0.5 that fail
    ],
)
def test_failures_are_dearer_but_not_than_everything(ratio: Decimal, spend: float) -> None:
    """What the first fails costs the second more, yet never more than all tasks would."""
    question = bugs(mix={"default": ["cheap", "dear"]}, policy={"cost_ratio_on_failure": ratio})

    assert figures(question)[0] == pytest.approx(spend)


@pytest.mark.parametrize(
    ("seen", "completed"),
    [
        ({"checked_by": None, "detection": Decimal(1)}, 50 + 30),
        ({"checked_by": None, "detection": Decimal("0.5")}, 50 + 15),
        ({"checked_by": None}, 50),  # nobody looks: nothing is tried again
    ],
)
def test_only_failures_that_are_seen_are_tried_again(seen: Plain, completed: float) -> None:
    """Tests see 0.9 of failures; else what is stated; else none."""
    question = bugs(mix={"default": ["cheap", "dear"]}, task=seen)

    assert figures(question)[1] == pytest.approx(completed)


def test_shares_are_spent_and_done_in_proportion() -> None:
    """A quarter of 100 bugs on dear: 75 × $1 + 25 × $5 = $200; 75 × 0.5 + 25 × 0.8 = 57.5 done."""
    mix = {"default": {"cheap": Decimal("0.75"), "dear": Decimal("0.25")}}

    assert figures(bugs(mix=mix)) == pytest.approx([200, 57.5])


def test_a_cascade_may_serve_a_part_of_a_class() -> None:
    """Half of 100 bugs by cascade, half on dear: 0.5 × $394.75 + 0.5 × $500; 38.5 + 40 done."""
    market = bugs().case().market
    routes = [Route(0, (0, 1), 0.5), Route(0, (1,), 0.5)]
    sample = Sample.draw(market.work, market.terms, Means())
    drawing = Drawing.of(market.candidates, [0, 1], Means())

    year = outcome(market, routes, sample, drawing)

    assert [year.spend[0], year.completed[0]] == pytest.approx([447.375, 78.5])


def test_rework_is_paid_for_what_even_the_second_try_fails() -> None:
    """Review of $1 for 100 tasks; rework of $10 for the 23 that stay undone."""
    task = {"review": 1, "rework": 10}

    row = bugs(mix={"default": ["cheap", "dear"]}, task=task).rows()["mix"]

    assert [row["review"], row["rework"]] == pytest.approx([100, 230])


def capped(name: str, cap: int, task: Plain | None = None, **more: Any) -> Question:
    """Ask of the cascade with a cap on one of its options."""
    question = bugs(mix={"default": ["cheap", "dear"]}, task=task, **more)
    options = question.workload["options"]
    return question.but(options={**options, name: {**options[name], "cap": cap}})


def test_what_a_cap_refuses_is_not_checked() -> None:
    """Capped at $40, cheap tries 40 of 100 bugs: 40 checks of $0.50, not 100."""
    row = capped("cheap", 40, {"check": Decimal("0.5")}).rows()["mix"]

    assert row["spend_by_class"]["checks"] == pytest.approx(20)


def test_what_a_cap_refuses_is_not_tried_again() -> None:
    """Of 40 bugs tried, dear sees 0.9 × 20: $40 + 0.4 × $294.75; 0.4 × 77 done, 60 left undone."""
    row = capped("cheap", 40).rows()["mix"]

    assert [row["spend"]["expected"], row["completed"], row["unmet_tasks"]] == pytest.approx(
        [157.9, 30.8, 60]
    )


@pytest.mark.parametrize(("figure", "level"), [("p10", 0.6006), ("p50", 0.9406), ("p90", 1.0)])
def test_a_cap_binds_both_tries_in_every_year(figure: str, level: float) -> None:
    """Capped at $100, a year of level L costs min(L, 1) × $394.75; P10 and P50 of L are below 1.

    Four standard errors of 20,000 draws of a lognormal of σ 0.35 are 1.7 % of P10, 1.3 % of P50.
    """
    drawn = capped("cheap", 100, level_spread=Decimal("0.35")).rows(draws=20_000)["mix"]["spend"]

    assert drawn[figure] == pytest.approx(level * 394.75, rel=0.017)


def test_two_that_try_after_each_other_are_settled_all_the_same() -> None:
    """Cheap then dear for bugs, dear then cheap for docs, one of them capped: parts add up."""
    docs = {"per_developer_month": 10, "tokens": {"input": 1_000_000}, "success": Decimal("0.5")}
    question = capped("cheap", 40)
    tasks = {**question.workload["tasks"], "docs": {**docs, "detection": 1}}
    mix = {"default": ["cheap", "dear"], "docs": ["dear", "cheap"]}
    question = question.but(tasks=tasks, mix=mix)

    row = question.rows()["mix"]

    assert sum(row["spend_by_class"].values()) == pytest.approx(row["spend"]["expected"])


def test_a_capped_second_option_rescues_its_part() -> None:
    """Dear may spend $100 of the $294.75 of second tries: it rescues 27 × 100 ÷ 294.75."""
    assert figures(capped("dear", 100)) == pytest.approx([200, 50 + 27 * 100 / 294.75])


def test_a_seat_is_paid_whatever_share_it_serves() -> None:
    """One seat of $40 for a tenth of the work: 90 × $1 + $40 + 10 × $1 beyond an empty seat."""
    question = bugs(mix={"default": {"cheap": Decimal("0.9"), "seat": Decimal("0.1")}})
    options = question.workload["options"] | {
        "seat": {"model": "one", "plan": "seat", "token_multiplier": 1, "quality": 1}
    }

    assert figures(question.but(options=options))[0] == pytest.approx(140)


def test_todays_mix_is_a_row_of_its_own() -> None:
    """Where several options run today, what runs today stands beside each of them."""
    question = bugs(current={"cheap": Decimal("0.5"), "dear": Decimal("0.5")}, reference="cheap")

    rows = question.rows()

    assert {name for name in rows if rows[name]["today"]} == {"today"}
    assert rows["today"]["spend"]["expected"] == pytest.approx(300)


# Rebound


@pytest.mark.parametrize(
    ("elasticity", "spend", "tasks"),
    [
        (0, 500, 100),
        (1, 100, 20),  # a fifth as many tasks at five times the price: the money stays
        (Decimal("0.5"), 500 / 5**0.5, 100 / 5**0.5),
    ],
)
def test_dearer_attempts_are_asked_for_less(
    elasticity: Decimal, spend: float, tasks: float
) -> None:
    """Tasks are n × (c/c₀)^(-e): c is $5 on dear, c₀ $1 on the reference."""
    row = bugs(rebound=elasticity).rows()["dear"]

    assert [row["spend"]["expected"], row["tasks"]] == pytest.approx([spend, tasks])


def test_rebound_leaves_the_reference_alone() -> None:
    """At the prices of today the reference costs what it costs: all 100 tasks are asked for."""
    assert bugs(rebound=1).rows()["cheap"]["tasks"] == pytest.approx(100)


def test_rebound_looks_at_the_prices_of_all_months() -> None:
    """At $1 in January and $3 in February an attempt costs $2 on average: half the 200 tasks."""
    dated = [("2025-01-01", 1), ("2027-02-01", 3)]
    periods = [{"effective_from": day, "input": price, "output": price} for day, price in dated]
    question = bugs(rebound=1, months=2)
    options = {
        "cheap": {"model": "one"},
        "rising": {"model": "two", "token_multiplier": 1, "quality": 1},
    }
    brix = {"vendor": "brix", "models": {"two": {"prices": periods}}}

    rows = replace(question.but(options=options), files=[*question.files, brix]).rows()

    assert rows["rising"]["tasks"] == pytest.approx(100)


def test_rebound_counts_what_checking_costs() -> None:
    """A cascade's attempt costs $3.9475 and its check $0.50: 100 ÷ 4.4475 tasks at e = 1."""
    question = bugs(rebound=1, mix={"default": ["cheap", "dear"]}, task={"check": Decimal("0.5")})

    row = question.rows()["mix"]

    assert row["tasks"] == pytest.approx(100 / 4.4475)
    assert row["spend"]["expected"] == pytest.approx(100)
