"""Files with one thing wrong: each key dropped, doubled or misspelt, each value of another kind.

A file is taken apart into its values as they are written and put together again in braces, so that
one entry can be left out, stand twice, or have another name or value.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from advisor.errors import InputError
from advisor.load.document import KEY, Where
from advisor.load.yaml_source import parse_yaml, spans

DROPPED, DOUBLED, MISSPELT, RETYPED, REUNITED = "dropped", "doubled", "misspelt", "type", "unit"
_OTHER_KINDS = ("some words", "[7]", "{odd: 7}", "true", "", "7", "'7'", '"a\\nb"', '"\\u202e"')
_OTHER_UNITS = (
    "50%", "$3", "-1", "0", "8.400", "1e18", "1e-18", "9k", "9G", ".5", "€3", "3h", "101%", "1e400",
)  # fmt: skip


class Mutation(NamedTuple):
    """What kind of thing is wrong, where, and the entry that stands there instead."""

    kind: str
    path: Where
    entry: str


class Taken(NamedTuple):
    """A file taken apart."""

    data: Any
    raw: Raw

    @classmethod
    def apart(cls, content: str) -> Taken:
        """Take a file apart."""
        return cls(parse_yaml(content, "whole").data, Raw(content))

    def again(self, *mutations: Mutation) -> str:
        """Put the file together again with something wrong, or with nothing."""
        return self.raw.written(self.data, {one.path: one.entry for one in mutations})

    def mutations(self) -> Iterator[Mutation]:
        """Yield every mutation, key by key, always in the same order."""
        for path in self.raw.paths:
            if path:
                value = _at(self.data, path)
                yield from self._of_key(path, value) if isinstance(path[-1], str) else ()
                yield from self._of_value(path, value)

    def _of_key(self, path: Where, value: Any) -> Iterator[Mutation]:
        entry = f"{self.raw.key(path)}: {self.raw.value(path, value)}"
        yield Mutation(DROPPED, path, "")
        yield Mutation(DOUBLED, path, f"{entry}, {entry}")
        for name in _slips(str(path[-1])):
            slip = f"{json.dumps(name)}: {self.raw.value(path, value)}"
            yield Mutation(MISSPELT, path, slip)

    def _of_value(self, path: Where, value: Any) -> Iterator[Mutation]:
        is_number = not isinstance(value, str | bool | dict | list) and value is not None
        others = [(RETYPED, one) for one in _OTHER_KINDS]
        others += [(REUNITED, one) for one in _OTHER_UNITS] if is_number else []
        for kind, other in others:
            if not _means(other, value):
                is_key = isinstance(path[-1], str)
                yield Mutation(kind, path, f"{self.raw.key(path)}: {other}" if is_key else other)


class Raw:
    """The values of a file as they are written."""

    def __init__(self, content: str) -> None:
        found = spans(content)
        self.paths = [path for path in found if KEY not in path]
        self._texts = {path: content[start:stop] for path, (start, stop) in found.items()}

    def key(self, path: Where) -> str:
        """Return a key as it is written."""
        text = self._texts[(*path, KEY)]
        return text if text.strip() else json.dumps(path[-1])

    def value(self, path: Where, value: Any) -> str:
        """Return a value as it is written; block text in quotes."""
        if isinstance(value, dict | list):
            return self._of(value, path, {})
        text = self._texts[path].strip()
        is_plain = "\n" not in text and not (isinstance(value, str) and text[:1] not in "'\"")
        return text if is_plain else json.dumps(value, ensure_ascii=False)

    def written(self, data: Any, instead: Mapping[Where, str]) -> str:
        """Write everything in braces, a top key a line; `instead` are entries by their path."""
        return self._of(data, (), instead)

    def _of(self, value: Any, path: Where, instead: Mapping[Where, str]) -> str:
        if isinstance(value, dict):
            parts = [self._part(value[key], (*path, key), instead) for key in value]
            inner = (",\n " if not path else ", ").join(filter(None, parts))
            return f"{{{inner}}}" + ("\n" if not path else "")
        if isinstance(value, list):
            parts = [
                (instead[(*path, n)] or "null")
                if (*path, n) in instead
                else self._of(one, (*path, n), instead)
                for n, one in enumerate(value)
            ]
            return f"[{', '.join(parts)}]"
        return self.value(path, value)

    def _part(self, value: Any, path: Where, instead: Mapping[Where, str]) -> str:
        if path in instead:
            return instead[path]
        return f"{self.key(path)}: {self._of(value, path, instead)}"


def _slips(name: str) -> Iterator[str]:
    """Misspell a name: two letters swapped, one missing, a capital, a line and a dash."""
    slips = [
        name[1:2] + name[:1] + name[2:],
        name[:-1],
        name.capitalize(),
        f"{name}_",
        name.replace("_", "-") if "_" in name else f"{name}s",
    ]
    yield from (slip for slip in dict.fromkeys(slips) if slip not in {name, ""})


def _means(text: str, value: Any) -> bool:
    """Tell whether a text is only another way to write a value."""
    try:
        return bool(parse_yaml(f"[{text or 'null'}]", "").data == [value])
    except InputError:
        return False


def _at(data: Any, path: Where) -> Any:
    for part in path:
        data = data[part]
    return data
