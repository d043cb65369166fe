"""Which limits a change breaks: each against what it was in the base."""

from __future__ import annotations

from typing import Any

import pytest
from limit_cases import ASKED, held, request

from advisor.answers.check.before import told_from_before
from advisor.answers.check.figures import Prompts
from advisor.tables.check import ABSENT, FAIL, OK


def before(now: dict[str, Any], base: dict[str, Any]) -> list[tuple[str, str]]:
    """Return limits with what they were, of a plan of 8,400 with other limits before."""
    found = told_from_before(held(ASKED.but(limits=now)), request(ASKED.but(limits=base)))
    return [(line.limit, line.before) for line in found.lines]


@pytest.mark.parametrize(
    ("base", "status"),
    [
        ({"annual_spend": 8_000}, FAIL),
        ({"annual_spend": 9_000}, OK),
        ({"quality": 0.1}, ABSENT),
        ({}, ABSENT),
        ({"annual_spend": {"at_most": 8_000, "on": "twice"}}, ABSENT),
    ],
)
def test_a_broken_limit_knows_what_it_was(base: dict[str, Any], status: str) -> None:
    """By the base's own bound, on the same way; one that was not there was not broken."""
    assert before({"annual_spend": 7_000}, base) == [("annual_spend", status)]


def test_a_limit_that_holds_is_not_looked_up() -> None:
    """Nothing is computed of a base where nothing is broken."""
    assert before({"annual_spend": 9_000}, {"annual_spend": 8_000}) == [("annual_spend", "")]


def test_a_base_whose_limits_are_faulty_says_nothing() -> None:
    """Its faults were its own: the plan that is checked is right."""
    found = before({"annual_spend": 7_000}, {"annual_spend": {"at_most": 1, "on": "nobody"}})

    assert found == [("annual_spend", "")]


def test_prompts_are_not_told_from_before() -> None:
    """The base's files are not laid out: nobody knows what they were."""
    limits = {"prompt_tokens": {"at_most": 10, "on": "p/*"}}
    now = held(ASKED.but(limits=limits), prompts={"p/*": Prompts("p/a", 11)})

    (line,) = told_from_before(now, request(ASKED.but(limits=limits))).lines
    assert (line.status, line.before) == (FAIL, "")
