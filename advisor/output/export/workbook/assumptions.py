"""The sheet of assumptions: yellow cells that may be changed, and what follows from them at once.

A month whose figure is that of the month before is a formula for it, so that a change runs on to
the end of the plan or to the next month that differs.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.output.export.workbook.grid import Grid, Value
from advisor.tables.export_workbook import (
    COMMITMENTS,
    HEADCOUNT,
    LEVEL,
    MULTIPLIERS,
    PRICES,
    SEATS,
    SHARE,
    SUCCESS,
    Tries,
    WorkbookInputs,
)
from advisor.units import TOKEN_CLASSES

FloatArray = NDArray[np.float64]
Area = tuple[tuple[int, int], tuple[int, int]]

NAME = "Assumptions"
FIRST = 4
"""The column of the first month, and of figures that have no month."""


class Input(NamedTuple):
    """An area of yellow cells: its group, and the bounds of what may be typed."""

    group: str
    area: Area
    low: float
    high: float | None


class Places:
    """Where on the sheet the figures stand that other sheets use; addresses with the sheet."""

    def __init__(self) -> None:
        """Begin with none."""
        self.inputs: list[Input] = []
        self.level = ""
        self.developers: list[list[str]] = []
        self.people: list[list[str]] = []
        self.all_developers: list[str] = []
        self.all_people: list[str] = []
        self.curves: list[list[str]] = []
        self.multipliers: dict[tuple[int, int], str] = {}
        self.chances: dict[tuple[int, int], str] = {}
        self.tries: dict[tuple[int, int], str] = {}
        self.fees: list[list[str]] = []
        self.allowances: list[list[str]] = []
        self.min_seats: list[list[str]] = []
        self.commitments: dict[str, str] = {}


class Assumptions:
    """Builds the sheet from top to bottom."""

    def __init__(self, inputs: WorkbookInputs, currency: str) -> None:
        """Hold what is shown; nothing is laid out yet."""
        self.inputs, self.currency = inputs, currency
        self.grid, self.places, self.row = Grid(NAME), Places(), 0
        self.used = sorted({option for option, _ in inputs.tries})
        self._active = ""

    def build(self) -> tuple[Grid, Places]:
        """Lay everything out."""
        self.grid.put(0, 0, "Assumptions", "title")
        self.grid.put(
            1, 0, "Change yellow cells: everything follows, or Check and Summary say what doesn't. "
            "A yellow cell that equals the one before it follows it.", "note",
        )  # fmt: skip
        self.row = 3
        self._people()
        self._level()
        self._fill_people()
        self._prices()
        self._multipliers()
        self._success()
        self._seats()
        self._commitments()
        return self.grid, self.places

    # --- Sections ---

    def _section(self, title: str, *, monthly: bool, heads: Sequence[str]) -> None:
        self.row += 1
        self.grid.put(self.row, 0, title, "section")
        self.row += 1
        self.grid.line(self.row, [*heads], "head")
        if monthly:
            for t, month in enumerate(self.inputs.months):
                self.grid.put(self.row, FIRST + t, month.first_day, "head_month")
        self.row += 1

    def _input(
        self, group: str, area: Area, *, low: float = 0.0, high: float | None = None
    ) -> None:
        self.places.inputs.append(Input(group, area, low, high))

    def _chain(self, row: int, values: FloatArray, style: str, first: str | None = None) -> None:
        """Fill a row's months; a month that equals the one before is a formula for it."""
        for t, value in enumerate(values.tolist()):
            formula = first if t == 0 else None
            if t and value == values[t - 1]:
                formula = "=" + self.grid.at(row, FIRST + t - 1).split("!")[1].replace("$", "")
            self.grid.put(row, FIRST + t, value, style, formula)

    def _people(self) -> None:
        """Lay out headcount; shares and people are filled in once the bill has its cells."""
        inputs, last = self.inputs, FIRST + len(self.inputs.months) - 1
        self._section("Headcount", monthly=True, heads=["team", "", "unit"])
        top = self.row
        for g, team in enumerate(inputs.teams):
            self.grid.line(self.row, [team, None, "developers"])
            self._chain(self.row, inputs.developers[g], "people_in")
            self.places.developers.append(self._row_of(self.row))
            self.row += 1
        self._input(HEADCOUNT, ((top, FIRST), (self.row - 1, last)))
        self.places.all_developers = self._sums(top, inputs.developers, "All developers")

    def _row_of(self, row: int) -> list[str]:
        return [self.grid.at(row, FIRST + t) for t in range(len(self.inputs.months))]

    def _sums(self, top: int, values: FloatArray, name: str) -> list[str]:
        """Add a table up by month, in a row below it."""
        self.grid.put(self.row, 0, name, "total_text")
        for t in range(len(self.inputs.months)):
            area = self.grid.area((top, FIRST + t), (self.row - 1, FIRST + t)).split("!")[1]
            total = float(values[:, t].sum())
            self.grid.put(self.row, FIRST + t, total, "total", f"=SUM({area})")
        self.row += 1
        return self._row_of(self.row - 1)

    def _level(self) -> None:
        level = self.inputs.level
        self._section("Level of use", monthly=False, heads=["what", "", "unit", "note", "figure"])
        build = {"bill": self._bill, "published": self._published, "tokens": self._tokens}
        each = build[level.basis]()
        self.grid.line(self.row, ["Level of use against the export", None, "ratio"])
        formula = None
        if level.is_live and level.each > 0:
            formula = f"={each}/{level.each!r}" if level.basis != "tokens" else f"={each}"
        else:
            note = "fixed: what was used does not follow what was paid in a straight line"
            self.grid.put(self.row, 3, note, "note")
        self.places.level = self.grid.put(self.row, FIRST, 1.0, "number", formula)
        self.row += 1

    def _figure(self, name: str, unit: str, value: float, formula: str | None = None) -> str:
        level = self.inputs.level
        style = "money_in" if level.is_live else "cents"
        self.grid.line(self.row, [name, None, unit])
        address = self.grid.put(self.row, FIRST, value, style, formula)
        self.row += 1
        return address.split("!")[1]

    def _bill(self) -> str:
        level, top = self.inputs.level, self.row
        cost = self._figure(f"Invoiced for {level.month}", self.currency, level.cost)
        fees = self._figure("of that, seat fees", self.currency, level.seat_fees)
        active, formula = level.active, None
        if active is None:
            active = level.developers
            if np.isnan(active):
                active = float(self.inputs.developers[:, 0].sum())
                formula = "=" + self.places.all_developers[0].split("!")[1]
        self._active = self._figure("Active developers in that month", "people", active, formula)
        name = "Paid for use per active developer and month"
        made = f"=({cost}-{fees})/{self._active}" if level.is_live else None
        each = self._figure(name, self.currency, level.each, made)
        if level.is_live:
            self._input(LEVEL, ((top, FIRST), (self.row - 1, FIRST)))
        return each

    def _published(self) -> str:
        name = "Published spend per active developer and month"
        each = self._figure(name, self.currency, self.inputs.level.each)
        if self.inputs.level.is_live:
            self._input(LEVEL, ((self.row - 1, FIRST), (self.row - 1, FIRST)))
        return each

    def _tokens(self) -> str:
        each = self._figure("Tokens against those that the file states", "ratio", 1.0)
        self._input(LEVEL, ((self.row - 1, FIRST), (self.row - 1, FIRST)))
        return each

    def _fill_people(self) -> None:
        inputs, last = self.inputs, FIRST + len(self.inputs.months) - 1
        self._section("Active share", monthly=True, heads=["team", "", "unit", "note"])
        top, of_bill = self.row, None
        if inputs.share_of_bill and self._active:
            of_bill = f"={self._active}/{self.places.all_developers[0].split('!')[1]}"
        for g, team in enumerate(inputs.teams):
            self.grid.line(self.row, [team, None, "share"])
            if of_bill:
                note = "the bill's active developers; type a share to let it move with headcount"
                self.grid.put(self.row, 3, note, "note")
            self._chain(self.row, inputs.share[g], "share_in", of_bill)
            self.row += 1
        self._input(SHARE, ((top, FIRST), (self.row - 1, last)), high=1.0)
        self._section("Active people", monthly=True, heads=["team", "", "unit"])
        people_top = self.row
        for g, team in enumerate(inputs.teams):
            self.grid.line(self.row, [team, None, "people"])
            for t in range(len(inputs.months)):
                share = self.grid.at(top + g, FIRST + t)
                formula = f"={self.places.developers[g][t]}*{share}"
                value = float(inputs.developers[g, t] * inputs.share[g, t])
                self.grid.put(self.row, FIRST + t, value, "people", formula)
            self.places.people.append(self._row_of(self.row))
            self.row += 1
        people = inputs.developers * inputs.share
        self.places.all_people = self._sums(people_top, people, "All active people")

    def _prices(self) -> None:
        inputs = self.inputs
        heads = ["option", "token class", "unit", "for"]
        title = "Prices paid, after discounts and fees"
        self._section(title, monthly=True, heads=heads)
        top = self.row
        for curve in inputs.curves:
            names = [inputs.options[curve.option], TOKEN_CLASSES[curve.token_class]]
            self.grid.line(self.row, [*names, f"{self.currency} per Mtok", curve.what])
            self._chain(self.row, curve.by_month, "price_in")
            self.places.curves.append(self._row_of(self.row))
            self.row += 1
        if inputs.curves:
            last = FIRST + len(inputs.months) - 1
            self._input(PRICES, ((top, FIRST), (self.row - 1, last)))

    def _by_class(
        self,
        classes: Sequence[int],
        value: Callable[[int], float],
        label: Callable[[int], list[Value]],
        *,
        style: str,
        unlocked: bool,
    ) -> dict[int, str]:
        """Fill one figure a class, downwards; a class that equals the one above follows it."""
        found: dict[int, str] = {}
        before: float | None = None
        for k in classes:
            self.grid.line(self.row, [*label(k)])
            formula = None
            if unlocked and value(k) == before:
                formula = "=" + self.grid.at(self.row - 1, FIRST).split("!")[1].replace("$", "")
            shown = f"{style}_in" if unlocked else style
            found[k] = self.grid.put(self.row, FIRST, value(k), shown, formula)
            before = value(k)
            self.row += 1
        return found

    def _classes(self, option: int) -> list[int]:
        return [k for k in range(len(self.inputs.classes)) if (option, k) in self.inputs.tries]

    def _multipliers(self) -> None:
        inputs = self.inputs
        heads = ["option", "work", "unit", "note", "figure"]
        self._section("Tokens against the reference", monthly=False, heads=heads)
        for option in self.used:
            given, top = bool(inputs.is_given[option]), self.row
            note = "follows from the level of use" if given else None
            name = inputs.options[option]
            found = self._by_class(
                self._classes(option),
                lambda k, o=option: float(inputs.multipliers[o, k]),  # type: ignore[misc]
                lambda k, n=name, m=note: [n, inputs.classes[k], "×", m],  # type: ignore[misc]
                style="number",
                unlocked=not given,
            )
            self.places.multipliers |= {(option, k): at for k, at in found.items()}
            if not given:
                self._input(MULTIPLIERS, ((top, FIRST), (self.row - 1, FIRST)))

    def _success(self) -> None:
        inputs = self.inputs
        everything = range(len(inputs.classes))
        heads = ["option", "work", "unit", "note", "figure"]
        self._section("Success of the reference's first try", monthly=False, heads=heads)
        top = self.row
        reference = self._by_class(
            everything, lambda k: float(inputs.success[k]),
            lambda k: [None, inputs.classes[k], "share"], style="share", unlocked=True,
        )  # fmt: skip
        self._input(SUCCESS, ((top, FIRST), (self.row - 1, FIRST)), high=1.0)
        self._section("Success against the reference", monthly=False, heads=heads)
        quality: dict[tuple[int, int], str] = {}
        for option in self.used:
            top, name = self.row, inputs.options[option]
            found = self._by_class(
                self._classes(option),
                lambda k, o=option: float(inputs.quality[o, k]),  # type: ignore[misc]
                lambda k, n=name: [n, inputs.classes[k], "×"],  # type: ignore[misc]
                style="number",
                unlocked=option != inputs.reference,
            )
            quality |= {(option, k): at for k, at in found.items()}
            if option != inputs.reference:
                self._input(SUCCESS, ((top, FIRST), (self.row - 1, FIRST)))
        self._tries(reference, quality)

    def _tries(self, reference: dict[int, str], quality: dict[tuple[int, int], str]) -> None:
        inputs = self.inputs
        heads = ["option", "work", "unit", "note", "figure", "succeeds"]
        self._section("Mean attempts for a task", monthly=False, heads=heads)
        for (option, k), parts in sorted(inputs.tries.items()):
            row = self.row
            note = _share_words(parts, inputs.options)
            self.grid.line(row, [inputs.options[option], inputs.classes[k], "attempts", note])
            chance = min(1.0, float(inputs.success[k] * inputs.quality[option, k]))
            formula = f"=MIN(1,{reference[k]}*{quality[option, k]})"
            self.places.chances[option, k] = self.grid.put(row, FIRST + 1, chance, "share", formula)
            self.row += 1
        for n, ((option, k), parts) in enumerate(sorted(inputs.tries.items())):
            row = self.row - len(inputs.tries) + n
            made = [self._attempts(part, k) for part in parts]
            live = "=" + "+".join(made) if inputs.live_tries else None
            value = float(inputs.tried[option, k])
            self.places.tries[option, k] = self.grid.put(row, FIRST, value, "number", live)

    def _attempts(self, part: Tries, k: int) -> str:
        """Write how many mean attempts of the option one share of the work brings."""
        if part.after is None:
            return repr(part.share)
        inputs, first = self.inputs, self.places.chances[part.after, k].split("!")[1]
        dearer = f"MIN({inputs.cost_ratio!r}*(1-{first}),1)"
        return f"{part.share!r}*{float(inputs.detection[k])!r}*{dearer}"

    def _seats(self) -> None:
        if not self.inputs.subscriptions:
            return
        heads = ["plan", "what", "unit"]
        self._section("Seats", monthly=True, heads=heads)
        top, last = self.row, FIRST + len(self.inputs.months) - 1
        for subscription in self.inputs.subscriptions:
            terms = (
                ("fee", f"{self.currency} a seat", subscription.fee, self.places.fees),
                (
                    "includes",
                    f"{self.currency} a seat",
                    subscription.allowance,
                    self.places.allowances,
                ),
                ("at least", "seats", subscription.min_seats, self.places.min_seats),
            )
            for name, unit, values, places in terms:
                self.grid.line(self.row, [subscription.name, name, unit])
                self._chain(self.row, values, "money_in")
                places.append(self._row_of(self.row))
                self.row += 1
        self._input(SEATS, ((top, FIRST), (self.row - 1, last)))

    def _commitments(self) -> None:
        if not self.inputs.commitments:
            return
        heads = ["invoice issuer", "", "unit", "note", "figure"]
        self._section("Commitments for the plan's months", monthly=False, heads=heads)
        top = self.row
        for biller, promised in self.inputs.commitments.items():
            self.grid.line(self.row, [biller, None, self.currency])
            self.places.commitments[biller] = self.grid.put(self.row, FIRST, promised, "money_in")
            self.row += 1
        self._input(COMMITMENTS, ((top, FIRST), (self.row - 1, FIRST)))


def _share_words(parts: Sequence[Tries], options: Sequence[str]) -> str:
    said = [
        f"{part.share:.0%} of the work"
        + ("" if part.after is None else f", where {options[part.after]} is seen to fail")
        for part in parts
    ]
    return "; ".join(said)
