"""Wrong input: one message for each fault, at its place, with exit 2 or 3, and never a traceback.

`golden/wrong/NAME.yaml` is the file, `golden/wrong/NAME.txt` the exit code and what stderr says of
it. What a file in a checkout cannot be (a folder, junk, nothing at all) is made on the spot.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import Run, run
from conftest import ROOT, Golden

from advisor.load.yaml_source import MAX_BYTES

pytestmark = pytest.mark.usefixtures("plain_screen")

WRONG = ROOT / "tests" / "golden" / "wrong"
CASES = sorted(path.stem for path in WRONG.glob("*.yaml"))
TEAM = "developers: 40\nbudget: 90_000\n"


def said(ended: Run) -> str:
    """Write down what a failed run is held against."""
    return f"exit {ended.code}\n{ended.err}"


@pytest.mark.parametrize("case", CASES)
def test_a_wrong_file_is_answered_as_recorded(
    case: str, golden: Golden, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each fault of a wrong file has its message, place and hint, and no answer is printed."""
    monkeypatch.chdir(WRONG)

    ended = run("compare", f"{case}.yaml")

    assert ended.out == ""
    golden(WRONG / f"{case}.txt", said(ended))


@pytest.mark.parametrize("case", CASES)
def test_a_wrong_file_ends_with_2_or_3(case: str) -> None:
    """What is wrong ends with 2, what is missing with 3; nothing ends as a bug does."""
    recorded = (WRONG / f"{case}.txt").read_text(encoding="utf-8")

    assert recorded.startswith(("exit 2\n", "exit 3\n"))


@pytest.mark.parametrize("case", CASES)
def test_every_message_about_a_file_names_its_line(case: str) -> None:
    """Each line of a message is `FILE:LINE:COLUMN …`, or the hint below one."""
    _, *lines = (WRONG / f"{case}.txt").read_text(encoding="utf-8").splitlines()
    stray = [line for line in lines if not line.startswith((f"{case}.yaml:", "  hint: "))]

    assert stray == []


def test_there_is_no_recorded_message_without_its_file() -> None:
    """A case that was taken out leaves nothing behind."""
    assert sorted(path.stem for path in WRONG.glob("*.txt")) == CASES


def a_folder(path: Path) -> None:
    """Put a folder where the file should be."""
    path.mkdir()


def nothing_but_a_near_name(path: Path) -> None:
    """Leave the file out, and put one beside it whose name is nearly the same."""
    path.with_name("teams.yaml").write_text(TEAM)


def nothing_near(path: Path) -> None:
    """Leave the file out."""
    assert not path.exists()


def binary_junk(path: Path) -> None:
    """Write what is no text in any encoding."""
    path.write_bytes(bytes(range(128, 256)))


def zeros(path: Path) -> None:
    """Write text with a zero in it."""
    path.write_bytes(b"developers: 40\nname: a\0b\n")


def a_spreadsheet_export(path: Path) -> None:
    """Write UTF-16, as some editors save."""
    path.write_bytes(TEAM.encode("utf-16"))


def a_terminal_escape(path: Path) -> None:
    """Write a control character."""
    path.write_bytes(b"developers: 40\nname: \x1b[31mred\n")


def too_large(path: Path) -> None:
    """Write one byte more than is read."""
    path.write_bytes(TEAM.encode() + b"#" * (MAX_BYTES - len(TEAM) + 1))


SITUATIONS: dict[str, tuple[Callable[[Path], None], str]] = {
    "a folder": (a_folder, "team.yaml: is a directory, not a file\n"),
    "a near name": (
        nothing_but_a_near_name,
        "team.yaml: there is no such file\n  hint: did you mean `teams.yaml`?\n",
    ),
    "no name": (nothing_near, "team.yaml: there is no such file\n"),
    "junk": (
        binary_junk,
        "team.yaml:1:1: is not UTF-8 text: byte 0x80\n  hint: save the file as UTF-8\n",
    ),
    "zeros": (zeros, "team.yaml:2:8: is not a text file: a NUL byte\n"),
    "UTF-16": (
        a_spreadsheet_export,
        "team.yaml:1:1: is not UTF-8 text: byte 0xff\n  hint: save the file as UTF-8\n",
    ),
    "an escape": (a_terminal_escape, "team.yaml:2:7: holds the control character U+001B\n"),
    "1 MiB and a byte": (too_large, "team.yaml: is larger than 1 MiB\n"),
}


