"""The stories, each worked out by hand on a file of half a year.

100 tasks a month cost a dollar each on `today`; `second` costs half as much and does 90 % of the
work, `third` 90 cents for 95 %. The middle of the plan is the first of April.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from mixes import FLAT, best_objective, choice, seller, team, work
from questions import Plain, Question
from stressed import stressed

from advisor.answers.recommend.answer import Wish
from advisor.answers.stress.answer import stress
from advisor.output.stress.formats import render_text

TASK = {"fix": work(1, 100, success=0.8, value=10)}
OPTIONS = {
    "today": choice("today"),
    "second": choice("second", 0.5, 0.9),
    "third": choice("third", 0.9, 0.95),
}


def asked(*files: Plain, tasks: Plain | None = None, **blocks: Any) -> Question:
    """Ask about half a year of the tasks."""
    options = blocks.pop("options", OPTIONS)
    return team(tasks or TASK, options, *files, **{"months": 6, **blocks})


def story(answer: Plain, *words: str) -> Plain:
    """Return the story whose title holds some words."""
    (found,) = [one for one in answer["scenarios"] if all(word in one["title"] for word in words)]
    told: Plain = found
    return told


def cost(line: Plain, way: str = "today") -> float:
    """Return what a way costs in a story."""
    return float(line[way]["spend"])


# --- Use and prices -------------------------------------------------------------------------------

RAMP = (0.47, 0.63, 0.84, 0.95, 0.95, 0.95)


def test_as_planned_everything_is_as_in_compare() -> None:
    """600 tasks at a dollar, 80 % done."""
    expected = stressed(asked())["expected"]["today"]

    assert (expected["spend"], expected["completed"], expected["net_value"]) == pytest.approx(
        (600, 480, 4200)
    )


def test_seats_stay_with_those_whom_bills_say_they_are_for() -> None:
    """10 seats at $20 for a part of 40 people cost $200 a month as planned, as in `compare`."""
    seat = seller("lumen", seat={"seat_month": 20, "includes": {"usd": 30, "pooled": True}})
    bills = [
        {"vendor": "acme", "month": "2026-12", "cost": 4_000, "active_developers": 40},
        {"vendor": "lumen", "month": "2026-12", "cost": 200, "seats": 10},
    ]
    options = {**OPTIONS, "seated": choice("second", 1, 1, plan="seat")}
    plain = {"fix": {"per_developer_month": 10, "value": 60, "review": 0, "rework": 0}}
    question = asked(
        seat, tasks=plain, options=options, developers=40, billed=bills, mix="third"
    ).but(current=None)

    (compared,) = [row for row in question.answer()["options"] if row["today"]]
    planned = cost(stressed(question)["expected"])

    assert planned == pytest.approx(6 * 4_200)
    assert planned == pytest.approx(compared["spend"]["expected"])


def test_use_rises_as_uber_s_did() -> None:
    """Each month has the reported active share relative to January's, 95 % from April on."""
    line = story(stressed(asked()), "use doubles")

    assert cost(line) == pytest.approx(sum(100 * share / 0.47 for share in RAMP))


def test_more_people_need_more_seats() -> None:
    """Of 100 developers 47 % have a seat at $40 in January, 63, 84 and 95 % in the months after."""
    seat = seller("lumen", seat={"seat_month": 40, "includes": {"usd": 30, "pooled": True}})
    tasks = {"fix": {**work(1, success=0.8), "per_developer_month": 1}}
    del tasks["fix"]["per_month"]
    options = {**OPTIONS, "today": choice("today", plan="seat")}
    question = asked(seat, tasks=tasks, options=options, developers=100, adoption=0.47, mix="today")

    line = story(stressed(question), "use doubles")

    assert cost(line) == pytest.approx(sum(40 * round(100 * share) for share in RAMP))


def test_prices_fall_from_the_middle() -> None:
    """Three months at a dollar, three at half of one."""
    assert cost(story(stressed(asked()), "all prices × 0.5")) == pytest.approx(300 + 150)


def test_prices_move_by_the_factor_from_the_month_that_begins_on_the_day_or_later() -> None:
    """× 3 from 2 March: January to March as they were."""
    answer = stressed(asked(), price_factor=3, since=date(2027, 3, 2))

    assert cost(story(answer, "all prices × 3")) == pytest.approx(300 + 900)


def test_prices_of_the_makers_most_is_spent_on_move_alone() -> None:
    """Today's maker and the mix's: 50 % up and down, all year, the others as they were."""
    answer = stressed(asked(mix="second"))
    told = {
        (maker_, move): (cost(line), cost(line, "mix"))
        for maker_ in ("acme", "brix")
        for move in ("+50%", "-50%")
        for line in [story(answer, f"{maker_}'s prices {move}")]
    }

    assert told == {
        ("acme", "+50%"): pytest.approx((900, 300)),
        ("acme", "-50%"): pytest.approx((300, 300)),
        ("brix", "+50%"): pytest.approx((600, 450)),
        ("brix", "-50%"): pytest.approx((600, 150)),
    }


