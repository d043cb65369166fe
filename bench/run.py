"""What is measured, against what, in one run on one machine: ratios, never seconds alone.

    python bench/run.py            prints a table; put it into bench/README.md with the machine

Each command is a process of its own, run in turn with what it is compared with, the median of
several. Memory is the peak of the process.
"""

from __future__ import annotations

import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
TEAM = HERE.parent / "workloads" / "team.yaml"
RUNS = 9
TEAMS, OPTIONS, DRAWS = 50, 20, 100_000


def measured(arguments: list[str]) -> tuple[float, float]:
    """Return wall seconds and peak megabytes of one process."""
    before = time.perf_counter()
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(arguments)} failed")
    return time.perf_counter() - before, usage.ru_maxrss / 1024


def side_by_side(ours: list[str], theirs: list[str], runs: int = RUNS) -> dict[str, float]:
    """Run two commands in turn; return medians and their ratio."""
    measured(ours), measured(theirs)
    pairs = [(measured(ours), measured(theirs)) for _ in range(runs)]
    own = statistics.median(one[0] for one, _ in pairs)
    other = statistics.median(two[0] for _, two in pairs)
    return {
        "ours": own,
        "theirs": other,
        "ratio": statistics.median(one[0] / two[0] for one, two in pairs),
        "ours MB": max(one[1] for one, _ in pairs),
        "theirs MB": max(two[1] for _, two in pairs),
    }


def large_workload() -> str:
    """Return a team file with 50 teams and 20 options, every number of the options uncertain."""
    models = ["claude-opus-5-5", "claude-sonnet-5-5", "gpt-6.1-sol", "gemini-3.8-flash",
              "deepseek-v4-pro", "kimi-k3.1-pro", "glm-5.3", "gpt-6-luna", "grok-4.7",
              "qwen3.8-max"]  # fmt: skip
    lines = ["start: 2027-01", "budget: 50_000_000", "hour: 100", "teams:"]
    lines += [
        f"  team-{n}: {{developers: {20 + n}, adoption: {50 + n % 50}%}}" for n in range(TEAMS)
    ]
    lines += ["current: option-0", "tasks:"]
    for n, name in enumerate(("bug-fix", "tests", "frontend", "greenfield", "docs")):
        lines.append(
            f"  {name}: {{per_developer_month: [{4 + n}, {8 + n}], success: [70%, 90%], value: 90, "
            f"review: 5, rework: 15, tokens: {{input: 20k, cache_write: 180k, "
            f"cache_read: {{p50: 2.4M, p90: 6M}}, output: 26k}}}}"
        )
    lines.append("options:")
    for n in range(OPTIONS):
        more = (
            ""
            if n == 0
            else (", token_multiplier: {low: 0.5, mode: 1, high: 2}, quality: [0.8, 1]")
        )
        lines.append(f"  option-{n}: {{model: {models[n % len(models)]}{more}}}")
    return "\n".join(lines) + "\n"


def plain_loop() -> None:
    """Do the arithmetic of the large workload the obvious way: a loop over options and classes."""
    rng = np.random.default_rng(1)
    classes, token_classes, months = 5, 5, 12
    people = rng.uniform(10, 60, (TEAMS, months))
    level = rng.lognormal(0, 0.35, DRAWS)
    frequency = [rng.uniform(4, 8, DRAWS) for _ in range(classes)]
    success = [rng.uniform(0.7, 0.9, DRAWS) for _ in range(classes)]
    tokens = [[rng.lognormal(14, 0.5, DRAWS) for _ in range(token_classes)] for _ in range(classes)]
    for _ in range(OPTIONS):
        multiplier, quality = rng.beta(2, 3, DRAWS) + 0.5, rng.uniform(0.8, 1, DRAWS)
        prices = rng.uniform(1e-7, 1e-5, (token_classes, months))
        spend, value = np.zeros((DRAWS, months)), np.zeros(DRAWS)
        for k in range(classes):
            for month in range(months):
                attempt = sum(tokens[k][c] * prices[c, month] for c in range(token_classes))
                count = level * frequency[k] * people[:, month].sum()
                spend[:, month] += count * attempt * multiplier
                value += count * np.minimum(1, success[k] * quality) * 90
        np.quantile(spend.sum(axis=1), (0.1, 0.5, 0.9))
        np.quantile(value, (0.1, 0.5, 0.9))
        (np.cumsum(spend, axis=1) > 5e7).mean(axis=0)


def main() -> None:
    """Run everything and print a table."""
    if sys.argv[1:] == ["plain-loop"]:
        plain_loop()
        return
    python, advisor = sys.executable, [sys.executable, "-m", "advisor"]
    rows = {
        "`--help` / `import typer` (at most 2)": side_by_side(
            [*advisor, "--help"], [python, "-c", "import typer"]
        ),
        "`compare workloads/team.yaml`, 20,000 draws / `import typer, pydantic, yaml, numpy` "
        "(at most 3)": side_by_side(
            [*advisor, "compare", str(TEAM)], [python, "-c", "import typer, pydantic, yaml, numpy"]
        ),
    }
    with tempfile.TemporaryDirectory() as folder:
        large = Path(folder) / "large.yaml"
        large.write_text(large_workload(), encoding="utf-8")
        name = (
            f"{DRAWS:,} draws × {TEAMS} teams × {OPTIONS} options / a plain numpy loop over options"
        )
        rows[name] = side_by_side(
            [*advisor, "compare", str(large), "--draws", str(DRAWS)],
            [python, __file__, "plain-loop"],
            runs=3,
        )
    print(f"{platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}")
    print("| what / against what | ours, s | theirs, s | ratio | ours, MB | theirs, MB |")
    print("|---|--:|--:|--:|--:|--:|")
    for name, row in rows.items():
        print(
            f"| {name} | {row['ours']:.3f} | {row['theirs']:.3f} | {row['ratio']:.2f} | "
            f"{row['ours MB']:.0f} | {row['theirs MB']:.0f} |"
        )


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main()
