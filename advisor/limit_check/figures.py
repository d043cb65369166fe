"""One function for each limit that a file may name: what the plan comes to, in the limit's unit.

A limit of a new name is a function here, a line in the table at the end, and its name in
`model/policy.py`. None means that nothing can be said, but for a day: there it means that the
budget lasts.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from advisor.case.facts import Case, Way
from advisor.case.sources import Sources
from advisor.model.workload import Workload
from advisor.recommend.limits import Figures
from advisor.tables.check import COUNT, DAY, DAYS, MONEY, RATIO, SHARE, TOKENS, ActualsLine, Figure
from advisor.tables.comparison import OptionLine
from advisor.tables.difference import Difference

_MONTHS_OF_A_YEAR = 12


class Plan(NamedTuple):
    """Everything that a limit may ask about: the way that is held, alone or for one team.

    `today` is the day on which the age of prices is counted. `change` and `actuals` are there where
    a base and what was paid were given. `prompts` are token counts by the pattern that asks.
    """

    case: Case
    way: Way
    line: OptionLine
    figures: Figures
    sources: Sources
    workload: Workload
    today: date
    change: Difference | None = None
    actuals: ActualsLine | None = None
    of_team: bool = False


class Kind(NamedTuple):
    """What a limit is about: its unit, how it is found, whether it is held from below.

    `needs` says what else has to be given for it, as a flag.
    """

    unit: str
    of: Callable[[Plan], Figure]
    is_lower: bool = False
    needs: str = ""


def _annual_spend(plan: Plan) -> Figure:
    """Return what twelve months cost, what was paid in place of what was planned for it."""
    return _spend(plan) * _MONTHS_OF_A_YEAR / len(plan.case.market.work.months)


def _spend(plan: Plan) -> float:
    if plan.actuals is not None:
        return plan.actuals.expected_year_end
    assert plan.line.spend is not None
    return plan.line.spend.expected


def _monthly_spend(plan: Plan) -> Figure:
    """Return the dearest month: an average would let a rise through."""
    return max(plan.line.spend_by_month)


def _share(kind: str) -> Callable[[Plan], Figure]:
    return lambda plan: max(plan.figures.shares(kind).values(), default=0.0)


def _unpriced_models(plan: Plan) -> Figure:
    """Count the options of the file that have no figures."""
    return float(len(plan.case.unknown))


def _retired_models(plan: Plan) -> Figure:
    """Count the models of the mix that are retired before the plan ends."""
    months = plan.case.market.work.months
    end = (months[-1] + 1).first_day
    models = {one.model for one in plan.case.options if one.name in plan.figures.used}
    offers = [plan.sources.book.find(model) for model in models]
    days = [one.model.retires for one in offers if one is not None]
    return float(sum(day is not None and day < end for day in days))


def _prices_age_days(plan: Plan) -> Figure:
    """Return for how many days nobody has looked at the mix's least recently checked price."""
    checked = [_checked_on(plan, name) for name in plan.figures.used]
    return float((plan.today - min(checked)).days) if checked else None


def _checked_on(plan: Plan, option: str) -> date:
    """Return the day on which the price that the plan begins with was last looked at."""
    facts = next(one for one in plan.case.options if one.name == option)
    offer = plan.sources.book.find(facts.model)
    if offer is None:
        return plan.case.as_of
    period = offer.model.period_at(plan.case.start.begins_at) or offer.model.prices[0]
    return period.source.checked_on


def _increase(plan: Plan) -> Figure:
    return None if plan.change is None else plan.change.share


def _expected_year_end(plan: Plan) -> Figure:
    return None if plan.actuals is None else plan.actuals.expected_year_end


def _exhaustion(plan: Plan) -> Figure:
    return plan.line.exhaustion_date if plan.actuals is None else plan.actuals.exhaustion_date


def _no_prompts(_: Plan) -> Figure:
    return None


def _known(value: float | None) -> Figure:
    return None if value is None or math.isnan(value) else value


KINDS: dict[str, Kind] = {
    "annual_spend": Kind(MONEY, _annual_spend),
    "monthly_spend": Kind(MONEY, _monthly_spend),
    "spend_per_developer_month": Kind(
        MONEY, lambda plan: _known(plan.line.spend_per_developer_month)
    ),
    "spend_per_active_month": Kind(MONEY, lambda plan: _known(plan.line.spend_per_active_month)),
    "cost_per_completed": Kind(MONEY, lambda plan: _known(plan.line.cost_per_completed)),
    "value_per_dollar": Kind(RATIO, lambda plan: _known(plan.line.value_per_dollar), is_lower=True),
    "quality": Kind(SHARE, lambda plan: _known(plan.line.quality), is_lower=True),
    "probability_over_budget": Kind(
        SHARE, lambda plan: _known(plan.line.probability_over_budget), needs="`budget`"
    ),
    "exhaustion_date": Kind(DAY, _exhaustion, is_lower=True),
    "top_vendor_share": Kind(SHARE, _share("vendor")),
    "top_channel_share": Kind(SHARE, _share("channel")),
    "top_harness_share": Kind(SHARE, _share("harness")),
    "unmet_tasks": Kind(COUNT, lambda plan: _known(plan.line.unmet_tasks)),
    "unpriced_models": Kind(COUNT, _unpriced_models),
    "retired_models": Kind(COUNT, _retired_models),
    "prices_age_days": Kind(DAYS, _prices_age_days),
    "prompt_tokens": Kind(TOKENS, _no_prompts),
    "increase": Kind(SHARE, _increase, needs="--base"),
    "expected_year_end": Kind(MONEY, _expected_year_end, needs="--actuals"),
}
