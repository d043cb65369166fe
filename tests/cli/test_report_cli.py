"""`advisor report` as it is called: where it writes, what it refuses, what it says."""

from __future__ import annotations

import json
import os
import re
import stat
from pathlib import Path

import pytest
from command_line import run

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
BILLS = "month,biller,cost,model\n2027-01,anthropic,9000,claude-opus-5-5\n"
LESS = ("--draws", 16, "--without", "stress", "--without", "seats")


@pytest.fixture
def team(tmp_path: Path) -> Path:
    """Write a team's file."""
    place = tmp_path / "team.yaml"
    place.write_text(TEAM, encoding="utf-8")
    return place


@pytest.mark.parametrize(
    ("ending", "begins"), [(".html", "<!doctype html>"), (".md", "# team"), (".json", "{")]
)
def test_the_ending_says_what_is_written(team: Path, ending: str, begins: str) -> None:
    """One answer, in the form that the file's name asks for; stdout stays empty."""
    place = team.parent / f"report{ending}"
    ended = run("report", team, *LESS, "-o", place)

    assert (ended.code, ended.out) == (0, "")
    assert ended.err.endswith(f"wrote {place}\n")  # a busy machine says before what it is at
    assert place.read_text(encoding="utf-8").startswith(begins)


def test_without_a_file_the_document_is_printed(team: Path) -> None:
    """What there is to read goes to stdout as Markdown."""
    ended = run("report", team, *LESS)

    assert ended.code == 0
    assert ended.out.startswith("# team\n")
    assert "## What each option costs" in ended.out


def test_json_is_printed_on_demand(team: Path) -> None:
    """`--json` prints the parts under one schema."""
    found = json.loads(run("report", team, *LESS, "--json").out)

    assert found["schema"] == "advisor.report/1"
    assert [one["option"] for one in found["compare"]["options"]] == ["codex", "opus"]
    assert found["absent"]["stress"] == "left out, as asked"


def test_the_parts_are_what_their_commands_say(team: Path) -> None:
    """Compare's part of the report is compare's answer."""
    whole = json.loads(run("report", team, *LESS, "--json").out)["compare"]
    alone = json.loads(run("compare", team, "--draws", 16, "--json").out)

    assert {key: alone[key] for key in whole} == whole


def test_what_was_paid_is_told(team: Path) -> None:
    """With bills the headline speaks of what was paid and of the rest."""
    bills = team.parent / "bills.csv"
    bills.write_text(BILLS, encoding="utf-8")
    ended = run("report", team, *LESS, "--actuals", bills, "--today", "2027-02-01")

    assert re.search(
        r"What is paid and what is expected of the rest come to about \$1\d\d,000", ended.out
    )


def test_the_base_adds_what_changed(team: Path) -> None:
    """With a base there is a section of causes."""
    old = team.parent / "old.yaml"
    old.write_text(TEAM.replace("cost: 8_400", "cost: 7_000"), encoding="utf-8")

    assert "## What changed" in run("report", team, *LESS, "--base", old).out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("-o", "report.docx"), "can't tell the format of report.docx"),
        (("--without", "charts"), "'charts' is not one of recommend, stress, seats, check"),
        (("--draws", "2000000"), "2,000,000: from 0 to 1,000,000"),
        (("--time-limit", "0"), "0: more than 0 seconds"),
        (("-o", "team.yaml.html", "--base", "nowhere"), "neither a file nor a revision"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(
    team: Path, words: tuple[str, ...], said: str
) -> None:
    """A flag that is wrong ends with 2 before any file is there."""
    ended = run("report", team, *words, folder=team.parent)

    assert ended.code == 2
    assert said in ended.err
    assert [one.name for one in team.parent.iterdir()] == ["team.yaml"]


def test_a_report_takes_the_place_of_nothing_that_was_read(team: Path) -> None:
    """The base may not be overwritten by what is made from it."""
    old = team.parent / "old.html"
    old.write_text(TEAM, encoding="utf-8")
    ended = run("report", team, *LESS, "--base", old, "-o", old)

    assert ended.code == 2
    assert "is one of the files that were read" in ended.err
    assert old.read_text(encoding="utf-8") == TEAM


# --- PDF


def test_without_a_browser_a_pdf_is_refused_at_once(team: Path, tmp_path: Path) -> None:
    """Nothing is computed: the message says what is missing and what to do."""
    place, empty = team.parent / "report.pdf", tmp_path / "empty"
    empty.mkdir()
    ended = run("report", team, "-o", place, environment={"PATH": str(empty)})

    assert ended.code == 3
    assert "printed by Chromium or Chrome, and none is on the PATH" in ended.err
    assert "write .html and print it" in ended.err
    assert not place.exists()


@pytest.mark.skipif(os.name == "nt", reason="a browser of two lines of shell")
@pytest.mark.parametrize("script", ["exit 7", "echo no display >&2; exit 1"])
def test_a_browser_that_prints_nothing_leaves_nothing(
    team: Path, tmp_path: Path, script: str
) -> None:
    """What the browser said is told, and no half of a file is there."""
    bad = tmp_path / "bin" / "chromium"
    bad.parent.mkdir()
    bad.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    bad.chmod(bad.stat().st_mode | stat.S_IXUSR)
    place = team.parent / "report.pdf"
    ended = run("report", team, *LESS, "-o", place, environment={"PATH": str(bad.parent)})

    assert ended.code == 2
    assert "chromium printed no PDF: " in ended.err
    assert {one.name for one in team.parent.iterdir()} == {"team.yaml", "bin"}
