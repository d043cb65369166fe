"""From a record to what it says of something that was not measured.

Dollars become equivalent tokens: what the cost would buy of the usual mix of tokens at the record's
own prices. Ratios of those reproduce the ratio of costs at those prices, whatever the real mix was,
so a model that reads twenty million cached tokens is not charged for twenty million of the usual
ones. Every function that multiplies returns None where no file states the factor.
"""

from __future__ import annotations

from datetime import UTC, datetime, time

from advisor.evidence.ranges import ONE, Range, sampled_mean, sampled_share
from advisor.model.book import PriceBook
from advisor.model.price import UnitPrices
from advisor.model.profile import (
    DEFAULT_TOKEN_SHARES,
    Factors,
    Measure,
    ProfileBook,
    Record,
    RecordTokens,
)
from advisor.units import TOKEN_CLASSES, TOKENS_PER_PRICE_UNIT


def measured(profiles: ProfileBook, prices: PriceBook | None, record: Record) -> Range | None:
    """Return what a record measured, with its own uncertainty: sampling, reruns, who reports it.

    Equivalent tokens per attempt if there are prices to value them at, else the share of successes.
    None where the record does not say, or where its prices are not known.
    """
    measure: Measure = "success" if prices is None else "tokens"
    if prices is None:
        sampled = _sampled_success(record)
    else:
        sampled = _sampled_tokens(record, prices, profiles.widening.cost_variation)
    if sampled is None:
        return None
    rerun = _range(profiles.widening.rerun, measure) or ONE
    if record.reported_by != "vendor":
        return sampled * rerun
    widened = _range(profiles.widening.vendor_reported, measure)
    return sampled * rerun * widened if widened else None


def equivalent_tokens(record: Record, prices: PriceBook) -> float | None:
    """Return the tokens of the usual mix that an attempt's cost would have bought."""
    paid = _prices_of(record, prices)
    if paid is None:
        return None
    dollars = record.cost
    if dollars is None and record.tokens is not None and record.tokens.prompt is None:
        dollars = _valued(record.tokens, paid)
    blended = sum(
        share * float(paid.resolved(token_class) or 0)
        for token_class, share in DEFAULT_TOKEN_SHARES.items()
    )
    return dollars / blended * TOKENS_PER_PRICE_UNIT if dollars and blended else None


def harness_ratio(
    profiles: ProfileBook, measure: Measure, harness: str | None, over: str | None
) -> Range | None:
    """Return what a model does in a harness relative to the same model in another one."""
    if harness == over:
        return ONE
    if harness is not None and over is not None:
        if (harness, over) in profiles.harness_pairs:
            return Range.of(profiles.harness_pairs[harness, over].of(measure))
        if (over, harness) in profiles.harness_pairs:
            return ONE / Range.of(profiles.harness_pairs[over, harness].of(measure))
    return _range(profiles.default_harness_factor, measure)


def between_harnesses(
    profiles: ProfileBook,
    measure: Measure,
    wanted: tuple[str | None, str | None],
    recorded: tuple[str | None, str | None],
) -> Range | None:
    """Return what carries a ratio from the harnesses it was measured in to the two wanted ones.

    Each pair is (option's, reference's). Two models in one harness need a single step.
    """
    if wanted == recorded:
        return ONE
    if recorded[0] == recorded[1]:
        if wanted[0] == wanted[1]:
            return _range(profiles.transfer, measure)
        return harness_ratio(profiles, measure, *wanted)
    option = harness_ratio(profiles, measure, wanted[0], recorded[0])
    reference = harness_ratio(profiles, measure, wanted[1], recorded[1])
    return option / reference if option and reference else None


def effort_ratio(
    profiles: ProfileBook, measure: Measure, model: str, effort: str | None, over: str | None
) -> Range | None:
    """Return what a model does at an effort relative to another one; unknown efforts are equal."""
    if effort is None or over is None or effort == over:
        return ONE
    for table in profiles.effort_tables(model):
        if effort in table and over in table:
            return Range.of(table[effort].of(measure)) / Range.of(table[over].of(measure))
    return None


def stand_in_range(profiles: ProfileBook, measure: Measure, steps: int) -> Range | None:
    """Return how far a model may lie from the one that stands in for it, so many steps away."""
    if not steps:
        return ONE
    stated = profiles.stand_in_steps
    return _range(stated[min(steps, len(stated)) - 1], measure) if stated else None


def _range(factors: Factors | None, measure: Measure) -> Range | None:
    return Range.of(factors.of(measure)) if factors else None


def _sampled_success(record: Record) -> Range | None:
    return None if record.success is None else sampled_share(record.success, record.trials)


def _sampled_tokens(record: Record, prices: PriceBook, variation: float) -> Range | None:
    tokens = equivalent_tokens(record, prices)
    return sampled_mean(tokens, record.trials, variation) if tokens else None


def _prices_of(record: Record, prices: PriceBook) -> UnitPrices | None:
    """Return the record's own prices, or the list prices of its day outside peak hours."""
    if record.at is not None or record.prices_on is None:
        return record.at
    offer = prices.find(record.model, record.prices_on)
    if offer is None:
        return None
    return offer.model.period_at(datetime.combine(record.prices_on, time.min, UTC))


def _valued(tokens: RecordTokens, paid: UnitPrices) -> float:
    dollars = (
        tokens.of(token_class) * float(paid.resolved(token_class) or 0)
        for token_class in TOKEN_CLASSES
    )
    return sum(dollars) / TOKENS_PER_PRICE_UNIT
