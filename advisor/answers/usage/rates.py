"""The price book as rates: the only place that turns prices into whole numbers a token.

Everything that a price hangs on but the call itself is settled here: fallbacks between classes,
tiers, busy hours, variants, what a plan prices otherwise. The rules are those of
`advisor.engine.prices`, in exact fractions where that has floats. The result is plain lists, maps,
texts and numbers, for `advisor.model.rates.RateBook` and for JSON.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from fractions import Fraction
from itertools import pairwise
from typing import Any, TypeVar

from advisor.model.book import Offer, PriceBook, SoldPlan
from advisor.model.plan import PlanPeriod
from advisor.model.price import WEEKDAYS, Channel, Peak, PricePeriod, UnitPrices, Variant
from advisor.model.rates import ALWAYS, FEMTO, NEVER
from advisor.token_classes import TOKEN_CLASSES
from advisor.units import FALLBACK_CLASS, TOKENS_PER_PRICE_UNIT

_EPOCH = date(1970, 1, 1)
_SCALE = FEMTO // TOKENS_PER_PRICE_UNIT
"""Femto-dollars a token of one dollar a million tokens."""
Stated = TypeVar("Stated", bound=UnitPrices)
Exact = tuple[Fraction, ...]
"""Dollars per million tokens by class, in the order of `TOKEN_CLASSES`."""


def rates_of(book: PriceBook) -> dict[str, Any]:
    """Return the rates of every model, channel and plan of a book, as plain values."""
    peaks = _Peaks(book)
    return {
        "as_of": book.as_of.isoformat(),
        "currency": "USD",
        "models": {offer.full_name: _model(offer, peaks) for offer in book.offers},
        "channels": {name: _channel(one) for name, one in book.channels.items()},
        "plans": {name: _plan(one, book, peaks) for name, one in book.plans.items()},
        "peaks": peaks.found,
    }


class _Peaks:
    """Every kind of busy hours, each once."""

    def __init__(self, book: PriceBook) -> None:
        self.calendars = book.calendars
        self.found: list[list[Any]] = []

    def place(self, peak: Peak | None) -> int:
        """Return the number of busy hours, -1 for none."""
        if peak is None:
            return -1
        calendar = self.calendars.get(peak.holidays or "")
        days = sorted(day for of in calendar.years.values() for day in of) if calendar else []
        rule = [
            [list(hours) for hours in peak.hours_utc],
            sorted(WEEKDAYS.index(one) for one in peak.weekdays),
            [(day - _EPOCH).days for day in days],
        ]
        if rule not in self.found:
            self.found.append(rule)
        return self.found.index(rule)


def _moment(instant: datetime) -> int:
    """Return microseconds since 1970."""
    seconds = int((instant - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds())
    return seconds * 1_000_000 + instant.microsecond


def _model(offer: Offer, peaks: _Peaks) -> dict[str, Any]:
    retires = offer.model.retires
    return {
        "aliases": [alias.lower() for alias in offer.model.aliases],
        "retires": _moment(datetime(retires.year, retires.month, retires.day, tzinfo=UTC))
        if retires
        else NEVER,
        "periods": _periods(offer, peaks, None),
    }


def _periods(offer: Offer, peaks: _Peaks, own: UnitPrices | None) -> list[list[Any]]:
    """List the periods that came into force, each until the next; `own` are prices of a plan."""
    valid = [one for one in offer.model.prices if one.status != "cancelled"]
    begins = [_moment(one.effective_from) for one in valid]
    return [
        [begin, end, [tier.over for tier in one.long_context], peaks.place(one.peak),
         _modes(_overridden(one, own), own)]
        for one, (begin, end) in zip(valid, pairwise([*begins, NEVER]), strict=True)
    ]  # fmt: skip


def _overridden(prices: Stated, own: UnitPrices | None) -> Stated:
    if own is None:
        return prices
    stated = {name: own.own(name) for name in TOKEN_CLASSES if own.own(name) is not None}
    return prices.model_copy(update=stated)


def _modes(period: PricePeriod, own: UnitPrices | None) -> dict[str, list[Any]]:
    """Return every way to be served: until when, rates by tier, at busy hours, its one factor."""
    plain = _resolved(period)
    tiers = [_resolved(tier) for tier in period.long_context]
    busy = _resolved(_overridden(period.peak, own)) if period.peak else None
    modes = {"": [NEVER, _written([plain, *tiers]), _busy(busy, None), [1, 1]]}
    for name, variant in period.variants.items():
        ratio = _ratio(variant, period, plain)
        bands = [plain] if variant.long_context == "none" else [plain, *tiers]
        moved = [_times(one, ratio) for one in bands]
        moved += [moved[0]] * (len(tiers) + 1 - len(moved))
        factor = None if variant.factor is None else _fraction(variant.factor)
        until = NEVER if variant.until is None else _moment(variant.until)
        modes[name] = [until, _written(moved), _busy(busy, ratio), factor and _pair(factor)]
    return modes


def _resolved(prices: UnitPrices) -> Exact:
    """Return every class' price after the fallbacks; input and output are always stated."""
    found = [prices.resolved(name) for name in TOKEN_CLASSES]
    return tuple(Fraction(price) for price in found if price is not None)


