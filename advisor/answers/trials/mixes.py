"""The best mix for so many dollars a task: shares of strategies in every class.

With one budget and shares, the best mix is exact without a solver: in every class the strategies on
the upper hull of success over cost, and the budget spent in the order of success gained a dollar.
So at most one class is shared, between two strategies. What a reader would get wrong: a budget that
does not even pay the cheapest strategies gives these, and costs more than it.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from advisor.answers.trials.joint_outcomes import Figures
from advisor.answers.trials.table import Floats
from advisor.errors import MissingError


class MixPart(NamedTuple):
    """A share of a class's tasks for one strategy: agents by number; `second` = `first`: alone."""

    first: int
    second: int
    share: float


Mix = tuple[tuple[MixPart, ...], ...]
"""The parts of each class; their shares add up to 1."""


class Step(NamedTuple):
    """From one strategy of a class to the next dearer one on its hull."""

    gain: float
    kind: int
    place: int
    dollars: float


class TrialMenu:
    """The strategies worth paying for in every class, and the order in which to pay for them."""

    def __init__(self, figures: Sequence[Figures], weights: Floats) -> None:
        """Take what strategies do and cost, and each class's share of all tasks."""
        self._agents = len(figures[0].success)
        self._weights = weights
        self._hulls = [hull(one.success.ravel(), one.cost.ravel()) for one in figures]
        self._figures = [(one.success.ravel(), one.cost.ravel()) for one in figures]
        self.steps = sorted(self._all_steps(), key=lambda step: -step.gain)

    def _all_steps(self) -> list[Step]:
        steps = []
        for kind, places in enumerate(self._hulls):
            success, cost = (values[places] for values in self._figures[kind])
            for place in range(1, len(places)):
                more, dollars = success[place] - success[place - 1], cost[place] - cost[place - 1]
                gain, paid = float(more / dollars), float(self._weights[kind] * dollars)
                steps.append(Step(gain, kind, place, paid))
        return steps

    @property
    def least(self) -> float:
        """What the cheapest mix costs a task."""
        return float(
            sum(
                weight * cost[places[0]]
                for weight, places, (_, cost) in zip(
                    self._weights, self._hulls, self._figures, strict=True
                )
            )
        )

    def mix(self, budget: float) -> Mix:
        """Return the mix that does most for so many dollars a task.

        Raises MissingError where no strategy of a class has a known cost.
        """
        if not all(self._hulls):
            raise MissingError("no agent of a class has a known cost in enough of the trials")
        at: list[tuple[tuple[int, float], ...]] = [((0, 1.0),) for _ in self._hulls]
        left = budget - self.least
        for step in self.steps:
            if left <= 0:
                break
            share = 1.0 if step.dollars <= left else left / step.dollars
            left -= step.dollars
            part = (step.place, share)
            at[step.kind] = (part,) if share == 1 else ((step.place - 1, 1 - share), part)
        return tuple(
            tuple(MixPart(*divmod(int(places[place]), self._agents), share) for place, share in own)
            for places, own in zip(self._hulls, at, strict=True)
        )


def hull(success: Floats, cost: Floats) -> list[int]:
    """Return the strategies of which no share of others does more for less, cheapest first."""
    known = np.flatnonzero(np.isfinite(success) & np.isfinite(cost))
    order = known[np.lexsort((-success[known], cost[known]))]
    best = np.maximum.accumulate(success[order])
    better = np.concatenate([[True], success[order][1:] > best[:-1]]) if len(order) else order > 0
    kept: list[int] = []
    for place in order[better]:
        while len(kept) > 1 and _is_under(success, cost, kept[-2], kept[-1], int(place)):
            kept.pop()
        kept.append(int(place))
    return kept


def _is_under(success: Floats, cost: Floats, low: int, middle: int, high: int) -> bool:
    """Tell whether a mix of the outer two does at least what the middle one does, for its cost."""
    left = (success[high] - success[middle]) * (cost[middle] - cost[low])
    return bool(left >= (success[middle] - success[low]) * (cost[high] - cost[middle]))


def promised(mix: Mix, figures: Sequence[Figures]) -> Floats:
    """Return success and dollars a task of each class, as figures say; shape (classes, 2)."""
    return np.array(
        [
            [
                sum(part.share * table[part.first, part.second] for part in parts)
                for table in (own.success, own.cost)
            ]
            for parts, own in zip(mix, figures, strict=True)
        ]
    )
