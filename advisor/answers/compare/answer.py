"""Every option side by side, on the same simulated years.

The figures of a line come from `engine`; here they become the ratios, the ranks and the pairs that
cannot be told apart.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from advisor.answers.compare.break_even import break_even_multipliers, flips
from advisor.answers.compare.ramp import fewest_and_most
from advisor.answers.compare.reasons import about_kinds, reasons
from advisor.answers.compare.simulation import SimulatedYears, draw_ways
from advisor.answers.compare.summary import prompt_warnings, summary
from advisor.case.facts import Assumption, Calibration, Case, OptionFacts, Way
from advisor.case.purchase import tool_name
from advisor.case.ways import MIX, TODAY
from advisor.engine.axes import Sample
from advisor.engine.breakdown import break_down
from advisor.engine.burndown import exhaustion_date, over_budget
from advisor.engine.draws import Means, Years, percentiles, quantiles
from advisor.engine.market import Drawing
from advisor.engine.outcome import Outcome, outcome
from advisor.engine.routes import options_used
from advisor.engine.success import ratio
from advisor.tables.compare import (
    AssumptionLine,
    CalibrationLine,
    Comparison,
    OptionLine,
    Spend,
)
from advisor.units import rounded

FloatArray = NDArray[np.float64]

EQUAL_BELOW = 0.80
"""Two options that paired draws separate in fewer than this share are equal on what is known."""
SKEWED_ABOVE = 0.02
"""A mean that differs from the expected figure by more than this share is used for ranking."""
_BY_CHANCE = 4
"""Standard errors of a mean that chance does not reach."""

RANKED_BY = {
    "net_value": True, "value": True, "value_per_dollar": True, "completed": True,
    "quality": True, "spend": False, "cost_per_completed": False, "total_cost": False,
}  # fmt: skip
"""What options can be ranked by, and whether more is better."""
_NEEDS_VALUES = {"net_value", "value", "value_per_dollar"}


def compare(case: Case, *, file: str, draws: int, seed: int, by: str = "net_value") -> Comparison:
    """Compute every option's year and put them in order.

    Without values there is no rank unless `by` needs none; options then stand by spend.
    """
    means = Means()
    sample = Sample.draw(case.market.work, case.market.terms, means)
    expected = [_outcome(case, way, sample, means) for way in case.ways]
    drawn = _drawn(case, draws, seed)
    has_values = case.market.terms.value is not None
    lines = [_line(case, index, expected, one, sample) for index, one in enumerate(drawn)]
    warnings = [
        *case.warnings,
        *about_kinds(case, lines),
        *prompt_warnings(case, lines),
        *_skew_warnings(lines),
    ]
    ranked = _ranked(lines, drawn, by, has_values=has_values)
    multipliers = break_even_multipliers(case, expected)
    unknown = [_unknown_line(one) for one in case.unknown]
    work = case.market.work
    return Comparison(
        workload=case.name,
        file=file,
        currency=case.currency,
        start=case.start,
        months=len(work.months),
        as_of=case.as_of,
        draws=draws,
        seed=seed,
        by=by,
        developers=fewest_and_most(work.developers),
        active=fewest_and_most(work.people),
        budget=case.budget,
        has_values=has_values,
        counts_tasks=case.states_success and not case.counts_developer_months,
        hour=case.hour,
        calibration=_calibration(case.calibration),
        options=[*ranked, *unknown],
        assumptions=assumption_lines(case),
        flips=flips(case, expected, multipliers),
        equals=_equals(lines, ranked, drawn) if by == "net_value" else [],
        warnings=warnings,
        summary=summary(case, expected, lines, multipliers),
        reasons=reasons(case, lines),
    )


def lines_of_ways(case: Case, ways: Sequence[int], *, draws: int, seed: int) -> list[OptionLine]:
    """Compute some of the ways alone, in the order asked for; today's is what they are held to."""
    each_once = list(dict.fromkeys([case.today, *ways]))
    chosen = replace(case, ways=tuple(case.ways[n] for n in each_once), today=0, mix=None)
    sample = Sample.draw(chosen.market.work, chosen.market.terms, Means())
    expected = [_outcome(chosen, way, sample, Means()) for way in chosen.ways]
    drawn = _drawn(chosen, draws, seed)
    places = [each_once.index(n) for n in ways]
    return [_line(chosen, place, expected, drawn[place], sample) for place in places]


def _drawn(case: Case, draws: int, seed: int) -> Sequence[SimulatedYears | None]:
    """Simulate every way; nothing of each where no draws are asked for."""
    return draw_ways(case, Years(draws, seed)) if draws else [None] * len(case.ways)


def _outcome(case: Case, way: Way, sample: Sample, years: Years) -> Outcome:
    used = options_used(way.routes)
    drawing = Drawing.of(case.market.candidates, used, years)
    return outcome(case.market, way.routes, sample, drawing)


