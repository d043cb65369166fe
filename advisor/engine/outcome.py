"""What a way of working costs and delivers: routes in, spend and completed tasks out.

One arithmetic serves the expected figure and the draws: the expected figure is a single draw at the
means. Usage of each option is a matrix product of what is drawn (draw, row × token class) and what
is not (row × token class, month), so draws cost the same however many teams there are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.engine.axes import Sample
from advisor.engine.cascade import cascade_success
from advisor.engine.commitment import shortfall
from advisor.engine.draws import Years
from advisor.engine.market import Drawing, Market
from advisor.engine.rebound import rebounded
from advisor.engine.routes import Failing, Route, less_the_refused, loads, options_used
from advisor.engine.seating import Seating, seating
from advisor.engine.seats import settle
from advisor.engine.success import success_rate

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]


class Flow(NamedTuple):
    """One option's part: usage, what of it is served, and what is paid, in money, (S, T) each.

    `unmet` (S, U, T) is the share of a group's work that is not served, None where all is. `load`
    (S, K, U or 1, T or 1) is how many mean attempts of the option one task of a class comes to.
    `apart` (S, U, T) is usage by group, where what each person uses matters. `overage` (S, U, T) is
    what each group pays beyond its people's own allowances; None where nobody has one.
    """

    usage: FloatArray
    kept: FloatArray
    paid: FloatArray
    unmet: FloatArray | None
    load: FloatArray
    apart: FloatArray | None = None
    overage: FloatArray | None = None

    @property
    def served(self) -> FloatArray:
        """The share of a group's work that is served. (S, U, T), or (1, 1, 1) where all is."""
        return np.ones((1, 1, 1)) if self.unmet is None else 1 - self.unmet


@dataclass(frozen=True)
class Outcome:
    """What so many years come to. Money in the file's currency; first axis the draw.

    `spend_by_month` holds seats, and in its last month what is owed to commitments. Tasks are by
    row, (S, R); sums are taken when they are asked for, since draws need few of them. What checks
    cost is by task of a class, (S, K, U or 1, T or 1). `seating` is what was bought by the seat.
    """

    spend_by_month: FloatArray
    owed: FloatArray
    demanded_by_row: FloatArray
    attempted_by_row: FloatArray
    completed_by_row: FloatArray
    sample: Sample
    row_class: IntArray
    flows: Mapping[int, Flow]
    checks_per_task: FloatArray
    seating: Seating

    @cached_property
    def spend(self) -> FloatArray:
        """What vendors are paid in all. Shape (S,)."""
        return _added_up(self.spend_by_month)

    @property
    def demanded(self) -> FloatArray:
        """Tasks that there are. Shape (S,)."""
        return _added_up(self.demanded_by_row)

    @property
    def unmet(self) -> FloatArray:
        """Tasks that caps left undone. Shape (S,)."""
        return _added_up(self.demanded_by_row - self.attempted_by_row)

    @property
    def completed(self) -> FloatArray:
        """Tasks done. Shape (S,)."""
        return _added_up(self.completed_by_row)

    @property
    def reference_completed(self) -> FloatArray:
        """What the reference would have done of all the tasks that there are. Shape (S,)."""
        chance = np.minimum(1.0, _of_rows(self.sample.success, self.row_class))
        return _added_up(self.demanded_by_row * chance)

    @property
    def value(self) -> FloatArray | None:
        """What the completed tasks are worth; None where no value is stated. Shape (S,)."""
        if self.sample.value is None:
            return None
        return self._weighed(self.completed_by_row, self.sample.value)

    @property
    def review(self) -> FloatArray:
        """What looking at every task costs. Shape (S,)."""
        return self._weighed(self.attempted_by_row, self.sample.review)

    @property
    def rework(self) -> FloatArray:
        """What clearing up after failures costs. Shape (S,)."""
        return self._weighed(self.attempted_by_row - self.completed_by_row, self.sample.rework)

    @property
    def net_value(self) -> FloatArray | None:
        """Value less spend, review and rework; None where no value is stated."""
        value = self.value
        return None if value is None else value - self.spend - self.review - self.rework

    def _weighed(self, tasks: FloatArray, each: FloatArray) -> FloatArray:
        """Add up tasks by row times what one of their class comes to: (S, R), (S, K) -> (S,)."""
        own = _of_rows(each, self.row_class)
        return np.asarray(tasks @ own[0]) if len(own) == 1 else _added_up(tasks * own)


def _added_up(array: FloatArray) -> FloatArray:
    """Add up over the last axis. A product with ones is several times as fast as a sum."""
    return np.asarray(array @ np.ones(array.shape[-1]))


def _of_rows(by_class: FloatArray, rows: IntArray) -> FloatArray:
    """Spread (S, K, ...) of classes over rows; nothing is copied where each class is one row."""
    is_same = len(rows) == by_class.shape[1] and bool((rows == np.arange(len(rows))).all())
    return by_class if is_same else by_class[:, rows]


