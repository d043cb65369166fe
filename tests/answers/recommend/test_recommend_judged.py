"""The recommended mix against every whole plan that there is.

The judge (`whole_plans` and `plan_verdicts`) knows neither engine nor solver: it tries all plans.
"""

from __future__ import annotations

import math
import random
from decimal import Decimal
from itertools import pairwise

import pytest
from drawn import FEW, drawn
from judged_questions import (
    BOUNDED,
    POSED,
    TIGHT,
    Posed,
    decided,
    is_near,
    recommended,
    shares_of,
    stating,
)
from plan_parts import board
from plan_verdicts import best_in_shares, check, limits
from questions import Plain, Question
from searched import searched
from small_bugs import BUG_FIX, bugs
from whole_plans import Board, Shares

# --- The judge against `compare` ------------------------------------------------------------------


def figures_of(table: Board, shares: Shares) -> Plain:
    """Return what the judge makes of a mix, under the keys of `compare`; overhead is none there."""
    years = table.plan_of(shares)
    value, review, rework = years.worth[0]
    return {
        "spend": years.spend[0],
        "completed": years.done.sum(),
        "review": review,
        "rework": rework,
        "quality": years.done.sum() / table.reference.sum() if table.reference.sum() else None,
        "net_value": value - review - rework - years.spend[0] if table.is_valued else None,
        **dict(zip(table.teams, years.by_team[0].tolist(), strict=True)),
    }


@drawn(decided()).asked(FEW)
def test_the_judge_and_compare_agree_on_any_mix(question: Question) -> None:
    """What `compare` says of a decided mix, team by team, is what the judge makes of it."""
    shares = shares_of(question)

    rows = question.rows()
    row = rows.get("mix") or rows[next(iter(next(iter(shares.values()))))[0]]

    exact = figures_of(board(question), shares)
    told = {**{k: row[k] for k in exact if k in row}, "spend": row["spend"]["expected"]}
    assert told | row["spend_by_team"] == {
        key: is_near(figure, precision=1e-6, rel=1e-10) for key, figure in exact.items()
    }


# --- Worked by hand -------------------------------------------------------------------------------


CASCADE, CHEAP, DEAR = ["cheap", "dear"], ["cheap"], ["dear"]


@pytest.mark.parametrize(
    ("asked", "strategy", "net_value"),
    [
        ({}, CASCADE, 77 * 20 - 394.75),
        ({"budget": Decimal("394.75")}, CASCADE, 77 * 20 - 394.75),
        ({"budget": 394}, CHEAP, 50 * 20 - 100),
        ({"budget": 99}, None, None),
        ({"tasks": {"bug-fix": {**BUG_FIX, "value": 19}}}, CASCADE, 77 * 19 - 394.75),
        ({"tasks": {"bug-fix": {**BUG_FIX, "value": 40}}}, DEAR, 80 * 40 - 500),
        ({"policy": {"cascades": False}}, DEAR, 80 * 20 - 500),
        ({"policy": {"max_vendors": 1}}, DEAR, 80 * 20 - 500),
        # The cascade pays brix 294.75 of 394.75, which is 0.7467.
        ({"policy": {"max_vendor_share": Decimal("0.747")}}, CASCADE, 77 * 20 - 394.75),
        ({"policy": {"max_vendor_share": Decimal("0.746")}}, None, None),
        ({"policy": {"max_harness_share": Decimal("0.99")}}, None, None),
        ({"policy": {"min_vendors": 2, "min_share": Decimal("0.25")}}, CASCADE, 1145.25),
        ({"policy": {"min_vendors": 2, "min_share": Decimal("0.26")}}, None, None),
        ({"policy": {"deny": {"makers": ["brix"]}}}, CHEAP, 50 * 20 - 100),
        ({"policy": {"allow": {"channels": ["brix"]}}}, DEAR, 80 * 20 - 500),
        # $540 a year is $45 for the month and each maker: 1055.25 with two, 1055 with one.
        ({"policy": {"vendor_overhead": 540}}, CASCADE, 1145.25 - 90),
        ({"policy": {"vendor_overhead": 552}}, DEAR, 1100 - 46),
        # A promise of $300 to brix is short by $5.25 of the cascade's second tries.
        ({"contracts": {"brix": {"commitment": 300}}}, CASCADE, 1145.25 - 5.25),
        ({"contracts": {"brix": {"commitment": 500}}}, DEAR, 80 * 20 - 500),
    ],
)
def test_what_is_best_can_be_worked_by_hand(
    asked: Plain, strategy: list[str] | None, net_value: float | None
) -> None:
    """Cheap is worth $900, dear $1,100, dear after cheap $1,145.25, until a limit forbids it."""
    answer = recommended(bugs(**asked))

    if strategy is None:
        assert answer["status"] == "infeasible"
        return
    assert [route["strategy"] for route in answer["routes"]] == [strategy]
    assert answer["net_value"] == pytest.approx(net_value, rel=1e-12)


# --- The recommendation against the judge ---------------------------------------------------------


