"""Mixes that are listed, held against all mixes there are, and what a problem allows beside them.

What a reader would get wrong: everything whole beside the routes stands here, as it does wherever
mixes are listed.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from mixes import choice, seller, team, work
from numpy.typing import NDArray
from test_near import in_blocks
from test_solver import Shape, random_problem

from advisor.answers.recommend import filling, mix_listing, settling
from advisor.answers.recommend.answer import quest_of
from advisor.answers.recommend.problem import Extra, Program, Sum, priced
from advisor.answers.recommend.row_tables import RowTables
from advisor.answers.recommend.settling import Best, Settling, TooMuchError
from advisor.answers.recommend.shares import Shares, in_shares
from advisor.answers.recommend.solution import EXACT, UNKNOWN, USUAL_GAP, without_solution
from advisor.answers.recommend.solver import OPTIMAL, Solver

FloatArray = NDArray[np.float64]

SMALL = Shape(cells=5, options=5, is_whole=True, has_fees=True)
every_seed = pytest.mark.parametrize("seed", range(20))


def paid_for(program: Program) -> FloatArray:
    """Let every fee be paid, whole extras being 1."""
    return np.array([float(extra.is_whole) for extra in program.extras])


def all_mixes(program: Program) -> NDArray[np.intp]:
    """List every whole mix, the column of each cell."""
    own = [np.flatnonzero(program.cell == n) for n in range(program.cells)]
    return np.array(list(itertools.product(*own)))


def best_of_all(program: Program, tables: RowTables) -> float:
    """Return what the best whole mix is worth that keeps every row, by going through all."""
    sums = tables.added_up(tables.columns[all_mixes(program)].sum(axis=1), paid_for(program))
    return float(sums.worth[sums.holds].max(initial=-np.inf))


@every_seed
@pytest.mark.parametrize("laid", [lambda one: one, in_blocks], ids=["by cell", "in blocks"])
@pytest.mark.parametrize(
    ("room", "name", "value"),
    [
        (settling, "_FEW_WAYS", settling._FEW_WAYS),
        (settling, "_FEW_WAYS", 0),
        (mix_listing, "_COMPARED_AT_ONCE", 3),
        (mix_listing, "_MOST_ROWS", 1),
    ],
    ids=["as it is", "further and further", "a few at a time", "worse ones kept"],
)
def test_the_best_of_all_mixes_is_listed(
    seed: int, laid: object, room: object, name: str, value: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However it is gone about, the best mix is the one that is found by going through all."""
    monkeypatch.setattr(room, name, value)
    assert callable(laid)
    program = laid(random_problem(seed, SMALL))
    tables = RowTables(program)
    best = Best(EXACT)

    is_all = Settling(program, tables, best).settle(paid_for(program))

    assert is_all
    assert best.solution.objective == pytest.approx(best_of_all(program, tables), rel=2e-9)


@every_seed
def test_what_is_worse_than_a_mix_that_is_put_aside_is_listed(seed: int) -> None:
    """Without the best mix, another counts that takes no less and brings less."""
    program = random_problem(seed, SMALL)
    tables = RowTables(program)
    mixes, whole = all_mixes(program), paid_for(program)
    sums = tables.added_up(tables.columns[mixes].sum(axis=1), whole)
    worth = np.where(sums.holds, sums.worth, -np.inf)
    first, second = np.argsort(-worth)[:2].tolist()
    program.excluded.append(mixes[first])
    best = Best(EXACT)

    Settling(program, tables, best).settle(whole)

    assert best.solution.objective == pytest.approx(worth[second], rel=2e-9)


def owing(allowance: float) -> Program:
    """Lay work out that owes what it uses beyond an allowance, where two options bring one cell on.

    The dearer one brings more; columns alone keep the budget whichever is chosen.
    """
    cell, strategy = np.array([0, 0, 1], dtype=np.intp), np.array([0, 1, 0], dtype=np.intp)
    spend = Sum(np.array([6.0, 1.0, 0.0]))
    program = Program(2, cell, strategy, np.array([9.0, 8.0, 50.0]), is_whole=True, cost=spend)
    due = program.add(Extra("due", -1.0, high=20.0))
    owed = Sum(np.zeros(3), {due: 1.0})
    program.hold("", Sum(np.array([0.0, 0.0, 20.0]), {due: -1.0}, -allowance))
    program.hold("budget", spend.plus(owed)._replace(constant=-10.0))
    return program


