"""A search that is stopped by hand, with a solver that searches until it is told to stop."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any, Self

import highspy
import pytest
from test_solver import random_problem

from advisor.answers.recommend import solver as solver_module
from advisor.answers.recommend.solver import Solver


class Endless:
    """In place of HiGHS: searches until it is told to stop, and longer where it does not listen."""

    def __init__(self, *, has_found: bool, listens: bool = True) -> None:
        """Begin with nothing."""
        self.has_found, self.listens = has_found, listens
        self.is_told, self.is_over = threading.Event(), threading.Event()
        self.cbMipLogging: Any = []
        self.HandleUserInterrupt = False

    def run(self) -> None:
        """Search."""
        (self.is_told if self.listens else self.is_over).wait()

    def cancelSolve(self) -> None:  # noqa: N802 - HiGHS's name
        """Be told to stop."""
        self.is_told.set()

    def getInfo(self) -> Any:  # noqa: N802
        """Say whether a plan was found."""
        found, none = (
            highspy.SolutionStatus.kSolutionStatusFeasible,
            highspy.SolutionStatus.kSolutionStatusNone,
        )
        return SimpleNamespace(primal_solution_status=found if self.has_found else none)


class Heard:
    """HiGHS's list of those who listen."""

    def __iadd__(self, _: object) -> Self:
        """Listen."""
        return self

    def __isub__(self, _: object) -> Self:
        """Listen no more."""
        return self


def stopped(highs: Endless) -> None:
    """Search with Ctrl-C at the first word of it."""
    solver = Solver(random_problem(1))
    highs.cbMipLogging = Heard()
    solver._highs = highs  # type: ignore[assignment]

    def press(*_: float) -> None:
        raise KeyboardInterrupt

    try:
        solver._run_apart(press)
    finally:
        highs.is_over.set()


def test_ctrl_c_keeps_the_plan_that_was_found() -> None:
    """The search is told to stop, and ends as any other."""
    highs = Endless(has_found=True)

    stopped(highs)

    assert highs.is_told.is_set()


def test_ctrl_c_ends_all_where_nothing_was_found() -> None:
    """The search is told to stop, and there is nothing to say."""
    highs = Endless(has_found=False)

    with pytest.raises(KeyboardInterrupt):
        stopped(highs)
    assert highs.is_told.is_set()


def test_ctrl_c_waits_no_longer_than_its_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A search that does not stop when it is told to is left behind."""
    monkeypatch.setattr(solver_module, "_PATIENCE", 0.0)

    with pytest.raises(KeyboardInterrupt):
        stopped(Endless(has_found=True, listens=False))
