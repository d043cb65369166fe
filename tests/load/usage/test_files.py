"""Whatever a file system holds under an agent's folder: it is survived, and counted."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from usage_logs import (
    LOGS,
    answer,
    claude_home,
    compact,
    counted,
    read_home,
    read_place,
    tokens_of,
)

from advisor.load.usage import lines, pool
from advisor.load.usage.places import Place, without_doubles
from advisor.load.usage.reading import read_usage

ONE = (10, 50, 0, 100, 5)
PROJECT = Path(".claude/projects/-home-dev-app")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Make a home with one transcript of one call."""
    return claude_home(tmp_path / "home", {"s1": [answer()]})


def test_links_in_a_circle_end(home: Path) -> None:
    """A folder that links to one above it is not walked for ever."""
    (home / PROJECT / "again").symlink_to(home / ".claude", target_is_directory=True)

    usage = read_home(home)

    assert tokens_of(usage) == [ONE]
    assert counted(usage)["links_into_the_same_folders"] == 1


def test_a_link_to_logs_elsewhere_is_followed(home: Path, tmp_path: Path) -> None:
    """Logs on another disk, linked to, are read."""
    other = claude_home(tmp_path / "other", {"s2": [answer("msg_2", request="r2")]})
    (home / ".claude/projects/linked").symlink_to(other / PROJECT, target_is_directory=True)

    assert tokens_of(read_home(home)) == [ONE, ONE]


def test_pipes_and_dangling_links_are_not_waited_for(home: Path) -> None:
    """What is no file is counted and passed over."""
    os.mkfifo(home / PROJECT / "pipe.jsonl")
    (home / PROJECT / "gone.jsonl").symlink_to("nowhere.jsonl")

    usage = read_home(home)

    assert tokens_of(usage) == [ONE]
    assert counted(usage)["not_regular_files"] == 1
    assert counted(usage)["dangling_links"] == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_said(home: Path) -> None:
    """What can't be read is counted, and the rest is right."""
    secret = home / PROJECT / "s2.jsonl"
    secret.write_text(compact(answer("msg_2", request="r2")))
    secret.chmod(0)

    usage = read_home(home)

    assert tokens_of(usage) == [ONE]
    assert counted(usage)["no_permission"] == 1


