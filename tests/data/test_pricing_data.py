"""The shipped prices, tested like code: complete, dated, plausible, and never quietly rewritten.

What a reader would get wrong: a price that was true is not edited, however wrong its successor
made it look. `pricing_digest.txt` beside this file lists every period that was ever released, with
a fingerprint of its figures (not of its source, notes or terms: looking again changes no price).
A new period, and a correction, are accepted into it by

    python -m tests.data.test_pricing_data --accept

run in the checkout, so that both show in the diff that a person reviews.
"""

from __future__ import annotations

import fnmatch
import hashlib
import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from advisor.engine.peak import is_peak
from advisor.load.price_book import read_price_book
from advisor.model.book import Offer
from advisor.model.plan import Included, PlanPeriod
from advisor.model.price import PricePeriod, UnitPrices
from advisor.model.scalars import Frozen, parse_instant
from advisor.model.source import Source
from advisor.units import TOKEN_CLASSES

DIGEST = Path(__file__).with_name("pricing_digest.txt")
ACCEPT = "python -m tests.data.test_pricing_data --accept"
FINGERPRINT_LENGTH = 16
WORDS = {"source", "note", "terms", "disputed"}  # what a period says beside its figures

BOOK = read_price_book()

MAKERS = {
    "alibaba", "anthropic", "deepseek", "google", "meta", "microsoft", "minimax", "mistral",
    "moonshot", "openai", "xai", "xiaomi", "zai",
}  # fmt: skip

# What an alias takes over from the model whose id it is, once that one has retired.
TAKEN_OVER = {("deepseek-flash", "deepseek-v4-flash")}

# Reviewed: the days from which the maker itself no longer serves the id.
RETIRES = {
    "claude-opus-4-5": "2027-01-22",
    "claude-sonnet-4-5": "2026-11-30",
    "deepseek-chat": "2026-07-24",
    "deepseek-v4-flash": "2026-09-10",
    "gemini-2.5-flash": "2026-12-01",
    "gemini-2.5-pro": "2026-12-01",
    "gemini-3-pro-preview": "2026-10-13",
    "gemini-3.1-flash-lite": "2027-05-07",
    "gpt-5": "2026-12-11",
    "gpt-5-mini": "2026-12-11",
    "gpt-5-nano": "2026-12-11",
    "gpt-5-codex": "2026-07-23",
    "gpt-5.1": "2027-04-01",
    "gpt-5.1-codex": "2026-07-23",  # eight months before gpt-5.1, whose price it had
    "gpt-5.1-codex-max": "2026-07-23",
    "gpt-5.1-codex-mini": "2026-07-23",
    "gpt-5.2-codex": "2026-07-23",
    "gpt-5.3-codex": "2027-04-01",
    "gpt-5.4-nano": "2027-04-01",
    "grok-code-fast-1": "2026-05-15",
    "kimi-k2.5": "2026-08-31",
}

# Reviewed: whose requests are answered and billed by the successor once it has retired.
REDIRECTS = {"gemini-2.5-pro": "gemini-3.8-flash", "gemini-2.5-flash": "gemini-3.5-flash-lite"}

# Reviewed: other days at channels; None where the channel has set none.
RETIRES_AT = {
    "claude-opus-4-5": {"bedrock": None},
    "claude-sonnet-4-5": {
        "bedrock": date(2027, 4, 8),
        "foundry": date(2026, 11, 30),
        "claude-on-aws": date(2026, 11, 30),
    },
    "gemini-2.5-pro": {"vertex": date(2026, 10, 20)},
    "gemini-2.5-flash": {"vertex": date(2026, 10, 20)},
    "mai-code-1.1-flash": {"foundry": date(2026, 12, 9)},
}

