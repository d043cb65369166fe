"""What would take a route's place, and when: the runner-up, and the figures at which it turns.

Every cell is looked at alone, at the prices that limits put on money and on completed tasks
everywhere else (the duals of the problem with shares). A token multiplier moves what an option
costs, a quality what it completes; where another strategy comes out ahead, the route turns.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.answers.recommend.menu import Menu
from advisor.answers.recommend.money import MoneyTerms
from advisor.answers.recommend.problem import Program, Sum, priced
from advisor.answers.recommend.strategies import NOBODY, Contributions
from advisor.answers.recommend.worth import SharedOptimum
from advisor.engine.cascade import cascade_success, second_attempts

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

_GRID = np.linspace(0.0, 2.0, 2001)
_FELT = 1e-9
_NEVER = -1e300
"""What a strategy that cannot serve a cell is worth."""


class RouteTurn(NamedTuple):
    """Where a route turns: an option's multiplier or quality, now and then, and to what."""

    option: int
    key: str
    now: float
    at: float
    strategy: tuple[int, ...]


class Choice(NamedTuple):
    """What stands behind a route: the next best strategy, and where the route would turn."""

    runner_up: tuple[int, ...] | None
    turns: tuple[RouteTurn, ...]


class CellPrices(NamedTuple):
    """What things are worth in each cell at the optimum, limits counted in.

    `net` (N, J) is what serving a cell by a strategy adds; `done` (N,) a completed task, `use`
    (N, O) a dollar's use of an option.
    """

    net: FloatArray
    done: FloatArray
    use: FloatArray


def prices_of(optimum: SharedOptimum) -> CellPrices:
    """Read the prices off the best mix with shares."""
    quest, duals = optimum.quest, optimum.solution.duals
    menu = quest.menu
    unpaid = {n for n, extra in enumerate(optimum.terms.program.extras) if extra.high == 0}
    base = _net(menu, quest.terms(), duals, unpaid)
    more = menu.with_contributions(_one_more_done(menu))
    done = _net(more, quest._replace(menu=more).terms(), duals, unpaid) - base
    double = menu.with_contributions(_double_use(menu))
    used = base - _net(double, quest._replace(menu=double).terms(), duals, unpaid)
    first_alone = {
        int(o): j
        for j, o in enumerate(menu.strategies.first)
        if menu.strategies.second[j] == NOBODY
    }
    use = np.zeros((menu.cells.size, len(menu.facts)))
    for option, j in first_alone.items():
        spent = menu.contributions.first_use[:, j]
        use[:, option] = np.divide(used[:, j], spent, out=np.zeros_like(spent), where=spent > 0)
    return CellPrices(base, done[:, 0], use)


def _net(menu: Menu, terms: MoneyTerms, duals: FloatArray, unpaid: set[int]) -> FloatArray:
    """Return gains less what limits charge for them. Shape (N, J); _NEVER where nothing stands."""
    program = priced(terms.program)
    net, beside = program.gain.copy(), np.array([extra.gain for extra in program.extras])
    for row, dual in zip(program.rows, duals, strict=True):
        if dual:
            net = net - dual * row.sum.columns
            for variable, weight in row.sum.extras.items():
                beside[variable] -= dual * weight
    # A plan that nobody is on, or a maker that nobody uses, would have to be paid for first.
    for link in program.links:
        if link.extra not in unpaid:
            continue
        entry = terms.pooled.entries.get(link.extra)
        if entry is None:
            net = net + np.where(link.columns, beside[link.extra], 0.0)
        else:
            plan = entry.pool.plans[0]
            dollar = _dollar(program, terms.pooled.fees[plan.options], duals)
            alone = menu.of(menu.cost_alone(entry.pool))
            net = net - np.where(link.columns, dollar * alone, 0.0)
    table = np.full(menu.usable.shape, _NEVER)
    table[program.cell, program.strategy] = net
    return table


