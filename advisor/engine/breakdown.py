"""Where the expected money and tokens go: by team, task class and token class.

Each split adds up to the total. What is paid for seats, overage and commitments belongs to no
class: it stands beside them under its own name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.engine.axes import Sample
from advisor.engine.outcome import Drawing, Market, Outcome
from advisor.units import TOKEN_CLASSES

FloatArray = NDArray[np.float64]


class Breakdown(NamedTuple):
    """Expected spend by what it is for, and tokens. Every map of spend adds up to the total."""

    by_class: Mapping[str, float]
    by_token_class: Mapping[str, float]
    by_team: Mapping[str, float]
    tokens: Mapping[str, float]


def break_down(market: Market, sample: Sample, drawing: Drawing, result: Outcome) -> Breakdown:
    """Split the expected outcome, which is one draw at the means."""
    work = market.work
    metered = np.zeros((len(work.teams), len(work.classes), len(TOKEN_CLASSES)))
    tokens = np.zeros(len(TOKEN_CLASSES))
    by_team = np.zeros(len(work.teams))
    seats = overage = 0.0
    count = sample.count[0][work.row_of] * _rebound(market, result)
    for option, flow in result.flows.items():
        candidate = market.candidates[option]
        unmet = flow.settled.unmet
        served = np.ones(len(work.months)) if unmet is None else 1 - unmet[0]
        attempts = work.tasks * count[:, :, None] * flow.load[0] * served
        used = sample.tokens[0] * drawing.multiplier[option][0][:, None]
        tokens += np.einsum("gkt,kc->c", attempts, used)
        rates = candidate.rates[market.groups]
        spent = np.einsum("gkt,kc,gkct->gkc", attempts, used, rates, optimize=True)
        if candidate.seats is None:
            metered += spent
            by_team += spent.sum(axis=(1, 2))
            continue
        fees, beyond = candidate.seats.seat_fees, float(flow.settled.paid[0].sum())
        seats, overage = seats + float(fees.sum()), overage + beyond
        by_team += _by_people(work.people, work.developers, fees) + beyond * _parts(
            spent.sum(axis=(1, 2))
        )
    total, owed = float(result.spend[0]), float(result.owed[0])
    checks = total - metered.sum() - seats - overage
    by_team += owed * _parts(by_team)
    apart = {"seats": seats, "overage": overage, "commitment": owed}
    if checks - owed > 1e-9 * max(1.0, total):
        apart["checks"] = checks - owed
        by_team += apart["checks"] * _parts(by_team)
    return Breakdown(
        by_class=_named(work.classes, metered.sum(axis=(0, 2))) | apart,
        by_token_class=_named(TOKEN_CLASSES, metered.sum(axis=(0, 1))) | apart,
        by_team=_named(work.teams, by_team),
        tokens=_named(TOKEN_CLASSES, tokens),
    )


def _rebound(market: Market, result: Outcome) -> FloatArray:
    """Return what rebound multiplied tasks by, per team and class; 1 without it."""
    by_row = result.rebound[0]
    return np.asarray(by_row[market.work.row_of] if by_row.size > 1 else by_row[:, None])


def _by_people(people: FloatArray, developers: FloatArray, fees: FloatArray) -> FloatArray:
    """Share the seat fees of each month out by active people, or by developers without any."""
    heads = people if people.sum() else developers
    totals = heads.sum(axis=0)
    shares = np.divide(heads, totals, out=np.full_like(heads, 1 / len(heads)), where=totals > 0)
    return np.asarray((shares * fees).sum(axis=1))


def _parts(amounts: FloatArray) -> FloatArray:
    total = amounts.sum()
    return amounts / total if total else np.full_like(amounts, 1 / len(amounts))


def _named(names: tuple[str, ...], amounts: FloatArray) -> dict[str, float]:
    return dict(zip(names, amounts.tolist(), strict=True))
