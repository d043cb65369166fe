"""Somebody leaves: what work moves to, what that costs, what a second maker from the start would.

100 tasks a month for half a year, a dollar each on `today`; `second` costs half as much and does
90 % of the work. The day named is the last: what leaves on 31 March is there in March.
"""

from __future__ import annotations

import inspect
import json
from collections import Counter
from datetime import date
from typing import Any

import pytest
from mixes import FILES, best_objective, choice, seller, team, work
from questions import Plain, Question
from stressed import stressed

from advisor.answers.recommend.search import FoundMix, Quest
from advisor.answers.stress.answer import Ask, stress
from advisor.errors import InputError
from advisor.output.stress.formats import render_json

FIX = work(1, 100, success=0.8, value=10)
TASK = {"fix": FIX}
OPTIONS = {"today": choice("today", channel="cloud"), "second": choice("second", 0.5, 0.9)}
CHANNELS = {"cloud": {"periods": [{"effective_from": "2025-01-01"}]}}
MARCH = date(2027, 3, 31)


def asked(*files: Plain, tasks: Plain | None = None, **blocks: Any) -> Question:
    """Ask about half a year of the tasks."""
    options = blocks.pop("options", OPTIONS)
    question = team(tasks or TASK, options, **{"months": 6, **blocks})
    return Question(question.workload, (*FILES, *files), CHANNELS)


def exit_of(question: Question, name: str, on: date | None = MARCH) -> tuple[Plain, Plain]:
    """Let somebody leave; return the story, and what is said of the leaving."""
    answer = stressed(question, exits=((name, on),))
    (line,) = [one for one in answer["scenarios"] if one["scenario"] == "vendor-exit"]
    (leaving,) = answer["exits"]
    return line, leaving


def test_a_question_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is best before and after a leaving is asked once, whoever wants to know.

    Stories apart, that is the plan without it, its two parts, and two for a second maker.
    """
    asks: list[str] = []
    best = Quest.best

    def counted(quest: Quest) -> FoundMix:
        caller = inspect.stack()[1].function
        asks.append("story" if caller == "best_in" else caller)
        return best(quest)

    monkeypatch.setattr(Quest, "best", counted)
    stress(asked().case(), ask=Ask(exits=(("acme", MARCH),)))

    assert Counter(asks) - Counter({"story": len(asks)}) == Counter(
        {"_mix": 1, "_best": 2, "premium_of": 2}
    )


# --- Who, and when --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kind"), [("acme", "maker"), ("cloud", "channel"), ("today", "tool")]
)
def test_makers_channels_and_tools_may_leave(name: str, kind: str) -> None:
    """Three months at a dollar, then three at half of one: 300 tasks at 80 %, 300 at 72 %."""
    line, leaving = exit_of(asked(), name)

    assert (leaving["kind"], leaving["moves_to"]) == (kind, [["all", "fix", ["second"]]])
    assert (line["today"]["spend"], line["today"]["completed"]) == pytest.approx((450, 456))


def test_a_day_inside_a_month_cuts_the_month() -> None:
    """10 of March's 31 days are left: 232.26 tasks at a dollar, 367.74 at half."""
    line, _ = exit_of(asked(), "acme", date(2027, 3, 10))

    before = 200 + 100 * 10 / 31
    assert line["today"]["spend"] == pytest.approx(before + (600 - before) / 2)


def test_whoever_leaves_before_the_plan_is_not_there_at_all() -> None:
    """All six months are on `second`."""
    line, _ = exit_of(asked(), "acme", date(2026, 12, 31))

    assert line["today"]["spend"] == pytest.approx(300)


def test_whoever_leaves_after_the_plan_changes_nothing() -> None:
    """Nothing moves in these months, and nobody is paid for moving."""
    line, leaving = exit_of(asked(switching_days_per_developer=2), "acme", date(2027, 7, 31))

    assert (line["today"]["spend"], leaving["moves_to"]) == (pytest.approx(600), [])
    assert line["today"]["moving"] in {None, 0}


