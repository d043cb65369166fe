"""How use differs from one person to the next: a lognormal of mean 1, by rank and by use.

Use is relative to the mean of all people, a rank is the share of people who use less. What a reader
would get wrong: a band of people is a band of ranks, not of use, so that people stay where they are
put when all use rises, and so that a shape without any spread still has people in it.
"""

import math
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.engine.normal import phi_array

FloatArray = NDArray[np.float64]

_NORMAL = NormalDist()
_SAME = 1e-12


class Shape(NamedTuple):
    """A lognormal with mean 1. `sigma` is the standard deviation of the logarithm; 0: all equal."""

    sigma: float

    def use_at(self, rank: float) -> float:
        """Return the use of the person at a rank: 0 at rank 0, infinite at rank 1."""
        if self.sigma == 0:
            return 1.0
        if rank <= 0 or rank >= 1:
            return 0.0 if rank <= 0 else math.inf
        return math.exp(self.sigma * _NORMAL.inv_cdf(rank) - self.sigma**2 / 2)

    def rank_of(self, use: FloatArray) -> FloatArray:
        """Return the share of people who use no more; the shape of `use`."""
        return self._below(use, 0.0)

    def used_below(self, use: FloatArray) -> FloatArray:
        """Return the share of all use that is by people who use no more; the shape of `use`."""
        return self._below(use, self.sigma)

    def used_up_to(self, ranks: FloatArray) -> FloatArray:
        """Return the share of all use that is by the people below each rank; the shape of ranks."""
        ranks = np.clip(np.asarray(ranks, dtype=np.float64), 0.0, 1.0)
        if self.sigma == 0:
            return ranks
        inside = (ranks > 0) & (ranks < 1)
        places = [_NORMAL.inv_cdf(rank) - self.sigma for rank in ranks[inside].tolist()]
        used = ranks.copy()
        used[inside] = phi_array(np.array(places))
        return used

    def excess_up_to(self, bound: FloatArray, ranks: FloatArray) -> FloatArray:
        """Add up what the people below each rank use beyond each bound, per head of all people.

        E[max(0, use - bound); below the rank]. Shape (rank, bound).
        """
        bound = np.asarray(bound, dtype=np.float64)
        finite = np.where(np.isinf(bound), 1.0, bound)
        ranks = np.asarray(ranks, dtype=np.float64)[:, None]
        begins = self.rank_of(finite)
        beyond = self.used_up_to(ranks) - self.used_below(finite) - finite * (ranks - begins)
        return np.where(np.isinf(bound) | (begins >= ranks), 0.0, np.maximum(0.0, beyond))

    def _below(self, use: FloatArray, shift: float) -> FloatArray:
        use = np.asarray(use, dtype=np.float64)
        if self.sigma == 0:
            return np.where(use >= 1 - _SAME, 1.0, 0.0)
        with np.errstate(divide="ignore"):
            place = (np.log(use) + self.sigma**2 / 2) / self.sigma
        return phi_array(np.clip(place - shift, -40.0, 40.0))  # 40 is none, and all
