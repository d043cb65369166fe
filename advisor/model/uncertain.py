"""Numbers that are not known exactly: what may be written, and their means.

An uncertain number is a constant, anywhere in a range, most likely in the middle of one (PERT), or
positive with a heavy tail (lognormal through its median and its 90th percentile). No file states
the fifth form: success relative to another's, where the odds are lognormal (a borrowed quality).
The `expected` value is the mean of the distribution, never its middle or its mode. How each form is
drawn is in `advisor.engine.draws`; this module only says what was written.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, NamedTuple, Self, cast

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from advisor.model.written_units import of_count, of_money, of_share

NORMAL_P90 = 1.2815515655446004
"""The 90th percentile of a standard normal, so that ln(p90/p50) ÷ this is sigma."""

WIDEST = 1_000
"""How many times p50 a p90 may be; the mean of a wider lognormal is all in its tail."""

NUMBER: dict[str, Any] = {
    "type": ["number", "string"],
    "pattern": r"^[-+]?\$?[0-9_]*\.?[0-9][0-9_]*(\.[0-9_]*)?([eE][-+]?[0-9]+|[kMG%])?$",
}
"""A number in JSON Schema: editors take `60k`, `35%` and `$8_400` for text."""


def number_schema(**bounds: float) -> dict[str, Any]:
    """Return the schema of a number within `minimum`, `maximum` or `exclusiveMinimum`."""
    return {**NUMBER, **bounds}


SCHEMA: dict[str, Any] = {
    "anyOf": [
        NUMBER,
        {"type": "array", "items": NUMBER, "minItems": 2, "maxItems": 2},
        {
            "type": "object",
            "properties": {"low": NUMBER, "mode": NUMBER, "high": NUMBER},
            "required": ["low", "mode", "high"],
            "additionalProperties": False,
        },
        {
            "type": "object",
            "properties": {"p50": NUMBER, "p90": NUMBER},
            "required": ["p50", "p90"],
            "additionalProperties": False,
        },
    ]
}
"""An uncertain number in JSON Schema."""


class Form(StrEnum):
    """How an uncertain number is distributed."""

    CONSTANT = "constant"
    UNIFORM = "uniform"
    PERT = "pert"
    LOGNORMAL = "lognormal"
    ODDS = "odds"


class Odds(NamedTuple):
    """Success relative to a `base`, which lies between 0 and 1.

    Its log-odds are those of the base + `step` + `spread` × a standard normal, so that it is never
    above 1 ÷ base.
    """

    base: float
    step: float
    spread: float

    def at(self, normal: float) -> float:
        """Return success ÷ base where the normal is so much."""
        odds = math.log(self.base / (1 - self.base)) + self.step + self.spread * normal
        return 1 / (1 + math.exp(-odds)) / self.base

    @property
    def mean(self) -> float:
        """The mean, by the trapezoid rule, which is exact to rounding for a smooth bell."""
        bell = [math.exp(-node * node / 2) for node in _NODES]
        values = (weight * self.at(node) for weight, node in zip(bell, _NODES, strict=True))
        return sum(values) / sum(bell)


_NODES = [n / 4 for n in range(-32, 33)]


@dataclass(frozen=True)
class Uncertain:
    """One uncertain number. `low`, `mode`, `high` bound it; of a lognormal low is p50, high p90.

    Of one with `odds` they are P10, P50 and P90.
    """

    form: Form
    low: float
    mode: float
    high: float
    odds: Odds | None = None

    @classmethod
    def constant(cls, value: float) -> Self:
        """Return a number that is known exactly."""
        return cls(Form.CONSTANT, value, value, value)

    @classmethod
    def between(cls, low: float, high: float) -> Self:
        """Return a number anywhere between two bounds."""
        if low == high:
            return cls.constant(low)
        return cls(Form.UNIFORM, low, (low + high) / 2, high)

    @classmethod
    def pert(cls, low: float, mode: float, high: float) -> Self:
        """Return a number most likely in the middle."""
        return cls.constant(low) if low == high else cls(Form.PERT, low, mode, high)

    @classmethod
    def lognormal(cls, p50: float, p90: float) -> Self:
        """Return a positive number with a heavy tail."""
        return cls.constant(p50) if p50 == p90 else cls(Form.LOGNORMAL, p50, p50, p90)

    @classmethod
    def of_odds(cls, base: float, step: float, spread: float) -> Self:
        """Return success relative to a base, a step in log-odds away from it."""
        odds = Odds(base, step, spread)
        low, mode, high = (odds.at(normal) for normal in (-NORMAL_P90, 0.0, NORMAL_P90))
        return cls(Form.ODDS, low, mode, high, odds)

    @property
    def expected(self) -> float:
        """The mean of the distribution."""
        if self.odds is not None:
            return self.odds.mean
        if self.form is Form.UNIFORM:
            return (self.low + self.high) / 2
        if self.form is Form.PERT:
            return (self.low + 4 * self.mode + self.high) / 6
        if self.form is Form.LOGNORMAL:
            return self.low * math.exp(self.sigma**2 / 2)
        return self.mode

    @property
    def sigma(self) -> float:
        """The standard deviation of the logarithm; 0 for anything but a lognormal."""
        return math.log(self.high / self.low) / NORMAL_P90 if self.form is Form.LOGNORMAL else 0.0

    @property
    def is_exact(self) -> bool:
        """Whether there is nothing to draw."""
        return self.form is Form.CONSTANT

    def scaled(self, factor: float) -> Self:
        """Return the same distribution in another unit. The factor is positive; odds have none."""
        assert self.odds is None
        return type(self)(self.form, self.low * factor, self.mode * factor, self.high * factor)

    def written(self) -> Any:
        """Return it as the file would say it."""
        if self.form is Form.UNIFORM:
            return [self.low, self.high]
        if self.form is Form.PERT:
            return {"low": self.low, "mode": self.mode, "high": self.high}
        if self.form is Form.LOGNORMAL:
            return {"p50": self.low, "p90": self.high}
        if self.form is Form.ODDS:
            return {"p10": self.low, "p50": self.mode, "p90": self.high}
        return self.mode


def plain_number(value: object) -> float:
    """Read one finite number from a file; text and booleans are not numbers."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ValueError(f"must be a number, not {_shown(value)}")
    number = float(value)
    if not math.isfinite(number):
        raise ValueError("must be a finite number")
    return number


