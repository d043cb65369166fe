"""What was paid, and the year that it begins: by hand, on a plan of $1,000 a month."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from limit_cases import held
from questions import Plain, Question, maker, price_book

from advisor.answers.forecast.planned import Planned
from advisor.answers.forecast.year_to_date import Bills, year_so_far
from advisor.errors import InputError
from advisor.load.bills.paid_rows import PaidRow
from advisor.model.charge import FEE, OTHER, TAX, USAGE
from advisor.tables.check import ActualsLine
from advisor.units import Month

ASKED = Question(
    workload={
        "start": "2027-01",
        "developers": 10,
        "current": "own",
        "budget": 12_000,
        "tasks": {"fix": {"per_developer_month": 100, "tokens": {"input": 1_000_000}}},
        "options": {"own": {"model": "big", "harness": "shell"}},
    },
    files=[
        maker("acme", big={"input": 1, "output": 1}),
        maker("other", small={"input": 1, "output": 1}),
    ],
)
"""10 people × 100 tasks × $1 = $1,000 a month."""


def row(first: str, last: str, cost: float, by: str = "acme", model: str | None = None) -> PaidRow:
    """Write a row of money."""
    return PaidRow(
        date.fromisoformat(first), date.fromisoformat(last), by, model, cost, None, "bill.csv", 2
    )


def month_row(month: int, cost: float, by: str = "acme", model: str | None = None) -> PaidRow:
    """Write a row for a whole month of 2027."""
    own = Month(2027, month)
    return row(f"{own}-01", f"{own}-{own.days}", cost, by, model)


def so_far(*rows: PaidRow, draws: int = 0, **changes: object) -> ActualsLine:
    """Return the year so far."""
    found = held(ASKED.but(**changes), paid=rows, draws=draws).actuals
    assert found is not None
    return found


def test_the_year_ends_at_what_was_paid_and_the_rest_of_the_mix() -> None:
    """1,500 + 700 for two months; ten months of 1,000 are left, moved by what was learnt."""
    found = so_far(month_row(1, 1_500), month_row(2, 700))

    assert (found.paid, found.planned) == pytest.approx((2_200, 2_000))
    assert found.rest_as_planned == pytest.approx(10_000)
    assert found.expected_year_end == pytest.approx(2_200 + found.rest)
    assert found.until == date(2027, 2, 28)


def test_a_month_that_is_half_paid_keeps_its_other_days() -> None:
    """Of 31 days of January 10 are paid for: 21/31 of the month and eleven more are left."""
    found = so_far(*(row(f"2027-01-{n:02}", f"2027-01-{n:02}", 50) for n in range(1, 11)))

    assert found.paid + found.rest_as_planned == pytest.approx(500 + 1_000 * 21 / 31 + 11_000)


def test_money_back_is_taken_off() -> None:
    """A refund is a negative row."""
    found = so_far(month_row(1, 1_500), month_row(1, -600))

    assert (found.paid, found.rest_as_planned) == pytest.approx((900, 11_000))


def test_more_money_back_than_paid_is_no_pace() -> None:
    """Nobody's year ends below nothing because of one credit."""
    assert so_far(month_row(1, -600)).run_rate is None


def test_the_money_is_gone_on_the_day_that_follows_from_what_was_paid() -> None:
    """2,000 for January, and a rest that is learnt from it: six months of 2,000 use 12,000 up."""
    found = so_far(month_row(1, 2_000))
    spent = np.cumsum(found.by_month)
    over = int((spent > 12_000).argmax()) + 1

    assert found.exhaustion_date is not None
    assert found.exhaustion_date.month == over == 7


def test_a_year_that_stays_inside_has_no_such_day() -> None:
    """Paid below the plan, 12,000 last."""
    assert so_far(month_row(1, 950)).exhaustion_date is None


def test_days_outside_the_plan_are_not_counted_and_said() -> None:
    """Half of December's row lies in 2026; a row of 2026 is left out whole."""
    found = so_far(
        row("2026-12-30", "2027-01-02", 400), row("2026-11-01", "2026-11-30", 70), month_row(1, 800)
    )

    assert found.paid == pytest.approx(1_000)
    assert found.warnings[0] == (
        "2 rows lie outside 2027-01 to 2027-12, in whole or in part: 270.00 is not counted"
    )


