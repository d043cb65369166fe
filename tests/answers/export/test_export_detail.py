"""The rows of the plan: they add up to every figure that the other answers show.

The figures that they are held against come from the JSON of `compare` and from `breakdown`, which
know nothing of rows.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from drawn import ANYTHING, BILLED, COUNT, FEW, MIXED
from exports import Asked, asked, csv_rows, csv_text, forecast_total
from numpy.typing import NDArray
from questions import Question, maker, seller

from advisor.answers.export.rows import monthly_budget
from advisor.engine.axes import Sample
from advisor.engine.breakdown_by_draw import by_biller, by_team
from advisor.engine.draws import Means
from advisor.engine.market import Drawing
from advisor.engine.outcome import outcome
from advisor.errors import InputError, MissingError
from advisor.tables.export import COLUMNS, FORECAST, Coded, Detail

PRECISION = 1e-12
APART = {"seats": "seat", "overage": "overage", "commitment": "commitment", "checks": "check"}


def sums(detail: Detail, name: str, number: str = "cost") -> dict[str | None, float]:
    """Add the forecast up by what stands in a column of text."""
    column, figures = detail.text(name), detail.numbers(number)
    kept = detail.where("record", FORECAST)
    found: dict[str | None, float] = {}
    for code in np.unique(column.codes[kept]).tolist():
        part = float(figures[kept & (column.codes == code)].sum())
        found[column.names[code]] = found.get(column.names[code], 0.0) + part
    return found


def differences(detail: Detail, row: dict[str, Any]) -> list[str]:
    """Name every sum over rows that is not what `compare` shows."""
    total = row["spend"]["expected"]
    months = detail.text("month").names
    by_month = sums(detail, "month")
    pairs = {"total": (sum(by_month.values()), total)}
    for t, spent in enumerate(row["spend_by_month"]):
        pairs[f"month {t}"] = (by_month.get(months[t], 0.0), spent)
    for key, column in (("spend_by_class", "task_class"), ("spend_by_token_class", "token_class")):
        own = _by_class(detail, column)
        pairs |= {f"{key} {name}": (own.get(name, 0.0), one) for name, one in row[key].items()}
    by_team_ = sums(detail, "team")
    for name, spent in row["spend_by_team"].items():
        pairs[f"team {name}"] = (by_team_.get(name, 0.0), spent)
    tokens = sums(detail, "token_class", "quantity")
    for name, count in row["tokens"].items():
        pairs[f"tokens {name}"] = (tokens.get(name, 0.0) * 1e6, count)
    scale = {True: max(row["tokens"].values()), False: abs(total)}
    return [
        f"{name}: {own} is not {other}"
        for name, (own, other) in pairs.items()
        if abs(own - other) > PRECISION * scale[name.startswith("tokens")] + 1e-300
    ]


def _by_class(detail: Detail, column: str) -> dict[str | None, float]:
    """Add use up by class, and what belongs to no class by the word that `compare` has for it."""
    charges = sums(detail, "charge")
    kept = detail.where("charge", "usage")
    own = detail._replace(
        columns={**detail.columns, "cost": np.where(kept, detail.numbers("cost"), 0.0)}
    )
    return sums(own, column) | {word: charges.get(charge, 0.0) for word, charge in APART.items()}


def disagreements(question: Question) -> list[str]:
    """Hold the rows of every way of working against `compare`."""
    rows = question.rows()
    return [
        f"{name}: {said}"
        for name, row in rows.items()
        if row["spend"] is not None
        for said in differences(asked(question, name).detail(), row)
    ]


# --- Sums ----------------------------------------------------------------------------------------


@ANYTHING.asked(COUNT)
def test_rows_add_up_to_what_compare_shows(question: Question) -> None:
    """Rows come to the total, each month, team, class, token class and token count of `compare`."""
    assert disagreements(question) == []


@MIXED.asked(COUNT)
def test_rows_of_a_mix_add_up(question: Question) -> None:
    """Cascades, shares and checks come to the same sums."""
    assert disagreements(question) == []


@BILLED.asked(COUNT)
def test_rows_behind_a_bill_add_up(question: Question) -> None:
    """So does use that was found behind a bill."""
    assert disagreements(question) == []


def test_rows_of_teams_that_go_their_own_way_add_up() -> None:
    """Where teams have mixes of their own, and a class is cut into parts, nothing is lost."""
    teams = {
        "pay": {"developers": 10, "mix": "seats"},
        "find": {"developers": 5, "adoption": Decimal("0.5")},
    }
    question = ASKED.but(teams=teams, contracts={"brix": {"commitment": 5_000}})

    assert set(question.rows()) == {"today", "seats", "mix"}
    assert disagreements(question) == []


@ANYTHING.asked(COUNT)
def test_quantity_times_price_is_cost(question: Question) -> None:
    """Every row's cost is its quantity × its unit price."""
    detail = asked(question, "all").detail()
    product = detail.numbers("quantity") * detail.numbers("unit_price")

    assert np.allclose(product, detail.numbers("cost"), rtol=1e-14, atol=0)


