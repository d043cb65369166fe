"""Laws that hold for any numbers: they catch what a table of cases and a second reading share.

Hypothesis makes the questions. Laws of proportion are asked of metered options without commitments,
where cost is linear; the others of everything that is for sale.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from price_strategies import PRICE_CLASSES
from questions import Plain, Question, maker
from strategies import FEW, questions

DRAWS = 64
metered = questions(has_seats=False)
anything = questions()


def spends(question: Question) -> dict[str, float]:
    """Return expected spend by option, of the options that are known."""
    rows = question.rows().items()
    return {name: row["spend"]["expected"] for name, row in rows if not row["unknown"]}


def changed_prices(plain: Any, change: Callable[[Decimal], Decimal]) -> Any:
    """Change every price in a file, wherever it stands: base, tier, peak, variant or plan."""
    if isinstance(plain, list):
        return [changed_prices(item, change) for item in plain]
    if not isinstance(plain, dict):
        return plain
    return {
        key: change(item) if key in PRICE_CLASSES else changed_prices(item, change)
        for key, item in plain.items()
    }


def at_prices(question: Question, change: Callable[[Decimal], Decimal]) -> Question:
    """Ask the same at other prices."""
    return replace(question, files=changed_prices(list(question.files), change))


def backwards(plain: Any) -> Any:
    """Turn the order of every mapping around; lists, whose order has a meaning, stay."""
    if isinstance(plain, list):
        return [backwards(item) for item in plain]
    if not isinstance(plain, dict):
        return plain
    return {key: backwards(item) for key, item in reversed(plain.items())}


def twice_as_often(task: Plain) -> Plain:
    """Double how often a task is done."""
    if "once" in task:
        return {**task, "once": {**task["once"], "tasks": 2 * task["once"]["tasks"]}}
    key = "per_month" if "per_month" in task else "per_developer_month"
    return {**task, key: doubled(task[key])}


def doubled(number: Any) -> Any:
    """Double an uncertain number or a schedule."""
    if isinstance(number, dict):
        return {key: 2 * item for key, item in number.items()}
    return [2 * item for item in number] if isinstance(number, list) else 2 * number


def flat(row: Plain) -> dict[str, float]:
    """Spread an option's figures out under dotted names; null and rank are left out."""
    figures: dict[str, float] = {}
    for key, value in row.items():
        parts = dict(enumerate(value)) if isinstance(value, list) else value
        if isinstance(parts, dict):
            figures |= {f"{key}.{name}": item for name, item in parts.items()}
        elif isinstance(value, int | float) and key != "rank":
            figures[key] = value
    return {key: value for key, value in figures.items() if value is not None}


def of_size(figures: dict[str, float]) -> float:
    """Return the largest figure: what rounding is measured against."""
    return max(map(abs, figures.values()))


@FEW
@given(metered)
@pytest.mark.parametrize("key", ["spend.expected", "completed", "rework"])
def test_cost_is_proportional_to_tasks(key: str, question: Question) -> None:
    """Twice the tasks cost twice the money, and twice as many get done."""
    assume("tasks" in question.workload)
    tasks = {name: twice_as_often(task) for name, task in question.workload["tasks"].items()}

    once, twice = (flat(q.rows()["today"]) for q in (question, question.but(tasks=tasks)))

    assert twice[key] == pytest.approx(2 * once[key], rel=1e-12)


@FEW
@given(anything, st.sampled_from(PRICE_CLASSES))
def test_a_dearer_price_never_lowers_a_cost(question: Question, token_class: str) -> None:
    """One class half as dear again, wherever it is priced, makes no option cheaper."""
    # A variant in prices moves the classes that it leaves out by its input ÷ the period's input.
    has_modes = any("mode" in option for option in question.workload["options"].values())
    assume(not (has_modes and token_class == PRICE_CLASSES[0]))
    dearer = replace(question, files=raised(list(question.files), token_class))

    before, after = spends(question), spends(dearer)

    cheaper = {name for name in before if after[name] < before[name] * (1 - 1e-12)}
    assert cheaper == set()


def raised(plain: Any, token_class: str) -> Any:
    """Raise one class by half in every mapping that prices it."""
    if isinstance(plain, list):
        return [raised(item, token_class) for item in plain]
    if not isinstance(plain, dict):
        return plain
    return {
        key: item * Decimal("1.5") if key == token_class else raised(item, token_class)
        for key, item in plain.items()
    }


