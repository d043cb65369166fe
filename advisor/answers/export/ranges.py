"""Likely ranges of the plan and of its parts: what does not add up, and so is no row."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from advisor.answers.export.calendar import quarters, years
from advisor.answers.export.rows import about_of
from advisor.answers.recommend.selection import Chosen
from advisor.case.facts import Case, Way
from advisor.engine.axes import Sample
from advisor.engine.breakdown_by_draw import by_biller, by_team
from advisor.engine.draws import Means, Years, quantiles
from advisor.engine.market import Drawing, years_at_once
from advisor.engine.outcome import Outcome, outcome
from advisor.engine.routes import options_used
from advisor.tables.export import RangeLine, Ranges

FloatArray = NDArray[np.float64]

PLAN = "plan"
_SHARES = (0.1, 0.5, 0.9)
_TEAMS = 128
"""Teams whose draws are held at a time."""


def ranges_of(chosen: Chosen, *, file: str, draws: int, seed: int, starts: int) -> Ranges:
    """Draw the chosen ways' years; `starts` is the month in which the fiscal year does.

    Without draws there are no lines.
    """
    lines = [
        line
        for way in (chosen.ways if draws else ())
        for line in _of_way(chosen.case, chosen.case.ways[way], Years(draws, seed), starts)
    ]
    return Ranges(about_of(chosen, file), draws, seed, lines)


def _of_way(case: Case, way: Way, drawn: Years, starts: int) -> Iterator[RangeLine]:
    months = case.market.work.months
    spread = _spends(case, way, drawn)
    expected = _spends(case, way, Means())
    parts = [("plan", PLAN, slice(0, len(months)))]
    parts += [("year", one.name, slice(one.first, one.end)) for one in years(months, starts)]
    parts += [("quarter", one.name, slice(one.first, one.end)) for one in quarters(months, starts)]
    parts += [("month", str(month), slice(t, t + 1)) for t, month in enumerate(months)]
    for scope, name, cut in parts:
        whole = [one[0][:, cut].sum(axis=1) for one in (expected, spread)]
        yield _line(way.name, scope, name, *whole)
    yield from _teams(case, way, drawn)
    for biller, own in expected[1].items():
        yield _line(way.name, "biller", biller, own, spread[1][biller])


def _line(
    option: str, scope: str, name: str, expected: FloatArray, spread: FloatArray
) -> RangeLine:
    p10, p50, p90 = quantiles(spread, _SHARES)
    return RangeLine(option, scope, name, float(expected[0]), p10, p50, p90)


def _spends(case: Case, way: Way, drawn: Years) -> tuple[FloatArray, dict[str, FloatArray]]:
    """Return what is spent by month, (S, T), and by biller, (S,) each."""
    by_month, billers = [], []
    for _, _, result, size in _results(case, way, drawn):
        months = np.broadcast_to(result.spend_by_month, (size, len(case.market.work.months)))
        by_month.append(months)
        paid = by_biller(case.market, result)
        billers.append({name: np.broadcast_to(one, (size,)) for name, one in paid.items()})
    joined = {name: np.concatenate([one[name] for one in billers]) for name in billers[0]}
    return np.concatenate(by_month), joined


def _teams(case: Case, way: Way, drawn: Years) -> Iterator[RangeLine]:
    """Draw some teams at a time: all of a large firm's would not fit into memory."""
    names = case.market.work.teams
    for begin in range(0, len(names), _TEAMS):
        teams = slice(begin, min(begin + _TEAMS, len(names)))
        expected, spread = (_of_teams(case, way, one, teams) for one in (Means(), drawn))
        for n, name in enumerate(names[teams]):
            yield _line(way.name, "team", name, expected[:, n], spread[:, n])


def _of_teams(case: Case, way: Way, drawn: Years, teams: slice) -> FloatArray:
    found = []
    for sample, drawing, result, size in _results(case, way, drawn):
        own = by_team(case.market, sample, drawing, result, teams)
        found.append(np.broadcast_to(own, (size, own.shape[1])))
    return np.concatenate(found)


def _results(case: Case, way: Way, drawn: Years) -> Iterator[tuple[Sample, Drawing, Outcome, int]]:
    """Compute the years some at a time, with how many they are."""
    market = case.market
    used = options_used(way.routes)
    for part in drawn.parts(years_at_once(market)):
        sample = Sample.draw(market.work, market.terms, part)
        drawing = Drawing.of(market.candidates, used, part)
        yield sample, drawing, outcome(market, way.routes, sample, drawing), part.draws
