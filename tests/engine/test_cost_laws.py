"""Laws that hold for any numbers: they catch what a table of cases and a second reading share.

The questions are drawn. Laws of proportion are asked of metered options without commitments, where
cost is linear; the others of everything that is for sale.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from drawn import ANYTHING, COUNT, FEW, METERED
from price_strategies import PRICE_CLASSES
from questions import Plain, Question, answer_of, maker

DRAWS = 64
metered, anything = METERED.asked(COUNT), ANYTHING.asked(COUNT)


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


def has_tasks(question: Question) -> bool:
    """Tell whether there are tasks to be done twice as often."""
    return "tasks" in question.workload


@METERED.asked(COUNT, has_tasks)
@pytest.mark.parametrize("key", ["spend.expected", "completed", "rework"])
def test_cost_is_proportional_to_tasks(question: Question, key: str) -> None:
    """Twice the tasks cost twice the money, and twice as many get done."""
    tasks = {name: twice_as_often(task) for name, task in question.workload["tasks"].items()}

    once, twice = (flat(q.rows()["today"]) for q in (question, question.but(tasks=tasks)))

    assert twice[key] == pytest.approx(2 * once[key], rel=1e-12)


def has_modes(question: Question) -> bool:
    """Tell whether any option is bought in a mode of its model."""
    return any("mode" in option for option in question.workload["options"].values())


@ANYTHING.asked(FEW)
@pytest.mark.parametrize("token_class", PRICE_CLASSES[1:])
def test_a_dearer_price_never_lowers_a_cost(question: Question, token_class: str) -> None:
    """One class half as dear again, wherever it is priced, makes no option cheaper."""
    assert cheaper_at_a_dearer(question, token_class) == set()


@ANYTHING.asked(FEW, lambda question: not has_modes(question))
def test_dearer_input_never_lowers_a_cost(question: Question) -> None:
    """Nor does input, but where a variant moves the classes that it leaves out by input's price."""
    assert cheaper_at_a_dearer(question, PRICE_CLASSES[0]) == set()


def cheaper_at_a_dearer(question: Question, token_class: str) -> set[str]:
    """Name the options that are cheaper where a class of tokens costs half as much again."""
    dearer = replace(question, files=raised(list(question.files), token_class))

    before, after = spends(question), spends(dearer)

    return {name for name in before if after[name] < before[name] * (1 - 1e-12)}


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


@anything
def test_an_option_changes_no_other(question: Question) -> None:
    """With an option more, the others keep every figure and every draw to the last bit."""
    alone = question.but(options={"today": question.workload["options"]["today"]})

    before, after = (q.rows(draws=DRAWS)["today"] for q in (alone, question))

    assert flat(before) == flat(after)


@anything
def test_the_order_of_a_file_does_not_matter(question: Question) -> None:
    """Every mapping written the other way round gives the same figures, draws included."""
    turned = replace(question, workload=backwards(question.workload))

    before = {name: flat(row) for name, row in question.rows(draws=DRAWS).items()}
    after = {name: flat(row) for name, row in turned.rows(draws=DRAWS).items()}

    assert after == {
        name: pytest.approx(row, rel=1e-9, abs=1e-12 * of_size(row)) for name, row in before.items()
    }


@anything
@pytest.mark.parametrize("rebound", [0, Decimal("0.7")])
@pytest.mark.parametrize(
    "parts", ["spend_by_month", "spend_by_class", "spend_by_token_class", "spend_by_team"]
)
def test_parts_add_up_to_the_spend(question: Question, parts: str, rebound: Decimal) -> None:
    """Months, task classes, token classes and teams each account for every dollar, no more."""
    row = question.but(rebound=rebound).rows()["today"]

    split = row[parts]
    total = sum(split if isinstance(split, list) else split.values())

    assert total == pytest.approx(row["spend"]["expected"], rel=1e-9)


@anything
def test_quantiles_ascend(question: Question) -> None:
    """Of every option P10 ≤ P50 ≤ P90."""
    rows = question.rows(draws=DRAWS).values()
    drawn = [row["spend"] for row in rows if not row["unknown"]]

    quantiles = [(spend["p10"], spend["p50"], spend["p90"]) for spend in drawn]

    assert [sorted(three) for three in quantiles] == [list(three) for three in quantiles]


@metered
def test_a_contract_never_costs_more_than_the_list(question: Question) -> None:
    """With discounts alone, no option is dearer than without any contract."""
    contracts = {
        biller: {key: one for key, one in terms.items() if key != "price_change"}
        for biller, terms in question.workload["contracts"].items()
    }
    agreed = spends(question.but(contracts=contracts))
    listed = spends(question.but(contracts=None))

    dearer = {name for name in agreed if agreed[name] > listed[name] * (1 + 1e-12)}
    assert dearer == set()


@metered
@pytest.mark.parametrize("figure", ["mean", "p10", "p90"])
def test_dearer_prices_are_dearer_in_every_quantile(question: Question, figure: str) -> None:
    """With common random numbers a 10 % rise raises the mean and each quantile by exactly 10 %."""
    dearer = at_prices(question, lambda price: price * Decimal("1.1"))

    was, now = (q.rows(draws=DRAWS)["today"]["spend"][figure] for q in (question, dearer))

    assert now == pytest.approx(1.1 * was, rel=1e-12)


@anything
def test_the_same_seed_gives_the_same_answer(question: Question) -> None:
    """Asked twice with one seed, the advisor says the same to the last digit."""
    first, second = (answer_of(question.case(), draws=DRAWS, seed=7) for _ in range(2))

    assert first == second


@anything
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
