"""Seats against tokens: worked by hand, against every other way of dealing people out, as printed.

Prices are a dollar per million tokens, so that 200M tokens a month are $200 of use. What a reader
would get wrong: a deal is held to brute force over whole people, who stand for slices of the spread
and not for single draws of it, so that the totals agree to rounding.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
import math
import re
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
import oracle
import pytest
from command_line import Run, run
from conftest import ROOT, Golden
from hypothesis import assume, given
from hypothesis import strategies as st
from questions import NO_PROFILES, Plain, answer_of, by_option, maker, price_book, seller
from strategies import FEW, SOME
from test_docs import FILES, documented

from advisor.answers.seats.allocation import Allocation, TeamChoice, cheapest
from advisor.answers.seats.allocation import PeopleRun as People
from advisor.answers.seats.answer import choose_seats
from advisor.answers.seats.buying import Buying, BuyingTeam, SeatPlanTerms, curve_of
from advisor.answers.seats.caps import cap_for, effect_of
from advisor.answers.seats.cost_curve import CostCurve, lowest, meeting
from advisor.answers.seats.use_distribution import Shape
from advisor.case.build import build_case
from advisor.case.facts import Case
from advisor.case.resolved import ResolvedWorkload, lay_out
from advisor.engine.seats import above
from advisor.errors import MissingError
from advisor.load.document import Document
from advisor.load.workload_file import check_workload
from advisor.output import grid
from advisor.output.seats.formats import plain
from advisor.tables.seats import BuyingLine, SeatsAnswer

SPREAD = {"p50": 7, "p90": 30}
SIGMA = float(oracle.sigma_of(SPREAD))
NORMAL = NormalDist()
SMALL = {"seat_month": 20, "includes": {"usd": 50}}
BIG = {"seat_month": 100, "includes": {"usd": 250}}
POOL = {"seat_month": 30, "includes": {"usd": 45, "pooled": True}}
DARK = {"seat_month": 60, "includes": "unpublished"}
PRICED = {"input": 1, "output": 10, "variants": {"batch": {"factor": 0.5}}}
CLOUD = {"periods": [{"effective_from": "2025-01-01", "fee": 0.25}]}
SAME = {"token_multiplier": 1, "quality": 1}
HALVES: Plain = {
    "options": {"now": {"model": "one"}, "too": {"model": "two", **SAME}},
    "current": {"now": 0.5, "too": 0.5},
}
"""Half of the work on each of two models at one price."""


class Asked:
    """A question with its case and its answer."""

    def __init__(
        self, plans: Plain, *, models: Plain | None = None, closed: Plain | None = None,
        **blocks: Any,
    ) -> None:  # fmt: skip
        """Ask about 100 people who use $200 a month by the token, unless blocks say otherwise.

        `models` are those that a plan serves, by plan; others serve any. `closed` are days from
        which a plan is for renewals only.
        """
        workload: Plain = {
            "start": "2027-01",
            "developers": 100,
            "level_spread": 0,
            "usage": {"input": 200_000_000},
            "usage_spread": SPREAD,
            "current": "now",
            "options": {"now": {"model": "one"}},
            **blocks,
        }
        kept = {key: value for key, value in workload.items() if value is not None}
        sold = seller("lumen", **plans)
        for name, served in (models or {}).items():
            sold["plans"][name]["models"] = served
        for name, day in (closed or {}).items():
            sold["plans"][name]["closed_to_new"] = day
        self.book = price_book([maker("acme", one=PRICED, two=PRICED), sold], {"cloud": CLOUD})
        read = check_workload(Document("team.yaml", kept, {}), self.book, {})
        self.case: Case = build_case(read.workload, self.book, NO_PROFILES, {}, name="team")
        self.resolved: ResolvedWorkload = lay_out(read.workload, self.book, NO_PROFILES, {})

    def answer(self, *, draws: int = 0, block_chance: float = 0.01) -> SeatsAnswer:
        """Choose."""
        return choose_seats(
            self.case, self.resolved, file="team.yaml", block_chance=block_chance, draws=draws,
            seed=1,
        )  # fmt: skip


def way_of(answer: SeatsAnswer, name: str) -> BuyingLine:
    """Return one way of buying."""
    return next(line for line in answer.ways if line.way == name)


def share_below(use: float, mean: float = 200.0) -> float:
    """Return the share of people who use less, from the textbook."""
    return NORMAL.cdf((math.log(use / mean) + SIGMA**2 / 2) / SIGMA)


def test_a_plan_for_renewals_only_is_offered_to_who_names_it() -> None:
    """Nobody new can have it: it is dealt to nobody unless the file has an option on it."""
    plans, closed = {"small": SMALL, "big": BIG}, {"big": "2026-11-18"}
    options = {"now": {"model": "one"}, "kept": {"model": "one", "plan": "big", **SAME}}
    new = Asked(plans, closed=closed).answer()
    renewing = Asked(plans, closed=closed, options=options).answer()

    assert [line.way for line in new.ways] == ["tokens", "small"]
    assert [line.way for line in renewing.ways] == ["tokens", "small", "big"]


# --- By hand -------------------------------------------------------------------------------------


def test_bands_begin_where_the_lines_cross() -> None:
    """A $20 seat with $50 pays from $20; one for $100 beats it where 20 + (use - 50) is 100."""
    bands = Asked({"small": SMALL, "big": BIG}).answer().deal.bands

    assert [(band.way, band.use_from, band.use_to) for band in bands] == [
        ("tokens", 0, pytest.approx(20)),
        ("small", pytest.approx(20), pytest.approx(130)),
        ("big", pytest.approx(130), None),
    ]


def test_people_in_a_band_are_those_of_the_spread() -> None:
    """Of 100 people as many use $20 to $130 as a lognormal with that mean has between them."""
    bands = Asked({"small": SMALL, "big": BIG}).answer().deal.bands
    edges = [0, 100 * share_below(20), 100 * share_below(130), 100]

    expected = [high - low for low, high in itertools.pairwise(edges)]
    assert [band.people_expected for band in bands] == pytest.approx(expected)
    assert [band.people for band in bands] == [round(number) for number in expected]


def test_people_are_dealt_out_whole() -> None:
    """Nobody is lost and nobody counted twice, whatever the edges."""
    answer = Asked({"small": SMALL, "big": BIG}, developers=37).answer()

    assert sum(band.people for band in answer.deal.bands) == 37
    assert sum(line.people or 0 for line in answer.ways) == 37


@pytest.mark.parametrize(
    ("use", "way", "year"),
    [
        (10, "tokens", 12_000),  # $10 × 100 × 12
        (60, "small", 36_000),  # (20 + 10) × 1,200
        (200, "big", 120_000),
        (300, "big", 180_000),  # (100 + 50) × 1,200
    ],
)
def test_where_nobody_differs_all_go_one_way(use: int, way: str, year: float) -> None:
    """With one use for all there is one band, and its cost is arithmetic."""
    asked = Asked({"small": SMALL, "big": BIG}, usage={"input": use * 1_000_000}, usage_spread=5)

    deal = asked.answer().deal

    assert [band.way for band in deal.bands] == [way]
    assert deal.cost == pytest.approx(year)


@pytest.mark.parametrize(
    ("terms", "begins", "ends", "cheaper"),
    [
        (SMALL, 20, None, True),
        (SMALL | {"overage": {"factor": 1.5}}, 20, 110, True),  # 20 + 1.5 (use - 50) = use
        (SMALL | {"token_fee": 0.25}, 20, 120, True),  # 20 + 1.25 use - 50 = use
        (SMALL | {"overage": "none"}, 20, 50, True),  # nothing is sold beyond
        (POOL, 30, None, True),
        (POOL | {"seat_month": 45}, 45, None, False),  # costs what it includes: as dear at best
        ({"seat_month": 20, "includes": "none"}, None, None, False),
        ({"seat_month": 0, "includes": "none"}, 0, None, False),  # pay as you go
    ],
)
def test_a_seat_pays_from_its_break_even_on(
    terms: Plain, begins: float | None, ends: float | None, cheaper: bool
) -> None:
    """Where a line of money over use crosses the diagonal, for each kind of terms."""
    line = way_of(Asked({"seat": terms}).answer(), "seat")

    assert (line.break_even, line.dearer_again) == (
        None if begins is None else pytest.approx(begins),
        None if ends is None else pytest.approx(ends),
    )
    assert line.is_cheaper is cheaper


def test_a_month_of_each_kind_of_user_is_priced() -> None:
    """A typical user at $105 pays $75 on the small seat: 20 + (105 - 50)."""
    answer = Asked({"small": SMALL}).answer()
    typical = 200 * math.exp(-(SIGMA**2) / 2)

    costs = way_of(answer, "small").costs

    assert costs["typical"] == pytest.approx(20 + typical - 50)
    assert way_of(answer, "tokens").costs["typical"] == pytest.approx(typical)


def test_both_billings_of_a_plan_are_ways() -> None:
    """A plan that is cheaper by the year is offered by the month too."""
    answer = Asked({"seat": SMALL | {"seat_month_annual": 15}}).answer()

    assert [line.way for line in answer.ways] == ["tokens", "seat annual", "seat"]
    assert way_of(answer, "seat annual").break_even == pytest.approx(15)


def test_a_discount_moves_the_break_even() -> None:
    """At 20 % off tokens, use is what is paid: the seat's $50 at list are worth $40 of it."""
    line = way_of(Asked({"small": SMALL}, contracts={"acme": {"discount": 0.2}}).answer(), "small")

    assert line.break_even == pytest.approx(20)
    assert line.dearer_again == pytest.approx(120)  # 20 + 1.25 use - 50 = use


