"""Who serves which share of a task class, and how many attempts of each option that comes to.

A load is counted in mean attempts: those of a second option are of tasks that the first one failed,
which are dearer. What a cap or an allowance refuses the first option is not tried by the second.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.engine.cascade import second_attempts

FloatArray = NDArray[np.float64]


class Route(NamedTuple):
    """One share of a task class and the options that serve it: one, or a first and a second.

    The share is a number in a mix; in drawn years with rebound it is an array over the draws.
    `people` is the part of each team's people who work that way: all, but where bills say who did.
    """

    task_class: int
    strategy: tuple[int, ...]
    share: float | FloatArray
    people: float = 1.0


def options_used(routes: Sequence[Route]) -> list[int]:
    """Return the options that serve anything, first or second, in order."""
    return sorted({option for route in routes for option in route.strategy})


class Failing(NamedTuple):
    """When a second option tries: success by option, (S, K) each, whether failures are seen, (K,).

    `cost_ratio` is how much dearer the first one's failures are for the second.
    """

    chances: Mapping[int, FloatArray]
    seen: FloatArray
    cost_ratio: float

    def second_load(self, route: Route) -> FloatArray:
        """Return how many mean attempts of its second option a task of a class comes to. (S,)."""
        first = self.chances[route.strategy[0]][:, route.task_class]
        return route.share * second_attempts(first, self.seen[route.task_class], self.cost_ratio)


def loads(routes: Sequence[Route], failing: Failing) -> dict[int, FloatArray]:
    """Return how many mean attempts of each option one task of a class comes to. (S, K) each.

    S is 1 for an option that only tries first, where no share depends on the draw.
    """
    shared = max(np.size(route.share) for route in routes)
    drawn = max(shared, *(len(array) for array in failing.chances.values()))
    seconds = {option for route in routes for option in route.strategy[1:]}
    counted = {
        o: np.zeros((drawn if o in seconds else shared, len(failing.seen))) for o in failing.chances
    }
    for route in routes:
        counted[route.strategy[0]][:, route.task_class] += route.share
        for second in route.strategy[1:]:
            counted[second][:, route.task_class] += failing.second_load(route)
    return counted


def less_the_refused(
    routes: Sequence[Route],
    failing: Failing,
    option: int,
    load: FloatArray,
    unmet: Mapping[int, FloatArray],
) -> FloatArray:
    """Take from an option's load what its first options were refused. (S, K, U or 1, T or 1).

    `load` is (S, K), `unmet` the share refused, (S, U, T), of each option settled so far and bound.
    A first option that is settled later, as in a circle, counts as not bound.
    """
    left = load[:, :, None, None]
    for route in routes:
        refused = unmet.get(route.strategy[0])
        if route.strategy[1:] == (option,) and refused is not None:
            size = max(len(left), len(refused))
            left = np.array(np.broadcast_to(left, (size, left.shape[1], *refused.shape[1:])))
            left[:, route.task_class] -= failing.second_load(route)[:, None, None] * refused
    return left
