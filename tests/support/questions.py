"""A question put to the advisor on its public path, and to nobody else.

Files are plain data in the shape of the YAML files (dict, list, str, int, Decimal), the same that
the oracle reads; names and sources, which change no figure, are filled in here. What a reader would
get wrong: the answer is the parsed JSON, so it has passed validation, the case, the engine and the
renderer, and a figure that is not known is None.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

from advisor.answers.compare.answer import compare
from advisor.case.build import build_case
from advisor.case.facts import Case
from advisor.load.document import Document
from advisor.load.workload_file import check_workload
from advisor.model.book import Offer, PriceBook, PricingFile, SoldPlan, Vendor
from advisor.model.profile import ProfileBook
from advisor.output.compare.as_json import render_comparison

Plain: TypeAlias = dict[str, Any]

NOW = date(2026, 12, 15)
SOURCE = {"url": "https://example.org", "checked_on": "2026-11-12"}
NO_PROFILES = ProfileBook.of([])


@dataclass(frozen=True, repr=False)
class Question:
    """A workload beside the pricing files that it is read against."""

    workload: Plain
    files: Sequence[Plain]
    channels: Plain = field(default_factory=dict)
    calendars: Plain = field(default_factory=dict)

    def __repr__(self) -> str:
        """Name its blocks: a failing test would print pages of it."""
        return f"<question of {', '.join(self.workload)}>"

    def but(self, **changes: Any) -> Question:
        """Ask the same with other blocks in the workload; None leaves a block out."""
        changed = {**self.workload, **changes}
        kept = {key: value for key, value in changed.items() if value is not None}
        return replace(self, workload=kept)

    def case(self) -> Case:
        """Read, check and resolve."""
        return case_of(self.workload, price_book(self.files, self.channels, self.calendars))

    def answer(self, *, draws: int = 0, seed: int = 1) -> Plain:
        """Return the whole answer as its JSON has it. The same question is answered once."""
        written = repr((self.workload, self.files, self.channels, self.calendars, draws, seed))
        if written not in _ANSWERS:
            if len(_ANSWERS) >= _MOST_KEPT:
                _ANSWERS.clear()
            _ANSWERS[written] = answer_of(self.case(), draws=draws, seed=seed)
        return _ANSWERS[written]

    def rows(self, *, draws: int = 0, seed: int = 1) -> dict[str, Plain]:
        """Return the answer's options by name."""
        return by_option(self.answer(draws=draws, seed=seed))


_ANSWERS: dict[str, Plain] = {}
_MOST_KEPT = 500
THREE_PLACES = -3


def price_book(
    files: Sequence[Plain],
    channels: Mapping[str, Plain] | None = None,
    calendars: Mapping[str, Plain] | None = None,
) -> PriceBook:
    """Make a price book of plain vendor files, channels and calendars."""
    offers: list[Offer] = []
    plans: dict[str, SoldPlan] = {}
    for plain in files:
        read = PricingFile.model_validate(_with_names(plain))
        vendor = Vendor(read.vendor or "", read.name or "", read.country)
        offers += [Offer(id_, vendor, model) for id_, model in read.models.items()]
        plans |= {id_: SoldPlan(id_, vendor, plan) for id_, plan in read.plans.items()}
    beside = PricingFile.model_validate(
        {
            "channels": {id_: _sourced(id_, one) for id_, one in (channels or {}).items()},
            "calendars": {id_: {**one, "source": SOURCE} for id_, one in (calendars or {}).items()},
        }
    )
    return PriceBook(tuple(offers), plans, beside.channels, beside.calendars, NOW)


def _with_names(plain: Plain) -> Plain:
    """Name a vendor file, its models and its plans after their ids."""
    return {
        "vendor": plain["vendor"],
        "name": plain["vendor"],
        "models": {id_: _sourced(id_, one) for id_, one in plain.get("models", {}).items()},
        "plans": {id_: _sourced(id_, one) for id_, one in plain.get("plans", {}).items()},
    }


def _sourced(id_: str, entry: Plain) -> Plain:
    """Give every period of an entry a source, where it has none."""
    dated = next(key for key in ("prices", "periods") if key in entry)
    periods = [{"source": SOURCE, **period} for period in entry[dated]]
    return {"name": id_, **entry, dated: periods}


def case_of(workload: Plain, book: PriceBook) -> Case:
    """Check a workload that comes from no file, and resolve it."""
    read = check_workload(Document("team.yaml", unmistakable(workload), {}), book, {})
    return build_case(read.workload, book, NO_PROFILES, {}, name="team")


def unmistakable(value: Any) -> Any:
    """Write a fourth digit behind three: nobody may take 2.358 for thousands."""
    if isinstance(value, Mapping):
        return {key: unmistakable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [unmistakable(one) for one in value]
    if isinstance(value, Decimal) and value.as_tuple().exponent == THREE_PLACES:
        return value.quantize(Decimal("0.0001"))
    return value


def answer_of(case: Case, *, draws: int = 0, seed: int = 1) -> Plain:
    """Compare the options of a case; return the JSON, parsed."""
    answer = compare(case, file="team.yaml", draws=draws, seed=seed)
    parsed: Plain = json.loads(render_comparison(answer))
    return parsed


def by_option(answer: Plain) -> dict[str, Plain]:
    """Return the options of an answer by name."""
    return {row["option"]: row for row in answer["options"]}


def maker(vendor: str, **models: Plain) -> Plain:
    """Write a vendor file whose models have had one price since 2025."""
    always = {"effective_from": "2025-01-01"}
    return {
        "vendor": vendor,
        "models": {id_: {"prices": [{**always, **prices}]} for id_, prices in models.items()},
    }


def seller(vendor: str, **plans: Plain) -> Plain:
    """Write a vendor file whose plans have had one set of terms since 2025."""
    always = {"effective_from": "2025-01-01", "min_seats": 0, "overage": {"factor": 1}}
    return {
        "vendor": vendor,
        "plans": {id_: {"periods": [{**always, **terms}]} for id_, terms in plans.items()},
    }
