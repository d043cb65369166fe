"""Ways of working in every drawn year: what is kept of so many years, some at a time.

All ways see the same years, so that pairs of them can be compared year by year.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.case.facts import Case, Way
from advisor.engine.axes import Sample
from advisor.engine.burndown import days_it_lasts, over_budget
from advisor.engine.draws import Years
from advisor.engine.market import Drawing, years_at_once
from advisor.engine.outcome import drawn_outcome, outcome
from advisor.engine.routes import options_used
from advisor.engine.seating import seating

FloatArray = NDArray[np.float64]


class SimulatedYears(NamedTuple):
    """The draws of one way of working that are kept: spend and net value, (S,) each.

    `lasts` is how many days of the plan the budget lasts, infinite where it is never used up.
    """

    spend: FloatArray
    net_value: FloatArray | None
    over_by_month: FloatArray
    lasts: FloatArray | None


def draw_ways(case: Case, years: Years) -> list[SimulatedYears]:
    """Simulate every way on the same years, some years at a time."""
    simulated = [_WayInDraws(case, index, years.draws) for index in range(len(case.ways))]
    begin = 0
    for part in years.parts(years_at_once(case.market)):
        sample = Sample.draw(case.market.work, case.market.terms, part)
        rows = slice(begin, begin + part.draws)
        for one in simulated:
            one.draw(part, sample, rows)
        begin = rows.stop
    return [one.years() for one in simulated]


def summed_spend(case: Case, way: Way, years: Years) -> FloatArray:
    """Simulate one way; return what is spent by the end of each month. Shape (S, T)."""
    bought = seating(case.market, way.routes)
    months = len(case.market.work.months)
    found = []
    for part in years.parts(years_at_once(case.market)):
        result = drawn_outcome(case.market, way.routes, part, bought)
        spent = np.broadcast_to(result.spend_by_month, (part.draws, months))
        found.append(spent.cumsum(axis=1))
    return np.concatenate(found)


class _WayInDraws:
    """One way, simulated part by part; today's is also asked when the budget is gone."""

    def __init__(self, case: Case, index: int, draws: int) -> None:
        self.case, self.way, self.draws = case, case.ways[index], draws
        self.used = options_used(self.way.routes)
        self.bought = seating(case.market, self.way.routes)
        months = len(case.market.work.months)
        self.so_far = np.triu(np.ones((months, months)))  # a product adds months up fastest
        self.over = np.zeros(months)
        self.spend = np.empty(draws)
        self.net = np.empty(draws) if case.market.terms.value is not None else None
        dated = index == case.today and case.budget is not None
        self.lasts = np.empty(draws) if dated else None

    def draw(self, part: Years, sample: Sample, rows: slice) -> None:
        """Compute some years, which stand at `rows` of all."""
        case, market = self.case, self.case.market
        drawing = Drawing.of(market.candidates, self.used, part)
        result = outcome(market, self.way.routes, sample, drawing, self.bought)
        self.spend[rows] = result.spend
        if self.net is not None:
            self.net[rows] = result.net_value
        if case.released is not None:
            late = over_budget(result.spend_by_month @ self.so_far, case.released)
            self.over += np.broadcast_to(late, (part.draws, len(self.over))).sum(axis=0)
        if self.lasts is not None and case.budget is not None:
            self.lasts[rows] = days_it_lasts(result.spend_by_month, case.budget, market.work.months)

    def years(self) -> SimulatedYears:
        """Return what is kept of all years."""
        return SimulatedYears(self.spend, self.net, self.over / self.draws, self.lasts)
