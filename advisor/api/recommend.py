"""What a recommendation says of its file: on which lines its limits stand, and the mix as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from advisor.api.inputs import Inputs
from advisor.errors import InputError
from advisor.model.routing import Routing
from advisor.tables.recommend import Recommendation, RouteLine


def check_values(inputs: Inputs, objective: str | None) -> None:
    """Raise InputError where value is to be made the most of, and the file knows of none."""
    if objective in {"net_value", "value"} and inputs.case.market.terms.value is None:
        message = "the file says nothing of what work is worth: add `hours`, or `value` to tasks"
        raise InputError.of(message, key="--objective")


def with_lines(answer: Recommendation, lines: Mapping[str, int]) -> Recommendation:
    """Give every limit the line of the file on which it stands."""

    def line(limit: str) -> int | None:
        keys = (limit, f"policy.{limit}.default", f"policy.{limit}")
        return next((lines[key] for key in keys if key in lines), None)

    return answer._replace(
        binding=[one._replace(line=line(one.limit)) for one in answer.binding],
        limits=[one._replace(line=line(one.limit)) for one in answer.limits],
        conflicts=[one._replace(line=line(one.limit)) for one in answer.conflicts],
    )


def mixes(
    routes: Sequence[RouteLine], classes: Sequence[str]
) -> tuple[Routing, dict[str, Routing]]:
    """Turn routes into the file's `mix`: one for all, and what teams do differently.

    Classes that nobody has work of go where the first one goes.
    """
    by_team: dict[str, dict[str, dict[tuple[str, ...], float]]] = {}
    for route in routes:
        served = by_team.setdefault(route.team, {}).setdefault(route.task_class, {})
        served[route.strategy] = route.share
    common: dict[str, dict[tuple[str, ...], float]] = {}
    for own in by_team.values():
        common = {**own, **common}
    first = next(iter(common.values()))
    common = {name: common.get(name, first) for name in classes}
    different = {
        team: {name: served for name, served in own.items() if served != common[name]}
        for team, own in by_team.items()
    }
    mix = common
    if all(served == first for served in common.values()):
        mix = {"default": first}
    return mix, {team: routing for team, routing in different.items() if routing}
