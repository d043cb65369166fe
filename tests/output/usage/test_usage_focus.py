"""Real usage as FOCUS: an outside validator accepts it, and it says that it is no invoice."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from advisor.load.actuals import read_actuals
from advisor.output.usage.focus import DIMENSIONS, render_focus
from advisor.tables.usage import FEMTO, UsageAnswer, UsageRow

NAMES = (
    "2026-11-30", "claude-code", "anthropic", "anthropic/claude-opus-4-8", "claude-opus-4-8",
    "standard", "anna", '=cmd|"x"', "",
)  # fmt: skip
PRICED = UsageRow(
    NAMES, 3, [700, 0, 0, 3, 5], 0, [700 * 5 * 10**9, 0, 0, 3 * 5 * 10**8, 5 * 25 * 10**9],
    is_priced=True, unpriced_calls=0, unpriced_tokens=0, written=None,
)  # fmt: skip
UNPRICED = UsageRow(
    (*NAMES[:-1], "not in the price tables"), 1, [9, 0, 0, 0, 0], 0, [0] * 5,
    is_priced=False, unpriced_calls=1, unpriced_tokens=9, written=None,
)  # fmt: skip


def answer(*rows: UsageRow) -> UsageAnswer:
    """Make an answer by what FOCUS is written from."""
    return UsageAnswer(
        DIMENSIONS, "UTC", None, None, "2026-11-30", "2026-11-30", "USD", "2026-11-12",
        ["claude-code"], rows, PRICED, [], "day", [], [], [], [], {}, [], [], 1, 1,
    )  # fmt: skip


def rows_of(version: str) -> list[dict[str, str]]:
    """Write FOCUS and read it back."""
    text = render_focus(answer(PRICED, UNPRICED), version)
    return list(csv.DictReader(io.StringIO(text)))


def test_the_toolkit_accepts_it(tmp_path: Path) -> None:
    """`focus-toolkit` finds structure, values and unit price × quantity of 1.4 in order."""
    path = tmp_path / "u.focus.csv"
    path.write_text(render_focus(answer(PRICED, UNPRICED), "1.4"), encoding="utf-8", newline="")
    ended = subprocess.run(
        [Path(sys.executable).with_name("focus-toolkit"), "validate", "--dataset",
         "cost-and-usage", path],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip

    assert ended.returncode == 0, ended.stdout


@pytest.mark.parametrize("version", ["1.2", "1.4"])
def test_classes_that_were_used_are_rows(version: str) -> None:
    """A row is a token class; its cost is exact, and what has no price is in none."""
    found = rows_of(version)

    assert [row["ConsumedQuantity"] for row in found] == ["700", "3", "5"]
    assert sum(Decimal(row["BilledCost"]) for row in found) == Decimal(sum(PRICED.costs)) / FEMTO


def test_it_says_that_it_is_no_invoice() -> None:
    """Every row is actual, at list prices, and of no invoice; its day ends where one begins."""
    row = rows_of("1.2")[0]

    assert (row["x_RecordKind"], row["x_Basis"], row["InvoiceId"]) == (
        "Actual", "logged tokens at list prices", "",
    )  # fmt: skip
    assert row["ChargePeriodEnd"] == row["BillingPeriodEnd"] == "2026-12-01T00:00:00Z"
    assert json.loads(row["Tags"])["project"] == '=cmd|"x"'


def test_check_reads_it_as_actuals(tmp_path: Path) -> None:
    """What is written is what `check --actuals` takes: days, billers, models and money."""
    path = tmp_path / "u.focus.csv"
    path.write_text(render_focus(answer(PRICED)), encoding="utf-8")

    ledger = read_actuals([path], {})
    assert {(row.billed_by, row.model, str(row.first)) for row in ledger.rows} == {
        ("anthropic", "claude-opus-4-8", "2026-11-30")
    }
    assert sum(row.cost for row in ledger.rows) == pytest.approx(sum(PRICED.costs) / FEMTO)
