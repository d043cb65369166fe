"""What an answer's spread comes from: each uncertain number moved alone, from its P10 to its P90.

A number that is written once moves wherever it is used, as it does in the draws.
"""

from __future__ import annotations

from advisor.answers.recommend.mix import Mix
from advisor.engine.draws import DrawListing, Moved, Years
from advisor.engine.outcome import Outcome
from advisor.tables.stress import TornadoLine

_FELT = 1e-9


def tornado(plan: Mix, measure: str) -> list[TornadoLine]:
    """Return the numbers that move a plan's `net_value` or `spend`, the widest first."""
    listing = DrawListing()
    base = _measured(plan, listing, measure)
    found = []
    for stream in listing.streams:
        low = _measured(plan, Moved(stream, high=False), measure)
        found.append((stream, low, _measured(plan, Moved(stream, high=True), measure)))
    total = sum((high - low) ** 2 for _, low, high in found)
    felt = [
        TornadoLine(key, low, high, (high - low) ** 2 / total)
        for key, low, high in found
        if abs(high - low) > _FELT * max(1.0, abs(base))
    ]
    return sorted(felt, key=lambda one: (-one.part, one.key))


def _measured(plan: Mix, years: Years, measure: str) -> float:
    result: Outcome = plan.outcome(years)
    net = result.net_value
    return float(result.spend[0] if measure == "spend" or net is None else net[0])