# Reviewed: every allowance that a vendor publishes in dollars, and whether all seats share it.
PUBLISHED_ALLOWANCES = {
    "cursor-pro": (20, False),
    "cursor-pro-plus": (70, False),
    "cursor-ultra": (400, False),
    "gemini-enterprise-standard": (10, True),
    "gemini-enterprise-plus": (15, True),
    "github-copilot-business": (19, True),
    "github-copilot-enterprise": (39, True),
    "github-copilot-pro": (15, False),
    "github-copilot-pro-plus": (70, False),
    "github-copilot-max": (200, False),
}
# Reviewed: plans that are known to include nothing, which is a figure: every token is paid.
INCLUDES_NOTHING = {"claude-enterprise", "codex-pay-as-you-go", "github-copilot-standalone"}

# Reviewed exceptions from what prices look like everywhere else: none, so far.
CACHE_READ_DEARER_THAN_INPUT: set[str] = set()
OUTPUT_CHEAPER_THAN_INPUT: set[str] = set()
CACHE_WRITE_CHEAPER_THAN_INPUT: set[str] = set()
UNKNOWN_RELEASE = {
    "glm-5-code", "qwen3-coder-next", "codestral-2508", "devstral-2512", "mistral-medium-2604",
    "mai-code-1.1-flash", "mai-code-2", "mai-code-2-flash", "mimo-v2.6-flash", "mimo-v2.6-pro",
}  # fmt: skip


def stamp(moment: datetime) -> str:
    """Write an instant to the minute, which is as fine as vendors are."""
    return f"{moment:%Y-%m-%dT%H:%MZ}"


def periods() -> Iterator[tuple[str, PricePeriod]]:
    """List every price period, cancelled ones too, by `vendor/id instant`."""
    for offer in BOOK.made:
        for period in offer.model.prices:
            yield f"{offer.full_name} {stamp(period.effective_from)}", period


def charged(model: str, moment: str) -> PricePeriod:
    """Return the price in force at an instant."""
    offer = BOOK.find(model)
    period = offer.model.period_at(parse_instant(moment)) if offer else None
    assert period is not None, f"{model} has no price on {moment}"
    return period


def plan_periods() -> Iterator[tuple[str, PlanPeriod]]:
    """List the terms of every plan by `id instant`."""
    for id_, sold in BOOK.plans.items():
        for period in sold.plan.periods:
            yield f"{id_} {stamp(period.effective_from)}", period


def sources() -> Iterator[tuple[str, Source]]:
    """List every source, of whatever it is the source."""
    yield from ((name, period.source) for name, period in periods())
    yield from ((name, period.source) for name, period in plan_periods())
    for offer in BOOK.made:
        if offer.model.retires_source is not None:
            yield f"{offer.full_name} retires", offer.model.retires_source
    for name, price in periods():
        yield from ((name, local.source) for local in price.in_currency.values())
    for name, terms in plan_periods():
        yield from ((name, local.source) for local in terms.in_currency.values())
    for id_, sold in BOOK.plans.items():
        yield from ((id_, change.source) for change in sold.catalogue)
    for id_, channel in BOOK.channels.items():
        yield from ((id_, period.source) for period in channel.periods)
    yield from ((id_, calendar.source) for id_, calendar in BOOK.calendars.items())


@dataclass(frozen=True)
class Sheet:
    """One block of prices: a period's own, or that of a tier, the peak hours or a variant."""

    name: str
    prices: UnitPrices
    base: UnitPrices

    def price(self, token_class: str) -> Decimal:
        """Return what the class costs after the fallbacks; an input price is always there."""
        price = self.prices.resolved(token_class)
        assert price is not None
        return price


def sheets() -> list[Sheet]:
    """List every block of prices that states figures of its own."""
    found = []
    for name, period in periods():
        found.append(Sheet(name, period, period))
        found += [Sheet(f"{name} over {t.over}", t, period) for t in period.long_context]
        if period.peak is not None:
            found.append(Sheet(f"{name} peak", period.peak, period))
        for mode, variant in period.variants.items():
            if variant.input is not None:
                found.append(Sheet(f"{name} {mode}", variant, period))
    return found


