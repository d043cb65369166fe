"""A question with doubts, and its simulated years drawn again with numpy alone.

As the economics say: a stream for each number, named by its key path. What mixes spend and are
worth in these years is worked out from their routes; nothing of the engine or the solver is used.
"""

from __future__ import annotations

import hashlib
import itertools
import math
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from mixes import choice, recommended, team, work
from numpy.typing import NDArray
from questions import Plain, Question
from scipy.optimize import linprog

Floats: TypeAlias = NDArray[np.float64]
Strategy: TypeAlias = tuple[str, ...]

DRAWS, SEED = 250, 5
LEVEL = 0.3
NORMAL_P90 = 1.2815515655446004
WORTH = {"fix": 12.0, "docs": 20.0}
CHANCE = {"fix": 0.8, "docs": 0.5}
COST = {"fix": 1.0, "docs": 2.0}
COUNT = {"fix": 300, "docs": 100}
DETECTION = {"fix": 0.9, "docs": 0.0}
SECOND = {"p50": 0.3, "p90": 0.9}
THIRD = [0.3, 1.1]
GOOD = {"today": (1.0, 1.0), "second": (0.75, 1.05), "third": (0.8, 1.3)}
POLICY = {"failure_correlation": 0.5}


def stream(key: str, seed: int = SEED) -> np.random.Generator:
    """Return the generator of a number's own stream: PCG64 of the seed and the key's digest."""
    digest = int.from_bytes(hashlib.sha256(key.encode()).digest(), "big")
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, digest])))


class Drawn(NamedTuple):
    """The years: level of use (S,), multiplier and quality of every option (S,) each."""

    level: Floats
    multiplier: Mapping[str, Floats]
    quality: Mapping[str, Floats]


@cache
def years(draws: int = DRAWS, seed: int = SEED) -> Drawn:
    """Draw level, multipliers and qualities."""

    def normal(key: str) -> Floats:
        return stream(key, seed).standard_normal(draws)

    def uniform(key: str) -> Floats:
        return stream(key, seed).random(draws)

    sigma = math.log(SECOND["p90"] / SECOND["p50"]) / NORMAL_P90
    second = SECOND["p50"] * np.exp(sigma * normal("options.second.token_multiplier"))
    third = THIRD[0] + (THIRD[1] - THIRD[0]) * uniform("options.third.token_multiplier")
    quality = {
        name: low + (high - low) * uniform(f"options.{name}.quality")
        for name, (low, high) in GOOD.items()
    }
    level = np.exp(LEVEL * normal("level") - LEVEL**2 / 2)
    return Drawn(level, {"today": np.ones(draws), "second": second, "third": third}, quality)


def means() -> Drawn:
    """Return the one year in which every number takes its mean."""
    sigma = math.log(SECOND["p90"] / SECOND["p50"]) / NORMAL_P90
    second = SECOND["p50"] * math.exp(sigma**2 / 2)
    multiplier = {"today": 1.0, "second": second, "third": sum(THIRD) / 2}
    return Drawn(
        np.ones(1),
        {name: np.array([one]) for name, one in multiplier.items()},
        {name: np.array([sum(ends) / 2]) for name, ends in GOOD.items()},
    )


STRATEGIES: dict[str, list[Strategy]] = {
    "fix": [*((name,) for name in GOOD), *itertools.permutations(GOOD, 2)],
    "docs": [(name,) for name in GOOD],
}


class Brought(NamedTuple):
    """What a whole class served one way brings in every year: money and net of what it is worth."""

    spend: Floats
    worth: Floats


