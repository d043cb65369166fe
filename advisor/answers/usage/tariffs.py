"""What a kind of call costs at every moment: a name and a way to be served, to rates over time.

A tariff is a list of segments of time without gaps. Within one, a call's price hangs on its own
prompt (tiers) and minute (busy hours) alone; where there is no price, the segment says why.
"""

import time
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple, TypeVar

from advisor.answers.usage.names import Named, Names, channel_of
from advisor.model.rates import (
    ALWAYS,
    NEVER,
    Factor,
    Mode,
    RateBook,
    RateChannel,
    RatedModel,
    RatePeak,
    RatePeriod,
    RatePlanTerms,
    Rates,
    Terms,
)

_PLAIN_SPEEDS = {"", "standard", "normal", "default"}
_PLAIN_TIERS = {"", "standard", "default", "auto", "on_demand", "not_available"}
_PLAIN_PLACES = {"", "global", "not_available", "default"}
_PRIORITY = "priority"
_PRIORITY_IS_FAST = {"openai", "google"}
"""Makers whose tables call the dearer, faster tier `fast`. Anthropic's priority tier is capacity
that was bought before, used up at the plain price."""
_ONE = Factor(1, 1)


class Selector(NamedTuple):
    """What of a call, beside its moment and its prompt, decides its price; as the log wrote it.

    `plan` is the seat that it was made on, empty for prices by the token.
    """

    provider: str = ""
    model: str = ""
    speed: str = ""
    service_tier: str = ""
    geo: str = ""
    plan: str = ""


class Segment(NamedTuple):
    """What calls cost from one moment to another.

    `model` is the full name in the tables, empty for a name that isn't there. `bands` are rates by
    the tier that a prompt reaches, `busy` those of the first band at busy hours; without a price
    there are no bands, and `why` says why.
    """

    begins: int
    ends: int
    model: str
    tiers: Sequence[int] = ()
    bands: Sequence[Rates] = ()
    peak: RatePeak | None = None
    busy: Rates | None = None
    why: str = ""

    def rates(self, moment: int, prompt: int) -> Rates | None:
        """Return what a call costs a token, by class; None without a price."""
        if not self.bands:
            return None
        band = sum([prompt > over for over in self.tiers])
        if not band and self.busy is not None and self.peak and self.peak.holds_at(moment):
            return self.busy
        return self.bands[band]


class _Asked(NamedTuple):
    """A selector and what the tables know of it."""

    selector: Selector
    named: Named
    channel: RateChannel | None
    plan: Sequence[RatePlanTerms] | None


class Tariffs:
    """The tariffs of a book, each made when it is first asked for."""

    def __init__(self, book: RateBook) -> None:
        """Hold a book."""
        self.book = book
        self._made: dict[Selector, Sequence[Segment]] = {}

    @cached_property
    def names(self) -> Names:
        """What logs call the models of the book."""
        return Names(self.book)

    def of(self, selector: Selector) -> Sequence[Segment]:
        """Return a kind of call's segments, in order of time, from `ALWAYS` to `NEVER`."""
        if selector not in self._made:
            self._made[selector] = _joined(self._segments(selector))
        return self._made[selector]

    def _segments(self, selector: Selector) -> Iterator[Segment]:
        named = self.names.find(selector.model)
        if named is None:
            why = "not in the price tables" if selector.model else "the log names no model"
            yield Segment(ALWAYS, NEVER, "", why=why)
            return
        asked = _Asked(
            selector,
            named,
            self.book.channel(channel_of(selector.provider, selector.model)),
            self.book.plan(selector.plan) if selector.plan else None,
        )
        for begins, ends, full_name in named.models:
            for since, until in pairwise(self._cuts(asked, full_name, begins, ends)):
                yield self._segment(asked, self.book.priced(full_name), since, until)

    def _cuts(self, asked: _Asked, full_name: str, begins: int, ends: int) -> list[int]:
        """Return every moment between two at which anything about a model's price may change."""
        cuts = {begins, ends}
        for period in self.book.priced(full_name).periods:
            cuts |= {period.begins, period.ends, *(mode.until for mode in period.modes.values())}
        cuts |= {terms.begins for terms in asked.channel.terms} if asked.channel else set()
        cuts |= {terms.begins for terms in asked.plan} if asked.plan else set()
        return sorted(cut for cut in cuts if begins <= cut <= ends)

    def _segment(self, asked: _Asked, model: RatedModel, since: int, until: int) -> Segment:
        empty = Segment(since, until, f"{model.vendor}/{model.id}")
        channel = asked.channel
        if channel and channel.makers and model.vendor not in channel.makers:
            return empty._replace(why=f"sold by {_biller(asked)} at a price of its own")
        terms = _at(channel.terms, since) if channel else None
        paid = _at(asked.plan, since) if asked.plan else None
        own = paid.own.get(empty.model) if paid else None
        period = _at(own or model.periods, since)
        if period is None:
            return empty._replace(why=f"no price before {day_of(model.periods[0].begins)}")
        way = way_of(asked.selector, asked.named, model.vendor)
        mode = period.modes.get(way)
        if mode is None or mode.until <= since:
            return empty._replace(why=f"no price for {way}" + (" any more" if mode else ""))
        place = _place(asked, period, terms)
        if place is None:
            return empty._replace(why=f"no price for the region {asked.selector.geo}".rstrip())
        fees = (place, terms.fee if terms else _ONE), paid.fee if paid else 0
        return empty._replace(
            tiers=period.tiers if any(band != mode.bands[0] for band in mode.bands) else (),
            bands=[_moved(band, *fees) for band in mode.bands],
            peak=self.book.peaks[period.peak] if mode.busy else None,
            busy=_moved(mode.busy, *fees) if mode.busy else None,
        )


