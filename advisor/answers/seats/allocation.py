"""People dealt out to ways of buying, by what they use: the cheapest way for a whole team.

Plans that bind one person alone are solved exactly: each person goes where the curve is the lowest,
and somebody whose use lies on both sides of an edge goes where he is expected to cost less. A plan
whose price hangs on the others (a pool, a least number of seats) is given the one band of people
that makes the whole cheapest, at most one such plan at a time, found by trying bands from coarse to
fine. What is committed to a biller makes use there count less; several such prices are tried.
"""

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.answers.seats.buying import (
    Buying,
    BuyingTeam,
    Group,
    curve_of,
    group_of,
    least_of,
    pay,
    sums_up_to,
)
from advisor.answers.seats.cost_curve import CostCurve, lowest, meeting

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

COARSE = 120
"""A search for a band begins with so many steps between nobody and everybody."""
ZOOM = 8
"""Each further step of the search is so many times as fine."""
_PRICES = tuple(n / 10 for n in range(10, -1, -1))
"""What a dollar of committed use may count as."""
_CENT = 0.01


class PeopleRun(NamedTuple):
    """People next to each other by use, counted from the lightest, and the way that they go."""

    first: int
    last: int
    way: int


class Allocation(NamedTuple):
    """Everybody's way, lightest first, and what the plan's months cost then, commitments too."""

    runs: tuple[PeopleRun, ...]
    cost: float

    def people_on(self, way: int) -> int:
        """Count the people who go a way."""
        return sum(run.last - run.first for run in self.runs if run.way == way)


class TeamChoice(NamedTuple):
    """A team and the ways that it may go, `ways[0]` by the token.

    `commitments` are money by biller; `beside` is money that is paid whatever is chosen.
    """

    team: BuyingTeam
    ways: Sequence[Buying]
    commitments: Mapping[str, float]
    beside: float = 0.0

    def costs(self, runs: Sequence[PeopleRun], levels: FloatArray) -> FloatArray:
        """Return what the plan's months cost where people go these ways, at levels of use. (L,)."""
        team, whole = self.team, self.team.whole
        total = self.beside * levels
        billed = {name: np.zeros_like(levels) for name in self.commitments}
        for way in dict.fromkeys(run.way for run in runs):
            bands = [(run.first / whole, run.last / whole) for run in runs if run.way == way]
            buying = self.ways[way]
            paid = pay(team, buying, group_of(team, buying, bands, levels))
            total = total + paid.total
            for name, used in billed.items():
                own = paid.overage if name == buying.biller else 0.0
                billed[name] = used + paid.rest.get(name, 0.0) + own
        for name, used in billed.items():
            total = total + np.maximum(0.0, self.commitments[name] - used)
        return total

    def dealt(self, runs: Sequence[PeopleRun]) -> Allocation:
        """Put a price on runs, use being as expected."""
        return Allocation(tuple(runs), float(self.costs(runs, np.ones(1))[0]))

    def everybody_on(self, way: int) -> Allocation:
        """Send all people one way."""
        return self.dealt([PeopleRun(0, self.team.whole, way)])


def cheapest(table: TeamChoice, allowed: Sequence[int]) -> Allocation:
    """Deal people out so that the plan's months cost the least; the simplest of equal ones."""
    found = [table.everybody_on(way) for way in allowed]
    alone = [way for way in allowed if table.ways[way].is_by_person]
    by_person = [table.dealt(runs) for runs in _by_person(table, alone)]
    found += by_person
    base = min(by_person, key=lambda deal: deal.cost)
    found += [_with_a_group(table, way, base) for way in allowed if way not in alone]
    least = min(deal.cost for deal in found)
    return min(
        (deal for deal in found if deal.cost <= least + _CENT), key=lambda deal: len(deal.runs)
    )


def _by_person(table: TeamChoice, allowed: Sequence[int]) -> list[list[PeopleRun]]:
    prices = _PRICES if table.commitments else _PRICES[:1]
    dealt = []
    for price in prices:
        counts = dict.fromkeys(table.commitments, price)
        curves = [curve_of(table.team, table.ways[way], counts) for way in allowed]
        dealt.append(_runs(table.team, curves, allowed))
    return dealt