def test_a_plan_that_serves_half_of_the_work_leaves_the_rest_by_the_token() -> None:
    """Of $200 on two models a seat for one covers $100: it pays from twice its price."""
    answer = Asked({"seat": SMALL}, models={"seat": ["one"]}, **HALVES).answer()

    assert way_of(answer, "seat").break_even == pytest.approx(40)


@pytest.mark.parametrize(
    ("option", "cover"),
    [
        ({"channel": "cloud"}, 0.8),  # the channel's 25 % are not paid on a plan
        ({"mode": "batch"}, 2.0),  # a plan has the usual speed, at twice the batch price
    ],
)
def test_a_plan_is_not_bought_as_tokens_are(option: Plain, cover: float) -> None:
    """What today's channel or mode does to the price stays behind on a seat."""
    answer = Asked({"seat": SMALL}, options={"now": {"model": "one", **option}}).answer()
    heavy = answer.use.per_active_month * math.exp(SIGMA * NORMAL.inv_cdf(0.9) - SIGMA**2 / 2)

    assert answer.use.per_active_month == pytest.approx(200 / cover)
    assert way_of(answer, "seat").costs["heavy"] == pytest.approx(20 + cover * heavy - 50)


def test_no_more_seats_are_dealt_than_are_sold() -> None:
    """Of a plan sold for at most ten seats ten people get one, and all of them cannot."""
    answer = Asked({"few": BIG | {"max_seats": 10}}).answer()
    line = way_of(answer, "few")

    assert (line.people, line.cost_alone) == (10, None)