def outcome(
    market: Market,
    routes: Sequence[Route],
    sample: Sample,
    drawing: Drawing,
    bought: Seating | None = None,
) -> Outcome:
    """Compute what a way of working costs and delivers in the sampled years.

    `bought` is what `seating` says of these routes, where somebody asked already: no draw moves it.
    """
    used = options_used(routes)
    chances = {o: success_rate(sample.success, drawing.quality[o]) for o in used}
    failing = Failing(chances, market.terms.detection, market.cost_ratio_on_failure)
    bought = bought or seating(market, routes)
    routes = rebounded(market, routes, sample, drawing, failing)
    load = loads(routes, failing)
    flows: dict[int, Flow] = {}
    for together in bought.pools:
        unmet = {a: flow.unmet for a, flow in flows.items() if flow.unmet is not None}
        left = {o: less_the_refused(routes, failing, o, load[o], unmet) for o in together}
        flows |= _flows(market, together, bought, sample, left, drawing)
    return _settle_up(market, routes, sample, flows, chances, bought)


def drawn_outcome(
    market: Market, routes: Sequence[Route], years: Years, bought: Seating | None = None
) -> Outcome:
    """Draw all that a way of working meets in some years, and compute them."""
    sample = Sample.draw(market.work, market.terms, years)
    drawing = Drawing.of(market.candidates, options_used(routes), years)
    return outcome(market, routes, sample, drawing, bought)


def _flows(
    market: Market,
    together: tuple[int, ...],
    bought: Seating,
    sample: Sample,
    load: Mapping[int, FloatArray],
    drawing: Drawing,
) -> dict[int, Flow]:
    """Settle the options of one pool, or an option alone; what is paid is shared out by usage."""
    pool = bought.pools[together]
    apart = pool.is_by_person
    usage = {
        o: _usage(market, o, sample, load[o], drawing.multiplier[o], apart=apart) for o in together
    }
    everything = usage[together[0]] if len(together) == 1 else np.asarray(sum(usage.values()))
    settled = settle(everything, pool, market.usage_sigma)
    by_group = settled.beyond.shape[1] == everything.shape[1]
    flows = {}
    for option in together:
        candidate, own = market.candidates[option], _over_groups(usage[option])
        paid = settled.beyond
        if len(together) > 1:
            # By what each option uses: of a group's where that pays for itself, else of all.
            mine = usage[option] if by_group else own[:, None]
            whole = everything if by_group else everything.sum(axis=1, keepdims=True)
            paid = paid * np.divide(mine, whole, out=np.zeros_like(mine), where=whole > 0)
        if candidate.seats is not None:
            paid = paid * np.nan_to_num(candidate.seats.overage_factor)
        if candidate.discount_on_overage:
            paid = paid * (1 - candidate.discount_on_overage)
        kept = own
        if settled.unmet is not None:
            kept = _over_groups(usage[option] * (1 - settled.unmet))
        flows[option] = Flow(
            usage=own,
            kept=kept,
            paid=_over_groups(paid),
            unmet=settled.unmet,
            load=load[option],
            apart=usage[option] if apart else None,
            overage=paid if pool.is_each_persons else None,
        )
    return flows


def _over_groups(array: FloatArray) -> FloatArray:
    """Add up over groups of teams; what is everybody's together is not copied. (S, T)."""
    return np.asarray(array[:, 0] if array.shape[1] == 1 else array.sum(axis=1))


def _usage(
    market: Market,
    option: int,
    sample: Sample,
    load: FloatArray,
    multiplier: FloatArray,
    *,
    apart: bool,
) -> FloatArray:
    """Price one option's attempts month by month: (S, U, T) with `apart`, (S, 1, T) without."""
    rows = market.work.row_class
    tokens, months = _of_rows(sample.tokens, rows), len(market.work.months)
    if load.shape[2:] == (1, 1):
        attempts = sample.count * _of_rows(load[:, :, 0, 0] * multiplier, rows)
        drawn = attempts[:, :, None] * tokens
        money = market.money_per_token(option, apart=apart)
        priced = drawn.reshape(len(drawn), -1) @ money
        return np.asarray(priced.reshape(len(drawn), -1, months))
    loaded = sample.count[:, :, None, None] * _of_rows(load * multiplier[:, :, None, None], rows)
    money = market.money_per_token(option, apart=True).reshape(*tokens.shape[1:], -1, months)
    groups = np.einsum("srut,src,rcut->sut", loaded, tokens, money, optimize=True)
    return np.asarray(groups if apart else groups.sum(axis=1, keepdims=True))


