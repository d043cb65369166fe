"""Bounds that all answers share, and what they take where nobody says."""

from __future__ import annotations

from advisor.errors import InputError

MOST_DRAWS = 10_000_000
DEFAULT_DRAWS = 20_000
DEFAULT_SECONDS = 30.0
MOST_AMOUNTS, MOST_DOLLARS = 50, 1e9
"""How many amounts are taken at once, and how large each may be."""
DEFAULT_NEXT, DEFAULT_TASKS, DEFAULT_DIFFERENCE = 200, 10_000, 0.1
"""Trials to plan, tasks to come, and the difference in success that matters."""
MOST_NEXT, MOST_TASKS = 10_000, 1_000_000_000
"""Further trials that are planned, and tasks to come."""
MOST_FOLDS, MOST_REPEATS = 100, 1000


def check_draws(draws: int, seed: int) -> None:
    """Raise InputError for draws or a seed out of bounds."""
    if not 0 <= draws <= MOST_DRAWS:
        raise InputError.of(f"{draws:,}: from 0 to {MOST_DRAWS:,}", key="--draws")
    check_seed(seed)


def check_seed(seed: int) -> None:
    """Raise InputError for a seed out of bounds."""
    if seed < 0:
        raise InputError.of(f"{seed}: a seed is not negative", key="--seed")


def check_seconds(seconds: float) -> None:
    """Raise InputError for no time at all to search."""
    if not seconds > 0:
        raise InputError.of(f"{seconds:g}: more than 0 seconds", key="--time-limit")


def check_number(number: int, least: int, most: int, *, flag: str, why: str = "") -> None:
    """Raise InputError for a number out of bounds; `why` says why it can't be less."""
    if number < least:
        raise InputError.of(f"{number:,}: at least {least}{why}", key=flag)
    if number > most:
        raise InputError.of(f"{number:,}: at most {most:,}", key=flag)
