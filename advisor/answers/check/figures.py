"""One function for each limit that a file may name: what the plan comes to, in the limit's unit.

A limit of a new name is a function here, a line in the table at the end, and its name in
`model/policy.py`. None means that nothing can be said, but for a day: there it means that the
budget lasts.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from datetime import date
from typing import NamedTuple

from advisor.answers.recommend.limits import MixFigures
from advisor.case.facts import Case, OptionFacts, Way
from advisor.case.sources import Sources
from advisor.engine.success import ratio
from advisor.model.book import Offer
from advisor.tables.check import COUNT, DAY, DAYS, MONEY, RATIO, SHARE, TOKENS, ActualsLine, Figure
from advisor.tables.compare import OptionLine
from advisor.tables.diff import Difference

_MONTHS_OF_A_YEAR = 12


PROMPT_TOKENS = "prompt_tokens"


class Prompts(NamedTuple):
    """The files of a pattern, counted: the largest one, and its tokens by `o200k_base`."""

    largest: str
    tokens: int


class HeldWay(NamedTuple):
    """Everything that a limit may ask about: the way that is held, alone or for one team.

    `today` is the day on which the age of prices is counted. `change`, `actuals` and `prompt` are
    there where a base, what was paid, and a pattern of files were given.
    """

    case: Case
    way: Way
    line: OptionLine
    figures: MixFigures
    sources: Sources
    today: date
    change: Difference | None = None
    actuals: ActualsLine | None = None
    prompt: Prompts | None = None


class LimitKind(NamedTuple):
    """What a limit is about: its unit, how it is found, whether it is held from below.

    `needs` says what else has to be given for it, as a flag. `is_of_all`: nobody can say it of one
    team.
    """

    unit: str
    of: Callable[[HeldWay], Figure]
    is_lower: bool = False
    needs: str = ""
    needs_budget: bool = False
    is_of_all: bool = False


def _annual_spend(held: HeldWay) -> Figure:
    """Return what twelve months cost, what was paid in place of what was planned for it."""
    return _spend(held) * _MONTHS_OF_A_YEAR / len(held.case.market.work.months)


def _spend(held: HeldWay) -> float:
    if held.actuals is not None:
        return held.actuals.expected_year_end
    assert held.line.spend is not None
    return held.line.spend.expected


def _monthly_spend(held: HeldWay) -> Figure:
    """Return the dearest month: an average would let a rise through."""
    actuals = held.actuals
    return max(held.line.spend_by_month if actuals is None else actuals.by_month)


def _per_developer_month(held: HeldWay) -> Figure:
    return _known(ratio(_spend(held), float(held.case.market.work.developers.sum())))


def per_active_month(held: HeldWay) -> float | None:
    """Return what an active developer costs in a month; None of nobody."""
    return _known(ratio(_spend(held), float(held.case.market.work.people.sum())))


def _probability_over_budget(held: HeldWay) -> Figure:
    actuals = held.actuals
    return _known(held.line.probability_over_budget if actuals is None else actuals.chance_over)


def _share(kind: str) -> Callable[[HeldWay], Figure]:
    return lambda held: max(held.figures.shares(kind).values(), default=0.0)


def _unpriced_models(held: HeldWay) -> Figure:
    """Count the options of the file that have no figures."""
    return float(len(held.case.unknown))


def _retired_models(held: HeldWay) -> Figure:
    """Count the models of the mix that are retired before the plan ends."""
    end = (held.case.market.work.months[-1] + 1).first_day
    used = [one for one in held.case.options if one.name in held.figures.used]
    offers = {(one.vendor, one.model): _offer(held, one) for one in used}
    days = [one.model.retires for one in offers.values() if one is not None]
    return float(sum(day is not None and day < end for day in days))


def _offer(held: HeldWay, facts: OptionFacts) -> Offer | None:
    book = held.sources.book
    return book.find(f"{facts.vendor}/{facts.model}") or book.find(facts.model)


def _prices_age_days(held: HeldWay) -> Figure:
    """Return for how many days nobody has looked at the mix's least recently checked price."""
    used = [one for one in held.case.options if one.name in held.figures.used]
    checked = [day for one in used for day in _checked_on(held, one)]
    return float((held.today - min(checked)).days) if checked else None


def _checked_on(held: HeldWay, facts: OptionFacts) -> Iterator[date]:
    """Yield when the prices that the plan begins with were last looked at: model and seat."""
    offer, sold = _offer(held, facts), held.sources.book.plans.get(facts.plan or "")
    begins = held.case.start.begins_at
    if offer is not None:
        yield (offer.model.period_at(begins) or offer.model.prices[0]).source.checked_on
    if sold is not None:
        yield (sold.plan.terms_at(begins) or sold.plan.periods[0]).source.checked_on


def _increase(held: HeldWay) -> Figure:
    return None if held.change is None else held.change.share


def _expected_year_end(held: HeldWay) -> Figure:
    return None if held.actuals is None else held.actuals.expected_year_end


def _exhaustion(held: HeldWay) -> Figure:
    return held.line.exhaustion_date if held.actuals is None else held.actuals.exhaustion_date


def _prompt_tokens(held: HeldWay) -> Figure:
    """Return the tokens of the largest file, by o200k_base."""
    return None if held.prompt is None else float(held.prompt.tokens)


def _known(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else value


KINDS: dict[str, LimitKind] = {
    "annual_spend": LimitKind(MONEY, _annual_spend),
    "monthly_spend": LimitKind(MONEY, _monthly_spend),
    "spend_per_developer_month": LimitKind(MONEY, _per_developer_month),
    "spend_per_active_month": LimitKind(MONEY, per_active_month),
    "cost_per_completed": LimitKind(MONEY, lambda held: _known(held.line.cost_per_completed)),
    "value_per_dollar": LimitKind(
        RATIO, lambda held: _known(held.line.value_per_dollar), is_lower=True
    ),
    "quality": LimitKind(SHARE, lambda held: _known(held.line.quality), is_lower=True),
    "probability_over_budget": LimitKind(
        SHARE, _probability_over_budget, needs="--draws", needs_budget=True
    ),
    "exhaustion_date": LimitKind(DAY, _exhaustion, is_lower=True, needs_budget=True),
    "top_vendor_share": LimitKind(SHARE, _share("vendor")),
    "top_channel_share": LimitKind(SHARE, _share("channel")),
    "top_harness_share": LimitKind(SHARE, _share("harness")),
    "unmet_tasks": LimitKind(COUNT, lambda held: _known(held.line.unmet_tasks)),
    "unpriced_models": LimitKind(COUNT, _unpriced_models),
    "retired_models": LimitKind(COUNT, _retired_models),
    "prices_age_days": LimitKind(DAYS, _prices_age_days),
    PROMPT_TOKENS: LimitKind(TOKENS, _prompt_tokens, is_of_all=True),
    "increase": LimitKind(SHARE, _increase, needs="--base", is_of_all=True),
    "expected_year_end": LimitKind(MONEY, _expected_year_end, needs="--actuals", is_of_all=True),
}
