"""A mix that was not proved best is at least as good as any option alone that keeps the limits.

Time may run out on a search before it has met the simplest ways there are. They cost nothing to
look at, so none of them is shown beside a mix that is worse.
"""

from __future__ import annotations

import numpy as np

from advisor.answers.recommend.limits import excess
from advisor.answers.recommend.mix import figures, place
from advisor.answers.recommend.search import FoundMix, Quest, worth
from advisor.answers.recommend.solver import FEASIBLE, INFEASIBLE, OPTIMAL
from advisor.answers.recommend.strategies import NOBODY


def at_least_alone(quest: Quest, found: FoundMix) -> FoundMix:
    """Return what was found, or the best option alone where that is worth more."""
    if found.status in {OPTIMAL, INFEASIBLE}:
        return found
    menu, kept = quest.menu, found
    for strategy in np.flatnonzero(menu.strategies.second == NOBODY):
        if not menu.usable[:, strategy].all():
            continue
        shares = np.zeros((menu.cells.size, menu.strategies.size))
        shares[:, strategy] = 1.0
        mix = place(menu, shares)
        own = figures(menu, mix, quest.bounds, quest.tails.years if quest.tails else None)
        objective = worth(own, quest.aiming.objective)
        is_better = kept.mix is None or objective > kept.objective
        if is_better and all(excess(bound, own) <= 0 for bound in quest.bounds):
            most = max(found.bound, objective)
            kept = FoundMix(FEASIBLE, shares, mix, own, objective, most, found.terms, True)
    return kept