def _line(
    case: Case,
    index: int,
    expected: Sequence[Outcome],
    drawn: SimulatedYears | None,
    sample: Sample,
) -> OptionLine:
    way, result, today = case.ways[index], expected[index], expected[case.today]
    work = case.market.work
    used = options_used(way.routes)
    drawing = Drawing.of(case.market.candidates, used, Means())
    split = break_down(case.market, sample, drawing, result)
    spend, completed = float(result.spend[0]), float(result.completed[0])
    review, rework = float(result.review[0]), float(result.rework[0])
    # Without values, what is delivered is counted in tasks (economics, Ranking).
    value = completed if result.value is None else float(result.value[0])
    net = None if result.net_value is None else float(result.net_value[0])
    net_today = None if today.net_value is None else float(today.net_value[0])
    facts = way.facts
    return OptionLine(
        option=way.name,
        title=_title(case, way),
        model=facts.model if facts else None,
        effort=facts.effort if facts else None,
        vendor=facts.vendor if facts else None,
        billed_by=facts.billed_by if facts else None,
        harness=facts.harness if facts else None,
        plan=facts.plan if facts else None,
        variant=facts.variant if facts else None,
        hosted_in=_hosted_in(case, way),
        is_today=index == case.today,
        borrowed=facts.borrowed if facts else False,
        denied=facts.denied if facts else None,
        spend=_spend(spend, drawn, of_medians=_of_medians(case, used)),
        spend_by_month=result.spend_by_month[0].tolist(),
        spend_by_class=split.by_class,
        spend_by_token_class=split.by_token_class,
        spend_by_team=split.by_team,
        tokens=split.tokens,
        tasks=float(result.demanded[0]),
        completed=completed,
        unmet_tasks=float(result.unmet[0]),
        quality=ratio(completed, float(result.reference_completed[0])),
        value=value,
        review=review,
        rework=rework,
        total_cost=spend + review + rework,
        net_value=net,
        value_per_dollar=ratio(value, spend),
        cost_per_completed=ratio(spend, completed),
        spend_per_developer_month=ratio(spend, float(work.developers.sum())),
        spend_per_active_month=ratio(spend, float(work.people.sum())),
        work_done=ratio(completed, float(today.completed[0])),
        net_value_vs_today=None if net is None or net_today is None else net - net_today,
        **_budget_figures(case, result, drawn),
    )


def _budget_figures(case: Case, result: Outcome, drawn: SimulatedYears | None) -> dict[str, Any]:
    if case.budget is None or case.released is None:
        return {}
    whole = np.full(len(case.market.work.months), case.budget)
    over = math.nan
    if drawn is not None:
        over = float(over_budget(drawn.spend, np.array(case.budget)).mean())
    return {
        "budget_used": ratio(float(result.spend[0]), case.budget),
        "probability_over_budget": over,
        "over_by_month": drawn.over_by_month.tolist() if drawn is not None else [],
        "exhaustion_date": exhaustion_date(
            result.spend_by_month[0], whole, case.market.work.months
        ),
        "exhaustion_early": _day(case, drawn, 0.1),
        "exhaustion_late": _day(case, drawn, 0.9),
    }


def _day(case: Case, drawn: SimulatedYears | None, share: float) -> date | None:
    """Return the day by which the budget is gone in a share of the draws; None if it isn't."""
    if drawn is None or drawn.lasts is None:
        return None
    days = quantiles(drawn.lasts, [share])[0]
    return None if math.isinf(days) else case.start.first_day + timedelta(days=int(days))


def _of_medians(case: Case, used: Sequence[int]) -> bool:
    """Tell whether some figure of the options used is borrowed, and so taken at its median."""
    options = (case.market.candidates[option] for option in used)
    return any(one.streams for option in options for one in (*option.multiplier, *option.quality))


def _spend(expected: float, drawn: SimulatedYears | None, *, of_medians: bool) -> Spend:
    if drawn is None:
        return Spend(expected, math.nan, math.nan, math.nan, math.nan, of_medians=of_medians)
    p10, p50, p90 = quantiles(drawn.spend, (0.1, 0.5, 0.9))
    error = float(drawn.spend.std()) / math.sqrt(drawn.spend.size)
    return Spend(expected, float(drawn.spend.mean()), p10, p50, p90, error, of_medians)


def title(facts: OptionFacts) -> str:
    """Name model and tool as people do: `Opus 5.5, Claude Code`."""
    model = facts.model_name.removeprefix("Claude ")
    if facts.plan is not None:
        return f"{model}, {_short_plan(facts)} seats"
    tool = tool_name(facts.harness)
    return ", ".join(filter(None, [model, tool, facts.variant or ""]))


def _short_plan(facts: OptionFacts) -> str:
    name = facts.plan_name or ""
    return name.removeprefix("GitHub ").removesuffix(" Business")


def _title(case: Case, way: Way) -> str:
    """Name a way; two that would read the same are told apart by the option's name."""
    if way.facts is None:
        return {TODAY: "What runs today", MIX: "The decided mix"}.get(way.name, way.name)
    own = title(way.facts)
    same = sum(one.facts is not None and title(one.facts) == own for one in case.ways)
    return f"{own} ({way.name})" if same > 1 and way is not case.ways[case.today] else own


