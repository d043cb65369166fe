"""The axes: what a plan's months, teams, task classes and options look like as arrays.

G teams, K task classes, C token classes, T months, S draws. A row R is a task class together with
an uncertain intensity of its own, so that teams which share both are one row and a draw costs the
same for five teams as for five thousand. H groups teams that pay the same prices: working hours can
make them differ.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from advisor.engine.calibration import TokenSplit, tokens_behind
from advisor.engine.draws import Streams, Years
from advisor.engine.seats import SeatTerms
from advisor.model.uncertain import Uncertain
from advisor.units import Month

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]


class RandomInput(NamedTuple):
    """An uncertain number and the stream that it is drawn from.

    A borrowed one is drawn from several `streams`, which it shares with others in so far as what
    makes one of them wrong makes the others wrong. `times` is a number that this one is relative
    to.
    """

    number: Uncertain
    stream: str
    streams: Streams = ()
    times: "RandomInput | None" = None

    def over(self, years: Years) -> FloatArray:
        """Draw it. Shape (draw,), or (1,) where it is exact."""
        if self.streams:
            own = years.together(self.number, self.streams)
        else:
            own = years.of(self.number, self.stream)
        return own if self.times is None else own * self.times.over(years)

    @property
    def central(self) -> float:
        """What it is taken to be in the expected year: its mean, of a borrowed one its median."""
        own = self.number.mode if self.streams else self.number.expected
        return own if self.times is None else own * self.times.central


EXACTLY_ONE = RandomInput(Uncertain.constant(1.0), "")
NOTHING = RandomInput(Uncertain.constant(0.0), "")


class Work(NamedTuple):
    """Who does how much of what, before anything is drawn.

    `tasks` (G, K, T) counts tasks but for the drawn factors: `frequency` per class, `intensity` per
    row and the common level of use. `seats` (G,) are those that a team says it buys, NaN where it
    says nothing.
    """

    months: tuple[Month, ...]
    teams: tuple[str, ...]
    classes: tuple[str, ...]
    developers: FloatArray
    people: FloatArray
    tasks: FloatArray
    frequency: tuple[RandomInput, ...]
    row_of: IntArray
    row_class: IntArray
    intensity: tuple[RandomInput, ...]
    level_spread: float
    seats: FloatArray

    @property
    def total_people(self) -> FloatArray:
        """Active people of all teams by month."""
        return np.asarray(self.people.sum(axis=0))

    def count_factors(self, years: Years) -> FloatArray:
        """Draw what every row's tasks are multiplied by. Shape (S, R)."""
        level = years.level(self.level_spread, "level")
        columns = [
            level * self.frequency[k].over(years) * self.intensity[r].over(years)
            for r, k in enumerate(self.row_class)
        ]
        return stack(columns)


class TaskTerms(NamedTuple):
    """What a task of each class is made of.

    `stated` holds tokens by class where the file has them, times `factor`. Where it has none, the
    money of the bill's month, `billed`, is shared among the options that were paid, and `weights`
    say how many tokens a task of each class takes relative to the others.
    """

    stated: tuple[tuple[RandomInput, ...] | None, ...]
    factor: float
    weights: FloatArray
    split: TokenSplit
    billed: RandomInput
    billed_shares: FloatArray
    billed_rates: FloatArray
    success: tuple[RandomInput, ...]
    value: tuple[RandomInput, ...] | None
    review: tuple[RandomInput, ...]
    rework: tuple[RandomInput, ...]
    detection: FloatArray
    check: FloatArray

    def tokens(self, years: Years) -> FloatArray:
        """Draw tokens per attempt on the reference. Shape (S, K, C)."""
        found = self._behind_the_bill(years) if any(t is None for t in self.stated) else None
        classes = []
        for k, stated in enumerate(self.stated):
            if stated is not None:
                classes.append(self.factor * stack([number.over(years) for number in stated]))
            elif found is not None:
                classes.append(self.weights[k] * found)
        size = max(len(one) for one in classes)
        result = np.empty((size, len(classes), classes[0].shape[1]))
        for k, one in enumerate(classes):
            result[:, k] = one
        return result

    def _behind_the_bill(self, years: Years) -> FloatArray:
        shares = self.split.shares(years)
        spend = self.billed.over(years)[:, None] * self.billed_shares
        units = tokens_behind(spend, self.billed_rates, shares).sum(axis=1)
        return np.asarray(units[:, None] * shares)


class Candidate(NamedTuple):
    """One option, priced. `rates` (H, K, C, T) is money per token; the terms of a seat, if any.

    `discount_on_overage` is the contract's, where it covers the plan as well. Options of one
    `subscription`, those on the same plan, share their seats; plans of one `pool` share what they
    include, and no person has two of them.
    """

    name: str
    biller: str
    subscription: str
    pool: str
    rates: FloatArray
    multiplier: tuple[RandomInput, ...]
    quality: tuple[RandomInput, ...]
    seats: SeatTerms | None = None
    discount_on_overage: float = 0.0
    cap: float = np.inf


@dataclass(frozen=True)
class Sample:
    """All that is drawn and common to every option, for S years. Second axis: row or task class."""

    count: FloatArray
    tokens: FloatArray
    success: FloatArray
    value: FloatArray | None
    review: FloatArray
    rework: FloatArray

    @classmethod
    def draw(cls, work: Work, terms: TaskTerms, years: Years) -> Self:
        """Draw every common number once."""
        value = terms.value
        return cls(
            work.count_factors(years),
            terms.tokens(years),
            stack([one.over(years) for one in terms.success]),
            None if value is None else stack([one.over(years) for one in value]),
            stack([one.over(years) for one in terms.review]),
            stack([one.over(years) for one in terms.rework]),
        )


def stack(columns: Sequence[FloatArray]) -> FloatArray:
    """Put columns of one or S draws side by side. Shape (1 or S, column)."""
    size = max(len(column) for column in columns)
    result = np.empty((size, len(columns)))
    for n, column in enumerate(columns):
        result[:, n] = column
    return result
