"""Invoices and trials as frames: the figures of the same table as a file, faults at their row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT

import advisor

TEAM = ROOT / "workloads" / "team.yaml"
ASKED: dict[str, Any] = {"draws": 0, "today": "2027-03-01"}
INVOICES = pd.DataFrame(
    {"month": ["2027-01", "2027-02"], "vendor": "anthropic", "cost": [8_123.456, 7_900.125]}
)
TRIALS = pd.DataFrame(
    {
        "agent": ["careful", "careful", "quick", "quick"] * 5,
        "task_class": "bug-fix",
        "instance": [n // 4 for n in range(20)],
        "resolved": [True, False] * 10,
        "cost_usd": [0.5, 0.125, np.nan, 0.25] * 5,
    }
)


def fault(error: advisor.InputError) -> tuple[str, str]:
    """Return where the first fault stands, and what it says."""
    first = error.faults[0]
    return f"{first.file} {first.key}", first.message


def paid(actuals: Any, **asked: Any) -> float:
    """Return what was paid so far."""
    found = advisor.check(TEAM, actuals=actuals, **ASKED, **asked).files[0].actuals
    assert found is not None
    return found.paid


def test_invoices_in_a_frame_are_those_of_a_file(tmp_path: Path) -> None:
    """To the last digit, whatever the digits look like."""
    file = tmp_path / "bills.csv"
    INVOICES.to_csv(file, index=False)

    assert paid(INVOICES) == paid(file) == INVOICES["cost"].sum()


@pytest.mark.parametrize(
    "frame",
    [
        INVOICES.assign(month=pd.to_datetime(INVOICES["month"])),
        INVOICES.set_index("month"),
        INVOICES.astype({"vendor": "category", "cost": "Float64"}),
        INVOICES.rename(columns={"month": "Month", "cost": "Cost (USD)"}),
    ],
    ids=["days", "index", "dtypes", "heads"],
)
def test_a_frame_is_read_however_it_is_made(frame: pd.DataFrame) -> None:
    """Days for months, a named index, other dtypes, heads as people write them."""
    assert paid(frame) == INVOICES["cost"].sum()


def test_columns_say_what_is_called_otherwise() -> None:
    """A mapping, as `--columns` has it."""
    frame = INVOICES.rename(columns={"cost": "amount paid in all"})

    assert paid(frame, columns={"cost": "amount paid in all"}) == INVOICES["cost"].sum()


def test_two_frames_add_up() -> None:
    """Rows that stand in both count once, as in files."""
    assert paid([INVOICES[:1], INVOICES]) == INVOICES["cost"].sum()


@pytest.mark.parametrize(
    ("frame", "where", "message"),
    [
        (INVOICES[:0], "actuals ", "holds no rows"),
        (INVOICES.rename(columns={"cost": "x"}), "actuals ", "no column for cost"),
        (INVOICES.assign(cost=[1, "many"]), "actuals row 1", "'many' is not an amount"),
        (INVOICES.assign(cost=[1, np.nan]), "actuals row 1", "'' is not an amount"),
        (INVOICES.assign(month=[pd.NaT, pd.NaT]), "actuals row 0", "'' is not a month"),
    ],
)
def test_a_fault_of_a_frame_names_its_row(frame: pd.DataFrame, where: str, message: str) -> None:
    """As `iloc` counts them."""
    with pytest.raises(advisor.InputError) as told:
        paid(frame)

    assert fault(told.value)[0].strip() == where.strip()
    assert message in fault(told.value)[1]


def test_what_is_neither_a_path_nor_a_frame_is_a_fault() -> None:
    """Of bills, and of trials."""
    with pytest.raises(advisor.InputError, match="actuals: can't be an int"):
        paid(3)
    with pytest.raises(advisor.InputError, match="trials: can't be an int"):
        advisor.pilot(3)


def test_trials_in_a_frame_are_those_of_a_file(tmp_path: Path) -> None:
    """A cost that nobody recorded stays one."""
    file = tmp_path / "trials.csv"
    TRIALS.to_csv(file, index=False)

    assert advisor.pilot(TRIALS, date="2026-11-12").agents == (
        advisor.pilot(file, date="2026-11-12").agents
    )


@pytest.mark.parametrize(
    ("frame", "where", "message"),
    [
        (TRIALS.assign(resolved="maybe"), "trials row 0 resolved", "'maybe' is neither yes nor no"),
        (TRIALS.drop(columns="cost_usd"), "trials", "has no column cost_usd"),
        (TRIALS.assign(cost_usd=-1), "trials row 0 cost_usd", "is not 0 or more"),
        (TRIALS[:0], "trials", "holds no rows"),
    ],
)
def test_a_fault_of_trials_names_its_row(frame: pd.DataFrame, where: str, message: str) -> None:
    """Or the column that is missing."""
    with pytest.raises(advisor.InputError) as told:
        advisor.pilot(frame)

    assert fault(told.value)[0].strip() == where
    assert message in fault(told.value)[1]


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        ({"difference": 2}, "difference"), ({"next": -1}, "next"), ({"worth": 0}, "worth"),
        ({"worth": 1, "team": TEAM}, "worth"), ({"exclude": "("}, "exclude"),
        ({"weights": {"bug-fix": "much"}}, "weights"), ({"columns": {"agnet": "x"}}, "columns"),
        ({"team": {"developers": 4}}, "team"),
    ],
)  # fmt: skip
def test_a_wrong_wish_of_a_pilot_is_told_by_its_name(asked: dict[str, Any], key: str) -> None:
    """Before or after the trials are read."""
    with pytest.raises(advisor.InputError) as told:
        advisor.pilot(TRIALS, **asked)

    assert told.value.faults[0].key == key


def test_a_team_says_what_a_task_is_worth() -> None:
    """A path or a mapping, as for any other answer."""
    assert advisor.pilot(TRIALS, team=TEAM, date="2026-11-12").agents


def test_budgets_may_be_an_array() -> None:
    """One of numpy, a list, or one number."""
    found = [
        advisor.backtest(TRIALS.dropna(), one, seed=2).budgets
        for one in (np.array([0.3, 0.5]), [0.3, 0.5], (0.3, 0.5))
    ]

    assert found[0] == found[1] == found[2]
