"""Boards that are not among the records, read from the folder of calibration data."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from advisor.evidence.features import Surveyor
from advisor.evidence.measurements import success, tokens
from advisor.evidence.pooled import Evidence
from advisor.model.profile import Measure, Record

AIDER = {
    "gpt-5 (high)": ("gpt-5", "high"),
    "gpt-5 (medium)": ("gpt-5", "medium"),
    "gpt-5 (low)": ("gpt-5", "low"),
    "gemini-2.5-flash-preview-05-20 (no think)": ("gemini-2.5-flash", None),
    "gemini-2.5-pro-preview-06-05 (default think)": ("gemini-2.5-pro", None),
    "DeepSeek-V3.2-Exp (Chat)": ("deepseek-chat", None),
}
"""Rows of the Aider leaderboard whose model is sold under a name of the price tables."""


class Board(NamedTuple):
    """Measurements of one board; `same_as` are the sources that measured the same."""

    name: str
    records: tuple[Record, ...]
    same_as: tuple[str, ...]
    surveyor: Surveyor

    def evidence(self, measure: Measure) -> Evidence:
        """Read the records as the product would."""
        found = [
            (one, measured)
            for one in self.records
            if (measured := tokens(one, self.surveyor.prices) if measure == "tokens"
                else success(one)) is not None
        ]  # fmt: skip
        return Evidence(
            tuple(one for one, _ in found),
            tuple(self.surveyor.of_record(one) for one, _ in found),
            np.array([measured.value for _, measured in found]),
            np.array([measured.variance for _, measured in found]),
            np.zeros(len(found)),
        )


def outside_boards(folder: Path, surveyor: Surveyor) -> Iterator[Board]:
    """Read every board, with the sources of the records that have it as well."""
    boards = (
        ("DeepSWE as OpenAI ran it", _launch_posts(folder), ("deepswe-openai",)),
        ("AA coding agents, all rows", _agents(folder), ("aa-coding",)),
        ("Aider polyglot", _aider(folder), ()),
    )
    for name, rows, same in boards:
        known = tuple(one for one in rows if surveyor.prices.find(one.model) is not None)
        yield Board(name, known, same, surveyor)


def _record(**stated: Any) -> Record:
    nothing = dict.fromkeys(Record._fields)
    usual = {"task_class": "any", "source": "", "confidence": "high", "reported_by": "independent"}
    return Record(**{**nothing, **usual, **stated})


def _rows(path: Path) -> Iterable[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _launch_posts(folder: Path) -> Iterator[Record]:
    for row in _rows(folder / "calibration" / "deepswe_openai_launch_posts_2026-09.csv"):
        yield _record(
            model=row["model"], effort=row["effort"], harness="the maker's own",
            benchmark="DeepSWE as OpenAI ran it", success=float(row["success_pct"]) / 100,
            trials=452, cost=float(row["mean_cost_usd"]),
            prices_on=date.fromisoformat(row["published"]),
        )  # fmt: skip


def _agents(folder: Path) -> Iterator[Record]:
    for row in _rows(folder / "calibration" / "aa_coding_agent_index_2026-06-30.csv"):
        yield _record(
            model=row["model"], effort=row["effort"] or None, harness=row["harness"],
            benchmark="AA coding agents", success=float(row["index_pct"]) / 100, trials=1074,
            cost=float(row["mean_cost_usd"]), prices_on=date(2026, 6, 30),
        )  # fmt: skip


def _aider(folder: Path) -> Iterator[Record]:
    for row in _rows(folder / "aider" / "aider_cost_check.csv"):
        if row["model"] in AIDER:
            model, effort = AIDER[row["model"]]
            yield _record(
                model=model, effort=effort, harness="aider", benchmark="Aider polyglot",
                success=float(row["pass_rate_2"]) / 100, trials=225,
                cost=float(row["cost_per_case"]), prices_on=date(2025, 12, 1),
            )  # fmt: skip