def may_have_a_plan(case: Posed) -> bool:
    """Tell whether some plan keeps all limits, or nearly does."""
    return case.verdict.perhaps is not None


def has_a_plan(case: Posed) -> bool:
    """Tell whether some plan keeps all limits for sure."""
    return case.verdict.surely is not None


@POSED.asked(FEW, may_have_a_plan)
def test_no_whole_plan_is_better(case: Posed) -> None:
    """The objective is that of the best whole plan that keeps every limit."""
    judged = case.verdict

    best = searched(case.question).objective

    if best is None:
        assert judged.surely is None
        return
    assert judged.perhaps is not None
    assert best <= judged.perhaps + judged.precision
    if judged.surely is not None:
        assert best >= judged.surely - judged.precision


@TIGHT.asked(FEW)
def test_infeasible_is_what_no_whole_plan_keeps(case: Posed) -> None:
    """It is called infeasible exactly where every whole plan breaks a limit."""
    judged = case.verdict

    status = searched(case.question).status

    told = {"infeasible": None}.get(status, "a plan")
    assert told in {
        None if judged.surely is None else "a plan",
        None if judged.perhaps is None else "a plan",
    }


@POSED.asked(FEW)
def test_all_that_is_said_follows_from_the_routes(case: Posed) -> None:
    """Spend, value, quality, shares and every limit, worked out anew from the routes alone."""
    assert check(case.question, recommended(case.question)) == []


@POSED.asked(FEW, has_a_plan)
def test_shares_keep_the_limits_and_do_no_worse(case: Posed) -> None:
    """Without wholeness all figures follow from the routes, and no whole plan is better."""
    shared = case.question.but(policy={**case.question.workload.get("policy", {}), "whole": False})

    answer = recommended(shared)

    assert check(shared, answer) == []
    assert answer["objective"] >= (case.verdict.surely or 0.0) - case.verdict.precision


@BOUNDED.asked(FEW)
def test_no_shares_are_better(case: Posed) -> None:
    """Under one limit, shares reach what mixtures of all whole plans reach, and no more."""
    limit = limits(case.table, case.years)[0]
    sign = -1 if limit.name.startswith("min_") else 1

    answer = recommended(case.question)

    best = best_in_shares(case.years, sign * limit.reach, sign * limit.bound)
    precision = 1e-9 * float(case.years.scale.max())
    assert answer["objective"] == pytest.approx(best, rel=1e-9, abs=precision)


@POSED.asked(FEW)
def test_a_frontier_rises_by_more_than_rounding(case: Posed) -> None:
    """Every point costs more than the one before it, and not only in the last digit."""
    spends = [point["spend"] for point in recommended(case.question)["frontier"] or []]

    assert all(dearer > cheaper * (1 + 1e-9) for cheaper, dearer in pairwise(spends))


# --- Laws -----------------------------------------------------------------------------------------


def shuffled(plain: Plain) -> Plain:
    """Put the keys of a mapping into another order."""
    keys = random.Random(7).sample(sorted(plain), len(plain))  # noqa: S311 - not for secrets
    return {key: plain[key] for key in keys}


@POSED.asked(FEW)
def test_the_order_of_the_file_changes_nothing(case: Posed) -> None:
    """Options, classes and teams in another order: the same objective, and the same routes.

    Routes are held where only one plan is best.
    """
    blocks = [key for key in ("options", "tasks", "teams") if key in case.question.workload]
    other = case.question.but(**{key: shuffled(case.question.workload[key]) for key in blocks})

    first, second = searched(case.question), searched(other)

    assert first.status == second.status
    assert first.objective == is_near(second.objective, case.verdict.precision)
    if case.verdict.routes is not None:
        assert first.routes == second.routes


@POSED.asked(FEW, lambda case: case.verdict.routes is not None)
def test_the_routes_are_those_of_the_only_best_plan(case: Posed) -> None:
    """Where one plan is better than all others, it is the one recommended."""
    assert case.verdict.routes is not None
    expected = {row: {strategy: 1.0} for row, strategy in case.verdict.routes.items()}
    assert searched(case.question).routes == expected


def objective(question: Question) -> float:
    """Return the best objective; less than any where nothing is feasible."""
    found = searched(question).objective
    return -math.inf if found is None else found


@POSED.asked(FEW)
def test_another_option_never_does_harm(case: Posed) -> None:
    """With one option fewer, none of them today's, the objective is no larger."""
    options = dict(case.question.workload["options"])
    del options[max(set(options) - {"today"})]

    fewer, more = objective(case.question.but(options=options)), objective(case.question)

    assert more >= fewer or more == pytest.approx(fewer, rel=1e-9, abs=case.verdict.precision)


@POSED.asked(FEW)
def test_a_tighter_limit_never_does_good(case: Posed) -> None:
    """Whichever limit is lifted, the objective is no smaller."""
    held = [limit.name for limit in limits(case.table, case.years)]

    bound = objective(case.question)
    free = {name: objective(stating(case.question, name, None)) for name in held}

    nearly = pytest.approx(bound, rel=1e-9, abs=case.verdict.precision)
    assert [name for name, one in free.items() if one < bound and one != nearly] == []
