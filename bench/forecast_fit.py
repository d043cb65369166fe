"""Fit the constants of the forecast's level, on series that bench/forecast.py does not judge by.

    python bench/forecast_fit.py --real FOLDER [--rounds N]

The loss is the pinball loss of ln(forecast) at 10, 50 and 90 %, summed: it asks for a right middle
and for ranges that are neither too wide nor too narrow. Coordinates are searched in turn, by
factors. Half of the weight is on made years, half on real ones. In the end drift, trend and noise
are widened together until the ranges hold four of five on each of the two sets.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from forecast import PLAN_SPREAD, Ask, asks, is_judged, ours
from forecast_series import made_years, real_years

from advisor.answers.forecast.level import FITTED, Constants

FITTING_SEED, EACH, MOST = 19, 25, 1_500
WANTED = 0.8
LEAST = 4.0
"""Degrees of freedom below which the quantiles of Student's t are not good enough."""
STEPS = {"drift": 1.3, "trend": 1.5, "noise": 1.2, "freedom": 1.5, "fading": 1.04}


def loss(constants: Constants, questions: Sequence[Ask]) -> float:
    """Return the mean pinball loss of three quantiles, in logarithms."""
    found = 0.0
    for ask in questions:
        said = ours(ask, constants, PLAN_SPREAD)
        middle = (said.low * said.high) ** 0.5
        for share, value in ((0.1, said.low), (0.5, middle), (0.9, said.high)):
            apart = float(np.log(ask.truth / value))
            found += max(share * apart, (share - 1) * apart)
    return found / len(questions)


def coverage(constants: Constants, questions: Sequence[Ask]) -> float:
    """Return how many of the ranges hold."""
    said = [ours(ask, constants, PLAN_SPREAD) for ask in questions]
    held = [one.low <= ask.truth <= one.high for one, ask in zip(said, questions, strict=True)]
    return float(np.mean(held))


def widened(constants: Constants, factor: float) -> Constants:
    """Return constants whose moves are larger by a factor."""
    moves = {name: getattr(constants, name) * factor for name in ("drift", "trend", "noise")}
    return constants._replace(**moves)


def main() -> None:
    """Search and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--real", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=4)
    given = parser.parse_args()
    random = np.random.default_rng(FITTING_SEED)
    sets = []
    for years in (
        [year for _, year in made_years(FITTING_SEED, EACH)],
        [year for year in real_years(given.real / "pbs.csv") if not is_judged(year)],
    ):
        found = asks(years)
        chosen = random.choice(len(found), min(MOST, len(found)), replace=False)
        sets.append([found[n] for n in chosen])

    def whole(constants: Constants) -> float:
        return sum(loss(constants, one) for one in sets) / len(sets)

    best, least = FITTED, whole(FITTED)
    for turn in range(given.rounds):
        for name, step in STEPS.items():
            for factor in (step, 1 / step):
                value = getattr(best, name) * factor
                if (name == "fading" and value >= 1) or (name == "freedom" and value < LEAST):
                    continue
                tried = best._replace(**{name: value})
                lost = whole(tried)
                if lost < least:
                    best, least = tried, lost
        print(turn, f"{least:.5f}", best, flush=True)
    for factor in np.arange(1.0, 2.0, 0.05):
        wide = widened(best, float(factor))
        held = min(coverage(wide, one) for one in sets)
        if held >= WANTED:
            print(f"widened by {factor:.2f}, ranges hold {held:.1%}:", wide)
            return


if __name__ == "__main__":
    main()
