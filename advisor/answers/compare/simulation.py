"""Ways of working in every drawn year: what is kept of so many years, some at a time.

All ways see the same years, so that pairs of them can be compared year by year.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.case.facts import Case, Way
from advisor.engine.axes import Sample
from advisor.engine.burndown import days_it_lasts, over_budget
from advisor.engine.draws import Years
from advisor.engine.market import Drawing, chunks
from advisor.engine.outcome import outcome
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
    sample = Sample.draw(case.market.work, case.market.terms, years)
    return [
        _draw_way(case, way, sample, years, dated=index == case.today)
        for index, way in enumerate(case.ways)
    ]


def summed_spend(case: Case, way: Way, years: Years) -> FloatArray:
    """Simulate one way; return what is spent by the end of each month. Shape (S, T)."""
    sample = Sample.draw(case.market.work, case.market.terms, years)
    used = sorted({option for route in way.routes for option in route.strategy})
    drawing = Drawing.of(case.market.candidates, used, years)
    bought = seating(case.market, way.routes)
    months = len(case.market.work.months)
    found = []
    for rows in chunks(case.market, years.draws):
        result = outcome(case.market, way.routes, sample.part(rows), drawing.part(rows), bought)
        spent = np.broadcast_to(result.spend_by_month, (rows.stop - rows.start, months))
        found.append(spent.cumsum(axis=1))
    return np.concatenate(found)


def _draw_way(case: Case, way: Way, sample: Sample, years: Years, *, dated: bool) -> SimulatedYears:
    """Simulate one way; `dated` also asks each year when the budget is gone."""
    used = sorted({option for route in way.routes for option in route.strategy})
    drawing = Drawing.of(case.market.candidates, used, years)
    months = len(case.market.work.months)
    so_far = np.triu(np.ones((months, months)))  # a matrix product adds months up fastest
    bought = seating(case.market, way.routes)
    spend, net, lasts, over = [], [], [], np.zeros(months)
    for rows in chunks(case.market, years.draws):
        result = outcome(case.market, way.routes, sample.part(rows), drawing.part(rows), bought)
        size = rows.stop - rows.start
        spend.append(np.broadcast_to(result.spend, (size,)))
        if result.net_value is not None:
            net.append(np.broadcast_to(result.net_value, (size,)))
        if case.released is not None:
            late = over_budget(result.spend_by_month @ so_far, case.released)
            over += np.broadcast_to(late, (size, months)).sum(axis=0)
        if dated and case.budget is not None:
            days = days_it_lasts(result.spend_by_month, case.budget, case.market.work.months)
            lasts.append(np.broadcast_to(days, (size,)))
    return SimulatedYears(
        spend=np.concatenate(spend),
        net_value=np.concatenate(net) if net else None,
        over_by_month=over / years.draws,
        lasts=np.concatenate(lasts) if lasts else None,
    )
