"""The best mix on large questions, against the same model handed whole to HiGHS by others.

    python bench/recommend.py      prints two tables; put them into bench/README.md

Ours prunes, sifts and proves; theirs is the unpruned model through scipy.optimize.milp and through
cvxpy (`pip install cvxpy`; left out with a word where it is absent). Each is a process of its own,
in turn. Objectives have to be equal within the gap that was asked for. The data are drawn: dearer
options succeed more often, attempts differ by class and option, failures of two options correlate.
"""

from __future__ import annotations

import importlib.util
import json
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.answers.recommend.dominated import pruned
from advisor.answers.recommend.frontier import corners
from advisor.answers.recommend.matrix import laid_out
from advisor.answers.recommend.problem import Program, Sum
from advisor.answers.recommend.solver import Effort, solve
from advisor.engine.cascade import cascade_success, second_attempts

FloatArray = NDArray[np.float64]

GAP = 1e-3
PATIENCE = 120.0
ANY_SUM = 1e15
POINTS = 50
FAILURE_CORRELATION, COST_ON_FAILURE = 0.64, 1.31


class Question(NamedTuple):
    """How large a drawn problem is."""

    classes: int
    options: int
    makers: int
    cascades: bool
    whole: bool
    most_of_one_maker: float = 0.15


QUESTIONS = {
    "200 × 40, cascades, whole": Question(200, 40, 25, cascades=True, whole=True),
    "200 × 40, cascades, shares": Question(200, 40, 25, cascades=True, whole=False),
    "5,000 × 40, shares": Question(5_000, 40, 25, cascades=False, whole=False),
}


# --- The question --------------------------------------------------------------------------------


def drawn(question: Question, seed: int = 1) -> Program:
    """Draw a problem: a budget between thrifty and best, a floor of quality, a cap on makers."""
    rng = np.random.default_rng(seed)
    classes, options, makers = question.classes, question.options, question.makers
    maker = np.concatenate([np.arange(makers), rng.integers(0, makers, options - makers)])
    level = rng.normal(0, 1, options)
    price = np.exp(0.9 * level + rng.normal(0, 0.5, options))
    skill = rng.normal(0.9, 0.6, classes)
    noise = rng.normal(0, 0.25, (classes, options))
    chance = 1 / (1 + np.exp(-(skill[:, None] + 0.55 * level + noise)))
    size = rng.lognormal(0, 0.8, classes)[:, None]
    attempt = size * price * rng.lognormal(0, 0.25, (classes, options))
    count = rng.lognormal(7, 1, classes)[:, None]
    value = rng.lognormal(3.2, 0.5, classes)[:, None]
    rework = rng.lognormal(2, 0.4, classes)[:, None]
    review = rng.lognormal(1, 0.4, classes)[:, None]
    seen = np.where(rng.random(classes) < 0.7, 0.9, 0.6)[:, None]

    first, second = strategies(options, cascades=question.cascades)
    is_pair = second >= 0
    then = np.where(is_pair, second, first)
    success, after = chance[:, first], chance[:, then]
    again = np.where(is_pair, second_attempts(success, seen, COST_ON_FAILURE), 0.0)
    both = cascade_success(success, after, FAILURE_CORRELATION, seen)
    success = np.where(is_pair, both, success)
    by_first, by_second = count * attempt[:, first], count * again * attempt[:, then]
    cost = by_first + by_second
    gain = count * (success * value - review - (1 - success) * rework) - cost

    strategy = np.tile(np.arange(len(first)), classes)
    cell = np.repeat(np.arange(classes), len(first))
    spend = Sum(cost.ravel())
    program = Program(classes, cell, strategy, gain.ravel(), question.whole, spend)
    rows = np.arange(classes)
    best, thrifty = gain.argmax(axis=1), (gain - cost).argmax(axis=1)
    budget = (cost[rows, best].sum() + cost[rows, thrifty].sum()) / 2
    done = count * success
    floor = (done[rows, best].sum() + done[rows, thrifty].sum()) / 2
    program.hold("budget", spend._replace(constant=-budget))
    program.hold("policy.min_quality_overall", Sum(-done.ravel(), {}, floor))
    for one in range(makers):
        own = by_first * (maker[first] == one) + by_second * ((maker[then] == one) & is_pair)
        capped = Sum(own.ravel()).plus(spend, -question.most_of_one_maker)
        program.hold(f"policy.max_vendor_share {one}", capped)
    return program


def strategies(options: int, *, cascades: bool) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return each strategy's first and second option, -1 for none."""
    alone = np.arange(options)
    if not cascades:
        return alone, np.full(options, -1)
    one, other = np.meshgrid(alone, alone, indexing="ij")
    differ = one != other
    return (
        np.concatenate([alone, one[differ]]),
        np.concatenate([np.full(options, -1), other[differ]]),
    )


# --- Those who answer it -------------------------------------------------------------------------


class Answer(NamedTuple):
    """Seconds to solve, megabytes at the peak, what was found, the gap that is left."""

    seconds: float
    megabytes: float
    objective: float
    gap: float


def by_advisor(program: Program) -> tuple[float, float]:
    """Prune, sift and solve."""
    found = solve(pruned(program), Effort(gap=GAP))
    return found.objective, (found.bound - found.objective) / abs(found.objective)