@FEW
@given(anything)
def test_an_option_changes_no_other(question: Question) -> None:
    """With an option more, the others keep every figure and every draw to the last bit."""
    alone = question.but(options={"today": question.workload["options"]["today"]})

    before, after = (q.rows(draws=DRAWS)["today"] for q in (alone, question))

    assert flat(before) == flat(after)


@FEW
@given(anything)
def test_the_order_of_a_file_does_not_matter(question: Question) -> None:
    """Every mapping written the other way round gives the same figures, draws included."""
    turned = replace(question, workload=backwards(question.workload))

    before = {name: flat(row) for name, row in question.rows(draws=DRAWS).items()}
    after = {name: flat(row) for name, row in turned.rows(draws=DRAWS).items()}

    assert after == {
        name: pytest.approx(row, rel=1e-9, abs=1e-12 * of_size(row)) for name, row in before.items()
    }


@FEW
@given(anything, st.sampled_from((0, Decimal("0.7"))))
@pytest.mark.parametrize(
    "parts", ["spend_by_month", "spend_by_class", "spend_by_token_class", "spend_by_team"]
)
def test_parts_add_up_to_the_spend(parts: str, question: Question, rebound: Decimal) -> None:
    """Months, task classes, token classes and teams each account for every dollar, no more."""
    row = question.but(rebound=rebound).rows()["today"]

    split = row[parts]
    total = sum(split if isinstance(split, list) else split.values())

    assert total == pytest.approx(row["spend"]["expected"], rel=1e-9)


@FEW
@given(anything)
def test_quantiles_ascend(question: Question) -> None:
    """Of every option P10 ≤ P50 ≤ P90."""
    rows = question.rows(draws=DRAWS).values()
    drawn = [row["spend"] for row in rows if not row["unknown"]]

    quantiles = [(spend["p10"], spend["p50"], spend["p90"]) for spend in drawn]

    assert [sorted(three) for three in quantiles] == [list(three) for three in quantiles]


@FEW
@given(metered)
def test_a_contract_never_costs_more_than_the_list(question: Question) -> None:
    """With discounts alone, no option is dearer than without any contract."""
    agreed, listed = spends(question), spends(question.but(contracts=None))

    dearer = {name for name in agreed if agreed[name] > listed[name] * (1 + 1e-12)}
    assert dearer == set()


@FEW
@given(metered)
@pytest.mark.parametrize("figure", ["mean", "p10", "p90"])
def test_dearer_prices_are_dearer_in_every_quantile(figure: str, question: Question) -> None:
    """With common random numbers a 10 % rise raises the mean and each quantile by exactly 10 %."""
    dearer = at_prices(question, lambda price: price * Decimal("1.1"))

    was, now = (q.rows(draws=DRAWS)["today"]["spend"][figure] for q in (question, dearer))

    assert now == pytest.approx(1.1 * was, rel=1e-12)


@FEW
@given(anything)
def test_the_same_seed_gives_the_same_answer(question: Question) -> None:
    """Asked twice with one seed, the advisor says the same to the last digit."""
    assert question.answer(draws=DRAWS, seed=7) == question.answer(draws=DRAWS, seed=7)


@FEW
@given(anything)
def test_a_commitment_never_makes_an_option_cheaper(question: Question) -> None:
    """Whatever was promised to whomever, an option costs at least what it costs without."""
    without = {
        who: {key: item for key, item in terms.items() if key != "commitment"}
        for who, terms in question.workload["contracts"].items()
    }

    bound, free = spends(question), spends(question.but(contracts=without))

    cheaper = {name for name in bound if bound[name] < free[name] * (1 - 1e-12)}
    assert cheaper == set()


def test_work_for_all_is_shared_out_by_who_is_active() -> None:
    """1,000 tasks at $1 for two teams of ten, of whom 2 and 8 are active: $200 and $800."""
    teams = {
        "web": {"developers": 10, "adoption": Decimal("0.2")},
        "search": {"developers": 10, "adoption": Decimal("0.8")},
    }
    question = Question(
        {
            "start": "2027-01",
            "months": 1,
            "teams": teams,
            "tasks": {"ci": {"per_month": 1000, "tokens": {"input": 1_000_000}}},
            "options": {"only": {"model": "one"}},
        },
        [maker("acme", one={"input": 1, "output": 1})],
    )

    assert question.rows()["only"]["spend_by_team"] == pytest.approx({"web": 200, "search": 800})