def test_a_line_longer_than_any_record_is_passed_over(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line without end costs no memory, and what follows it counts."""
    monkeypatch.setattr(lines, "LONGEST_LINE", 2 * lines.BLOCK)
    path = home / PROJECT / "s1.jsonl"
    with path.open("ab") as log:
        log.write(b'{"type":"user","message":"' + b"x" * (9 * lines.BLOCK) + b'"}\n')
        log.write(compact(answer("msg_2", request="r2")).encode() + b"\n")

    usage = read_home(home)

    assert tokens_of(usage) == [ONE, ONE]
    assert counted(usage)["lines_too_long"] == 1


def test_a_line_longer_than_a_block_is_read(home: Path) -> None:
    """An answer that is larger than what is read at once is one call."""
    long = answer("msg_2", request="r2")
    long["message"]["content"][0]["text"] = "y" * (3 * lines.BLOCK)
    with (home / PROJECT / "s1.jsonl").open("a", encoding="utf-8") as log:
        log.write(compact(long) + "\n")

    assert tokens_of(read_home(home)) == [ONE, ONE]


def test_empty_and_foreign_files_are_no_error(home: Path) -> None:
    """Files without a record give no rows."""
    for name, data in {"a": b"", "b": b"\n\n", "c": b"\x00" * 5_000, "d": b"[]\nnull\n7\n"}.items():
        (home / PROJECT / f"{name}.jsonl").write_bytes(data)

    assert tokens_of(read_home(home)) == [ONE]


CROWD = """
import re, sys
from pathlib import Path
from advisor.load.usage.places import places_of
from advisor.load.usage.reading import read_usage
usage = read_usage(places_of(sys.argv[1]), store=sys.argv[2])
peak = re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())
print(usage.files, len(usage.calls), int(peak[1]) // 1024)
"""
# Not getrusage: what it gives for a child begins at the peak of the process that started it.


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from /proc")
def test_thousands_of_tiny_files_take_little_memory(tmp_path: Path) -> None:
    """Ten thousand logs of one call each are read in less than 120 MB."""
    folder = tmp_path / "home" / PROJECT
    folder.mkdir(parents=True)
    for number in range(10_000):
        line = compact(answer(f"msg_{number}", request=f"r{number}", session=f"s{number}"))
        (folder / f"{number}.jsonl").write_text(line + "\n", encoding="utf-8")

    said = subprocess.run(
        [sys.executable, "-c", CROWD, str(tmp_path / "home"), str(tmp_path / "usage.db")],
        capture_output=True, text=True, check=True, timeout=120,
    ).stdout.split()  # fmt: skip

    assert said[:2] == ["10000", "10000"]
    assert int(said[2]) < 120


def test_two_processes_say_what_one_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work that is shared gives the same rows and counters."""
    home = LOGS / "claude-code-2.1.332" / "home"
    alone = read_home(home)
    monkeypatch.setattr(pool, "WORTH", 0)

    shared = read_home(home)

    assert sorted(tokens_of(alone)) == sorted(tokens_of(shared))
    assert alone.counters == shared.counters


def test_a_place_inside_another_is_read_once(tmp_path: Path) -> None:
    """Places that overlap, or are named twice, are one."""
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    places = [Place("pi", str(inner)), Place("pi", str(tmp_path / "a")), Place("pi", str(inner))]

    assert [place.root for place in without_doubles(places)] == [str(tmp_path / "a")]


def test_an_agents_database_is_not_written(tmp_path: Path) -> None:
    """Reading leaves the folder of a database byte for byte as it was, and makes no file there."""
    path = tmp_path / "opencode.db"
    path.write_bytes(
        (LOGS / "opencode-1.18.33/home/.local/share/opencode/opencode.db").read_bytes()
    )
    before = {one.name: one.read_bytes() for one in tmp_path.iterdir()}

    usage = read_place("opencode", path)

    assert len(usage.calls) > 0
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == before


def message(number: int) -> tuple[str, str, int, int, str]:
    """Write a row of OpenCode's messages."""
    data = {
        "role": "assistant", "modelID": "m", "providerID": "p",
        "time": {"created": 1_795_168_800_000 + number},
        "tokens": {"input": number, "output": 1, "reasoning": 0, "cache": {"read": 0, "write": 0}},
    }  # fmt: skip
    return f"msg_{number}", "ses_1", 0, 0, compact(data)


@pytest.mark.parametrize("in_use", [True, False], ids=["while the agent runs", "in a copied home"])
def test_what_stands_in_a_databases_journal_counts(in_use: bool, tmp_path: Path) -> None:
    """Messages that are only in the write-ahead log are read, by the side of the agent too."""
    source, target = tmp_path / "agent", tmp_path / "copy"
    source.mkdir()
    target.mkdir()
    with closing(sqlite3.connect(source / "opencode.db", isolation_level=None)) as database:
        database.execute("pragma journal_mode=wal")
        database.execute("create table message(id, session_id, time_created, time_updated, data)")
        database.execute("insert into message values(?,?,?,?,?)", message(1))
        database.execute("pragma wal_checkpoint(truncate)")
        database.execute("insert into message values(?,?,?,?,?)", message(2))
        for name in ("opencode.db", "opencode.db-wal"):
            (target / name).write_bytes((source / name).read_bytes())
        usage = read_place("opencode", source if in_use else target)

    assert [tokens[0] for tokens in tokens_of(usage)] == [1, 2]
    assert in_use or {one.name for one in target.iterdir()} == {"opencode.db", "opencode.db-wal"}


def test_a_named_file_of_a_source_is_read_by_itself(home: Path) -> None:
    """One transcript can be named instead of a folder."""
    usage = read_usage([Place("claude-code", str(home / PROJECT / "s1.jsonl"), is_named=True)])

    assert tokens_of(usage) == [ONE]
