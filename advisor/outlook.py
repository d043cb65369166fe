"""What a manager asks of a comparison: what if nothing changes, what else, what it hangs on.

Only numbers here; the words are the renderer's. Break-evens are found on the expected year.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from advisor.case.facts import Case, WhatIf
from advisor.engine.axes import Candidate, Drawn, Sample
from advisor.engine.burndown import exhaustion_date
from advisor.engine.draws import Means
from advisor.engine.outcome import Drawing, Market, Outcome, outcome
from advisor.tables import Announced, Doing, Flip, Hinge, OptionLine, Outlook, Spend, Step
from advisor.units import MINUTES_PER_HOUR

FloatArray = NDArray[np.float64]

USUAL_HOURS = 20.0
"""Hours of work per developer-month at which the way to tell of is chosen, where nobody says."""
TOO_WEAK = 0.7
"""Below this share of today's work an option is not told of as a way to go."""
_HIGHEST_MULTIPLE = 50.0
_CLOSE_ENOUGH = 1e-9
_WORTH_SAYING = 1.005


@dataclass(frozen=True)
class Interval:
    """The hours of work per developer-month between which one option is the best."""

    index: int
    above: float
    below: float


def hours_intervals(
    case: Case, expected: Sequence[Outcome], allowed: Collection[int]
) -> list[Interval]:
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
    return [Interval(index, bounds[n], bounds[n + 1]) for n, (_, _, index) in enumerate(corners)]


def _slope(one: tuple[float, float, int], other: tuple[float, ...]) -> float:
    """Work done per unit of money between two corners."""
    return (other[1] - one[1]) / (other[0] - one[0]) if other[0] > one[0] else float("inf")


def flips(case: Case, expected: Sequence[Outcome]) -> list[Flip]:
    """List where options change places: hours of work without values, multipliers against today."""
    found = []
    if case.market.terms.value is None:
        allowed = [
            i for i, way in enumerate(case.ways) if way.facts is None or not way.facts.denied
        ]
        intervals = hours_intervals(case, expected, allowed)
        for cheaper, dearer in itertools.pairwise(intervals):
            found.append(
                Flip(
                    case.ways[dearer.index].name, case.ways[cheaper.index].name, None,
                    "hours", dearer.above,
                )
            )  # fmt: skip
    now = case.ways[case.today].name
    for index, way in enumerate(case.ways):
        at = break_even_multiplier(case, index, expected)
        if index == case.today or at is None:
            continue
        ahead = _worth(expected[index]) >= _worth(expected[case.today])
        winner, loser = (now, way.name) if ahead else (way.name, now)
        found.append(Flip(winner, loser, None, "token_multiplier", at))
    return found


def break_even_multiplier(case: Case, index: int, expected: Sequence[Outcome]) -> float | None:
    """Return the multiplier, averaged over classes, at which an option is as good as today's.

    As good: by net value where values are stated, by spend else. None where the option is a mix, or
    where no multiplier from a fiftieth to fifty times its own changes the order.
    """
    way = case.ways[index]
    if way.facts is None or index == case.today:
        return None
    option = way.routes[0].strategy[0]
    target = _worth(expected[case.today])
    sample = Sample.draw(case.market.work, case.market.terms, Means())

    def ahead(factor: float) -> float:
        scaled = _with_multiplier(case.market, option, factor)
        drawing = Drawing.of(scaled.candidates, [option], Means())
        return _worth(outcome(scaled, way.routes, sample, drawing)) - target

    factor = _crossing(ahead, _worth(expected[index]) - target)
    return None if factor is None else factor * _mean_multiplier(case, option)


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
    middle = low
    for _ in range(60):
        middle = (low * at_high - high * at_low) / (at_high - at_low)
        here = ahead(middle)
        if abs(here) <= _CLOSE_ENOUGH * scale:
            break
        if here > 0:
            low, at_low, at_high = middle, here, at_high / 2
        else:
            high, at_high, at_low = middle, here, at_low / 2
    return middle


