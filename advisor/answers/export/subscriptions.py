"""Plans with their seats as a workbook shows them: terms by month, and who is on them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from advisor.case.facts import Case
from advisor.engine.axes import Candidate
from advisor.engine.breakdown import plan_shares
from advisor.engine.outcome import Outcome
from advisor.model.book import PriceBook
from advisor.model.workload import Option
from advisor.tables.export_workbook import PlanSubscription


def has_closed_terms(candidate: Candidate) -> bool:
    """Tell whether a plan sells nothing beyond what its seats include, in any month."""
    return candidate.seats is not None and bool(np.isnan(candidate.seats.overage_factor).any())


def subscriptions_of(
    case: Case, result: Outcome, book: PriceBook, options: Mapping[str, Option]
) -> list[PlanSubscription]:
    """Return the plans that a way uses."""
    parts = plan_shares(case.market, result)
    together: dict[str, list[int]] = {}
    for option in parts:
        together.setdefault(case.market.candidates[option].subscription, []).append(option)
    return [_subscription(case, own, parts, book, options) for own in together.values()]


def _subscription(
    case: Case,
    own: list[int],
    parts: Mapping[int, float],
    book: PriceBook,
    options: Mapping[str, Option],
) -> PlanSubscription:
    market, facts = case.market, case.options[own[0]]
    terms, option = market.candidates[own[0]].seats, options[facts.name]
    assert terms is not None  # `plan_shares` knows options on plans alone
    plan = book.plans[facts.plan or ""].plan
    periods = [plan.terms_at(month.begins_at) for month in market.work.months]
    candidates = [market.candidates[one] for one in own]
    return PlanSubscription(
        name=facts.plan or "",
        options=tuple(own),
        parts=tuple(parts[one] for one in own),
        min_seats=np.array([float(one.min_seats) if one else 0.0 for one in periods]),
        is_annual=option.billing == "annual",
        counts_all=option.seats == "all",
        fee=terms.fee,
        allowance=terms.allowance,
        is_pooled=terms.pooled,
        factor=np.nan_to_num(terms.overage_factor),
        kept=tuple(1 - one.discount_on_overage for one in candidates),
        is_live=not any(has_closed_terms(one) or one.cap < np.inf for one in candidates),
    )
