"""What exports have in common: records of JSON, JSON lines or CSV, and the making of their rows.

A reader of an export says by which keys its records are known (`MARKS`) and what a record means. A
bucket of time is known again by its borders and everything that it is grouped by, so that exports
that overlap are counted once.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from advisor.load.usage.found import FoundCalls
from advisor.load.usage.reader import FileReader
from advisor.load.usage.rows import NAN, CallRow, FilePart
from advisor.load.usage.values import dollars, identity, instant, parsed, whole

Record = dict[str, Any]
_LONGEST_CELL = 1 << 24
WIDTHS = ((60, "1m"), (3_600, "1h"), (86_400, "1d"))
"""Seconds of a bucket and what its rows are called."""


class ExportTokens(NamedTuple):
    """Disjoint counts of one record."""

    input: int = 0
    cache_write: int = 0
    cache_write_1h: int = 0
    cache_read: int = 0
    output: int = 0
    reasoning: int = 0


def inclusive(
    prompt: int, read: int = 0, write: int = 0, hour: int = 0, output: int = 0, reasoning: int = 0
) -> ExportTokens:
    """Take apart a prompt that holds what was read from and written to a cache."""
    read = min(prompt, read)
    write = min(prompt - read, write)
    hour = min(prompt - read - write, hour)
    return ExportTokens(prompt - read - write - hour, write, hour, read, output, reasoning)


def width(begin: int, end: int) -> str:
    """Name the width of a bucket by its borders in microseconds; a day where that is unclear."""
    seconds = (end - begin) // 1_000_000
    return next((name for most, name in WIDTHS if 0 < seconds <= most), "1d")


def records(data: bytes) -> Iterator[Record]:
    """Yield the records of a file: JSON as a whole, JSON lines, or CSV with a head.

    Raises ValueError where it is none of these.
    """
    body = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    if body[:1] not in {b"{", b"["}:
        yield from _table(body)
        return
    try:
        whole_document = parsed(body)
    except ValueError:
        lines = body.splitlines()
        found = [record for record in map(_line, lines) if record is not None]
        if not found:
            raise
        yield from found
        return
    if isinstance(whole_document, dict):
        yield whole_document
    else:
        yield from (one for one in whole_document if isinstance(one, dict))


def _line(line: bytes) -> Record | None:
    try:
        record = parsed(line) if line.strip() else None
    except ValueError:
        return None
    return record if isinstance(record, dict) else None


def _table(body: bytes) -> Iterator[Record]:
    said = body.decode("utf-8", "replace")
    first = said.partition("\n")[0]
    mark = max(",;\t", key=first.count)
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.DictReader(io.StringIO(said), delimiter=mark)
    if len(reader.fieldnames or ()) < 2:
        raise ValueError("is no table")
    for row in reader:
        yield {name.strip(): cell for name, cell in row.items() if name and cell is not None}


def number(value: Any) -> int:
    """Read a count, written as a number or as text with or without groups."""
    if isinstance(value, str):
        try:
            return whole(float(value.replace(",", "").replace("_", "") or 0))
        except ValueError:
            return 0
    return whole(value)


def money(value: Any) -> float:
    """Read an amount, written as a number or as text; NaN where there is none."""
    if isinstance(value, bool) or value is None or value == "":
        return NAN
    try:
        return dollars(float(str(value).replace(",", "").replace("$", "")))
    except ValueError:
        return NAN


def listed_in(record: Record, name: str = "data") -> Iterator[Record]:
    """Yield the objects of a page, or the object itself where it is no page."""
    inner = record.get(name)
    if isinstance(inner, list):
        yield from (one for one in inner if isinstance(one, dict))
    else:
        yield record


class ExportReader(FileReader):
    """Reads one exported file as a whole; subclasses say what a record is."""

    SOURCE = ""

    def document(self, data: bytes) -> None:
        """Read every record."""
        try:
            for record in records(data):
                self.record(record)
        except (ValueError, csv.Error):
            self.count("unreadable_files")

    def record(self, record: Record) -> None:
        """Take one record."""
        raise NotImplementedError

    def bucket(
        self,
        of: FilePart,
        moment: Any,
        tokens: ExportTokens,
        *,
        named: Sequence[object] = (),
        session: str = "",
        calls: int = 0,
        cost: float = NAN,
        flags: int = 0,
    ) -> None:
        """Add a row unless it says nothing; `named` is what else tells it from others."""
        if not any(tokens) and not calls and cost != cost:  # noqa: PLR0124
            self.count("empty_records")
            return
        began = instant(moment)
        if not began:
            self.count("records_without_time")
            return
        key = identity(self.SOURCE, began, *of, session, *named)
        context = sum(tokens[:4]) if of.granularity == "call" else 0
        self.rows.add(
            CallRow(
                of, session, began, key, 0, flags, calls, *tokens[:6], context, cost,
            )
        )  # fmt: skip


def form(path: str) -> str:
    """Tell how a file is read: as a document."""
    return (
        "document" if path.lower().endswith((".json", ".jsonl", ".ndjson", ".csv", ".tsv")) else ""
    )


def settle(found: FoundCalls) -> None:
    """Count a record once that several files hold."""
    found.drop_copies("copies_in_other_exports")


def has_marks(record: Mapping[str, Any], marks: Sequence[frozenset[str]]) -> int:
    """Return how many keys a record is known by; 0 where it isn't."""
    return max((len(one) for one in marks if one <= record.keys()), default=0)