@cache
def brought(
    task_class: str,
    strategy: Strategy,
    *,
    expected: bool = False,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Brought:
    """Work out a class under one strategy from the formulae of cascades. (S,) each."""
    drawn = means() if expected else years(draws, seed)
    count, cost = COUNT[task_class] * drawn.level, COST[task_class]
    done = np.minimum(1, CHANCE[task_class] * drawn.quality[strategy[0]])
    paid = cost * drawn.multiplier[strategy[0]]
    if len(strategy) > 1:
        again = np.minimum(1, CHANCE[task_class] * drawn.quality[strategy[1]])
        fails, fails_again, seen = 1 - done, 1 - again, DETECTION[task_class]
        both = fails * fails_again + POLICY["failure_correlation"] * np.sqrt(
            fails * done * fails_again * again
        )
        both = np.clip(both, np.maximum(0, fails - again), np.minimum(fails, fails_again))
        dearer = np.minimum(1.31, 1 / np.maximum(fails, 1e-12))
        paid = paid + seen * fails * dearer * cost * drawn.multiplier[strategy[1]]
        done = done + seen * (fails - both)
    return Brought(count * paid, count * (done * WORTH[task_class] - paid))


def question(*files: Any, **blocks: Any) -> Question:
    """Put the question of which the years are drawn above."""
    tasks = {
        name: work(COST[name], COUNT[name], success=CHANCE[name], value=WORTH[name],
                   detection=DETECTION[name])
        for name in COUNT
    }  # fmt: skip
    options = {
        "today": choice("today"),
        "second": choice("second", SECOND, list(GOOD["second"])),
        "third": choice("third", THIRD, list(GOOD["third"])),
    }
    policy = {**POLICY, **blocks.pop("policy", {})}
    return team(tasks, options, *files, policy=policy, level_spread=LEVEL, **blocks)


def advised(asked: Question, **wish: Any) -> Plain:
    """Return the advice on the years drawn here."""
    return recommended(asked, draws=wish.pop("draws", DRAWS), seed=SEED, **wish)


def spends(answer: Plain) -> Floats:
    """Work out what an answer's routes spend in every year."""
    return np.asarray(sum(
        route["share"] * brought(route["task_class"], tuple(route["strategy"])).spend
        for route in answer["routes"]
    ))  # fmt: skip


def worths(answer: Plain) -> Floats:
    """Work out what an answer's routes are worth in every year, net of what they cost."""
    return np.asarray(sum(
        route["share"] * brought(route["task_class"], tuple(route["strategy"])).worth
        for route in answer["routes"]
    ))  # fmt: skip


def of_worst(values: Floats, confidence: float) -> float:
    """Return the mean of the largest values that a confidence leaves out."""
    count = max(1, round((1 - confidence) * len(values)))
    return float(np.sort(values)[-count:].mean())


def whole_mixes() -> list[dict[str, Strategy]]:
    """List every way to give each class one strategy."""
    return [dict(zip(STRATEGIES, one, strict=True))
            for one in itertools.product(*STRATEGIES.values())]  # fmt: skip


def columns() -> list[tuple[str, Strategy]]:
    """List every strategy of every class."""
    return [(name, one) for name, all_ in STRATEGIES.items() for one in all_]


def best_shares(
    gains: Floats, tail: Floats, above: Floats, right: Floats, most: float | None
) -> float:
    """Return the least `gains` of shares x, by scipy: Rockafellar and Uryasev's problem.

    `above` (S, n) times x less `right` (S,) is a year's figure; `tail` (S,) what a year over η
    counts in its mean over the worst years, which is at most `most`, or part of the gains if None.
    """
    size, width = above.shape
    mean = np.concatenate([[1.0], tail])
    costs = np.concatenate([gains, np.zeros(1 + size) if most is not None else mean])
    rows = [np.hstack([above, -np.ones((size, 1)), -np.eye(size)])]
    limits = [right]
    if most is not None:
        rows.append(np.concatenate([np.zeros(width), mean])[None, :])
        limits.append(np.array([most]))
    one_each = [[float(name == own) for name, _ in columns()] + [0.0] * (1 + size)
                for own in STRATEGIES]  # fmt: skip
    found = linprog(
        costs, A_ub=np.vstack(rows), b_ub=np.concatenate(limits), A_eq=np.array(one_each),
        b_eq=np.ones(len(STRATEGIES)),
        bounds=[(0, None)] * width + [(None, None)] + [(0, None)] * size,
    )  # fmt: skip
    return float(found.fun)
