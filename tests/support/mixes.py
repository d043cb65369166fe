"""Small questions of which mix is best, with answers that can be worked out by hand.

Every model costs one dollar per million tokens of any class and has a maker of its own; an attempt
on `today` takes so many million input tokens as it costs dollars, so that an option's multiplier is
what its attempt costs relative to that. What a reader would get wrong: the plan is one month long
and nothing spreads (`level_spread: 0`), unless a question says otherwise.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from questions import Plain, Question, maker, seller
from searched import searched

from advisor.answers.recommend.answer import Wish, recommend
from advisor.output.recommend.formats import render_json

FLAT = {"input": 1, "cache_read": 1, "output": 1}
MAKERS = {"today": "acme", "second": "brix", "third": "cove", "fourth": "dune"}
FILES = tuple(maker(vendor, **{f"{vendor}-1": FLAT}) for vendor in MAKERS.values())


def work(cost: float = 1, tasks: float = 100, **terms: Any) -> Plain:
    """Describe a kind of work by what an attempt costs on `today` and how many a month there are.

    Review and rework cost nothing unless they are stated.
    """
    tokens = {"input": round(cost * 1_000_000)}
    return {"per_month": tasks, "tokens": tokens, "review": 0, "rework": 0, **terms}


def choice(name: str, cost: Any = 1, quality: Any = 1, **terms: Any) -> Plain:
    """Describe an option by what it costs and delivers relative to `today`."""
    measures = {} if name == "today" else {"token_multiplier": cost, "quality": quality}
    return {"model": f"{MAKERS[name]}-1", "harness": name, **measures, **terms}


def team(tasks: Plain, options: Plain, *files: Plain, **blocks: Any) -> Question:
    """Put a question of one month without any doubt; routes are whole unless it says otherwise."""
    policy = {"whole": True, **blocks.pop("policy", {})}
    workload = {
        "start": "2027-01",
        "months": 1,
        "developers": 10,
        "level_spread": 0,
        "hour": 60,
        "current": "today",
        "tasks": tasks,
        "options": options,
        "policy": policy,
        **blocks,
    }
    if not any("value" in task for task in tasks.values()):
        del workload["hour"]
    return Question(workload, (*FILES, *files))


def recommended(
    question: Question,
    *,
    draws: int = 0,
    seed: int = 1,
    points: int = 0,
    turns: bool = False,
    **wish: Any,
) -> Plain:
    """Return the advice on a question as its JSON has it; frontier and turns where they are asked.

    A question that was asked before, to the letter, is not asked again.
    """
    wished = Wish(points=points, turns=turns, **wish)
    return _advised(_written(question), draws, seed, wished)


def best_objective(question: Question) -> float | None:
    """Return what the best mix is worth, with nothing that is said beside it; None if none is."""
    return searched(question).objective


def best_served(question: Question) -> Plain:
    """Return who serves each class of one team's work in the best mix, as `served` does."""
    return {
        task_class: {", ".join(strategy): share for strategy, share in parts.items()}
        for (_, task_class), parts in searched(question).routes.items()
    }


def _written(question: Question) -> str:
    return json.dumps([question.workload, question.files, question.channels])


@cache
def _advised(written: str, draws: int, seed: int, wish: Wish) -> Plain:
    answer = recommend(Question(*json.loads(written)).case(), draws=draws, seed=seed, wish=wish)
    parsed: Plain = json.loads(render_json(answer))
    return parsed


def served(answer: Plain) -> Plain:
    """Return who serves each class: shares by strategy, written `first, second`."""
    found: Plain = {}
    for route in answer["routes"]:
        found.setdefault(route["task_class"], {})[", ".join(route["strategy"])] = route["share"]
    return found


__all__ = [
    "FILES",
    "FLAT",
    "best_objective",
    "best_served",
    "choice",
    "maker",
    "recommended",
    "seller",
    "served",
    "team",
    "work",
]
