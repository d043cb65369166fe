"""Plans held against limits, and compared, without files: question in, finished answer out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from questions import NO_PROFILES, Question, maker, price_book

from advisor.answers.check.answer import check
from advisor.answers.check.figures import Prompts
from advisor.answers.check.held_ways import CheckRequest
from advisor.answers.diff.answer import difference
from advisor.answers.forecast.year_to_date import Bills
from advisor.case.sources import Sources
from advisor.load.bills.paid_rows import PaidRow
from advisor.load.document import Document
from advisor.load.workload_file import check_workload
from advisor.tables.check import FileCheck, LimitLine
from advisor.tables.diff import Difference

OPTIONS: dict[str, Any] = {
    "own": {"model": "big", "harness": "shell"},
    "twice": {"model": "small", "harness": "desk", "token_multiplier": 2, "quality": 0.5},
}
ASKED = Question(
    workload={
        "start": "2027-01",
        "developers": 10,
        "adoption": 0.5,
        "level_spread": 0,
        "current": "own",
        "mix": {"default": {"own": 0.6, "twice": 0.4}},
        "tasks": {
            "fix": {
                "per_developer_month": 100,
                "tokens": {"input": 1_000_000},
                "success": 0.8,
                "value": 3,
            }
        },
        "options": OPTIONS,
    },
    files=[
        maker("acme", big={"input": 1, "output": 1}),
        maker("other", small={"input": 1, "output": 1}),
    ],
)
"""5 active people × 100 tasks a month, 300 of them by `own` at $1 and 200 by `twice` at $2.

So a month is 300 + 400 = $700 and a year $8,400. Of 500 tasks 300 × 0.8 + 200 × 0.8 × 0.5 = 320 are
done, each worth $3; the reference alone would do 400.
"""

TEAMS = ASKED.but(
    developers=None,
    teams={"pay": {"developers": 6, "budget": 4_000}, "web": {"developers": 4}},
)

TODAY = date(2026, 12, 20)
"""38 days after `questions.SOURCE` was looked at."""


def sources(question: Question, shown: str = "team.yaml") -> Sources:
    """Return what a question's case is built from."""
    book = price_book(question.files, question.channels, question.calendars)
    return Sources(question.workload, book, NO_PROFILES, {}, "team", shown)


def moved(old: Question, new: Question, *, option: str | None = None) -> Difference:
    """Explain the change from one question to another."""
    return difference(sources(old, "old.yaml"), sources(new, "new.yaml"), option=option)


def held(
    question: Question,
    *,
    paid: Sequence[PaidRow] | None = None,
    base: Question | None = None,
    prompts: Mapping[str, Prompts | str] | None = None,
    option: str | None = None,
    draws: int = 0,
    no_base: str = "",
) -> FileCheck:
    """Hold a question's plan against its limits."""
    return check(request(question, paid, base, prompts, option, draws)._replace(no_base=no_base))


def request(
    question: Question,
    paid: Sequence[PaidRow] | None = None,
    base: Question | None = None,
    prompts: Mapping[str, Prompts | str] | None = None,
    option: str | None = None,
    draws: int = 0,
) -> CheckRequest:
    """Return what holds a question's plan against its limits."""
    own = sources(question)
    document = Document("team.yaml", question.workload, {})
    return CheckRequest(
        sources=own,
        workload=check_workload(document, own.book, {}).workload,
        case=own.case(),
        places={},
        today=TODAY,
        option=option,
        draws=draws,
        change=moved(base, question, option=option) if base is not None else None,
        bills=None if paid is None else Bills(paid, "bills"),
        prompts=prompts or {},
    )


def line(question: Question, limit: str, **given: Any) -> LimitLine:
    """Return the one line of a limit."""
    (found,) = [one for one in held(question, **given).lines if one.limit == limit]
    return found
