"""What a recommendation says of itself: cascades, worth of vendors and limits, rules, ties.

Hand-worked questions of `mixes`, and numbers that are the difference of two answers.
"""

from __future__ import annotations

import json
import math
from functools import cache
from typing import Any

import numpy as np
import pytest
from mixes import best_objective, choice, recommended, served, team, work
from questions import Plain, Question

from advisor.answers.recommend import route_turns, search
from advisor.answers.recommend.answer import quest_of, recommend
from advisor.answers.recommend.worth import binding, vendor_worth
from advisor.output.recommend.formats import render_text

# --- Cascades against failures that were thrown ---------------------------------------------------

THROWS = 200_000


@cache
def failures(first: float, second: float, correlation: float) -> tuple[Any, Any]:
    """Throw failures of two options whose correlation, measured on the throws, is the one given.

    Two normals go together as much as it takes (bisection); an option fails where its own is low.
    """
    thrown = np.random.default_rng(7).standard_normal((2, THROWS))
    fails_first = thrown[0] < np.quantile(thrown[0], 1 - first)
    low, high = 0.0, 1.0
    for _ in range(15):
        rho = (low + high) / 2
        other = rho * thrown[0] + math.sqrt(1 - rho**2) * thrown[1]
        fails_second = other < np.quantile(other, 1 - second)
        measured = np.corrcoef(fails_first, fails_second)[0, 1]
        low, high = (rho, high) if measured < correlation else (low, rho)
    return fails_first, fails_second


CASCADES = pytest.mark.parametrize(
    ("chances", "correlation", "seen", "check"),
    [
        ((0.8, 0.9), 0.64, 0.9, 0.0),
        ((0.6, 0.75), 0.3, 0.5, 0.25),
        ((0.5, 0.55), 0.0, 1.0, 0.1),
        ((0.9, 0.9), 0.64, 0.7, 0.0),
        ((0.35, 0.4), 0.8, 0.95, 0.5),
    ],
)


def cascade(
    chances: tuple[float, float], correlation: float, seen: float, check: float, ratio: float = 1.31
) -> Plain:
    """Ask for most work done of two options, of which both trying is best; return its route."""
    first, second = chances
    task = work(2, 100, success=first, detection=seen, check=check)
    options = {"today": choice("today"), "second": choice("second", 0.4, second / first)}
    policy = {"failure_correlation": correlation, "cost_ratio_on_failure": ratio}
    route: Plain = recommended(team({"fix": task}, options, policy=policy))["routes"][0]
    assert len(route["strategy"]) == 2
    return route


def in_order(route: Plain, *both: Any) -> tuple[Any, Any]:
    """Put what belongs to `today` and `second` in the order in which the route tries them."""
    return both if route["strategy"][0] == "today" else both[::-1]


@CASCADES
def test_a_cascade_s_success_is_that_of_failures_thrown_together(
    chances: tuple[float, float], correlation: float, seen: float, check: float
) -> None:
    """First tries that work, and seen failures that the second does not share: 4 standard errors.

    φ on the throws is the stated one, whatever makes failures go together.
    """
    route = cascade(chances, correlation, seen, check)
    fails, fails_again = failures(*in_order(route, *chances), correlation)
    is_seen = np.random.default_rng(8).random(THROWS) < seen

    done = np.mean(~fails | (is_seen & ~fails_again))
    assert route["success"] == pytest.approx(done, abs=4 * 0.5 / math.sqrt(THROWS))


@CASCADES
def test_a_cascade_s_cost_is_that_of_failures_thrown_together(
    chances: tuple[float, float], correlation: float, seen: float, check: float
) -> None:
    """Every task is tried and checked; a failure that is seen is tried again, 1.31 times as dear.

    So dear, that is, unless the second's mean over all tasks would not leave it so much.
    """
    route = cascade(chances, correlation, seen, check)
    costs = in_order(route, 2.0, 0.8)
    fails, _ = failures(*in_order(route, *chances), correlation)
    is_seen = np.random.default_rng(8).random(THROWS) < seen

    dearer = min(1.31, 1 / np.mean(fails))
    cost = costs[0] + check + np.mean(fails & is_seen) * dearer * costs[1]
    assert route["cost_per_task"] == pytest.approx(cost, abs=4 * 0.7 * costs[1] / math.sqrt(THROWS))


def test_failures_cannot_be_dearer_than_all_attempts_together() -> None:
    """Two of three tasks fail: at most 1.5 times the mean, though 4 is stated, so the rest is free.

    Second tries cost 0.65 × 1 ÷ 0.65 of an attempt each task: $2 and $0.80, whichever is second.
    """
    route = cascade((0.35, 0.35), 0.2, 1.0, 0.0, ratio=4.0)

    assert route["cost_per_task"] == pytest.approx(2.8)


