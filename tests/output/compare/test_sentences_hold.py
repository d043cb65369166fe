"""Every sentence of a comparison is held against the rows beside it, over many drawn plans.

The budgets lie about today's cost, so that ways stand on both sides of them. The sentences are
taken apart as text and the rows as figures: neither knows how the other was made.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pytest
from command_line import run
from drawn import ANYTHING, METERED, MIXED
from questions import Question

from advisor.answers.compare.answer import compare
from advisor.output.compare.paragraph import paragraph
from advisor.tables.compare import Comparison, OptionLine

BUDGETS = (Decimal("0.7"), Decimal(1), Decimal("1.3"))
ROUNDING = 0.006
OVER = re.compile(r"(less|more|as much as today) and \S+ ?\S* over the budget")


class Told(NamedTuple):
    """A comparison and the words beside it."""

    answer: Comparison
    text: str

    @property
    def today(self) -> OptionLine:
        """The row of what runs today."""
        return next(line for line in self.answer.options if line.is_today)

    @property
    def others(self) -> Sequence[OptionLine]:
        """The rows that have figures, but today's."""
        return [one for one in self.answer.options if not one.is_today and one.spend is not None]


def told(question: Question, of_today: Decimal) -> Told:
    """Compare under a budget of so much of what today's way costs."""
    free = compare(question.case(), file="", draws=0, seed=1)
    spend = next(line.spend for line in free.options if line.is_today)
    assert spend is not None
    budget = max(1, round(float(of_today) * spend.expected))
    answer = compare(question.but(budget=budget).case(), file="", draws=0, seed=1)
    return Told(answer, " ".join(paragraph(answer)))


def spent(line: OptionLine) -> float:
    """Return what a way costs."""
    assert line.spend is not None
    return line.spend.expected


@pytest.mark.parametrize("of_today", BUDGETS)
@MIXED.asked(30)
def test_what_is_called_inside_the_budget_is(question: Question, of_today: Decimal) -> None:
    """No way that costs more than the budget is said to lie inside it, and none to lie over."""
    one = told(question, of_today)
    best, budget = one.answer.summary.best, one.answer.budget
    assert budget is not None
    is_said = "inside the budget" in one.text.lower()

    assert not is_said or (best is not None and best.spend.expected <= budget)
    assert (best is not None and best.spend.expected > budget) == bool(OVER.search(one.text))


@pytest.mark.parametrize("of_today", BUDGETS)
@ANYTHING.asked(30)
def test_today_is_over_or_under_the_budget_as_it_is(question: Question, of_today: Decimal) -> None:
    """The first sentence stands on the side of the budget on which the row stands."""
    one = told(question, of_today)
    first = one.text.partition(". ")[0]
    assert one.answer.budget is not None

    assert ("under the budget" in first) == (spent(one.today) <= one.answer.budget)


@MIXED.asked(40)
def test_nothing_is_worth_more_where_that_is_said(question: Question) -> None:
    """A plan with a decided mix too says that nothing is worth more only where no row is."""
    one = told(question, Decimal(1))
    worth = [line.net_value_vs_today or 0.0 for line in one.others if not line.denied]
    is_said = "is worth more after all costs" in one.text and "othing compared" in one.text
    is_said |= "No other option compared is worth more" in one.text

    assert not is_said or max(worth, default=0.0) <= 0


@ANYTHING.asked(40)
def test_what_is_worth_more_is_named(question: Question) -> None:
    """Where a row is worth more than today, the sentences say of some way that it is."""
    one = told(question, Decimal(1))
    worth = [line.net_value_vs_today or 0.0 for line in one.others]
    assert one.answer.has_values or max(worth, default=0.0) == 0

    assert (max(worth, default=0.0) > 0) == bool(re.search(r"is worth \S+ ?\S* more", one.text))


@METERED.asked(30, lambda question: len(question.workload.get("teams", "1")) == 1)
def test_people_are_named_as_the_cause_of_a_rise_where_they_are(question: Question) -> None:
    """More people make a rise where without them at least half of it would be gone."""
    one = told(question, Decimal(1))
    ramp = one.answer.summary.ramp
    is_said = re.search(r"\S+ people become \S+\.", one.text) is not None
    people = [1.0, 1.0] if ramp is None else [ramp.first_people, ramp.last_people]
    spends = [1.0, 1.0] if ramp is None else [ramp.first_spend, ramp.last_spend]

    # Money that hangs on people alone grows as they do.
    half = 0.5 * (1 - spends[0] / spends[1]) - ROUNDING
    makes_half = people[1] - people[0] >= half * people[0]
    assert not is_said or (ramp is not None and makes_half)


TEAM = """developers: {people}
start: 2027-01
budget: 200_000
billed: [{{vendor: anthropic, month: 2026-10, cost: 19_400, active_developers: 58}}]
options: {{opus: {{model: claude-opus-5-5, harness: claude-code}}}}
{more}
"""
TASKS = "tasks: {fix: {per_developer_month: 14}, move: {once: {month: 2027-03, tasks: 900}}}"


@pytest.mark.parametrize(
    ("people", "more", "cause"),
    [
        ("{2026-10: 63, 2027-12: 66}", TASKS, "900 tasks of move fall into that month."),
        ("{2027-01: 63, 2027-06: 126}", "", "58 people become 116."),
        ("{2027-01: 63, 2027-06: 126}", "tasks: {fix: {per_developer_month: 14}, "
         "docs: {per_month: 5}}", "people become 116."),
        ("{2027-01: 63, 2027-06: 90}", "adoption: {2027-01: 86%, 2027-06: 93%}",
         "54 people become 84."),
        ("{2027-01: 63, 2027-06: 66}", "adoption: {2027-01: 58%, 2027-06: 95%}",
         "adoption goes from 58% to 95%."),
        ("63", "growth: 3% a month", "each person uses more."),
        ("63", "adoption: {2027-01: 58%, 2027-06: 95%}", "adoption goes from 58% to 95%."),
    ],
)  # fmt: skip
def test_a_rise_has_its_own_cause(
    people: str, more: str, cause: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What makes the dearest month dear is named: people, adoption, use, or work done once."""
    monkeypatch.chdir(tmp_path)
    Path("team.yaml").write_text(TEAM.format(people=people, more=more), encoding="utf-8")

    said = run("compare", "team.yaml", "--brief", "--draws", "0").out.replace("\n", " ")

    assert cause in said
