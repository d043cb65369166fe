"""Real usage, priced and added up: what the renderers of `advisor usage` see.

Money is in femto-dollars (1e-15 USD), a whole number, so that sums are exact; None is "not known".
Tokens stand in the order of the token classes.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from advisor.tables.anomalies import Anomaly
from advisor.token_classes import TOKEN_CLASSES

FEMTO = 10**15
TIMES = ("day", "week", "month")
DIMENSIONS = (
    "source", *TIMES, "model", "speed", "priced_as", "vendor", "project", "person", "home",
    "no_price",
)  # fmt: skip
"""What rows can be grouped by: `model` is what the log calls it, `priced_as` the price tables;
`no_price` why there is no price."""
DETAIL = ("source", "day", "model", "speed", "priced_as")
"""How rows are grouped for machines where nobody says otherwise."""


class UsageRow(NamedTuple):
    """One group: its names in the order of `UsageAnswer.by`, and its sums.

    `costs` are by token class and leave out what has no price, which is `unpriced_calls` with
    `unpriced_tokens`; `is_priced` tells whether anything has one. `written` is USD that the sources
    themselves wrote, None where they wrote nothing.
    """

    names: Sequence[str]
    calls: int
    tokens: Sequence[int]
    reasoning: int
    costs: Sequence[int]
    is_priced: bool
    unpriced_calls: int
    unpriced_tokens: int
    written: float | None

    @property
    def all_tokens(self) -> int:
        """Tokens of all classes."""
        return sum(self.tokens)

    @property
    def cost(self) -> int | None:
        """What it costs at list prices, None where nothing has a price."""
        return sum(self.costs) if self.is_priced else None


class Unpriced(NamedTuple):
    """Calls without a price, and why."""

    source: str
    model: str
    why: str
    calls: int
    tokens: Sequence[int]


class Written(NamedTuple):
    """What a source itself wrote of its calls' cost in USD, and what the same calls cost in tables.

    `calls` wrote a cost, `zeros` of them that it was nothing; `compared` is the part of `written`
    that has a list price beside it, `cost`; `why` says what is known of the difference.
    """

    source: str
    calls: int
    zeros: int
    written: float
    compared: float
    cost: int
    why: str


class Cut(NamedTuple):
    """A call that was cut: its prompt was billed, what it wrote nobody knows."""

    source: str
    day: str
    model: str
    session: str
    tokens: Sequence[int]


class Beyond(NamedTuple):
    """Use that only a running sum of the agent's knows; it is in no row."""

    source: str
    home: str
    session: str
    model: str
    tokens: Sequence[int]


class Bar(NamedTuple):
    """One bar of the chart: a day, week or month."""

    name: str
    cost: int
    tokens: int


class UsageAnswer(NamedTuple):
    """Everything that is said of usage.

    `first` and `last` are the days of the first and the last call, in `zone`; `since` and `until`
    those that were asked for. `prices_as_of` is the day whose prices are known.
    """

    by: Sequence[str]
    zone: str
    since: str | None
    until: str | None
    first: str | None
    last: str | None
    currency: str
    prices_as_of: str
    sources: Sequence[str]
    rows: Sequence[UsageRow]
    total: UsageRow
    chart: Sequence[Bar]
    chart_by: str
    unpriced: Sequence[Unpriced]
    written: Sequence[Written]
    partial: Sequence[Cut]
    unlogged: Sequence[Beyond]
    counters: Mapping[str, Mapping[str, int]]
    notes: Sequence[str]
    warnings: Sequence[str]
    files: int
    bytes_read: int
    anomalies: Sequence[Anomaly] = ()


def by_class(tokens: Sequence[int]) -> dict[str, int]:
    """Name tokens by their class."""
    return dict(zip(TOKEN_CLASSES, tokens, strict=True))
