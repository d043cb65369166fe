"""Claims about bars of blocks: to scale, no wider than the screen, off where they say nothing."""

from __future__ import annotations

import io
import math
import sys
from pathlib import Path
from unittest import mock

import pytest
from command_line import run
from hypothesis import given
from hypothesis import strategies as st

from advisor.cli.screen import can_draw
from advisor.output.bars import (
    LIMIT,
    MIDDLE,
    ON,
    RANGE,
    NamedRange,
    burn_down,
    left_by_month,
    range_bar,
    range_lines,
)
from advisor.output.grid import width_of
from advisor.units import Month

TEAM = """\
start: 2027-01
developers: 40
budget: 90_000
billed: [{vendor: anthropic, month: 2026-10, cost: 8_400, active_developers: 38}]
current: opus
options:
  opus: {model: claude-opus-5-5, harness: claude-code}
  codex: {model: gpt-6.1-sol, harness: codex, token_multiplier: [0.7, 0.9], quality: [0.9, 1]}
"""
BLOCKS = {RANGE, MIDDLE}
START = Month(2027, 1)


def test_a_bar_is_to_scale() -> None:
    """Of 0 to 100 in ten columns: 20 to 60 with a middle of 45, and a limit at 80."""
    drawn = range_bar(NamedRange("", 20, 45, 60), 80, 100, 10)

    assert drawn == "  ░░█░░ │ "


def test_a_range_that_goes_on_ends_in_an_arrow() -> None:
    """What lies beyond the scale is not drawn as if it ended there."""
    assert range_bar(NamedRange("", 20, 45, 400), None, 100, 10)[-1] == ON


ranges = st.tuples(*[st.floats(0, 1e9)] * 3).map(sorted)


@given(
    st.lists(ranges, min_size=2, max_size=12), st.none() | st.floats(0, 1e9), st.integers(40, 200)
)
def test_bars_keep_to_the_screen(drawn: list[list[float]], limit: float | None, width: int) -> None:
    """No line is wider than the screen, and each range has its middle."""
    lines = range_lines([NamedRange("name", *one) for one in drawn], limit, width)

    assert all(width_of(line) <= width for line in lines)
    assert all(MIDDLE in line for line in lines[:-1])


@pytest.mark.parametrize(
    ("found", "width"),
    [
        pytest.param([NamedRange("a", 1, 2, 3)], 100, id="one alone"),
        pytest.param([NamedRange("a", 1, 2, 3)] * 2, 20, id="no room"),
        pytest.param([NamedRange("a", math.nan, 2, math.nan)] * 2, 100, id="not drawn"),
        pytest.param([NamedRange("a", 0, 0, 0)] * 2, 100, id="nothing"),
    ],
)
def test_there_are_no_bars_where_they_say_nothing(found: list[NamedRange], width: int) -> None:
    """One range alone, no room, no draws, no money: no bars."""
    assert range_lines(found, None, width) == []


def test_what_is_left_of_a_budget_goes_down() -> None:
    """Twelve equal months use up a year's budget a twelfth at a time; a dot is nothing."""
    assert left_by_month([10.0] * 12, 120) == "█▇▇▆▅▅▄▃▃▂▁·"
    assert burn_down([10.0] * 2, 15, START) == "Budget left by month, Jan–Feb 2027: ▃·"


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=36), st.floats(1, 1e6))
def test_a_budget_never_grows(spend: list[float], budget: float) -> None:
    """Each month's block is at most as high as the one before."""
    heights = ["·▁▂▃▄▅▆▇█".index(block) for block in left_by_month(spend, budget)]

    assert heights == sorted(heights, reverse=True)
    assert len(heights) == len(spend)


def test_without_a_budget_nothing_is_left_to_draw() -> None:
    """No budget, no line."""
    assert burn_down([10.0], None, START) == ""


# --- On a screen ---------------------------------------------------------------------------------


@pytest.fixture
def team(tmp_path: Path) -> Path:
    """Write a team's file."""
    place = tmp_path / "team.yaml"
    place.write_text(TEAM, encoding="utf-8")
    return place


@pytest.mark.parametrize("command", ["compare", "check"])
def test_a_screen_shows_blocks(team: Path, command: str) -> None:
    """The range with the budget in it, and what is left by month."""
    shown = run(command, team, "--draws", 64).out

    assert set(shown) >= BLOCKS | {LIMIT}
    assert "Budget left by month, Jan–Dec 2027" in shown


@pytest.mark.parametrize("command", ["compare", "check"])
def test_a_dumb_terminal_shows_none(team: Path, command: str) -> None:
    """Where the terminal knows letters alone, there are no blocks."""
    shown = run(command, team, "--draws", 64, environment={"TERM": "dumb"}).out

    assert not set(shown) & BLOCKS
    assert "Budget left" not in shown


@pytest.mark.parametrize(("encoding", "draws"), [("utf-8", True), ("latin-1", False)])
def test_a_stream_without_blocks_shows_none(encoding: str, draws: bool) -> None:
    """Where stdout can't write a block, none is asked of it."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    with mock.patch.object(sys, "stdout", stream):
        assert can_draw({}) is draws


def test_the_comment_of_a_pull_request_shows_blocks(team: Path) -> None:
    """Range and budget stand in letters of one width."""
    shown = run("check", team, "--draws", 64, "--format", "markdown").out
    fence = shown.split("```text\n")[1].split("```")[0].splitlines()

    assert len(fence) == 2
    assert MIDDLE in fence[0]
    assert fence[1].startswith("Budget left by month, Jan–Dec 2027: ")
