"""What a mix must keep to, and the limits that a plan is held against.

A budget and a policy are limits by themselves; `limits:` adds others.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import AliasChoices, BeforeValidator, ConfigDict, Field, model_validator

from advisor.errors import did_you_mean
from advisor.limit_names import LIMIT_NAMES, LIMITS, LimitName
from advisor.model.limit_bounds import KEYS, check_bounds
from advisor.model.scalars import (
    Country,
    Frozen,
    Money,
    Number,
    OneOrMore,
    Ratio,
    Share,
    Text,
    Whole,
    as_list,
)
from advisor.model.uncertain import NUMBER, PerClass, ShareByClass

Names = Annotated[tuple[Text, ...], BeforeValidator(as_list), OneOrMore()]


class Deny(Frozen):
    """What a mix may not use, or may use only."""

    makers: Names = ()
    channels: Names = ()
    harnesses: Names = ()
    countries: Annotated[tuple[Country, ...], BeforeValidator(as_list), OneOrMore()] = ()
    hosted_in: Annotated[tuple[Country, ...], BeforeValidator(as_list), OneOrMore()] = ()


class Policy(Frozen):
    """Limits on quality and on dependence. Shares are of spend."""

    min_quality: ShareByClass = PerClass(None, {})
    min_quality_overall: Share | None = None
    max_vendor_share: Share | None = None
    max_channel_share: Share | None = None
    max_harness_share: Share | None = None
    max_vendors: Whole | None = Field(default=None, ge=1)
    min_vendors: Whole | None = Field(default=None, ge=1)
    min_share: Share = 0.05
    vendor_overhead: Money | None = None
    deny: Deny = Deny.unchecked()
    allow: Deny = Deny.unchecked()
    cascades: bool = True
    whole: bool | None = None
    failure_correlation: Share = 0.64
    cost_ratio_on_failure: Ratio = 1.31


def _two_words(schema: dict[str, Any]) -> None:
    """Say in JSON Schema that `that` is another word for `limit`."""
    schema["properties"]["that"] = schema["properties"]["limit"]
    del schema["required"]
    schema["oneOf"] = [{"required": ["limit"]}, {"required": ["that"]}]


_NO_BOUND = "say `at_most`, `at_least` or `warn_at`"


class Limit(Frozen):
    """One bound that a plan is held against; `that:` is read as `limit:`."""

    model_config = ConfigDict(json_schema_extra=_two_words)

    limit: LimitName = Field(validation_alias=AliasChoices("limit", "that"))
    at_most: Number | Text | None = None
    at_least: Number | Text | None = None
    warn_at: Number | Text | None = None
    on: Text | None = None
    team: Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _one_name(cls, value: Any) -> Any:
        if isinstance(value, dict) and {"limit", "that"} <= set(value):
            raise ValueError("`that` is another word for `limit`: write one of them")
        return value

    @model_validator(mode="before")
    @classmethod
    def _bounds_in_its_unit(cls, value: Any) -> Any:
        name = str(value.get("limit", value.get("that"))) if isinstance(value, dict) else ""
        if name in LIMITS:
            check_bounds(name, value)
        return value

    @model_validator(mode="after")
    def _bounds_something(self) -> Self:
        if self.at_most is None and self.at_least is None and self.warn_at is None:
            raise ValueError(_NO_BOUND)
        return self


def _limits(value: object) -> object:
    """Read the short form, a map of names to bounds, as the list that it stands for."""
    if not isinstance(value, dict):
        return value
    unknown = next((str(name) for name in value if name not in LIMIT_NAMES), None)
    if unknown is not None:
        near = did_you_mean(unknown, LIMIT_NAMES) or f"known are {', '.join(LIMIT_NAMES)}"
        raise ValueError(f"{unknown}: is not a limit; {near}")
    return [{"limit": name, **_terms(name, terms)} for name, terms in value.items()]


def _terms(name: str, terms: Any) -> Mapping[str, Any]:
    """Read what stands beside a limit's name: keys, or its bound alone.

    Raises ValueError that begins with the name, which leads to the limit's own line.
    """
    is_short = not isinstance(terms, dict)
    key = "at_least" if LIMITS[name].is_lower else "at_most"
    read = {key: terms} if is_short else terms
    if all(read.get(one) is None for one in KEYS):
        raise ValueError(f"{name}: {_NO_BOUND}")
    try:
        check_bounds(name, read)
    except ValueError as error:
        said = str(error).removeprefix(f"{key}: ") if is_short else str(error)
        raise ValueError(f"{name}: {said}") from None
    return read


class _ByName:
    """Says in JSON Schema that limits may be a map of names to bounds."""

    def __get_pydantic_json_schema__(self, inner: Any, handler: Any) -> dict[str, Any]:
        bound: dict[str, Any] = {"anyOf": [NUMBER, {"type": "string"}]}
        keys = (*KEYS, "on", "team")
        terms = {"type": "object", "properties": dict.fromkeys(keys, bound)}
        by_name = {
            "type": "object",
            "propertyNames": {"enum": list(LIMIT_NAMES)},
            "additionalProperties": {
                "anyOf": [*bound["anyOf"], {**terms, "additionalProperties": False}]
            },
        }
        return {"anyOf": [by_name, handler(inner)]}


Limits = Annotated[tuple[Limit, ...], BeforeValidator(_limits), _ByName()]
