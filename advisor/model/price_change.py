"""What if prices move: by how much a biller's token prices leave the list, from a month on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, cast

from pydantic import BeforeValidator, WithJsonSchema

from advisor.model.uncertain import number_schema, plain_number
from advisor.model.written_units import of_share
from advisor.units import Month

LOWEST, HIGHEST = -0.99, 10.0


@dataclass(frozen=True)
class PriceChange:
    """Changes relative to the list, each from its month until the next; none before the first."""

    steps: tuple[tuple[Month, float], ...] = ()

    def at(self, month: Month) -> float:
        """Return the change in force in a month, as a share of the list price."""
        return next((by for since, by in reversed(self.steps) if since <= month), 0.0)


def _parse(value: object) -> PriceChange:
    if isinstance(value, PriceChange):
        return value
    if not isinstance(value, Mapping) or not value:
        raise ValueError("say from when: months with a change each, such as {2027-01: 20%}")
    steps = []
    for key, number in cast("Mapping[object, object]", value).items():
        try:
            month, by = Month.parse(str(key)), plain_number(of_share(number))
        except ValueError as error:
            raise ValueError(f"{key}: {error}") from None
        if not LOWEST <= by <= HIGHEST:
            raise ValueError(f"{key}: must be from {LOWEST:.0%} to {HIGHEST:.0%}")
        steps.append((month, by))
    return PriceChange(tuple(sorted(steps)))


_CHANGE = number_schema(minimum=LOWEST, maximum=HIGHEST)
_SCHEMA = {
    "type": "object",
    "patternProperties": {r"^[0-9]{4}-[0-9]{2}$": _CHANGE},
    "additionalProperties": False,
    "minProperties": 1,
}

PriceChanges = Annotated[PriceChange, BeforeValidator(_parse), WithJsonSchema(_SCHEMA)]