def test_work_that_did_not_use_who_leaves_stays_though_no_mix_keeps_the_limits() -> None:
    """Only `second` does half of the work at least for $400; today's work is none of it."""
    unvalued = {"fix": work(1, 100, success=0.8)}
    question = asked(tasks=unvalued, budget=400, policy={"min_quality": 0.5}, mix="second")

    line, _ = exit_of(question, "brix")

    assert line["today"]["spend"] == pytest.approx(600)
    assert line["mix"]["spend"] is None


def test_without_a_day_it_is_the_middle_of_the_plan() -> None:
    """Half the months are before it."""
    line, leaving = exit_of(asked(), "acme", None)

    assert (leaving["on"], line["today"]["spend"]) == ("2027-03-31", pytest.approx(450))


def test_without_a_name_the_top_makers_leave() -> None:
    """Today's and the mix's, each once."""
    answer = stressed(asked(mix="second"))

    assert [(one["name"], one["kind"]) for one in answer["exits"]] == [
        ("acme", "maker"),
        ("brix", "maker"),
    ]


def test_who_is_nobody_s_maker_channel_or_tool_cannot_leave() -> None:
    """The names that there are, are told."""
    with pytest.raises(InputError, match=r"'nobody' is no maker, channel or tool .* acme, brix"):
        exit_of(asked(), "nobody")


# --- What moves -----------------------------------------------------------------------------------

ALONE = {**OPTIONS, "third": choice("third", 0.8, 0.95)}
TWO = {"fix": FIX, "docs": work(2, 50, success=0.5, value=8)}
THREE = {
    **OPTIONS,
    "second": choice("second", 0.5, {"fix": 0.9, "docs": 0.6}),
    "third": choice("third", 0.8, {"fix": 0.95, "docs": 0.95}),
}


def test_work_that_did_not_use_what_is_gone_stays() -> None:
    """Docs stay on `second` though `third` is better at them; fixes move to the best left."""
    mix = {"fix": "today", "docs": "second"}
    line, leaving = exit_of(asked(tasks=TWO, options=THREE, mix=mix), "acme")

    assert leaving["moves_to"] == [["all", "fix", ["third"]]]
    assert line["mix"]["spend"] == pytest.approx(3 * (100 + 50) + 3 * (80 + 50))


def test_work_whose_second_try_is_gone_moves_as_well() -> None:
    """A cascade that ends at what is gone is not a cascade any more."""
    tasks = {"fix": {**FIX, "checked_by": "tests"}}
    mix = {"fix": ["second", "today"]}
    _, leaving = exit_of(asked(tasks=tasks, options=ALONE, mix=mix), "acme")

    assert "today" not in leaving["moves_to"][0][2]


def test_what_it_moves_to_is_the_best_that_the_policy_allows() -> None:
    """Dearer and better `third` where it may be used; with cove denied, `second`."""
    tasks = {"fix": work(1, 100, success=0.8, value=30)}
    allowed, denied = (
        exit_of(asked(tasks=tasks, options=ALONE, policy={"deny": {"makers": names}}), "acme")[1]
        for names in (["dune"], ["cove"])
    )

    assert [one["moves_to"][0][2] for one in (allowed, denied)] == [["third"], ["second"]]


def test_after_an_exit_the_rest_of_the_year_is_the_best_of_what_is_left() -> None:
    """What `recommend` finds for three months without acme, after three months with today's way."""
    line, _ = exit_of(asked(tasks=TWO, options=THREE, mix="today"), "acme")
    without = {"policy": {"deny": {"makers": ["acme"]}}, "months": 3, "start": "2027-04"}

    best = best_objective(asked(tasks=TWO, options=THREE, **without)) or 0.0

    before = 3 * (100 * 0.8 * 10 + 50 * 0.5 * 8 - 200)
    assert line["mix"]["net_value"] == pytest.approx(before + best)


