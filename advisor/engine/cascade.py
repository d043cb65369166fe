"""Cascades: a first option, then another where the first is seen to fail.

Failures go together: φ correlates them, so a second option solves far fewer of the first one's
failures than of all tasks (measured: 0.36 times as often). A cascade pays only where failures are
seen, which is what `detection` says.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


def both_fail(first: FloatArray, second: FloatArray, correlation: float) -> FloatArray:
    """Return P(both fail) from the success rates of two options and the φ of their failures."""
    spread = np.sqrt(first * (1 - first) * second * (1 - second))
    joint = (1 - first) * (1 - second) + correlation * spread
    lowest = np.maximum(0.0, 1 - first - second)
    return np.clip(joint, lowest, np.minimum(1 - first, 1 - second))


def cascade_success(
    first: FloatArray, second: FloatArray, correlation: float, detection: FloatArray | float
) -> FloatArray:
    """Return the chance that a task is done: by the first, or by the second where that is seen."""
    rescued = (1 - first) - both_fail(first, second, correlation)
    return np.asarray(first + detection * rescued)


def second_attempts(
    first: FloatArray, detection: FloatArray | float, cost_ratio: float
) -> FloatArray:
    """Return how many mean attempts of the second option one task costs.

    Tasks that the first one fails are dearer for the second too, by `cost_ratio`; the cap keeps the
    second's cost over its own failures and successes at its mean.
    """
    failing = 1 - first
    dearer = np.minimum(cost_ratio, np.divide(1.0, failing, out=np.full_like(failing, np.inf),
                                              where=failing > 0))  # fmt: skip
    return np.asarray(detection * failing * np.where(failing > 0, dearer, 0.0))
