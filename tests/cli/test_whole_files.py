"""Answers in files: whole or not there, on the disk, and never onto what they are made of."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import own_environment, run
from conftest import ROOT

from advisor.cli.streams import UndeliveredError
from advisor.cli.whole_files import whole_file, write_file
from advisor.errors import InputError

TEAM = "start: 2027-01\ndevelopers: 4\nbudget: 9_000\n"
QUICK = ("--draws", "0")
PAID = "month,vendor,cost\n2027-01,anthropic,800\n"
TRIALS = "agent,task_class,instance,resolved,cost_usd\n" + "".join(
    f"a,fix,{n},{n % 3 > 0:d},1.25\nb,fix,{n},{n % 2},0.5\n" for n in range(12)
)
AT_1 = ("--budget-per-task", "1")
PAY = ("check", "team.yaml", *QUICK, "--actuals")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand beside a team's file."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "team.yaml").write_text(TEAM, encoding="utf-8")
    return tmp_path


def names(folder: Path) -> list[str]:
    """List a folder."""
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(
    ("name", "content", "call"),
    [
        ("team.md", TEAM, ("compare", "team.md", *QUICK, "-o", "team.md")),
        ("team.md", TEAM, ("compare", "team.md", *QUICK, "-o", "a.json", "-o", "./team.md")),
        ("team.txt", TEAM, ("recommend", "team.txt", *QUICK, "-o", "team.txt")),
        ("team.md", TEAM, ("seats", "team.md", *QUICK, "-o", "team.md")),
        ("team.md", TEAM, ("stress", "team.md", "-o", "team.md")),
        ("team.md", TEAM, ("check", "team.md", *QUICK, "-o", "team.md")),
        ("team.md", TEAM, ("diff", "team.md", "team.yaml", "-o", "team.md")),
        ("team.csv", TEAM, ("export", "team.csv", "-o", "team.csv")),
        ("paid.csv", PAID, (*PAY, "paid.csv", "-o", "paid.csv")),
        ("paid.csv", PAID, (*PAY, ".", "-o", "paid.csv")),
        ("old.md", TEAM, ("check", "team.yaml", *QUICK, "--base", "old.md", "-o", "old.md")),
        ("trials.csv", TRIALS, ("pilot", "trials.csv", "-o", "trials.csv")),
        ("trials.csv", TRIALS, ("backtest", *AT_1, "trials.csv", "-o", "trials.csv")),
        ("guide.md", "words\n", ("tokens", ".", "-o", "guide.md")),
        ("team.lock", TEAM, ("prices", "lock", "team.lock", "-o", "team.lock")),
    ],
)  # fmt: skip
def test_no_answer_goes_onto_a_file_that_it_is_made_from(
    name: str, content: str, call: tuple[str, ...], here: Path
) -> None:
    """Each command refuses, with exit 2, and writes nothing at all."""
    (here / name).write_text(content, encoding="utf-8")
    before = names(here)

    ended = run(*call)

    assert (ended.code, "is one of the files that were read" in ended.err) == (2, True)
    assert ((here / name).read_text(encoding="utf-8"), names(here)) == (content, before)


def test_a_link_to_an_input_is_that_input(here: Path) -> None:
    """A name that leads to the team's file does not hide it."""
    (here / "year.md").symlink_to("team.yaml")

    ended = run("compare", "team.yaml", *QUICK, "-o", "year.md")

    assert (ended.code, (here / "team.yaml").read_text(encoding="utf-8")) == (2, TEAM)


def test_a_profile_file_is_an_input(here: Path) -> None:
    """What the workload names is read too."""
    (here / "own.txt").write_text("{}\n", encoding="utf-8")
    (here / "team.yaml").write_text(TEAM + "profiles: own.txt\n", encoding="utf-8")

    ended = run("compare", "team.yaml", *QUICK, "-o", "own.txt")

    assert (ended.code, (here / "own.txt").read_text(encoding="utf-8")) == (2, "{}\n")


def test_a_pipe_is_no_place_for_an_answer(here: Path) -> None:
    """A named pipe is refused at once: nobody waits for its reader, and it stays a pipe."""
    os.mkfifo(here / "year.json")

    ended = run("compare", "team.yaml", *QUICK, "-o", "year.json")

    assert (ended.code, "is a pipe or a device" in ended.err) == (2, True)
    assert stat.S_ISFIFO((here / "year.json").stat().st_mode)