def margins(one: Asked) -> dict[str, NDArray[np.float64]]:
    """Return what teams cost at the means, by their draws and by the rows."""
    case, way = one.chosen.case, one.chosen.case.ways[one.chosen.ways[0]]
    market, detail = case.market, one.detail()
    sample = Sample.draw(market.work, market.terms, Means())
    used = sorted({option for route in way.routes for option in route.strategy})
    drawing = Drawing.of(market.candidates, used, Means())
    result = outcome(market, way.routes, sample, drawing)
    teams = by_team(market, sample, drawing, result, slice(0, len(market.work.teams)))[0]
    rows = sums(detail, "team")
    billers = by_biller(market, result)
    paid = sums(detail, "billed_by")
    return {
        "teams": teams,
        "teams by rows": np.array([rows.get(name, 0.0) for name in market.work.teams]),
        "billers": np.array([float(one[0]) for one in billers.values()]),
        "billers by rows": np.array([paid.get(name, 0.0) for name in billers]),
    }


@ANYTHING.asked(FEW)
def test_drawn_teams_are_the_rows_teams(question: Question) -> None:
    """What a draw says of a team is, at the means, what its rows come to."""
    found = margins(asked(question))

    assert found["teams"] == pytest.approx(found["teams by rows"], rel=1e-12, abs=1e-9)


@ANYTHING.asked(FEW)
def test_drawn_billers_are_the_rows_billers(question: Question) -> None:
    """What a draw says of a biller is, at the means, what its rows come to."""
    found = margins(asked(question))

    assert found["billers"] == pytest.approx(found["billers by rows"], rel=1e-12, abs=1e-9)


@MIXED.asked(FEW)
@pytest.mark.parametrize("of", ["teams", "billers"])
def test_draws_of_a_mix_are_its_rows(question: Question, of: str) -> None:
    """So do cascades and shares."""
    found = margins(asked(question))

    assert found[of] == pytest.approx(found[f"{of} by rows"], rel=1e-12, abs=1e-9)


# --- What a row says -----------------------------------------------------------------------------

BOOK = (
    maker("brix", plain={"input": 2, "output": 10}, dear={"input": 4, "output": 20}),
    seller("hub", desk={"seat_month": 20, "includes": {"usd": 30, "pooled": True}}),
)
ASKED = Question(
    {
        "start": "2027-01",
        "months": 6,
        "fiscal_year_starts": 4,
        "budget": {"total": 900, "quarters": [Decimal("0.2"), Decimal("0.8")]},
        "teams": {
            "pay": {"developers": 10, "cost_center": "C1"},
            "find": {"developers": 5, "adoption": Decimal("0.5")},
        },
        "billed": [
            {"vendor": "brix", "month": "2026-12", "cost": 80, "active_developers": 12,
             "seat_fees": 5},
        ],
        "current": "today",
        "usage": {"input": 1_000_000, "output": 300_000},
        "options": {
            "today": {"model": "plain", "harness": "aider"},
            "seats": {"model": "dear", "plan": "desk", "token_multiplier": 1, "quality": 1},
        },
    },
    BOOK,
)  # fmt: skip


def rows_of(option: str | None = None, **changes: Any) -> list[dict[str, str]]:
    """Export a small team."""
    return csv_rows(csv_text(asked(ASKED.but(**changes), option).detail()))


def test_the_columns_are_the_schema() -> None:
    """One way of working has the columns of the schema, in their order."""
    assert tuple(rows_of()[0]) == COLUMNS


def test_several_ways_are_told_apart() -> None:
    """With all ways, a last column says which one a row belongs to."""
    rows = rows_of("all")

    assert list(rows[0])[-1] == "option"
    assert {row["option"] for row in rows if row["record"] == "forecast"} == {"today", "seats"}