def test_quality_still_counts_after_an_exit() -> None:
    """A floor of 92 % leaves only `third`, which does 95 %."""
    question = asked(options=ALONE, policy={"min_quality": 0.92})

    assert exit_of(question, "acme")[1]["moves_to"] == [["all", "fix", ["third"]]]


def test_where_nothing_keeps_the_limits_it_is_said() -> None:
    """Nobody else does 98 %: no figures, and a word."""
    line, _ = exit_of(asked(policy={"min_quality": 0.98}), "acme")

    assert line["today"]["spend"] is None
    assert line["today"]["breaks"] == ["no mix keeps the limits without it"]


# --- Parts add up ---------------------------------------------------------------------------------

SEAT = seller("lumen", seat={"seat_month": 30, "includes": {"usd": 20, "pooled": True}})
PER_HEAD = seller("lumen", seat={"seat_month": 30, "includes": {"usd": 20}})
SPREAD = {"usage_spread": {"p50": 7, "p90": 30}}
ON_SEAT = {**OPTIONS, "today": choice("today", plan="seat"), "third": choice("third", 0.9, 0.9)}
WHOLE_YEARS: dict[str, Any] = {
    "metered": ((), {}),
    "growing": ((), {"growth": "6% a month", "developers": {"2027-01": 5, "2027-06": 40}}),
    "a pool": ((SEAT,), {"options": ON_SEAT}),
    "seats a head": ((PER_HEAD,), {"options": ON_SEAT, **SPREAD}),
    "a cap": ((), {"options": {**OPTIONS, "today": choice("today", cap=25)}, **SPREAD}),
    "a promise": ((), {"contracts": {"acme": {"commitment": 5_000}}}),
    "a promise half used": ((SEAT,), {"options": ON_SEAT,
                                      "contracts": {"lumen": {"commitment": 500}}}),
    "rebound": ((), {"rebound": 0.8, "mix": "second"}),
}  # fmt: skip


@pytest.mark.parametrize("name", WHOLE_YEARS)
def test_the_parts_before_and_after_add_up_to_the_whole(name: str) -> None:
    """Where somebody leaves who serves nothing, both parts of a cut month are the plan's own."""
    files, blocks = WHOLE_YEARS[name]
    tasks = {"fix": {**work(1, success=0.8, value=10), "per_developer_month": 20}}
    del tasks["fix"]["per_month"]
    options = {**blocks.get("options", OPTIONS), "spare": {**choice("fourth", 3, 0.5)}}
    question = asked(*files, tasks=tasks, **{**blocks, "options": options})
    answer = json.loads(
        render_json(stress(question.case(), ask=Ask(exits=(("dune", date(2027, 3, 10)),))))
    )
    (line,) = [one for one in answer["scenarios"] if one["scenario"] == "vendor-exit"]

    keys = ("spend", "completed", "net_value", "work_done")
    figures = {f"{way} {key}": line[way][key] for way in ("today", "mix") for key in keys}
    planned = answer["expected"]
    assert figures == pytest.approx(
        {name: planned[name.split()[0]][name.split()[1]] for name in figures}
    )


def test_seats_of_a_tool_that_is_left_end_with_it() -> None:
    """Ten seats at $30 for three months, with $20 of use each; then `second` for half."""
    line, _ = exit_of(asked(SEAT, options=ON_SEAT), "lumen")

    assert line["today"]["spend"] == pytest.approx(3 * 300 + 3 * 50)


def test_a_promise_is_owed_whoever_leaves() -> None:
    """$500 promised for the plan and $300 used: $200 are owed beside three months of `second`."""
    contracts = {"cloud": {"commitment": 500}}
    line, _ = exit_of(asked(contracts=contracts), "acme")

    assert line["today"]["spend"] == pytest.approx(500 + 150)


# --- People ---------------------------------------------------------------------------------------


def test_moving_takes_days_of_everybody_who_worked_with_it() -> None:
    """10 people × 2 days × 8 hours × $60."""
    line, leaving = exit_of(asked(switching_days_per_developer=2), "acme")

    assert (leaving["days"], leaving["moving"], line["today"]["moving"]) == (20, 9600, 9600)


