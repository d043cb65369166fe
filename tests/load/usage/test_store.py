"""What is kept between runs: only what is new is read, and nothing that was billed is lost."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from usage_logs import (
    LOGS,
    answer,
    calls_of,
    claude_home,
    compact,
    counted,
    read_home,
    tokens_of,
    totals,
    write_lines,
)

from advisor.load.usage import store as stores
from advisor.load.usage.places import places_of
from advisor.load.usage.reading import read_usage

LONG_AGO = 1_700_000_000
ONE = (10, 50, 0, 100, 5)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Make a home with one transcript of one call, written long ago."""
    return aged(claude_home(tmp_path / "home", {"s1": [answer()]}))


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Name a store that isn't there yet."""
    return tmp_path / "data" / "usage.db"


def transcript(home: Path) -> Path:
    """Return the one transcript of a home."""
    return home / ".claude/projects/-home-dev-app/s1.jsonl"


def aged(home: Path) -> Path:
    """Set every file's time back, so that none was touched just now."""
    for path in home.rglob("*"):
        os.utime(path, (LONG_AGO, LONG_AGO))
    return home


def more(path: Path, *lines: bytes) -> None:
    """Append bytes to a log."""
    with path.open("ab") as log:
        log.writelines(lines)


def said(ident: str) -> bytes:
    """Write a further call's line."""
    return compact(answer(ident, request=f"req_{ident}")).encode()


def test_nothing_new_is_not_read_again(home: Path, store: Path) -> None:
    """A second run reads no byte of logs that are as they were, and says the same."""
    first, second = read_home(home, store), read_home(home, store)

    assert first.bytes_read > 0
    assert second.bytes_read == 0
    assert calls_of(first) == calls_of(second)


def test_what_was_appended_is_all_that_is_read(home: Path, store: Path) -> None:
    """A log that has grown is read from where it ended."""
    read_home(home, store)
    line = said("msg_2") + b"\n"
    more(transcript(home), line)

    usage = read_home(home, store)

    assert usage.bytes_read == len(line)
    assert tokens_of(usage) == [ONE, ONE]


def test_a_tail_that_is_still_being_written_is_never_kept(home: Path, store: Path) -> None:
    """Half a line is no call; once it is whole it is one, and a whole one without an end counts."""
    line = said("msg_2")
    more(transcript(home), line[:100])
    half = read_home(home, store)
    more(transcript(home), line[100:])
    whole = read_home(home, store)
    more(transcript(home), b"\n", said("msg_3") + b"\n")
    last = read_home(home, store)

    assert [len(half.calls), len(whole.calls), len(last.calls)] == [1, 2, 3]


def test_a_log_of_the_same_size_and_time_but_another_content_is_noticed(
    home: Path, store: Path
) -> None:
    """A file that was touched just before the last run is looked at again."""
    path = transcript(home)
    os.utime(path)
    read_home(home, store)
    was = path.stat()
    path.write_bytes(path.read_bytes().replace(b'"input_tokens":10', b'"input_tokens":11'))
    os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))

    assert (11, *ONE[1:]) in tokens_of(read_home(home, store))


def test_calls_of_a_log_that_is_gone_stay(home: Path, store: Path) -> None:
    """Agents delete their logs: what was billed stays, and it is said that the file is gone."""
    read_home(home, store)
    shutil.rmtree(home / ".claude")

    usage = read_home(home, store)

    assert tokens_of(usage) == [ONE]
    assert counted(usage)["files_gone_but_kept"] == 1


def test_a_log_that_was_written_anew_keeps_what_it_lost(home: Path, store: Path) -> None:
    """A shortened log is read whole again; the calls that it no longer holds were still made."""
    path = transcript(home)
    more(path, said("msg_2") + b"\n")
    aged(home)
    read_home(home, store)
    write_lines(path, [answer("msg_3", request="r3", fresh=3)])

    assert tokens_of(read_home(home, store)) == sorted([ONE, ONE, (3, *ONE[1:])])


def test_a_log_that_moved_to_another_folder_counts_once(home: Path, store: Path) -> None:
    """The same calls under a new name are the same calls."""
    read_home(home, store)
    path = transcript(home)
    path.rename(path.with_name("s2.jsonl"))

    assert tokens_of(read_home(home, store)) == [ONE]


def test_the_store_holds_each_home_for_itself(home: Path, store: Path, tmp_path: Path) -> None:
    """What is kept of one home doesn't turn up in a reading of another."""
    read_home(home, store)
    other = claude_home(tmp_path / "other", {"s9": [answer("msg_9", request="r9", fresh=9)]})

    assert tokens_of(read_home(other, store)) == [(9, *ONE[1:])]


def garbage(path: Path) -> None:
    """Write something that is no database."""
    path.write_bytes(b"no database at all" * 100)


