"""Every limit that a file may name, against a plan that is worked by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from limit_cases import ASKED, OPTIONS, TEAMS, held, line, request
from questions import Question, maker

from advisor.answers.check.answer import check
from advisor.answers.check.figures import FIGURES, Prompts
from advisor.answers.check.verdict import Bounds, judged
from advisor.errors import InfeasibleError, InputError, MissingError, NothingToCheckError
from advisor.limit_names import BUDGET, LIMIT_NAMES, LIMITS
from advisor.tables.check import FAIL, OK, SKIPPED, UNKNOWN, WARN


def limited(name: str, **terms: Any) -> Question:
    """Ask with one limit."""
    return ASKED.but(limits={name: terms})


BY_HAND = {
    "annual_spend": 8_400,
    "monthly_spend": 700,
    "spend_per_developer_month": 70,
    "spend_per_active_month": 140,
    "cost_per_completed": 700 / 320,
    "value_per_dollar": 960 / 700,
    "quality": 320 / 400,
    "top_vendor_share": 400 / 700,
    "top_channel_share": 400 / 700,
    "top_harness_share": 400 / 700,
    "unmet_tasks": 0,
    "unpriced_models": 0,
    "retired_models": 0,
    "prices_age_days": 38,
}
LOWER = {"value_per_dollar", "quality"}


def test_every_limit_name_is_known_how_to_find() -> None:
    """What files may name and what is computed are the same names."""
    assert set(FIGURES) == set(LIMITS) - {BUDGET} == set(LIMIT_NAMES)


@pytest.mark.parametrize("name", BY_HAND)
def test_a_limit_is_held_against_the_figure_worked_by_hand(name: str) -> None:
    """To 1 part in 10¹²."""
    found = line(limited(name, warn_at=BY_HAND[name] or 1), name)

    assert found.value == pytest.approx(BY_HAND[name], rel=1e-12)


@pytest.mark.parametrize("name", BY_HAND)
def test_a_limit_at_its_figure_holds(name: str) -> None:
    """Rounding breaks nothing."""
    key = "at_least" if name in LOWER else "at_most"

    assert line(limited(name, **{key: BY_HAND[name]}), name).status == OK


@pytest.mark.parametrize("name", BY_HAND)
def test_a_limit_just_inside_its_figure_is_broken(name: str) -> None:
    """By a millionth and more."""
    found = BY_HAND[name]
    key, bound = ("at_least", found * 1.00001) if name in LOWER else ("at_most", found - 1e-4)

    assert line(limited(name, **{key: bound}), name).status == FAIL


def test_how_far_a_bound_is_passed_is_a_share_of_the_bound() -> None:
    """From below too: 4 against at least 5 is 20 % short; of nothing nothing is a share."""
    assert judged(4.0, Bounds(at_least=5.0), is_lower=True)[1] == pytest.approx(0.2)
    assert judged(6.0, Bounds(at_most=5.0), is_lower=False)[1] == pytest.approx(0.2)
    assert judged(6.0, Bounds(at_most=0.0), is_lower=False) == (FAIL, 0.0)


@pytest.mark.parametrize("name", BY_HAND)
def test_a_warning_stands_beside_a_limit(name: str) -> None:
    """At the figure of `warn_at` it warns, a little before it does not."""
    found = BY_HAND[name]
    far, beyond = (found / 2, found * 1.01) if name in LOWER else (found * 2 + 2, found + 0.01)
    key = "at_least" if name in LOWER else "at_most"
    near = limited(name, **{key: far, "warn_at": found})
    safe = limited(name, **{key: far, "warn_at": found / 1.01 if name in LOWER else beyond})

    assert [line(one, name).status for one in (near, safe)] == [WARN, OK]


def test_a_year_is_twelve_months_however_long_the_plan_is() -> None:
    """Six months of 700 are 8,400 a year, and 4,200 in all."""
    found = held(limited("annual_spend", at_most=1).but(months=6))

    assert (found.lines[0].value, found.spend.expected) == pytest.approx((8_400, 4_200))


def test_monthly_spend_is_the_dearest_month() -> None:
    """Growth of 10 % a month makes December 1.1¹¹ times January."""
    asked = limited("monthly_spend", at_most=1).but(growth="10% a month")

    assert line(asked, "monthly_spend").value == pytest.approx(700 * 1.1**11)


def test_tasks_that_nobody_does_are_unmet() -> None:
    """$100 a person of use, a cap of 60: two fifths of 500 tasks stay undone, each month."""
    options = OPTIONS | {"own": {"model": "big", "harness": "shell", "cap": 60}}
    asked = limited("unmet_tasks", at_most=0).but(options=options, mix=None, usage_spread=1)

    assert line(asked, "unmet_tasks").value == pytest.approx(2_400)


def test_an_option_without_figures_is_counted() -> None:
    """Nothing is known of its tokens and quality."""
    unknown = {"new": {"model": "small", "harness": "lab"}}
    asked = limited("unpriced_models", at_most=0).but(options=OPTIONS | unknown)
    found = line(asked, "unpriced_models")

    assert (found.value, found.status) == (1.0, FAIL)


@pytest.mark.parametrize(("day", "count"), [("2027-12-31", 1.0), ("2028-01-01", 0.0)])
def test_a_model_that_retires_within_the_plan_is_counted(day: str, count: float) -> None:
    """The plan ends with December 2027."""
    files = [maker("acme", big={"input": 1, "output": 1}), *ASKED.files[1:]]
    files[0]["models"]["big"]["retires"] = day
    asked = Question(limited("retired_models", at_most=0).workload, files)

    assert line(asked, "retired_models").value == count


@pytest.mark.parametrize(("budget", "chance"), [(8_000, 1.0), (9_000, 0.0)])
def test_the_chance_over_a_budget_is_the_share_of_drawn_years(budget: int, chance: float) -> None:
    """Without any spread all years are 8,400."""
    asked = limited("probability_over_budget", at_most=0.3).but(budget=budget)
    found = line(asked, "probability_over_budget", draws=50)

    assert (found.value, found.status) == (chance, FAIL if chance else OK)


@pytest.mark.parametrize(
    ("bound", "status"), [("2027-12-16", OK), ("2027-12-17", FAIL), ("2027-01-01", OK)]
)
def test_the_day_the_money_is_gone_is_held_from_below(bound: str, status: str) -> None:
    """After 7,700 in November 350 of 8,050 are left: at 700 / 31 a day the 16th is beyond them."""
    asked = limited("exhaustion_date", at_least=bound).but(budget=8_050)
    found = line(asked, "exhaustion_date")

    assert (found.value, found.status) == (date(2027, 12, 16), status)


def test_money_that_lasts_is_late_enough_for_any_day() -> None:
    """No day is beyond the plan."""
    asked = limited("exhaustion_date", at_least="2099-12-31").but(budget=9_000)
    found = line(asked, "exhaustion_date")

    assert (found.value, found.status) == (None, OK)


@pytest.mark.parametrize(("at_most", "status"), [(0.25, OK), (0.24, FAIL)])
def test_an_increase_is_held_against_the_base(at_most: float, status: str) -> None:
    """8 people before, 10 now: a quarter more."""
    asked = limited("increase", at_most=at_most)
    found = line(asked, "increase", base=asked.but(developers=8))

    assert [found.value, found.status] == [pytest.approx(0.25), status]


@pytest.mark.parametrize(
    ("name", "needs"), [("increase", "needs --base"), ("expected_year_end", "needs --actuals")]
)
def test_what_was_not_given_is_not_looked_at(name: str, needs: str) -> None:
    """Skipped, with what it needs; no failure."""
    found = line(limited(name, at_most=1).but(budget=9_000), name)

    assert (found.status, found.value, found.note) == (SKIPPED, None, needs)


@pytest.mark.parametrize("name", ["increase", "expected_year_end"])
def test_a_file_of_which_nothing_was_looked_at_does_not_hold(name: str) -> None:
    """The one limit needs what was not given: an error with the reason, never `all 0 hold`."""
    with pytest.raises(NothingToCheckError, match=f"no limit was looked at: {name} needs --"):
        held(limited(name, at_most=1))


def test_a_base_that_has_not_the_file_leaves_an_increase_unknown() -> None:
    """Asked for and not there is not the same as not asked for."""
    found = line(limited("increase", at_most=1), "increase", no_base="not in main")

    assert (found.status, found.note) == (UNKNOWN, "not in main")


def test_an_increase_from_nothing_is_not_known() -> None:
    """Nobody before, ten people now: no share says it, and it does not hold."""
    asked = limited("increase", at_most=1)
    found = line(asked, "increase", base=asked.but(developers=0))

    assert (found.status, found.note[:26]) == (UNKNOWN, "nothing was spent before, ")


def test_without_draws_a_chance_is_not_looked_at() -> None:
    """It says so, and does not say zero."""
    asked = limited("probability_over_budget", at_most=0.3).but(budget=9_000)
    found = line(asked, "probability_over_budget", draws=0)

    assert (found.status, found.note) == (SKIPPED, "needs --draws")


def test_what_cannot_be_known_is_no_zero() -> None:
    """With nothing done there is no cost of a completed task: it is not held."""
    asked = limited("cost_per_completed", at_most=5).but(developers=0)

    assert line(asked, "cost_per_completed").status == UNKNOWN


@pytest.mark.parametrize("name", ["exhaustion_date", "probability_over_budget"])
def test_a_limit_on_a_budget_needs_one(name: str) -> None:
    """A file without a budget is told, not passed."""
    with pytest.raises(InputError, match="the file has no `budget`"):
        held(limited(name, warn_at="2027-01-01" if name == "exhaustion_date" else 0.5))


def test_prompts_are_held_by_the_largest_file() -> None:
    """The file stands beside its tokens."""
    asked = limited("prompt_tokens", at_most=20_000, on="prompts/**")
    found = line(asked, "prompt_tokens", prompts={"prompts/**": Prompts("prompts/b.md", 30_000)})

    assert (found.value, found.status, found.over) == (30_000, FAIL, 0.5)
    assert (found.on, found.note) == ("prompts/**", "prompts/b.md, by o200k_base")


# --- which way


@pytest.mark.parametrize(
    ("way", "spend"), [(None, 8_400), ("mix", 8_400), ("current", 6_000), ("twice", 12_000)]
)
def test_a_limit_may_name_another_way(way: str | None, spend: float) -> None:
    """The mix as decided, what runs today, an option."""
    asked = ASKED.but(limits=[{"limit": "annual_spend", "at_most": 1, "on": way}])

    assert line(asked, "annual_spend").value == pytest.approx(spend)


def test_a_limit_on_the_mix_stays_with_it_where_an_option_is_asked_for() -> None:
    """The rest of the file is held by `twice`, this one by what was decided."""
    limits = [{"limit": "annual_spend", "at_most": 1, "on": "mix"}]
    mixed, alone = ASKED.but(limits=limits), ASKED.but(limits=limits, mix="own")

    assert line(mixed, "annual_spend", option="twice").value == pytest.approx(8_400)
    assert line(alone, "annual_spend", option="twice").value == pytest.approx(6_000)


def test_a_limit_may_be_held_against_the_recommended_mix() -> None:
    """Work that is worth more than it costs: all of it goes to `own`."""
    asked = ASKED.but(limits=[{"that": "annual_spend", "at_most": 6_000, "on": "recommended"}])
    found = line(asked, "annual_spend")

    assert [found.value, found.status, found.on] == [pytest.approx(6_000), OK, "recommended"]


def test_where_no_mix_keeps_the_limits_none_can_be_held() -> None:
    """A recommended mix that is not there is no answer."""
    asked = ASKED.but(
        limits=[{"limit": "annual_spend", "at_most": 1, "on": "recommended"}],
        policy={"max_vendors": 1, "min_vendors": 2},
    )
    with pytest.raises(InfeasibleError):
        held(asked)


def test_without_a_mix_what_runs_today_is_held() -> None:
    """500 tasks at $1 a month, and the answer says which way it is."""
    found = held(limited("annual_spend", at_most=1).but(mix=None))

    assert found.lines[0].value == pytest.approx(6_000)
    assert found.acts_on == "as today, for no mix is decided: own"


def test_an_option_may_be_held_in_place_of_the_mix() -> None:
    """As asked."""
    found = held(limited("annual_spend", at_most=1), option="twice")

    assert [found.lines[0].value, found.acts_on] == [pytest.approx(12_000), "as asked: twice"]


def test_an_option_without_figures_cannot_be_held() -> None:
    """Missing, not zero."""
    options = OPTIONS | {"new": {"model": "small", "harness": "lab"}}
    limits = [{"limit": "annual_spend", "at_most": 1, "on": "new"}]

    with pytest.raises(MissingError):
        held(ASKED.but(options=options, limits=limits))


# --- teams


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("annual_spend", 0.6 * 8_400),
        ("monthly_spend", 420),
        ("spend_per_developer_month", 70),
        ("quality", 0.8),
        ("top_vendor_share", 400 / 700),
    ],
)
def test_a_limit_may_be_about_one_team(name: str, value: float) -> None:
    """Six of ten people have six tenths of the work."""
    found = line(TEAMS.but(limits=[{"limit": name, "warn_at": 1, "team": "pay"}]), name)

    assert [found.value, found.team] == [pytest.approx(value), "pay"]


def test_a_limit_on_a_teams_budget_is_about_its_own() -> None:
    """3,780 by September; 220 of 4,000 are left: at 420 / 31 a day 17 October is beyond them."""
    limits = [{"limit": "exhaustion_date", "at_least": "2027-12-31", "team": "pay"}]

    assert line(TEAMS.but(limits=limits), "exhaustion_date").value == date(2027, 10, 17)


def test_the_chance_over_a_teams_budget_needs_no_budget_of_the_file() -> None:
    """5,040 against 4,000: over in every year."""
    limits = [{"limit": "probability_over_budget", "at_most": 0.5, "team": "pay"}]

    assert line(TEAMS.but(limits=limits), "probability_over_budget", draws=20).value == 1.0


def test_a_teams_budget_is_a_limit_by_itself() -> None:
    """5,040 against 4,000: 26 % over."""
    found = line(TEAMS, "teams.pay.budget")

    assert [found.value, found.status, found.team] == [pytest.approx(5_040), FAIL, "pay"]
    assert found.over == pytest.approx(0.26)


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        ({"limit": "annual_spend", "at_most": 1, "team": "pya"}, "'pya' is not a team"),
        ({"limit": "increase", "at_most": 1, "team": "pay"}, "of no team"),
        ({"limit": "expected_year_end", "at_most": 1, "team": "pay"}, "of no team"),
        ({"limit": "exhaustion_date", "at_least": "2027-01-01", "team": "web"}, "team web has no"),
        ({"limit": "annual_spend", "at_most": "abc"}, "'abc' is not a number"),
        ({"limit": "annual_spend", "at_most": 1, "on": "owm"}, "'owm' is not one of"),
        ({"limit": "annual_spend", "at_most": 1, "on": "all"}, "one way of working"),
        ({"limit": "increase", "at_most": 1, "on": "own"}, "`--option` in place of it"),
        ({"limit": "quality", "at_least": 90}, "a share is written as 10% or 0.1"),
        ({"limit": "exhaustion_date", "at_least": "soon"}, "write YYYY-MM-DD"),
        ({"limit": "prompt_tokens", "at_most": 1}, "say which files"),
        ({"limit": "prompt_tokens", "at_most": 1, "on": "*.md"}, "was not counted"),
    ],
)
def test_a_limit_that_names_what_is_not_there_is_refused(limit: dict[str, Any], said: str) -> None:
    """It says what is wrong."""
    with pytest.raises(InputError, match=said):
        held(TEAMS.but(limits=[limit]))


def test_the_faults_of_all_limits_are_told_at_once() -> None:
    """One error, a fault each."""
    limits = [
        {"limit": "annual_spend", "at_most": 1, "on": "owm"},
        {"limit": "monthly_spend", "at_most": 1, "team": "x"},
    ]
    with pytest.raises(InputError) as caught:
        held(TEAMS.but(limits=limits))
    assert [one.key for one in caught.value.faults] == [
        "limits.annual_spend.on",
        "limits.monthly_spend.team",
    ]


# --- budget and policy


def test_a_budget_is_a_limit_by_itself() -> None:
    """8,400 against 8,000: 5 % over."""
    found = line(ASKED.but(budget=8_000), "budget")

    assert [found.value, found.at_most, found.status] == [pytest.approx(8_400), 8_000, FAIL]
    assert found.over == pytest.approx(0.05)


def test_a_budget_with_confidence_is_held_on_the_dearest_years() -> None:
    """With a spread of years the mean of the dearest tenth is above the expected year."""
    asked = ASKED.but(budget={"total": 8_400, "confidence": 0.9}, level_spread=0.35)
    found = line(asked, "budget", draws=500)

    assert (found.status, found.note) == (FAIL, "the mean of the dearest 10% of years")


def test_confidence_is_held_without_draws_too() -> None:
    """It is drawn for the limit alone."""
    asked = ASKED.but(budget={"total": 8_401, "confidence": 0.9}, level_spread=0.35)

    assert line(asked, "budget", draws=0).status == FAIL


@pytest.mark.parametrize(
    ("policy", "limit", "value", "status"),
    [
        ({"min_quality": 0.85}, "min_quality", 0.8, FAIL),
        ({"min_quality": {"default": 0.9, "fix": 0.75}}, "min_quality.fix", 0.8, OK),
        ({"min_quality_overall": 0.81}, "min_quality_overall", 0.8, FAIL),
        ({"max_vendor_share": 0.5}, "max_vendor_share", 400 / 700, FAIL),
        ({"max_channel_share": 0.6}, "max_channel_share", 400 / 700, OK),
        ({"max_harness_share": 0.5}, "max_harness_share", 400 / 700, FAIL),
        ({"max_vendors": 1}, "max_vendors", 2, FAIL),
        ({"min_vendors": 2}, "min_vendors", 2, OK),
        ({"min_vendors": 2, "min_share": 0.45}, "min_vendors", 1, FAIL),
        ({"deny": {"makers": ["other"]}}, "deny.makers", 1, FAIL),
        ({"deny": {"harnesses": ["lab"]}}, "deny.harnesses", 0, OK),
        ({"allow": {"makers": ["acme"]}}, "allow.makers", 1, FAIL),
    ],
)
def test_a_policy_is_limits_by_itself(
    policy: dict[str, Any], limit: str, value: float, status: str
) -> None:
    """Floors, shares, numbers of makers, and rules that deny."""
    found = line(ASKED.but(policy=policy), limit)

    assert [found.value, found.status] == [pytest.approx(value), status]


def test_a_rule_names_what_it_denies() -> None:
    """Only what the held way uses."""
    asked = ASKED.but(policy={"deny": {"makers": ["other"]}})

    assert line(asked, "deny.makers").note == "twice"
    assert line(asked, "deny.makers", option="own").note == ""


@pytest.mark.parametrize("policy", [None, {"cascades": False}, {"failure_correlation": 0.5}])
def test_a_file_that_limits_nothing_has_nothing_to_check(policy: dict[str, Any] | None) -> None:
    """Policies that bound nothing are none."""
    with pytest.raises(NothingToCheckError, match="no budget, policy or limits: nothing to check"):
        held(ASKED.but(policy=policy))


def test_broken_ones_stand_first_then_warnings_then_the_rest() -> None:
    """Within each in the order of the file."""
    asked = ASKED.but(
        budget=9_000,
        limits={
            "increase": 0.1,
            "quality": 0.5,
            "annual_spend": {"at_most": 9_000, "warn_at": 8_000},
            "monthly_spend": 1,
        },
    )

    assert [(one.limit, one.status) for one in held(asked).lines] == [
        ("monthly_spend", FAIL),
        ("annual_spend", WARN),
        ("increase", SKIPPED),
        ("budget", OK),
        ("quality", OK),
    ]


def test_the_price_of_a_seat_ages_too() -> None:
    """A seat that was looked at earlier than the model makes the age."""
    early = {"url": "https://example.org", "checked_on": "2026-10-13"}
    terms = {"seat_month": 20, "includes": "none", "overage": {"factor": 1}, "source": early}
    seats = {"seat": {"periods": [{"effective_from": "2025-01-01", **terms}]}}
    options = OPTIONS | {"own": {"model": "big", "harness": "shell", "plan": "seat"}}
    asked = limited("prices_age_days", warn_at=1).but(options=options, mix=None)
    files = [{**ASKED.files[0], "plans": seats}, ASKED.files[1]]

    assert line(Question(asked.workload, files), "prices_age_days").value == 68


def test_the_age_of_prices_is_not_known_before_they_were_looked_at() -> None:
    """A clock that is wrong must not make prices look new."""
    asked = request(limited("prices_age_days", at_most=9))._replace(today=date(2020, 1, 1))
    (found,) = check(asked).lines

    assert (found.value, found.status) == (None, UNKNOWN)
