"""What is found near the best shares is what the solver finds when it is handed the whole problem.

The programs are drawn: budgets, floors, shares of makers, fees, what is paid beyond a pool; and
those of real questions with seats, commitments and teams.
"""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest
from drawn import FEW
from judged_questions import POSED, Posed
from test_solver import Shape, random_problem

from advisor.answers.recommend import near
from advisor.answers.recommend.answer import quest_of
from advisor.answers.recommend.branching import Branching
from advisor.answers.recommend.dominated import pruned
from advisor.answers.recommend.near import solve_near
from advisor.answers.recommend.problem import Program, Sum
from advisor.answers.recommend.solution import EXACT, Effort, Solution
from advisor.answers.recommend.solver import INFEASIBLE, OPTIMAL, Solver

EXACTLY = Effort(EXACT)
SEEDS = range(12)
WHOLE = Shape(cells=7, options=6, is_whole=True)
SHAPES = {
    "routes alone": WHOLE,
    "fees and a pool": WHOLE._replace(has_fees=True),
    "a tight budget": WHOLE._replace(has_fees=True, budget=0.1),
    "hardly any budget": WHOLE._replace(budget=0.02),
    "too little money": WHOLE._replace(budget=-0.2),
}
drawn_programs = pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
every_seed = pytest.mark.parametrize("seed", SEEDS)


class Told(NamedTuple):
    """What is said of a solution, to be compared."""

    status: str
    objective: object


def told(found: Solution) -> Told:
    """Say what a solution comes to; its objective to what the solver calls equal."""
    near_enough = pytest.approx(found.objective, rel=2e-9, abs=1e-6)
    return Told(found.status, near_enough if found.status == OPTIMAL else None)


def in_blocks(program: Program) -> Program:
    """Let every two cells have a floor of their own, as a class of work of two teams has."""
    for first in range(0, program.cells - 1, 2):
        mine = (program.cell == first) | (program.cell == first + 1)
        best = [program.gain[program.cell == n].max() for n in (first, first + 1)]
        floor = np.where(mine, -program.gain, 0.0)
        program.hold("floor", Sum(floor, {}, 0.7 * float(sum(best))))
    return program


def as_drawn(program: Program) -> Program:
    """Leave a problem as it is."""
    return program


@every_seed
@drawn_programs
@pytest.mark.parametrize("laid", [as_drawn, in_blocks])
def test_it_is_the_solvers_own_best(
    seed: int, shape: Shape, laid: Callable[[Program], Program]
) -> None:
    """Status and objective are those of the solver that is handed everything."""
    program = laid(random_problem(seed, shape))

    found = solve_near(program, EXACTLY)

    whole = Solver(program).solve(EXACTLY)
    assert Told(found.status, found.objective if whole.status == OPTIMAL else None) == told(whole)


@every_seed
@drawn_programs
def test_what_is_found_keeps_every_row(seed: int, shape: Shape) -> None:
    """One column a cell, extras within bounds, no row broken, and worth what is said."""
    program = random_problem(seed, shape)

    found = solve_near(program, EXACTLY)

    if found.status == INFEASIBLE:
        assert found.columns.size == 0
        return
    over = [row.sum.at(found.columns, found.extras) for row in program.rows]
    gains = np.array([extra.gain for extra in program.extras])
    worth = program.gain @ found.columns + gains @ found.extras + program.constant
    assert np.bincount(program.cell, found.columns).tolist() == [1.0] * program.cells
    assert max(over) <= 1e-6
    assert worth == pytest.approx(found.objective, rel=1e-9)


@every_seed
def test_a_mix_that_is_put_aside_is_followed_by_the_next_best(seed: int) -> None:
    """Without the best mixes, the next one is the one that the solver finds without them."""
    program = random_problem(seed, SHAPES["fees and a pool"])
    for _ in range(4):
        best = solve_near(program, EXACTLY)
        program.excluded.append(np.flatnonzero(best.columns > 0.5))

    found = solve_near(program, EXACTLY)

    assert Told(found.status, found.objective) == told(Solver(program).solve(EXACTLY))


