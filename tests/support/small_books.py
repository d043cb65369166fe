"""Books of records and prices small enough to work by hand.

All prices are one dollar per million tokens of any class, so that an attempt of $2 is two million
equivalent tokens.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from advisor.evidence.lookup import Finding, Subject, quality, token_multiplier
from advisor.model.book import Offer, PriceBook, Vendor
from advisor.model.price import PricedModel
from advisor.model.profile import ProfileBook, ProfileFile

NOW = date(2026, 11, 1)
FLAT = {"input": 1, "output": 1}
FACTOR = {
    "tokens": {"low": 1, "mode": 2, "high": 4},
    "success": {"low": 0.8, "mode": 0.9, "high": 1},
}
WIDE = {"tokens": [0.5, 2], "success": [0.5, 2]}
NARROW = {
    "tokens": {"low": 0.9, "mode": 1, "high": 1.1},
    "success": {"low": 0.9, "mode": 1, "high": 1},
}


def book(rows: list[dict[str, Any]], **factors: Any) -> ProfileBook:
    """Make a profile book; a row that says less is of bug fixes in a tool `shell`."""
    usual = {"source": "board", "benchmark": "fixes", "class": "bug-fix", "harness": "shell"}
    sources = {"board": {"title": "Board", "url": "https://example.org", "date": "2026-10-01"}}
    records = [{**usual, "rows": rows}]
    return ProfileBook.of(
        [ProfileFile.model_validate({"sources": sources, "records": records, **factors})]
    )


def prices(**models: dict[str, Any]) -> PriceBook:
    """Make a price book of flat prices, but for the models whose period is given."""
    source = {"url": "https://example.org", "checked_on": "2026-10-01"}
    offers = [
        Offer(
            name,
            Vendor("maker", "Maker", "US"),
            PricedModel.model_validate(
                {
                    "name": name,
                    "prices": [
                        {"effective_from": "2026-01-01", "source": source, **models.get(name, FLAT)}
                    ],
                }
            ),
        )
        for name in ("new", "old", "older", "rival", "third")
    ]
    return PriceBook(tuple(offers), {}, {}, {}, NOW)


def subject(
    model: str,
    *,
    effort: str | None = None,
    harness: str | None = "shell",
    task_class: str = "bug-fix",
    stands_in_for: str | None = None,
) -> Subject:
    """Name a model at bug fixes in the tool `shell`, unless it says otherwise."""
    return Subject(model, effort, harness, task_class, stands_in_for)


def multiplier(known: ProfileBook, option: Subject, reference: Subject | None = None) -> Finding:
    """Return the token multiplier, which has to be known."""
    found = token_multiplier(known, prices(), option, reference or subject("rival"))
    assert found is not None
    return found


def quality_of(known: ProfileBook, option: Subject, reference: Subject | None = None) -> Finding:
    """Return the quality, which has to be known."""
    found = quality(known, option, reference or subject("rival"))
    assert found is not None
    return found


TWO = [{"model": "new", "cost": 2}, {"model": "rival", "cost": 1}]


EFFORTS = {
    "any": {"medium": {"tokens": 1, "success": 1}, "high": {"tokens": 3, "success": 1.1}},
    "ne*": {"medium": {"tokens": 1, "success": 1}, "high": {"tokens": 1.5, "success": 1.1}},
}

CHAIN = {
    "new": {"model": "old", "because": "successor"},
    "old": {"model": "older", "because": "successor"},
}

STEPS = [NARROW, WIDE]

MIXED = [{"class": "any", **row} for row in TWO]
