"""The comparison as a finished answer.

Every figure is computed before it gets here and is rounded after it. NaN means "not known": it is
null in JSON, an empty cell in CSV and a word on the screen, and never a zero. Money is in the
answer's currency; shares are from 0 to 1.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Annotated, NamedTuple, get_type_hints

from advisor.limit_names import COUNT, MONEY, RATIO, SHARE
from advisor.units import Month

_NOTHING: Mapping[str, float] = MappingProxyType({})


class Shown(NamedTuple):
    """How a figure is shown: its unit, and its heading, two lines, where `--wide` has it."""

    unit: str
    heading: tuple[str, str] | None = None


class Spend(NamedTuple):
    """Money for the plan's months: at the means, and over the draws. NaN without draws.

    `error` is the standard error of the mean, by which more draws would move it. `of_medians`: what
    was borrowed is at its median in the expected figure, so that the mean need not be near it.
    """

    expected: float
    mean: float
    p10: float
    p50: float
    p90: float
    error: float = 0.0
    of_medians: bool = False


NO_SPEND = Spend(math.nan, math.nan, math.nan, math.nan, math.nan)
"""What an option costs of which nothing is known."""


Money = Annotated[float | None, Shown(MONEY)]
Count = Annotated[float | None, Shown(COUNT)]
Ratio = Annotated[float | None, Shown(RATIO)]
ShareOf = Annotated[float | None, Shown(SHARE)]


class OptionLine(NamedTuple):
    """One way of working: the one list of its figures, their units, order and headings.

    JSON, CSV, the schema and `--wide` take them from here; docs/files.md says what each means.
    `title` names model and tool; `unknown` says why there are no figures, `denied` which rule of
    the policy does not allow it.
    """

    option: str
    title: str
    model: str | None
    effort: str | None
    vendor: str | None
    billed_by: str | None
    harness: str | None
    plan: str | None
    variant: str | None
    hosted_in: str | None
    is_today: bool = False
    borrowed: bool = False
    denied: str | None = None
    unknown: str | None = None
    spend: Spend | None = None
    spend_by_month: Sequence[float] = ()
    spend_by_class: Mapping[str, float] = _NOTHING
    spend_by_token_class: Mapping[str, float] = _NOTHING
    spend_by_team: Mapping[str, float] = _NOTHING
    tokens: Mapping[str, float] = _NOTHING
    spend_per_active_month: Money = None
    spend_per_developer_month: Money = None
    work_done: Ratio = None
    tasks: Annotated[float | None, Shown(COUNT, ("", "tasks"))] = None
    completed: Annotated[float | None, Shown(COUNT, ("", "completed"))] = None
    unmet_tasks: Annotated[float | None, Shown(COUNT, ("tasks", "not served"))] = None
    quality: Annotated[float | None, Shown(RATIO, ("", "quality"))] = None
    value: Money = None
    review: Annotated[float | None, Shown(MONEY, ("", "review"))] = None
    rework: Annotated[float | None, Shown(MONEY, ("", "rework"))] = None
    total_cost: Money = None
    net_value: Annotated[float | None, Shown(MONEY, ("net", "value"))] = None
    net_value_vs_today: Money = None
    value_per_dollar: Ratio = None
    cost_per_completed: Money = None
    budget_used: Annotated[float | None, Shown(SHARE, ("of the", "budget"))] = None
    probability_over_budget: ShareOf = None
    over_by_month: Sequence[float] = ()
    exhaustion_date: date | None = None
    exhaustion_early: date | None = None
    exhaustion_late: date | None = None
    rank: int | None = None


def figures_of(line: type) -> Mapping[str, Shown]:
    """Return the figures of a record by name, in its order, with how each is shown."""
    hints = get_type_hints(line, include_extras=True)
    said = {name: getattr(hint, "__metadata__", ()) for name, hint in hints.items()}
    return {name: shown[0] for name, shown in said.items() if shown}


class AssumptionLine(NamedTuple):
    """A figure that nobody stated: what it is taken to be, how uncertain that is, and from where.

    `value` is what the expected year takes: the mean, of a borrowed figure the median. `low` and
    `high` are the numbers that a range is written by; of a borrowed figure, P10 and P90.
    """

    option: str | None
    task_class: str | None
    key: str
    value: float
    low: float
    high: float
    mean: float
    p10: float
    p50: float
    p90: float
    origin: str
    source: str
    date: date | None
    confidence: str


class Flip(NamedTuple):
    """Where one option overtakes another: the value of `key` at which they change places."""

    option: str
    over: str
    task_class: str | None
    key: str
    at: float


class CalibrationLine(NamedTuple):
    """How the level of use was found. `factor` scales stated tokens; None where none are stated.

    `tells_use`: whether what was paid says how much was used.
    """

    basis: str
    month: Month
    cost: float | None
    seat_fees: float
    active_developers: float
    per_active_month: float
    low: float
    high: float
    factor: float | None
    published_low: float | None
    published_high: float | None
    published: str
    trend: Sequence[tuple[Month, float]] = ()
    tells_use: bool = True


class Doing(NamedTuple):
    """What one way of working comes to, for the paragraph."""

    option: str
    title: str
    spend: Spend
    work_done: float
    value: float | None
    exhaustion_date: date | None
    exhaustion_early: date | None = None
    exhaustion_late: date | None = None


class Reason(NamedTuple):
    """Why a way's figure surprises: its tokens, relative to today's; use beyond what seats include.

    `efforts` are its model and effort and today's, empty where they are not what differs;
    `included` is money a seat and month.
    """

    option: str
    tokens: float | None
    efforts: tuple[str, ...]
    included: float | None


class Hinge(NamedTuple):
    """What the best other way hangs on: its tokens relative to the reference's, the break-even."""

    now: float
    low: float
    high: float
    breaks_even_at: float | None
    borrowed: bool


