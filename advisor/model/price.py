"""What models cost: dated price periods with tiers, peak hours and variants, and where from.

Prices are dollars per million tokens. A missing class is "no such price", never zero: it falls back
as `units.FALLBACK_CLASS` says, first inside the tier, the peak or the variant it stands in. A
period begins at `effective_from` and ends where the next one that is not cancelled begins.
"""

import fnmatch
import re
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from advisor.model.scalars import (
    LIST_OF_NAMES,
    Country,
    Day,
    Frozen,
    Instant,
    OneOrMore,
    Positive,
    Share,
    Text,
    UnitPrice,
    Whole,
    as_list,
)
from advisor.model.source import CurrencyCode, OtherFigure, Source
from advisor.units import FALLBACK_CLASS, TOKEN_CLASSES

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS = re.compile(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")


class UnitPrices(Frozen):
    """Dollars per million tokens by token class; an absent class has no price of its own."""

    input: UnitPrice | None = None
    cache_write: UnitPrice | None = None
    cache_write_1h: UnitPrice | None = None
    cache_read: UnitPrice | None = None
    output: UnitPrice | None = None

    def own(self, token_class: str) -> Decimal | None:
        """Return the price stated for a class, or None."""
        price: Decimal | None = getattr(self, token_class)
        return price

    def resolved(self, token_class: str) -> Decimal | None:
        """Return the price of a class after the fallbacks, or None if even those are absent."""
        price = self.own(token_class)
        if price is None and token_class in FALLBACK_CLASS:
            return self.resolved(FALLBACK_CLASS[token_class])
        return price

    @property
    def states_any(self) -> bool:
        """Whether at least one class has a price."""
        return any(self.own(token_class) is not None for token_class in TOKEN_CLASSES)


class OtherPrices(UnitPrices):
    """Prices that somebody else states for a period, and why ours stand.

    `effective_from` is the first day of theirs; None: as long as ours. `at` is the condition of
    their prices: a variant, `over 200000`, `busy hours`; None: none. What is no price stands in
    `says`.
    """

    at: Text | None = None
    effective_from: Instant | None = None
    says: Text | None = None
    who: Text
    why: Text

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.says is None and not self.states_any:
            raise ValueError("says nothing: state a price, or `says`")
        return self

    @property
    def in_words(self) -> str:
        """The other figure and whose it is: `5/30 from 2026-12-01 (cctally)`."""
        stated = {token_class: self.own(token_class) for token_class in TOKEN_CLASSES}
        figures = [f"{name.replace('_', ' ')} {price:f}" for name, price in stated.items() if price]
        if self.input is not None and self.output is not None:
            figures = [f"{self.input:f}/{self.output:f}"]
        said = ", ".join([*figures, *filter(None, [self.says])])
        where = f"{self.at}: " if self.at else ""
        since = f" from {self.effective_from:%Y-%m-%d}" if self.effective_from else ""
        return f"{where}{said}{since} ({self.who})"


class LongContext(UnitPrices):
    """Dearer prices of a whole request whose prompt is longer than `over` tokens.

    More than, not from: a vendor's "≥ 200k" is `over: 199_999`. The length is that of one request;
    a month's total never crosses a threshold, however large.
    """

    over: Whole = Field(ge=0)
    input: UnitPrice
    output: UnitPrice


def _hours(value: object) -> tuple[int, int]:
    """Read `01:00-04:00` as minutes of the day, half-open."""
    if isinstance(value, tuple):
        return value
    match = _HOURS.fullmatch(str(value))
    if not match:
        raise ValueError(f"{value!r} are not hours: write them as 01:00-04:00")
    begin, end = int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])
    if begin >= end:
        raise ValueError(f"{value!r} ends before it begins")
    return begin, end


HourRange = Annotated[
    tuple[int, int],
    BeforeValidator(_hours),
    WithJsonSchema({"type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9]-[0-2][0-9]:[0-5][0-9]$"}),
]


class Peak(UnitPrices):
    """Prices at the busy hours of the day. The period's own prices are those of all other times."""

    hours_utc: tuple[HourRange, ...]
    weekdays: tuple[Weekday, ...] = WEEKDAYS
    holidays: Text | None = Field(default=None, alias="except")
    input: UnitPrice
    output: UnitPrice


