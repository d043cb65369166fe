"""Teams that differ in size alone make a problem no larger in shares, and its answer no other.

The programs are drawn, each cell repeated for teams of other sizes; what the solver says of them as
they are is what has to come out.
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from test_solver import Shape, random_problem

from advisor.answers.recommend import settling
from advisor.answers.recommend.alike_cells import alike
from advisor.answers.recommend.dominated import pruned
from advisor.answers.recommend.near import solve_near
from advisor.answers.recommend.problem import Link, Program, Sum
from advisor.answers.recommend.shares import Shares
from advisor.answers.recommend.solution import Effort, Solution
from advisor.answers.recommend.solver import OPTIMAL, Solver

FloatArray = NDArray[np.float64]

SIZES = (1.0, 0.3, 2.7, 1 / 7, 12.0)
ONE_TEAM = Shape(cells=4, options=6)
SHAPES = {
    "routes alone": ONE_TEAM,
    "fees and a pool": ONE_TEAM._replace(has_fees=True),
    "a tight budget": ONE_TEAM._replace(budget=0.25),
}
every_seed = pytest.mark.parametrize("seed", range(8))
every_shape = pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)


def of_teams(program: Program, sizes: tuple[float, ...] = SIZES) -> Program:
    """Let teams of these sizes do the work, under the same limits for all of them together."""
    total = sum(sizes)

    def spread(one: FloatArray) -> FloatArray:
        return np.concatenate([one * size / total for size in sizes])

    return Program(
        cells=program.cells * len(sizes),
        cell=np.concatenate([program.cell + n * program.cells for n in range(len(sizes))]),
        strategy=np.tile(program.strategy, len(sizes)),
        gain=spread(program.gain),
        is_whole=program.is_whole,
        cost=program.cost._replace(columns=spread(program.cost.columns)),
        constant=program.constant,
        extras=list(program.extras),
        rows=[
            row._replace(sum=row.sum._replace(columns=spread(row.sum.columns)))
            for row in program.rows
        ],
        links=[Link(one.extra, np.tile(one.columns, len(sizes))) for one in program.links],
    )


def broken(program: Program, found: Solution) -> float:
    """Return by how much the row is broken that is broken most."""
    return max(row.sum.at(found.columns, found.extras) for row in program.rows)


@every_seed
@every_shape
def test_shares_of_many_teams_are_the_solvers_own(seed: int, shape: Shape) -> None:
    """The same objective and prices, from a problem as large as that of one team."""
    one_team = random_problem(seed, shape)
    program = of_teams(one_team)
    shares = Shares(program)

    found = shares.solve()

    whole = Solver(program, relaxed=True).solve()
    assert shares.size == one_team.size
    assert found.status == whole.status
    assert found.objective == pytest.approx(whole.objective)
    assert found.duals == pytest.approx(whole.duals, abs=1e-6)


@every_seed
def test_shares_are_laid_out_by_team(seed: int) -> None:
    """Every cell is served once, the rows hold, and fewer teams share than there are rows."""
    program = of_teams(random_problem(seed, ONE_TEAM))

    found = Shares(program).solve()

    shared = (found.columns > 1e-9) & (found.columns < 1 - 1e-9)
    assert np.bincount(program.cell, found.columns) == pytest.approx(np.ones(program.cells))
    assert broken(program, found) <= 1e-7
    assert len(set(program.cell[shared].tolist())) <= len(program.rows)
    assert program.gain @ found.columns + program.constant == pytest.approx(found.objective)


@every_seed
def test_reduced_costs_are_those_of_each_team(seed: int) -> None:
    """No mix that the rows allow is worth more than the best less what its columns fall behind."""
    program = of_teams(random_problem(seed, ONE_TEAM))
    found = Shares(program).solve()
    others = Solver(program, relaxed=True)
    others.move(0, -0.05)  # less money

    other = others.solve()

    behind = found.reduced @ other.columns
    assert found.reduced.max() <= 1e-9
    assert other.objective <= found.objective + behind + 1e-7


@pytest.mark.parametrize("seed", range(4))
def test_a_team_with_a_limit_of_its_own_stands_apart(seed: int) -> None:
    """A budget of one team leaves its cells as they are, and the others together."""
    one_team = random_problem(seed, ONE_TEAM)
    program = of_teams(one_team)
    own = np.where(program.cell < one_team.cells, program.cost.columns, 0.0)
    program.hold("own budget", Sum(own, {}, -0.5 * float(own.max())))

    smaller = alike(program).smaller

    assert smaller.cells == 2 * one_team.cells


def test_what_differs_in_money_alone_is_not_alike() -> None:
    """Cells that cost different shares of what they gain stay two, no limit asking for either."""
    gain = np.array([3.0, 2.0, 6.0, 4.0])
    cost = np.array([1.0, 1.0, 2.0, 2.5])
    cell, strategy = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])

    found = alike(Program(2, cell, strategy, gain, False, Sum(cost)))

    assert found.smaller.cells == 2


@every_seed
@every_shape
def test_many_teams_have_the_best_whole_mix(
    seed: int, shape: Shape, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No worse than what the solver finds among all, and no better than it says is possible."""
    monkeypatch.setattr(settling, "_FEW_CELLS", 0)
    program = of_teams(random_problem(seed, shape._replace(is_whole=True)))

    found = solve_near(program)

    whole = Solver(program).solve(Effort(gap=1e-6))
    slack = 2e-9 * abs(whole.objective)
    assert found.status == whole.status == OPTIMAL
    assert whole.objective - slack <= found.objective <= whole.bound + slack
    assert broken(program, found) <= 1e-7


@every_seed
@pytest.mark.parametrize("gap", [1e-3, 1e-5])
def test_a_gap_is_kept_and_said(seed: int, gap: float) -> None:
    """What is told lies within the gap, and the bound is one that no mix passes."""
    program = of_teams(random_problem(seed, ONE_TEAM._replace(is_whole=True)), SIZES[:3])

    found = solve_near(program, Effort(gap=gap))

    best = solve_near(program).objective
    slack = 2e-9 * abs(best)
    assert best - gap * abs(best) - slack <= found.objective <= best + slack
    assert best - slack <= found.bound <= found.objective + gap * abs(found.objective) + slack


@pytest.mark.parametrize("seed", range(4))
def test_what_a_row_forbids_is_no_column(seed: int) -> None:
    """A maker that is banned leaves no column, and the best mix is the same as with the row."""
    program = random_problem(seed, ONE_TEAM._replace(is_whole=True, budget=0.9))
    banned = (program.strategy == 1).astype(float)
    program.hold("ban", Sum(banned))

    less = pruned(program)

    found, whole = Solver(less).solve(), Solver(program).solve()
    assert 1 not in less.strategy
    assert found.objective == pytest.approx(whole.objective)
