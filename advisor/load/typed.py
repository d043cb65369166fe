"""What people type at a question or after a flag: amounts, invoices, head counts, months.

More forms than a file has, for nobody looks up how to answer a question: `19,400`, `$19,400`,
`19 400`, `anthropic 8,400, github 475 for 25 seats`, `63, 80 from 2027-02`. What may be read in two
ways is not: `8.400` is a ValueError that says how to write either.
"""

import calendar
import re
from typing import NamedTuple

from advisor.load.scalars import Scalar, read_marked, read_scalar
from advisor.model.written_units import of_count, of_money
from advisor.units import Month

_GROUPED = re.compile(r"\$?\d{1,3}(?:([,'\u00a0\u202f ])\d{3})(?:\1\d{3})*(?:\.\d{1,2})?")
_PARTS = re.compile(r"\s*(?:;|\+|\band\b|,(?!\d{3}(?!\d)))\s*")
_AMOUNT = r"\$?\d[\d.,_'\u00a0\u202f]*(?: \d{3})*[kMG]?"
_BILL = re.compile(
    rf"(?:(?P<first>{_AMOUNT})\s+(?:to\s+)?(?P<after>[A-Za-z][\w-]*)"
    rf"|(?P<before>[A-Za-z][\w-]*)\s*[=: ]\s*(?P<last>{_AMOUNT}))"
    r"(?:\s*\(?\s*(?:for\s+)?(?P<seats>\d+)\s*seats?\)?)?",
)
_FROM = re.compile(r"(?P<people>\S+)\s+(?:from|in)\s+(?P<month>\S+)")
_MONTHS = {
    name.casefold(): number
    for names in (calendar.month_name, calendar.month_abbr)
    for number, name in enumerate(names)
    if name
}


class TypedBill(NamedTuple):
    """One invoice as it was typed: who sent it, how much, for how many seats if that was said."""

    vendor: str
    cost: float
    seats: int | None


def read_amount(text: str) -> Scalar:
    """Read a number as files do, or with marks between thousands; else the text as it is.

    Raises ValueError where its point may stand for thousands, or files would refuse it.
    """
    plain = text.strip()
    if _GROUPED.fullmatch(plain):
        plain = re.sub(r"[,' \u00a0\u202f]", "", plain)
    value = read_scalar(plain)
    of_money(value)
    return value


def read_number(text: str) -> float:
    """Read an amount. Raises ValueError for anything else."""
    value = read_amount(text)
    if isinstance(value, str | bool) or value is None:
        raise ValueError(f"{text.strip()!r} is not a number")
    if value < 0:
        raise ValueError(f"{text.strip()}: must be at least 0")
    return float(value)


def read_bills(text: str) -> list[TypedBill]:
    """Read invoices, in either order of vendor and amount. Raises ValueError for anything else."""
    return [_bill(part) for part in _PARTS.split(text.strip()) if part]


def _bill(text: str) -> TypedBill:
    match = _BILL.fullmatch(text)
    if match is None:
        raise ValueError(
            f"{text!r}: write VENDOR and COST, such as anthropic 8400, or github 475 for 25 seats"
        )
    vendor = match["before"] or match["after"]
    cost = read_number(match["first"] or match["last"])
    if not cost:
        raise ValueError(f"{text!r}: an invoice of nothing says nothing")
    return TypedBill(vendor.lower(), cost, int(match["seats"]) if match["seats"] else None)


def read_people(text: str) -> tuple[float, list[tuple[Month, float]]]:
    """Read a head count and who joins when: `63`, or `63, 80 from 2027-02`.

    Raises ValueError for anything else.
    """
    now, *later = _PARTS.split(text.strip())
    joins = []
    for part in later:
        match = _FROM.fullmatch(part)
        if match is None:
            raise ValueError(f"{part!r}: write who joins as `63, 80 from 2027-02`")
        joins.append((Month.parse(match["month"]), _people(match["people"])))
    if joins != sorted(joins, key=lambda one: one[0]):
        raise ValueError("write the months in their order")
    return _people(now), joins


def _people(text: str) -> float:
    of_count(read_marked(text))
    return read_number(text)


def read_month_of_year(text: str) -> int:
    """Read a month of the calendar: 2, Feb or February. Raises ValueError for anything else."""
    name = text.strip().casefold()
    number = int(name) if name.isdecimal() else _MONTHS.get(name, 0)
    if not 1 <= number <= 12:
        raise ValueError(f"{text!r} is no month: write 1 to 12, or its name")
    return number