class CheaperStep(NamedTuple):
    """The next cheaper way after the best other one: what it saves and what it leaves undone."""

    title: str
    saves_per_active_month: float
    work_lost: float
    worth_below_minutes: float


class Announced(NamedTuple):
    """A price change that has been announced and falls into the plan."""

    title: str
    on: date
    factor: float
    spend_without: float


BY_PEOPLE, BY_USE, BY_WORK = "people", "use", "work"
"""What a rising bill may come from: more people, more use by each, one kind of work."""


class Ramp(NamedTuple):
    """How today's monthly bill moves from the first month to the dearest one, and with whom.

    `cause` is most of the rise, or empty; `task_class` the kind of work where that is one, with
    its `tasks` in the dearest month.
    """

    first: Month
    last: Month
    first_spend: float
    last_spend: float
    first_adoption: float
    last_adoption: float
    first_people: float
    last_people: float
    cause: str
    task_class: str
    tasks: float


class Worthier(NamedTuple):
    """What is worth more after all costs than today and than the way that is told of."""

    title: str
    net_value: float
    spend: float
    is_allowed: bool


class Summary(NamedTuple):
    """The numbers of the paragraph in plain words. None where a part has nothing to say."""

    today: Doing
    budget: float | None
    budget_per_active_month: float | None
    best: Doing | None
    best_net_value: float | None
    worth_more: Worthier | None
    hinge: Hinge | None
    step: CheaperStep | None
    announced: Sequence[Announced]
    ramp: Ramp | None
    if_use_doubles: Doing | None
    borrowed: bool


class Comparison(NamedTuple):
    """Every option's year, side by side.

    `developers` and `active` people are the fewest and the most of a month. `counts_tasks`: the
    file says what tasks there are and how often they succeed, so that a number of them means
    something by itself.
    """

    workload: str
    file: str
    currency: str
    start: Month
    months: int
    as_of: date
    draws: int
    seed: int
    by: str
    developers: tuple[float, float]
    active: tuple[float, float]
    budget: float | None
    has_values: bool
    counts_tasks: bool
    hour: float
    calibration: CalibrationLine | None
    options: Sequence[OptionLine]
    assumptions: Sequence[AssumptionLine]
    flips: Sequence[Flip]
    equals: Sequence[tuple[str, str, float]]
    warnings: Sequence[str]
    summary: Summary
    reasons: Sequence[Reason] = ()

    @property
    def last_month(self) -> Month:
        """The last month of the plan."""
        return self.start + (self.months - 1)
