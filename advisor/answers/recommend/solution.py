"""What a solver is asked, and what it answers: the effort, the solution, its status and bound."""

import math
import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

OPTIMAL, FEASIBLE, INFEASIBLE, UNKNOWN = "optimal", "feasible", "infeasible", "unknown"

_LEAST_SECONDS = 0.05
USUAL_GAP = 1e-6
"""What may be missing of a mix, of its worth: a dollar in a million."""
EXACT = 1e-9
"""What may be missing where answers are compared: a looser one would tell of turns that are none.
"""


class Effort(NamedTuple):
    """How hard to try: the gap at which to stop, and seconds. `progress` hears bound and best.

    `until` is when several questions together have to be done, by the monotonic clock.
    """

    gap: float = USUAL_GAP
    seconds: float = math.inf
    until: float = math.inf
    progress: Callable[[float, float, float], None] | None = None

    @property
    def left(self) -> float:
        """How many seconds there are from now on."""
        return min(self.seconds, max(self.until - time.monotonic(), _LEAST_SECONDS))

    def started(self) -> "Effort":
        """Let the seconds count from now on, for all that is done together."""
        return self._replace(seconds=math.inf, until=time.monotonic() + self.left)

    def knowing(self, best: float, bound: float) -> "Effort":
        """Let who hears of the search hear of what was known before it, too."""
        tell = self.progress
        if tell is None:
            return self

        def said(seconds: float, found: float, at_most: float) -> None:
            tell(seconds, max(found, best), min(at_most, bound))

        return self._replace(progress=said)


class Solution(NamedTuple):
    """What was found. `columns` (n,) are shares; `bound` is what no solution can pass.

    `duals` are what one more unit of each side row's limit would add, (rows,), and `reduced` what
    using a column would, (n,); both only where nothing is whole. Empty where nothing was found.
    `steps` are those of the simplex: how hard it was, on any machine alike.
    """

    status: str
    columns: FloatArray
    extras: FloatArray
    objective: float
    bound: float
    duals: FloatArray
    reduced: FloatArray
    steps: int = 0


NOTHING = np.zeros(0)


def without_solution(status: str, bound: float, steps: int = 0) -> Solution:
    """Say that nothing was found."""
    return Solution(status, NOTHING, NOTHING, -math.inf, bound, NOTHING, NOTHING, steps)
