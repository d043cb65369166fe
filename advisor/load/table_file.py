"""A table as spreadsheets and exports write it: text in, named columns out, faults at their place.

Cells stand between commas, semicolons or tabs; the first line names the columns, which are known by
what they are usually called or by what `--columns` says. What a reader would get wrong: whether a
comma or a point is the decimal mark is judged by a whole column, never by one cell; and equal
faults are told once, with how many more rows have them.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from advisor.errors import Fault, InputError, did_you_mean
from advisor.load.text_file import near_names
from advisor.safe_text import first_steering

MAX_BYTES = 256 * 1024 * 1024
SEPARATORS = (",", ";", "\t")
_WORDS = {",": "a comma", ";": "a semicolon", "\t": "a tab"}
_SAID = re.compile(r"sep=(.)\r?\n")
"""A first line that Excel reads, and others show: which separator follows."""
_COMMAND = re.compile(r"(?:^|\s)::|##\[")
"""What a line of a CI's log would begin a command with."""
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_LINES = re.compile(r"\r\n|\r|\n")


class CellTable(NamedTuple):
    """Cells by row, stripped, as many as `heads`; `lines` says where each row begins."""

    file: str
    separator: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    lines: Sequence[int]
    text: str


class Problem(NamedTuple):
    """What is wrong with one cell of a table, by the numbers of its row and column."""

    row: int
    place: int
    key: str
    message: str
    hint: str = ""


def read_table(path: Path) -> CellTable:
    """Read a file. Raises InputError for what is no table, and for rows longer than the heads."""
    file = str(path)
    return as_table(_text(path, file), file)


def as_table(text: str, file: str) -> CellTable:
    """Read a table from its text. Raises InputError as `read_table` does."""
    said = _SAID.match(text)
    body, skipped = (text[said.end() :], 1) if said else (text, 0)
    body = body.replace("\u00a0", " ")
    separator = said[1] if said else _separator(body.partition("\n")[0])
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=separator, strict=True)
    rows: list[list[str]] = []
    lines: list[int] = []
    begins = 1
    try:
        for row in reader:
            cells = list(map(str.strip, row))
            if any(cells):
                rows.append(cells)
                lines.append(begins + skipped)
            begins = reader.line_num + 1
    except csv.Error as error:
        raise InputError([Fault(file, begins + skipped, 1, "", f"is not CSV: {error}")]) from None
    heads = list(rows[0]) if rows else []
    while heads and not heads[-1]:
        heads.pop()
    table = CellTable(file, separator, heads, rows[1:], lines[1:], text)
    faults = told_once(table, _too_long(table))
    if faults:
        raise InputError(faults)
    width = len(heads)
    return table._replace(
        rows=[
            row if len(row) == width else [*row[:width], *[""] * (width - len(row))]
            for row in table.rows
        ]
    )


def _text(path: Path, file: str) -> str:
    """Read text: UTF-8, or UTF-16 as spreadsheets save it, with its mark."""
    try:
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
        if len(raw) > MAX_BYTES:
            raise InputError.of(f"is larger than {MAX_BYTES // 1024**2} MiB", file=file)
        wide = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
        text = raw.decode("utf-16" if wide else "utf-8-sig")
    except FileNotFoundError:
        raise InputError.of("there is no such file", file=file, hint=near_names(path)) from None
    except UnicodeDecodeError:
        hint = "save it as CSV in UTF-8"
        raise InputError.of("is not UTF-8 text", file=file, hint=hint) from None
    except OSError as error:
        raise InputError.of(f"cannot be read: {error.strerror}", file=file) from None
    if "\0" in text:
        raise InputError.of("is not a text file: a NUL byte", file=file)
    return text


def _separator(first: str) -> str:
    """Return what separates most cells of the first line, outside quotes."""
    bare = re.sub(r'"[^"]*"', "", first)
    return max(SEPARATORS, key=bare.count)


def _too_long(table: CellTable) -> Iterator[Problem]:
    width = len(table.heads)
    hint = f"between cells stands {_WORDS.get(table.separator, table.separator)}"
    if table.separator == ",":
        hint += "; a number with a comma needs quotes, or separate cells by semicolons"
    for number, row in enumerate(table.rows):
        if len(row) > width and any(row[width:]):
            message = f"has more cells than the first line names ({width})"
            yield Problem(number, width, "", message, hint)


