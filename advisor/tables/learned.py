"""What real usage says of a team: what `advisor learn` writes into a file.

Money is in femto-dollars, tokens stand in the order of the token classes, sums are over all days.
"""

from collections.abc import Sequence
from typing import NamedTuple


class LearnedOption(NamedTuple):
    """A model in a tool, as it was used: a way of working of today.

    `off_peak` is the share of use outside busy hours, None where prices have none. `ends` is the
    day on which the model is no longer served in this `mode`, empty where no end is known.
    """

    name: str
    model: str
    harness: str
    channel: str
    mode: str
    off_peak: float | None
    cost: int
    ends: str = ""


class LearnedClass(NamedTuple):
    """A kind of work on one option; where its price has tiers, the part whose prompts lie in one.

    `over` and `upto` are the borders of the tier, None where there is none; `sessions` is 0 where
    the source names none; `p50` to `p99` are percentiles of the prompts, 0 where no call says its
    own.
    """

    name: str
    kind: str
    option: str
    over: int | None
    upto: int | None
    sessions: int
    people: int
    calls: int
    tokens: Sequence[int]
    p50: int
    p90: int
    p99: int
    cost: int

    @property
    def has_tiers(self) -> bool:
        """Whether the price hangs on the prompt."""
        return self.over is not None or self.upto is not None


class Growth(NamedTuple):
    """Growth a month from the costs of whole weeks; in 19 of 20 cases it lies within `doubt`."""

    rate: float
    doubt: float
    weeks: int


class Between(NamedTuple):
    """What people cost a month, in dollars: the middle one, and one of ten."""

    p50: float
    p90: float
    people: int


class Learned(NamedTuple):
    """Everything that is learnt.

    `months` is the length of the days, in twelfths of a year; `cost` what `classes` cost in them,
    at the minute of each call; `left_out` are options too small to matter, with their cost;
    `busy_share` the share of tokens on workdays from 9 to 18 in the zone, None where nothing says
    an hour.
    """

    first: str
    last: str
    zone: str
    months: float
    people: int
    calls: int
    cost: int
    prices_as_of: str
    options: Sequence[LearnedOption]
    classes: Sequence[LearnedClass]
    reference: str
    cached: float
    busy_share: float | None
    between: Between | None
    growth: Growth | None
    left_out: Sequence[tuple[str, int]]
    unpriced: Sequence[tuple[str, int, int]]
    unlogged_tokens: int
    partial_calls: int
