"""What Python gives: mappings, numbers of all kinds, dates and frames; and what is wrong there."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from conftest import ROOT

import advisor
from advisor.api.given import document_of, month_of, plain_of
from advisor.load.yaml_source import read_yaml

TEAM = ROOT / "workloads" / "team.yaml"
MONTHS = pd.period_range("2027-01", periods=3, freq="M")


def spend(team: Any = TEAM, **asked: Any) -> float:
    """Return what the first option costs."""
    expected: float = advisor.compare(team, draws=0, **asked).options[0].spend.expected  # type: ignore[union-attr]
    return expected


def faults(ask: Callable[[], object]) -> list[tuple[str, str]]:
    """Return key and message of every fault."""
    with pytest.raises(advisor.InputError) as told:
        ask()
    return [(one.key, one.message) for one in told.value.faults]


# --- Mappings ------------------------------------------------------------------------------------


def test_what_a_parser_of_yaml_makes_of_a_file_is_the_file() -> None:
    """`84%`, `50min` and `90_000` as another parser leaves them: the same figures."""
    with TEAM.open(encoding="utf-8") as stream:
        parsed = yaml.safe_load(stream)
    own, other = (advisor.compare(one, draws=0).to_dict()["options"] for one in (TEAM, parsed))

    assert own == other


@pytest.mark.parametrize(
    "forty",
    [40, 40.0, Decimal(40), np.int64(40), np.float32(40), np.array(40), {"2027-01": 40},
     {dt.date(2027, 1, 1): 40}, pd.Series([40], index=MONTHS[:1])],
    ids=lambda one: type(one).__name__,
)  # fmt: skip
def test_a_number_is_a_number_whoever_made_it(forty: Any) -> None:
    """Of Python, of numpy, exact ones, by month."""
    assert spend({"developers": forty}) == spend({"developers": 40})


def test_a_number_in_python_is_not_ambiguous() -> None:
    """1.125 may be thousands where somebody typed it; here it is 1.125."""
    assert plain_of(1.125) == Decimal("1.125")
    assert spend({"developers": 1.125}) == pytest.approx(spend({"developers": 1}) * 1.125)


def test_text_is_a_number_only_with_its_unit() -> None:
    """`60k` is, `60` is a text, as in quotes in a file."""
    assert plain_of({"a": "60k", "b": "35%", "c": "60", "d": "4k-model"}) == {
        "a": 60_000, "b": Decimal("0.35"), "c": "60", "d": "4k-model",
    }  # fmt: skip


def test_a_mapping_is_copied() -> None:
    """Whoever changes it afterwards changes no answer, and nobody changes it."""
    team: dict[str, Any] = {"developers": 40, "budget": {"total": 90_000}}
    before = copy.deepcopy(team)
    answer = advisor.compare(team, draws=0)
    assert team == before
    team["budget"]["total"] = 1

    assert answer.budget == 90_000


@pytest.mark.parametrize(
    ("team", "key", "message"),
    [
        ({"developrs": 40}, "developrs", "is not a known key"),
        ({"developers": "40"}, "developers", "must be a number"),
        ({"developers": True}, "developers", "must be a number"),
        ({"developers": float("nan")}, "developers", "is nothing (NaN)"),
        ({"developers": pd.NA}, "developers", "is nothing (NaN)"),
        ({"developers": {"2027-01": np.nan}}, "developers.2027-01", "is nothing (NaN)"),
        ({"developers": float("inf")}, "developers", "must be a finite number"),
        ({"developers": 10**30}, "developers", "at most 1e18"),
        ({"developers": -1}, "developers", "must be at least 0"),
        ({"developers": {1, 2}}, "developers", "can't be a set"),
        ({"developers": 40, "start": pd.NaT}, "start", "is nothing (NaN)"),
        ({"developers": 40, "start": pd.Timestamp("2027-01", tz="Asia/Tokyo")}, "start",
         "has a time zone"),
        ({"developers": 40, "start": dt.datetime(2027, 1, 1, 9)}, "start", "has a time of day"),  # noqa: DTZ001
        ({"developers": {dt.date(2027, 1, 1): 4, "2027-01": 5}}, "developers.2027-01", "twice"),
        ({None: 40}, "", "is not the name of a key"),
        ({"developers": 40, "options": {"x": {"model": "gpt-9"}}}, "options.x.model", "'gpt-9'"),
        ({"developers": 40, "billed": pd.DataFrame({"vendr": ["anthropic"]})}, "billed[0].vendr",
         "is not a known key"),
    ],
)  # fmt: skip
def test_a_fault_is_told_by_its_key(team: Any, key: str, message: str) -> None:
    """No line: there was no file."""
    told = faults(lambda: advisor.compare(team, draws=0))
    matching = [one for one in told if one[0] == key and message in one[1]]

    assert matching


def test_all_faults_are_told_at_once() -> None:
    """Wherever they are found first."""
    told = faults(lambda: advisor.compare({"developers": np.nan, "budget": {1}}, draws=0))

    assert [key for key, _ in told] == ["budget", "developers"]


def test_a_mapping_in_itself_is_a_fault() -> None:
    """It ends, and says why."""
    team: dict[str, Any] = {"developers": 40}
    team["teams"] = team

    assert "in itself" in faults(lambda: advisor.compare(team))[0][1]


@pytest.mark.parametrize("given", [12, [1], object(), b"team.yaml"])
def test_what_is_no_team_is_a_fault(given: Any) -> None:
    """A path or a mapping, nothing else."""
    assert faults(lambda: advisor.compare(given))[0][0] == "team"


def test_a_document_of_a_mapping_is_that_of_its_file() -> None:
    """Text for text, number for number."""
    plain = read_yaml(TEAM).data

    assert document_of(plain).data == plain


@pytest.mark.parametrize(
    ("value", "month"),
    [("2027-03", "2027-03"), ("2027-03-31", "2027-03"), (dt.date(2027, 3, 9), "2027-03"),
     (pd.Timestamp("2027-03-31"), "2027-03"), (pd.Period("2027-03", "M"), "2027-03")],
    ids=lambda one: type(one).__name__,
)  # fmt: skip
def test_a_day_stands_for_its_month(value: object, month: str) -> None:
    """As spreadsheets have months: their first day, or their last."""
    assert month_of(value) == month


# --- Beside a file -------------------------------------------------------------------------------


def test_what_is_stated_beside_a_file_wins() -> None:
    """As a flag does; a changed key is not blamed on a line of the file."""
    assert advisor.compare(TEAM, budget=1, draws=0).budget == 1
    assert advisor.compare(TEAM, changes={"budget": 2}, draws=0).budget == 2
    assert faults(lambda: advisor.compare(TEAM, changes={"budget": -2})) == [
        ("budget", "must be at least 0")
    ]


def test_a_fault_of_a_file_has_its_line(tmp_path: Path) -> None:
    """As on the command line."""
    file = tmp_path / "team.yaml"
    file.write_text("budget: 3\ndevelopers: many\n", encoding="utf-8")

    with pytest.raises(advisor.InputError, match=r"team.yaml:2:13 developers: must be"):
        advisor.compare(file)


def test_an_invoice_beside_a_file_is_a_mapping_or_rows() -> None:
    """Vendors to costs with a month, rows as in a file, or a frame of them."""
    row = {"vendor": "anthropic", "month": "2026-10", "cost": 8_400, "active_developers": 38}
    frame = pd.DataFrame([{**row, "month": pd.Timestamp("2026-10-01"), "seats": None}])
    found = [
        spend(billed={"anthropic": 8_400}, month="2026-10", active=38),
        spend(billed=[row]),
        spend(billed=frame),
    ]

    assert found == [spend()] * 3


# --- Head counts ---------------------------------------------------------------------------------

COUNTS = {"2027-01": 40, "2027-02": 44, "2027-03": 50}


@pytest.mark.parametrize(
    "headcount",
    [
        COUNTS,
        pd.Series(list(COUNTS.values()), index=MONTHS),
        pd.Series(list(COUNTS.values()), index=MONTHS.to_timestamp()),
        pd.DataFrame({"developers": list(COUNTS.values())}, index=list(COUNTS)),
        pd.DataFrame({"Month": MONTHS.to_timestamp(), "Headcount": list(COUNTS.values())}),
    ],
    ids=["mapping", "series", "days", "index", "column"],
)
def test_a_head_count_is_people_by_month(headcount: Any) -> None:
    """In whatever form a spreadsheet has it."""
    assert spend(headcount=headcount) == spend(developers=COUNTS)


def test_a_column_is_a_team() -> None:
    """Wide or long: the file's one number of developers gives way to teams."""
    wide = pd.DataFrame({"month": list(COUNTS), "web": [20, 22, 25], "ml": [20, 22, 25]})
    long = wide.melt("month", var_name="team", value_name="developers")
    found = [advisor.compare(TEAM, headcount=one, draws=0) for one in (wide, long)]

    assert set(found[0].options[0].spend_by_team) == {"web", "ml"}
    assert found[0].options == found[1].options


