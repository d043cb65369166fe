"""What every strategy would bring to every cell: completed tasks, worth, and money by option.

A cell is a team's work of one class; a strategy is one option, or a first one and a second where
failures are seen. Everything here is per share: a strategy that serves half of a cell brings half.
Money is at metered rates, before seats, allowances, caps and commitments. Figures are means over
the draws that they are made from, which is one draw at the means for the expected year.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.engine.axes import Sample
from advisor.engine.cascade import cascade_success, second_attempts
from advisor.engine.market import Drawing, Market
from advisor.engine.rebound import rebounded
from advisor.engine.routes import Failing, Route
from advisor.engine.success import success_rate

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
BoolArray = NDArray[np.bool_]

NOBODY = -1
"""In place of a second option where a strategy has only a first."""


class Cells(NamedTuple):
    """The pieces of work that are given to strategies: team and task class of each, (N,)."""

    team: IntArray
    task_class: IntArray

    @property
    def size(self) -> int:
        """How many there are."""
        return len(self.team)


class Strategies(NamedTuple):
    """Ways to serve a cell. First and second option, (J,) each; NOBODY where there is no second."""

    first: IntArray
    second: IntArray

    @property
    def size(self) -> int:
        """How many there are."""
        return len(self.first)

    def options(self, strategy: int) -> tuple[int, ...]:
        """Return the options of one, in the order of their tries."""
        second = int(self.second[strategy])
        first = int(self.first[strategy])
        return (first,) if second == NOBODY else (first, second)

    def uses(self, options: BoolArray) -> BoolArray:
        """Tell which strategies use any of the options, given as a mask. Shape (J,)."""
        return np.asarray(options[self.first] | ((self.second != NOBODY) & options[self.second]))


def cells_of(market: Market) -> Cells:
    """List the cells that have work, in the order of their names, whatever the file's order."""
    work = market.work
    order = [
        (work.teams[g], work.classes[k], g, k)
        for g in range(len(work.teams))
        for k in range(len(work.classes))
        if work.tasks[g, k].any() and work.frequency[k].number.expected > 0
    ]
    pairs = [(g, k) for _, _, g, k in sorted(order)]
    return Cells(
        np.array([g for g, _ in pairs], dtype=np.intp),
        np.array([k for _, k in pairs], dtype=np.intp),
    )


def strategies_of(names: Sequence[str], allowed: Sequence[int], *, cascades: bool) -> Strategies:
    """List every allowed option, then every pair of two, in the order of their names."""
    ordered = sorted(allowed, key=lambda option: names[option])
    alone = [(option, NOBODY) for option in ordered]
    pairs = [(a, b) for a in ordered for b in ordered if a != b] if cascades else []
    both = np.array(alone + pairs, dtype=np.intp).reshape(-1, 2)
    return Strategies(both[:, 0], both[:, 1])


class Contributions(NamedTuple):
    """What a whole cell brings under each strategy. (N, J) each, but for what is named otherwise.

    `first_use` and `second_use` are money for the first and the second option; `by_month` holds,
    for the options asked about, their money by month: (N, J, T), first and second use together.
    `reference` is what the reference would complete of the same tasks. `worth` is value less review
    and rework, or 0 without values.
    """

    tasks: FloatArray
    completed: FloatArray
    reference: FloatArray
    value: FloatArray
    worth: FloatArray
    first_use: FloatArray
    second_use: FloatArray
    checks: FloatArray
    by_month: dict[int, FloatArray]


class _Odds(NamedTuple):
    """Drawn or mean: demand (S, J), success (S, J), second tries a task (S, J) of one class."""

    demand: FloatArray
    success: FloatArray
    again: FloatArray


def contributions_of(
    market: Market,
    cells: Cells,
    strategies: Strategies,
    sample: Sample,
    drawing: Drawing,
    *,
    weights: FloatArray | None = None,
    monthly: Sequence[int] = (),
) -> Contributions:
    """Compute what strategies bring, a mean over the draws by `weights`, (S,), which add up to 1.

    Draws that hold a single year stand for all. Cascades of cells whose failures nobody sees are
    there as well: they are the first option alone.
    """
    size = 1 if weights is None else len(weights)
    even = np.ones(1) if weights is None else weights
    row = market.work.row_of[cells.team, cells.task_class]
    every = np.arange(len(market.work.row_class))
    needed, place = np.unique(row, return_inverse=True) if len(row) else (every, row)
    per_row = [
        _of_row(market, r, strategies, sample, drawing, np.broadcast_to(even, (size,)))
        for r in needed.tolist()
    ]
    count = market.work.tasks[cells.team, cells.task_class].sum(axis=1)[:, None]

    def of_cells(name: str) -> FloatArray:
        return np.asarray(count * np.stack([getattr(one, name) for one in per_row])[place])

    tokens = [np.stack([one.tokens[n] for one in per_row])[place] for n in (0, 1)]
    money = _money(market, cells)
    first = np.einsum("njc,njc->nj", tokens[0], money.sum(axis=3)[:, strategies.first])
    second = np.einsum("njc,njc->nj", tokens[1], money.sum(axis=3)[:, strategies.second])
    is_pair = strategies.second != NOBODY
    return Contributions(
        tasks=of_cells("tasks"),
        completed=of_cells("completed"),
        reference=of_cells("reference"),
        value=of_cells("value"),
        worth=of_cells("worth"),
        first_use=first,
        second_use=np.where(is_pair, second, 0.0),
        checks=of_cells("checks"),
        by_month={o: _by_month(strategies, tokens, money[:, o], o) for o in monthly},
    )