@pytest.fixture
def announced() -> Question:
    """Ask where a price of `today` has been announced to double on the first of March."""
    periods = [
        {"effective_from": "2025-01-01", **FLAT},
        {"effective_from": "2027-03-01", "status": "announced", "input": 2, "output": 2},
    ]
    question = asked()
    files = ({"vendor": "acme", "models": {"acme-1": {"prices": periods}}}, *question.files[1:])
    return Question(question.workload, files)


def test_an_announced_price_counts_as_planned(announced: Question) -> None:
    """Two months at a dollar, four at two."""
    assert cost(stressed(announced)["expected"]) == pytest.approx(200 + 800)


def test_an_announced_price_may_be_cancelled(announced: Question) -> None:
    """Then all six months stay at a dollar."""
    assert cost(story(stressed(announced), "cancelled", "today")) == pytest.approx(600)


def test_an_announced_price_may_come_early(announced: Question) -> None:
    """Then all six months are at two."""
    assert cost(story(stressed(announced), "at once", "today")) == pytest.approx(1200)


# --- What is not known, and rebound ---------------------------------------------------------------

RANGES = {
    **OPTIONS,
    "second": choice("second", [0.3, 0.7], [0.85, 0.95]),
}


def test_others_may_take_more_tokens() -> None:
    """`second` at its P90, 0.66; `today`, which the tokens are stated for, as it was."""
    line = story(stressed(asked(options=RANGES, mix="second")), "most tokens")

    assert (cost(line), cost(line, "mix")) == pytest.approx((600, 600 * 0.66))


def test_others_may_do_less() -> None:
    """`second` at its P10, 86 % of 80 % of 600 tasks."""
    line = story(stressed(asked(options=RANGES, mix="second")), "do the least")

    assert (line["today"]["completed"], line["mix"]["completed"]) == pytest.approx(
        (480, 480 * 0.86)
    )


@pytest.mark.parametrize(("words", "elasticity"), [("5% more", 0.5), ("11% more", 1.1)])
def test_cheaper_makes_for_more(words: str, elasticity: float) -> None:
    """Half the cost is asked for 2 to the elasticity as often; today's stays as it is."""
    line = story(stressed(asked(mix="second")), words)

    assert (cost(line), cost(line, "mix")) == pytest.approx((600, 300 * 2**elasticity))


def test_at_the_highest_published_rebound_a_price_cut_saves_nothing() -> None:
    """Half the price, and more is spent."""
    line = story(stressed(asked(mix="second")), "11% more")

    assert cost(line, "mix") > cost(line)


def test_a_file_s_own_rebound_is_what_is_planned() -> None:
    """A file at 0.5 has the stories of 0 and of 1.1 beside it."""
    answer = stressed(asked(mix="second", rebound=0.5))

    none = story(answer, "no more tasks")
    assert (cost(answer["expected"], "mix"), cost(none, "mix")) == pytest.approx(
        (300 * 2**0.5, 300)
    )


# --- Plans and money ------------------------------------------------------------------------------


def test_a_plan_may_include_half_as_much() -> None:
    """Ten seats at $3 for $50 of use leave $50 beyond; with $25 included, $75, six times."""
    seat = seller("lumen", seat={"seat_month": 3, "includes": {"usd": 5, "pooled": True}})
    options = {**OPTIONS, "today": choice("today", plan="seat")}
    answer = stressed(asked(seat, options=options, mix="today"))

    found = (cost(answer["expected"]), cost(story(answer, "half as much")))
    assert found == pytest.approx((6 * (30 + 50), 6 * (30 + 75)))


def test_a_dollar_may_cost_more() -> None:
    """In euros at 0.80 a dollar 600 tasks cost 480, then 528 and 432."""
    answer = stressed(asked(currency={"code": "EUR", "per_usd": 0.8}))

    told = [cost(story(answer, f"a dollar costs {move}")) for move in ("+10%", "-10%")]
    assert (cost(answer["expected"]), *told) == pytest.approx((480, 528, 432))


def test_seats_are_sold_in_dollars_too() -> None:
    """Ten seats at $3 and $50 of use beyond, in euros: everything is 10 % dearer."""
    seat = seller("lumen", seat={"seat_month": 3, "includes": {"usd": 5, "pooled": True}})
    options = {**OPTIONS, "today": choice("today", plan="seat")}
    euros = {"code": "EUR", "per_usd": 0.8}
    answer = stressed(asked(seat, options=options, mix="today", currency=euros))

    found = (cost(answer["expected"]), cost(story(answer, "a dollar costs +10%")))
    assert found == pytest.approx((0.8 * 480, 0.88 * 480))


