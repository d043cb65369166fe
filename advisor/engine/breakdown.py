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
from advisor.engine.market import Drawing, Market
from advisor.engine.outcome import Outcome
from advisor.units import TOKEN_CLASSES

FloatArray = NDArray[np.float64]


class Breakdown(NamedTuple):
    """Expected spend by what it is for, and tokens. Maps of spend add up to the total.

    `by_option` holds use, overage and seats by index of the option; what is owed to commitments and
    what checks cost are nobody's there.
    """

    by_class: Mapping[str, float]
    by_token_class: Mapping[str, float]
    by_team: Mapping[str, float]
    by_option: Mapping[int, float]
    tokens: Mapping[str, float]


def break_down(market: Market, sample: Sample, drawing: Drawing, result: Outcome) -> Breakdown:
    """Split the expected outcome, which is one draw at the means."""
    work = market.work
    metered = np.zeros((len(work.teams), len(work.classes), len(TOKEN_CLASSES)))
    tokens = np.zeros(len(TOKEN_CLASSES))
    by_team = np.zeros(len(work.teams))
    seats = overage = 0.0
    count = sample.count[0][work.row_of][:, :, None]
    seats = overage = 0.0
    by_option: dict[int, float] = {}
    seat_parts = plan_shares(market, result)
    by_people = seat_shares(work.people, work.developers)
    for option, flow in result.flows.items():
        candidate = market.candidates[option]
        unmet = flow.settled.unmet
        served = np.ones(len(work.months)) if unmet is None else 1 - unmet[0]
        attempts = work.tasks * count * flow.load[0] * served
        used = sample.tokens[0] * drawing.multiplier[option][0][:, None]
        tokens += np.einsum("gkt,kc->c", attempts, used)
        rates = candidate.rates[market.groups]
        spent = np.einsum("gkt,kc,gkct->gkc", attempts, used, rates, optimize=True)
        if candidate.seats is None:
            metered += spent
            by_team += spent.sum(axis=(1, 2))
            by_option[option] = float(spent.sum())
            continue
        beyond = float(flow.settled.paid[0].sum())
        fee = candidate.seats.seat_fees * seat_parts[option]
        seats, overage = seats + float(fee.sum()), overage + beyond
        by_option[option] = beyond + float(fee.sum())
        by_team += (by_people * fee).sum(axis=1) + beyond * parts_of(spent.sum(axis=(1, 2)))
    months = len(work.months)
    per_task = np.broadcast_to(result.checks_per_task[0], (len(work.classes), months))
    checks = np.einsum("gkt,gk,kt->g", work.tasks, count[:, :, 0], per_task)
    owed = float(result.owed[0])
    by_team += checks
    by_team += owed * parts_of(by_team)
    apart = {"seats": seats, "overage": overage, "commitment": owed}
    if checks.any():
        apart["checks"] = float(checks.sum())
    return Breakdown(
        by_class=_named(work.classes, metered.sum(axis=(0, 2))) | apart,
        by_token_class=_named(TOKEN_CLASSES, metered.sum(axis=(0, 1))) | apart,
        by_team=_named(work.teams, by_team),
        by_option=by_option,
        tokens=_named(TOKEN_CLASSES, tokens),
    )


def seat_shares(people: FloatArray, developers: FloatArray) -> FloatArray:
    """Return each team's share of a month's seats: by active people, by developers without any.

    Shape (G, T); a month in which nobody works is shared evenly.
    """
    heads = people if people.sum() else developers
    totals = heads.sum(axis=0)
    even = np.full_like(heads, 1 / len(heads))
    return np.asarray(np.divide(heads, totals, out=even, where=totals > 0))


def parts_of(amounts: FloatArray) -> FloatArray:
    """Return amounts as shares of their sum, even where all are 0. Shape (N,)."""
    total = amounts.sum()
    return amounts / total if total else np.full_like(amounts, 1 / len(amounts))


def plan_shares(market: Market, result: Outcome) -> dict[int, float]:
    """Return which part of its plan's seats each option on a plan stands for, by the year's use."""
    subscriptions: dict[str, list[int]] = {}
    for option in result.flows:
        subscriptions.setdefault(market.candidates[option].subscription, []).append(option)
    found: dict[int, float] = {}
    for together in subscriptions.values():
        if market.candidates[together[0]].seats is not None:
            use = np.array([float(result.flows[o].usage[0].sum()) for o in together])
            found |= dict(zip(together, parts_of(use).tolist(), strict=True))
    return found


def _named(names: tuple[str, ...], amounts: FloatArray) -> dict[str, float]:
    """Add amounts up by name: parts of one class that teams serve differently have one name."""
    result: dict[str, float] = {}
    for name, amount in zip(names, amounts.tolist(), strict=True):
        result[name] = result.get(name, 0.0) + amount
    return result
