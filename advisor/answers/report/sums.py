"""Spend as it adds up over the months: today's way and the mix, planned or with what was paid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate

import numpy as np

from advisor.answers.compare.answer import lines_of_ways
from advisor.answers.compare.simulation import summed_spend
from advisor.answers.recommend.columns import RECOMMENDED
from advisor.answers.recommend.mix import Serving, everywhere
from advisor.case.facts import Case
from advisor.case.ways import with_way
from advisor.engine.draws import Years, quantiles
from advisor.tables.check import ActualsLine
from advisor.tables.recommend import RouteLine
from advisor.tables.report import SumLine


def with_routes(case: Case, routes: Sequence[RouteLine]) -> Case:
    """Add the recommended mix to a case as its last way, from the lines that tell of it."""
    work = case.market.work
    index = {one.name: n for n, one in enumerate(case.options)}
    teams = {name: g for g, name in enumerate(work.teams)}
    own: dict[tuple[int, str], list[tuple[tuple[int, ...], float]]] = {}
    for route in routes:
        strategy = tuple(index[name] for name in route.strategy)
        place = teams[route.team], route.task_class
        own.setdefault(place, []).append((strategy, route.share))
    serving: dict[tuple[int, int], Serving] = {
        (g, k): tuple(own[g, name])
        for g in range(len(work.teams))
        for k, name in enumerate(work.classes)
        if (g, name) in own
    }
    return with_way(case, RECOMMENDED, everywhere(serving))


def planned_sums(case: Case, way: int, *, draws: int, seed: int) -> SumLine:
    """Add up what a way is planned to cost, month by month, with the range of the draws."""
    (line,) = lines_of_ways(case, [way], draws=0, seed=seed)
    p10, p90 = _ranges(case, way, draws=draws, seed=seed)
    return SumLine(
        way=line.option,
        title=line.title,
        expected=list(accumulate(line.spend_by_month)),
        p10=p10,
        p90=p90,
        gone=line.exhaustion_date,
    )


def _ranges(case: Case, way: int, *, draws: int, seed: int) -> tuple[list[float], list[float]]:
    if not draws:
        return [], []
    sums = summed_spend(case, case.ways[way], Years(draws, seed))
    pairs = [quantiles(sums[:, month], (0.1, 0.9)) for month in range(sums.shape[1])]
    return [low for low, _ in pairs], [high for _, high in pairs]


def sums_with_paid(planned: SumLine, actuals: ActualsLine) -> SumLine:
    """Put what was paid before the rest of a plan: what is paid is certain, the rest is not.

    The range of the year's end is that of the answer; before it, as much of it as of the rest has
    come.
    """
    expected = list(accumulate(actuals.by_month))
    paid = np.array(list(accumulate(actuals.paid_by_month)))
    rest = np.array(expected) - paid
    part = rest / actuals.rest if actuals.rest else np.zeros(len(rest))
    ends = [] if actuals.p10 is None or actuals.p90 is None else [actuals.p10, actuals.p90]
    low, high = ([list(_with(paid, part, end)) for end in ends]) or ([], [])
    return planned._replace(
        expected=expected,
        p10=low,
        p90=high,
        gone=actuals.exhaustion_date,
        paid=list(actuals.paid_by_month),
        until=actuals.until,
        chance_over=actuals.chance_over,
    )


def _with(paid: np.typing.NDArray[np.float64], part: np.typing.NDArray[np.float64],
          end: float) -> Iterator[float]:  # fmt: skip
    yield from (paid + part * (end - paid[-1])).tolist()
