"""Options to candidates: prices and seats laid out beside what options spend and solve."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from advisor.case.facts import OptionFacts
from advisor.case.measures import Measures
from advisor.case.pricing import rates_per_token, seat_terms
from advisor.case.purchase import PeakHours, Purchase
from advisor.engine.axes import Candidate
from advisor.model.policy import Policy
from advisor.model.profile import ProfileBook
from advisor.model.workload import Spread
from advisor.units import Month

FloatArray = NDArray[np.float64]


def candidate(
    purchase: Purchase,
    found: Measures,
    months: tuple[Month, ...],
    prompts: list[Spread | None],
    peaks: list[PeakHours],
    *,
    all_beyond_paid: bool = False,
) -> Candidate:
    """Price one option for the months of the plan."""
    return Candidate(
        name=purchase.name,
        biller=purchase.biller,
        subscription=purchase.subscription,
        pool=purchase.pool,
        rates=rates_per_token(purchase, months, prompts, peaks),
        multiplier=found.multiplier,
        quality=found.quality,
        seats=seat_terms(purchase, months, all_beyond_paid=all_beyond_paid),
        discount_on_overage=purchase.discount_on_overage,
        cap=purchase.option.cap or np.inf,
    )


def denials(policy: Policy, purchase: Purchase) -> dict[str, str]:
    """Return the rules of the policy that do not allow an option, by key, each in words."""
    found = {}
    if policy.deny.hosted_in and purchase.hosted_in is None:
        denied = ", ".join(policy.deny.hosted_in)
        found["policy.deny.hosted_in"] = (
            f"deny hosted_in {denied}, and nobody says where it is hosted"
        )
    asked = {
        "makers": purchase.offer.vendor.vendor,
        "channels": purchase.biller,
        "harnesses": purchase.option.harness,
        "countries": purchase.offer.vendor.country,
        "hosted_in": purchase.hosted_in,
    }
    for rule, name in asked.items():
        if name in getattr(policy.deny, rule):
            found[f"policy.deny.{rule}"] = f"deny {rule} {name}"
        allowed = getattr(policy.allow, rule)
        if allowed and name not in allowed:
            found[f"policy.allow.{rule}"] = f"allow only {rule} {', '.join(allowed)}"
    return found


def facts(
    purchase: Purchase,
    profiles: ProfileBook,
    policy: Policy,
    *,
    borrowed: bool = False,
    unknown: str | None = None,
) -> OptionFacts:
    """Gather an option's names for the answer."""
    offer, option = purchase.offer, purchase.option
    denied = denials(policy, purchase)
    return OptionFacts(
        name=purchase.name,
        model=offer.id,
        model_name=offer.model.name,
        effort=profiles.effort_of(offer.id, option.effort),
        vendor=offer.vendor.vendor,
        vendor_name=offer.vendor.name,
        billed_by=purchase.biller,
        harness=option.harness,
        plan=option.plan,
        plan_name=purchase.plan.plan.name if purchase.plan else None,
        variant=option.mode,
        hosted_in=purchase.hosted_in,
        unknown=unknown,
        denied=next(iter(denied.values()), None),
        denied_by=tuple(denied),
        borrowed=borrowed,
    )
