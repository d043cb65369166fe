"""The mix that loses least over the draws, beside the one that is best at the means.

The regret of a year is what the best mix of that year, had one known it, would have been worth
more. The least expected regret is the greatest mean worth; the other form looks at the years that
are regretted most. Both are found by lines above the worth of a mix, as budgets for the worst
years are.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.answers.recommend.cvar import Tails
from advisor.answers.recommend.limits import BUDGET, TEAM_BUDGET, excess, vendors_used
from advisor.answers.recommend.menu import COMPLETED, NET_VALUE, SPEND, VALUE, Menu
from advisor.answers.recommend.mix import Mix, figures, place
from advisor.answers.recommend.money import MoneyTerms
from advisor.answers.recommend.problem import Extra, Sum
from advisor.answers.recommend.search import FoundMix, Quest, problem, worth
from advisor.answers.recommend.settled import chosen
from advisor.answers.recommend.solver import FEASIBLE, INFEASIBLE, OPTIMAL, solve
from advisor.engine.draws import Years
from advisor.engine.outcome import Outcome

FloatArray = NDArray[np.float64]

HINDSIGHT_YEARS = 300
"""Years for which the best mix is looked up one by one."""
_MEAN_YEARS = 4_000
"""Years over which worth is averaged; more would move the choice less than they cost."""
_MOST_CUTS = 60
_CLOSE = 1e-7


class Regret(NamedTuple):
    """What a mix loses against each year's best: on average, and in the worst years."""

    mean: float
    tail: float
    mean_worth: float


class Robust(NamedTuple):
    """The mix that loses least, and the regret of it and of the mix that is best at the means."""

    found: FoundMix
    own: Regret
    expected: Regret


def robust(quest: Quest, best: FoundMix, years: Years, tail: float | None, share: float) -> Robust:
    """Find the mix of least expected regret, or with `tail` of the least mean of its worst years.

    `share` is the confidence at which regret's worst years are told. Limits are those of the
    expected year. Net value, value or completed tasks count, as the objective says.
    """
    few = Tails.drawn(quest.menu, Years(min(years.draws, HINDSIGHT_YEARS), years.seed))
    hindsight = _hindsight(quest, few)
    many = Years(min(years.draws, _MEAN_YEARS), years.seed)
    tails = few if tail is not None else Tails.drawn(quest.menu, many)
    found = _least_regret(quest, best, tails, hindsight, tail)
    assert found.mix is not None
    assert best.mix is not None
    return Robust(
        found,
        _regret(quest, found.mix, few, hindsight, share),
        _regret(quest, best.mix, few, hindsight, share),
    )


def _hindsight(quest: Quest, tails: Tails) -> FloatArray:
    """Return what the best mix of each year would have been worth, budgets apart. Shape (S,).

    It may share out work and seats, so that regret is told a little too high, never too low.
    """
    bounds = tuple(b for b in quest.bounds if b.kind not in {BUDGET, TEAM_BUDGET})
    found = []
    for year in range(tails.years.draws):
        rows = np.array([year])
        inside = [option for pool in quest.menu.pools for option in pool.options]
        contributions = tails.contributions(rows, np.ones(1), inside)
        one = quest.shared()._replace(
            menu=quest.menu.with_contributions(contributions), bounds=bounds
        )
        terms = problem(one.menu, bounds, one.aiming)
        found.append(solve(terms.program, relaxed=True).objective)
    return np.array(found)


def _worths(quest: Quest, mix: Mix, years: Years) -> FloatArray:
    """Return what a mix is worth in every year. Shape (S,)."""
    objective = quest.aiming.objective
    overhead = quest.menu.overhead * len({quest.menu.facts[o].vendor for o in mix.used})

    def of(result: Outcome) -> FloatArray:
        if objective == COMPLETED or result.value is None or result.net_value is None:
            return result.completed if objective != SPEND else -result.spend - overhead
        if objective == SPEND:
            return np.asarray(-result.spend - overhead)
        return result.value if objective == VALUE else np.asarray(result.net_value - overhead)

    return mix.over_draws(years, of)


