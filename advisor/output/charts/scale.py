"""From figures to places, and round figures along an axis."""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

_STEPS = (1.0, 2.0, 5.0, 10.0)
_THOUSAND = 1e3
_UNITS = ((1e9, "B"), (1e6, "M"), (_THOUSAND, "k"))
_PAD = 1e-9


class Scale(NamedTuple):
    """A straight scale: figures from `low` to `high` lie from `start` to `end`, in pixels."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return where a figure lies; one outside lies at the edge."""
        part = (value - self.low) / (self.high - self.low)
        return self.start + min(max(part, 0.0), 1.0) * (self.end - self.start)


def known(values: Iterable[float | None]) -> list[float]:
    """Keep the figures that are known and finite."""
    return [value for value in values if value is not None and math.isfinite(value)]


def steps(low: float, high: float, most: int) -> list[float]:
    """Return round figures, at most so many, the first not above `low`, the last not below `high`.

    The distance between them is 1, 2 or 5 times a power of ten. What differs by rounding is one.
    """
    if high - low <= _PAD * max(abs(low), abs(high)):
        high = low + (abs(low) or 1.0)
    rough = (high - low) / max(most - 1, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    for factor in (*_STEPS, 20.0):
        step = factor * power
        first = math.floor(low / step + _PAD)
        last = math.ceil(high / step - _PAD)
        if last - first < most or factor == 20.0:
            break
    return [number * step for number in range(first, last + 1)]


def scale_of(values: Sequence[float], start: float, end: float, *, most: int = 6) -> "ScaledAxis":
    """Lay round figures around values; nothing at all lies from 0 to 1."""
    found = known(values) or [0.0]
    ticks = steps(min(found), max(found), most)
    return ScaledAxis(Scale(ticks[0], ticks[-1], start, end), ticks, tick_labels(ticks))


class ScaledAxis(NamedTuple):
    """A scale with the round figures along it and how they are written."""

    scale: Scale
    ticks: Sequence[float]
    labels: Sequence[str]


def tick_labels(ticks: Sequence[float]) -> list[str]:
    """Write round figures alike: 0, 20k, 40k or 0, 0.5, 1.0; nothing is lost."""
    largest = max(abs(tick) for tick in ticks)
    step = ticks[1] - ticks[0] if len(ticks) > 1 else largest or 1.0
    size, name = next(((s, n) for s, n in _UNITS if largest >= s and step >= 0.1 * s), (1.0, ""))
    if size == _THOUSAND and (step < size or largest < 10 * size):
        size, name = 1.0, ""
    digits = max(0, -math.floor(math.log10(step / size) + _PAD))
    return [_tick(tick / size, digits, name) for tick in ticks]


def _tick(value: float, digits: int, name: str) -> str:
    return f"{value:,.{digits}f}{name}" if abs(value) > _PAD else "0"


def with_unit(label: str, unit: str) -> str:
    """Put a currency's sign before a figure, the minus before both; `%` stands behind it."""
    if unit == "%":
        return f"{label}%"
    return f"-{unit}{label[1:]}" if label.startswith("-") else f"{unit}{label}"
