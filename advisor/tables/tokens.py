"""Token counts as a finished answer. The names of the fields are the keys of its JSON.

Tokens of files are `o200k_base`'s; those of a model are ranges, since its tokenizer is known by
measured ratios only. Money is US dollars at list prices, for reading the text: what a model writes
back, and what tools and messages add around the text, is not in it.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple


class TokenSpan(NamedTuple):
    """A figure: at least, as expected, at most."""

    low: float
    expected: float
    high: float


class FileTokens(NamedTuple):
    """One file. `held` is what a limit is held against, `is_over` the outcome; None without one."""

    file: str
    kind: str
    bytes: int
    tokens: int
    held: TokenSpan | None = None
    is_over: bool | None = None


class Skipped(NamedTuple):
    """A file that was not counted, and why."""

    file: str
    reason: str


class TokenPrices(NamedTuple):
    """Dollars per million tokens that a pass pays, at busy hours where there are any."""

    input: float
    cache_read: float
    cache_write: float


class ModelTokens(NamedTuple):
    """What one model makes of everything counted, and what it costs.

    `basis` is how its ratio is known: `published`, `measured`, `carried` or `assumed`. `parts` is
    whether the text is larger than the model's context window, so that it is read in parts.
    `long_context_over` is the threshold whose dearer price applies, `has_busy_hours` whether the
    price depends on the hour; then spans go from the quiet to the busy price. `doubts` say what is
    doubtful in the price, `unknown` why there are no costs.
    """

    model: str
    title: str
    vendor: str
    basis: str
    tokenizer: str
    ratio: TokenSpan
    tokens: TokenSpan
    sources: Sequence[str]
    context_window: int | None
    parts: bool
    long_context_over: int | None = None
    has_busy_hours: bool = False
    prices: TokenPrices | None = None
    pass_uncached: TokenSpan | None = None
    pass_cache_write: TokenSpan | None = None
    pass_cache_read: TokenSpan | None = None
    month_uncached: TokenSpan | None = None
    month_cached: TokenSpan | None = None
    doubts: Sequence[str] = ()
    unknown: str | None = None


class RatioOrigin(NamedTuple):
    """Where ratios come from."""

    id: str
    title: str
    url: str
    checked_on: date


class TokenLimit(NamedTuple):
    """The most tokens that a file may have, and whose: `o200k_base`, or the models asked for."""

    at_most: int
    against: Sequence[str]
    over: Sequence[str]


class TokenCounts(NamedTuple):
    """Everything counted. `month_writes` of the month's passes write the cache, the rest read it.

    Without models, `as_of` is None.
    """

    named: Sequence[str]
    vocabulary: str
    currency: str
    as_of: date | None
    tokens: int
    bytes: int
    by_kind: Mapping[str, int]
    files: Sequence[FileTokens]
    skipped: Sequence[Skipped]
    limit: TokenLimit | None
    passes_a_month: int
    cached_share: float
    month_writes: int
    models: Sequence[ModelTokens]
    sources: Sequence[RatioOrigin]
