"""One function for each limit that a file may name: what the plan comes to, in the limit's unit.

A limit of a new name is a row in `limit_names`, a function here and its line in the table at the
end. None means that nothing can be said, but for a day: there it means that the
budget lasts.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from advisor.answers.recommend.mix_figures import MixFigures
from advisor.case.facts import Case, OptionFacts, Way
from advisor.case.sources import Sources
from advisor.engine.success import ratio
from advisor.limit_names import LimitName
from advisor.model.book import Offer
from advisor.tables.check import ActualsLine, Figure
from advisor.tables.compare import OptionLine
from advisor.tables.diff import Difference

_MONTHS_OF_A_YEAR = 12


PROMPT_TOKENS: LimitName = "prompt_tokens"


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
    bought = {(one.vendor, one.model, one.billed_by): _offer(held, one) for one in used}
    days = [
        offer.model.retired_on(biller)
        for (_, _, biller), offer in bought.items()
        if offer is not None
    ]
    return float(sum(day is not None and day < end for day in days))


def _offer(held: HeldWay, facts: OptionFacts) -> Offer | None:
    book = held.sources.book
    return book.find(f"{facts.vendor}/{facts.model}") or book.find(facts.model)


def _prices_age_days(held: HeldWay) -> Figure:
    """Return for how many days nobody has looked at the mix's least recently checked price.

    None where today is before that day: then the clock is wrong, and no age is known.
    """
    used = [one for one in held.case.options if one.name in held.figures.used]
    checked = [day for one in used for day in _checked_on(held, one)]
    days = (held.today - min(checked)).days if checked else -1
    return float(days) if days >= 0 else None


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


FIGURES: Mapping[LimitName, Callable[[HeldWay], Figure]] = {
    "annual_spend": _annual_spend,
    "monthly_spend": _monthly_spend,
    "spend_per_developer_month": _per_developer_month,
    "spend_per_active_month": per_active_month,
    "cost_per_completed": lambda held: _known(held.line.cost_per_completed),
    "value_per_dollar": lambda held: _known(held.line.value_per_dollar),
    "quality": lambda held: _known(held.line.quality),
    "probability_over_budget": _probability_over_budget,
    "exhaustion_date": _exhaustion,
    "top_vendor_share": _share("vendor"),
    "top_channel_share": _share("channel"),
    "top_harness_share": _share("harness"),
    "unmet_tasks": lambda held: _known(held.line.unmet_tasks),
    "unpriced_models": _unpriced_models,
    "retired_models": _retired_models,
    "prices_age_days": _prices_age_days,
    PROMPT_TOKENS: _prompt_tokens,
    "increase": _increase,
    "expected_year_end": _expected_year_end,
}
"""How the figure of each limit is found; what a limit is stands in `limit_names`."""