@pytest.mark.parametrize(("make", "message"), SITUATIONS.values(), ids=SITUATIONS.keys())
def test_what_cannot_be_read_says_why(
    make: Callable[[Path], None], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that is not there, not a file or not text is one message and exit 2."""
    monkeypatch.chdir(tmp_path)
    make(tmp_path / "team.yaml")

    ended = run("compare", "team.yaml")

    assert ended == Run(2, "", message)


@pytest.mark.skipif(os.geteuid() == 0, reason="this user may read everything")
def test_a_file_without_permission_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that may not be read is one message and exit 2."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "team.yaml").write_text(TEAM)
    (tmp_path / "team.yaml").chmod(0)

    ended = run("compare", "team.yaml")

    assert ended == Run(2, "", "team.yaml: cannot be read: permission denied\n")


BY = "net_value, value, value_per_dollar, completed, quality, spend, cost_per_completed, total_cost"
FLAGS = {
    "--developers forty": "--developers: must be a number\n",
    "--developers 40,000": "--developers: must be a number\n  hint: write 40_000\n",
    "--developers -5": "--developers: must be at least 0\n",
    "--developers 0 --start 2027-01": (
        "--developers: nobody works in 2027-01: there is nothing to price\n"
    ),
    "--developers .inf": "--developers: '.inf': a number is finite\n",
    "--developers 40 --budget -1": "--budget: must be at least 0\n",
    "--developers 40 --months 0": "--months: must be at least 1\n",
    "--developers 40 --months 1.5": "--months: must be a whole number\n",
    "--developers 40 --start June": (
        "--start: 'June' is not a month: write YYYY-MM, such as 2027-01\n"
    ),
    "--developers 40 --start 9999-12": "--start: 9999-12 is not in the years 2000 to 2199\n",
    "--developers 40 --month 2026-10": "--month: `--billed VENDOR=COST` is missing\n",
    "--developers 40 --active 38": "--active: `--billed VENDOR=COST` is missing\n",
    "--developers 40 --billed anthropic": "--billed: 'anthropic': write it as VENDOR=COST\n",
    "--developers 40 --billed anthropic=8400": "--billed: say the invoice's `--month`, YYYY-MM\n",
    "--developers 40 --billed anthropic=8,400 --month 2026-10": (
        "--billed: must be a number\n  hint: write 8_400\n"
    ),
    "--developers 40 --billed antropic=8400 --month 2026-10": (
        "--billed: 'antropic' is not a vendor in the price tables\n"
        "  hint: did you mean `anthropic`?\n"
    ),
    "--developers 40 --billed anthropic=8400 --month 2026-10 --active 50": (
        "--active: 50 active developers of 40\n"
    ),
    "--developers 40 --by nonsense": f"--by: 'nonsense': rank by one of {BY}\n",
    "--developers 40 --draws -1": "--draws: -1: from 0 to 10,000,000\n",
    "--developers 40 --draws 10000001": "--draws: 10,000,001: from 0 to 10,000,000\n",
    "--developers 40 --seed -1": "--seed: -1: a seed is not negative\n",
    "--developers 40 --as-of nonsense": "--as-of: 'nonsense' is not a date: write YYYY-MM-DD\n",
    "--developers 40 --as-of 2026-02-30": (
        "--as-of: '2026-02-30' is not a date: write YYYY-MM-DD\n"
    ),
    "--developers 40 --as-of 9999-12-31": (
        "--as-of: 9999-12-31 is not in the years 2000 to 2199\n"
    ),
    "--developers 40 -o plan.pdf": (
        "-o: can't tell the format of plan.pdf: use .txt, .json, .csv, .md\n"
    ),
    "--developers 40 -o nowhere/plan.json": (
        "nowhere/plan.json: can't be written: No such file or directory\n"
    ),
    "--developers 40 --assume-cancelled gemini-3.8-flash": (
        "--assume-cancelled: 'gemini-3.8-flash': write it as MODEL@YYYY-MM-DD\n"
    ),
    "--developers 40 --assume-cancelled gemini-3.8-flash@2027-01-02": (
        "--assume-cancelled: gemini-3.8-flash has no price announced for 2027-01-02\n"
    ),
    "": (
        "no file: say which, or `--developers 40` and nothing else; "
        "`advisor init` writes a first file\n"
    ),
}


@pytest.mark.parametrize("flags", FLAGS)
def test_a_wrong_flag_is_named(flags: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong flag is named as it was typed, with what to write instead; exit 2, no answer."""
    monkeypatch.chdir(tmp_path)

    ended = run("compare", *flags.split())

    assert ended == Run(2, "", FLAGS[flags])


def test_a_wrong_flag_beside_a_file_is_not_blamed_on_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A flag wins over the file, so its fault has no line there."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "team.yaml").write_text(TEAM)

    ended = run("compare", "team.yaml", "--developers", "-5")

    assert ended == Run(2, "", "--developers: must be at least 0\n")
