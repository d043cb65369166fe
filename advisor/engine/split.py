"""Task classes that teams serve differently, cut into parts that have one way each.

The engine knows routes by class alone. Where teams go different ways, a class becomes several, each
the work of the teams that go the same way: every figure of the class adds up from its parts.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.engine.axes import Candidate, TaskTerms, Work
from advisor.engine.market import Market
from advisor.engine.routes import Route

IntArray = NDArray[np.intp]


class SplitMarket(NamedTuple):
    """A market whose classes are parts of another's. `origin` (K',) is the class each was cut from.

    `part_of` (G, K) is the part that a team's work of a class went to.
    """

    market: Market
    origin: IntArray
    part_of: IntArray

    def spread(self, routes: Sequence[Route]) -> tuple[Route, ...]:
        """Give every part the routes of the class that it was cut from."""
        return tuple(
            route._replace(task_class=part)
            for part, k in enumerate(self.origin.tolist())
            for route in routes
            if route.task_class == k
        )


def split_classes(market: Market, way: Callable[[int, int], Hashable]) -> SplitMarket:
    """Cut each class by `way(team, class)`: teams with equal ways stay together."""
    work = market.work
    parts: dict[tuple[int, Hashable], int] = {}
    part_of = np.zeros((len(work.teams), len(work.classes)), dtype=np.intp)
    for k in range(len(work.classes)):
        for g in range(len(work.teams)):
            part_of[g, k] = parts.setdefault((k, way(g, k)), len(parts))
    origin = np.array([k for k, _ in parts], dtype=np.intp)
    cut = replace(
        market,
        work=_work(work, origin, part_of),
        terms=_terms(market.terms, origin),
        candidates=tuple(_candidate(one, origin) for one in market.candidates),
        reference_rates=market.reference_rates[origin],
    )
    return SplitMarket(cut, origin, part_of)


def _work(work: Work, origin: IntArray, part_of: IntArray) -> Work:
    own = part_of[:, origin] == np.arange(len(origin))
    rows: dict[tuple[int, int], int] = {}
    row_of = np.zeros((len(work.teams), len(origin)), dtype=np.intp)
    for part, k in enumerate(origin.tolist()):
        for g in np.flatnonzero(own[:, part]).tolist():
            key = (part, int(work.row_of[g, k]))
            row_of[g, part] = rows.setdefault(key, len(rows))
        # Teams elsewhere have no tasks here; any row of the part will do for them.
        row_of[~own[:, part], part] = row_of[own[:, part].argmax(), part]
    return work._replace(
        classes=tuple(work.classes[k] for k in origin),
        tasks=work.tasks[:, origin] * own[:, :, None],
        frequency=tuple(work.frequency[k] for k in origin),
        row_of=row_of,
        row_class=np.array([part for part, _ in rows], dtype=np.intp),
        intensity=tuple(work.intensity[row] for _, row in rows),
    )


def _terms(terms: TaskTerms, origin: IntArray) -> TaskTerms:
    return terms._replace(
        stated=tuple(terms.stated[k] for k in origin),
        weights=terms.weights[origin],
        success=tuple(terms.success[k] for k in origin),
        value=None if terms.value is None else tuple(terms.value[k] for k in origin),
        review=tuple(terms.review[k] for k in origin),
        rework=tuple(terms.rework[k] for k in origin),
        detection=terms.detection[origin],
        check=terms.check[origin],
    )


def _candidate(candidate: Candidate, origin: IntArray) -> Candidate:
    return candidate._replace(
        rates=candidate.rates[:, origin],
        multiplier=tuple(candidate.multiplier[k] for k in origin),
        quality=tuple(candidate.quality[k] for k in origin),
    )
