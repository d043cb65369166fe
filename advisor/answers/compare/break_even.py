"""Where options change places: the worth of the work, or the tokens, at which the order turns.

Found on the expected year: every uncertain number takes its mean, a borrowed one its median.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from advisor.case.facts import Case, Way
from advisor.engine.axes import Sample
from advisor.engine.draws import Means
from advisor.engine.market import Drawing
from advisor.engine.outcome import Outcome, outcome
from advisor.tables.compare import Flip

FloatArray = NDArray[np.float64]

_HIGHEST_MULTIPLE = 50.0
_CLOSE_ENOUGH = 1e-9


@dataclass(frozen=True)
class HoursInterval:
    """The hours of work per developer-month between which one option is the best."""

    index: int
    above: float
    below: float


def hours_intervals(
    case: Case, expected: Sequence[Outcome], allowed: Collection[int]
) -> list[HoursInterval]:
    """Return which of the allowed options is best at which value of a developer-month.

    Worth grows with the work done, money falls with spend: the best options are the corners of the
    upper hull of work done over spend, and neighbours change places where the slope is the worth.
    The cheapest stands first.
    """
    person_months = float(case.market.work.people.sum())
    today = float(expected[case.today].completed[0])
    if not today or not person_months:
        return []
    points = sorted(
        (float(one.spend[0] + one.review[0] + one.rework[0]), -float(one.completed[0]) / today, i)
        for i, one in enumerate(expected)
        if i in allowed
    )
    corners: list[tuple[float, float, int]] = []
    for cost, minus_done, index in points:
        done = -minus_done
        if corners and done <= corners[-1][1]:
            continue
        # A corner under the line between its neighbours is never the best.
        while len(corners) > 1 and _slope(corners[-2], (cost, done)) >= _slope(*corners[-2:]):
            corners.pop()
        corners.append((cost, done, index))
    edges = [
        1 / _slope(one, other) / person_months / case.hour
        for one, other in itertools.pairwise(corners)
    ]
    bounds = [0.0, *edges, float("inf")]
    return [
        HoursInterval(index, bounds[n], bounds[n + 1]) for n, (_, _, index) in enumerate(corners)
    ]


def _slope(one: tuple[float, float, int], other: tuple[float, ...]) -> float:
    """Work done per unit of money between two corners."""
    return (other[1] - one[1]) / (other[0] - one[0]) if other[0] > one[0] else float("inf")


def flips(case: Case, expected: Sequence[Outcome], multipliers: Mapping[int, float]) -> list[Flip]:
    """List where options change places: hours of work without values, multipliers against today.

    `multipliers` are the ones of `break_even_multipliers`.
    """
    found = []
    if case.market.terms.value is None:
        allowed = [
            i for i, way in enumerate(case.ways) if way.facts is None or not way.facts.denied
        ]
        intervals = hours_intervals(case, expected, allowed)
        for cheaper, dearer in itertools.pairwise(intervals):
            option, over = case.ways[dearer.index].name, case.ways[cheaper.index].name
            found.append(Flip(option, over, None, "hours", dearer.above))
    now = case.ways[case.today].name
    for index, at in multipliers.items():
        other = case.ways[index].name
        ahead = _worth(expected[index]) >= _worth(expected[case.today])
        winner, loser = (now, other) if ahead else (other, now)
        found.append(Flip(winner, loser, None, "token_multiplier", at))
    return found


def break_even_multipliers(case: Case, expected: Sequence[Outcome]) -> dict[int, float]:
    """Return for each way the multiplier, averaged over classes, at which it is as good as today's.

    As good: by net value where values are stated, by spend else. Left out are mixes, and ways where
    no multiplier from a fiftieth to fifty times its own changes the order.
    """
    sample = Sample.draw(case.market.work, case.market.terms, Means())
    found = {}
    for index, way in enumerate(case.ways):
        if way.facts is None or index == case.today:
            continue
        factor = _break_even_factor(case, way, sample, expected[index], expected[case.today])
        if factor is not None:
            found[index] = factor * mean_multiplier(case, way.routes[0].strategy[0], sample)
    return found


def _break_even_factor(
    case: Case, way: Way, sample: Sample, now: Outcome, target: Outcome
) -> float | None:
    """Return what an option's own multiplier is multiplied by to be worth as much as the target."""
    option = way.routes[0].strategy[0]
    own = Drawing.of(case.market.candidates, [option], Means())
    worth = _worth(target)

    def ahead(factor: float) -> float:
        scaled = Drawing({option: own.multiplier[option] * factor}, own.quality)
        return _worth(outcome(case.market, way.routes, sample, scaled, now.seating)) - worth

    return _crossing(ahead, _worth(now) - worth)


def _worth(result: Outcome) -> float:
    net = result.net_value
    return -float(result.spend[0]) if net is None else float(net[0])


def _crossing(ahead: Callable[[float], float], now: float) -> float | None:
    """Return where a falling function of a factor reaches 0; `now` is its value at 1.

    False position with the Illinois step: spend is piecewise linear in the factor, so a straight
    line mostly hits at once. None where it does not reach 0 between the lowest and highest factor.
    """
    low, high = (1.0, _HIGHEST_MULTIPLE) if now >= 0 else (1 / _HIGHEST_MULTIPLE, 1.0)
    at_low, at_high = (now, ahead(high)) if now >= 0 else (ahead(low), now)
    if at_low < 0 or at_high > 0 or at_low == at_high:
        return None
    scale = max(abs(at_low), abs(at_high))
    middle, rose = low, 0
    for _ in range(60):
        middle = (low * at_high - high * at_low) / (at_high - at_low)
        here = ahead(middle)
        if abs(here) <= _CLOSE_ENOUGH * scale:
            break
        # An end that stays twice running counts half, or it would stay for ever.
        if here > 0:
            low, at_low, at_high = middle, here, at_high / 2 if rose > 0 else at_high
        else:
            high, at_high, at_low = middle, here, at_low / 2 if rose < 0 else at_low
        rose = 1 if here > 0 else -1
    return middle


def mean_multiplier(case: Case, option: int, sample: Sample) -> float:
    """Average an option's multiplier over classes by the reference's tokens that each takes."""
    market = case.market
    tasks = market.alike.tasks.sum(axis=(1, 2)) * sample.count[0]
    weights = np.zeros(len(market.work.classes))
    np.add.at(weights, market.work.row_class, tasks)
    weights = weights * sample.tokens[0].sum(axis=1)
    means = np.array([one.central for one in market.candidates[option].multiplier])
    return float((weights * means).sum() / weights.sum()) if weights.sum() else float(means.mean())
