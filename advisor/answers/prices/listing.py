"""The price book as tables that can be read: what is in force, how it came about, what is odd."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from advisor.model.book import Offer, PriceBook, SoldPlan
from advisor.model.plan import Overage
from advisor.model.price import PricePeriod, UnitPrices
from advisor.tables.flat import Column, Table
from advisor.units import TOKEN_CLASSES

PER_MILLION = "USD per million tokens"
CHEAPEST, DEAREST = Decimal("0.001"), Decimal(1000)
"""List prices outside these are a slip: a price per thousand, or per token."""

_PRICE_COLUMNS = [Column(name, PER_MILLION, is_number=True) for name in TOKEN_CLASSES]
_SOURCE_COLUMNS = [Column("checked_on"), Column("confidence"), Column("source")]


def list_of(book: PriceBook, moment: datetime, vendor: str | None = None) -> Table:
    """List every model with the prices in force at an instant."""
    columns = [
        Column("vendor"), Column("model"), *_PRICE_COLUMNS, Column("since"), Column("tiers"),
        Column("busy hours"), Column("retires"), *_SOURCE_COLUMNS,
    ]  # fmt: skip
    rows = []
    for offer in book.offers:
        period = offer.model.period_at(moment)
        if period is None or vendor not in {None, offer.vendor.vendor}:
            continue
        tiers = ", ".join(f"> {_count(tier.over)}" for tier in period.long_context)
        rows.append(
            [
                offer.vendor.vendor, offer.id, *_prices(period), period.effective_from.date(),
                tiers, "yes" if period.peak else None, offer.model.retires, *_source(period),
            ]
        )  # fmt: skip
    return Table("prices", columns, rows)


def _count(tokens: int) -> str:
    return f"{tokens / 1000:g}k"


def _prices(prices: UnitPrices) -> list[Decimal | None]:
    return [prices.own(token_class) for token_class in TOKEN_CLASSES]


def _source(period: PricePeriod) -> list[object]:
    return [period.source.checked_on, period.source.confidence, period.source.url]


def show_of(offer: Offer, moment: datetime) -> Table:
    """Show all that decides a model's price at an instant: one row a condition."""
    period = offer.model.period_at(moment)
    columns = [
        Column("model"), Column("condition"), *_PRICE_COLUMNS, Column("factor", is_number=True),
        Column("since"), *_SOURCE_COLUMNS,
    ]  # fmt: skip
    if period is None:
        return Table(offer.full_name, columns, [])
    since = period.effective_from.date()
    rows = [
        [offer.full_name, condition, *_prices(prices), factor, since, *_source(period)]
        for condition, prices, factor in _conditions(period)
    ]
    return Table(offer.full_name, columns, rows)


def _conditions(period: PricePeriod) -> Iterator[tuple[str, UnitPrices, float | None]]:
    yield "outside busy hours" if period.peak else "standard", period, None
    if period.peak is not None:
        hours = ", ".join(f"{_clock(a)}–{_clock(b)}" for a, b in period.peak.hours_utc)
        days = f"{period.peak.weekdays[0]}–{period.peak.weekdays[-1]}"
        yield f"busy: {days} {hours} UTC", period.peak, None
    for tier in period.long_context:
        yield f"prompt over {_count(tier.over)}", tier, None
    for name, variant in period.variants.items():
        until = f" until {variant.until:%Y-%m-%d}" if variant.until else ""
        yield f"{name}{until}", variant, variant.factor


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def history_of(offer: Offer) -> Table:
    """List every price period of a model, oldest first."""
    columns = [
        Column("model"), Column("from"), Column("status"), *_PRICE_COLUMNS, Column("tiers"),
        Column("note"), *_SOURCE_COLUMNS,
    ]  # fmt: skip
    rows = [
        [
            offer.full_name, _begin(period), period.status.replace("_", " "), *_prices(period),
            ", ".join(f"> {_count(tier.over)}" for tier in period.long_context), period.note,
            *_source(period),
        ]
        for period in offer.model.prices
    ]  # fmt: skip
    return Table(offer.full_name, columns, rows)


def _begin(period: PricePeriod) -> str:
    begin = period.effective_from
    return f"{begin:%Y-%m-%d}" if begin.hour == begin.minute == 0 else f"{begin:%Y-%m-%dT%H:%MZ}"


def plans_of(book: PriceBook, moment: datetime, vendor: str | None = None) -> Table:
    """List every plan with the terms in force at an instant."""
    columns = [
        Column("vendor"), Column("plan"), Column("name"),
        Column("seat a month", "USD", is_number=True), Column("annual", "USD", is_number=True),
        Column("includes"), Column("overage"), Column("token fee", PER_MILLION, is_number=True),
        Column("since"), *_SOURCE_COLUMNS,
    ]  # fmt: skip
    rows = [
        row
        for sold in book.plans.values()
        if vendor in {None, sold.vendor.vendor}
        for row in _plan_row(sold, moment)
    ]
    return Table("plans", columns, rows)


def _plan_row(sold: SoldPlan, moment: datetime) -> Iterator[list[object]]:
    terms = sold.plan.terms_at(moment)
    if terms is None:
        return
    included, overage = terms.includes, terms.overage
    pooled = " pooled" if terms.is_pooled else ""
    yield [
        sold.vendor.vendor, sold.id, sold.plan.name, terms.seat_month, terms.seat_month_annual,
        included if isinstance(included, str) else f"${included.usd:g}{pooled}",
        f"{overage.factor:g} × list" if isinstance(overage, Overage) else overage or "unpublished",
        terms.token_fee or None, terms.effective_from.date(),
        terms.source.checked_on, terms.source.confidence, terms.source.url,
    ]  # fmt: skip


def book_faults(book: PriceBook) -> Sequence[str]:
    """List what is implausible in a book that could be read."""
    return [
        f"{offer.full_name} from {_begin(period)}: {what}"
        for offer in book.offers
        for period in offer.model.prices
        for what in _oddities(period)
    ]


def _oddities(period: PricePeriod) -> Iterator[str]:
    for name, prices, _ in _conditions(period):
        for token_class in TOKEN_CLASSES:
            price = prices.own(token_class)
            if price is not None and not CHEAPEST <= price <= DEAREST:
                yield f"{name}: {token_class} at {price} is not a price per million tokens"
        read, fresh, output = (prices.own(c) for c in ("cache_read", "input", "output"))
        if read is not None and fresh is not None and read > fresh:
            yield f"{name}: reading a cache ({read}) is dearer than input ({fresh})"
        if output is not None and fresh is not None and output < fresh:
            yield f"{name}: output ({output}) is cheaper than input ({fresh})"
