"""A team's file: what it knows, what it asks, its limits.

Everything is optional but the number of developers. What is absent here gets its default where it
is used, and every default that matters is said in the answer.
"""

import re
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from advisor.model.contract import Contract
from advisor.model.policy import Limits, Policy
from advisor.model.routing import Routes
from advisor.model.scalars import (
    Count,
    Country,
    Frozen,
    Money,
    MonthKey,
    Number,
    OneOrMore,
    Positive,
    PositiveCount,
    PositiveMoney,
    Ratio,
    Share,
    SomeMoney,
    Text,
    Whole,
    as_list,
    or_short,
)
from advisor.model.schedule import CountSchedule, Growth, Intensity, ShareSchedule
from advisor.model.uncertain import (
    WIDEST,
    CountAmount,
    Factor,
    FactorByClass,
    MoneyAmount,
    PerClass,
    QualityByClass,
    Uncertain,
    UncertainShare,
    number_schema,
    parse_uncertain,
    plain_number,
)
from advisor.model.written_units import of_amount, of_count
from advisor.units import MINUTES_PER_HOUR, Month

_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(min|h)")
_TIME = re.compile(r"(\d{1,2})(?::([0-5]\d))?")
DAY_MINUTES = 24 * MINUTES_PER_HOUR


class Currency(Frozen):
    """The money of the file and of its answers; prices are dollars and are converted."""

    model_config = ConfigDict(json_schema_extra=or_short({"const": "USD"}))

    code: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "USD"
    per_usd: Positive = 1.0

    @model_validator(mode="before")
    @classmethod
    def _code_alone(cls, value: Any) -> Any:
        if isinstance(value, str):
            if value != "USD":
                raise ValueError(f"say what a dollar is: {{code: {value}, per_usd: …}}")
            return {"code": value}
        return value


class Spread(Frozen):
    """A spread between people or between requests, lognormal through both. Never drawn."""

    model_config = ConfigDict(json_schema_extra=or_short(number_schema(exclusiveMinimum=0)))

    p50: Annotated[Positive, BeforeValidator(of_amount)]
    p90: Annotated[Positive, BeforeValidator(of_amount)]

    @model_validator(mode="before")
    @classmethod
    def _number_alone(cls, value: Any) -> Any:
        return value if isinstance(value, dict | Spread) else {"p50": value, "p90": value}

    @model_validator(mode="after")
    def _ascends(self) -> Self:
        if self.p50 > self.p90:
            raise ValueError(f"p50 ≤ p90 does not hold: {self.p50:.15g}, {self.p90:.15g}")
        if self.p90 > WIDEST * self.p50:
            raise ValueError(f"p90 is more than {WIDEST:,} times p50: one of them is a slip")
        return self

    @property
    def sigma(self) -> float:
        """The standard deviation of the logarithm."""
        return Uncertain.lognormal(self.p50, self.p90).sigma


def _minutes(value: object) -> int:
    """Read 9, `9` or `9:30` as minutes of the day."""
    match = _TIME.fullmatch(str(value))
    minutes = int(match[1]) * 60 + int(match[2] or 0) if match else -1
    if not 0 <= minutes <= DAY_MINUTES:
        raise ValueError(f"{value!r} is not a time of day: write 9 or 9:30")
    return minutes


TimeOfDay = Annotated[
    int,
    BeforeValidator(_minutes),
    WithJsonSchema({"type": ["integer", "string"], "pattern": "^[0-9]{1,2}(:[0-5][0-9])?$"}),
]


def _timezone(value: object) -> str:
    try:
        ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{value!r} is not a time zone such as Europe/Berlin") from None
    return str(value)


class WorkingHours(Frozen):
    """When a team works, Monday to Friday, in its own time zone."""

    timezone: Annotated[str, BeforeValidator(_timezone)]
    begin: TimeOfDay = Field(alias="from")
    end: TimeOfDay = Field(alias="to")

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.end <= self.begin:
            raise ValueError("`to` is a later time of the day than `from`")
        return self


