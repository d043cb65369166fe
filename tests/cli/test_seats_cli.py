"""`advisor seats` about files whose teams have mixes of their own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from command_line import run

pytestmark = pytest.mark.usefixtures("plain_screen")

TEAM = """\
start: 2027-01
teams:
  a: {{developers: 25{a}}}
  b: {{developers: 10{b}}}
tasks:
  fix: {{per_developer_month: 10, tokens: {{cache_read: 20M, output: 200k}}, success: 80%}}
  tests: {{per_developer_month: 8, tokens: {{cache_read: 20M, output: 200k}}, success: 84%}}
options:
  opus: {{model: claude-opus-5-5, harness: claude-code}}
  codex: {{model: gpt-6.1-sol, token_multiplier: {{fix: 0.8, tests: 1.2}}, quality: 0.9}}
  pro: {{model: claude-opus-5-5, plan: github-copilot-pro, token_multiplier: 0.9}}
{more}
"""


def asked(folder: Path, a: str = "", b: str = "", more: str = "") -> dict[str, Any]:
    """Ask about two teams, and leave out what a file is called."""
    path = folder / "team.yaml"
    path.write_text(TEAM.format(a=a, b=b, more=more), encoding="utf-8")
    ended = run("seats", path, "--draws", 40, "--json")
    assert (ended.code, ended.err) == (0, "")
    return dict(json.loads(ended.out, parse_float=lambda text: float(f"{float(text):.9g}")))


@pytest.mark.parametrize(
    ("a", "b", "more"),
    [
        ("", ", mix: {tests: {codex: 100%}}", ""),
        (", mix: codex", ", mix: {fix: {codex: 50%, opus: 50%}}", ""),
        ("", ", mix: {tests: [codex, opus]}", "mix: {default: opus, fix: codex}"),
        (", mix: codex", "", "current: {fix: opus, tests: codex}"),
    ],
)
def test_a_mix_of_a_teams_own_changes_nothing_about_seats(
    a: str, b: str, more: str, tmp_path: Path
) -> None:
    """Seats are set against what runs today: a mix that is planned leaves every figure alone."""
    today = more if more.startswith("current") else ""

    assert asked(tmp_path, a, b, more) == asked(tmp_path, more=today)


def test_teams_in_several_time_zones_with_mixes_of_their_own_are_answered(tmp_path: Path) -> None:
    """Prices by the hour and classes in parts go together."""
    hours = ", working_hours: {timezone: Asia/Shanghai, from: 9, to: 18}"
    plain = asked(tmp_path, b=hours)

    assert asked(tmp_path, b=f"{hours}, mix: {{fix: codex}}") == plain
