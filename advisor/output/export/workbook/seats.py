"""The sheet of seats: how many, what lies beyond them, and what is owed to commitments.

Use differs between people: what one of them uses is lognormal, and the part of it above what a seat
includes is `M·Φ(d₁) - A·Φ(d₁ - σ)`, as in the economics. A pooled allowance is one sum for all.
"""

from __future__ import annotations

import math

import numpy as np

from advisor.output.export.workbook.assumptions import FIRST, Places
from advisor.output.export.workbook.grid import Grid
from advisor.output.export.workbook.rows import (
    AT_RATES,
    CHARGE_NO,
    CHARGES,
    COST,
    FORECAST_NO,
    ISSUER_NO,
    MONTH,
    OPTION_NO,
    RECORD_NO,
    TEAM_NO,
    Facts,
    SeatCells,
)
from advisor.tables.export import COMMITMENT, OVERAGE, USAGE
from advisor.tables.export_workbook import PlanSubscription, Workbook

NAME = "Seats"


class SeatsSheet:
    """Builds the sheet; its addresses go into the rows."""

    def __init__(self, book: Workbook, facts: Facts, places: Places) -> None:
        """Hold what the formulas refer to."""
        self.book, self.facts, self.places = book, facts, places
        self.inputs, self.grid, self.row, self.heading = book.inputs, Grid(NAME), 0, 0
        self.cells = SeatCells({}, {}, {}, {}, {}, [])
        self.months = range(len(self.inputs.months))

    def build(self) -> tuple[Grid, SeatCells]:
        """Lay everything out."""
        self.grid.put(0, 0, "Seats, what lies beyond them, and commitments", "title")
        self.row = 2
        for number, subscription in enumerate(self.inputs.subscriptions):
            self._subscription(number, subscription)
        self._commitments()
        return self.grid, self.cells

    def _head(self, title: str, *, monthly: bool) -> None:
        self.grid.put(self.row, 0, title, "section")
        self.row += 1
        self.grid.line(self.row, ["what", "of"], "head")
        self.heading = self.row
        for t, month in enumerate(self.inputs.months if monthly else ()):
            self.grid.put(self.row, FIRST + t, month.first_day, "head_month")
        self.row += 1

    def _monthly(
        self, name: str, of: str | None, values: list[float], formulas: list[str | None],
        style: str = "cents",
    ) -> list[str]:  # fmt: skip
        """Write a row by month; return its addresses on this sheet."""
        self.grid.line(self.row, [name, of])
        for t in self.months:
            self.grid.put(self.row, FIRST + t, values[t], style, formulas[t])
        self.row += 1
        at = [self.grid.at(self.row - 1, FIRST + t) for t in self.months]
        return [one.split("!")[1] for one in at]

    def _by_month(self, column: np.ndarray, keep: np.ndarray) -> list[float]:
        return [float(column[keep & (self.facts.month == t)].sum()) for t in self.months]

    # --- One plan ---

    def _subscription(self, number: int, subscription: PlanSubscription) -> None:
        facts, inputs = self.facts, self.inputs
        self._head(f"Plan {subscription.name}", monthly=True)
        seats = self._seats(number, subscription)
        for t in self.months:
            self.cells.seats[number, t] = self.grid.name + "!" + seats[t]
        used, use = self._use(subscription)
        whole = self._monthly(
            "use at the plan's rates", "all", use,
            ["=" + "+".join(one[t] for one in used.values()) for t in self.months],
        )  # fmt: skip
        self._parts(subscription, used, whole)
        beyond = self._beyond(number, subscription, whole, use, seats)
        for place, option in enumerate(subscription.options):
            paid = self._by_month(
                facts.cost, (facts.option == option + 1) & (facts.charge == _number(OVERAGE))
            )
            factor = [float(f) * subscription.kept[place] for f in subscription.factor]
            formulas: list[str | None] = [
                f"=IF({whole[t]}>0,{beyond[t]}*{factor[t]!r}*{used[option][t]}/{whole[t]},0)"
                if subscription.is_live
                else None
                for t in self.months
            ]
            own = self._monthly("paid beyond the seats", inputs.options[option], paid, formulas)
            for t in self.months:
                self.cells.beyond[option, t] = self.grid.name + "!" + own[t]
        self._team_parts(subscription)
        self.row += 1

    def _seats(self, number: int, subscription: PlanSubscription) -> list[str]:
        inputs, places, least = self.inputs, self.places, self.places.min_seats[number]
        people = inputs.developers if subscription.counts_all else inputs.developers * inputs.share
        heads = people.sum(axis=0).tolist()
        addresses = places.all_developers if subscription.counts_all else places.all_people
        counted = self._monthly(
            "people who have a seat",
            subscription.name,
            heads,
            [f"={one}" for one in addresses],
            "people",
        )
        values: list[float] = []
        formulas: list[str | None] = []
        for t in self.months:
            grows = t > 0 and subscription.is_annual
            before = values[-1] if grows else 0.0
            values.append(
                max(float(math.ceil(heads[t] - 1e-9)), float(subscription.min_seats[t]), before)
            )
            whole = f"ROUNDUP(MAX({counted[t]}-0.000000001,0),0)"
            earlier = self.grid.at(self.row, FIRST + t - 1).split("!")[1] if grows else "0"
            formulas.append(f"=MAX({whole},{least[t]},{earlier})")
        return self._monthly("seats", subscription.name, values, formulas, "people")

    def _use(self, subscription: PlanSubscription) -> tuple[dict[int, list[str]], list[float]]:
        facts, areas = self.facts, self.facts.areas
        found, total = {}, [0.0 for _ in self.months]
        for option in subscription.options:
            keep = (facts.option == option + 1) & (facts.charge == _number(USAGE))
            values = self._by_month(facts.at_rates, keep)
            formulas: list[str | None] = [
                f"=SUMIFS({areas.before(AT_RATES)},{areas.before(OPTION_NO)},{option + 1},"
                f"{areas.before(MONTH)},{self.grid.at(self.heading, FIRST + t).split('!')[1]})"
                for t in self.months
            ]
            name = self.inputs.options[option]
            found[option] = self._monthly("use at the plan's rates", name, values, formulas)
            total = [one + two for one, two in zip(total, values, strict=True)]
        return found, total

    def _parts(
        self, subscription: PlanSubscription, used: dict[int, list[str]], whole: list[str]
    ) -> None:
        """Write which part of the plan's seats each option stands for: by the year's use."""
        everything = f"SUM({whole[0]}:{whole[-1]})"
        for option, part in zip(subscription.options, subscription.parts, strict=True):
            own = f"SUM({used[option][0]}:{used[option][-1]})"
            even = 1 / len(subscription.options)
            formula = f"=IF({everything}>0,{own}/{everything},{even!r})"
            self.grid.line(self.row, ["part of the seats", self.inputs.options[option]])
            self.cells.parts[option] = self.grid.put(self.row, FIRST, part, "share", formula)
            self.row += 1

    def _beyond(
        self,
        number: int,
        subscription: PlanSubscription,
        whole: list[str],
        use: list[float],
        seats: list[str],
    ) -> list[str]:
        """Write what lies beyond what the seats include, in money at the plan's rates."""
        sigma, includes = self.inputs.usage_sigma, self.places.allowances[number]
        people = self.places.all_people
        active = (self.inputs.developers * self.inputs.share).sum(axis=0).tolist()
        values: list[float] = []
        formulas: list[str | None] = []
        for t in self.months:
            each, allowance = float(subscription.allowance[t]), includes[t]
            if subscription.is_pooled[t]:
                pool = self.grid.rows[_row(seats[t])][FIRST + t].value
                assert isinstance(pool, float)
                values.append(max(0.0, use[t] - pool * each))
                formulas.append(f"=MAX(0,{whole[t]}-{seats[t]}*{allowance})")
            else:
                values.append(_above(use[t], active[t], each, sigma))
                formulas.append("=" + _above_formula(whole[t], people[t], allowance, sigma))
        return self._monthly("beyond what seats include", subscription.name, values, formulas)

    def _team_parts(self, subscription: PlanSubscription) -> None:
        """Write each team's part of an option's use, by which what is paid beyond is shared."""
        facts, areas = self.facts, self.facts.areas
        for option in subscription.options:
            keep = (facts.option == option + 1) & (facts.charge == _number(USAGE))
            total = float(facts.at_rates[keep].sum())
            for g, team in enumerate(self.inputs.teams):
                own = float(facts.at_rates[keep & (facts.team == g + 1)].sum())
                by_option = f"{areas.before(OPTION_NO)},{option + 1}"
                by_team = f"{areas.before(TEAM_NO)},{g + 1}"
                whole = f"SUMIFS({areas.before(AT_RATES)},{by_option})"
                part = f"SUMIFS({areas.before(AT_RATES)},{by_option},{by_team})"
                even = 1 / len(self.inputs.teams)
                formula = f"=IF({whole}>0,{part}/{whole},{even!r})"
                name = f"{team}: part of the use"
                self.grid.line(self.row, [name, self.inputs.options[option]])
                value = own / total if total else even
                at = self.grid.put(self.row, FIRST, value, "share", formula)
                self.cells.team_parts[option, g] = at
                self.row += 1

    # --- Commitments ---

    def _commitments(self) -> None:
        facts, areas = self.facts, self.facts.areas
        if not self.inputs.commitments:
            return
        self._head("Commitments", monthly=False)
        forecast = f"{areas.before(RECORD_NO)},{FORECAST_NO}"
        for biller, promised in self.inputs.commitments.items():
            number = facts.issuers.index(biller) + 1 if biller in facts.issuers else 0
            counts = np.isin(facts.charge, [_number(USAGE), _number(OVERAGE)])
            keep = counts & (facts.issuer == number) & (facts.record == FORECAST_NO)
            spent = float(facts.cost[keep].sum()) if number else 0.0
            parts = [
                f"SUMIFS({areas.before(COST)},{areas.before(ISSUER_NO)},{number},"
                f"{areas.before(CHARGE_NO)},{_number(charge)},{forecast})"
                for charge in (USAGE, OVERAGE)
            ]
            formula = "=" + "+".join(parts) if number else None
            self.grid.line(self.row, ["paid for use", biller])
            used = self.grid.put(self.row, FIRST, spent, "cents", formula).split("!")[1]
            self.grid.line(self.row + 1, ["owed beyond it", biller])
            owed = f"=MAX(0,{self.places.commitments[biller]}-{used})"
            at = self.grid.put(self.row + 1, FIRST, max(0.0, promised - spent), "cents", owed)
            self.cells.owed[biller] = at
            self.row += 2
        self._team_costs(forecast)

    def _team_costs(self, forecast: str) -> None:
        """Write each team's part of all costs but commitments, by which these are shared out."""
        facts, areas = self.facts, self.facts.areas
        keep = (facts.record == FORECAST_NO) & (facts.charge != _number(COMMITMENT))
        total = float(facts.cost[keep].sum())
        whole = f"SUMIFS({areas.before(COST)},{forecast})"
        for g, team in enumerate(self.inputs.teams):
            own = float(facts.cost[keep & (facts.team == g + 1)].sum())
            part = f"SUMIFS({areas.before(COST)},{forecast},{areas.before(TEAM_NO)},{g + 1})"
            even = 1 / len(self.inputs.teams)
            value = own / total if total else even
            self.grid.line(self.row, [f"{team}: part of all other costs"])
            formula = f"=IF({whole}>0,{part}/{whole},{even!r})"
            self.cells.team_costs.append(self.grid.put(self.row, FIRST, value, "share", formula))
            self.row += 1


