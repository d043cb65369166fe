"""`advisor export` as it is called: what it writes where, and that files are whole or the old."""

from __future__ import annotations

import hashlib
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from command_line import own_environment, run, run_apart
from conftest import ROOT
from exports import cells_of, csv_rows, forecast_total

pytestmark = pytest.mark.usefixtures("plain_screen")

TEAM = ROOT / "workloads" / "team.yaml"
FILES = (
    "plan.csv", "plan.parquet", "plan.xlsx", "plan.focus.csv", "plan.ranges.csv",
    "plan.ranges.parquet",
)  # fmt: skip
OLD = "the old file"
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


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """Write a file whose rows take a second to write."""
    teams = "".join(f"  t{n}: {{developers: 10}}\n" for n in range(150))
    tasks = "".join(
        f"  k{n}: {{per_developer_month: 3, tokens: {{input: 20k, cache_read: 2M, output: 9k}}}}\n"
        for n in range(8)
    )
    options = "".join(
        f"  o{n}: {{model: claude-opus-5-5, token_multiplier: {n + 1}, quality: 1}}\n"
        for n in range(1, 6)
    )
    path = tmp_path / "large.yaml"
    text = f"start: 2027-01\ncurrent: o0\nteams:\n{teams}tasks:\n{tasks}"
    path.write_text(
        f"{text}options:\n  o0: {{model: claude-opus-5-5}}\n{options}", encoding="utf-8"
    )
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


def test_it_loads_no_library_that_it_does_not_use(small: Path) -> None:
    """CSV waits for neither pyarrow nor XlsxWriter nor pandas."""
    script = (
        "import sys\nfrom advisor.cli.main import main\n"
        f"sys.argv = ['advisor', 'export', {str(small)!r}]\n"
        "try:\n    main()\nfinally:\n    print('LOADED', *sys.modules, file=sys.stderr)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=own_environment(), capture_output=True,
        text=True, check=True, timeout=60,
    )  # fmt: skip
    loaded = set(ended.stderr.partition("LOADED ")[2].split())

    assert {"pandas", "pyarrow", "xlsxwriter"} & loaded == set()
    assert "numpy" in loaded


def test_a_plan_of_nothing_is_exported(tmp_path: Path, small: Path) -> None:
    """Where nobody works, every file is there, with a heading and no rows."""
    small.write_text(f"{SMALL}adoption: 0\n", encoding="utf-8")
    paths = [tmp_path / name for name in FILES]
    ended = run("export", small, *(word for path in paths for word in ("-o", path)))

    assert ended.code == 0, ended.err
    assert (tmp_path / "plan.csv").read_text(encoding="utf-8").count("\n") == 1
    assert (tmp_path / "plan.focus.csv").read_text(encoding="utf-8").count("\n") == 1


# --- Whole or not at all -------------------------------------------------------------------------


def started(large: Path, *words: str | Path, limit: int | None = None) -> subprocess.Popen[bytes]:
    """Start an export; no file of it may be larger than `limit` blocks of 512 bytes."""
    command = [sys.executable, "-m", "advisor", "export", str(large), *map(str, words)]
    shell = ["sh", "-c", f'ulimit -f {limit}; exec "$@"', "sh"] if limit else []
    return subprocess.Popen(
        [*shell, *command], cwd=ROOT, env=own_environment() | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip


def parts_of(path: Path) -> list[Path]:
    """Return what is being written beside a file."""
    return [one for one in path.parent.glob(f".{path.name}.*") if one.stat().st_size]


def wait_for_writing(path: Path, process: subprocess.Popen[bytes]) -> None:
    """Wait until something is written beside a file."""
    for _ in range(30_000):
        if parts_of(path):
            return
        if process.poll() is not None:
            break
        time.sleep(0.001)
    raise AssertionError("it was over before it could be interrupted")


@pytest.mark.parametrize("ending", ["csv", "focus.csv"])
@pytest.mark.parametrize(
    ("sent", "code"), [(signal.SIGKILL, -signal.SIGKILL), (signal.SIGINT, 130)]
)
def test_an_interrupted_run_leaves_the_old_file(
    sent: signal.Signals, code: int, ending: str, large: Path
) -> None:
    """Killed or stopped by Ctrl-C in the middle of a file, the old one is whole."""
    path = large.parent / f"plan.{ending}"
    path.write_text(OLD, encoding="utf-8")
    with started(large, "--option", "all", "-o", path) as process:
        wait_for_writing(path, process)
        process.send_signal(sent)
        process.communicate(timeout=60)

    assert (process.returncode, path.read_text(encoding="utf-8")) == (code, OLD)


def test_a_new_file_takes_the_old_ones_place_at_once(small: Path) -> None:
    """Whoever has the old file open reads it to its end: it is never written into."""
    path = small.parent / "plan.csv"
    path.write_text(OLD, encoding="utf-8")
    with path.open(encoding="utf-8") as stream:
        run("export", small, "-o", path)

        assert stream.read() == OLD
    assert path.read_text(encoding="utf-8") != OLD


def test_ctrl_c_leaves_nothing_beside(large: Path) -> None:
    """What was begun is taken away again where there is time to."""
    path = large.parent / "plan.csv"
    with started(large, "--option", "all", "-o", path) as process:
        wait_for_writing(path, process)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)

    assert sorted(one.name for one in large.parent.iterdir()) == ["large.yaml"]


@pytest.mark.parametrize("ending", ["csv", "focus.csv", "parquet", "xlsx"])
def test_a_full_disk_leaves_the_old_file(ending: str, small: Path) -> None:
    """Where a file can't be written to its end, the old one is whole, and that is an error."""
    path = small.parent / f"plan.{ending}"
    path.write_text(OLD, encoding="utf-8")
    with started(small, "-o", path, limit=1) as process:
        _, err = process.communicate(timeout=60)

    assert process.returncode == 2, err
    assert b"can't be written" in err
    assert path.read_text(encoding="utf-8") == OLD
    assert sorted(one.name for one in small.parent.iterdir()) == sorted([path.name, "small.yaml"])


@pytest.mark.parametrize("ending", ["csv", "parquet", "xlsx"])
def test_two_runs_do_not_disturb_each_other(ending: str, small: Path) -> None:
    """Two exports to one place at once end well, and the file is what one would have written."""
    alone, path = small.parent / f"alone.{ending}", small.parent / f"plan.{ending}"
    run("export", small, "-o", alone)
    both = [started(small, "-o", path) for _ in range(2)]
    codes = ended(both)

    assert codes == [0, 0]
    assert digest(path) == digest(alone)


def ended(processes: Sequence[subprocess.Popen[bytes]]) -> list[int]:
    """Wait for processes; return their exit codes."""
    for process in processes:
        process.communicate(timeout=60)
    return [process.returncode for process in processes]


def digest(path: Path) -> str:
    """Return a file's digest."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_new_file_can_be_read_by_all(tmp_path: Path, small: Path) -> None:
    """A file has the rights that others have, not those of a temporary one."""
    run("export", small, "-o", tmp_path / "plan.csv")

    assert (tmp_path / "plan.csv").stat().st_mode & 0o777 == 0o644


def test_the_example_is_exported(tmp_path: Path) -> None:
    """The shipped example comes to what `compare` shows, in a process of its own."""
    run_apart("export", TEAM, "-o", tmp_path / "plan.csv")
    rows = csv_rows((tmp_path / "plan.csv").read_text(encoding="utf-8"))

    assert forecast_total(rows) == pytest.approx(100_800, rel=1e-12)
