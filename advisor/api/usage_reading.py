"""Real usage: places read, calls priced and added up. Loads little, and late."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from advisor.answers.usage.answer import AskedDays, Gathered, gather
from advisor.api.usage_asked import AskedUsage, day_of, zone_of
from advisor.api.usage_places import missing, places_asked, rates_path, store_path
from advisor.errors import InputError, MissingError, did_you_mean
from advisor.load.rate_file import rates_from
from advisor.load.usage.reading import read_usage
from advisor.load.usage.sources import SOURCES
from advisor.model.rates import RateBook
from advisor.model.usage import Kind, Usage

Progress = Callable[[int, int], None]
"""Who hears how many files and bytes were read."""


def _unheard(_: int, __: int) -> None:
    """Nobody waits for word of how far the reading is."""


def gathered_from(
    asked: AskedUsage, environment: Mapping[str, str], progress: Progress = _unheard
) -> Gathered:
    """Read what was asked for and add it up.

    Raises InputError for wrong words, MissingError where nothing was found.
    """
    days = days_of(asked)
    usage = _read(asked, environment, progress)
    book = rate_book(environment, may_write=not asked.no_store)
    return gather(usage, book, days._replace(plan_of=plans_of(asked, book)))


def days_of(asked: AskedUsage) -> AskedDays:
    """Read the days that are asked about. Raises InputError."""
    since, until = day_of(asked.since, "--since"), day_of(asked.until, "--until")
    if since and until and since > until:
        raise InputError.of(f"{until} is before --since {since}", key="--until")
    return AskedDays(zone_of(asked.timezone), since, until)


def plans_of(asked: AskedUsage, book: RateBook) -> Callable[[Kind], str]:
    """Read `SOURCE=PLAN`, several times, to the plan that a source's calls were made on."""
    found = {}
    for text in asked.plans:
        source, mark, plan = text.partition("=")
        if not mark:
            raise InputError.of(f"{text!r}: write SOURCE=PLAN", key="--plan")
        if source not in SOURCES:
            hint = did_you_mean(source, SOURCES)
            raise InputError.of(f"{source!r} is not an agent", key="--plan", hint=hint)
        if plan not in book.plans:
            hint = did_you_mean(plan, book.plans)
            raise InputError.of(f"{plan!r} is not a plan", key="--plan", hint=hint)
        found[source] = plan
    return lambda kind: found.get(kind.source, "")


def rate_book(environment: Mapping[str, str], *, may_write: bool) -> RateBook:
    """Return the rates of the price tables, from a file where one has them."""
    return RateBook(rates_from(rates_path(environment), _made_rates, may_write=may_write))


def _made_rates() -> Mapping[str, Any]:
    """Read the price tables, which takes longer than all the rest."""
    read: Any = import_module("advisor.load.price_book").read_price_book
    rates: Any = import_module("advisor.answers.usage.rates").rates_of
    made: Mapping[str, Any] = rates(read())
    return made


def _read(asked: AskedUsage, environment: Mapping[str, str], progress: Progress) -> Usage:
    if asked.merge:
        merging: Any = import_module("advisor.api.usage_merge")
        merged: Usage = merging.merged(asked)
        return merged
    places = places_asked(asked, environment)
    usage = read_usage(places, store=store_path(asked, environment), progress=progress)
    faults = missing(asked, {kind.home for kind in usage.calls.kinds})
    if faults:
        raise InputError(faults)
    if not usage.files and not len(usage.calls):
        where = sorted({place.home or place.root for place in places})
        raise MissingError.of(
            f"no log of any agent was found in {', '.join(where)}",
            hint="say where: --home DIR, --claude-code DIR, or name exports as PATH",
        )
    return usage
