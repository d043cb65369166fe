"""One developer's month of bugs, on two options whose mixes can be worked by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from questions import Question, maker

BUG_FIX = {
    "per_developer_month": 100,
    "tokens": {"input": 1_000_000},
    "success": Decimal("0.5"),
    "value": 20,
    "checked_by": "tests",
}


def bugs(**more: Any) -> Question:
    """Ask of one developer's month of 100 bugs worth $20 each.

    A try costs $1 on acme's `cheap`, which does half of them, and $5 on brix's `dear`, which does
    0.8. Dear after cheap costs $394.75 and does 77; cheap after dear rescues nothing for $23.58.
    """
    options_ = {
        "cheap": {"model": "one", "harness": "codex"},
        "dear": {
            "model": "two", "harness": "codex", "token_multiplier": 1, "quality": Decimal("1.6"),
        },
    }  # fmt: skip
    workload = {
        "start": "2027-01",
        "months": 1,
        "developers": 1,
        "current": "cheap",
        "tasks": {"bug-fix": BUG_FIX},
        "options": options_,
        "policy": {"whole": True, **more.pop("policy", {})},
    }
    files = [
        maker("acme", one={"input": 1, "output": 1}),
        maker("brix", two={"input": 5, "output": 5}),
    ]
    cloud = {"cloud": {"periods": [{"effective_from": "2025-01-01"}]}}
    return Question({**workload, **more}, files, cloud)
