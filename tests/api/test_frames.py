"""Frames: their dtypes, their units, and that their figures are those of the JSON."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest
from asked_answers import ASKED, answer
from conftest import ROOT
from frames import Plain, only, plain_rows
from hypothesis import Phase, given, settings
from judged_questions import dilemmas
from questions import Question
from strategies import FEW, questions

import advisor
from advisor.answers.compare.answer import compare
from advisor.answers.recommend.answer import recommend
from advisor.api.compare import ComparisonAnswer
from advisor.api.recommend import RecommendationAnswer

TEAM = ROOT / "workloads" / "team.yaml"
SPEND = ("expected", "mean", "p10", "p50", "p90")


# --- The same figures ----------------------------------------------------------------------------


def options_told(told: Plain) -> list[Plain]:
    """Return the options of a comparison's JSON as flat rows, under the names of the frame."""
    return [
        {
            **row,
            **{f"spend_{part}": (row["spend"] or {}).get(part) for part in SPEND},
            "not_known": row["unknown"],
        }
        for row in told["options"]
    ]


def assert_same(found: pd.DataFrame, told: list[Plain], *, without: set[str]) -> None:
    """Hold all columns of a frame that are no words of a screen against JSON's rows."""
    names = [name for name in found.columns if name not in without]

    assert names
    assert only(plain_rows(found), names) == only(told, names)


HEADS = {"workload", "start", "months", "currency", "prices_as_of", "title"}


@FEW
@given(questions())
def test_a_comparisons_frame_has_the_figures_of_its_json(question: Question) -> None:
    """For generated plans every cell of the frame is what the JSON says, to the last digit."""
    told = compare(question.case(), file="team.yaml", draws=20, seed=1)
    found = ComparisonAnswer._make(told)

    assert_same(found.to_pandas(), options_told(found.to_dict()), without=HEADS)


@settings(FEW, max_examples=5)
@given(questions())
def test_the_months_of_a_frame_are_those_of_the_json(question: Question) -> None:
    """An option's months stand below each other, and add up to what it costs."""
    found = ComparisonAnswer._make(compare(question.case(), file="team.yaml", draws=20, seed=1))
    months = found.to_pandas("months")
    told = {row["option"]: row["spend_by_month"] or [] for row in found.to_dict()["options"]}
    laid_out = {
        name: list(months.loc[months["option"] == name, "spend"].to_numpy()) for name in told
    }

    assert laid_out == told


@settings(FEW, max_examples=5)
@given(questions())
def test_a_page_shows_the_figures_of_the_frame(question: Question) -> None:
    """In a notebook, in six digits: no cell says another number than its frame."""
    found = ComparisonAnswer._make(compare(question.case(), file="team.yaml", draws=20, seed=1))
    shown = [
        float(cell.replace(",", ""))
        for cell in re.findall(r"<td style=\"text-align:right\">([^<]*)</td>", found._repr_html_())
    ]
    known = [*numbers(plain_rows(found.to_pandas()))]

    assert shown == pytest.approx(known, rel=1e-5, abs=0.005)


@settings(FEW, max_examples=3, phases=[Phase.generate])
@given(dilemmas())
def test_a_drawn_mix_has_the_figures_of_its_json(question: Question) -> None:
    """Every route of a generated plan's best mix, to the last digit."""
    found = RecommendationAnswer._make(recommend(question.case(), file="team.yaml"))
    told = [{**row, "first": row["strategy"][0]} for row in found.to_dict()["routes"]]
    names = ["team", "task_class", "first", "share", "tasks", "success", "cost_per_task", "spend"]

    assert only(plain_rows(found.to_pandas()), names) == only(told, names)


def test_a_recommendations_frame_has_the_figures_of_its_json() -> None:
    """Routes, as `strategy` has them in the JSON."""
    found = answer("recommend")
    told = [
        {**row, "first": row["strategy"][0], "second": (row["strategy"][1:] or [None])[0]}
        for row in found.to_dict()["routes"]
    ]

    assert_same(found.to_pandas(), told, without={"workload", "currency", "runner_up", "unless"})


def test_a_checks_frame_has_the_figures_of_its_json() -> None:
    """Limits in their order, a day as a day."""
    found = answer("check")
    days = {"value_date", "at_most_date", "at_least_date", "warn_at_date"}

    assert_same(found.to_pandas(), found.to_dict()["limits"], without=days)


def test_causes_in_a_frame_are_those_of_the_json() -> None:
    """Parts that add up to the change."""
    found = answer("diff")

    assert_same(found.to_pandas(), found.to_dict()["parts"], without=set())
    assert found.to_pandas()["spend"].sum() == pytest.approx(found.to_dict()["change"])


