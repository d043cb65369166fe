"""The defaults that a file did not state and that its figures stand on, as assumptions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from advisor.case.bill import LevelOfUse
from advisor.case.facts import Assumption
from advisor.case.people import (
    DEFAULT_LEVEL_SPREAD,
    PUBLISHED_SPREAD,
    SPREAD_SOURCE,
    active_in,
    last_bills,
)
from advisor.case.pricing import plan_terms
from advisor.case.purchase import Purchase
from advisor.case.resolved import ResolvedWorkload
from advisor.case.tasks import DEFAULT_HOUR, DETECTION_BY_TESTS, relative_tokens
from advisor.engine.calibration import CACHED_SHARE_OF_PROMPT, OUTPUT_SHARE, typical_shares
from advisor.model.uncertain import Uncertain
from advisor.units import TOKEN_CLASSES

_EVIDENCE = "published logs and benchmarks of agentic coding"


def defaults(resolved: ResolvedWorkload, level: LevelOfUse) -> Iterator[Assumption]:
    """Yield every default that moves the figures of a case."""
    workload = resolved.workload
    if workload.level_spread is None:
        spread = Uncertain.constant(DEFAULT_LEVEL_SPREAD)
        yield Assumption(
            None, None, "level_spread", spread, "default: next year's use is uncertain"
        )
    yield from _adoption(resolved)
    if level.calibration is not None and any(t.tokens is None for t in resolved.tasks.values()):
        yield from _tokens(resolved, level)
    for name, task in resolved.tasks.items():
        if task.checked_by == "tests":
            seen = Uncertain.constant(DETECTION_BY_TESTS)
            yield Assumption(None, name, "detection", seen, "default where tests check the work")
    if workload.usage_spread is None and any(map(_counts_people, resolved.purchases.values())):
        spread = Uncertain.lognormal(PUBLISHED_SPREAD.p50, PUBLISHED_SPREAD.p90)
        origin = "default: heavy users pass a cap or an allowance of their own first"
        yield Assumption(None, None, "usage_spread", spread, origin, SPREAD_SOURCE, None, "medium")
    if workload.hours is not None and workload.hour is None:
        yield Assumption(None, None, "hour", Uncertain.constant(DEFAULT_HOUR), "default")


def _counts_people(purchase: Purchase) -> bool:
    """Tell whether what each person uses matters: under a cap, or on an allowance of their own."""
    day = purchase.book.as_of
    terms = plan_terms(purchase, datetime(day.year, day.month, day.day, tzinfo=UTC))
    has_own = terms is not None and bool(terms.allowance) and not terms.is_pooled
    return has_own or purchase.option.cap is not None


def _adoption(resolved: ResolvedWorkload) -> Iterator[Assumption]:
    workload = resolved.workload
    by_team = bool(workload.teams) and all(team.adoption for team in workload.teams.values())
    if workload.adoption or by_team or not resolved.count.developers.sum():
        return
    bills = last_bills(workload)
    if not bills:
        yield Assumption(None, None, "adoption", Uncertain.constant(1.0), "default: everybody")
        return
    developers, active = active_in(workload, bills[0].month)
    share = Uncertain.constant(active / developers if developers else 1.0)
    origin = f"the bill of {bills[0].month}: {active:g} active of {developers:g}"
    yield Assumption(None, None, "adoption", share, origin)


def _tokens(resolved: ResolvedWorkload, level: LevelOfUse) -> Iterator[Assumption]:
    """Yield how tokens split over classes, and how classes of work differ in tokens."""
    if level.split.stated is None:
        ranges = {
            "cache_read": (CACHED_SHARE_OF_PROMPT, "the prompt"),
            "output": (OUTPUT_SHARE, "all tokens"),
        }
        for token_class, typical in zip(TOKEN_CLASSES, typical_shares(), strict=True):
            if typical:
                share = Uncertain.constant(float(typical))
                origin = "published typical share of all tokens"
                if token_class in ranges:
                    known, whole = ranges[token_class]
                    origin += f"; drawn from {known.low:.3g}–{known.high:.3g} of {whole}"
                key = f"tokens.{token_class}"
                yield Assumption(None, None, key, share, origin, _EVIDENCE, None, "medium")
    if resolved.workload.tasks:
        weights = relative_tokens(dict(resolved.tasks))
        for name, weight in zip(resolved.tasks, weights, strict=True):
            number = Uncertain.constant(float(weight))
            origin = "tokens of a task relative to a bug fix, same agent"
            source = "OpenHands Index to 2026-06-30; claudecodeguides.com for docs and review"
            yield Assumption(None, name, "tokens", number, origin, source, None, "medium")
