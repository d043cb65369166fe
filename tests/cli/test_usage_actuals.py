"""`check --actuals` takes real usage as well as bills."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from command_line import run
from usage_logs import answer, claude_home

pytestmark = pytest.mark.usefixtures("plain_screen")

PLAN = """\
start: 2026-10
developers: 1
budget: 2000
billed: [{vendor: anthropic, month: 2026-10, cost: 100, model: claude-opus-4-8}]
"""


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write a plan, in a home without logs."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    file = tmp_path / "plan.yaml"
    file.write_text(PLAN, encoding="utf-8")
    return file


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Write a home with $7.50 of Opus in October, and one call that has no price."""
    lines = [
        answer("m1", fresh=1_000_000, read=0, write=0, output=100_000,
               ts="2026-10-18T23:30:00.000Z"),
        answer("m2", request="r2", model="house-model-1", ts="2026-10-19T10:00:00.000Z"),
    ]  # fmt: skip
    return claude_home(tmp_path / "anna", {"s1": lines})


def actuals(plan: Path, *paths: Path) -> tuple[dict[str, Any], str]:
    """Return the year so far, and what is said beside it."""
    words = [word for path in paths for word in ("--actuals", str(path))]
    ended = run("check", plan, "--draws", "0", "--json", *words)
    assert ended.code in {0, 1}, ended.err
    found: dict[str, Any] = json.loads(ended.out)["files"][0]["actuals"]
    return found, ended.err


def test_logs_count_at_list_prices(plan: Path, home: Path) -> None:
    """A home is what its priced calls cost, and the others are said."""
    found, said = actuals(plan, home)

    assert found["paid"] == pytest.approx(7.5)
    assert found["by_biller"]["anthropic"]["paid"] == pytest.approx(7.5)
    assert "left out 1 calls without a price" in said


def test_bills_and_usage_add_up(plan: Path, home: Path, tmp_path: Path) -> None:
    """A table of bills beside logs is read as ever."""
    bills = tmp_path / "bills.csv"
    bills.write_text("month,vendor,cost\n2026-10,anthropic,92.5\n", encoding="utf-8")
    found, _ = actuals(plan, home, bills)

    assert found["paid"] == pytest.approx(100)


def test_bills_and_calls_of_one_vendor_are_said_to_be_both_counted(
    plan: Path, home: Path, tmp_path: Path
) -> None:
    """The calls are on the vendor's bill too, and only a reader knows whether they are."""
    bill = tmp_path / "bill.csv"
    bill.write_text("month,vendor,cost\n2026-10,Anthropic,100\n", encoding="utf-8")
    found, _ = actuals(plan, home, bill)

    said = "bills and calls of anthropic were given, and both are counted"
    assert (found["paid"], said in found["warnings"]) == (pytest.approx(107.5), True)


def test_what_usage_wrote_comes_back(plan: Path, home: Path, tmp_path: Path) -> None:
    """FOCUS rows that `usage` wrote are bills like any other, with the same sum."""
    file = tmp_path / "u.focus.csv"
    assert run("usage", "--home", home, "--brief", "-o", file).code == 0
    found, _ = actuals(plan, file)

    assert found["paid"] == pytest.approx(7.5)


def test_a_vendor_s_report_of_costs_is_what_was_billed(plan: Path, tmp_path: Path) -> None:
    """Beside a report of tokens it alone counts: both say the same use."""
    day = {"starting_at": "2026-10-18T00:00:00Z", "ending_at": "2026-10-19T00:00:00Z"}
    tokens = {
        "uncached_input_tokens": 1_000_000, "cache_read_input_tokens": 0, "output_tokens": 0,
        "model": "claude-opus-4-8", "cache_creation": {},
    }  # fmt: skip
    costs = {"amount": "431", "currency": "USD", "description": "Opus", "cost_type": "tokens",
             "model": "claude-opus-4-8", "token_type": "uncached_input_tokens"}  # fmt: skip
    paths = []
    for name, result in (("usage.json", tokens), ("costs.json", costs)):
        paths.append(tmp_path / name)
        page = {"data": [{**day, "results": [result]}], "has_more": False}
        paths[-1].write_text(json.dumps(page), encoding="utf-8")

    assert actuals(plan, paths[0])[0]["paid"] == pytest.approx(5)
    assert actuals(plan, *paths)[0]["paid"] == pytest.approx(4.31)


def test_a_folder_of_bills_stays_one(plan: Path, tmp_path: Path) -> None:
    """A folder with tables of money is read as before."""
    folder = tmp_path / "billing"
    folder.mkdir()
    text = "month,vendor,cost\n2026-10,anthropic,92.5\n"
    (folder / "a.csv").write_text(text, encoding="utf-8")

    assert actuals(plan, folder)[0]["paid"] == pytest.approx(92.5)


def test_what_is_neither_is_said(plan: Path, tmp_path: Path) -> None:
    """A file that is no table and no log is a fault, as before."""
    path = tmp_path / "notes.txt"
    path.write_text("hello\n", encoding="utf-8")
    ended = run("check", plan, "--actuals", path)

    assert (ended.code, ended.out) == (2, "")
    assert "notes.txt" in ended.err
