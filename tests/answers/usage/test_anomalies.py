"""Whose days are unusual: a runaway is named, a plain team is left in peace."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.answers.usage.anomalies import Daily, unusual
from advisor.answers.usage.days import days_since_1970
from advisor.tables.anomalies import PERSON

FIRST = days_since_1970(2027, 1, 1)
PEOPLE, DAYS = 40, 61


def team(seed: int, spread: float = 0.6) -> dict[str, dict[int, float]]:
    """Make people with levels of their own who work on weekdays; lognormal days."""
    draw = random.Random(seed)  # noqa: S311 - nothing here is a secret
    found: dict[str, dict[int, float]] = {}
    for person in range(PEOPLE):
        level = 8 * draw.lognormvariate(0, 0.9)
        found[f"p{person}"] = {
            FIRST + day: level * draw.lognormvariate(0, spread)
            for day in range(DAYS)
            if (FIRST + day + 3) % 7 < 5 and draw.random() < 0.85
        }
    return found


def with_run(daily: dict[str, dict[int, float]], name: str, factor: float) -> Daily:
    """Let somebody's last three days cost a factor of the usual."""
    own = dict(daily[name])
    usual = sorted(own.values())[len(own) // 2]
    for day in sorted(own)[-3:]:
        own[day] = factor * usual
    return {**daily, name: own}


def test_a_plain_team_of_forty_sees_less_than_one_false_alarm_a_month() -> None:
    """Thirty teams for two months each: sixty months."""
    alarms = sum(len(unusual(PERSON, team(seed))) for seed in range(30))

    assert alarms / 60 < 0.5


def test_a_runaway_is_named_with_what_it_would_cost() -> None:
    """Three days at thirty times the usual, in most of twenty teams, and first among the alarms."""
    found = [unusual(PERSON, with_run(team(seed), "p3", 30)) for seed in range(20)]
    named = [one for some in found for one in some if one.name == "p3"]

    assert len(named) >= 17
    assert all(one.a_month > one.cost > 3 * one.usual for one in named)


def test_a_runaway_that_is_planted_is_seen_against_the_same_team_without_it() -> None:
    """The day, the number of days and the name are those that were planted."""
    daily = team(5)
    (one,) = unusual(PERSON, with_run(daily, "p9", 60))

    assert [found.name for found in unusual(PERSON, daily)] == []
    assert (one.name, len(one.days)) == ("p9", 3)


def test_who_is_away_is_no_anomaly() -> None:
    """A month without anybody's use changes nothing for the one who is away."""
    daily = team(2)
    daily["p1"] = {day: cost for day, cost in daily["p1"].items() if day < FIRST + 20}

    assert "p1" not in [one.name for one in unusual(PERSON, daily)]


def test_who_joins_is_held_against_the_peers() -> None:
    """Two days of somebody new, as dear as others' days, are nothing; a hundred times is."""
    daily = team(4)
    last = FIRST + DAYS - 1
    plain = {**daily, "new": {last - 1: 12.0, last: 9.0}}
    wild = {**daily, "new": {last - 1: 2_400.0, last: 2_500.0}}

    assert "new" not in [one.name for one in unusual(PERSON, plain)]
    assert "new" in [one.name for one in unusual(PERSON, wild)]


def test_small_money_is_not_worth_an_alarm() -> None:
    """Somebody at a cent a day who spends thirty is below what matters to the team."""
    daily = team(6)
    daily["tiny"] = dict.fromkeys(daily["p0"], 0.01) | {FIRST + DAYS - 1: 0.3}

    assert "tiny" not in [one.name for one in unusual(PERSON, daily)]


@pytest.mark.parametrize("daily", [{}, {"a": {}}, {"a": {FIRST: 0.0}}, {"a": {FIRST: 1e9}}])
def test_too_few_days_say_nothing(daily: Daily) -> None:
    """Nobody is called unusual by themselves on a first day."""
    assert unusual(PERSON, daily) == []


@given(
    daily=st.dictionaries(
        st.sampled_from("abcdef"),
        st.dictionaries(st.integers(FIRST, FIRST + 90), st.floats(0, 1e6), max_size=60),
    ),
    factor=st.floats(0.01, 100),
)
def test_money_in_another_unit_gives_the_same_names(daily: Daily, factor: float) -> None:
    """Dollars or cents: the same people, and money that is as much more."""
    scaled = {n: {day: c * factor for day, c in days.items()} for n, days in daily.items()}
    one, other = unusual(PERSON, daily), unusual(PERSON, scaled)

    assert [found.name for found in one] == [found.name for found in other]
    assert [found.a_month * factor for found in one] == pytest.approx(
        [found.a_month for found in other], rel=1e-6
    )
