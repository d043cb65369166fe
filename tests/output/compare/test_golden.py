"""Whole answers of `compare` as recorded: any visible change shows up as a diff to be read.

A case is a folder `golden/CASE` with its `team.yaml` and one file for each recorded form. Prices
are the shipped ones as they were known on one day, and most cases state multipliers and quality,
so that only a corrected price moves a figure. Numbers written in full are held to nine digits:
the last ones differ between processors.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from command_line import Run, run
from conftest import ROOT, Golden

pytestmark = pytest.mark.usefixtures("plain_screen")

GOLDEN = ROOT / "tests" / "golden"
KNOWN_ON = ("--as-of", "2026-11-12")
DRAWS = ("--draws", "500", "--seed", "3")
FORMS = {
    "table.txt": DRAWS,
    "wide.txt": (*DRAWS, "--wide"),
    "narrow.txt": DRAWS,
    "brief.txt": (*DRAWS, "--brief"),
    "answer.md": (*DRAWS, "--format", "markdown"),
    "answer.json": ("--draws", "0", "--json"),
    "answer.csv": ("--draws", "0", "--format", "csv"),
}
EVERY_FORM = ("valued", "unvalued")
CASES = [
    *((case, form) for case in EVERY_FORM for form in FORMS),
    ("pool", "table.txt"),
    ("pool", "answer.json"),
    ("euro", "table.txt"),
    ("euro", "answer.md"),
    ("mix", "table.txt"),
    ("mix", "answer.csv"),
    ("quarters", "table.txt"),
    ("quarters", "answer.json"),
    ("three-lines", "table.txt"),
    ("three-lines", "brief.txt"),
    ("developers-alone", "table.txt"),
]
WRITTEN_IN_FULL = re.compile(r"-?\d+\.\d+(?:e[+-]?\d+)?")


def recorded(form: str, text: str) -> str:
    """Round what is written in full to nine digits; what is rounded for people stays."""
    if not form.endswith((".json", ".csv")):
        return text
    return WRITTEN_IN_FULL.sub(lambda found: f"{float(found[0]):.9g}", text)


def answered(case: str, form: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Compare a case's options in one of the forms."""
    monkeypatch.chdir(GOLDEN / case)
    if form == "narrow.txt":
        monkeypatch.setenv("COLUMNS", "60")
    return run("compare", "team.yaml", *KNOWN_ON, *FORMS[form])


@pytest.mark.parametrize(("case", "form"), CASES)
def test_a_comparison_is_answered_as_recorded(
    case: str, form: str, golden: Golden, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer for a recorded case has not changed, and nothing else is said."""
    ended = answered(case, form, monkeypatch)

    assert (ended.code, ended.err) == (0, "")
    golden(GOLDEN / case / form, recorded(form, ended.out))


@pytest.mark.parametrize("form", ["table.txt", "answer.json", "answer.csv", "answer.md"])
def test_an_option_that_is_not_known_leaves_the_others_their_figures(
    form: str, golden: Golden, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows that facts answer are printed, the others say why not, and the exit is 3."""
    ended = answered("unknown", form, monkeypatch)

    assert ended.code == 3
    assert ended.err == "not known: annual, cursor (the reasons stand in the answer)\n"
    golden(GOLDEN / "unknown" / form, recorded(form, ended.out))


def test_flags_alone_are_answered_as_recorded(
    golden: Golden, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One pasted line answers, with no file at all."""
    monkeypatch.chdir(tmp_path)
    line = "--developers 40 --active 38 --billed anthropic=8_400 --month 2026-10 --budget 90k"

    ended = run("compare", *line.split(), *KNOWN_ON, *DRAWS)

    assert (ended.code, ended.err) == (0, "")
    golden(GOLDEN / "flags-alone" / "table.txt", ended.out)


def test_the_pasted_line_answers_as_the_file_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """Flags and a file that say the same differ in the answer's name alone."""
    tables = {
        case: (GOLDEN / case / "table.txt").read_text(encoding="utf-8").split("\n\n", 1)[1]
        for case in ("three-lines", "flags-alone")
    }

    assert tables["three-lines"] == tables["flags-alone"]
