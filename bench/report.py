"""How long a report takes and how large it gets: teams × 8 kinds of work × 20 options.

    python bench/report.py [--teams 200] [--time-limit SECONDS]

Each call is a process of its own. The page has to stay below a megabyte whatever the plan: long
tables are folded. Time is that of the parts, above all the solver's, which `--time-limit` bounds;
what drawing and writing the page takes is told by itself.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from answers import KINDS, OPTIONS, task

MOST_BYTES = 1_000_000
OPTIONS_WANTED = 20
WITHOUT = ("", "stress", "recommend,stress")


class Took(NamedTuple):
    """What a call took and what came of it: seconds, peak in MB, bytes by ending."""

    wall: float
    cpu: float
    peak: float
    sizes: dict[str, int]


def plan(teams: int) -> str:
    """Write a team file: the options of `answers.py`, and each again at other figures."""
    people = [20 + (7 * n) % 31 for n in range(teams)]
    lines = ["start: 2027-01", "hour: 100", f"budget: {int(sum(people) * 612)}", "teams:"]
    lines += [f"  t{n}: {{developers: {count}}}" for n, count in enumerate(people)]
    lines += ["current: opus", "tasks:", *map(task, range(len(KINDS))), "options:"]
    for n in range(OPTIONS_WANTED):
        name, model, tool, multiplier, quality = OPTIONS[n % len(OPTIONS)]
        round_ = n // len(OPTIONS)
        shown = name if not round_ else f"{name}-{round_}"
        more = f", token_multiplier: {multiplier + 0.07 * round_:.2f}, quality: {quality}"
        lines.append(
            f"  {shown}: {{model: {model}, harness: {tool}{'' if shown == 'opus' else more}}}"
        )
    lines.append("policy: {max_vendor_share: 75%, min_quality: {default: 80%}}")
    return "\n".join(lines) + "\n"


def called(file: Path, folder: Path, without: str, seconds: float) -> Took:
    """Write a report in three forms."""
    places = [folder / f"report.{ending}" for ending in ("html", "md", "json")]
    words = [sys.executable, "-m", "advisor", "report", str(file), "--time-limit", f"{seconds:g}"]
    for place in places:
        words += ["-o", str(place)]
    for part in filter(None, without.split(",")):
        words += ["--without", part]
    began = time.perf_counter()
    child = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    said = child.stderr.read() if child.stderr else b""
    _, status, used = os.wait4(child.pid, 0)
    if status:
        raise SystemExit(said.decode())
    sizes = {place.suffix: place.stat().st_size for place in places}
    cpu = used.ru_utime + used.ru_stime
    return Took(time.perf_counter() - began, cpu, used.ru_maxrss / 1024, sizes)


def main() -> None:
    """Measure, print a table, and end with 1 where the page is too large."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--teams", type=int, default=200)
    asked.add_argument("--time-limit", type=float, default=30.0)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "team.yaml"
        file.write_text(plan(given.teams), encoding="utf-8")
        print(f"{given.teams} teams × {len(KINDS)} kinds of work × {OPTIONS_WANTED} options\n")
        print("| without | wall, s | CPU, s | peak, MB | page, kB | Markdown, kB | JSON, kB |")
        print("|---|--:|--:|--:|--:|--:|--:|")
        largest = 0
        for without in reversed(WITHOUT):
            took = called(file, folder, without, given.time_limit)
            sizes = " | ".join(f"{size / 1000:,.0f}" for size in took.sizes.values())
            shown = without.replace(",", ", ") or "-"
            print(f"| {shown} | {took.wall:.1f} | {took.cpu:.1f} | {took.peak:.0f} | {sizes} |")
            sys.stdout.flush()
            largest = max(largest, took.sizes[".html"])
        json.loads((folder / "report.json").read_text(encoding="utf-8"))
    if largest > MOST_BYTES:
        raise SystemExit(f"the page has {largest:,} bytes, more than {MOST_BYTES:,}")


if __name__ == "__main__":
    main()
