"""How failures of two agents go together, as odds: counted on shared tasks, and shrunk.

The odds ratio of a pair says how much likelier the second is to fail where the first failed than
where it did not. Unlike a correlation it does not hang on how good the two are, so what is learned
of one pair tells of others. Each pair's is a sum: the class's own, what either agent brings (some
fail where all fail, some in their own way), and what is the pair's alone, in which classes resemble
each other (agents of one family fail together everywhere). Each part is drawn towards nothing as
far as chance explains what was counted. What a reader would get wrong: figures are natural
logarithms; 0 is independence, infinity would be failing on the very same tasks.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from advisor.answers.trials.joint_outcomes import Counted, both_fail
from advisor.answers.trials.table import Floats

_PUBLISHED = 3.0
"""Where no pair shows it: what a correlation of 0.64 comes to (25 models, 500 public tasks)."""
_PRIOR_TASKS = 20.0
"""How many tasks' worth of belief that failures go together in a class as in the others."""
_PSEUDO_TASKS = 2.0
"""Each pair's table starts from so many tasks, as the class and the two agents have it."""
_EDGE = 0.01
_AGENT_SPREAD, _AGENT_PRIOR = 0.3, 6.0
_PAIR_SPREAD, _PAIR_ALIKE, _PAIR_PRIOR = 0.45, 0.5, 20.0
"""How far agents and pairs are expected to differ, how alike classes are in it, and how many
agents' or pairs' worth of belief is in this: little, where dozens of agents were tried."""
_LEAST_VARIANCE = 0.01
_AT_ONCE = 2_000_000
"""So many numbers are held at once where pairs and classes are many."""


class _Table(NamedTuple):
    """Tasks by what came of a pair, (first, second) each: both failed, the first alone, …."""

    both: Floats
    first: Floats
    second: Floats
    neither: Floats


def pair_odds(counted: Sequence[Counted]) -> list[Floats]:
    """Return each class's log odds ratios of failures by (first, second); symmetric."""
    tables = [_table(one) for one in counted]
    agents = len(tables[0].both)
    centres = _centres(tables, np.array([one.tasks for one in counted], dtype=float))
    parts = [_by_agent(one, centre) for one, centre in zip(tables, centres, strict=True)]
    upper = np.triu_indices(agents, 1)
    if not len(upper[0]):
        return [np.full((agents, agents), centre) for centre in centres]
    rest = np.column_stack([gaps[upper] for _, gaps, _ in parts])
    noise = np.column_stack([error[upper] for _, _, error in parts])
    found = []
    for (base, _, _), own in zip(parts, _shrunk_pairs(rest, noise).T, strict=True):
        pairs = np.zeros((agents, agents))
        pairs[upper] = own
        found.append(base + pairs + pairs.T)
    return found


def _table(counted: Counted) -> _Table:
    failed = counted.common * np.nan_to_num(1 - counted.success)
    both = counted.both
    first, second = failed - both, failed.T - both
    return _Table(both, first, second, counted.common - both - first - second)


def _centres(tables: Sequence[_Table], tasks: Floats) -> Floats:
    """Return what the pairs of each class have in common (Mantel and Haenszel), drawn together."""
    own = np.array([_common_odds(one) for one in tables])
    known = np.isfinite(own)
    weight = np.where(known, tasks, 0.0)
    own = np.where(known, own, 0.0)
    overall = (weight @ own + _PRIOR_TASKS * _PUBLISHED) / (weight.sum() + _PRIOR_TASKS)
    centres: Floats = (weight * own + _PRIOR_TASKS * overall) / (weight + _PRIOR_TASKS)
    return centres


def _common_odds(table: _Table) -> float:
    upper = np.triu_indices(len(table.both), 1)
    both, first, second, neither = (part[upper] for part in table)
    tasks = np.maximum(both + first + second + neither, 1e-9)
    alike, apart = (both * neither / tasks).sum(), (first * second / tasks).sum()
    return float(np.log(alike / apart)) if alike > 0 and apart > 0 else np.nan


def _by_agent(table: _Table, centre: float) -> tuple[Floats, Floats, Floats]:
    """Return what agents make of pairs, what is left of each pair, and its variance by chance."""
    odds, noise = _odds(table, centre)
    weight = 1 / noise
    np.fill_diagonal(weight, 0.0)
    total = weight.sum(axis=1)
    agents = len(odds)
    gaps = np.where(weight > 0, odds - centre, 0.0)
    if agents < 3:
        return np.full_like(odds, centre), gaps, noise
    own = np.linalg.solve(np.diag(total) + weight, (weight * gaps).sum(axis=1))
    # Errors of one agent's pairs lie on the same failures: between one pair's and all pairs'.
    error = np.sqrt(agents) / total
    excess = max(float(np.mean(own**2 - error)), 0.0)
    true = (agents * excess + _AGENT_PRIOR * _AGENT_SPREAD**2) / (agents + _AGENT_PRIOR)
    own = own * true / (true + error)
    brought = np.add.outer(own, own)
    return centre + brought, gaps - brought, noise


def _odds(table: _Table, centre: float) -> tuple[Floats, Floats]:
    """Return each pair's log odds ratio and its variance by chance."""
    tasks = table.both + table.first + table.second + table.neither
    fails = (table.both + table.first + 0.5) / (tasks + 1)
    fails = np.clip(fails, _EDGE, 1 - _EDGE)
    others = np.clip((table.both + table.second + 0.5) / (tasks + 1), _EDGE, 1 - _EDGE)
    both = both_fail(fails, others, np.full_like(fails, centre))
    usual = (both, fails - both, others - both, 1 - fails - others + both)
    cells = [own + _PSEUDO_TASKS * share for own, share in zip(table, usual, strict=True)]
    cells = [np.maximum(cell, 1e-3) for cell in cells]
    odds = np.log(cells[0] * cells[3] / (cells[1] * cells[2]))
    noise: Floats = np.sum([1 / cell for cell in cells], axis=0)
    return odds, noise


def _shrunk_pairs(rest: Floats, noise: Floats) -> Floats:
    """Draw what is a pair's own towards nothing, and its classes together; (pairs, classes)."""
    pairs, classes = rest.shape
    weight = 1 / (noise + _PAIR_SPREAD**2)
    products = (weight * rest).T @ (weight * rest)
    products -= np.diag((weight**2 * noise).sum(axis=0))
    apparent = products / (weight.T @ weight)
    expected = np.full((classes, classes), _PAIR_ALIKE) + (1 - _PAIR_ALIKE) * np.eye(classes)
    expected *= _PAIR_SPREAD**2
    spread = (pairs * apparent + _PAIR_PRIOR * expected) / (pairs + _PAIR_PRIOR)
    values, vectors = np.linalg.eigh(spread)
    spread = (vectors * np.maximum(values, _LEAST_VARIANCE)) @ vectors.T
    drawn = np.empty_like(rest)
    own = np.arange(classes)
    step = max(1, _AT_ONCE // classes**2)
    for begin in range(0, pairs, step):
        part = slice(begin, begin + step)
        total = np.repeat(spread[None], len(rest[part]), axis=0)
        total[:, own, own] += noise[part]
        drawn[part] = np.linalg.solve(total, rest[part, :, None])[:, :, 0] @ spread
    return drawn