class _RowBrought(NamedTuple):
    """What a row brings per task: means over draws. (J,) each; tokens (J, C) of either try."""

    tasks: FloatArray
    completed: FloatArray
    reference: FloatArray
    value: FloatArray
    worth: FloatArray
    checks: FloatArray
    tokens: tuple[FloatArray, FloatArray]


def _of_row(
    market: Market,
    row: int,
    strategies: Strategies,
    sample: Sample,
    drawing: Drawing,
    weights: FloatArray,
) -> _RowBrought:
    k = int(market.work.row_class[row])
    odds = _odds(market, k, strategies, sample, drawing)
    count = sample.count[:, row] * weights
    demand = np.broadcast_to(odds.demand, (len(weights), strategies.size)) * count[:, None]
    done = demand * odds.success
    value = np.zeros(1) if sample.value is None else sample.value[:, k]
    people = (sample.review[:, k], sample.rework[:, k])
    kept = sample.value is not None
    worth = done * value[:, None] - demand * people[0][:, None]
    worth = worth - (demand - done) * people[1][:, None]
    paired = strategies.second != NOBODY
    second = np.where(paired, strategies.second, strategies.first)
    tokens = np.broadcast_to(sample.tokens[:, k], (len(weights), sample.tokens.shape[2]))
    multiplier = _by_option(drawing.multiplier, k, len(market.candidates))
    return _RowBrought(
        tasks=demand.sum(axis=0),
        completed=done.sum(axis=0),
        reference=(demand * np.minimum(1.0, sample.success[:, k])[:, None]).sum(axis=0),
        value=(done * value[:, None]).sum(axis=0),
        worth=worth.sum(axis=0) if kept else np.zeros(strategies.size),
        checks=np.where(paired, demand.sum(axis=0) * market.terms.check[k], 0.0),
        tokens=(
            (demand * multiplier[:, strategies.first]).T @ tokens,
            (demand * odds.again * multiplier[:, second]).T @ tokens,
        ),
    )


def _by_option(numbers: dict[int, FloatArray] | object, k: int, options: int) -> FloatArray:
    """Lay one class's numbers of the options out. Shape (S or 1, O); 0 for options not drawn."""
    assert isinstance(numbers, dict)
    size = max(len(array) for array in numbers.values())
    table = np.zeros((size, options))
    for option, array in numbers.items():
        table[:, option] = array[:, k]
    return table


def _odds(
    market: Market, k: int, strategies: Strategies, sample: Sample, drawing: Drawing
) -> _Odds:
    chances = {o: success_rate(sample.success, q) for o, q in drawing.quality.items()}
    chance = _by_option(chances, k, len(market.candidates))
    paired = strategies.second != NOBODY
    first = chance[:, strategies.first]
    second = chance[:, np.where(paired, strategies.second, strategies.first)]
    seen = float(market.terms.detection[k])
    both = cascade_success(first, second, market.failure_correlation, seen)
    again = second_attempts(first, seen, market.cost_ratio_on_failure)
    return _Odds(
        demand=_demand(market, k, strategies, sample, drawing, chances),
        success=np.where(paired, both, first),
        again=np.where(paired, again, 0.0),
    )


def _demand(
    market: Market,
    k: int,
    strategies: Strategies,
    sample: Sample,
    drawing: Drawing,
    chances: dict[int, FloatArray],
) -> FloatArray:
    """Return by what cheaper attempts multiply the tasks: 1 without rebound. (S or 1, J)."""
    if market.rebound == 0:
        return np.ones((1, strategies.size))
    failing = Failing(chances, market.terms.detection, market.cost_ratio_on_failure)
    routes = [Route(k, strategies.options(j), 1.0) for j in range(strategies.size)]
    moved = rebounded(market, routes, sample, drawing, failing)
    return np.stack(np.broadcast_arrays(*[route.share for route in moved]), axis=1)


def _money(market: Market, cells: Cells) -> FloatArray:
    """Return tasks × price by month, as shares of all tasks. (N, O, C, T)."""
    tasks = market.work.tasks[cells.team, cells.task_class]
    group = market.groups[cells.team]
    rates = [one.rates[group, cells.task_class] for one in market.candidates]
    return np.stack([rate * tasks[:, None, :] for rate in rates], axis=1)


def _by_month(
    strategies: Strategies, tokens: list[FloatArray], money: FloatArray, option: int
) -> FloatArray:
    """Return one option's money by month under every strategy. Shape (N, J, T)."""
    months = np.zeros((len(money), strategies.size, money.shape[2]))
    for used, of in ((strategies.first, tokens[0]), (strategies.second, tokens[1])):
        mine = used == option
        months[:, mine] += np.einsum("njc,nct->njt", of[:, mine], money)
    return months
