"""Options to candidates: multiplier and quality stated or looked up, prices and seats laid out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.case.facts import Assumption, OptionFacts
from advisor.case.pricing import rates_per_token, seat_terms
from advisor.case.purchase import NotKnownError, PeakHours, Purchase
from advisor.engine.axes import EXACTLY_ONE, Candidate, RandomInput
from advisor.evidence.lookup import Finding, Subject, quality, token_multiplier
from advisor.model.policy import Policy
from advisor.model.profile import ProfileBook
from advisor.model.uncertain import PerClass
from advisor.model.workload import Spread, Task
from advisor.units import Month

FloatArray = NDArray[np.float64]

Assume = Callable[[Assumption], None]


class Measures(NamedTuple):
    """An option's tokens and quality by class, relative to the reference."""

    multiplier: tuple[RandomInput, ...]
    quality: tuple[RandomInput, ...]
    borrowed: bool


def subject(purchase: Purchase, profiles: ProfileBook, name: str, task: Task) -> Subject:
    """Say what is looked up: the model at its effort in its tool, on a class of work."""
    option = purchase.option
    return Subject(
        model=purchase.offer.id,
        effort=profiles.effort_of(purchase.offer.id, option.effort),
        harness=option.harness,
        task_class=task.like or name,
        stands_in_for=option.stands_in_for,
    )


def measures(
    purchase: Purchase,
    reference: Purchase,
    tasks: Mapping[str, Task],
    profiles: ProfileBook,
    relative_cost: Mapping[str, float],
    assume: Assume,
) -> Measures:
    """Return multiplier and quality by class, as stated or else from the profiles.

    `relative_cost` is what one attempt costs at a multiplier of 1 ÷ the reference's, by class, at
    the prices of the book's day. Raises NotKnownError where neither the file nor a record answers.
    """
    if purchase.name == reference.name:
        ones = tuple(EXACTLY_ONE for _ in tasks)
        return Measures(ones, ones, borrowed=False)
    option = purchase.option
    multiplier, quality_by_class = [], []
    borrowed = False
    for name, task in tasks.items():
        stated = _stated(option.token_multiplier, f"options.{purchase.name}.token_multiplier", name)
        if stated is None and option.relative_cost is not None:
            stated = _from_cost(option.relative_cost, purchase.name, name, relative_cost[name])
        pair = (subject(purchase, profiles, name, task), subject(reference, profiles, name, task))
        where = (purchase, name, assume)
        known = _stated(option.quality, f"options.{purchase.name}.quality", name)
        if stated is None:
            finding = token_multiplier(profiles, purchase.book.whole, *pair)
            stated = _borrowed(finding, "token_multiplier", pair, where)
            borrowed |= finding is None or not finding.is_own
        if known is None:
            finding = quality(profiles, *pair)
            known = _borrowed(finding, "quality", pair, where)
            borrowed |= finding is None or not finding.is_own
        multiplier.append(stated)
        quality_by_class.append(known)
    return Measures(tuple(multiplier), tuple(quality_by_class), borrowed)


def _stated(numbers: PerClass | None, key: str, name: str) -> RandomInput | None:
    number = numbers.of(name) if numbers is not None else None
    if numbers is None or number is None:
        return None
    return RandomInput(number, numbers.stream(key, name))


def _from_cost(numbers: PerClass, option: str, name: str, unit_cost: float) -> RandomInput | None:
    """Turn cost per task relative to the reference's into a multiplier, once."""
    stated = _stated(numbers, f"options.{option}.relative_cost", name)
    return None if stated is None else stated._replace(number=stated.number.scaled(1 / unit_cost))


def _borrowed(
    finding: Finding | None,
    key: str,
    pair: tuple[Subject, Subject],
    where: tuple[Purchase, str, Assume],
) -> RandomInput:
    """Use a figure of the profiles and say so, or say that there is none."""
    purchase, name, assume = where
    because = purchase.option.because
    if finding is None:
        raise NotKnownError(
            f"no record for {purchase.offer.id} against {pair[1].model}; "
            "give `token_multiplier` and `quality`, or `stands_in_for`"
        )
    assume(
        Assumption(
            option=purchase.name,
            task_class=name,
            key=key,
            number=finding.value,
            origin=finding.origin + (f" ({because})" if because else ""),
            source=finding.source,
            date=finding.date,
            confidence=finding.confidence,
        )
    )
    # One stream for all classes: what makes a public figure wrong here makes it wrong everywhere.
    return RandomInput(finding.value, f"options.{purchase.name}.{key}")


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
