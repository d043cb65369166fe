"""The sheet of rows: quantity × unit price = cost, each a formula down to the assumptions.

What a reader would get wrong: names are for people. Formulas that add up go by numbers (of month,
team, issuer, charge, record), since a name such as `>5` would be a condition and not a name.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.output.export.workbook.assumptions import Places
from advisor.output.export.workbook.grid import Cell, Formats, Grid, Sheet, write_cell
from advisor.tables.export import (
    BUDGET,
    CHECK,
    COLUMNS,
    COMMITMENT,
    FORECAST,
    OVERAGE,
    SEAT,
    USAGE,
)
from advisor.tables.export_workbook import BY_PEOPLE, EVERYBODY, FIXED, Workbook
from advisor.units import Month

FloatArray = NDArray[np.float64]

NAME = "Detail"
HELPERS = (
    "team no.", "issuer no.", "charge no.", "record no.", "option no.", "moves with",
    "quantity of one and try", "tokens ×", "attempts", "at plan rates",
)  # fmt: skip
MONTH, QUANTITY, PRICE, COST = 0, 10, 12, 13
TEAM_NO, ISSUER_NO, CHARGE_NO, RECORD_NO, OPTION_NO = 18, 19, 20, 21, 22
MOVES_WITH, OF_ONE, TIMES, ATTEMPTS, AT_RATES = 23, 24, 25, 26, 27
CHARGES = (USAGE, SEAT, OVERAGE, COMMITMENT, CHECK)
FORECAST_NO, BUDGET_NO, ACTUAL_NO = 1, 2, 3
MOST_ROWS = 250_000
"""A sheet of Excel has 1,048,576; with more formulas than these it takes minutes to open."""


class Areas:
    """Addresses of the columns, down to the last row, or to the last that no commitment is in."""

    def __init__(self, size: int, before_commitments: int) -> None:
        """Hold how long the columns are."""
        self._grid, self._size, self._before = Grid(NAME), size, before_commitments

    def whole(self, column: int) -> str:
        """Return a column's address."""
        return self._grid.area((1, column), (max(1, self._size), column))

    def before(self, column: int) -> str:
        """Return the address of the rows above the first commitment: no formula adds itself up."""
        return self._grid.area((1, column), (max(1, self._before), column))


class Facts(NamedTuple):
    """The rows as numbers, for the values of formulas that add them up. All (N,).

    `issuers` are the names behind the issuer's number, from 1.
    """

    month: NDArray[np.intp]
    team: NDArray[np.intp]
    issuer: NDArray[np.intp]
    charge: NDArray[np.intp]
    record: NDArray[np.intp]
    option: NDArray[np.intp]
    cost: FloatArray
    at_rates: FloatArray
    issuers: tuple[str, ...]
    areas: Areas


def facts_of(book: Workbook) -> Facts:
    """Give the names in the rows numbers."""
    detail, keys = book.detail, book.detail.keys
    billers = detail.text("billed_by")
    issuers = tuple(dict.fromkeys(name for name in billers.names if name is not None))
    numbers = np.array([issuers.index(n) + 1 if n is not None else 0 for n in billers.names])
    records = np.zeros(detail.size, dtype=np.intp)
    records[detail.where("record", FORECAST)] = FORECAST_NO
    records[detail.where("record", BUDGET)] = BUDGET_NO
    records[records == 0] = ACTUAL_NO
    charge = detail.text("charge")
    charges = np.array([CHARGES.index(n) + 1 if n is not None else 0 for n in charge.names])
    at_rates = np.zeros(detail.size)
    for n, rate in enumerate(book.inputs.rates.tolist()):
        if rate >= 0:
            price = book.inputs.curves[rate].by_month[keys["month"][n]]
            at_rates[n] = detail.numbers("quantity")[n] * price
    is_owed = charges[charge.codes] == CHARGES.index(COMMITMENT) + 1
    before = int(is_owed.argmax()) if is_owed.any() else detail.size
    return Facts(
        month=keys["month"].astype(np.intp),
        team=keys["team"].astype(np.intp) + 1,
        issuer=numbers[billers.codes],
        charge=charges[charge.codes],
        record=records,
        option=keys["candidate"].astype(np.intp) + 1,
        cost=detail.numbers("cost"),
        at_rates=at_rates,
        issuers=issuers,
        areas=Areas(detail.size, before),
    )


class SeatCells(NamedTuple):
    """Where the sheet of seats has what rows need: by option, month and team.

    `beyond` is by option, group and month; see `PlanSubscription`.
    """

    seats: dict[tuple[int, int], str]
    heads: dict[tuple[int, int], str]
    parts: dict[int, str]
    beyond: dict[tuple[int, int, int], str]
    team_parts: dict[tuple[int, int], str]
    owed: dict[str, str]
    team_costs: list[str]


