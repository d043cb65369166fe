"""The best mix of a team's file, and on which of its lines the limits stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from advisor.answers.recommend.answer import Wish
from advisor.answers.recommend.answer import recommend as choose_mix
from advisor.answers.recommend.menu import OBJECTIVES
from advisor.answers.recommend.solution import USUAL_GAP, Effort
from advisor.api.answer import Forms, PythonAnswer
from advisor.api.asking import in_python, number, whole
from advisor.api.bounds import DEFAULT_DRAWS, DEFAULT_SECONDS, check_draws, check_seconds
from advisor.api.inputs import Inputs
from advisor.api.teams import Beside, Day, Team, inputs_from
from advisor.errors import InputError
from advisor.model.routing import Routing
from advisor.output.recommend.formats import render_json, render_text, route_table
from advisor.output.report.mix import vendors_picture
from advisor.tables.recommend import Recommendation, RouteLine

_WORST_YEARS = 0.1


class RecommendationAnswer(PythonAnswer, Recommendation):
    """The best mix, or in `conflicts` why there is none; `.to_pandas()` has a row a route."""

    __slots__ = ()
    forms = Forms(
        json=render_json,
        text=render_text,
        brief=lambda answer: render_text(answer, brief=True),
        tables={"routes": route_table},
        picture=lambda answer: None if answer.mix is None else vendors_picture(answer),
    )


def wish_of(
    *,
    objective: str | None,
    shares: bool | None,
    robust: bool,
    bad_years: float | None,
    effort: Effort,
) -> Wish:
    """Return what is asked beside the file; see `recommend` for what each is.

    Raises InputError for what can't be asked.
    """
    if objective is not None and objective not in OBJECTIVES:
        message = f"{objective!r}: make the most of one of {', '.join(OBJECTIVES)}"
        raise InputError.of(message, key="--objective")
    check_seconds(effort.seconds)
    if not 0 <= effort.gap < 1:
        raise InputError.of(f"{effort.gap:g}: a share from 0 to below 1", key="--gap")
    if bad_years is not None and not robust:
        raise InputError.of("says how --robust looks at years: add it", key="--bad-years")
    if bad_years is not None and not 0 < bad_years < 1:
        raise InputError.of(f"{bad_years:g} is not a share such as 0.1", key="--bad-years")
    looks_at = "mean" if bad_years is None else "tail"
    return Wish(
        objective=objective,
        is_whole=None if shares is None else not shares,
        robust=looks_at if robust else None,
        bad_years=_WORST_YEARS if bad_years is None else bad_years,
        effort=effort,
    )


@in_python
def recommend(
    team: Team = None,
    *,
    changes: Mapping[str, Any] | None = None,
    headcount: Any = None,
    objective: str | None = None,
    shares: bool | None = None,
    robust: bool = False,
    bad_years: float | None = None,
    time_limit: float = DEFAULT_SECONDS,
    gap: float = USUAL_GAP,
    locked: bool = False,
    frozen: bool = False,
    as_of: Day = None,
    assume_cancelled: str | Iterable[str] | None = None,
    draws: int = DEFAULT_DRAWS,
    seed: int = 1,
) -> RecommendationAnswer:
    """Return the best mix under the budget and the policy of a team, and what would change it.

    `team`, `changes` and `headcount` are as for `compare`. `shares`: work is shared out (True), or
    each kind has one route (False). `bad_years` is the share of the worst years that `robust` looks
    at. `time_limit` is in seconds, `gap` the share of the best that may still be missing.

    Limits that contradict each other do not raise: `status` is then `infeasible`, and `conflicts`
    says which. Raises InputError with every fault, MissingError where something is missing.
    """
    draws, seed = whole(draws, key="draws"), whole(seed, key="seed")
    check_draws(draws, seed)
    effort = Effort(number(gap, key="gap"), number(time_limit, key="time_limit"))
    wish = wish_of(
        objective=objective,
        shares=shares,
        robust=robust,
        bad_years=None if bad_years is None else number(bad_years, key="bad_years"),
        effort=effort,
    )
    beside = Beside(changes, headcount, as_of, assume_cancelled, locked, frozen)
    inputs = inputs_from(team, beside)
    check_values(inputs, objective)
    told = choose_mix(inputs.case, file=inputs.shown, draws=draws, seed=seed, wish=wish)
    return RecommendationAnswer._make(with_lines(told, inputs.lines))


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