def _with_multiplier(market: Market, option: int, factor: float) -> Market:
    one = market.candidates[option]
    scaled = tuple(Drawn(m.number.scaled(factor), m.stream) for m in one.multiplier)
    return _with_candidate(market, option, replace(one, multiplier=scaled))


def _with_candidate(market: Market, option: int, candidate: Candidate) -> Market:
    changed = list(market.candidates)
    changed[option] = candidate
    return replace(market, candidates=tuple(changed))


def _mean_multiplier(case: Case, option: int) -> float:
    """Average an option's multiplier over classes by the reference's tokens that each takes."""
    market = case.market
    sample = Sample.draw(market.work, market.terms, Means())
    tasks = market.row_tasks.sum(axis=(1, 2)) * sample.count[0]
    weights = np.zeros(len(market.work.classes))
    np.add.at(weights, market.work.row_class, tasks)
    weights = weights * sample.tokens[0].sum(axis=1)
    means = np.array([one.number.expected for one in market.candidates[option].multiplier])
    return float((weights * means).sum() / weights.sum()) if weights.sum() else float(means.mean())


def outlook(case: Case, expected: Sequence[Outcome], lines: Sequence[OptionLine]) -> Outlook:
    """Gather the numbers of the paragraph."""
    person_months = float(case.market.work.people.sum())
    best, step = _best_other(case, expected, lines)
    today = lines[case.today]
    return Outlook(
        today=_doing(today),
        budget=case.budget,
        budget_per_active_month=(
            case.budget / person_months if case.budget is not None and person_months else None
        ),
        best=None if best is None else _doing(lines[best]),
        best_is_cheapest=best is not None
        and all(_spent(lines[best]) <= _spent(line) for line in lines),
        best_net_value=None if best is None else lines[best].net_value_vs_today,
        hinge=None if best is None else _hinge(case, best, expected),
        step=step,
        announced=_announced(case, lines),
        if_use_doubles=_if_use_doubles(case, lines),
        borrowed=any(line.borrowed for line in lines),
    )


def _doing(line: OptionLine) -> Doing:
    nothing = Spend(*[float("nan")] * 5)
    return Doing(
        line.option, line.title, line.spend or nothing, line.work_done or 0.0, line.exhaustion_date
    )


def _spent(line: OptionLine) -> float:
    return line.spend.expected if line.spend else float("inf")


def _best_other(
    case: Case, expected: Sequence[Outcome], lines: Sequence[OptionLine]
) -> tuple[int | None, Step | None]:
    """Choose the way to tell of beside today's, and the next cheaper one."""
    others = [i for i, line in enumerate(lines) if i != case.today and not line.denied]
    if case.market.terms.value is not None:
        return _best_of_value(case, others, lines), None
    able = [
        one
        for one in hours_intervals(case, expected, allowed=[case.today, *others])
        if (lines[one.index].work_done or 0) >= TOO_WEAK
    ]
    place = next((n for n, one in enumerate(able) if one.below > USUAL_HOURS), None)
    if place is None:
        return None, None
    if able[place].index == case.today:
        place -= 1
    if place < 0:
        return None, None
    chosen = able[place]
    cheaper = able[place - 1] if place else None
    return chosen.index, _step(case, expected, lines, chosen, cheaper)


def _best_of_value(case: Case, others: Sequence[int], lines: Sequence[OptionLine]) -> int | None:
    """Return what is worth more than today's, else the best that a budget allows."""

    def worth(index: int) -> float:
        return lines[index].net_value_vs_today or 0.0

    best = max(others, key=worth, default=None)
    if best is None or worth(best) > 0:
        return best
    if case.budget is None or _spent(lines[case.today]) <= case.budget:
        return None
    inside = [i for i in others if _spent(lines[i]) <= case.budget]
    return max(inside, key=worth, default=None)


