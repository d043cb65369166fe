"""Success, and the ratios that stand on it. A ratio over 0 is not a number, shown as null."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


def success_rate(reference: FloatArray, quality: FloatArray) -> FloatArray:
    """Return the chance that one attempt succeeds: that of the reference × quality, at most 1."""
    return np.minimum(1.0, reference * quality)


def ratio(top: float, bottom: float) -> float:
    """Divide; NaN where there is nothing to divide by."""
    return top / bottom if bottom else math.nan
