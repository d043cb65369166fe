"""Small questions with limits that matter, and what all their whole plans come to.

They are drawn once and asked many things; an answer to one is worked out once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

import numpy as np
import pytest
from drawn import Drawn
from hypothesis import assume
from hypothesis import strategies as st
from plan_parts import board
from plan_verdicts import Limit, Verdict, limits, verdict
from price_strategies import HOLIDAYS, Draw, Shop, number, prices, shops
from questions import Plain, Question
from searched import once
from strategies import BERLIN, TOKYO, options, schedules, task_classes
from whole_plans import Board, Row, Strategy, Years

from advisor.answers.recommend.answer import Wish, recommend
from advisor.output.recommend.formats import render_json

SHAPES = ((1, 1), (1, 2), (2, 1), (2, 2), (1, 3), (1, 4))
TEAMS = ("payments", "search")
RULES = ("makers", "channels", "harnesses", "hosted_in")
NAMES = ("today", "second", "third", "fourth")


@once
def recommended(question: Question) -> Plain:
    """Ask for the best mix; return the answer as its JSON has it, but for where routes turn."""
    answer = recommend(question.case(), file="", draws=0, seed=1, wish=Wish(turns=False))
    parsed: Plain = json.loads(render_json(answer))
    return parsed


def is_near(wanted: float | None, precision: float = 0.0, rel: float = 1e-9) -> Any:
    """Return what equals a figure to so many digits, and None where there is none."""
    return None if wanted is None else pytest.approx(wanted, rel=rel, abs=precision)


@dataclass(frozen=True, repr=False)
class Posed:
    """A question with limits, laid out, and what all its whole plans come to."""

    question: Question
    table: Board
    years: Years

    def __repr__(self) -> str:
        """Show the question alone: all its plans are thousands of figures."""
        return f"Posed({self.question})"

    @cached_property
    def verdict(self) -> Verdict:
        """What the judge says."""
        return verdict(self.table, self.years)

    def under(self, question: Question) -> Posed:
        """Ask the same under other limits."""
        return Posed(question, self.table.under(question), self.years)


def laid_out(question: Question) -> Posed:
    """Work all plans of a question out."""
    table = board(question)
    return Posed(question, table, table.all_plans())


# --- Questions ------------------------------------------------------------------------------------


@st.composite
def dilemmas(draw: Draw, *, has_seats: bool | None = None) -> Question:
    """Draw a small question without limits: up to four rows and four options."""
    n_teams, n_classes = draw(st.sampled_from(SHAPES))
    shop = draw(_shops(has_seats=draw(st.booleans()) if has_seats is None else has_seats))
    worth = draw(st.sampled_from(("value", "value", "hours", "nothing")))
    tasks = _renamed(draw(task_classes(worth=worth)), draw(task_classes(worth=worth)), n_classes)
    seen = st.sampled_from(({"checked_by": "tests"}, {"detection": Decimal("0.6")}, {}))
    fee = st.sampled_from(({}, {"check": Decimal("0.4")}))
    names = NAMES[: draw(st.integers(2, 4))]
    workload: Plain = {
        "start": draw(st.sampled_from(("2026-12", "2027-01"))),
        "months": draw(st.sampled_from((2, 1, 3))),
        "current": "today",
        "usage_spread": 1,
        "tasks": {name: {**task, **draw(seen), **draw(fee)} for name, task in tasks.items()},
        "options": {name: draw(_options(shop, name, tuple(tasks))) for name in names},
        "contracts": draw(_contracts()),
        "policy": draw(_policies()),
        **draw(_people(n_teams, works_at_hours=shop.works_at_hours)),
        **draw(st.sampled_from(({}, {"currency": {"code": "EUR", "per_usd": Decimal("0.92")}}))),
    }
    if worth != "nothing":
        workload["hour"] = draw(number("20", "200", 0))
    if worth == "hours":
        workload["hours"] = draw(number("0", "60"))
    return Question(workload, shop.files, shop.channels, HOLIDAYS)


@st.composite
def _shops(draw: Draw, *, has_seats: bool) -> Shop:
    """Draw three makers, and at times a seller of seats that never stop at their allowance."""
    shop: Shop = draw(shops(works_at_hours=draw(st.booleans()), has_seats=has_seats))
    period = {"effective_from": "2025-01-01", **draw(prices("input", "output"))}
    cove = {"vendor": "cove", "models": {"third": {"prices": [period]}}}
    seat = shop.files[2]["plans"]["seat"]["periods"]
    open_ended = [
        {**terms, "overage": {"factor": 1} if terms["overage"] == "none" else terms["overage"]}
        for terms in seat
    ]
    lumen = {"vendor": "lumen", "plans": {"seat": {"periods": open_ended}}}
    return replace(shop, files=(*shop.files[:2], cove, lumen), modes={**shop.modes, "third": ()})


def _renamed(first: Plain, second: Plain, count: int) -> Plain:
    """Put the classes of two draws together, up to so many."""
    both = {**first, **{f"more-{name}": task for name, task in second.items()}}
    return dict(list(both.items())[:count])


@st.composite
def _options(draw: Draw, shop: Shop, name: str, classes: tuple[str, ...]) -> Plain:
    """Draw an option in some tool, somewhere, without a cap."""
    option = draw(options(shop, is_today=name == "today", classes=classes))
    kept = {key: value for key, value in option.items() if key != "cap"}
    if "plan" in kept:
        kept["plan"] = "seat"
    kept["harness"] = draw(st.sampled_from(("codex", "opencode")))
    where = draw(st.sampled_from((None, "US", "CN")))
    return {**kept, "hosted_in": where} if where else kept


def _contracts() -> st.SearchStrategy[Plain]:
    terms = {
        "discount": number("0", "0.5"),
        "on": st.sampled_from(("tokens", "plan")),
        "commitment": number("0", "90000", 0),
    }
    one = st.fixed_dictionaries({}, optional=terms)
    return st.dictionaries(st.sampled_from(("acme", "brix", "lumen", "cloud")), one, max_size=2)


def _policies() -> st.SearchStrategy[Plain]:
    """Draw what the policy says beside limits."""
    return st.fixed_dictionaries(
        {"whole": st.just(True)},
        optional={
            "cascades": st.sampled_from((True, True, False)),
            "failure_correlation": number("0", "1"),
            "cost_ratio_on_failure": number("0.5", "4"),
            "vendor_overhead": number("0", "20000", 0),
        },
    )


@st.composite
def _people(draw: Draw, count: int, *, works_at_hours: bool) -> Plain:
    """Draw one team without a name, or several, which work, grow and are awake as they like."""
    beside: Plain = {"growth": st.sampled_from(("6% a month", "-2.5% a month"))}
    if works_at_hours:
        beside["working_hours"] = st.sampled_from((BERLIN, TOKYO))
    needed = {"developers": schedules("5", "60", 0), "adoption": schedules("0.1", "1")}
    each = [draw(st.fixed_dictionaries(needed, optional=beside)) for _ in range(count)]
    return each[0] if count == 1 else {"teams": dict(zip(TEAMS, each, strict=True))}


# --- Limits ---------------------------------------------------------------------------------------


def stating(question: Question, name: str, bound: Any) -> Question:
    """Return a question with one limit more, or with another bound for it; None lifts it."""
    first, _, rest = name.partition(".")
    if first == "budget":
        return question.but(budget=bound)
    if first == "teams":
        team = rest.removesuffix(".budget")
        own = {**question.workload["teams"][team], "budget": bound}
        if bound is None:
            del own["budget"]
        return question.but(teams={**question.workload["teams"], team: own})
    policy = dict(question.workload["policy"])
    if first == "min_quality":
        floors = {**policy.pop("min_quality", {}), (rest or "default"): bound}
        floors = {key: floor for key, floor in floors.items() if floor is not None}
        return question.but(policy={**policy, "min_quality": floors} if floors else policy)
    if first in ("deny", "allow"):
        rules = {**policy.get(first, {}), rest: bound if bound is not None else []}
        return question.but(policy={**policy, first: rules})
    kept = {key: value for key, value in policy.items() if key != first}
    return question.but(policy=kept if bound is None else {**kept, first: bound})


def every_limit(question: Question) -> Question:
    """State every limit that there is, with a bound that says nothing."""
    classes = dict.fromkeys(question.workload["tasks"], 0)
    names: dict[str, Any] = {
        "budget": 1,
        "min_quality_overall": 0,
        **dict.fromkeys(("max_vendor_share", "max_channel_share", "max_harness_share"), 1),
        **dict.fromkeys(("max_vendors", "min_vendors"), 1),
        **{f"teams.{team}.budget": 1 for team in question.workload.get("teams", ())},
        **{f"min_quality.{name}": floor for name, floor in classes.items()},
    }
    for name, bound in names.items():
        question = stating(question, name, bound)
    return question


def bound_at(limit: Limit, plan: int, slack: float) -> Any:
    """Return a bound that a plan keeps with some slack to spare; a negative slack breaks it."""
    reach = float(limit.reach[plan])
    if limit.name in ("max_vendors", "min_vendors"):
        return max(1, int(reach))
    is_floor = limit.name.startswith("min_")
    bound = reach * (1 - slack if is_floor else 1 + slack)
    if not limit.name.endswith("budget"):
        bound = min(bound, 0.9999)
    return Decimal(f"{bound:.9f}")


@st.composite
def posed(draw: Draw, *, least: int = 1, most: int = 4) -> Posed:
    """Draw a question with limits that matter.

    A limit lies where the plan that is best without limits breaks it, or where a plan at random
    just keeps it. One such plan, and it keeps them all; two, and perhaps no plan does.
    """
    question: Question = draw(dilemmas())
    policy = {**question.workload["policy"], "min_share": draw(number("0.01", "0.4"))}
    question = question.but(policy=policy)
    table = board(question)
    assume(table.rows)
    years = table.all_plans()
    assume(years.spend.min() > 1)  # a year for less than a dollar is no plan
    found = limits(table.under(every_limit(question)), years)
    best = int(years.objective.argmax())
    others = [draw(st.integers(0, table.count() - 1)) for _ in range(2)]
    names = st.lists(st.integers(0, len(found) - 1), min_size=least, max_size=most, unique=True)
    for limit in (found[n] for n in sorted(draw(names))):
        plan = draw(st.sampled_from((best, others[0], others[0], others[1])))
        slack = draw(st.sampled_from((0.001, 0.05) if plan != best else (-0.001, -0.05, -0.3)))
        if np.isfinite(limit.reach[plan]):
            question = stating(question, limit.name, bound_at(limit, plan, slack))
    question = _ruled(draw, question)
    return Posed(question, table.under(question), years)


def _ruled(draw: Draw, question: Question) -> Question:
    """Deny or allow something, at times."""
    rule = draw(st.sampled_from((None, None, None, *RULES)))
    if rule is None:
        return question
    names = {
        "makers": ["acme", "brix", "cove"],
        "channels": ["acme", "cloud", "lumen"],
        "harnesses": ["codex", "opencode"],
        "hosted_in": ["US", "CN"],
    }
    verb = draw(st.sampled_from(("deny", "allow")))
    return stating(question, f"{verb}.{rule}", [draw(st.sampled_from(names[rule]))])


@st.composite
def bounded_once(draw: Draw) -> Posed:
    """Draw a question where all adds up, with one limit: a budget, or work that must be done."""
    question: Question = draw(dilemmas(has_seats=False))
    plain = {k: v for k, v in question.workload["policy"].items() if k != "vendor_overhead"}
    question = question.but(contracts={}, policy={**plain, "whole": False})
    table = board(question)
    assume(table.rows)
    years = table.all_plans()
    found = limits(table.under(every_limit(question)), years)
    name = draw(st.sampled_from(("budget", "min_quality_overall")))
    limit = next(one for one in found if one.name == name)
    plan = draw(st.integers(0, table.count() - 1))
    assume(np.isfinite(limit.reach[plan]))
    case = Posed(stating(question, name, bound_at(limit, plan, 0.001)), table, years)
    return case.under(case.question)


def cases(strategy: st.SearchStrategy[Posed]) -> Drawn[Posed]:
    """Draw questions that are laid out."""
    return Drawn(strategy, question=lambda one: one.question, again=again)


def again(question: Question) -> Posed | None:
    """Lay out a question that was cut down; None where nothing is left of it."""
    case = laid_out(question)
    return case if case.table.rows and case.years.spend.min() > 1 else None


POSED = cases(posed())
TIGHT = cases(posed(least=3, most=7))
"""Questions with more limits, of which half or so have no plan at all."""
BOUNDED = cases(bounded_once())


# --- A mix that was decided -----------------------------------------------------------------------


@st.composite
def decided(draw: Draw) -> Question:
    """Draw a question with a mix for each of its rows, in strategies that are on its menus."""
    question: Question = draw(dilemmas())
    table = board(question)
    assume(table.rows)
    shares: dict[Row, dict[Strategy, Decimal]] = {}
    for row, menu in zip(table.rows, table.menus, strict=True):
        first, second = draw(st.sampled_from(menu)), draw(st.sampled_from(menu))
        share = draw(st.sampled_from((Decimal(1), Decimal("0.3"))))
        shares[row] = {first: Decimal(1)}
        if first != second and share < 1:
            shares[row] = {first: share, second: 1 - share}
    return with_mix(question, shares)


def with_mix(question: Question, shares: Mapping[Row, Mapping[Strategy, Decimal]]) -> Question:
    """Write a mix into the file: beside the developers, or at each team."""
    routes = {
        row: {", ".join(strategy): share for strategy, share in strategies.items()}
        for row, strategies in shares.items()
    }
    # Where there is no work, it goes where other work goes.
    spare = next(iter(routes.values()))
    classes = question.workload["tasks"]
    by_team = {
        team: {name: routes.get((team, name), spare) for name in classes}
        for team in question.workload.get("teams", ("all",))
    }
    if "teams" not in question.workload:
        return question.but(mix=by_team["all"])
    teams = {name: {**t, "mix": by_team[name]} for name, t in question.workload["teams"].items()}
    return question.but(teams=teams)


def shares_of(question: Question) -> dict[Row, dict[Strategy, float]]:
    """Return the mix that a question states, for every team and class."""
    workload = question.workload
    teams = workload.get("teams") or {"all": workload}
    return {
        (team, name): {tuple(one.split(", ")): float(share) for one, share in routes.items()}
        for team, own in teams.items()
        for name, routes in own["mix"].items()
    }