def _shown(value: object) -> str:
    if isinstance(value, str):
        return repr(value)
    names = {bool: "true or false", dict: "a mapping", list: "a list", type(None): "nothing"}
    return names.get(type(value), type(value).__name__)


def parse_uncertain(value: object) -> Uncertain:
    """Read any of the four forms; anything else is a ValueError in the file's words."""
    if isinstance(value, Uncertain):
        return value
    if isinstance(value, Mapping):
        return _from_mapping(value)
    if isinstance(value, list | tuple):
        if len(value) != 2:
            raise ValueError("a range has two numbers: [low, high]")
        low, high = plain_number(value[0]), plain_number(value[1])
        if low > high:
            raise ValueError(f"a range goes from low to high, not from {low:.15g} to {high:.15g}")
        return Uncertain.between(low, high)
    return Uncertain.constant(plain_number(value))


def _from_mapping(value: Mapping[Any, Any]) -> Uncertain:
    keys = set(value)
    if keys == {"low", "mode", "high"}:
        low, mode, high = (plain_number(value[key]) for key in ("low", "mode", "high"))
        if not low <= mode <= high:
            given = f"{low:.15g}, {mode:.15g}, {high:.15g}"
            raise ValueError(f"low ≤ mode ≤ high does not hold: {given}")
        return Uncertain.pert(low, mode, high)
    if keys == {"p50", "p90"}:
        p50, p90 = plain_number(value["p50"]), plain_number(value["p90"])
        if not 0 < p50 <= p90:
            raise ValueError(f"0 < p50 ≤ p90 does not hold: {p50:.15g}, {p90:.15g}")
        if p90 > WIDEST * p50:
            raise ValueError(f"p90 is more than {WIDEST:,} times p50: one of them is a slip")
        return Uncertain.lognormal(p50, p90)
    raise ValueError(
        "must be a number, [low, high], {low, mode, high} or {p50, p90}, "
        f"not a mapping of {', '.join(map(str, value)) or 'nothing'}"
    )


