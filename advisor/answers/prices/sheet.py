"""All that is known of one model or plan on a day: what it costs, and what to know beside."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from advisor.answers.prices.listing import PLAN_COLUMNS, included, plan_cells
from advisor.answers.prices.periods import (
    PRICE_COLUMNS,
    SOURCE_COLUMNS,
    begin_of,
    change,
    conditions,
    count,
    following,
    in_short,
    prices_of,
    source_of,
)
from advisor.model.book import Offer, SoldPlan
from advisor.model.catalogue import offered
from advisor.model.plan import PlanPeriod
from advisor.model.price import PricedModel, PricePeriod
from advisor.model.source import Source
from advisor.tables.flat import Column, Fact, Table


def show_of(offer: Offer, moment: datetime) -> Table:
    """Show all that decides a model's price at an instant: one row a condition, then facts."""
    period = offer.model.period_at(moment)
    columns = [
        Column("model"), Column("condition", stays=True), *PRICE_COLUMNS,
        Column("factor", is_number=True, stays=True), Column("since"), *SOURCE_COLUMNS,
    ]  # fmt: skip
    rows: list[list[object]] = []
    if period is not None:
        since = period.effective_from.date()
        rows = [
            [offer.full_name, name, *prices_of(prices), factor, since, *source_of(period.source)]
            for name, prices, factor in conditions(period)
        ]
    facts = [Fact(*one) for one in _of_the_model(offer, period, moment)]
    return Table(offer.full_name, columns, rows, on=moment.date(), facts=facts)


def _of_the_model(
    offer: Offer, period: PricePeriod | None, moment: datetime
) -> Iterator[tuple[str, str]]:
    model = offer.model
    yield "name", f"{model.name}, by {offer.vendor.name}"
    sizes = [
        f"{what} {tokens:,}"
        for what, tokens in (("context", model.context_window), ("output up to", model.max_output))
        if tokens is not None
    ]
    if sizes:
        yield "tokens", ", ".join(sizes)
    if model.note:
        yield "note", model.note
    yield from _of_the_end(model, moment)
    if period is not None:
        yield from _of_the_period(period, moment)
    yield from _to_come(model, period, moment)
    if period is not None:
        yield "source", in_words(period.source)


def _of_the_end(model: PricedModel, moment: datetime) -> Iterator[tuple[str, str]]:
    if model.retires is not None:
        word = "retired on" if model.retires <= moment.date() else "retires on"
        then = ""
        if model.redirects:
            then = f"; from then on {model.successor} answers, at its price"
        elif model.successor:
            then = f"; {model.successor} follows it"
        yield "end", f"{word} {model.retires}{then}"
    elif model.successor:
        yield "end", f"no day is known; {model.successor} follows it"
    for channel, day in model.retires_at.items():
        yield "end", f"at {channel}: {day or 'no day is set'}"
    if model.retires_note:
        yield "end", model.retires_note
    if model.retires_source is not None:
        yield "source of the end", in_words(model.retires_source)
    for one in model.disputed:
        yield "disputed", f"another day: {one.in_words}; ours stands: {one.why}"


def _of_the_period(period: PricePeriod, moment: datetime) -> Iterator[tuple[str, str]]:
    if period.note:
        yield "price", period.note
    if period.promotion:
        yield "promotion", period.promotion
    if period.status == "announced" and period.effective_from <= moment:
        yield "announced", "for this day; nobody has looked since whether it came"
    for one in period.disputed:
        yield "disputed", f"{one.in_words}; ours stands: {one.why}"
    for code, local in period.in_currency.items():
        busy = ""
        if local.peak is not None:
            busy = f", at busy hours {in_short(local.peak)}"
        read = f", cache read {local.cache_read:f}" if local.cache_read is not None else ""
        yield f"in {code}", f"{in_short(local)}{read}{busy}; {in_words(local.source)}"


