"""What every drawn year costs each team and each biller: `breakdown` for many draws at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from advisor.engine.axes import Sample
from advisor.engine.breakdown import seat_shares
from advisor.engine.commitment import shortfall
from advisor.engine.market import Drawing, Market
from advisor.engine.outcome import Flow, Outcome, paid_by_biller

FloatArray = NDArray[np.float64]


def by_team(
    market: Market, sample: Sample, drawing: Drawing, result: Outcome, teams: slice
) -> FloatArray:
    """Return what some teams cost in each draw. (S, teams)."""
    work = market.work
    months = len(work.months)
    people = seat_shares(work.people, work.developers)[teams]
    total = _checks_by_team(market, sample, result, teams)
    subscriptions = {}
    for option, flow in result.flows.items():
        spent = _use_by_team(market, option, sample, drawing, flow, teams)
        candidate = market.candidates[option]
        if candidate.seats is None:
            total = total + spent
            continue
        subscriptions[candidate.subscription] = people @ np.broadcast_to(
            candidate.seats.seat_fees, (months,)
        )
        unmet = flow.settled.unmet
        whole = (flow.usage if unmet is None else flow.usage * (1 - unmet)).sum(axis=1)[:, None]
        even = np.full(np.broadcast_shapes(spent.shape, whole.shape), 1 / len(work.teams))
        share = np.divide(spent, whole, out=even, where=whole > 0)
        total = total + share * flow.settled.paid.sum(axis=1)[:, None]
    for fees in subscriptions.values():
        total = total + fees
    return total + _owed_by_team(result, total, len(work.teams))


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
    work, unmet = market.work, flow.settled.unmet
    rates = market.candidates[option].rates[market.groups[teams]]
    money = work.tasks[teams][:, :, None, :] * rates
    rows, kinds = np.unique(work.row_of[teams], axis=0, return_inverse=True)
    each = sample.tokens * drawing.multiplier[option][:, :, None]
    size = max(len(one) for one in (each, sample.count, flow.load, flow.settled.paid))
    result = np.zeros((size, len(money)))
    for kind, row_of in enumerate(rows):
        own = np.flatnonzero(kinds.reshape(-1) == kind)
        drawn = sample.count[:, row_of][:, :, None] * each
        if flow.load.shape[2] == 1 and unmet is None:
            result[:, own] = _flat(drawn * flow.load) @ _flat(money[own].sum(axis=3)).T
            continue
        for t in range(money.shape[3]):
            load = flow.load[:, :, min(t, flow.load.shape[2] - 1), None]
            spent = _flat(drawn * load) @ _flat(money[own][..., t]).T
            result[:, own] += spent if unmet is None else spent * (1 - unmet[:, t, None])
    return result


def _flat(array: FloatArray) -> FloatArray:
    return array.reshape(len(array), -1)


def _checks_by_team(market: Market, sample: Sample, result: Outcome, teams: slice) -> FloatArray:
    per_task = result.checks_per_task
    if not per_task.any():
        return np.zeros((1, 1))
    work = market.work
    count = sample.count[:, work.row_of[teams]]
    each = np.broadcast_to(per_task, (*per_task.shape[:2], len(work.months)))
    return np.asarray(np.einsum("sgk,gkt,skt->sg", count, work.tasks[teams], each, optimize=True))


def by_biller(market: Market, result: Outcome) -> dict[str, FloatArray]:
    """Return what each biller is paid in each draw, seats and what is owed included. (S,) each."""
    paid = paid_by_biller(market, result.flows)
    total = dict(paid)
    seats = {}
    for option in result.flows:
        candidate = market.candidates[option]
        if candidate.seats is not None:
            seats[candidate.subscription] = (
                candidate.biller,
                float(candidate.seats.seat_fees.sum()),
            )
    for biller, fees in seats.values():
        total[biller] = total.get(biller, np.zeros(1)) + fees
    for biller, promised in market.commitments.items():
        owed = shortfall({biller: promised}, paid)
        total[biller] = total.get(biller, np.zeros(1)) + owed
    return total