SHEETS = sheets()


# --- what there is


def test_thirteen_makers_sell_models() -> None:
    """Models come from the thirteen makers that the tables are meant to cover."""
    assert {offer.vendor.vendor for offer in BOOK.offers} == MAKERS


def test_the_tables_have_not_shrunk() -> None:
    """At least the 112 models of November 2026 are for sale."""
    assert len(BOOK.offers) >= 112


def test_ids_differ_by_more_than_capitals() -> None:
    """No two models share an id, even in a log that writes everything small."""
    ids = [offer.id.lower() for offer in BOOK.offers]

    assert len(set(ids)) == len(ids)


# --- periods


def test_periods_stand_oldest_first() -> None:
    """Each history is written in order: of models with what was cancelled, plans, channels."""
    starts = [
        *([one.effective_from for one in offer.model.prices] for offer in BOOK.offers),
        *([one.effective_from for one in sold.plan.periods] for sold in BOOK.plans.values()),
        *([one.effective_from for one in channel.periods] for channel in BOOK.channels.values()),
    ]

    assert [history for history in starts if history != sorted(history)] == []


def test_every_source_is_named_dated_and_graded() -> None:
    """Where from, the day someone looked, and how sure: written out, not left to a default."""
    wanted = {"url", "checked_on", "confidence"}

    assert [name for name, source in sources() if not wanted <= source.model_fields_set] == []


def test_a_source_is_one_address_or_a_citation() -> None:
    """What looks like an address is one that can be opened."""
    addresses = [(name, source.url) for name, source in sources() if "://" in source.url]

    assert [one for one in addresses if not re.fullmatch(r"https://[^\s;,]+", one[1])] == []


def test_nothing_was_checked_after_the_day_of_the_book() -> None:
    """The book is as of the latest day on which anyone looked at anything in it."""
    assert max(source.checked_on for _, source in sources()) == BOOK.as_of


def test_a_price_was_in_force_when_it_was_checked_unless_it_is_announced() -> None:
    """`announced` says that the day had not come yet, and nothing else does."""
    assert [
        name
        for name, period in periods()
        if period.status != "cancelled"
        and (period.effective_from.date() > period.source.checked_on)
        != (period.status == "announced")
    ] == []


def test_the_terms_of_a_plan_had_begun_when_they_were_checked() -> None:
    """A plan period begins no later than the day on which someone read it."""
    assert [
        name
        for name, period in plan_periods()
        if period.effective_from.date() > period.source.checked_on
    ] == []


def test_no_price_is_older_than_its_model() -> None:
    """The first price begins on the day of the release, where one is on record."""
    assert {
        offer.id
        for offer in BOOK.offers
        if offer.model.released != offer.model.prices[0].effective_from.date()
    } == UNKNOWN_RELEASE


def test_a_cancelled_rise_is_kept() -> None:
    """Sonnet 5's rise to 3/15, announced and called off, stays on record; no other is known."""
    cancelled = {
        name: f"{period.input}/{period.output}"
        for name, period in periods()
        if period.status == "cancelled"
    }

    assert cancelled == {"anthropic/claude-sonnet-5 2026-09-01T00:00Z": "3/15"}


