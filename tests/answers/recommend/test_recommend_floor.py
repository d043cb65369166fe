"""A search that was cut short never ends below an option alone that keeps every limit."""

from __future__ import annotations

import math

from drawn import FEW, drawn
from judged_questions import dilemmas
from plan_parts import board
from questions import Question

from advisor.answers.recommend.answer import quest_of
from advisor.answers.recommend.columns import best_single, measured
from advisor.answers.recommend.floor import at_least_alone
from advisor.answers.recommend.limits import excess
from advisor.answers.recommend.search import worth
from advisor.answers.recommend.solver import FEASIBLE, UNKNOWN

DILEMMAS = drawn(dilemmas())


def has_work(question: Question) -> bool:
    """Tell whether anybody does anything."""
    return bool(board(question).rows)


@DILEMMAS.asked(2 * FEW, has_work)
def test_an_option_alone_stands_in_where_no_mix_was_found_in_time(question: Question) -> None:
    """Without any time the best option alone is the mix; with time the mix is no worse than it."""
    case = question.but(budget=10**9).case()
    quest = quest_of(case, draws=0, seed=1)
    found = quest.best()
    nothing = found._replace(status=UNKNOWN, mix=None, figures=None, objective=-math.inf)
    alone = next(
        measured(quest, case, n)
        for n, way in enumerate(case.ways)
        if way.facts and way.name == case.options[best_single(case, quest)].name
    )

    stand_in = at_least_alone(quest, nothing._replace(bound=math.inf))

    keeps_all = all(excess(bound, alone) <= 0 for bound in quest.bounds)
    near = 1e-9 * max(1.0, abs(found.objective))
    if keeps_all:
        assert stand_in.status == FEASIBLE
        assert stand_in.objective >= worth(alone, quest.aiming.objective) - near
    assert stand_in.mix is None or stand_in.objective <= found.objective + near


@DILEMMAS.asked(FEW, has_work)
def test_a_mix_that_is_proved_stays(question: Question) -> None:
    """What is proved best is not looked at again."""
    quest = quest_of(question.case(), draws=0, seed=1)
    found = quest.best()

    assert at_least_alone(quest, found) is found
