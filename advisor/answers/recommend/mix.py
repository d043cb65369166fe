"""A mix as routes, and what the engine says that it comes to.

The engine never sees the solver's figures: what a mix spends and delivers is computed again from
its routes, as `compare` would.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from advisor.answers.recommend.limits import (
    BUDGET,
    TEAM_BUDGET,
    Bound,
    is_owed_as,
    name_of,
)
from advisor.answers.recommend.menu import Menu
from advisor.answers.recommend.mix_figures import MixFigures, MixSums
from advisor.engine.axes import Sample
from advisor.engine.breakdown import break_down
from advisor.engine.commitment import shortfall
from advisor.engine.draws import Means, Years
from advisor.engine.market import Drawing, Market, years_at_once
from advisor.engine.outcome import Outcome, drawn_outcome, outcome
from advisor.engine.routes import Route, options_used
from advisor.engine.split import SplitMarket, split_classes

FloatArray = NDArray[np.float64]

_USED = 1e-9

Serving = tuple[tuple[tuple[int, ...], float], ...]
"""Strategies as options, each with its share, that serve one cell."""
Way = TypeVar("Way", bound=Hashable)
"""How a cell is served, to be told from how another is."""


def servings(menu: Menu, shares: FloatArray) -> dict[tuple[int, int], Serving]:
    """Return who serves each cell, by team and class; shares too small to see are dropped."""
    found = {}
    for n in range(menu.cells.size):
        used = np.flatnonzero(shares[n] > _USED)
        parts = shares[n, used] / shares[n, used].sum()
        found[int(menu.cells.team[n]), int(menu.cells.task_class[n])] = tuple(
            (menu.strategies.options(int(j)), float(part))
            for j, part in zip(used, parts, strict=True)
        )
    return found


def everywhere(serving: Mapping[tuple[int, int], Way]) -> Callable[[int, int], Way]:
    """Return who serves any team's work of a class, that without work included.

    Where a team has none of a class, what serves the class elsewhere stands for it.
    """
    spare = next(iter(serving.values()))
    by_class = {k: serving[g, k] for g, k in reversed(list(serving))}
    return lambda team, task_class: serving.get((team, task_class), by_class.get(task_class, spare))


def placed(
    market: Market,
    serving: Mapping[tuple[int, int], Serving],
    people: Mapping[tuple[tuple[int, int], tuple[int, ...]], float] = MappingProxyType({}),
) -> tuple[Market, tuple[Route, ...]]:
    """Cut classes where teams are served differently; return the market and its routes.

    Where a team has no work of a class, `everywhere` says what stands for it. `people` is the part
    of a team's people who work so, by cell and strategy, where bills say who did; else all do.
    """
    way = everywhere(serving)
    split = split_classes(market, way)
    return split.market, tuple(
        Route(part, strategy, share, people.get((cell, strategy), 1.0))
        for part, cell in _parts(split)
        for strategy, share in way(*cell)
    )


def _parts(split: SplitMarket) -> Iterator[tuple[int, tuple[int, int]]]:
    """Yield each part with a team and the class that it was cut from."""
    for part, k in enumerate(split.origin.tolist()):
        yield part, (int((split.part_of[:, k] == part).argmax()), k)


class Mix(NamedTuple):
    """A mix in the market that it needs, ready to be computed."""

    market: Market
    routes: tuple[Route, ...]

    @property
    def used(self) -> list[int]:
        """Options that serve anything."""
        return options_used(self.routes)

    def outcome(self, years: Years) -> Outcome:
        """Compute the mix's years, all at once."""
        return drawn_outcome(self.market, self.routes, years)

    def over_draws(self, years: Years, of: Callable[[Outcome], FloatArray]) -> FloatArray:
        """Compute one figure for every drawn year, some years at a time. Shape (S,)."""
        found = [
            np.broadcast_to(of(self.outcome(part)), (part.draws,))
            for part in years.parts(years_at_once(self.market))
        ]
        return np.concatenate(found)


def place(menu: Menu, shares: FloatArray) -> Mix:
    """Turn a solution's shares, (N, J), into a mix."""
    return Mix(*placed(menu.market, servings(menu, shares)))


def sums_of_many(menu: Menu, shares: FloatArray) -> list[MixSums]:
    """Compute the sums of many mixes at once, shares (P, N, J), where everything is metered.

    A mix each takes the place of a drawn year: then seats, caps, promised sums and rebound, which
    hang on the mix, are not among what is computed.
    """
    cells = menu.cells
    kept = np.where(shares > _USED, shares, 0.0)
    kept /= kept.sum(axis=2, keepdims=True)
    places = zip(cells.team.tolist(), cells.task_class.tolist(), strict=True)
    ways = [kept[:, n].tobytes() for n in range(cells.size)]
    served = dict(zip(ways, kept.swapaxes(0, 1), strict=True))
    way = everywhere(dict(zip(places, ways, strict=True)))
    split = split_classes(menu.market, way)
    routes = [
        Route(part, menu.strategies.options(j), own[:, j])
        for part, cell in _parts(split)
        for own in (served[way(*cell)],)
        for j in np.flatnonzero(own.any(axis=0)).tolist()
    ]
    result = drawn_outcome(split.market, routes, Means())
    value = np.zeros(1) if result.value is None else result.value
    people = np.zeros(1) if result.value is None else result.review + result.rework
    used = [np.flatnonzero(one.any(axis=0)).tolist() for one in kept]
    makers = [
        _names(menu, "vendor", {o for j in own for o in menu.strategies.options(j)}) for own in used
    ]
    overhead = menu.overhead * np.array([len(one) for one in makers])
    completed = result.completed_by_row.sum(axis=1)
    each = np.broadcast_arrays(result.spend, value, people, overhead, completed)
    return [MixSums(*one) for one in np.stack(each, axis=1).tolist()]