# --- Against the engine --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "terms",
    [
        SMALL,
        SMALL | {"overage": {"factor": 0.7}, "token_fee": 0.1},
        POOL,
        POOL | {"seat_month": 19, "includes": {"usd": 400, "pooled": True}},
        SMALL | {"min_seats": 150},
    ],
)
@pytest.mark.parametrize(
    "blocks",
    [
        {},
        {"growth": "6% a month", "adoption": {"2027-01": Decimal("0.113"), "2027-06": 1}},
        {"contracts": {"lumen": {"discount": 0.3, "on": "plan"}}},
        {"contracts": {"lumen": {"commitment": 900_000}, "acme": {"commitment": 250_000}}},
        {"currency": {"code": "EUR", "per_usd": 0.92}},
    ],
)
def test_everybody_on_a_plan_costs_what_compare_says(terms: Plain, blocks: Plain) -> None:
    """The team alone on a plan is the row of an option on that plan with the same tokens."""
    on_plan = {"model": "one", "plan": "seat", "token_multiplier": 1, "quality": 1}
    asked = Asked({"seat": terms}, options={"now": {"model": "one"}, "seats": on_plan}, **blocks)

    compared = by_option(answer_of(asked.case))
    answer = asked.answer()

    assert way_of(answer, "seat").cost_alone == pytest.approx(
        compared["seats"]["spend"]["expected"], rel=1e-9
    )
    assert way_of(answer, "tokens").cost_alone == pytest.approx(
        compared["now"]["spend"]["expected"], rel=1e-9
    )


def test_annual_seats_outlast_the_people() -> None:
    """Where 60 people become 20, seats bought for a year stay 60, as `compare` counts them."""
    on_plan = {"model": "one", "plan": "seat", "billing": "annual", **SAME}
    asked = Asked(
        {"seat": SMALL | {"seat_month_annual": 15}},
        options={"now": {"model": "one"}, "seats": on_plan},
        developers={"2027-01": 60, "2027-12": 20},
    )

    compared = by_option(answer_of(asked.case))["seats"]["spend"]["expected"]

    assert way_of(asked.answer(), "seat annual").cost_alone == pytest.approx(compared)


def test_checks_of_first_tries_are_in_every_total() -> None:
    """What no seat changes is paid all the same: by the token is what today costs."""
    answer = Asked(
        {"seat": SMALL},
        usage=None,
        tasks={"fix": {"per_developer_month": 10, "tokens": {"input": 9_000_000}, "success": 0.5,
                       "checked_by": "tests", "check": 2}},
        options={"now": {"model": "one"}, "too": {"model": "two", **SAME}},
        current={"fix": ["now", "too"]},
    ).answer()  # fmt: skip

    assert way_of(answer, "tokens").cost_alone == pytest.approx(answer.today_cost.expected)


def test_work_in_a_month_of_nobody_is_in_every_total() -> None:
    """Agents that run before anybody works are paid by the token, and no seat is for them."""
    answer = Asked(
        {"seat": SMALL},
        usage=None,
        developers={"2027-01": 0, "2027-02": 10},
        tasks={"agents": {"per_month": 100, "tokens": {"input": 9_000_000}}},
    ).answer()

    assert answer.today_cost.expected == pytest.approx(12 * 900)
    assert way_of(answer, "tokens").cost_alone == pytest.approx(12 * 900)


def test_a_cap_on_part_of_the_work_is_no_cap_of_a_person() -> None:
    """Who is capped in one tool goes on in the other."""
    halves = HALVES["options"]
    capped = {"now": {**halves["now"], "cap": 100}, "too": halves["too"]}

    answer = Asked({}, options=capped, current=HALVES["current"]).answer()

    assert way_of(answer, "tokens").cost_alone == pytest.approx(240_000)


def test_cheaper_tokens_make_no_more_work_here() -> None:
    """Rebound is left out of what a plan's use costs."""
    on_plan = {"model": "one", "plan": "seat", "token_multiplier": 0.5, "quality": 1}
    options = {"now": {"model": "one"}, "seats": on_plan}
    costs = [
        way_of(Asked({"seat": SMALL}, options=options, rebound=e).answer(), "seat").costs
        for e in (0, 1)
    ]

    assert costs[0] == pytest.approx(costs[1])


def test_the_seats_of_today_can_be_left() -> None:
    """Where today's work is on seats, paying by the token is a way like another."""
    answer = Asked({"seat": POOL}, options={"now": {"model": "one", "plan": "seat"}}).answer()

    assert way_of(answer, "seat").is_today
    assert not way_of(answer, "tokens").is_today
    assert answer.today_cost.expected == pytest.approx(way_of(answer, "seat").cost_alone)


def test_an_option_of_the_file_says_what_its_plan_uses() -> None:
    """A plan whose option states half the tokens costs half beyond its allowance."""
    on_plan = {"model": "one", "plan": "seat", "token_multiplier": 0.5, "quality": 1}
    asked = Asked({"seat": SMALL}, options={"now": {"model": "one"}, "seats": on_plan})

    line = way_of(asked.answer(), "seat")

    assert line.option == "seats"
    assert line.costs["heavy"] == pytest.approx(
        20 + 0.5 * 200 * math.exp(SIGMA * NORMAL.inv_cdf(0.9) - SIGMA**2 / 2) - 50
    )


def test_a_cap_of_today_holds_on_a_seat_too() -> None:
    """Nobody who may use $400 by the token is taken to use more on a plan."""
    asked = Asked({"small": SMALL}, options={"now": {"model": "one", "cap": 400}})

    answer = asked.answer()

    assert way_of(answer, "tokens").cost_alone == pytest.approx(answer.today_cost.expected)
    assert way_of(answer, "small").costs["extreme"] == pytest.approx(20 + 400 - 50)


# --- Against every other deal --------------------------------------------------------------------


def buying(
    fee: float, allowance: float, *, pooled: bool = False, factor: float = 1.0,
    cover: float = 1.0, least: int = 1, months: int = 1,
) -> Buying:  # fmt: skip
    """Write a plan's terms, the same in all months."""
    each = np.ones(months)
    return Buying(
        "lumen",
        SeatPlanTerms(fee * each, allowance * each, np.full(months, pooled), factor * each,
                  cover * each, 0 * each, least * each),
        {},
    )  # fmt: skip


TOKENS = Buying("acme", None, {"acme": np.ones(1)})
MONEY = st.integers(0, 300).map(float)


