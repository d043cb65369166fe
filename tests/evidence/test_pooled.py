"""What all records together say of a pair: laws, and a second implementation."""

from __future__ import annotations

import itertools
import math
from typing import Any

import pytest
from pooled_oracle import step
from small_books import CHAIN, POOLING, SPREADS, TWO, book, known_of, prices, subject

from advisor.evidence.borrowing import borrow
from advisor.evidence.query import Subject

PRICES: dict[str, dict[str, Any]] = {
    "new": {"input": 2, "output": 2}, "third": {"input": 0.1, "output": 0.1},
    "old": {"input": 1, "output": 1},
}  # fmt: skip
ROWS: list[dict[str, Any]] = [
    {"model": "old", "cost": 2, "effort": "high", "trials": 50},
    {"model": "rival", "cost": 1, "effort": "medium", "confidence": "low"},
    {"model": "third", "cost": 0.2, "harness": "desk", "trials": 20},
    {"model": "new", "cost": 5, "benchmark": "other", "class": "any", "reported_by": "vendor"},
    {"model": "rival", "cost": 3, "benchmark": "other", "class": "any"},
    {"model": "rival", "cost": 0.7, "source": "trials", "reported_by": "own", "trials": 30},
    {"model": "third", "cost": 0.3, "source": "trials", "class": "tests", "trials": 10},
]
LINES = {"new": ("new", "old", "older"), "old": ("old", "older")}
MAKERS = {"new": "ours", "old": "ours", "rival": "theirs", "third": "others"}


def at(
    model: str, effort: str | None, tool: str, board: str, task_class: str, *, own: bool
) -> dict[str, Any]:
    """Say what a set-up is of, as the oracle reads it."""
    price = float(PRICES.get(model, {"input": 1})["input"])
    return {
        "model": model, "maker": MAKERS[model], "line": LINES.get(model, (model,)),
        "price": math.log(price / 0.6), "year": 0.0, "open": model == "third",
        "effort": effort, "place": {"medium": 0.0, "high": 1.0}.get(effort or "", 0.5),
        "tool": tool, "board": board, "class": task_class, "own": own,
    }  # fmt: skip


def records_for_the_oracle() -> list[dict[str, Any]]:
    """Write the rows down a second time."""
    found = []
    for row in ROWS:
        own = row.get("source") == "trials"
        task_class = row.get("class", "bug-fix")
        board = f"own {task_class}" if own else row.get("benchmark", "fixes")
        one = at(
            row["model"], row.get("effort"), row.get("harness", "shell"), board, task_class, own=own
        )
        price = math.exp(one["price"]) * 0.6
        doubts = 0.01 * (row.get("confidence") == "low") + 0.01 * (
            row.get("reported_by") == "vendor"
        )
        variance = 1 / row.get("trials", 100) + doubts
        found.append({**one, "value": math.log(row["cost"] / price * 1e6), "variance": variance})
    return found


@pytest.mark.parametrize(
    ("option", "reference"),
    [
        (subject("new", effort="high"), subject("rival", effort="medium")),
        (subject("third", harness="desk"), subject("rival")),
        (
            subject("third", harness="desk", task_class="tests"),
            subject("new", harness="desk", task_class="tests"),
        ),
        (subject("old"), subject("old", effort="high")),
    ],
)
def test_a_second_implementation_finds_the_same(option: Subject, reference: Subject) -> None:
    """Loops and elimination come to the same step and the same deviation."""
    known = book(ROWS, stand_ins=CHAIN, pooling={**POOLING, "own_work": 1.0})
    asked = [
        at(
            one.model, one.effort, one.harness or "", f"own {one.task_class}", one.task_class,
            own=True,
        )
        for one in (option, reference)
    ]  # fmt: skip

    found = borrow(known, prices(**PRICES), "tokens", [(option, reference)])[0]

    assert found is not None
    expected = step(SPREADS, records_for_the_oracle(), *asked)
    assert (found.step, found.deviation) == pytest.approx(expected)


def test_there_and_back_is_once() -> None:
    """m(B→A) is 1 ÷ m(A→B), and just as uncertain."""
    known = book(ROWS, stand_ins=CHAIN)
    one, other = subject("new"), subject("third", harness="desk")

    there, back = known_of(known, one, other), known_of(known, other, one)

    assert there.step == -back.step
    assert there.deviation == pytest.approx(back.deviation)


def test_by_way_of_a_third_is_the_same() -> None:
    """A→B→C is A→C: every pair rests on all records."""
    known = book(ROWS, stand_ins=CHAIN)
    a, b, c = subject("new"), subject("rival"), subject("third")

    steps = [known_of(known, *pair).step for pair in ((b, a), (c, b), (c, a))]

    assert steps[0] + steps[1] == pytest.approx(steps[2])


def test_the_reference_itself_is_exactly_one() -> None:
    """It needs no record, and an effort written out is the same as the default it is."""
    known = book([], default_efforts={"old": "medium"})

    found = known_of(known, subject("old", effort="medium"), subject("old"))

    assert (found.step, found.deviation, found.is_reference) == (0.0, 0.0, True)


