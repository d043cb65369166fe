"""Questions that were once answered wrongly, against every whole plan that there is."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from judged_questions import Posed, is_near, laid_out, recommended
from plan_verdicts import check, least_bounds
from price_strategies import HOLIDAYS
from questions import Question
from searched import searched

from advisor.load.yaml_source import read_yaml

ONCE_WRONG = sorted((Path(__file__).parent / "judged").glob("*.yaml"))


every_one = pytest.mark.parametrize("file", ONCE_WRONG, ids=[file.stem for file in ONCE_WRONG])
"""Asks a claim of every recorded question."""


@cache
def case_of(file: Path) -> Posed:
    """Read a recorded question and work all its plans out."""
    data = read_yaml(file).data
    return laid_out(Question(data["workload"], data["files"], data.get("channels", {}), HOLIDAYS))


@every_one
def test_the_best_whole_plan_is_found(file: Path) -> None:
    """The search finds what is best of all plans, or that there is none."""
    case = case_of(file)

    assert searched(case.question).objective == is_near(case.verdict.surely, case.verdict.precision)


@every_one
def test_what_conflicts_is_relaxed_as_far_as_it_takes(file: Path) -> None:
    """Where no plan keeps all limits, each that is named has the least figure of all plans."""
    case = case_of(file)

    conflicts = recommended(case.question)["conflicts"]

    told = {one["limit"]: one["least_relaxation"] for one in conflicts}
    rules = {name for name in told if name.startswith(("deny", "allow"))}
    least = least_bounds(case.table, case.years)
    assert (bool(told), {name: told[name] for name in told.keys() - rules}) == (
        case.verdict.perhaps is None,
        {name: is_near(least[name], rel=1e-7) for name in told.keys() - rules},
    )


@every_one
def test_shares_are_as_good_and_all_that_is_said_follows(file: Path) -> None:
    """Shares do no worse than whole routes, keep all limits, and so does their frontier."""
    case = case_of(file)
    shared = case.question.but(policy={**case.question.workload["policy"], "whole": False})

    answer = recommended(shared)

    assert check(shared, answer) == []
    assert case.verdict.surely is None or (
        answer["objective"] is not None
        and answer["objective"] >= case.verdict.surely - case.verdict.precision
    )