@pytest.mark.parametrize("words", ["half as much", "a dollar costs"])
def test_what_cannot_happen_is_not_told(words: str) -> None:
    """A file in dollars without plans has no exchange rate and no pool."""
    assert [one for one in stressed(asked())["scenarios"] if words in one["title"]] == []


# --- Regret ---------------------------------------------------------------------------------------


def lines(answer: Plain) -> list[Plain]:
    """Return the plan and all stories."""
    return [answer["expected"], *answer["scenarios"]]


LIMITED = {
    "free": {},
    "decided": {"mix": "second"},
    "budget": {"budget": 450},
    "without values": {"tasks": {"fix": work(1, 100, success=0.8)}, "budget": 450},
    "floor": {"policy": {"min_quality": 0.92}},
    "two makers": {
        "tasks": {**TASK, "docs": work(1, 50, success=0.5, value=3)},
        "policy": {"max_vendor_share": 0.8, "whole": False},
    },
}


@pytest.mark.parametrize("blocks", LIMITED.values(), ids=LIMITED)
def test_nothing_is_regretted_less_than_nothing(blocks: Plain) -> None:
    """Every regret is at least 0, and the best mix of a story has none."""
    answer = stressed(asked(**blocks))

    regrets = [one[way]["regret"] for one in lines(answer) for way in ("today", "mix")]
    assert min(regret for regret in regrets if regret is not None) >= 0
    assert {one["best"]["regret"] for one in lines(answer) if one["best"]} == {0}


@pytest.mark.parametrize(
    ("words", "changes"),
    [
        ("use doubles", {"tasks": {"fix": {**TASK["fix"], "per_month": 100 * sum(RAMP) / 2.82}}}),
        ("most tokens", {"options": {**OPTIONS, "second": choice("second", 0.66, 0.9)}}),
        ("do the least", {"options": {**OPTIONS, "second": choice("second", 0.5, 0.86)}}),
        ("11% more", {"rebound": 1.1}),
        ("as planned", {}),
    ],
)  # fmt: skip
def test_the_regret_of_a_story_is_to_the_best_mix_of_that_story(words: str, changes: Plain) -> None:
    """What `recommend` finds for a file in which the story is true is the best of the story."""
    answer = stressed(asked(options=RANGES, mix="third"))
    (line,) = [one for one in lines(answer) if words in one["title"]]
    means = {"options": {**OPTIONS, "second": choice("second", 0.5, 0.9)}}

    best = best_objective(asked(**{**means, **changes}))

    assert line["best"]["net_value"] == pytest.approx(best)
    regrets = {way: line[way]["regret"] for way in ("today", "mix")}
    assert regrets == pytest.approx({way: best - line[way]["net_value"] for way in regrets})


def test_the_recommended_mix_is_not_regretted_as_planned() -> None:
    """It is the best that there is, where no budget holds it back."""
    assert stressed(asked(options=RANGES))["expected"]["mix"]["regret"] == pytest.approx(0)


def test_what_a_budget_forbids_is_regretted() -> None:
    """Money counts by itself in net value: the best mix of a story may pass the budget."""
    answer = stressed(asked(budget=450))

    assert answer["expected"]["mix"]["regret"] == pytest.approx(4200 - 4020)


def test_a_limit_that_a_story_breaks_is_named() -> None:
    """Today keeps to $700 as planned and passes it when use doubles."""
    answer = stressed(asked(budget=700))

    told = [one["today"]["breaks"] for one in (answer["expected"], story(answer, "use doubles"))]
    assert told == [[], ["budget"]]


def test_the_day_on_which_the_money_is_gone_is_told() -> None:
    """$700 at $100, $134, $179 and $202 a month: $287 are left after March, gone in May."""
    line = story(stressed(asked(budget=700)), "use doubles")

    spent = 100 / 0.47 * (0.47 + 0.63 + 0.84 + 0.95)
    day = 1 + int((700 - spent) / (100 / 0.47 * 0.95 / 31))
    assert line["today"]["exhaustion_date"] == f"2027-05-{day:02d}"


def test_stories_on_the_recommended_mix_or_on_the_decided_one() -> None:
    """The file's mix, unless the recommended one is asked for."""
    question = asked(mix="second")

    mixes = [stressed(question, recommended=one) for one in (False, True)]
    assert [one["mix"] for one in mixes] == ["second", "recommended"]
    assert [cost(one["expected"], "mix") for one in mixes] == pytest.approx([300, 600])


