"""What a way of working costs and delivers: routes in, spend and completed tasks out.

One arithmetic serves the expected figure and the draws: the expected figure is a single draw at the
means. Usage of each option is a matrix product of what is drawn (draw, row × token class) and what
is not (row × token class, month), so draws cost the same however many teams there are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.engine.axes import Sample
from advisor.engine.cascade import cascade_success
from advisor.engine.commitment import shortfall
from advisor.engine.market import Drawing, Market
from advisor.engine.rebound import rebounded
from advisor.engine.routes import Failing, Route, less_the_refused, loads, settled_together
from advisor.engine.seats import Settled, settle
from advisor.engine.success import success_rate

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]


class Flow(NamedTuple):
    """One option's part: usage in money and what of it is paid and served, (S, T) each.

    `load` (S, K, T or 1) is how many mean attempts of the option one task of a class comes to.
    """

    usage: FloatArray
    settled: Settled
    load: FloatArray


@dataclass(frozen=True)
class Outcome:
    """What so many years come to. Money in the file's currency; first axis the draw.

    `spend_by_month` holds seats, and in its last month what is owed to commitments. Tasks are by
    row, (S, R); sums are taken when they are asked for, since draws need few of them. What checks
    cost is by task of a class, (S, K, T or 1).
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
        """What the reference would have done of the tasks attempted. Shape (S,)."""
        chance = np.minimum(1.0, _of_rows(self.sample.success, self.row_class))
        return _added_up(self.attempted_by_row * chance)

    @property
    def value(self) -> FloatArray | None:
        """What the completed tasks are worth; None where no value is stated. Shape (S,)."""
        if self.sample.value is None:
            return None
        return _added_up(self.completed_by_row * _of_rows(self.sample.value, self.row_class))

    @property
    def review(self) -> FloatArray:
        """What looking at every task costs. Shape (S,)."""
        return _added_up(self.attempted_by_row * _of_rows(self.sample.review, self.row_class))

    @property
    def rework(self) -> FloatArray:
        """What clearing up after failures costs. Shape (S,)."""
        failed = self.attempted_by_row - self.completed_by_row
        return _added_up(failed * _of_rows(self.sample.rework, self.row_class))

    @property
    def net_value(self) -> FloatArray | None:
        """Value less spend, review and rework; None where no value is stated."""
        value = self.value
        return None if value is None else value - self.spend - self.review - self.rework


def _added_up(array: FloatArray) -> FloatArray:
    """Add up over the last axis. A product with ones is several times as fast as a sum."""
    return np.asarray(array @ np.ones(array.shape[-1]))


def _of_rows(by_class: FloatArray, rows: IntArray) -> FloatArray:
    """Spread (S, K, ...) of classes over rows; nothing is copied where each class is one row."""
    is_same = len(rows) == by_class.shape[1] and bool((rows == np.arange(len(rows))).all())
    return by_class if is_same else by_class[:, rows]


def outcome(market: Market, routes: Sequence[Route], sample: Sample, drawing: Drawing) -> Outcome:
    """Compute what a way of working costs and delivers in the sampled years."""
    used = {option for route in routes for option in route.strategy}
    chances = {o: success_rate(sample.success, drawing.quality[o]) for o in used}
    failing = Failing(chances, market.terms.detection, market.cost_ratio_on_failure)
    routes = rebounded(market, routes, sample, drawing, failing)
    load = loads(routes, failing)
    flows: dict[int, Flow] = {}
    for together in settled_together(routes, [one.subscription for one in market.candidates]):
        unmet = {a: f.settled.unmet for a, f in flows.items() if f.settled.unmet is not None}
        left = {o: less_the_refused(routes, failing, o, load[o], unmet) for o in together}
        usage = [_usage(market, o, sample, left[o], drawing.multiplier[o]) for o in together]
        settled = _settle(market, together, usage)
        flows |= {o: Flow(u, paid, left[o])
                  for o, u, paid in zip(together, usage, settled, strict=True)}  # fmt: skip
    return _settle_up(market, routes, sample, flows, chances)


def _usage(
    market: Market, option: int, sample: Sample, load: FloatArray, multiplier: FloatArray
) -> FloatArray:
    """Price one option's attempts month by month. Shape (S, T)."""
    rows = market.work.row_class
    money, tokens = market.money_per_token(option), _of_rows(sample.tokens, rows)
    attempts = sample.count[:, :, None] * _of_rows(load * multiplier[:, :, None], rows)
    if load.shape[2] == 1:
        drawn = attempts * tokens
        return np.asarray(drawn.reshape(len(drawn), -1) @ money)
    money = money.reshape(*tokens.shape[1:], -1)
    return np.asarray(np.einsum("srt,src,rct->st", attempts, tokens, money, optimize=True))


def _settle(market: Market, together: Sequence[int], usage: Sequence[FloatArray]) -> list[Settled]:
    """Settle the options of one plan, which share its seats and its pool, or an option alone.

    People have one seat whatever they use it for; where caps differ the smallest holds. What is
    paid is shared out by usage.
    """
    parts = [market.candidates[o] for o in together]
    all_usage = usage[0] if len(usage) == 1 else np.asarray(sum(usage))
    settled = settle(
        all_usage,
        market.work.total_people,
        market.usage_sigma,
        terms=parts[0].seats,
        cap=min(one.cap for one in parts),
    )
    result = []
    for one, own in zip(parts, usage, strict=True):
        paid = settled.paid
        if len(parts) > 1:
            paid = paid * np.divide(own, all_usage, out=np.zeros_like(own), where=all_usage > 0)
        if one.discount_on_overage:
            paid = paid * (1 - one.discount_on_overage)
        result.append(Settled(paid, settled.unmet))
    return result


