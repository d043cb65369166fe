"""Exports of a large plan, against what pandas takes to write the same rows.

    python bench/export.py         prints a table; put it into bench/README.md with the machine

Ours is the whole command, from the YAML to the file; pandas' begins with the rows in memory, read
from a Parquet file, and is timed without that reading. Each is a process of its own, in turn.
"""

from __future__ import annotations

import platform
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

RUNS = 3
TEAMS, CLASSES, OPTIONS = 200, 8, 20

_PANDAS = """
import resource, sys, time
import pandas as pd
frame = pd.read_parquet(sys.argv[1])
if sys.argv[3] == "text":
    texts = [name for name in frame.columns if frame[name].dtype == "category"]
    frame = frame.astype(dict.fromkeys(texts, object))
begin = time.perf_counter()
if sys.argv[2].endswith(".csv"):
    frame.to_csv(sys.argv[2], index=False, lineterminator="\\n")
else:
    frame.to_parquet(sys.argv[2], index=False)
print(time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""

_OURS = """
import resource, sys, time
begin = time.perf_counter()
from advisor.cli.main import main
sys.argv = ["advisor", "export", *sys.argv[1:]]
try:
    main()
except SystemExit as ended:
    if ended.code:
        raise
print(time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def large_workload() -> str:
    """Return a file of about two million rows: all teams do all classes with all options."""
    models = ["claude-opus-5-5", "claude-sonnet-5-5", "gpt-6.1-sol", "gemini-3.8-flash",
              "deepseek-v4-pro", "kimi-k3.1-pro", "glm-5.3", "gpt-6-luna", "grok-4.7",
              "qwen3.8-max"]  # fmt: skip
    lines = ["name: A large firm", "start: 2027-01", "budget: 50_000_000", "teams:"]
    lines += [
        f"  team-{n}: {{developers: {20 + n}, adoption: {50 + n % 50}%, cost_center: C{n % 17}}}"
        for n in range(TEAMS)
    ]
    lines += ["current: option-0", "tasks:"]
    lines += [
        f"  kind-{n}: {{per_developer_month: {4 + n}, success: 80%, tokens: {{input: 20k, "
        "cache_write: 180k, cache_write_1h: 9k, cache_read: 2.4M, output: 26k}}"
        for n in range(CLASSES)
    ]
    lines.append("options:")
    for n in range(OPTIONS):
        more = "" if n == 0 else f", token_multiplier: {1 + n / 50}, quality: 0.9"
        lines.append(f"  option-{n}: {{model: {models[n % len(models)]}{more}}}")
    return "\n".join(lines) + "\n"


def measured(script: str, *arguments: str | Path) -> tuple[float, float]:
    """Return the seconds and the peak megabytes that a process says it took."""
    ended = subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    seconds, megabytes = ended.stdout.split()[-2:]
    return float(seconds), float(megabytes)


def main() -> None:
    """Run everything and print a table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        team, rows = folder / "large.yaml", folder / "rows.parquet"
        team.write_text(large_workload(), encoding="utf-8")
        measured(_OURS, team, "--option", "all", "-o", rows)
        print(f"{platform.python_version()}, {platform.machine()}")
        print("| what / against what | ours, s | pandas, s | ratio | ours, MB | pandas, MB |")
        print("|---|--:|--:|--:|--:|--:|")
        for ending, kind in (("csv", "category"), ("csv", "text"),
                             ("parquet", "category"), ("parquet", "text")):  # fmt: skip
            ours, theirs = folder / f"ours.{ending}", folder / f"theirs.{ending}"
            pairs = [
                (measured(_OURS, team, "--option", "all", "-o", ours),
                 measured(_PANDAS, rows, theirs, kind))
                for _ in range(RUNS)
            ]  # fmt: skip
            own = statistics.median(one[0] for one, _ in pairs)
            other = statistics.median(two[0] for _, two in pairs)
            ratio = statistics.median(one[0] / two[0] for one, two in pairs)
            print(
                f"| `.{ending}` / pandas, {kind} columns | {own:.2f} | {other:.2f} | {ratio:.2f} | "
                f"{max(one[1] for one, _ in pairs):.0f} | {max(two[1] for _, two in pairs):.0f} |"
            )


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main()
