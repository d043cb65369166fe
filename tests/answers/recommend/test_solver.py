"""The solver against scipy on random problems, handed over as they are and sifted.

What a reader would get wrong: a problem is sifted when it is large. Here `sift_from=0` sifts small
ones too, so that every step of it is taken where scipy is quick.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache
from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from advisor.answers.recommend.dominated import pruned
from advisor.answers.recommend.frontier import corners
from advisor.answers.recommend.problem import Extra, Link, Program, Sum
from advisor.answers.recommend.solver import (
    INFEASIBLE,
    LARGE,
    OPTIMAL,
    Effort,
    Sifter,
    Solution,
    Solver,
    solve,
    solver_of,
)

FloatArray = NDArray[np.float64]

SEEDS = range(6)
AS_IT_IS, SIFTED = LARGE, 0
WAYS = pytest.mark.parametrize("sift_from", [AS_IT_IS, SIFTED], ids=["as it is", "sifted"])
MAKERS = 4


class Shape(NamedTuple):
    """What a random problem is like."""

    cells: int = 12
    options: int = 15
    is_whole: bool = False
    has_fees: bool = False
    budget: float = 0.4
    """From the cheapest plan, 0, to the one with most gains, 1."""


USUAL = Shape()


def random_problem(seed: int, shape: Shape = USUAL) -> Program:
    """Draw a problem: a budget, a floor of quality, shares of makers; pools and fees where asked.

    Cells have columns of their own number, some of them equal.
    """
    rng = np.random.default_rng(seed)
    cell, strategy = _places(rng, shape)
    size = len(cell)
    scale = rng.lognormal(0, 1, shape.cells)[cell]
    good = rng.uniform(0.3, 1, size)
    cost = scale * rng.lognormal(2 * good - 2, 0.4)
    twin = np.flatnonzero(np.diff(cell) == 0)[::7]
    cost[twin + 1], good[twin + 1] = cost[twin], good[twin]
    spend = Sum(cost)
    program = Program(
        shape.cells, cell, strategy, 5 * scale * good, shape.is_whole, spend, constant=3.0
    )
    maker = rng.integers(0, MAKERS, size)
    maker[twin + 1] = maker[twin]
    if shape.has_fees:
        spend = _add_fees(program, rng, maker)
    program.gain = program.gain - cost
    ends = [_sum_of_best(program, key) for key in (-cost, program.gain)]
    limit = (1 - shape.budget) * ends[0] + shape.budget * ends[1] + 8.0 * shape.has_fees
    program.hold("budget", spend._replace(constant=spend.constant - limit))
    program.hold("quality", Sum(scale * (0.55 - good)))
    for one in range(MAKERS):
        program.hold("share", Sum(np.where(maker == one, cost, 0.0)).plus(spend, -0.6))
    return program


def _places(rng: np.random.Generator, shape: Shape) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Draw which strategies there are in each cell."""
    there = rng.random((shape.cells, shape.options)) < 0.8
    there[:, 0] = True
    cell, strategy = np.nonzero(there)
    return cell.astype(np.intp), strategy.astype(np.intp)


def _sum_of_best(program: Program, key: FloatArray) -> float:
    """Return what is spent where every cell goes by a key alone."""
    best = [
        np.flatnonzero(program.cell == n)[np.argmax(key[program.cell == n])]
        for n in range(program.cells)
    ]
    return float(program.cost.columns[best].sum())


def _add_fees(program: Program, rng: np.random.Generator, maker: NDArray[np.intp]) -> Sum:
    """Let two makers cost a fee, and a third what is used beyond a pool once more."""
    spend, size = program.cost, program.size
    for one in range(2):
        paid_for = program.add(Extra(f"{one} is paid for", -2.0, high=1.0, is_whole=True))
        program.links.append(Link(paid_for, maker == one))
        spend = spend.plus(Sum(np.zeros(size), {paid_for: 2.0}))
    beyond = program.add(Extra("beyond", -1.0))
    use = Sum(np.where(maker == 2, program.cost.columns, 0.0), {beyond: -1.0}, -rng.uniform(0, 9))
    program.hold("", use)
    program.cost = spend.plus(Sum(np.zeros(size), {beyond: 1.0}))
    return program.cost


