"""Where the expected money and tokens go: by team, task class and token class.

Each split adds up to the total. What is paid for seats, overage and commitments belongs to no
class: it stands beside them under its own name.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.engine.axes import Sample
from advisor.engine.market import Drawing, Market
from advisor.engine.outcome import Flow, Outcome
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
    by_option: dict[int, float] = {}
    parts = plan_shares(result)
    for option, flow in result.flows.items():
        attempts = work.tasks * count * attempts_by_team(market, flow)
        used = sample.tokens[0] * drawing.multiplier[option][0][:, None]
        tokens += np.einsum("gkt,kc->c", attempts, used)
        rates = market.candidates[option].rates[market.groups]
        spent = np.einsum("gkt,kc,gkct->gkc", attempts, used, rates, optimize=True)
        subscription = result.seating.subscription_of(option)
        if subscription is None:
            metered += spent
            by_team += spent.sum(axis=(1, 2))
            by_option[option] = float(spent.sum())
            continue
        beyond = overage_by_team(market, flow, spent.sum(axis=(1, 2)))
        fee = subscription.fees * parts[option]
        seats, overage = seats + float(fee.sum()), overage + float(beyond.sum())
        by_option[option] = float(beyond.sum()) + float(fee.sum())
        by_team += (subscription.shares * fee).sum(axis=1) + beyond.sum(axis=1)
    checks = (work.tasks * count * checks_by_team(market, result)).sum(axis=(1, 2))
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


def attempts_by_team(market: Market, flow: Flow) -> FloatArray:
    """Return how many attempts of an option a task comes to, at the means. (G or 1, K, T or 1)."""
    load = market.alike.spread(flow.load[0], axis=1).transpose(1, 0, 2)
    return np.asarray(load * market.alike.spread(flow.served[0], axis=0)[:, None, :])


def overage_by_team(market: Market, flow: Flow, spent: FloatArray) -> FloatArray:
    """Return what each team pays beyond its seats, at the means. (G, T).

    Beyond each person's allowance that is the team's own; beyond a pool it is shared by `spent`
    (G,), what teams used of it in the whole year.
    """
    if flow.overage is None:
        return np.asarray(parts_of(spent)[:, None] * flow.paid[0])
    return np.asarray(market.alike.spread(flow.overage[0], axis=0) * market.alike.part)


def checks_by_team(market: Market, result: Outcome) -> FloatArray:
    """Return what checks cost a task, at the means. (G or 1, K, T or 1)."""
    return market.alike.spread(result.checks_per_task[0], axis=1).transpose(1, 0, 2)


def parts_of(amounts: FloatArray) -> FloatArray:
    """Return amounts as shares of their sum, even where all are 0. Shape (N,)."""
    total = amounts.sum()
    return amounts / total if total else np.full_like(amounts, 1 / len(amounts))


def plan_shares(result: Outcome) -> dict[int, float]:
    """Return which part of its plan's seats each option on a plan stands for, by the year's use."""
    found: dict[int, float] = {}
    for subscription in result.seating.subscriptions.values():
        use = np.array([float(result.flows[o].usage[0].sum()) for o in subscription.options])
        found |= dict(zip(subscription.options, parts_of(use).tolist(), strict=True))
    return found


def _named(names: tuple[str, ...], amounts: FloatArray) -> dict[str, float]:
    """Add amounts up by name: parts of one class that teams serve differently have one name."""
    result: dict[str, float] = {}
    for name, amount in zip(names, amounts.tolist(), strict=True):
        result[name] = result.get(name, 0.0) + amount
    return result
