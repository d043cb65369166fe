"""Questions drawn once, of which many claims are asked, each by its number.

Drawing a question costs more than answering it, so claims share what was drawn. A claim that does
not hold says seed and number, and the smallest question found that breaks it too, as YAML.
"""

from __future__ import annotations

import inspect
import os
import random
from collections.abc import Callable
from functools import partial, wraps
from itertools import islice
from typing import Any, Generic, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from price_strategies import Draw
from questions import Plain, Question
from smaller import as_yaml, shrunk
from strategies import billed_questions, mixed_questions, questions

T = TypeVar("T")
Claim = Callable[..., None]

IS_EXPLORING = os.environ.get("HYPOTHESIS_PROFILE") == "explore"
SEED = int(os.environ.get("DRAWN_SEED", random.randrange(2**32) if IS_EXPLORING else 1))  # noqa: S311
"""The same questions every time, and others with HYPOTHESIS_PROFILE=explore."""
MORE = 10 if IS_EXPLORING else 1
MOST_TRIED = 1_000 * MORE


@st.composite
def _but_the_simplest(draw: Draw, strategy: st.SearchStrategy[T]) -> T | None:
    """Draw nothing first: what Hypothesis begins with is the simplest, every time."""
    return draw(strategy) if draw(st.integers(0, 10_000)) else None


class Drawn(Generic[T]):
    """Things of one kind, each drawn when the first claim asks about it, and by itself alone.

    `question` is the plain question in a thing, `again` makes a thing of another question: it
    raises, or returns None, where there is none.
    """

    def __init__(
        self,
        strategy: st.SearchStrategy[T],
        *,
        question: Callable[[T], Question],
        again: Callable[[Question], T | None],
    ) -> None:
        """Draw nothing yet."""
        self._strategy, self._question, self._again = strategy, question, again
        self._known: dict[int, T] = {}

    def __getitem__(self, number: int) -> T:
        """Return the thing of a number, whatever was drawn before."""
        own_seed = SEED + number
        while number not in self._known:
            found = self._drawn(own_seed)
            own_seed += MOST_TRIED
            if found is not None:
                self._known[number] = found
        return self._known[number]

    def _drawn(self, own_seed: int) -> T | None:
        found: list[T | None] = []

        @seed(own_seed)
        @settings(
            max_examples=2, deadline=None, database=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(_but_the_simplest(self._strategy))
        def take(one: T | None) -> None:
            found.append(one)

        take()
        return found[-1]

    def fitting(self, place: int, where: Callable[[T], bool]) -> int:
        """Return the number of the first, second … thing that fits."""
        numbers = (number for number in range(MOST_TRIED) if where(self[number]))
        return next(islice(numbers, place, None))

    def asked(
        self, count: int, where: Callable[[T], bool] = lambda _: True
    ) -> Callable[[Claim], Claim]:
        """Ask a claim of so many things that fit, one test for each; it takes the thing first."""

        def decorate(claim: Claim) -> Claim:
            own = inspect.signature(claim)
            first, *others = own.parameters.values()

            @wraps(claim)
            def ask(place: int, **given_: Any) -> None:
                __tracebackhide__ = True
                self._ask(partial(claim, **given_), self.fitting(place, where), where)

            ask.__signature__ = own.replace(  # type: ignore[attr-defined]
                parameters=[first.replace(name="place", annotation=int), *others]
            )
            placed: Claim = pytest.mark.parametrize("place", range(count * MORE))(ask)
            return placed

        return decorate

    def _ask(self, claim: Claim, number: int, where: Callable[[T], bool]) -> None:
        __tracebackhide__ = True
        try:
            claim(self[number])
        except Exception as broken:
            kind, asked = type(broken), self._question(self[number])

            def is_broken(plain: Plain) -> bool:
                try:
                    other = self._again(Question(**plain, calendars=asked.calendars))
                    if other is not None and where(other):
                        claim(other)
                except kind as again:
                    return type(again) is kind
                except Exception:  # it can't be asked at all
                    return False
                return False

            least = as_yaml(shrunk(_plain(asked), is_broken))
            head = f"question {number} of seed {SEED}, and this one, which is smaller:"
            raise AssertionError(f"{head}\n\n{least}") from broken


def _plain(question: Question) -> Plain:
    """Return a question as recorded ones are written; their calendars are those of all."""
    return {
        "workload": question.workload,
        "files": list(question.files),
        "channels": question.channels,
    }


def drawn(strategy: st.SearchStrategy[Question]) -> Drawn[Question]:
    """Draw plain questions."""
    return Drawn(strategy, question=lambda one: one, again=lambda one: one)


COUNT, FEW = 20, 10
"""Of so many questions most claims are asked, and those that take long to answer."""
ANYTHING = drawn(questions())
METERED = drawn(questions(has_seats=False))
MIXED = drawn(mixed_questions())
BILLED = drawn(billed_questions())
