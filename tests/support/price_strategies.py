"""Hypothesis strategies for what is for sale: price histories, plans, channels, a whole shop.

Numbers have few digits, so that a failing case can be read and the oracle's decimals stay exact.
Strategies are built once (`cache`): building them costs more than drawing from them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, TypeAlias

from hypothesis import strategies as st
from questions import Plain

Draw: TypeAlias = Callable[[st.SearchStrategy[Any]], Any]

PRICE_CLASSES = ("input", "cache_write", "cache_write_1h", "cache_read", "output")
HOLIDAYS = {"holidays": {2027: ["2027-01-01", "2027-02-08", "2027-02-09", "2027-05-03"]}}
EARLY = ("2025-03-01", "2026-06-15T16:00Z")
MODES = ("batch", "fast")
MONTHS = ("2026-11", "2026-12", *(f"2027-{month:02d}" for month in range(1, 9)))


@cache
def number(low: str, high: str, places: int = 2) -> st.SearchStrategy[Decimal]:
    """Draw a decimal of so many places between two bounds."""
    ends = (int(Decimal(end).scaleb(places)) for end in (low, high))
    return st.integers(*ends).map(lambda whole: Decimal(whole).scaleb(-places))


@cache
def prices(*needed: str) -> st.SearchStrategy[Plain]:
    """Draw prices of some classes, and of others perhaps."""
    price = number("0.01", "30", 3)
    optional = {name: price for name in PRICE_CLASSES if name not in needed}
    return st.fixed_dictionaries(dict.fromkeys(needed, price), optional=optional)


@cache
def tiers() -> st.SearchStrategy[Any]:
    """Draw one tier as a mapping, or two as a list."""
    tier = prices("input", "output")
    one = st.tuples(tier, st.sampled_from((0, 100_000, 199_999)))
    two = st.tuples(tier, st.sampled_from((200_000, 272_000)))
    over = st.tuples(one, two).map(lambda both: [{**own, "over": at} for own, at in both])
    return st.one_of(over.map(lambda both: both[0]), over)


@cache
def peaks() -> st.SearchStrategy[Plain]:
    """Draw busy hours, on all days or some, perhaps not on holidays."""
    hours = (["01:00-04:00", "06:00-10:00"], ["00:00-24:00"], ["07:30-08:15", "22:30-24:00"])
    cache = {"cache_read": number("0.01", "2", 3), "cache_write": number("0.01", "5", 3)}
    return st.fixed_dictionaries(
        {
            "hours_utc": st.sampled_from(hours),
            "input": number("0.01", "30", 3),
            "output": number("0.01", "30", 3),
        },
        optional={
            "weekdays": st.sampled_from((["mon", "tue", "wed", "thu", "fri"], ["sat", "wed"])),
            "except": st.just("holidays"),
            **cache,
        },
    )


@cache
def variants(*, until: str | None = None) -> st.SearchStrategy[Plain]:
    """Draw a factor or prices; it may end where the period does, or go without the tiers."""
    ways = st.one_of(
        st.fixed_dictionaries({"factor": number("0.1", "6")}),
        prices("input"),
    )
    beside = st.fixed_dictionaries(
        {},
        optional={
            "until": st.just(until or "2031-01-01"),
            "long_context": st.just("none"),
        },
    )
    return st.tuples(ways, beside).map(lambda both: {**both[0], **both[1]})


@cache
@st.composite
def starts(draw: Draw, *, on_the_first: bool) -> list[str]:
    """Draw when prices change: once long ago, then up to three times about the plan."""
    days = st.just("01") if on_the_first else st.sampled_from(("01", "09", "16", "28"))
    times = st.just("") if on_the_first else st.sampled_from(("", "T16:00Z", "T05:30:15Z"))
    later = st.tuples(st.sampled_from(MONTHS), days, times).map(lambda t: f"{t[0]}-{t[1]}{t[2]}")
    changes = draw(st.lists(later, max_size=3, unique_by=lambda text: text[:10]))
    return [draw(st.sampled_from(EARLY)), *sorted(changes)]


@cache
@st.composite
def histories(draw: Draw, *, on_the_first: bool, modes: tuple[str, ...]) -> Plain:
    """Draw a model's price periods; every mode is on sale in all of them."""
    dates = draw(starts(on_the_first=on_the_first))
    later = st.sampled_from(("in_force", "announced", "cancelled"))
    statuses = ["in_force", *(draw(later) for _ in dates[1:])]
    periods = []
    for place, (begins, status) in enumerate(zip(dates, statuses, strict=True)):
        follows = zip(dates[place + 1 :], statuses[place + 1 :], strict=True)
        ends = next((day for day, other in follows if other != "cancelled"), None)
        period = draw(prices("input", "output"))
        period |= {"effective_from": begins, "status": status}
        if draw(st.booleans()):
            period["long_context"] = draw(tiers())
        if draw(st.booleans()):
            period["peak"] = draw(peaks())
        period["variants"] = {mode: draw(variants(until=ends)) for mode in modes}
        periods.append(period)
    return {"prices": periods}


