"""Exports of a large plan, against what pandas takes to write the same rows.

    python bench/export.py         prints a table; put it into bench/README.md with the machine

Ours is timed as a whole, from the YAML to the file, and its writing alone; pandas begins with the
rows in memory, and only its writing is timed. Each is a process of its own, in turn. Memory is the
peak of the process.
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


_WRITING = """
import resource, sys, time
from pathlib import Path
from advisor.api.inputs import read_inputs
from advisor.api.surroundings import of_this_process
from advisor.answers.export.chosen import choose
from advisor.answers.export.rows import rows_of
from advisor.output.export.rows_csv import DIALECTS, detail_pieces
from advisor.output.export.parquet import write_detail
from advisor.answers.recommend.answer import Wish
inputs, path = read_inputs(Path(sys.argv[1]), {}, around=of_this_process(print)), Path(sys.argv[2])
chosen = choose(inputs.case, "all", Wish())
detail = rows_of(chosen, inputs.workload, inputs.book, file=inputs.shown)
begin = time.perf_counter()
if path.suffix == ".csv":
    with path.open("w", encoding="utf-8", newline="") as stream:
        stream.writelines(detail_pieces(detail, DIALECTS["plain"]))
else:
    write_detail(detail, path)
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
        print("| what | all, s | writing, s | pandas, s | ratio | all, MB | pandas, MB |")
        print("|---|--:|--:|--:|--:|--:|--:|")
        for ending in ("csv", "parquet"):
            for kind in ("category", "text"):
                compared(team, rows, folder, ending, kind)


def compared(team: Path, rows: Path, folder: Path, ending: str, kind: str) -> None:
    """Print a line: an ending, against pandas with its columns of text as categories or as text."""
    ours, theirs = folder / f"ours.{ending}", folder / f"theirs.{ending}"
    runs = [
        (
            measured(_OURS, team, "--option", "all", "-o", ours),
            measured(_WRITING, team, ours),
            measured(_PANDAS, rows, theirs, kind),
        )
        for _ in range(RUNS)
    ]
    whole, writing, other = (statistics.median(run[n][0] for run in runs) for n in range(3))
    ratio = statistics.median(run[1][0] / run[2][0] for run in runs)
    print(
        f"| `.{ending}` / pandas, {kind} columns | {whole:.2f} | {writing:.2f} | {other:.2f} | "
        f"{ratio:.2f} | {max(run[0][1] for run in runs):.0f} | "
        f"{max(run[2][1] for run in runs):.0f} |",
        flush=True,
    )


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main()
