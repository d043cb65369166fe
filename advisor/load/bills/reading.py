"""Files of bills in, a ledger out: tables of vendors, FOCUS (finops.org, 1.0 to 1.4), plain ones.

A plain table is CSV with a month or a day, who billed, what it cost, and perhaps the model, the
currency and the kind of charge. What a reader would get wrong: rows of `x_RecordKind` or `record`
that are not actual are a plan and are left out; and columns are read as wholes, since only a column
tells which mark is the decimal one.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from advisor.errors import Fault, InputError, did_you_mean
from advisor.load.amounts import ABSENT, Amount, read_amounts
from advisor.load.bills.asked_columns import NOTHING_ASKED, AskedColumns
from advisor.load.bills.layouts import MEANINGS, PLAIN, Rule, TableLayout, layout_of, stated_in
from advisor.load.bills.paid_rows import Ledger, PaidRow
from advisor.load.bills.periods import period
from advisor.load.bills.repeats import counted_once, only_rows
from advisor.load.bills.summaries import summed_up
from advisor.load.table_file import (
    CellTable,
    Columns,
    Problem,
    find_columns,
    plain_name,
    read_table,
    told_once,
    unprintable,
)
from advisor.load.text_file import oddity
from advisor.model.charge import NO_SERVICE

_MODEL = re.compile(r'"x_ModelId"\s*:\s*"([^"]*)"')
_NOT_ACTUAL = {"forecast", "budget"}
_PLANNED = "of a plan, not paid"
_CODE = re.compile(r"_(usd|eur|gbp|chf|jpy|inr|cad|aud|sek|nok|dkk|pln|czk|brl|sgd|krw|cny)$")
_TOO_LITTLE = "say which with --columns month=…,biller=…,cost=…; biller==NAME says it of all rows"


def read_actuals(
    paths: Sequence[Path],
    asked: AskedColumns = NOTHING_ASKED,
    at_hand: Sequence[CellTable] = (),
) -> Ledger:
    """Read files, and every `*.csv` of folders; `at_hand` are tables that need no reading.

    Raises InputError with every row that can't be read, at its line, for rows that tables disagree
    on or that sum another table up, and where rows are left out and none stays.
    """
    faults: list[Fault] = []
    tables: list[CellTable] = [*at_hand]
    for path in _files(paths, faults):
        try:
            tables.append(read_table(path))
        except InputError as error:
            faults += error.faults
    once = counted_once(tables)
    rows: list[PaidRow] = []
    left_out: Counter[str] = Counter()
    for table in once.tables:
        try:
            rows += _rows(table, asked, left_out)
        except InputError as error:
            faults += error.faults
    faults += summed_up(rows)
    if faults:
        raise InputError(faults)
    notes = [
        f"left out {count:,} row{'s' if count > 1 else ''} {why}" for why, count in left_out.items()
    ]
    if left_out and not rows:
        file = ", ".join([*map(str, paths), *(table.file for table in at_hand)])
        raise InputError.of(f"holds nothing that was paid: {'; '.join(notes)}", file=file)
    return Ledger(rows, [*once.notes, *notes])


def tables_at(path: Path) -> list[Path]:
    """Return a file, or what a folder and those below it have of tables, in order."""
    if not path.is_dir():
        return [path]
    return sorted(one for one in path.rglob("*") if one.suffix.lower() == ".csv")


def _files(paths: Sequence[Path], faults: list[Fault]) -> Iterator[Path]:
    """Yield the tables of files and folders, each once however often it is named."""
    seen: set[Path] = set()
    for path in paths:
        found = tables_at(path)
        if path.is_dir():
            odd = {one: oddity(one) for one in found}
            faults += [Fault(str(one), 0, 0, "", f"is {why}") for one, why in odd.items() if why]
            found = [one for one in found if one.is_file()]
            if not found:
                faults.append(Fault(str(path), 0, 0, "--actuals", "has no *.csv file"))
        for one in found:
            if (place := one.resolve()) not in seen:
                seen.add(place)
                yield one


class _Read(NamedTuple):
    """A table with its columns found, and what is wrong with its rows so far."""

    table: CellTable
    columns: Columns
    layout: TableLayout
    problems: list[Problem]

    def cells(self, what: str) -> Sequence[str]:
        return self.columns.cells(self.table, what)

    def wrong(self, row: int, what: str, message: str) -> None:
        place = self.columns.places.get(what, 0)
        self.problems.append(Problem(row, place, "", message))


def _rows(table: CellTable, asked: AskedColumns, left_out: Counter[str]) -> list[PaidRow]:
    """Return the rows of a table; count those that are left out by why."""
    layout = layout_of(table)
    stated = {**stated_in(layout, table), **asked.stated}
    columns = find_columns(table, MEANINGS, stated)
    _need(table, columns)
    table = _kept(table, columns, [*layout.rules, *asked.rules], left_out)
    read = _Read(table, columns, layout, [])
    periods, money, billers = _periods(read), _amounts(read), _billers(read)
    currencies = _currencies(read, money)
    faults = told_once(table, sorted(read.problems))
    if faults:
        raise InputError(faults)
    columns_of_rows = [
        *zip(*periods, strict=True),
        billers,
        _models(read),
        [one.number for one in money],
        currencies,
        [table.file] * len(table.rows),
        table.lines,
        _kinds(read),
        _services(read),
        read.cells("seller"),
    ]
    rows = map(PaidRow._make, zip(*columns_of_rows, strict=True)) if table.rows else ()
    return [row for row in rows if not math.isnan(row.cost)]


def _services(read: _Read) -> Sequence[str]:
    """Return what rows are for; of a table that says it of others, a row that does not says so."""
    cells = read.cells("service")
    return [one or NO_SERVICE for one in cells] if any(cells) else cells


def _models(read: _Read) -> list[str | None]:
    known = lru_cache(maxsize=None)(read.layout.models)
    cells, details = read.cells("model"), read.cells("details")
    return [known(cell) or _model_of(more) for cell, more in zip(cells, details, strict=True)]


def _kinds(read: _Read) -> list[str | None]:
    layout = read.layout
    known = {
        cell: layout.kinds.get(plain_name(cell), layout.other_kind) if cell else None
        for cell in set(read.cells("kind"))
    }
    return [known[cell] for cell in read.cells("kind")]


def _need(table: CellTable, columns: Columns) -> None:
    """Raise InputError with the columns that are missing."""
    missing = [what for what in ("biller", "cost") if not columns.has(what)]
    if not columns.has("month") and not columns.has("day"):
        missing.insert(0, "month or day")
    if missing:
        heads = ", ".join(table.heads) or "nothing"
        message = f"no column for {' and '.join(missing)} among {heads}"
        raise InputError.of(message, file=table.file, hint=_TOO_LITTLE)


def _kept(
    table: CellTable, columns: Columns, rules: Sequence[Rule], left_out: Counter[str]
) -> CellTable:
    """Return the table without plans and without rows that rules leave out."""
    planned = columns.cells(table, "record")
    stay: Sequence[int] = range(len(table.rows))
    if columns.has("record"):
        actual = [n for n in stay if planned[n].lower() not in _NOT_ACTUAL]
        left_out[_PLANNED] += len(stay) - len(actual)
        stay = actual
    for rule in rules:
        place = _place(table, rule)
        found = lru_cache(maxsize=None)(lambda text, rule=rule: _matches(text, rule))
        kept = [n for n in stay if found(table.rows[n][place]) != rule.drops]
        left_out[rule.why] += len(stay) - len(kept)
        stay = kept
    for why in [why for why, count in left_out.items() if not count]:
        del left_out[why]
    return only_rows(table, stay)


def _place(table: CellTable, rule: Rule) -> int:
    heads = [plain_name(head) for head in table.heads]
    if plain_name(rule.column) not in heads:
        message = f"{table.file} has no column {rule.column!r}"
        hint = did_you_mean(rule.column, table.heads)
        raise InputError.of(message, key="--columns", hint=hint)
    return heads.index(plain_name(rule.column))


def _matches(text: str, rule: Rule) -> bool:
    own = text.casefold().strip()
    return any(fnmatchcase(own, value.casefold()) for value in rule.values)


def _periods(read: _Read) -> list[tuple[date, date]]:
    """Return first and last days; of rows that don't say them, nothing, for they are wrong."""
    columns = read.cells("month"), read.cells("day"), read.cells("end")
    texts = list(zip(*columns, strict=True))
    known: dict[tuple[str, str, str], tuple[date, date] | str] = {}
    for one in set(texts):
        try:
            known[one] = period(*one)
        except ValueError as error:
            known[one] = str(error)
    found = [known[one] for one in texts]
    for row, days in enumerate(found):
        if isinstance(days, str):
            read.wrong(row, "month" if columns[0][row] else "day", days)
    return [days for days in found if not isinstance(days, str)]