def test_what_does_not_match_is_named_and_counted() -> None:
    """Somebody unknown, a biller outside the mix, a model outside it, one without a price."""
    found = so_far(
        month_row(1, 950, "github"),
        month_row(1, 40, "other"),
        month_row(1, 30, "acme", "small"),
        month_row(1, 20, "acme", "unheard"),
        month_row(1, 10, "acme", "big"),
    )

    assert [(one.billed_by, one.model, one.cost, one.reason) for one in found.unmatched] == [
        ("github", None, 950.0, "bills for nothing in the mix"),
        ("other", None, 40.0, "bills for nothing in the mix"),
        ("acme", "small", 30.0, "a model that is not in the mix"),
        ("acme", "unheard", 20.0, "a model without a known price"),
    ]
    assert found.paid == pytest.approx(1_050)


@pytest.mark.parametrize(
    ("name", "is_matched"),
    [("Acme", True), ("ACME, PBC", True), ("acme inc.", True), ("Acmeology", False), ("", False)],
)
def test_billers_are_known_by_their_words(name: str, is_matched: bool) -> None:
    """A company's form behind the name does not matter; other letters do."""
    assert (not so_far(month_row(1, 1, name)).unmatched) == is_matched


def test_a_month_without_a_bill_is_asked_about() -> None:
    """February was paid to nobody, though March was."""
    found = so_far(month_row(1, 1_000), month_row(3, 1_000))

    assert found.warnings == ["nothing from acme in 2027-02: is a bill missing?"]


def test_before_a_billers_first_bill_its_plan_stands_in() -> None:
    """Bills from April on say nothing of January to March, which are not free."""
    found = so_far(month_row(4, 1_000), month_row(5, 1_000))
    assert found.paid_by_month[:3] == [0, 0, 0]
    assert found.rest_as_planned == pytest.approx(10_000)
    assert found.planned == pytest.approx(2_000)
    assert found.run_rate == pytest.approx(12_000)
    assert found.expected_year_end == pytest.approx(12_000, rel=0.01)
    assert found.warnings[-1] == (
        "nothing from acme in 2027-01, 2027-02, 2027-03: is a bill missing? "
        "The plan stands in for it."
    )


def test_a_month_between_two_bills_counts_as_paid_and_months_before_do_not() -> None:
    """January has no bill before the first one, March none between two: each is told for itself."""
    found = so_far(month_row(2, 1_000), month_row(4, 1_000))
    assert found.rest_as_planned == pytest.approx(9_000)
    assert found.warnings[-2:] == [
        "nothing from acme in 2027-01: is a bill missing? The plan stands in for it.",
        "nothing from acme in 2027-03: is a bill missing?",
    ]


def test_a_month_for_which_nothing_is_planned_misses_no_bill() -> None:
    """Nobody works before April, so that no bill of January is asked for."""
    people = {"2027-01": 0, "2027-03": 0, "2027-04": 10}
    found = so_far(month_row(4, 1_000), developers=people)
    assert [one for one in found.warnings if "missing" in one] == []
    assert found.rest_as_planned == pytest.approx(8_000)


def test_what_nobody_planned_goes_on_as_high_as_its_bills() -> None:
    """Two bills of 300 are followed by 300 a month: the month before them is no bill of nothing."""
    own = [month_row(n, 1_000) for n in (1, 2, 3)]
    found = so_far(*own, month_row(2, 300, "other"), month_row(3, 300, "other"))
    assert found.by_biller["other"].rest == pytest.approx(2_700, rel=0.03)


def test_bills_of_another_year_are_refused() -> None:
    """Bills of 2026 say nothing of 2027: probably the wrong folder."""
    with pytest.raises(InputError, match="nothing of the plan's months 2027-01 to 2027-12"):
        held(ASKED, paid=[row("2026-11-01", "2026-11-30", 70)])


def test_a_table_without_rows_says_that_nothing_is_paid_yet() -> None:
    """On the first night of the year the whole plan is still to come."""
    found = so_far()

    assert (found.until, found.paid) == (None, 0.0)
    assert found.rest == pytest.approx(12_000)
    assert found.expected_year_end == pytest.approx(12_000)
    assert (found.run_rate, found.warnings) == (None, [])


