"""Who and what a bill means, by the names that bills give: billers, services of a cloud, models.

Names are known by their words, so that case, dashes, dots and a company's form do not matter. What
a reader would get wrong: a cloud bills for everything that a company runs, and of such a bill only
the services count that sell models.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase
from functools import lru_cache

from advisor.case.facts import Case
from advisor.model.book import Offer, PriceBook
from advisor.model.charge import NO_SERVICE

_WORD = re.compile(r"[a-z0-9]+")
_DATE = re.compile(r"[-@]?20\d{6}\b|[-@]20\d\d-\d\d(-\d\d)?\b")
_PARTS = re.compile(r"[a-z]+\d+[a-z]*(?![a-z])|[a-z]+|\d+")
_VERSION = re.compile(r"-v\d+(:\d+)?(:\w+)?$|:\w+$")
_ADDED = {"thinking", "reasoning", "high", "medium", "low", "xhigh", "latest", "max", "fast",
          "edition", "batch", "flex", "priority", "amazon", "bedrock", "us", "eu", "apac", "global",
          "jp", "au", "ca"}  # fmt: skip
"""What names of models on bills say beside the model: how it was run, and where."""


class Billers:
    """Everybody who bills, by the names of a price book and of the plan."""

    def __init__(self, case: Case, book: PriceBook) -> None:
        """Gather the names; what the plan calls somebody goes first, then clouds, then ids."""
        self._planned = {one.billed_by for one in case.options}
        self._services = {name: one.services for name, one in book.channels.items()}
        self._clouds: dict[str, str] = {}
        self._channels = {
            _plain(one) for name, own in book.channels.items() for one in (name, own.name)
        }
        for name, channel in book.channels.items():
            if channel.services:
                names = (name, channel.name, *channel.billed_as)
                self._clouds |= {_plain(one): name for one in names}
        self._names = {_plain(name): name for name in self._planned}
        for name, known in (*self._clouds.items(), *_named(book)):
            self._names.setdefault(_plain(name), known)
        self.known_as = lru_cache(maxsize=None)(lambda name: _longest(name, self._names) or name)
        self.of_row = lru_cache(maxsize=None)(self._of_row)

    def _of_row(self, billed_by: str, service: str, provider: str) -> str | None:
        """Return who bills a row; None for a service of a cloud that sells no models."""
        biller = self.known_as(billed_by)
        if not service:
            return biller
        own = service.casefold()
        clouds = [_longest(name, self._clouds) for name in (billed_by, provider)]
        if service == NO_SERVICE:
            return None if any(clouds) and _plain(billed_by) not in self._channels else biller
        for cloud in dict.fromkeys([*filter(None, clouds), *self._services]):
            if any(fnmatchcase(own, glob.casefold()) for glob in self._services[cloud]):
                is_maker = biller in self._planned and cloud not in self._planned
                return biller if is_maker else cloud
        if not any(clouds):
            return biller
        sold = self.known_as(service)
        return sold if sold != service and sold not in self._clouds.values() else None


def _longest(name: str, known: Mapping[str, str]) -> str | None:
    """Return who is meant: the same words, or a known name with a company's form behind it."""
    words = _words(name)
    begins = ("".join(words[:count]) for count in range(len(words), 0, -1))
    return next((known[one] for one in begins if one in known), None)


def _named(book: PriceBook) -> Iterator[tuple[str, str]]:
    """Yield names and whom they mean: ids before names, and these before other names."""
    makers = (one.vendor for one in book.offers)
    vendors = dict.fromkeys([*makers, *(one.vendor for one in book.plans.values())])
    for vendor in vendors:
        yield vendor.vendor, vendor.vendor
    yield from ((name, name) for name in book.channels)
    for vendor in vendors:
        yield vendor.name, vendor.vendor
    for name, channel in book.channels.items():
        yield channel.name, name
    for vendor in vendors:
        yield from ((other, vendor.vendor) for other in vendor.billed_as)
    for name, channel in book.channels.items():
        yield from ((other, name) for other in channel.billed_as)


def _plain(name: str) -> str:
    return "".join(_words(name))


def _words(name: str) -> list[str]:
    return _WORD.findall(name.casefold())


# --- models


def model_finder(book: PriceBook) -> Callable[[str], Offer | None]:
    """Return what finds a model by a name as bills write it; None where it is not known.

    An id, an alias or a name of the book goes first. Then only the words count, with the digits
    in their order: `anthropic/claude-sonnet-5.5`, `Claude Sonnet 5.5`, `claude-5.5-sonnet-thinking`
    and `us.anthropic.claude-sonnet-5-5-20260930-v1:0` are one model.
    """
    by_key: dict[tuple[str, ...], Offer | None] = {}
    for offer in book.offers:
        for key in {_key(name) for name in (offer.id, offer.model.name, *_aliases(offer))}:
            same = by_key.get(key, offer)
            by_key[key] = offer if same is not None and same.id == offer.id else None
    makers = {word for offer in book.offers for word in _words(offer.vendor.vendor)}

    def find(name: str) -> Offer | None:
        known = book.find(name)
        return known if known is not None else _by_words(name, by_key, makers)

    return lru_cache(maxsize=None)(find)


def _aliases(offer: Offer) -> Iterator[str]:
    return (alias for alias in offer.model.aliases if "*" not in alias)


def _by_words(
    name: str, by_key: dict[tuple[str, ...], Offer | None], makers: set[str]
) -> Offer | None:
    bare = _VERSION.sub("", _DATE.sub("", name.casefold().rpartition("/")[2]))
    key = _key(bare)
    for said in (frozenset[str](), frozenset(makers), frozenset(makers | _ADDED)):
        found = by_key.get(tuple(word for word in key if word not in said))
        if found is not None:
            return found
    return None


def _key(name: str) -> tuple[str, ...]:
    """Return a name's words in the order of letters, then its numbers in their own."""
    parts = _PARTS.findall(_DATE.sub("", name.casefold()))
    return (*sorted(one for one in parts if not one.isdigit()), "#",
            *(one for one in parts if one.isdigit()))  # fmt: skip