class Variant(UnitPrices):
    """Another way to be served: batch, flex, fast, a region.

    A factor multiplies every class, tiers too. With prices, a class that is left out moves as the
    input price does, and tiers move class by class in the same proportion. A channel may sell one
    for some `models` only, by ids and globs.
    """

    models: Annotated[tuple[Text, ...] | None, BeforeValidator(as_list), OneOrMore()] = None
    factor: Positive | None = None
    until: Instant | None = None
    long_context: Literal["none"] | None = None

    @model_validator(mode="after")
    def _factor_or_prices(self) -> Self:
        if (self.factor is None) == (self.input is None):
            raise ValueError("a variant has either `factor` or prices with at least `input`")
        return self

    def serves(self, model: str) -> bool:
        """Whether a model can be had in this way, by its id."""
        return self.models is None or any(fnmatch.fnmatchcase(model, one) for one in self.models)


class LocalPrices(UnitPrices):
    """What a maker publishes in another currency than dollars, per million tokens.

    Busy hours are those of the period. What is left out moves as the same class does, or else as
    the input price.
    """

    input: UnitPrice
    output: UnitPrice
    long_context: Annotated[tuple[LongContext, ...], BeforeValidator(as_list), OneOrMore()] = ()
    peak: UnitPrices | None = None
    source: Source


class PricePeriod(UnitPrices):
    """Prices from one instant to the next period's, as published.

    `promotion` says that they are a promotion, and what is known of its end; it ends where the next
    period begins, if there is one.
    """

    effective_from: Instant
    status: Literal["in_force", "announced", "cancelled"] = "in_force"
    input: UnitPrice
    output: UnitPrice
    long_context: Annotated[tuple[LongContext, ...], BeforeValidator(as_list), OneOrMore()] = ()
    peak: Peak | None = None
    variants: dict[str, Variant] = {}
    in_currency: dict[CurrencyCode, LocalPrices] = {}
    promotion: Text | None = None
    disputed: Annotated[tuple[OtherPrices, ...], BeforeValidator(as_list), OneOrMore()] = ()
    note: Text | None = None
    source: Source

    @model_validator(mode="after")
    def _tiers_ascend(self) -> Self:
        thresholds = [tier.over for tier in self.long_context]
        if thresholds != sorted(set(thresholds)):
            raise ValueError("long_context tiers stand in ascending order of `over`, each once")
        return self


class OtherRetirement(OtherFigure):
    """Another day on which somebody says that a model ends, and why ours stands."""

    says: Text = ""
    retires: Day

    @property
    def in_words(self) -> str:
        """The other day and whose it is."""
        return f"{self.retires} ({self.who})"


