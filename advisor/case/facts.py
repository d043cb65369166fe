"""What a case holds beside its arrays: names, assumptions, warnings, the bill that it stands on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.engine.market import Market
from advisor.engine.routes import Route
from advisor.model.policy import Policy
from advisor.model.uncertain import Uncertain
from advisor.model.workload import Budget
from advisor.units import Month

FloatArray = NDArray[np.float64]


class Assumption(NamedTuple):
    """A figure that the file does not state, with where it comes from.

    One that is borrowed counts with its median, any other with its mean.
    """

    option: str | None
    task_class: str | None
    key: str
    number: Uncertain
    origin: str
    source: str = ""
    date: "date | None" = None
    confidence: str = ""
    is_borrowed: bool = False

    @property
    def value(self) -> float:
        """What it is taken to be in the expected year."""
        return self.number.mode if self.is_borrowed else self.number.expected


class OptionFacts(NamedTuple):
    """What is known of an option but for its figures.

    `vendor` is the maker. `unknown` says why the option has no figures, `denied` why the policy
    does not allow it (`denied_by` are the keys of all rules that don't), `borrowed` that its tokens
    or its quality come from public benchmarks rather than from the file.
    """

    name: str
    model: str
    model_name: str
    effort: str | None
    vendor: str
    vendor_name: str
    billed_by: str
    harness: str | None
    plan: str | None
    plan_name: str | None
    variant: str | None
    hosted_in: str | None
    unknown: str | None = None
    denied: str | None = None
    denied_by: tuple[str, ...] = ()
    borrowed: bool = False


class Calibration(NamedTuple):
    """How the level of use was found. Money in the file's currency.

    `tells_use`: a bill that is seats alone, or whose seats include what nobody publishes, does not.
    """

    basis: str
    month: Month
    cost: float | None
    seat_fees: float
    active_developers: float
    per_active_month: Uncertain
    factor: float | None
    published: tuple[float, float, str] | None
    trend: tuple[tuple[Month, float], ...] = ()
    tells_use: bool = True


class Way(NamedTuple):
    """One way of working that is compared: an option alone, what runs today, the decided mix."""

    name: str
    routes: tuple[Route, ...]
    facts: OptionFacts | None


class WhatIf(NamedTuple):
    """An option at other prices: without an announced change, or with prompts of a usual length.

    `rates` replace those of `Candidate.rates`.
    """

    option: int
    kind: str
    rates: FloatArray
    on: date | None = None
    factor: float = 1.0


@dataclass(frozen=True)
class Case:
    """A plan ready to be calculated.

    `options` stand in the order of the market's candidates; `makers` are all that the price tables
    know, of whom some bill for nothing here. `ways` are what is compared; `today` is
    the index of what runs now, `mix` of what was decided. `released` is the budget available by the
    end of each month, or None. `hour` is what an hour of a person's work costs, `switching_days`
    what moving takes each active developer, if anybody says.
    """

    name: str
    currency: str
    as_of: date
    start: Month
    market: Market
    options: tuple[OptionFacts, ...]
    makers: frozenset[str]
    ways: tuple[Way, ...]
    today: int
    mix: int | None
    unknown: tuple[OptionFacts, ...]
    budget: float | None
    released: FloatArray | None
    policy: Policy
    confidence: float | None
    team_budgets: Mapping[str, Budget]
    switching_days: float | None
    hour: float
    counts_developer_months: bool
    states_success: bool
    calibration: Calibration | None
    what_ifs: tuple[WhatIf, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    warnings: tuple[str, ...] = field(default=())
