"""Teams whose people use the same, as one: what allowances and caps of each person need to know.

How use spreads inside a team is a lognormal about the team's own mean, so teams of different means
cannot be thrown together; those of one mean can, however many people they have.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.engine.axes import Work

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

_DIGITS = 12


class Alike(NamedTuple):
    """U groups of teams. `of` (G,) is each team's group, `price_group` (U,) the prices they pay.

    `tasks` (R, U, T) are the tasks of each row, before anything is drawn. `part` (G, T) is each
    team's share of its group's tasks, even where there are none: of teams whose people have the
    same to do, that is its share of everything that the group uses.
    """

    of: IntArray
    price_group: IntArray
    tasks: FloatArray
    part: FloatArray

    @property
    def size(self) -> int:
        """How many groups there are."""
        return len(self.price_group)

    def spread(self, by_group: FloatArray, axis: int) -> FloatArray:
        """Give every team its group's figure along an axis that may be 1: (..., U, ...) -> G."""
        return by_group if by_group.shape[axis] == 1 else np.take(by_group, self.of, axis=axis)

    def total(self, by_team: FloatArray) -> FloatArray:
        """Add a figure of teams, (G, ...), up by group. (U, ...)."""
        result = np.zeros((self.size, *by_team.shape[1:]))
        np.add.at(result, self.of, by_team)
        return result


def by_price(work: Work, groups: IntArray) -> Alike:
    """Group teams by the prices that they pay: enough where nothing is counted by person."""
    used, of = np.unique(groups, return_inverse=True)
    return _laid_out(work, of.reshape(-1), used)


def by_person(work: Work, groups: IntArray) -> Alike:
    """Group teams that pay the same prices and whose people have the same to do in every month.

    A team that states how many seats it buys stands for itself, with others that state as many.
    """
    people = work.people[:, None, :]
    # What nobody works on, as in CI, is alike where there is as much of it.
    each = np.divide(work.tasks, people, out=-work.tasks, where=people > 0)
    scale = np.abs(each).max(initial=0.0) or 1.0
    rounded = np.round(each / scale, _DIGITS) + 0.0  # no minus before a zero
    stated = np.nan_to_num(work.seats, nan=-1.0)
    found: dict[tuple[bytes, bytes, float, int], int] = {}
    of = np.zeros(len(work.teams), dtype=np.intp)
    for g in range(len(work.teams)):
        key = (rounded[g].tobytes(), work.row_of[g].tobytes(), float(stated[g]), int(groups[g]))
        of[g] = found.setdefault(key, len(found))
    return _laid_out(work, of, np.array([price for *_, price in found], dtype=np.intp))


def _laid_out(work: Work, of: IntArray, price_group: IntArray) -> Alike:
    tasks = np.zeros((len(work.row_class), len(price_group), len(work.months)))
    for k in range(len(work.classes)):
        np.add.at(tasks, (work.row_of[:, k], of), work.tasks[:, k, :])
    own = work.tasks.sum(axis=1)
    whole = np.zeros((len(price_group), len(work.months)))
    np.add.at(whole, of, own)
    even = 1.0 / np.bincount(of, minlength=len(price_group))[of][:, None]
    part = np.divide(own, whole[of], out=np.broadcast_to(even, own.shape).copy(), where=own > 0)
    return Alike(of, price_group, tasks, part)
