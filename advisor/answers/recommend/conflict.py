"""Why no mix keeps all limits: the fewest that contradict each other, and what would be enough.

Limits are dropped one after the other for as long as there is still no mix without them; those
that cannot be dropped are the conflict, and it is irreducible because each was tried. Then each is
widened alone, the others as they are, until there is a mix: the figure of that mix is what the
limit would have to be. Where time runs out a limit stays in the set, and the figure is one that is
enough, if not the least.
"""

import math
from typing import NamedTuple

from advisor.answers.recommend.limits import (
    BUDGET,
    LEAST_VENDORS,
    LOWER_BOUNDS,
    MOST_VENDORS,
    RULE,
    Bound,
    measure,
)
from advisor.answers.recommend.menu import SPEND
from advisor.answers.recommend.search import FoundMix, Quest
from advisor.answers.recommend.solver import INFEASIBLE, UNKNOWN

_STEPS = 60
_FINE = 1e-9
_SECONDS = 60.0


class Conflict(NamedTuple):
    """One limit of a conflict, and what it would have to be for all limits to be kept.

    `least_relaxation` is None where no other value of this limit alone is enough, or none was found
    in time; a rule that denies options has no value, it can only go, and `can_go` says whether that
    is enough: None where time did not tell.
    """

    bound: Bound
    least_relaxation: float | None
    can_go: bool | None


def is_feasible(quest: Quest) -> bool:
    """Tell whether any mix keeps the limits; yes where time does not tell."""
    return _told(quest) is not False


def _told(quest: Quest) -> bool | None:
    """Tell whether any mix keeps the limits; None where time does not tell."""
    status = _any(quest).status
    return None if status == UNKNOWN else status != INFEASIBLE


def _any(quest: Quest) -> FoundMix:
    """Find any mix, not the best one."""
    effort = quest.aiming.effort._replace(gap=1.0)
    return quest._replace(aiming=quest.aiming._replace(effort=effort)).best()


def conflicts(quest: Quest, until: float = math.inf) -> list[Conflict]:
    """Return an irreducible set of limits that no mix keeps together, in the file's order.

    Limits that people can least do without are kept longest: rules and vendors go first. The
    search ends about `until`, by the monotonic clock.
    """
    effort = quest.aiming.effort
    effort = effort._replace(seconds=min(effort.seconds, _SECONDS), until=until, progress=None)
    quest = quest._replace(aiming=quest.aiming._replace(effort=effort))
    kept = list(quest.bounds)
    for bound in sorted(quest.bounds, key=_droppable):
        fewer = [one for one in kept if one != bound]
        if not is_feasible(quest._replace(bounds=tuple(fewer))):
            kept = fewer
    others = quest
    return [Conflict(bound, _least(others, bound), _told(others.without(bound))) for bound in kept]


_ORDER = (RULE, MOST_VENDORS, LEAST_VENDORS)


def _droppable(bound: Bound) -> tuple[int, str]:
    """Put what is dropped first in front, so that conflicts are told in money and quality."""
    return (_ORDER.index(bound.kind) if bound.kind in _ORDER else len(_ORDER), bound.key)


def _least(quest: Quest, bound: Bound) -> float | None:
    """Return the nearest value of a limit at which there is a mix; None where there is none."""
    if bound.kind == RULE or not is_feasible(quest.without(bound)):
        return None
    if bound.kind in {MOST_VENDORS, LEAST_VENDORS}:
        return _least_count(quest, bound)
    if bound.kind == BUDGET and bound.confidence is None:
        cheapest = quest.without(bound).aimed(SPEND).best()
        return cheapest.figures.spend if cheapest.figures else None
    return _by_halves(quest, bound)


def _least_count(quest: Quest, bound: Bound) -> float | None:
    step = -1 if bound.kind in LOWER_BOUNDS else 1
    value = bound.value + step
    while 0 <= value <= len(quest.menu.facts):
        if is_feasible(quest.at(bound, value)):
            return value
        value += step
    return None


def _by_halves(quest: Quest, bound: Bound) -> float | None:
    """Narrow down where mixes begin, then take the figure of the mix found there."""
    none, enough = bound.value, _widest(quest, bound)
    if enough is None:
        return None
    best = enough
    for _ in range(_STEPS):
        if abs(enough - none) <= _FINE * max(abs(enough), _FINE):
            break
        middle = (none + enough) / 2
        found = _any(quest.at(bound, middle))
        if found.status == UNKNOWN:
            break
        if found.figures is None:
            none = middle
            continue
        # The mix itself may do better than what was asked of it.
        enough = best = measure(bound, found.figures)
    return best


def _widest(quest: Quest, bound: Bound) -> float | None:
    """Return a value at which there is a mix: the figure of a mix without the limit."""
    found = _any(quest.without(bound))
    if found.figures is None:
        return None
    figures = found.figures
    if bound.confidence is not None and quest.tails is not None and found.mix is not None:
        return quest.tails.of_mix(bound, found.mix)
    return measure(bound, figures)
