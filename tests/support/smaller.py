"""A question that breaks a claim, made smaller for as long as it breaks it, and written as YAML.

It is plain data that is cut down, not what it was drawn from: entries and items go, numbers become
rounder. What is cut so far that it can't be asked any more is put back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, TypeAlias

import yaml

Plain: TypeAlias = Any
Path: TypeAlias = tuple[str | int, ...]

MOST_TRIES = 300
"""How often a claim is asked again; by count, so that the same question comes out everywhere."""


def shrunk(plain: Plain, is_broken: Callable[[Plain], bool], tries: int = MOST_TRIES) -> Plain:
    """Return the smallest data that was found for which something is still broken."""
    has_changed = True
    while has_changed:
        has_changed, place = False, 0
        while place < len(cuts := list(_cuts(plain))):
            if not tries:
                return plain
            tries -= 1
            if is_broken(cuts[place]):
                plain, has_changed = cuts[place], True
            else:
                place += 1
    return plain


def _cuts(plain: Plain) -> Iterator[Plain]:
    """Yield the data with one part less, the largest parts first, then with one number rounder."""
    parts = sorted(_parts(plain, ()), key=lambda one: len(one[0]))
    yield from (_without(plain, path) for path, _ in parts)
    for path, value in parts:
        yield from (_with(plain, path, rounder) for rounder in _rounder(value))


def _parts(plain: Plain, path: Path) -> Iterator[tuple[Path, Plain]]:
    inside: Any = plain.items() if isinstance(plain, dict) else enumerate(plain)
    for key, value in inside:
        yield (*path, key), value
        if isinstance(value, dict | list | tuple):
            yield from _parts(value, (*path, key))


def _rounder(value: Plain) -> list[Plain]:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return []
    candidates = [type(value)(0), type(value)(1), type(value)(f"{float(value):.0e}".split("e")[0])]
    return [one for one in dict.fromkeys(candidates) if len(str(one)) < len(str(value))]


def _without(plain: Plain, path: Path) -> Plain:
    key, *rest = path
    if rest:
        return _with(plain, (key,), _without(plain[key], tuple(rest)))
    if isinstance(plain, dict):
        return {name: value for name, value in plain.items() if name != key}
    return [value for place, value in enumerate(plain) if place != key]


def _with(plain: Plain, path: Path, new: Plain) -> Plain:
    key, *rest = path
    value = _with(plain[key], tuple(rest), new) if rest else new
    if isinstance(plain, dict):
        return {**plain, key: value}
    return [value if place == key else one for place, one in enumerate(plain)]


class _Dumper(yaml.SafeDumper):
    """Writes decimals as numbers, and nothing twice by reference."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write out what stands in two places."""
        return True


def _number(dumper: yaml.SafeDumper, one: Decimal) -> yaml.ScalarNode:
    kind = "int" if one == one.to_integral_value() else "float"
    return dumper.represent_scalar(f"tag:yaml.org,2002:{kind}", f"{one.normalize():f}")


_Dumper.add_representer(Decimal, _number)
_Dumper.add_representer(
    tuple, lambda dumper, one: dumper.represent_sequence("tag:yaml.org,2002:seq", list(one))
)


def as_yaml(plain: Plain) -> str:
    """Write plain data so that it can be put into a file and read as the same."""
    return str(yaml.dump(plain, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100))
