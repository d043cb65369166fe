"""YAML as a page of text: which lines an entry takes, how far it is indented, what is a comment.

For changing a file without touching what stands around the change. Offsets and columns count
characters from 0. What a reader would get wrong: a `#` inside a value begins no comment, and the
comment behind `|` is no part of the text below it.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from advisor.load.document import KEY, Where
from advisor.load.yaml_source import spans

_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_BLANK = " \t\r\n\x85\u2028\u2029"
_COMMENT = re.compile("#[^\n\r\x85\u2028\u2029]*")


class Comment(NamedTuple):
    """A comment from its `#` on; alone on its line or behind something."""

    start: int
    text: str
    is_alone: bool


class Page:
    """The text of a sound file, without its byte order mark, and where things stand in it."""

    def __init__(self, content: str) -> None:
        self.content = content
        self.spans = spans(content)
        self.children: dict[Where, list[str]] = {}
        """Mappings to their keys, in file order."""
        for path in self.spans:
            if path[-1:] == (KEY,):
                self.children.setdefault(path[:-2], []).append(str(path[-2]))
        breaks = list(_BREAK.finditer(content))
        self._starts = [0, *(found.end() for found in breaks)]
        self._ends = [*(found.start() for found in breaks), len(content)]
        self.line_break = breaks[0][0] if breaks else "\n"
        self._scalars = sorted(self._measured_scalars())

    def _measured_scalars(self) -> Iterator[tuple[int, int]]:
        for path, (start, end) in self.spans.items():
            first = self.content[start : start + 1]
            if first in {"|", ">"} and end > start:
                yield self.line_end(start), end
            elif path[-1:] == (KEY,) or not (self._has_items(path) or first in {"{", "["}):
                yield start, end

    def _has_items(self, path: Where) -> bool:
        return path in self.children or (*path, 0) in self.spans

    # --- Lines ---

    def _row(self, at: int) -> int:
        return bisect_right(self._starts, at) - 1

    def line_start(self, at: int) -> int:
        """Return where the line of an offset begins."""
        return self._starts[self._row(at)]

    def line_end(self, at: int) -> int:
        """Return where the line of an offset ends, its break not included."""
        return self._ends[self._row(at)]

    def end_above(self, at: int) -> int:
        """Return where the line above that of an offset ends; 0 on the first line."""
        row = self._row(at)
        return self._ends[row - 1] if row else 0

    def column(self, at: int) -> int:
        """Return how far from the start of its line an offset is."""
        return at - self.line_start(at)

    def before(self, at: int) -> str:
        """Return what stands before an offset on its line."""
        return self.content[self.line_start(at) : at]

    def after(self, at: int) -> str:
        """Return the rest of an offset's line."""
        return self.content[at : self.line_end(at)]

    # --- Entries ---

    def key(self, path: Where) -> tuple[int, int]:
        """Return the span of an entry's key, quotes included."""
        return self.spans[(*path, KEY)]

    def end(self, path: Where) -> int:
        """Return where a value ends, without the blank lines below a block scalar.

        What is not written ends behind the colon of its key; parsers place it at what comes next.
        """
        start, end = self.spans[path]
        if start == end and path:
            key_end = self.key(path)[1]
            return max(key_end, self.find(":", key_end, start) + 1)
        return start + len(self.content[start:end].rstrip(_BLANK))

    def is_flow(self, path: Where) -> bool:
        """Tell whether a value is written in braces or brackets."""
        return self.content.startswith(("{", "["), self.spans[path][0])

    def is_block_map(self, path: Where) -> bool:
        """Tell whether a value is a mapping of one line or more for each entry."""
        return path in self.children and not self.is_flow(path)

    def last_line_end(self, path: Where) -> int:
        """Return where an entry of a block ends: its last line, or a comment indented below it."""
        column = self.column(self.key(path)[0])
        last = self.line_end(self.end(path))
        for row in range(self._row(last) + 1, len(self._starts)):
            line = self.content[self._starts[row] : self._ends[row]]
            text = line.lstrip()
            if text.startswith("#") and len(line) - len(text) > column:
                last = self._ends[row]
            elif text.strip():
                break
        return last

    def first_line_start(self, path: Where) -> int:
        """Return where an entry of a block begins: its line, or comments directly above it.

        Comments above the first entry are the file's.
        """
        *owner, key = path
        siblings = self.children[tuple(owner)]
        at = self.line_start(self.key(path)[0])
        if key == siblings[0]:
            return at
        above = self.end((*owner, siblings[siblings.index(str(key)) - 1]))
        column = self.column(self.key(path)[0])
        own = {
            self.line_start(one.start)
            for one in self.comments(above, at)
            if self.column(one.start) == column
        }
        while (previous := self.line_start(self.end_above(at))) in own:
            at = previous
        return at

    def end_of_text(self) -> int:
        """Return where the last line that is not blank ends, or the last one above `...`."""
        ends = (at for at in self._starts if self.content.startswith("...", at))
        return self.line_end(len(self.content[: next(ends, None)].rstrip(_BLANK)))

    @cached_property
    def step(self) -> int:
        """Return by how much the file indents a mapping inside another; 2 if it never does."""
        for path, (start, _) in self.spans.items():
            if path and path[-1] != KEY and self.is_block_map(path) and (*path, KEY) in self.spans:
                width = self.column(start) - self.column(self.key(path)[0])
                if width > 0:  # it is 0 behind `? key`
                    return width
        return 2

    # --- Comments ---

    def comments(self, start: int, stop: int) -> Iterator[Comment]:
        """Yield the comments between two offsets, which are outside values or around them."""
        number = bisect_right(self._scalars, (start, start))
        while start < stop:
            more = number < len(self._scalars)
            begins, ends = self._scalars[number] if more else (stop, stop)
            for found in _COMMENT.finditer(self.content, start, min(begins, stop)):
                is_alone = not self.before(found.start()).strip()
                yield Comment(found.start(), found[0], is_alone)
            start, number = ends, number + 1

    def find(self, character: str, start: int, stop: int) -> int:
        """Return where a character stands between two values, not in a comment; -1 if nowhere."""
        while start < stop:
            at = self.content.find(character, start, stop)
            hash_at = self.content.find("#", start, stop)
            if at < 0 or hash_at < 0 or at < hash_at:
                return at
            start = self.line_end(hash_at)
        return -1
