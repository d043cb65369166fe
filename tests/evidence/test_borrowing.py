"""What is said beside a step: whose error it is, where it is from, how sure it is."""

from __future__ import annotations

import math

import pytest
from small_books import CHAIN, POOLING, TWO, book, known_of, subject

from advisor.evidence.query import Subject


def test_the_parts_of_an_error_add_up_to_it() -> None:
    """Their squares are the variance of the difference, whichever way it is asked."""
    known = book(TWO)
    there, back = (
        known_of(known, subject(one), subject(other))
        for one, other in (("new", "rival"), ("rival", "new"))
    )

    assert math.hypot(*there.spread) == pytest.approx(math.hypot(*back.spread))


def test_an_option_above_its_reference_by_mistake_takes_all_others_down() -> None:
    """The reference's error counts against every option."""
    assert known_of(book(TWO), subject("new")).spread.reference < -0.1


def test_one_model_in_two_tools_shares_most_of_its_error() -> None:
    """What is not known of the model is wrong in both; the tool's part is each one's own."""
    known = book(TWO)

    shell, desk = (known_of(known, subject("new", harness=one)) for one in ("shell", "desk"))

    assert desk.spread.model == pytest.approx(shell.spread.model, rel=0.2)
    assert math.hypot(desk.spread.maker, desk.spread.model) > desk.spread.own


def test_what_is_said_of_own_work_is_wider() -> None:
    """`own_work` multiplies every part alike."""
    plain, wide = (
        known_of(book(TWO, pooling={**POOLING, "own_work": factor}), subject("new"))
        for factor in (1.0, 1.5)
    )

    assert wide.step == plain.step
    assert wide.spread == pytest.approx([1.5 * part for part in plain.spread])


@pytest.mark.parametrize(
    ("option", "nearest"),
    [
        (subject("new"), "measured"),
        (subject("new", task_class="tests"), "measured on other work"),
        (subject("new", harness="desk"), "the model in another tool"),
        (subject("new", effort="high", harness="desk"), "the model in another tool and effort"),
        (subject("third"), "models of its price and age"),
    ],
)
def test_an_answer_says_how_near_its_records_come(option: Subject, nearest: str) -> None:
    """The words are of what was measured: the set-up, the model, its family, its maker."""
    assert known_of(book(TWO), option).origin.split(":")[0].split(";")[0] == nearest


@pytest.mark.parametrize(
    ("stand_ins", "nearest"), [(CHAIN, "its predecessors"), ({}, "its maker's other models")]
)
def test_an_unmeasured_model_says_whose_records_serve(
    stand_ins: dict[str, dict[str, str]], nearest: str
) -> None:
    """Those of its line, else those of its maker."""
    known = book([{"model": "old", "cost": 2}, TWO[1]], stand_ins=stand_ins)

    assert known_of(known, subject("new")).origin.startswith(nearest)


def test_an_answer_names_the_records_that_weigh_most() -> None:
    """The option's, and the reference's beside it, by the names that people know."""
    rows = [{"model": "new", "cost": 2, "effort": "high"}, TWO[1]]

    found = known_of(book(rows), subject("new", effort="high"))

    assert found.origin == "measured: New (high, shell) on fixes; beside Rival (shell) on fixes"
    assert found.source == "Board"


def test_an_answer_is_as_old_as_the_oldest_record_named() -> None:
    """A difference is of both its days."""
    rows = [TWO[0], {**TWO[1], "date": "2026-03-01"}]

    assert str(known_of(book(rows), subject("new")).date) == "2026-03-01"


def test_a_book_without_records_still_answers() -> None:
    """Then a step is what maker, price and age say: nothing, with a wide range."""
    found = known_of(book([]), subject("new"))

    assert (found.step, found.confidence) == (0.0, "low")
    assert found.origin == "models of its price and age"


@pytest.mark.parametrize(("widening", "confidence"), [(0.2, "high"), (1.0, "medium"), (3.0, "low")])
def test_confidence_follows_from_the_spread(widening: float, confidence: str) -> None:
    """High where P90 is at most 1.7 times the middle, medium up to 2.8 times."""
    known = book(TWO, pooling={**POOLING, "own_work": widening})

    assert known_of(known, subject("new")).confidence == confidence
