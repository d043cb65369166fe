"""Questions asked at the same time: answers in their order, and an end where one fails."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from functools import partial

import pytest

from advisor.answers.stress import side_by_side as asking
from advisor.answers.stress.side_by_side import side_by_side

SECONDS = 20


@pytest.fixture(params=[1, 4])
def cores(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Pretend that the machine has so many."""
    monkeypatch.setattr(os, "cpu_count", lambda: request.param)
    return int(request.param)


@pytest.mark.usefixtures("cores")
def test_answers_stand_in_the_order_of_the_questions() -> None:
    """Whichever is answered first, the first answer is that of the first question."""
    assert side_by_side([partial(pow, n, 2) for n in range(20)]) == [n * n for n in range(20)]


@pytest.mark.usefixtures("cores")
def test_no_question_has_no_answer() -> None:
    """Nothing asked, nothing answered."""
    assert side_by_side([]) == []


@pytest.mark.usefixtures("cores")
def test_what_a_question_raises_is_raised() -> None:
    """A question that fails ends all of them with its own error."""
    with pytest.raises(ZeroDivisionError):
        side_by_side([partial(divmod, 1, n) for n in (2, 1, 0, 1)])


def test_after_a_failure_nothing_more_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two are asked at once; where one fails, of a hundred others most never are."""
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.setattr(asking, "_QUICK", -1)
    failed, asked = threading.Event(), []

    def slow() -> None:
        """Stand first: more than nothing is slow here."""

    def fails() -> None:
        failed.set()
        raise ValueError

    def waits(number: int) -> None:
        failed.wait(SECONDS)
        asked.append(number)
        threading.Event().wait(0.01)

    questions: list[Callable[[], None]] = [slow, fails, *(partial(waits, n) for n in range(100))]
    with pytest.raises(ValueError, match=r"^$"):
        side_by_side(questions)

    assert len(asked) < 50


def test_two_cores_answer_two_questions_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the first was slow, two others that wait for each other are both answered."""
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.setattr(asking, "_QUICK", -1)
    meet = threading.Barrier(2, timeout=SECONDS)

    assert sorted(side_by_side([lambda: 7, meet.wait, meet.wait])) == [0, 1, 7]


def test_quick_questions_are_asked_one_after_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """While answers are quick no other thread is asked."""
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.setattr(asking, "_QUICK", SECONDS)

    assert set(side_by_side([threading.get_ident] * 9)) == {threading.get_ident()}
