"""What a way of working costs and delivers: routes in, spend and completed tasks out.

One arithmetic serves the expected figure and the draws: the expected figure is a single draw at the
means. Usage of each option is a matrix product of what is drawn (draw, row × token class) and what
is not (row × token class, month), so draws cost the same however many teams there are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.engine.axes import Candidate, Drawn, Sample, TaskTerms, Work, cut_rows, stack
from advisor.engine.cascade import cascade_success
from advisor.engine.commitment import shortfall
from advisor.engine.draws import Years
from advisor.engine.routes import Failing, Route, less_the_refused, loads, order_of_settling
from advisor.engine.seats import Settled, settle
from advisor.engine.success import success_rate
from advisor.units import TOKEN_CLASSES

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

_CHUNK_ELEMENTS = 300_000
"""Largest intermediate array of a chunk of draws: 2.4 MB, which a processor's cache holds."""


@dataclass(frozen=True)
class Market:
    """Everything that is common to the ways of working compared: prices, contracts, policy."""

    work: Work
    terms: TaskTerms
    candidates: tuple[Candidate, ...]
    groups: IntArray
    usage_sigma: float
    commitments: Mapping[str, float]
    failure_correlation: float
    cost_ratio_on_failure: float
    rebound: float = 0.0
    reference: int = 0
    reference_rates: FloatArray = field(default_factory=lambda: np.zeros((0, 0)))
    row_tasks: FloatArray = field(init=False)
    _money: dict[int, FloatArray] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Add tasks up once; every option uses them."""
        object.__setattr__(self, "row_tasks", self.work.by_row(self.groups))

    def money_per_token(self, option: int) -> FloatArray:
        """Return tasks × price over price groups, what no draw changes. (row × token class, month).

        Kept, since every chunk of draws needs it.
        """
        if option not in self._money:
            rates = self.candidates[option].rates[:, self.work.row_class]
            fixed = np.einsum("rht,hrct->rct", self.row_tasks, rates, optimize=True)
            self._money[option] = fixed.reshape(-1, fixed.shape[2])
        return self._money[option]


class Drawing(NamedTuple):
    """The draws of one way of working that are its own: multiplier and quality by option."""

    multiplier: Mapping[int, FloatArray]
    quality: Mapping[int, FloatArray]

    @classmethod
    def of(cls, candidates: Sequence[Candidate], used: Sequence[int], years: Years) -> Drawing:
        """Draw the numbers of the options that are used. Each (S, K)."""
        return cls(
            {o: _columns(candidates[o].multiplier, years) for o in used},
            {o: _columns(candidates[o].quality, years) for o in used},
        )

    def part(self, rows: slice) -> Drawing:
        """Return some of the years."""
        return Drawing(
            {o: cut_rows(array, rows) for o, array in self.multiplier.items()},
            {o: cut_rows(array, rows) for o, array in self.quality.items()},
        )


def _columns(numbers: Sequence[Drawn], years: Years) -> FloatArray:
    return stack([number.over(years) for number in numbers])


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
    row, (S, R); sums are taken when they are asked for, since draws need few of them.
    """

    spend_by_month: FloatArray
    owed: FloatArray
    demanded_by_row: FloatArray
    attempted_by_row: FloatArray
    completed_by_row: FloatArray
    sample: Sample
    row_class: IntArray
    flows: Mapping[int, Flow]
    rebound: FloatArray

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
    used = order_of_settling(routes)
    chances = {o: success_rate(sample.success, drawing.quality[o]) for o in used}
    failing = Failing(chances, market.terms.detection, market.cost_ratio_on_failure)
    load = loads(routes, failing)
    rebound = _rebound(market, routes, sample, drawing, load)
    count = sample.count * rebound
    flows: dict[int, Flow] = {}
    for o in used:
        unmet = {a: f.settled.unmet for a, f in flows.items() if f.settled.unmet is not None}
        left = less_the_refused(routes, failing, o, load[o], unmet)
        flows[o] = _flow(market, o, count, sample.tokens, left, drawing.multiplier[o])
    return _settle_up(market, routes, sample, count, flows, chances, rebound)


def _rebound(
    market: Market,
    routes: Sequence[Route],
    sample: Sample,
    drawing: Drawing,
    loads: Mapping[int, FloatArray],
) -> FloatArray:
    """Return how cheaper attempts change the number of tasks: (c/c₀)^(-e) by draw and row."""
    if market.rebound == 0:
        return np.ones((1, 1))
    reference = np.einsum("skc,kc->sk", sample.tokens, market.reference_rates)
    cost = sum(
        loads[o] * drawing.multiplier[o]
        * np.einsum("skc,kc->sk", sample.tokens, _mean_rates(market, o))
        for o in loads
    ) + _check_per_task(market, routes)  # fmt: skip
    relative = np.divide(cost, reference, out=np.ones(np.broadcast_shapes(
        np.shape(cost), reference.shape)), where=reference > 0)  # fmt: skip
    return np.asarray((relative**-market.rebound)[:, market.work.row_class])


