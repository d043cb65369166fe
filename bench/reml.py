"""The constants of pooling, estimated from records: restricted maximum likelihood.

Effects with a wide prior of their own (board, effort, price, year, open weights) are held, which
makes the likelihood that of the others alone; the rest moves along the analytic gradient.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from scipy.optimize import minimize

from advisor.evidence.kernels import PARTS, PARTS_OF_BOARDS, Pairs
from advisor.evidence.pooled import Evidence
from advisor.model.pooling import Spreads

HELD = ("board", "effort", "price", "open_weights", "year", "house")
SHARES = ("line", "alike")
_SMALLEST, _LARGEST = 0.01, 3.0
_TURN = 1e-3
"""A slight pull of every logarithm towards 0, which keeps what data don't know within bounds."""


def fitted(evidence: Evidence, start: Spreads) -> tuple[dict[str, float], float]:
    """Return the constants that make the records likeliest, and that log-likelihood."""
    likelihood = Likelihood(evidence, start)
    free = [name for name in Spreads.model_fields if name not in HELD]
    first = [_free(name, max(getattr(start, name), 0.1)) for name in free]
    found = minimize(
        lambda x: likelihood(dict(zip(free, x, strict=True))), first, jac=True, method="L-BFGS-B"
    )
    values = {name: _bound(name, x) for name, x in zip(free, found.x, strict=True)}
    return values, -float(found.fun)


def _free(name: str, value: float) -> float:
    return float(np.log(value / (1 - value)) if name in SHARES else np.log(value))


def _bound(name: str, x: float) -> float:
    if name in SHARES:
        return float(1 / (1 + np.exp(-x)))
    return float(np.clip(np.exp(x), _SMALLEST, _LARGEST))


class Likelihood:
    """Minus the log-likelihood of the records, and its gradient in the free parameters."""

    def __init__(self, evidence: Evidence, start: Spreads) -> None:
        pairs = Pairs(evidence.setups, evidence.setups)
        self.start = start
        self.parts, self.of_boards = pairs.parts(PARTS), pairs.parts(PARTS_OF_BOARDS)
        self.same_class, _, self.same_board = pairs.resemblance()
        self.steps = pairs.steps()
        self.values = evidence.values - evidence.values.mean()
        self.sampling = np.diag(evidence.sampling)
        self.diagonals = {
            "rerun": pairs.one_run().astype(float),
            "of_low_confidence": np.diag([one.confidence == "low" for one in evidence.records]),
            "by_the_vendor": np.diag([one.reported_by == "vendor" for one in evidence.records]),
        }

    def __call__(self, x: dict[str, float]) -> tuple[float, np.ndarray]:
        """Return both at a point."""
        at = {name: _bound(name, value) for name, value in x.items()}
        parts = dict(self._parts(at))
        whole = self.sampling + sum(
            (at.get(name, getattr(self.start, name))) ** 2 * part for name, part in parts.items()
        )
        inverse = np.linalg.inv(whole)
        told = inverse @ self.values
        value = 0.5 * self.values @ told + 0.5 * np.linalg.slogdet(whole)[1]
        slope = 0.5 * (inverse - np.outer(told, told))
        gradient = [
            np.sum(slope * self._moved(name, at))
            if name in SHARES
            else np.sum(slope * parts[name]) * 2 * at[name] ** 2
            for name in x
        ]
        pull = np.array(list(x.values()))
        return value + _TURN * pull @ pull, np.array(gradient) + 2 * _TURN * pull

    def _parts(self, at: dict[str, float]) -> Iterable[tuple[str, np.ndarray]]:
        yield from self.parts.items()
        yield from self.diagonals.items()
        yield "model", np.where(np.isfinite(self.steps), at["line"] ** self._finite(), 0)
        alike = at["alike"] * self.same_class + (1 - at["alike"]) * self.same_board
        yield from ((name, part * alike) for name, part in self.of_boards.items())

    def _moved(self, name: str, at: dict[str, float]) -> np.ndarray:
        """Return the slope of the covariance in a share's free parameter."""
        share, inner = at[name], at[name] * (1 - at[name])
        if name == "line":
            steps = self._finite()
            related = np.isfinite(self.steps) & (steps > 0)
            return inner * at["model"] ** 2 * np.where(related, steps * share ** (steps - 1), 0)
        less = self.same_class - self.same_board
        own = sum(at[one] ** 2 * part * less for one, part in self.of_boards.items())
        return np.asarray(inner * own)

    def _finite(self) -> np.ndarray:
        return np.where(np.isfinite(self.steps), self.steps, 0)