def test_a_head_count_leaves_teams_as_they_are() -> None:
    """Their number moves, and nothing else of them; those that are not named stay."""
    team = {"teams": {"web": {"developers": 20, "adoption": 0.5}, "ml": {"developers": 8}}}
    moved = {"teams": {"web": {"developers": 30, "adoption": 0.5}, "ml": {"developers": 8}}}
    frame = pd.DataFrame({"web": [30]}, index=["2027-01"])

    assert spend(team, headcount=frame) == spend(moved)


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (pd.DataFrame(), "holds no head count"),
        (pd.DataFrame({"month": [], "web": []}), "holds no head count"),
        (pd.DataFrame({"web": [1, np.nan]}, index=["2027-01", "2027-02"]), "2027-02: there is no"),
        (pd.DataFrame({"web": [1, 2]}, index=["2027-01", "2027-01"]), "2027-01 stands there twice"),
        (pd.DataFrame({"web": [1]}), "0 is not a month"),
        (pd.DataFrame({"web": [1]}, index=["January"]), "'January' is not a month"),
        (pd.DataFrame({"web": [1]}, index=pd.DatetimeIndex(["2027-01-01"], tz="UTC")), "time zone"),
        (pd.DataFrame([[1, 2]], columns=["web", "web"], index=["2027-01"]), "two columns"),
        (pd.DataFrame({"month": ["2027-01"], "team": ["a"], "x": [1], "y": [2]}), "one column"),
        ([1, 2], "can't be a list"),
    ],
)
def test_what_is_no_head_count_is_a_fault(frame: Any, message: str) -> None:
    """Said of the month and the team."""
    told = faults(lambda: advisor.compare(TEAM, headcount=frame))

    assert told[0][0].startswith("headcount")
    assert message in told[0][1]


