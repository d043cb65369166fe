"""How alike two set-ups are: the covariance of their figures before anything was measured.

A covariance is a sum of parts, each a squared spread times how far two set-ups share what the part
is of: the same maker, the same tool, the same board. Every part is positive semidefinite, and so is
their sum. There are far fewer models and boards than set-ups, so what is of them alone is worked
out for each pair of models, or boards, and then looked up.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from advisor.evidence.features import Setup
from advisor.model.pooling import Spreads

FloatArray = NDArray[np.float64]

_ROWS = 32
"""So many at a time: the sums of all rows at once would not fit into a processor's cache."""
_ALL = slice(None)


class KernelPart(NamedTuple):
    """What a part is of: how two models go together, times what else both set-ups share."""

    models: str
    beside: str = "nothing else"


PARTS: Mapping[str, KernelPart] = {
    "board": KernelPart("any", "board"),
    "effort": KernelPart("any", "effort"),
    "price": KernelPart("price"),
    "open_weights": KernelPart("open"),
    "year": KernelPart("released"),
    "maker": KernelPart("maker"),
    "price_by_maker": KernelPart("maker and price"),
    "tool": KernelPart("any", "tool"),
    "tool_by_maker": KernelPart("maker", "tool"),
    "tool_by_model": KernelPart("model", "tool"),
    "effort_by_model": KernelPart("model", "place"),
    "effort_by_maker": KernelPart("maker", "place"),
}
"""The parts that hold on every board, by the names of their spreads."""
PARTS_OF_BOARDS: Mapping[str, KernelPart] = {
    "board_by_model": KernelPart("model"),
    "board_by_maker": KernelPart("maker"),
    "board_by_tool": KernelPart("any", "tool"),
    "board_by_open": KernelPart("open"),
    "effort_by_board": KernelPart("any", "place"),
}
"""Those that are peculiar to one board."""


def covariance(spreads: Spreads, one: Sequence[Setup], other: Sequence[Setup]) -> FloatArray:
    """Return the covariance of each of some figures with each of others. (one, other).

    A published record's rerun is its own; all trials of one set-up on a team's own work share
    theirs, and so does what is asked of it. Sampling is not in here.
    """
    pairs = Pairs(one, other)
    of_boards, everywhere = (pairs.weighed(spreads, of) for of in (PARTS_OF_BOARDS, PARTS))
    everywhere["nothing else"] += spreads.model**2 * pairs.kinship(spreads.line)
    alike = pairs.alike(spreads)
    total = np.empty((len(one), len(other)))
    for begin in range(0, len(one), _ROWS):
        rows = slice(begin, begin + _ROWS)
        some = pairs.summed(of_boards, rows)
        some *= pairs.boards.spread(alike, rows)
        some += pairs.summed(everywhere, rows)
        some[pairs.one_run(rows)] += spreads.rerun**2
        total[rows] = some
    return total


@dataclass(frozen=True)
class Groups:
    """Set-ups that have something in common, as a row and a column of a table of such groups."""

    rows: Sequence[Any]
    columns: Sequence[Any]
    row_of: NDArray[np.intp]
    column_of: NDArray[np.intp]

    @classmethod
    def of(
        cls, one: Sequence[Setup], other: Sequence[Setup], key: Callable[[Setup], Hashable]
    ) -> Self:
        """Put two lists of set-ups into groups."""
        found: list[tuple[list[Hashable], NDArray[np.intp]]] = []
        for some in (one, other):
            codes: dict[Hashable, int] = {}
            places = [codes.setdefault(key(at), len(codes)) for at in some]
            found.append((list(codes), np.array(places, dtype=np.intp)))
        (rows, row_of), (columns, column_of) = found
        return cls(rows, columns, row_of, column_of)

    def spread(self, table: FloatArray, rows: slice = _ALL) -> FloatArray:
        """Give each pair of set-ups what its groups have. (one, other) from (rows, columns)."""
        return table.take(self.row_of[rows], axis=0).take(self.column_of, axis=1)

    def same(self, key: Callable[[Any], Hashable] = lambda group: group) -> FloatArray:
        """Tell which groups are the same in something. (rows, columns)."""
        rows, columns = _codes(map(key, self.rows), map(key, self.columns))
        return np.asarray(rows[:, None] == columns[None, :], dtype=np.float64)

    def product(self, key: Callable[[Any], float]) -> FloatArray:
        """Multiply what two groups have of something. (rows, columns)."""
        return np.outer([key(one) for one in self.rows], [key(one) for one in self.columns])


