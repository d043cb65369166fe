"""A figure that surprises has its reason beside it, in a few words."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import run

TEAM = """developers: 60
start: 2027-01
usage_spread: 1
billed: [{vendor: anthropic, month: 2026-10, cost: 18_000}]
current: opus
options:
  opus: {model: claude-opus-5-5, harness: claude-code, effort: medium}
  many: {model: claude-sonnet-5-5, harness: claude-code, effort: high, token_multiplier: 6.6,
         quality: 1}
  few: {model: claude-sonnet-5-5, harness: claude-code, token_multiplier: 0.4, quality: 1}
  alike: {model: claude-opus-5, harness: claude-code, effort: medium, token_multiplier: 1.05,
          quality: 1}
  seat: {model: claude-opus-5-5, harness: copilot-cli, plan: github-copilot-business,
         token_multiplier: 1.2, quality: 1}
"""


@pytest.fixture
def why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Compare, and return what is said of figures that surprise."""
    monkeypatch.chdir(tmp_path)
    Path("team.yaml").write_text(TEAM, encoding="utf-8")
    screen = run("compare", "team.yaml", "--draws", "0").out
    (block,) = [part for part in screen.split("\n\n") if part.startswith("Why: ")]
    return block.replace("\n", " ")


def test_many_tokens_and_another_effort_are_named(why: str) -> None:
    """A cheaper model that costs more takes more tokens, at an effort that is said."""
    assert "many 6.6 × today's tokens at high effort" in why.replace("6.6 × at", "6.6 × today's at")
    assert why.endswith("today Opus 5.5 at medium")


def test_use_beyond_a_seat_is_named(why: str) -> None:
    """A seat that costs more than its fee is said to be passed."""
    assert "seat overage beyond $19 of use a seat" in why


@pytest.mark.parametrize("option", ["few", "alike", "opus "])
def test_what_surprises_nobody_has_no_reason(option: str, why: str) -> None:
    """What costs less, about as much, or is today's way is left out."""
    assert f"{option} " not in why.replace("today Opus", "")