def _mean_rates(market: Market, option: int) -> FloatArray:
    """Average an option's prices over months and over teams by their people. Shape (K, C)."""
    people = np.zeros(market.candidates[option].rates.shape[0])
    np.add.at(people, market.groups, market.work.people.sum(axis=1))
    weights = people / people.sum() if people.sum() else np.full(len(people), 1 / len(people))
    rates = market.candidates[option].rates.mean(axis=3)
    return np.asarray(np.tensordot(weights, rates, axes=1))


def _flow(
    market: Market,
    option: int,
    count: FloatArray,
    tokens: FloatArray,
    load: FloatArray,
    multiplier: FloatArray,
) -> Flow:
    """Price one option's attempts month by month and settle them with its plan."""
    candidate, rows = market.candidates[option], market.work.row_class
    money, tokens = market.money_per_token(option), _of_rows(tokens, rows)
    attempts = count[:, :, None] * _of_rows(load * multiplier[:, :, None], rows)
    if load.shape[2] == 1:
        drawn = attempts * tokens
        usage = drawn.reshape(len(drawn), -1) @ money
    else:
        money = money.reshape(*tokens.shape[1:], -1)
        usage = np.einsum("srt,src,rct->st", attempts, tokens, money, optimize=True)
    people = market.work.total_people
    settled = settle(usage, people, market.usage_sigma, terms=candidate.seats, cap=candidate.cap)
    if candidate.discount_on_overage:
        paid = settled.paid * (1 - candidate.discount_on_overage)
        settled = Settled(paid, settled.unmet)
    return Flow(usage, settled, load)


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
        attempted[:, k] += route.share * served[0]
        done[:, k] += route.share * served[0] * chance
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
    count: FloatArray,
    flows: Mapping[int, Flow],
    chances: Mapping[int, FloatArray],
    rebound: FloatArray,
) -> Outcome:
    """Add up money and tasks over months."""
    rows, tasks = market.work.row_class, market.row_tasks.sum(axis=1)
    served, done = (_of_rows(one, rows) for one in _delivered(market, routes, flows, chances))
    owed = shortfall(market.commitments, _by_biller(market, flows))
    return Outcome(
        spend_by_month=_spend_by_month(market, routes, count, flows, owed),
        owed=owed,
        demanded_by_row=count * tasks.sum(axis=1),
        attempted_by_row=_over_months(count, tasks, served),
        completed_by_row=_over_months(count, tasks, done),
        sample=sample,
        row_class=rows,
        flows=flows,
        rebound=rebound,
    )


def _spend_by_month(
    market: Market,
    routes: Sequence[Route],
    count: FloatArray,
    flows: Mapping[int, Flow],
    owed: FloatArray,
) -> FloatArray:
    # Seat fees first: they are (T,), so that a sum with draws allocates once.
    spend = _seat_fees(market, flows) + _checks(market, routes, count, flows)
    for flow in flows.values():
        spend = spend + flow.settled.paid
    if owed.any():
        spend = np.array(np.broadcast_to(spend, (max(len(spend), len(owed)), spend.shape[1])))
        spend[:, -1] += owed
    return spend


def _checks(
    market: Market, routes: Sequence[Route], count: FloatArray, flows: Mapping[int, Flow]
) -> FloatArray:
    """Return what checking the first tries of cascades costs. Shape (S, T)."""
    tasks, total = market.row_tasks.sum(axis=1), np.zeros((1, 1))
    for route in routes:
        fee = route.share * market.terms.check[route.task_class]
        if fee and len(route.strategy) > 1:
            own = market.work.row_class == route.task_class
            tried = (count[:, own] @ tasks[own]) * _met(flows[route.strategy[0]])
            total = total + fee * tried
    return total


def _check_per_task(market: Market, routes: Sequence[Route]) -> FloatArray:
    """Return what a task of each class costs to check: nothing where one option serves. (K,)."""
    checked = np.zeros(len(market.work.classes))
    for route in routes:
        if len(route.strategy) > 1:
            checked[route.task_class] += route.share * market.terms.check[route.task_class]
    return checked


def _seat_fees(market: Market, flows: Mapping[int, Flow]) -> FloatArray:
    fees = np.zeros((1, len(market.work.months)))
    for option in flows:
        seats = market.candidates[option].seats
        fees = fees + (seats.seat_fees if seats is not None else 0.0)
    return fees


def _by_biller(market: Market, flows: Mapping[int, Flow]) -> dict[str, FloatArray]:
    """Add up what each biller is paid for usage, overage included, in the plan's months. (S,)."""
    usage: dict[str, FloatArray] = {}
    if not market.commitments:
        return usage
    for option, flow in flows.items():
        biller = market.candidates[option].biller
        usage[biller] = usage.get(biller, np.zeros(1)) + flow.settled.paid.sum(axis=1)
    return usage


def chunks(market: Market, draws: int) -> list[slice]:
    """Cut the draws so that no intermediate array outgrows the cache."""
    width = len(market.work.row_class) * max(len(TOKEN_CLASSES), len(market.work.months))
    step = max(256, _CHUNK_ELEMENTS // width)
    return [slice(begin, min(begin + step, draws)) for begin in range(0, draws, step)]
