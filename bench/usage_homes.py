"""Homes of a generator, with every hazard, against its truth: row by row and token for token.

    python bench/usage_homes.py GENERATOR --seeds 10

GENERATOR writes a home of all agents and, beside it, what can be recovered from it by tool, day,
model and speed. Each seed gives two homes, one as usual and one in which everything that can go
wrong does so often, and each home is read three times: at once; in steps, with half of every log
missing at first; and from the store alone. The answers of the command line are compared.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

AGENTS = "claude-code,codex,gemini-cli,opencode,copilot-cli,qwen-code,kimi-code,pi"
CLASSES = ("input", "cache_write_5m", "cache_write_1h", "cache_read", "output")
OURS = ("input", "cache_write", "cache_write_1h", "cache_read", "output")
OFTEN = {
    "fork-rate": 0.6, "subagent-rate": 0.1, "btw-rate": 0.5, "advisor-rate": 0.1, "torn-rate": 0.05,
    "partial-final-rate": 0.1, "surrogate-rate": 0.1, "null-input-rate": 0.1, "cut-tail-rate": 0.3,
    "codex-fork-rate": 0.7, "reemit-rate": 0.7, "counter-reset-rate": 0.1,
    "archived-copy-rate": 0.4, "fast-rate": 0.3,
}  # fmt: skip
Rows = dict[tuple[str, ...], list[int]]


def made(generator: Path, folder: Path, seed: int, size: int, *, often: bool) -> Rows:
    """Write a home, and return what its truth says."""
    words = [sys.executable, str(generator), str(folder), "--seed", str(seed), "--quiet",
             "--size-mb", str(size), "--median-kb", "60", "--era", "2026-11",
             "--agents", AGENTS]  # fmt: skip
    for name, share in OFTEN.items() if often else ():
        words += [f"--{name}", str(share)]
    subprocess.run(words, check=True)
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    rows: Rows = {}
    for row in truth["rows"]:
        counts = [*(row["recoverable"][name] for name in CLASSES), row["calls"]]
        if any(counts):
            rows[row["tool"], row["day"], row["model"], row["speed"]] = counts
    beyond = sum(sum(one["tokens"][name] for name in CLASSES) for one in truth["unlogged"])
    rows["partial", "", "", ""] = [len(truth["partial"])]
    rows["unlogged", "", "", ""] = [beyond]
    return rows


def answered(home: Path, *store: str) -> Rows:
    """Ask the command line."""
    words = ["usage", "--home", str(home), *store, "--by", "source,day,model,speed", "--json"]
    said = subprocess.run(
        [sys.executable, "-m", "advisor", *words], capture_output=True, check=True
    ).stdout
    answer = json.loads(said)
    rows: Rows = {}
    for row in answer["rows"]:
        counts = [*(row["tokens"][name] for name in OURS), row["calls"]]
        if any(counts):
            rows[row["source"], row["day"], row["model"], row["speed"]] = counts
    rows["partial", "", "", ""] = [len(answer["partial"])]
    rows["unlogged", "", "", ""] = [sum(sum(one["tokens"].values()) for one in answer["unlogged"])]
    return rows


def halved(home: Path, copy: Path) -> None:
    """Copy a home, with the second half of every log missing."""
    shutil.copytree(home, copy)
    for path in copy.rglob("*.jsonl"):
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) // 2])


def differences(expected: Rows, found: Rows) -> list[Any]:
    """List the rows that are not the same."""
    pairs = [(name, expected.get(name), found.get(name)) for name in {*expected, *found}]
    return sorted(one for one in pairs if one[1] != one[2])


def compared(home: Path, folder: Path, truth: Rows) -> int:
    """Read a home in every way; print and count the rows that differ."""
    store = ("--store", str(folder / "usage.db"))
    copy = folder / "copy"
    halved(home, copy)
    answered(copy, *store)
    shutil.copytree(home, copy, dirs_exist_ok=True)
    ways = {
        "at once": answered(home, "--no-store"),
        "in steps": answered(copy, *store),
        "from the store": answered(copy, *store),
    }
    wrong = 0
    for way, rows in ways.items():
        found = differences(truth, rows)
        wrong += len(found)
        for one in found[:5]:
            print("   ", way, *one)
    return wrong


def main() -> None:
    """Make homes and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("generator", type=Path)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--first", type=int, default=1000)
    parser.add_argument("--size-mb", type=int, default=12)
    given = parser.parse_args()
    wrong = rows = 0
    for seed in range(given.first, given.first + given.seeds):
        for often in (False, True):
            with tempfile.TemporaryDirectory() as name:
                folder = Path(name)
                truth = made(given.generator, folder / "made", seed, given.size_mb, often=often)
                found = compared(folder / "made" / "home", folder, truth)
                rows += len(truth)
                wrong += found
                print(f"seed {seed}{' with every hazard' if often else ''}: {len(truth)} rows, "
                      f"{found} differ", flush=True)  # fmt: skip
    print(f"{rows} rows in {2 * given.seeds} homes, each read in three ways: {wrong} differ")
    if wrong:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
