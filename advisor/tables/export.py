"""The plan row by row, and its likely ranges, as finished tables.

Rows of `Detail` are expected figures, so that any of them may be added up; percentiles do not add
up and stand in `Ranges` alone. What a reader would get wrong: rows of different `record` (budget,
forecast, actual) or of different options are never one sum.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.units import Month

FloatArray = NDArray[np.float64]
Codes = NDArray[np.int32]

SCHEMA = "advisor.detail/1"
"""Names and order of the columns and what they mean; a change of any of them changes the number."""
RANGES_SCHEMA = "advisor.ranges/1"

BUDGET, FORECAST, ACTUAL = "budget", "forecast", "actual"
USAGE, SEAT, OVERAGE, COMMITMENT, CHECK = "usage", "seat", "overage", "commitment", "check"
TOKEN_UNIT, SEAT_UNIT, CHECK_UNIT = "Mtok", "seat-month", "check"

COLUMNS = (
    "month", "cost_center", "team", "billed_by", "maker", "model", "tool", "task_class", "charge",
    "token_class", "quantity", "unit", "unit_price", "cost", "currency", "record", "price_from",
    "source",
)  # fmt: skip
NUMBERS = ("quantity", "unit_price", "cost")
OPTION = "option"
"""The column that stands last where a table holds several ways of working, and not otherwise."""


class Coded(NamedTuple):
    """A column of text: which of the names stands in each row. None is "does not apply"."""

    codes: Codes
    names: tuple[str | None, ...]


class About(NamedTuple):
    """What a table is about. `acts_on` says in words which way of working, and why that one."""

    workload: str
    file: str
    acts_on: str
    options: tuple[str, ...]
    currency: str
    start: Month
    months: int
    as_of: date

    @property
    def sentence(self) -> str:
        """The first line of an answer: file, way, months, currency, day of the prices."""
        end = self.start + (self.months - 1)
        return (
            f"{self.workload} ({self.file}) · {self.acts_on} · {self.start} to {end} · "
            f"{self.currency} · prices of {self.as_of}"
        )


class Detail(NamedTuple):
    """Columns by name, in order; all have one value a row. NaN in a number is "does not apply".

    `discounts` is what each biller takes off its list prices, where the rows are priced below them.
    `keys` are the places on the axes that rows come from (month, team, task_class, token_class, and
    candidate for the option that does the work), -1 where one does not apply.
    """

    about: About
    columns: Mapping[str, Coded | FloatArray]
    discounts: Mapping[str, float]
    keys: Mapping[str, Codes]

    @property
    def size(self) -> int:
        """How many rows there are."""
        return len(self.numbers("cost"))

    def numbers(self, name: str) -> FloatArray:
        """Return a column of numbers."""
        column = self.columns[name]
        assert not isinstance(column, Coded)
        return column

    def text(self, name: str) -> Coded:
        """Return a column of text."""
        column = self.columns[name]
        assert isinstance(column, Coded)
        return column

    def where(self, name: str, value: str) -> NDArray[np.bool_]:
        """Tell which rows have a value in a column of text."""
        column = self.text(name)
        wanted = np.array([one == value for one in column.names], dtype=bool)
        return np.asarray(wanted[column.codes])

    def total(self, record: str = FORECAST) -> float:
        """Add up the cost of one record."""
        return float(self.numbers("cost")[self.where("record", record)].sum())


class RangeLine(NamedTuple):
    """Likely spend of one part: `scope` is year, quarter, month, team or biller, `name` which."""

    option: str
    scope: str
    name: str
    expected: float
    p10: float
    p50: float
    p90: float


class Ranges(NamedTuple):
    """The likely ranges of a plan. Eight of ten years fall between P10 and P90 of a line."""

    about: About
    draws: int
    seed: int
    lines: Sequence[RangeLine]