@pytest.mark.parametrize(
    ("model", "moment", "token_class", "price"),
    [
        ("gpt-5.6-sol", "2026-08-20T23:59Z", "output", "30"),
        ("gpt-5.6-sol", "2026-08-21", "output", "20"),
        ("gpt-5.6-luna", "2026-07-29T23:59Z", "input", "1"),
        ("gpt-5.6-luna", "2026-07-30", "input", "0.2"),
        ("claude-sonnet-5", "2026-09-02", "output", "10"),  # the cancelled rise never counts
        ("claude-sonnet-5-5", "2026-10-06T23:59Z", "cache_read", "0.2"),
        ("claude-sonnet-5-5", "2026-10-07", "cache_read", "0.1"),
        ("gemini-3.6-flash", "2026-08-12T23:59Z", "output", "7.5"),
        ("gemini-3.6-flash", "2026-08-13", "output", "3.75"),
        ("deepseek-v4-pro", "2026-05-24", "output", "0.87"),
        # Midnight in Beijing is 16:00 UTC, and the price changes then.
        ("deepseek-v4-pro", "2026-08-16T15:59Z", "output", "0.87"),
        ("deepseek-v4-pro", "2026-08-16T16:00Z", "output", "1.98"),
        ("deepseek-v4-flash", "2026-08-16T15:59Z", "cache_read", "0.0028"),
        ("deepseek-v4-flash", "2026-08-16T16:00Z", "cache_read", "0.007"),
        ("glm-5.3-flash", "2026-09-09T15:59Z", "output", "0.25"),
        ("glm-5.3-flash", "2026-09-09T16:00Z", "output", "0.5"),
        # Announced, and counted from their day.
        ("gemini-4-argon", "2026-11-30T23:59Z", "input", "2"),
        ("gemini-4-argon", "2026-12-01", "input", "4"),
        ("gemini-3.6-flash", "2027-01-01", "input", "1.5"),
        ("gemini-3.7-flash", "2027-01-01", "input", "1.5"),
        ("gemini-3.8-flash", "2026-12-31T23:59Z", "input", "0.75"),
        ("gemini-3.8-flash", "2027-01-01", "input", "1.5"),
    ],
)
def test_a_price_change_happens_at_its_minute(
    model: str, moment: str, token_class: str, price: str
) -> None:
    """The reviewed changes of 2026, seen from both sides."""
    assert charged(model, moment).own(token_class) == Decimal(price)


@pytest.mark.parametrize(
    ("moment", "busy"),
    [
        # A working Thursday: 09-12 and 14-18 in Beijing.
        ("2026-09-24T00:59Z", False),
        ("2026-09-24T01:00Z", True),
        ("2026-09-24T03:59Z", True),
        ("2026-09-24T04:00Z", False),
        ("2026-09-24T06:00Z", True),
        ("2026-09-24T10:00Z", False),
        ("2026-08-22T07:00Z", True),  # the only Saturday on which the weekend was dear
        ("2026-08-23T07:00Z", False),
        ("2026-08-29T07:00Z", False),
        ("2026-09-25T07:00Z", False),  # Mid-Autumn Festival, a Friday
        ("2026-10-07T07:00Z", False),  # the last day of the National Day holidays
        ("2026-10-08T07:00Z", True),
    ],
)
def test_deepseek_is_dear_at_its_published_hours(moment: str, busy: bool) -> None:
    """Peak is on weekdays, off on Chinese holidays, and until 2026-08-22 was on every day."""
    peak = charged("deepseek-v4-pro", moment).peak
    assert peak is not None

    assert is_peak(peak, parse_instant(moment), BOOK.calendars) is busy


# --- plausible figures


def test_list_prices_are_per_million_tokens() -> None:
    """Every price lies between $0.001 and $1,000, so none is per token or per thousand."""
    priced = [(one, one.prices.own(c)) for one in SHEETS for c in TOKEN_CLASSES]

    assert [
        (one.name, price)
        for one, price in priced
        if price is not None and not Decimal("0.001") <= price <= 1000
    ] == []


def test_reading_the_cache_costs_no_more_than_input() -> None:
    """A cache read is never dearer than sending the tokens again."""
    odd = {one.name for one in SHEETS if one.price("cache_read") > one.price("input")}

    assert odd == CACHE_READ_DEARER_THAN_INPUT


def test_output_costs_no_less_than_input() -> None:
    """Writing is never cheaper than reading."""
    odd = {one.name for one in SHEETS if one.price("output") < one.price("input")}

    assert odd == OUTPUT_CHEAPER_THAN_INPUT


