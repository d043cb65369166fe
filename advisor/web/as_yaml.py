"""A plan's data written as YAML that reads back as the same data."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_ ./-]*[A-Za-z0-9_]|[A-Za-z]")
_WORDS = {"true", "false", "null", "yes", "no", "on", "off", "inf", "nan"}
_MONTH = re.compile(r"\d{4}-\d{2}(-\d{2})?")


def as_yaml(data: Mapping[str, Any]) -> str:
    """Write a mapping in blocks; what would read as something else is quoted."""
    return "".join(f"{line}\n" for line in _mapping(data, ""))


def _mapping(data: Mapping[str, Any], indent: str) -> Iterator[str]:
    for key, value in data.items():
        yield from _entry(f"{indent}{_scalar(key)}:", value, indent)


def _entry(head: str, value: Any, indent: str) -> Iterator[str]:
    if isinstance(value, Mapping) and value:
        yield head
        yield from _mapping(value, f"{indent}  ")
    elif isinstance(value, Sequence) and not isinstance(value, str) and value:
        yield head
        yield from (f"{indent}  - {_flow(item)}" for item in value)
    else:
        yield f"{head} {_flow(value)}"


def _flow(value: Any) -> str:
    """Write a value on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_scalar(k)}: {_flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, int | float):
        return repr(value)
    text = str(value)
    is_word = _PLAIN.fullmatch(text) and text.lower() not in _WORDS
    return text if is_word or _MONTH.fullmatch(text) else _quoted(text)


def _quoted(text: str) -> str:
    """Quote a text; what can't be seen is escaped, by YAML's escapes, that know no pairs."""
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(one if one.isprintable() else f"\\U{ord(one):08x}" for one in quoted)
