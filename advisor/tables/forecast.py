"""The year so far and to come, as a finished answer. Money is in the answer's currency."""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from advisor.tables.anomalies import Anomaly
from advisor.tables.check import ActualsLine
from advisor.units import Month


class MonthLine(NamedTuple):
    """One month: what was planned, what is paid, what is still expected.

    `by_end` is what is paid by its end, as expected, `low` and `high` P10 and P90 of it, None where
    no range is known. `released` is the budget that is there by then.
    """

    month: Month
    planned: float
    paid: float
    rest: float
    by_end: float
    low: float | None
    high: float | None
    released: float | None


class VariancePart(NamedTuple):
    """What one cause adds, in all and by who bills. The parts add up to the difference.

    `by_team` is the part of each team where usage was told apart by team.
    """

    cause: str
    money: float
    by_biller: Mapping[str, float]
    by_team: Mapping[str, float] = MappingProxyType({})


class Variance(NamedTuple):
    """Money of some whole months beside what it is held against, `plan` or `last year`.

    `not_known` says what could not be told apart, and why.
    """

    against: str
    months: Sequence[Month]
    base: float
    actual: float
    parts: Sequence[VariancePart]
    not_known: Sequence[str]


class BacktestLine(NamedTuple):
    """How far forecasts were off on one set of series: |forecast - actual| ÷ actual.

    `ahead` months together, from `origins` months of a year on. Each way's error is the median of
    all questions, `mean` errors are their means; `coverage` is how many of our 80 % ranges held.
    """

    series: str
    is_real: bool
    ahead: int
    questions: int
    last_month: float
    straight_line: float
    the_plan: float
    ours: float
    last_month_mean: float
    straight_line_mean: float
    the_plan_mean: float
    ours_mean: float
    coverage: float


class Alert(NamedTuple):
    """A limit that `advisor check` would break or warn of with the same files."""

    limit: str
    status: str
    text: str


class Forecast(NamedTuple):
    """Everything that is said of a year that has begun.

    `exhaustion_early` and `exhaustion_late` are the days on which P90 and P10 of what is paid pass
    the budget. `would_end` is the exit code that `advisor check` would end with, None without
    limits.
    """

    workload: str
    file: str
    acts_on: str
    currency: str
    start: Month
    months: int
    as_of: date
    budget: float | None
    planned_year: float
    p50: float | None
    exhaustion_early: date | None
    exhaustion_late: date | None
    actuals: ActualsLine
    by_month: Sequence[MonthLine]
    variances: Sequence[Variance]
    anomalies: Sequence[Anomaly]
    backtest: Sequence[BacktestLine]
    alerts: Sequence[Alert] = ()
    would_end: int | None = None
    warnings: Sequence[str] = ()
