"""Who sits on what: which teams use a plan in a way of working, and how many seats that takes.

A seat is bought for whoever uses the plan, and for nobody else: a team that works by the token gets
none of another team's plan. One person has one seat of a pool: where a team uses two plans that
share one, its people sit on the dearer. What is decided here is settled in `seats`.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.engine.axes import Candidate
from advisor.engine.market import Market
from advisor.engine.routes import Route, options_used
from advisor.engine.seats import Pool, SeatTerms, seats_for

FloatArray = NDArray[np.float64]


class Subscription(NamedTuple):
    """One plan as it is bought: the options that run on it, its terms, who sits there.

    `people` (G, T) are those who use it, unrounded; `heads` (G, T) those for whom `seats` (T,) are
    bought: as many, but where a team states its seats or all its developers have one.
    """

    options: tuple[int, ...]
    terms: SeatTerms
    people: FloatArray
    heads: FloatArray
    seats: FloatArray

    @property
    def fees(self) -> FloatArray:
        """Money for seats by month. (T,)."""
        return self.seats * self.terms.fee

    @property
    def shares(self) -> FloatArray:
        """Each team's share of a month's seats, by heads; even where there are none. (G, T)."""
        totals = self.heads.sum(axis=0)
        even = np.full_like(self.heads, 1 / len(self.heads))
        return np.asarray(np.divide(self.heads, totals, out=even, where=totals > 0))


class Seating(NamedTuple):
    """Everything that is bought by the seat or bounded by the person, as `outcome` settles it.

    `pools` are the options that are settled together, each with its pool; options by the token
    without a cap stand alone there. `subscriptions` are by the name of what is bought.
    """

    pools: Mapping[tuple[int, ...], Pool]
    subscriptions: Mapping[str, Subscription]

    def subscription_of(self, option: int) -> Subscription | None:
        """Return what an option runs on; None by the token."""
        return next((one for one in self.subscriptions.values() if option in one.options), None)

    @property
    def fees(self) -> FloatArray | float:
        """Money for all seats by month, (T,); 0 without any."""
        return sum((one.fees for one in self.subscriptions.values()), 0.0)


def seating(market: Market, routes: Sequence[Route]) -> Seating:
    """Find who uses which plan or capped option, and buy the seats. Routes as they are run."""
    used = options_used(routes)
    parts = _parts(market, routes, used)
    pools: dict[tuple[int, ...], Pool] = {}
    subscriptions: dict[str, Subscription] = {}
    for together in _settled_together(market.candidates, routes, used):
        own = _subscriptions(market, together, parts)
        subscriptions |= own
        pools[together] = _pool(market, routes, together, own, parts)
    return Seating(pools, subscriptions)


def _parts(market: Market, routes: Sequence[Route], used: Sequence[int]) -> dict[int, FloatArray]:
    """Return the share of each team's people who use an option: 0 where a team has no such work.

    (G,) by option. A second option is for all who use the first.
    """
    has_work = np.any(market.work.tasks > 0, axis=2)
    parts = {option: np.zeros(len(market.work.teams)) for option in used}
    for route in routes:
        mine = np.where(has_work[:, route.task_class], route.people, 0.0)
        for option in route.strategy:
            parts[option] = np.maximum(parts[option], mine)
    return parts


def _settled_together(
    candidates: Sequence[Candidate], routes: Sequence[Route], used: Sequence[int]
) -> list[tuple[int, ...]]:
    """List the options used by the pool that they are settled in.

    Those that only try first stand before those that try after them.
    """
    seconds = {option for route in routes for option in route.strategy[1:]}
    groups: dict[str, list[int]] = {}
    for option in used:
        groups.setdefault(candidates[option].pool, []).append(option)
    ordered = sorted(groups.values(), key=lambda group: (any(o in seconds for o in group), group))
    return [tuple(group) for group in ordered]


def _subscriptions(
    market: Market, together: Sequence[int], parts: Mapping[int, FloatArray]
) -> dict[str, Subscription]:
    """Seat the people of a pool's plans: one seat a person, the dearest plan first."""
    plans: dict[str, list[int]] = {}
    for option in together:
        if market.candidates[option].seats is not None:
            plans.setdefault(market.candidates[option].subscription, []).append(option)
    free = np.ones(len(market.work.teams))
    found = {}
    for name, options in sorted(plans.items(), key=lambda one: _dearest_first(market, *one)):
        terms = market.candidates[options[0]].seats
        assert terms is not None
        part = np.minimum(free, np.max([parts[o] for o in options], axis=0))
        free = free - part
        people, heads = heads_of(market, terms, part)
        seats = seats_for(terms, heads.sum(axis=0))
        found[name] = Subscription(tuple(options), terms, people, heads, seats)
    return {name: found[name] for name in plans}


