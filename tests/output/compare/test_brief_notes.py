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