def cut_short(path: Path) -> None:
    """Lose the second half of the database."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flipped(path: Path) -> None:
    """Change one number inside a packed block."""
    with sqlite3.connect(path) as database:
        number, block = database.execute("select id, block from file").fetchone()
        changed = block[:-20] + bytes([block[-20] ^ 1]) + block[-19:]
        database.execute("update file set block=? where id=?", (changed, number))
    database.close()


def foreign(path: Path) -> None:
    """Leave a database without our table."""
    with sqlite3.connect(path) as database:
        database.execute("drop table file")
    database.close()


@pytest.mark.parametrize("break_it", [garbage, cut_short, flipped, foreign])
def test_a_broken_store_is_set_aside_with_one_warning(
    break_it: Callable[[Path], None], home: Path, store: Path
) -> None:
    """It is kept under another name, built anew, and right again."""
    read_home(home, store)
    break_it(store)

    usage = read_home(home, store)

    assert tokens_of(usage) == [ONE]
    assert [warning.count(".broken-1") for warning in usage.warnings] == [1]
    assert store.with_name("usage.db.broken-1").exists()
    assert read_home(home, store).bytes_read == 0


def test_a_store_of_a_later_version_is_left_alone(home: Path, store: Path) -> None:
    """A newer program's store is not touched; this run keeps nothing and says so."""
    read_home(home, store)
    with sqlite3.connect(store) as database:
        database.execute(f"pragma user_version={stores.VERSION + 1}")
    database.close()
    before = store.read_bytes()

    usage = read_home(home, store)

    assert tokens_of(usage) == [ONE]
    assert len(usage.warnings) == 1
    assert store.read_bytes() == before


def test_a_store_that_is_locked_is_done_without(
    home: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that can't write still answers, and says that it kept nothing."""
    read_home(home, store)
    monkeypatch.setattr(stores, "PATIENCE", 0.05)
    more(transcript(home), said("msg_2") + b"\n")
    other = sqlite3.connect(store, isolation_level=None)
    other.execute("begin exclusive")
    try:
        usage = read_home(home, store)
    finally:
        other.close()

    assert tokens_of(usage) == [ONE, ONE]
    assert len(usage.warnings) == 1


def test_another_run_that_kept_more_meanwhile_is_left_as_it_is(home: Path, store: Path) -> None:
    """Of two runs at once the later one's rows stay, whoever writes last."""
    read_home(home, store)
    place = places_of(str(home))[0]
    early = stores.Store(str(store))
    known = early.known_in(place)
    assert known is not None
    mine = next(iter(known.values()))
    more(transcript(home), said("msg_2") + b"\n")
    read_home(home, store)
    late = stores.Store(str(store))
    block = late.kept(mine.id).block
    late.close()
    stale: Any = type(
        "Stale", (), {"upto": 1, "print_": b"", "about": "", "carry": "", "block": b""}
    )()
    seen: Any = type("Seen", (), {"folder": "", "name": "", "size": 1, "mtime": 1, "inode": 1})()

    early.write([(place, seen, "lines", 1, stale, mine)])

    assert early.kept(mine.id).block == block
    early.close()


def test_forgetting_deletes_the_store(home: Path, store: Path) -> None:
    """Nothing is left of a forgotten store, and forgetting none is no error."""
    read_home(home, store)

    assert stores.forget(str(store))
    assert list(store.parent.iterdir()) == []
    assert not stores.forget(str(store))


DEATH = """
import os, signal, sys
calls = 0
def count(frame, event, argument):
    global calls
    if event == "call":
        calls += 1
        if calls == {moment}:
            os.kill(os.getpid(), signal.SIGKILL)
from advisor.load.usage.places import places_of
from advisor.load.usage.reading import read_usage
sys.setprofile(count)
read_usage(places_of(sys.argv[1]), store=sys.argv[2])
sys.setprofile(None)
print(calls)
"""


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a home of several agents."""
    home = tmp_path_factory.mktemp("home")
    for agent in ("claude-code-2.1.332", "codex-0.171.0", "opencode-1.18.33", "pi-1.6.0"):
        shutil.copytree(LOGS / agent / "home", home, dirs_exist_ok=True)
    return aged(home)


def dying(home: Path, store: Path, moment: int) -> subprocess.CompletedProcess[str]:
    """Read in a process that kills itself at its so-manieth call of a function."""
    return subprocess.run(
        [sys.executable, "-c", DEATH.format(moment=moment), str(home), str(store)],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


@pytest.mark.parametrize("share", [0.01, 0.2, 0.4, 0.6, 0.75, 0.9, 0.95, 0.97, 0.99])
def test_a_run_that_is_killed_leaves_nothing_half_done(
    share: float, logs: Path, tmp_path: Path
) -> None:
    """Killed at any moment, the next run says what a run without a store says."""
    whole = int(dying(logs, tmp_path / "whole.db", -1).stdout)
    store = tmp_path / "usage.db"

    ended = dying(logs, store, max(1, int(whole * share)))
    usage = read_home(logs, store)

    assert ended.returncode == -9
    assert totals(usage) == totals(read_home(logs))
    assert usage.warnings == []


def test_many_runs_at_once_end_with_the_same_rows(logs: Path, tmp_path: Path) -> None:
    """Runs that begin together neither fail nor lose nor double a call."""
    store = tmp_path / "usage.db"
    command = [sys.executable, "-c", DEATH.format(moment=-1), str(logs), str(store)]
    runs = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(4)
    ]
    outputs = [run.communicate(timeout=60)[1] for run in runs]

    usage = read_home(logs, store)

    assert outputs == [b""] * 4
    assert [run.returncode for run in runs] == [0] * 4
    assert usage.bytes_read == 0
    assert totals(usage) == totals(read_usage(places_of(str(logs))))