def _bounded(value: object, low: float, high: float, *, above: bool) -> Uncertain:
    number = parse_uncertain(value)
    if above and number.low <= low:
        raise PydanticCustomError("greater_than", f"must be above {low:g}", {"gt": low})
    if number.low < low:
        raise PydanticCustomError("greater_than_equal", f"must be at least {low:g}", {"ge": low})
    if number.high > high:
        raise PydanticCustomError("less_than_equal", f"must be at most {high:g}", {"le": high})
    return number


def _at_least_zero(value: object) -> Uncertain:
    return _bounded(value, 0.0, math.inf, above=False)


def _above_zero(value: object) -> Uncertain:
    return _bounded(value, 0.0, math.inf, above=True)


def _share(value: object) -> Uncertain:
    return _bounded(value, 0.0, 1.0, above=False)


def _quality(value: object) -> Uncertain:
    return _bounded(value, 0.0, 10.0, above=False)


_Amount = Annotated[Uncertain, BeforeValidator(_at_least_zero), WithJsonSchema(SCHEMA)]
MoneyAmount = Annotated[_Amount, BeforeValidator(of_money)]
"""Uncertain money: at least 0."""
CountAmount = Annotated[_Amount, BeforeValidator(of_count)]
"""Uncertain tokens, tasks or hours: at least 0."""
Factor = Annotated[
    Uncertain, BeforeValidator(_above_zero), BeforeValidator(of_share), WithJsonSchema(SCHEMA)
]
"""An uncertain multiplier: above 0."""
UncertainShare = Annotated[
    Uncertain, BeforeValidator(_share), BeforeValidator(of_share), WithJsonSchema(SCHEMA)
]
"""An uncertain share, from 0 to 1."""
Quality = Annotated[
    Uncertain, BeforeValidator(_quality), BeforeValidator(of_share), WithJsonSchema(SCHEMA)
]
"""An uncertain quality fraction, from 0 to 10."""


@dataclass(frozen=True)
class PerClass:
    """One uncertain number for every task class: a default, and classes that differ."""

    default: Uncertain | None
    by_class: Mapping[str, Uncertain]

    def of(self, task_class: str) -> Uncertain | None:
        """Return the number of a class, or the default, or None if neither is stated."""
        return self.by_class.get(task_class, self.default)

    def stream(self, key: str, task_class: str) -> str:
        """Name the draw: one for each number written, so a default is one for all its classes."""
        if task_class in self.by_class:
            return f"{key}.{task_class}"
        return f"{key}.default" if self.by_class else key


_FORM_KEYS = ({"low", "mode", "high"}, {"p50", "p90"})


def _per_class(value: object, low: float, high: float, *, above: bool) -> PerClass:
    if isinstance(value, PerClass):
        return value
    is_map = isinstance(value, Mapping) and not any(set(value) <= keys for keys in _FORM_KEYS)
    if not is_map:
        return PerClass(_bounded(of_share(value), low, high, above=above), {})
    numbers: dict[str, Uncertain] = {}
    for name, number in cast("Mapping[str, object]", value).items():
        try:
            numbers[str(name)] = _bounded(of_share(number), low, high, above=above)
        except PydanticCustomError:
            raise  # a bound, which the reader of the file holds every entry against
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from None
    return PerClass(numbers.pop("default", None), numbers)


def _factor_by_class(value: object) -> PerClass:
    return _per_class(value, 0.0, math.inf, above=True)


def _quality_by_class(value: object) -> PerClass:
    return _per_class(value, 0.0, 10.0, above=False)


def _share_by_class(value: object) -> PerClass:
    return _per_class(value, 0.0, 1.0, above=False)


_PER_CLASS = {"anyOf": [SCHEMA, {"type": "object", "additionalProperties": SCHEMA}]}

FactorByClass = Annotated[PerClass, BeforeValidator(_factor_by_class), WithJsonSchema(_PER_CLASS)]
QualityByClass = Annotated[PerClass, BeforeValidator(_quality_by_class), WithJsonSchema(_PER_CLASS)]
ShareByClass = Annotated[PerClass, BeforeValidator(_share_by_class), WithJsonSchema(_PER_CLASS)]
