"""Hypothesis strategies for whole questions: price tables, plans, channels, teams, tasks, options.

Numbers have few digits, so that a failing case can be read and the oracle's decimals stay exact.
What a reader would get wrong: three things are kept out because the oracle reads them otherwise on
purpose. Where anybody has working hours, prices change on the first of a month only (the engine
counts off-peak time over the part of the month that a price holds). A file with an `hour` states
review and rework (else the advisor assumes minutes). A plan's own prices stand for a model that has
all five classes and no tiers (the engine keeps the model's tiers). The fourth, a discount
`on: plan`, is translated in `test_agreement`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, TypeAlias

from hypothesis import strategies as st
from questions import Plain, Question

Draw: TypeAlias = Callable[[st.SearchStrategy[Any]], Any]

PRICE_CLASSES = ("input", "cache_write", "cache_write_1h", "cache_read", "output")
CACHE_CLASSES = PRICE_CLASSES[1:4]
TASKS = ("bug-fix", "docs")
HOLIDAYS = {"holidays": {2027: ["2027-01-01", "2027-02-08", "2027-02-09", "2027-05-03"]}}
BERLIN = {"timezone": "Europe/Berlin", "from": 9, "to": 18}
TOKYO = {"timezone": "Asia/Tokyo", "from": "8:30", "to": 19}
RAMP = {"2027-01": 0, "2027-03": 1}
EARLY = ("2025-03-01", "2026-06-15T16:00Z")
MODES = ("batch", "fast")
MONTHS = ("2026-11", "2026-12", *(f"2027-{month:02d}" for month in range(1, 9)))


@cache
def number(low: str, high: str, places: int = 2) -> st.SearchStrategy[Decimal]:
    """Draw a decimal of so many places between two bounds."""
    ends = (int(Decimal(end).scaleb(places)) for end in (low, high))
    return st.integers(*ends).map(lambda whole: Decimal(whole).scaleb(-places))


@cache
def uncertain(low: str, high: str, places: int = 2) -> st.SearchStrategy[Any]:
    """Draw any of the four forms; a lognormal's p90 is at most ten times its p50."""
    one = number(low, high, places)
    pairs = st.tuples(one, one).map(sorted)
    triples = st.tuples(one, one, one).map(sorted)
    tails = pairs.map(lambda pair: {"p50": max(pair[0], pair[1] / 10), "p90": pair[1]})
    return st.one_of(
        one,
        pairs,
        triples.map(lambda three: dict(zip(("low", "mode", "high"), three, strict=True))),
        tails.filter(lambda tail: tail["p50"] > 0),
    )


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


@cache
def schedules(low: str, high: str, places: int = 2) -> st.SearchStrategy[Any]:
    """Draw a number, or a number at some months."""
    value = number(low, high, places)
    return value | st.dictionaries(st.sampled_from(MONTHS), value, min_size=1, max_size=3)


@cache
def growths() -> st.SearchStrategy[Plain]:
    """Draw nothing, growth, or intensity as a schedule or an uncertain number."""
    return st.one_of(
        st.just({}),
        st.sampled_from(("6% a month", "-2.5% a month", Decimal("0.1"))).map(
            lambda rate: {"growth": rate}
        ),
        (schedules("0.5", "2") | uncertain("0.5", "2")).map(lambda level: {"intensity": level}),
    )


@cache
def teams(*, working_hours: bool) -> st.SearchStrategy[Plain]:
    """Draw who works: one team or up to three, growth for all or for each."""
    people = {"developers": schedules("1", "300", 0)}
    adoption = schedules("0.05", "1") | st.just(RAMP)
    when = {"working_hours": st.sampled_from((BERLIN, TOKYO))} if working_hours else {}
    own = st.fixed_dictionaries(people, optional={"adoption": adoption, **when})
    several = st.dictionaries(
        st.sampled_from(("payments", "search", "web")),
        st.tuples(own, growths()).map(lambda both: {**both[0], **both[1]}),
        min_size=1,
        max_size=3,
    )
    common = {"adoption": adoption, **when}
    alone = st.tuples(st.fixed_dictionaries(people, optional=common), growths())
    together = st.tuples(st.fixed_dictionaries({"teams": several}, optional=common), st.just({}))
    return (alone | together).map(lambda both: {**both[0], **both[1]})


@cache
def spreads(low: str, high: str) -> st.SearchStrategy[Any]:
    """Draw a number, or a median and a 90th percentile."""
    one = number(low, high, 0)
    return one | st.tuples(one, one).map(sorted).map(lambda p: {"p50": p[0], "p90": p[1]})


@cache
def token_counts() -> st.SearchStrategy[Plain]:
    """Draw tokens by class, at least some input."""
    count = uncertain("50000", "4000000", 0)
    rest = dict.fromkeys(PRICE_CLASSES[1:], count)
    return st.fixed_dictionaries({"input": count}, optional=rest)