class Budget(Frozen):
    """Money for the months of the plan; `quarters` are its shares by runs of three months."""

    model_config = ConfigDict(json_schema_extra=or_short(number_schema(minimum=0)))

    total: Money
    quarters: tuple[Share, ...] = ()
    confidence: Share | None = None

    @model_validator(mode="before")
    @classmethod
    def _number_alone(cls, value: Any) -> Any:
        return value if isinstance(value, dict | Budget) else {"total": value}

    @model_validator(mode="after")
    def _shares_add_up(self) -> Self:
        if self.quarters and abs(sum(self.quarters) - 1) > 1e-9:
            raise ValueError(f"quarters add up to {sum(self.quarters):.4g}, not to 100%")
        return self


class Tokens(Frozen):
    """Tokens by class, each an uncertain number. Classes are disjoint; absent is none."""

    input: CountAmount = Uncertain.constant(0.0)
    cache_write: CountAmount = Uncertain.constant(0.0)
    cache_write_1h: CountAmount = Uncertain.constant(0.0)
    cache_read: CountAmount = Uncertain.constant(0.0)
    output: CountAmount = Uncertain.constant(0.0)


def _duration(value: object) -> Uncertain:
    """Read `50min`, `1.5h` or a range of minutes; return hours."""
    if isinstance(value, Uncertain):
        return value
    if isinstance(value, str):
        match = _DURATION.fullmatch(value.strip())
        if not match:
            raise ValueError(f"{value!r} is not a duration: write 50min or 1.5h")
        return Uncertain.constant(float(match[1]) / (MINUTES_PER_HOUR if match[2] == "min" else 1))
    if isinstance(value, list) and all(isinstance(one, str) for one in value) and len(value) == 2:
        return Uncertain.between(_duration(value[0]).low, _duration(value[1]).high)
    raise ValueError("say the unit: 50min or 1.5h")


_ONE_DURATION = {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)? *(min|h)$"}
_TWO_DURATIONS = {"type": "array", "items": _ONE_DURATION, "minItems": 2, "maxItems": 2}

Duration = Annotated[
    Uncertain,
    BeforeValidator(_duration),
    WithJsonSchema({"anyOf": [_ONE_DURATION, _TWO_DURATIONS]}),
]


class Once(Frozen):
    """Work done once, such as a migration."""

    month: MonthKey
    tasks: Count


class Task(Frozen):
    """A kind of work: how often, with how many tokens, how well, and what it is worth.

    Tokens are those of one attempt on the reference. `review` is paid for every task, `rework` for
    a failed one beyond the value that it did not deliver.
    """

    per_developer_month: CountAmount | None = None
    per_month: CountSchedule | None = None
    once: Once | None = None
    tokens: Tokens | None = None
    prompt_tokens: Spread | None = None
    success: UncertainShare | None = None
    value: MoneyAmount | None = None
    by_hand: Duration | None = None
    review: MoneyAmount | None = None
    rework: MoneyAmount | None = None
    checked_by: Literal["tests"] | None = None
    detection: Share | None = None
    check: SomeMoney = 0.0
    like: Text | None = None

    @model_validator(mode="after")
    def _one_frequency(self) -> Self:
        stated = [self.per_developer_month, self.per_month, self.once]
        if sum(one is not None for one in stated) != 1:
            raise ValueError("say exactly one of per_developer_month, per_month, once")
        if self.value is not None and self.by_hand is not None:
            raise ValueError("by_hand: says the same as `value`: keep one of them")
        if self.detection is not None and self.checked_by is not None:
            raise ValueError("detection: says the same as `checked_by`: keep one of them")
        return self


def _seats(value: object) -> object:
    if value in {"active", "all"}:
        return value
    if isinstance(value, str):
        raise ValueError("say `active`, `all`, or how many seats are bought")
    number = plain_number(of_count(value))
    if number < 1 or number != int(number):
        raise ValueError("must be a whole number of seats, at least 1")
    return int(number)


PositiveWhole = Annotated[Whole, Field(ge=1), WithJsonSchema(number_schema(minimum=1))]
Seats = Annotated[
    Literal["active", "all"] | int,
    BeforeValidator(_seats),
    WithJsonSchema({"anyOf": [{"enum": ["active", "all"]}, number_schema(minimum=1)]}),
]
"""For whom seats are bought: active people, all developers, or so many whoever uses them."""