@st.composite
def plans(draw: st.DrawFn, *, groups: bool = False) -> Buying:
    """Draw a plan that binds one person alone, or one that binds its people together."""
    factor = draw(st.sampled_from((1.0, 0.5, 1.5, math.nan)))
    kind = draw(st.sampled_from(("pool", "least"))) if groups else "alone"
    return buying(
        draw(MONEY), draw(MONEY), factor=factor, cover=draw(st.sampled_from((1.0, 0.8, 1.25))),
        pooled=kind == "pool", least=draw(st.integers(2, 6)) if kind == "least" else 1,
    )  # fmt: skip


def table_of(people: int, ways: list[Buying], sigma: float = SIGMA) -> TeamChoice:
    """Set ways before people who use $100 on average."""
    return TeamChoice(
        BuyingTeam(np.array([float(people)]), np.array([100.0]), Shape(sigma)), [TOKENS, *ways], {}
    )


def cost_of(table: TeamChoice, runs: Sequence[People], level: float = 1.0) -> float:
    """Return what people cost who go these ways."""
    return float(table.costs(runs, np.array([level]))[0])


def each_his_own(choice: tuple[int, ...]) -> list[People]:
    """Send every person his own way."""
    return [People(n, n + 1, way) for n, way in enumerate(choice)]


@SOME
@given(
    ways=st.lists(plans(), min_size=1, max_size=4),
    people=st.integers(1, 9),
    sigma=st.sampled_from((SIGMA, 0.4, 0.0)),
    data=st.data(),
)
def test_no_other_deal_is_cheaper(
    ways: list[Buying], people: int, sigma: float, data: st.DataObject
) -> None:
    """Whatever whole people are sent wherever: it costs as much or more."""
    table = table_of(people, ways, sigma)
    way = st.integers(0, len(ways))
    other = data.draw(st.tuples(*[way] * people))

    found = cheapest(table, range(len(ways) + 1))

    assert found.cost <= cost_of(table, each_his_own(other)) + 0.011


@given(ways=st.lists(plans(), min_size=1, max_size=2), people=st.integers(1, 5))
@FEW
def test_the_cheapest_of_all_deals_is_found(ways: list[Buying], people: int) -> None:
    """Of every way to send up to five people three ways, none is cheaper."""
    table = table_of(people, ways)
    every = itertools.product(range(len(ways) + 1), repeat=people)

    least = min(cost_of(table, each_his_own(choice)) for choice in every)

    assert cheapest(table, range(len(ways) + 1)).cost == pytest.approx(least, abs=0.011)


@given(group=plans(groups=True), alone=plans(), people=st.integers(1, 12))
@FEW
def test_a_plan_that_binds_people_gets_its_cheapest_band(
    group: Buying, alone: Buying, people: int
) -> None:
    """Of all bands of people on a pool, the others where they are cheapest, none costs less."""
    table = table_of(people, [alone, group])
    rest = cheapest(table, [0, 1]).runs
    by_person = [run.way for run in rest for _ in range(run.first, run.last)]
    bands = [
        each_his_own((*by_person[:a], *[2] * (b - a), *by_person[b:]))
        for a, b in itertools.combinations(range(people + 1), 2)
    ]

    least = min(cost_of(table, runs) for runs in [each_his_own(tuple(by_person)), *bands])

    assert cheapest(table, [0, 1, 2]).cost <= least + 0.011


@SOME
@given(
    ways=st.lists(plans(groups=True) | plans(), min_size=1, max_size=4), people=st.integers(1, 60)
)
def test_a_deal_costs_no_more_than_any_one_way(ways: list[Buying], people: int) -> None:
    """Sending everybody one way is a deal as well."""
    table = table_of(people, ways)
    alone = [table.everybody_on(way).cost for way in range(len(ways) + 1)]

    assert cheapest(table, range(len(ways) + 1)).cost <= min(alone) + 0.011


def test_a_large_team_is_searched_to_a_dollar() -> None:
    """For 1,000 people the band found from coarse to fine is the best of all 500,000."""
    table = table_of(1_000, [buying(30, 10), buying(20, 32, pooled=True, factor=1.3)])
    found = cheapest(table, [0, 1, 2])
    base = cheapest(table, [0, 1])

    neighbours = [
        cost_of(table, moved(base, run, way=2))
        for run in bands_about(next(run for run in found.runs if run.way == 2), 1_000)
    ]

    assert found.cost < base.cost - 1
    assert found.cost <= min(neighbours) + 0.011


def bands_about(band: People, people: int) -> list[tuple[int, int]]:
    """List bands near a band, and a grid of all others."""
    near = [(band.first + a, band.last + b) for a in range(-4, 5) for b in range(-4, 5)]
    grid_ = itertools.combinations(range(0, people + 1, 50), 2)
    return [(a, b) for a, b in [*near, *grid_] if 0 <= a < b <= people]


def moved(base: Allocation, band: tuple[int, int], *, way: int) -> list[People]:
    """Put a band on a way, everybody else as before."""
    first, last = band
    before = [r._replace(last=min(r.last, first)) for r in base.runs if r.first < first]
    after = [r._replace(first=max(r.first, last)) for r in base.runs if r.last > last]
    return [*before, People(first, last, way), *after]


def test_what_is_committed_is_not_paid_twice() -> None:
    """With all use committed a seat would only be paid on top: everybody stays by the token."""
    terms = {"contracts": {"acme": {"commitment": 300_000}}}

    deal = Asked({"big": BIG}, **terms).answer().deal

    assert [band.way for band in deal.bands] == ["tokens"]
    assert deal.cost == pytest.approx(300_000)


def test_half_a_commitment_sends_half_of_the_people() -> None:
    """Where $120,000 of $240,000 are owed anyway, some go on seats and that sum is used up."""
    terms = {"contracts": {"acme": {"commitment": 120_000}}}
    free, bound = Asked({"big": BIG}).answer().deal, Asked({"big": BIG}, **terms).answer().deal

    on_seats = [sum(b.people for b in deal.bands if b.way == "big") for deal in (free, bound)]
    assert 0 < on_seats[1] < on_seats[0]
    assert free.cost < bound.cost < 240_000


