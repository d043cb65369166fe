"""The stories: what happens in each, as a world that ways of working are put into."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.answers.stress import shocks as happening
from advisor.case.facts import Case
from advisor.engine.market import Market

FloatArray = NDArray[np.float64]

REBOUNDS = (0.0, 0.5, 1.1)
"""Elasticities that savings are shown at; 1.1 is the highest that was published."""
EXCHANGE_MOVE = 0.10
VENDOR_MOVE = 0.50


class Shock(NamedTuple):
    """One thing that happens: the story it belongs to, a few words, the market in which it did."""

    scenario: str
    title: str
    market: Market


def shocks(case: Case, *, since: date, factor: float, makers: Sequence[str]) -> list[Shock]:
    """List what may happen, but for who leaves. `makers` are those whose own prices move."""
    everyone = range(len(case.options))
    return [
        Shock(
            "adoption-surge",
            "use doubles by the fourth month, as Uber's",
            happening.surge(case.market),
        ),
        *_price_war(case, since, factor, makers),
        *_announced(case),
        Shock(
            "multiplier-drift",
            "others take the most tokens that is likely",
            happening.thirstier(case.market, everyone),
        ),
        Shock(
            "quality-miss",
            "others do the least that is likely",
            happening.weaker(case.market, everyone),
        ),
        *_rebounds(case),
        *_pools_and_money(case),
    ]


def _price_war(case: Case, since: date, factor: float, makers: Sequence[str]) -> Iterator[Shock]:
    marked = happening.from_day(case.market.work.months, since)
    yield Shock(
        "price-war",
        f"all prices × {factor:g} from {since.day} {since:%b %Y}",
        happening.prices_times(case.market, factor, marked),
    )
    always = np.ones(len(marked))
    for maker in makers:
        own = [o for o, facts in enumerate(case.options) if facts.vendor == maker]
        name = next(facts.vendor_name for facts in case.options if facts.vendor == maker)
        for move in (VENDOR_MOVE, -VENDOR_MOVE):
            yield Shock(
                "price-war",
                f"{name}'s prices {move:+.0%}",
                happening.prices_times(case.market, 1 + move, always, own),
            )


def _announced(case: Case) -> Iterator[Shock]:
    """Tell of announced price changes that do not come, or come with the plan's first month."""
    cancelled: dict[int, FloatArray] = {}
    early: dict[int, FloatArray] = {}
    for one in case.what_ifs:
        if one.kind != "announced" or one.on is None:
            continue
        cancelled[one.option] = one.rates
        rates = case.market.candidates[one.option].rates
        after = [t for t, month in enumerate(case.market.work.months) if month.first_day >= one.on]
        if after:
            early[one.option] = happening.brought_forward(rates, after[0])
    names = ", ".join(case.options[o].name for o in cancelled)
    if cancelled:
        yield Shock(
            "price-war",
            f"announced prices cancelled ({names})",
            happening.with_rates(case.market, cancelled),
        )
    if early:
        names = ", ".join(case.options[o].name for o in early)
        yield Shock(
            "price-war",
            f"announced prices at once ({names})",
            happening.with_rates(case.market, early),
        )


def _rebounds(case: Case) -> Iterator[Shock]:
    for elasticity in REBOUNDS:
        if elasticity == case.market.rebound:
            continue
        yield Shock(
            "rebound",
            f"10% cheaper makes for {elasticity * 10:.0f}% more tasks"
            if elasticity
            else "cheaper makes for no more tasks",
            happening.rebound_of(case.market, elasticity),
        )


def _pools_and_money(case: Case) -> Iterator[Shock]:
    if any(one.seats is not None for one in case.market.candidates):
        yield Shock(
            "plan-terms", "seats include half as much", happening.pools_times(case.market, 0.5)
        )
    if case.currency != "USD":
        for move in (EXCHANGE_MOVE, -EXCHANGE_MOVE):
            yield Shock(
                "exchange-rate",
                f"a dollar costs {move:+.0%} {case.currency}",
                happening.money_times(case.market, 1 + move),
            )
