"""`advisor check --actuals` on 100,000 rows beside an older build, in one run: CPU time as a ratio.

    python bench/actuals.py OTHER/.venv/bin/advisor    OTHER is a checkout of another commit

Both read the same three tables and the same plan, turn by turn; what counts is user and system time
of the whole process, since a shared machine makes every clock on a wall lie.
"""

from __future__ import annotations

import csv
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

ROWS, RUNS = 100_000, 3
TEAM = """\
start: 2027-01
developers: 63
budget: 200_000
billed: [{vendor: anthropic, month: 2026-10, cost: 19_400, active_developers: 58}]
"""
MODELS = ("claude-opus-5-5", "claude-sonnet-5-5", "gpt-6.1-sol", "gpt-6-astra")
FOCUS = (
    "BilledCost", "BillingCurrency", "ChargePeriodStart", "ChargePeriodEnd", "InvoiceIssuerName",
    "ProviderName", "ServiceName", "ChargeCategory", "SkuId", "SkuMeter", "ConsumedQuantity",
    "SkuPriceDetails", "SubAccountName", "RegionId",
)  # fmt: skip

Row = tuple[object, ...]


def plain(draw: random.Random, day: date) -> Row:
    """Draw a row of a plain table."""
    model = draw.choice(MODELS)
    biller = "anthropic" if model.startswith("claude") else "openai"
    return (day, biller, model, f"team-{draw.randrange(40)}", f"{2 * draw.random():.6f}")


def strange(draw: random.Random, day: date) -> Row:
    """Draw a row of a model that no table knows."""
    model = f"own/model-{draw.randrange(50)}"
    return (day, "anthropic", model, f"team-{draw.randrange(40)}", f"{2 * draw.random():.6f}")


def focus(draw: random.Random, day: date) -> Row:
    """Draw a row of a FOCUS file."""
    details = f'{{"x_ModelId":"{draw.choice(MODELS)}","TokenType":"input"}}'
    return (
        f"{2 * draw.random():.6f}", "USD", f"{day}T00:00:00Z",
        f"{day + timedelta(days=1)}T00:00:00Z", "Anthropic", "Anthropic", "Claude API", "Usage",
        f"sku-{draw.randrange(90)}", "Input Tokens", draw.randrange(10**6), details,
        f"team-{draw.randrange(40)}", "us",
    )  # fmt: skip


PLAIN = ("date", "biller", "model", "workspace", "cost")
TABLES: dict[str, tuple[Row, Callable[[random.Random, date], Row]]] = {
    "plain": (PLAIN, plain),
    "models that nobody knows": (PLAIN, strange),
    "FOCUS": (FOCUS, focus),
}


def written(folder: Path, number: int, heads: Row, row: Callable[..., Row]) -> Path:
    """Write a table of ten months."""
    draw = random.Random(number)  # noqa: S311 - nothing here is a secret
    path = folder / f"bills-{number}.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(heads)
        for _ in range(ROWS):
            writer.writerow(row(draw, date(2027, 1, 1) + timedelta(days=draw.randrange(300))))
    return path


def seconds(advisor: str, folder: Path, table: Path) -> float:
    """Return the CPU seconds of one check."""
    call = [advisor, "check", "team.yaml", "--actuals", str(table), "--draws", "0"]
    process = subprocess.Popen(
        call, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in {0, 1}:
        raise SystemExit(f"{' '.join(call)} failed")
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    """Measure and print."""
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    own = str(Path(sys.executable).with_name("advisor"))
    print("| table | ours, CPU s | the other build, CPU s | ratio |\n|---|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as root:
        folder = Path(root)
        (folder / "team.yaml").write_text(TEAM, encoding="utf-8")
        for number, (name, (heads, row)) in enumerate(TABLES.items()):
            table = written(folder, number, heads, row)
            pairs = [
                (seconds(own, folder, table), seconds(sys.argv[1], folder, table))
                for _ in range(RUNS)
            ]
            ours, theirs = (statistics.median(pair[n] for pair in pairs) for n in (0, 1))
            print(f"| {name} | {ours:.2f} | {theirs:.2f} | {ours / theirs:.3f} |")


if __name__ == "__main__":
    main()
