"""What an expected year is made of: charges by team, task class, token class and month at once.

The finest cut of an outcome. Nothing is priced here a second time: tokens are the attempts that the
outcome settled, money is what it paid, and what it shares out (seats, overage, what is owed) is
shared as in `breakdown`. Every sum over axes is therefore the figure that the other answers show.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.engine.axes import Sample
from advisor.engine.breakdown import (
    attempts_by_team,
    checks_by_team,
    overage_by_team,
    parts_of,
    plan_shares,
)
from advisor.engine.commitment import shortfall
from advisor.engine.market import Drawing, Market
from advisor.engine.outcome import Flow, Outcome, paid_by_biller

FloatArray = NDArray[np.float64]


class ChargedUse(NamedTuple):
    """The tokens of one option, (G, K, C, T), and money per token at its rates, (H, K, C, T).

    On a plan the seats pay for them: then `is_included`, and the rates only count the pool down.
    """

    tokens: FloatArray
    rates: FloatArray
    is_included: bool


class SeatUse(NamedTuple):
    """The seats of one option by team, (G, T); the fee of one, (T,); what is beyond, (G, T)."""

    seats: FloatArray
    fee: FloatArray
    overage: FloatArray


class Charges(NamedTuple):
    """All charges of an expected year. `use` and `seats` by index of the option, as it is used.

    `checks` is what checking first tries costs, (G, K, T), and `checked` how many are checked.
    `owed` is what each biller is owed beyond its use, by team, (G,), in the last month.
    """

    use: Mapping[int, ChargedUse]
    seats: Mapping[int, SeatUse]
    checks: FloatArray
    checked: FloatArray
    owed: Mapping[str, FloatArray]


def detail_of(market: Market, sample: Sample, drawing: Drawing, result: Outcome) -> Charges:
    """Take the expected outcome, which is one draw at the means, apart."""
    tasks = market.work.tasks * sample.count[0][market.work.row_of][:, :, None]
    used = {
        option: _use(market, option, tasks, flow, sample, drawing)
        for option, flow in result.flows.items()
    }
    seats = {
        option: _seats(market, option, part, result, used[option])
        for option, part in plan_shares(result).items()
    }
    checks = tasks * checks_by_team(market, result)
    fee = market.terms.check[None, :, None]
    checked = np.divide(checks, fee, out=np.zeros_like(checks), where=fee > 0)
    return Charges(used, seats, checks, checked, _owed(market, result, used, seats, checks))


def _use(
    market: Market, option: int, tasks: FloatArray, flow: Flow, sample: Sample, drawing: Drawing
) -> ChargedUse:
    candidate = market.candidates[option]
    attempts = tasks * attempts_by_team(market, flow)
    each = sample.tokens[0] * drawing.multiplier[option][0][:, None]
    tokens = attempts[:, :, None, :] * each[:, :, None]
    return ChargedUse(tokens, candidate.rates, candidate.seats is not None)


def money(market: Market, use: ChargedUse) -> FloatArray:
    """Return what the tokens of an option cost at its rates. (G, K, C, T)."""
    return np.asarray(use.tokens * use.rates[market.groups])


def _seats(market: Market, option: int, part: float, result: Outcome, use: ChargedUse) -> SeatUse:
    """Share seats out by who sits there, and what is paid beyond them by who used it."""
    subscription = result.seating.subscription_of(option)
    assert subscription is not None  # `plan_shares` knows options on plans alone
    spent = money(market, use).sum(axis=(1, 2, 3))
    beyond = overage_by_team(market, result.flows[option], spent)
    return SeatUse(
        seats=subscription.shares * subscription.seats * part,
        fee=subscription.terms.fee,
        overage=np.broadcast_to(beyond, subscription.shares.shape),
    )


def _owed(
    market: Market,
    result: Outcome,
    used: Mapping[int, ChargedUse],
    seats: Mapping[int, SeatUse],
    checks: FloatArray,
) -> dict[str, FloatArray]:
    """Share what each biller is owed out among teams, by all else that they cost."""
    if not result.owed[0]:
        return {}
    by_team = checks.sum(axis=(1, 2))
    for use in used.values():
        by_team = by_team + (0 if use.is_included else money(market, use).sum(axis=(1, 2, 3)))
    for one in seats.values():
        by_team = by_team + (one.seats * one.fee + one.overage).sum(axis=1)
    paid = paid_by_biller(market, result.flows)
    return {
        biller: parts_of(by_team) * float(shortfall({biller: promised}, paid)[0])
        for biller, promised in market.commitments.items()
    }