def test_a_row_says_who_is_paid_for_what() -> None:
    """A row of use names month, cost center, team, biller, maker, model, tool and price."""
    first = rows_of()[0]

    assert {name: first[name] for name in COLUMNS if name not in {"quantity", "cost"}} == {
        "month": "2027-01", "cost_center": "C1", "team": "pay", "billed_by": "brix",
        "maker": "brix", "model": "plain", "tool": "aider", "task_class": "work",
        "charge": "usage", "token_class": "input", "unit": "Mtok", "unit_price": "2",
        "currency": "USD", "record": "forecast", "price_from": "2025-01-01",
        "source": "https://example.org",
    }  # fmt: skip


def test_what_was_invoiced_is_actual() -> None:
    """A bill is two rows of its own month: what was used, and seat fees."""
    actual = [row for row in rows_of() if row["record"] == "actual"]

    assert [(row["month"], row["charge"], row["cost"]) for row in actual] == [
        ("2026-12", "usage", "75"),
        ("2026-12", "seat", "5"),
    ]


def test_a_budget_is_spread_over_its_quarters() -> None:
    """Each quarter's share of a budget lies evenly on its months."""
    planned = [row["cost"] for row in rows_of() if row["record"] == "budget"]

    assert planned == ["60", "60", "60", "240", "240", "240"]


@pytest.mark.parametrize(
    ("quarters", "months"), [((), 5), ((0.5, 0.5), 4), ((0.1, 0.2, 0.7), 7), ((1.0,), 1)]
)
def test_no_budget_is_lost_in_short_quarters(quarters: tuple[float, ...], months: int) -> None:
    """Whatever the months of the last quarter, all of the budget is there."""
    assert monthly_budget(120.0, quarters, months).sum() == pytest.approx(120)


def test_seats_are_paid_for_by_people() -> None:
    """Seats are rounded up for all, and each team has its people's part of them."""
    seats = [
        row for row in rows_of("seats") if row["charge"] == "seat" and row["month"] == "2027-01"
    ]

    assert [(row["team"], row["quantity"], row["unit_price"]) for row in seats] == [
        ("pay", "8.38095238095", "20"),
        ("find", "2.61904761905", "20"),
    ]


def test_what_seats_include_costs_nothing() -> None:
    """Tokens on a plan are there with their quantity, and their price is in the seats."""
    rows = [row for row in rows_of("seats") if row["record"] == "forecast"]
    used = [row for row in rows if row["charge"] == "usage"]

    assert {row["cost"] for row in used} == {"0"}
    assert all(float(row["quantity"]) > 0 for row in used)


def test_a_shortfall_belongs_to_the_last_month() -> None:
    """What is owed to a commitment is shared among teams, and billed by whom it was promised."""
    rows = rows_of(contracts={"brix": {"commitment": 5_000}})
    owed = [row for row in rows if row["charge"] == "commitment"]

    assert {(row["month"], row["billed_by"]) for row in owed} == {("2027-06", "brix")}
    assert forecast_total(rows) == pytest.approx(5_000)


# --- Which way -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "option", "words"),
    [
        ({}, None, "as today, for no mix is decided: today"),
        ({"mix": "seats"}, None, "as decided: seats"),
        ({"mix": {"default": {"seats": Decimal("0.5"), "today": Decimal("0.5")}}}, None,
         "the decided mix"),
        ({"mix": "seats"}, "today", "as asked: today"),
        ({}, "recommended", "the recommended mix"),
        ({}, "all", "all 2 ways of working"),
    ],
)  # fmt: skip
def test_the_first_line_says_which_way(
    changes: dict[str, Any], option: str | None, words: str
) -> None:
    """The decided mix is exported, else today's way, unless another is asked for; it is said."""
    about = asked(ASKED.but(**changes), option).detail().about

    assert about.acts_on == words
    assert words in about.sentence


def test_a_wrong_name_is_a_fault() -> None:
    """A way that is not there is refused, with the nearest name."""
    with pytest.raises(InputError, match="did you mean `seats`"):
        asked(ASKED, "seat")


def test_an_option_without_figures_is_missing() -> None:
    """An option that is not known can't be exported, and why is said."""
    options = {**ASKED.workload["options"], "blank": {"model": "dear"}}
    with pytest.raises(MissingError, match="not known"):
        asked(ASKED.but(options=options), "blank")


def test_text_is_kept_as_codes() -> None:
    """A column of text has each name once, not once a row."""
    detail = asked(ASKED, "all").detail()
    coded = [column for column in detail.columns.values() if isinstance(column, Coded)]

    assert max(len(column.names) for column in coded) < detail.size / 4
