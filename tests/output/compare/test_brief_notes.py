"""What the paragraph alone keeps of the notes."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import run

TEAM = """\
start: 2026-10
developers: 10
usage: {input: 50M, output: 1M}
options:
  pro: {model: gemini-2.5-pro}
  glm: {model: glm-5.3, token_multiplier: 1.4, quality: 0.9}
"""


def test_the_paragraph_says_what_its_prices_hang_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Today's model retires within the year: so it is said where only the paragraph is."""
    monkeypatch.chdir(tmp_path)
    Path("team.yaml").write_text(TEAM, encoding="utf-8")

    said = run("compare", "team.yaml", "--brief", "--as-of", "2026-11-26").out

    assert "note: pro: Gemini 2.5 Pro retires on 2026-12-01" in said


BILLED = """\
start: 2027-01
developers: 63
hour: 100
billed:
  - {vendor: anthropic, month: 2026-10, cost: 19_400, active_developers: 38}
  - {vendor: github, month: 2026-10, cost: 900, seats: 25}
tasks: {fix: {per_developer_month: 12, by_hand: 60min}}
options:
  opus: {model: claude-opus-5-5, harness: claude-code}
  copilot: {model: claude-sonnet-5-5, harness: copilot-cli, plan: github-copilot-business}
"""


@pytest.mark.parametrize(
    ("more", "is_said"), [("", False), ("  codex: {model: gpt-6.1-sol}", True)]
)
def test_what_is_sure_is_not_what_it_hangs_on(
    more: str, is_said: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All work on today's own main option takes today's tokens: nothing hangs on that."""
    monkeypatch.chdir(tmp_path)
    Path("team.yaml").write_text(BILLED + more, encoding="utf-8")

    said = run("compare", "team.yaml", "--draws", "0").out

    assert "after all costs it is worth" in said.replace("\n", " ")
    assert ("This hangs on" in said) == is_said
