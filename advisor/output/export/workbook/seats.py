"""The sheet of seats: how many, what lies beyond them, and what is owed to commitments.

Use differs between people: what one of them uses is lognormal, and the part of it above what a seat
includes is `M·Φ(d₁) - A·Φ(d₁ - σ)`, as in the economics. A pooled allowance is one sum for all.
"""

from __future__ import annotations

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
from advisor.tables.export_workbook import EVERYBODY, PlanSubscription, Workbook

NAME = "Seats"


class SeatsSheet:
    """Builds the sheet; its addresses go into the rows."""

    def __init__(self, book: Workbook, facts: Facts, places: Places) -> None:
        """Hold what the formulas refer to."""
        self.book, self.facts, self.places = book, facts, places
        self.inputs, self.grid, self.row, self.heading = book.inputs, Grid(NAME), 0, 0
        self.cells = SeatCells({}, {}, {}, {}, {}, {}, [])
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
        self._head(f"Plan {subscription.name}", monthly=True)
        seats = self._seats(number, subscription)
        for t in self.months:
            self.cells.seats[number, t] = self.grid.name + "!" + seats[t]
        used = [
            self._settled(number, subscription, u, seats) for u in range(len(subscription.groups))
        ]
        self._parts(subscription, used)
        if EVERYBODY in subscription.groups:
            self._team_parts(subscription)
        self.row += 1

    def _settled(
        self, number: int, subscription: PlanSubscription, u: int, seats: list[str]
    ) -> dict[int, list[str]]:
        """Write what a group uses and pays beyond its seats; return where its use by option is."""
        facts, inputs, group = self.facts, self.inputs, subscription.groups[u]
        whose = "" if group == EVERYBODY else f"{inputs.teams[group]}: "
        used, use = self._use(subscription, group, whose)
        whole = self._monthly(
            f"{whose}use at the plan's rates", "all", use,
            ["=" + "+".join(one[t] for one in used.values()) for t in self.months],
        )  # fmt: skip
        beyond = self._beyond(number, subscription, u, whole, seats)
        for place, option in enumerate(subscription.options):
            keep = self._of(option, group) & (facts.charge == _number(OVERAGE))
            paid = self._by_month(facts.cost, keep)
            factor = [float(f) * subscription.kept[place] for f in subscription.factor]
            formulas: list[str | None] = [
                f"=IF({whole[t]}>0,{beyond[t]}*{factor[t]!r}*{used[option][t]}/{whole[t]},0)"
                if subscription.is_live
                else None
                for t in self.months
            ]
            name = f"{whose}paid beyond the seats"
            own = self._monthly(name, inputs.options[option], paid, formulas)
            for t in self.months:
                self.cells.beyond[option, group, t] = self.grid.name + "!" + own[t]
        return used

    def _of(self, option: int, group: int) -> np.ndarray:
        own = self.facts.option == option + 1
        return np.asarray(own if group == EVERYBODY else own & (self.facts.team == group + 1))

    def _seats(self, number: int, subscription: PlanSubscription) -> list[str]:
        places, least = self.places, self.places.min_seats[number]
        heads = places.developers if subscription.counts_all else places.people
        on = [g for g, own in enumerate(subscription.heads) if own.any()]
        summed = ["=" + "+".join(heads[g][t] for g in on) for t in self.months]
        follows = subscription.seats_follow and bool(on)
        counted = self._monthly(
            "people who have a seat",
            subscription.name,
            subscription.heads.sum(axis=0).tolist(),
            list(summed) if follows else [None for _ in self.months],
            "people",
        )
        formulas: list[str | None] = []
        for t in self.months:
            self.cells.heads[number, t] = self.grid.name + "!" + counted[t]
            grows = t > 0 and subscription.is_annual
            whole = f"ROUNDUP(MAX({counted[t]}-0.000000001,0),0)"
            earlier = self.grid.at(self.row, FIRST + t - 1).split("!")[1] if grows else "0"
            formulas.append(f"=MAX({whole},{least[t]},{earlier})" if follows else None)
        seats = subscription.seats.tolist()
        return self._monthly("seats", subscription.name, seats, formulas, "people")

    def _use(
        self, subscription: PlanSubscription, group: int, whose: str
    ) -> tuple[dict[int, list[str]], list[float]]:
        facts, areas = self.facts, self.facts.areas
        found, total = {}, [0.0 for _ in self.months]
        team = "" if group == EVERYBODY else f",{areas.before(TEAM_NO)},{group + 1}"
        for option in subscription.options:
            keep = self._of(option, group) & (facts.charge == _number(USAGE))
            values = self._by_month(facts.at_rates, keep)
            formulas: list[str | None] = [
                f"=SUMIFS({areas.before(AT_RATES)},{areas.before(OPTION_NO)},{option + 1},"
                f"{areas.before(MONTH)},{self.grid.at(self.heading, FIRST + t).split('!')[1]}"
                f"{team})"
                for t in self.months
            ]
            name = f"{whose}use at the plan's rates"
            found[option] = self._monthly(name, self.inputs.options[option], values, formulas)
            total = [one + two for one, two in zip(total, values, strict=True)]
        return found, total

    def _parts(self, subscription: PlanSubscription, used: list[dict[int, list[str]]]) -> None:
        """Write which part of the plan's seats each option stands for: by the year's use."""
        sums = {
            option: "+".join(f"SUM({one[option][0]}:{one[option][-1]})" for one in used)
            for option in subscription.options
        }
        everything = "+".join(sums.values())
        for option, part in zip(subscription.options, subscription.parts, strict=True):
            even = 1 / len(subscription.options)
            formula = f"=IF({everything}>0,({sums[option]})/({everything}),{even!r})"
            self.grid.line(self.row, ["part of the seats", self.inputs.options[option]])
            self.cells.parts[option] = self.grid.put(self.row, FIRST, part, "share", formula)
            self.row += 1

    def _beyond(
        self,
        number: int,
        subscription: PlanSubscription,
        u: int,
        whole: list[str],
        seats: list[str],
    ) -> list[str]:
        """Write what lies beyond what the seats include, in money at the plan's rates."""
        sigma, includes = self.inputs.usage_sigma, self.places.allowances[number]
        group = subscription.groups[u]
        everybody = group == EVERYBODY
        people = self.places.all_people if everybody else self.places.people[group]
        formulas: list[str | None] = []
        for t in self.months:
            allowance = includes[t]
            if not subscription.is_live:
                formulas.append(None)
            elif subscription.is_pooled[t]:
                formulas.append(f"=MAX(0,{whole[t]}-{seats[t]}*{allowance})")
            else:
                formulas.append("=" + _above_formula(whole[t], people[t], allowance, sigma))
        beyond = subscription.beyond[u].tolist()
        whose = "" if everybody else f"{self.inputs.teams[group]}: "
        return self._monthly(
            f"{whose}beyond what seats include", subscription.name, beyond, formulas
        )

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


def _above_formula(use: str, people: str, allowance: str, sigma: float) -> str:
    mean = f"{use}/{people}"
    if sigma == 0:
        return f"IF({people}>0,{people}*MAX(0,{mean}-{allowance}),{use})"
    d1 = f"(LN({mean}/{allowance})+{sigma**2 / 2!r})/{sigma!r}"
    above = f"{mean}*NORMSDIST({d1})-{allowance}*NORMSDIST({d1}-{sigma!r})"
    inside = f"IF({allowance}<=0,{use},IF({use}<=0,0,{people}*MAX(0,{above})))"
    return f"IF({people}>0,{inside},{use})"
