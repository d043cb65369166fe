"""Sums put into rows, by whatever dimensions were asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from operator import add, mul

from advisor.answers.usage.days import day_name, month_name, week_name
from advisor.answers.usage.sums import PIECES, CallSum, Key, Sums
from advisor.model.usage import Kind
from advisor.tables.usage import TIMES, UsageRow
from advisor.token_classes import TOKEN_CLASSES

_day_name = lru_cache(day_name)
NOBODY = "unknown"
"""Who makes a model that the price tables don't know."""
Namer = Callable[[Key, Kind], str]
NAMERS: dict[str, Namer] = {
    "source": lambda _, kind: kind.source,
    "day": lambda key, _: _day_name(key.day),
    "week": lambda key, _: week_name(key.day),
    "month": lambda key, _: month_name(key.day),
    "model": lambda _, kind: kind.model,
    "speed": lambda _, kind: kind.speed or "standard",
    "priced_as": lambda key, _: key.model,
    "vendor": lambda key, _: key.model.partition("/")[0] or NOBODY,
    "project": lambda _, kind: kind.project,
    "person": lambda _, kind: kind.person,
    "home": lambda _, kind: kind.home,
    "no_price": lambda key, _: key.why,
}
"""How each of `tables.usage.DIMENSIONS` is named."""


class _Group:
    """What a row adds up."""

    def __init__(self) -> None:
        self.numbers = [0] * (len(TOKEN_CLASSES) + 2)
        self.costs = [0] * len(TOKEN_CLASSES)
        self.is_priced = False
        self.unpriced_calls = self.unpriced_tokens = 0
        self.written = 0
        self.has_written = False

    def add(self, key: Key, found: CallSum) -> None:
        """Add a sum."""
        self.numbers = list(map(add, self.numbers, found.numbers))
        if key.rates is not None:
            self.is_priced = True
            self.costs = list(map(add, self.costs, map(mul, found.tokens, key.rates)))
        else:
            self.unpriced_calls += found.calls
            self.unpriced_tokens += sum(found.tokens)
        self.written += found.written_pieces
        self.has_written |= found.written_rows > 0

    def row(self, names: Sequence[str]) -> UsageRow:
        """Return the row."""
        calls, *tokens, reasoning = self.numbers
        return UsageRow(
            names, calls, tokens, reasoning, self.costs, self.is_priced, self.unpriced_calls,
            self.unpriced_tokens, self.written / PIECES if self.has_written else None,
        )  # fmt: skip


def total_of(sums: Sums) -> UsageRow:
    """Return the sum of all."""
    group = _Group()
    for key, found in sums.items():
        group.add(key, found)
    return group.row(())


def rows_of(sums: Sums, kinds: Sequence[Kind], by: Sequence[str]) -> list[UsageRow]:
    """Group sums: times in their order, everything else with the dearest first."""
    groups: dict[tuple[str, ...], _Group] = {}
    namers = [NAMERS[name] for name in by]
    for key, found in sums.items():
        kind = kinds[key.kind]
        names = tuple([namer(key, kind) for namer in namers])
        if names not in groups:
            groups[names] = _Group()
        groups[names].add(key, found)
    return in_order([group.row(names) for names, group in groups.items()], by)


def in_order(rows: Iterable[UsageRow], by: Sequence[str]) -> list[UsageRow]:
    """Sort rows: times in their order, everything else with the dearest first."""
    rows = list(rows)
    weights: dict[tuple[str, ...], tuple[int, int]] = {}
    for row in rows:
        costs, all_tokens = sum(row.costs), row.all_tokens
        for depth in range(1, len(by) + 1):
            head = tuple(row.names[:depth])
            cost, tokens = weights.get(head, (0, 0))
            weights[head] = cost - costs, tokens - all_tokens

    def place(row: UsageRow) -> list[tuple[int, int, str]]:
        heads = [tuple(row.names[: depth + 1]) for depth in range(len(by))]
        return [
            (0, 0, head[-1]) if dimension in TIMES else (*weights[head], head[-1])
            for dimension, head in zip(by, heads, strict=True)
        ]

    return sorted(rows, key=place)