def test_a_team_that_the_file_does_not_have_is_a_fault() -> None:
    """A slip of the pen would be people counted twice."""
    team = {"teams": {"web": {"developers": 20}}}
    frame = pd.DataFrame({"wed": [30]}, index=["2027-01"])

    with pytest.raises(advisor.InputError, match="'wed' is not a team") as told:
        advisor.compare(team, headcount=frame)

    assert told.value.faults[0].hint == "did you mean `web`?"


# --- Arguments -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        ({"draws": 1.5}, "draws"), ({"draws": -1}, "draws"), ({"draws": True}, "draws"),
        ({"seed": "1"}, "seed"), ({"seed": -1}, "seed"), ({"by": "beauty"}, "by"),
        ({"as_of": "2026-13-01"}, "as_of"), ({"as_of": pd.NaT}, "as_of"), ({"as_of": 9}, "as_of"),
        ({"as_of": pd.Timestamp("2026-11-12", tz="UTC")}, "as_of"),
        ({"assume_cancelled": "x@2027-01-01"}, "assume_cancelled"), ({"changes": 3}, "changes"),
        ({"assume_cancelled": [3]}, "assume_cancelled"), ({"month": "2026-10"}, "month"),
        ({"billed": {"anthropic": 1}}, "billed"), ({"locked": True, "frozen": True}, "frozen"),
    ],
)  # fmt: skip
def test_a_wrong_argument_is_told_by_its_name(asked: dict[str, Any], key: str) -> None:
    """Not by the flag that it is on the command line."""
    assert faults(lambda: advisor.compare(TEAM, **asked))[0][0] == key


@pytest.mark.parametrize("day", ["2026-11-12", dt.date(2026, 11, 12), pd.Timestamp("2026-11-12")])
def test_a_day_is_text_or_a_date(day: Any) -> None:
    """One of pandas' too."""
    assert advisor.compare(TEAM, as_of=day, draws=0).as_of == dt.date(2026, 11, 12)


def test_a_vendor_that_is_no_text_is_told_as_one_that_is_not_there() -> None:
    """Not as an error of the program."""
    wrong: Any = 3
    assert faults(lambda: advisor.prices(wrong))[0][0] == "vendor"


def test_a_path_of_stores_that_is_none_is_told() -> None:
    """A number is no path."""
    wrong: Any = 3
    assert faults(lambda: advisor.usage(merge=wrong))[0][0] == "merge"