class Plain(NamedTuple):
    """A problem in scipy's terms: minimise `cost`, rows up to `high`, cells equal to 1."""

    cost: FloatArray
    rows: FloatArray
    high: FloatArray
    cells: FloatArray
    tops: FloatArray
    is_whole: FloatArray


def plain(program: Program) -> Plain:
    """Write a problem out with dense rows, one thing after another."""
    extras, size = program.extras, program.size
    width = size + len(extras)
    rows, high = [], []
    for row in program.rows:
        beside = [row.sum.extras.get(n, 0.0) for n in range(len(extras))]
        rows.append(np.append(row.sum.columns, beside))
        high.append(-row.sum.constant)
    for link in program.links:
        for n in range(program.cells):
            one = np.zeros(width)
            one[:size] = link.columns & (program.cell == n)
            one[size + link.extra] = -1
            rows.append(one)
            high.append(0.0)
    cells = np.zeros((program.cells, width))
    cells[program.cell, np.arange(size)] = 1
    return Plain(
        -np.append(program.gain, [extra.gain for extra in extras]),
        np.array(rows),
        np.array(high),
        cells,
        np.append(np.ones(size), [extra.high for extra in extras]),
        np.append(np.full(size, program.is_whole), [extra.is_whole for extra in extras]),
    )


def scipys_best(program: Program) -> float:
    """Return the best objective by scipy; NaN where there is no solution."""
    it = plain(program)
    result = milp(
        it.cost,
        integrality=it.is_whole,
        bounds=Bounds(0, it.tops),
        constraints=[LinearConstraint(it.rows, -np.inf, it.high), LinearConstraint(it.cells, 1, 1)],
        options={"mip_rel_gap": 1e-9},
    )
    return program.constant - result.fun if result.status == 0 else math.nan


def check_limits(program: Program, found: Solution) -> float:
    """Return by how much the worst-kept row, cell or link is missed."""
    it, values = plain(program), np.append(found.columns, found.extras)
    over = (it.rows @ values - it.high).max()
    return float(max(over, np.abs(it.cells @ values - 1).max(), -values.min()))


@cache
def best_of(seed: int, shape: Shape = USUAL) -> float:
    """Return what scipy finds for a problem, once."""
    return scipys_best(random_problem(seed, shape))


@cache
def solved(seed: int, shape: Shape, sift_from: int) -> Solution:
    """Solve a problem once."""
    return solve(random_problem(seed, shape), sift_from=sift_from)


@pytest.mark.parametrize("has_fees", [False, True])
@pytest.mark.parametrize("is_whole", [False, True])
@pytest.mark.parametrize("seed", SEEDS)
@WAYS
def test_the_best_is_what_scipy_finds(
    sift_from: int, seed: int, is_whole: bool, has_fees: bool
) -> None:
    """The objective is scipy's, whole or in shares, with extra variables and without."""
    shape = Shape(is_whole=is_whole, has_fees=has_fees)

    found = solved(seed, shape, sift_from)

    assert found.status == OPTIMAL
    assert found.objective == pytest.approx(best_of(seed, shape), rel=1e-7)


@pytest.mark.parametrize("has_fees", [False, True])
@pytest.mark.parametrize("is_whole", [False, True])
@pytest.mark.parametrize("seed", SEEDS)
@WAYS
def test_a_solution_is_worth_what_it_says_and_keeps_all_limits(
    sift_from: int, seed: int, is_whole: bool, has_fees: bool
) -> None:
    """Columns and extras add up to the objective, and no row, cell or link is missed."""
    shape = Shape(is_whole=is_whole, has_fees=has_fees)
    program = random_problem(seed, shape)

    found = solved(seed, shape, sift_from)

    beside = sum(extra.gain * found.extras[n] for n, extra in enumerate(program.extras))
    worth = program.gain @ found.columns + beside + program.constant
    assert found.objective == pytest.approx(worth, rel=1e-9)
    assert check_limits(program, found) < 1e-6


