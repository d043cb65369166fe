"""Our prices against genai-prices, a table that others keep: the same figures, field by field.

Two tables that were typed by different people agree by accident only rarely. The package is pinned
and used in tests alone. Where the two differ, the difference stands below with its reason; a new
one fails, and so does one that is no longer there. Instants are fixed and figures are Decimals.

What a reader would get wrong: the other table keeps one price, so most of our history is not in it;
a variant whose prices equal the standard ones is a variant that it does not know; and it answers
to the name of a retired model with the family's price, variants and all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib.metadata import version
from itertools import pairwise

import pytest
from genai_prices.data_snapshot import get_snapshot
from genai_prices.types import ModelInfo, ModelPrice, TieredPrices

from advisor.engine.peak import is_peak
from advisor.load.price_book import read_price_book
from advisor.model.book import Offer
from advisor.model.plan import PlanPrices
from advisor.model.price import LongContext, PricePeriod

BOOK = read_price_book()
PROVIDERS = {provider.id: provider for provider in get_snapshot().providers}
THEIR_NAME = {"moonshot": "moonshotai", "xai": "x-ai"}
ELSEWHERE = {"qwen3-coder-next": ("openrouter", "qwen/qwen3-coder-next")}  # as its source says
FIELDS = {
    "input": "input_mtok",
    "cache_write": "cache_write_mtok",
    "cache_write_1h": "cache_write_1h_mtok",
    "cache_read": "cache_read_mtok",
    "output": "output_mtok",
}
MODES = (None, "batch", "flex", "fast")

TODAY = datetime(2026, 11, 29, 20, tzinfo=UTC)  # a Sunday, evening in UTC: off-peak
MOMENTS = (
    TODAY,
    datetime(2026, 11, 27, 7, tzinfo=UTC),  # the Friday before at DeepSeek's peak
    datetime(2026, 12, 2, 20, tzinfo=UTC),  # after the rises and the retirements of 1 December
    datetime(2027, 1, 2, 20, tzinfo=UTC),  # after every announced rise
)

UNKNOWN_TO_THEM = {
    "glm-5-code", "glm-5-turbo",
    # Alibaba's own platform is not among the providers.
    "qwen3-coder-plus", "qwen3-coder-flash", "qwen3.5-plus", "qwen3.6-plus", "qwen3.7-max",
    "qwen3.7-plus", "qwen3.8-max", "qwen3.8-flash", "qwen4-max",
    # Not yet among its models, or its maker is not among the providers.
    "gemini-4-carbon", "gemini-4-hydrogen", "gemini-4-neon", "gpt-6.2-astra", "gpt-6.2-sol",
    "mai-code-1.1-flash", "mai-code-2", "mai-code-2-flash", "mimo-v2.6-flash", "mimo-v2.6-pro",
    "muse-ember-1.0",
}  # fmt: skip


@dataclass(frozen=True)
class Known:
    """A reviewed difference: why, and each field that differs with both figures."""

    why: str
    fields: frozenset[str]


def known(why: str, *fields: str) -> Known:
    """Note a reviewed difference. A field is written `batch output at 200001: ours / theirs`."""
    return Known(why, frozenset(fields))


NONE = known("")

REDIRECTED = [
    f"{name}{at}: {ours} / {theirs}"
    for name, before, after, base, tier in (
        ("input", "0.75", "1.5", "1.25", "2.5"),
        ("cache_read", "0.075", "0.15", "0.125", "0.25"),
        ("output", "3.75", "7.5", "10", "15"),
        ("batch input", "0.375", "0.75", "0.625", "1.25"),
        ("batch cache_read", "0.0375", "0.075", "0.125", "0.25"),
        ("batch output", "1.875", "3.75", "5", "7.5"),
    )
    for ours in (before, after)
    for at, theirs in (("", base), (" at 200000", base), (" at 200001", tier))
]
"""What Gemini 3.8 Flash costs before and after New Year, against 2.5 Pro with its tier."""

REVIEWED = {
    "claude-sonnet-4-5": known(
        "the 1M-context beta and its dearer price ended on 2026-04-30; they still carry both",
        "input at 200001: 3 / 6",
        "cache_write at 200001: 3.75 / 7.5",
        "cache_write_1h at 200001: 6 / 12",
        "cache_read at 200001: 0.3 / 0.6",
        "output at 200001: 15 / 22.5",
        "batch input at 200001: 1.5 / 3",
        "batch cache_write at 200001: 1.875 / 3.75",
        "batch cache_write_1h at 200001: 3 / 6",
        "batch cache_read at 200001: 0.15 / 0.3",
        "batch output at 200001: 7.5 / 11.25",
    ),
    "deepseek-chat": known(
        "they still carry V3 with its discount hours; it was V3.2 until it retired on 2026-07-24",
        "input: 0.28 / 0.135",
        "cache_read: 0.028 / 0.035",
        "output: 0.42 / 0.55",
        "input: 0.28 / 0.27",
        "cache_read: 0.028 / 0.07",
        "output: 0.42 / 1.1",
    ),
    "gemini-2.5-flash": known(
        "answered by gemini-3.5-flash-lite at its price from 2026-12-01; they keep the old one",
        "batch cache_read: 0.02 / 0.03",
    ),
    "gemini-2.5-pro": known(
        "answered by gemini-3.8-flash at its price from 2026-12-01; they keep the old one",
        *REDIRECTED,
    ),
    "gpt-5.4": known(
        "published rounded, 0.13 of 0.25; our tier moves as the base does, theirs is 0.25 of 0.5",
        "batch cache_read at 272001: 0.26 / 0.25",
        "flex cache_read at 272001: 0.26 / 0.25",
    ),
    "grok-code-fast-1": known(
        "retired: the id is routed to grok-build-0.1 at its prices, by litellm alone",
        "input: 1 / 0.2",
        "cache_read: 0.2 / 0.02",
        "output: 2 / 1.5",
        "input at 199999: 1 / 0.2",
        "cache_read at 199999: 0.2 / 0.02",
        "output at 199999: 2 / 1.5",
        "input at 200000: 2 / 0.2",
        "cache_read at 200000: 0.4 / 0.02",
        "output at 200000: 4 / 1.5",
    ),
}

# Periods that were over by then. They overwrite a price where we add one.
REWRITTEN = {
    "claude-sonnet-5-5 from 2026-09-28": known(
        "cache reads were cut on 2026-10-07; the price before is not kept",
        "cache_read: 0.2 / 0.1",
    ),
    "deepseek-v4-flash from 2026-04-24": known(
        "the cache-hit price of the launch is not kept",
        "cache_read: 0.028 / 0.0028",
    ),
    "deepseek-v4-pro from 2026-04-24": known(
        "the list price of the launch is not kept, only the promotion that became permanent",
        "input: 1.74 / 0.435",
        "cache_read: 0.145 / 0.003625",
        "output: 3.48 / 0.87",
    ),
    "gemini-3.6-flash from 2026-07-21": known(
        "the price before the cut of 2026-08-13 is not kept",
        "input: 1.5 / 0.75",
        "cache_read: 0.15 / 0.075",
        "output: 7.5 / 3.75",
    ),
    "kimi-k3 from 2026-07-16": known(
        "writing the cache has a price only since 2026-10-15; theirs has no first day",
        "cache_write: none / 3",
        "cache_write_1h: none / 6",
    ),
}


@dataclass(frozen=True)
class Ours:
    """Our price at one instant, worked out in Decimals as economics §4 says."""

    period: PricePeriod
    mode: str | None
    busy: bool
    overrides: PlanPrices

    @property
    def tiers(self) -> tuple[LongContext, ...]:
        """The dearer prices of long prompts: the plan's own, else the maker's."""
        own = self.overrides.long_context
        return self.period.long_context if own is None else own

    @property
    def thresholds(self) -> set[int]:
        """The prompt lengths past which a request is dearer."""
        return {tier.over for tier in self.tiers}

    def price(self, token_class: str, prompt: int) -> Decimal | None:
        """Return dollars per million tokens of a request that long; None for no such price."""
        period, variant = self.period, self.period.variants.get(self.mode or "")
        if period.own(token_class) is None or (self.mode and variant is None):
            return None
        standard = self.overrides.own(token_class) or period.own(token_class)
        price = period.peak.own(token_class) if self.busy and period.peak else standard
        tiers = [tier for tier in self.tiers if prompt > tier.over]
        if tiers and not (variant and variant.long_context == "none"):
            price = tiers[-1].resolved(token_class)
        if price is None or variant is None:
            return price
        if variant.factor is not None:
            return price * Decimal(str(variant.factor))
        own, base = variant.own(token_class), period.own(token_class)
        moved, standing = (own, base) if own is not None else (variant.input, period.input)
        return price * (moved or 0) / (standing or 1)


@dataclass(frozen=True)
class Theirs:
    """Their price at one instant."""

    figures: ModelPrice

    @property
    def thresholds(self) -> set[int]:
        """The prompt lengths past which a request is dearer."""
        prices = [getattr(self.figures, field) for field in FIELDS.values()]
        return {t.start for price in prices if isinstance(price, TieredPrices) for t in price.tiers}

    def price(self, token_class: str, prompt: int) -> Decimal | None:
        """Return dollars per million tokens of a request that long; None for no such price."""
        price: Decimal | TieredPrices | None = getattr(self.figures, FIELDS[token_class])
        if not isinstance(price, TieredPrices):
            return price
        tiers = [tier.price for tier in price.tiers if prompt > tier.start]
        return tiers[-1] if tiers else price.base


def written(price: Decimal | None) -> str:
    """Write a price without the zeros that a multiplication leaves behind."""
    return "none" if price is None else format(price.normalize(), "f")


def compare(ours: Ours, theirs: Theirs) -> Iterator[tuple[str, bool]]:
    """Compare every price that they have, below and above every threshold of either table.

    Yields each field with both figures, and whether these are equal.
    """
    edges = {edge + step for edge in ours.thresholds | theirs.thresholds for step in (0, 1)}
    for prompt in sorted({1} | edges):
        for token_class in FIELDS:
            other = theirs.price(token_class, prompt)
            if other is not None:
                mine = ours.price(token_class, prompt)
                at = f" at {prompt}" if prompt > 1 else ""
                name = f"{ours.mode or ''} {token_class}{at}".strip()
                yield f"{name}: {written(mine)} / {written(other)}", mine == other


def counterpart(offer: Offer) -> ModelInfo | None:
    """Find a model of ours in their table."""
    vendor = THEIR_NAME.get(offer.vendor.vendor, offer.vendor.vendor)
    provider, name = ELSEWHERE.get(offer.id, (vendor, offer.id))
    return PROVIDERS[provider].find_model(name.lower()) if provider in PROVIDERS else None


def context(vendor: str, mode: str | None) -> dict[str, str]:
    """Say in their words how a request is served."""
    if mode is None:
        return {}
    if mode == "batch":
        return {"processing": "batch"}
    if mode == "flex":
        return {"service_tier": "flex"}
    return {"speed": "fast"} if vendor == "anthropic" else {"service_tier": "priority"}


def compared(name: str, moment: datetime) -> Iterator[tuple[str, bool]]:
    """Compare what a name costs at an instant, in every variant that they know of it."""
    offer = BOOK.find(name, on=moment.date())
    assert offer is not None
    period, other = offer.model.period_at(moment), counterpart(offer)
    if period is None or other is None:
        return
    busy = period.peak is not None and is_peak(period.peak, moment, BOOK.calendars)
    standard = other.get_prices(moment)
    is_family = offer.id not in ELSEWHERE and other.id.lower() != offer.id.lower()
    for mode in MODES[:1] if is_family else MODES:
        figures = other.get_prices(moment, context(offer.vendor.vendor, mode))
        if mode is None or figures != standard:
            yield from compare(Ours(period, mode, busy, PlanPrices()), Theirs(figures))


def differing(results: Iterator[tuple[str, bool]]) -> frozenset[str]:
    """Return the fields that are not equal."""
    return frozenset(field for field, is_equal in results if not is_equal)


def past() -> Iterator[tuple[str, Offer, datetime]]:
    """List the periods that are over, each with an evening in its middle."""
    for offer in BOOK.offers:
        counted = [period for period in offer.model.prices if period.status != "cancelled"]
        starts = [period.effective_from for period in counted]
        for begin, end in pairwise(starts):
            if end <= TODAY:
                middle = begin + (end - begin) / 2
                yield f"{offer.id} from {begin:%Y-%m-%d}", offer, middle.replace(hour=20)


def test_the_other_table_is_the_one_that_was_reviewed() -> None:
    """The pin holds, so that nothing here can break by itself."""
    assert version("genai-prices") == "0.2.3"


def test_they_know_all_models_but_the_reviewed() -> None:
    """A model is left out of the comparison only if it stands in the list."""
    assert {offer.id for offer in BOOK.offers if counterpart(offer) is None} == UNKNOWN_TO_THEM


@pytest.mark.parametrize("moment", MOMENTS, ids=str)
@pytest.mark.parametrize(
    ("kind", "at_least"), [("", 1000), ("batch ", 270), ("flex ", 130), ("fast ", 145)]
)
def test_the_comparison_is_not_empty(kind: str, at_least: int, moment: datetime) -> None:
    """At each instant a thousand figures are compared, more than half of them of variants."""
    fields = [field for offer in BOOK.offers for field, _ in compared(offer.id, moment)]

    assert sum(field.startswith(kind) for field in fields) >= at_least


@pytest.mark.parametrize("model", [offer.id for offer in BOOK.offers])
def test_prices_in_force_and_announced_agree(model: str) -> None:
    """Off-peak, at peak and after the announced rises, all figures are equal but the reviewed."""
    found = [differing(compared(model, moment)) for moment in MOMENTS]

    assert frozenset().union(*found) == REVIEWED.get(model, NONE).fields


PAST = list(past())


@pytest.mark.parametrize(
    ("name", "offer", "moment"), PAST, ids=[name.replace(" ", "-") for name, _, _ in PAST]
)
def test_past_prices_agree(name: str, offer: Offer, moment: datetime) -> None:
    """Where they kept a price that is over, it is the one that we have."""
    assert differing(compared(offer.id, moment)) == REWRITTEN.get(name, NONE).fields


def test_every_reviewed_difference_is_of_something_compared() -> None:
    """A difference under a name that nothing has would never be looked at."""
    compared_names = {offer.id for offer in BOOK.offers} | {name for name, _, _ in PAST}

    assert REVIEWED.keys() | REWRITTEN.keys() <= compared_names


SOLD_BY_COPILOT = {
    offer.id: model
    for model in PROVIDERS["github-copilot"].models
    if (offer := BOOK.find(model.id, on=TODAY.date())) is not None
}


def test_copilot_plans_offer_the_models_on_its_price_list() -> None:
    """Their list is ours of summer, and the first of the models that were added since."""
    sold = BOOK.plans["github-copilot-business"]
    listed = {offer.id for offer in BOOK.offers if sold.serves(offer.id, date(2026, 10, 1))}

    assert listed <= set(SOLD_BY_COPILOT)
    assert set(SOLD_BY_COPILOT) - listed == {"mai-code-1.1-flash"}


@pytest.mark.parametrize("model", sorted(SOLD_BY_COPILOT))
def test_copilot_charges_the_list_price_of_the_maker(model: str) -> None:
    """A plan's rates are the maker's, where the plan does not say otherwise."""
    offer, terms = BOOK.find(model), BOOK.plans["github-copilot-business"].plan.terms_at(TODAY)
    assert offer is not None
    assert terms is not None
    period = offer.model.period_at(TODAY)
    assert period is not None
    ours = Ours(period, None, busy=False, overrides=terms.prices.get(model, PlanPrices()))

    found = differing(compare(ours, Theirs(SOLD_BY_COPILOT[model].get_prices(TODAY))))

    assert found == frozenset()
