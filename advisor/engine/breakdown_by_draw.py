"""What every drawn year costs each team and each biller: `breakdown` for many draws at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from advisor.engine.axes import Sample
from advisor.engine.commitment import shortfall
from advisor.engine.market import Drawing, Market
from advisor.engine.outcome import Flow, Outcome, paid_by_biller

FloatArray = NDArray[np.float64]


def by_team(
    market: Market, sample: Sample, drawing: Drawing, result: Outcome, teams: slice
) -> FloatArray:
    """Return what some teams cost in each draw. (S, teams)."""
    work = market.work
    total = _checks_by_team(market, sample, result, teams)
    for option, flow in result.flows.items():
        if flow.overage is not None:
            total = total + _own_overage(market, flow.overage, teams)
            continue
        spent = _use_by_team(market, option, sample, drawing, flow, teams)
        if market.candidates[option].seats is None:
            total = total + spent
            continue
        whole = flow.kept.sum(axis=1)[:, None]
        even = np.full(np.broadcast_shapes(spent.shape, whole.shape), 1 / len(work.teams))
        share = np.divide(spent, whole, out=even, where=whole > 0)
        total = total + share * flow.paid.sum(axis=1)[:, None]
    for one in result.seating.subscriptions.values():
        total = total + (one.shares[teams] * one.fees).sum(axis=1)
    return total + _owed_by_team(result, total, len(work.teams))


def _own_overage(market: Market, overage: FloatArray, teams: slice) -> FloatArray:
    """Return what teams pay beyond their people's own allowances in the year. (S, teams)."""
    groups = np.minimum(market.alike.of[teams], overage.shape[1] - 1)
    parts = zip(groups.tolist(), market.alike.part[teams], strict=True)
    return np.stack([overage[:, group] @ part for group, part in parts], axis=1)


def _owed_by_team(result: Outcome, total: FloatArray, teams: int) -> FloatArray:
    """Share what is owed to commitments out by all else that teams cost."""
    rest = (result.spend - result.owed)[:, None]
    even = np.full(np.broadcast_shapes(total.shape, rest.shape), 1 / teams)
    shares = np.divide(np.broadcast_to(total, even.shape), rest, out=even, where=rest > 0)
    return np.asarray(shares * result.owed[:, None])


def _use_by_team(
    market: Market, option: int, sample: Sample, drawing: Drawing, flow: Flow, teams: slice
) -> FloatArray:
    """Price what teams use, less what caps refuse. Teams that share their rows go together."""
    work, alike = market.work, market.alike
    rates = market.candidates[option].rates[market.groups[teams]]
    money = work.tasks[teams][:, :, None, :] * rates
    groups = alike.of[teams]
    kinds: dict[tuple[int, ...], list[int]] = {}
    is_apart = flow.unmet is not None or flow.load.shape[2] > 1
    for place, row_of in enumerate(work.row_of[teams].tolist()):
        key = (*row_of, int(groups[place])) if is_apart else tuple(row_of)
        kinds.setdefault(key, []).append(place)
    each = sample.tokens * drawing.multiplier[option][:, :, None]
    size = max(len(one) for one in (each, sample.count, flow.load, flow.paid))
    result = np.zeros((size, len(money)))
    for own in kinds.values():
        row_of, group = work.row_of[teams][own[0]], int(groups[own[0]])
        drawn = sample.count[:, row_of][:, :, None] * each
        load = flow.load[:, :, min(group, flow.load.shape[2] - 1)]
        served = flow.served[:, min(group, flow.served.shape[1] - 1)]
        if load.shape[2] == 1 and flow.unmet is None:
            result[:, own] = _flat(drawn * load) @ _flat(money[own].sum(axis=3)).T
            continue
        for t in range(money.shape[3]):
            spent = _flat(drawn * load[:, :, min(t, load.shape[2] - 1), None])
            kept = served[:, min(t, served.shape[1] - 1), None]
            result[:, own] += spent @ _flat(money[own][..., t]).T * kept
    return result


def _flat(array: FloatArray) -> FloatArray:
    return array.reshape(len(array), -1)


def _checks_by_team(market: Market, sample: Sample, result: Outcome, teams: slice) -> FloatArray:
    per_task = result.checks_per_task
    if not per_task.any():
        return np.zeros((1, 1))
    work = market.work
    count = sample.count[:, work.row_of[teams]]
    groups = market.alike.spread(per_task, axis=2)[:, :, teams if per_task.shape[2] > 1 else ...]
    each = np.broadcast_to(groups, (*per_task.shape[:2], count.shape[1], len(work.months)))
    return np.asarray(np.einsum("sgk,gkt,skgt->sg", count, work.tasks[teams], each, optimize=True))


def by_biller(market: Market, result: Outcome) -> dict[str, FloatArray]:
    """Return what each biller is paid in each draw, seats and what is owed included. (S,) each."""
    paid = paid_by_biller(market, result.flows)
    total = dict(paid)
    for one in result.seating.subscriptions.values():
        biller = market.candidates[one.options[0]].biller
        total[biller] = total.get(biller, np.zeros(1)) + float(one.fees.sum())
    for biller, promised in market.commitments.items():
        owed = shortfall({biller: promised}, paid)
        total[biller] = total.get(biller, np.zeros(1)) + owed
    return total