def _joined(segments: Iterator[Segment]) -> list[Segment]:
    """Join neighbours between which nothing changes but the moment."""
    joined: list[Segment] = []
    for one in segments:
        if joined and joined[-1][2:] == one[2:]:
            one = one._replace(begins=joined.pop().begins)  # noqa: PLW2901
        joined.append(one)
    return joined


def _biller(asked: _Asked) -> str:
    return asked.selector.provider or channel_of("", asked.selector.model)


def way_of(selector: Selector, named: Named, vendor: str) -> str:
    """Return the way to be served as the price tables call it; the plain one is empty."""
    speed, tier = selector.speed.lower(), selector.service_tier.lower()
    ways = [speed if speed not in _PLAIN_SPEEDS else named.speed]
    if tier == _PRIORITY:
        ways.append("fast" if vendor in _PRIORITY_IS_FAST else "")
    elif tier not in _PLAIN_TIERS:
        ways.append(tier)
    return "+".join(sorted({way for way in ways if way}))


def regions_of(selector: Selector, named: Named) -> list[str]:
    """Return what variants may call the region of a call, the best first; none for anywhere."""
    geo = selector.geo.lower()
    if geo not in _PLAIN_PLACES:
        return [geo, "regional"]
    return ["regional"] if named.is_regional else []


def _place(asked: _Asked, period: RatePeriod, terms: Terms | None) -> Factor | None:
    """Return the factor of where a call was served; None where it isn't known."""
    names = regions_of(asked.selector, asked.named)
    if not names:
        return _ONE
    modes: list[Mode] = [period.modes[name] for name in names if name in period.modes]
    factors = [mode.factor for mode in modes if mode.factor]
    if terms:
        factors += [terms.modes[name] for name in names if name in terms.modes]
    return factors[0] if factors else None


_Dated = TypeVar("_Dated", RatePeriod, Terms, RatePlanTerms)


def _at(dated: Sequence[_Dated], moment: int) -> _Dated | None:
    """Return what is in force at a moment."""
    return next((one for one in dated if one.begins <= moment < one.ends), None)


def _moved(rates: Rates, factors: Sequence[Factor], fee: int) -> Rates:
    """Multiply rates by factors, then add what comes on top; whole numbers again, half to even."""
    times = by = 1
    for factor in factors:
        times, by = times * factor.times, by * factor.by
    return tuple(_rounded(rate * times, by) + fee for rate in rates)


def _rounded(number: int, by: int) -> int:
    whole, rest = divmod(number, by)
    return whole + (2 * rest > by or (2 * rest == by and whole % 2))


def day_of(moment: int) -> str:
    """Write the day of a moment, UTC."""
    return time.strftime("%Y-%m-%d", time.gmtime(moment // 1_000_000))