def test_writing_the_cache_costs_no_less_than_input() -> None:
    """Keeping tokens is never cheaper than sending them, nor keeping them longer than shortly."""
    odd = {
        one.name
        for one in SHEETS
        if not one.price("input") <= one.price("cache_write") <= one.price("cache_write_1h")
    }

    assert odd == CACHE_WRITE_CHEAPER_THAN_INPUT


def test_long_prompts_and_busy_hours_cost_no_less() -> None:
    """A tier or the peak is at no class below the price that it replaces."""
    dearer = [one for one in SHEETS if " over " in one.name or one.name.endswith("peak")]

    assert [
        (one.name, token_class)
        for one in dearer
        for token_class in TOKEN_CLASSES
        if (stated := one.prices.own(token_class)) is not None
        and stated < (one.base.resolved(token_class) or 0)
    ] == []


@pytest.mark.parametrize(
    ("mode", "low", "high"),
    [
        ("batch", 0.5, 0.8),
        ("flex", 0.5, 0.5),
        ("fast", 1.8, 2.5),
        ("ultrafast", 6, 6),
        ("us", 1.1, 1.1),
        ("regional", 1.1, 1.1),
    ],
)
def test_a_variant_moves_input_and_output_as_its_kind_does(
    mode: str, low: float, high: float
) -> None:
    """Batch and flex are cheaper, fast is dearer, a region costs a tenth more."""
    found = [(name, p, p.variants[mode]) for name, p in periods() if mode in p.variants]
    moves = {
        name: [float(v.factor or (v.own(c) or 0) / (p.own(c) or 1)) for c in ("input", "output")]
        for name, p, v in found
    }

    assert {name: by for name, by in moves.items() if not low <= min(by) <= max(by) <= high} == {}


def test_variants_are_of_known_kinds() -> None:
    """A slip in the name of a variant would make one that nobody can ask for."""
    assert {mode for _, period in periods() for mode in period.variants} == {
        "batch", "flex", "fast", "ultrafast", "us", "regional",
    }  # fmt: skip


def test_output_fits_into_the_context() -> None:
    """No model writes more than its window holds."""
    sizes = {o.id: (o.model.max_output or 0, o.model.context_window) for o in BOOK.offers}

    assert [id_ for id_, (most, window) in sizes.items() if window and most > window] == []


# --- retirements and names


def test_models_retire_on_the_reviewed_days() -> None:
    """Nothing else retires: a date of Vertex AI alone, or a "not before", is no retirement."""
    retires = {o.id: str(o.model.retires) for o in BOOK.offers if o.model.retires}

    assert retires == RETIRES


def test_models_redirect_and_end_elsewhere_as_reviewed() -> None:
    """Who is answered by a successor, and which channels end a model on a day of their own."""
    redirects = {o.id: o.model.successor for o in BOOK.made if o.model.redirects}
    elsewhere = {o.id: o.model.retires_at for o in BOOK.made if o.model.retires_at}

    assert redirects == REDIRECTS
    assert elsewhere == RETIRES_AT


@pytest.mark.parametrize(("model", "successor"), REDIRECTS.items())
@pytest.mark.parametrize("moment", ["2026-12-01", "2026-12-31T23:59Z", "2027-01-01", "2027-06-01"])
def test_a_redirected_model_costs_what_its_successor_does(
    model: str, successor: str, moment: str
) -> None:
    """From the day of its retirement on, announced rises of the successor included."""
    one, other = charged(model, moment), charged(successor, moment)

    assert fingerprint(one.model_copy(update={"effective_from": other.effective_from})).split()[
        0
    ] == fingerprint(other.model_copy(update={"status": one.status}))


def test_a_redirected_model_costs_its_own_price_until_then() -> None:
    """The day before, nothing has changed."""
    assert charged("gemini-2.5-pro", "2026-11-30T23:59Z").output == 10
    assert charged("gemini-2.5-pro", "2026-12-01").output == Decimal("3.75")


