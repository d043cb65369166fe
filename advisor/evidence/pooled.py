"""All records of a book, pooled: what they say together of any set-up, in closed form.

The figures of all records and of what is asked are one normal distribution; what is asked is
conditioned on what was measured. Nothing is iterated and nothing is drawn.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.evidence.features import Setup, Surveyor
from advisor.evidence.kernels import covariance
from advisor.evidence.measurements import Measured, doubt, success, tokens
from advisor.model.book import PriceBook
from advisor.model.pooling import Spreads
from advisor.model.profile import Measure, ProfileBook, Record

FloatArray = NDArray[np.float64]

_SMALL = 32
"""Halves of a matrix below which halving it no longer pays."""


class Evidence(NamedTuple):
    """The records that measured something, their set-ups, their figures. (n,) each.

    `sampling` is the variance that more trials would take away, `doubts` the rest of its own.
    """

    records: tuple[Record, ...]
    setups: tuple[Setup, ...]
    values: FloatArray
    sampling: FloatArray
    doubts: FloatArray


class Posterior(NamedTuple):
    """What is believed of some set-ups: their figures less the records' mean, and how sure.

    `mean` (q,), `covariance` (q, q), and `weights` (q, n): how much each record's figure counts.
    """

    mean: FloatArray
    covariance: FloatArray
    weights: FloatArray


@dataclass(frozen=True, eq=False)
class Pooled:
    """Records, pooled. `precision` is the inverse of their covariance, (n, n)."""

    surveyor: Surveyor
    evidence: Evidence
    spreads: Spreads
    precision: FloatArray

    def believe(self, asked: Sequence[Setup]) -> Posterior:
        """Return what the records say of some set-ups."""
        recorded = self.evidence.setups
        prior = covariance(self.spreads, asked, (*recorded, *asked))
        across, among = prior[:, : len(recorded)], prior[:, len(recorded) :]
        weights = across @ self.precision
        centred = self.evidence.values - _middle(self.evidence)
        return Posterior(weights @ centred, among - weights @ across.T, weights)

    @cached_property
    def is_own(self) -> NDArray[np.bool_]:
        """Which records are a team's own trials. (n,)."""
        return np.array([one.reported_by == "own" for one in self.evidence.records], dtype=bool)

    @cached_property
    def of_model(self) -> Mapping[str, list[int]]:
        """The places of each model's records."""
        return _places(at.traits.model for at in self.evidence.setups)

    @cached_property
    def of_maker(self) -> Mapping[str, list[int]]:
        """The places of each maker's records."""
        return _places(at.traits.maker for at in self.evidence.setups)


def _places(names: Iterable[str]) -> Mapping[str, list[int]]:
    found: dict[str, list[int]] = {}
    for place, name in enumerate(names):
        found.setdefault(name, []).append(place)
    return found


def _middle(evidence: Evidence) -> float:
    return float(evidence.values.mean()) if len(evidence.values) else 0.0


def pool(surveyor: Surveyor, evidence: Evidence, spreads: Spreads) -> Pooled:
    """Invert the covariance of the records' figures, once for all questions."""
    known = covariance(spreads, evidence.setups, evidence.setups)
    known[np.diag_indices_from(known)] += evidence.sampling + evidence.doubts
    root = _inverse_of_lower(np.asarray(np.linalg.cholesky(known), dtype=np.float64))
    return Pooled(surveyor, evidence, spreads, root.T @ root)


def _inverse_of_lower(matrix: FloatArray) -> FloatArray:
    """Invert a lower triangle by halves: numpy's own inverse takes twice as long over the zeros."""
    half = len(matrix) // 2
    if half < _SMALL:
        return np.asarray(np.linalg.inv(matrix), dtype=np.float64)
    first, last = _inverse_of_lower(matrix[:half, :half]), _inverse_of_lower(matrix[half:, half:])
    whole = np.zeros_like(matrix)
    whole[:half, :half], whole[half:, half:] = first, last
    whole[half:, :half] = -last @ (matrix[half:, :half] @ first)
    return whole


def gather(surveyor: Surveyor, measure: Measure, spreads: Spreads) -> Evidence:
    """Read every record that measured tokens, or success."""
    found: list[tuple[Record, Measured]] = []
    for record in surveyor.profiles.records:
        one = tokens(record, surveyor.prices) if measure == "tokens" else success(record)
        if one is not None:
            found.append((record, one))
    records = tuple(record for record, _ in found)
    return Evidence(
        records,
        tuple(surveyor.of_record(record) for record in records),
        np.array([one.value for _, one in found]),
        np.array([one.variance for _, one in found]),
        np.array([doubt(record, spreads) for record in records]),
    )


@lru_cache(maxsize=8)
def pooled(profiles: ProfileBook, prices: PriceBook, measure: Measure) -> Pooled | None:
    """Pool the records of a book, kept from one question to the next; None without constants."""
    surveyor = _surveyor(profiles, prices)
    if surveyor is None:
        return None
    spreads: Spreads = getattr(surveyor.pooling, measure)
    return pool(surveyor, gather(surveyor, measure, spreads), spreads)


@lru_cache(maxsize=4)
def _surveyor(profiles: ProfileBook, prices: PriceBook) -> Surveyor | None:
    """Return what keeps its findings about models from one measure to the other."""
    return Surveyor(profiles, prices, profiles.pooling) if profiles.pooling else None