def _dollar(program: Program, fees: Sum, duals: FloatArray) -> float:
    """Return what a dollar of a plan's seats takes, in the objective and from the limits."""
    if not fees.extras:
        return 0.0
    variable, weight = next(iter(fees.extras.items()))
    taken = -program.extras[variable].gain
    for row, dual in zip(program.rows, duals, strict=True):
        if dual and row.limit:
            taken += dual * row.sum.extras.get(variable, 0.0)
    return max(0.0, float(taken) / weight)


def _one_more_done(menu: Menu) -> Contributions:
    """Let every strategy complete one task more, with its value and without its rework."""
    contributions, worth = menu.contributions, np.zeros_like(menu.contributions.worth)
    value = np.zeros_like(worth)
    if menu.has_values:
        each, rework = menu.worth_of_one()
        value = value + each[:, None]
        worth = value + rework[:, None]
    return contributions._replace(
        completed=contributions.completed + 1.0,
        value=contributions.value + value,
        worth=contributions.worth + worth,
    )


def _double_use(menu: Menu) -> Contributions:
    """Let every option that serves alone use twice as much."""
    contributions = menu.contributions
    alone = menu.strategies.second == NOBODY
    factor = np.where(alone, 2.0, 1.0)
    return contributions._replace(
        first_use=contributions.first_use * factor,
        by_month={o: one * factor[:, None] for o, one in contributions.by_month.items()},
    )


def choices(menu: Menu, prices: CellPrices, shares: FloatArray) -> list[dict[int, Choice]]:
    """Return for every cell what stands behind each strategy that serves it, by strategy."""
    return [
        {int(j): _choice(menu, prices, n, int(j)) for j in np.flatnonzero(shares[n] > _FELT)}
        for n in range(menu.cells.size)
    ]


def _choice(menu: Menu, prices: CellPrices, cell: int, chosen: int) -> Choice:
    net = prices.net[cell].copy()
    net[chosen] = _NEVER
    if net.max() <= _NEVER:
        return Choice(None, ())
    runner_up = int(net.argmax())
    options = menu.strategies.options
    mine, other = options(chosen)[0], options(runner_up)[0]
    # The reference's own figures are 1 by definition: there the challenger's are moved.
    moved = mine if mine != menu.market.reference else other
    turns = []
    if moved != menu.market.reference:
        turns = [_by_multiplier(menu, prices, cell, chosen, moved),
                 _by_quality(menu, prices, cell, chosen, moved)]  # fmt: skip
    return Choice(options(runner_up), tuple(turn for turn in turns if turn is not None))


def _by_multiplier(
    menu: Menu, prices: CellPrices, cell: int, chosen: int, option: int
) -> RouteTurn | None:
    """Find the nearest multiplier of an option at which another strategy comes out ahead.

    What strategies are worth is linear in it. Dearer where the option is chosen, cheaper where it
    is the challenger.
    """
    contributions, strategies = menu.contributions, menu.strategies
    now = menu.mean_of("multiplier", option, cell)
    spent = np.where(strategies.first == option, contributions.first_use[cell], 0.0)
    spent = spent + np.where(strategies.second == option, contributions.second_use[cell], 0.0)
    falls = spent * prices.use[cell, option]
    # Whole routes may stand behind another here, for the sake of a limit: then they turn at once.
    lead = np.maximum(prices.net[cell, chosen] - prices.net[cell], 0.0)
    faster = falls[chosen] - falls
    is_chosen = bool(falls[chosen] > 0)
    turning = faster > _FELT if is_chosen else faster < -_FELT
    turning &= prices.net[cell] > _NEVER
    turning[chosen] = False
    if not turning.any() or not now:
        return None
    factor = 1 + lead[turning] / faster[turning]
    rivals = np.flatnonzero(turning)
    nearest = int(factor.argmin() if is_chosen else factor.argmax())
    if factor[nearest] <= 0:
        return None
    at = now * float(factor[nearest])
    return RouteTurn(option, "token_multiplier", now, at, strategies.options(int(rivals[nearest])))


