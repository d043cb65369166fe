"""The plain values that files are made of: numbers, money, shares, instants, and the base class.

Text is never silently read as a number, and true is not 1: both would let a slip of the pen pass as
a figure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, Self, cast

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
)

from advisor.model.uncertain import NUMBER, number_schema, plain_number
from advisor.model.written_units import of_amount, of_count, of_money, of_share
from advisor.safe_text import first_steering
from advisor.units import YEARS, Month


class Frozen(BaseModel):
    """Base of every input: frozen, and an unknown key is a fault."""

    # Deferred: a command builds the validators of the files that it reads, and no others.
    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        arbitrary_types_allowed=True,
        defer_build=True,
    )

    @classmethod
    def unchecked(cls, **values: Any) -> Self:
        """Return one without checking: what code states needs no validator built for it."""
        return cast("Self", cls.model_construct(**values))


def _number(value: object) -> object:
    plain_number(value)
    return value


def _whole(value: object) -> object:
    number = plain_number(of_count(value))
    if number != int(number):
        raise ValueError("must be a whole number")
    return int(number)


def _plain_text(value: str) -> str:
    if first_steering(value):
        raise ValueError("must not contain control characters")
    if not value.strip():
        raise ValueError("must not be empty")
    return value


def _month(value: object) -> Month:
    if isinstance(value, Month):
        return value
    if isinstance(value, date):
        return Month.of(value)
    return Month.parse(str(value))


def _day(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise ValueError(f"{value!r} is not a date: write YYYY-MM-DD") from None


def parse_instant(value: object) -> datetime:
    """Read a day, which means its first instant in UTC, or an ISO time; return it aware, in UTC."""
    if isinstance(value, datetime):
        moment = value
    else:
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            message = f"{value!r} is not a date or a UTC time such as 2026-08-16T16:00Z"
            raise ValueError(message) from None
    if moment.year not in YEARS:
        raise ValueError(f"{value} is not in the years {YEARS[0]} to {YEARS[-1]}")
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _country(value: str) -> str:
    if not re.fullmatch(r"[A-Z]{2}", value):
        raise ValueError(f"{value!r} is not a country code of two capitals, such as US")
    return value


LIST_OF_NAMES = {"type": "array", "items": {"type": "string"}}
_AT_LEAST_ZERO = WithJsonSchema(number_schema(minimum=0))
_MONTH_SCHEMA = {"type": "string", "pattern": r"^2[01][0-9]{2}-(0[1-9]|1[0-2])$"}
_DAY_SCHEMA = {"type": "string", "format": "date", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
_INSTANT_SCHEMA = {
    "type": "string",
    "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:]{5,8}(Z|[-+][0-9]{2}:[0-9]{2})?)?$",
}

Number = Annotated[float, BeforeValidator(_number), WithJsonSchema(NUMBER)]
NonNegative = Annotated[float, BeforeValidator(_number), Field(ge=0), _AT_LEAST_ZERO]
Positive = Annotated[
    float, BeforeValidator(_number), Field(gt=0), WithJsonSchema(number_schema(exclusiveMinimum=0))
]
Share = Annotated[
    float,
    BeforeValidator(_number),
    BeforeValidator(of_share),
    Field(ge=0, le=1),
    WithJsonSchema(number_schema(minimum=0, maximum=1)),
]
Whole = Annotated[int, BeforeValidator(_whole), WithJsonSchema(NUMBER)]
Money = Annotated[
    Decimal, BeforeValidator(_number), BeforeValidator(of_money), Field(ge=0), _AT_LEAST_ZERO
]
UnitPrice = Annotated[
    Decimal, BeforeValidator(_number), BeforeValidator(of_amount), Field(ge=0), _AT_LEAST_ZERO
]
PositiveMoney = Annotated[Positive, BeforeValidator(of_money)]
PositiveCount = Annotated[Positive, BeforeValidator(of_count)]
SomeMoney = Annotated[NonNegative, BeforeValidator(of_money)]
Count = Annotated[NonNegative, BeforeValidator(of_count)]
Ratio = Annotated[NonNegative, BeforeValidator(of_share)]
Text = Annotated[str, AfterValidator(_plain_text)]
Country = Annotated[
    str, AfterValidator(_country), WithJsonSchema({"type": "string", "pattern": "^[A-Z]{2}$"})
]
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema(_DAY_SCHEMA)]
Instant = Annotated[datetime, BeforeValidator(parse_instant), WithJsonSchema(_INSTANT_SCHEMA)]
MonthKey = Annotated[Month, BeforeValidator(_month), WithJsonSchema(_MONTH_SCHEMA)]


def as_list(value: Any) -> Any:
    """Let one thing stand for a list of one."""
    return [value] if value is not None and not isinstance(value, list | tuple) else value


class OneOrMore:
    """Says in JSON Schema that one thing may stand for a list of one; goes with `as_list`.

    `other` is a word that may stand there too.
    """

    def __init__(self, other: str | None = None) -> None:
        self.other = other

    def __get_pydantic_json_schema__(self, inner: Any, handler: Any) -> dict[str, Any]:
        """Return the schema of the list, or of one item."""
        found: dict[str, Any] = handler(inner)
        many = next((one for one in found.get("anyOf", ()) if "items" in one), found)
        other = [] if self.other is None else [{"const": self.other}]
        return {"anyOf": [*other, many["items"], many]}


def or_short(short: Mapping[str, Any]) -> Callable[[dict[str, Any]], None]:
    """Say in JSON Schema that a mapping has a short form; for `json_schema_extra`."""

    def extend(schema: dict[str, Any]) -> None:
        full = dict(schema)
        schema.clear()
        schema["anyOf"] = [dict(short), full]

    return extend
