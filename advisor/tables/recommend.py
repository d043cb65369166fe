"""The recommended mix as a finished answer, or why there is none."""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from advisor.tables.compare import Spend
from advisor.units import Month

_NOTHING: Mapping[str, float] = MappingProxyType({})

Strategy = tuple[str, ...]
"""Options by name: one, or a first and the one that tries where the first is seen to fail."""


class FlipLine(NamedTuple):
    """Where a route turns: the multiplier or quality of an option, as it is and where it turns."""

    option: str
    key: str
    now: float
    at: float
    strategy: Strategy


class RouteLine(NamedTuple):
    """Who serves a share of a team's work of one class.

    `success` is the chance that a task is done, `cost_per_task` and `spend` are what vendors are
    paid for it: use, seats by use, checks.
    """

    team: str
    task_class: str
    strategy: Strategy
    share: float
    tasks: float
    success: float
    work_done: float
    cost_per_task: float
    spend: float
    runner_up: Strategy | None
    flips_at: Sequence[FlipLine]


class WayColumn(NamedTuple):
    """One way of working beside the others: today's, the best option alone, the mix."""

    option: str
    title: str
    spend: Spend
    value: float | None
    net_value: float | None
    net_value_vs_today: float | None
    completed: float
    work_done: float
    quality: float
    probability_over_budget: float | None
    exhaustion_date: date | None
    vendor_shares: Mapping[str, float]
    unmet_tasks: float = 0.0
    breaks: Sequence[str] = ()


class BindingLine(NamedTuple):
    """A limit that costs something: what it is, what it costs, what one more unit would add."""

    limit: str
    line: int | None
    value: float
    found: float
    cost: float
    shadow_price: float


class HeldLimit(NamedTuple):
    """A limit of the file, and the figure that is held against it."""

    limit: str
    line: int | None
    value: float
    found: float | None
    confidence: float | None = None


class FrontierRoute(NamedTuple):
    """A route of a plan on the frontier."""

    team: str
    task_class: str
    strategy: Strategy
    share: float


class FrontierPoint(NamedTuple):
    """What a sum of money can buy at the best."""

    spend: float
    value: float
    net_value: float | None
    completed: float
    work_done: float
    routes: Sequence[FrontierRoute]


class ConflictLine(NamedTuple):
    """One of the limits that no mix keeps together. `least_relaxation`: its nearest enough value.

    `can_go` says whether there is a mix without it, None where time did not tell; a rule has no
    value and can only go.
    """

    limit: str
    line: int | None
    value: float
    least_relaxation: float | None
    can_go: bool | None
    words: str


class RobustLine(NamedTuple):
    """What choosing for the draws costs and saves, against choosing for the means.

    `mean_*` are means over the draws; regret is against each year's best, of the mix that is chosen
    and of the one that is best at the means.
    """

    form: str
    costs_at_the_means: float
    regret: float
    regret_in_bad_years: float
    expected_regret: float
    expected_regret_in_bad_years: float
    bad_years: float


class Recommendation(NamedTuple):
    """The best mix under the limits of the file, what it rests on, what limits and vendors cost.

    `unsettled` are limits of which time ran out before it was known what they cost.

    `objective` is the figure that is made as large as can be, `aim` its name. `whole_costs` is what
    shares would add. `today_breaks` are the limits that today's way does not keep.
    """

    workload: str
    file: str
    currency: str
    start: Month
    months: int
    as_of: date
    draws: int
    seed: int
    aim: str
    has_values: bool
    counts_tasks: bool
    counts_months: bool
    is_whole: bool
    budget: float | None
    status: str
    gap: float
    objective: float | None = None
    spend: Spend | None = None
    value: float | None = None
    net_value: float | None = None
    vendor_overhead: float = 0.0
    quality: float | None = None
    completed: float | None = None
    work_done: float | None = None
    hhi: float | None = None
    probability_over_budget: float | None = None
    shadow_price_budget: float | None = None
    vendor_shares: Mapping[str, float] = _NOTHING
    channel_shares: Mapping[str, float] = _NOTHING
    harness_shares: Mapping[str, float] = _NOTHING
    vendor_worth: Mapping[str, float] = _NOTHING
    another_vendor: float | None = None
    whole_costs: float | None = None
    routes: Sequence[RouteLine] = ()
    today: WayColumn | None = None
    best_single: WayColumn | None = None
    mix: WayColumn | None = None
    binding: Sequence[BindingLine] = ()
    unsettled: Sequence[str] = ()
    limits: Sequence[HeldLimit] = ()
    frontier: Sequence[FrontierPoint] = ()
    robust: RobustLine | None = None
    conflicts: Sequence[ConflictLine] = ()
    classes: Sequence[str] = ()
    makers: Mapping[str, str] = MappingProxyType({})
    is_borrowed: bool = False
    warnings: Sequence[str] = ()

    @property
    def last_month(self) -> Month:
        """The last month of the plan."""
        return self.start + (self.months - 1)
