"""Rebound: cheaper attempts are asked for more often, in proportion to (cost ratio)^(-elasticity).

The cost is that of an attempt at metered prices, before seats, allowances and commitments, averaged
over the months; relative to one of the reference.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from advisor.engine.axes import Sample
from advisor.engine.market import Drawing, Market
from advisor.engine.routes import Failing, Route

FloatArray = NDArray[np.float64]


def rebounded(
    market: Market,
    routes: Sequence[Route],
    sample: Sample,
    drawing: Drawing,
    failing: Failing,
) -> Sequence[Route]:
    """Multiply shares by how cheaper attempts change the number of tasks: (c/c₀)^(-e).

    c is what an attempt of the strategy costs, c₀ one of the reference. With elasticity a share is
    an array over the draws, and those of a class no longer add up to 1.
    """
    if market.rebound == 0:
        return routes
    reference = np.einsum("skc,kc->sk", sample.tokens, market.reference_rates)
    attempt = {
        o: drawing.multiplier[o] * np.einsum("skc,kc->sk", sample.tokens, _mean_rates(market, o))
        for o in failing.chances
    }
    changed = []
    for route in routes:
        k, whole = route.task_class, route._replace(share=1.0)
        cost = attempt[route.strategy[0]][:, k]
        for second in route.strategy[1:]:
            cost = cost + market.terms.check[k]
            cost = cost + failing.second_load(whole) * attempt[second][:, k]
        base = np.broadcast_to(reference[:, k], cost.shape)
        relative = np.divide(cost, base, out=np.ones_like(cost), where=base > 0)
        changed.append(route._replace(share=route.share * relative**-market.rebound))
    return changed


def _mean_rates(market: Market, option: int) -> FloatArray:
    """Average an option's prices over months and over teams by their people. Shape (K, C)."""
    people = np.zeros(market.candidates[option].rates.shape[0])
    np.add.at(people, market.groups, market.work.people.sum(axis=1))
    weights = people / people.sum() if people.sum() else np.full(len(people), 1 / len(people))
    rates = market.candidates[option].rates.mean(axis=3)
    return np.asarray(np.tensordot(weights, rates, axes=1))
