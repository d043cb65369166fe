"""Two plans in, the change of a year's spend and value by cause out.

Each cause's part is its Shapley value over plans that have some causes old and others new.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from advisor.answers.diff.causes import CAUSES, MIX, PRICE, TOKENS, Change, blended, changes
from advisor.answers.diff.grouping import told_apart
from advisor.answers.diff.headcount import about_headcount, joining_after_the_bill
from advisor.answers.diff.price_changes import moved_prices
from advisor.answers.recommend.answer import Wish
from advisor.answers.recommend.columns import RECOMMENDED
from advisor.answers.recommend.mix import Mix
from advisor.answers.recommend.selection import Chosen, choose
from advisor.case.facts import Case
from advisor.case.sources import Sources
from advisor.engine.draws import Means
from advisor.engine.shapley import shapley
from advisor.errors import AdvisorError, InputError
from advisor.tables.diff import ChangeLine, ChangePart, Difference, Side

FloatArray = NDArray[np.float64]

_MONTHS_OF_A_YEAR = 12


class _Pair(NamedTuple):
    """Two plans, and which way of working of each is looked at: `ends`, as `option` chooses it."""

    old: Sources
    new: Sources
    option: str | None
    ends: tuple[Chosen, Chosen]

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

    def at(self, taken: frozenset[str], all_causes: frozenset[str]) -> Chosen:
        if not taken:
            return self.ends[0]
        if taken == all_causes:
            return self.ends[1]
        return choose(self.blend(taken).case(), self.option, Wish())


def difference(old: Sources, new: Sources, *, option: str | None = None) -> Difference:
    """Explain the change from one plan to another. Raises InputError for two currencies."""
    read = joining_after_the_bill(old, new)
    first, last = old.case(), read.case()
    if first.currency != last.currency:
        message = f"{old.shown} is in {first.currency} and {new.shown} in {last.currency}"
        raise InputError.of(message, key="currency", hint="compare plans in one currency")
    one, other = (choose(case, option, Wish()) for case in (first, last))
    found = _changes(old, new, option, (first, last))
    has_values = all(c.market.terms.value is not None for c in (first, last))
    parts = _parts(_Pair(old, read, option, (one, other)), found, has_values=has_values)
    return Difference(
        workload=last.name,
        file=new.shown,
        currency=last.currency,
        has_values=has_values,
        old=_side(old, first, one, has_values=has_values),
        new=_side(new, last, other, has_values=has_values),
        parts=parts,
        warnings=about_headcount(new, read),
    )


def _side(sources: Sources, case: Case, chosen: Chosen, *, has_values: bool) -> Side:
    spend, value = _year(chosen, has_values=has_values)
    return Side(sources.shown, chosen.words, case.as_of, float(spend), float(value))


def _year(chosen: Chosen, *, has_values: bool) -> FloatArray:
    """Return a year's expected spend and value of the way chosen. Shape (2,)."""
    case = chosen.case
    result = Mix(case.market, case.ways[chosen.ways[0]].routes).outcome(Means())
    value = result.value if has_values and result.value is not None else result.completed
    years = len(case.market.work.months) / _MONTHS_OF_A_YEAR
    return np.array([float(result.spend[0]), float(value[0])]) / years


def _parts(
    pair: _Pair, found: Mapping[str, Sequence[Change]], *, has_values: bool
) -> list[ChangePart]:
    """Share the change out among the causes; those that can't be told apart are told together."""
    causes = [cause for cause in CAUSES if cause in found]
    everything = frozenset(causes)

    @cache
    def worth(taken: frozenset[str]) -> FloatArray | None:
        try:
            chosen = pair.at(taken, everything)
        except (AdvisorError, ValidationError):
            return None
        return _year(chosen, has_values=has_values)

    groups = told_apart(causes, lambda taken: worth(taken) is not None)
    shares = shapley(groups, lambda some: worth(frozenset(chain.from_iterable(some))))
    return [
        ChangePart(
            causes=group,
            spend=float(spend),
            value=float(value),
            changes=[ChangeLine(*one) for cause in group for one in found[cause]],
        )
        for group, (spend, value) in zip(groups, shares, strict=True)
    ]


def _changes(
    old: Sources, new: Sources, option: str | None, cases: Sequence[Case]
) -> dict[str, list[Change]]:
    """List what differs: keys of the file, prices, records; limits where they choose the mix."""
    found = changes(old.data, new.data, with_limits=option == RECOMMENDED)
    if old.book is not new.book:
        moved = moved_prices(old.book, new.book, cases)
        if moved:
            found.setdefault(PRICE, []).extend(moved)
    if old.profiles.records != new.profiles.records:
        found.setdefault(TOKENS, []).append(Change("profiles", "as before", "as now"))
    if old.shortlist != new.shortlist:
        found.setdefault(MIX, []).append(Change("the shortlist", "as before", "as now"))
    return found
