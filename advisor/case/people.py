"""Months, teams and the tasks they do, as `engine.axes.Work`."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.engine.axes import EXACTLY_ONE, RandomInput, Work
from advisor.model.schedule import Schedule
from advisor.model.uncertain import Uncertain
from advisor.model.workload import Bill, Spread, Task, Team, WorkingHours, Workload
from advisor.units import Month, months_from

FloatArray = NDArray[np.float64]

ONE_TEAM = "all"
DEVELOPER_MONTH = "work"
"""The task class of a file that states no tasks: one developer-month of today's work."""

DEFAULT_LEVEL_SPREAD = 0.35

PUBLISHED_SPREAD = Spread.unchecked(p50=7.0, p90=30.0)
"""How use differs between people where a file does not say; only the shape counts, σ = 1.14.

Anthropic: $13 a developer and active day on average, under $30 for 90 % of them; a median of 7 fits
both."""
SPREAD_SOURCE = "Anthropic's costs of Claude Code: code.claude.com/docs/en/costs"


def plan_start(workload: Workload, known_on: date) -> Month:
    """Return the first month: as stated, else January after the bill, else after the prices."""
    if workload.start is not None:
        return workload.start
    if workload.billed:
        return Month(max(bill.month for bill in workload.billed).year + 1, 1)
    return Month(known_on.year + 1, 1)


def teams_of(workload: Workload) -> dict[str, Team]:
    """Return the teams, a file without any being one team; of nobody where only tasks count."""
    if workload.teams:
        return dict(workload.teams)
    return {ONE_TEAM: Team.unchecked(developers=workload.developers or Schedule.constant(0.0))}


def working_hours(workload: Workload, team: Team) -> WorkingHours | None:
    """Return when a team works, if anybody said."""
    return team.working_hours or workload.working_hours


def active_in(workload: Workload, month: Month) -> tuple[float, float]:
    """Return developers and the latest bill's active developers, for a month."""
    developers = sum(team.developers.at(month) for team in teams_of(workload).values())
    bills = last_bills(workload)
    stated = [one for one in map(active_of, bills) if one is not None]
    # A bill that names nobody is everybody's, unless another one says who is active.
    says = any(bill.active_developers is not None for bill in bills) or len(stated) == len(bills)
    return developers, max(stated) if stated and says else developers


def active_of(bill: Bill) -> float | None:
    """Return how many people a bill says it is for: those active, else the seats it bought."""
    return bill.active_developers if bill.active_developers is not None else bill.seats


def last_bills(workload: Workload) -> list[Bill]:
    """Return the bills of the last month that has any: they are the level."""
    if not workload.billed:
        return []
    last = max(bill.month for bill in workload.billed)
    return [bill for bill in workload.billed if bill.month == last]


class Headcount(NamedTuple):
    """Developers and active people by team and month, with what intensity they work.

    `intensity` (G, T) follows the plan's months; `factor` (G,) is one number that a team states for
    all of them, `uncertain_intensity` one that is drawn. `seats` (G,) are those that a team says it
    buys; NaN where it says nothing.
    """

    names: tuple[str, ...]
    developers: FloatArray
    people: FloatArray
    intensity: FloatArray
    factor: FloatArray
    uncertain_intensity: tuple[RandomInput | None, ...]
    seats: FloatArray

    def intensity_in(self, months: Sequence[Month], month: Month) -> float:
        """Return the intensity of the plan in a month, by people; 1 for a month before the plan.

        A bill from before the plan is the level that the plan's intensity is relative to; a bill
        from inside it has that month's intensity in it already.
        """
        place = month.index - months[0].index
        if not 0 <= place < len(months):
            return 1.0
        people = self.people[:, place]
        weights = people / people.sum() if people.sum() else np.full(len(people), 1 / len(people))
        return float(weights @ self.intensity[:, place])


def headcount(workload: Workload, months: Sequence[Month]) -> Headcount:
    """Lay headcounts, adoption and intensity out by team and month."""
    teams = teams_of(workload)
    default_adoption = _adoption_default(workload)
    adoption = [team.adoption or workload.adoption or default_adoption for team in teams.values()]
    developers = np.array([team.developers.over(months) for team in teams.values()])
    shares = np.array([schedule.over(months) for schedule in adoption])
    intensities = [_intensity(workload, name, team, months) for name, team in teams.items()]
    factors = [_factor(drawn) for _, drawn in intensities]
    return Headcount(
        names=tuple(teams),
        developers=developers,
        people=developers * shares,
        intensity=np.array([known for known, _ in intensities]),
        factor=np.array([1.0 if one is None else one for one in factors]),
        uncertain_intensity=tuple(
            drawn if factor is None else None
            for (_, drawn), factor in zip(intensities, factors, strict=True)
        ),
        seats=np.array([one.seats or np.nan for one in teams.values()]),
    )