def test_the_pace_so_far_is_told_beside_the_rest_as_planned() -> None:
    """2,200 were paid where 2,000 were planned: 10% above, which makes 13,200 of the year."""
    found = so_far(month_row(1, 1_500), month_row(2, 700))

    assert found.run_rate == pytest.approx(13_200)


def test_seats_of_a_year_say_nothing_of_the_tokens_of_december() -> None:
    """240 for seats to December, use of January at 900: eleven months of use are left."""
    seats = row("2027-01-01", "2027-12-31", 240)._replace(kind=FEE)
    found = so_far(seats, month_row(1, 900)._replace(kind=USAGE))

    assert found.until == date(2027, 1, 31)
    assert found.paid + found.rest_as_planned == pytest.approx(240 + 900 + 11_000)
    assert found.by_biller["acme"].seats_until == date(2027, 12, 31)
    assert found.run_rate == pytest.approx(240 + 0.9 * 12_000)


def test_in_the_pace_too_the_plan_stands_in_for_a_bill_that_is_missing() -> None:
    """Acme billed 600 of 500 twice, other nothing: 1,200 + 1,000 of 2,000, which is 10% above."""
    halves = {"default": {"own": 0.5, "small": 0.5}}
    options = {
        "own": {"model": "big", "harness": "shell"},
        "small": {"model": "small", "harness": "shell", "token_multiplier": 1, "quality": 1},
    }
    found = so_far(month_row(1, 600), month_row(2, 600), options=options, mix=halves)

    assert found.paid + found.rest_as_planned == pytest.approx(1_200 + 10 * 500 + 12 * 500)
    assert found.run_rate == pytest.approx(1.1 * 12_000)


@pytest.mark.parametrize("kind", [OTHER, TAX])
def test_credits_and_tax_move_no_day(kind: str) -> None:
    """Their days say nothing of what is billed; a credit counts, tax does not."""
    other = row("2027-01-01", "2027-12-31", -120)._replace(kind=kind)
    found = so_far(other, month_row(1, 900))

    assert found.until == date(2027, 1, 31)
    assert found.paid == pytest.approx(900 if kind == TAX else 780)


def test_each_biller_is_paid_to_its_own_day() -> None:
    """Acme billed to February, other to January: of its 500 a month eleven are left."""
    halves = {"default": {"own": 0.5, "small": 0.5}}
    options = {
        "own": {"model": "big", "harness": "shell"},
        "small": {"model": "small", "harness": "shell", "token_multiplier": 1, "quality": 1},
    }
    found = so_far(
        month_row(1, 500), month_row(2, 500), month_row(1, 500, "other"), options=options,
        mix=halves,
    )  # fmt: skip

    assert found.rest_as_planned == pytest.approx(10 * 500 + 11 * 500)
    assert found.by_biller["other"].until == date(2027, 1, 31)
    assert found.warnings == [
        "nothing from other in 2027-02: is a bill missing? The plan stands in for it."
    ]


@pytest.mark.parametrize(("cost", "rest"), [(1_500, 11_000), (500, 11_000), (499, 12_000)])
def test_what_others_billed_stands_for_a_mix_that_nobody_billed_if_it_is_of_its_size(
    cost: float, rest: float
) -> None:
    """Half of January's 1,000 paid to another: eleven months are left; less is another thing."""
    assert so_far(month_row(1, cost, "other")).rest_as_planned == pytest.approx(rest)


def test_the_chance_over_knows_what_is_paid() -> None:
    """With eleven months paid at 1,090, 12,000 leave 10 for December: it is over for certain."""
    paid_so_far = [month_row(n, 1_090) for n in range(1, 12)]

    assert so_far(*paid_so_far, draws=200).chance_over == 1.0


def test_a_budget_with_confidence_is_held_against_the_dearest_ends() -> None:
    """With the whole year paid there is nothing left to draw: the tail is what was paid."""
    budget = {"total": 12_000, "confidence": 0.9}
    found = so_far(*(month_row(n, 900) for n in range(1, 13)), budget=budget)

    assert found.dearest == pytest.approx(10_800)