def _runs(team: BuyingTeam, curves: Sequence[CostCurve], allowed: Sequence[int]) -> list[PeopleRun]:
    """Give each whole person the lowest curve; one who stands on an edge the one lower for him."""
    whole, runs = team.whole, list[PeopleRun]()
    pieces = lowest(curves)
    ranks = team.shape.rank_of(np.array([piece.high for piece in pieces[:-1]]) / team.average)
    edges = [0.0, *(rank * whole for rank in ranks.tolist()), float(whole)]
    done = 0
    for piece, (begins, ends) in zip(pieces, pairwise(edges), strict=True):
        if begins > done:  # the person in the middle of whom the last piece has ended
            _extend(runs, done, done + 1, allowed[_lowest_for(team, curves, done)])
            done += 1
        if math.floor(ends) > done:
            _extend(runs, done, math.floor(ends), allowed[piece.curve])
            done = math.floor(ends)
    return runs


def _extend(runs: list[PeopleRun], first: int, last: int, way: int) -> None:
    if runs and runs[-1].way == way:
        runs[-1] = runs[-1]._replace(last=last)
    else:
        runs.append(PeopleRun(first, last, way))


def _lowest_for(team: BuyingTeam, curves: Sequence[CostCurve], person: int) -> int:
    """Return which curve is expected to be the lowest for one person in the order of use."""
    ranks = np.array([person, person + 1]) / team.whole
    both = [expected_up_to(team, curve, ranks) for curve in curves]
    costs = [float(high - low) if high < math.inf else math.inf for low, high in both]
    return costs.index(min(costs))


def expected_up_to(team: BuyingTeam, curve: CostCurve, ranks: FloatArray) -> FloatArray:
    """Return what the people below each rank cost a month on a curve, per head of all people."""
    shape, average = team.shape, team.average
    beyond = shape.excess_up_to(np.array([*curve.knots, curve.limit]) / average, ranks) * average
    used = average * shape.used_up_to(ranks)
    cost = curve.fixed * ranks + curve.slope * used + beyond[:, :-1] @ np.array(curve.jumps)
    return np.where(beyond[:, -1] > 0, np.inf, cost)


def _with_a_group(table: TeamChoice, way: int, base: Allocation) -> Allocation:
    """Give a plan that binds its people together the band that makes all cheapest, if any does."""
    at_best = meeting(least_of(table.team, table.ways[way]), curve_of(table.team, table.ways[0]))
    if not at_best.is_cheaper and not table.commitments:
        return base
    whole = table.team.whole
    step = max(1, -(-whole // COARSE))
    every = np.array([*range(0, whole, step), whole])
    first, last = _best_band(table, way, base, every, every)
    while step > 1:
        near, step = np.arange(-step, step + 1, max(1, step // ZOOM)), max(1, step // ZOOM)
        firsts, lasts = (np.unique(np.clip(one + near, 0, whole)) for one in (first, last))
        first, last = _best_band(table, way, base, firsts, lasts)
    return table.dealt(_cut_in(base.runs, PeopleRun(first, last, way)))


def _best_band(
    table: TeamChoice, way: int, base: Allocation, firsts: IntArray, lasts: IntArray
) -> tuple[int, int]:
    """Return which band on a plan costs the least, everybody else as in the base."""
    team, buying = table.team, table.ways[way]
    begins, ends = firsts / team.whole, lasts / team.whole
    lower, upper = sums_up_to(team, buying, begins), sums_up_to(team, buying, ends)
    parts = (np.maximum(0, b[None] - a[:, None]) for a, b in zip(lower, upper, strict=True))
    saved = _others_up_to(table, base, ends)[None] - _others_up_to(table, base, begins)[:, None]
    cost = pay(team, buying, Group(*parts)).total - saved
    cost[firsts[:, None] >= lasts[None, :]] = np.inf
    place = np.unravel_index(int(np.argmin(cost)), cost.shape)
    return int(firsts[place[0]]), int(lasts[place[1]])


def _others_up_to(table: TeamChoice, base: Allocation, ranks: FloatArray) -> FloatArray:
    """Return what the people below each rank cost over the months as they are dealt by person."""
    team, total = table.team, np.zeros_like(ranks)
    for run in base.runs:
        curve, begins = curve_of(team, table.ways[run.way]), run.first / team.whole
        inside = np.clip(ranks, begins, run.last / team.whole)
        costs = expected_up_to(team, curve, np.array([begins, *inside]))
        total += costs[1:] - costs[0]
    return total * team.person_months


def _cut_in(runs: Sequence[PeopleRun], band: PeopleRun) -> list[PeopleRun]:
    """Put a band in place of what was there."""
    cut: list[PeopleRun] = []
    for run in runs:
        if run.first < band.first:
            _extend(cut, run.first, min(run.last, band.first), run.way)
        if run.first <= band.first < run.last:
            _extend(cut, band.first, band.last, band.way)
        if run.last > band.last:
            _extend(cut, max(run.first, band.last), run.last, run.way)
    return cut
