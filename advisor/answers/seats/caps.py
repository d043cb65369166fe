"""Caps a person and month: how many would meet one, and what it leaves unspent.

What a reader would get wrong: one person-month in a hundred blocked is one person in a hundred if
the same people use much every month, and one in nine within a year if it is somebody else each
month. Both are told, since the spread of one month says nothing about which it is.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.answers.seats.buying import BuyingTeam
from advisor.engine.seats import above

FloatArray = NDArray[np.float64]

_STEPS = 200


class Effect(NamedTuple):
    """What a cap does over the plan's months, use being as expected.

    `blocked` is the share of person-months that reach it; the two others are the chance that one
    person does at least once: at a level of use of his own, or at one drawn anew each month. `kept`
    is the use above it, in money by the token.
    """

    cap: float
    blocked: float
    once_own_level: float
    once_drawn_anew: float
    kept: float


def cap_for(team: BuyingTeam, chance: float) -> float:
    """Return the cap that at most so large a share of person-months would reach."""
    use = team.shape.use_at(1 - chance)
    worked = team.mean[(team.people > 0) & (team.mean > 0)]
    low, high = float(worked.min()) * use, float(worked.max()) * use
    for _ in range(_STEPS if low < high else 0):
        middle = math.sqrt(low * high)
        low, high = (middle, high) if blocked(team, middle) > chance else (low, middle)
    return high


def blocked(team: BuyingTeam, cap: float) -> float:
    """Return the share of person-months whose use is above a cap."""
    return float(team.weights @ _above(team, cap))


def effect_of(team: BuyingTeam, cap: float) -> Effect:
    """Return what a cap does to a team."""
    each = _above(team, cap)[team.people > 0]
    spread = team.shape.sigma
    kept = float(team.people @ above(team.mean, np.full_like(team.mean, cap), spread))
    return Effect(
        cap=cap,
        blocked=blocked(team, cap),
        once_own_level=float(each.max()),
        once_drawn_anew=float(1 - np.prod(1 - each)),
        kept=kept,
    )


def _above(team: BuyingTeam, cap: float) -> FloatArray:
    """Return the share of people above a cap in each month. Shape (T,)."""
    relative = np.divide(cap, team.mean, out=np.full_like(team.mean, np.inf), where=team.mean > 0)
    return 1 - team.shape.rank_of(relative)
