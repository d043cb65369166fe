"""The two sides of a variance: what the plan has for some months, what was really used and paid.

What a reader would get wrong: tokens that seats include cost nothing by themselves; they stand on
neither side, and the seats on both.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.answers.forecast.paid import PaidSums
from advisor.answers.forecast.planned import Planned
from advisor.answers.forecast.variance import VarianceSide
from advisor.answers.recommend.mix import Mix
from advisor.case.facts import Case
from advisor.engine.axes import Sample
from advisor.engine.charges import Charges, detail_of, money
from advisor.engine.draws import Means
from advisor.engine.market import Drawing, Market
from advisor.engine.outcome import outcome
from advisor.model.charge import FEE
from advisor.token_classes import TOKEN_CLASSES
from advisor.units import Month

FloatArray = NDArray[np.float64]


class Used(NamedTuple):
    """What was used in a month: which model (as priced), by whom, tokens and money by class, (C,).

    Money at list prices, in the currency of the plan; `is_priced` tells whether there is a price.
    """

    month: Month
    model: str
    person: str
    tokens: Sequence[int]
    money: Sequence[float]
    is_priced: bool


class PlanSide(NamedTuple):
    """The plan's side, the models that seats include, and seats by biller: how many.

    `teams` is the use of each team.
    """

    side: VarianceSide
    included: frozenset[str]
    seats: Mapping[str, float]
    teams: Mapping[str, VarianceSide]


class _Tokens(NamedTuple):
    """Tokens and their money by model, (G, C) each, who bills them, and what seats include."""

    tokens: dict[str, FloatArray]
    paid: dict[str, FloatArray]
    biller: dict[str, str]
    included: frozenset[str]


def plan_side(case: Case, mix: Mix, planned: Planned, at: Sequence[int]) -> PlanSide:
    """Return what the plan has for the months at some places."""
    means, market = Means(), mix.market
    sample = Sample.draw(market.work, market.terms, means)
    drawing = Drawing.of(market.candidates, mix.used, means)
    result = outcome(market, mix.routes, sample, drawing)
    use = _planned_tokens(case, market, detail_of(market, sample, drawing, result), at)
    bought: dict[str, float] = {}
    unused: dict[str, float] = {}
    for one in result.seating.subscriptions.values():
        name = market.candidates[one.options[0]].biller
        idle = np.maximum(0.0, one.seats - one.people.sum(axis=0)) * one.terms.fee
        unused[name] = unused.get(name, 0.0) + float(idle[at].sum())
        bought[name] = bought.get(name, 0.0) + float(one.seats[at].sum())
    people = market.work.people[:, at].sum(axis=1)
    count = market.work.tasks * sample.count[0][market.work.row_of][:, :, None]
    tasks = count.sum(axis=1)[:, at].sum(axis=1)
    teams = {
        name: _use_side(
            {model: own[n] for model, own in use.tokens.items()},
            {model: own[n] for model, own in use.paid.items()},
            use.biller,
            float(people[n]),
            float(tasks[n]),
        )
        for n, name in enumerate(market.work.teams)
    }
    tokens = {model: own.sum(axis=0) for model, own in use.tokens.items()}
    paid = {model: own.sum(axis=0) for model, own in use.paid.items()}
    whole = _use_side(tokens, paid, use.biller, float(people.sum()), float(tasks.sum()))
    side = whole._replace(
        seats={name: float(fees[at].sum()) for name, fees in planned.fees.items()},
        unused=unused,
        money={name: float(planned.of(name)[at].sum()) for name in planned.billers},
    )
    return PlanSide(side, use.included, bought, teams)


def _planned_tokens(case: Case, market: Market, charges: Charges, at: Sequence[int]) -> _Tokens:
    """Add planned tokens and their money up by model, those that seats include apart."""
    found = _Tokens({}, {}, {}, frozenset())
    included = set()
    for option, use in charges.use.items():
        facts = case.options[option]
        name = f"{facts.vendor}/{facts.model}"
        if use.is_included:
            included.add(name)
            continue
        for into, own in ((found.tokens, use.tokens), (found.paid, money(market, use))):
            sums = own.sum(axis=1)[:, :, at].sum(axis=2)
            into[name] = into.get(name, np.zeros_like(sums)) + sums
        found.biller[name] = facts.billed_by
    return found._replace(included=frozenset(included - set(found.tokens)))


def _use_side(
    tokens: Mapping[str, FloatArray],
    paid: Mapping[str, FloatArray],
    biller: Mapping[str, str],
    people: float | None,
    tasks: float | None,
) -> VarianceSide:
    """Return a side that is use alone."""
    return VarianceSide(people, tasks, tokens, _prices(tokens, paid), biller, {}, None, {})


def used_side(
    used: Iterable[Used],
    paid: PaidSums,
    at: Sequence[int],
    *,
    biller: Mapping[str, str],
    tasks: float | None,
    leave_out: frozenset[str] = frozenset(),
) -> VarianceSide:
    """Return what was used and paid in the months at some places of `paid`; seats as one sum."""
    whole = use_of(used, biller=biller, tasks=tasks, leave_out=leave_out)
    sums: dict[str, float] = {}
    fees: dict[str, float] = {}
    for row in paid.sums:
        share = float(row.shares[at].sum()) * row.cost
        sums[row.biller] = sums.get(row.biller, 0.0) + share
        if row.kind == FEE:
            fees[row.biller] = fees.get(row.biller, 0.0) + share
    money_of = {name: sums.get(name, 0.0) for name in {*sums, *whole.biller.values()}}
    return whole._replace(seats=fees, money=money_of)


def use_of(
    used: Iterable[Used],
    *,
    biller: Mapping[str, str],
    tasks: float | None = None,
    leave_out: frozenset[str] = frozenset(),
) -> VarianceSide:
    """Add use up by model; people are those with a name, None where some have none."""
    tokens: dict[str, FloatArray] = {}
    cost: dict[str, FloatArray] = {}
    people: set[tuple[Month, str]] = set()
    is_named = True
    for one in used:
        people.add((one.month, one.person))
        is_named = is_named and bool(one.person)
        if one.is_priced and one.model not in leave_out:
            zero = np.zeros(len(TOKEN_CLASSES))
            tokens[one.model] = tokens.get(one.model, zero) + np.array(one.tokens, dtype=float)
            cost[one.model] = cost.get(one.model, zero) + np.array(one.money)
    home = {model: biller.get(model, model.partition("/")[0]) for model in tokens}
    return _use_side(tokens, cost, home, float(len(people)) if is_named else None, tasks)


def with_unused(actual: VarianceSide, plan: PlanSide) -> VarianceSide:
    """Say which fees nobody used: seats beyond the people who used anything, at the plan's fee.

    Left unsaid where nobody knows who worked, or several sell seats.
    """
    if actual.people is None or len(plan.seats) != 1:
        return actual
    ((name, bought),) = plan.seats.items()
    fee = plan.side.seats.get(name, 0.0) / bought if bought else 0.0
    paid = actual.seats.get(name, 0.0)
    seats = paid / fee if fee else 0.0
    idle = max(0.0, 1 - actual.people / seats) if seats else 0.0
    return actual._replace(unused={name: paid * idle})


def without_use(side: VarianceSide) -> VarianceSide:
    """Return a side whose money alone is looked at."""
    return side._replace(people=None, tasks=None, tokens={}, prices={}, unused=None)


def _prices(
    tokens: Mapping[str, FloatArray], paid: Mapping[str, FloatArray]
) -> dict[str, FloatArray]:
    """Return dollars a token by model and class, NaN for a class without tokens."""
    found = {}
    for name, own in tokens.items():
        price = np.full(own.size, np.nan)
        found[name] = np.divide(paid[name], own, out=price, where=own > 0)
    return found
