"""Markets in which something has happened: each is the market of the file with one thing moved.

What a reader would get wrong: a change from a date counts by month, so a date inside a month counts
from the next one; and a world changes what options cost or deliver, never who serves what.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from advisor.engine.axes import Candidate, RandomInput
from advisor.engine.draws import percentiles
from advisor.engine.market import Market
from advisor.model.uncertain import Uncertain
from advisor.units import Month

FloatArray = NDArray[np.float64]

SURGE = (0.47, 0.63, 0.84, 0.95)
"""Active share by month as reported of Uber in 2026, the first month half-way (see its story)."""


def from_day(months: Sequence[Month], day: date) -> FloatArray:
    """Return 1 for months that begin on a day or later, 0 before. Shape (T,)."""
    return np.array([float(month.first_day >= day) for month in months])


def surge(market: Market, ramp: Sequence[float] = SURGE) -> Market:
    """Let use rise as the ramp did: more people while there are any, then more use by each."""
    work = market.work
    steps = [ramp[min(t, len(ramp) - 1)] / ramp[0] for t in range(len(work.months))]
    factor = np.array(steps)
    people = np.maximum(work.people, np.minimum(work.developers, work.people * factor))
    return replace(market, work=work._replace(tasks=work.tasks * factor, people=people))


def prices_times(
    market: Market, factor: float, since: FloatArray, options: Sequence[int] | None = None
) -> Market:
    """Multiply prices of some options, or of all, in the months marked 1 by `since`, (T,)."""
    chosen = range(len(market.candidates)) if options is None else options
    moved = 1 + (factor - 1) * since

    def change(candidate: Candidate) -> Candidate:
        return candidate._replace(rates=candidate.rates * moved)

    return _changed(market, dict.fromkeys(chosen, change))


def with_rates(market: Market, rates: dict[int, FloatArray]) -> Market:
    """Put other prices, (H, K, C, T), in the place of some options'."""
    return _changed(
        market,
        {o: lambda one, new=new: one._replace(rates=new) for o, new in rates.items()},  # type: ignore[misc]
    )


def brought_forward(rates: FloatArray, first: int) -> FloatArray:
    """Let the prices of month `first` hold in every month before it. (H, K, C, T)."""
    early = rates.copy()
    early[..., :first] = rates[..., first : first + 1]
    return early


def thirstier(market: Market, options: Sequence[int]) -> Market:
    """Put the multiplier of some options at the P90 of what is known of it."""

    def change(candidate: Candidate) -> Candidate:
        moved = tuple(_end(one, high=True) for one in candidate.multiplier)
        return candidate._replace(multiplier=moved)

    return _changed(market, dict.fromkeys(options, change))


def weaker(market: Market, options: Sequence[int]) -> Market:
    """Put the quality of some options at the P10 of what is known of it."""

    def change(candidate: Candidate) -> Candidate:
        return candidate._replace(quality=tuple(_end(one, high=False) for one in candidate.quality))

    return _changed(market, dict.fromkeys(options, change))


def _end(drawn: RandomInput, *, high: bool) -> RandomInput:
    end = percentiles(drawn.number)[2 if high else 0]
    return drawn._replace(number=Uncertain.constant(end), streams=())


def pools_times(market: Market, factor: float) -> Market:
    """Multiply what seats include."""

    def change(candidate: Candidate) -> Candidate:
        seats = candidate.seats
        if seats is None:
            return candidate
        return candidate._replace(seats=seats._replace(allowance=seats.allowance * factor))

    return _changed(market, dict.fromkeys(range(len(market.candidates)), change))


def money_times(market: Market, factor: float) -> Market:
    """Let everything that is sold in dollars cost so much more of the file's currency."""

    def change(candidate: Candidate) -> Candidate:
        seats = candidate.seats
        if seats is not None:
            seats = seats._replace(fee=seats.fee * factor, allowance=seats.allowance * factor)
        return candidate._replace(rates=candidate.rates * factor, seats=seats)

    return _changed(market, dict.fromkeys(range(len(market.candidates)), change))


def rebound_of(market: Market, elasticity: float) -> Market:
    """Let cheaper attempts be asked for more often."""
    return replace(market, rebound=elasticity)


def part_of_plan(market: Market, weights: FloatArray) -> Market:
    """Keep only a share of each month: tasks, people and seats. `weights` (T,), from 0 to 1.

    Outcomes of parts that add up to 1 add up to the whole, but for commitments, which are left out.
    """
    work = market.work

    def change(candidate: Candidate) -> Candidate:
        seats = candidate.seats
        if seats is None:
            return candidate
        return candidate._replace(seats=seats._replace(of_month=weights))

    cut = _changed(market, dict.fromkeys(range(len(market.candidates)), change))
    return replace(
        cut,
        work=work._replace(
            tasks=work.tasks * weights,
            people=work.people * weights,
            developers=work.developers * weights,
        ),
        commitments={},
    )


def _changed(market: Market, changes: dict[int, Callable[[Candidate], Candidate]]) -> Market:
    candidates = tuple(
        changes[n](one) if n in changes else one for n, one in enumerate(market.candidates)
    )
    return replace(market, candidates=candidates)
