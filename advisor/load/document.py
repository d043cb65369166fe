"""What a file held, and the line and column at which each part of it stood.

The mark of a value lies under its path. The mark of its key lies under that path plus `KEY`: an
unknown key is best shown where the key is, a wrong value where the value is. Items of a list have
no key.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeAlias

from advisor.errors import Fault

KEY = "\0key"  # no key of a file can be this: a NUL byte is refused
Where: TypeAlias = tuple[str | int, ...]
Mark: TypeAlias = tuple[int, int]

_LONGEST_NAME = 80


class Document(NamedTuple):
    """One file as plain data (dict, list, str, int, Decimal, bool, None), with its marks.

    `file` is the name that faults show. Marks are (line, column), both counted from 1.
    """

    file: str
    data: Any
    marks: Mapping[Where, Mark]

    def place(self, path: Where, *, key: bool = False) -> Mark:
        """Return where a value stands (or its key), or else its nearest parent that exists."""
        if key and (*path, KEY) in self.marks:
            return self.marks[(*path, KEY)]
        while path and path not in self.marks:
            path = path[:-1]
        return self.marks.get(path, (1, 1))

    def fault(self, path: Where, message: str, hint: str = "", *, key: bool = False) -> Fault:
        """Say what is wrong with the value at a path, or with its key."""
        line, column = self.place(path, key=key)
        return Fault(self.file, line, column, written_path(path), message, hint)


def written_path(path: Where) -> str:
    """Write a path as people do: `options.codex.quality[1]`."""
    written = ""
    for part in path:
        if isinstance(part, int):
            written += f"[{part}]"
        else:
            written += f".{_on_one_line(part)}" if written else _on_one_line(part)
    return written


def _on_one_line(name: str) -> str:
    # A quoted key may hold anything, terminal escapes too, and a fault is printed.
    shown = name if name.isprintable() else repr(name)[1:-1]
    return shown if len(shown) <= _LONGEST_NAME else shown[:_LONGEST_NAME] + "…"