@pytest.mark.parametrize("is_whole", [False, True])
@pytest.mark.parametrize("seed", SEEDS)
@WAYS
def test_what_cannot_be_kept_is_infeasible(sift_from: int, seed: int, is_whole: bool) -> None:
    """A budget below the cheapest plan leaves nothing."""
    shape = Shape(is_whole=is_whole, budget=-0.1)

    assert math.isnan(best_of(seed, shape))
    assert solved(seed, shape, sift_from).status == INFEASIBLE


@pytest.mark.parametrize("budget", [0.0, 0.02, 0.05, 0.1])
@pytest.mark.parametrize("has_fees", [False, True])
@pytest.mark.parametrize("seed", SEEDS)
def test_sifting_finds_a_plan_where_there_is_hardly_any(
    seed: int, has_fees: bool, budget: float
) -> None:
    """Near the least that can be spent both ways agree on whether there is a plan, and on it."""
    program = random_problem(seed, Shape(has_fees=has_fees, budget=budget))

    as_it_is = solve(program, relaxed=True)
    sifted = solve(program, relaxed=True, sift_from=SIFTED)

    assert sifted.status == as_it_is.status
    assert sifted.objective == pytest.approx(as_it_is.objective, rel=1e-8)


@pytest.mark.parametrize("gap", [0.1, 0.01, 1e-3, 1e-9, 0.0])
@pytest.mark.parametrize("seed", SEEDS)
@WAYS
def test_the_bound_is_honest(sift_from: int, seed: int, gap: float) -> None:
    """The best lies between what is found and the bound, and they are within the gap."""
    shape = Shape(is_whole=True, has_fees=seed % 2 == 0)

    found = solve(random_problem(seed, shape), Effort(gap=gap), sift_from=sift_from)

    best, rounding = best_of(seed, shape), 1e-7
    assert found.status == OPTIMAL
    assert found.objective <= best * (1 + rounding)
    assert found.bound >= best * (1 - rounding)
    assert found.bound - found.objective <= max(gap, 1e-9) * found.objective


@pytest.mark.parametrize("has_fees", [False, True])
@pytest.mark.parametrize("seed", SEEDS)
@WAYS
def test_duals_are_scipys_marginals(sift_from: int, seed: int, has_fees: bool) -> None:
    """In shares a side row's dual is what scipy says one more unit of it adds."""
    program = random_problem(seed, Shape(has_fees=has_fees))
    it = plain(program)
    theirs = linprog(
        it.cost,
        A_ub=it.rows,
        b_ub=it.high,
        A_eq=it.cells,
        b_eq=np.ones(program.cells),
        bounds=[(0, None if top == np.inf else top) for top in it.tops],
    )

    found = solve(program, relaxed=True, sift_from=sift_from)

    marginals = -theirs.ineqlin.marginals[: len(program.rows)]
    assert found.duals == pytest.approx(marginals, rel=1e-6, abs=1e-7)


@pytest.mark.parametrize("has_fees", [False, True])
@pytest.mark.parametrize("seed", SEEDS)
@WAYS
def test_no_column_would_still_add_anything(sift_from: int, seed: int, has_fees: bool) -> None:
    """Reduced gains are at most 0, and 0 where a column is used."""
    program = random_problem(seed, Shape(has_fees=has_fees))

    found = solve(program, relaxed=True, sift_from=sift_from)

    assert found.reduced.max() < 1e-7
    assert np.abs(found.reduced[found.columns > 1e-7]).max() < 1e-7


