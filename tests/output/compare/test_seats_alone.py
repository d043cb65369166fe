"""A bill of seats alone: what it tells, and what it does not."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import run

DESK = """\
developers: 40
billed: [{vendor: cursor, month: 2026-10, cost: 1_600}]
options:
  cursor: {model: claude-sonnet-5-5, plan: cursor-teams-standard}
  sonnet: {model: claude-sonnet-5-5, harness: claude-code}
current: cursor
"""


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Compare what a bill of 40 seats of $40 leaves to compare."""
    monkeypatch.chdir(tmp_path)
    Path("team.yaml").write_text(DESK, encoding="utf-8")
    return " ".join(run("compare", "team.yaml", "--as-of", "2026-11-12").out.split())


def test_seats_cost_what_they_cost(said: str) -> None:
    """40 seats of $40 are $19,200 a year, whatever is used on them."""
    assert "costs about $19,200 in 2027" in said


def test_what_use_would_cost_elsewhere_is_not_known(said: str) -> None:
    """An option by the token has a reason and no figure, and growth none either."""
    assert "sonnet Sonnet 5.5, Claude Code" in said
    assert "it does not tell how much is used, so what runs today alone has figures" in said
    assert "If use doubles" not in said
