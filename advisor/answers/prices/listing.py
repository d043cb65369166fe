"""The price book as lists: what is in force, how it came about, what is odd."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from advisor.answers.prices.periods import (
    PER_MILLION,
    PRICE_COLUMNS,
    SOURCE_COLUMNS,
    begin_of,
    conditions,
    prices_of,
    source_of,
    tiers_of,
)
from advisor.model.book import Offer, PriceBook, SoldPlan
from advisor.model.plan import Included, Includes, Overage, PlanPeriod
from advisor.model.price import PricePeriod
from advisor.tables.flat import Column, Table
from advisor.units import TOKEN_CLASSES

CHEAPEST, DEAREST = Decimal("0.001"), Decimal(1000)
"""List prices outside these are a slip: a price per thousand, or per token."""


def list_of(book: PriceBook, moment: datetime, vendor: str | None = None) -> Table:
    """List every model with the prices in force at an instant, and what to know of each."""
    columns = [
        Column("vendor"), Column("model", stays=True), Column("state", stays=True),
        *PRICE_COLUMNS, Column("since"), Column("tiers"), Column("busy hours"), Column("retires"),
        *SOURCE_COLUMNS,
    ]  # fmt: skip
    rows = []
    for offer in book.offers:
        period = offer.model.period_at(moment)
        if period is None or vendor not in {None, offer.vendor.vendor}:
            continue
        rows.append(
            [
                offer.vendor.vendor, offer.id, _state(offer, period, moment), *prices_of(period),
                period.effective_from.date(), tiers_of(period), "yes" if period.peak else None,
                offer.model.retires, *source_of(period.source),
            ]
        )  # fmt: skip
    return Table("prices", columns, rows, on=moment.date())


def _state(offer: Offer, period: PricePeriod, moment: datetime) -> str | None:
    """Say in a word or two that a model is gone, or what is doubtful in its price."""
    words = []
    if offer.model.retires is not None and offer.model.retires <= moment.date():
        words.append("redirected" if offer.model.redirects else "retired")
    if any(one.at is None for one in period.disputed):
        words.append("disputed")
    if period.source.confidence == "low":
        words.append("unsure")
    return ", ".join(words) or None


def history_of(offer: Offer) -> Table:
    """List every price period of a model, oldest first."""
    columns = [
        Column("model"), Column("from", stays=True), Column("status", stays=True), *PRICE_COLUMNS,
        Column("tiers"), Column("note"), *SOURCE_COLUMNS,
    ]  # fmt: skip
    rows = [
        [
            offer.full_name, begin_of(period.effective_from), period.status.replace("_", " "),
            *prices_of(period), tiers_of(period), period.note, *source_of(period.source),
        ]
        for period in offer.model.prices
    ]  # fmt: skip
    return Table(offer.full_name, columns, rows)


PLAN_COLUMNS = [
    Column("seat a month", "USD", is_number=True, stays=True),
    Column("annual", "USD", is_number=True), Column("includes"), Column("overage"),
    Column("token fee", PER_MILLION, is_number=True),
]  # fmt: skip


def plans_of(book: PriceBook, moment: datetime, vendor: str | None = None) -> Table:
    """List every plan with the terms in force at an instant."""
    columns = [
        Column("vendor"), Column("plan", stays=True), Column("state", stays=True), Column("name"),
        *PLAN_COLUMNS, Column("since"), *SOURCE_COLUMNS,
    ]  # fmt: skip
    rows = [
        row
        for sold in book.plans.values()
        if vendor in {None, sold.vendor.vendor}
        for row in _plan_row(sold, moment)
    ]
    return Table("plans", columns, rows, on=moment.date())


def _plan_row(sold: SoldPlan, moment: datetime) -> Iterator[list[object]]:
    terms = sold.plan.terms_at(moment)
    if terms is None:
        return
    closed = sold.plan.closed_to_new
    words = ["renewals only"] if closed is not None and closed <= moment.date() else []
    words += ["promotion"] if terms.promotion is not None else []
    words += ["disputed"] if terms.disputed else []
    words += ["unsure"] if terms.source.confidence == "low" else []
    yield [
        sold.vendor.vendor, sold.id, ", ".join(words) or None, sold.plan.name_at(moment),
        *plan_cells(terms), terms.effective_from.date(), *source_of(terms.source),
    ]  # fmt: skip


def plan_cells(terms: PlanPeriod) -> list[object]:
    """Return a plan's terms in the order of their columns."""
    overage = terms.overage
    return [
        terms.seat_month, terms.seat_month_annual, included(terms.includes),
        f"{overage.factor:g} × list" if isinstance(overage, Overage) else overage or "unpublished",
        terms.token_fee or None,
    ]  # fmt: skip


def included(includes: Includes) -> str:
    """Write what a seat includes: `$19 pooled`."""
    if not isinstance(includes, Included):
        return includes
    return f"${includes.usd:g}{' pooled' if includes.pooled else ''}"


def plan_history_of(sold: SoldPlan) -> Table:
    """List the terms that a plan had, has and will have, oldest first."""
    columns = [
        Column("plan"), Column("from", stays=True), Column("name"), *PLAN_COLUMNS,
        Column("note"), *SOURCE_COLUMNS,
    ]  # fmt: skip
    rows = [
        [
            sold.id, begin_of(terms.effective_from), terms.name or sold.plan.name,
            *plan_cells(terms), terms.note, *source_of(terms.source),
        ]
        for terms in sold.plan.periods
    ]  # fmt: skip
    return Table(sold.id, columns, rows)


def book_faults(book: PriceBook) -> Sequence[str]:
    """List what is implausible in a book that could be read."""
    return [
        f"{offer.full_name} from {begin_of(period.effective_from)}: {what}"
        for offer in book.made
        for period in offer.model.prices
        for what in _oddities(period)
    ]


def _oddities(period: PricePeriod) -> Iterator[str]:
    for name, prices, _ in conditions(period):
        for token_class in TOKEN_CLASSES:
            price = prices.own(token_class)
            if price is not None and not CHEAPEST <= price <= DEAREST:
                yield f"{name}: {token_class} at {price} is not a price per million tokens"
        read, fresh, output = (prices.own(c) for c in ("cache_read", "input", "output"))
        if read is not None and fresh is not None and read > fresh:
            yield f"{name}: reading a cache ({read}) is dearer than input ({fresh})"
        if output is not None and fresh is not None and output < fresh:
            yield f"{name}: output ({output}) is cheaper than input ({fresh})"