# --- Lines ---------------------------------------------------------------------------------------


@st.composite
def curves(draw: st.DrawFn) -> CostCurve:
    """Draw broken lines that rise."""
    knots = sorted(draw(st.lists(st.integers(1, 400), max_size=4, unique=True)))
    jumps = [draw(st.integers(0, 20)) / 10 for _ in knots]
    return CostCurve(
        float(draw(st.integers(0, 100))), draw(st.integers(0, 15)) / 10,
        tuple(map(float, knots)), tuple(jumps),
        draw(st.sampled_from((math.inf, math.inf, 250.0))),
    )  # fmt: skip


@given(curve=curves())
def test_at_the_break_even_both_cost_the_same(curve: CostCurve) -> None:
    """To 1 part in 10⁹, and from there on the curve is no dearer until it is dearer again."""
    found = meeting(curve, CostCurve(0.0, 1.0))
    assume(found.begins is not None)
    begins, ends = found.begins or 0.0, math.inf if found.ends is None else found.ends

    assert curve.at(begins) == pytest.approx(begins, rel=1e-9, abs=1e-9)
    inside = min(begins * 1.5 + 1, (begins + ends) / 2)
    assert curve.at(inside) <= inside * (1 + 1e-9) + 1e-9


@given(curve=curves(), part=st.floats(0.01, 0.99))
def test_below_the_break_even_tokens_are_cheaper(curve: CostCurve, part: float) -> None:
    """Before a curve meets the diagonal it lies above it."""
    found = meeting(curve, CostCurve(0.0, 1.0))
    use = part * (1000.0 if found.begins is None else found.begins)

    assert curve.at(use) >= use


@given(curve=curves())
def test_past_its_end_a_seat_is_dearer(curve: CostCurve) -> None:
    """From where it is dearer again, a little more use costs more on the curve."""
    found = meeting(curve, CostCurve(0.0, 1.0))
    assume(found.ends is not None)
    use = (found.ends or 0.0) * (1 + 1e-6) + 1e-6

    assert curve.at(use) > use


@given(several=st.lists(curves(), min_size=1, max_size=5), use=st.floats(0, 900))
def test_the_lowest_is_lowest_everywhere(several: list[CostCurve], use: float) -> None:
    """At any use the piece that holds it names a curve that no other is below."""
    several = [CostCurve(0.0, 1.0), *several]
    pieces = lowest(several)

    piece = next(one for one in pieces if one.low <= use <= one.high)

    assert several[piece.curve].at(use) <= min(c.at(use) for c in several) * (1 + 1e-9) + 1e-9


@given(several=st.lists(curves(), min_size=1, max_size=5))
def test_pieces_join(several: list[CostCurve]) -> None:
    """They go from nothing to any use without a gap, and neighbours differ."""
    pieces = lowest([CostCurve(0.0, 1.0), *several])

    assert pieces[0].low == 0
    assert pieces[-1].high == math.inf
    assert all(a.high == b.low and a.curve != b.curve for a, b in itertools.pairwise(pieces))


# --- The spread ----------------------------------------------------------------------------------


@pytest.mark.parametrize("bound", [0.05, 0.6, 1.0, 7.0])
def test_what_lies_beyond_a_bound_is_what_the_engine_says(bound: float) -> None:
    """Over all people the sum by rank is the closed form of rule 7.5."""
    found = Shape(SIGMA).excess_up_to(np.array([bound]), np.array([1.0]))[0, 0]

    assert found == pytest.approx(float(above(np.array(1.0), np.array(bound), SIGMA)), rel=1e-9)


@pytest.mark.parametrize(("low", "high"), [(0.0, 0.3), (0.3, 0.9), (0.9, 1.0)])
def test_a_band_uses_what_people_in_it_were_drawn_to_use(low: float, high: float) -> None:
    """Use of a band, and what of it lies above the mean, against 400,000 people."""
    people = np.sort(np.exp(SIGMA * np.random.default_rng(5).standard_normal(400_000)))
    people /= people.mean()
    band = people[int(low * len(people)) : int(high * len(people))]
    shape, ranks = Shape(SIGMA), np.array([low, high])

    used = np.diff(shape.used_up_to(ranks))[0]
    beyond = np.diff(shape.excess_up_to(np.array([1.0]), ranks)[:, 0])[0]

    assert used == pytest.approx(band.sum() / len(people), abs=0.004)
    assert beyond == pytest.approx(np.maximum(0, band - 1).sum() / len(people), abs=0.004)


# --- Caps ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("chance", [0.2, 0.05, 0.01])
def test_a_cap_blocks_the_share_it_was_sized_for(chance: float) -> None:
    """Of a million person-months drawn over growing months that share is above it."""
    months = np.array([100.0, 150.0, 300.0])
    people = np.array([10.0, 20.0, 30.0])
    team = BuyingTeam(people, months, Shape(SIGMA))
    drawn = np.random.default_rng(7)
    means = drawn.choice(months, 1_000_000, p=people / people.sum())
    use = means * np.exp(SIGMA * drawn.standard_normal(1_000_000) - SIGMA**2 / 2)

    blocked = use > cap_for(team, chance)

    error = math.sqrt(chance * (1 - chance) / 1_000_000)
    assert blocked.mean() == pytest.approx(chance, abs=4 * error)


def test_a_cap_saves_what_was_drawn_above_it() -> None:
    """Of a million person-months around $200, the money above $900."""
    team = BuyingTeam(np.array([50.0]), np.array([200.0]), Shape(SIGMA))
    normal = np.random.default_rng(9).standard_normal(1_000_000)
    over = np.maximum(0, 200 * np.exp(SIGMA * normal - SIGMA**2 / 2) - 900)

    error = 4 * over.std() / 1000
    assert effect_of(team, 900.0).kept / 50 == pytest.approx(over.mean(), abs=error)


