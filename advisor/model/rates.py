"""Prices as whole numbers, ready to be multiplied by tokens: what the price tables say, by instant.

A rate is femto-dollars (1e-15 USD) a token: published prices have at most six decimals a million
tokens, and factors of variants, regions and channels two or three, so that rates are exact and sums
of them are whole numbers without an end. Moments are microseconds since 1970, UTC.

This module knows neither YAML nor pydantic: it is what is kept of the tables between two runs.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

FEMTO = 10**15
"""Femto-dollars in a dollar."""
ALWAYS, NEVER = -(2**62), 2**62
"""Moments before and after everything."""

Rates = tuple[int, ...]
"""Femto-dollars a token, by class in the order of `TOKEN_CLASSES`."""


class Factor(NamedTuple):
    """A factor of prices as a fraction: 1.1 is 11 / 10."""

    times: int
    by: int


class Mode(NamedTuple):
    """One way to be served within a price period; the plain one is called "".

    `bands` are the rates of a request by the tier that its prompt reaches, the first below all;
    `busy` those of the first band at busy hours, where there are such. `factor` is there where the
    way is one factor on every class, so that it goes together with another way.
    """

    until: int
    bands: Sequence[Rates]
    busy: Rates | None
    factor: Factor | None


class RatePeriod(NamedTuple):
    """Prices of a model from one moment to the next period's.

    `tiers` are the prompts beyond which a whole request pays the next band; `peak` is the place of
    its busy hours in `RateBook.peaks`, -1 where it has none.
    """

    begins: int
    ends: int
    tiers: Sequence[int]
    peak: int
    modes: Mapping[str, Mode]


class RatedModel(NamedTuple):
    """A model with its prices; `retires` is when its id may pass to another one."""

    id: str
    vendor: str
    retires: int
    periods: Sequence[RatePeriod]


class RatePeak(NamedTuple):
    """Busy hours: minutes of the day (half-open), weekdays (Monday is 0), UTC.

    `holidays` are days since 1970 without any.
    """

    minutes: Sequence[tuple[int, int]]
    weekdays: Sequence[int]
    holidays: frozenset[int]

    def holds_at(self, moment: int) -> bool:
        """Tell whether a moment is busy."""
        day, rest = divmod(moment // 60_000_000, 1440)
        return (
            any(begin <= rest < end for begin, end in self.minutes)
            and (day + 3) % 7 in self.weekdays
            and day not in self.holidays
        )


class Terms(NamedTuple):
    """What a channel adds from one moment to the next: a fee, and ways to be served of its own."""

    begins: int
    ends: int
    fee: Factor
    modes: Mapping[str, Factor]


class RateChannel(NamedTuple):
    """Who bills in the maker's place; it sells models of `makers` at their prices, () for any."""

    makers: Sequence[str]
    terms: Sequence[Terms]


class RatePlanTerms(NamedTuple):
    """What tokens cost on a plan from one moment to the next.

    `fee` is femto-dollars a token on top; `own` the plan's own prices by the model's full name.
    """

    begins: int
    ends: int
    fee: int
    own: Mapping[str, Sequence[RatePeriod]]


class RateBook:
    """The rates of all price tables; `raw` is plain lists, maps, texts and numbers alone."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        """Take what `advisor.answers.usage.rates` made, as it is or as JSON brought it back."""
        self.raw = raw
        self.as_of: str = raw["as_of"]
        self.currency: str = raw["currency"]
        self.peaks = [
            RatePeak([(begin, end) for begin, end in minutes], weekdays, frozenset(holidays))
            for minutes, weekdays, holidays in raw["peaks"]
        ]
        self._priced: dict[str, RatedModel] = {}

    @property
    def full_names(self) -> Sequence[str]:
        """`vendor/id` of every model."""
        return list(self.raw["models"])

    @property
    def aliases(self) -> Mapping[str, Sequence[str]]:
        """What else logs may call a model, in lower case and perhaps a glob, by full name."""
        return {name: one["aliases"] for name, one in self.raw["models"].items()}

    def retires(self, full_name: str) -> int:
        """Return when a model's id may pass to another one."""
        return int(self.raw["models"][full_name]["retires"])

    def priced(self, full_name: str) -> RatedModel:
        """Return a model with its prices."""
        if full_name not in self._priced:
            vendor, _, ident = full_name.partition("/")
            one = self.raw["models"][full_name]
            self._priced[full_name] = RatedModel(
                ident, vendor, one["retires"], _periods(one["periods"])
            )
        return self._priced[full_name]

    def channel(self, name: str) -> RateChannel | None:
        """Return a channel."""
        if name not in self.raw["channels"]:
            return None
        makers, terms = self.raw["channels"][name]
        return RateChannel(makers, [_terms(one) for one in terms])

    def plan(self, name: str) -> Sequence[RatePlanTerms] | None:
        """Return the terms of a plan, one after the other."""
        if name not in self.raw["plans"]:
            return None
        return [
            RatePlanTerms(begins, ends, fee, {name: _periods(one) for name, one in own.items()})
            for begins, ends, fee, own in self.raw["plans"][name]
        ]

    @property
    def plans(self) -> Sequence[str]:
        """The names of all plans."""
        return list(self.raw["plans"])


def _periods(raw: Sequence[Any]) -> list[RatePeriod]:
    return [
        RatePeriod(begins, ends, tiers, peak, {name: _mode(*one) for name, one in modes.items()})
        for begins, ends, tiers, peak, modes in raw
    ]


def _mode(until: int, bands: Any, busy: Any, factor: Any) -> Mode:
    return Mode(
        until, [tuple(one) for one in bands], tuple(busy) if busy else None,
        Factor(*factor) if factor else None,
    )  # fmt: skip


def _terms(raw: Any) -> Terms:
    begins, ends, fee, modes = raw
    return Terms(begins, ends, Factor(*fee), {name: Factor(*one) for name, one in modes.items()})
