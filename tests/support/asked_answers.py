"""One answer of each kind from Python, each worked out once."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
from conftest import ROOT

import advisor
from advisor.api.answer import PythonAnswer

TEAM = ROOT / "workloads" / "team.yaml"
TRIALS = pd.DataFrame(
    {
        "agent": ["careful", "careful", "quick", "quick"] * 5,
        "task_class": "bug-fix",
        "instance": [str(n // 4) for n in range(20)],
        "resolved": [True, False] * 10,
        "cost_usd": [0.5, 0.25] * 10,
    }
)
ASKED: dict[str, Callable[[], PythonAnswer]] = {
    "compare": lambda: advisor.compare(TEAM, draws=200),
    "recommend": lambda: advisor.recommend(TEAM, draws=0),
    "check": lambda: advisor.check(TEAM, draws=0),
    "diff": lambda: advisor.diff(TEAM, {"developers": 40, "start": "2027-01"}),
    "stress": lambda: advisor.stress(TEAM),
    "seats": lambda: advisor.seats(TEAM, draws=200),
    "pilot": lambda: advisor.pilot(TRIALS),
    "backtest": lambda: advisor.backtest(TRIALS, [0.3, 0.5]),
    "tokens": lambda: advisor.tokens(str(ROOT / "LICENSE")),
}
_ANSWERS: dict[str, PythonAnswer] = {}


def answer(name: str) -> PythonAnswer:
    """Return one answer of each kind, worked out once."""
    if name not in _ANSWERS:
        _ANSWERS[name] = ASKED[name]()
    return _ANSWERS[name]
