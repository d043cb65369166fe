"""The shipped records, asked about what was left out of them: ranges hold, and there is no swap."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import pytest

from advisor.evidence.borrowing import borrow
from advisor.evidence.measurements import success, tokens
from advisor.evidence.query import Finding, Subject
from advisor.load.price_book import read_price_book
from advisor.load.profile_book import read_profiles, shipped_profiles
from advisor.model.book import PriceBook
from advisor.model.profile import Measure, ProfileBook, Record
from advisor.model.uncertain import NORMAL_P90

INDEX = "openhands"


class Shipped(NamedTuple):
    """The records and the prices that come with the advisor."""

    profiles: ProfileBook
    prices: PriceBook


class Told(NamedTuple):
    """What was said of a pair that had been left out, and what was measured of it."""

    finding: Finding
    came: float


@pytest.fixture(scope="module")
def shipped() -> Shipped:
    """Read them once."""
    return Shipped(read_profiles([shipped_profiles()]), read_price_book())


def figure(record: Record, prices: PriceBook, measure: Measure) -> float | None:
    """Return what a record measured: ln tokens, or log-odds."""
    found = tokens(record, prices) if measure == "tokens" else success(record)
    return found.value if found else None


def subject(record: Record) -> Subject:
    """Ask about what a record measured."""
    return Subject(record.model, record.effort, record.harness, record.task_class)


def left_out(shipped: Shipped, measure: Measure) -> Iterator[Told]:
    """Leave out each benchmark of the index, and ask about pairs of models in one tool of it."""
    records = [one for one in shipped.profiles.records if one.source == INDEX]
    for benchmark in sorted({one.benchmark for one in records}):
        rest = tuple(one for one in shipped.profiles.records if one.benchmark != benchmark)
        measured = [
            (one, value)
            for one in records
            if one.benchmark == benchmark
            and one.harness == INDEX
            and (value := figure(one, shipped.prices, measure)) is not None
        ]
        pairs = list(itertools.combinations(measured, 2))
        found = borrow(
            replace(shipped.profiles, records=rest),
            shipped.prices,
            measure,
            [(subject(one), subject(other)) for (one, _), (other, _) in pairs],
        )
        for finding, ((_, one), (_, other)) in zip(found, pairs, strict=True):
            if finding is not None:
                yield Told(finding, one - other)


@pytest.fixture(scope="module", params=["tokens", "success"])
def told(request: pytest.FixtureRequest, shipped: Shipped) -> list[Told]:
    """Ask about everything that was left out, once for each measure."""
    return list(left_out(shipped, request.param))


def test_ranges_hold_what_was_left_out(told: list[Told]) -> None:
    """Between P10 and P90 lie 75 to 90 % of what a benchmark measured that nobody had seen."""
    reach = [NORMAL_P90 * one.finding.deviation for one in told]
    held = [abs(one.came - one.finding.step) <= far for one, far in zip(told, reach, strict=True)]
    assert len(told) > 1000
    assert 0.75 <= sum(held) / len(held) <= 0.90


def test_the_middle_is_nearer_than_equality(told: list[Told]) -> None:
    """Saying the same of all models is further off by a quarter at least."""
    pooled = sum(abs(one.came - one.finding.step) for one in told)
    assert pooled < 0.8 * sum(abs(one.came) for one in told)


MODELS = sorted({one.model for one in read_profiles([shipped_profiles()]).records})


@pytest.mark.parametrize("measure", ["tokens", "success"])
def test_there_and_back_is_exactly_once(shipped: Shipped, measure: Measure) -> None:
    """For every two models on record, m(B→A) is 1 ÷ m(A→B) to the last digit but rounding's."""
    asked = [Subject(model, None, "codex", "bug-fix") for model in MODELS]
    pairs = list(itertools.combinations(asked, 2))

    there = borrow(shipped.profiles, shipped.prices, measure, pairs)
    back = borrow(shipped.profiles, shipped.prices, measure, [(b, a) for a, b in pairs])

    assert [math.exp(one.step) for one in there if one] == [
        pytest.approx(1 / math.exp(one.step), rel=1e-12) for one in back if one
    ]
    assert [one.deviation for one in there if one] == [
        pytest.approx(one.deviation, rel=1e-9) for one in back if one
    ]