def test_who_meets_a_cap_in_a_year_hangs_on_who_is_heavy() -> None:
    """1 % a month are 1 % of people if they are the same ones, and 1 - 0.99¹² if not."""
    cap = Asked({}).answer().caps[0]

    assert cap.once_if_own_level == pytest.approx(0.01)
    assert cap.once_if_drawn_anew == pytest.approx(1 - 0.99**12)


def test_whoever_is_heavy_meets_a_cap_in_the_dearest_month() -> None:
    """Of people who use twice as much in the second month those blocked then are all of them."""
    team = BuyingTeam(np.array([10.0, 10.0]), np.array([100.0, 200.0]), Shape(SIGMA))

    effect = effect_of(team, 500.0)

    assert effect.once_own_level == pytest.approx(1 - share_below(500, 200))
    assert effect.blocked == pytest.approx((2 - share_below(500, 100) - share_below(500, 200)) / 2)


def test_without_a_spread_nobody_is_above_a_cap() -> None:
    """Where nobody differs the cap is what everybody uses, and it blocks no one."""
    cap = Asked({}, usage_spread=5).answer().caps[0]

    assert [cap.cap, cap.blocked, cap.saves] == pytest.approx([200, 0, 0])


@cache
def uber() -> dict[str, Any]:
    """Return the answer for Uber's year."""
    answer: dict[str, Any] = json.loads(
        run("seats", ROOT / "workloads/stories/uber-2026.yaml", "--json").out
    )
    return answer


def test_ubers_cap_is_reached_by_one_in_a_hundred() -> None:
    """$1,500 a person: 0.96 % of person-months are above it at $200 on average, and 4.2 % of it."""
    cap = next(one for one in uber()["caps"] if one["option"] == "capped")

    assert cap["cap"] == 1500
    assert cap["blocked"] == pytest.approx(0.0096, abs=5e-5)
    assert cap["saves_share"] == pytest.approx(0.042, abs=5e-4)


def test_a_cap_for_one_in_a_hundred_at_uber_is_the_one_they_took() -> None:
    """Sized for 1 %, it comes to $1,470, two dollars in a hundred from $1,500."""
    assert uber()["caps"][0]["cap"] == pytest.approx(1473, abs=1)


# --- What is not known ---------------------------------------------------------------------------


def test_a_seat_that_hides_what_it_includes_is_bounded() -> None:
    """A $60 seat can pay only above $60, and saves at most all use above $60 of those people."""
    answer = Asked({"dark": DARK}).answer()
    line = way_of(answer, "dark")
    beyond = float(above(np.array(200.0), np.array(60.0), SIGMA))

    assert line.unknown == "how much use it includes is not published"
    assert (line.cost_alone, line.people, line.break_even) == (None, None, None)
    assert line.needs_use == pytest.approx(60)
    assert line.people_above == pytest.approx(100 * (1 - share_below(60)))
    assert line.saves_at_most == pytest.approx(1200 * beyond)


def test_a_hidden_seat_for_half_of_the_work_has_to_be_used_twice_as_much() -> None:
    """What it does not serve stays by the token, so $60 pay at best from $120."""
    answer = Asked({"dark": DARK}, models={"dark": ["one"]}, **HALVES).answer()

    assert way_of(answer, "dark").needs_use == pytest.approx(120)


def test_what_runs_today_may_go_on_against_the_policy() -> None:
    """A plan that people are on stays a way to deal, though the policy denies it."""
    answer = Asked(
        {"big": BIG},
        options={"now": {"model": "one", "plan": "big"}},
        policy={"deny": {"channels": ["lumen"]}},
    ).answer()

    assert way_of(answer, "big").denied
    assert "big" in {band.way for band in answer.deal.bands}


def test_seats_whose_use_is_hidden_end_the_question() -> None:
    """Where today's own seats include nobody knows what, nothing can be set against them."""
    asked = Asked(
        {"dark": DARK | {"overage": {"factor": 1}}},
        usage=None,
        billed=[{"vendor": "lumen", "month": "2026-10", "cost": 9_000}],
        options={"now": {"model": "one", "plan": "dark"}},
    )

    with pytest.raises(MissingError, match="how much use dark includes is not published"):
        asked.answer()


def test_a_plan_that_has_not_begun_is_not_known() -> None:
    """Terms that begin within the plan's months do not price its first ones."""
    late = {"effective_from": "2027-05-01"}

    line = way_of(Asked({"late": SMALL | late}).answer(), "late")

    assert line.unknown == "no terms of before 2027-05-01 are known"
    assert line.needs_use is None


def test_what_the_policy_denies_is_priced_and_not_dealt() -> None:
    """The row has its figures, says which rule, and nobody is sent there."""
    answer = Asked({"big": BIG}, policy={"deny": {"channels": ["lumen"]}}).answer()
    line = way_of(answer, "big")

    assert line.denied == "deny channels lumen"
    assert line.cost_alone == pytest.approx(way_of(Asked({"big": BIG}).answer(), "big").cost_alone)
    assert [band.way for band in answer.deal.bands] == ["tokens"]


@pytest.mark.parametrize(
    ("name", "personal"),
    [
        ("GitHub Copilot Pro+", True),
        ("Claude Max 5x", True),
        ("ChatGPT Plus", True),
        ("Claude Team Premium", False),
        ("ChatGPT Business Premium", False),
        ("Gemini Enterprise Plus", False),
        ("Acme Seats", False),
    ],
)
def test_a_name_tells_whom_a_plan_is_for(name: str, personal: bool) -> None:
    """Pro, Max and the like are for individuals, unless the name says Team or Business."""
    answer = named(Asked({"seat": BIG}), name).answer()

    assert way_of(answer, "seat").for_individuals is personal
    assert (answer.deal.company_saves is not None) is personal