@dataclass(frozen=True)
class Pairs:
    """Every pair of two lists of set-ups: what they share, as matrices. (one, other) each."""

    one: Sequence[Setup]
    other: Sequence[Setup]

    def parts(self, of: Mapping[str, KernelPart]) -> dict[str, FloatArray]:
        """Return parts one by one, each at a spread of 1; of boards, as if all were one."""
        return {
            name: self.summed({part.beside: self._of_models[part.models]})
            for name, part in of.items()
        }

    def weighed(self, spreads: Spreads, of: Mapping[str, KernelPart]) -> dict[str, FloatArray]:
        """Add up parts times their squared spreads, as far as they are of models.

        (models, models) each, by what else the parts are of.
        """
        tables: dict[str, FloatArray] = {}
        for name, part in of.items():
            table = getattr(spreads, name) ** 2 * self._of_models[part.models]
            tables[part.beside] = tables[part.beside] + table if part.beside in tables else table
        return tables

    def summed(self, tables: Mapping[str, FloatArray], rows: slice = _ALL) -> FloatArray:
        """Add up tables of models, each times what else its parts are of. (rows, other)."""
        total = np.zeros((len(self.one[rows]), len(self.other)))
        for beside, table in tables.items():
            part = self.models.spread(table, rows)
            if beside in self._beside:
                groups, shared = self._beside[beside]
                part *= groups.spread(shared, rows)
            total += part
        return total

    def alike(self, spreads: Spreads) -> FloatArray:
        """Return how far what is peculiar to one board holds on another: 1 for the board itself.

        (boards, boards).
        """
        same_class, both_own, same_board = self._resemblance
        house = spreads.house * both_own
        return spreads.alike * same_class + house + (1 - spreads.alike - house) * same_board

    def resemblance(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return which boards are of one kind of work, both of one's own, and the same."""
        same_class, both_own, same_board = map(self.boards.spread, self._resemblance)
        return same_class, both_own, same_board

    def kinship(self, line: float) -> FloatArray:
        """Return `line` to the power of the steps between two models of a family; 0 of strangers.

        Steps go over the nearest model that both descend from. (models, models).
        """
        related = np.isfinite(self._steps)
        return np.asarray(np.where(related, line ** np.where(related, self._steps, 0), 0))

    def steps(self) -> FloatArray:
        """Return how many steps lie between two models; infinite where they are not related."""
        return self.models.spread(self._steps)

    def one_run(self, rows: slice = _ALL) -> NDArray[np.bool_]:
        """Tell which are one run: the very same record, or one set-up on the same own work."""
        one, other = self._runs
        return np.asarray(one[rows, None] == other[None, :])

    @cached_property
    def models(self) -> Groups:
        """The set-ups by what is known of their models."""
        return Groups.of(self.one, self.other, lambda at: at.traits)

    @cached_property
    def boards(self) -> Groups:
        """The set-ups by their boards."""
        return Groups.of(self.one, self.other, lambda at: (at.board, at.task_class, at.is_own))

    @cached_property
    def _resemblance(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        boards = self.boards
        both_own = boards.product(lambda board: float(board[2]))
        return boards.same(lambda board: board[1]), both_own, boards.same(lambda board: board[0])

    @cached_property
    def _steps(self) -> FloatArray:
        rows, columns = self.models.rows, self.models.columns
        found = np.full((len(rows), len(columns)), np.inf)
        family = self.models.same(lambda at: at.line[-1]) + self._of_models["model"]
        for row, column in np.argwhere(family).tolist():
            found[row, column] = _steps(rows[row].line, columns[column].line)
        return found

    @cached_property
    def _of_models(self) -> Mapping[str, FloatArray]:
        maker = self.models.same(lambda at: at.maker)
        price = self.models.product(lambda at: at.price)
        return {
            "any": np.ones_like(maker),
            "model": self.models.same(lambda at: at.model),
            "maker": maker,
            "price": price,
            "maker and price": maker * price,
            "open": self.models.product(lambda at: float(at.is_open)),
            "released": self.models.product(lambda at: at.released),
        }

    @cached_property
    def _beside(self) -> Mapping[str, tuple[Groups, FloatArray]]:
        tools = Groups.of(self.one, self.other, lambda at: at.tool)
        efforts = Groups.of(self.one, self.other, lambda at: (at.effort, at.place))
        return {
            "board": (self.boards, self._resemblance[2]),
            "tool": (tools, tools.same()),
            "effort": (efforts, efforts.same(lambda effort: effort[0])),
            "place": (efforts, efforts.product(lambda effort: effort[1])),
        }

    @cached_property
    def _runs(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        def name(at: Setup) -> Hashable:
            return (at.traits.model, at.effort, at.tool, at.board) if at.is_own else id(at)

        return _codes(map(name, self.one), map(name, self.other))


def _codes(
    one: Iterable[Hashable], other: Iterable[Hashable]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Give what is found in two lists numbers, equals the same one."""
    codes: dict[Hashable, int] = {}
    first, second = ([codes.setdefault(each, len(codes)) for each in some] for some in (one, other))
    return np.array(first, dtype=np.intp), np.array(second, dtype=np.intp)


def _steps(one: Sequence[str], other: Sequence[str]) -> float:
    if one[-1] != other[-1]:
        return 0.0 if one[0] == other[0] else np.inf
    ancestor = next(model for model in one if model in other)
    return float(one.index(ancestor) + other.index(ancestor))
