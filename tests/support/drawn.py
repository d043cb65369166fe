"""Questions drawn once, of which many claims are asked, each by its number.

Drawing a question costs more than answering it, so claims share what was drawn. A claim that does
not hold says seed and number, and the smallest question found that breaks it too, as YAML.
"""

from __future__ import annotations

import inspect
import os
import random
from collections.abc import Callable
from functools import cached_property, wraps
from typing import Any, Generic, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from questions import Plain, Question
from smaller import as_yaml, shrunk
from strategies import billed_questions, mixed_questions, questions

T = TypeVar("T")
Claim = Callable[..., None]

IS_EXPLORING = os.environ.get("HYPOTHESIS_PROFILE") == "explore"
SEED = int(os.environ.get("DRAWN_SEED", random.randrange(2**32) if IS_EXPLORING else 1))  # noqa: S311
"""The same questions every time, and others with HYPOTHESIS_PROFILE=explore."""
MORE = 10 if IS_EXPLORING else 1


class Drawn(Generic[T]):
    """Things of one kind, drawn when the first claim asks about them.

    `question` is the plain question in a thing, `again` makes a thing of another question: it
    raises, or returns None, where there is none.
    """

    def __init__(
        self,
        strategy: st.SearchStrategy[T],
        most: int,
        *,
        question: Callable[[T], Question],
        again: Callable[[Question], T | None],
    ) -> None:
        """Draw nothing yet."""
        self._strategy, self._most = strategy, most * MORE
        self._question, self._again = question, again

    @cached_property
    def things(self) -> tuple[T, ...]:
        """All that there are."""
        found: list[T] = []

        @seed(SEED)
        @settings(
            max_examples=self._most, deadline=None, database=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(self._strategy)
        def take(one: T) -> None:
            found.append(one)

        take()
        return tuple(found)

    def asked(
        self, count: int, where: Callable[[T], bool] = lambda _: True
    ) -> Callable[[Claim], Claim]:
        """Ask a claim of so many things that fit, one test for each; it takes the thing first."""

        def decorate(claim: Claim) -> Claim:
            own = inspect.signature(claim)
            first, *others = own.parameters.values()

            @wraps(claim)
            def ask(number: int, **given_: Any) -> None:
                __tracebackhide__ = True
                fitting = [one for one in self.things if where(one)]
                assert number < len(fitting), f"only {len(fitting)} of {len(self.things)} fit"
                self._ask(claim, number, fitting[number], given_)

            ask.__signature__ = own.replace(  # type: ignore[attr-defined]
                parameters=[first.replace(name="number", annotation=int), *others]
            )
            numbered: Claim = pytest.mark.parametrize("number", range(count * MORE))(ask)
            return numbered

        return decorate

    def _ask(self, claim: Claim, number: int, one: T, given_: dict[str, Any]) -> None:
        __tracebackhide__ = True
        try:
            claim(one, **given_)
        except Exception as broken:
            kind = type(broken)

            asked = self._question(one)

            def is_broken(plain: Plain) -> bool:
                try:
                    other = self._again(Question(**plain, calendars=asked.calendars))
                    if other is not None:
                        claim(other, **given_)
                except kind as again:
                    return type(again) is kind
                except Exception:  # it can't be asked at all
                    return False
                return False

            least = as_yaml(shrunk(_plain(asked), is_broken))
            head = f"number {number} of seed {SEED}, and this too, which is smaller:"
            raise AssertionError(f"{head}\n\n{least}") from broken


def _plain(question: Question) -> Plain:
    """Return a question as recorded ones are written; their calendars are those of all."""
    return {
        "workload": question.workload,
        "files": list(question.files),
        "channels": question.channels,
    }


def drawn(strategy: st.SearchStrategy[Question], most: int) -> Drawn[Question]:
    """Draw plain questions."""
    return Drawn(strategy, most, question=lambda one: one, again=lambda one: one)


COUNT = 20
"""Of so many questions most claims are asked; of twice as many, where not all of them fit."""
ANYTHING = drawn(questions(), 2 * COUNT)
METERED = drawn(questions(has_seats=False), 2 * COUNT)
MIXED = drawn(mixed_questions(), COUNT)
BILLED = drawn(billed_questions(), COUNT)
