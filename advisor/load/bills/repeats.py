"""The same rows in several tables: snapshots of a month, or a table that was saved twice.

Rows that are equal in every cell are counted once. What a reader would get wrong: a row that
another table has with another amount is refused, for a day that was exported while it ran stands
lower there, and nobody can say which is right; within one table equal rows all count.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from advisor.errors import Fault, InputError
from advisor.load.table_file import CellTable, plain_name

_NUMBERS = re.compile(
    r"amount|cost|price|rate|quantity|quota|total|tokens|input|output|cache|requests|count|credits"
)
_NAMES = re.compile(r"cent(er|re)|_id$|name|account|per_|unit|currency|category|type|sku|project")
_HINT = "give the newest table alone; rows that are both right stand in one table"
_MOST_TOLD = 10
_BOTH_RIGHT = 0.1
"""So large a share of a table's rows may be in another with other amounts, and both be right."""

Row = Sequence[str]


class RowPlace(NamedTuple):
    """A row of a table, by number."""

    table: CellTable
    number: int

    @property
    def row(self) -> Row:
        """Its cells."""
        return self.table.rows[self.number]

    @property
    def line(self) -> int:
        """Its line in the file."""
        return self.table.lines[self.number]


class TablesOnce(NamedTuple):
    """Tables without what earlier ones have, and what there is to tell of it."""

    tables: Sequence[CellTable]
    notes: Sequence[str]


def counted_once(tables: Sequence[CellTable]) -> TablesOnce:
    """Leave out rows that an earlier table has. Raises InputError for those that disagree."""
    alike: dict[tuple[str, ...], list[int]] = {}
    for number, table in enumerate(tables):
        alike.setdefault(tuple(map(plain_name, table.heads)), []).append(number)
    kept = list(tables)
    notes: list[str] = []
    faults: list[Fault] = []
    for heads, numbers in alike.items():
        if len(numbers) > 1:
            own, dropped = _without_repeats([tables[n] for n in numbers])
            faults += _disagreeing(heads, own, dropped)
            for number, table in zip(numbers, own, strict=True):
                kept[number] = table
            notes += _told(dropped)
    if faults:
        raise InputError(faults)
    return TablesOnce(kept, notes)


def _without_repeats(tables: Sequence[CellTable]) -> tuple[list[CellTable], Mapping[str, int]]:
    """Return tables without rows of earlier ones, and how many rows each of them lost."""
    seen: Counter[tuple[str, ...]] = Counter()
    kept: list[CellTable] = []
    dropped: dict[str, int] = {}
    for table in tables:
        own: Counter[tuple[str, ...]] = Counter()
        stay = []
        for number, row in enumerate(map(tuple, table.rows)):
            own[row] += 1
            if own[row] > seen[row]:
                stay.append(number)
        seen |= own
        lost = len(table.rows) - len(stay)
        if lost:
            dropped[table.file] = lost
        kept.append(only_rows(table, stay))
    return kept, dropped


def only_rows(table: CellTable, rows: Sequence[int]) -> CellTable:
    """Return a table with some of its rows, by number."""
    if len(rows) == len(table.rows):
        return table
    return table._replace(rows=[table.rows[n] for n in rows], lines=[table.lines[n] for n in rows])


def _told(dropped: Mapping[str, int]) -> Iterator[str]:
    if dropped:
        rows, names = sum(dropped.values()), list(dropped)
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        yield (
            f"{rows:,} row{'s' if rows > 1 else ''} of several tables counted once: "
            f"{', '.join(names[:3])}{more} repeat{'s' if len(names) == 1 else ''} others"
        )


def _disagreeing(
    heads: Sequence[str], tables: Sequence[CellTable], dropped: Mapping[str, int]
) -> list[Fault]:
    """Find rows that another table has with other numbers of the same sign.

    Two parts of one export may have a few such rows that are both right; tables that share more
    than that are the same twice.
    """
    told = [n for n, head in enumerate(heads) if _NAMES.search(head) or not _NUMBERS.search(head)]
    money = [n for n in range(len(heads)) if n not in told]
    where: dict[tuple[str, ...], list[RowPlace]] = {}
    for table in tables:
        keys = [tuple(row[n] for n in told) for row in table.rows]
        often = Counter(keys)
        for number, key in enumerate(keys):
            if often[key] == 1:
                where.setdefault(key, []).append(RowPlace(table, number))
    pairs = [
        pair
        for places in where.values()
        for pair in pairwise(places)
        if not _is_money_back(pair[0].row, pair[1].row, money)
    ]
    shared = Counter(dropped)
    shared.update(second.table.file for _, second in pairs)
    size = {table.file: len(table.rows) + dropped.get(table.file, 0) for table in tables}
    found = [
        Fault(
            file=second.table.file,
            line=second.line,
            column=1,
            key="",
            message=f"is {first.table.file}:{first.line} {_how(first.row, second.row, money)}",
            hint=_HINT,
        )
        for first, second in pairs
        if shared[second.table.file]
        > _BOTH_RIGHT * min(size[first.table.file], size[second.table.file])
    ]
    more = len(found) - _MOST_TOLD
    if more > 0:
        last = found[_MOST_TOLD]
        found[_MOST_TOLD:] = [Fault(last.file, last.line, 1, "", f"and {more:,} more such rows")]
    return found


def _how(first: Row, second: Row, money: Sequence[int]) -> str:
    """Say how two rows differ: in their amounts, or in how these are written."""
    same = all(first[n].replace(",", ".") == second[n].replace(",", ".") for n in money)
    return "written otherwise" if same else "with other amounts"


def _is_money_back(first: Row, second: Row, money: Sequence[int]) -> bool:
    return any(
        first[n].lstrip().startswith(("-", "(")) != second[n].lstrip().startswith(("-", "("))
        for n in money
    )