def test_another_aim_can_be_asked_for() -> None:
    """By spend the best mix of every story is the cheapest."""
    answer = stressed(asked(), wish=Wish(objective="spend"), recommended=True)

    assert answer["aim"] == "spend"
    assert answer["expected"]["today"]["regret"] == pytest.approx(300)


# --- What it hangs on -----------------------------------------------------------------------------

DOUBTS = {
    "today": choice("today"),
    "second": choice("second", [0.3, 0.7], {"default": [0.8, 1], "docs": 0.9}),
}
KINDS = {
    "fix": work(1, 100, success=0.8, value=10),
    "docs": work(2, 50, success=[0.4, 0.6], value=3),
}


def doubted(**blocks: Any) -> dict[str, Plain]:
    """Return the tornado of `second`, by key."""
    answer = stressed(asked(tasks=KINDS, options=DOUBTS, mix="second", **blocks))
    return {one["key"]: one for one in answer["tornado"]}


def test_the_parts_of_a_spread_add_up_to_all_of_it() -> None:
    """Squares of the widths, as shares."""
    assert sum(one["part"] for one in doubted().values()) == pytest.approx(1)


def test_parts_are_squares_of_widths() -> None:
    """A number that moves the figure twice as far has four times the part."""
    told = doubted()
    widths = {key: (one["high"] - one["low"]) ** 2 for key, one in told.items()}

    total = sum(widths.values())
    assert {key: one["part"] for key, one in told.items()} == pytest.approx(
        {key: width / total for key, width in widths.items()}
    )


def test_the_widest_stands_first() -> None:
    """In order of parts."""
    answer = stressed(asked(tasks=KINDS, options=DOUBTS, mix="second"))

    parts = [one["part"] for one in answer["tornado"]]
    assert parts == sorted(parts, reverse=True)


def test_a_number_written_once_moves_wherever_it_is_used() -> None:
    """The multiplier is both classes': $200 a month of tokens at P10 and P90, 0.34 and 0.66."""
    told = doubted()["options.second.token_multiplier"]

    assert told["low"] - told["high"] == pytest.approx(6 * 200 * (0.66 - 0.34))


def test_a_default_moves_where_it_stands_for_a_class() -> None:
    """Docs have a quality of their own: the default moves fixes alone, 82 to 98 % of 80 %."""
    told = doubted()["options.second.quality.default"]

    assert told["high"] - told["low"] == pytest.approx(6 * 100 * 10 * 0.8 * (0.98 - 0.82))


def test_the_level_of_use_is_among_what_is_not_known() -> None:
    """At P10 and P90 of a lognormal of mean 1, everything moves with it."""
    told = doubted(level_spread=0.35)["level"]
    base = stressed(asked(tasks=KINDS, options=DOUBTS, mix="second"))["expected"]["mix"]

    ends = [base["net_value"] * 2.718281828459045 ** (0.35 * z - 0.35**2 / 2)
            for z in (-1.2815515655446004, 1.2815515655446004)]  # fmt: skip
    assert (told["low"], told["high"]) == pytest.approx(tuple(ends))


def test_without_values_the_cost_is_what_hangs() -> None:
    """Quality moves no cost, so it is not among the numbers."""
    tasks = {"fix": work(1, 100, success=0.8), "docs": work(2, 50, success=[0.4, 0.6])}
    answer = stressed(asked(tasks=tasks, options=DOUBTS, mix="second"))

    keys = [one["key"] for one in answer["tornado"]]
    assert (answer["measure"], keys) == ("spend", ["options.second.token_multiplier"])


def test_what_is_exact_hangs_on_nothing() -> None:
    """No number is uncertain: no tornado."""
    assert stressed(asked())["tornado"] == []


def test_the_same_makers_prices_move_once() -> None:
    """Today and the mix have one top maker: two stories of its prices, not four."""
    answer = stressed(asked(mix="today"))

    assert len([one for one in answer["scenarios"] if "acme's prices" in one["title"]]) == 2


# --- Words ----------------------------------------------------------------------------------------


def test_a_regret_that_is_not_known_is_explained() -> None:
    """Where no best mix is known a dash stands, and below the table what it means."""
    answer = stress(asked(mix="second").case())
    first = answer.scenarios[0]
    unknown = first._replace(today=first.today._replace(regret=None))
    said = [
        " ".join(render_text(answer._replace(scenarios=scenarios)).split())
        for scenarios in (answer.scenarios, [unknown, *answer.scenarios[1:]])
    ]

    meaning = "limits on quality and dependence kept; -: none was found in time, or none keeps the"
    assert [meaning in text for text in said] == [False, True]
