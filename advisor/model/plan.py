"""Seats that vendors sell: a monthly fee, what it includes, and what is paid beyond.

An allowance that a vendor does not publish is `unpublished`, which is neither nothing nor infinite:
usage on such a plan can't be valued from facts. Terms that can't be turned into money (premium
requests, credits a week) are kept as text with the reason.
"""

import fnmatch
from datetime import date, datetime
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from advisor.model.price import LongContext, UnitPrices
from advisor.model.scalars import (
    LIST_OF_NAMES,
    Day,
    Frozen,
    Instant,
    Money,
    NonNegative,
    OneOrMore,
    SomeMoney,
    Text,
    Whole,
    as_list,
)
from advisor.model.source import CurrencyCode, OtherFigure, Source


class Included(Frozen):
    """Usage that a seat includes, in dollars at the plan's rates, a month; no rollover."""

    usd: SomeMoney
    pooled: bool = False


Includes: TypeAlias = Included | Literal["none", "unpublished"]
"""What a seat includes: dollars of use, nothing, or what nobody publishes."""


def allowance_of(includes: Includes) -> float | None:
    """Return dollars of usage that a seat includes; None if the vendor does not say."""
    if includes == "unpublished":
        return None
    return 0.0 if includes == "none" else includes.usd


class Overage(Frozen):
    """What usage beyond the allowance costs, as a factor of the plan's rates."""

    factor: NonNegative = 1.0


class Term(Frozen):
    """A published term that cannot be valued in money, and why."""

    what: Text
    valued: Literal[False] = False
    reason: Text


def _tiers(value: object) -> object:
    """Read `none` as no dearer tier, and one tier as a list of one."""
    return () if value == "none" else as_list(value)


class PlanPrices(UnitPrices):
    """A plan's own prices of a model. Without `long_context` its tiers are the maker's."""

    long_context: Annotated[
        tuple[LongContext, ...] | None,
        BeforeValidator(_tiers),
        OneOrMore(other="none"),
    ] = None


class PlanPromotion(Frozen):
    """That a period's allowance is a promotion: for whom, and what all others have."""

    whom: Text = Field(alias="for")
    others: Includes


class LocalSeat(Frozen):
    """What a seat costs a month in another currency than dollars."""

    seat_month: Money | None = None
    seat_month_annual: Money | None = None
    source: Source


class PlanPeriod(Frozen):
    """The terms of a plan from one instant to the next period's. Money is dollars a seat-month.

    `overage: none` is a plan that stops at its allowance; an absent one is not published. `name` is
    what the plan was called, where that was not its name of today.
    """

    effective_from: Instant
    name: Text | None = None
    seat_month: Money | None = None
    seat_month_annual: Money | None = None
    min_seats: Whole = Field(default=1, ge=0)
    max_seats: Whole | None = None
    includes: Includes
    overage: Overage | Literal["none"] | None = None
    token_fee: NonNegative = 0.0
    prices: dict[str, PlanPrices] = {}
    in_currency: dict[CurrencyCode, LocalSeat] = {}
    promotion: PlanPromotion | None = None
    disputed: Annotated[tuple[OtherFigure, ...], BeforeValidator(as_list), OneOrMore()] = ()
    terms: tuple[Term, ...] = ()
    note: Text | None = None
    source: Source

    @property
    def allowance(self) -> float | None:
        """Dollars of usage that a seat includes; None if the vendor does not say."""
        return allowance_of(self.includes)

    @property
    def is_pooled(self) -> bool:
        """Whether the allowances of all seats are one pot."""
        return isinstance(self.includes, Included) and self.includes.pooled


class Plan(Frozen):
    """A seat that a vendor sells, with its whole history of terms.

    `catalogue` names a dated list of models in place of `models`. From `closed_to_new` on nobody
    can begin with the plan, and `successor` is what is sold in its place.
    """

    name: Text
    tool: Text | None = None
    models: Annotated[
        Literal["any"] | tuple[Text, ...],
        BeforeValidator(lambda value: value if value == "any" else as_list(value)),
        WithJsonSchema({"anyOf": [{"type": "string"}, LIST_OF_NAMES]}),
    ] = "any"
    catalogue: Text | None = None
    closed_to_new: Day | None = None
    successor: Text | None = None
    pool: Text | None = None
    note: Text | None = None
    periods: tuple[PlanPeriod, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _models_stand_in_one_place(self) -> Self:
        if self.catalogue is not None and "models" in self.model_fields_set:
            raise ValueError("models stand in `models` or in a `catalogue`, not in both")
        return self

    @model_validator(mode="after")
    def _periods_in_order(self) -> Self:
        starts = [period.effective_from for period in self.periods]
        if starts != sorted(set(starts)):
            raise ValueError("periods stand oldest first, no two from the same instant")
        return self

    def known_on(self, day: date) -> Self:
        """Return the plan with the terms that had been looked at by a day."""
        kept = tuple(period for period in self.periods if period.source.known_from <= day)
        return self.model_copy(update={"periods": kept})

    def serves(self, model: str) -> bool:
        """Whether the plan offers a model, by its id."""
        return self.models == "any" or any(fnmatch.fnmatchcase(model, one) for one in self.models)

    def name_at(self, moment: datetime) -> str:
        """Return what the plan was called at an instant."""
        terms = self.terms_at(moment)
        return self.name if terms is None or terms.name is None else terms.name

    def terms_at(self, moment: datetime) -> PlanPeriod | None:
        """Return the terms in force at an instant; None before the first."""
        return next((p for p in reversed(self.periods) if p.effective_from <= moment), None)