def _step(
    case: Case,
    expected: Sequence[Outcome],
    lines: Sequence[OptionLine],
    chosen: Interval,
    cheaper: Interval | None,
) -> Step | None:
    if cheaper is None or cheaper.index == case.today:
        return None
    person_months = float(case.market.work.people.sum())
    saves = float(expected[chosen.index].spend[0] - expected[cheaper.index].spend[0])
    lost = (lines[chosen.index].work_done or 0.0) - (lines[cheaper.index].work_done or 0.0)
    return Step(
        title=lines[cheaper.index].title,
        saves_per_active_month=saves / person_months,
        work_lost=lost,
        worth_below_minutes=saves / person_months / case.hour * MINUTES_PER_HOUR,
    )


def _hinge(case: Case, index: int, expected: Sequence[Outcome]) -> Hinge | None:
    way = case.ways[index]
    if way.facts is None:
        return None
    option = way.routes[0].strategy[0]
    numbers = [one.number for one in case.market.candidates[option].multiplier]
    return Hinge(
        now=_mean_multiplier(case, option),
        low=min(one.low for one in numbers),
        high=max(one.high for one in numbers),
        breaks_even_at=break_even_multiplier(case, index, expected),
        borrowed=way.facts.borrowed,
    )


def _announced(case: Case, lines: Sequence[OptionLine]) -> list[Announced]:
    return [
        Announced(lines[_way_of(case, one)].title, one.on, one.factor, _spend_if(case, one))
        for one in case.what_ifs
        if one.kind == "announced" and one.on is not None
    ]


def prompt_warnings(case: Case, lines: Sequence[OptionLine]) -> list[str]:
    """Say what an option with a long-context tier would cost with prompts of a usual length."""
    said = []
    for one in case.what_ifs:
        line = lines[_way_of(case, one)]
        spend = _spend_if(case, one)
        if one.kind == "prompt" and spend > _spent(line) * _WORTH_SAYING:
            said.append(
                f"{line.option}: short prompts are assumed; with "
                f"`prompt_tokens: {{p50: 60k, p90: 140k}}` it would cost {spend:,.0f}"
            )
    return said


def _way_of(case: Case, one: WhatIf) -> int:
    name = case.market.candidates[one.option].name
    return next(i for i, way in enumerate(case.ways) if way.facts and way.name == name)


def _spend_if(case: Case, one: WhatIf) -> float:
    """Return an option's expected spend at the other prices."""
    market = _with_candidate(
        case.market, one.option, replace(case.market.candidates[one.option], rates=one.rates)
    )
    sample = Sample.draw(market.work, market.terms, Means())
    drawing = Drawing.of(market.candidates, [one.option], Means())
    return float(outcome(market, case.ways[_way_of(case, one)].routes, sample, drawing).spend[0])


def _if_use_doubles(case: Case, lines: Sequence[OptionLine]) -> Doing | None:
    """Compute today's year if use rose evenly to twice as much; None where the file has growth."""
    work = case.market.work
    months = len(work.months)
    base = work.tasks / np.maximum(work.people[:, None, :], 1e-300)
    if months < 2 or not np.allclose(base, base[:, :, :1]):
        return None
    rise = np.linspace(1.0, 2.0, months)
    market = replace(case.market, work=replace(work, tasks=work.tasks * rise))
    way = case.ways[case.today]
    used = sorted({option for route in way.routes for option in route.strategy})
    sample = Sample.draw(market.work, market.terms, Means())
    result = outcome(market, way.routes, sample, Drawing.of(market.candidates, used, Means()))
    spent = float(result.spend[0])
    gone = None
    if case.budget is not None:
        whole = np.full(months, case.budget)
        gone = exhaustion_date(result.spend_by_month[0], whole, work.months)
    nothing = float("nan")
    line = lines[case.today]
    return Doing(
        line.option, line.title, Spend(spent, nothing, nothing, nothing, nothing), 0.0, gone
    )
