"""People who join after the bill: two files that differ in their head count, and share a bill.

A file with one head count says nothing of when people came. Alone it is read as if all of them had
been there in the month of the bill, so that with more people the same money would be spread
thinner and the year would cost what it cost. Beside the file of before it is known better: the bill
was for the people of then, the share of them that used it is kept, and the others join with the
plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from advisor.case.people import last_bills, plan_start
from advisor.case.sources import Sources
from advisor.model.workload import Workload
from advisor.units import Month

Plain = dict[str, Any]


def joining_after_the_bill(old: Sources, new: Sources) -> Sources:
    """Return the new file with its head count from the plan's first month on.

    The file itself where a bill, or the people of its month, are not the same question in both.
    """
    when = _months(old, new)
    before, now = _heads(old.data), _heads(new.data)
    if when is None or before is None or now is None or sum(before.values()) == sum(now.values()):
        return new
    if set(before) - set(now):
        return new
    month, start = when
    stated = {
        team: {str(month): before.get(team, 0), str(start): people}
        for team, people in now.items()
        if before.get(team, 0) != people
    }
    return new._replace(data=_with_heads(new.data, stated))


def about_headcount(new: Sources, read: Sources) -> list[str]:
    """Say how the file was read, and the line that makes every command read it so."""
    if read is new:
        return []
    lines = []
    for team, people in _schedules(read.data).items():
        (month, was), (start, now) = people.items()
        key = f"teams.{team}.developers" if team else "developers"
        of = f" of {team}" if team else ""
        lines.append(
            f"the bill of {month} is for the {was:g} people{of} of then, so {now:g} are counted "
            f"from {start}; the file alone does not say from when: write `{key}: "
            f"{{{month}: {was:g}, {start}: {now:g}}}`"
        )
    return lines


def _months(old: Sources, new: Sources) -> tuple[Month, Month] | None:
    """Return the month of the bill and the first of the plan; None where that asks nothing."""
    before, now = Workload.model_validate(old.data), Workload.model_validate(new.data)
    bills = last_bills(now)
    start = plan_start(now, new.book.as_of)
    if not bills or last_bills(before) != bills or start <= bills[0].month:
        return None
    if now.adoption is not None or any(team.adoption for team in now.teams.values()):
        return None  # who states the share that uses it has said what a bill would tell
    return bills[0].month, start


def _heads(data: Mapping[str, Any]) -> dict[str, float] | None:
    """Return head counts by team, of a file without teams under no name; None for schedules."""
    teams = data.get("teams")
    stated = {"": data.get("developers")}
    if teams:
        stated = {str(name): (team or {}).get("developers") for name, team in teams.items()}
    plain = {name: n for name, n in stated.items() if isinstance(n, int | float | Decimal)}
    return {name: float(n) for name, n in plain.items()} if len(plain) == len(stated) else None


def _with_heads(data: Plain, stated: Mapping[str, Plain]) -> Plain:
    if "" in stated:
        return {**data, "developers": stated[""]}
    teams = {
        name: {**team, "developers": stated[name]} if name in stated else team
        for name, team in data["teams"].items()
    }
    return {**data, "teams": teams}


def _schedules(data: Mapping[str, Any]) -> dict[str, Plain]:
    """Return the head counts that are stated by month, by team."""
    every = {"": data.get("developers")}
    every |= {name: team.get("developers") for name, team in (data.get("teams") or {}).items()}
    return {name: heads for name, heads in every.items() if isinstance(heads, dict)}
