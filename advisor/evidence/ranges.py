"""Factors known as a range, and their products and ratios.

A range is a most likely value and how far below and above it the value may lie, both as logarithms.
Independent uncertainties add as squares, so three steps of ×2 are not one of ×8. That holds for the
two sides apart: a figure that was only ever revised upwards stays lopsided.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from advisor.model.uncertain import NORMAL_P90, Form, Uncertain


@dataclass(frozen=True)
class Range:
    """A positive number: its most likely value, ln(mode ÷ low) and ln(high ÷ mode)."""

    mode: float
    below: float = 0.0
    above: float = 0.0

    @classmethod
    def of(cls, number: Uncertain) -> Range:
        """Read a positive uncertain number; a lognormal's 90th percentile is its high end."""
        if number.form is Form.LOGNORMAL:
            width = NORMAL_P90 * number.sigma
            return cls(number.mode, width, width)
        mode = number.mode
        return cls(mode, math.log(mode / number.low), math.log(number.high / mode))

    @property
    def low(self) -> float:
        """The low end."""
        return self.mode * math.exp(-self.below)

    @property
    def high(self) -> float:
        """The high end."""
        return self.mode * math.exp(self.above)

    @property
    def width(self) -> float:
        """ln(high ÷ low)."""
        return self.below + self.above

    def __mul__(self, other: Range) -> Range:
        """Multiply two independent ranges."""
        return Range(
            self.mode * other.mode,
            math.hypot(self.below, other.below),
            math.hypot(self.above, other.above),
        )

    def __truediv__(self, other: Range) -> Range:
        """Divide by an independent range."""
        return Range(
            self.mode / other.mode,
            math.hypot(self.below, other.above),
            math.hypot(self.above, other.below),
        )

    def at_most(self, limit: float) -> Range:
        """Return it with no part of it above a limit."""
        mode = min(self.mode, limit)
        low, high = min(self.low, limit), min(self.high, limit)
        return Range(mode, math.log(mode / low), math.log(high / mode))

    def written(self) -> Uncertain:
        """Return it as a PERT."""
        return Uncertain.pert(self.low, self.mode, self.high)


ONE = Range(1.0)


def product(ranges: Iterable[Range]) -> Range:
    """Multiply independent ranges; none make exactly 1."""
    result = ONE
    for one in ranges:
        result = result * one
    return result


def spanning(ranges: Iterable[Range]) -> Range:
    """Return one range that covers answers which disagree; its mode is their geometric mean."""
    given = list(ranges)
    mode = math.exp(math.fsum(math.log(one.mode) for one in given) / len(given))
    low, high = min(one.low for one in given), max(one.high for one in given)
    return Range(mode, math.log(mode / low), math.log(high / mode))


def sampled_share(share: float, trials: int | None) -> Range | None:
    """Return a measured share with its sampling error (Wilson, 10 % to 90 %).

    None where a share of zero comes without a number of trials: then it says nothing of how far
    above zero the truth may lie. No success in n trials counts as half a one in n + 1.
    """
    if trials is None:
        return Range(share) if share > 0 else None
    shrink = NORMAL_P90**2 / trials
    centre = (share + shrink / 2) / (1 + shrink)
    half = NORMAL_P90 / (1 + shrink) * math.sqrt(share * (1 - share) / trials + shrink / 4 / trials)
    mode = share or 0.5 / (trials + 1)
    low, high = max(centre - half, mode / 10), min(centre + half, 1.0)
    return Range(mode, math.log(mode / min(low, mode)), math.log(max(high, mode) / mode))


def sampled_mean(mean: float, trials: int | None, variation: float) -> Range:
    """Return a measured positive mean with its sampling error; `variation` is deviation ÷ mean."""
    if trials is None:
        return Range(mean)
    width = NORMAL_P90 * variation / math.sqrt(trials)
    return Range(mean, width, width)