@pytest.mark.parametrize("name", ["seats", "tokens", "pilot", "stress", "backtest"])
def test_every_number_of_a_frame_stands_in_the_json(name: str) -> None:
    """Whatever the JSON calls it, and however deep it lies there, no figure is another."""
    found = answer(name)
    known = set(numbers(found.to_dict()))
    own = set(numbers(plain_rows(found.to_pandas())))

    assert own - known <= {0.0, float(len(getattr(found, "files", ())))}


def numbers(value: Any) -> Iterator[float]:
    """Yield every number of a tree."""
    if isinstance(value, dict):
        for one in value.values():
            yield from numbers(one)
    elif isinstance(value, list):
        for one in value:
            yield from numbers(one)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield float(value)


# --- Dtypes and units ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ASKED)
def test_a_column_has_the_dtype_of_its_name(name: str) -> None:
    """An answer without rows, or without a figure, has the dtypes of any other."""
    frame = answer(name).to_pandas()
    allowed = {"float64", "Int64", "boolean", "category", "datetime64[s]", "str"}

    assert set(map(str, frame.dtypes)) <= allowed
    assert list(frame.index) == list(range(len(frame)))


def test_a_frame_without_rows_has_its_dtypes() -> None:
    """No option at all: the columns are there, as in any other frame."""
    found = answer("compare")
    assert isinstance(found, ComparisonAnswer)
    empty = found._replace(options=[])

    assert dict(empty.to_pandas().dtypes) == {
        **dict(found.to_pandas().dtypes),
        **{name: kind for name, kind in empty.to_pandas().dtypes.items() if kind == "category"},
    }


def test_dates_are_dates_and_names_are_categories() -> None:
    """A day, a month as its first day, a truth, a count, a name."""
    frame = answer("compare").to_pandas()

    assert frame["start"].iloc[0] == pd.Timestamp("2027-01-01")
    assert str(frame["exhaustion_date"].dtype) == "datetime64[s]"
    assert list(frame["option"].cat.categories) == sorted(frame["option"])
    assert frame["today"].sum() == 1
    assert str(frame["rank"].dtype) == "Int64"


def test_money_says_its_currency() -> None:
    """Units by column, the plan's money where it is money."""
    units = advisor.compare(
        TEAM, changes={"currency": {"code": "EUR", "per_usd": 0.9}}, draws=0
    ).to_pandas().attrs["units"]  # fmt: skip

    assert (units["spend_expected"], units["quality"], units["budget_used"]) == (
        "EUR",
        "ratio",
        "share",
    )


def test_what_is_not_known_is_missing() -> None:
    """Without draws there is no range: NaN, never zero."""
    frame = advisor.compare(TEAM, draws=0).to_pandas()

    assert math.isnan(frame["spend_p90"].iloc[0])
    assert frame["spend_expected"].notna().all()


def test_a_part_that_is_not_there_is_a_fault() -> None:
    """With the parts that there are, and the one that was meant."""
    with pytest.raises(advisor.InputError, match=r"'month' is not one of options, months") as told:
        answer("compare").to_pandas("month")

    assert told.value.faults[0].hint == "did you mean `months`?"


def test_frames_of_the_same_options_go_below_each_other() -> None:
    """However they rank: names stay categories, and every other dtype what it is."""
    frames = [advisor.compare(TEAM, draws=0, by=by).to_pandas() for by in ("net_value", "spend")]
    together = pd.concat(frames, ignore_index=True)

    assert list(frames[0]["option"]) != list(frames[1]["option"])
    assert dict(together.dtypes) == dict(frames[0].dtypes)


def test_a_frame_is_the_askers_own() -> None:
    """Nobody else sees what is written into it."""
    found = answer("compare")
    frame = found.to_pandas()
    frame["spend_expected"] = np.nan

    assert found.to_pandas()["spend_expected"].notna().all()


# --- Prices --------------------------------------------------------------------------------------


def test_prices_are_a_frame_of_dollars_per_million_tokens() -> None:
    """A row a model, in force on a day."""
    frame = advisor.prices(on="2026-11-12")
    opus = frame.set_index("model").loc["claude-opus-5-5"]

    assert frame.attrs["units"]["output"] == "USD per million tokens"
    assert opus["input"] > opus["cache_read"] > 0
    assert str(frame["since"].dtype) == "datetime64[s]"


def test_plans_are_a_frame_by_seat() -> None:
    """Columns are named as in the JSON, without blanks."""
    frame = advisor.prices("github", plans=True, on="2026-11-12")

    assert set(frame["vendor"]) == {"github"}
    assert frame["seat_a_month"].max() > 0


def test_prices_of_a_vendor_that_nobody_knows_are_a_fault() -> None:
    """With the one that was meant."""
    with pytest.raises(advisor.InputError, match="vendor: 'anthropc'"):
        advisor.prices("anthropc", on="2026-11-12")
