"""Head counts by month from a spreadsheet, put into what a team's file says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from advisor.api.given import is_frame, is_nothing, is_series, kind_of, month_of, plain_of
from advisor.errors import Fault, InputError, did_you_mean

KEY = "headcount"
_MONTHS = {"month", "months", "date", "day", "period"}
_TEAMS = {"team", "teams"}
_PEOPLE = {"developers", "headcount", "head count", "people", "heads", "all", "total"}
Counts = Mapping[str, Mapping[str, Any]]
"""People by month (`YYYY-MM`) by team; the team `""` is everybody."""


def with_headcount(data: Any, headcount: Any) -> dict[str, Any]:
    """Return a file's data with head counts in place of its own.

    `headcount` is a series or a mapping of months to people; or a frame, its months in the index or
    in a column, with a column for each team, or with columns `month`, `team` and `developers`.
    Raises InputError with everything that is no head count, and for teams that the file, which has
    teams, does not have.
    """
    counts = _counts(headcount)
    own = dict(data) if isinstance(data, dict) else {}
    if set(counts) == {""}:
        if own.get("teams"):
            raise InputError.of("the file has teams: give a column for each", key=KEY)
        return {**own, "developers": counts[""]}
    teams = own.get("teams") if isinstance(own.get("teams"), dict) else None
    if teams is None:
        kept = {key: value for key, value in own.items() if key != "developers"}
        return {**kept, "teams": {name: {"developers": one} for name, one in counts.items()}}
    faults = [
        Fault("", 0, 0, KEY, f"{name!r} is not a team of the file", did_you_mean(name, teams))
        for name in counts
        if name not in teams
    ]
    if faults:
        raise InputError(faults)
    moved = {name: {**teams[name], "developers": one} for name, one in counts.items()}
    return {**own, "teams": {**teams, **moved}}


def _counts(headcount: Any) -> Counts:
    if is_series(headcount):
        return {"": _by_month(list(headcount.index), list(headcount), "")}
    if is_frame(headcount):
        return _of_frame(headcount)
    if isinstance(headcount, Mapping):
        return {"": _by_month(list(headcount), list(headcount.values()), "")}
    message = f"can't be {kind_of(headcount)}: give a frame, a series or a mapping"
    raise InputError.of(message, key=KEY)


def _of_frame(frame: Any) -> Counts:
    columns = {str(name): list(frame.iloc[:, place]) for place, name in enumerate(frame.columns)}
    if len(columns) < len(frame.columns):
        raise InputError.of("has two columns of one name", key=KEY)
    named = {name.strip().lower(): name for name in columns}
    months_in = next((named[one] for one in named if one in _MONTHS), None)
    months = columns.pop(months_in) if months_in is not None else list(frame.index)
    if not months or not columns:
        hint = "months as the index or as a column `month`, and a column for each team"
        raise InputError.of("holds no head count", key=KEY, hint=hint)
    teams_in = next((named[one] for one in named if one in _TEAMS), None)
    if teams_in is None:
        only = next(iter(columns)) if len(columns) == 1 else ""
        if only.strip().lower() in _PEOPLE:
            return {"": _by_month(months, columns[only], "")}
        return {name: _by_month(months, cells, name) for name, cells in columns.items()}
    teams = columns.pop(teams_in)
    if len(columns) != 1:
        message = f"beside months and teams stands one column, not {', '.join(columns) or 'none'}"
        raise InputError.of(message, key=KEY)
    return _stacked(months, teams, next(iter(columns.values())))


def _stacked(months: Sequence[Any], teams: Sequence[Any], people: Sequence[Any]) -> Counts:
    found = {}
    for team in dict.fromkeys(map(str, teams)):
        places = [n for n, name in enumerate(teams) if str(name) == team]
        found[team] = _by_month([months[n] for n in places], [people[n] for n in places], team)
    return found


def _by_month(months: Sequence[Any], people: Sequence[Any], team: str) -> dict[str, Any]:
    """Return people by month. Raises InputError with every month or number that is none."""
    found: dict[str, Any] = {}
    faults = []
    for when, number in zip(months, people, strict=True):
        where = f"{KEY}.{team}".rstrip(".")
        try:
            month = month_of(when)
        except ValueError as error:
            faults.append(Fault("", 0, 0, where, str(error)))
            continue
        if month in found:
            faults.append(Fault("", 0, 0, where, f"{month} stands there twice"))
        if is_nothing(number) or number is None:
            faults.append(Fault("", 0, 0, where, f"{month}: there is no number"))
        else:
            found[month] = plain_of(number)
    if faults:
        raise InputError(faults)
    if not found:
        raise InputError.of("holds no head count", key=KEY)
    return found
