"""What a manager asks of a comparison: what if nothing changes, what else, what it hangs on.

Only numbers here; the words are the renderer's. Break-evens are found on the expected year.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from advisor.answers.compare.break_even import (
    HoursInterval,
    hours_intervals,
    mean_multiplier,
)
from advisor.answers.compare.ramp import ramp
from advisor.case.facts import Case, OptionFacts, WhatIf
from advisor.engine.axes import RandomInput, Sample
from advisor.engine.burndown import exhaustion_date
from advisor.engine.draws import Means, percentiles
from advisor.engine.market import with_candidate
from advisor.engine.outcome import Outcome, drawn_outcome
from advisor.tables.compare import (
    NO_SPEND,
    Announced,
    CheaperStep,
    Doing,
    Hinge,
    OptionLine,
    Spend,
    Summary,
    Worthier,
)
from advisor.units import MINUTES_PER_HOUR, rounded

FloatArray = NDArray[np.float64]

USUAL_HOURS = 20.0
"""Hours of work per developer-month at which the way to tell of is chosen, where nobody says."""
TOO_WEAK = 0.7
"""Below this share of today's work an option is not told of as a way to go."""
_WORTH_SAYING = 1.005


def summary(
    case: Case,
    expected: Sequence[Outcome],
    lines: Sequence[OptionLine],
    multipliers: Mapping[int, float],
) -> Summary:
    """Gather the numbers of the paragraph. `multipliers` break even with today's, by way."""
    person_months = float(case.market.work.people.sum())
    best, step = _best_other(case, expected, lines)
    today = lines[case.today]
    return Summary(
        today=_doing(today),
        budget=case.budget,
        budget_per_active_month=(
            case.budget / person_months if case.budget is not None and person_months else None
        ),
        best=None if best is None else _doing(lines[best]),
        best_net_value=None if best is None else lines[best].net_value_vs_today,
        worth_more=_worth_more(case, lines, best),
        hinge=None if best is None else _hinge(case, best, multipliers.get(best)),
        step=step,
        announced=_announced(case, lines),
        ramp=ramp(case, expected[case.today]),
        if_use_doubles=_if_use_doubles(case, lines),
        borrowed=any(line.borrowed for line in lines),
    )


def _doing(line: OptionLine) -> Doing:
    return Doing(
        option=line.option,
        title=line.title,
        spend=line.spend or NO_SPEND,
        work_done=line.work_done or 0.0,
        value=line.value if line.net_value is not None else None,
        exhaustion_date=line.exhaustion_date,
        exhaustion_early=line.exhaustion_early,
        exhaustion_late=line.exhaustion_late,
    )


def _spent(line: OptionLine) -> float:
    return line.spend.expected if line.spend else float("inf")


def _best_other(
    case: Case, expected: Sequence[Outcome], lines: Sequence[OptionLine]
) -> tuple[int | None, CheaperStep | None]:
    """Choose the way to tell of beside today's, and the next cheaper one.

    A mix that is decided is told of before anything that could be.
    """
    if case.mix is not None and case.mix != case.today:
        return case.mix, None
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


def _worth_more(case: Case, lines: Sequence[OptionLine], told: int | None) -> Worthier | None:
    """Return what is worth more than today and than what is told of; what is allowed goes first."""
    if case.market.terms.value is None:
        return None
    least = max(0.0, (lines[told].net_value_vs_today or 0.0) if told is not None else 0.0)
    more = [
        (line.denied is None, line.net_value_vs_today, n)
        for n, line in enumerate(lines)
        if n not in {case.today, told} and (line.net_value_vs_today or 0.0) > least
    ]
    if not more:
        return None
    allowed, worth, place = max(more)
    return Worthier(lines[place].title, worth or 0.0, _spent(lines[place]), is_allowed=allowed)


def _step(
    case: Case,
    expected: Sequence[Outcome],
    lines: Sequence[OptionLine],
    chosen: HoursInterval,
    cheaper: HoursInterval | None,
) -> CheaperStep | None:
    if cheaper is None or cheaper.index == case.today:
        return None
    person_months = float(case.market.work.people.sum())
    saves = float(expected[chosen.index].spend[0] - expected[cheaper.index].spend[0])
    lost = (lines[chosen.index].work_done or 0.0) - (lines[cheaper.index].work_done or 0.0)
    return CheaperStep(
        title=lines[cheaper.index].title,
        saves_per_active_month=saves / person_months,
        work_lost=lost,
        worth_below_minutes=saves / person_months / case.hour * MINUTES_PER_HOUR,
    )


def _hinge(case: Case, index: int, breaks_even_at: float | None) -> Hinge | None:
    way, now = case.ways[index], case.ways[case.today]
    if way.facts is None:
        return None
    if now.facts is not None and _same_worker(way.facts, now.facts):
        return None
    option = way.routes[0].strategy[0]
    numbers = case.market.candidates[option].multiplier
    ends = [_ends(one) for one in numbers]
    sample = Sample.draw(case.market.work, case.market.terms, Means())
    return Hinge(
        now=mean_multiplier(case, option, sample),
        low=min(low for low, _ in ends),
        high=max(high for _, high in ends),
        breaks_even_at=breaks_even_at,
        borrowed=way.facts.borrowed,
    )


def _ends(one: RandomInput) -> tuple[float, float]:
    """Return the ends of a number as written, P10 and P90 of a borrowed one."""
    if not one.streams:
        return one.number.low, one.number.high
    low, _, high = percentiles(one.number)
    return low, high


def _same_worker(one: OptionFacts, other: OptionFacts) -> bool:
    """Tell whether two options are the same model in the same tool, so that tokens can't differ."""
    return (one.model, one.effort, one.harness) == (other.model, other.effort, other.harness)


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
                f"`prompt_tokens: {{p50: 60k, p90: 140k}}` it would cost {rounded(spend)}"
            )
    return said


def _way_of(case: Case, one: WhatIf) -> int:
    name = case.market.candidates[one.option].name
    return next(i for i, way in enumerate(case.ways) if way.facts and way.name == name)


def _spend_if(case: Case, one: WhatIf) -> float:
    """Return an option's expected spend at the other prices."""
    market = with_candidate(
        case.market, one.option, case.market.candidates[one.option]._replace(rates=one.rates)
    )
    return float(drawn_outcome(market, case.ways[_way_of(case, one)].routes, Means()).spend[0])


def _if_use_doubles(case: Case, lines: Sequence[OptionLine]) -> Doing | None:
    """Compute today's year if use rose evenly to twice as much; None where the file has growth.

    None too where nobody knows what use there is.
    """
    work = case.market.work
    months = len(work.months)
    base = work.tasks / np.maximum(work.people[:, None, :], 1e-300)
    moves = np.ptp(work.people.sum(axis=0)) > 0
    knows = case.calibration is None or case.calibration.tells_use
    if not knows or months < 2 or moves or not np.allclose(base, base[:, :, :1]):
        return None
    rise = np.linspace(1.0, 2.0, months)
    market = replace(case.market, work=work._replace(tasks=work.tasks * rise))
    way = case.ways[case.today]
    result = drawn_outcome(market, way.routes, Means())
    spent = float(result.spend[0])
    gone = None
    if case.budget is not None:
        whole = np.full(months, case.budget)
        gone = exhaustion_date(result.spend_by_month[0], whole, work.months)
    nothing = float("nan")
    line = lines[case.today]
    spend = Spend(spent, nothing, nothing, nothing, nothing)
    return Doing(line.option, line.title, spend, 0.0, None, gone)
