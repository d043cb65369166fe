"""A year that has begun, as a finished answer: where it ends, why it is off, who runs away."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from fnmatch import fnmatchcase
from statistics import median
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.answers.forecast.backtest import BACKTEST
from advisor.answers.forecast.billed_names import Billers
from advisor.answers.forecast.paid import PaidSums, gather
from advisor.answers.forecast.planned import Planned
from advisor.answers.forecast.sides import (
    PlanSide,
    Used,
    plan_side,
    use_of,
    used_side,
    with_unused,
    without_use,
)
from advisor.answers.forecast.so_far import SoFar
from advisor.answers.forecast.variance import OTHER, USE_AND_PRICE, VarianceSide, variance
from advisor.answers.forecast.ways import planned_way, ran_before
from advisor.answers.forecast.year_end import YearEnd, gone_on, year_end
from advisor.answers.forecast.year_to_date import Bills, actuals_line, so_far_of
from advisor.answers.recommend.answer import Wish
from advisor.answers.recommend.mix import Mix
from advisor.answers.recommend.selection import choose
from advisor.case.facts import Case, Way
from advisor.case.sources import Sources
from advisor.errors import InputError, did_you_mean
from advisor.tables.anomalies import Anomaly
from advisor.tables.forecast import Forecast, MonthLine, Variance, VariancePart
from advisor.units import Month

FloatArray = NDArray[np.float64]

PLAN, LAST_YEAR = "plan", "last year"
_YEAR = 12
_SLACK = timedelta(days=3)
"""A month whose last call was so few days before its end is used whole: a weekend, a holiday."""


class Use(NamedTuple):
    """What was used: rows by month, model and person; from and to which day; who bills a model.

    `tasks` were done in the whole months, where somebody counted them. `teams` are patterns of
    people's names by team.
    """

    rows: Sequence[Used]
    first: date | None
    last: date | None
    biller: Mapping[str, str]
    tasks: float | None = None
    teams: Mapping[str, Sequence[str]] = MappingProxyType({})

    def team_of(self, person: str) -> str:
        """Return whose team somebody is in: the first whose patterns fit, else nobody's."""
        fits = (
            team
            for team, patterns in self.teams.items()
            if any(fnmatchcase(person, one) for one in patterns)
        )
        return next(fits, _NO_TEAM)


_NO_TEAM = "no team"


class ForecastRequest(NamedTuple):
    """What is asked: a file, what was paid and used, and what others already know of it.

    `last_year` are bills of the year before and its use.
    """

    sources: Sources
    case: Case
    option: str | None = None
    draws: int = 0
    seed: int = 1
    bills: Bills = Bills((), "no bills")
    use: Use | None = None
    last_year: tuple[Bills, Use | None] | None = None
    anomalies: Sequence[Anomaly] = ()
    warnings: Sequence[str] = ()


def forecast(asked: ForecastRequest) -> Forecast:
    """Say where the year ends, and why it is off.

    Raises InputError for bills that hold nothing of the plan's months, and as `choose`.
    """
    chosen = choose(asked.case, asked.option, Wish())
    if len(chosen.ways) > 1:
        raise InputError.of("one way of working is carried on", key="--option")
    case, way, book = chosen.case, chosen.case.ways[chosen.ways[0]], asked.sources.book
    planned = planned_way(case, way, asked.draws, asked.seed)
    so_far = so_far_of(asked.bills, case, planned, book)
    before = ran_before(choose(asked.case, None, Wish()), way)
    ran = None if before is None else so_far_of(asked.bills, case, before, book)
    end = year_end(so_far, case.market.work.level_spread, planned.drawn, ran)
    months = case.market.work.months
    early, late = _gone_between(case, end)
    return Forecast(
        workload=case.name,
        file=asked.sources.shown,
        acts_on=chosen.words,
        currency=case.currency,
        start=case.start,
        months=len(months),
        as_of=case.as_of,
        budget=case.budget,
        planned_year=float(planned.by_month.sum()),
        p50=None if end.ends is None else float(median(end.ends.tolist())),
        exhaustion_early=early,
        exhaustion_late=late,
        actuals=actuals_line(asked.bills, case, book, so_far, end),
        by_month=_by_month(case, so_far, end),
        variances=_variances(asked, case, way, planned, so_far),
        anomalies=asked.anomalies,
        backtest=BACKTEST,
        warnings=[*case.warnings, *asked.warnings],
    )