def _by_quality(
    menu: Menu, prices: CellPrices, cell: int, chosen: int, option: int
) -> RouteTurn | None:
    """Find the nearest quality of an option at which another strategy comes out ahead."""
    now = menu.mean_of("quality", option, cell)
    rivals = _rivals(menu, prices, cell, chosen, option)
    if not len(rivals):
        return None
    columns = np.append(rivals, chosen)
    net = _net_by_quality(menu, prices, cell, option, columns)
    lead = net[:, -1:] - net[:, :-1]
    lead += np.maximum(prices.net[cell, rivals] - prices.net[cell, chosen], 0.0)
    worst = lead.min(axis=1)
    uses = option in menu.strategies.options(chosen)
    # Worse where it is chosen, better where it is the challenger.
    grid = _GRID
    places = np.flatnonzero(grid < now)[::-1] if uses else np.flatnonzero(grid > now)
    lost = places[worst[places] < -_FELT] if len(places) else places
    if not len(lost):
        return None
    place = int(lost[0])
    at = _crossing(worst, place, place + 1 if uses else place - 1)
    strategy = menu.strategies.options(int(rivals[lead[place].argmin()]))
    return RouteTurn(option, "quality", now, at, strategy)


def _rivals(menu: Menu, prices: CellPrices, cell: int, chosen: int, option: int) -> IntArray:
    """Return the strategies that can come out ahead, in order.

    Those that use the option, and the best of the others, whose worth does not move.
    """
    net, strategies = prices.net[cell], menu.strategies
    may = net > _NEVER
    may[chosen] = False
    moves = (strategies.first == option) | (strategies.second == option)
    still = np.flatnonzero(may & ~moves)
    best = still[np.minimum(net[still], net[chosen]).argmax()] if len(still) else still
    return np.sort(np.append(np.flatnonzero(may & moves), best))


def _crossing(lead: FloatArray, lost: int, kept: int) -> float:
    """Return where a lead becomes 0 between two places of the grid."""
    if not 0 <= kept < len(_GRID) or lead[kept] <= lead[lost]:
        return float(_GRID[lost])
    part = lead[lost] / (lead[lost] - lead[kept])
    return float(_GRID[lost] + part * (_GRID[kept] - _GRID[lost]))


def _net_by_quality(
    menu: Menu, prices: CellPrices, cell: int, option: int, columns: IntArray
) -> FloatArray:
    """Return what some strategies are worth at every quality of the grid. Shape (grid, columns)."""
    k = int(menu.cells.task_class[cell])
    first, second = menu.strategies.first[columns], menu.strategies.second[columns]
    chances = np.array([menu.chance(o, k) for o in range(len(menu.facts))])
    moved = np.broadcast_to(chances, (len(_GRID), len(chances))).copy()
    moved[:, option] = np.minimum(1.0, menu.reference_chance(k) * _GRID)
    done = _success(menu, k, moved, columns) - _success(menu, k, chances[None, :], columns)
    seen, ratio = float(menu.market.terms.detection[k]), menu.market.cost_ratio_on_failure
    paired = second != NOBODY
    tries = second_attempts(moved[:, first], seen, ratio)
    tries_now = second_attempts(chances[None, first], seen, ratio)
    growth = np.divide(tries, tries_now, out=np.ones_like(tries), where=tries_now > 0) - 1
    more = growth * menu.contributions.second_use[cell, columns] * prices.use[cell, second]
    tasks = menu.contributions.tasks[cell, columns]
    return np.asarray(
        prices.net[cell, columns] + prices.done[cell] * tasks * done - np.where(paired, more, 0.0)
    )


def _success(menu: Menu, task_class: int, chances: FloatArray, columns: IntArray) -> FloatArray:
    """Return the success of some strategies from options' chances. (any, O) -> (any, columns)."""
    firsts, seconds = menu.strategies.first[columns], menu.strategies.second[columns]
    paired = seconds != NOBODY
    first, second = chances[:, firsts], chances[:, np.where(paired, seconds, firsts)]
    seen = float(menu.market.terms.detection[task_class])
    both = cascade_success(first, second, menu.market.failure_correlation, seen)
    return np.where(paired, both, first)
