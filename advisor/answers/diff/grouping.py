"""Causes that can't be told apart, since a plan with one and without the other can't be computed.

A seat that the old model is not part of is such a pair: the new plan terms with the old mix are no
plan. What a reader would get wrong: only those are joined; all others keep parts of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations

Group = tuple[str, ...]


def told_apart(causes: Sequence[str], exists: Callable[[frozenset[str]], bool]) -> list[Group]:
    """Join causes until every plan that has some groups new and the others old exists.

    Each time the two are joined that leave the fewest plans missing. None and all of the causes
    make the two plans themselves, which exist.
    """
    groups: list[Group] = [(cause,) for cause in causes]
    while len(groups) > 1 and _missing(groups, exists):
        joined = [_joined(groups, *pair) for pair in combinations(range(len(groups)), 2)]
        groups = min(joined, key=lambda some: _missing(some, exists))
    return groups


def unions(groups: Sequence[Group]) -> Iterator[frozenset[str]]:
    """Yield the causes of every set of groups."""
    for size in range(len(groups) + 1):
        for some in combinations(groups, size):
            yield frozenset(cause for group in some for cause in group)


def _missing(groups: Sequence[Group], exists: Callable[[frozenset[str]], bool]) -> int:
    return sum(not exists(some) for some in unions(groups))


def _joined(groups: Sequence[Group], first: int, second: int) -> list[Group]:
    both = (*groups[first], *groups[second])
    return [*groups[:first], both, *groups[first + 1 : second], *groups[second + 1 :]]