def _number(charge: str) -> int:
    return CHARGES.index(charge) + 1


def _row(address: str) -> int:
    return int(address.rpartition("$")[2]) - 1


def _above(use: float, people: float, allowance: float, sigma: float) -> float:
    """Return what people use above what a seat includes; use by nobody is all above it."""
    if people <= 0 or use <= 0:
        return max(0.0, use)
    mean = use / people
    if sigma == 0 or allowance <= 0:
        return people * max(0.0, mean - allowance)
    d1 = (math.log(mean / allowance) + sigma**2 / 2) / sigma
    return people * max(0.0, mean * _phi(d1) - allowance * _phi(d1 - sigma))


def _phi(x: float) -> float:
    return 0.5 * math.erfc(-x / math.sqrt(2))


def _above_formula(use: str, people: str, allowance: str, sigma: float) -> str:
    mean = f"{use}/{people}"
    if sigma == 0:
        return f"IF({people}>0,{people}*MAX(0,{mean}-{allowance}),{use})"
    d1 = f"(LN({mean}/{allowance})+{sigma**2 / 2!r})/{sigma!r}"
    above = f"{mean}*NORMSDIST({d1})-{allowance}*NORMSDIST({d1}-{sigma!r})"
    inside = f"IF({allowance}<=0,{use},IF({use}<=0,0,{people}*MAX(0,{above})))"
    return f"IF({people}>0,{inside},{use})"
