"""What a record measured, as one number and its variance.

Dollars become equivalent tokens: what the cost would buy of the usual mix of tokens at the model's
list price. A record's dollars were paid at the prices of their day. Where it says how many tokens
went in and out, the dollars say how many were read from the cache, and the record is priced anew,
class by class; elsewhere its own prices and the usual mix have to do.
"""

import math
from datetime import UTC, datetime, time
from typing import NamedTuple

from advisor.evidence.features import blended, price_today
from advisor.model.book import PriceBook
from advisor.model.pooling import Spreads
from advisor.model.price import UnitPrices
from advisor.model.profile import Record, RecordTokens
from advisor.units import TOKEN_CLASSES, TOKENS_PER_PRICE_UNIT

_TRIALS_UNSAID = 100
_PLAUSIBLE = (-0.02, 1.02)
"""Shares of uncached prompt outside of this say that dollars, tokens and prices don't go together;
a little outside is rounding."""


class Measured(NamedTuple):
    """ln equivalent tokens of an attempt, or log-odds of success; `variance` of the sampling."""

    value: float
    variance: float


def tokens(record: Record, prices: PriceBook) -> Measured | None:
    """Return ln equivalent tokens of an attempt; None where no cost or no price is known.

    The tokens that tasks take vary about as much as their mean.
    """
    equivalent = equivalent_tokens(record, prices)
    if equivalent is None:
        return None
    return Measured(math.log(equivalent), 1 / (record.trials or _TRIALS_UNSAID))


def success(record: Record) -> Measured | None:
    """Return log-odds of success, half a success and half a failure added; None if not measured."""
    if record.success is None:
        return None
    trials = record.trials or _TRIALS_UNSAID
    share = (record.success * trials + 0.5) / (trials + 1)
    return Measured(math.log(share / (1 - share)), 1 / (trials * share * (1 - share)))


def doubt(record: Record, spreads: Spreads) -> float:
    """Return the variance that a record has beyond sampling: who reports it, and how sure it is."""
    low = spreads.of_low_confidence if record.confidence == "low" else 0.0
    vendor = spreads.by_the_vendor if record.reported_by == "vendor" else 0.0
    return low**2 + vendor**2


def equivalent_tokens(record: Record, prices: PriceBook) -> float | None:
    """Return the tokens of the usual mix that an attempt's cost would buy at the list price."""
    paid = _prices_of(record, prices)
    dollars = _dollars(record, paid)
    if paid is None or not dollars or not blended(paid):
        return None
    offer = prices.find(record.model)
    today = price_today(offer, prices.as_of) if offer else None
    anew = None if today is None else _priced_anew(record, dollars, paid, today)
    if today is None or anew is None:
        return dollars / blended(paid) * TOKENS_PER_PRICE_UNIT
    return anew / blended(today) * TOKENS_PER_PRICE_UNIT


def _prices_of(record: Record, prices: PriceBook) -> UnitPrices | None:
    """Return the record's own prices, or the list prices of its day outside peak hours."""
    if record.at is not None or record.prices_on is None:
        return record.at
    offer = prices.find(record.model, record.prices_on)
    if offer is None:
        return None
    return offer.model.period_at(datetime.combine(record.prices_on, time.min, UTC))


def _dollars(record: Record, paid: UnitPrices | None) -> float | None:
    """Return what an attempt cost, from its tokens by class where nobody says."""
    if record.cost is not None or paid is None or record.tokens is None:
        return record.cost
    return None if record.tokens.prompt is not None else _valued(record.tokens, paid)


def _valued(used: RecordTokens, prices: UnitPrices) -> float:
    dollars = (used.of(one) * float(prices.resolved(one) or 0) for one in TOKEN_CLASSES)
    return sum(dollars) / TOKENS_PER_PRICE_UNIT


def _priced_anew(
    record: Record, dollars: float, paid: UnitPrices, today: UnitPrices
) -> float | None:
    """Return what the same tokens cost at today's list price; None where no tokens are known."""
    used = record.tokens
    if used is None:
        return None
    if used.prompt is None:
        before = _valued(used, paid)
        return dollars * _valued(used, today) / before if before else None
    if used.output is None:
        return None
    uncached = uncached_share(used.prompt, used.output, dollars, paid)
    return None if uncached is None else _bill(used.prompt, used.output, uncached, today)


def uncached_share(prompt: float, output: float, dollars: float, paid: UnitPrices) -> float | None:
    """Return which share of the prompt was not read from the cache, as the dollars say.

    None where they say nothing: reading and writing cost the same, or no share explains them.
    """
    cheapest = _bill(prompt, output, 0.0, paid)
    dearest = _bill(prompt, output, 1.0, paid)
    if dearest <= cheapest:
        return None
    share = (dollars - cheapest) / (dearest - cheapest)
    low, high = _PLAUSIBLE
    return min(1.0, max(0.0, share)) if low <= share <= high else None


def _bill(prompt: float, output: float, uncached: float, prices: UnitPrices) -> float:
    """Price an attempt whose uncached prompt is written to the cache where that has a price."""
    written = float(prices.resolved("cache_write") or 0)
    read = float(prices.resolved("cache_read") or 0)
    each = uncached * written + (1 - uncached) * read
    return (prompt * each + output * float(prices.resolved("output") or 0)) / TOKENS_PER_PRICE_UNIT
