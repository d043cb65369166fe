"""Clocks that tests wind: no answer of theirs hangs on how fast a machine is.

What a reader would get wrong: deadlines are the program's own (`time.monotonic`) and HiGHS's, which
goes by what is `left` of an effort. Both are stopped for all tests; `Clock` moves the first by
hand, and `with_a_limit` gives HiGHS some seconds.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import pytest

DAYS = 1e6
_WHO_LOOK = ("advisor.answers.stress.answer", "advisor.cli.recommend")
"""With what stands below these, all modules that look at a clock are loaded."""


class Clock:
    """A clock in place of the module `time`; each look at it takes so many seconds."""

    def __init__(self, a_look: float = 0.0) -> None:
        """Start at some second."""
        self.now, self.a_look = 1_000.0, a_look

    def monotonic(self) -> float:
        """Tell the time."""
        self.now += self.a_look
        return self.now

    def __getattr__(self, name: str) -> Any:
        """Leave all else of the module as it is: what day it is decides no deadline."""
        return getattr(time, name)


def put_up(clock: Clock, patch: pytest.MonkeyPatch) -> Clock:
    """Let the program go by a clock."""
    for name, module in list(sys.modules.items()):
        known = getattr(module, "time", None)
        if name.startswith("advisor.") and (known is time or isinstance(known, Clock)):
            patch.setattr(module, "time", clock)
    return clock


@contextmanager
def all_stopped() -> Iterator[None]:
    """Let no deadline pass, and no search be called a long one."""
    modules = [import_module(name) for name in _WHO_LOOK]
    effort: Any = import_module("advisor.answers.recommend.solution").Effort
    with pytest.MonkeyPatch.context() as patch:
        put_up(Clock(), patch)
        patch.setattr(effort, "left", math.inf)
        patch.setattr(modules[-1], "_QUIET_SECONDS", DAYS)
        yield


def with_a_limit(patch: pytest.MonkeyPatch, seconds: float) -> None:
    """Let HiGHS search for so many seconds, by its own clock."""
    effort: Any = import_module("advisor.answers.recommend.solution").Effort
    patch.setattr(effort, "left", seconds)
