"""The forecast beside three naive ways, on real and made series: error and coverage.

    python bench/forecast.py [--real FOLDER]      prints the tables of docs/forecast.md

Asked after 1, 2, 3, 4 and 6 months of a year for what the next 1, 3 and 6 months come to together.
Ways: the last month goes on; a straight line through the months; the plan as it is; ours. The error
is |forecast - actual| ÷ actual. The constants of ours were fitted by bench/forecast_fit.py on other
series (another seed, the other half of the medicines), never on these.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from forecast_series import FloatArray, Year, made_years, real_years

from advisor.answers.forecast.level import FITTED, Constants, learn, spread_of
from advisor.tables.forecast import BacktestLine

ORIGINS, HORIZONS = (1, 2, 3, 4, 6), (1, 3, 6)
Z80 = 1.2815515655446004
PLAN_SPREAD = 0.35
"""The level spread of a plan that says nothing else."""


class Ask(NamedTuple):
    """One question: a year, how many months of it are known, and how many are asked for."""

    year: Year
    known: int
    ahead: int

    @property
    def seen(self) -> FloatArray:
        """The months that are known."""
        return self.year.actual[: self.known]

    @property
    def truth(self) -> float:
        """What came."""
        return float(self.year.actual[self.known : self.known + self.ahead].sum())


class Said(NamedTuple):
    """A forecast, with the range that holds four of five."""

    expected: float
    low: float = np.nan
    high: float = np.nan


def last_month(ask: Ask) -> Said:
    """Carry the last month that has a bill on."""
    known = ask.seen[np.isfinite(ask.seen)]
    return Said(float(known[-1]) * ask.ahead)


def straight_line(ask: Ask) -> Said:
    """Fit a line through the months; with one month it is level."""
    at = np.flatnonzero(np.isfinite(ask.seen))
    if at.size < 2:
        return last_month(ask)
    slope, middle = np.polyfit(at, ask.seen[at], 1)
    ahead = np.arange(ask.known, ask.known + ask.ahead)
    return Said(float(np.maximum(0.0, slope * ahead + middle).sum()))


def the_plan(ask: Ask) -> Said:
    """Take the plan as it is."""
    return Said(float(ask.year.plan[ask.known : ask.known + ask.ahead].sum()))


def ours(ask: Ask, constants: Constants = FITTED, spread: float = PLAN_SPREAD) -> Said:
    """Move the plan by the level that was learnt."""
    plan = ask.year.plan
    ratios = np.full((1, plan.size), np.nan)
    ratios[0, : ask.known] = ask.seen / plan[: ask.known]
    level = learn(ratios, np.ones_like(ratios), np.array([spread]), constants)
    window = np.zeros_like(ratios)
    window[0, ask.known : ask.known + ask.ahead] = plan[ask.known : ask.known + ask.ahead]
    found = spread_of(window, level)
    low, high = found.at(np.array([-Z80, Z80]))
    return Said(found.expected, float(low), float(high))


WAYS: Mapping[str, Callable[[Ask], Said]] = {
    "last month": last_month,
    "straight line": straight_line,
    "the plan": the_plan,
    "ours": ours,
}


def asks(years: Iterable[Year]) -> list[Ask]:
    """List every question that the years can answer."""
    found = []
    for year in years:
        for known in ORIGINS:
            for ahead in HORIZONS:
                ask = Ask(year, known, ahead)
                if known + ahead <= year.plan.size and np.isfinite(ask.truth):
                    found.append(ask)
    return found


class Score(NamedTuple):
    """How good a way is at one horizon: errors' median and mean, and coverage of four of five."""

    median: float
    mean: float
    coverage: float
    asked: int


def score(way: Callable[[Ask], Said], questions: Sequence[Ask]) -> Score:
    """Judge a way."""
    said = [way(ask) for ask in questions]
    truth = np.array([ask.truth for ask in questions])
    errors = np.abs(np.array([one.expected for one in said]) - truth) / truth
    low, high = (np.array([one[n] for one in said]) for n in (1, 2))
    held = (low <= truth) & (truth <= high)
    is_known = np.isfinite(low)
    coverage = float(held[is_known].mean()) if is_known.any() else float("nan")
    return Score(float(np.median(errors)), float(errors.mean()), coverage, len(said))


def table(name: str, years: Sequence[Year]) -> None:
    """Print the scores of all ways on one set of series."""
    questions = asks(years)
    if not questions:
        return
    print(f"\n{name}: {len(years)} years, {len(questions)} questions\n")
    print("| months ahead | " + " | ".join(WAYS) + " | our 80 % ranges hold |")
    print("|--:|" + "--:|" * (len(WAYS) + 1))
    for ahead in HORIZONS:
        own = [ask for ask in questions if ask.ahead == ahead]
        found = {way: score(function, own) for way, function in WAYS.items()}
        cells = [f"{one.median:.1%} ({one.mean:.1%})" for one in found.values()]
        print(f"| {ahead} | " + " | ".join(cells) + f" | {found['ours'].coverage:.0%} |")


def lines(name: str, years: Sequence[Year], *, is_real: bool) -> list[BacktestLine]:
    """Return what the product shows of one set of series."""
    found = []
    for ahead in HORIZONS:
        own = [ask for ask in asks(years) if ask.ahead == ahead]
        scores = {way.replace(" ", "_"): score(function, own) for way, function in WAYS.items()}
        medians = {way: round(one.median, 4) for way, one in scores.items()}
        means = {f"{way}_mean": round(one.mean, 4) for way, one in scores.items()}
        held = round(scores["ours"].coverage, 3)
        found.append(
            BacktestLine(name, is_real, ahead, len(own), **medians, **means, coverage=held)
        )
    return found


JUDGED_SEED, EACH = 20_270_101, 60
MADE, MEDICINES, AWS = "made years, eight kinds", "Australia's medicines", "one AWS bill"


def main() -> None:
    """Judge and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--real", type=Path, help="a folder with pbs.csv and radian.csv")
    folder = parser.parse_args().real
    print("error in the median (mean) of |forecast - actual| / actual")
    made = list(made_years(JUDGED_SEED, EACH))
    table("made, all kinds", [year for _, year in made])
    for kind in dict.fromkeys(kind for kind, _ in made):
        table(f"made, {kind}", [year for own, year in made if own == kind])
    if folder is not None:
        medicines = [year for year in real_years(folder / "pbs.csv") if is_judged(year)]
        bill = [*real_years(folder / "radian.csv", least=0)]
        table("real, medicines", medicines)
        table("real, one AWS bill", bill)
        print("\nwhat advisor/answers/forecast/backtest.py holds:")
        shown = lines(MADE, [year for _, year in made], is_real=False)
        shown += lines(MEDICINES, medicines, is_real=True) + lines(AWS, bill, is_real=True)
        for line in shown:
            print(f"    {line},")


def is_judged(year: Year) -> bool:
    """Tell groups that judge from those that fit: by the letters of their names, half each."""
    return sum(map(ord, year.name.partition("/")[0])) % 2 == 1


if __name__ == "__main__":
    main()