PAID = (month_row(1, 1_500), month_row(2, 1_150))
_ENDS = so_far(*PAID)
END, LAST = _ENDS.expected_year_end, _ENDS.exhaustion_date
LIMITS: Plain = {
    "annual_spend": 12_001,
    "monthly_spend": 1_400,
    "spend_per_developer_month": 100.01,
    "spend_per_active_month": 100.01,
    "expected_year_end": END,
    "exhaustion_date": "2027-12-31",
}


@pytest.mark.parametrize(
    ("limit", "value", "status"),
    [
        ("budget", END, "fail"),
        ("annual_spend", END, "fail"),
        ("monthly_spend", 1_500, "fail"),
        ("spend_per_developer_month", END / 120, "fail"),
        ("spend_per_active_month", END / 120, "fail"),
        ("expected_year_end", END, "ok"),
        ("exhaustion_date", LAST, "fail"),
    ],
)
def test_limits_on_money_are_held_against_what_was_paid_and_the_rest(
    limit: str, value: float | date, status: str
) -> None:
    """1,500 and 1,150 for two months, then what is expected, in 120 developer-months."""
    stated = {
        name: ({"at_least": bound} if isinstance(bound, str) else {"at_most": bound})
        for name, bound in LIMITS.items()
    }
    found = held(ASKED.but(limits=stated), paid=[*PAID])
    line = next(one for one in found.lines if one.limit == limit)

    assert line.value == (value if isinstance(value, date) else pytest.approx(value))
    assert line.status == status


def test_another_way_that_a_limit_names_follows_what_was_paid() -> None:
    """1,500 for January, then eleven months of the other way at 2,000, moved as today's is."""
    options = {
        "own": {"model": "big", "harness": "shell"},
        "twice": {"model": "small", "harness": "shell", "token_multiplier": 2, "quality": 1},
    }
    limits = [{"limit": "annual_spend", "at_most": 1, "on": "twice"}]
    found = held(ASKED.but(options=options, limits=limits), paid=[month_row(1, 1_500)])

    (line,) = [one for one in found.lines if one.on == "twice"]
    own = so_far(month_row(1, 1_500))
    assert line.value == pytest.approx(1_500 + 2 * own.rest)


def test_planned_needs_no_draws() -> None:
    """Without draws, and with nothing paid to learn from, there is no chance and no tail."""
    case = ASKED.case()
    planned = Planned({"acme": np.full(12, 1_000.0)}, {}, np.zeros(12), (), None)
    found = year_so_far(Bills([], "x"), case, planned, price_book(ASKED.files))

    assert (found.chance_over, found.dearest) == (None, None)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"contracts": {"acme": {"commitment": 20_000}}},
        {"tasks": {"fix": {"per_developer_month": 100, "tokens": {"input": 1_000_000},
                           "detection": 0.8, "check": 0.5}},
         "mix": {"default": ["own", "small"]},
         "options": {"own": {"model": "big", "harness": "shell"},
                     "small": {"model": "small", "harness": "shell", "token_multiplier": 1,
                               "quality": 0.5}}},
    ],
)  # fmt: skip
def test_with_nothing_paid_the_rest_is_the_plan_month_by_month(changes: Plain) -> None:
    """Usage, what is owed to a commitment and what checks cost: nothing is lost between billers."""
    found = held(ASKED.but(**changes), paid=[])

    assert found.actuals is not None
    assert found.actuals.by_month == pytest.approx(found.by_month, rel=1e-12)


def test_what_nobody_bills_ends_with_the_last_bill_of_anybody() -> None:
    """Checks cost 0.5 a task and stand on no bill: those of January are gone with it."""
    tasks = {"fix": {"per_developer_month": 100, "tokens": {"input": 1_000_000}, "success": 0.5,
                     "detection": 0.8, "check": 0.5}}  # fmt: skip
    options = {
        "own": {"model": "big", "harness": "shell"},
        "small": {"model": "small", "harness": "shell", "token_multiplier": 1, "quality": 0.5},
    }
    asked = ASKED.but(tasks=tasks, options=options, mix={"default": ["own", "small"]})
    plan = held(asked)
    found = held(asked, paid=[month_row(1, 5), month_row(1, 5, "other")]).actuals

    assert found is not None
    assert found.rest_as_planned == pytest.approx(sum(plan.by_month) * 11 / 12)
