"""Columns as the text of their cells, for files of many rows: a piece of the rows at a time.

Numbers have twelve significant digits and no exponent: what arithmetic leaves in the last digits
of a double differs from machine to machine, and a file must not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from advisor.tables.export import Coded

FloatArray = NDArray[np.float64]
Column = Coded | FloatArray

DIGITS = 12
_ROWS = 65_536
"""Rows of a piece: some ten megabytes of text."""


def pieces(size: int, rows: int = _ROWS) -> Iterator[slice]:
    """Cut so many rows into pieces."""
    for begin in range(0, size, rows):
        yield slice(begin, min(begin + rows, size))


def plain(number: float) -> str:
    """Write a number without exponent; nothing where there is none."""
    text = f"{number:.{DIGITS}g}"
    if "e" in text:
        return format(Decimal(text).normalize(), "f")
    if text == "nan":
        return ""
    return "0" if text == "-0" else text


Writer = Callable[[Sequence[float]], list[str]]
"""Writes numbers, many at a time."""


def numbers(figures: Sequence[float]) -> list[str]:
    """Write many numbers as `plain` writes one. One call formats all, which is what makes it quick.

    Only an exponent, a figure that is none, or a minus before nothing has a letter or begins with
    `-0`; those few are written one by one.
    """
    together = (f"%.{DIGITS}g\n" * len(figures)) % tuple(figures)
    written = together.split("\n")[:-1]
    if "e" in together or "n" in together or "-0\n" in together:
        return [plain(figures[n]) if _is_odd(one) else one for n, one in enumerate(written)]
    return written


def _is_odd(text: str) -> bool:
    return "e" in text or "n" in text or text == "-0"


def pointed(figures: Sequence[float]) -> list[str]:
    """Write numbers that always have a decimal point, so that readers take none for an integer."""
    return [one if "." in one or not one else f"{one}.0" for one in numbers(figures)]


class CellText:
    """Text of the cells of a column, piece by piece.

    `quoted` turns a name into a cell, once for each name; `written` does numbers.
    """

    def __init__(
        self, column: Column, quoted: Callable[[str | None], str], written: Writer
    ) -> None:
        """Write every name once."""
        self._column, self._written = column, written
        names = column.names if isinstance(column, Coded) else ()
        self._names = np.array([quoted(name) for name in names], dtype=object)

    def of(self, rows: slice) -> list[str]:
        """Return the cells of some rows."""
        if isinstance(self._column, Coded):
            cells: list[str] = self._names[self._column.codes[rows]].tolist()
            return cells
        return _numbers(self._column[rows], self._written)


def _numbers(column: FloatArray, written: Writer) -> list[str]:
    """Write numbers; a column with few different ones, such as prices, is written by them."""
    different, where = _few(column)
    if different is None:
        return written(column.tolist())
    names = np.array(written(different.tolist()), dtype=object)
    cells: list[str] = names[where].tolist()
    return cells


def _few(column: FloatArray) -> tuple[FloatArray | None, NDArray[np.intp]]:
    """Return the different numbers and which one stands in each row, if a look says few."""
    nothing = np.zeros(0, dtype=np.intp)
    look = column[:: max(1, len(column) // 1_000)]
    if len(np.unique(look)) * 4 > len(look):
        return None, nothing
    different, where = np.unique(column, return_inverse=True)
    return different, where


def lines_of(cells: Sequence[CellText], rows: slice, *, delimiter: str, end: str) -> str:
    """Join the cells of some rows to lines."""
    columns = [one.of(rows) for one in cells]
    return end.join(map(delimiter.join, zip(*columns, strict=True))) + end
