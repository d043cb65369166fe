"""A price period made from the one in force and another table's figures, and its lines of YAML.

A period is whole: what they do not quote is carried over. What a reader would get wrong: a class
that they lack moves as the input price does, as it does in a variant that lacks it, and a variant's
or tier's price moves with the plain one of its class; leaving them out would bill them at another
price, and keeping them would hold them back from a cut.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time
from decimal import Context, Decimal

from advisor.answers.prices.update.objections import TableDays
from advisor.answers.prices.update.quotes import Figures, Quote
from advisor.load.routing_text import as_name
from advisor.model.price import LongContext, PricePeriod, UnitPrices, Variant
from advisor.model.source import Source
from advisor.units import TOKEN_CLASSES

CONFIDENCE = "medium"
_PLACES = Context(prec=6)


def new_period(
    old: PricePeriod, quote: Quote, days: TableDays, *, kind: str, source: str
) -> PricePeriod:
    """Return the period that begins on a day, sourced to the table that proposes it."""
    on = days.start
    by_input = _ratio(old.input, quote.prices["input"])
    plain = _moved(old, quote.prices, dict.fromkeys(TOKEN_CLASSES, by_input))
    ratios = {c: _ratio(old.own(c), plain.get(c)) or by_input for c in TOKEN_CLASSES}
    starts = sorted(quote.tiers)
    tiers = [
        {"over": tier.over, **_moved(tier, quote.tiers[start], ratios)}
        for tier, start in zip(old.long_context, starts, strict=True)
    ]
    variants = {
        name: _variant(variant, ratios)
        for name, variant in old.variants.items()
        if variant.until is None or variant.until.date() > on
    }
    since = None if quote.since is None else f"their price begins on {quote.since}"
    return PricePeriod(
        effective_from=datetime.combine(on, time.min, UTC),
        **plain,
        long_context=tuple(LongContext(**tier) for tier in tiers),
        variants=variants,
        note=_note(old, quote),
        source=Source(
            url=source,
            checked_on=days.as_of,
            confidence=CONFIDENCE,
            note=", ".join(filter(None, [f"from {kind}, under {quote.name}", since])),
        ),
    )


def _ratio(old: Decimal | None, new: Decimal | None) -> Decimal:
    """Return by how much a price moves; 0 where either is not there."""
    return new / old if old and new else Decimal(0)


def _moved(old: UnitPrices, theirs: Figures, ratios: Figures) -> dict[str, Decimal]:
    """Return each class at their price, or at ours moved in a ratio."""
    prices = {}
    for token_class in TOKEN_CLASSES:
        own = old.own(token_class)
        if token_class in theirs:
            prices[token_class] = theirs[token_class]
        elif own is not None:
            prices[token_class] = _PLACES.multiply(own, ratios[token_class]).normalize()
    return prices


def _variant(old: Variant, ratios: Figures) -> Variant:
    if old.factor is not None:
        return old
    return Variant(**{**old.model_dump(exclude_none=True), **_moved(old, {}, ratios)})


def _note(old: PricePeriod, quote: Quote) -> str | None:
    """Say what was not quoted and is carried over in proportion."""
    parts = [c for c in TOKEN_CLASSES if old.own(c) is not None and c not in quote.prices]
    parts += [name for name, one in old.variants.items() if one.factor is None]
    return f"Not quoted, moved with the others: {', '.join(parts)}" if parts else None


def lines_of(period: PricePeriod) -> list[str]:
    """Write a period as lines of a list's item, the way the shipped files do; no dash, no indent.

    Raises ValueError for busy hours, which no other table states as ours do.
    """
    if period.peak is not None:
        raise ValueError("a price with busy hours is written by hand")
    lines = [f"effective_from: {period.effective_from:%Y-%m-%d}"]
    lines += [f"{name}: {price}" for name, price in _prices(period)]
    tiers = [_in_braces(_tier(tier)) for tier in period.long_context]
    if tiers:
        lines.append(f"long_context: {tiers[0] if len(tiers) == 1 else _in_brackets(tiers)}")
    if period.variants:
        named = {as_name(n): _in_braces(_of(one)) for n, one in period.variants.items()}
        lines.append(f"variants: {_in_braces(named)}")
    if period.note:
        lines.append(f"note: {_text(period.note)}")
    source = period.source
    said = {"url": _text(source.url), "checked_on": str(source.checked_on)}
    said |= {"confidence": source.confidence}
    return [*lines, f"source: {_in_braces(said | ({'note': _text(source.note or '')}))}"]


def _prices(prices: UnitPrices) -> Iterator[tuple[str, str]]:
    for token_class in TOKEN_CLASSES:
        price = prices.own(token_class)
        if price is not None:
            yield token_class, _figure(price)


def _tier(tier: LongContext) -> dict[str, str]:
    return {"over": f"{tier.over:_}", **dict(_prices(tier))}


def _of(variant: Variant) -> dict[str, str]:
    said = {} if variant.factor is None else {"factor": _figure(Decimal(str(variant.factor)))}
    said |= dict(_prices(variant))
    if variant.until is not None:
        said["until"] = f"{variant.until:%Y-%m-%d}"
        if variant.until.time() != time.min:
            said["until"] = f"{variant.until:%Y-%m-%dT%H:%MZ}"
    return said if variant.long_context is None else said | {"long_context": variant.long_context}


def _figure(price: Decimal) -> str:
    return f"{price.normalize():f}"


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=True)


def _in_braces(said: Mapping[str, str]) -> str:
    return f"{{{', '.join(f'{name}: {value}' for name, value in said.items())}}}"


def _in_brackets(items: list[str]) -> str:
    return f"[{', '.join(items)}]"
