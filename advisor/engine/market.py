"""What every way of working meets: the work, the options for sale, contracts, the policy's numbers.

What is drawn for an option alone stands beside it, and so does how many draws go through at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.engine.axes import Candidate, RandomInput, TaskTerms, Work, cut_rows, stack
from advisor.engine.draws import Years
from advisor.units import TOKEN_CLASSES

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

_CHUNK_ELEMENTS = 300_000
"""Largest intermediate array of a chunk of draws: 2.4 MB, which a processor's cache holds."""


@dataclass(frozen=True)
class Market:
    """Everything that is common to the ways of working compared: prices, contracts, policy."""

    work: Work
    terms: TaskTerms
    candidates: tuple[Candidate, ...]
    groups: IntArray
    usage_sigma: float
    commitments: Mapping[str, float]
    failure_correlation: float
    cost_ratio_on_failure: float
    rebound: float = 0.0
    reference: int = 0
    reference_rates: FloatArray = field(default_factory=lambda: np.zeros((0, 0)))
    row_tasks: FloatArray = field(init=False)
    _money: dict[int, FloatArray] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Add tasks up once; every option uses them."""
        object.__setattr__(self, "row_tasks", self.work.by_row(self.groups))

    def money_per_token(self, option: int) -> FloatArray:
        """Return tasks × price over price groups, what no draw changes. (row × token class, month).

        Kept, since every chunk of draws needs it.
        """
        if option not in self._money:
            rates = self.candidates[option].rates[:, self.work.row_class]
            fixed = np.einsum("rht,hrct->rct", self.row_tasks, rates, optimize=True)
            self._money[option] = fixed.reshape(-1, fixed.shape[2])
        return self._money[option]


class Drawing(NamedTuple):
    """The draws of one way of working that are its own: multiplier and quality by option."""

    multiplier: Mapping[int, FloatArray]
    quality: Mapping[int, FloatArray]

    @classmethod
    def of(cls, candidates: Sequence[Candidate], used: Sequence[int], years: Years) -> Drawing:
        """Draw the numbers of the options that are used. Each (S, K)."""
        return cls(
            {o: _columns(candidates[o].multiplier, years) for o in used},
            {o: _columns(candidates[o].quality, years) for o in used},
        )

    def part(self, rows: slice) -> Drawing:
        """Return some of the years."""
        return Drawing(
            {o: cut_rows(array, rows) for o, array in self.multiplier.items()},
            {o: cut_rows(array, rows) for o, array in self.quality.items()},
        )


def _columns(numbers: Sequence[RandomInput], years: Years) -> FloatArray:
    return stack([number.over(years) for number in numbers])


def chunks(market: Market, draws: int) -> list[slice]:
    """Cut the draws so that no intermediate array outgrows the cache."""
    width = len(market.work.row_class) * max(len(TOKEN_CLASSES), len(market.work.months))
    step = max(256, _CHUNK_ELEMENTS // width)
    return [slice(begin, min(begin + step, draws)) for begin in range(0, draws, step)]


def with_candidate(market: Market, option: int, candidate: Candidate) -> Market:
    """Return the market with one option replaced."""
    changed = list(market.candidates)
    changed[option] = candidate
    return replace(market, candidates=tuple(changed))
