"""What a solution means: shares laid out, money settled exactly, ties broken by money."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from advisor.answers.recommend.menu import Menu
from advisor.answers.recommend.near import solve_near
from advisor.answers.recommend.problem import Program, cheapest_of, only
from advisor.answers.recommend.solver import OPTIMAL, Effort, Solution, solve

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

_TIE = 1e-11
_HALF = 0.5


def settled(program: Program, solution: Solution) -> float:
    """Return what a whole solution is worth by the problem, its money settled exactly.

    What stands at 0.999999999 is 1, and what is paid follows from it. NaN where that cannot be.
    """
    if not program.is_whole:
        return solution.objective
    # Seats and makers too: a search that stopped early may have paid for what nobody uses.
    again = solve(only(program, solution.columns > _HALF))
    return again.objective if again.status == OPTIMAL else math.nan


def cheapest_of_best(program: Program, first: Solution, effort: Effort) -> Solution:
    """Of mixes that are worth the same take the one that costs least: money breaks the tie."""
    slack = _TIE * max(1.0, abs(first.objective))
    cheap = solve_near(cheapest_of(program, first.objective, slack), effort)
    if cheap.status != OPTIMAL:
        return first
    gains = np.array([extra.gain for extra in program.extras])
    objective = float(program.gain @ cheap.columns + gains @ cheap.extras) + program.constant
    return first._replace(columns=cheap.columns, extras=cheap.extras, objective=objective)


def chosen(program: Program, menu: Menu, solution: Solution) -> FloatArray:
    """Lay a solution out by cell and strategy, whole where routes are whole. Shape (N, J)."""
    shares = program.shares(solution.columns, menu.strategies.size)
    if program.is_whole:
        whole = np.zeros_like(shares)
        whole[np.arange(len(shares)), shares.argmax(axis=1)] = 1.0
        return whole
    shares = np.maximum(shares, 0.0)
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def columns_of_mix(program: Program, shares: FloatArray) -> list[IntArray]:
    """Return the column of every cell in a whole mix, shares (N, J); nothing where one is gone."""
    places = np.full(shares.shape, -1, dtype=np.intp)
    places[program.cell, program.strategy] = np.arange(program.size)
    columns = places[np.arange(len(shares)), shares.argmax(axis=1)]
    return [columns] if (columns >= 0).all() else []
