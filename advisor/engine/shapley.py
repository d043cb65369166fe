"""A change shared out among its causes so that their order does not matter (Shapley, 1953).

A cause gets the mean of what it adds over every order in which the causes could have come. The
parts add up to the whole, and with old and new swapped each part changes its sign.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from itertools import combinations
from math import factorial
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


Cause = TypeVar("Cause", bound=Hashable)


def shapley(
    causes: Sequence[Cause], worth: Callable[[frozenset[Cause]], FloatArray | None]
) -> FloatArray:
    """Return each cause's part. Shape (causes, F) for the F figures that `worth` gives.

    `worth` is asked once for every set of causes that have happened: 2 ** len(causes) times.
    """
    count = len(causes)
    at = {
        frozenset(some): np.asarray(worth(frozenset(some)), dtype=np.float64)
        for size in range(count + 1)
        for some in combinations(causes, size)
    }
    parts = []
    for cause in causes:
        part = np.zeros_like(at[frozenset()])
        for before, value in at.items():
            if cause not in before:
                size = len(before)
                weight = factorial(size) * factorial(count - size - 1) / factorial(count)
                part = part + weight * (at[before | {cause}] - value)
        parts.append(part)
    return np.array(parts).reshape(count, at[frozenset()].size)
