"""The stories on a mix as a finished answer."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from advisor.units import Month


class StressFigures(NamedTuple):
    """What one way of working comes to in one story.

    `regret` is what the best mix of that story would be worth more, in the answer's aim, at least 0
    (a way may do better by breaking limits, which `breaks` names); None where no mix keeps them.
    `moving` is what people's time to switch costs.
    """

    spend: float
    value: float | None
    net_value: float | None
    completed: float
    work_done: float
    exhaustion_date: date | None
    regret: float | None
    moving: float | None
    breaks: Sequence[str]


class StressLine(NamedTuple):
    """One story: what happens, to today's way and to the mix, and the best had one known.

    `best` are the figures of the mix that would have been best; None where no mix keeps the limits.
    """

    scenario: str
    title: str
    today: StressFigures
    mix: StressFigures
    best: StressFigures | None


class ExitLine(NamedTuple):
    """A maker, channel or tool that is gone from a day on.

    `days` of work are lost to moving by everybody who worked with it, worth `moving`; `premium` is
    what holding a second maker from the start would cost where nobody leaves, None where no mix
    does.
    """

    name: str
    kind: str
    on: date
    days: float | None
    moving: float | None
    cost_of_a_day: float
    premium: float | None
    moves_to: Sequence[tuple[str, str, Sequence[str]]]


class TornadoLine(NamedTuple):
    """One uncertain number: the figure with it at its P10 and at its P90, all else at the means.

    `part` is how much of the spread it causes: its squared width among all.
    """

    key: str
    low: float
    high: float
    part: float


class Stress(NamedTuple):
    """How a mix stands the stories. `measure` names the figure of the tornado."""

    workload: str
    file: str
    currency: str
    start: Month
    months: int
    as_of: date
    aim: str
    has_values: bool
    budget: float | None
    today: str
    mix: str
    expected: StressLine
    scenarios: Sequence[StressLine]
    exits: Sequence[ExitLine]
    measure: str
    tornado: Sequence[TornadoLine]
    warnings: Sequence[str]

    @property
    def last_month(self) -> Month:
        """The last month of the plan."""
        return self.start + (self.months - 1)
