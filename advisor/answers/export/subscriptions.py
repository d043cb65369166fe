"""Plans with their seats as a workbook shows them: terms by month, and who is on them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from advisor.case.facts import Case
from advisor.engine.axes import Candidate
from advisor.engine.breakdown import overage_by_team, plan_shares
from advisor.engine.market import Market
from advisor.engine.outcome import Outcome
from advisor.engine.seating import Subscription
from advisor.model.workload import Option
from advisor.tables.export_workbook import EVERYBODY, PlanSubscription


def has_closed_terms(candidate: Candidate) -> bool:
    """Tell whether a plan sells nothing beyond what its seats include, in any month."""
    return candidate.seats is not None and bool(np.isnan(candidate.seats.overage_factor).any())


def subscriptions_of(
    case: Case, result: Outcome, options: Mapping[str, Option]
) -> list[PlanSubscription]:
    """Return the plans that a way uses."""
    parts = plan_shares(result)
    return [
        _subscription(case, result, own, parts, options)
        for own in result.seating.subscriptions.values()
    ]


def _subscription(
    case: Case,
    result: Outcome,
    own: Subscription,
    parts: Mapping[int, float],
    options: Mapping[str, Option],
) -> PlanSubscription:
    market, facts = case.market, case.options[own.options[0]]
    work, terms, option = market.work, own.terms, options[facts.name]
    candidates = [market.candidates[one] for one in own.options]
    everybody = work.developers if terms.for_all else work.people
    on = own.heads.any(axis=1)
    follows = terms.stated is None and np.array_equal(own.heads[on], everybody[on])
    alone = sum(one.pool == candidates[0].pool for one in _used(market, result)) == len(candidates)
    factor = np.nan_to_num(terms.overage_factor)
    groups, paid = _beyond(market, result, own)
    beyond = np.divide(paid, factor, out=np.zeros_like(paid), where=factor > 0)
    return PlanSubscription(
        name=facts.plan or "",
        options=own.options,
        parts=tuple(parts[one] for one in own.options),
        heads=own.heads,
        seats=own.seats,
        groups=groups,
        beyond=beyond,
        min_seats=terms.min_seats,
        is_annual=terms.annual,
        counts_all=option.seats == "all",
        fee=terms.fee,
        allowance=terms.allowance,
        is_pooled=terms.pooled,
        factor=factor,
        kept=tuple(1 - one.discount_on_overage for one in candidates),
        seats_follow=follows,
        is_live=follows
        and alone
        and bool(terms.pooled.all() or not terms.pooled.any())
        and not any(has_closed_terms(one) or one.cap < np.inf for one in candidates),
    )


def _beyond(
    market: Market, result: Outcome, own: Subscription
) -> tuple[tuple[int, ...], NDArray[np.float64]]:
    """Return who pays beyond the seats, and what before a contract's discount. (U,), (U, T)."""
    full = {n: 1 - market.candidates[n].discount_on_overage for n in own.options}
    flows = {n: result.flows[n] for n in own.options}
    if own.terms.pooled.all():
        paid = np.sum([flow.paid[0] / full[n] for n, flow in flows.items()], axis=0)
        return (EVERYBODY,), np.atleast_2d(paid)
    nobody = np.zeros(len(market.work.teams))
    by_team = [overage_by_team(market, flow, nobody) / full[n] for n, flow in flows.items()]
    paid = np.sum(by_team, axis=0)
    on = own.heads.any(axis=1) | own.people.any(axis=1) | paid.any(axis=1)
    return tuple(np.flatnonzero(on).tolist()), paid[on]


def _used(market: Market, result: Outcome) -> list[Candidate]:
    return [market.candidates[option] for option in result.flows]
