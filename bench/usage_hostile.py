"""What file systems and agents can do to a reader of logs: all survived, counted, in little memory.

    python bench/usage_hostile.py [--files 1000000] [--gigabytes 3]

Each case is a home with one good call beside what is hostile. The command must end well, find that
call and whatever else is whole, and count the rest; its memory is the peak over all processes.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from usage import peak_of

LARGEST = 400
"""Megabytes that no case may take."""
Prepare = Callable[[Path], int]
"""Makes a home hostile, and returns how many calls are whole in it."""


def line(number: int) -> bytes:
    """Write an answer of Claude Code's."""
    usage = {"input_tokens": 3, "cache_creation_input_tokens": 5, "cache_read_input_tokens": 7,
             "output_tokens": 11, "speed": "standard"}  # fmt: skip
    message: dict[str, object] = {"id": f"msg_{number}", "type": "message", "role": "assistant",
               "model": "claude-opus-4-8", "content": [], "stop_reason": "end_turn",
               "usage": usage, "stop_details": None}  # fmt: skip
    said = {"parentUuid": None, "isSidechain": False, "message": message,
            "requestId": f"req_{number}", "type": "assistant", "sessionId": f"s{number}",
            "timestamp": "2026-11-20T10:00:00.000Z", "version": "2.1.335", "cwd": "/x"}  # fmt: skip
    return json.dumps(said, separators=(",", ":")).encode() + b"\n"


def logs(home: Path) -> Path:
    """Return where transcripts lie."""
    folder = home / ".claude" / "projects" / "-x"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def a_long_line(gigabytes: float) -> Prepare:
    """Make a line of some gigabytes between two calls."""

    def prepare(home: Path) -> int:
        with (logs(home) / "long.jsonl").open("wb") as file:
            file.write(line(1) + b'{"parentUuid":"')
            file.seek(int(gigabytes * 1e9), os.SEEK_CUR)
            file.write(b'"}\n' + line(2))
        return 2

    return prepare


def tiny_files(number: int) -> Prepare:
    """Make many logs of one call each, a thousand a folder."""

    def prepare(home: Path) -> int:
        for one in range(number):
            folder = logs(home) / str(one // 1000)
            if one % 1000 == 0:
                folder.mkdir()
            descriptor = os.open(folder / f"{one}.jsonl", os.O_WRONLY | os.O_CREAT)
            os.write(descriptor, line(one))
            os.close(descriptor)
        return number

    return prepare


def circles(home: Path) -> int:
    """Link folders to those above them, to themselves, to nothing; put a pipe among the logs."""
    folder = logs(home)
    (folder / "whole.jsonl").write_bytes(line(1))
    (folder / "up").symlink_to(folder.parent, target_is_directory=True)
    (folder / "self").symlink_to(folder, target_is_directory=True)
    (folder / "a").symlink_to(folder / "b")
    (folder / "b").symlink_to(folder / "a")
    (folder / "nothing.jsonl").symlink_to("/nowhere")
    os.mkfifo(folder / "pipe.jsonl")
    return 1


def forbidden(home: Path) -> int:
    """Take away the right to read a log and a folder; root reads them all the same."""
    folder = logs(home)
    (folder / "whole.jsonl").write_bytes(line(1))
    (folder / "closed").mkdir()
    for number, path in enumerate((folder / "closed" / "in.jsonl", folder / "no.jsonl"), 2):
        path.write_bytes(line(number))
    (folder / "no.jsonl").chmod(0)
    (folder / "closed").chmod(0)
    return 3 if os.geteuid() == 0 else 1


def asked(home: Path, store: Path) -> list[str]:
    """Return the words that read a home."""
    return [sys.executable, "-m", "advisor", "usage", "--home", str(home), "--store", str(store),
            "--by", "source", "--json"]  # fmt: skip


def answered(home: Path, store: Path) -> dict[str, Any]:
    """Read a home."""
    said = subprocess.run(asked(home, store), capture_output=True, check=True).stdout
    found: dict[str, Any] = json.loads(said)
    return found


def case(name: str, prepare: Prepare) -> None:
    """Measure a case: read cold, then from the store."""
    with tempfile.TemporaryDirectory() as folder:
        home, store = Path(folder) / "home", Path(folder) / "usage.db"
        calls = prepare(home)
        peaks, spent = [], []
        for _ in range(2):
            begin = time.perf_counter()
            peaks.append(peak_of(asked(home, store), dict(os.environ)))
            spent.append(time.perf_counter() - begin)
        answer = answered(home, store)
        if (logs(home) / "closed").exists():
            (logs(home) / "closed").chmod(0o700)
    found = answer["total"]["calls"]
    told = ", ".join(f"{what} {n}" for what, n in answer["counters"].get("claude-code", {}).items())
    print(f"| {name} | {found:,} of {calls:,} | {spent[0]:.1f}, {spent[1]:.1f} "
          f"| {peaks[0]:.0f}, {peaks[1]:.0f} | {told} |", flush=True)  # fmt: skip
    if found != calls or max(peaks) > LARGEST:
        raise SystemExit(f"{name}: not survived as it should be")


def growing() -> None:
    """Read a log again and again while somebody writes into it, half a line at a time."""
    with tempfile.TemporaryDirectory() as folder:
        home, store = Path(folder) / "home", Path(folder) / "usage.db"
        path = logs(home) / "grows.jsonl"
        number = 400

        def write() -> None:
            with path.open("ab", buffering=0) as file:
                for one in range(number):
                    whole = line(one)
                    file.write(whole[:200])
                    time.sleep(0.01)
                    file.write(whole[200:])

        writer = threading.Thread(target=write)
        writer.start()
        counts = []
        while writer.is_alive():
            counts.append(answered(home, store)["total"]["calls"])
        counts.append(answered(home, store)["total"]["calls"])
    never_less = counts == sorted(counts)
    print(f"\nread {len(counts)} times while it grew: {counts[-1]} of {number} calls at the end, "
          f"{'never' if never_less else 'ONCE'} less than before")  # fmt: skip
    if counts[-1] != number or not never_less:
        raise SystemExit(1)


def main() -> None:
    """Go through all cases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=1_000_000)
    parser.add_argument("--gigabytes", type=float, default=3.0)
    given = parser.parse_args()
    print("| case | calls | seconds, cold and again | MB | counted |\n|---|--:|--:|--:|---|")
    case(f"one line of {given.gigabytes:g} GB", a_long_line(given.gigabytes))
    case("circles of links, a pipe", circles)
    case("no permission", forbidden)
    case(f"{given.files:,} files", tiny_files(given.files))
    growing()


if __name__ == "__main__":
    main()