def test_no_second_try_where_nobody_sees_failures() -> None:
    """Without tests the class has single options alone; the other class has a second try."""
    tasks = {"docs": work(1, success=0.5), "fix": work(1, success=0.5, checked_by="tests")}
    options = {"today": choice("today"), "second": choice("second", 0.5, 0.9)}

    answer = recommended(team(tasks, options))

    assert served(answer) == {"docs": {"today": 1}, "fix": {"today, second": 1}}


def test_no_second_try_where_the_policy_wants_none() -> None:
    """`cascades: false` leaves single options."""
    task = work(1, success=0.5, checked_by="tests")
    options = {"today": choice("today"), "second": choice("second", 0.5, 0.9)}

    answer = recommended(team({"fix": task}, options, policy={"cascades": False}))

    assert served(answer) == {"fix": {"today": 1}}


# --- Worth of vendors and limits ------------------------------------------------------------------


def three_kinds(**blocks: Any) -> Question:
    """Three kinds of work, three makers, each best at one of them."""
    tasks = {
        "fix": work(1, 100, success=0.8, value=10),
        "docs": work(2, 50, success=0.5, value=20),
        "web": work(4, 30, success=0.6, value=40, checked_by="tests"),
    }
    options = {
        "today": choice("today"),
        "second": choice("second", 0.3, {"fix": 1, "docs": 0.7, "web": 0.4}),
        "third": choice("third", 0.6, {"fix": 0.6, "docs": 1.05, "web": 0.8}),
    }
    return team(tasks, options, **blocks)


LIMITED = {
    "free": {},
    "budget": {"budget": 190},
    "share": {"policy": {"max_vendor_share": 0.48}},
    "floor": {"policy": {"min_quality": {"web": 0.95}}, "budget": 200},
    "number": {"policy": {"max_vendors": 2}, "budget": 230},
}
every_limit = pytest.mark.parametrize("blocks", LIMITED.values(), ids=LIMITED)


@every_limit
def test_a_maker_is_worth_what_is_lost_without_it(blocks: Plain) -> None:
    """What each maker used is worth is the objective less the objective with the maker denied."""
    answer = recommended(three_kinds(**blocks))
    lost = {}
    for maker_ in answer["vendor_worth"]:
        policy = {**blocks.get("policy", {}), "deny": {"makers": [maker_]}}
        without = best_objective(three_kinds(**{**blocks, "policy": policy}))
        lost[maker_] = without and answer["objective"] - without

    assert answer["vendor_worth"] == pytest.approx(lost, abs=1e-6)


@every_limit
def test_every_maker_that_the_mix_uses_has_a_worth(blocks: Plain) -> None:
    """The worth of each is told that has a share of the money."""
    answer = recommended(three_kinds(**blocks))

    used = {name for name, share in answer["vendor_shares"].items() if share}
    assert set(answer["vendor_worth"]) == used