def _adoption_default(workload: Workload) -> Schedule:
    bills = last_bills(workload)
    if not bills:
        return Schedule.constant(1.0)
    developers, active = active_in(workload, bills[0].month)
    return Schedule.constant(active / developers if developers else 1.0)


def _intensity(
    workload: Workload, name: str, team: Team, months: Sequence[Month]
) -> tuple[list[float], RandomInput | None]:
    owner, where = (team, f"teams.{name}.") if _has_own(team) else (workload, "")
    if owner.growth is not None:
        return [(1 + owner.growth) ** t for t in range(len(months))], None
    if isinstance(owner.intensity, Schedule):
        return owner.intensity.over(months), None
    if isinstance(owner.intensity, Uncertain):
        return [1.0] * len(months), RandomInput(owner.intensity, f"{where}intensity")
    return [1.0] * len(months), None


def _factor(drawn: RandomInput | None) -> float | None:
    """Return an intensity in which there is nothing to draw: teams share their draws then.

    None for one that is drawn, and for 0, which leaves people their seats and nothing to do.
    """
    exact = drawn is not None and drawn.number.is_exact and drawn.number.mode > 0
    return drawn.number.mode if drawn is not None and exact else None


def _has_own(team: Team) -> bool:
    return team.growth is not None or team.intensity is not None


def lay_out_work(
    workload: Workload,
    tasks: dict[str, Task],
    count: Headcount,
    months: tuple[Month, ...],
    level_spread: float,
) -> Work:
    """Count the tasks of every team, class and month, but for what is drawn."""
    classes = tuple(tasks)
    base = np.stack([_base(task, count, months) for task in tasks.values()], axis=1)
    frequency = tuple(_frequency(name, task) for name, task in tasks.items())
    rows, row_of = _rows(tasks, count)
    return Work(
        months=months,
        teams=count.names,
        classes=classes,
        developers=count.developers,
        people=count.people,
        tasks=base,
        frequency=frequency,
        row_of=row_of,
        row_class=np.array([k for k, _ in rows], dtype=np.intp),
        intensity=tuple(drawn or EXACTLY_ONE for _, drawn in rows),
        level_spread=level_spread,
        seats=count.seats,
    )


def _frequency(name: str, task: Task) -> RandomInput:
    if task.per_developer_month is None:
        return EXACTLY_ONE
    return RandomInput(task.per_developer_month, f"tasks.{name}.per_developer_month")


def _base(task: Task, count: Headcount, months: Sequence[Month]) -> FloatArray:
    """Tasks of one class by team and month, before the frequency is drawn. Shape (G, T)."""
    if task.per_developer_month is not None:
        return np.asarray(count.people * count.intensity * count.factor[:, None])
    if task.per_month is not None:
        total = np.array(task.per_month.over(months))
    else:
        assert task.once is not None
        total = np.array([task.once.tasks if month == task.once.month else 0 for month in months])
    return _shared_out(total, count)


def _shared_out(total: FloatArray, count: Headcount) -> FloatArray:
    """Give each team its part of work that is not counted per head, by its active people."""
    weights = count.people if count.people.sum() else count.developers
    sums = weights.sum(axis=0)
    even = np.full_like(weights, 1 / len(weights))
    shares = np.divide(weights, sums, out=even, where=sums > 0)
    return np.asarray(shares * total)


def _rows(
    tasks: dict[str, Task], count: Headcount
) -> tuple[list[tuple[int, RandomInput | None]], NDArray[np.intp]]:
    rows: dict[tuple[int, str], tuple[int, RandomInput | None]] = {}
    index: dict[tuple[int, str], int] = {}
    row_of = np.zeros((len(count.names), len(tasks)), dtype=np.intp)
    for k, task in enumerate(tasks.values()):
        scales = task.per_developer_month is not None
        for g, drawn in enumerate(count.uncertain_intensity):
            own = drawn if scales else None
            key = (k, own.stream if own else "")
            rows.setdefault(key, (k, own))
            row_of[g, k] = index.setdefault(key, len(index))
    return list(rows.values()), row_of


def horizon(workload: Workload, known_on: date) -> tuple[Month, ...]:
    """List the months of the plan."""
    return months_from(plan_start(workload, known_on), workload.months)
