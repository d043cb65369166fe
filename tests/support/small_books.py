"""Books of records and prices small enough to work by hand.

All prices are one dollar per million tokens of any class, so that an attempt of $2 is two million
equivalent tokens.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from advisor.evidence.borrowing import borrow
from advisor.evidence.query import Finding, Subject
from advisor.model.book import Offer, PriceBook, Vendor
from advisor.model.pooling import Spreads
from advisor.model.price import PricedModel
from advisor.model.profile import Measure, ProfileBook, ProfileFile

NOW = date(2026, 11, 1)
FLAT = {"input": 1, "output": 1}
MAKERS = {"new": "ours", "old": "ours", "older": "ours", "rival": "theirs", "third": "others"}

SPREADS: dict[str, float] = {
    **dict.fromkeys(Spreads.model_fields, 0.1),
    "board": 3, "effort": 0.8, "maker": 0.3, "model": 0.4, "line": 0.9, "rerun": 0.25,
    "alike": 0.4, "house": 0.3,
}  # fmt: skip
POOLING: dict[str, Any] = {
    "places": {"low": -1, "medium": 0, "high": 1},
    "unknown": 0.5,
    "open_weights": ["third*"],
    "tokens": SPREADS,
    "success": SPREADS,
}

CHAIN = {
    "new": {"model": "old", "because": "successor"},
    "old": {"model": "older", "because": "successor"},
}
TWO = [{"model": "new", "cost": 2}, {"model": "rival", "cost": 1}]


def book(rows: list[dict[str, Any]], **stated: Any) -> ProfileBook:
    """Make a profile book; a row that says less is of bug fixes in a tool `shell`."""
    usual = {"source": "board", "benchmark": "fixes", "class": "bug-fix", "harness": "shell"}
    sources = {
        "board": {"title": "Board", "url": "https://example.org", "date": "2026-10-01"},
        "trials": {
            "title": "Trials", "url": "https://example.org", "date": "2026-10-01",
            "reported_by": "own",
        },
    }  # fmt: skip
    records = [{**usual, "rows": rows}] if rows else []
    return ProfileBook.of(
        [
            ProfileFile.model_validate(
                {"sources": sources, "records": records, "pooling": POOLING, **stated}
            )
        ]
    )


def prices(**models: dict[str, Any]) -> PriceBook:
    """Make a price book of flat prices, but for the models whose period is given."""
    source = {"url": "https://example.org", "checked_on": "2026-10-01"}
    offers = [
        Offer(
            name,
            Vendor(maker, maker.title(), "US"),
            PricedModel.model_validate(
                {
                    "name": name.title(),
                    "prices": [
                        {"effective_from": "2026-01-01", "source": source, **models.get(name, FLAT)}
                    ],
                }
            ),
        )
        for name, maker in MAKERS.items()
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


def known_of(
    known: ProfileBook,
    option: Subject,
    reference: Subject | None = None,
    measure: Measure = "tokens",
) -> Finding:
    """Return what is known of an option relative to the rival."""
    asked = [(option, reference or subject("rival", task_class=option.task_class))]
    found = borrow(known, prices(), measure, asked)[0]
    assert found is not None
    return found