def named(asked: Asked, name: str) -> Asked:
    """Give the one plan another name."""
    sold = asked.book.plans["seat"]
    renamed = sold.plan.model_copy(update={"name": name})
    object.__setattr__(asked.book, "plans", {"seat": sold._replace(plan=renamed)})
    return asked


def test_who_names_a_plan_for_individuals_may_buy_it() -> None:
    """A plan of the file's own is not put into doubt."""
    on_plan = {"model": "one", "plan": "seat", **SAME}
    options = {"now": {"model": "one"}, "seats": on_plan}

    deal = named(Asked({"seat": BIG}, options=options), "Acme Max").answer().deal

    assert deal.company_saves is None


def test_work_of_nobody_is_refused() -> None:
    """Seats are for people: with none there is nothing to choose."""
    tasks = {"agents": {"per_month": 900, "tokens": {"input": 1_000_000}}}

    with pytest.raises(MissingError, match="seats are for people"):
        Asked({"big": BIG}, developers=None, usage=None, tasks=tasks).answer()


# --- Ranges --------------------------------------------------------------------------------------


def test_the_range_of_a_saving_is_over_the_level_of_use() -> None:
    """P10 and P90 are those of the deal priced anew at each drawn level."""
    asked = Asked({"small": SMALL, "big": BIG}, level_spread=0.35)
    answer = asked.answer(draws=2_000)
    levels = [math.exp(0.35 * NORMAL.inv_cdf(q) - 0.35**2 / 2) for q in (0.1, 0.9)]

    saved = [saving_at(answer, level) for level in levels]

    assert answer.deal.saves.p10 == pytest.approx(min(saved), rel=0.05)
    assert answer.deal.saves.p90 == pytest.approx(max(saved), rel=0.05)


def saving_at(answer: SeatsAnswer, level: float) -> float:
    """Return what the deal saves where all use so many times as much."""
    team = BuyingTeam(np.full(12, 100.0), np.full(12, 200.0), Shape(SIGMA))
    ways = {"tokens": Buying("acme", None, {"acme": np.ones(12)}),
            "small": buying(20, 50, months=12), "big": buying(100, 250, months=12)}  # fmt: skip
    table = TeamChoice(team, list(ways.values()), {})
    runs, first = [], 0
    for band in answer.deal.bands:
        runs.append(People(first, first + band.people, list(ways).index(band.way)))
        first += band.people
    by_token = cost_of(table, [People(0, 100, 0)], level)
    return by_token - cost_of(table, runs, level)


def test_without_draws_the_range_is_not_known() -> None:
    """`--draws 0` gives the expected figures alone."""
    saves = Asked({"big": BIG}).answer(draws=0).deal.saves

    assert math.isnan(saves.p10)
    assert saves.expected > 0


def test_if_use_moves_only_one_way_is_left() -> None:
    """Nobody can be dealt out, so the saving is that of the best single way."""
    deal = Asked({"small": SMALL, "big": BIG}).answer().deal

    assert deal.saves_if_use_moves == pytest.approx(240_000 - deal.best_single_cost)
    assert deal.saves.expected == pytest.approx(
        deal.saves_if_use_moves + deal.saves_against_best_single
    )


def test_what_is_saved_adds_up() -> None:
    """The bands cost what the deal costs, and today's less the deal is the saving."""
    answer = Asked({"small": SMALL, "big": BIG}).answer()

    assert math.fsum(band.cost for band in answer.deal.bands) == pytest.approx(answer.deal.cost)
    assert answer.deal.saves.expected == pytest.approx(
        answer.today_cost.expected - answer.deal.cost
    )


# --- The curve of months -------------------------------------------------------------------------


def test_growth_bends_a_line_once_a_month() -> None:
    """Who uses $25 in one month and $75 in the other passes a $50 allowance in one of them."""
    team = BuyingTeam(np.array([10.0, 10.0]), np.array([50.0, 150.0]), Shape(SIGMA))

    curve = curve_of(team, buying(20, 50, months=2))

    assert curve.knots == pytest.approx((50 / 1.5, 50 / 0.5))
    assert curve.at(50) == pytest.approx(20 + (75 - 50) / 2)


# --- On the command line -------------------------------------------------------------------------

GOLDEN = ROOT / "tests" / "golden" / "seats"
KNOWN_ON = ("--as-of", "2026-11-12", "--draws", "500")


@cache
def printed(*flags: str, columns: str = "100") -> Run:
    """Run `advisor seats` on the recorded team; each call once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(GOLDEN)
        patch.setenv("COLUMNS", columns)
        return run("seats", "team.yaml", *KNOWN_ON, *flags)


@pytest.mark.usefixtures("plain_screen")
@pytest.mark.parametrize(
    ("form", "flags", "columns"),
    [
        ("table.txt", (), "100"),
        ("wide.txt", (), "140"),
        ("narrow.txt", (), "60"),
        ("brief.txt", ("--brief",), "100"),
        ("answer.md", ("--format", "markdown"), "100"),
    ],
)
def test_seats_are_answered_as_recorded(
    form: str, flags: tuple[str, ...], columns: str, golden: Golden
) -> None:
    """The answer for the recorded team has not changed, and nothing else is said."""
    ended = printed(*flags, columns=columns)

    assert (ended.code, ended.err) == (0, "")
    golden(GOLDEN / form, ended.out)


@pytest.mark.usefixtures("plain_screen")
@pytest.mark.parametrize("columns", [60, 80, 100, 140])
def test_no_line_is_wider_than_the_screen(columns: int) -> None:
    """Columns give way, sentences wrap."""
    lines = printed(columns=str(columns)).out.splitlines()

    assert max(grid.width_of(line) for line in lines) <= columns


@pytest.mark.usefixtures("plain_screen")
@pytest.mark.parametrize("columns", [80, 100])
def test_what_a_company_can_buy_comes_first_on_two_screens(
    columns: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three lines of a file are answered on two screens; seats for individuals stand last."""
    monkeypatch.setenv("COLUMNS", str(columns))
    file = tmp_path / "team.yaml"
    bill = "{vendor: anthropic, month: 2026-10, cost: 19_400, active_developers: 58}"
    file.write_text(f"developers: 63\nbudget: 200_000\nbilled: [{bill}]\n", encoding="utf-8")

    lines = run("seats", file, "--draws", "0").out.splitlines()
    wide = run("seats", file, "--draws", "0", "--wide").out.splitlines()

    rows = lines[lines.index("") + 1 :]
    personal = [n for n, line in enumerate(rows) if "†  " in line]
    business = next(n for n, line in enumerate(rows) if "Copilot Business" in line)
    assert len(lines) <= 64  # the file's own name may take lines of it
    assert business < min(personal)
    assert sum("†  " in line for line in wide) > len(personal)


