"""The report as a finished answer: the parts of other answers, and what only a page shows.

A part that is None is not in the report; `absent` says why.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from advisor.tables.check import FileCheck
from advisor.tables.compare import Comparison
from advisor.tables.diff import Difference
from advisor.tables.forecast import Variance
from advisor.tables.pilot import Pilot
from advisor.tables.recommend import Recommendation
from advisor.tables.seats import SeatsAnswer
from advisor.tables.stress import Stress
from advisor.units import Month


class SumLine(NamedTuple):
    """A way's spend as it adds up: money by the end of each month, expected and over the draws.

    `p10` and `p90` are empty without draws. `paid` is what of each month was paid, empty where
    nothing was given; then the sums hold it up to `until`, the last day that anybody billed to.
    `chance_over` is the chance, with what was paid, that the budget does not last. `gone` is the
    day it is used up, None where it lasts or there is none.
    """

    way: str
    title: str
    expected: Sequence[float]
    p10: Sequence[float]
    p90: Sequence[float]
    gone: date | None
    paid: Sequence[float] = ()
    until: date | None = None
    chance_over: float | None = None


class PriceLine(NamedTuple):
    """A price that the report stands on: of whom, what it is in short, how old, what is doubtful.

    `name` is a model or a plan, `input` and `output` dollars per million tokens, `seat_month`
    dollars; None where that is no price of it. `age_days` is counted to the report's day.
    """

    name: str
    used_by: Sequence[str]
    input: float | None
    output: float | None
    seat_month: float | None
    since: date
    checked_on: date
    age_days: int
    confidence: str
    source: str
    doubts: Sequence[str]


class Report(NamedTuple):
    """Everything that one page shows, from the same answers as the command line's."""

    workload: str
    file: str
    currency: str
    start: Month
    months: int
    as_of: date
    on: date
    draws: int
    seed: int
    budget: float | None
    compare: Comparison
    sums: Sequence[SumLine]
    prices: Sequence[PriceLine]
    recommend: Recommendation | None = None
    diff: Difference | None = None
    check: FileCheck | None = None
    stress: Stress | None = None
    seats: SeatsAnswer | None = None
    pilot: Pilot | None = None
    variance: Variance | None = None
    absent: Mapping[str, str] = {}

    @property
    def so_far(self) -> SumLine | None:
        """The way that holds what was paid; None where nothing was."""
        return next((line for line in self.sums if line.until is not None), None)

    @property
    def last_month(self) -> Month:
        """The last month of the plan."""
        return self.start + (self.months - 1)
