"""Use that nobody planned, carried on: of a biller outside the mix, or beyond the pool of seats.

What a reader would get wrong: it is carried on only if it was billed month after month; one bill
says nothing of the next, and is counted and named all the same.
"""

from collections.abc import Collection
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.answers.forecast.level import LearntLevel, learn
from advisor.answers.forecast.so_far import SoFar
from advisor.model.charge import FEE, USAGE

FloatArray = NDArray[np.float64]

_GOES_ON = 2
"""It goes on if it was billed in so many whole months at the end."""
_MEAN_OF = 3


class Unplanned(NamedTuple):
    """What goes on of one biller: money of each month to come, (1, T), and its level."""

    amounts: FloatArray
    level: LearntLevel

    @property
    def by_month(self) -> FloatArray:
        """What is expected of each month. Shape (T,)."""
        return np.asarray((self.amounts * self.level.factor)[0])


def going_on(so_far: SoFar, planned_use: Collection[str], spread: float) -> dict[str, Unplanned]:
    """Carry on what was paid month after month to billers whose use nobody planned.

    Their plan is the mean of the last three months that have a bill, and those
    months are what is learnt from.
    """
    if so_far.stands_in or so_far.whole.usage is None:
        return {}
    months = so_far.months
    left = so_far.days.left(months, so_far.whole.usage)
    whole = int((left <= 0).sum())
    found: dict[str, Unplanned] = {}
    for name in sorted({one.biller for one in so_far.paid.sums} - set(planned_use)):
        kinds = {None, USAGE} if name in so_far.planned.billers else {None, USAGE, FEE}
        own = [one for one in so_far.paid.sums if one.biller == name and one.kind in kinds]
        paid = sum((one.cost * one.shares for one in own), np.zeros(len(months)))
        if whole < _GOES_ON or not (paid[whole - _GOES_ON : whole] > 0).all() or not left.any():
            continue
        last = paid[max(0, whole - _MEAN_OF) : whole]
        mean = float(last[last > 0].mean())
        ratios = np.full((1, len(months)), np.nan)
        ratios[0, :whole] = np.where(paid[:whole] > 0, paid[:whole] / mean, np.nan)
        level = learn(ratios, np.ones_like(ratios), np.array([spread]))
        found[name] = Unplanned(mean * left[None, :], level)
    return found
