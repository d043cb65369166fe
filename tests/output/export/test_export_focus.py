"""The forecast as FOCUS: outside validators accept it, and it says that it is an estimate."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from conftest import ROOT
from exports import asked
from questions import Question, maker, seller

from advisor.output.export.focus import VERSIONS, focus_pieces

BOOK = (
    maker("brix", plain={"input": 2, "cache_write": 3, "cache_read": 1, "output": 10}),
    seller("hub", desk={"seat_month": 20, "includes": {"usd": 1, "pooled": True}}),
)
ASKED = Question(
    {
        "start": "2027-11",
        "months": 3,
        "currency": {"code": "EUR", "per_usd": Decimal("0.9")},
        "teams": {
            '=1+1, "x"': {"developers": 10, "cost_center": "C1"},
            "find": {"developers": 5},
        },
        "current": "today",
        "contracts": {"brix": {"discount": Decimal("0.25"), "commitment": 5_000}},
        "tasks": {
            "bug-fix": {
                "per_developer_month": 10,
                "checked_by": "tests",
                "check": Decimal("0.5"),
                "success": Decimal("0.7"),
                "tokens": {"input": 70_001, "cache_write": 100, "cache_write_1h": 100,
                           "cache_read": 1_000, "output": 3_333},
            },
        },
        "options": {
            "today": {"model": "plain", "harness": "aider"},
            "seats": {"model": "plain", "plan": "desk", "token_multiplier": 1, "quality": 1},
        },
        "mix": {"default": ["seats", "today"]},
    },
    BOOK,
)  # fmt: skip
FOCUS_PYTHON = os.environ.get("ADVISOR_FOCUS_PYTHON", "")
"""A Python with the FinOps Foundation's validator, which needs 3.12 and a numpy of its own."""


def focus_text(version: str = "1.4", option: str | None = None) -> str:
    """Export as FOCUS."""
    return "".join(focus_pieces(asked(ASKED, option).detail(), version))


def rows_of(version: str = "1.4") -> list[dict[str, str]]:
    """Export as FOCUS and read it back."""
    return list(csv.DictReader(io.StringIO(focus_text(version))))


@pytest.mark.parametrize("option", ["mix", "today", "seats"])
def test_the_toolkit_accepts_it(option: str, tmp_path: Path) -> None:
    """`focus-toolkit` finds structure, values and unit price × quantity of 1.4 in order."""
    path = tmp_path / "plan.focus.csv"
    path.write_text(focus_text(option=option), encoding="utf-8", newline="")
    ended = subprocess.run(
        [Path(sys.executable).with_name("focus-toolkit"), "validate", "--dataset",
         "cost-and-usage", path],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip

    assert ended.returncode == 0, ended.stdout


@pytest.mark.parametrize("option", ["mix", "today", "seats"])
def test_the_official_validator_accepts_it(option: str, tmp_path: Path) -> None:
    """The FinOps Foundation's validator finds all of 1.2 kept, but for a rule against itself."""
    if not FOCUS_PYTHON:
        pytest.skip("no validator: bash .ci/focus makes one, ADVISOR_FOCUS_PYTHON names it")
    path = tmp_path / "plan.focus.csv"
    path.write_text(focus_text("1.2", option), encoding="utf-8", newline="")
    ended = subprocess.run(
        [sys.executable, ROOT / ".ci" / "check_focus.py", FOCUS_PYTHON, path],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip

    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_it_adds_up_to_the_forecast() -> None:
    """Billed cost is what the forecast costs, all of it."""
    billed = sum(float(row["BilledCost"]) for row in rows_of())

    assert billed == pytest.approx(asked(ASKED).detail().total(), rel=1e-11)


def test_every_row_is_a_forecast_on_no_invoice() -> None:
    """Nobody takes an estimate for billing data."""
    rows = rows_of()

    assert {(row["x_RecordKind"], row["x_Statistic"], row["InvoiceId"]) for row in rows} == {
        ("Forecast", "Expected", "")
    }


def test_list_prices_are_those_before_the_discount() -> None:
    """A contract's discount stands between the list price and the contracted one."""
    used = [
        row
        for row in rows_of()
        if row["SkuMeter"] == "Output Tokens" and row["BilledCost"] != "0.0"
    ]

    assert {(row["ListUnitPrice"], row["ContractedUnitPrice"]) for row in used} == {("9.0", "6.75")}


def test_a_model_has_an_identity() -> None:
    """Token rows name developer, model, direction and cache action under custom names."""
    details = {row["SkuMeter"]: json.loads(row["SkuPriceDetails"]) for row in rows_of()}

    assert details["Cache Read Input Tokens"] == {
        "x_ModelDeveloper": "brix", "x_ModelId": "plain", "x_TokenCacheAction": "Read",
        "x_TokenDirection": "Input",
    }  # fmt: skip
    assert "x_TokenCacheAction" not in details["Output Tokens"]


def test_a_year_ends_in_the_next() -> None:
    """December's period ends on the first of January."""
    periods = {row["ChargePeriodStart"]: row["ChargePeriodEnd"] for row in rows_of()}

    assert periods["2027-12-01T00:00:00Z"] == "2028-01-01T00:00:00Z"


def test_a_team_is_a_sub_account_and_a_tag() -> None:
    """A team's name is safe as text, and whole in the tags."""
    row = rows_of()[0]

    assert row["SubAccountName"] == '\'=1+1, "x"'
    assert json.loads(row["Tags"]) == {
        "team": '=1+1, "x"', "cost_center": "C1", "task_class": "bug-fix", "x_estimate": "true",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("version", "names"),
    [
        (VERSIONS[0], {"ProviderName", "PublisherName"}),
        (VERSIONS[1], {"ServiceProviderName", "HostProviderName"}),
    ],
)
def test_a_version_has_its_own_columns(version: str, names: set[str]) -> None:
    """Who provides is called otherwise in 1.2 and in 1.4."""
    everything = set(rows_of("1.2")[0]) ^ set(rows_of("1.4")[0])

    assert everything & set(rows_of(version)[0]) == names