def test_a_model_that_retires_names_who_follows() -> None:
    """Every retirement comes with a successor."""
    assert [o.id for o in BOOK.offers if o.model.retires and not o.model.successor] == []


def test_successors_exist_and_outlive_whom_they_follow() -> None:
    """A successor is another model of the same maker that is not gone before."""
    by_name = {offer.full_name: offer.model for offer in BOOK.offers}
    wrong = []
    for offer in BOOK.offers:
        name = f"{offer.vendor.vendor}/{offer.model.successor}"
        if offer.model.successor is not None:
            last = by_name[name].retires if name in by_name else date.min
            mine = offer.model.retires or BOOK.as_of
            wrong += [offer.full_name] if last is not None and last <= mine else []

    assert wrong == []


def test_no_alias_takes_the_id_of_another_model() -> None:
    """A glob that is too wide would bill one model as another."""
    taken = {
        (offer.id, other.id)
        for offer in BOOK.offers
        for other in BOOK.offers
        if other is not offer and offer.model.answers_to(other.id)
    }

    assert taken == TAKEN_OVER


def written_out(alias: str) -> str:
    """Write a name that a log may hold for an alias: a glob ends in the rest of a date."""
    return alias.replace("*", "0101")


ALIASES = [(alias, offer) for offer in BOOK.offers for alias in offer.model.aliases]


@pytest.mark.parametrize(("alias", "offer"), ALIASES, ids=[alias for alias, _ in ALIASES])
def test_an_alias_finds_its_model_and_no_other(alias: str, offer: Offer) -> None:
    """A name in a log leads to one price."""
    assert BOOK.find(written_out(alias), on=BOOK.as_of) == offer


@pytest.mark.parametrize(
    ("on", "model"),
    [
        (date(2026, 9, 9), "deepseek-v4-flash"),
        (date(2026, 9, 10), "deepseek-flash"),  # the day of the retirement itself
        (date(2026, 9, 11), "deepseek-flash"),
    ],
)
def test_an_id_wins_over_an_alias_until_it_retires(on: date, model: str) -> None:
    """`deepseek-v4-flash` is a model, then a name for the next one."""
    found = BOOK.find("deepseek-v4-flash", on=on)

    assert found is not None
    assert found.id == model


# --- plans, channels, calendars


def test_the_published_allowances_are_the_reviewed_ones() -> None:
    """Dollars are stated for these plans alone, each pooled or not as its vendor says."""
    latest = {id_: sold.plan.periods[-1].includes for id_, sold in BOOK.plans.items()}

    assert {
        id_: (one.usd, one.pooled) for id_, one in latest.items() if isinstance(one, Included)
    } == PUBLISHED_ALLOWANCES


def test_every_other_allowance_is_unpublished_rather_than_nothing() -> None:
    """A vendor that publishes no allowance has not said that it is zero."""
    others = set(BOOK.plans) - set(PUBLISHED_ALLOWANCES)

    assert {
        id_ for id_ in others if BOOK.plans[id_].plan.periods[-1].includes != "unpublished"
    } == INCLUDES_NOTHING


def test_an_unpublished_allowance_says_so() -> None:
    """It has no value, neither none nor endless, and words say what is missing."""
    unpublished = [(n, p) for n, p in plan_periods() if p.includes == "unpublished"]

    assert [
        name
        for name, period in unpublished
        if period.allowance is not None or not (period.terms or period.source.note)
    ] == []


def test_plans_offer_models_that_exist() -> None:
    """Each name or glob of a plan's list covers at least one model."""
    ids = [offer.id for offer in BOOK.offers]
    listed = [(id_, sold.plan) for id_, sold in BOOK.plans.items() if sold.plan.models != "any"]

    assert [
        (id_, glob) for id_, plan in listed for glob in plan.models if not fnmatch.filter(ids, glob)
    ] == []