def _hosted_in(case: Case, way: Way) -> str | None:
    """Return the country of a way, of a mix where all its parts are in one."""
    used = options_used(way.routes)
    names = {case.market.candidates[option].name for option in used}
    places = {one.facts.hosted_in for one in case.ways if one.facts and one.name in names}
    return places.pop() if len(places) == 1 else None


def _unknown_line(facts: OptionFacts) -> OptionLine:
    return OptionLine(
        option=facts.name,
        title=title(facts),
        model=facts.model,
        effort=facts.effort,
        vendor=facts.vendor,
        billed_by=facts.billed_by,
        harness=facts.harness,
        plan=facts.plan,
        variant=facts.variant,
        hosted_in=facts.hosted_in,
        denied=facts.denied,
        unknown=facts.unknown,
    )


def _ranked(
    lines: list[OptionLine], drawn: Sequence[SimulatedYears | None], by: str, *, has_values: bool
) -> list[OptionLine]:
    """Put lines in order; give ranks where there is something to rank by."""
    if by in _NEEDS_VALUES and not has_values:
        return sorted(lines, key=lambda line: line.spend.expected if line.spend else math.inf)
    sign = -1.0 if RANKED_BY[by] else 1.0
    figures = {line.option: _figure(line, one, by) for line, one in zip(lines, drawn, strict=True)}

    def order(line: OptionLine) -> tuple[bool, float]:
        figure = figures[line.option]
        return math.isnan(figure), sign * figure

    ranked = sorted(lines, key=order)
    return [_with_rank(line, place) for place, line in enumerate(ranked, start=1)]


def _figure(line: OptionLine, drawn: SimulatedYears | None, by: str) -> float:
    """Return what a line is ranked by: the mean over draws where the expected figure misleads."""
    if line.spend is not None and drawn is not None and _is_skewed(line.spend):
        if by == "net_value" and drawn.net_value is not None:
            return float(drawn.net_value.mean())
        if by == "spend":
            return line.spend.mean
    figure = line.spend.expected if by == "spend" and line.spend else getattr(line, by)
    return math.nan if figure is None else float(figure)


def _with_rank(line: OptionLine, place: int) -> OptionLine:
    return line._replace(rank=place)


def _is_skewed(spend: Spend) -> bool:
    """Tell whether the mean is off the expected figure by more than draws can be by chance.

    That of medians is off by its nature.
    """
    if spend.of_medians:
        return False
    off = abs(spend.mean - spend.expected)
    return off > SKEWED_ABOVE * max(spend.expected, 1e-9) and off > _BY_CHANCE * spend.error


def _skew_warnings(lines: Sequence[OptionLine]) -> list[str]:
    return [
        f"{line.option}: the mean over the draws, {rounded(line.spend.mean)}, differs from the "
        f"expected {rounded(line.spend.expected)}: cost is not proportional to what is uncertain"
        for line in lines
        if line.spend is not None and not math.isnan(line.spend.mean) and _is_skewed(line.spend)
    ]


def _equals(
    lines: Sequence[OptionLine],
    ranked: Sequence[OptionLine],
    drawn: Sequence[SimulatedYears | None],
) -> list[tuple[str, str, float]]:
    """List the options that fewer than 80 of 100 paired draws separate from the first in rank."""
    net = {
        line.option: one.net_value
        for line, one in zip(lines, drawn, strict=True)
        if one is not None and one.net_value is not None
    }
    first = ranked[0].option if ranked and ranked[0].rank == 1 else None
    if first not in net:
        return []
    ahead = {
        line.option: float((net[first] > net[line.option]).mean())
        for line in ranked[1:]
        if line.option in net
    }
    return [(first, other, part) for other, part in ahead.items() if part < EQUAL_BELOW]


def assumption_lines(case: Case) -> list[AssumptionLine]:
    """List what nobody stated and the figures stand on."""
    return [_assumption_line(one) for one in case.assumptions]


def _assumption_line(one: Assumption) -> AssumptionLine:
    p10, p50, p90 = percentiles(one.number)
    low, high = (p10, p90) if one.is_borrowed else (one.number.low, one.number.high)
    return AssumptionLine(
        option=one.option,
        task_class=one.task_class,
        key=one.key,
        value=one.value,
        low=low,
        high=high,
        mean=one.number.expected,
        p10=p10,
        p50=p50,
        p90=p90,
        origin=one.origin,
        source=one.source,
        date=one.date,
        confidence=one.confidence,
    )


def _calibration(told: Calibration | None) -> CalibrationLine | None:
    if told is None:
        return None
    low, high, text = told.published or (None, None, "")
    each = told.per_active_month
    return CalibrationLine(
        basis=told.basis,
        month=told.month,
        cost=told.cost,
        seat_fees=told.seat_fees,
        active_developers=told.active_developers,
        per_active_month=each.expected,
        low=each.low,
        high=each.high,
        factor=told.factor,
        published_low=low,
        published_high=high,
        published=text,
        trend=told.trend,
        tells_use=told.tells_use,
    )