def _amounts(read: _Read) -> Sequence[Amount]:
    cells, layout = read.cells("cost"), read.layout
    if layout.empty is not None:
        cells = [layout.empty if one.lower() in _NO_AMOUNT else one for one in cells]
    if layout.free is not None:
        place, rule = _place(read.table, layout.free), layout.free
        rows = zip(cells, read.table.rows, strict=True)
        cells = ["0" if _matches(row[place], rule) else cell for cell, row in rows]
    column = read_amounts(cells, read.table.separator, is_typed=layout is PLAIN)
    for row, message in column.wrong:
        read.wrong(row, "cost", message)
    if layout.empty is None:
        told = {row for row, _ in column.wrong}
        for row, (number, _) in enumerate(column.amounts):
            if math.isnan(number) and row not in told:
                read.wrong(row, "cost", f"{cells[row]!r} is not an amount")
    return column.amounts


_NO_AMOUNT = ABSENT | {"included", "free", "nan"}


def _billers(read: _Read) -> Sequence[str]:
    cells = read.cells("biller")
    if not all(cells):
        for row, cell in enumerate(cells):
            if not cell:
                read.wrong(row, "biller", "says nothing of who billed")
    _refuse_commands(read, "biller")
    _refuse_commands(read, "model")
    return cells


def _refuse_commands(read: _Read, what: str) -> None:
    """Note names that must not reach a screen or a log."""
    cells = read.cells(what)
    odd = {cell: said for cell in set(cells) if (said := unprintable(cell))}
    for row, cell in enumerate(cells if odd else ()):
        if cell in odd:
            read.wrong(row, what, odd[cell])


def _currencies(read: _Read, money: Sequence[Amount]) -> list[str | None]:
    """Return the currency of each row: of its column, its amount's sign, or the column's name."""
    place = read.columns.places.get("cost")
    head = _CODE.search(plain_name(read.table.heads[place])) if place is not None else None
    named = head[1].upper() if head else ""
    found: list[str | None] = []
    for row, (cell, (_, signed)) in enumerate(zip(read.cells("currency"), money, strict=True)):
        said = cell.upper() or named
        if signed and said and said != signed:
            read.wrong(row, "cost", f"is {signed}, and its row says {said}")
        found.append(said or signed or None)
    return found


@lru_cache(maxsize=4096)
def _model_of(details: str) -> str | None:
    found = _MODEL.search(details) if details else None
    return found[1] if found else None
