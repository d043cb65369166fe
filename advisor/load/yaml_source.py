"""YAML read safely, every value with its line and column; the only importer of `yaml`.

`read_yaml` and `parse_yaml` give a `Document`; `validate` checks it against a pydantic model. The
tree is built from the parser's events: PyYAML's own constructors would read `no` as false, keep the
last of two equal keys, follow aliases that blow up on the first copy, and forget where things
stood. What a reader would get wrong: keys are always text (`400`, `2027-01`), and a document with
any fault is never returned, so after the first fault the tree only has to be walked, not be right.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from advisor.errors import Fault, InputError
from advisor.load.document import KEY, Document, Mark, Where, written_path
from advisor.load.hints import COMMA_HINT
from advisor.load.scalars import read_marked
from advisor.load.text_file import MAX_BYTES, content_of, decoded, mark_of_end
from advisor.load.validation import validate
from advisor.safe_text import on_one_line

__all__ = ["KEY", "MAX_BYTES", "Document", "parse_yaml", "read_yaml", "spans", "validate"]

Event: TypeAlias = Any  # the kinds of event differ in what they carry
Plain: TypeAlias = Any  # dict, list, str, int, Decimal, bool or None

MAX_DEPTH = 40
MAX_VALUES = 200_000
MAX_FAULTS = 1_000

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml is some 15 times as fast
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SYNTAX_HINTS = {
    "mapping values are not": "a key is followed by `: `; text that holds `: ` goes in quotes",
    "could not find expected ':'": "a key is followed by a colon and a space",
    "tab character": "indent with spaces, not with tabs",
    "block sequence entries are not": "begin a list on a line of its own",
    "expected ',' or ']'": "close the list with ]",
    "expected ',' or '}'": "close the mapping with }",
    "unexpected end of stream": "the closing quote is missing",
    "unknown escape": "in double quotes, \\ is written \\\\; single quotes keep it as it is",
}


def read_yaml(path: Path, *, shown_as: str | None = None) -> Document:
    """Read one file. `shown_as` is its name in faults; default: the path as given.

    Raises InputError with every fault found: a file that cannot be read is one fault without a
    line; broken syntax ends the reading, all else is gathered.
    """
    file = on_one_line(shown_as or str(path))
    return parse_yaml(content_of(path, file), file)


def parse_yaml(text: str | bytes, file: str) -> Document:
    """Read YAML that is already at hand; `file` is its name in faults. Raises as `read_yaml`."""
    content = decoded(text, file)
    try:
        data = _sound_document(_LOADER(content).get_event)
    except (_DoubtError, yaml.YAMLError):
        builder = _marked(content, file)
        return Document(file, builder.tree, builder.marks)
    return Document(file, data, _LateMarks(content, file))


def spans(content: str) -> dict[Where, tuple[int, int]]:
    """Return from which to which offset each value, and each key, of a sound document is written.

    `content` is what `decoded` makes of a text that `parse_yaml` has taken; paths are as in the
    marks, parents before children. Block collections end with their last value, block scalars
    behind the blank lines below them; a value that is not written is empty.
    """
    found: dict[Where, tuple[int, int]] = {}
    next_event = _LOADER(content).get_event

    def measured(event: Event, path: Where) -> int:
        start: int = event.start_mark.index
        end: int = event.end_mark.index
        found[path] = (start, end)
        if type(event) not in {MappingStartEvent, SequenceStartEvent}:
            return end
        count = 0
        while type(inner := next_event()) not in {MappingEndEvent, SequenceEndEvent}:
            here, count = (*path, count), count + 1
            if type(event) is MappingStartEvent:
                here = (*path, inner.value)
                found[(*here, KEY)] = (inner.start_mark.index, inner.end_mark.index)
                inner = next_event()
            end = measured(inner, here)
        end = inner.end_mark.index if event.flow_style else end
        found[path] = (start, end)
        return end

    next_event()  # the start of the stream
    next_event()  # the start of the document
    measured(next_event(), ())
    return found


def _marked(content: str, file: str) -> _Builder:
    """Build the tree with its marks. Raises InputError with every fault."""
    builder = _Builder(file, yaml.parse(content, Loader=_LOADER))
    try:
        builder.tree = builder.document()
    except yaml.YAMLError as error:
        raise InputError([*builder.faults, _syntax_fault(error, content, file)]) from None
    if builder.faults:
        raise InputError(builder.faults)
    return builder


class _LateMarks(Mapping[Where, Mark]):
    """Marks that are gathered when somebody asks: a file without faults is seldom asked."""

    def __init__(self, content: str, file: str) -> None:
        self._content, self._file = content, file

    @cached_property
    def _marks(self) -> Mapping[Where, Mark]:
        return _marked(self._content, self._file).marks

    def __getitem__(self, path: Where) -> Mark:
        return self._marks[path]

    def __iter__(self) -> Iterator[Where]:
        return iter(self._marks)

    def __len__(self) -> int:
        return len(self._marks)


_DOUBTFUL_KEYS = frozenset({"", "<<", KEY})


class _DoubtError(Exception):
    """Something that may be a fault: the file is read again, with every mark."""


def _sound_document(next_event: Callable[[], Event]) -> Plain:
    """Return the tree of a document that is beyond doubt, in half the time that marks take."""
    reader = _SoundReader(next_event)
    reader.next_event()  # the start of the stream
    _sure(type(reader.next_event()) is DocumentStartEvent)
    first = reader.next_event()
    _sure(type(first) is not ScalarEvent)
    tree = reader.node(first, 0)
    reader.next_event()  # the end of the document
    _sure(type(reader.next_event()) is not DocumentStartEvent)
    return tree


def _sure(is_sound: bool) -> None:
    if not is_sound:
        raise _DoubtError


class _SoundReader:
    """Builds the tree alone, and doubts whatever `_Builder` has words for."""

    def __init__(self, next_event: Callable[[], Event]) -> None:
        self.next_event = next_event
        self.values = 0

    def node(self, event: Event, depth: int) -> Plain:
        """Return the value that begins with an event."""
        self.values += 1
        kind = type(event)
        if (
            self.values > MAX_VALUES
            or kind is AliasEvent
            or event.anchor is not None
            or event.tag is not None
        ):
            raise _DoubtError
        if kind is ScalarEvent:
            return _sound_scalar(event)
        _sure(depth < MAX_DEPTH)
        return self.mapping(depth + 1) if kind is MappingStartEvent else self.sequence(depth + 1)

    def sequence(self, depth: int) -> list[Plain]:
        """Return the list whose start was just read."""
        items = []
        while type(event := self.next_event()) is not SequenceEndEvent:
            items.append(self.node(event, depth))
        return items

    def mapping(self, depth: int) -> dict[str, Plain]:
        """Return the mapping whose start was just read."""
        entries: dict[str, Plain] = {}
        while type(event := self.next_event()) is not MappingEndEvent:
            if type(event) is not ScalarEvent or event.anchor is not None or event.tag is not None:
                raise _DoubtError
            key = event.value
            if key in entries or key in _DOUBTFUL_KEYS:
                raise _DoubtError
            entries[key] = self.node(self.next_event(), depth)
        return entries


def _sound_scalar(event: Event) -> Plain:
    if not event.implicit[0]:
        return event.value
    try:
        return read_marked(event.value)
    except ValueError:
        raise _DoubtError from None


def _syntax_fault(error: yaml.YAMLError, content: str, file: str) -> Fault:
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return _unprintable_fault(content, file)
    problem = error.problem or ""
    line, column = error.problem_mark.line + 1, error.problem_mark.column + 1
    rest = "\n".join(content.split("\n")[line - 1 :])[column - 1 :]
    message = f"is not valid YAML: {problem}"
    if error.context_mark is not None:
        begun = error.context_mark.line + 1, error.context_mark.column + 1
        if begun != (line, column):
            message += f", {error.context} from line {begun[0]}, column {begun[1]}"
        # The end of the file says nothing; where the quote or the bracket was opened does.
        if not rest.strip() or "could not find" in problem:
            line, column = begun
    hints = (hint for part, hint in _SYNTAX_HINTS.items() if part in problem)
    hint = next(hints, "") or _hint_for_start(problem, rest[:1])
    return Fault(file, line, column, "", message, hint)


def _hint_for_start(problem: str, character: str) -> str:
    if "cannot start any token" in problem and character == "\t":
        return "indent with spaces, not with tabs"
    if "cannot start any token" in problem:
        return f"put text that begins with {character} in quotes"
    if character and character in "]}":
        return f"this {character} closes nothing"
    return "the keys of one mapping begin in the same column" if "expected key" in problem else ""


def _unprintable_fault(content: str, file: str) -> Fault:
    found = _UNPRINTABLE.search(content)
    before, code = (content[: found.start()], ord(found[0])) if found else ("", 0)
    line, column = mark_of_end(before)
    return Fault(file, line, column, "", f"holds the control character U+{code:04X}")


def _mark(event: Event) -> Mark:
    mark = event.start_mark
    return mark.line + 1, mark.column + 1


class _Builder:
    """The plain tree of one document, its marks and its faults, from the parser's events."""

    def __init__(self, file: str, events: Iterator[Event]) -> None:
        self.file = file
        self.next_event = events.__next__
        self.tree: Plain = None
        self.marks: dict[Where, Mark] = {}
        self.faults: list[Fault] = []
        self.anchors: set[str] = set()
        self.values = 0

    def document(self) -> Plain:
        """Return the tree of the only document. After a fault it is no longer of use."""
        self.next_event()  # the start of the stream
        if type(event := self.next_event()) is StreamEndEvent:
            self.stop(event, (), "the file is empty")
        first = self.next_event()
        if type(first) is ScalarEvent and not first.value and first.implicit[0]:
            self.report(first, (), "the file is empty")
        data = self.node(first, (), 0)
        self.next_event()  # the end of the document
        if type(event := self.next_event()) is DocumentStartEvent:
            self.stop(event, (), "a second document begins: a file holds one")
        return data

    def node(self, event: Event, path: Where, depth: int) -> Plain:
        """Return the value that begins with an event, inside so many lists and mappings."""
        self.marks[path] = _mark(event)
        self.values += 1
        if self.values > MAX_VALUES:
            self.stop(event, path, f"the file holds more than {MAX_VALUES:,} values")
        kind = type(event)
        if event.anchor is not None or (kind is not AliasEvent and event.tag is not None):
            self.refuse_decoration(event, path)
        if kind is ScalarEvent:
            return self.scalar(event, path)
        if kind is AliasEvent:
            return None
        if depth == MAX_DEPTH:
            self.stop(event, path[:1], f"lists and mappings nest at most {MAX_DEPTH} deep")
        if kind is MappingStartEvent:
            return self.mapping(path, depth + 1)
        return self.sequence(path, depth + 1)

    def scalar(self, event: Event, path: Where) -> Plain:
        """Return text as it is if it was quoted, else what it stands for."""
        if not event.implicit[0]:
            return event.value
        try:
            return read_marked(event.value)
        except ValueError as error:
            self.report(event, path, str(error), "if it is a name, put it in quotes")

    def sequence(self, path: Where, depth: int) -> list[Plain]:
        """Return the list whose start was just read."""
        items: list[Plain] = []
        while type(event := self.next_event()) is not SequenceEndEvent:
            items.append(self.node(event, (*path, len(items)), depth))
        return items

    def mapping(self, path: Where, depth: int) -> dict[str, Plain]:
        """Return the mapping whose start was just read."""
        entries: dict[str, Plain] = {}
        while type(event := self.next_event()) is not MappingEndEvent:
            if type(event) is not ScalarEvent:
                self.skip_entry(event, path, depth)
                continue
            key = event.value
            here = (*path, key)
            if key in entries:
                self.report_second(event, here, entries[key])
            else:
                self.marks[(*here, KEY)] = _mark(event)
            if event.anchor is not None or event.tag is not None:
                self.refuse_decoration(event, here)
            if key in {"<<", ""} and event.implicit[0]:
                merge = "merge keys (<<) are not supported: write the keys out"
                self.report(event, path, merge if key else "a key is missing before the colon")
            entries[key] = self.node(self.next_event(), here, depth)
        return entries

    def skip_entry(self, event: Event, path: Where, depth: int) -> None:
        """Walk over an entry whose key is no plain word, for the faults inside it."""
        if type(event) is not AliasEvent:
            hint = "put text that begins with { or [ in quotes"
            self.report(event, path, "a key is text, not a list or a mapping", hint)
        self.node(event, (*path, "?"), depth)
        self.node(self.next_event(), (*path, "?"), depth)

    def report_second(self, event: Event, path: Where, earlier: object) -> None:
        """Report a key that its mapping already has; the first stays the one to compare with."""
        first = self.marks[(*path, KEY)][0]
        hint = COMMA_HINT if earlier is None and event.value.isdecimal() else ""
        self.report(event, path, f"the same key is given at line {first}", hint)

    def refuse_decoration(self, event: Event, path: Where) -> None:
        """Report an alias, an anchor or a tag."""
        if type(event) is AliasEvent:
            message = f"aliases (*{event.anchor}) are not supported: write the value out"
            is_text = event.anchor not in self.anchors
            hint = "put text that begins with * in quotes" if is_text else ""
            self.report(event, path, message, hint)
            return
        if event.anchor is not None:
            self.anchors.add(event.anchor)
            is_text = type(event) is ScalarEvent
            hint = "put text that begins with & in quotes" if is_text else ""
            self.report(event, path, f"anchors (&{event.anchor}) are not supported", hint)
        if event.tag is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self.report(event, path, f"tags ({tag}) are not supported")

    def report(self, event: Event, path: Where, message: str, hint: str = "") -> None:
        """Note one fault; a file that is all faults is given up."""
        line, column = _mark(event)
        self.faults.append(Fault(self.file, line, column, written_path(path), message, hint))
        if len(self.faults) >= MAX_FAULTS:
            raise InputError(self.faults)

    def stop(self, event: Event, path: Where, message: str) -> NoReturn:
        """Give up with this fault and those noted so far."""
        self.report(event, path, message)
        raise InputError(self.faults)