def test_other_options_change_nothing() -> None:
    """An answer is the same whatever else is asked for."""
    known = book(ROWS, stand_ins=CHAIN)
    pairs = [(subject(model), subject("rival")) for model in ("new", "third", "old")]

    together = borrow(known, prices(), "tokens", pairs)
    alone = [borrow(known, prices(), "tokens", [pair])[0] for pair in pairs]

    assert [one.step for one in together if one] == pytest.approx(
        [one.step for one in alone if one]
    )
    assert [one.spread for one in together if one] == [
        pytest.approx(one.spread) for one in alone if one
    ]


def test_what_was_measured_moves_the_answer() -> None:
    """Twice the tokens on a board are more than as many on the team's work, and less than twice."""
    found = known_of(book(TWO), subject("new"))

    assert 0.1 < found.step < math.log(2)


def test_a_board_of_another_kind_of_work_says_less() -> None:
    """What is peculiar to a board holds on others of its kind."""
    same, other = (
        known_of(book([{**row, "class": name} for row in TWO]), subject("new"))
        for name in ("bug-fix", "frontend")
    )

    assert other.step < same.step
    assert other.deviation > same.deviation


def test_an_unmeasured_model_is_told_from_its_predecessor() -> None:
    """The step is the predecessor's, shrunk, and less certain."""
    known = book([{"model": "old", "cost": 2}, TWO[1]], stand_ins=CHAIN)

    old, new = known_of(known, subject("old")), known_of(known, subject("new"))

    assert 0 < new.step < old.step
    assert new.deviation > old.deviation


def test_an_option_may_name_its_own_stand_in() -> None:
    """`stands_in_for` brings a model that has no records nearer to one that has."""
    known = book([{"model": "third", "cost": 4}, TWO[1]])

    plain, named = (known_of(known, subject("new", stands_in_for=one)) for one in (None, "third"))

    assert named.step > plain.step


def test_a_model_with_records_of_its_own_needs_no_stand_in() -> None:
    """Then the one that an option names changes nothing."""
    known = book([*TWO, {"model": "third", "cost": 4}])

    plain, named = (known_of(known, subject("new", stands_in_for=one)) for one in (None, "third"))

    assert named == plain


def test_a_record_of_low_confidence_moves_less() -> None:
    """The same figure counts for less where it is doubted."""
    sure, doubted = (
        known_of(book([{**TWO[0], "confidence": one}, TWO[1]]), subject("new"))
        for one in ("high", "low")
    )

    assert doubted.step < sure.step


OWN = {"source": "trials", "benchmark": "pilot"}
PUBLIC = [{"model": "new", "cost": 1}, {"model": "rival", "cost": 1}]


def after_trials(number: int, **row: Any) -> float:
    """Return the step after so many own trials in which the option took four times the tokens."""
    own = [
        {**OWN, **row, "model": "new", "cost": 4, "trials": number},
        {**OWN, **row, "model": "rival", "cost": 1, "trials": number},
    ]
    return known_of(book([*PUBLIC, *own]), subject("new")).step


def test_thirty_own_trials_move_the_answer_most_of_the_way() -> None:
    """From as many tokens as the rival's to more than three quarters of the way to four times."""
    assert known_of(book(PUBLIC), subject("new")).step == pytest.approx(0.0)
    assert after_trials(30) > 0.75 * math.log(4)


def test_own_trials_count_smoothly() -> None:
    """Each further trial moves the answer on, and by less than the one before."""
    steps = [after_trials(number) for number in range(1, 101)]
    moves = [after - before for before, after in itertools.pairwise(steps)]

    assert all(move > 0 for move in moves)
    assert all(later < earlier for earlier, later in itertools.pairwise(moves))


def test_own_trials_of_other_work_count_less() -> None:
    """They are of the same house, though."""
    of_tests = after_trials(30, **{"class": "tests"})

    assert 0 < of_tests < after_trials(30)


def test_own_trials_are_named_as_such() -> None:
    """Once they weigh more than what is public, the figure is the team's own."""
    own = [{**OWN, "model": name, "cost": 1, "trials": 40} for name in ("new", "rival")]

    found = known_of(book([*PUBLIC, *own]), subject("new"))

    assert found.is_own
    assert found.origin.startswith("own trials: ")


def test_without_constants_nothing_is_known() -> None:
    """A book that says nothing of pooling gives no answer, rather than a guess."""
    pair = (subject("new"), subject("rival"))

    assert borrow(book(TWO, pooling=None), prices(), "tokens", [pair]) == [None]


def test_the_reference_itself_needs_no_constants() -> None:
    """The same model at the same effort in the same tool is the same, whatever is known."""
    pair = (subject("new"), subject("new"))

    (found,) = borrow(book(TWO, pooling=None), prices(), "tokens", [pair])

    assert found is not None
    assert (found.step, found.deviation, found.is_reference) == (0.0, 0.0, True)
