"""Rows of the plan: the engine's arrays laid out flat, with the budget and what was invoiced.

Text is kept as codes, so that two million rows are a few arrays. Rows stand by option and month;
charges of nothing, such as work that a team does not do, are left out.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.answers.export.sources import Origin, Origins, plan_origin, token_origin
from advisor.answers.recommend.selection import Chosen
from advisor.case.facts import Case, Way
from advisor.engine.axes import Sample
from advisor.engine.burndown import MONTHS_PER_QUARTER
from advisor.engine.charges import Charges, detail_of
from advisor.engine.draws import Means
from advisor.engine.market import Drawing
from advisor.engine.outcome import outcome
from advisor.engine.routes import options_used
from advisor.model.book import PriceBook
from advisor.model.workload import Workload
from advisor.tables.export import (
    ACTUAL,
    BUDGET,
    CHECK,
    CHECK_UNIT,
    COLUMNS,
    COMMITMENT,
    FORECAST,
    OPTION,
    OVERAGE,
    SEAT,
    SEAT_UNIT,
    TOKEN_UNIT,
    USAGE,
    About,
    Coded,
    Detail,
)
from advisor.units import TOKEN_CLASSES, TOKENS_PER_PRICE_UNIT, Month

FloatArray = NDArray[np.float64]

_NONE = -1
_KEYS = ("month", "team", "task_class", "token_class", "candidate")
_CODED = (*_KEYS, "party", "charge", "record", "origin", "way")
_CHARGES = (USAGE, SEAT, OVERAGE, COMMITMENT, CHECK)
_RECORDS = (BUDGET, FORECAST, ACTUAL)


class Party(NamedTuple):
    """Who is paid for what: biller, maker, model, tool."""

    biller: str | None
    maker: str | None = None
    model: str | None = None
    tool: str | None = None


class RowBlock(NamedTuple):
    """Some rows: a number for each column of codes, or one for all, and three columns of figures.

    `codes` that are left out are "does not apply".
    """

    codes: dict[str, NDArray[np.int32] | int]
    quantity: FloatArray
    unit_price: FloatArray
    cost: FloatArray


def about_of(chosen: Chosen, file: str) -> About:
    """Say what the tables of a chosen way are about."""
    case = chosen.case
    return About(
        workload=case.name,
        file=file,
        acts_on=chosen.words,
        options=chosen.names,
        currency=case.currency,
        start=case.start,
        months=len(case.market.work.months),
        as_of=case.as_of,
    )


def charges_of(case: Case, way: Way) -> Charges:
    """Take the expected year of a way apart."""
    sample = Sample.draw(case.market.work, case.market.terms, Means())
    used = options_used(way.routes)
    drawing = Drawing.of(case.market.candidates, used, Means())
    result = outcome(case.market, way.routes, sample, drawing)
    return detail_of(case.market, sample, drawing, result)


def rows_of(
    chosen: Chosen, workload: Workload, book: PriceBook, *, file: str, complete: bool = False
) -> Detail:
    """Lay the chosen ways out as rows, then the budget, then what the file says was invoiced.

    `complete` keeps what is paid beyond seats and owed to commitments where it is nothing now.
    """
    return _RowBlocks(chosen, workload, book, file, complete=complete).table()


class _RowBlocks:
    """Gathers blocks of rows; parties and origins are numbered as they are met."""

    def __init__(
        self, chosen: Chosen, workload: Workload, book: PriceBook, file: str, *, complete: bool
    ) -> None:
        self.complete = complete
        self.chosen, self.workload, self.book, self.file = chosen, workload, book, file
        self.case = chosen.case
        self.months = list(self.case.market.work.months)
        self.origins = Origins()
        self.parties: dict[Party, int] = {}

    def table(self) -> Detail:
        """Put all blocks into one table."""
        forecast = [
            block
            for number, way in enumerate(self.chosen.ways)
            for block in self._of_way(self.case.ways[way], number)
        ]
        beside = [*self._budget(), *self._invoiced()]
        blocks = [*forecast, *beside] or [_amounts({}, np.zeros(0))]
        codes = {name: _joined(blocks, name) for name in _CODED}
        figures = {
            name: np.concatenate([getattr(block, name) for block in blocks])
            for name in ("quantity", "unit_price", "cost")
        }
        count = sum(len(block.cost) for block in forecast)
        place = codes["way"][:count] * len(self.months) + codes["month"][:count]
        if (place[1:] < place[:-1]).any():
            # Stable: within a month rows keep the order in which charges were gathered.
            order = np.argsort(place, kind="stable")
            order = np.concatenate([order, np.arange(count, len(codes["month"]))])
            codes = {name: one[order] for name, one in codes.items()}
            figures = {name: one[order] for name, one in figures.items()}
        named = self._columns(codes)
        names = COLUMNS if len(self.chosen.ways) == 1 else (*COLUMNS, OPTION)
        columns = {name: named[name] if name in named else figures[name] for name in names}
        keys = {name: codes[name] for name in _KEYS}
        return Detail(about_of(self.chosen, self.file), columns, self._discounts(), keys)

    # --- What is paid ---

    def _of_way(self, way: Way, number: int) -> Iterator[RowBlock]:
        charges = charges_of(self.case, way)
        for option, use in charges.use.items():
            found = np.nonzero(use.tokens.transpose(3, 0, 1, 2))
            t, g, k, c = (one.astype(np.int32) for one in found)
            quantity = use.tokens[g, k, c, t]
            price = use.rates[self.case.market.groups[g], k, c, t]
            paid = np.zeros_like(price) if use.is_included else price
            facts = self.case.options[option]
            since = [token_origin(facts, self.book, month) for month in self.months]
            codes = self._codes(number, USAGE, t, option, since)
            codes |= {"team": g, "task_class": k, "token_class": c}
            per_unit = TOKENS_PER_PRICE_UNIT
            yield RowBlock(codes, quantity / per_unit, paid * per_unit, quantity * paid)
        for option, one in charges.seats.items():
            facts = self.case.options[option]
            since = [plan_origin(facts, self.book, month) for month in self.months]
            t, g = (one.astype(np.int32) for one in np.nonzero(one.seats.T))
            seats, fee = one.seats[g, t], one.fee[t]
            codes = self._codes(number, SEAT, t, option, since) | {"team": g}
            yield RowBlock(codes, seats, fee, seats * fee)
            t, g = (one.astype(np.int32) for one in np.nonzero(self._kept(one.overage.T)))
            codes = self._codes(number, OVERAGE, t, option, since) | {"team": g}
            yield _amounts(codes, one.overage[g, t])
        yield from self._checks(charges, number)
        yield from self._owed(charges, number)

    def _kept(self, amounts: FloatArray) -> NDArray[np.bool_]:
        return np.ones_like(amounts, dtype=bool) if self.complete else amounts != 0

    def _codes(
        self,
        way: int,
        charge: str,
        t: NDArray[np.int32],
        option: int,
        since: Sequence[Origin],
    ) -> dict[str, NDArray[np.int32] | int]:
        facts = self.case.options[option]
        party = Party(facts.billed_by, facts.vendor, facts.model, facts.harness)
        return {
            "way": way,
            "month": t,
            "party": self._party(party),
            "candidate": option,
            "charge": _CHARGES.index(charge),
            "record": _RECORDS.index(FORECAST),
            "origin": np.array(self.origins.numbers(since), dtype=np.int32)[t],
        }

    def _checks(self, charges: Charges, way: int) -> Iterator[RowBlock]:
        t, g, k = (one.astype(np.int32) for one in np.nonzero(charges.checks.transpose(2, 0, 1)))
        if not len(t):
            return
        origin = Origin(None, f"{self.file}: check")
        codes = self._plain(FORECAST, origin) | {"way": way, "month": t, "team": g}
        codes |= {"task_class": k, "charge": _CHARGES.index(CHECK)}
        fee = self.case.market.terms.check[k]
        yield RowBlock(codes, charges.checked[g, k, t], fee, charges.checks[g, k, t])

    def _owed(self, charges: Charges, way: int) -> Iterator[RowBlock]:
        last = len(self.months) - 1
        nothing = np.zeros(len(self.case.market.work.teams))
        for biller in self.case.market.commitments:
            amounts = charges.owed.get(biller, nothing)
            g = np.flatnonzero(self._kept(amounts)).astype(np.int32)
            origin = Origin(None, f"{self.file}: contracts.{biller}.commitment")
            codes = self._plain(FORECAST, origin) | {"way": way, "month": last, "team": g}
            codes |= {"charge": _CHARGES.index(COMMITMENT), "party": self._party(Party(biller))}
            yield _amounts(codes, amounts[g])

    # --- What was planned and what came in ---

    def _budget(self) -> Iterator[RowBlock]:
        """Spread the budget evenly over the months that each part of it is for."""
        months = np.arange(len(self.months), dtype=np.int32)
        whole = self.workload.budget
        if whole is not None:
            origin = Origin(None, f"{self.file}: budget")
            amounts = monthly_budget(float(whole.total), whole.quarters, len(months))
            yield _amounts(self._plain(BUDGET, origin) | {"month": months}, amounts)
            return
        for name, own in self.case.team_budgets.items():
            team = self.case.market.work.teams.index(name)
            origin = Origin(None, f"{self.file}: teams.{name}.budget")
            amounts = monthly_budget(float(own.total), own.quarters, len(months))
            codes = self._plain(BUDGET, origin) | {"month": months, "team": team}
            yield _amounts(codes, amounts)

    def _invoiced(self) -> Iterator[RowBlock]:
        for number, bill in enumerate(self.workload.billed):
            fees = float(bill.seat_fees or 0)
            origin = Origin(None, f"{self.file}: billed[{number}]")
            for charge, amount in ((USAGE, float(bill.cost) - fees), (SEAT, fees)):
                if amount:
                    codes = self._plain(ACTUAL, origin) | {"month": self._month(bill.month)}
                    codes |= {"party": self._party(Party(bill.vendor))}
                    codes |= {"charge": _CHARGES.index(charge)}
                    yield _amounts(codes, np.array([amount]))

    def _plain(self, record: str, origin: Origin) -> dict[str, NDArray[np.int32] | int]:
        return {"record": _RECORDS.index(record), "origin": self.origins.number(origin)}

    def _month(self, month: Month) -> int:
        if month not in self.months:
            self.months.append(month)
        return self.months.index(month)

    def _party(self, party: Party) -> int:
        return self.parties.setdefault(party, len(self.parties))

    # --- Codes to names ---

    def _columns(self, codes: dict[str, NDArray[np.int32]]) -> dict[str, Coded]:
        work, origins = self.case.market.work, self.origins.all
        centers = {name: team.cost_center for name, team in self.workload.teams.items()}
        parties = list(self.parties) or [Party(None)]
        units = (TOKEN_UNIT, SEAT_UNIT, self.case.currency, self.case.currency, CHECK_UNIT)
        size = len(codes["month"])
        unit = np.where(codes["charge"] < 0, _CHARGES.index(OVERAGE), codes["charge"])
        was_invoiced = codes["record"] == _RECORDS.index(ACTUAL)
        unit = np.where(was_invoiced, _CHARGES.index(OVERAGE), unit).astype(np.int32)
        return {
            "month": Coded(codes["month"], tuple(str(month) for month in self.months)),
            "cost_center": _coded(codes["team"], [centers.get(name) for name in work.teams]),
            "team": _coded(codes["team"], work.teams),
            "billed_by": _coded(codes["party"], [one.biller for one in parties]),
            "maker": _coded(codes["party"], [one.maker for one in parties]),
            "model": _coded(codes["party"], [one.model for one in parties]),
            "tool": _coded(codes["party"], [one.tool for one in parties]),
            "task_class": _coded(codes["task_class"], work.classes),
            "charge": _coded(codes["charge"], _CHARGES),
            "token_class": _coded(codes["token_class"], TOKEN_CLASSES),
            "unit": Coded(unit, units),
            "currency": Coded(np.zeros(size, dtype=np.int32), (self.case.currency,)),
            "record": Coded(codes["record"], _RECORDS),
            "price_from": Coded(codes["origin"], tuple(one.price_from for one in origins)),
            "source": Coded(codes["origin"], tuple(one.source for one in origins)),
            "option": _coded(codes["way"], self.chosen.names),
        }

    def _discounts(self) -> dict[str, float]:
        agreed = self.workload.contracts.items()
        return {biller: one.discount for biller, one in agreed if one.discount}


def monthly_budget(total: float, quarters: Sequence[float], months: int) -> FloatArray:
    """Spread a budget evenly over the plan, or each quarter's share over its months. (T,)."""
    if not quarters:
        return np.full(months, total / months)
    place = np.arange(months) // MONTHS_PER_QUARTER
    return np.asarray(total * np.array(quarters)[place] / np.bincount(place)[place])


def _amounts(codes: dict[str, NDArray[np.int32] | int], amounts: FloatArray) -> RowBlock:
    """Make rows of plain money: so many units of the currency, at 1 each."""
    return RowBlock(codes, amounts, np.ones_like(amounts), amounts)


def _coded(codes: NDArray[np.int32], names: Sequence[str | None]) -> Coded:
    """Code a column in which some rows have no name: their code is the last one."""
    return Coded(np.where(codes < 0, len(names), codes).astype(np.int32), (*names, None))


def _joined(blocks: Sequence[RowBlock], name: str) -> NDArray[np.int32]:
    parts = [
        np.broadcast_to(np.asarray(block.codes.get(name, _NONE), dtype=np.int32), block.cost.shape)
        for block in blocks
    ]
    return np.concatenate(parts)
