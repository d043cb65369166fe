"""Drawn calls as a usage table for engines, with the same calls as `advisor usage` knows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pyarrow as pa
import usage_oracle as oracle
from conftest import ROOT
from usage_draws import drawn_calls, ways_of

from advisor.answers.usage.answer import AskedDays, gather, usage_answer
from advisor.answers.usage.rates import rates_of
from advisor.load.price_book import read_price_book
from advisor.model.rates import RateBook
from advisor.model.usage import Calls, Kind, Usage
from advisor.tables.usage import UsageAnswer
from advisor.token_classes import TOKEN_CLASSES

PEOPLE = ("anna", "ben", "chi")
_TEXTS = ("source", "provider", "model", "speed", "service_tier", "geo", "person")


class UsageTable(NamedTuple):
    """A table, the same calls, and the prices that both have."""

    table: pa.Table
    calls: Calls
    book: RateBook

    def answer(self, by: Sequence[str], asked: AskedDays) -> UsageAnswer:
        """Return what the product says of the calls without an engine."""
        usage = Usage()
        usage.calls = self.calls
        return usage_answer(gather(usage, self.book, asked), by)


def drawn_table(number: int, seed: int) -> UsageTable:
    """Draw calls of three people over every model, tier, variant, channel and hour."""
    calls = drawn_calls(ways_of(oracle.tables(ROOT / "pricing")), number, seed=seed)
    plain = list(calls.kinds)
    calls.kinds = [
        kind._replace(person=person)
        for kind in (*plain, Kind("drawn", model=""))
        for person in PEOPLE
    ]
    kinds = calls.columns["kind"]
    for row, kind in enumerate(kinds):
        way = len(plain) if row % 97 == 0 else int(kind)
        kinds[row] = way * len(PEOPLE) + row % len(PEOPLE)
    return UsageTable(table_of(calls), calls, RateBook(rates_of(read_price_book())))


def table_of(calls: Calls) -> pa.Table:
    """Lay calls out as a table; a model that no log named is null."""
    place = pa.array(calls.columns["kind"], pa.int64())
    columns = {"ts": pa.array(calls.ts, pa.int64()).cast(pa.timestamp("us"))}
    for name in _TEXTS:
        said = [getattr(kind, name) or None for kind in calls.kinds]
        columns[name] = pa.array(said, pa.string()).take(place)
    for name in (*TOKEN_CLASSES, "reasoning", "context"):
        columns[name] = pa.array(calls.columns[name], pa.int64())
    return pa.table(columns)


def alike(answer: UsageAnswer) -> dict[str, object]:
    """Return what two answers to the same question have in common, whoever gave them."""
    rows = {
        tuple(row.names): (
            row.calls, list(row.tokens), row.reasoning, list(row.costs), row.is_priced,
            row.unpriced_calls, row.unpriced_tokens,
        )
        for row in answer.rows
    }  # fmt: skip
    return {
        "rows": rows,
        "total": answer.total._replace(tokens=tuple(answer.total.tokens),
                                       costs=tuple(answer.total.costs)),
        "chart": list(answer.chart),
        "unpriced": sorted((*one[:4], *one.tokens) for one in answer.unpriced),
        "days": (answer.first, answer.last),
        "notes": list(answer.notes),
    }  # fmt: skip
