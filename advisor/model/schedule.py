"""Numbers that change over the plan: one number, or a number at some months.

Between two stated months a schedule is linear, before the first and after the last it is constant.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, cast

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from advisor.model.uncertain import (
    NUMBER,
    SCHEMA,
    Uncertain,
    number_schema,
    parse_uncertain,
    plain_number,
)
from advisor.model.written_units import of_count, of_share
from advisor.units import Month

_GROWTH = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*%\s*(?:a|per)\s+month")


@dataclass(frozen=True)
class Schedule:
    """Values at months, in order of the months. One value without a month holds always."""

    points: tuple[tuple[Month | None, float], ...]

    @classmethod
    def constant(cls, value: float) -> Schedule:
        """Return a schedule that never changes."""
        return cls(((None, value),))

    def at(self, month: Month) -> float:
        """Return the value in a month, which may lie outside the stated ones."""
        dated = [(when.index, value) for when, value in self.points if when is not None]
        if not dated or month.index <= dated[0][0]:
            return self.points[0][1]
        for (before, low), (after, high) in itertools.pairwise(dated):
            if month.index <= after:
                return low + (high - low) * (month.index - before) / (after - before)
        return dated[-1][1]

    def over(self, months: Sequence[Month]) -> list[float]:
        """Return the value in each month."""
        return [self.at(month) for month in months]

    @property
    def values(self) -> tuple[float, ...]:
        """The stated values."""
        return tuple(value for _, value in self.points)


def parse_schedule(value: object) -> Schedule:
    """Read a number or a map of months to numbers."""
    if isinstance(value, Schedule):
        return value
    if not isinstance(value, Mapping):
        return Schedule.constant(plain_number(value))
    if not value:
        raise ValueError("must be a number, or months with a number each")
    points = []
    for key, number in cast("Mapping[object, object]", value).items():
        try:
            points.append((Month.parse(str(key)), plain_number(number)))
        except ValueError as error:
            raise ValueError(f"{key}: {error}") from None
    return Schedule(tuple(sorted(points)))


def _within(value: object, high: float | None) -> Schedule:
    schedule = parse_schedule(value)
    if min(schedule.values) < 0:
        raise PydanticCustomError("greater_than_equal", "must be at least 0", {"ge": 0})
    if high is not None and max(schedule.values) > high:
        raise PydanticCustomError("less_than_equal", f"must be at most {high:g}", {"le": high})
    return schedule


def _counts(value: object) -> Schedule:
    return _within(of_count(value), None)


def _shares(value: object) -> Schedule:
    return _within(of_share(value), 1.0)


def _intensity(value: object) -> Schedule | Uncertain:
    months = isinstance(value, Mapping) and not set(value) & {"low", "mode", "high", "p50", "p90"}
    if isinstance(value, Schedule | Uncertain):
        return value
    if months:
        return _within(of_share(value), None)
    number = parse_uncertain(of_share(value))
    if number.low < 0:
        raise PydanticCustomError("greater_than_equal", "must be at least 0", {"ge": 0})
    return number


def parse_growth(value: object) -> float:
    """Read `6% a month`, or a bare share; return the share by which use grows each month."""
    if isinstance(value, str):
        match = _GROWTH.fullmatch(value.strip())
        if not match:
            raise ValueError(f"{value!r} is not a growth: write it as `6% a month`")
        return float(match[1]) / 100
    growth = plain_number(of_share(value))
    if growth >= 1:
        raise ValueError(f"{growth:g} would more than double use every month: write `6% a month`")
    return growth


def _schema(number: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a number, or of months with a number each."""
    months = {"type": "object", "patternProperties": {r"^[0-9]{4}-[0-9]{2}$": number}}
    return {"anyOf": [number, {**months, "additionalProperties": False}]}


_COUNTS = _schema(number_schema(minimum=0))
_SHARES = _schema(number_schema(minimum=0, maximum=1))
_GROWTHS = {
    **number_schema(exclusiveMaximum=1),
    "pattern": rf"{NUMBER['pattern']}|^[-+]?[0-9.]+ *% *(a|per) +month$",
}

CountSchedule = Annotated[Schedule, BeforeValidator(_counts), WithJsonSchema(_COUNTS)]
ShareSchedule = Annotated[Schedule, BeforeValidator(_shares), WithJsonSchema(_SHARES)]
Intensity = Annotated[
    Schedule | Uncertain,
    BeforeValidator(_intensity),
    WithJsonSchema({"anyOf": [*_COUNTS["anyOf"], *SCHEMA["anyOf"][1:]]}),
]
Growth = Annotated[float, BeforeValidator(parse_growth), WithJsonSchema(_GROWTHS)]
