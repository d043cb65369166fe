"""The backtest that is shown is the one that is measured, and ours is what it says it is."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from conftest import ROOT

from advisor.answers.forecast.backtest import BACKTEST
from advisor.answers.forecast.level import FITTED
from advisor.tables.forecast import BacktestLine

COMBINED = [line for line in BACKTEST if line.questions > 100]


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Import what measures."""
    monkeypatch.syspath_prepend(str(ROOT / "bench"))
    return import_module("forecast")


def test_the_made_years_are_measured_anew(bench: Any) -> None:
    """Every figure of the table that needs no data from outside comes out again."""
    years = [year for _, year in bench.made_years(bench.JUDGED_SEED, bench.EACH)]
    found = bench.lines(bench.MADE, years, is_real=False)
    shown = [line for line in BACKTEST if line.series == bench.MADE]

    assert [line[:4] for line in found] == [line[:4] for line in shown]
    assert [list(line[4:]) for line in found] == [
        pytest.approx(list(line[4:]), abs=2e-3) for line in shown
    ]


def test_constants_that_are_spoilt_are_seen(bench: Any) -> None:
    """Without drift and noise ranges hold far less than they say: the table would not come out."""
    years = [year for _, year in bench.made_years(bench.JUDGED_SEED, 4)]
    spoilt = FITTED._replace(drift=0.001, trend=0.0001, noise=0.01, freedom=400.0)

    def way(ask: Any) -> Any:
        return bench.ours(ask, spoilt)

    assert bench.score(way, bench.asks(years)).coverage < 0.6


@pytest.mark.parametrize("line", COMBINED, ids=lambda line: f"{line.series}, {line.ahead}")
def test_ours_is_no_worse_than_the_best_naive_way(line: BacktestLine) -> None:
    """At one month within a hundredth of it in the mean, better in the median; better beyond."""
    medians = (line.last_month, line.straight_line, line.the_plan)
    means = (line.last_month_mean, line.straight_line_mean, line.the_plan_mean)

    assert line.ours < min(medians)
    assert line.ours_mean < min(means) * (1.01 if line.ahead == 1 else 1.0)


@pytest.mark.parametrize("line", COMBINED, ids=lambda line: f"{line.series}, {line.ahead}")
def test_ranges_hold_as_often_as_they_say(line: BacktestLine) -> None:
    """Between seven and nine of ten."""
    assert 0.7 <= line.coverage <= 0.9