def test_a_link_to_a_device_is_no_place_for_an_answer(here: Path) -> None:
    """The null device is not replaced by a file."""
    (here / "year.json").symlink_to("/dev/null")

    ended = run("compare", "team.yaml", *QUICK, "-o", "year.json")

    assert (ended.code, "is a pipe or a device" in ended.err) == (2, True)


KILLED = """
import os, signal, sys
from pathlib import Path
from advisor.cli.whole_files import whole_file
with whole_file(Path("year.csv")) as part:
    part.write_text("half")
    print("writing", flush=True)
    os.kill(os.getpid(), getattr(signal, sys.argv[1]))
"""


def start(signal: str, folder: Path) -> subprocess.Popen[str]:
    """Start a run that gets a signal while it writes, and wait until it does."""
    writer = subprocess.Popen(
        [sys.executable, "-c", KILLED, signal],
        cwd=folder,
        env=own_environment() | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert writer.stdout is not None
    assert writer.stdout.readline() == "writing\n"
    return writer


def test_what_a_killed_run_left_is_swept_at_the_next_write(here: Path) -> None:
    """A part file that nobody holds any more goes with the next write of its file."""
    start("SIGKILL", here).communicate()
    left = [name for name in names(here) if name.endswith(".part")]

    write_file(here / "year.csv", "whole")

    assert (len(left), names(here)) == (1, ["team.yaml", "year.csv"])


def test_what_another_run_is_writing_is_left_alone(here: Path) -> None:
    """A part file whose writer lives, were it asleep, is nobody else's to delete."""
    writer = start("SIGSTOP", here)
    try:
        write_file(here / "year.csv", "whole")
        left = [name for name in names(here) if name.endswith(".part")]
    finally:
        writer.kill()
        writer.communicate()

    assert len(left) == 1


@pytest.mark.parametrize(
    "name",
    [".year.csv.part", ".year.csv.mine.part", ".year.csv.abcdefgh", ".other.csv.abcdefgh.part"],
)
def test_files_of_other_names_are_not_swept(name: str, here: Path) -> None:
    """Only what a run itself would call a part of this very file is deleted."""
    (here / name).write_text("mine", encoding="utf-8")

    write_file(here / "year.csv", "whole")

    assert (here / name).read_text(encoding="utf-8") == "mine"


def test_a_file_is_on_the_disk_before_it_takes_its_place(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """First the bytes are settled, then the name moves, then the folder is settled."""
    told: list[str] = []
    sync, move = os.fsync, Path.replace

    def settled(handle: int) -> None:
        told.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file")
        sync(handle)

    def moved(part: Path, place: Path) -> Path:
        told.append("move")
        return move(part, place)

    monkeypatch.setattr(os, "fsync", settled)
    monkeypatch.setattr(Path, "replace", moved)
    write_file(here / "year.csv", "whole")

    assert told == ["file", "move", "folder"]


def test_a_writer_that_fails_leaves_the_old_file(here: Path) -> None:
    """Whatever ends the writing, the file is the old one and no part of a new one is left."""
    (here / "year.csv").write_text("old", encoding="utf-8")

    with pytest.raises(InputError):
        _fail(here / "year.csv")

    assert ((here / "year.csv").read_text(encoding="utf-8"), names(here)) == (
        "old",
        ["team.yaml", "year.csv"],
    )


def test_a_full_disk_is_no_fault_of_the_call(here: Path) -> None:
    """It ends as it does on stdout, with the file's name."""
    with pytest.raises(UndeliveredError, match=r"year\.csv: No space left"):
        _fill(here / "year.csv")

    assert names(here) == ["team.yaml"]


def _fill(path: Path) -> None:
    with whole_file(path):
        raise OSError(errno.ENOSPC, "No space left on device")


def _fail(path: Path) -> None:
    with whole_file(path) as part:
        part.write_text("half", encoding="utf-8")
        raise OSError("no space left")


def test_many_runs_write_one_file_at_once(here: Path) -> None:
    """Whoever is last has the file; nobody sweeps what another is about to move."""
    code = (
        "from pathlib import Path; from advisor.cli.whole_files import write_file\n"
        "for n in range(40): write_file(Path('year.csv'), 'x' * 1000)"
    )
    environment = own_environment() | {"PYTHONPATH": str(ROOT)}
    writers = [
        subprocess.Popen([sys.executable, "-c", code], cwd=here, env=environment) for _ in range(3)
    ]
    codes = [writer.wait(timeout=60) for writer in writers]

    assert (codes, names(here)) == ([0, 0, 0], ["team.yaml", "year.csv"])