@cache
@st.composite
def seats(draw: Draw, *, is_known: bool) -> Plain:
    """Draw a plan's periods. One that is not known may lack its price or what it includes."""
    dates = draw(st.sampled_from((["2025-06-01"], ["2025-06-01", "2027-02-01"],
                                  ["2025-06-01", "2027-02-10T12:00Z"])))  # fmt: skip
    included = st.fixed_dictionaries({"usd": number("0", "400", 0), "pooled": st.booleans()})
    fees = {"seat_month": number("0", "120"), "seat_month_annual": number("0", "100")}
    silence = () if is_known else (st.just("unpublished"),)
    beyond = st.fixed_dictionaries({"factor": number("0.5", "2")}) | st.just("none")
    always = {
        "includes": st.one_of(included, st.just("none"), *silence),
        "overage": beyond,
        "min_seats": st.integers(0, 30),
    }
    fee = {"token_fee": number("0", "1")}
    stated = st.fixed_dictionaries(
        always | (fees if is_known else {}), optional=fee if is_known else fee | fees
    )
    periods = []
    for begins in dates:
        terms = draw(stated)
        if draw(st.booleans()):
            terms["prices"] = {"plain": draw(prices(*PRICE_CLASSES))}
        periods.append({"effective_from": begins, **terms})
    return {"periods": periods}


@cache
@st.composite
def channels(draw: Draw) -> Plain:
    """Draw a biller between maker and team, with a fee and a region of its own."""
    region = number("0.5", "3").map(lambda factor: {"regional": {"factor": factor}})
    fee = {"fee": number("0", "0.2", 3)}
    terms = st.fixed_dictionaries({"variants": region}, optional=fee)
    first, second = draw(terms), draw(terms)
    periods = [{"effective_from": "2025-01-01", **first}]
    if draw(st.booleans()):
        periods.append({"effective_from": "2027-02-14T08:00Z", **second})
    return {"periods": periods}


@dataclass(frozen=True)
class Shop:
    """What is for sale: pricing files, and which modes each model has."""

    files: tuple[Plain, ...]
    channels: Plain
    modes: Mapping[str, tuple[str, ...]]
    works_at_hours: bool
    has_seats: bool

    def ways(self, *, is_today: bool) -> tuple[str, ...]:
        """How an option may be bought; today's on terms that are published."""
        seats_ = ("seat",) if is_today else ("seat", "dark")
        return ("maker", "channel", *(seats_ if self.has_seats else ()))


@st.composite
def shops(draw: Draw, *, works_at_hours: bool, has_seats: bool) -> Shop:
    """Draw two makers, a seller of seats and a channel."""
    modes = {"one": draw(st.sampled_from(((), MODES[:1], MODES))), "two": (), "plain": ()}
    models = {
        name: draw(histories(on_the_first=works_at_hours, modes=modes[name]))
        for name in ("one", "two")
    }
    plain = {"effective_from": "2025-01-01", **draw(prices(*PRICE_CLASSES))}
    plans = {name: draw(seats(is_known=name == "seat")) for name in ("seat", "dark")}
    files = (
        {"vendor": "acme", "models": models},
        {"vendor": "brix", "models": {"plain": {"prices": [plain]}}},
        {"vendor": "lumen", "plans": plans},
    )
    return Shop(files, {"cloud": draw(channels())}, modes, works_at_hours, has_seats)
