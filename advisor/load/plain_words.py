"""What pydantic has against a value, in the words of someone who writes YAML.

A wrong kind of value has a noun, so that the branches of a union can be told in one breath: "must
be a number, a mapping or a list". Everything else has a sentence, filled in from the error's `ctx`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import chain
from typing import Any

_NOUNS = {
    "a mapping": "model_type model_attributes_type dict_type mapping_type dataclass_type",
    "a list": "list_type tuple_type set_type frozen_set_type iterable_type",
    "a number": "float_type float_parsing decimal_type decimal_parsing",
    "a whole number": "int_type int_parsing int_from_float int_parsing_size",
    "true or false": "bool_type bool_parsing",
    "text": "string_type",
    "a date, such as 2027-01-31": "date_type date_parsing date_from_datetime_parsing "
    "date_from_datetime_inexact",
    "a time, such as 2027-01-31T16:00Z": "datetime_type datetime_parsing "
    "datetime_from_date_parsing timezone_aware",
    "empty": "none_required",
    "{expected}": "literal_error enum",
}
_NOUN_OF = {kind: noun for noun, kinds in _NOUNS.items() for kind in kinds.split()}
_SENTENCES = {
    "missing": "is required",
    "extra_forbidden": "is not a known key",
    "greater_than": "must be above {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be below {lt}",
    "less_than_equal": "must be at most {le}",
    "multiple_of": "must be a multiple of {multiple_of}",
    "finite_number": "must be a finite number",
    "too_short": "has {actual_length} of at least {min_length} items",
    "too_long": "has {actual_length} items, of at most {max_length}",
    "string_too_short": "has fewer than {min_length} characters",
    "string_too_long": "has more than {max_length} characters",
    "string_pattern_mismatch": "does not match the pattern {pattern}",
    "decimal_max_digits": "has more than {max_digits} digits",
    "decimal_max_places": "has more than {decimal_places} digits after the point",
    "union_tag_invalid": "{discriminator} must be one of {expected_tags}",
    "union_tag_not_found": "{discriminator} is required",
}
_PREFIXES = ("Value error, ", "Assertion failed, ")


def noun(kind: str, ctx: Mapping[str, Any], message: str) -> str:
    """Name the kind of value that was wanted; empty if the kind was right."""
    if message.startswith("Value error, must be a number, not "):  # a validator of ours
        return "a number"
    words = str(ctx.get("expected", "another value"))
    if words in {"True", "False"}:
        words = words.lower()
    return _NOUN_OF.get(kind, "").replace("{expected}", words)


def sentence(kind: str, ctx: Mapping[str, Any], message: str) -> str:
    """Say what is wrong with a value of the right kind. Falls back to pydantic's own message."""
    shown = {name: _shown(value) for name, value in ctx.items()}
    try:
        return _SENTENCES[kind].format(**shown)
    except KeyError:  # a kind without a sentence, or a validator of ours that gave no ctx
        for prefix in _PREFIXES:
            message = message.removeprefix(prefix)
        return message.replace("Input should be", "must be")


def must_be(nouns: Iterable[str], *, given: object) -> str:
    """Join what a value may be: `must be a number, a mapping or a list`."""
    words = (re.split(", | or ", noun) if noun.startswith("'") else [noun] for noun in nouns)
    *most, last = dict.fromkeys(chain.from_iterable(words))
    wanted = f"{', '.join(most)} or {last}" if most else last
    return f"has no value: must be {wanted}" if given is None else f"must be {wanted}"


def _shown(value: object) -> object:
    # Bounds arrive as floats, and nobody wrote "at least 0.0".
    return f"{value:.15g}" if isinstance(value, float | Decimal) else value
