"""The ways of working that are compared: each option alone, what runs today, the decided mix."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from advisor.case.facts import Case, OptionFacts, Way
from advisor.engine.routes import Route
from advisor.engine.split import split_classes
from advisor.errors import MissingError
from advisor.model.routing import Routing

TODAY, MIX = "today", "mix"


def ways_of(
    current: Routing,
    mix: Routing | None,
    facts: Mapping[str, OptionFacts],
    classes: Sequence[str],
    people: Mapping[str, float],
) -> tuple[tuple[Way, ...], int, int | None]:
    """List the ways, which of them runs today, and which was decided, if any was.

    `facts` holds the known options in the order of the candidates, `people` the part of the people
    who use each today, where bills say. A mix that is an option alone is not listed twice. Raises
    MissingError where today's or the decided mix uses an option that is not known.
    """
    names = list(facts)
    ways = [Way(name, _alone(n, len(classes)), facts[name]) for n, name in enumerate(names)]
    running = routes_of(current, names, classes, people)
    if _index(ways, running) is None:
        ways.insert(0, Way(TODAY, running, None))
    if mix is None:
        return tuple(ways), _index(ways, running) or 0, None
    decided = routes_of(mix, names, classes)
    if _index(ways, decided) is None:
        ways.append(Way(MIX, decided, None))
    return tuple(ways), _index(ways, running) or 0, _index(ways, decided)


def with_way(
    case: Case, name: str, serving: Callable[[int, int], tuple[tuple[tuple[int, ...], float], ...]]
) -> Case:
    """Add a way, as the last, in which every team's work of a class is served as `serving` says.

    It is asked for team and class, and answers with strategies and their shares. Classes that teams
    serve differently are cut into parts; the other ways serve the parts alike.
    """
    split = split_classes(case.market, serving)
    ways = [way._replace(routes=split.spread(way.routes)) for way in case.ways]
    own = []
    for part, k in enumerate(split.origin.tolist()):
        team = int((split.part_of[:, k] == part).argmax())
        own += [Route(part, strategy, share) for strategy, share in serving(team, k)]
    what_ifs = [one._replace(rates=one.rates[:, split.origin]) for one in case.what_ifs]
    return replace(
        case,
        market=split.market,
        ways=(*ways, Way(name, tuple(own), None)),
        what_ifs=tuple(what_ifs),
    )


def team_serving(
    routings: Sequence[Routing], names: Sequence[str], classes: Sequence[str]
) -> Callable[[int, int], tuple[tuple[tuple[int, ...], float], ...]]:
    """Return who serves what where every team has a routing of its own, in the teams' order."""
    routes = [routes_of(routing, names, classes) for routing in routings]

    def serving(team: int, task_class: int) -> tuple[tuple[tuple[int, ...], float], ...]:
        own = (route for route in routes[team] if route.task_class == task_class)
        return tuple((route.strategy, float(np.asarray(route.share))) for route in own)

    return serving


def _index(ways: Sequence[Way], routes: tuple[Route, ...]) -> int | None:
    return next((i for i, way in enumerate(ways) if way.routes == routes), None)


def _alone(option: int, classes: int) -> tuple[Route, ...]:
    return tuple(Route(k, (option,), 1.0) for k in range(classes))


def routes_of(
    routing: Routing,
    names: Sequence[str],
    classes: Sequence[str],
    people: Mapping[str, float] = MappingProxyType({}),
) -> tuple[Route, ...]:
    """Turn a routing by names into routes by index; shares of 0 are left out.

    But for those that `people` are said to use: seats are paid whatever is done on them.
    """
    routes = []
    for k, name in enumerate(classes):
        for strategy, share in routing.get(name, routing.get("default", {})).items():
            missing = [one for one in strategy if one not in names]
            if missing:
                raise MissingError.of(
                    "is part of what runs today or of the mix, but not known",
                    key=f"options.{missing[0]}",
                )
            part = max((people.get(one, 1.0) for one in strategy), default=1.0)
            if share or strategy[0] in people:
                routes.append(Route(k, tuple(names.index(one) for one in strategy), share, part))
    return tuple(routes)