def _ratio(variant: Variant, period: PricePeriod, plain: Exact) -> Exact:
    """Return what a variant multiplies each class by."""
    if variant.factor is not None:
        return (_fraction(variant.factor),) * len(plain)
    priced = [_variant_price(variant, period, name) for name in TOKEN_CLASSES]
    return tuple(new / old if old else Fraction(1) for new, old in zip(priced, plain, strict=True))


def _variant_price(variant: Variant, period: PricePeriod, name: str) -> Fraction:
    """Return a variant's price: its own, else as its input moved, else the fallback class's."""
    own, base = variant.own(name), period.own(name)
    if own is not None:
        return Fraction(own)
    if base is not None and period.input:
        return Fraction(base) * Fraction(variant.input or 0) / Fraction(period.input)
    return _variant_price(variant, period, FALLBACK_CLASS.get(name, "input"))


def _fraction(factor: float) -> Fraction:
    """Read a factor as it was written: 1.1 is eleven tenths."""
    return Fraction(repr(factor))


def _pair(factor: Fraction) -> list[int]:
    return [factor.numerator, factor.denominator]


def _times(prices: Exact, ratio: Exact) -> Exact:
    return tuple(price * by for price, by in zip(prices, ratio, strict=True))


def _written(bands: Sequence[Exact]) -> list[list[int]]:
    return [[round(price * _SCALE) for price in prices] for prices in bands]


def _busy(prices: Exact | None, ratio: Exact | None) -> list[int] | None:
    if prices is None:
        return None
    return _written([prices if ratio is None else _times(prices, ratio)])[0]


def _channel(channel: Channel) -> list[Any]:
    """Return its makers and terms; the first terms hold for all time before, too."""
    begins = [ALWAYS, *(_moment(one.effective_from) for one in channel.periods[1:]), NEVER]
    terms = [
        [begin, end, _pair(1 + _fraction(one.fee)), _factors(one.variants)]
        for one, (begin, end) in zip(channel.periods, pairwise(begins), strict=True)
    ]
    return [[] if channel.of == "any" else list(channel.of), terms]


def _factors(variants: Mapping[str, Variant]) -> dict[str, list[int]]:
    return {
        name: _pair(_fraction(one.factor))
        for name, one in variants.items()
        if one.factor is not None
    }


def _plan(sold: SoldPlan, book: PriceBook, peaks: _Peaks) -> list[list[Any]]:
    """Return a plan's terms: begin, end, fee a token, and its own prices by model."""
    begins = [_moment(one.effective_from) for one in sold.plan.periods]
    return [
        [begin, end, round(_fraction(one.token_fee) * _SCALE), _own(one, book, peaks)]
        for one, (begin, end) in zip(sold.plan.periods, pairwise([*begins, NEVER]), strict=True)
    ]


def _own(terms: PlanPeriod, book: PriceBook, peaks: _Peaks) -> dict[str, list[list[Any]]]:
    found = {name: book.find(name) for name in terms.prices}
    return {
        offer.full_name: _periods(offer, peaks, terms.prices[name])
        for name, offer in found.items()
        if offer is not None
    }
