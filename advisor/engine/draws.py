"""Uncertain numbers to draws, each number from a stream of its own.

A stream is named by the number's key path in the file, so that neither the order of a file nor the
options beside it change a draw, and all options see the same simulated years. One uniform number is
drawn for each year and put through the inverse distribution: two classes that share one stream rise
and fall together.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from advisor.model.uncertain import NORMAL_P90, Form, Uncertain

FloatArray = NDArray[np.float64]

_GRID = 2001
_BELLS = frozenset({Form.LOGNORMAL, Form.ODDS})

Streams = Sequence[tuple[str, float]]
"""Streams of normals with a weight each; the squares of the weights add up to 1."""


class _Stream:
    """A stream of random numbers, and how many years it has been drawn for."""

    def __init__(self, generator: np.random.Generator) -> None:
        self.generator = generator
        self.drawn = 0


_Kind = Literal["random", "standard_normal"]


class Years:
    """So many simulated years from a seed; or the one year at the means, for `expected`."""

    def __init__(self, draws: int, seed: int) -> None:
        """Prepare streams; nothing is drawn yet."""
        self.draws = draws
        self.seed = seed
        self._begin = 0
        self._streams: dict[tuple[str, _Kind], _Stream] = {}
        self._kept: dict[tuple[str, _Kind], FloatArray] = {}
        self._last: tuple[tuple[str, ...], FloatArray] = ((), np.empty((0, draws)))

    def parts(self, step: int) -> Iterator[Years]:
        """Return the same years, at most so many at a time, each to be drawn before the next."""
        streams: dict[tuple[str, _Kind], _Stream] = {}
        for begin in range(0, self.draws, step):
            part = Years(min(step, self.draws - begin), self.seed)
            part._begin, part._streams = begin, streams
            yield part

    def of(self, number: Uncertain, stream: str) -> FloatArray:
        """Draw one number for every year. Shape (draws,), or (1,) for an exact one."""
        if number.is_exact:
            return np.array([number.mode])
        if number.form in _BELLS:
            return _bell(number, self._drawn(stream, "standard_normal"))
        uniform = self._drawn(stream, "random")
        if number.form is Form.UNIFORM:
            return np.asarray(number.low + (number.high - number.low) * uniform)
        return _pert(number, uniform)

    def together(self, number: Uncertain, streams: Streams) -> FloatArray:
        """Draw a number that shares streams with others. Shape (draws,)."""
        names = tuple(stream for stream, _ in streams)
        if names != self._last[0]:  # all classes of an option are asked for in a row
            self._last = names, np.array([self._drawn(name, "standard_normal") for name in names])
        weights = np.array([weight for _, weight in streams])
        return _bell(number, weights @ self._last[1])

    def level(self, sigma: float, stream: str) -> FloatArray:
        """Draw a lognormal factor of mean 1. Shape (draws,), or (1,) where sigma is 0."""
        if sigma == 0:
            return np.ones(1)
        normal = self._drawn(stream, "standard_normal")
        return np.asarray(np.exp(sigma * normal - sigma**2 / 2))  # mean 1 for any spread

    def _drawn(self, stream: str, kind: _Kind) -> FloatArray:
        """Return a stream's numbers, drawn once for all who share it: many classes a default."""
        key = stream, kind
        if key not in self._kept:
            if key not in self._streams:
                self._streams[key] = _Stream(self._generator(stream))
            source = self._streams[key]
            draw = getattr(source.generator, kind)
            draw(self._begin - source.drawn)  # years in which nobody asked for it
            self._kept[key] = draw(self.draws)
            source.drawn = self._begin + self.draws
        return self._kept[key]

    def _generator(self, stream: str) -> np.random.Generator:
        digest = int.from_bytes(hashlib.sha256(stream.encode()).digest(), "big")
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence([self.seed, digest])))


class Means(Years):
    """The one year in which every uncertain number takes its mean, a borrowed one its median."""

    def __init__(self) -> None:
        """Hold one draw."""
        super().__init__(1, 0)

    def parts(self, step: int) -> Iterator[Years]:
        """Return the one year."""
        yield self

    def of(self, number: Uncertain, stream: str) -> FloatArray:
        """Return the mean. Shape (1,)."""
        return np.array([number.expected])

    def together(self, number: Uncertain, streams: Streams) -> FloatArray:
        """Return the median. Shape (1,)."""
        return np.array([number.mode])

    def level(self, sigma: float, stream: str) -> FloatArray:
        """Return the mean, which is 1. Shape (1,)."""
        return np.ones(1)


