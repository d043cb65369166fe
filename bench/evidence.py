"""How good advice from trials is, on public results: intervals, and what to try next.

    python bench/evidence.py FOLDER_OF_THE_DATA [SIMULATIONS]

The backtest itself is a command (docs/evidence.md). Here tasks are split in halves, and the means
of one half are held against the intervals from the other; then agents try some tasks, and 200 more
as `next_trials` plans them or spread evenly, and the mixes chosen afterwards are judged on all
tasks. What a reader would get wrong: regret has the luck of the first tasks in it, which is the
same for both ways, so only the difference has a small error.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import numpy as np

from advisor.answers.trials.estimates import estimate, raw_figures
from advisor.answers.trials.held_out import over_classes
from advisor.answers.trials.intervals import cost_spread, success_spread
from advisor.answers.trials.mixes import TrialMenu, promised
from advisor.answers.trials.replay import filled
from advisor.answers.trials.table import TrialSet, column_means, lay_out
from advisor.answers.trials.value_of_information import next_trials, worths_at_stake
from advisor.load.trial_file import read_trials

WEIGHTS = {
    "swe-bench": 0.35, "swt-bench": 0.15, "swe-bench-multimodal": 0.20, "gaia": 0.20,
    "commit0": 0.10,
}  # fmt: skip
UNSEEN = "gaia"
BUDGETS = (0.1, 0.3, 0.6, 1.0, 2.0)
SPLITS, MORE, ROUNDS = 30, 200, 4


def coverage(trials: TrialSet, seen: list[bool]) -> tuple[np.ndarray, np.ndarray]:
    """Return which share of intervals of success and of cost hold the other half's class means."""
    inside: list[list[np.ndarray]] = [[], []]
    for seed in range(SPLITS):
        rng = np.random.default_rng([77, seed])
        dealt = [rng.permutation(one.tasks) % 2 for one in trials.classes]
        half, rest = (trials.among([np.flatnonzero(d == p) for d in dealt]) for p in (0, 1))
        believed = estimate(half, seen)
        came = (
            [column_means(one.resolved, one.tried) for one in rest.classes],
            [column_means(one.cost, one.paid) for one in rest.classes],
        )
        for own, spread, means in zip(
            inside, (success_spread(half, believed), cost_spread(half, believed)), came, strict=True
        ):
            held = np.array(means).T
            known = np.isfinite(held) & np.isfinite(spread.mean)
            own.append(np.where(known, (spread.p05 <= held) & (held <= spread.p95), np.nan))
    return np.array(inside[0]), np.array(inside[1])


class Simulation:
    """Agents try tasks whose outcome is on record."""

    def __init__(self, trials: TrialSet, weights: np.ndarray, seen: list[bool]) -> None:
        self.trials, self.weights, self.seen = filled(trials), weights, seen
        self.truth = [
            raw_figures(one, seen=may) for one, may in zip(self.trials.classes, seen, strict=True)
        ]
        self.best = TrialMenu(self.truth, weights)

    def hidden(self, tried: list[np.ndarray]) -> TrialSet:
        """Return what is known so far."""
        classes = tuple(
            one._replace(
                resolved=np.where(own, one.resolved, np.nan), cost=np.where(own, one.cost, np.nan)
            )
            for one, own in zip(self.trials.classes, tried, strict=True)
        )
        known = self.trials._replace(classes=classes)
        return known.among([np.flatnonzero(one.tried.any(axis=1)) for one in classes])

    def regret(self, tried: list[np.ndarray]) -> float:
        """Return points of success that mixes chosen now lose against the best at their cost."""
        figures = estimate(self.hidden(tried), self.seen, as_tried=False).figures
        menu, lost = TrialMenu(figures, self.weights), []
        for budget in BUDGETS:
            own = over_classes(promised(menu.mix(budget), self.truth), self.weights)
            best = promised(self.best.mix(float(own[1])), self.truth)
            lost.append(over_classes(best, self.weights)[0] - own[0])
        return 100 * float(np.mean(lost))

    def more(
        self, tried: list[np.ndarray], rng: np.random.Generator, agent: int, kind: int, number: int
    ) -> int:
        """Let an agent try more tasks, first those that most others have tried; return how many."""
        free = np.flatnonzero(self.trials.classes[kind].tried[:, agent] & ~tried[kind][:, agent])
        order = np.argsort(-(tried[kind][free].sum(axis=1) + 0.5 * rng.random(len(free))))
        tried[kind][free[order[:number]], agent] = True
        return min(number, len(free))

    def evenly(self, tried: list[np.ndarray], rng: np.random.Generator, number: int) -> None:
        """Spread trials over agents and classes at random, one each, and again."""
        while number > 0:
            for cell in rng.permutation(len(self.trials.agents) * len(tried))[:number]:
                number -= self.more(tried, rng, *divmod(int(cell), len(tried)), 1)

    def planned(self, tried: list[np.ndarray], rng: np.random.Generator, number: int) -> None:
        """Make the trials that are planned, and plan again where a class has no tasks left."""
        made = number
        while made and number:
            trials = self.hidden(tried)
            believed = estimate(trials, self.seen, as_tried=False)
            worths = worths_at_stake(TrialMenu(believed.figures, self.weights))
            plan = next_trials(trials, believed, weights=self.weights, worths=worths, number=number)
            made = sum(self.more(tried, rng, one.agent, one.task_class, one.trials) for one in plan)
            number -= made
        self.evenly(tried, rng, number)

    def run(self, seed: int, first: int) -> tuple[float, float, float]:
        """Return regret before, after trials as planned and after as many spread evenly."""
        rng = np.random.default_rng([5, seed])
        start = []
        for one in self.trials.classes:
            chosen = np.zeros(one.resolved.shape, bool)
            places = rng.permutation(one.tasks)[:first]
            chosen[places] = one.tried[places]
            start.append(chosen)
        aimed, spread = ([own.copy() for own in start] for _ in range(2))
        for _ in range(ROUNDS):
            self.planned(aimed, rng, MORE // ROUNDS)
        self.evenly(spread, rng, MORE)
        return self.regret(start), self.regret(aimed), self.regret(spread)


def main() -> None:
    """Print the figures."""
    file = Path(sys.argv[1]) / "openhands" / "instances.csv"
    trials = lay_out(read_trials(file, exclude=re.compile("acp-codex|acp-gemini")))
    weights = np.array([WEIGHTS[name] for name in trials.names])
    seen = [name != UNSEEN for name in trials.names]
    for what, inside in zip(("success", "cost"), coverage(trials, seen), strict=True):
        by_class = zip(trials.names, np.nanmean(inside, axis=(0, 1)), strict=True)
        told = ", ".join(f"{name} {share:.1%}" for name, share in by_class)
        print(f"90% intervals of {what} hold {np.nanmean(inside):.1%}: {told}")
    simulation = Simulation(trials, weights, seen)
    number = int(sys.argv[2]) if len(sys.argv) > 2 else 60
    for first in (8, 12):
        each = np.array([simulation.run(seed, first) for seed in range(number)])
        gain = each[:, 2] - each[:, 1]
        error = gain.std(ddof=1) / len(gain) ** 0.5
        before, aimed, spread = each.mean(axis=0)
        print(
            f"from {first} tasks a class, points of regret: {before:.2f} before, {aimed:.2f} as "
            f"planned, {spread:.2f} spread evenly: {gain.mean():.2f} ±{error:.2f} less"
        )


if __name__ == "__main__":
    main()
