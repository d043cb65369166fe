"""Series to judge forecasts on: real monthly spend, and made series whose truth is known.

Real ones are read from a folder of tables `series,month,cost` (--real FOLDER):

    pbs.csv     84 groups of medicines that Australia paid for, 1991-07 to 2008-06 (Medicare
                Australia, as in the R package tsibbledata): public spend with growth, seasons,
                price cuts by decree, products that come and go
    radian.csv  the AWS bill of a small company that publishes its books, 2022-08 to 2025-10
                (github.com/radian-software/financials, MIT)

None of them is in this repository. Their plan is what a planner without more knowledge writes:
each month of the year before, times the growth from the year before that, 0.5 to 2.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

MONTHS = 12
LEAST = 1_000.0
"""A series whose months are smaller than this in the mean is left out: rounding, not spend."""


class Year(NamedTuple):
    """A planned year and what came: (12,) each, NaN in a month without a bill."""

    name: str
    plan: FloatArray
    actual: FloatArray


def real_years(path: Path, least: float = LEAST) -> Iterator[Year]:
    """Yield every year of every series that has two whole years before it."""
    series: dict[str, list[float]] = {}
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            series.setdefault(row["series"], []).append(float(row["cost"]))
    for name, costs in series.items():
        money = np.array(costs)
        for first in range(2 * MONTHS, len(money) - MONTHS + 1, MONTHS):
            older, old, new = (money[first - back : first - back + MONTHS] for back in (24, 12, 0))
            together = np.concatenate([older, old, new])
            if together.min() <= 0 or together.mean() < least:
                continue
            growth = float(np.clip(old.sum() / older.sum(), 0.5, 2.0))
            yield Year(f"{name}/{first // MONTHS}", old * growth, new)


KINDS = (
    "as planned", "level off", "growth beyond the plan", "price change that the plan knows",
    "adoption in a step", "seasons that nobody planned", "heavy tails", "months missing",
)  # fmt: skip


def made_years(seed: int, each: int) -> Iterator[tuple[str, Year]]:
    """Yield years of every kind: a plan with hiring, and a truth that departs from it as named."""
    random = np.random.default_rng(seed)
    for kind in KINDS:
        for number in range(each):
            yield kind, _made(random, kind, number)


def _made(random: np.random.Generator, kind: str, number: int) -> Year:
    at = np.arange(MONTHS)
    plan = 10_000 * np.exp(random.normal(0, 1)) * (1 + random.uniform(0, 0.04)) ** at
    if kind == "price change that the plan knows":
        plan = plan * np.where(at >= random.integers(3, 9), random.uniform(0.6, 1.6), 1.0)
    level = np.full(MONTHS, random.normal(0, 0.35 if kind != "as planned" else 0.05))
    level += np.concatenate([[0], np.cumsum(random.normal(0, 0.04, MONTHS - 1))])
    noise = random.normal(0, 0.07, MONTHS)
    if kind == "growth beyond the plan":
        level += random.uniform(0.01, 0.07) * at
    elif kind == "adoption in a step":
        level += np.where(at >= random.integers(2, 10), random.uniform(0.2, 0.6), 0.0)
    elif kind == "seasons that nobody planned":
        level += random.uniform(0.05, 0.15) * np.sin(2 * np.pi * (at + random.integers(12)) / 12)
        level[random.integers(5, 9)] -= random.uniform(0.1, 0.4)
    elif kind == "heavy tails":
        noise = 0.08 * random.standard_t(2.5, MONTHS)
    actual = plan * np.exp(level + noise)
    if kind == "months missing":
        actual[random.choice(np.arange(1, 8), 2, replace=False)] = np.nan
    return Year(f"{kind}/{number}", plan, actual)
