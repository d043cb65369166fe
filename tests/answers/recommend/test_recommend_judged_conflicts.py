"""Limits that no mix keeps together, against every whole plan that there is."""

from __future__ import annotations

from collections.abc import Container
from decimal import Decimal

import pytest
from drawn import FEW
from judged_questions import TIGHT, Posed, is_near, recommended, stating
from plan_parts import board
from plan_verdicts import least_bounds, limits
from questions import Plain, Question
from small_bugs import bugs

# --- Worked by hand -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "conflict"),
    [
        ({"budget": 99}, {"budget": 100}),
        ({"policy": {"max_vendors": 1, "min_vendors": 2}}, {"max_vendors": 2, "min_vendors": 1}),
        ({"policy": {"deny": {"makers": ["acme", "brix"]}}}, {"deny.makers": None}),
        ({"policy": {"max_harness_share": Decimal("0.9")}}, {"max_harness_share": 1}),
        ({"policy": {"max_vendor_share": Decimal("0.74")}}, {"max_vendor_share": 294.75 / 394.75}),
        # A maker that is paid for a broken promise serves nobody: it takes the cascade to have two.
        (
            {
                "contracts": {"brix": {"commitment": 50}},
                "budget": 160,
                "policy": {"min_vendors": 2},
            },
            {"budget": 394.75, "min_vendors": 1},
        ),
        # $50 to the channel is no maker's, but it is in the total: acme has 100 of 150, and after
        # dear's second tries brix has 294.75 of 444.75, which is 0.663.
        (
            {"contracts": {"cloud": {"commitment": 50}}, "budget": 160,
             "policy": {"max_vendor_share": Decimal("0.665")}},
            {"budget": 444.75, "max_vendor_share": 100 / 150},
        ),
        # Two makers would cost $90 for the month beside the $45 of one: overhead is no spending.
        (
            {"budget": 99, "policy": {"vendor_overhead": 540, "min_quality": 1}},
            {"budget": 100},
        ),
    ],
)  # fmt: skip
def test_what_conflicts_can_be_worked_by_hand(
    asked: Plain, conflict: dict[str, float | None]
) -> None:
    """No more limits are named than contradict each other, each with what would be enough."""
    conflicts = recommended(bugs(**asked))["conflicts"]

    told = {one["limit"]: one["least_relaxation"] for one in conflicts}
    assert told == {name: is_near(bound) for name, bound in conflict.items()}


# --- Drawn ----------------------------------------------------------------------------------------


hopeless = TIGHT.asked(FEW, lambda case: case.verdict.perhaps is None)
"""Asks of questions whose limits no whole plan keeps, by far."""


def only(question: Question, names: Container[str]) -> Question:
    """Lift every limit but these."""
    case = board(question)
    for limit in limits(case, case.all_plans()):
        if limit.name not in names:
            question = stating(question, limit.name, None)
    return question


@hopeless
def test_conflicting_limits_cannot_all_be_kept(case: Posed) -> None:
    """The limits that are named as conflicting are enough to leave no plan."""
    names = [conflict["limit"] for conflict in recommended(case.question)["conflicts"]]

    assert case.under(only(case.question, names)).verdict.surely is None


@hopeless
def test_every_conflicting_limit_is_needed_for_the_conflict(case: Posed) -> None:
    """Without any one of the limits named, some plan keeps the rest of them."""
    names = [conflict["limit"] for conflict in recommended(case.question)["conflicts"]]

    rest = {
        name: case.under(only(case.question, set(names) - {name})).verdict.perhaps for name in names
    }
    assert None not in rest.values()


@hopeless
def test_the_least_relaxation_is_the_least(case: Posed) -> None:
    """A conflicting limit moves to what some plan keeps beside all others, and no farther."""
    conflicts = recommended(case.question)["conflicts"]

    told = {conflict["limit"]: conflict["least_relaxation"] for conflict in conflicts}
    least = least_bounds(case.table, case.years)
    expected = {name: least[name] for name in told if not name.startswith(("deny", "allow"))}
    assert {name: told[name] for name in expected} == {
        name: is_near(bound, rel=1e-7) for name, bound in expected.items()
    }
