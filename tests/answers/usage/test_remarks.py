"""What is said beside the sums: reasons for no price, agents' own figures, what nobody knows."""

from __future__ import annotations

from typing import Any

import pytest

from advisor.answers.usage.answer import AskedDays, gather, usage_answer
from advisor.answers.usage.rates import rates_of
from advisor.load.price_book import read_price_book
from advisor.model.rates import RateBook
from advisor.model.usage import Calls, Flag, Kind, Unlogged, Usage
from advisor.tables.usage import FEMTO, UsageAnswer
from advisor.token_classes import TOKEN_CLASSES

NOV_20 = 1_795_132_800_000_000
OPUS = Kind("claude-code", model="claude-opus-4-8", project="p", person="anna")
NAN = float("nan")


@pytest.fixture(scope="module")
def book() -> RateBook:
    """Take the shipped prices."""
    return RateBook(rates_of(read_price_book()))


def used(*rows: tuple[Kind, dict[str, Any]]) -> Usage:
    """Make usage of rows; each says what differs from one call with a million tokens in."""
    usage = Usage()
    usage.calls = Calls([kind for kind, _ in rows], ["s"])
    for place, (_, more) in enumerate(rows):
        usual = {"kind": place, "ts": NOV_20, "calls": 1, "input": 1_000_000, "context": 1000}
        for name, column in usage.calls.columns.items():
            column.append((usual | more).get(name, NAN if name == "cost" else 0))
    return usage


def answered(usage: Usage, book: RateBook, **asked: Any) -> UsageAnswer:
    """Answer by source and model."""
    return usage_answer(gather(usage, book, AskedDays(**asked)), ("source", "model"))


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        (OPUS._replace(model="none"), "not in the price tables"),
        (OPUS._replace(model=""), "the log names no model"),
        (OPUS._replace(speed="warp"), "no price for warp"),
        (OPUS._replace(geo="mars"), "no price for the region mars"),
        (OPUS._replace(service_tier="batch", speed="fast"), "no price for batch+fast"),
        (OPUS._replace(provider="openrouter"), None),
    ],
)
def test_the_reason_for_no_price_is_said(kind: Kind, why: str | None, book: RateBook) -> None:
    """A call is priced, or listed with the reason, and then in no sum of money."""
    found = answered(used((kind, {})), book)

    assert [one.why for one in found.unpriced] == ([why] if why else [])
    assert (found.total.cost is None) == (why is not None)


def test_a_call_before_the_first_price_has_none(book: RateBook) -> None:
    """The day of the first price is named."""
    found = answered(used((OPUS, {"ts": 1_600_000_000_000_000})), book)

    assert found.unpriced[0].why.startswith("no price before 202")


def test_an_agent_s_own_figure_stands_beside_the_list_price(book: RateBook) -> None:
    """It is compared over the same calls: what has no list price, or was written as 0, is not."""
    kind = OPUS._replace(source="opencode")
    found = answered(
        used(
            (kind, {"cost": 4.0}),
            (kind, {"cost": 0.0}),
            (kind._replace(model="none"), {"cost": 7.0}),
        ),
        book,
    )

    (one,) = found.written
    assert (one.calls, one.zeros, one.written, one.compared) == (3, 1, 11.0, 4.0)
    assert one.cost == 5 * FEMTO
    assert "1-hour" in one.why


def test_a_figure_that_is_right_has_no_reason(book: RateBook) -> None:
    """Within half a hundredth the two are the same."""
    found = answered(used((OPUS._replace(source="pi"), {"cost": 5.0001})), book)

    assert found.written[0].why == ""


def test_cut_calls_and_unlogged_use_are_lists_of_their_own(book: RateBook) -> None:
    """A cut call counts with its prompt and is listed; unlogged use is in no row; both are said."""
    usage = used((OPUS, {}), (OPUS, {"flags": Flag.PARTIAL}))
    tokens = dict.fromkeys(TOKEN_CLASSES, 3)
    usage.unlogged = [Unlogged("claude-code", "h", "s", OPUS.model, tokens)]
    found = answered(usage, book)

    assert (found.total.calls, found.total.tokens[0]) == (2, 2_000_000)
    assert [(one.day, one.session) for one in found.partial] == [("2026-11-20", "s")]
    assert [sum(one.tokens) for one in found.unlogged] == [15]
    assert any(note.startswith("1 call was cut") for note in found.notes)
    assert any(note.startswith("15 tokens of compaction") for note in found.notes)


def test_cut_calls_are_those_of_the_days_asked_about(book: RateBook) -> None:
    """A window leaves out what was cut outside it."""
    found = answered(used((OPUS, {"flags": Flag.PARTIAL})), book, since="2026-11-21")

    assert (found.partial, found.total.calls) == ([], 0)


def test_rows_whose_prompts_are_unknown_are_said(book: RateBook) -> None:
    """Where a price has tiers and a row sums up calls, it is priced below them, and said."""
    kind = Kind("copilot-cli", model="gemini-2.5-pro")
    found = answered(used((kind, {"context": 0})), book)

    assert any("dearer tier" in note for note in found.notes)


def test_guesses_are_said(book: RateBook) -> None:
    """Tokens that an agent estimated are named."""
    found = answered(used((OPUS._replace(source="aider"), {"flags": Flag.ESTIMATED})), book)

    assert "the tokens of aider are estimates of its own" in found.notes


@pytest.mark.parametrize(
    ("days", "unit", "bars"),
    [(0, "day", 1), (13, "day", 14), (14, "week", 3), (90, "week", 14), (200, "month", 8)],
)
def test_the_chart_is_small(days: int, unit: str, bars: int, book: RateBook) -> None:
    """It has days while they are at most fourteen, then weeks, then months; none is left out."""
    later = NOV_20 + days * 86_400_000_000
    found = answered(used((OPUS, {}), (OPUS, {"ts": later})), book)

    assert (found.chart_by, len(found.chart)) == (unit, bars)
    assert sum(bar.cost for bar in found.chart) == found.total.cost


def test_seats_have_prices_of_their_own(book: RateBook) -> None:
    """On a plan with a fee by the token the same call costs more, to the last digit."""
    plain = answered(used((OPUS, {})), book).total.cost
    plan = next(name for name in book.plans if (book.plan(name) or [])[-1].fee)
    seat = answered(used((OPUS, {})), book, plan_of=lambda _: plan).total.cost

    assert plain is not None
    assert seat == plain + 1_000_000 * (book.plan(plan) or [])[-1].fee