class Moved(Means):
    """The year at the means but for one stream, which stands at its P10 or its P90."""

    def __init__(self, stream: str, *, high: bool) -> None:
        """Name the stream, and the end that it is moved to."""
        super().__init__()
        self.stream = stream
        self._end, self._steps = (2, NORMAL_P90) if high else (0, -NORMAL_P90)

    def of(self, number: Uncertain, stream: str) -> FloatArray:
        """Return the mean, or the end of the range where it is the number's turn. Shape (1,)."""
        if stream != self.stream or number.is_exact:
            return super().of(number, stream)
        return np.array([percentiles(number)[self._end]])

    def together(self, number: Uncertain, streams: Streams) -> FloatArray:
        """Return the median, moved as far as the stream moves it. Shape (1,)."""
        weight = sum(weight for stream, weight in streams if stream == self.stream)
        return _bell(number, np.array([weight * self._steps]))

    def level(self, sigma: float, stream: str) -> FloatArray:
        """Return 1, or the end of the range where it is the level's turn. Shape (1,)."""
        if stream != self.stream or sigma == 0:
            return super().level(sigma, stream)
        return np.array([math.exp(sigma * self._steps - sigma**2 / 2)])


class DrawListing(Means):
    """The year at the means, which remembers what could be drawn: stream by stream, in order."""

    def __init__(self) -> None:
        """Nothing is asked for yet."""
        super().__init__()
        self.streams: dict[str, None] = {}

    def of(self, number: Uncertain, stream: str) -> FloatArray:
        """Remember an uncertain number. Shape (1,)."""
        if not number.is_exact:
            self.streams[stream] = None
        return super().of(number, stream)

    def together(self, number: Uncertain, streams: Streams) -> FloatArray:
        """Remember every stream of a borrowed number. Shape (1,)."""
        self.streams |= dict.fromkeys(stream for stream, _ in streams)
        return super().together(number, streams)

    def level(self, sigma: float, stream: str) -> FloatArray:
        """Remember a level that spreads. Shape (1,)."""
        if sigma:
            self.streams[stream] = None
        return super().level(sigma, stream)


def percentiles(number: Uncertain) -> tuple[float, float, float]:
    """Return P10, P50 and P90 of a number."""
    if number.is_exact:
        return number.mode, number.mode, number.mode
    if number.form in _BELLS:
        values = _bell(number, np.array([-NORMAL_P90, 0.0, NORMAL_P90]))
    elif number.form is Form.UNIFORM:
        values = number.low + (number.high - number.low) * _TENTHS
    else:
        values = _pert(number, _TENTHS)
    low, middle, high = values.tolist()
    return low, middle, high


_TENTHS = np.array([0.1, 0.5, 0.9])


def _bell(number: Uncertain, normal: FloatArray) -> FloatArray:
    """Put standard normals through a lognormal, or through odds."""
    if number.odds is None:
        return np.asarray(number.low * np.exp(number.sigma * normal))
    base, step, spread = number.odds
    # 1 ÷ (1 + e^-odds) ÷ base, where the base's own odds and the step are one factor.
    against = np.exp(-spread * normal)
    against *= (1 - base) * math.exp(-step)
    against += base
    return np.asarray(np.reciprocal(against))


def _pert(number: Uncertain, uniform: FloatArray) -> FloatArray:
    width = number.high - number.low
    rise = (number.mode - number.low) / width
    table = _pert_quantiles(round(rise, 12))
    # The grid is even, so a product finds the place that a search would.
    exact = uniform * (_GRID - 1)
    place = exact.astype(np.intp)
    scaled = table[place] + (exact - place) * (table[place + 1] - table[place])
    return np.asarray(number.low + width * scaled)


@cache
def _pert_quantiles(rise: float) -> FloatArray:
    """Tabulate the inverse distribution of PERT on [0, 1] with its mode at `rise`.

    Its density x^(α-1)·(1-x)^(β-1), α = 1+4·rise, β = 5-4·rise, is summed by Simpson's rule on a
    fine grid; the mean of the table is (4·rise + 1) ÷ 6 to within 0.00004.
    """
    grid = np.linspace(0.0, 1.0, 2 * (_GRID - 1) + 1)
    middles = (grid[1:] + grid[:-1]) / 2
    a, b = 4 * rise, 4 - 4 * rise
    ends, centre = grid**a * (1 - grid) ** b, middles**a * (1 - middles) ** b
    mass = np.concatenate([[0.0], np.cumsum(ends[:-1] + 4 * centre + ends[1:])])
    return np.asarray(np.interp(np.linspace(0.0, 1.0, _GRID), mass / mass[-1], grid))


def quantiles(values: FloatArray, shares: Sequence[float]) -> list[float]:
    """Return the values below which shares of the draws lie, between draws in a straight line.

    What `numpy.quantile` does by default; that one first imports a package that takes longer than
    the draws.
    """
    places = [share * (values.size - 1) for share in shares]
    wanted = sorted({bound for at in places for bound in (math.floor(at), math.ceil(at))})
    ordered = np.partition(values, wanted)
    return [
        float(_between(ordered[math.floor(at)], ordered[math.ceil(at)], at % 1)) for at in places
    ]


def _between(low: float, high: float, part: float) -> float:
    return low if part == 0 or low == high else low + (high - low) * part
