"""What all calls come to, in a form that calls can be added to and taken from, and kept as JSON.

Everything is whole numbers or lists of calls, so that what islands of files came to, taken away,
and what they come to now, added, is exactly what all files together come to.
"""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple, TypeVar

from advisor.answers.usage.days import ZoneDays
from advisor.answers.usage.remarks import cuts_of, estimates_of
from advisor.answers.usage.sums import CallSum, Key, Sums
from advisor.model.usage import Kind, Unlogged, Usage
from advisor.tables.usage import Cut, by_class

FORMAT = 1
"""Grows whenever the same calls would come to something else, or be written in another way."""
_FIELDS = CallSum.__slots__
_PLAIN = tuple(name for name in _FIELDS if name != "numbers")


class Totals(NamedTuple):
    """What calls come to.

    `cuts` are calls that were cut, `estimates` rows by source that are an agent's own guess;
    `counters` are (source, what) and how often.
    """

    kinds: list[Kind]
    sums: Sums
    cuts: list[Cut]
    estimates: dict[str, int]
    unlogged: list[Unlogged]
    counters: dict[tuple[str, str], int]


def totals_of(usage: Usage, sums: Sums, days: ZoneDays) -> Totals:
    """Gather what calls come to, given their sums by kind, day and price."""
    counters: dict[tuple[str, str], int] = {}
    for one in usage.counters:
        counters[one.source, one.what] = counters.get((one.source, one.what), 0) + one.number
    calls = usage.calls
    return Totals(
        calls.kinds, sums, cuts_of(calls, days), estimates_of(calls), usage.unlogged, counters
    )


def changed(last: Totals, before: Totals, after: Totals) -> Totals:
    """Return what all calls come to, of which some came to `before` and come to `after` now.

    `last` is used up.
    """
    sums, kinds = last.sums, last.kinds
    places = {kind: place for place, kind in enumerate(kinds)}
    for sign, some in ((-1, before), (1, after)):
        for key, found in some.sums.items():
            kind = some.kinds[key.kind]
            if kind not in places:
                places[kind] = len(kinds)
                kinds.append(kind)
            _add(sums, key._replace(kind=places[kind]), found, sign)
    return Totals(
        kinds,
        sums,
        _moved(last.cuts, before.cuts, after.cuts),
        _summed(last.estimates, before.estimates, after.estimates),
        _moved(last.unlogged, before.unlogged, after.unlogged),
        _summed(last.counters, before.counters, after.counters),
    )


def _add(sums: Sums, key: Key, found: CallSum, sign: int) -> None:
    """Add a sum, or take it away; one of no rows is left out."""
    into = sums.setdefault(key, CallSum())
    into.numbers = [a + sign * b for a, b in zip(into.numbers, found.numbers, strict=True)]
    for name in _PLAIN:
        setattr(into, name, getattr(into, name) + sign * getattr(found, name))
    if not into.rows:
        del sums[key]


_Listed = TypeVar("_Listed", Cut, Unlogged)
_Name = TypeVar("_Name", str, tuple[str, str])


def _moved(last: list[_Listed], before: list[_Listed], after: list[_Listed]) -> list[_Listed]:
    """Take some out of a list, and put others in."""
    if before != after:
        for one in before:
            last.remove(one)
        last.extend(after)
    return last


def _summed(
    last: dict[_Name, int], before: Mapping[_Name, int], after: Mapping[_Name, int]
) -> dict[_Name, int]:
    for sign, some in ((-1, before), (1, after)):
        for name, number in some.items():
            last[name] = last.get(name, 0) + sign * number
    return last


def packed(totals: Totals) -> str:
    """Write totals as JSON."""
    said = [
        totals.kinds,
        [[*key, *[getattr(found, name) for name in _FIELDS]] for key, found in totals.sums.items()],
        totals.cuts,
        totals.estimates,
        [[*one[:-1], [*one.tokens.values()]] for one in totals.unlogged],
        [[*name, number] for name, number in totals.counters.items()],
    ]
    return json.dumps(said, separators=(",", ":"))


def unpacked(said: str) -> Totals:
    """Read what `packed` has written."""
    kinds, sums, cuts, estimates, unlogged, counters = json.loads(said)
    return Totals(
        [Kind._make(one) for one in kinds],
        dict(map(_sum_of, sums)),
        [Cut._make(one) for one in cuts],
        estimates,
        [
            Unlogged(source, home, session, model, by_class(tokens))
            for source, home, session, model, tokens in unlogged
        ],
        {(source, what): number for source, what, number in counters},
    )


def _sum_of(said: list[Any]) -> tuple[Key, CallSum]:
    kind, day, model, rates, why, *fields = said
    found = CallSum()
    for name, value in zip(_FIELDS, fields, strict=True):
        setattr(found, name, value)
    return Key(kind, day, model, rates and tuple(rates), why), found
