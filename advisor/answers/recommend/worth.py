"""What limits cost and vendors are worth: the same question asked again, a little differently.

A shadow price is what one more unit of a limit would add. It is read off the problem with shares in
place of whole routes, and with what must stay whole (seats, contracts, the choice of vendors) as it
is in the best mix with shares: the right derivative, taken where the limit is a little wider.
"""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from advisor.answers.recommend.limits import (
    BUDGET,
    LEAST_VENDORS,
    LOWER_BOUNDS,
    MOST_VENDORS,
    RULE,
    TEAM_BUDGET,
    Bound,
)
from advisor.answers.recommend.menu import Menu
from advisor.answers.recommend.money import MoneyTerms
from advisor.answers.recommend.near import solve_near
from advisor.answers.recommend.problem import priced, with_fixed
from advisor.answers.recommend.search import FoundMix, Quest
from advisor.answers.recommend.shares import in_shares
from advisor.answers.recommend.solution import USUAL_GAP
from advisor.answers.recommend.solver import FEASIBLE, INFEASIBLE, OPTIMAL, Solution

_WIDER = 1e-6
_FELT = 1e-9
_OPEN = 0.05
"""The part of a difference that a search which was cut short may have left open."""
_NEARLY = 3 * USUAL_GAP
"""The part of the objective that two searches may leave open which were not cut short."""


class Felt(NamedTuple):
    """A limit that costs something: what it costs in all, and by unit of the limit."""

    bound: Bound
    cost: float
    shadow_price: float


class SharedOptimum(NamedTuple):
    """The best mix with shares, its whole numbers fixed: what prices are read off."""

    quest: Quest
    terms: MoneyTerms
    solution: Solution


def shared_optimum(quest: Quest) -> SharedOptimum | None:
    """Find the best mix with shares and fix what is whole in it; None where there is none."""
    shared = quest.shared()
    if shared.tails is not None:
        shared.best()  # makes the cuts that the problem below is held by
        frozen = {key: list(cuts) for key, cuts in shared.tails.cuts.items()}
        shared = shared._replace(tails=shared.tails._replace(cuts=frozen))
    terms = shared.terms()
    first = solve_near(terms.program, shared.aiming.effort)
    if first.status not in {OPTIMAL, FEASIBLE}:
        return None
    fixed = with_fixed(priced(terms.program), first.extras)
    solution = in_shares(fixed)
    if solution.status != OPTIMAL:
        return None
    return SharedOptimum(shared, replace(terms, program=fixed), solution)


def shadow_price(optimum: SharedOptimum, bound: Bound) -> float:
    """Return what one more unit of a limit adds to the objective; 0 where it does not bind.

    A unit is a dollar of a budget, and 1 of a share or a floor, which is a hundred points. Limits
    that count vendors have none: they move by whole ones.
    """
    if bound.kind in {MOST_VENDORS, LEAST_VENDORS, RULE}:
        return float("nan")
    width = _WIDER * max(abs(bound.value), 1e-3)
    moved = bound.value - width if bound.kind in LOWER_BOUNDS else bound.value + width
    terms = optimum.quest.at(bound, moved).terms()
    program = with_fixed(priced(terms.program), optimum.solution.extras)
    wider = in_shares(program)
    if wider.status != OPTIMAL:
        return float("nan")
    if bound.kind in {BUDGET, TEAM_BUDGET}:
        rows = [n for n, row in enumerate(program.rows) if row.limit == bound.key]
        return max(0.0, float(sum(wider.duals[n] for n in rows)))
    return max(0.0, (wider.objective - optimum.solution.objective) / width)


def binding(
    quest: Quest, found: FoundMix, optimum: SharedOptimum | None
) -> tuple[list[Felt], list[str]]:
    """List the limits without which the mix would be worth more, dearest first.

    Beside them stand the names of those of which time ran out before that was known.
    """
    felt, unsettled = [], []
    for bound in quest.bounds:
        free = quest.without(bound).best(found.shares)
        cost = _gained(found, free)
        if not _is_told(found, free, cost):
            unsettled.append(bound.name)
        elif cost > 0:
            price = shadow_price(optimum, bound) if optimum is not None else float("nan")
            felt.append(Felt(bound, cost, price))
    return sorted(felt, key=lambda one: (-one.cost, one.bound.key)), unsettled


def vendor_worth(quest: Quest, found: FoundMix) -> dict[str, float]:
    """Return what the objective would lose without each maker that the mix uses.

    NaN where no mix would keep the limits without it; left out where that was not found in time.
    """
    assert found.figures is not None
    lost = {}
    for vendor in found.figures.vendors:
        without = quest.also(ban(quest.menu, vendor)).best()
        gone = found.objective - without.objective
        if _is_told(found, without, gone):
            lost[vendor] = float(gone) if without.mix is not None else np.nan
    return lost


def _gained(found: FoundMix, other: FoundMix) -> float:
    """Return what another mix is worth more; nothing where this one could be worth as much."""
    if other.mix is None or other.objective <= found.bound + _FELT * max(1.0, abs(found.bound)):
        return 0.0
    return other.objective - found.objective


def _is_told(found: FoundMix, other: FoundMix, difference: float) -> bool:
    """Tell whether two searches came so far that the difference of their mixes can be said."""
    if other.mix is None:
        return other.status == INFEASIBLE
    left_open = found.bound - found.objective + other.bound - other.objective
    return left_open <= max(_OPEN * abs(difference), _NEARLY * abs(found.objective))


def ban(menu: Menu, vendor: str) -> Bound:
    """Return the limit that keeps a maker out."""
    options = tuple(one.name for one in menu.facts if one.vendor == vendor)
    return Bound(f"without {vendor}", RULE, 0.0, options)


def worth_of_another(quest: Quest, found: FoundMix) -> float | None:
    """Return what one more maker would add: nothing where the number of makers is not limited.

    None where that was not found in time.
    """
    for bound in quest.bounds:
        if bound.kind == MOST_VENDORS:
            more = quest.at(bound, bound.value + 1).best(found.shares)
            gained = _gained(found, more)
            return gained if more.mix is not None and _is_told(found, more, gained) else None
    return 0.0
