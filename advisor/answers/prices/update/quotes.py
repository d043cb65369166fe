"""What another price table quotes for models, whatever its file looks like.

A quote is dollars per million tokens on one day, from the maker itself: resellers in the file have
prices of their own and are only counted. What a reader would get wrong: a class that is not quoted
has no price there, which says nothing about ours; and a tier's price is that of the whole request.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Context, Decimal
from typing import Any, NamedTuple, TypeVar

from advisor.errors import Fault

T = TypeVar("T")
Figures = Mapping[str, Decimal]
"""Token class to price."""

_PLACES = Context(prec=10)
"""Prices per token come through binary floats: 2.9999999999999997e-06 is 3 a million."""


MOST = 10**9
"""No price and no number of tokens is larger; a number with a billion digits is never computed."""


class Quote(NamedTuple):
    """What one model costs on a day, under its name in the file, by our name of its maker.

    `since` is the first day of that price, where the file knows it; `busy` are prices at certain
    hours, `later` those that begin after the day. `variants` are prices of other ways to be served,
    under our names; `retires` is the day on which the maker ends the model.
    """

    vendor: str
    name: str
    prices: Figures
    tiers: Mapping[int, Figures] = {}
    since: date | None = None
    busy: Sequence[Figures] = ()
    later: Sequence[tuple[date, Figures]] = ()
    variants: Mapping[str, Figures] = {}
    retires: date | None = None


class Quotes(NamedTuple):
    """A whole file: what kind it is, its makers' quotes, how many entries of others it has.

    `tools` counts the coding tools that offer a model, `sellers` everybody else who sells it, by
    its plain name.
    """

    kind: str
    quotes: Sequence[Quote]
    elsewhere: int
    tools: Mapping[str, int] = {}
    sellers: Mapping[str, int] = {}

    def use(self, name: str) -> tuple[int, int]:
        """Return how many coding tools offer a model, and how many others."""
        plain = plain_name(name)
        return self.tools.get(plain, 0), self.sellers.get(plain, 0)


def plain_name(name: str) -> str:
    """Return a model's name without its maker's, in one way of writing: `gpt-6-2-sol`."""
    return name.rpartition("/")[2].lower().replace(".", "-").replace("@", "-")


def popularity(
    listed: Iterable[tuple[str, str]], coding: Collection[str]
) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """Count by plain name the coding tools and the other providers that list a model."""
    seen = {(provider, plain_name(name)) for provider, name in listed}
    tools = Counter(name for provider, name in seen if provider in coding)
    sellers = Counter(name for provider, name in seen if provider not in coding)
    return tools, sellers


class Faults:
    """Gathers what is wrong with a file, by the path of each value."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Fault] = []

    def add(self, key: str, message: str) -> None:
        """Note one."""
        self.found.append(Fault(self.file, 0, 0, key, message))

    def price(self, value: Any, key: str, per: Decimal) -> Decimal | None:
        """Read a price in a unit of so many a million tokens; None, and a fault, if it is none."""
        if isinstance(value, bool) or not isinstance(value, Decimal | int):
            self.add(key, f"{_shown(value)} is not a price")
            return None
        if isinstance(value, Decimal) and not value.is_finite():
            self.add(key, f"{value} is not a price")
            return None
        if not 0 <= value <= MOST:  # also a number with a billion digits, before it is computed
            self.add(key, "is below zero" if value < 0 else "is too large for a price")
            return None
        return _PLACES.plus(Decimal(value) * per).normalize()

    def count(self, value: Any, key: str) -> int:
        """Return a number of tokens; 0, and a fault, if it is none."""
        is_number = isinstance(value, Decimal | int) and not isinstance(value, bool)
        if is_number and 0 <= value <= MOST and value == int(value):
            return int(value)
        self.add(key, f"{_shown(value)} is not a number of tokens")
        return 0

    def mapping(self, value: Any, key: str) -> Mapping[str, Any]:
        """Return a mapping; an empty one, and a fault, if it is none."""
        return value if isinstance(value, dict) else self._instead({}, value, key, "an object")

    def items(self, value: Any, key: str) -> Sequence[Any]:
        """Return a list; an empty one, and a fault, if it is none."""
        return value if isinstance(value, list) else self._instead([], value, key, "a list")

    def text(self, value: Any, key: str) -> str:
        """Return a name; an empty one, and a fault, if it is none."""
        return value if isinstance(value, str) else self._instead("", value, key, "text")

    def day(self, value: Any, key: str) -> date:
        """Return a day; the first there is, and a fault, if it is none."""
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            self.add(key, f"{_shown(value)} is not a date")
            return date.min

    def _instead(self, empty: T, value: Any, key: str, words: str) -> T:
        self.add(key, f"{_shown(value)} is not {words}")
        return empty


def stated(prices: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Leave out caches that cost nothing: there a 0 is put where no price is known."""
    return {c: price for c, price in prices.items() if price or c in {"input", "output"}}


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else text[:40] + "…"
