"""How alike two set-ups are: the covariance of their figures before anything was measured.

A covariance is a sum of parts, each a squared spread times how far two set-ups share what the part
is of: the same maker, the same tool, the same board. Every part is positive semidefinite, and so is
their sum.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from advisor.evidence.features import Setup
from advisor.model.pooling import Spreads

FloatArray = NDArray[np.float64]


def covariance(spreads: Spreads, one: Sequence[Setup], other: Sequence[Setup]) -> FloatArray:
    """Return the covariance of each of some figures with each of others. (one, other).

    A published record's rerun is its own; all trials of one set-up on a team's own work share
    theirs, and so does what is asked of it. Sampling is not in here.
    """
    pairs = Pairs(one, other)
    total = spreads.model**2 * pairs.kinship(spreads.line)
    for name, part in pairs.parts().items():
        total += getattr(spreads, name) ** 2 * part
    peculiar = np.zeros_like(total)
    for name, part in pairs.parts_of_boards().items():
        peculiar += getattr(spreads, name) ** 2 * part
    return total + peculiar * pairs.alike(spreads) + spreads.rerun**2 * pairs.one_run()


@dataclass(frozen=True)
class Pairs:
    """Every pair of two lists of set-ups: what they share, as matrices. (one, other) each."""

    one: Sequence[Setup]
    other: Sequence[Setup]

    def parts(self) -> dict[str, FloatArray]:
        """Return the parts that hold on every board, each at a spread of 1, by its name."""
        return {
            "board": self._board,
            "effort": self._same(lambda at: at.effort),
            "price": self._price,
            "open_weights": self._open,
            "year": self._product(lambda at: at.traits.released),
            "maker": self._maker,
            "price_by_maker": self._maker * self._price,
            "tool": self._tool,
            "tool_by_maker": self._tool * self._maker,
            "tool_by_model": self._tool * self._model,
            "effort_by_model": self._model * self._place,
            "effort_by_maker": self._maker * self._place,
        }

    def parts_of_boards(self) -> dict[str, FloatArray]:
        """Return what is peculiar to one board, at a spread of 1, as if all boards were one."""
        return {
            "board_by_model": self._model,
            "board_by_maker": self._maker,
            "board_by_tool": self._tool,
            "board_by_open": self._open,
            "effort_by_board": self._place,
        }

    def alike(self, spreads: Spreads) -> FloatArray:
        """Return how far what is peculiar to one board holds on another: 1 for the board itself."""
        same_class, both_own, same_board = self.resemblance()
        house = spreads.house * both_own
        return spreads.alike * same_class + house + (1 - spreads.alike - house) * same_board

    def resemblance(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return which boards are of one kind of work, both of one's own, and the same."""
        own = self._product(lambda at: float(at.is_own))
        return self._same(lambda at: at.task_class), own, self._board

    def kinship(self, line: float) -> FloatArray:
        """Return `line` to the power of the steps between two models of a family; 0 of strangers.

        Steps go over the nearest model that both descend from.
        """
        steps = self.steps()
        related = np.isfinite(steps)
        return np.asarray(np.where(related, line ** np.where(related, steps, 0), 0))

    def steps(self) -> FloatArray:
        """Return how many steps lie between two models; infinite where they are not related."""
        rows, columns = (
            list(dict.fromkeys(at.traits.line for at in some)) for some in (self.one, self.other)
        )
        table = np.array([[_steps(a, b) for b in columns] for a in rows])
        places = [
            np.array([known.index(at.traits.line) for at in some], dtype=np.intp)
            for known, some in ((rows, self.one), (columns, self.other))
        ]
        return np.asarray(table.reshape(len(rows), len(columns))[np.ix_(*places)])

    def one_run(self) -> FloatArray:
        """Tell which are one run: the very same record, or one set-up on the same own work."""

        def name(at: Setup) -> Hashable:
            return (at.traits.model, at.effort, at.tool, at.board) if at.is_own else id(at)

        return self._same(name)

    @cached_property
    def _board(self) -> FloatArray:
        return self._same(lambda at: at.board)

    @cached_property
    def _model(self) -> FloatArray:
        return self._same(lambda at: at.traits.model)

    @cached_property
    def _maker(self) -> FloatArray:
        return self._same(lambda at: at.traits.maker)

    @cached_property
    def _tool(self) -> FloatArray:
        return self._same(lambda at: at.tool)

    @cached_property
    def _price(self) -> FloatArray:
        return self._product(lambda at: at.traits.price)

    @cached_property
    def _open(self) -> FloatArray:
        return self._product(lambda at: float(at.traits.is_open))

    @cached_property
    def _place(self) -> FloatArray:
        return self._product(lambda at: at.place)

    def _same(self, key: Callable[[Setup], Hashable]) -> FloatArray:
        codes: dict[Hashable, int] = {}
        rows, columns = (
            np.array([codes.setdefault(key(at), len(codes)) for at in some])
            for some in (self.one, self.other)
        )
        return np.asarray(rows[:, None] == columns[None, :], dtype=np.float64)

    def _product(self, key: Callable[[Setup], float]) -> FloatArray:
        return np.outer([key(at) for at in self.one], [key(at) for at in self.other])


def _steps(one: Sequence[str], other: Sequence[str]) -> float:
    if one[-1] != other[-1]:
        return 0.0 if one[0] == other[0] else np.inf
    ancestor = next(model for model in one if model in other)
    return float(one.index(ancestor) + other.index(ancestor))
