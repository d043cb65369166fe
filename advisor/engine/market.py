"""What every way of working meets: the work, the options for sale, contracts, the policy's numbers.

What is drawn for an option alone stands beside it, and so does how many draws go through at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from advisor.engine.alike import Alike, by_person, by_price
from advisor.engine.axes import Candidate, RandomInput, TaskTerms, Work, stack
from advisor.engine.draws import Years
from advisor.units import TOKEN_CLASSES

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

_CHUNK_ELEMENTS = 300_000
"""Largest intermediate array of a chunk of draws: 2.4 MB, which a processor's cache holds."""


@dataclass(frozen=True)
class Market:
    """Everything that is common to the ways of working compared: prices, contracts, policy.

    `groups` (G,) are the prices that each team pays. `_kept` is a cache: a market does not change.
    """

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
    alike: Alike = field(init=False)
    _kept: dict[tuple[int, bool], FloatArray] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Put teams that are alike together once; every option uses them."""
        grouped = by_person if self._counts_people() else by_price
        object.__setattr__(self, "alike", grouped(self.work, self.groups))

    def _counts_people(self) -> bool:
        """Tell whether anything is bounded by the person, so that each team's mean matters."""
        return not np.isnan(self.work.seats).all() or any(
            np.isfinite(one.cap)
            or (one.seats is not None and not (one.seats.pooled.all() and one.seats.stated is None))
            for one in self.candidates
        )

    def money_per_token(self, option: int, *, apart: bool = False) -> FloatArray:
        """Return tasks × price, what no draw changes. (row × token class, month).

        With `apart` (row × token class, group × month). Kept, since every chunk of draws needs it.
        """
        key = (option, apart)
        if key not in self._kept:
            rates = self.candidates[option].rates[:, self.work.row_class][self.alike.price_group]
            formula = "rut,urct->rcut" if apart else "rut,urct->rct"
            fixed = np.einsum(formula, self.alike.tasks, rates, optimize=True)
            self._kept[key] = fixed.reshape(fixed.shape[0] * fixed.shape[1], -1)
        return self._kept[key]


class Drawing(NamedTuple):
    """The draws of one way of working that are its own: multiplier and quality by option."""

    multiplier: Mapping[int, FloatArray]
    quality: Mapping[int, FloatArray]

    @classmethod
    def of(cls, candidates: Sequence[Candidate], used: Sequence[int], years: Years) -> Self:
        """Draw the numbers of the options that are used. Each (S, K)."""
        return cls(
            {o: _columns(candidates[o].multiplier, years) for o in used},
            {o: _columns(candidates[o].quality, years) for o in used},
        )


def _columns(numbers: Sequence[RandomInput], years: Years) -> FloatArray:
    return stack([number.over(years) for number in numbers])


def years_at_once(market: Market) -> int:
    """Return how many draws to compute together, so that no array outgrows the cache."""
    months = len(market.work.months)
    rows = len(market.work.row_class) * max(len(TOKEN_CLASSES), months)
    width = max(rows, market.alike.size * months)
    return max(256, _CHUNK_ELEMENTS // width)


def with_candidate(market: Market, option: int, candidate: Candidate) -> Market:
    """Return the market with one option replaced."""
    changed = list(market.candidates)
    changed[option] = candidate
    return replace(market, candidates=tuple(changed))
