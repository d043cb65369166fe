"""The best mix alone, without all that is said beside it, which takes ten times as long."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import NamedTuple, TypeVar

from questions import Question

from advisor.answers.recommend.answer import quest_of
from advisor.answers.recommend.mix import servings

T = TypeVar("T")
Row = tuple[str, str]
Strategy = tuple[str, ...]


def once(answer: Callable[[Question], T]) -> Callable[[Question], T]:
    """Remember what was answered: a question that is asked again, to the letter, is not worked out.

    Files differ in what they hold, not in who drew them.
    """
    known: dict[str, T] = {}

    @wraps(answer)
    def asked(question: Question) -> T:
        key = repr((question.workload, question.files, question.channels, question.calendars))
        if key not in known:
            known[key] = answer(question)
        return known[key]

    return asked


class Searched(NamedTuple):
    """How a search ended, and who serves what part of each row."""

    status: str
    objective: float | None
    routes: dict[Row, dict[Strategy, float]]


@once
def searched(question: Question) -> Searched:
    """Search the best mix, as `recommend` does before it says anything else."""
    case = question.case()
    quest = quest_of(case, draws=0, seed=1)
    found = quest.best()
    if found.mix is None:
        return Searched(found.status, None, {})
    work = case.market.work
    routes = {
        (work.teams[g], work.classes[k]): {
            tuple(case.options[o].name for o in strategy): share for strategy, share in parts
        }
        for (g, k), parts in servings(quest.menu, found.shares).items()
    }
    return Searched(found.status, found.objective, routes)
