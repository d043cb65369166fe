"""Reading usage beside ccusage and `cat`, in one run: ratios, never seconds alone.

    python bench/usage.py HOME CCUSAGE           HOME holds logs, CCUSAGE is its native binary
    python bench/usage.py HOME CCUSAGE --kills 200   kills runs at random moments instead

HOME is made by a generator of corpora, or is a copy of somebody's home: the bench makes some of its
logs longer by 1 % of their bytes, so it works on a copy of its own. Both programs read everything
that there is and price it; ours also keeps a store. Memory is the peak over all processes.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

RUNS = 7
KEPT_AT_LEAST = 500_000
"""Bytes of a store that holds something."""


def measured(arguments: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Return seconds, and seconds of CPU over a process and those that it has forked."""
    before = time.perf_counter()
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - before
    if status:
        raise SystemExit(f"{' '.join(arguments[:3])} failed")
    return seconds, usage.ru_utime + usage.ru_stime


def peak_of(arguments: list[str], environment: dict[str, str]) -> float:
    """Return the megabytes that a process and those that it has forked held at most."""
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, env=environment)
    peak = 0.0
    while True:
        ended, _, usage = os.wait4(process.pid, os.WNOHANG)
        peak = max(peak, together(process.pid))
        if ended:
            return max(peak, usage.ru_maxrss / 1024)
        time.sleep(0.02)


def together(number: int) -> float:
    """Return the megabytes that a process and its children hold now, shared pages once each."""
    total = 0.0
    for one in (number, *children(number)):
        try:
            said = Path(f"/proc/{one}/smaps_rollup").read_text(encoding="utf-8")
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in said.splitlines() if line[:4] == "Pss:")
    return total / 1024


def children(number: int) -> list[int]:
    """Return the processes that a process has forked."""
    try:
        said = Path(f"/proc/{number}/task/{number}/children").read_text(encoding="utf-8")
    except OSError:
        return []
    return [int(one) for one in said.split()]


def grown(home: Path) -> None:
    """Append to some logs what stands in them, until 1 % of all bytes are new: a day's work."""
    logs = sorted(home.rglob("*.jsonl"))
    wanted = sum(one.stat().st_size for one in logs) // 100
    draw = random.Random(wanted)  # noqa: S311
    while wanted > 0:
        path = draw.choice(logs)
        lines = path.read_bytes().splitlines(keepends=True)
        more = b"".join(lines[-max(1, len(lines) // 4) :])[: max(wanted, 1) * 2]
        more = more[: more.rfind(b"\n") + 1]
        if more:
            with path.open("ab") as log:
                log.write(more)
            wanted -= len(more)


def command(home: Path, store: Path) -> list[str]:
    """Return the words that read, keep and price a home."""
    words = ["usage", "--home", str(home), "--store", str(store), "--by", "day,model", "--json"]
    return [sys.executable, "-m", "advisor", *words]


def said(answer: bytes) -> list[Any]:
    """Return what an answer says of use: rows, cut calls, and what is in no row."""
    found = json.loads(answer)
    return [found[name] for name in ("rows", "total", "partial", "unlogged")]


def table(home: Path, rival: str, folder: Path) -> None:
    """Measure in turn, cold and after growth, and print medians and ratios."""
    store = folder / "usage.db"
    environment = {
        **os.environ, "HOME": str(home), "CLAUDE_CONFIG_DIR": str(home / ".claude"),
        "CODEX_HOME": str(home / ".codex"), "PYTHONPYCACHEPREFIX": str(folder / "compiled"),
    }  # fmt: skip
    # What is installed is compiled, so what is measured is.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    ours = command(home, store)
    theirs = [rival, "daily", "--offline", "--json"]
    floor = ["sh", "-c", f"find '{home}' -type f -exec cat {{}} + > /dev/null"]
    base = folder / "base"
    shutil.copytree(home, base)

    def cold() -> None:
        _unlink(folder, "usage.db*")

    def second() -> None:
        cold()
        shutil.copytree(base, home, dirs_exist_ok=True)
        measured(ours, environment)
        grown(home)

    print("| run | | ours, s | ccusage, s | cat, s | ours / ccusage | ours, MB | ccusage, MB |")
    print("|---|---|--:|--:|--:|--:|--:|--:|")
    steps: list[tuple[str, Callable[[], None]]] = [("cold", cold), ("1 % grown", second)]
    for name, prepare in steps:
        prepare()
        peaks = [peak_of(one, environment) for one in (ours, theirs)]
        rows = []
        for _ in range(RUNS):
            prepare()
            rows.append([measured(one, environment) for one in (ours, theirs, floor)])
        for kind, what in enumerate(("wall", "CPU")):
            middle = [statistics.median(row[place][kind] for row in rows) for place in range(3)]
            ratio = statistics.median(row[0][kind] / row[1][kind] for row in rows)
            least = [min(row[place][kind] for row in rows) for place in range(2)]
            print(
                f"| {name} | {what} | {middle[0]:.3f} | {middle[1]:.3f} | {middle[2]:.3f} "
                f"| {ratio:.2f} (of the least {least[0] / least[1]:.2f}) "
                f"| {peaks[0]:.0f} | {peaks[1]:.0f} |"
            )


def killed(home: Path, folder: Path, times: int) -> None:
    """Kill runs at random moments, on one store and logs that grow; then compare with a new store.

    Two of five runs find no store, and most of the others 1 % of new lines. A moment is drawn from
    as long as such a run took last when it came to its end.
    """
    store, draw = folder / "killed.db", random.Random(times)  # noqa: S311
    ours = command(home, store)

    def finished() -> float:
        begin = time.perf_counter()
        subprocess.run(ours, capture_output=True, check=True)
        return time.perf_counter() - begin

    finished()  # compiles
    spent = {False: finished()}
    _unlink(folder, "killed.db*")
    spent[True] = finished()
    died = {True: 0, False: 0}
    for _ in range(times):
        is_new = draw.random() < 0.4
        if is_new:
            _unlink(folder, "killed.db*")
        elif sum(one.stat().st_size for one in folder.glob("killed.db*")) < KEPT_AT_LEAST:
            spent[True] = finished()
        if draw.random() < 0.5:
            grown(home)
        begin = time.perf_counter()
        process = subprocess.Popen(ours, stdout=subprocess.DEVNULL)
        try:
            process.wait(draw.uniform(0, spent[is_new]))
            spent[is_new] = time.perf_counter() - begin
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            died[is_new] += process.wait() == -signal.SIGKILL
    answers = [
        said(subprocess.run(command(home, one), capture_output=True, check=True).stdout)
        for one in (store, store, folder / "new.db")
    ]
    same = answers[0] == answers[1] == answers[2]
    print(f"\nkilled {sum(died.values())} of {times} runs, {died[False]} of them on a store with "
          f"most lines: totals are {'the same' if same else 'DIFFERENT'}")  # fmt: skip
    if not same:
        raise SystemExit(1)


def _unlink(folder: Path, names: str) -> None:
    for one in folder.glob(names):
        one.unlink()


def main() -> None:
    """Measure, and kill where asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("ccusage")
    parser.add_argument("--kills", type=int, default=0)
    given = parser.parse_args()
    cores = os.cpu_count()
    print(f"Python {platform.python_version()}, {cores} cores ({platform.machine()}), load "
          f"{os.getloadavg()[0]:.1f}, medians of {RUNS}\n")  # fmt: skip
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        home = folder / "home"
        shutil.copytree(given.home, home)
        if given.kills:
            killed(home, folder, given.kills)
        else:
            table(home, given.ccusage, folder)


if __name__ == "__main__":
    main()
