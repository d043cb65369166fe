"""How failures of pairs go together: what chance explains is not believed, what it can't is."""

from __future__ import annotations

import numpy as np
import pytest

from advisor.answers.trials.joint_outcomes import count
from advisor.answers.trials.pair_odds import pair_odds
from advisor.answers.trials.table import ClassTrials, Floats


def odds_of(*failed: Floats) -> list[Floats]:
    """Return the log odds ratios of classes, from who failed: (tasks, agents) each."""
    classes = [ClassTrials(f"c{n}", 1 - own, np.ones_like(own)) for n, own in enumerate(failed)]
    return pair_odds([count(one) for one in classes])


def drawn_failures(tasks: int, common: float, seed: int, agents: int = 12) -> Floats:
    """Draw who fails; with `common` at 0 every agent fails by its own luck alone."""
    rng = np.random.default_rng(seed)
    hard = common * rng.normal(size=(tasks, 1))
    return (hard + rng.normal(size=(tasks, agents)) > 0.3).astype(float)


def upper(odds: Floats) -> Floats:
    """Return each pair once."""
    return odds[np.triu_indices(len(odds), 1)]


def test_failures_by_each_one_s_own_luck_are_seen_to_be_independent() -> None:
    """Nothing is believed to go together where nothing does."""
    assert np.abs(upper(odds_of(drawn_failures(3000, 0.0, 1))[0])).max() < 0.15


def test_hard_tasks_make_all_fail_together() -> None:
    """Where tasks are hard for all, a failure of one makes another's likelier in every pair."""
    assert upper(odds_of(drawn_failures(3000, 1.0, 2))[0]).min() > 1


@pytest.mark.parametrize("seed", range(4))
def test_what_chance_makes_of_pairs_is_not_believed(seed: int) -> None:
    """Pairs that are alike come out alike from fifty tasks, where counts differ by far."""
    failed = drawn_failures(50, 1.0, seed)
    counted = [
        np.log((both + 0.5) * (neither + 0.5) / (first + 0.5) / (second + 0.5))
        for one, other in zip(*np.triu_indices(failed.shape[1], 1), strict=True)
        for a, b in ((failed[:, one], failed[:, other]),)
        for both, first, second, neither in (
            ((a * b).sum(), (a * (1 - b)).sum(), ((1 - a) * b).sum(), ((1 - a) * (1 - b)).sum()),
        )
    ]

    assert upper(odds_of(failed)[0]).std() < 0.5 * np.std(counted)


def test_an_agent_that_fails_in_its_own_way_is_told_from_the_others() -> None:
    """Its pairs, all of them, go together less than those of the others."""
    failed = drawn_failures(400, 1.5, 7)
    failed[:, 3] = np.random.default_rng(8).permutation(failed[:, 3])
    odds = odds_of(failed)[0]

    assert np.delete(odds[3], 3).max() < np.delete(odds[4], [3, 4]).min()


def test_who_is_first_changes_nothing() -> None:
    """Odds of two failures are the same either way round."""
    odds = odds_of(drawn_failures(40, 1.0, 9), drawn_failures(20, 1.0, 10))

    np.testing.assert_allclose(odds, np.swapaxes(odds, 1, 2))
