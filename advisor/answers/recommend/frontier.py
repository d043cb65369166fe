"""The frontier: the most that every sum of money can buy, and where it turns.

With shares the frontier is concave and made of straight lines. Between two of its points the lines
through them either meet on it, at a corner, or above it, where another corner lies between: all
corners are found with about two solutions each, each from the basis of the last. Whole routes have
no lines between, only mixes: the best ones at the corners' sums.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.answers.recommend.branching import Branching
from advisor.answers.recommend.column_pricing import DualPrices, Mark
from advisor.answers.recommend.dominated import pruned
from advisor.answers.recommend.limits import BUDGET, Bound, excess
from advisor.answers.recommend.menu import SPEND
from advisor.answers.recommend.mix import figures, place, sums_of_many
from advisor.answers.recommend.mix_figures import MixSums
from advisor.answers.recommend.problem import Program
from advisor.answers.recommend.search import SAME, Quest, worth
from advisor.answers.recommend.settled import chosen
from advisor.answers.recommend.shares import Shares
from advisor.answers.recommend.solution import EXACT, USUAL_GAP
from advisor.answers.recommend.solver import (
    LARGE,
    OPTIMAL,
    Effort,
    Sifter,
    Solution,
    Solver,
    needs_whole,
    solver_of,
)

FloatArray = NDArray[np.float64]

MOST_POINTS = 50
_MOST_WHOLE = 12
_TURNS = 1e-7
_FINEST = 1e-3
_ANY_SUM = 1e15
_STEEP = 1e4
_ROUGH = Effort(gap=5e-5, seconds=2.0)
_CEILING = Bound("frontier", BUDGET, 0.0)


class Point(NamedTuple):
    """One mix of the frontier, shares (N, J), and what it comes to."""

    shares: FloatArray
    sums: MixSums


class _Corner(NamedTuple):
    money: float
    objective: float
    slope: float
    solution: Solution
    marks: tuple[Mark, ...]


def frontier(quest: Quest, points: int = MOST_POINTS) -> list[Point]:
    """Return mixes from the cheapest that keeps the other limits to the one worth most.

    Of budgets only the teams' count here. Whole routes: at most a dozen mixes.
    """
    free = quest._replace(bounds=tuple(b for b in quest.bounds if b.kind != BUDGET))
    if quest.aiming.is_whole:
        return _whole(free, points)
    program, corners = corners_of(free, points)
    shares = [chosen(program, quest.menu, one.solution) for one in corners]
    return _kept(free, _confirmed(free, shares))


def corners_of(quest: Quest, points: int = MOST_POINTS) -> tuple[Program, list[_Corner]]:
    """Find the corners of the frontier with shares, cheapest first. At most so many."""
    shared = quest.shared()
    least = shared.aimed(SPEND).best()
    if least.figures is None:
        return shared.terms().program, []
    terms = shared.also(_CEILING).terms()
    program = pruned(terms.program)
    row = next(n for n, one in enumerate(program.rows) if one.limit == _CEILING.key)
    return program, corners(program, row, least.figures.spend, points)


def corners(
    program: Program, row: int, least: float, points: int, *, sift_from: int = LARGE
) -> list[_Corner]:
    """Find the corners between the least that can be spent and all that is worth spending.

    `row` is the one that holds spending.
    """
    # Whole numbers have no prices: where any are left, corners are found by cutting in half.
    solver = _going_on(program, sift_from)
    high = _at(solver, program, row, _ANY_SUM)
    low = _at(solver, program, row, least * (1 + 1e-9), _cheapest(program, row, sift_from))
    if low is None or high is None:
        return [one for one in (low, high) if one is not None]
    high = _at(solver, program, row, high.money, high.marks) or high
    found = [low, high]
    pending = [(low, high)]
    while pending and len(found) < points:
        left, right = pending.pop(0)
        between = _between(left, right, high.money - low.money)
        if between is None:
            continue
        middle = _at(solver, program, row, between[0], (*left.marks, *right.marks))
        if middle is None or not _is_new(left, middle, right):
            continue
        found.append(middle)
        pending += [(left, middle), (middle, right)]
    return sorted(found, key=lambda corner: corner.money)


_GoingOn = Solver | Sifter | Shares | Branching


def _going_on(program: Program, sift_from: int) -> _GoingOn:
    """Return what solves a problem in shares again and again, alike cells as one."""
    if needs_whole(program) and not program.is_whole:
        return Branching(program)
    shares = Shares(program)
    return shares if shares.size < sift_from else solver_of(program, sift_from=sift_from)


def _cheapest(program: Program, row: int, sift_from: int) -> tuple[Mark, ...]:
    """Return where a large problem is at its cheapest, at prices at which money is nearly all."""
    spend = program.cost
    extras = [
        extra._replace(gain=-spend.extras.get(n, 0.0)) for n, extra in enumerate(program.extras)
    ]
    cheap = replace(program, gain=-spend.columns, extras=extras)
    solver = _going_on(cheap, sift_from)
    if not isinstance(solver, Sifter):
        return ()
    solver.move(row, _ANY_SUM)
    solver.solve(_ROUGH)
    (mark,) = solver.marks()
    steep = _STEEP * np.abs(program.gain).max() / np.abs(spend.columns).max()
    prices = DualPrices(*(each * steep for each in mark.prices))
    prices.sides[row] = steep
    return (mark._replace(prices=prices),)


def _at(
    solver: _GoingOn,
    program: Program,
    row: int,
    money: float,
    beside: Sequence[Mark] = (),
) -> _Corner | None:
    """Solve with a ceiling on spending, from the corners on either side where they are known."""
    if beside:
        solver.resume(beside)
    solver.move(row, money)
    solution = solver.solve(_ROUGH._replace(gap=EXACT))
    if solution.status != OPTIMAL:
        return None
    slope = float(solution.duals[row]) if len(solution.duals) else float("nan")
    spent = program.cost.at(solution.columns, solution.extras)
    # One for every corner, of many columns each.
    solution = solution._replace(reduced=np.zeros(0))
    return _Corner(spent, solution.objective, max(slope, 0.0), solution, solver.marks())


def _between(left: _Corner, right: _Corner, whole: float) -> tuple[float] | None:
    """Return where to look next: where the lines of two corners meet, or half-way without them.

    Half-way to where the frontier jumps, as another maker can be paid for, would go on for ever:
    it ends at a thousandth of the `whole` span of money.
    """
    if right.money - left.money <= _TURNS * max(1.0, right.money):
        return None
    if np.isnan(left.slope) or np.isnan(right.slope):
        is_near = right.money - left.money <= _FINEST * whole
        return None if is_near else ((left.money + right.money) / 2,)
    steeper = left.slope - right.slope
    if steeper <= _TURNS * max(left.slope, 1e-12):
        return None
    rise = right.objective - left.objective + left.slope * left.money - right.slope * right.money
    money = rise / steeper
    span = right.money - left.money
    inside = left.money + 1e-6 * span < money < right.money - 1e-6 * span
    return (money if inside else (left.money + right.money) / 2,)


def _is_new(left: _Corner, middle: _Corner, right: _Corner) -> bool:
    """Tell whether a point lies above the line between its neighbours."""
    if middle.money <= left.money or middle.money >= right.money:
        return False
    part = (middle.money - left.money) / (right.money - left.money)
    line = left.objective + part * (right.objective - left.objective)
    return middle.objective > line + _TURNS * max(1.0, abs(right.objective) * 1e-2)


def _whole(quest: Quest, points: int) -> list[Point]:
    """Find the best whole mix at the money of each corner; many corners are thinned out."""
    _, corners = corners_of(quest, points)
    if not corners:
        return []
    effort = quest.aiming.effort
    rough = effort._replace(gap=_ROUGH.gap, seconds=min(_ROUGH.seconds, effort.seconds))
    quest = quest._replace(aiming=quest.aiming._replace(effort=rough))
    picked = dict.fromkeys(np.linspace(0, len(corners) - 1, _MOST_WHOLE).round().astype(int))
    least = _least_spent(quest)
    found = [] if least is None else [least]
    # Shares can be cheaper than any whole mix, and just below what can be had, that there is
    # nothing takes longest to find out.
    enough = 0.0 if least is None else least.sums.spend * (1 + USUAL_GAP)
    for money in [*(corners[n].money for n in picked if corners[n].money >= enough), 1e15]:
        best = quest.started().also(_CEILING._replace(value=money)).best()
        if best.figures is not None:
            found.append(Point(best.shares, best.figures.sums))
    if least is None or quest.menu.overhead:
        cheapest = quest.started().aimed(SPEND).best()
        if cheapest.figures is not None:
            found.append(Point(cheapest.shares, cheapest.figures.sums))
    return _kept(quest, found)


def _least_spent(quest: Quest) -> Point | None:
    """Return the whole mix that spends least, but for a dollar in a million.

    Of many that spend so little, the one that is worth most.
    """
    nearly = quest.aiming._replace(effort=quest.aiming.effort._replace(gap=USUAL_GAP))
    without_overhead = replace(quest.menu, overhead=0.0)
    found = quest._replace(menu=without_overhead, aiming=nearly).started().aimed(SPEND).best()
    if found.mix is None:
        return None
    least = figures(quest.menu, found.mix).sums
    ceiling = _CEILING._replace(value=least.spend * (1 + USUAL_GAP))
    best = quest.started().also(ceiling).best(found.shares)
    if best.figures is None:
        return Point(found.shares, least)
    return Point(best.shares, best.figures.sums)


def _confirmed(quest: Quest, shares: Sequence[FloatArray]) -> list[Point]:
    """Return what mixes come to by the engine, those left out that break a limit.

    A relaxed problem (plans, caps, promised sums) has corners that the engine does not confirm.
    """
    menu = quest.menu
    is_metered = not (menu.pools or menu.market.commitments or menu.market.rebound)
    if is_metered and shares:
        return [
            Point(*one) for one in zip(shares, sums_of_many(menu, np.stack(shares)), strict=True)
        ]
    found = [(one, figures(menu, place(menu, one))) for one in shares]
    return [
        Point(one, own.sums)
        for one, own in found
        if not any(excess(bound, own) > 0 for bound in quest.bounds)
    ]


def _kept(quest: Quest, points: list[Point]) -> list[Point]:
    """Put points in order of money and keep those that are worth more than every cheaper one.

    Of those whose money differs by rounding alone the one worth most is kept.
    """
    objective = quest.aiming.objective
    ordered = sorted(points, key=lambda p: (p.sums.spend, -worth(p.sums, objective)))
    kept: list[Point] = []
    for point in ordered:
        if kept and worth(point.sums, objective) <= worth(kept[-1].sums, objective) * (
            1 + np.sign(worth(kept[-1].sums, objective)) * 1e-9
        ):
            continue
        if kept and point.sums.spend <= kept[-1].sums.spend * (1 + SAME):
            kept.pop()
        kept.append(point)
    return kept