def test_the_last_line_is_one_sentence() -> None:
    """What to do is said once, at the end, and no table follows."""
    last = printed().out.rstrip("\n").rpartition("\n\n")[2]

    assert last.count(". ") == 0
    assert last.endswith(".")


@pytest.mark.usefixtures("plain_screen")
def test_no_greek_is_printed() -> None:
    """A manager reads it."""
    assert re.search("[α-ωΑ-Ω]", printed().out) is None


@pytest.mark.usefixtures("plain_screen")
def test_every_format_has_the_same_figures() -> None:
    """CSV holds what JSON has, way by way."""
    ways = json.loads(printed("--json").out)["ways"]
    rows = list(csv.DictReader(io.StringIO(printed("--format", "csv").out)))

    assert [row["way"] for row in rows] == [way["way"] for way in ways]
    assert [float(row["cost_alone"] or "nan") for row in rows] == pytest.approx(
        [math.nan if way["cost_alone"] is None else way["cost_alone"] for way in ways], nan_ok=True
    )


SECTIONS = {
    "Keys of `advisor seats --json`": (),
    "Use": ("use",),
    "A kind of user": ("kinds", 0),
    "A way of buying": ("ways", 0),
    "A deal": ("deal",),
    "A band": ("deal", "bands", 0),
    "A cap": ("caps", 0),
}


@pytest.mark.usefixtures("plain_screen")
@pytest.mark.parametrize("heading", SECTIONS)
def test_the_keys_of_the_answer_are_written_down(heading: str) -> None:
    """The keys of JSON that a script can rely on are those of the file reference."""
    found: Any = json.loads(printed("--json").out)
    for part in SECTIONS[heading]:
        found = found[part]

    assert sorted(documented(FILES, heading)) == sorted(found)


def test_tables_become_mappings() -> None:
    """The names of the fields are the keys, all the way down."""
    answer = plain(Asked({"big": BIG}).answer())

    assert answer["start"] == "2027-01"
    assert answer["deal"]["bands"][0]["use_from"] == 0


HERE = """\
developers: 40
billed: [{vendor: anthropic, month: 2026-10, cost: 8_000}]
current: opus
options:
  opus: {model: claude-opus-5-5, harness: claude-code}
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plain_screen: None) -> Path:
    """Stand beside a file without a spread."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "team.yaml"
    path.write_text(HERE)
    return path


def test_a_file_without_a_spread_gets_the_published_one(file: Path) -> None:
    """It is taken, and said."""
    use = json.loads(run("seats", file, "--json").out)["use"]

    assert use["is_assumed"] is True
    assert use["sigma"] == pytest.approx(SIGMA)
    assert "the published spread; say `usage_spread`" in " ".join(run("seats", file).out.split())


def test_a_plan_that_the_file_names_and_nobody_can_price_ends_with_3(file: Path) -> None:
    """The answer is printed all the same."""
    file.write_text(f"{HERE}  team: {{model: claude-opus-5-5, plan: claude-team-standard}}\n")

    ended = run("seats", file)

    assert ended.code == 3
    assert ended.err == "not known: team (the reasons stand in the answer)\n"
    assert "Claude Team Standard" in ended.out


def test_what_is_missing_is_placed(file: Path) -> None:
    """A fault found while calculating names the line of its key."""
    file.write_text(HERE.replace("harness: claude-code", "plan: claude-team-standard"))

    ended = run("seats", file)

    assert (ended.code, ended.out) == (3, "")
    assert ended.err.startswith("team.yaml:5:") or ended.err.startswith(f"{file}:5:")


@pytest.mark.parametrize("chance", ["1", "0%", "100%", "-1%", "many", "5 in 100"])
def test_a_chance_is_a_share(chance: str, file: Path) -> None:
    """What is no share between nothing and all is wrong input, with a hint how to write it."""
    ended = run("seats", file, f"--block-chance={chance}")

    assert (ended.code, ended.out) == (2, "")
    assert "--block-chance" in ended.err


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (("--draws", "-1"), "--draws: -1: from 0 to"),
        (("--seed", "-1"), "--seed: -1: a seed is not negative"),
        (("--as-of", "yesterday"), "is not a date"),
        (("-o", "a.pdf"), "can't tell the format of a.pdf"),
    ],
)
def test_a_wrong_flag_is_wrong_input(flags: tuple[str, ...], message: str, file: Path) -> None:
    """Each slip is named."""
    ended = run("seats", file, *flags)

    assert ended.code == 2
    assert message in ended.err


def test_faults_of_the_file_are_listed_with_their_lines(file: Path) -> None:
    """As `compare` lists them."""
    file.write_text(HERE.replace("developers", "develpers"))

    ended = run("seats", "team.yaml")

    assert ended.code == 2
    assert "team.yaml:1:1 develpers: is not a known key" in ended.err


def test_without_a_file_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder has nothing to answer about."""
    monkeypatch.chdir(tmp_path)

    ended = run("seats")

    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("no file: say which")
