"""What one call costs, slow and obvious, in exact fractions, straight from the pricing files.

Nothing here may import `advisor`: whole-number rates and the relational expression are held against
this. It reads YAML as plain text and follows the rules of the economics.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

CLASSES = ("input", "cache_write", "cache_write_1h", "cache_read", "output")
FALLBACK = {"cache_read": "input", "cache_write": "input", "cache_write_1h": "cache_write"}
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Block = Mapping[str, Any]


class Sold(NamedTuple):
    """A model as its file has it."""

    vendor: str
    id: str
    block: Block


class Tables(NamedTuple):
    """All models, channels and calendars, as their files have them."""

    models: list[Sold]
    channels: dict[str, Block]
    calendars: dict[str, Block]


def tables(folder: Path) -> Tables:
    """Read every file; every scalar stays text."""
    found = Tables([], {}, {})
    for path in sorted(folder.glob("*.yaml")):
        block = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
        found.models.extend(
            Sold(block.get("vendor", ""), name, one)
            for name, one in block.get("models", {}).items()
        )
        found.channels.update(block.get("channels", {}))
        found.calendars.update(block.get("calendars", {}))
    return found


@cache
def moment(text: str) -> datetime:
    """Read a day or an instant."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def when(microseconds: int) -> datetime:
    """Read microseconds since 1970."""
    return EPOCH + timedelta(microseconds=microseconds)


@cache
def number(text: str) -> Fraction:
    """Read a number as it is written."""
    return Fraction(text.replace("_", ""))


def period_at(model: Sold, at: datetime) -> Block | None:
    """Return the prices in force."""
    begun = [
        one for one in model.block["prices"]
        if one.get("status") != "cancelled" and moment(one["effective_from"]) <= at
    ]  # fmt: skip
    return begun[-1] if begun else None


def answering(found: Tables, model: Sold, at: datetime) -> Sold:
    """Return who answers for a model: once it has retired, its successor where it redirects."""
    block = model.block
    if block.get("redirects") != "true" or moment(block["retires"]) > at:
        return model
    named = (one for one in found.models if one[:2] == (model.vendor, block["successor"]))
    return answering(found, next(named), at)


def stated(block: Block, name: str) -> Fraction:
    """Return a class's price inside a block, or that of the class it falls back to."""
    return number(block[name]) if name in block else stated(block, FALLBACK[name])


def as_list(value: Any) -> list[Any]:
    """Return a list, be it one already or not."""
    return value if isinstance(value, list) else [value]


def is_busy(peak: Block, at: datetime, calendars: Mapping[str, Block]) -> bool:
    """Tell whether a moment is in busy hours."""
    if DAYS[at.weekday()] not in peak.get("weekdays", DAYS):
        return False
    years = calendars.get(peak.get("except", ""), {})
    if at.date() in {date.fromisoformat(one) for one in years.get(str(at.year), [])}:
        return False
    clock = at.time().replace(microsecond=0, second=0)
    for hours in peak["hours_utc"]:
        begin, end = hours.split("-")
        until = time(23, 59, 59) if end == "24:00" else time.fromisoformat(end)
        if time.fromisoformat(begin) <= clock < until:
            return True
    return False


def variant_price(variant: Block, period: Block, name: str) -> Fraction:
    """Return what a variant with prices asks for a class at the plain prompt."""
    if name in variant:
        return number(variant[name])
    if name in period:
        return number(period[name]) * number(variant["input"]) / number(period["input"])
    return variant_price(variant, period, FALLBACK[name])


def moved(price: Fraction, variant: Block, period: Block, name: str) -> Fraction:
    """Return a price as a variant moves it."""
    if "factor" in variant:
        return price * number(variant["factor"])
    return price * variant_price(variant, period, name) / stated(period, name)


def call_cost(
    found: Tables, model: Sold, at: datetime, prompt: int, tokens: Mapping[str, int],
    ways: tuple[str, ...], channel: str = "",
) -> Fraction | None:  # fmt: skip
    """Return dollars, None where something has no price. `ways` are variants, one upon another."""
    period = period_at(answering(found, model, at), at)
    if period is None:
        return None
    variants = [period.get("variants", {}).get(way) for way in ways]
    if any(one is None or ("until" in one and moment(one["until"]) <= at) for one in variants):
        return None
    chosen: Block = period
    passed = [
        one for one in as_list(period.get("long_context", [])) if prompt > number(one["over"])
    ]
    if passed and not any(one.get("long_context") == "none" for one in variants):
        chosen = passed[-1]
    elif "peak" in period and is_busy(period["peak"], at, found.calendars):
        chosen = period["peak"]
    total = Fraction(0)
    for name in CLASSES:
        price = stated(chosen, name)
        for variant in variants:
            price = moved(price, variant, period, name)
        total += price * tokens[name] / 1_000_000
    return total * (1 + fee(found, channel, at))


def fee(found: Tables, channel: str, at: datetime) -> Fraction:
    """Return what a channel adds; its first terms hold for all time before, too."""
    if not channel:
        return Fraction(0)
    periods = found.channels[channel]["periods"]
    begun = [one for one in periods if moment(one["effective_from"]) <= at]
    share = (begun[-1] if begun else periods[0]).get("fee", "0")
    return number(share[:-1]) / 100 if share.endswith("%") else number(share)