def test_prices_of_a_plan_are_of_models_that_it_offers() -> None:
    """An override under a misspelt id would never be charged."""
    offered = {offer.id for offer in BOOK.offers}

    assert [
        (id_, model)
        for id_, sold in BOOK.plans.items()
        for period in sold.plan.periods
        for model in period.prices
        if model not in offered or not sold.plan.serves(model)
    ] == []


def test_channels_sell_models_of_known_makers() -> None:
    """A misspelt maker would be sold nowhere."""
    named = {
        maker for channel in BOOK.channels.values() if channel.of != "any" for maker in channel.of
    }

    assert named <= MAKERS


def test_every_calendar_that_a_price_names_covers_its_years() -> None:
    """Holidays are known from the first price that knows them up to the day of the book."""
    needed = {
        (period.peak.holidays, year)
        for _, period in periods()
        if period.peak is not None and period.peak.holidays is not None
        for year in range(period.effective_from.year, BOOK.as_of.year + 1)
    }

    assert needed <= {(id_, year) for id_, one in BOOK.calendars.items() for year in one.years}


def test_holidays_lie_in_their_year() -> None:
    """No day stands under another year."""
    years = [year for calendar in BOOK.calendars.values() for year in calendar.years.items()]

    assert [day for year, days in years for day in days if day.year != year] == []


# --- history does not move


