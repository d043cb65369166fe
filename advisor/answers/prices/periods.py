"""How periods are written wherever prices are listed: classes, conditions, changes, days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from advisor.model.price import PricedModel, PricePeriod, UnitPrices
from advisor.model.source import Source
from advisor.tables.flat import Column
from advisor.units import TOKEN_CLASSES

PER_MILLION = "USD per million tokens"
PRICE_COLUMNS = [
    Column(
        name, PER_MILLION, is_number=True, stays=name in {"input", "output"},
        holds_on=name == "cache_read",
    )
    for name in TOKEN_CLASSES
]  # fmt: skip
SOURCE_COLUMNS = [Column("checked_on"), Column("confidence"), Column("source")]

_SAME = Decimal("0.005")


def prices_of(prices: UnitPrices) -> list[Decimal | None]:
    """Return the stated prices in the order of the columns."""
    return [prices.own(token_class) for token_class in TOKEN_CLASSES]


def source_of(source: Source) -> list[object]:
    """Return a source in the order of its columns."""
    return [source.checked_on, source.confidence, source.url]


def count(tokens: int) -> str:
    """Write a number of tokens: 272k."""
    return f"{tokens / 1000:g}k"


def begin_of(moment: datetime) -> str:
    """Write an instant as its day, with the time where it is not midnight."""
    return (
        f"{moment:%Y-%m-%d}" if moment.hour == moment.minute == 0 else f"{moment:%Y-%m-%dT%H:%MZ}"
    )


def tiers_of(period: PricePeriod) -> str:
    """Write the thresholds of long prompts."""
    return ", ".join(f"> {count(tier.over)}" for tier in period.long_context)


def in_short(prices: UnitPrices) -> str:
    """Write input and output: 2/10."""
    return f"{_plain(prices.input)}/{_plain(prices.output)}"


def _plain(price: Decimal | None) -> str:
    return "-" if price is None else f"{price.normalize():f}"


def change(old: UnitPrices, new: UnitPrices) -> str:
    """Say how far prices move from one to the other: `doubles`, `rises 1.5x`, `falls to 50%`."""
    ratios = {
        after / before
        for token_class in TOKEN_CLASSES
        if (before := old.own(token_class)) and (after := new.own(token_class))
    }
    if ratios == {Decimal(1)}:
        return "stays as it is"
    if len(ratios) != 1:
        return "changes"
    (ratio,) = ratios
    if abs(ratio - 2) < _SAME:
        return "doubles"
    return f"rises {ratio.normalize():.3g}x" if ratio > 1 else f"falls to {ratio:.0%}"


def conditions(period: PricePeriod) -> Iterator[tuple[str, UnitPrices, float | None]]:
    """Yield everything under which a period has a price, with a factor where it is one."""
    yield "outside busy hours" if period.peak else "standard", period, None
    if period.peak is not None:
        hours = ", ".join(f"{_clock(a)}–{_clock(b)}" for a, b in period.peak.hours_utc)
        days = f"{period.peak.weekdays[0]}–{period.peak.weekdays[-1]}"
        yield f"busy: {days} {hours} UTC", period.peak, None
    for tier in period.long_context:
        yield f"prompt over {count(tier.over)}", tier, None
    for name, variant in period.variants.items():
        until = f" until {variant.until:%Y-%m-%d}" if variant.until else ""
        yield f"{name}{until}", variant, variant.factor


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def following(model: PricedModel, moment: datetime) -> list[PricePeriod]:
    """List the periods that begin after an instant, cancelled ones too."""
    return [one for one in model.prices if one.effective_from > moment]