class Option(Frozen):
    """Something to choose: a model, at an effort, in a tool, metered or on a plan."""

    model: Text
    effort: Text | None = None
    harness: Text | None = None
    channel: Text | None = None
    plan: Text | None = None
    billing: Literal["monthly", "annual"] = "monthly"
    seats: Seats = "active"
    cap: PositiveMoney | None = None
    mode: Text | None = None
    hosted_in: Country | None = None
    token_multiplier: FactorByClass | None = None
    relative_cost: FactorByClass | None = None
    quality: QualityByClass | None = None
    prompt_tokens: Spread | None = None
    off_peak_share: Share | None = None
    stands_in_for: Text | None = None
    because: Text | None = None

    @model_validator(mode="after")
    def _one_multiplier(self) -> Self:
        if self.token_multiplier is not None and self.relative_cost is not None:
            raise ValueError("relative_cost: says the same as `token_multiplier`: keep one of them")
        return self


class Bill(Frozen):
    """Last month's invoice of one vendor."""

    vendor: Text
    month: MonthKey
    cost: PositiveMoney
    active_developers: PositiveCount | None = None
    model: Text | None = None
    seats: PositiveWhole | None = None
    seat_fees: Money | None = None
    tokens: Tokens | None = None


class Team(Frozen):
    """One team of several, with what differs from the others."""

    developers: CountSchedule
    adoption: ShareSchedule | None = None
    growth: Growth | None = None
    intensity: Intensity | None = None
    cost_center: Text | None = None
    budget: Budget | None = None
    working_hours: WorkingHours | None = None
    mix: Routes | None = None
    seats: PositiveWhole | None = None


class Workload(Frozen):
    """The whole file, as written."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": ["developers"]}, {"required": ["teams"]}]}
    )

    name: Text | None = None
    start: MonthKey | None = None
    months: Annotated[Whole, Field(ge=1, le=120)] = 12
    currency: Currency = Currency.unchecked()
    developers: CountSchedule | None = None
    teams: dict[Text, Team] = {}
    adoption: ShareSchedule | None = None
    working_hours: WorkingHours | None = None
    growth: Growth | None = None
    intensity: Intensity | None = None
    level_spread: Ratio | None = None
    rebound: Annotated[Ratio, Field(le=5)] = 0.0
    switching_days_per_developer: Count | None = None
    budget: Budget | None = None
    fiscal_year_starts: Annotated[Whole, Field(ge=1, le=12)] | None = None
    usage_spread: Spread | None = None
    hours: CountAmount | None = None
    hour: PositiveMoney | None = None
    billed: Annotated[tuple[Bill, ...], BeforeValidator(as_list), OneOrMore()] = ()
    current: Routes | None = None
    mix: Routes | None = None
    reference: Text | None = None
    tasks: dict[Text, Task] = {}
    usage: Tokens | None = None
    options: dict[Text, Option] = {}
    contracts: dict[Text, Contract] = {}
    policy: Policy = Policy.unchecked()
    limits: Limits = ()
    profiles: Annotated[tuple[Text, ...], BeforeValidator(as_list), OneOrMore()] = ()

    @model_validator(mode="after")
    def _says_things_once(self) -> Self:
        counted = any(task.per_developer_month is not None for task in self.tasks.values())
        if self.developers is not None and self.teams:
            raise ValueError("`developers` stand at each team: drop the ones beside `teams`")
        if self.developers is None and not self.teams and (counted or not self.tasks):
            raise ValueError("say how many `developers` there are (or `teams`, each with its own)")
        owners: dict[str, Workload | Team] = {"": self}
        owners |= {f"teams: {name}: ": team for name, team in self.teams.items()}
        for where, owner in owners.items():
            if owner.growth is not None and owner.intensity is not None:
                raise ValueError(f"{where}intensity: says the same as `growth`: keep one of them")
        if self.tasks and self.usage is not None:
            raise ValueError("usage: is the short form of `tasks`: keep one of them")
        return self


__all__ = [
    "Bill", "Budget", "Currency", "Factor", "Month", "Number", "Once", "Option", "PerClass",
    "Spread", "Task", "Team", "Tokens", "WorkingHours", "Workload", "parse_uncertain",
]  # fmt: skip
