"""Amounts of money and of people, of which a point before three digits is never read silently.

`8.400` is eight thousand four hundred to half of the people who type it, and a program that takes
it for 8.40 answers with figures a thousand times too small.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema

from advisor.model.uncertain import Amount, number_schema, plain_number

_POINTS = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+")


def without_doubt(value: object) -> object:
    """Return a value as it came. Raises ValueError where its point may stand for thousands."""
    text = str(value).strip().removeprefix("$") if isinstance(value, str | Decimal) else ""
    if not _POINTS.fullmatch(text):
        return value
    exact = text[:-1] if text.endswith("0") else f"{text}0"
    otherwise = f", or {exact}" if text.count(".") == 1 else ""
    written = f"write {text.replace('.', '_')}{otherwise}"
    raise ValueError(f"{text} may be thousands or thousandths: {written}")


def _amount(value: object) -> object:
    plain_number(without_doubt(value))
    return value


PositiveAmount = Annotated[
    float,
    BeforeValidator(_amount),
    Field(gt=0),
    WithJsonSchema(number_schema(exclusiveMinimum=0)),
]
UncertainMoney = Annotated[Amount, BeforeValidator(without_doubt)]
Money = Annotated[
    Decimal, BeforeValidator(_amount), Field(ge=0), WithJsonSchema(number_schema(minimum=0))
]
