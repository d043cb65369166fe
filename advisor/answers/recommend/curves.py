"""What hangs on each person, as a curve of a team's use U, held by tangents.

* paid(U) beyond each person's allowance is convex, so it lies above each of its tangents;
* served(U) under a cap, or on a plan that stops, is concave, so it lies below each of its tangents.

So the problem is a relaxation, exact where the tangent at U is there and all columns fall on the
months alike; `Pooled.refine` adds tangents where a solution lies.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from advisor.answers.recommend.menu import Menu, PoolOnOffer, overage_of, pool_of
from advisor.answers.recommend.problem import Program, Sum
from advisor.engine.seats import settle

FloatArray = NDArray[np.float64]

_NEAR = 1e-7
_STEP = 1e-5


@dataclass
class UseCurve:
    """One team on one pool: what is served of its use and what is paid, as its use U grows.

    `used` is U, at most `most`, and `kept` what is served of it; `profile` (T,) says how use falls
    on the months. `paid` is the variable that stands for money, None where none hangs on the
    person. `cuts`: what is served is held by tangents. What a pool of all teams adds in months that
    have one is not in here.
    """

    menu: Menu
    pool: PoolOnOffer
    team: int
    used: Sum
    kept: Sum
    most: float
    profile: FloatArray
    paid: int | None
    cuts: bool
    at: list[float] = field(default_factory=list)

    def settled(self, use: float) -> tuple[float, float]:
        """Return what is served, and paid beyond the seats, of so much use over the months."""
        by_month = (max(use, 0.0) * self.profile)[None, None]
        market, alone = self.menu.market, pool_of(self.menu.market, self.pool, self.team)
        pooled = np.zeros(len(self.profile), dtype=bool)
        for terms in alone.terms:
            pooled = terms.pooled
            open_ended = np.where(pooled, 1.0, terms.overage_factor)
            alone = alone._replace(terms=(terms._replace(overage_factor=open_ended),))
        found = settle(by_month, alone, market.usage_sigma)
        served = by_month if found.unmet is None else by_month * (1 - found.unmet)
        beyond = np.where(pooled, 0.0, found.beyond * overage_of(self.pool)) * self.pool.kept
        return float(served.sum()), float(beyond.sum())

    def touch(self, program: Program, use: float) -> bool:
        """Add the tangents at a use; return whether they are new."""
        if use <= 0 or any(abs(use - one) <= _NEAR * self.most for one in self.at):
            return False
        self.at.append(use)
        below, above = max(use - _STEP * self.most, 0.0), use + _STEP * self.most
        low, here, high = self.settled(below), self.settled(use), self.settled(above)
        served, paid = ((b - a) / (above - below) for a, b in zip(low, high, strict=True))
        if self.paid is not None:
            money = Sum(np.zeros(program.size), {self.paid: 1.0})
            line = program.nothing().plus(self.used, paid).plus(money, -1.0)
            program.hold("", line._replace(constant=here[1] - paid * use))
        if self.cuts:
            line = self.kept.plus(self.used, -served)
            program.hold("", line._replace(constant=line.constant - here[0] + served * use))
        return True
