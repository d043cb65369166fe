"""Why spend and value moved, as a finished answer. Money is in the answer's currency, a year's."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple


class ChangeLine(NamedTuple):
    """A key of the file that differs, or a model whose prices do; both values as written."""

    key: str
    old: Any
    new: Any


class ChangePart(NamedTuple):
    """What one cause adds to a year's spend and value; `causes` are several where no split can be.

    The parts of an answer add up to its whole.
    """

    causes: Sequence[str]
    spend: float
    value: float
    changes: Sequence[ChangeLine]


class Side(NamedTuple):
    """One of the two plans: what it is called, what of it is held, and what a year of it comes to.

    `value` is money where the file says what work is worth, else completed tasks.
    """

    name: str
    acts_on: str
    as_of: date
    spend: float
    value: float


class Difference(NamedTuple):
    """Two plans and what lies between them. `has_values`: values are money."""

    workload: str
    file: str
    currency: str
    has_values: bool
    old: Side
    new: Side
    parts: Sequence[ChangePart]
    warnings: Sequence[str] = ()

    @property
    def change(self) -> float:
        """What a year costs more."""
        return self.new.spend - self.old.spend

    @property
    def share(self) -> float | None:
        """The change as a share of what a year cost; None where that was nothing."""
        return self.change / self.old.spend if self.old.spend else None