class PricedModel(Frozen):
    """A model that a maker sells per token, with its whole price history.

    With `redirects` requests are answered by the successor once the model has retired, and billed
    at its prices. `retires_at` are the days of channels that set their own; None: no day is known.
    """

    name: Text
    released: Day | None = None
    retires: Day | None = None
    successor: Text | None = None
    redirects: bool = False
    retires_at: dict[Text, Day | None] = {}
    retires_source: Source | None = None
    retires_note: Text | None = None
    disputed: Annotated[tuple[OtherRetirement, ...], BeforeValidator(as_list), OneOrMore()] = ()
    context_window: Whole | None = None
    max_output: Whole | None = None
    aliases: tuple[Text, ...] = ()
    note: Text | None = None
    prices: tuple[PricePeriod, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _periods_in_order(self) -> Self:
        starts = [period.effective_from for period in self.prices if period.status != "cancelled"]
        if starts != sorted(set(starts)):
            raise ValueError("prices stand oldest first, no two from the same instant")
        if not starts:
            raise ValueError("every price period is cancelled")
        return self

    @model_validator(mode="after")
    def _redirects_to_somebody_on_a_day(self) -> Self:
        if self.redirects and (self.retires is None or self.successor is None):
            raise ValueError("`redirects` needs `retires` and `successor`")
        return self

    def retired_on(self, channel: str | None = None) -> date | None:
        """Return the day on which the model ends where it is bought; None if none is known."""
        if channel is not None and channel in self.retires_at:
            return self.retires_at[channel]
        return self.retires

    def known_on(self, day: date, *, without: frozenset[date] = frozenset()) -> Self:
        """Return the model with the prices known on a day, less announced ones assumed cancelled.

        Known is what `checked_on` says: a price that nobody had looked at by then does not count.
        """
        kept = tuple(
            period
            for period in self.prices
            if period.source.known_from <= day
            and not (period.status == "announced" and period.effective_from.date() in without)
        )
        update: dict[str, Any] = {} if len(kept) == len(self.prices) else {"prices": kept}
        if self.retires_source is not None and self.retires_source.known_from > day:
            update |= dict.fromkeys(("retires", "retires_source", "retires_note"))
            update |= {"redirects": False, "retires_at": {}, "disputed": ()}
        return self.model_copy(update=update) if update else self

    def answered_by(self, other: Self) -> Self:
        """Return the model with another's prices from the day on which it retires.

        What is derived is announced until somebody has looked on or after that day.
        """
        assert self.retires is not None
        day = datetime.combine(self.retires, time.min, UTC)
        own = [period for period in self.prices if period.effective_from < day]
        follow = [period for period in other.prices if period.effective_from > day]
        first = other.period_at(day)
        if first is not None:
            is_ahead = first.source.checked_on < self.retires
            changed = {"effective_from": day, "status": "announced" if is_ahead else "in_force"}
            said = f"Answered and billed as {other.name}"
            follow = [first.model_copy(update=changed | {"note": said}), *follow]
        return self.model_copy(update={"prices": (*own, *follow)})

    def announces(self, day: date) -> bool:
        """Tell whether a price is announced to begin on a day."""
        return any(p.status == "announced" and p.effective_from.date() == day for p in self.prices)

    def answers_to(self, name: str) -> bool:
        """Whether an alias, which may be a glob, covers a name that logs write."""
        return any(fnmatch.fnmatchcase(name.lower(), alias.lower()) for alias in self.aliases)

    def period_at(self, moment: datetime) -> PricePeriod | None:
        """Return the price in force at an instant; None before the first."""
        found = None
        for period in self.prices:
            if period.effective_from > moment:
                break
            if period.status != "cancelled":
                found = period
        return found


def _years_as_keys(schema: dict[str, Any]) -> None:
    """Say in JSON Schema that the years stand beside `source`."""
    days = schema["properties"].pop("years")["additionalProperties"]
    schema["patternProperties"] = {"^[0-9]{4}$": days}
    schema["required"] = ["source"]


class Calendar(Frozen):
    """Public holidays by year. A year that is not listed is not known, rather than without any."""

    model_config = ConfigDict(json_schema_extra=_years_as_keys)

    years: dict[int, frozenset[date]]
    source: Source

    @model_validator(mode="before")
    @classmethod
    def _gather_years(cls, value: Any) -> Any:
        if not isinstance(value, dict) or "years" in value:
            return value
        years = {key: days for key, days in value.items() if str(key).isdigit()}
        rest = {key: item for key, item in value.items() if key not in years}
        return {"years": years, **rest}


class ChannelPeriod(Frozen):
    """What a channel adds to the maker's prices, from a day on."""

    effective_from: Instant
    fee: Share = 0.0
    variants: dict[str, Variant] = {}
    note: Text | None = None
    source: Source

    def variants_of(self, model: str) -> dict[str, Variant]:
        """Return the ways in which the channel sells a model, by its id."""
        return {name: one for name, one in self.variants.items() if one.serves(model)}


class Channel(Frozen):
    """Who may bill for a model besides its maker.

    `billed_as` are further names that bills give it. One with `services`, globs, also bills for
    much else: then only what is called so on its bill is for models.
    """

    name: Text
    billed_as: tuple[Text, ...] = ()
    services: tuple[Text, ...] = ()
    of: Literal["any"] | tuple[Text, ...] = "any"
    hosted_in: Annotated[
        tuple[Country, ...] | Literal["unknown"],
        BeforeValidator(lambda value: value if value == "unknown" else as_list(value)),
        WithJsonSchema({"anyOf": [{"type": "string"}, LIST_OF_NAMES]}),
    ] = "unknown"
    note: Text | None = None
    periods: tuple[ChannelPeriod, ...] = Field(min_length=1)

    def known_on(self, day: date) -> Self:
        """Return the channel with the terms that had been looked at by a day."""
        kept = tuple(period for period in self.periods if period.source.known_from <= day)
        return self.model_copy(update={"periods": kept})
