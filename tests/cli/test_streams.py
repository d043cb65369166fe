"""Streams: stdout holds the answer and nothing else, and an answer that gets lost is told.

Each claim is about a process of its own, since descriptors are a process's.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import own_environment, run
from conftest import ROOT

LIST = ("prices", "list", "--as-of", "2026-11-12")
BROKEN = ("check", "team.yaml", "--draws", "0")
TEAM = "start: 2027-01\ndevelopers: 40\nbudget: 10\n"
DEV_FULL = Path("/dev/full")

PRINTS_IN_C = """
import ctypes, sys
import highspy
from advisor.cli.main import main

libc, run = ctypes.CDLL(None), highspy.Highs.run


def printing_run(self):
    libc.puts(b"printed during a solve")
    libc.fflush(None)
    return run(self)


highspy.Highs.run = printing_run
sys.argv = ["advisor", "recommend", "team.yaml", "--json", "--draws", "50"]
main()
"""
RECOMMENDED = """
start: 2027-01
developers: 10
budget: 90_000
options:
  a: {model: claude-opus-5-5, harness: claude-code}
  b: {model: claude-sonnet-5-5, harness: claude-code, token_multiplier: 1, quality: 0.9}
current: a
tasks: {fix: {per_developer_month: 10, tokens: {output: 100k}, success: 0.8, value: 50}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a team whose budget is too small."""
    (tmp_path / "team.yaml").write_text(TEAM, encoding="utf-8")
    return tmp_path


def shell(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a line of shell in which `advisor` is the program."""
    program = f'advisor() {{ "{sys.executable}" -m advisor "$@"; }}\n'
    return subprocess.run(
        ["bash", "-c", program + script],
        cwd=folder, env=own_environment() | {"PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, encoding="utf-8", check=False, timeout=120,
    )  # fmt: skip


def words(arguments: tuple[str, ...]) -> str:
    """Write a call as a shell has it."""
    return " ".join(("advisor", *arguments))


def test_what_a_library_prints_is_no_part_of_the_answer(tmp_path: Path) -> None:
    """C code prints during a solve, and the JSON on stdout parses."""
    (tmp_path / "team.yaml").write_text(RECOMMENDED, encoding="utf-8")

    ended = subprocess.run(
        [sys.executable, "-c", PRINTS_IN_C],
        cwd=tmp_path, env=own_environment() | {"PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, encoding="utf-8", check=False, timeout=120,
    )  # fmt: skip

    assert json.loads(ended.stdout)["schema"] == "advisor.recommend/1"
    assert "printed during a solve" in ended.stderr
    assert ended.returncode == 0


def test_a_reader_that_is_gone_is_told(folder: Path) -> None:
    """Whoever reads the answer may stop: that is no broken limit and no bug."""
    reader, writer = os.pipe()
    os.close(reader)

    ended = subprocess.run(
        [sys.executable, "-m", "advisor", *BROKEN],
        cwd=folder, env=own_environment() | {"PYTHONPATH": str(ROOT)},
        stdout=writer, stderr=subprocess.PIPE, text=True, check=False, timeout=60,
    )  # fmt: skip
    os.close(writer)

    assert ended.stderr == "the answer could not be written: nobody reads it any more\n"
    assert ended.returncode == 74


@pytest.mark.skipif(not DEV_FULL.exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("arguments", [LIST, BROKEN, ("--help",), ("schema",)], ids=words)
def test_a_full_disk_is_told(arguments: tuple[str, ...], folder: Path) -> None:
    """An answer that does not fit has a code of its own, and one plain line."""
    ended = shell(f"{words(arguments)} > /dev/full", folder)

    assert ended.stderr == "the answer could not be written: No space left on device\n"
    assert ended.returncode == 74


@pytest.mark.parametrize("arguments", [LIST, BROKEN], ids=words)
def test_a_closed_stdout_is_told(arguments: tuple[str, ...], folder: Path) -> None:
    """Nothing is written into the file that is opened next, whose number it has."""
    ended = shell(f"{words(arguments)} >&-", folder)

    assert ended.stderr == "the answer could not be written: stdout is closed\n"
    assert ended.returncode == 74


def test_files_are_written_without_a_stdout(folder: Path) -> None:
    """A command that prints nothing needs no stdout."""
    ended = shell("advisor export team.yaml -o year.csv >&- <&-", folder)

    assert ended.returncode == 0
    assert (folder / "year.csv").read_text(encoding="utf-8").startswith("month,")


@pytest.mark.skipif(not DEV_FULL.exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize(
    ("call", "code"),
    [
        pytest.param("advisor check team.yaml --draws 0", 1, id="a limit that is broken"),
        pytest.param("advisor compare nowhere.yaml", 2, id="input that is wrong"),
        pytest.param("advisor export team.yaml -o year.csv", 74, id="a note that is lost"),
        pytest.param("advisor compare team.yaml --draws 0", 0, id="nothing to note"),
    ],
)
def test_a_full_stderr_hides_no_end(call: str, code: int, folder: Path) -> None:
    """Notes that get lost spoil a good end alone, and never look like a broken limit."""
    assert shell(f"{call} 2> /dev/full", folder).returncode == code


@pytest.mark.parametrize(
    ("call", "code"),
    [("advisor check team.yaml --draws 0", 1), ("advisor compare nowhere.yaml", 2),
     ("advisor compare team.yaml --draws 0", 0)],
)  # fmt: skip
def test_a_closed_stderr_is_somebody_s_wish(call: str, code: int, folder: Path) -> None:
    """Whoever closes stderr wants no notes; the end is the command's own."""
    ended = shell(f"{call} 2>&- <&-", folder)

    assert ended.returncode == code
    assert bool(ended.stdout) == (code != 2)


def test_a_program_that_imports_the_package_keeps_its_descriptors(tmp_path: Path) -> None:
    """In this process the command line is called and descriptors 0 to 2 lead where they led."""
    before = [os.fstat(one) for one in range(3)]

    run(*LIST)

    after = [os.fstat(one) for one in range(3)]
    assert [os.path.samestat(a, b) for a, b in zip(before, after, strict=True)] == [True] * 3


SEARCHES_ON = """
import sys, threading, time
from advisor.cli import exits
from advisor.cli.main import main

ended = exits.run


def leaving_a_search(command, streams):
    threading.Thread(target=time.sleep, args=(600,)).start()
    return ended(command, streams)


exits.run = leaving_a_search
sys.argv = ["advisor", "check", "team.yaml", "--draws", "0"]
main()
"""


def test_a_search_that_does_not_stop_keeps_nobody_waiting(folder: Path) -> None:
    """A process ends with its answer and its code while a thread of it still works."""
    ended = subprocess.run(
        [sys.executable, "-c", SEARCHES_ON],
        cwd=folder, env=own_environment() | {"PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, encoding="utf-8", check=False, timeout=120,
    )  # fmt: skip

    assert (ended.returncode, "budget" in ended.stdout) == (1, True)