def _gone_between(case: Case, end: YearEnd) -> tuple[date | None, date | None]:
    """Return the days on which P90 and P10 of what is paid pass the budget."""
    if end.low is None or end.high is None:
        return None, None
    months = case.market.work.months
    early, late = (
        gone_on(np.diff(path, prepend=0.0), case.budget, months) for path in (end.high, end.low)
    )
    return early, late


def _by_month(case: Case, so_far: SoFar, end: YearEnd) -> list[MonthLine]:
    paid, planned = so_far.by_month, so_far.planned.by_month
    by_end = np.cumsum(paid + end.rest)
    return [
        MonthLine(
            month=month,
            planned=float(planned[n]),
            paid=float(paid[n]),
            rest=float(end.rest[n]),
            by_end=float(by_end[n]),
            low=None if end.low is None else float(end.low[n]),
            high=None if end.high is None else float(end.high[n]),
            released=None if case.released is None else float(case.released[n]),
        )
        for n, month in enumerate(case.market.work.months)
    ]


# --- Why it is off -------------------------------------------------------------------------------


def _variances(
    asked: ForecastRequest, case: Case, way: Way, planned: Planned, so_far: SoFar
) -> list[Variance]:
    """Hold the whole months that are paid against the plan, and against last year."""
    months, paid_whole = so_far.months, _paid_whole(so_far)
    at = [n for n in paid_whole if asked.use is None or _is_used_whole(asked.use, months[n])]
    found = []
    if at:
        plan = plan_side(case, Mix(case.market, way.routes), planned, at)
        actual = _used(asked.use, so_far.paid, months, at, plan.included)
        teams = _teams(asked, plan, [months[n] for n in at])
        has_use = asked.use is not None
        held = _against_plan(plan, actual, [months[n] for n in at], teams, has_use=has_use)
        found.append(held._replace(not_known=[*held.not_known, *_not_billed(so_far, at)]))
    if paid_whole and asked.last_year is not None:
        found.append(_against_last_year(asked, so_far, paid_whole))
    return found


def _paid_whole(so_far: SoFar) -> list[int]:
    """Return places of months that are paid whole: by everybody in the plan, else by anybody."""
    whole = so_far.whole
    since = whole.usage_since or whole.fees_since
    left = so_far.days.left(so_far.months, whole.usage or whole.fees, since)
    by_anybody = [n for n in range(len(so_far.months)) if left[n] <= 0]
    to_come = sum((usage for usage, _ in so_far.left.values()), np.zeros(len(so_far.months)))
    return [n for n in by_anybody if to_come[n] <= 0] or by_anybody


def _not_billed(so_far: SoFar, at: Sequence[int]) -> list[str]:
    """Say whose planned use of these months no bill has: it stands on the plan's side alone."""
    return [
        f"{name} has not billed all of these months: the plan alone has {money:,.0f} of it"
        for name, (usage, _) in so_far.left.items()
        if (money := float(usage[list(at)].sum())) > 0
    ]


def _is_used_whole(use: Use, month: Month) -> bool:
    if use.first is None or use.last is None:
        return False
    ends = (month + 1).first_day - timedelta(days=1)
    return use.first <= month.first_day + _SLACK and use.last >= ends - _SLACK


def _used(
    use: Use | None,
    paid: PaidSums,
    months: Sequence[Month],
    at: Sequence[int],
    leave_out: frozenset[str],
) -> VarianceSide:
    chosen = {months[n] for n in at}
    rows = [] if use is None else [one for one in use.rows if one.month in chosen]
    return used_side(
        rows,
        paid,
        at,
        biller={} if use is None else use.biller,
        tasks=None if use is None else use.tasks,
        leave_out=leave_out,
    )


