"""Limits held or broken, as a finished answer: what a pull request or a nightly job is told."""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from advisor.tables.compare import Spend
from advisor.tables.diff import Difference
from advisor.units import Month

_NOTHING: Mapping[str, float] = MappingProxyType({})

OK, WARN, FAIL, SKIPPED, UNKNOWN = "ok", "warn", "fail", "skipped", "unknown"
ABSENT = "absent"
"""What a limit was before a change that adds it."""
ORDER = (FAIL, UNKNOWN, WARN, SKIPPED, OK)
"""Broken first, then what can't be known, then warnings, then the rest."""

Figure = float | date | None


class LimitLine(NamedTuple):
    """One limit and what the plan comes to.

    `limit` is its name, `key` its place in the file; `unit` says what the figures are. A date that
    is None lies beyond the plan. `over` is by what share of itself the bound is passed. `note` adds
    what a number alone does not say; of a skipped or unknown one, why. `before` is the status that
    a broken limit had in the base, `absent` where it was not there, empty where nobody knows.
    """

    limit: str
    key: str
    team: str | None
    on: str
    unit: str
    value: Figure
    at_most: Figure = None
    at_least: Figure = None
    warn_at: Figure = None
    status: str = OK
    over: float | None = None
    note: str = ""
    line: int = 1
    column: int = 1
    before: str = ""

    @property
    def is_broken(self) -> bool:
        """Whether it does not hold, or can't be known to."""
        return self.status in {FAIL, UNKNOWN}

    @property
    def was_broken(self) -> bool:
        """Whether it did not hold in the base either."""
        return self.before in {FAIL, UNKNOWN}


class Unmatched(NamedTuple):
    """Money that was paid and is not in the mix: to whom, for which model, when, how much."""

    billed_by: str
    model: str | None
    month: Month
    cost: float
    reason: str


class BillerLine(NamedTuple):
    """One biller: what was paid, what was planned for the days billed, what is expected yet.

    `rest_as_planned` is what the plan has for the rest, before what was learnt from the bills.
    `until` is the last day that usage is billed to, `seats_until` the same of seats where it is
    another day.
    """

    paid: float
    planned: float
    rest: float
    until: date | None = None
    seats_until: date | None = None
    rest_as_planned: float = 0.0


class ActualsLine(NamedTuple):
    """The year so far: what was paid, what was planned for it, what the year will come to.

    `until` is the last day that anybody billed usage to; None where nothing was paid. Money in the
    answer's currency. `rest` is the plan for what is not billed, moved by the levels that were
    learnt in `months_learnt` months (actual ÷ planned of the rest, by biller); `rest_as_planned`
    the same as it was planned. `run_rate` is the year's end if use goes on as far from the plan as
    so far. `by_month` is what was paid in each month and then what is expected, `p10` and `p90` the
    range of ends. `chance_over` is the chance that the year
    ends over the budget, `dearest` the mean end of the dearest years that a budget with
    `confidence` is held against.
    """

    sources: str
    until: date | None
    paid: float
    planned: float
    rest: float
    expected_year_end: float
    exhaustion_date: date | None
    chance_over: float | None
    by_biller: Mapping[str, BillerLine]
    unmatched: Sequence[Unmatched]
    run_rate: float | None = None
    by_month: Sequence[float] = ()
    paid_by_month: Sequence[float] = ()
    p10: float | None = None
    p90: float | None = None
    dearest: float | None = None
    rest_as_planned: float = 0.0
    months_learnt: int = 0
    levels: Mapping[str, float] = _NOTHING
    warnings: Sequence[str] = ()


class FileCheck(NamedTuple):
    """One file: which way of working is held, what it costs, and every limit.

    `file` is the file as it was named, `path` where it lies from the top of its repository.
    """

    workload: str
    file: str
    path: str
    acts_on: str
    currency: str
    start: Month
    months: int
    as_of: date
    spend: Spend
    spend_per_active_month: float | None
    budget: float | None
    exhaustion_date: date | None
    lines: Sequence[LimitLine]
    by_class: Mapping[str, float] = _NOTHING
    by_vendor: Mapping[str, float] = _NOTHING
    by_month: Sequence[float] = ()
    borrowed: int = 0
    locked: str = ""
    change: Difference | None = None
    actuals: ActualsLine | None = None
    warnings: Sequence[str] = ()

    @property
    def annual_spend(self) -> float:
        """What twelve months cost, what was paid in place of what was planned for it."""
        actuals = self.actuals
        whole = self.spend.expected if actuals is None else actuals.expected_year_end
        return whole * 12 / self.months

    def count(self, status: str) -> int:
        """How many limits have a status."""
        return sum(line.status == status for line in self.lines)


class Check(NamedTuple):
    """All files that were checked, in the order given."""

    files: Sequence[FileCheck]

    @property
    def status(self) -> str:
        """The worst status of all lines."""
        found = {line.status for file in self.files for line in file.lines}
        return next((one for one in (FAIL, UNKNOWN, WARN) if one in found), OK)