def by_scipy(program: Program) -> tuple[float, float]:
    """Hand everything to scipy.optimize.milp."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    rows, low, high = matrix(program)
    found = milp(
        -program.gain,
        constraints=LinearConstraint(rows, low, high),
        bounds=Bounds(0, 1),
        integrality=np.full(program.size, int(program.is_whole)),
        options={"mip_rel_gap": GAP, "time_limit": PATIENCE},
    )
    if found.x is None:
        return np.nan, np.nan
    return -found.fun, getattr(found, "mip_gap", None) or 0.0


def by_cvxpy(program: Program) -> tuple[float, float]:
    """Hand everything to cvxpy with HiGHS."""
    import cvxpy

    rows, _, high = matrix(program)
    cells = program.cells
    x = cvxpy.Variable(program.size, boolean=program.is_whole, nonneg=True)
    held = [rows[:cells] @ x == 1, rows[cells:] @ x <= high[cells:]]
    problem = cvxpy.Problem(cvxpy.Maximize(program.gain @ x), held)
    try:
        problem.solve(
            solver=cvxpy.HIGHS, highs_options={"mip_rel_gap": GAP, "time_limit": PATIENCE}
        )
    except cvxpy.SolverError:
        return np.nan, np.nan
    if problem.status != cvxpy.OPTIMAL:
        return np.nan, np.nan
    info = problem.solver_stats.extra_stats
    return float(problem.value), float(getattr(info, "mip_gap", 0.0)) if program.is_whole else 0.0


def matrix(program: Program) -> tuple[Any, FloatArray, FloatArray]:
    """Return all rows as a sparse matrix, with what each may be."""
    from scipy.sparse import csr_matrix

    rows = laid_out(program, np.ones(len(program.rows)))
    shape = (len(rows.low), program.size)
    return csr_matrix((rows.weight, rows.column, rows.start), shape=shape), rows.low, rows.high


def by_one_point(program: Program) -> tuple[float, float]:
    """Solve once in shares, for the frontier to be compared with."""
    found = solve(pruned(program), Effort(gap=1e-9))
    return found.objective, 1.0


def by_frontier(program: Program) -> tuple[float, float]:
    """Find the corners from the least that can be spent up; the gap stands for how many."""
    row = next(n for n, one in enumerate(program.rows) if one.limit == "budget")
    unbounded = program.rows[row]._replace(sum=program.cost)
    program.rows[row] = unbounded._replace(sum=program.cost._replace(constant=-ANY_SUM))
    cheapest = replace(program, gain=-program.cost.columns)
    least = -solve(pruned(cheapest), Effort(gap=1e-9)).objective
    program.rows[row] = unbounded
    found = corners(pruned(program), row, least, POINTS)
    return found[-1].objective, float(len(found))


SOLVERS: dict[str, Callable[[Program], tuple[float, float]]] = {
    "advisor": by_advisor,
    "scipy": by_scipy,
    "cvxpy": by_cvxpy,
    "one point": by_one_point,
    "frontier": by_frontier,
}


def answer(name: str, question: str) -> None:
    """Answer in this process; print a line of JSON."""
    program = drawn(QUESTIONS[question])
    began = time.perf_counter()
    objective, gap = SOLVERS[name](program)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps([seconds, peak, objective, gap]))


def asked(name: str, question: str) -> Answer:
    """Let a process of its own answer; nothing is found where it overstays its time by half."""
    try:
        process = subprocess.run(
            [sys.executable, __file__, name, question],
            check=True,
            capture_output=True,
            text=True,
            timeout=1.5 * PATIENCE,
        )
    except subprocess.TimeoutExpired:
        return Answer(1.5 * PATIENCE, np.nan, np.nan, np.nan)
    return Answer(*json.loads(process.stdout.splitlines()[-1]))


# --- Tables --------------------------------------------------------------------------------------


def main() -> None:
    """Run everything and print the tables."""
    if len(sys.argv) == 3:
        answer(*sys.argv[1:])
        return
    others = ["scipy"]
    if importlib.util.find_spec("cvxpy") is None:
        print("cvxpy is left out: it is not installed")
    else:
        others.append("cvxpy")
    print(f"{platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}")
    print("| question | by | s | MB | objective | gap | times ours |")
    print("|---|---|--:|--:|--:|--:|--:|")
    for question in QUESTIONS:
        ours = asked("advisor", question)
        for name, one in {"advisor": ours, **{n: asked(n, question) for n in others}}.items():
            print(
                f"| {question} | {name} | {one.seconds:.2f} | {one.megabytes:.0f} | "
                f"{one.objective:,.0f} | {one.gap:.2%} | {one.seconds / ours.seconds:.1f} |",
                flush=True,
            )
    print("\n| frontier of | points | s | one solve, s | ratio |")
    print("|---|--:|--:|--:|--:|")
    for question in list(QUESTIONS)[1:]:
        single, whole = asked("one point", question), asked("frontier", question)
        print(
            f"| {question} | {whole.gap:.0f} | {whole.seconds:.2f} | {single.seconds:.2f} | "
            f"{whole.seconds / single.seconds:.1f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
