"""Real calls are priced to the last digit: by sums, by the relational expression, by an oracle."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

import ibis
import pytest
import usage_oracle as oracle
from conftest import ROOT
from usage_draws import Way, drawn_calls, ways_of

from advisor.answers.usage.expression import (
    PricedTables,
    border_table,
    call_table,
    priced,
    rate_table,
)
from advisor.answers.usage.rates import rates_of
from advisor.answers.usage.sums import Window, cost_of, selector_of, summed
from advisor.answers.usage.tariffs import Tariffs
from advisor.load.price_book import read_price_book
from advisor.model.rates import FEMTO, RateBook
from advisor.model.usage import Calls
from advisor.token_classes import TOKEN_CLASSES

NUMBER = 100_000
Cents = dict[int, int]


class Drawn(NamedTuple):
    """Calls, how each kind is served, and dollars by call as the oracle has them."""

    calls: Calls
    ways: list[Way]
    costs: list[Fraction | None]
    tariffs: Tariffs


@pytest.fixture(scope="module")
def drawn() -> Drawn:
    """Draw calls and ask the oracle for each."""
    found = oracle.tables(ROOT / "pricing")
    ways = ways_of(found)
    calls = drawn_calls(ways, NUMBER, seed=14)
    costs = []
    for row in range(NUMBER):
        way = ways[calls.kind[row]]
        tokens = {name: calls.tokens[name][row] for name in TOKEN_CLASSES}
        at = oracle.when(calls.ts[row])
        prompt = calls.context[row]
        costs.append(
            oracle.call_cost(found, way.model, at, prompt, tokens, way.variants, way.channel)
        )
    return Drawn(calls, ways, costs, Tariffs(RateBook(rates_of(read_price_book()))))


def cents(costs: dict[int, Fraction]) -> Cents:
    """Round sums by kind to cents, a half up."""
    return {kind: int(total * 100 + Fraction(1, 2)) for kind, total in costs.items()}


def by_kind(drawn: Drawn) -> dict[int, Fraction]:
    """Add the oracle's costs up by kind."""
    sums = dict.fromkeys(range(len(drawn.ways)), Fraction(0))
    for kind, cost in zip(drawn.calls.kind, drawn.costs, strict=True):
        sums[kind] += cost or 0
    return sums


def test_the_draw_meets_every_rule(drawn: Drawn) -> None:
    """Calls without a price, of every variant, and of more than a hundred models are among them."""
    assert len({way.model.id for way in drawn.ways}) > 60
    assert {way.variants for way in drawn.ways} >= {(), ("batch",), ("fast",), ("us",)}
    assert 0 < drawn.costs.count(None) < NUMBER // 2


def test_each_call_costs_what_the_oracle_says(drawn: Drawn) -> None:
    """One by one, 100,000 calls cost the same to less than a billionth of a dollar."""
    calls = drawn.calls
    wrong = []
    for row in range(NUMBER):
        segments = drawn.tariffs.of(selector_of(calls.kinds[calls.kind[row]]))
        moment = calls.ts[row]
        segment = next(one for one in segments if one.begins <= moment < one.ends)
        rates = segment.rates(moment, calls.context[row])
        tokens = [calls.tokens[name][row] for name in TOKEN_CLASSES]
        cost = None if rates is None else Fraction(sum(map(int.__mul__, tokens, rates)), FEMTO)
        expected = drawn.costs[row]
        if cost is None or expected is None:
            if cost is not expected:
                wrong.append((drawn.ways[calls.kind[row]].kind, oracle.when(moment), cost))
        elif abs(cost - expected) > Fraction(1, 10**9):
            wrong.append((drawn.ways[calls.kind[row]].kind, oracle.when(moment), cost))

    assert wrong == []


def test_sums_are_right_to_the_cent(drawn: Drawn) -> None:
    """Added up before they are priced, calls cost the same to the cent, kind by kind."""
    sums = dict.fromkeys(range(len(drawn.ways)), Fraction(0))
    for key, found in summed(drawn.calls, drawn.tariffs).items():
        sums[key.kind] += Fraction(cost_of(key, found.tokens) or 0, FEMTO)

    assert cents(sums) == cents(by_kind(drawn))


def test_the_expression_is_right_to_the_cent(drawn: Drawn) -> None:
    """One relational expression in DuckDB gives the same to the cent; it prices no more of them."""
    table, bands = call_table(drawn.calls, drawn.tariffs)
    engine = ibis.duckdb.connect()
    calls = engine.create_table("calls", table)
    book = PricedTables(
        engine.create_table("borders", border_table(bands)),
        engine.create_table("rates", rate_table(bands)),
    )
    rows = priced(calls, book, bands, ["kind"]).to_pyarrow().to_pylist()

    unpriced = [0] * len(drawn.ways)
    for kind, cost in zip(drawn.calls.kind, drawn.costs, strict=True):
        unpriced[kind] += cost is None
    found = {row["kind"]: Fraction(int(row["cost"] or 0), FEMTO) for row in rows}
    assert cents(found) == cents(by_kind(drawn))
    assert {row["kind"]: row["unpriced_calls"] for row in rows} == dict(enumerate(unpriced))


def test_the_expression_and_the_sums_are_one(drawn: Drawn) -> None:
    """To the last digit, calls, tokens and cost of the two are the same."""
    table, bands = call_table(drawn.calls, drawn.tariffs)
    engine = ibis.duckdb.connect()
    calls = engine.create_table("calls", table)
    book = PricedTables(
        engine.create_table("borders", border_table(bands)),
        engine.create_table("rates", rate_table(bands)),
    )
    (row,) = (
        priced(calls.mutate(all=1), book, bands, ["all"]).to_pyarrow().to_pylist()
    )  # fmt: skip
    sums = summed(drawn.calls, drawn.tariffs)

    assert int(row["cost"]) == sum(cost_of(key, one.tokens) or 0 for key, one in sums.items())
    assert [row[name] for name in TOKEN_CLASSES] == [
        sum(one.tokens[place] for one in sums.values()) for place in range(len(TOKEN_CLASSES))
    ]


def test_a_window_cuts_to_the_microsecond(drawn: Drawn) -> None:
    """The first moment of a window is in it, the last is not."""
    moments = sorted(drawn.calls.ts)
    begins, ends = moments[NUMBER // 3], moments[NUMBER // 2]
    sums = summed(drawn.calls, drawn.tariffs, window=Window(begins, ends))

    assert sum(one.calls for one in sums.values()) == sum(begins <= one < ends for one in moments)