@pytest.mark.parametrize(("allowance", "best"), [(12.0, 50.0), (17.0, 56.0), (30.0, 59.0)])
def test_a_budget_that_columns_keep_counts_with_what_is_owed(allowance: float, best: float) -> None:
    """What brings less for less is not left out where the rest of the budget is owed."""
    program = owing(allowance)
    found = Best(EXACT)

    Settling(program, RowTables(program), found).settle(np.zeros(1))

    assert found.solution.objective == pytest.approx(best)


@every_seed
@pytest.mark.parametrize("budget", [0.3, 1.0, 1.2])
def test_no_closed_row_comes_to_more_than_its_worst(seed: int, budget: float) -> None:
    """Of all mixes none takes more of a row, its overage included, than is said of all."""
    program = random_problem(seed, SMALL._replace(budget=budget))
    tables, whole = RowTables(program), paid_for(program)
    sums = tables.columns[all_mixes(program)].sum(axis=1)
    extras = tables.added_up(sums, whole).extras
    rows = sums[:, 1:] + tables.constants + extras @ tables.beside
    own = [tables.columns[program.cell == n, 1:] for n in range(program.cells)]

    worst = tables.at_worst(own, whole)

    closed = tables.is_closed
    assert closed.any()
    assert (rows.max(axis=0)[closed] <= worst[closed] + tables.slack[closed]).all()


def test_too_many_are_not_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where more had to be held against each other than may be, it is said that not all were."""
    monkeypatch.setattr(mix_listing, "_MOST_COMPARED", 0)

    program = random_problem(2, SMALL._replace(cells=9, options=7))

    assert not Settling(program, RowTables(program), Best(EXACT)).settle(paid_for(program))


def under_two_limits(seed: int) -> Program:
    """Lay 25 cells out that may be served in three ways, which differ in two limits.

    Beside them stand cells without a choice, as most work of most teams is.
    """
    rng = np.random.default_rng(seed)
    ways = np.array([3] * 25 + [1] * 60)
    cell = np.repeat(np.arange(len(ways)), ways)
    strategy = np.concatenate([np.arange(one) for one in ways])
    size = rng.lognormal(0, 0.6, len(ways))[cell]
    gain, money, other = (
        size * np.array(one)[strategy] for one in ([2.0, 1.5, 1.7], [1, 2, 4], [4, 2, 1])
    )
    free = cell < 25
    gain = np.where(free, gain, 30 * gain)
    program = Program(len(ways), cell, strategy, gain, True, Sum(money))
    for name, weights, a_unit in (("money", money, 2.2), ("other", other, 2.3)):
        most = weights[~free].sum() + a_unit * size[free].sum() / 3
        program.hold(name, Sum(weights, {}, -float(most)))
    return program


@pytest.mark.parametrize("seed", range(6))
def test_many_cells_fill_two_limits_to_a_millionth(seed: int) -> None:
    """Each cell has one of three ways, and hardly anything is left of either limit."""
    program, best = under_two_limits(seed), Best(USUAL_GAP)

    is_all = Settling(program, RowTables(program), best).settle(np.zeros(0))

    assert is_all
    assert best.solution.objective == pytest.approx(in_shares(program).objective, rel=USUAL_GAP)


@pytest.mark.parametrize("swaps", [0, 1, 3])
def test_a_filling_with_hardly_any_other_column_is_a_mix(
    swaps: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However little may be served otherwise, what is found keeps both limits."""
    monkeypatch.setattr(filling, "_MOST_SWAPS", swaps)
    program, best = under_two_limits(1), Best(EXACT)

    Settling(program, RowTables(program), best).settle(np.zeros(0))

    columns = best.solution.columns if best.is_there else np.zeros(program.size)
    assert max(row.sum.at(columns, np.zeros(0)) for row in program.rows) <= 1e-9


