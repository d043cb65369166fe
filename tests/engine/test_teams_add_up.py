"""Laws of teams: what shares nothing adds up, and seats are bought for whom they are used."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from price_strategies import Draw, number
from questions import Plain, Question, maker, seller
from strategies import FEW, spreads

TEAMS = ("web", "search", "mobile")
FIGURES = ("tasks", "unmet_tasks", "completed", "value", "review", "rework", "net_value")


@st.composite
def companies(draw: Draw) -> Question:
    """Draw two or three teams of whole people, who share no pool, commitment or budget.

    By the token, under a cap, on seats with an allowance of each person's own that is sold beyond
    or stops there.
    """
    terms = {
        "seat_month": number("5", "60", 0),
        "includes": st.fixed_dictionaries({"usd": number("5", "80", 0)}) | st.just("none"),
        "overage": st.sampled_from(("none", {"factor": 1}, {"factor": Decimal("1.2")})),
    }
    files = [
        maker("acme", one={"input": draw(number("0.5", "3")), "output": 10}),
        seller("lumen", seat=draw(st.fixed_dictionaries(terms))),
    ]
    option = {"token_multiplier": number("0.3", "2"), "quality": number("0.4", "1")}
    fixed: Plain = {"model": "one", **{key: draw(one) for key, one in option.items()}}
    plan = draw(
        st.fixed_dictionaries(
            {"plan": st.just("seat")},
            optional={"billing": st.just("monthly"), "seats": st.sampled_from(("active", "all"))},
        )
    )
    options: Plain = {
        "today": {"model": "one"},
        "capped": {**fixed, "cap": draw(number("5", "120", 0))},
        "seated": {**fixed, **plan},
        "both": {**fixed, **plan, "cap": draw(number("5", "120", 0))},
    }
    people = st.dictionaries(
        st.sampled_from(("2027-01", "2027-02")), st.integers(1, 60), min_size=1
    )
    team = st.fixed_dictionaries(
        {"developers": people, "intensity": number("0.1", "4")},
        optional={"growth": st.sampled_from(("6% a month", "-2.5% a month"))},
    )
    names = draw(st.sampled_from((TEAMS[:2], TEAMS)))
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
    each = {name: draw(team) for name in names}
    for one in each.values():
        if "growth" in one:
            del one["intensity"]
    workload: Plain = {
        "start": "2027-01",
        "months": 3,
        "current": "today",
        "level_spread": 0,
        "hour": 60,
        "teams": each,
        "tasks": {name: draw(task) for name in ("docs", "bug-fix")},
        "options": options,
        **draw(st.fixed_dictionaries({}, optional={"usage_spread": spreads("1", "60")})),
    }
    return Question(workload, files)


@FEW
@given(companies())
def test_teams_that_share_nothing_add_up(question: Question) -> None:
    """A file with all teams costs, does and leaves undone what files with one each do."""
    together = question.rows()
    alone = {
        name: question.but(teams={name: team}).rows()
        for name, team in question.workload["teams"].items()
    }

    own = {option: [rows[option] for rows in alone.values()] for option in together}
    assert [_told(row) for row in together.values()] == [
        pytest.approx(_added(rows, list(alone)), rel=1e-9, abs=1e-9 * _size(together[option]))
        for option, rows in own.items()
    ]


def _told(row: Plain) -> dict[str, float]:
    """Return what must add up of an option's row, and each team's own spend."""
    return {
        "spend": row["spend"]["expected"],
        **{figure: row[figure] for figure in FIGURES},
        **row["spend_by_team"],
    }


def _added(rows: list[Plain], teams: list[str]) -> dict[str, float]:
    """Add up the rows of files with one team each."""
    spend = [row["spend"]["expected"] for row in rows]
    added = {figure: sum(row[figure] for row in rows) for figure in FIGURES}
    return {"spend": sum(spend), **added, **dict(zip(teams, spend, strict=True))}


def _size(row: Plain) -> float:
    return max(1.0, float(row["value"] + row["spend"]["expected"]))


def shop(**more: Any) -> Question:
    """Ask of a Copilot team and a team by the token, 20 people each, $50 of use a month."""
    plan = {"seat_month": 19, "includes": {"usd": 19, "pooled": True}}
    workload: Plain = {
        "start": "2027-01",
        "months": 1,
        "level_spread": 0,
        "usage_spread": 1,
        "current": "metered",
        "teams": {"web": {"developers": 20}, "search": {"developers": 20}},
        "usage": {"input": 50_000_000},
        "options": {"metered": {"model": "one"}, "seat": {"model": "one", "plan": "seat"}},
    }
    files = [maker("acme", one={"input": 1, "output": 10}), seller("lumen", seat=plan)]
    return Question({**workload, **more}, files).but()


def test_a_team_by_the_token_gets_no_seats_of_another_s_plan() -> None:
    """20 seats of $19 and $620 beyond them for web; $1,000 by the token for search."""
    teams = {"web": {"developers": 20, "mix": {"default": "seat"}}, "search": {"developers": 20}}

    row = shop(teams=teams, mix={"default": "metered"}).rows()["mix"]

    assert row["spend_by_class"]["seats"] == pytest.approx(380)
    assert row["spend_by_team"] == pytest.approx({"web": 380 + 620, "search": 1000})


@pytest.mark.parametrize(
    ("option", "team", "seats"),
    [
        ({}, {}, 40),
        ({"seats": 25}, {}, 25),  # the option says so: 25 in all
        ({}, {"seats": 5}, 25),  # web says so: 5 beside search's 20
        ({"seats": 60}, {}, 60),  # more than there are people are paid for all the same
        ({"seats": 30}, {"seats": 5}, 30),  # the option's word stands
    ],
)
def test_whoever_states_seats_pays_for_so_many(option: Plain, team: Plain, seats: int) -> None:
    """Seats are the option's where it states them, else what teams state, else people."""
    options = shop().workload["options"]
    question = shop(
        options={**options, "seat": {**options["seat"], **option}},
        teams={"web": {"developers": 20, **team}, "search": {"developers": 20}},
    )

    row = question.rows()["seat"]

    assert row["spend_by_class"]["seats"] == pytest.approx(19 * seats)


def test_who_has_no_seat_does_nothing_on_it() -> None:
    """25 seats for 40 people: 15 of 40 developer-months are left undone, 25 people use $50 each."""
    options = shop().workload["options"]

    row = shop(options={**options, "seat": {**options["seat"], "seats": 25}}).rows()["seat"]

    assert [row["tasks"], row["unmet_tasks"], row["quality"]] == pytest.approx([40, 15, 0.625])
    assert row["spend"]["expected"] == pytest.approx(25 * 50)
