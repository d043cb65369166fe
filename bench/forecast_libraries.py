"""Maintained forecasting libraries beside ours, on the same questions.

    OTHER/bin/python bench/forecast_libraries.py [--real FOLDER]    OTHER: an environment with both

Each library's model sees what ours sees: the ratio of actual to plan, so that the plan's prices and
hiring count, and the same months. With two known months and fewer they have nothing to fit, so that
only questions with at least three are asked. A sample of the questions; all ways answer the same.
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from forecast import WAYS, Ask, Said, asks, is_judged, score
from forecast_series import FloatArray, made_years, real_years
from statsforecast.models import AutoARIMA, AutoETS, AutoTheta
from statsmodels.tsa.statespace.structural import UnobservedComponents

FEWEST, SAMPLE = 3, 600


def _ratios(ask: Ask) -> FloatArray:
    """Return the logarithms that are seen, a missing month filled from the one before."""
    seen = np.log(ask.seen / ask.year.plan[: ask.known])
    for n in range(1, seen.size):
        seen[n] = seen[n - 1] if np.isnan(seen[n]) else seen[n]
    return seen


def _said(ask: Ask, middle: FloatArray, low: FloatArray, high: FloatArray) -> Said:
    """Put ratios back on the plan; ranges of months add up as if they moved together."""
    plan = ask.year.plan[ask.known : ask.known + ask.ahead]
    return Said(*(float((plan * np.exp(np.clip(one, -5, 5))).sum()) for one in (middle, low, high)))


def of_statsforecast(make: Callable[[], Any]) -> Callable[[Ask], Said]:
    """Return a way that fits a model of statsforecast to the ratios."""

    def way(ask: Ask) -> Said:
        found = make().forecast(y=_ratios(ask), h=ask.ahead, level=[80])
        return _said(ask, found["mean"], found["lo-80"], found["hi-80"])

    return way


def local_level(ask: Ask) -> Said:
    """Fit a local level by maximum likelihood (statsmodels)."""
    fitted = UnobservedComponents(_ratios(ask), level="llevel").fit(disp=False)
    found = fitted.get_forecast(ask.ahead)
    low, high = found.conf_int(alpha=0.2).T
    return _said(ask, found.predicted_mean, low, high)


LIBRARIES = {
    "AutoETS": of_statsforecast(lambda: AutoETS(season_length=1)),
    "AutoARIMA": of_statsforecast(lambda: AutoARIMA(season_length=1)),
    "AutoTheta": of_statsforecast(lambda: AutoTheta(season_length=1)),
    "local level (statsmodels)": local_level,
}


def safely(way: Callable[[Ask], Said]) -> Callable[[Ask], Said]:
    """Return a way that carries the last ratio on where a library can't fit so few months."""

    def tried(ask: Ask) -> Said:
        try:
            said = way(ask)
        except Exception:
            said = Said(np.nan)
        if np.isfinite(said.expected):
            return said
        last = _ratios(ask)[-1]
        same = np.full(ask.ahead, last)
        return Said(_said(ask, same, same, same).expected)

    return tried


def sets(folder: Path | None) -> Iterator[tuple[str, list[Ask]]]:
    """Yield the questions of every set."""
    yield "made", asks(year for _, year in made_years(20_270_101, 60))
    if folder is not None:
        yield "medicines", asks(y for y in real_years(folder / "pbs.csv") if is_judged(y))


def main() -> None:
    """Judge and print."""
    warnings.simplefilter("ignore")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--real", type=Path)
    random = np.random.default_rng(7)
    print("| series | months ahead | way | error, median (mean) | 80 % ranges hold |")
    print("|---|--:|---|--:|--:|")
    for name, questions in sets(parser.parse_args().real):
        enough = [ask for ask in questions if ask.known >= FEWEST]
        chosen = [enough[n] for n in random.choice(len(enough), SAMPLE, replace=False)]
        for ahead in (1, 3, 6):
            own = [ask for ask in chosen if ask.ahead == ahead]
            for way, function in {**WAYS, **LIBRARIES}.items():
                one = score(safely(function), own)
                held = "-" if np.isnan(one.coverage) else f"{one.coverage:.0%}"
                print(f"| {name} | {ahead} | {way} | {one.median:.1%} ({one.mean:.1%}) | {held} |")


if __name__ == "__main__":
    main()
