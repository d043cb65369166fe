"""The sums of many mixes at once are those of each mix alone.

What a reader would get wrong: with seats, promised sums or rebound many are not computed at once.
"""

from __future__ import annotations

import numpy as np
import pytest
from mixes import choice, team, work
from numpy.typing import NDArray
from questions import Question

from advisor.answers.recommend.answer import quest_of
from advisor.answers.recommend.menu import Menu
from advisor.answers.recommend.mix import figures, place, sums_of_many

FloatArray = NDArray[np.float64]

MIXES = 7


def drawn_shares(menu: Menu) -> FloatArray:
    """Draw mixes, whole and shared out, (P, N, J): some cells alike in some of them, some empty."""
    rng = np.random.default_rng(menu.cells.size)
    shares = np.zeros((MIXES, menu.cells.size, menu.strategies.size))
    cell, strategy = menu.columns
    for one in shares:
        one[cell, strategy] = rng.dirichlet(np.ones(len(cell))) * (rng.random(len(cell)) < 0.4)
        one[cell, strategy] += 1e-3 * (strategy == strategy.min())
    firsts = strategy[np.searchsorted(cell, np.arange(menu.cells.size))]
    shares[0] = np.eye(menu.strategies.size)[firsts]
    return np.asarray(shares / shares.sum(axis=2, keepdims=True))


def asked(makers: int, teams: int) -> Question:
    """Ask about kinds of work of some teams with second tries, checks and prices that move."""
    tasks = {
        "fix": work(1, 100, success=0.6, value=10, detection=0.9, check=0.2),
        "docs": work(3, 40, success=0.8, value=4, checked_by="tests"),
        "port": work(9, 7, success=0.5, value=90, review=5, rework=20),
    }
    names = ("today", "second", "third", "fourth")[:makers]
    options = {name: choice(name, 0.5 + n / 3, 1 - n / 9) for n, name in enumerate(names)}
    policy = {"whole": False, "vendor_overhead": 3}
    people = {f"t{n}": {"developers": 3 + n, "intensity": 1 + n / 4} for n in range(teams)}
    question = team(tasks, options, policy=policy, teams=people)
    del question.workload["developers"]
    return question


@pytest.mark.parametrize("teams", [1, 2, 3])
@pytest.mark.parametrize("makers", [1, 2, 4])
def test_many_mixes_come_to_what_each_comes_to(makers: int, teams: int) -> None:
    """Spend, value, people, overhead and tasks."""
    menu = quest_of(asked(makers, teams).case(), draws=0, seed=1).menu
    shares = drawn_shares(menu)

    found = sums_of_many(menu, shares)

    alone = [figures(menu, place(menu, one)).sums for one in shares]
    assert found == [pytest.approx(one, rel=1e-12, abs=1e-9) for one in alone]