def _delivered(
    market: Market,
    routes: Sequence[Route],
    flows: Mapping[int, Flow],
    chances: Mapping[int, FloatArray],
) -> tuple[FloatArray, FloatArray]:
    """Return the shares of tasks attempted and done. (S, K, T) each; T is 1 where no cap binds."""
    unmet = [flow.settled.unmet for flow in flows.values() if flow.settled.unmet is not None]
    months = len(market.work.months) if unmet else 1
    size = max(len(one) for one in (*chances.values(), *unmet))
    attempted, done = (np.zeros((size, len(market.work.classes), months)) for _ in range(2))
    for route in routes:
        k, first = route.task_class, route.strategy[0]
        served = [_met(flows[o]) for o in route.strategy]
        chance = chances[first][:, k, None]
        for second in route.strategy[1:]:
            rescued = cascade_success(
                chances[first][:, k],
                chances[second][:, k],
                market.failure_correlation,
                market.terms.detection[k],
            )
            chance = chance + served[1] * (rescued[:, None] - chance)
        share = np.reshape(route.share, (-1, 1))
        attempted[:, k] += share * served[0]
        done[:, k] += share * served[0] * chance
    return attempted, done


def _met(flow: Flow) -> FloatArray:
    return np.ones((1, 1)) if flow.settled.unmet is None else 1 - flow.settled.unmet


def _over_months(count: FloatArray, tasks: FloatArray, share: FloatArray) -> FloatArray:
    """Add tasks × share over the months. (S, R) × (R, T) × (S, R, T or 1) -> (S, R)."""
    if share.shape[2] == 1:
        return np.asarray(count * tasks.sum(axis=1) * share[:, :, 0])
    return np.asarray(count * np.einsum("rt,srt->sr", tasks, share))


def _settle_up(
    market: Market,
    routes: Sequence[Route],
    sample: Sample,
    flows: Mapping[int, Flow],
    chances: Mapping[int, FloatArray],
) -> Outcome:
    """Add up money and tasks over months."""
    count, rows, tasks = sample.count, market.work.row_class, market.row_tasks.sum(axis=1)
    served, done = (_of_rows(one, rows) for one in _delivered(market, routes, flows, chances))
    used = paid_by_biller(market, flows) if market.commitments else {}
    owed = shortfall(market.commitments, used)
    per_task = _checks_per_task(market, routes, flows)
    return Outcome(
        spend_by_month=_spend_by_month(market, count, flows, owed, per_task),
        owed=owed,
        demanded_by_row=_over_months(count, tasks, _of_rows(_demanded(market, routes), rows)),
        attempted_by_row=_over_months(count, tasks, served),
        completed_by_row=_over_months(count, tasks, done),
        sample=sample,
        row_class=rows,
        flows=flows,
        checks_per_task=per_task,
    )


def _demanded(market: Market, routes: Sequence[Route]) -> FloatArray:
    """Add up the shares of each class: 1, but for rebound. Shape (S, K, 1)."""
    size = max(np.size(route.share) for route in routes)
    total = np.zeros((size, len(market.work.classes), 1))
    for route in routes:
        total[:, route.task_class, 0] += route.share
    return total


def _spend_by_month(
    market: Market,
    count: FloatArray,
    flows: Mapping[int, Flow],
    owed: FloatArray,
    checks_per_task: FloatArray,
) -> FloatArray:
    # Seat fees first: they are (T,), so that a sum with draws allocates once.
    spend = _seat_fees(market, flows) + _checks(market, count, checks_per_task)
    for flow in flows.values():
        spend = spend + flow.settled.paid
    if owed.any():
        spend = np.array(np.broadcast_to(spend, (max(len(spend), len(owed)), spend.shape[1])))
        spend[:, -1] += owed
    return spend


def _checks_per_task(
    market: Market, routes: Sequence[Route], flows: Mapping[int, Flow]
) -> FloatArray:
    """Return what checking the first tries costs a task of each class. Shape (S, K, T or 1)."""
    per_task = np.zeros((1, len(market.work.classes), 1))
    for route in routes:
        fee = market.terms.check[route.task_class]
        if fee and len(route.strategy) > 1:
            own = np.arange(len(market.work.classes)) == route.task_class
            tried = fee * np.reshape(route.share, (-1, 1)) * _met(flows[route.strategy[0]])
            per_task = per_task + tried[:, None, :] * own[:, None]
    return per_task


def _checks(market: Market, count: FloatArray, per_task: FloatArray) -> FloatArray:
    """Add up what checks cost. Shape (S, T)."""
    if not per_task.any():
        return np.zeros((1, 1))
    tasks, by_row = market.row_tasks.sum(axis=1), _of_rows(per_task, market.work.row_class)
    every_month = np.broadcast_to(by_row, (*by_row.shape[:2], tasks.shape[1]))
    return np.asarray(np.einsum("sr,rt,srt->st", count, tasks, every_month))


def _seat_fees(market: Market, flows: Mapping[int, Flow]) -> FloatArray:
    """Add up the fees of the plans used, each once however many options run on it. (1, T)."""
    plans = {market.candidates[o].subscription: market.candidates[o].seats for o in flows}
    fees = np.zeros((1, len(market.work.months)))
    for seats in plans.values():
        fees = fees + (seats.seat_fees if seats is not None else 0.0)
    return fees


def paid_by_biller(market: Market, flows: Mapping[int, Flow]) -> dict[str, FloatArray]:
    """Add up what each biller is paid for usage, overage included, in the plan's months. (S,)."""
    usage: dict[str, FloatArray] = {}
    for option, flow in flows.items():
        biller = market.candidates[option].biller
        usage[biller] = usage.get(biller, np.zeros(1)) + flow.settled.paid.sum(axis=1)
    return usage
