"""Amounts in a column: `8400`, `8,400.50`, `8.400,50`, `$0.30`, `12,5 EUR`, `(12.50)` as back.

Whether a comma or a point is the decimal mark is judged by the whole column: a cell with both, with
one of them twice, or with other than three digits after it says so for all. What a reader would get
wrong: without any such cell the separator decides: where semicolons stand between cells a comma is
the decimal mark; and a round `8.200` there is then refused, for it may be thousands.
"""

import math
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

_PLAIN = re.compile(r"\d{1,15}(?:\.\d{1,15})?")
_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR"}
_CURRENCY = re.compile(r"(?:US|us)\$|[$€£¥₹]|\b[A-Za-z]{3}\b")
_GROUPS = re.compile(r"(?<=\d)(?:[^\S\r\n]|['’_])(?=\d{3}(?!\d))|(?<!\d)[\s'’]|\s(?!\d)")
"""What stands between groups of three digits, and blanks that are not between digits."""
_DIGITS = re.compile(r"[\d.,]+")
_POWER = re.compile(r"(?P<digits>[\d.,]+)[eE](?P<power>[+-]?\d{1,2})")
_SIMPLE_COLUMN = re.compile(r"(?:-?[0-9]{1,15}+(?:\.[0-9]++)?+\n)*+")
_MAYBE = re.compile(r"-?[1-9]\d{0,2}\.\d{3}")
_TWO_WAYS = "{!r} may be thousands or thousandths: write it without the point"
ABSENT = {"", "-", "–", "—", "n/a", "#n/a", "null", "none"}
"""What people write, in small letters, where there is no amount."""
LARGEST = 1e12
"""No amount is larger: a trillion is a slip."""


class Amount(NamedTuple):
    """A number, and the currency that stands beside it; empty where none does."""

    number: float
    currency: str = ""


class AmountColumn(NamedTuple):
    """Amounts by row, NaN where the cell is empty; what is wrong, by row."""

    amounts: Sequence[Amount]
    wrong: Sequence[tuple[int, str]]


def read_amounts(cells: Sequence[str], separator: str, *, is_typed: bool = False) -> AmountColumn:
    """Read a column of amounts.

    `is_typed`: a person may have typed it, so that `8.400` alone may be thousands in any table.
    """
    quick = _quickly(cells, separator, is_typed=is_typed)
    if quick is not None:
        return quick
    bare = [_bare(cell) for cell in cells]
    proved = {mark for digits, *_ in bare for mark in _proof(digits)}
    amounts: list[Amount] = []
    wrong: list[tuple[int, str]] = []
    for row, (cell, (digits, power, currency, sign)) in enumerate(zip(cells, bare, strict=True)):
        try:
            number = _number(cell, digits, power, proved, separator)
            if is_typed and not proved and _MAYBE.fullmatch(digits):
                raise ValueError(_TWO_WAYS.format(cell))
        except ValueError as error:
            wrong.append((row, str(error)))
            number = math.nan
        amounts.append(Amount(sign * number, currency))
    return AmountColumn(amounts, wrong)


def _quickly(cells: Sequence[str], separator: str, *, is_typed: bool) -> AmountColumn | None:
    """Read a column as programs write it: digits, and a point that can be nothing else."""
    together = "\n".join([*cells, ""])
    if together.count("\n") != len(cells) or not _SIMPLE_COLUMN.fullmatch(together):
        return None
    if is_typed or separator == ";":
        pointed = [cell for cell in cells if "." in cell]
        if pointed and all(map(_MAYBE.fullmatch, pointed)):
            return None
    numbers = list(map(float, cells))
    if numbers and max(*numbers, -min(numbers)) > LARGEST:
        return None
    return AmountColumn(list(map(Amount, numbers)), [])


def _bare(cell: str) -> tuple[str, int, str, int]:
    """Split a cell into digits with their marks, a power of ten, a currency and a sign."""
    if _PLAIN.fullmatch(cell):
        return cell, 0, "", 1
    currencies = {_SIGNS.get(one[-1], one.upper()) for one in _CURRENCY.findall(cell)}
    text = _GROUPS.sub("", _CURRENCY.sub("", cell)).replace("\u2212", "-")
    bracketed = text.startswith(("(", "-(")) and text.endswith(")")
    sign = -1 if bracketed or text.startswith("-") else 1
    digits = text.lstrip("+-").removeprefix("(").removesuffix(")").lstrip("+-")
    scientific = _POWER.fullmatch(digits)
    power = int(scientific["power"]) if scientific else 0
    if scientific:
        digits = scientific["digits"]
    return ("" if len(currencies) > 1 else digits), power, "".join(currencies), sign


def _proof(digits: str) -> Iterable[str]:
    """Say which mark is the decimal one, where the digits alone show it."""
    marks = [one for one in digits if one in ".,"]
    if not marks:
        return ()
    last = marks[-1]
    other = "," if last == "." else "."
    if len(set(marks)) == 2:
        return (last,)
    if len(marks) > 1:
        return (other,)
    whole, _, part = digits.partition(last)
    return (last,) if len(part) != 3 or len(whole) > 3 or whole in {"", "0"} else ()


def _number(cell: str, digits: str, power: int, proved: set[str], separator: str) -> float:
    """Read digits. Raises ValueError with what is wrong with them."""
    if cell.lower() in ABSENT:
        return math.nan
    if not _DIGITS.fullmatch(digits) or not any(one.isdecimal() for one in digits):
        raise ValueError(f"{cell!r} is not an amount")
    if len(proved) > 1 and any(mark in digits for mark in ".,"):
        raise ValueError(
            f"{cell!r}: some cells of the column have a decimal comma and some a decimal point"
        )
    usual = "," if separator == ";" else "."
    mark = next(iter(proved)) if proved else usual
    if not proved and mark == "," and "." in digits:
        raise ValueError(_TWO_WAYS.format(cell))
    other = "," if mark == "." else "."
    whole, _, part = digits.partition(mark)
    groups = whole.split(other)
    if other in part or mark in part or not _grouped(groups):
        raise ValueError(f"{cell!r} is not an amount")
    amount = float(Decimal(f"{''.join(groups) or 0}.{part or 0}e{power}"))
    if amount > LARGEST:
        raise ValueError(f"{cell!r} is larger than any amount")
    return amount


def _grouped(groups: Sequence[str]) -> bool:
    """Tell whether digits before the mark are one number, in groups of three or not at all."""
    return len(groups) == 1 or (
        1 <= len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])
    )