def _dearest_first(market: Market, name: str, options: Sequence[int]) -> tuple[float, str]:
    terms = market.candidates[options[0]].seats
    assert terms is not None
    return -float(terms.fee.sum()), name


def heads_of(market: Market, terms: SeatTerms, part: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return who sits there and for whom seats are bought, (G, T) each.

    A team that states its seats buys those, whoever of its people uses them; seats that an option
    states are shared among the teams on it by people.
    """
    work, is_on = market.work, (part > 0)[:, None]
    wanted = work.people * part[:, None]
    if terms.stated is not None:
        total = wanted.sum(axis=0)
        enough = np.divide(terms.stated, total, out=np.ones_like(total), where=total > terms.stated)
        return wanted * enough, wanted
    stated = np.broadcast_to(work.seats[:, None], wanted.shape)
    states = ~np.isnan(stated) & is_on
    heads = np.where(is_on, work.developers, 0.0) if terms.for_all else wanted
    return np.where(states, np.minimum(wanted, stated), wanted), np.where(states, stated, heads)


def _pool(
    market: Market,
    routes: Sequence[Route],
    together: tuple[int, ...],
    own: Mapping[str, Subscription],
    parts: Mapping[int, FloatArray],
) -> Pool:
    """Lay a pool out for groups of teams alike."""
    work, alike = market.work, market.alike
    part = np.max([parts[o] for o in together], axis=0)
    wanted = work.people * part[:, None]
    people = np.sum([one.people for one in own.values()], axis=0) if own else wanted
    caps = np.min(
        [np.where(parts[o] > 0, market.candidates[o].cap, np.inf) for o in together], axis=0
    )
    cap = np.full(alike.size, np.inf)
    np.minimum.at(cap, alike.of, caps)
    return Pool(
        terms=tuple(one.terms for one in own.values()),
        seats=tuple(one.seats for one in own.values()),
        people=alike.total(people),
        cap=cap,
        seated=_seated(market, routes, together, alike.total(people), alike.total(wanted)),
    )


def _seated(
    market: Market,
    routes: Sequence[Route],
    together: tuple[int, ...],
    people: FloatArray,
    wanted: FloatArray,
) -> FloatArray:
    """Return the share of a group's work on a pool that those with a seat can do. (U, T).

    A person does a part of the team's work like anybody else's: where as many sit there as the
    share of work that the pool serves, all of it is done; with fewer, that much less.
    """
    if (people >= wanted).all():
        return np.ones_like(people)
    work, alike = market.work, market.alike
    on_pool = np.zeros((len(work.teams), len(work.months)))
    for route in routes:
        if route.strategy[0] in together:
            on_pool += work.tasks[:, route.task_class] * float(np.mean(route.share))
    everything = alike.total(work.tasks.sum(axis=1))
    share = np.divide(
        alike.total(on_pool), everything, out=np.ones_like(everything), where=everything > 0
    )
    active = alike.total(work.people)
    sit = np.divide(people, active, out=np.ones_like(people), where=active > 0)
    return np.minimum(1.0, np.divide(sit, share, out=np.ones_like(sit), where=share > 0))