def canonical(value: object) -> object:
    """Write figures so that 2, 2.0 and 2.00 are one, whatever type they were read as."""
    if isinstance(value, Mapping):
        return {str(key): canonical(item) for key, item in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(str(item) for item in value)
    if isinstance(value, list | tuple):
        return [canonical(item) for item in value]
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return format(Decimal(str(value)).normalize(), "f")
    return value if isinstance(value, bool | None) else str(value)


def fingerprint(figures: Frozen) -> str:
    """Condense all figures of a thing. A key that is left out is as good as its default."""
    words = WORDS | ({"promotion"} if isinstance(figures, PricePeriod) else set())
    stated = figures.model_dump(exclude=words, exclude_defaults=True)
    text = json.dumps(canonical(stated), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:FINGERPRINT_LENGTH]


def released() -> dict[str, str]:
    """Fingerprint everything that has been published: name and instant to status and figures."""
    found = {}
    for name, period in periods():
        is_off = period.status == "cancelled"  # another price may begin at the same instant
        key = f"{name} {period.status}" if is_off else name
        found[key] = f"{period.status} {fingerprint(period)}"
    for name, terms in plan_periods():
        found[f"plan {name}"] = f"in_force {fingerprint(terms)}"
    for sold in BOOK.plans.values():
        for change in sold.catalogue:
            key = f"catalogue {sold.plan.catalogue} {change.effective_from}"
            found[key] = f"in_force {fingerprint(change)}"
    for id_, channel in BOOK.channels.items():
        for one in channel.periods:
            key = f"channel {id_} {stamp(one.effective_from)}"
            found[key] = f"in_force {fingerprint(one)}"
    for id_, calendar in BOOK.calendars.items():
        for year, days in calendar.years.items():
            alone = calendar.model_copy(update={"years": {year: days}})
            found[f"calendar {id_} {year}"] = f"in_force {fingerprint(alone)}"
    return found


def reviewed() -> dict[str, str]:
    """Read the list of what was released before."""
    lines = DIGEST.read_text(encoding="utf-8").splitlines()
    rows = [line.rsplit(maxsplit=2) for line in lines if not line.startswith("#")]
    return {key: f"{status} {figures}" for key, status, figures in rows}


def explain(names: list[str], what: str) -> str:
    """Say which periods moved, and how to make that a visible act."""
    listed = "".join(f"\n  {name}" for name in names)
    return (
        f"{len(names)} {what}:{listed}\n"
        "A price that was true is not edited: add a period, or give it a status.\n"
        f"A new period, or a correction of one that was never true, is accepted by\n  {ACCEPT}\n"
        "and its reason belongs into the commit."
    )


def test_no_released_period_is_gone() -> None:
    """Every period of the reviewed list is still in the tables."""
    gone = sorted(reviewed().keys() - released().keys())

    assert not gone, explain(gone, "released periods are gone")


def test_no_released_period_has_changed() -> None:
    """The figures of a released period are what they were on the day they were accepted."""
    before, now = reviewed(), released()
    moved = [name for name in sorted(before.keys() & now.keys()) if before[name] != now[name]]

    assert not moved, explain(moved, "released periods have changed")


def test_every_period_has_been_reviewed() -> None:
    """What is new has been accepted by someone, and from then on does not move."""
    new = sorted(released().keys() - reviewed().keys())

    assert not new, explain(new, "periods have not been accepted yet")


PERIOD: dict[str, Any] = {
    "effective_from": "2026-08-16T16:00Z",
    "input": 2,
    "output": 10,
    "cache_read": Decimal("0.2"),
    "long_context": [{"over": 200_000, "input": 4, "output": 15}],
    "peak": {"hours_utc": ["01:00-04:00"], "weekdays": ["mon"], "input": 3, "output": 20},
    "variants": {"batch": {"factor": 0.5}, "fast": {"factor": 2, "until": "2026-11-30"}},
    "source": {"url": "a page", "checked_on": "2026-11-12", "confidence": "high"},
}


def changed(change: Mapping[str, Any]) -> PricePeriod:
    """Return the period with some keys written otherwise."""
    return PricePeriod.model_validate({**PERIOD, **change})


@pytest.mark.parametrize(
    "change",
    [
        {"source": {**PERIOD["source"], "checked_on": "2026-12-01", "confidence": "low"}},
        {"note": "confirmed by the vendor"},
        {"output": Decimal("10.00")},
        {"status": "in_force"},
        {"effective_from": "2026-08-16T16:00:00+00:00"},
    ],
    ids="-".join,
)
def test_looking_again_is_no_change(change: dict[str, Any]) -> None:
    """A later check, a remark, or the same figure written otherwise keeps the fingerprint."""
    assert fingerprint(changed(change)) == fingerprint(changed({}))


@pytest.mark.parametrize(
    "change",
    [
        {"input": Decimal("2.01")},
        {"cache_read": None},
        {"cache_write": 0},
        {"status": "announced"},
        {"effective_from": "2026-08-16"},
        {"long_context": [{"over": 199_999, "input": 4, "output": 15}]},
        {"long_context": [{"over": 200_000, "input": 4, "output": 16}]},
        {"peak": {**PERIOD["peak"], "weekdays": ["tue"]}},
        {"peak": {**PERIOD["peak"], "hours_utc": ["01:00-05:00"]}},
        {"peak": {**PERIOD["peak"], "except": "china-holidays"}},
        {"variants": {**PERIOD["variants"], "batch": {"factor": 0.6}}},
        {"variants": {**PERIOD["variants"], "fast": {"factor": 2}}},
    ],
    ids="-".join,
)
def test_every_figure_counts(change: dict[str, Any]) -> None:
    """No part of a period can be rewritten without its fingerprint telling."""
    assert fingerprint(changed(change)) != fingerprint(changed({}))


def accept(write: Callable[[str], object]) -> None:
    """Rewrite the reviewed list from the tables, and say what that accepted."""
    before, now = (reviewed() if DIGEST.exists() else {}), released()
    heading = f"# Every released price and its fingerprint; rewritten by `{ACCEPT}`.\n"
    lines = [f"{name} {now[name]}\n" for name in sorted(now)]
    DIGEST.write_text(heading + "".join(lines), encoding="utf-8")
    for name in sorted(before.keys() | now.keys()):
        if before.get(name) != now.get(name):
            write(f"{name}: {before.get(name, 'new')} -> {now.get(name, 'gone')}\n")


if __name__ == "__main__":
    if sys.argv[1:] != ["--accept"]:
        sys.exit(f"usage: {ACCEPT}")
    accept(sys.stdout.write)