Teams = Mapping[str, tuple[VarianceSide, VarianceSide]]


def _teams(asked: ForecastRequest, plan: PlanSide, months: Sequence[Month]) -> Teams | None:
    """Return the plan's and the real use of every team; None where nobody tells them apart.

    Raises InputError for a team that the plan does not have.
    """
    use = asked.use
    if use is None or not use.teams:
        return None
    for name in use.teams:
        if name not in plan.teams:
            hint = did_you_mean(name, plan.teams)
            raise InputError.of(f"{name!r} is not a team", key="--team", hint=hint)
    rows: dict[str, list[Used]] = {}
    for one in use.rows:
        if one.month in months:
            rows.setdefault(use.team_of(one.person), []).append(one)
    nothing = use_of((), biller={})
    return {
        name: (
            plan.teams.get(name, nothing._replace(tasks=None)),
            use_of(rows.get(name, ()), biller=use.biller, leave_out=plan.included),
        )
        for name in dict.fromkeys([*plan.teams, *rows])
    }


def _against_plan(
    plan: PlanSide,
    actual: VarianceSide,
    months: Sequence[Month],
    teams: Teams | None,
    *,
    has_use: bool,
) -> Variance:
    base, not_known = plan.side, []
    if not has_use or (base.tokens and not actual.tokens):
        base, actual, teams = without_use(base), without_use(actual), None
        not_known.append("no usage was given: use, mix and price can't be told apart (`--usage`)")
    else:
        actual = with_unused(actual, plan)
        not_known += _not_told(base, actual)
    return _held(PLAN, base, actual, months, not_known, teams)


def _not_told(base: VarianceSide, actual: VarianceSide) -> list[str]:
    """Say which counts one side does not have."""
    found = []
    if actual.people is None and base.people is not None:
        found.append("usage names no people: their number and their use are one part")
    if actual.tasks is None or base.tasks is None:
        found.append("nobody counted tasks: tasks and tokens a task are one part (`--tasks`)")
    if any(base.seats.values()) and (base.unused is None or actual.unused is None):
        found.append("seats that nobody used can't be told: who sits on them is not known")
    return found


def _against_last_year(asked: ForecastRequest, so_far: SoFar, at: Sequence[int]) -> Variance:
    """Hold the same months of last year beside those of this one."""
    assert asked.last_year is not None
    bills, use = asked.last_year
    before = [Month(one.year - 1, one.month) for one in so_far.months]
    billers = Billers(asked.case, asked.sources.book)
    paid = gather(bills.rows, billers, before)
    has_bill = paid.by_month(len(before)) > 0
    both = [n for n in at if has_bill[n]]
    if not both:
        first, last = before[at[0]], before[at[-1]]
        span = str(first) if first == last else f"{first} to {last}"
        message = f"holds nothing with a price of {span}, which is held beside this year"
        raise InputError.of(message, file=bills.sources, key="--last-year")
    months = [so_far.months[n] for n in both]
    base = _used(use, paid, before, both, frozenset())
    actual = _used(asked.use, so_far.paid, so_far.months, both, frozenset())
    not_known = []
    if not base.tokens or not actual.tokens:
        base, actual = without_use(base), without_use(actual)
        not_known.append("no usage of both years: use, mix and price can't be told apart")
    else:
        not_known += _not_told(base, actual)
    return _held(LAST_YEAR, base, actual, months, not_known)


def _held(
    against: str,
    base: VarianceSide,
    actual: VarianceSide,
    months: Sequence[Month],
    not_known: Sequence[str],
    teams: Teams | None = None,
) -> Variance:
    parts = variance(base, actual, teams)
    if not base.tokens and not actual.tokens:
        parts = [one._replace(cause=USE_AND_PRICE) if one.cause == OTHER else one for one in parts]
    return Variance(
        against=against,
        months=months,
        base=sum(base.money.values()),
        actual=sum(actual.money.values()),
        parts=[one for one in parts if not _is_nothing(one)],
        not_known=not_known,
    )


def _is_nothing(part: VariancePart) -> bool:
    return not any([*part.by_biller.values(), *part.by_team.values()])