def _to_come(
    model: PricedModel, period: PricePeriod | None, moment: datetime
) -> Iterator[tuple[str, str]]:
    """Yield what is announced or was cancelled after an instant."""
    before = period
    for one in following(model, moment):
        begins = begin_of(one.effective_from)
        if one.status == "cancelled":
            yield "cancelled", f"{in_short(one)} from {begins}{_why(one)}"
            continue
        moves = f": {change(before, one)}" if before is not None else ""
        yield "to come", f"{in_short(one)} from {begins}, {one.status.replace('_', ' ')}{moves}"
        before = one
    for one in model.prices:
        if one.status == "cancelled" and one.effective_from <= moment:
            yield "cancelled", f"{in_short(one)} from {begin_of(one.effective_from)}{_why(one)}"


def _why(period: PricePeriod) -> str:
    return f"; {period.note}" if period.note else ""


def in_words(source: Source) -> str:
    """Write a source in a line."""
    note = f"; {source.note}" if source.note else ""
    return f"{source.url}, checked on {source.checked_on}, {source.confidence}{note}"


def show_plan(sold: SoldPlan, moment: datetime) -> Table:
    """Show a plan at an instant: its terms, its own prices, then facts."""
    terms = sold.plan.terms_at(moment)
    columns = [
        Column("plan"), *PLAN_COLUMNS, Column("seats"), Column("since", stays=True),
        *SOURCE_COLUMNS,
    ]  # fmt: skip
    rows = []
    if terms is not None:
        most = "" if terms.max_seats is None else f"–{terms.max_seats}"
        rows.append(
            [
                sold.id, *plan_cells(terms), f"{terms.min_seats}{most or '+'}",
                terms.effective_from.date(), *source_of(terms.source),
            ]
        )  # fmt: skip
    facts = [Fact(*one) for one in _of_the_plan(sold, moment)]
    return Table(sold.id, columns, rows, on=moment.date(), facts=facts)


def _of_the_plan(sold: SoldPlan, moment: datetime) -> Iterator[tuple[str, str]]:
    plan, terms = sold.plan, sold.plan.terms_at(moment)
    yield "name", f"{plan.name_at(moment)}, by {sold.vendor.name}"
    if plan.note:
        yield "note", plan.note
    if plan.closed_to_new is not None:
        instead = f"; {plan.successor} is sold instead" if plan.successor else ""
        yield "end", f"for renewals only since {plan.closed_to_new}{instead}"
    yield "models", _models(sold, moment)
    if terms is None:
        first = plan.periods[0].effective_from.date()
        yield "terms", f"none on this day; the first are of {first}"
        return
    yield from _of_the_terms(terms)
    for later in plan.periods:
        if later.effective_from > moment:
            yield "to come", f"other terms from {begin_of(later.effective_from)}"
    yield "source", in_words(terms.source)


def _of_the_terms(terms: PlanPeriod) -> Iterator[tuple[str, str]]:
    if terms.promotion is not None:
        others = included(terms.promotion.others)
        yield "promotion", f"for {terms.promotion.whom}; all others have {others}"
    for one in terms.disputed:
        yield "disputed", f"{one.in_words}; ours stands: {one.why}"
    for model, own in terms.prices.items():
        tiers = [f"over {count(tier.over)} {in_short(tier)}" for tier in own.long_context or ()]
        plain = [in_short(own)] if own.states_any else []
        yield "own price", f"{model}: {', '.join([*plain, *tiers])}"
    for code, local in terms.in_currency.items():
        fees = [
            f"{fee:f}" for fee in (local.seat_month, local.seat_month_annual) if fee is not None
        ]
        yield f"in {code}", f"{' or '.join(fees)} a seat; {in_words(local.source)}"
    for term in terms.terms:
        yield "term", f"{term.what} ({term.reason})"


def _models(sold: SoldPlan, moment: datetime) -> str:
    if not sold.catalogue:
        return "any" if sold.plan.models == "any" else ", ".join(sold.plan.models)
    begun = [one for one in sold.catalogue if one.effective_from <= moment.date()]
    last = (begun or sold.catalogue)[-1]
    names = ", ".join(sorted(offered(sold.catalogue, moment.date())))
    return f"{names} (list of {last.effective_from})"
