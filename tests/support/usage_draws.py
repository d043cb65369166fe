"""Draws calls over every model, tier, variant, channel and hour, with moments on every border."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import usage_oracle as oracle

from advisor.model.usage import Calls, Kind
from advisor.token_classes import TOKEN_CLASSES

LAST = datetime(2027, 3, 1, tzinfo=UTC)
REGIONS = {"us": "us", "regional": "eu"}
"""Variants that say where a call is served, and how a log says so."""
NAN = float("nan")


class Way(NamedTuple):
    """A way to be served as a log says it, and the variants that the price tables have for it."""

    kind: Kind
    model: oracle.Sold
    variants: tuple[str, ...] = ()
    channel: str = ""


def ways_of(found: oracle.Tables) -> list[Way]:
    """List every model with every variant, region and channel that its prices know."""
    ids = [model.id for model in found.models]
    aliases = {alias for model in found.models for alias in model.block.get("aliases", [])}
    listed = []
    for model in found.models:
        if ids.count(model.id) == 1 and model.id not in aliases:
            listed += list(_ways(model))
    return listed


def _ways(model: oracle.Sold) -> Iterator[Way]:
    plain = Kind("drawn", model=model.id)
    names = {name for one in model.block["prices"] for name in one.get("variants", {})}
    yield Way(plain, model)
    yield Way(plain._replace(provider="openrouter"), model, channel="openrouter")
    for name in sorted(names - set(REGIONS)):
        yield Way(plain._replace(speed=name), model, (name,))
        yield Way(plain._replace(service_tier=name), model, (name,))
    for region in sorted(names & set(REGIONS)):
        there = plain._replace(geo=REGIONS[region])
        yield Way(there, model, (region,))
        for name in sorted(names - set(REGIONS)):
            yield Way(there._replace(speed=name), model, (name, region))


def drawn_calls(ways: Sequence[Way], number: int, seed: int) -> Calls:
    """Draw calls, of one kind for each way."""
    draw = random.Random(seed)  # noqa: S311
    calls = Calls([way.kind for way in ways], [""])
    for row in range(number):
        place = row % len(ways)
        model = ways[place].model
        values = {"kind": place, "session": 0, "ts": _moment(model, draw), "key": row, "twin": 0,
                  "flags": 0, "calls": 1, "reasoning": 0, "context": _prompt(model, draw),
                  "cost": NAN}  # fmt: skip
        values |= {name: draw.choice((0, draw.randrange(1 << draw.randrange(1, 21))))
                   for name in TOKEN_CLASSES}  # fmt: skip
        for name, value in values.items():
            calls.columns[name].append(value)  # type: ignore[arg-type]
    return calls


def _moment(model: oracle.Sold, draw: random.Random) -> int:
    """Draw a moment: anywhere, or on a border of a price or an hour, a microsecond before, on."""
    borders = [oracle.moment(one["effective_from"]) for one in model.block["prices"]]
    first = _micro(min(borders)) - 40 * 86_400_000_000
    anywhere = draw.randrange(first, _micro(LAST))
    kind = draw.randrange(4)
    if kind == 0:
        return _micro(draw.choice(borders)) + draw.choice((-1, 0, 1))
    if kind == 1:
        return anywhere // 3_600_000_000 * 3_600_000_000 + draw.choice((-1, 0, 1))
    return anywhere


def _prompt(model: oracle.Sold, draw: random.Random) -> int:
    overs = [
        int(oracle.number(tier["over"]))
        for one in model.block["prices"]
        for tier in oracle.as_list(one.get("long_context", []))
    ]
    if overs and draw.random() < 0.5:
        return draw.choice(overs) + draw.choice((-1, 0, 1))
    return draw.randrange(1 << draw.randrange(1, 21))


def _micro(when: datetime) -> int:
    return round((when - oracle.EPOCH).total_seconds()) * 1_000_000