def test_shares_that_are_not_told_prove_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the solver can't say what shares there are, nobody says that all mixes were seen."""
    program = random_problem(0, SMALL)
    untold = without_solution(UNKNOWN, np.inf)
    monkeypatch.setattr(Shares, "solve", lambda _: untold)

    with pytest.raises(TooMuchError):
        Settling(program, RowTables(program), Best(EXACT)).settle(paid_for(program))


# --- What can be nothing but 0 --------------------------------------------------------------------


@pytest.mark.parametrize(("is_used", "idle"), [(True, False), (False, True)])
def test_nothing_is_paid_beyond_what_nobody_uses(is_used: bool, idle: bool) -> None:
    """Where no column may use a pool its overage is 0, and the rows that it loosens hold."""
    program = random_problem(1, SMALL)
    beyond = next(n for n, extra in enumerate(program.extras) if not extra.is_whole)
    use = next(row.sum.columns for row in program.rows if beyond in row.sum.extras)
    program.hold("", Sum(-use, {beyond: 1.0}))
    tables = RowTables(program)
    may = np.full(program.size, fill_value=True) if is_used else use == 0

    found = tables.idle(paid_for(program), may)

    assert found.tolist() == [idle and n == beyond for n in range(len(program.extras))]
    loosened = tables.beside[beyond] < 0
    assert tables.with_idle(found).is_closed[loosened].all() == idle


# --- What a problem with seats allows -------------------------------------------------------------


def seated(**plan: object) -> Program:
    """Lay two teams' problem out that may be on a plan with seats; fees and money do not matter."""
    sold = {"seat_month": 20, "includes": {"usd": 20, "pooled": True}, **plan}
    second = choice("second", 1, 1, plan="seat")
    question = team(
        {"fix": work(1, 100, value=10)},
        {"today": choice("today"), "second": second},
        seller("brix", seat=sold),
        teams={"a": {"developers": 10.4}, "b": {"developers": 7.7}},
    )
    del question.workload["developers"]
    return quest_of(question.case(), draws=0, seed=1).terms().program


def most_of(program: Program, name: str, on: dict[str, bool]) -> float:
    """Return the most that an extra variable can be, teams being on the plan or not."""
    program.gain = np.zeros(program.size)
    program.constant = 0.0
    program.extras = [
        _held(extra, on)._replace(gain=float(extra.name.startswith(name)))
        for extra in program.extras
    ]
    found = Solver(program).solve()
    assert found.status == OPTIMAL
    return found.objective


def _held(extra: Extra, on: dict[str, bool]) -> Extra:
    for who, sits in on.items():
        if extra.name.startswith(f"{who} is on"):
            return extra._replace(low=float(sits), high=float(sits))
    return extra


@pytest.mark.parametrize(
    ("on", "least", "seats"),
    [
        ({"a": True, "b": True}, 0, 19),
        ({"a": True, "b": False}, 0, 11),
        ({"a": False, "b": False}, 0, 0),
        ({"a": False, "b": True}, 15, 15),
        ({"a": True, "b": True}, 15, 19),
    ],
)
def test_no_seat_is_bought_for_nobody(on: dict[str, bool], least: int, seats: int) -> None:
    """As many as sit there, rounded up once, and no fewer than the plan asks for."""
    assert most_of(seated(min_seats=least), "seats of", on) == pytest.approx(seats)


def test_what_every_mix_keeps_has_no_price() -> None:
    """Prices are read off the problem without the rows that only keep a search from overpaying."""
    program = seated()

    kept = [row for row in program.rows if not row.is_implied]
    assert priced(program).rows == kept
    assert len(kept) < len(program.rows)


@pytest.mark.parametrize(("is_on", "is_paid"), [(True, True), (False, False)])
def test_overage_is_paid_for_use_alone(is_on: bool, is_paid: bool) -> None:
    """What is paid beyond allowances is no more than what is used, with no limit on shares."""
    assert (most_of(seated(), "seat", {"a": is_on, "b": is_on}) > 0) == is_paid