@every_seed
@pytest.mark.parametrize("shape", [SHAPES["fees and a pool"], SHAPES["a tight budget"]])
def test_known_mixes_change_nothing(seed: int, shape: Shape) -> None:
    """With mixes that are known the answer is the same, be they good, bad or not allowed."""
    program = random_problem(seed, shape)
    best = solve_near(program, EXACTLY)
    firsts = np.unique(program.cell, return_index=True)[1]
    known = [firsts, np.flatnonzero(best.columns > 0.5)] if best.status == OPTIMAL else [firsts]

    found = solve_near(program, EXACTLY, known)

    assert Told(found.status, found.objective if best.status == OPTIMAL else None) == told(best)


@every_seed
@pytest.mark.parametrize("limit", ["_MOST_NODES", "_MOST_SETTLED"])
def test_what_is_too_much_is_handed_over(
    seed: int, limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where hardly anything may be gone through, the solver finds the same among what is left."""
    program = random_problem(seed, SHAPES["fees and a pool"])
    monkeypatch.setattr(near, limit, 2 if limit == "_MOST_NODES" else 1)

    found = solve_near(program, EXACTLY)

    assert Told(found.status, found.objective) == told(Solver(program).solve(EXACTLY))


def test_a_search_that_is_handed_over_tells_of_what_was_known() -> None:
    """Who waits hears of the best mix that was known before the solver was asked."""
    heard: list[tuple[float, float]] = []
    effort = Effort(progress=lambda _, best, bound: heard.append((best, bound)))

    tell = effort.knowing(5.0, 9.0).progress

    assert tell is not None
    for found, at_most in ((-np.inf, np.inf), (6.0, 8.0)):
        tell(1.0, found, at_most)
    assert heard == [(5.0, 9.0), (6.0, 8.0)]


@every_seed
def test_what_a_search_holds_is_freed_at_once(seed: int) -> None:
    """Commands run with the collector off: who refers to itself would be kept to the end."""
    gc.disable()
    try:
        program = random_problem(seed, SHAPES["fees and a pool"])
        kept = weakref.ref(program)
        solve_near(program, EXACTLY)
        del program
        assert kept() is None
    finally:
        gc.enable()


@POSED.asked(FEW)
def test_real_questions_have_the_solvers_own_best(case: Posed) -> None:
    """With seats, pools, commitments, teams and limits on makers: the same objective."""
    program = pruned(quest_of(case.question.case(), draws=0, seed=1).terms().program)

    found = solve_near(program, EXACTLY)

    whole = Solver(program).solve(EXACTLY)
    assert Told(found.status, found.objective if whole.status == OPTIMAL else None) == told(whole)


@every_seed
def test_branching_goes_on_as_a_row_moves(seed: int) -> None:
    """In shares with fees, every ceiling has the best that a solver of its own finds."""
    shape = SHAPES["fees and a pool"]._replace(is_whole=False)
    program = random_problem(seed, shape)
    row = next(n for n, one in enumerate(program.rows) if one.limit == "budget")
    branching = Branching(program)
    found, own = [], []
    for right in (0.0, 5.0, 1.0, 20.0):
        branching.move(row, right)
        solver = Solver(program)
        solver.move(row, right)
        found.append(branching.solve(EXACTLY).objective)
        own.append(solver.solve(EXACTLY).objective)

    assert found == pytest.approx(own, rel=1e-8)


@POSED.asked(FEW)
def test_a_mix_that_is_known_changes_no_answer(case: Posed) -> None:
    """Without a limit the best is the same, be it told of the mix under the limit or not."""
    quest = quest_of(case.question.case(), draws=0, seed=1)
    found = quest.best()
    free = [quest.without(bound) for bound in quest.bounds[:2]]

    told_of_it = [one.best(found.shares if found.mix is not None else None) for one in free]

    assert [one.status for one in told_of_it] == [one.best().status for one in free]
    alone = [one.best().objective for one in free]
    assert [one.objective for one in told_of_it] == pytest.approx(alone, rel=3e-6)
