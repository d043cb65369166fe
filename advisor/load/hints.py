"""What the author of a file probably meant: the hint below a fault.

`{cost: 8,400}` is the trap worth knowing: inside braces a comma separates keys, so YAML reads a
cost of 8 and a key `400` without a value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from types import UnionType
from typing import Annotated, Any, TypeAlias, Union, get_args, get_origin

from pydantic import AliasChoices, AliasPath, BaseModel
from pydantic.fields import FieldInfo

from advisor.errors import did_you_mean
from advisor.load.document import Where
from advisor.load.scalars import read_scalar

Plain: TypeAlias = Any  # dict, list, str, int, Decimal, bool or None
Annotation: TypeAlias = Any

COMMA_HINT = "a comma inside {} separates keys: write 8_400"

_QUOTED = re.compile(r"'([^']*)'")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_SLIPS = str.maketrans({"K": "k", "m": "M", "g": "G", " ": None})
_FOREIGN = "€£¥₹₩₽₺₴₫฿₦₱₪"


def for_comma(path: Where, data: Plain) -> str:
    """Explain a key that is all digits and has no value: it is the rest of a number."""
    for part in path[:-1]:
        data = data[part]
    key = path[-1] if path else ""
    if not isinstance(key, str) or not isinstance(data, dict):
        return ""
    if not _is_rest((key, data.get(key, 0))):
        return ""
    entries = list(data.items())
    first = last = entries.index((key, None))
    while first and _is_rest(entries[first]):
        first -= 1
    while last + 1 < len(entries) and _is_rest(entries[last + 1]):
        last += 1
    number = entries[first][1]
    if not _is_number(number):
        return ""
    written = "_".join([str(number), *(key for key, _ in entries[first + 1 : last + 1])])
    return COMMA_HINT.replace("8_400", written)


def _is_rest(entry: tuple[str, Plain]) -> bool:
    key, value = entry
    return value is None and key.isdecimal()


def for_key(path: Where, data: Plain, model: type[BaseModel], ctx: Mapping[str, Any]) -> str:
    """Name the known key that an unknown one is close to, if it is not in use already.

    A key that is required and not there is what was meant, even where another is closer.
    """
    *parents, name = path
    for part in parents:
        data = data[part]
    known = set(_QUOTED.findall(str(ctx.get("expected", ""))))
    required: set[str] = set()
    for class_ in _classes_at(model, parents):
        known.update(_names_in(class_))
        required.update(n for n, field in class_.model_fields.items() if field.is_required())
    free = sorted(one for one in known if one not in data)
    return did_you_mean(str(name), required.intersection(free)) or did_you_mean(str(name), free)


def for_value(value: Plain, message: str) -> str:
    """Suggest another way to write a value, from what is said to be wrong with it."""
    if isinstance(value, str) and "number" in message:
        return _as_a_number(value)
    if isinstance(value, str) and message.startswith("must be"):
        return did_you_mean(value, set(_QUOTED.findall(message)).difference([value]))
    if _is_number(value) and message == "must be at most 1" and 2 <= value <= 100:
        return f"{value} looks like {value}%"
    is_scalar = _is_number(value) or isinstance(value, bool)
    return "put it in quotes" if is_scalar and message == "must be text" else ""


def _as_a_number(text: str) -> str:
    foreign = next((sign for sign in _FOREIGN if sign in text), "")
    written = _THOUSANDS.sub("_", text.replace(foreign, "")).translate(_SLIPS)
    if not _is_number(_read_or_text(written)):
        return ""
    if foreign:
        return f"amounts are in dollars, or in what `currency:` says, without a {foreign}"
    return "a number has no quotes" if written == text else f"write {written}"


def _read_or_text(text: str) -> Plain:
    """Read text as if it had no quotes; as itself where that would be refused."""
    try:
        return read_scalar(text)
    except ValueError:
        return text


def _is_number(value: Plain) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _classes_at(model: type[BaseModel], path: Sequence[str | int]) -> Iterator[type[BaseModel]]:
    """Find the model classes that may describe what lies at a path."""
    found: list[Annotation] = [model]
    for part in path:
        found = [inner for one in found for inner in _inside(one, part)]
    for one in found:
        yield from _models_of(one)


def _models_of(annotation: Annotation) -> Iterator[type[BaseModel]]:
    for one in _alternatives(annotation):
        if isinstance(one, type) and issubclass(one, BaseModel):
            yield one
        elif _is_list(one):  # a single mapping may stand for a list of one
            yield from _models_of(get_args(one)[0])


def _inside(annotation: Annotation, part: str | int) -> Iterator[Annotation]:
    """Yield the types that a key or an index of this type may have."""
    for one in _alternatives(annotation):
        args = get_args(one)
        if isinstance(one, type) and issubclass(one, BaseModel):
            fields = one.model_fields.items()
            yield from (field.annotation for name, field in fields if part in _names(name, field))
        elif _is_list(one) and isinstance(part, str):
            yield from list(_inside(args[0], part)) or [args[0]]
        elif _is_list(one):
            yield args[min(int(part), len(args) - 1)] if args[-1] is not ... else args[0]
        elif args and issubclass(_origin(one), Mapping):
            yield args[1]


def _alternatives(annotation: Annotation) -> Iterator[Annotation]:
    """Yield the types of a union, or the one type, without what is annotated on them."""
    origin = _origin(annotation)
    if origin is Annotated:
        yield from _alternatives(get_args(annotation)[0])
    elif origin in {Union, UnionType}:
        for branch in get_args(annotation):
            yield from _alternatives(branch)
    elif hasattr(annotation, "__value__"):  # type Name = ...
        yield from _alternatives(annotation.__value__)
    else:
        yield annotation


def _origin(annotation: Annotation) -> Any:
    return get_origin(annotation)


def _is_list(annotation: Annotation) -> bool:
    origin = _origin(annotation)
    return isinstance(origin, type) and issubclass(origin, Sequence | set | frozenset)


def _names_in(class_: type[BaseModel]) -> Iterator[str]:
    config = class_.model_config
    by_name = bool(config.get("populate_by_name") or config.get("validate_by_name"))
    for name, field in class_.model_fields.items():
        yield from _names(name, field, by_name=by_name)


def _names(name: str, field: FieldInfo, *, by_name: bool = False) -> set[str]:
    """Return the keys that a field may have in a file."""
    alias = field.validation_alias
    choices = alias.choices if isinstance(alias, AliasChoices) else [alias]
    names = {str(one.path[0]) if isinstance(one, AliasPath) else one for one in choices if one}
    return names | {name} if by_name or not names else names
