"""`advisor export` as it is called: what it writes where, and that files are whole or the old."""

from __future__ import annotations

import gc
import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from warnings import catch_warnings

import pytest
from command_line import own_environment, run
from conftest import ROOT
from exports import cells_of, csv_rows, forecast_total

pytestmark = pytest.mark.usefixtures("plain_screen")

TEAM = ROOT / "workloads" / "team.yaml"
FILES = (
    "plan.csv", "plan.parquet", "plan.xlsx", "plan.focus.csv", "plan.ranges.csv",
    "plan.ranges.parquet",
)  # fmt: skip
OLD = "the old file"
PATIENCE = 300
"""Seconds after which something hangs; nothing is judged by how long it takes."""
SMALL = """
name: Small
start: 2027-01
months: 3
developers: 10
usage: {input: 600k, output: 150k}
options:
  opus: {model: claude-opus-5-5}
  codex: {model: gpt-6.1-sol, token_multiplier: 1, quality: 1}
current: opus
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Write a small team file."""
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path


# --- What is written -----------------------------------------------------------------------------


def test_every_kind_is_written_at_once(tmp_path: Path, small: Path) -> None:
    """One call writes each file by its ending, and says so on stderr under the first line."""
    paths = [tmp_path / name for name in FILES]
    ended = run("export", small, *(word for path in paths for word in ("-o", path)))
    lines = ended.err.splitlines()

    assert (ended.code, ended.out) == (0, "")
    assert lines[0].startswith(
        f"Small ({small}) · as today, for no mix is decided: opus · 2027-01 to"
    )
    assert lines[1:] == [f"wrote {path}" for path in paths]
    assert [path.stat().st_size > 100 for path in paths] == [True] * len(FILES)


def test_without_a_file_it_prints_csv(small: Path) -> None:
    """Stdout has the rows, and nothing but the rows."""
    ended = run("export", small)

    assert ended.code == 0
    assert forecast_total(csv_rows(ended.out)) > 0


def test_a_dialect_is_asked_for(tmp_path: Path, small: Path) -> None:
    """`--csv-dialect` says whom the CSV is for."""
    run("export", small, "--csv-dialect", "excel-eu", "-o", tmp_path / "plan.csv")

    assert (tmp_path / "plan.csv").read_bytes().startswith(b"\xef\xbb\xbfmonth;cost_center;")


