"""Drawn worlds in which the truth is known: agents of some ability, tasks of some difficulty.

An agent solves a task where its ability in the class, its family's taste for the task and its luck
outweigh the task's difficulty; families with other tastes complement each other. Costs are
lognormal: dear agents, dear tasks, hard tasks dearer, failures dearer. What a reader would get
wrong: the truth is 1,500 further tasks of each class, so hindsight there is hardly lucky, and
budgets are set by it: from half as much again as the cheapest mix costs to most of what the best
one does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from advisor.answers.trials.contenders import Question
from advisor.answers.trials.estimates import raw_figures
from advisor.answers.trials.mixes import TrialMenu
from advisor.answers.trials.table import ClassTrials, Floats, TrialSet

TRUTH = 1500
BUDGETS = 5


class World(NamedTuple):
    """How many agents, tasks tried by class, families, and how far their tastes differ.

    `alone` are the classes in which nobody sees a failure; `heavy` is how many standard deviations
    better than others a tenth of the agents are.
    """

    agents: int
    tasks: tuple[int, ...]
    families: int
    taste: float
    alone: tuple[int, ...] = ()
    heavy: float = 0.0


WORLDS = {
    "39 agents, few tasks in some classes": World(39, (5, 40, 115, 24, 103), 8, 0.7, (1,)),
    "the same, twice the tasks": World(39, (9, 81, 230, 48, 207), 8, 0.7, (1,)),
    "families that complement each other": World(24, (60,) * 5, 6, 2.0),
    "one ability, nothing complements": World(24, (60,) * 5, 1, 0.0),
    "a few agents far ahead": World(30, (40,) * 5, 6, 0.7, heavy=2.5),
    "a pilot: 4 agents, 30 tasks in 3 classes": World(4, (30,) * 3, 2, 0.7),
    "a small pilot: 6 agents, 12 tasks in 3 classes": World(6, (12,) * 3, 3, 0.7),
}


def drawn_world(world: World, seed: Sequence[int]) -> tuple[TrialSet, TrialSet, Question]:
    """Return the truth, the trials that advisers see, and what is asked."""
    rng = np.random.default_rng(seed)
    count = world.agents
    ability = rng.normal(size=count)
    ability += world.heavy * (rng.random(count) < 0.1)
    price = 0.5 * ability + 0.85 * rng.normal(size=count)
    family = rng.integers(world.families, size=count)
    truth, seen = [], []
    for number, tasks in enumerate(world.tasks):
        own = 0.85 * ability + 0.5 * rng.normal(size=count)
        dear = 0.85 * price + 0.5 * rng.normal(size=count)
        level, spread = rng.normal(0.4, 0.8), rng.uniform(0.6, 1.3)
        scale = rng.normal(-0.5, 0.5) + (1.5 if tasks < 10 else 0.0)
        drawn = [
            _class(rng, f"class-{number}", size, level + spread * own, scale + 0.9 * dear,
                   family, world.taste)
            for size in (TRUTH, tasks)
        ]  # fmt: skip
        truth.append(drawn[0])
        seen.append(drawn[1])
    agents = tuple(f"agent-{place:02}" for place in range(count))
    weights = rng.dirichlet(np.full(len(world.tasks), 4.0))
    everything = TrialSet(agents, tuple(truth))
    may = [number not in world.alone for number in range(len(world.tasks))]
    budgets = _budgets(everything, weights, may)
    return everything, TrialSet(agents, tuple(seen)), Question(weights, may, budgets)


def _class(
    rng: np.random.Generator,
    name: str,
    tasks: int,
    ability: Floats,
    price: Floats,
    family: np.ndarray,
    taste: float,
) -> ClassTrials:
    shape = tasks, len(ability)
    difficulty = rng.normal(0, 1.5, (tasks, 1))
    tastes = rng.normal(0, taste, (tasks, int(family.max()) + 1))[:, family]
    solved = ability - difficulty + tastes + rng.normal(size=shape) > 0
    common = 0.4 * rng.normal(size=(tasks, 1)) + 0.25 * difficulty
    cost = np.exp(price + common + 0.7 * rng.normal(size=shape) + 0.2 * ~solved)
    return ClassTrials(name, solved.astype(float), cost)


def _budgets(truth: TrialSet, weights: Floats, seen: Sequence[bool]) -> tuple[float, ...]:
    figures = [raw_figures(one, seen=may) for one, may in zip(truth.classes, seen, strict=True)]
    menu = TrialMenu(figures, weights)
    most = menu.least + sum(step.dollars for step in menu.steps)
    return tuple(np.geomspace(1.5 * menu.least, max(0.5 * most, 2 * menu.least), BUDGETS).tolist())