def _regret(quest: Quest, mix: Mix, tails: Tails, hindsight: FloatArray, share: float) -> Regret:
    worths = _worths(quest, mix, tails.years)
    lost = np.sort(hindsight - worths)
    count = max(1, round((1 - share) * len(lost)))
    return Regret(float(lost.mean()), float(lost[-count:].mean()), float(worths.mean()))


def _least_regret(
    quest: Quest, best: FoundMix, tails: Tails, hindsight: FloatArray, tail: float | None
) -> FoundMix:
    """Cut from above where mixes are found, until the best of them is as good as it seems."""
    terms = quest.terms()
    program = terms.program
    program.gain, program.constant = np.zeros(program.size), 0.0
    program.extras = [extra._replace(gain=0.0) for extra in program.extras]
    level = program.add(Extra("worth", gain=1.0, low=-np.inf))
    mix, shares, kept, kept_worth = best.mix, best.shares, best, -np.inf
    assert mix is not None
    for _ in range(_MOST_CUTS):
        line, worth_here = _line(quest, terms, mix, tails, hindsight, tail)
        if worth_here > kept_worth:
            own_years = quest.tails.years if quest.tails else None
            found = figures(quest.menu, mix, quest.bounds, own_years)
            if all(excess(bound, found) == 0 for bound in quest.bounds):
                kept = best._replace(mix=mix, shares=shares, figures=found)
                kept_worth = worth_here
        itself = Sum(np.zeros(program.size), {level: 1.0})
        program.hold("", itself.plus(line, -1.0))
        solution = solve(program, quest.aiming.effort)
        if solution.status not in {OPTIMAL, FEASIBLE} or solution.status == INFEASIBLE:
            break
        if solution.objective <= kept_worth + _CLOSE * max(1.0, abs(kept_worth)):
            break
        shares = chosen(program, quest.menu, solution)
        mix = place(quest.menu, shares)
    assert kept.figures is not None
    objective = worth(kept.figures, quest.aiming.objective)
    return kept._replace(objective=objective)


def _line(
    quest: Quest,
    terms: MoneyTerms,
    mix: Mix,
    tails: Tails,
    hindsight: FloatArray,
    tail: float | None,
) -> tuple[Sum, float]:
    """Return a line above the mean worth, and the worth at a mix; hindsight's is taken off."""
    worths = _worths(quest, mix, tails.years)
    rows = np.arange(len(worths))
    lost = -worths
    if tail is not None:
        lost = hindsight - worths
        count = max(1, round((1 - tail) * len(lost)))
        rows = np.argsort(lost, kind="stable")[-count:]
    base = float(hindsight[rows].mean()) if tail is not None else 0.0
    line = _worth_line(quest, terms, mix, tails, rows)
    return line._replace(constant=line.constant - base), float(-lost[rows].mean())


def _worth_line(
    quest: Quest, terms: MoneyTerms, mix: Mix, tails: Tails, rows: NDArray[np.intp]
) -> Sum:
    menu: Menu = quest.menu
    contributions = tails.contributions(rows, np.full(len(rows), 1 / len(rows)))
    gains = {
        NET_VALUE: contributions.worth,
        VALUE: contributions.value,
        COMPLETED: contributions.completed,
        SPEND: np.zeros_like(contributions.worth),
    }
    line = Sum(menu.of(gains[quest.aiming.objective]))
    if quest.aiming.objective in {NET_VALUE, SPEND}:
        line = line.plus(tails.spend_near(terms, mix, rows), -1.0)
        if menu.overhead:
            used = vendors_used(menu, terms).values()
            line = line.plus(Sum(np.zeros(len(line.columns)), dict.fromkeys(used, -menu.overhead)))
    return line