def _delivered(
    market: Market,
    routes: Sequence[Route],
    flows: Mapping[int, Flow],
    chances: Mapping[int, FloatArray],
) -> tuple[FloatArray, FloatArray]:
    """Return the shares of tasks attempted and done. (S, K, U, T) each; 1 where no cap binds.

    S of what is attempted is 1 where neither a share nor a cap depends on the draw.
    """
    unmet = [flow.unmet for flow in flows.values() if flow.unmet is not None]
    shape = np.broadcast_shapes(*(one.shape[1:] for one in unmet), (1, 1))
    tried = max([*(np.size(route.share) for route in routes), *map(len, unmet)])
    size = max(tried, *map(len, chances.values()))
    attempted, done = (np.zeros((n, len(market.work.classes), *shape)) for n in (tried, size))
    for route in routes:
        k, first = route.task_class, route.strategy[0]
        served = [flows[o].served for o in route.strategy]
        chance = chances[first][:, k, None, None]
        for second in route.strategy[1:]:
            rescued = cascade_success(
                chances[first][:, k],
                chances[second][:, k],
                market.failure_correlation,
                market.terms.detection[k],
            )
            chance = chance + served[1] * (rescued[:, None, None] - chance)
        share = np.reshape(route.share, (-1, 1, 1))
        attempted[:, k] += share * served[0]
        done[:, k] += share * served[0] * chance
    return attempted, done


def _over_months(count: FloatArray, tasks: FloatArray, share: FloatArray) -> FloatArray:
    """Add tasks × share over groups and months. (S, R) × (R, U, T) × (S, R, U, T) -> (S, R).

    The last two axes of a share may be 1.
    """
    if share.shape[2:] == (1, 1):
        return np.asarray(count * (tasks.sum(axis=(1, 2)) * share[:, :, 0, 0]))
    if share.shape[2] == 1:
        return np.asarray(count * np.einsum("rt,srt->sr", tasks.sum(axis=1), share[:, :, 0]))
    return np.asarray(count * np.einsum("rut,srut->sr", tasks, share))


def _settle_up(
    market: Market,
    routes: Sequence[Route],
    sample: Sample,
    flows: Mapping[int, Flow],
    chances: Mapping[int, FloatArray],
    bought: Seating,
) -> Outcome:
    """Add up money and tasks over months."""
    count, rows, tasks = sample.count, market.work.row_class, market.alike.tasks
    served, done = (_of_rows(one, rows) for one in _delivered(market, routes, flows, chances))
    used = paid_by_biller(market, flows) if market.commitments else {}
    owed = shortfall(market.commitments, used)
    per_task = _checks_per_task(market, routes, flows)
    return Outcome(
        spend_by_month=_spend_by_month(market, count, flows, owed, per_task, bought),
        owed=owed,
        demanded_by_row=_over_months(count, tasks, _of_rows(_demanded(market, routes), rows)),
        attempted_by_row=_over_months(count, tasks, served),
        completed_by_row=_over_months(count, tasks, done),
        sample=sample,
        row_class=rows,
        flows=flows,
        checks_per_task=per_task,
        seating=bought,
    )


def _demanded(market: Market, routes: Sequence[Route]) -> FloatArray:
    """Add up the shares of each class: 1, but for rebound. Shape (S, K, 1, 1)."""
    size = max(np.size(route.share) for route in routes)
    total = np.zeros((size, len(market.work.classes), 1, 1))
    for route in routes:
        total[:, route.task_class, 0, 0] += route.share
    return total


def _spend_by_month(
    market: Market,
    count: FloatArray,
    flows: Mapping[int, Flow],
    owed: FloatArray,
    checks_per_task: FloatArray,
    bought: Seating,
) -> FloatArray:
    # Seat fees first: they are (T,), so that a sum with draws allocates once.
    fees = np.zeros((1, len(market.work.months))) + bought.fees
    spend = fees + _checks(market, count, checks_per_task)
    for flow in flows.values():
        spend = spend + flow.paid
    if owed.any():
        spend = np.array(np.broadcast_to(spend, (max(len(spend), len(owed)), spend.shape[1])))
        spend[:, -1] += owed
    return spend


def _checks_per_task(
    market: Market, routes: Sequence[Route], flows: Mapping[int, Flow]
) -> FloatArray:
    """Return what checking the first tries costs a task of a class. (S, K, U or 1, T or 1)."""
    per_task = np.zeros((1, len(market.work.classes), 1, 1))
    for route in routes:
        fee = market.terms.check[route.task_class]
        if fee and len(route.strategy) > 1:
            own = np.arange(len(market.work.classes)) == route.task_class
            tried = fee * np.reshape(route.share, (-1, 1, 1)) * flows[route.strategy[0]].served
            per_task = per_task + tried[:, None] * own[:, None, None]
    return per_task


def _checks(market: Market, count: FloatArray, per_task: FloatArray) -> FloatArray:
    """Add up what checks cost. Shape (S, T)."""
    if not per_task.any():
        return np.zeros((1, 1))
    tasks, by_row = market.alike.tasks, _of_rows(per_task, market.work.row_class)
    whole = np.broadcast_to(by_row, (*by_row.shape[:2], *tasks.shape[1:]))
    return np.asarray(np.einsum("sr,rut,srut->st", count, tasks, whole, optimize=True))


def paid_by_biller(market: Market, flows: Mapping[int, Flow]) -> dict[str, FloatArray]:
    """Add up what each biller is paid for usage, overage included, in the plan's months. (S,)."""
    usage: dict[str, FloatArray] = {}
    for option, flow in flows.items():
        biller = market.candidates[option].biller
        usage[biller] = usage.get(biller, np.zeros(1)) + flow.paid.sum(axis=1)
    return usage
