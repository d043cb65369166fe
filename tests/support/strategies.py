"""Hypothesis strategies for whole questions: teams, tasks, options, bills, on a drawn shop.

What a reader would get wrong: three things are kept out because the oracle reads them otherwise on
purpose. Where anybody has working hours, prices change on the first of a month only (the engine
counts off-peak time over the part of the month that a price holds). A file with an `hour` states
review and rework (else the advisor assumes minutes). A plan's own prices stand for a model that has
all five classes and no tiers (the engine keeps the model's tiers). The fourth, a discount
`on: plan`, is translated in `test_agreement`.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any

import oracle
from hypothesis import assume, settings
from hypothesis import strategies as st
from price_strategies import HOLIDAYS, MONTHS, PRICE_CLASSES, Draw, Shop, number, shops
from questions import Plain, Question

FEW = settings(max_examples=settings().max_examples // 5)
SOME = settings(max_examples=settings().max_examples // 2)

NAMES = ("today", "second", "third")
TASKS = ("bug-fix", "docs")
BERLIN = {"timezone": "Europe/Berlin", "from": 9, "to": 18}
TOKYO = {"timezone": "Asia/Tokyo", "from": "8:30", "to": 19}
RAMP = {"2027-01": 0, "2027-03": 1}


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
    terms: Plain = {
        "discount": number("0", "0.5"),
        "on": st.sampled_from(("tokens", "plan")),
        "price_change": st.dictionaries(
            st.sampled_from(("2026-11", "2027-02", "2027-03")),
            number("-0.9", "2"),
            min_size=1,
            max_size=2,
        ),
    }
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
def questions(
    draw: Draw, *, has_seats: bool = True, shapes: tuple[str, ...] = ("tasks", "tasks", "usage")
) -> Question:
    """Draw a whole question, its tokens stated by task, or by developer-month, or by nobody.

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
    shape = draw(st.sampled_from(shapes))
    if shape == "tasks":
        workload["tasks"] = draw(task_classes(worth=worth))
    elif shape == "usage":
        workload["usage"] = draw(token_counts())
    if worth != "nothing":
        workload["hour"] = draw(number("20", "200", 0))
    if worth == "hours":
        workload["hours"] = draw(number("0", "60"))
    classes = tuple(workload.get("tasks", {"work": None}))
    names = NAMES[: draw(st.sampled_from((2, 3, 1)))]
    workload["options"] = {
        name: draw(options(shop, is_today=name == "today", classes=classes)) for name in names
    }
    return Question(workload, shop.files, shop.channels, HOLIDAYS)


@st.composite
def billed_questions(draw: Draw) -> Question:
    """Draw a question of one team whose level of use comes from one metered bill.

    Intensity is 1 in the bill's month: the oracle takes a bill for that month's work, the advisor
    for the work that intensity multiplies.
    """
    shapes = ("tasks", "usage", "nothing")
    question: Question = draw(questions(has_seats=False, shapes=shapes))
    month = draw(st.sampled_from(("2026-10", "2026-11", "2026-12")))
    rising = st.sampled_from(
        ({}, {"growth": "6% a month"}, {"intensity": {month: 1, "2027-05": 2}})
    )
    developers = draw(schedules("2", "300", 0))
    staff = oracle.schedule(developers, month)
    active = staff * draw(number("0.05", "0.95"))
    alone: Plain = dict.fromkeys(("start", "teams", "growth", "intensity"))
    question = question.but(**{**alone, "developers": developers, **draw(rising)})
    bill: Plain = {"vendor": _biller(question), "month": month, "active_developers": active}
    cost = draw(number("100", "90000"))
    if question.workload.keys() & {"tasks", "usage"}:
        cost = _modelled(question, month, active) * draw(number("0.12", "8"))
    assume(cost >= 1)
    bill["cost"] = round(cost, 2)
    bill |= draw(
        st.fixed_dictionaries(
            {}, optional={"tokens": st.just({"input": 5, "cache_write_1h": 40, "output": 3})}
        )
    )
    return question.but(billed=[bill])


def _biller(question: Question) -> str:
    """Return who bills for today's option."""
    today = question.workload["options"]["today"]
    return str(today.get("channel") or ("brix" if today["model"] == "plain" else "acme"))


def _modelled(question: Question, month: str, active: Decimal) -> Decimal:
    """Return what the stated tasks cost in the bill's month at its headcount."""
    then = question.but(
        start=month, months=1, developers=active, adoption=None, growth=None, intensity=None
    )
    year = oracle.compare(
        {**then.workload, "options": {"today": question.workload["options"]["today"]}},
        question.files,
        channels=question.channels,
        calendars=question.calendars,
    )["today"]
    return Decimal(year["spend"]) if year else Decimal(0)


@st.composite
def mixed_questions(draw: Draw) -> Question:
    """Draw a question with a decided mix of cascades and shares, all of it metered."""
    question: Question = draw(questions(has_seats=False, shapes=("tasks",)))
    names = list(question.workload["options"])
    assume(len(names) > 1)
    seen: st.SearchStrategy[Plain] = st.one_of(
        st.just({"checked_by": "tests"}),
        number("0", "1").map(lambda d: {"detection": d}),
        st.just({}),
    )
    check = number("0", "5")
    tasks = {
        name: {**task, "check": draw(check), **draw(seen)}
        for name, task in question.workload["tasks"].items()
    }
    shared = number("0.01", "0.99").map(lambda x: {names[0]: x, names[-1]: 1 - x})
    route = st.permutations(names).map(lambda order: order[:2]) | shared
    policy = {
        "failure_correlation": number("0", "1"),
        "cost_ratio_on_failure": number("0.5", "4"),
    }
    return question.but(
        tasks=tasks,
        mix={"default": draw(route), "bug-fix": draw(route)},
        policy=draw(st.fixed_dictionaries({}, optional=policy)),
    )
