"""For which models tokens are counted, and how often they are read; loads no engine."""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence

from advisor.api.books import options_in
from advisor.errors import InputError, did_you_mean
from advisor.load.price_book import default_folder
from advisor.model.book import Offer, PriceBook

DEFAULT_PASSES = 1_000
MOST_PASSES = 10**12


def check_passes(per_month: int) -> None:
    """Raise InputError for a number of passes out of bounds."""
    if not 1 <= per_month <= MOST_PASSES:
        raise InputError.of(f"{per_month:,}: from 1 to {MOST_PASSES:,}", key="--per-month")


def offers_of(names: Sequence[str], book: PriceBook) -> list[Offer]:
    """Return the models named, each once; without names those of the shortlist."""
    asked = names or [
        option.model
        for option in options_in(default_folder("workloads") / "shortlist.yaml").values()
    ]
    offers = [offer for name in asked for offer in _named(name, book)]
    return list({offer.full_name: offer for offer in offers}.values())


def _named(name: str, book: PriceBook) -> list[Offer]:
    found = book.find(name)
    if found is not None:
        return [found]
    matched = [
        offer
        for offer in book.offers
        if fnmatch.fnmatchcase(offer.id, name) or fnmatch.fnmatchcase(offer.full_name, name)
    ]
    if not matched:
        hint = did_you_mean(name, book.names())
        raise InputError.of(
            f"{name!r} is not a model in the price tables", key="--model", hint=hint
        )
    return matched