@pytest.mark.parametrize("has_fees", [False, True])
@pytest.mark.parametrize("is_whole", [False, True])
@pytest.mark.parametrize("seed", SEEDS)
def test_pruning_loses_nothing(seed: int, is_whole: bool, has_fees: bool) -> None:
    """The best of the columns that are left is the best of all."""
    program = random_problem(seed, Shape(is_whole=is_whole, has_fees=has_fees))
    program.rows = [row for row in program.rows if row.limit != "share"]

    less = pruned(program)

    assert less.size < program.size
    assert solve(less).objective == pytest.approx(scipys_best(program), rel=1e-7)


@pytest.mark.parametrize("seed", SEEDS)
def test_pruning_keeps_what_nothing_stands_in_for(seed: int) -> None:
    """Tried pair by pair, exactly those columns stay that no other could replace."""
    program = random_problem(seed, Shape(has_fees=True))
    program.rows = [row for row in program.rows if row.limit != "share"]
    needs = [link.columns for link in program.links]
    rows = [row.sum.columns for row in program.rows]
    takes = np.array([-program.gain, program.cost.columns, *rows, *needs]).T

    def is_replaced(column: int) -> bool:
        others = np.flatnonzero(program.cell == program.cell[column])
        below = (takes[others] <= takes[column]).all(axis=1)
        equal = (takes[others] == takes[column]).all(axis=1)
        return bool((below & (~equal | (others < column))).any())

    left = [n for n in range(program.size) if not is_replaced(n)]
    less = pruned(program)

    assert list(zip(less.cell, less.strategy, strict=True)) == [
        (program.cell[n], program.strategy[n]) for n in left
    ]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_sifted_problem_moves_as_it_would_be_solved_anew(seed: int) -> None:
    """Row by row moved, there and back, the best is that of a problem with those rows."""
    program = random_problem(seed)
    sifter = solver_of(program, sift_from=SIFTED)
    assert isinstance(sifter, Sifter)

    found, anew = [], []
    for by in (0.0, 0.3, -0.2, -5.0, 0.1):
        right = by * abs(program.rows[0].sum.constant)
        sifter.move(0, right)
        found.append(sifter.solve().objective)
        row = program.rows[0]
        moved = row._replace(sum=row.sum._replace(constant=row.sum.constant - right))
        anew.append(Solver(replace(program, rows=[moved, *program.rows[1:]])).solve().objective)

    assert found == pytest.approx(anew, rel=1e-8)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_frontier_of_a_sifted_problem_is_the_frontier(seed: int) -> None:
    """Every corner that is found by sifting is the best for its money."""
    program = random_problem(seed, Shape(cells=30))
    spend = replace(program, gain=-program.cost.columns, constant=0.0, rows=program.rows[1:])
    least = -solve(spend).objective
    row = program.rows[0]
    program.rows[0] = row._replace(sum=row.sum._replace(constant=0.0))

    found = corners(program, 0, least, 20, sift_from=SIFTED)

    solver = Solver(program)
    best = []
    for corner in found:
        solver.move(0, corner.money * (1 + 1e-9))
        best.append(solver.solve().objective)
    assert len(found) == 20
    assert [corner.objective for corner in found] == pytest.approx(best, rel=1e-6)


@pytest.mark.parametrize("is_whole", [False, True])
def test_a_large_problem_is_sifted_to_the_same_end(is_whole: bool) -> None:
    """What is sifted by its size alone is within the gap of what HiGHS finds with all columns."""
    program = random_problem(1, Shape(cells=330, options=20, is_whole=is_whole))
    effort = Effort(gap=1e-3)

    found, direct = solve(program, effort), Solver(program).solve(effort)

    assert program.size > LARGE
    assert found.objective == pytest.approx(direct.objective, rel=1e-3 if is_whole else 1e-9)
    assert found.bound >= direct.objective * (1 - 1e-9)


@pytest.mark.parametrize("is_whole", [False, True])
def test_the_same_problem_has_the_same_answer(is_whole: bool) -> None:
    """Solved twice, not a bit differs."""
    program = random_problem(3, Shape(cells=450, is_whole=is_whole))

    first, second = (solve(program, Effort(gap=1e-3)) for _ in range(2))

    assert first.objective == second.objective
    assert np.array_equal(first.columns, second.columns)