class RowsSheet:
    """Writes the rows, one after the other."""

    def __init__(self, book: Workbook, facts: Facts, places: Places, seats: SeatCells) -> None:
        """Hold what the formulas refer to."""
        self.detail, self.inputs, self.facts = book.detail, book.inputs, facts
        self.places, self.seats = places, seats
        inputs = self.inputs
        self.people = inputs.developers * inputs.share

    def write(self, sheet: Sheet, formats: Formats) -> None:
        """Write the heading and every row."""
        for column, name in enumerate((*COLUMNS, *HELPERS)):
            sheet.write_string(0, column, name, formats["head"])
        named = [
            name for name in COLUMNS if name not in {"month", "quantity", "unit_price", "cost"}
        ]
        texts = {name: self.detail.text(name) for name in named}
        months = [Month.parse(name or "").first_day for name in self.detail.text("month").names]
        places = {name: COLUMNS.index(name) for name in named}
        for n in range(self.detail.size):
            cells: dict[int, Cell] = {
                MONTH: Cell(months[self.detail.text("month").codes[n]], "month", None)
            }
            for name, coded in texts.items():
                text = coded.names[coded.codes[n]]
                if text is not None:
                    cells[places[name]] = Cell(text, "", None)
            cells |= self._numbers(n)
            for column_number in sorted(cells):
                write_cell(sheet, n + 1, column_number, cells[column_number], formats)

    def _numbers(self, n: int) -> dict[int, Cell]:
        facts = self.facts
        numbers = (facts.team, facts.issuer, facts.charge, facts.record, facts.option)
        cells = {TEAM_NO + i: Cell(int(one[n]), "", None) for i, one in enumerate(numbers)}
        if facts.record[n] != FORECAST_NO:
            return cells | self._plain(n)
        charge = CHARGES[int(facts.charge[n]) - 1]
        make = {USAGE: self._use, SEAT: self._seat, OVERAGE: self._overage,
                COMMITMENT: self._owed, CHECK: self._check}[charge]  # fmt: skip
        return cells | make(n)

    def _key(self, name: str, n: int) -> int:
        return int(self.detail.keys[name][n])

    def _figure(self, name: str, n: int) -> float:
        return float(self.detail.numbers(name)[n])

    def _plain(self, n: int) -> dict[int, Cell]:
        return {
            QUANTITY: Cell(self._figure("quantity", n), "number", None),
            PRICE: Cell(self._figure("unit_price", n), "price", None),
            COST: Cell(self._figure("cost", n), "cents", None),
        }

    def _product(self, n: int, quantity: str | None, price: str | None) -> dict[int, Cell]:
        cost = f"=K{n + 2}*M{n + 2}"
        return {
            QUANTITY: Cell(self._figure("quantity", n), "number", quantity),
            PRICE: Cell(self._figure("unit_price", n), "price", price),
            COST: Cell(self._figure("cost", n), "cents", cost),
        }

    def _moves(self, g: int, k: int, t: int) -> tuple[str | None, float]:
        """Return what a class's tasks move with: the formula for it, and its value."""
        own, people = self.places.people[g][t], self.places.all_people[t]
        value, total = float(self.people[g, t]), float(self.people[:, t].sum())
        if self.inputs.moves[k] == FIXED or value == 0:
            return None, 1.0
        if self.inputs.moves[k] == BY_PEOPLE:
            return f"={own}", value
        return f"={own}/{people}", value / total

    def _driven(self, n: int, factors: dict[int, tuple[str, float]]) -> dict[int, Cell]:
        """Return the cells of what a quantity moves with, times what is left of it."""
        g, k, t = (self._key(name, n) for name in ("team", "task_class", "month"))
        formula, value = self._moves(g, k, t)
        rest = self._figure("quantity", n) / value
        cells = {MOVES_WITH: Cell(value, "number", formula)}
        for column, (address, factor) in factors.items():
            rest /= factor
            cells[column] = Cell(factor, "number", f"={address}")
        return cells | {OF_ONE: Cell(rest, "number", None)}

    def _use(self, n: int) -> dict[int, Cell]:
        o, k, t = (self._key(name, n) for name in ("candidate", "task_class", "month"))
        row, inputs = n + 2, self.inputs
        factors = {
            TIMES: (self.places.multipliers[o, k], float(inputs.multipliers[o, k])),
            ATTEMPTS: (self.places.tries[o, k], float(inputs.tried[o, k])),
        }
        cells = self._driven(n, factors)
        quantity = f"=X{row}*Y{row}*Z{row}*AA{row}*{self.places.level}"
        price = self.places.curves[int(inputs.rates[n])][t]
        if not any(o in subscription.options for subscription in inputs.subscriptions):
            return cells | self._product(n, quantity, f"={price}")
        at_rates = Cell(float(self.facts.at_rates[n]), "cents", f"=K{row}*{price}")
        return cells | self._product(n, quantity, None) | {AT_RATES: at_rates}

    def _check(self, n: int) -> dict[int, Cell]:
        row = n + 2
        return self._driven(n, {}) | self._product(n, f"=X{row}*Y{row}", None)

    def _seat(self, n: int) -> dict[int, Cell]:
        o, g, t = (self._key(name, n) for name in ("candidate", "team", "month"))
        number, one = next(
            (i, one) for i, one in enumerate(self.inputs.subscriptions) if o in one.options
        )
        price = f"={self.places.fees[number][t]}"
        if not one.seats_follow or not one.heads[:, t].sum():
            return self._product(n, None, price)
        own = (self.places.developers if one.counts_all else self.places.people)[g][t]
        whole, heads = self.seats.seats[number, t], self.seats.heads[number, t]
        return self._product(n, f"={whole}*{self.seats.parts[o]}*{own}/{heads}", price)

    def _overage(self, n: int) -> dict[int, Cell]:
        o, g, t = (self._key(name, n) for name in ("candidate", "team", "month"))
        beyond, part = self.seats.beyond, self.seats.team_parts.get((o, g))
        if (o, EVERYBODY, t) in beyond:
            return self._product(n, f"={beyond[o, EVERYBODY, t]}*{part}", None)
        own = beyond.get((o, g, t))
        return self._product(n, own and f"={own}", None)

    def _owed(self, n: int) -> dict[int, Cell]:
        biller = self.facts.issuers[int(self.facts.issuer[n]) - 1]
        part = self.seats.team_costs[self._key("team", n)]
        return self._product(n, f"={self.seats.owed[biller]}*{part}", None)
