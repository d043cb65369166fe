"""The recommended mix where caps, plans that stop, seats and several teams meet.

The judge (`capped_plans`) settles every whole plan in the oracle's decimals.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from capped_plans import Year, within, years
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from price_strategies import Draw, number
from questions import Plain, Question, maker, seller
from strategies import spreads

from advisor.answers.recommend.answer import quest_of

# Each question is settled in exact decimals dozens of times, and searched; see the judged tests.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
SOME = settings(max_examples=settings().max_examples // 4, phases=PHASES)
MENUS = (("today", "third"), ("today", "second", "third"), ("today", "third", "fourth"))
TIGHT, LOOSE = Decimal("-1e-7"), Decimal("1e-7")


def found(question: Question) -> tuple[str, float | None]:
    """Search the best mix; return how it was found and what it is worth after all costs."""
    best = quest_of(question.case(), draws=0, seed=1).best()
    return best.status, best.objective if best.mix is not None else None


@st.composite
def offers(draw: Draw, names: tuple[str, ...]) -> tuple[Plain, list[Plain]]:
    """Draw options: two by the token, two on plans of their own kind; any may have a cap."""
    terms = st.fixed_dictionaries(
        {
            "seat_month": number("5", "60", 0),
            "includes": st.fixed_dictionaries(
                {"usd": number("5", "80", 0), "pooled": st.booleans()}
            )
            | st.just("none"),
            "overage": st.sampled_from(("none", {"factor": 1}, {"factor": Decimal("1.2")})),
            "min_seats": st.sampled_from((0, 0, 5)),
        }
    )
    one, two = draw(number("0.5", "3")), draw(number("0.5", "3"))
    files = [
        maker("acme", one={"input": one, "output": 10}),
        maker("brix", two={"input": two, "output": 10}),
        seller("lumen", first=draw(terms), other=draw(terms)),
    ]
    # A plan that includes no use and sells none serves nobody: no question.
    for plan in files[2]["plans"].values():
        period = plan["periods"][0]
        if period["includes"] == "none" and period["overage"] == "none":
            period["overage"] = {"factor": 1}
    ways: dict[str, Plain] = {
        "today": {"model": "one"},
        "second": {"model": "two"},
        "third": {"model": "one", "plan": "first"},
        "fourth": {"model": "two", "plan": "other"},
    }
    options: Plain = {}
    for name in names:
        option = dict(ways[name])
        if name != "today":
            option["token_multiplier"] = draw(number("0.3", "2"))
            option["quality"] = draw(number("0.4", "1.3"))
        if draw(st.booleans()):
            option["cap"] = draw(number("5", "120", 0))
        options[name] = option
    return options, files


@st.composite
def questions(draw: Draw) -> Question:
    """Draw one or two teams, one or two classes of work, two or three options; no limits."""
    names = draw(st.sampled_from(MENUS))
    options, files = draw(offers(names))
    teams = {
        name: {
            "developers": draw(st.integers(2, 40)),
            "adoption": draw(st.sampled_from((1, 1, Decimal("0.75")))),
            "intensity": draw(st.sampled_from((1, Decimal("0.2"), 3))),
        }
        for name in draw(st.sampled_from((("web",), ("web", "search"))))
    }
    task = st.fixed_dictionaries(
        {
            "per_developer_month": number("1", "8", 0),
            "tokens": st.fixed_dictionaries({"input": number("1000000", "20000000", 0)}),
            "success": number("0.3", "0.9"),
            "value": number("5", "90", 0),
            "review": st.just(1),
            "rework": st.just(2),
        }
    )
    kinds = draw(st.sampled_from((("docs",), ("docs", "bug-fix"))))
    workload: Plain = {
        "start": "2027-01",
        "months": draw(st.sampled_from((1, 2))),
        "current": "today",
        "level_spread": 0,
        "hour": 60,
        "teams": teams,
        "tasks": {name: draw(task) for name in kinds},
        "options": options,
        "policy": {
            "whole": True,
            "cascades": False,
            **draw(st.sampled_from(({}, {"vendor_overhead": 500}))),
        },
        **draw(st.fixed_dictionaries({}, optional={"usage_spread": spreads("1", "60")})),
    }
    return Question(workload, files)


def limited(draw: Draw, question: Question, all_years: list[Year]) -> Question:
    """State limits that some plan just keeps."""
    target = draw(st.sampled_from(all_years))
    policy = dict(question.workload["policy"])
    limits: Plain = {}
    kind = draw(st.sampled_from(("budget", "quality", "both", "none")))
    if kind in ("budget", "both"):
        limits["budget"] = round(target.spend * Decimal("1.01"), 2)
    if kind in ("quality", "both"):
        policy["min_quality_overall"] = round(min(target.quality, 1) * Decimal("0.99"), 6)
    return question.but(policy=policy, **limits)


@SOME
@given(st.data())
def test_the_mix_is_the_best_of_all_whole_plans_whatever_caps_leave_undone(data: Any) -> None:
    """What is promised is there, and nothing that keeps the limits is worth more."""
    question = data.draw(questions())
    each = years(question)
    question = limited(data.draw, question, each)

    status, worth = found(question)

    surely, perhaps = (
        max((one.net_value for one in within(each, question.workload, slack)), default=None)
        for slack in (TIGHT, LOOSE)
    )
    scale = max(1.0, float(max(abs(one.net_value) + one.spend for one in each)))
    if worth is None:
        assert status == "infeasible"
        assert surely is None
        return
    assert status == "optimal"
    assert perhaps is not None
    assert worth <= float(perhaps) + 1e-8 * scale
    if surely is not None:
        assert worth >= float(surely) - 1e-8 * scale


@SOME
@given(questions())
def test_one_option_more_never_makes_the_best_worse(question: Question) -> None:
    """Whoever may do as before does at least as well, whatever caps and seats the new one has."""
    few = dict(question.workload["options"])
    few.popitem()

    (_, before), (_, after) = found(question.but(options=few)), found(question)

    assert before is not None
    assert after is not None
    assert after >= before - 1e-8 * max(1.0, abs(before))
