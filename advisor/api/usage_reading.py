"""Real usage: places read, calls priced and added up. Loads little, and late."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

from advisor import __version__
from advisor.answers.usage.answer import AskedDays, Gathered, gather, gathered, total
from advisor.answers.usage.tariffs import Tariffs
from advisor.answers.usage.totals import FORMAT, Totals, changed, packed, unpacked
from advisor.api.usage_asked import AskedUsage, day_of, zone_of
from advisor.api.usage_places import missing, places_asked, rates_path, store_path
from advisor.errors import InputError, MissingError, did_you_mean
from advisor.load.digests import blake2b
from advisor.load.rate_file import digest_of, rates_from
from advisor.load.shipped import shipped_folder
from advisor.load.usage.growth import UsageGrowth
from advisor.load.usage.places import Place
from advisor.load.usage.reading import read_growth
from advisor.load.usage.sources import SOURCES
from advisor.model.rates import RateBook
from advisor.model.usage import Calls, Counter, Kind, Usage

Progress = Callable[[int, int], None]
"""Who hears how many files and bytes were read."""


def _unheard(_: int, __: int) -> None:
    """Nobody waits for word of how far the reading is."""


def gathered_from(
    asked: AskedUsage,
    environment: Mapping[str, str],
    progress: Progress = _unheard,
    *,
    by_call: bool = False,
) -> Gathered:
    """Read what was asked for and add it up; only with `by_call` are the calls themselves there.

    Raises InputError for wrong words, MissingError where nothing was found.
    """
    days = days_of(asked)
    book = rate_book(environment, may_write=not asked.no_store)
    days = days._replace(plan_of=plans_of(asked, book))
    if asked.merge:
        merging: Any = import_module("advisor.api.usage_merge")
        return gather(merging.merged(asked), book, days)
    places = places_asked(asked, environment)
    question = "" if by_call else _question(asked, places, days)
    growth = read_growth(
        places, store=store_path(asked, environment), question=question, progress=progress
    )
    usage, totals = _brought_up(growth, book, days)
    _check_found(asked, places, usage)
    return gathered(usage, totals, book, days)


def _question(asked: AskedUsage, places: Sequence[Place], days: AskedDays) -> str:
    """Say what sums by kind, day and price hang on, beside the files."""
    prices = digest_of(shipped_folder("pricing"))
    said = (FORMAT, __version__, prices, days.zone, *asked.plans, *map(repr, places))
    return blake2b("\0".join(map(str, said)).encode("utf-8", "surrogatepass")).hexdigest()


def _brought_up(growth: UsageGrowth, book: RateBook, days: AskedDays) -> tuple[Usage, Totals]:
    """Bring sums that were kept up to what changed since, and keep them for the next run."""
    usage = growth.usage
    tariffs = Tariffs(book)
    totals = total(usage, tariffs, days)
    if growth.before is not None:
        totals = changed(unpacked(growth.body), total(growth.before, tariffs, days), totals)
        usage.calls = Calls(totals.kinds, [])
        usage.unlogged = totals.unlogged
    if growth.keep:
        growth.keep(packed(totals))
    usage.counters = [Counter(*name, number) for name, number in totals.counters.items()]
    usage.counters += growth.seen
    return usage, totals


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


def _check_found(asked: AskedUsage, places: Sequence[Place], usage: Usage) -> None:
    """Raise InputError for a folder that isn't there, MissingError where nothing was found."""
    faults = missing(asked, {kind.home for kind in usage.calls.kinds})
    if faults:
        raise InputError(faults)
    if not usage.files and not usage.calls.kinds:
        where = sorted({place.home or place.root for place in places})
        raise MissingError.of(
            f"no log of any agent was found in {', '.join(where)}",
            hint="say where: --home DIR, --claude-code DIR, or name exports as PATH",
        )
