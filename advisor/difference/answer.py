"""Two plans in, the change of a year's spend and value by cause out.

Each cause's part is its Shapley value over plans that have some causes old and others new. Where
two causes can't be told apart, since a plan with one and without the other can't be computed, they
are told together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from advisor.case.facts import Case
from advisor.case.sources import Sources
from advisor.detail.chosen import Chosen, choose
from advisor.difference.causes import CAUSES, MIX, PRICE, TOKENS, Change, blended, changes
from advisor.difference.shapley import shapley
from advisor.engine.axes import Sample
from advisor.engine.draws import Means
from advisor.engine.market import Drawing
from advisor.engine.outcome import outcome
from advisor.errors import AdvisorError, InputError
from advisor.model.book import PriceBook
from advisor.model.price import PricePeriod
from advisor.recommend.advice import Wish
from advisor.tables.difference import ChangeLine, Difference, Part, Side

FloatArray = NDArray[np.float64]

_MONTHS_OF_A_YEAR = 12


class _Pair(NamedTuple):
    """Two plans, and which way of working of each is looked at."""

    old: Sources
    new: Sources
    option: str | None

    def blend(self, taken: frozenset[str]) -> Sources:
        """Put a plan together; with nothing or everything taken it is one of the two."""
        books = self.new if PRICE in taken else self.old
        records = self.new if TOKENS in taken else self.old
        offers = self.new if MIX in taken else self.old
        return self.new._replace(
            data=blended(self.old.data, self.new.data, taken),
            book=books.book,
            profiles=records.profiles,
            shortlist=offers.shortlist,
        )

    def at(self, taken: frozenset[str], all_causes: frozenset[str]) -> Case:
        if not taken:
            return self.old.case()
        return self.new.case() if taken == all_causes else self.blend(taken).case()


def difference(old: Sources, new: Sources, *, option: str | None = None) -> Difference:
    """Explain the change from one plan to another. Raises InputError for two currencies."""
    first, last = old.case(), new.case()
    if first.currency != last.currency:
        message = f"{old.shown} is in {first.currency} and {new.shown} in {last.currency}"
        raise InputError.of(message, key="currency", hint="compare plans in one currency")
    one, other = (_chosen(case, option) for case in (first, last))
    found = _changes(old, new)
    has_values = all(c.market.terms.value is not None for c in (first, last))
    pair = _Pair(old, new, option)
    return Difference(
        workload=last.name,
        file=new.shown,
        currency=last.currency,
        has_values=has_values,
        old=_side(old, first, one, has_values=has_values),
        new=_side(new, last, other, has_values=has_values),
        parts=_parts(pair, found, has_values=has_values),
    )


def _chosen(case: Case, option: str | None) -> Chosen:
    return choose(case, option, Wish())


def _side(sources: Sources, case: Case, chosen: Chosen, *, has_values: bool) -> Side:
    spend, value = _year(chosen, has_values=has_values)
    return Side(sources.shown, chosen.words, case.as_of, float(spend), float(value))


def _year(chosen: Chosen, *, has_values: bool) -> FloatArray:
    """Return a year's expected spend and value of the way chosen. Shape (2,)."""
    case, means = chosen.case, Means()
    routes = case.ways[chosen.ways[0]].routes
    used = sorted({option for route in routes for option in route.strategy})
    sample = Sample.draw(case.market.work, case.market.terms, means)
    result = outcome(case.market, routes, sample, Drawing.of(case.market.candidates, used, means))
    value = result.value if has_values and result.value is not None else result.completed
    years = len(case.market.work.months) / _MONTHS_OF_A_YEAR
    return np.array([float(result.spend[0]), float(value[0])]) / years


def _parts(pair: _Pair, found: Mapping[str, Sequence[Change]], *, has_values: bool) -> list[Part]:
    """Share the change out; all causes together where some plan between the two can't be."""
    causes = [cause for cause in CAUSES if cause in found]
    everything = frozenset(causes)

    def worth(taken: frozenset[str]) -> FloatArray:
        chosen = _chosen(pair.at(taken, everything), pair.option)
        return _year(chosen, has_values=has_values)

    try:
        shares = shapley(causes, worth)
        groups: list[Sequence[str]] = [[cause] for cause in causes]
    except (AdvisorError, ValidationError):
        shares = (worth(everything) - worth(frozenset()))[None, :]
        groups = [causes]
    return [
        Part(
            causes=tuple(group),
            spend=float(spend),
            value=float(value),
            changes=[ChangeLine(*one) for cause in group for one in found[cause]],
        )
        for group, (spend, value) in zip(groups, shares, strict=True)
    ]


def _changes(old: Sources, new: Sources) -> dict[str, list[Change]]:
    """List what differs: keys of the file, prices of models in the file, records of benchmarks."""
    found = changes(old.data, new.data)
    if old.book is not new.book:
        moved = _moved_prices(old.book, new.book)
        if moved:
            found.setdefault(PRICE, []).extend(moved)
    if old.profiles.records != new.profiles.records:
        found.setdefault(TOKENS, []).append(Change("profiles", "as before", "as now"))
    if old.shortlist != new.shortlist:
        found.setdefault(MIX, []).append(Change("the shortlist", "as before", "as now"))
    return found


def _moved_prices(old: PriceBook, new: PriceBook) -> list[Change]:
    """Name every model and plan whose history differs between two books."""
    before: dict[str, Any] = {one.full_name: one.model.prices for one in old.offers}
    after: dict[str, Any] = {one.full_name: one.model.prices for one in new.offers}
    last = [{one.full_name: one.model.prices[-1] for one in book.offers} for book in (old, new)]
    before |= {f"plan {name}": one.plan.periods for name, one in old.plans.items()}
    after |= {f"plan {name}": one.plan.periods for name, one in new.plans.items()}
    before |= {f"channel {name}": one for name, one in old.channels.items()}
    after |= {f"channel {name}": one for name, one in new.channels.items()}
    return [
        Change(f"prices of {name}", *(_in_words(book.get(name)) for book in last))
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    ]


def _in_words(period: PricePeriod | None) -> str | None:
    """Write the last price of a model: 4 in, 20 out. None for what is no model, or not there."""
    if period is None:
        return None
    return f"{period.input:g} in, {period.output:g} out"