@pytest.mark.parametrize(("open_", "is_told"), [(0.0, True), (0.04, True), (0.06, False)])
def test_what_a_cut_short_search_leaves_open_is_not_told(
    open_: float, *, is_told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A maker's or a limit's worth counts where at most a twentieth of it may be missing."""
    quest = quest_of(three_kinds(budget=190).case(), draws=0, seed=1)
    found = quest.best()
    settled = search.best

    def cut_short(*asked: Any) -> search.FoundMix:
        other = settled(*asked)
        if other.mix is None:
            return other._replace(status="unknown")
        missing = open_ * abs(other.objective - found.objective)
        return other._replace(status="feasible", bound=other.objective + missing)

    whole = (
        set(vendor_worth(quest, found)) - {"brix"},  # without which no mix keeps the budget
        [one.bound.name for one in binding(quest, found, None)[0]],
    )
    monkeypatch.setattr(search, "best", cut_short)

    felt, unsettled = binding(quest, found, None)
    told = (set(vendor_worth(quest, found)), [one.bound.name for one in felt])

    assert whole == ({"cove"}, ["budget"])
    assert told == (whole if is_told else (set(), []))
    assert unsettled == ([] if is_told else ["budget"])


@pytest.mark.parametrize(("missing", "felt"), [(0.01, ["budget"]), (1.01, [])])
def test_a_limit_binds_where_more_is_proved_to_be_had_without_it(
    missing: float, felt: list[str]
) -> None:
    """What the mix itself may be short of, within its gap, is no cost of a limit."""
    quest = quest_of(three_kinds(budget=190).case(), draws=0, seed=1)
    found, free = quest.best(), quest_of(three_kinds().case(), draws=0, seed=1).best()

    near = found._replace(bound=found.objective + missing * (free.objective - found.objective))

    assert [one.bound.name for one in binding(quest, near, None)[0]] == felt


@every_limit
@pytest.mark.parametrize("whole", [True, False])
def test_a_limit_costs_what_would_be_gained_without_it(blocks: Plain, whole: bool) -> None:
    """Each limit that costs something costs the objective without it less the objective."""
    policy = {**blocks.get("policy", {}), "whole": whole}
    answer = recommended(three_kinds(**{**blocks, "policy": policy}))
    gained = {}
    for name in (*blocks, *blocks.get("policy", {})):
        kept = {key: rule for key, rule in policy.items() if key != name}
        fewer = {key: block for key, block in blocks.items() if key != name} | {"policy": kept}
        if name != "policy":
            gained[name] = (best_objective(three_kinds(**fewer)) or 0) - answer["objective"]

    costs = {one["limit"].partition(".")[0]: one["cost"] for one in answer["binding"]}
    assert costs == pytest.approx({k: v for k, v in gained.items() if v > 1e-6}, abs=1e-6)


def test_another_maker_is_worth_what_one_more_would_add() -> None:
    """With `max_vendors: 2`, it is the objective at three less the objective at two."""
    two, three = (recommended(three_kinds(policy={"max_vendors": n})) for n in (2, 3))

    gain = three["objective"] - two["objective"]
    assert (gain > 1, two["another_vendor"]) == (True, pytest.approx(gain))


def test_another_maker_is_worth_nothing_where_their_number_is_free() -> None:
    """What is not limited cannot be relaxed."""
    assert recommended(three_kinds())["another_vendor"] == 0


def test_a_maker_costs_its_overhead() -> None:
    """Three makers at $12,000 a year are $3,000 in a month, which the net value has paid."""
    plain = recommended(three_kinds())
    answer = recommended(three_kinds(policy={"vendor_overhead": 120}))

    told = (answer["vendor_overhead"], answer["objective"], answer["spend"]["expected"])
    assert told == pytest.approx((30, plain["objective"] - 30, plain["spend"]["expected"]))


def test_a_maker_that_earns_less_than_its_overhead_is_dropped() -> None:
    """What the least worth maker adds, and a dollar more, is enough to go without it."""
    plain = recommended(three_kinds())
    least = min(plain["vendor_worth"], key=lambda name: float(plain["vendor_worth"][name]))
    overhead = 12 * (plain["vendor_worth"][least] + 1)

    answer = recommended(three_kinds(policy={"vendor_overhead": overhead}))

    assert least not in answer["vendor_worth"]


def test_wholeness_costs_what_shares_would_add() -> None:
    """`whole_costs` is the objective with shares less the one with whole routes."""
    whole, shared = (
        recommended(three_kinds(budget=190, policy={"whole": whole})) for whole in (True, False)
    )

    gain = shared["objective"] - whole["objective"]
    assert (gain > 0.1, whole["whole_costs"]) == (True, pytest.approx(gain))


# --- Rules ----------------------------------------------------------------------------------------

PLACES = {
    "today": {"channel": "cloud", "hosted_in": "US"},
    "second": {"hosted_in": "CN"},
    "third": {"hosted_in": "DE"},
}


def ruled(**policy: Any) -> set[str]:
    """Return the options used where `today`, `second` and `third` would each serve something."""
    question = three_kinds(policy=policy)
    options = {name: {**one, **PLACES[name]} for name, one in question.workload["options"].items()}
    channels = {"cloud": {"periods": [{"effective_from": "2025-01-01"}]}}
    asked = Question(question.but(options=options).workload, question.files, channels)
    return {name for route in recommended(asked)["routes"] for name in route["strategy"]}


def test_without_rules_everybody_serves_something() -> None:
    """The claims about rules below are about something."""
    assert ruled() == {"today", "second", "third"}


RULES = {
    "makers": ("acme", "brix", "cove"),
    "channels": ("cloud", "brix", "cove"),
    "harnesses": ("today", "second", "third"),
    "hosted_in": ("US", "CN", "DE"),
}
every_rule = pytest.mark.parametrize(
    ("rule", "name", "own"),
    [
        (rule, name, own)
        for rule, names in RULES.items()
        for name, own in zip(names, PLACES, strict=True)
    ],
)


@every_rule
def test_what_is_denied_serves_nothing(rule: str, name: str, own: str) -> None:
    """A maker, channel, tool or hosting country that is denied takes its option out."""
    assert own not in ruled(deny={rule: [name]})


@every_rule
def test_what_alone_is_allowed_serves_everything(rule: str, name: str, own: str) -> None:
    """Where one maker, channel, tool or hosting country is allowed its option is all there is."""
    assert ruled(allow={rule: [name]}) == {own}


@pytest.mark.parametrize("kind", ["vendor", "channel", "harness"])
def test_shares_of_spend_keep_to_their_limit(kind: str) -> None:
    """The largest share of a maker, channel or tool is 49 % without a limit, then the limit's."""
    answer = recommended(three_kinds(policy={f"max_{kind}_share": 0.42, "whole": False}))

    assert max(answer[f"{kind}_shares"].values()) == pytest.approx(0.42)


def test_the_least_number_of_makers_have_the_least_share_each() -> None:
    """`min_vendors: 3` with `min_share: 30%` leaves nobody under 30 % of the money."""
    policy = {"min_vendors": 3, "min_share": 0.3, "whole": False}

    assert min(recommended(three_kinds(policy=policy))["vendor_shares"].values()) >= 0.3 - 1e-9


def test_a_maker_below_the_least_share_does_not_count() -> None:
    """Each has a share without the limit; one of them less than the 30 % that count."""
    shares = recommended(three_kinds(policy={"whole": False}))["vendor_shares"]

    assert (len(shares), min(shares.values()) < 0.3) == (3, True)


# --- Order and ties -------------------------------------------------------------------------------


def turned(question: Question) -> Question:
    """Write every block of a file the other way round, and the price files too."""
    blocks = {
        key: dict(reversed(block.items())) if isinstance(block, dict) else block
        for key, block in reversed(question.workload.items())
    }
    return Question(blocks, tuple(reversed(question.files)))


def advice(question: Question) -> Plain:
    """Return what is advised, to nine digits, but for the order of names."""
    answer = recommended(question, draws=200, points=5, turns=True)
    routes = {f"{one['team']} {one['task_class']}": one for one in answer["routes"]}
    text = json.dumps({**answer, "routes": routes})
    rounded: Plain = json.loads(text, parse_float=lambda digits: f"{float(digits):.9g}")
    return rounded


TEAMS = {"web": {"developers": 4}, "core": {"developers": 6}}


@every_limit
def test_the_order_of_a_file_changes_nothing(
    blocks: Plain, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same file written from back to front gets the same advice."""
    monkeypatch.setattr(route_turns, "MOST_ASKED", 24)  # of 100, which take as long as all else
    question = three_kinds(**blocks, level_spread=0.2)
    if not blocks:
        question = question.but(developers=None, teams=TEAMS)

    assert advice(turned(question)) == advice(question)


def test_hard_questions_are_asked_less_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once the solver has taken so many steps, the rest is told to be not known, never none."""
    question = three_kinds(budget=190)
    known = recommended(question, turns=True)
    monkeypatch.setattr(route_turns, "MOST_STEPS", 1)

    cut = recommended(question, turns=True, seed=2)  # one that was asked before is not asked again

    flips = [sum(len(route["flips_at"]) for route in one["routes"]) for one in (known, cut)]
    open_ = [[note for note in one["warnings"] if "not known where they turn" in note]
             for one in (known, cut)]  # fmt: skip
    assert flips[1] < flips[0]
    assert [len(one) for one in open_] == [0, 1]


@pytest.mark.parametrize("whole", [True, False])
def test_of_equal_options_the_first_by_name_is_taken(whole: bool) -> None:
    """Three options that cost and deliver the same: `second`, wherever it stands in the file."""
    task = {"fix": work(1, success=0.8, value=10)}
    options = {name: choice(name, 1, 1) for name in ("today", "third", "second")}
    policy = {"whole": whole}

    answers = [
        recommended(team(task, dict(one), policy=policy))
        for one in (options.items(), reversed(options.items()))
    ]

    assert [served(one) for one in answers] == [{"fix": {"second": 1}}] * 2


def test_of_plans_that_do_the_same_the_cheapest_is_taken() -> None:
    """Without values work done is the aim, and money breaks the tie."""
    options = {"today": choice("today"), "second": choice("second", 0.9, 1)}

    assert served(recommended(team({"fix": work(success=0.8)}, options))) == {"fix": {"second": 1}}


def test_the_same_question_has_the_same_words() -> None:
    """Two answers in one process are the same to the byte."""
    case = three_kinds(budget=190).case()

    assert render_text(recommend(case, draws=50)) == render_text(recommend(case, draws=50))