def told_once(table: CellTable, problems: Iterable[Problem]) -> list[Fault]:
    """Tell equal problems once, at the first place, with how many more rows have them."""
    first: dict[tuple[str, str], Problem] = {}
    more: Counter[tuple[str, str]] = Counter()
    for problem in problems:
        kind = problem.key, _QUOTED.sub("", problem.message)
        more[kind] += kind in first
        first.setdefault(kind, problem)
    written = _LINES.split(table.text) if first else []
    return [
        Fault(
            table.file,
            table.lines[one.row],
            _column(written[table.lines[one.row] - 1], table.separator, one.place),
            one.key,
            one.message + _and_more(more[kind]),
            one.hint,
        )
        for kind, one in first.items()
    ]


def _column(line: str, separator: str, place: int) -> int:
    """Return where a cell begins; the first column where the row goes on in other lines."""
    quoted = False
    for at, character in enumerate(line):
        if place == 0:
            return at + 1
        quoted ^= character == '"'
        place -= character == separator and not quoted
    return 1 if quoted else len(line) + 1


def _and_more(number: int) -> str:
    if not number:
        return ""
    return f" (and {number:,} more rows)" if number > 1 else " (and 1 more row)"


# --- columns by what they mean


class Meaning(NamedTuple):
    """What a column may be called. Of `names` there is one; `weaker` ones count without any."""

    names: tuple[str, ...]
    weaker: tuple[str, ...] = ()


class Columns(NamedTuple):
    """Where each meaning stands: a column by number, or a constant that `--columns` states."""

    places: Mapping[str, int]
    constants: Mapping[str, str]

    def cells(self, table: CellTable, what: str) -> Sequence[str]:
        """Return a meaning's cells, row by row; empty texts where it has no column."""
        if what in self.places:
            place = self.places[what]
            return [row[place] for row in table.rows]
        return [self.constants.get(what, "")] * len(table.rows)

    def has(self, what: str) -> bool:
        """Tell whether a meaning has a column or a constant."""
        return what in self.places or what in self.constants


def find_columns(
    table: CellTable, meanings: Mapping[str, Meaning], stated: Mapping[str, str]
) -> Columns:
    """Find the columns. `stated` names a column by its meaning, or a constant after `=`.

    Raises InputError for names that are not there, and for two columns of one meaning.
    """
    faults: list[Fault] = []
    places: dict[str, int] = {}
    constants: dict[str, str] = {}
    heads = [plain_name(head) for head in table.heads]
    for what in stated:
        if what not in meanings:
            message = f"{what!r} is not one of {', '.join(meanings)}"
            faults.append(Fault("", 0, 0, "--columns", message, did_you_mean(what, meanings)))
    taken = {plain_name(text) for text in stated.values() if not text.startswith("=")}
    for what, meaning in meanings.items():
        text = stated.get(what)
        if text is not None and text.startswith("="):
            constants[what] = text[1:].strip()
            continue
        usual = [[one for one in tier if one not in taken] for tier in meaning]
        names = [[plain_name(text)]] if text is not None else usual
        found = next((own for tier in names if (own := _standing(heads, tier))), [])
        if len(found) > 1:
            faults.append(_twice(table, what, found))
        elif found:
            places[what] = found[0]
        elif text is not None:
            message = f"{table.file} has no column {text!r}"
            hint = did_you_mean(text, table.heads)
            faults.append(Fault("", 0, 0, "--columns", message, hint))
    if faults:
        raise InputError(faults)
    return Columns(places, constants)


def _standing(heads: Sequence[str], names: Sequence[str]) -> list[int]:
    return [place for place, head in enumerate(heads) if head in names]


def _twice(table: CellTable, what: str, found: Sequence[int]) -> Fault:
    named = " and ".join(repr(table.heads[place]) for place in found)
    hint = f"say which with --columns {what}=COLUMN"
    return Fault(table.file, 1, 1, what, f"{named} may both be it", hint)


def plain_name(name: str) -> str:
    """Return a column's name without case, blanks, dashes and brackets: `Cost (USD)`, cost_usd."""
    return re.sub(r"[\W_]+", "_", name.casefold()).strip("_")


def said_columns(text: str | None, example: str) -> dict[str, str]:
    """Read `--columns`: MEANING=COLUMN, or MEANING==CONSTANT, between commas."""
    found: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in (text or "").split(","))):
        what, equals, name = part.partition("=")
        if not equals or not what.strip() or not name.strip(" ="):
            raise InputError.of(f"{part!r}: write it as {example}", key="--columns")
        if what.strip() in found:
            raise InputError.of(f"{what.strip()!r} stands there twice", key="--columns")
        found[what.strip()] = name.strip()
    return found


# --- texts


def unprintable(text: str) -> str:
    """Say what of a text must not reach a screen or a log; empty where nothing does."""
    bad = first_steering(text)
    if bad:
        return f"holds the control character U+{ord(bad):04X}"
    return "holds a command of a CI's log" if _COMMAND.search(text) else ""