def test_a_focus_version_is_asked_for(tmp_path: Path, small: Path) -> None:
    """`--focus-version` says which columns; those of 1.2 are usual."""
    run("export", small, "--focus-version", "1.4", "-o", tmp_path / "plan.focus.csv")
    run("export", small, "-o", tmp_path / "usual.focus.csv")

    assert ",ServiceProviderName," in (tmp_path / "plan.focus.csv").read_text(encoding="utf-8")
    assert ",ProviderName," in (tmp_path / "usual.focus.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-o", "plan.doc"], "-o: can't tell the format of plan.doc: use .focus.csv, "),
        (["-o", "none/plan.csv"], "none/plan.csv: can't be written: No such file or directory"),
        (["--option", "all", "-o", "plan.xlsx"], "--option: a workbook shows one way of working"),
        (["--option", "opsu"], "hint: did you mean `opus`?"),
        (["--draws", "0", "-o", "plan.ranges.csv"], "--draws: 0: ranges are of drawn years"),
        (["--seed", "-1"], "--seed: -1: a seed is not negative"),
        (["--time-limit", "0"], "--time-limit: 0: more than 0 seconds"),
    ],
)
def test_what_is_wrong_is_said(
    arguments: list[str], said: str, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong call ends with 2, one line, and no file."""
    monkeypatch.chdir(tmp_path)
    ended = run("export", small, *arguments)

    assert ended.code == 2
    assert said in ended.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["small.yaml"]


def test_a_workbook_needs_no_draws(tmp_path: Path, small: Path) -> None:
    """Without draws there is a workbook without ranges."""
    ended = run("export", small, "--draws", "0", "-o", tmp_path / "plan.xlsx")

    assert ended.code == 0, ended.err
    assert "P10" in cells_of(tmp_path / "plan.xlsx")["Ranges"].values()


def test_a_plan_of_nothing_is_exported(tmp_path: Path, small: Path) -> None:
    """Where nobody works, every file is there, with a heading and no rows."""
    small.write_text(f"{SMALL}adoption: 0\n", encoding="utf-8")
    paths = [tmp_path / name for name in FILES]
    ended = run("export", small, *(word for path in paths for word in ("-o", path)))

    assert ended.code == 0, ended.err
    assert (tmp_path / "plan.csv").read_text(encoding="utf-8").count("\n") == 1
    assert (tmp_path / "plan.focus.csv").read_text(encoding="utf-8").count("\n") == 1


# --- Whole or not at all -------------------------------------------------------------------------

HALTING = """\
import os, signal, sys
from pathlib import Path
from advisor.cli.main import main

path_open, path_chmod = Path.open, Path.chmod


def halt():
    os.kill(os.getpid(), signal.{name})


def opened(path, *words, **terms):
    stream = path_open(path, *words, **terms)
    if path.name.startswith(".plan.csv"):
        write = stream.write
        stream.write = lambda piece: (write(piece), stream.flush(), halt())[0]
    return stream


def chmod(path, mode):
    if not path.name.startswith(".plan.csv"):
        halt()
    path_chmod(path, mode)


Path.open, Path.chmod = opened, chmod
main()
"""
"""Halts by a signal to itself: with the first piece of a CSV written, else with a whole file that
has not taken its place."""


def halting(small: Path, path: Path, sent: signal.Signals) -> subprocess.Popen[bytes]:
    """Start an export that sends itself a signal in the middle."""
    script = HALTING.format(name=sent.name)
    return subprocess.Popen(
        [sys.executable, "-c", script, "export", str(small), "-o", str(path)],
        cwd=ROOT, env=own_environment() | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


posix = pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals there")


@posix
@pytest.mark.parametrize("ending", ["csv", "focus.csv"])
def test_a_run_that_is_killed_leaves_the_old_file(ending: str, small: Path) -> None:
    """Killed in the middle of a file, the old one is whole."""
    path = small.parent / f"plan.{ending}"
    path.write_text(OLD, encoding="utf-8")
    with halting(small, path, signal.SIGKILL) as process:
        code = process.wait(timeout=PATIENCE)

    assert (code, path.read_text(encoding="utf-8")) == (-signal.SIGKILL, OLD)


@pytest.fixture
def interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Press Ctrl-C once the first piece of any file is written."""
    path_open = Path.open

    def opened(path: Path, *words: Any, **terms: Any) -> Any:
        stream = path_open(path, *words, **terms)
        if path.name.startswith(".plan"):
            write = stream.write

            def write_some(piece: Any) -> None:
                write(piece)
                stream.flush()
                signal.raise_signal(signal.SIGINT)

            monkeypatch.setattr(stream, "write", write_some)
        return stream

    monkeypatch.setattr(Path, "open", opened)


@pytest.mark.usefixtures("interrupted")
@pytest.mark.parametrize("ending", ["csv", "focus.csv"])
def test_an_interrupted_run_leaves_the_old_file(ending: str, small: Path) -> None:
    """Stopped by Ctrl-C in the middle of a file, the old one is whole."""
    path = small.parent / f"plan.{ending}"
    path.write_text(OLD, encoding="utf-8")

    assert run("export", small, "-o", path).code == 130
    assert path.read_text(encoding="utf-8") == OLD


@pytest.mark.usefixtures("interrupted")
def test_ctrl_c_leaves_nothing_beside(small: Path) -> None:
    """What was begun is taken away again where there is time to."""
    assert run("export", small, "-o", small.parent / "plan.csv").code == 130
    assert sorted(one.name for one in small.parent.iterdir()) == ["small.yaml"]


def test_a_new_file_takes_the_old_ones_place_at_once(small: Path) -> None:
    """Whoever has the old file open reads it to its end: it is never written into."""
    path = small.parent / "plan.csv"
    path.write_text(OLD, encoding="utf-8")
    with path.open(encoding="utf-8") as stream:
        run("export", small, "-o", path)

        assert stream.read() == OLD
    assert path.read_text(encoding="utf-8") != OLD


@contextmanager
def full_disk() -> Iterator[None]:
    """Let no file of this process become larger than half a kilobyte."""
    resource = pytest.importorskip("resource")
    now, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (512, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (now, most))
        with catch_warnings(action="ignore", category=ResourceWarning):
            gc.collect()  # XlsxWriter leaves its parts open where it can't go on


@pytest.mark.parametrize("ending", ["csv", "focus.csv", "parquet", "xlsx"])
def test_a_full_disk_leaves_the_old_file(ending: str, small: Path) -> None:
    """Where a file can't be written to its end, the old one is whole, and that is an error."""
    path = small.parent / f"plan.{ending}"
    path.write_text(OLD, encoding="utf-8")
    with full_disk():
        ended = run("export", small, "-o", path)

    assert ended.code == 74, ended.err
    assert "could not be written" in ended.err
    assert path.read_text(encoding="utf-8") == OLD
    assert sorted(one.name for one in small.parent.iterdir()) == sorted([path.name, "small.yaml"])


@posix
@pytest.mark.parametrize("ending", ["csv", "parquet", "xlsx"])
def test_two_runs_do_not_disturb_each_other(ending: str, small: Path) -> None:
    """One is stopped in its middle, another writes the same file, and the first goes on.

    Both end well, and each time the file is what one alone would have written.
    """
    alone, path = small.parent / f"alone.{ending}", small.parent / f"plan.{ending}"
    run("export", small, "-o", alone)
    with halting(small, path, signal.SIGSTOP) as process:
        _, status = os.waitpid(process.pid, os.WUNTRACED)
        other = run("export", small, "-o", path).code
        between = digest(path)
        process.send_signal(signal.SIGCONT)
        # A CSV has a piece for its heading and one for its rows.
        if ending == "csv":
            os.waitpid(process.pid, os.WUNTRACED)
            process.send_signal(signal.SIGCONT)
        code = process.wait(timeout=PATIENCE)

    assert (os.WIFSTOPPED(status), other, code) == (True, 0, 0)
    assert (between, digest(path)) == (digest(alone), digest(alone))


def digest(path: Path) -> str:
    """Return a file's digest."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_new_file_can_be_read_by_all(tmp_path: Path, small: Path) -> None:
    """A file has the rights that others have, not those of a temporary one."""
    run("export", small, "-o", tmp_path / "plan.csv")

    assert (tmp_path / "plan.csv").stat().st_mode & 0o777 == 0o644


def test_the_example_is_exported(tmp_path: Path) -> None:
    """The shipped example comes to what `compare` shows."""
    run("export", TEAM, "-o", tmp_path / "plan.csv")
    rows = csv_rows((tmp_path / "plan.csv").read_text(encoding="utf-8"))

    assert forecast_total(rows) == pytest.approx(100_800, rel=1e-12)
