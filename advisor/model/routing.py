"""Who serves what: an option, a first and a second one, or shares of them, by task class."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

from advisor.model.uncertain import number_schema, plain_number

Routing = Mapping[str, Mapping[tuple[str, ...], float]]
"""Task class, or `default`, to strategies with their shares; a strategy names one option or two."""


def _one_strategy(text: str) -> tuple[str, ...]:
    """Read `codex`, or `codex, opus` for a first option and the one where its failure is seen."""
    parts = tuple(part.strip() for part in text.split(","))
    if len(parts) > 2 or not all(parts):
        raise ValueError(f"{text!r}: write an option, or two as `first, second`")
    if len(set(parts)) < len(parts):
        raise ValueError("a cascade's second option differs from its first")
    return parts


def _strategies(value: object) -> dict[tuple[str, ...], float]:
    if isinstance(value, str):
        return {(value,): 1.0}
    if isinstance(value, list) and len(value) == 2 and all(isinstance(one, str) for one in value):
        if value[0] == value[1]:
            raise ValueError("a cascade's second option differs from its first")
        return {(value[0], value[1]): 1.0}
    if isinstance(value, Mapping):
        shares = {_one_strategy(str(name)): plain_number(share) for name, share in value.items()}
        if abs(sum(shares.values()) - 1) > 1e-9 or min(shares.values()) < 0:
            raise ValueError(f"shares add up to {sum(shares.values()):.4g}, not to 100%")
        return shares
    raise ValueError("must be an option, [first, second], or options with shares")


def _routing(value: object) -> Routing:
    """Read an option's name, or a map of task classes to options, cascades or shares."""
    if isinstance(value, Mapping) and any(isinstance(one, Mapping) for one in value.values()):
        pass
    elif not isinstance(value, Mapping) or all(_is_share(one) for one in value.values()):
        return {"default": _strategies(value)}
    routes: dict[str, Mapping[tuple[str, ...], float]] = {}
    for name, strategies in value.items():
        is_read = isinstance(strategies, dict) and strategies
        if is_read and all(isinstance(key, tuple) for key in strategies):
            routes[str(name)] = strategies
            continue
        try:
            routes[str(name)] = _strategies(strategies)
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from None
    return routes


def _is_share(value: object) -> bool:
    return not isinstance(value, str | list | dict)


_ONE_OR_TWO: list[dict[str, Any]] = [
    {"type": "string"},
    {"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 2},
]
_SHARED = {"type": "object", "additionalProperties": number_schema(minimum=0, maximum=1)}
_BY_CLASS = {"type": "object", "additionalProperties": {"anyOf": [*_ONE_OR_TWO, _SHARED]}}

Routes = Annotated[
    Routing,
    BeforeValidator(_routing),
    WithJsonSchema({"anyOf": [*_ONE_OR_TWO, _SHARED, _BY_CLASS]}),
]
