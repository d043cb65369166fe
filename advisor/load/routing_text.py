"""A routing written as a person would write it in YAML: the way back from `model.routing`.

What a reader would get wrong: which names need quotes is not known here. A name is tried without
them and read back by the house's own reader. Shares are decimals whose sum is 1, not about 1.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache
from itertools import accumulate, pairwise

from pydantic import TypeAdapter, ValidationError

from advisor.errors import InputError
from advisor.load.yaml_source import parse_yaml
from advisor.model.routing import Routes, Routing

_PLACES = 12  # a share written down leaves a mix inside the budget that it was found for


def written(routing: Routing, *, as_json: bool = False) -> str | dict[str, str]:
    """Return one option's name, where it alone does everything; else `class: …` by class.

    Each text stands on one line and fits into flow and block. `default` comes first, then classes
    in the order given. With `as_json` names are quoted and shares are not per cent. Raises
    InputError for names that have no place beside a share, ValueError for what is no routing.
    """
    if not routing:
        raise ValueError("a mix names at least one option")
    if set(routing) == {"default"}:
        ((strategy, share), *others) = exact_shares(routing["default"]).items()
        if share == 1 and not others and len(strategy) == 1:
            return as_name(strategy[0], as_json=as_json)
    names = sorted(routing, key=lambda name: name != "default")
    return {
        name: f"{as_name(name, as_json=as_json)}: {_strategies(routing[name], as_json)}"
        for name in names
    }


def in_flow(routing: Routing, *, as_json: bool = False) -> str:
    """Return a routing on one line: `codex`, or `{default: codex, docs: [codex, opus]}`."""
    entries = written(routing, as_json=as_json)
    return entries if isinstance(entries, str) else f"{{{', '.join(entries.values())}}}"


def exact_shares(shares: Mapping[tuple[str, ...], float]) -> dict[tuple[str, ...], Decimal]:
    """Return shares to a trillionth that add up to exactly 1; the last is what the others leave.

    What rounds to nothing is left out. Raises ValueError if the shares given do not add up to 1, up
    to a millionth.
    """
    numbers = [float(share) for share in shares.values()]
    if not all(number >= 0 for number in numbers) or abs(sum(numbers) - 1) > 1e-6:
        raise ValueError(f"shares add up to {sum(numbers)}, not to 1")
    exact = [Decimal(repr(number)) for number in numbers]
    parts = accumulate((share / sum(exact) for share in exact), initial=Decimal(0))
    # Sums are rounded, not shares: so no share is negative, and the last sum is 1.
    sums = [round(part, _PLACES) for part in parts]
    rounded = (upper - lower for lower, upper in pairwise(sums))
    return {name: share for name, share in zip(shares, rounded, strict=True) if share}


def says(data: object, routing: Routing) -> bool:
    """Tell whether plain data from a file reads as this routing."""
    try:
        read: Routing = _reader().validate_python(data)
    except ValidationError:
        return False
    meant = {
        name: {strategy: float(share) for strategy, share in exact_shares(shares).items()}
        for name, shares in routing.items()
    }
    return read == meant


@cache
def _reader() -> TypeAdapter[Routing]:
    return TypeAdapter(Routes)


def _strategies(shares: Mapping[tuple[str, ...], float], as_json: bool) -> str:
    exact = exact_shares(shares)
    if len(exact) == 1:
        (names,) = exact
        text = ", ".join(as_name(name, as_json=as_json) for name in names)
        return text if len(names) == 1 else f"[{text}]"
    parts = (f"{_joined(one, as_json)}: {_share(exact[one], as_json)}" for one in exact)
    return f"{{{', '.join(parts)}}}"


def _joined(strategy: Iterable[str], as_json: bool) -> str:
    """Write a strategy as the key of a share; the reader parts it at commas."""
    for name in strategy:
        if "," in name or name != name.strip() or not name:
            message = f"{name!r} cannot have a share: name the option without commas or blank ends"
            raise InputError.of(message, key="mix")
    return as_name(", ".join(strategy), as_json=as_json)


def _share(share: Decimal, as_json: bool) -> str:
    return f"{share.normalize():f}" if as_json else f"{(100 * share).normalize():f}%"


def as_name(name: str, *, as_json: bool = False) -> str:
    """Return a name as it is, or in double quotes where it would be read as something else."""
    if not as_json and _reads_as_itself(name):
        return name
    # JSON's escapes are YAML's, but JSON leaves some characters as they are that YAML refuses.
    characters = json.dumps(name, ensure_ascii=False)
    return "".join(one if one.isprintable() else _escaped(one) for one in characters)


def _escaped(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _reads_as_itself(name: str) -> bool:
    """Tell whether a name needs no quotes, as a key and as a value, in braces and on a line."""
    try:
        read = parse_yaml(f"- {{{name}: [{name}]}}\n- {name}: {name}\n", "").data
        return bool(read == [{name: [name]}, {name: name}])
    except InputError:
        return False
