"""Commitments: sums promised to a biller, paid whether they are used or not."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


def shortfall(
    commitments: Mapping[str, float], usage_by_biller: Mapping[str, FloatArray]
) -> FloatArray:
    """Return what is paid beyond usage to keep every commitment. Shape (draw,).

    Usage is (draw,) for the plan's months, overage included, seats not. A biller whose models are
    not used at all is owed the whole sum.
    """
    missing: FloatArray = np.zeros(1)
    for biller, promised in commitments.items():
        used = usage_by_biller.get(biller, np.zeros(1))
        missing = missing + np.maximum(0.0, promised - used)
    return missing