def figures(
    menu: Menu, mix: Mix, bounds: Sequence[Bound] = (), years: Years | None = None
) -> MixFigures:
    """Compute everything that a limit may ask of a mix. Tails only where years are given."""
    means, market = Means(), mix.market
    sample = Sample.draw(market.work, market.terms, means)
    drawing = Drawing.of(market.candidates, mix.used, means)
    result = outcome(market, mix.routes, sample, drawing)
    split = break_down(market, sample, drawing, result)
    names = {kind: _names(menu, kind, mix.used) for kind in ("vendor", "channel", "harness")}
    completed, reference = _by_class(market, sample, result)
    value = result.value
    return MixFigures(
        spend=float(result.spend[0]),
        completed=completed,
        reference=reference,
        value=0.0 if value is None else float(value[0]),
        people=float(result.review[0] + result.rework[0]) if value is not None else 0.0,
        overhead=menu.overhead * len(names["vendor"]),
        by_team=split.by_team,
        by_vendor=_by_name(menu, "vendor", split.by_option, result),
        by_channel=_by_name(menu, "channel", split.by_option, result),
        by_harness=_by_name(menu, "harness", split.by_option, result),
        used=tuple(menu.facts[option].name for option in mix.used),
        names_used=names,
        tail=_tails(mix, bounds, years),
        unmet=float(result.unmet[0]),
        spend_by_month=tuple(result.spend_by_month[0].tolist()),
    )


def _names(menu: Menu, kind: str, options: Iterable[int]) -> tuple[str, ...]:
    """Return the makers, channels or harnesses of some options."""
    return tuple(sorted({str(name_of(menu, kind, option)) for option in options}))


def _by_class(
    market: Market, sample: Sample, result: Outcome
) -> tuple[dict[str, float], dict[str, float]]:
    completed: dict[str, float] = {}
    reference: dict[str, float] = {}
    for row, k in enumerate(result.row_class.tolist()):
        name = market.work.classes[k]
        chance = min(1.0, float(sample.success[0, k]))
        completed[name] = completed.get(name, 0.0) + float(result.completed_by_row[0, row])
        reference[name] = reference.get(name, 0.0) + float(result.demanded_by_row[0, row]) * chance
    return completed, reference


def _by_name(
    menu: Menu, kind: str, by_option: Mapping[int, float], result: Outcome
) -> dict[str, float]:
    """Add spending up by maker, channel or harness; what is owed goes to who is owed it."""
    spent: dict[str, float] = {}
    for option, amount in by_option.items():
        name = name_of(menu, kind, option)
        if name is not None:
            spent[name] = spent.get(name, 0.0) + amount
    for biller, owed in _owed(menu, result).items():
        if is_owed_as(menu, kind, biller):
            spent[biller] = spent.get(biller, 0.0) + owed
    return spent


def _owed(menu: Menu, result: Outcome) -> dict[str, float]:
    """Return what each biller is owed beyond its use."""
    used: dict[str, FloatArray] = {}
    for option, flow in result.flows.items():
        biller = menu.market.candidates[option].biller
        used[biller] = used.get(biller, np.zeros(1)) + flow.paid.sum(axis=1)
    return {
        biller: float(shortfall({biller: promised}, used)[0])
        for biller, promised in menu.market.commitments.items()
    }


def tail_mean(values: FloatArray, confidence: float) -> float:
    """Return the mean of the dearest 1 - confidence of the draws (CVaR)."""
    return float(values[worst(values, confidence)].mean())


def worst(values: FloatArray, confidence: float) -> NDArray[np.intp]:
    """Return the draws that a confidence leaves out: the dearest, at least one."""
    count = max(1, round((1 - confidence) * len(values)))
    return np.argsort(values, kind="stable")[-count:]


def _tails(mix: Mix, bounds: Sequence[Bound], years: Years | None) -> dict[str, float]:
    found = {}
    for bound in bounds:
        if years is not None and bound.confidence is not None:
            spends = spend_over_draws(mix, bound, years)
            found[bound.key] = tail_mean(spends, bound.confidence)
    return found


def spend_over_draws(mix: Mix, bound: Bound, years: Years) -> FloatArray:
    """Return what a budget's owner spends in every drawn year. Shape (S,)."""
    if bound.kind == BUDGET:
        return mix.over_draws(years, lambda result: result.spend)
    assert bound.kind == TEAM_BUDGET
    own = Mix(of_team(mix.market, bound.about[0]), mix.routes)
    return own.over_draws(years, lambda result: result.spend)


def of_team(market: Market, team: str) -> Market:
    """Return the market of one team alone, with its own seats and no commitments."""
    work = market.work
    own = np.array([name == team for name in work.teams])
    return replace(
        market,
        work=work._replace(
            tasks=work.tasks * own[:, None, None],
            people=work.people * own[:, None],
            developers=work.developers * own[:, None],
        ),
        commitments={},
    )