def test_moving_is_taken_off_the_net_value() -> None:
    """Three months each way, less the $9,600."""
    line, _ = exit_of(asked(switching_days_per_developer=2), "acme")

    assert line["today"]["net_value"] == pytest.approx(3 * 700 + 3 * 670 - 9600)


def test_only_those_who_worked_with_it_move() -> None:
    """A third of the tasks were its: fixes of one class, docs twice as many of the other."""
    tasks = {"fix": FIX, "docs": work(1, 200, success=0.5, value=8)}
    mix = {"fix": "today", "docs": "second"}
    question = asked(tasks=tasks, mix=mix, switching_days_per_developer=3)

    _, leaving = exit_of(question, "acme")

    assert leaving["days"] == pytest.approx(10 / 3 * 3)


def test_people_are_counted_as_active() -> None:
    """40 % of ten developers: 4 people move, and nobody else had it."""
    _, leaving = exit_of(asked(adoption=0.4, switching_days_per_developer=1), "acme")

    assert leaving["days"] == pytest.approx(4)


def test_without_days_stated_a_day_has_a_price() -> None:
    """Nobody says how long: $4,800 of people's time for each day that it takes everybody."""
    line, leaving = exit_of(asked(), "acme")

    assert (leaving["days"], leaving["moving"], leaving["cost_of_a_day"]) == (None, None, 4800)
    assert line["today"]["moving"] is None


def test_who_did_not_work_with_it_does_not_move() -> None:
    """The exit of brix is nothing to today's way."""
    line, _ = exit_of(asked(switching_days_per_developer=2), "brix")

    assert line["today"]["moving"] == 0


# --- Insurance ------------------------------------------------------------------------------------

EVEN = {"fix": FIX, "docs": work(1, 100, success=0.5, value=8)}


@pytest.mark.parametrize(
    ("policy", "spent_there"),
    [
        ({"max_vendor_share": 0.8, "whole": False}, 0.2),
        ({"min_share": 0.1, "whole": False}, 0.1),
        ({"whole": False}, 0.05),
    ],
)
def test_a_second_maker_from_the_start_costs_what_it_does_worse(
    policy: Plain, spent_there: float
) -> None:
    """With shares, x of 600 tasks on `second` lose $0.22 of net each: as many as its share needs.

    It has the share that `max_vendor_share` leaves it, else `min_share`: s × (600 - x ÷ 2) = x ÷ 2.
    """
    options = {"today": choice("today"), "second": choice("second", 0.5, 0.91)}
    _, leaving = exit_of(asked(options=options, policy=policy), "acme")

    tasks = 600 * spent_there / (0.5 + 0.5 * spent_there)
    assert leaving["premium"] == pytest.approx(tasks * (8 - 1 - (8 * 0.91 - 0.5)), rel=1e-6)


def test_whole_routes_insure_by_a_whole_kind_of_work() -> None:
    """A fix on `second` nets $6.46 instead of $7, docs $2.98 instead of $3: 600 docs lose least."""
    options = {"today": choice("today"), "second": choice("second", 0.5, 0.87)}
    _, leaving = exit_of(asked(tasks=EVEN, options=options), "acme")

    assert leaving["premium"] == pytest.approx(600 * 0.02)


def test_a_mix_that_holds_a_second_maker_anyway_pays_no_premium() -> None:
    """Docs are best on `second` as it is."""
    options = {"today": choice("today"), "second": choice("second", 0.5, {"fix": 0.5, "docs": 1})}
    _, leaving = exit_of(asked(tasks=EVEN, options=options), "acme")

    assert leaving["premium"] == pytest.approx(0)


def test_where_one_route_has_no_room_for_a_second_maker_there_is_no_premium() -> None:
    """One kind of work with one whole route has one maker."""
    _, leaving = exit_of(asked(), "acme")

    assert leaving["premium"] is None