@cache
@st.composite
def task_classes(draw: Draw, *, worth: str) -> Plain:
    """Draw one or two classes; values on all or on none; review and rework stated."""
    names = draw(st.sampled_from((TASKS, TASKS[:1])))
    tasks = {}
    for name in names:
        often = [uncertain("0.5", "40").map(lambda n: {"per_developer_month": n})]
        if worth != "hours":
            once = {"month": st.sampled_from(MONTHS[1:6]), "tasks": number("1", "900", 0)}
            often.append(schedules("1", "5000", 0).map(lambda n: {"per_month": n}))
            often.append(st.fixed_dictionaries({"once": st.fixed_dictionaries(once)}))
        money = uncertain("0", "200")
        valued: Plain = {}
        if worth == "value":
            by_hand = st.sampled_from(("50min", "1.5h")).map(lambda text: {"by_hand": text})
            valued = draw(money.map(lambda value: {"value": value}) | by_hand)
        task = draw(
            st.fixed_dictionaries(
                {
                    "tokens": token_counts(),
                    "success": uncertain("0.1", "1"),
                    "review": money,
                    "rework": money,
                },
                optional={"prompt_tokens": spreads("20000", "400000")},
            )
        )
        tasks[name] = {**draw(st.one_of(often)), **task, **valued}
    return tasks


@cache
def by_class(values: st.SearchStrategy[Any], classes: tuple[str, ...]) -> st.SearchStrategy[Any]:
    """Draw one number for all classes; or a default and another; or one for each."""
    each = st.fixed_dictionaries(dict.fromkeys(classes, values))
    return values | each | st.fixed_dictionaries({"default": values, classes[0]: values})


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


@st.composite
def options(draw: Draw, shop: Shop, *, is_today: bool, classes: tuple[str, ...]) -> Plain:
    """Draw one option of a shop."""
    way = draw(st.sampled_from(shop.ways(is_today=is_today)))
    option: Plain = {"model": draw(st.sampled_from(sorted(shop.modes)))}
    modes = shop.modes[option["model"]]
    may = {"prompt_tokens": spreads("20000", "400000")}
    if way == "channel":
        option["channel"] = "cloud"
        modes = (*modes, "regional")
    if way in ("seat", "dark"):
        option["plan"] = way
        option["billing"] = draw(st.sampled_from(("monthly", "annual")))
        option["seats"] = draw(st.sampled_from(("active", "all")))
    if modes:
        may["mode"] = st.sampled_from(modes)
    if shop.has_seats:
        may["cap"] = number("1", "900")
    if not shop.works_at_hours:
        may["off_peak_share"] = number("0", "1")
    option |= draw(st.fixed_dictionaries({}, optional=may))
    if not is_today:
        option["token_multiplier"] = draw(by_class(uncertain("0.2", "3"), classes))
        option["quality"] = draw(by_class(uncertain("0", "1.4"), classes))
    return option


@cache
def contracts(*, has_commitments: bool) -> st.SearchStrategy[Plain]:
    """Draw what was agreed with some of the billers."""
    terms = {"discount": number("0", "0.5"), "on": st.sampled_from(("tokens", "plan"))}
    if has_commitments:
        terms["commitment"] = number("0", "90000", 0)
    one = st.fixed_dictionaries({}, optional=terms)
    return st.dictionaries(st.sampled_from(("acme", "brix", "lumen", "cloud")), one, max_size=3)


@cache
def budgets() -> st.SearchStrategy[Any]:
    """Draw money for the plan, alone or as a mapping."""
    money = number("1000", "900000", 0)
    return money | money.map(lambda total: {"total": total})


@cache
def extras() -> st.SearchStrategy[Plain]:
    """Draw blocks that a file may have or not."""
    return st.fixed_dictionaries(
        {},
        optional={
            "currency": st.just({"code": "EUR", "per_usd": Decimal("0.92")}),
            "budget": budgets(),
            "usage_spread": spreads("1", "60"),
            "reference": st.just("today"),
        },
    )


@st.composite
def questions(draw: Draw, *, has_seats: bool = True) -> Question:
    """Draw a whole question.

    Without seats it has no caps and no commitments either, so that cost is linear.
    """
    works_at_hours = draw(st.booleans())
    shop = draw(shops(works_at_hours=works_at_hours, has_seats=has_seats))
    worth = draw(st.sampled_from(("nothing", "value", "hours")))
    workload: Plain = {
        "start": draw(st.sampled_from(MONTHS[2:5])),
        "months": draw(st.sampled_from((2, 3, 5, 1))),
        "current": "today",
        "contracts": draw(contracts(has_commitments=has_seats)),
        **draw(teams(working_hours=works_at_hours)),
        **draw(extras()),
    }
    if draw(st.integers(0, 4)) < 4:
        workload["tasks"] = draw(task_classes(worth=worth))
    else:
        workload["usage"] = draw(token_counts())
    if worth != "nothing":
        workload["hour"] = draw(number("20", "200", 0))
    if worth == "hours":
        workload["hours"] = draw(number("0", "60"))
    classes = tuple(workload.get("tasks", {"work": None}))
    names = ("today", "second", "third")[: draw(st.sampled_from((2, 3, 1)))]
    workload["options"] = {
        name: draw(options(shop, is_today=name == "today", classes=classes)) for name in names
    }
    return Question(workload, shop.files, shop.channels, HOLIDAYS)
