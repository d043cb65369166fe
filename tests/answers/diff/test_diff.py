"""Why a plan moved: parts that add up whatever the files, and turn their sign with the files."""

from __future__ import annotations

from decimal import Decimal
from itertools import permutations, product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from limit_cases import ASKED, OPTIONS, moved, sources
from price_strategies import number
from questions import NOW, Question, maker

from advisor.answers.diff.answer import difference
from advisor.answers.diff.causes import CAUSE_OF, CAUSES, blended
from advisor.answers.diff.grouping import told_apart
from advisor.engine.shapley import FloatArray, shapley
from advisor.errors import InputError
from advisor.model.workload import Option, Task, Team, Workload
from advisor.output.diff.formats import render_json, render_markdown, render_text
from advisor.output.diff.sentences import cents, sentence
from advisor.tables.diff import ChangeLine, ChangePart, Difference, Side

# --- the arithmetic


def worth_of(**sums: float) -> Any:
    """Return a game: what each set of causes comes to, by their letters."""
    return lambda taken: np.array([sums["".join(sorted(taken)) or "none"]])


GAME = {"none": 0, "a": 1, "b": 2, "c": 4, "ab": 5, "ac": 5, "bc": 9, "abc": 12}


def test_a_part_is_the_mean_over_all_orders() -> None:
    """By hand over the six orders of three causes."""
    by_order = []
    for order in permutations("abc"):
        so_far = ""
        adds: dict[str, int] = {}
        for cause in order:
            grown = "".join(sorted(so_far + cause))
            adds[cause] = GAME[grown] - GAME[so_far or "none"]
            so_far = grown
        by_order.append(adds)

    means = [np.mean([adds[cause] for adds in by_order]) for cause in "abc"]
    assert shapley("abc", worth_of(**GAME))[:, 0] == pytest.approx(means, rel=1e-12)


@given(st.lists(st.floats(-1e6, 1e6), min_size=16, max_size=16))
def test_parts_add_up_and_their_order_does_not_matter(values: list[float]) -> None:
    """Any game of four causes: the sum is the whole, each order of naming gives the same."""
    sets = ["".join(sorted(x for x, one in zip("abcd", pick, strict=True) if one)) or "none"
            for pick in product([0, 1], repeat=4)]  # fmt: skip
    game = worth_of(**dict(zip(sets, values, strict=True)))
    forwards, backwards = shapley("abcd", game)[:, 0], shapley("dcba", game)[::-1, 0]

    size = max(map(abs, values)) + 1
    assert abs(forwards.sum() - (values[-1] - values[0])) <= 1e-12 * size * 16
    assert np.abs(forwards - backwards).max() <= 1e-12 * size * 16


def test_no_causes_have_no_parts() -> None:
    """An empty game of two figures."""

    def still(_: frozenset[str]) -> FloatArray:
        return np.zeros(2)

    assert shapley([], still).shape == (0, 2)


@pytest.mark.parametrize(
    ("missing", "groups"),
    [
        ([], [("a",), ("b",), ("c",)]),
        (["a"], [("a", "b"), ("c",)]),
        (["c", "ac"], [("a",), ("b", "c")]),
        (["a", "bc"], [("a", "b"), ("c",)]),
        (["a", "b", "c"], [("a", "b", "c")]),
    ],
)
def test_only_causes_that_cannot_be_told_apart_are_joined(
    missing: list[str], groups: list[tuple[str, ...]]
) -> None:
    """Where a plan can't be, the pair is joined that leaves the fewest missing."""
    assert told_apart("abc", lambda taken: "".join(sorted(taken)) not in missing) == groups


# --- files


def spends(answer: Difference) -> dict[str, float]:
    """Return each part's spend by its causes."""
    return {"+".join(part.causes): part.spend for part in answer.parts}


def test_one_change_is_one_part() -> None:
    """Two people more of 10: a fifth of 8,400."""
    assert spends(moved(ASKED, ASKED.but(developers=12))) == {"headcount": pytest.approx(1_680)}


def test_two_changes_share_what_they_add_together() -> None:
    """People × 1.2 and adoption × 2: 8,400 × 0.2 × 1.5 and 8,400 × 1 × 1.1."""
    found = spends(moved(ASKED, ASKED.but(developers=12, adoption=1)))

    assert found == {
        "headcount": pytest.approx(8_400 * 0.2 * 1.5),
        "adoption": pytest.approx(8_400 * 1.1),
    }


def test_value_moves_beside_spend() -> None:
    """320 tasks a month of $3 each, and a fifth more."""
    (part,) = moved(ASKED, ASKED.but(developers=12)).parts

    assert part.value == pytest.approx(0.2 * 12 * 960)


CHANGES: dict[str, dict[str, Any]] = {
    "headcount": {"developers": 12},
    "adoption": {"adoption": {"2027-01": 0.5, "2027-12": 0.9}},
    "volume": {"growth": "3% a month"},
    "tokens_per_task": {
        "options": OPTIONS | {"twice": {**OPTIONS["twice"], "token_multiplier": 3}}
    },
    "mix": {"mix": "own"},
    "plan_terms": {"contracts": {"acme": {"discount": 0.1}}},
    "worth": {"hour": 120, "policy": {"min_quality": 0.5}},
    "months": {"months": 6},
    "price": {"currency": {"code": "USD", "per_usd": 1.1}},
}


@pytest.mark.parametrize("cause", CHANGES)
def test_every_kind_of_change_has_its_cause(cause: str) -> None:
    """A change of one kind is told under its name, and its part is the whole."""
    answer = moved(ASKED, ASKED.but(**CHANGES[cause]))

    assert list(spends(answer)) == [cause]
    assert spends(answer)[cause] == pytest.approx(answer.change, abs=1e-9)


def test_every_cause_can_happen_at_once() -> None:
    """Nine causes, 512 plans, one sum."""
    everything: dict[str, Any] = {}
    for change in CHANGES.values():
        everything |= change
    answer = moved(ASKED, ASKED.but(**everything))

    assert list(spends(answer)) == list(CAUSES)
    assert sum(spends(answer).values()) == pytest.approx(answer.change, rel=1e-12)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        # A team comes; another one goes; all people become teams.
        ({"teams": {"a": {"developers": 3}}, "developers": None},
         {"teams": {"b": {"developers": 4}, "a": {"developers": 5}}, "developers": None}),
        ({}, {"teams": {"b": {"developers": 4}, "a": {"developers": 5}}, "developers": None}),
        # A kind of work comes.
        ({}, {"tasks": {**ASKED.workload["tasks"],
                        "docs": {"per_month": 70, "tokens": {"input": 1_000}, "value": 1}}}),
        # An option comes and goes.
        ({"options": {"own": OPTIONS["own"]}, "mix": None}, {"developers": 7}),
        # Tasks become the short form.
        ({}, {"tasks": None, "usage": {"input": 9_000_000}, "hours": 20}),
        # Work per head becomes work per month.
        ({}, {"tasks": {"fix": {**ASKED.workload["tasks"]["fix"], "per_developer_month": None,
                                "per_month": 800}}}),
    ],
)  # fmt: skip
def test_what_comes_and_goes_adds_up_and_turns_its_sign(
    old: dict[str, Any], new: dict[str, Any]
) -> None:
    """Teams, kinds of work and options that one file alone has."""
    before, after = _without_nones(ASKED.but(**old)), _without_nones(ASKED.but(**new))
    there, back = spends(moved(before, after)), spends(moved(after, before))

    assert sum(there.values()) == pytest.approx(moved(before, after).change, rel=1e-9)
    assert back == {cause: pytest.approx(-part, abs=1e-6) for cause, part in there.items()}


def _without_nones(question: Question) -> Question:
    tasks = question.workload.get("tasks")
    if not tasks:
        return question
    kept = {
        name: {key: value for key, value in task.items() if value is not None}
        for name, task in tasks.items()
    }
    return question.but(tasks=kept)


def test_a_new_team_is_headcount_and_a_new_kind_of_work_volume() -> None:
    """Each by the block that it stands in."""
    teams = ASKED.but(developers=None, teams={"a": {"developers": 10}})
    more = teams.but(teams={"a": {"developers": 10}, "b": {"developers": 5}})
    docs = {"docs": {"per_month": 70, "tokens": {"input": 1_000_000}, "value": 1}}
    busier = teams.but(tasks={**ASKED.workload["tasks"], **docs})

    assert spends(moved(teams, more)) == {"headcount": pytest.approx(4_200)}
    assert spends(moved(teams, busier)) == {"volume": pytest.approx(70 * 12 * 1.4)}


def test_a_new_team_shares_with_other_causes_what_they_add_together() -> None:
    """5 people beside 10, and adoption × 2: 8,400 × 0.5 × 1.5 and 8,400 × 1 × 1.25."""
    teams = ASKED.but(developers=None, teams={"a": {"developers": 10}})
    more = teams.but(teams={"a": {"developers": 10}, "b": {"developers": 5}}, adoption=1)

    parts = {"headcount": 6_300, "adoption": 10_500}
    assert spends(moved(teams, more)) == {k: pytest.approx(v) for k, v in parts.items()}
    assert spends(moved(more, teams)) == {k: pytest.approx(-v) for k, v in parts.items()}


def test_the_first_option_runs_today_where_nobody_says_so() -> None:
    """The same options in another order are another today: 6,000 become 12,000 of the other.

    Both take the same tokens; those of `twice` cost three times as much here.
    """
    same = {"harness": "shell", "quality": 1, "token_multiplier": 1}
    free = {"own": {"model": "big", **same}, "twice": {"model": "small", **same}}
    files = [ASKED.files[0], maker("other", small={"input": 3, "output": 3})]
    old = Question(ASKED.but(options=free, current=None, mix=None).workload, files)
    new = old.but(options=dict(reversed(free.items())))
    answer = moved(old, new)

    assert spends(answer) == {"mix": pytest.approx(12_000)}
    assert spends(moved(new, old)) == {"mix": pytest.approx(-12_000)}

    # With twice the people beside it each takes its part of 30,000: 12,000 × 1.5 and 6,000 × 2.
    more = new.but(developers=20)
    parts = {"mix": 18_000, "headcount": 12_000}
    assert spends(moved(old, more)) == {k: pytest.approx(v) for k, v in parts.items()}
    assert spends(moved(more, old)) == {k: pytest.approx(-v) for k, v in parts.items()}


def test_a_model_and_the_year_that_it_comes_in_are_told_together() -> None:
    """A model that is sold from October 2026 can't serve all of 2026: no plan has both.

    People, who have nothing to do with it, keep a part of their own.
    """
    late = {"prices": [{"effective_from": "2026-10-01", "input": 2, "output": 2}]}
    files = [{**ASKED.files[0], "models": {**ASKED.files[0]["models"], "late": late}}]
    own = {"own": {"model": "big", "harness": "shell"}}
    old = Question(ASKED.but(options=own, mix=None, start="2026-01").workload, files)
    new = old.but(
        options={"own": {"model": "late", "harness": "shell"}}, start="2027-01", developers=12
    )
    there, back = moved(old, new), moved(new, old)

    assert sorted(spends(there)) == ["headcount", "mix+months"]
    assert sum(spends(there).values()) == pytest.approx(there.change, rel=1e-9)
    assert spends(back) == {name: pytest.approx(-part) for name, part in spends(there).items()}


def test_prices_that_moved_are_named_with_both() -> None:
    """From $1 to $2 for what 60 % of the work is served by."""
    dear = [maker("acme", big={"input": 2, "output": 2}), ASKED.files[1]]
    answer = moved(ASKED, Question(ASKED.workload, dear))

    assert spends(answer) == {"price": pytest.approx(3_600)}
    assert sentence(answer) == (
        "Prices of acme/big 1 in, 1 out → 2 in, 2 out adds 3,600; nothing else moved."
    )


def test_another_day_of_prices_may_move_the_months_of_a_plan() -> None:
    """A file without a start begins in the January after it: growth is counted from there."""
    asked = ASKED.but(start=None, adoption={"2027-01": 0.5, "2028-01": 1})
    one = sources(asked)
    later = one._replace(book=one.book.known_on(NOW.replace(year=2027)))
    answer = difference(one, later)

    assert list(spends(answer)) == ["price"]
    assert spends(answer)["price"] == pytest.approx(answer.change)
    assert answer.change > 0


def test_a_budget_moves_a_recommended_mix() -> None:
    """Less money buys less of the dearer, better option; as decided, a budget moves nothing."""
    better = OPTIONS | {"twice": {**OPTIONS["twice"], "quality": 1.2}}
    tasks = {"fix": {**ASKED.workload["tasks"]["fix"], "value": 10}}
    asked = ASKED.but(budget=13_000, options=better, tasks=tasks, policy={"whole": False})
    less = asked.but(budget=9_000)

    assert spends(moved(asked, less)) == {}
    assert spends(moved(asked, less, option="recommended")) == {"mix": pytest.approx(-3_000)}


def test_two_currencies_are_not_compared() -> None:
    """Nobody converts in silence."""
    with pytest.raises(InputError, match="compare plans in one currency"):
        moved(ASKED, ASKED.but(currency={"code": "EUR", "per_usd": 0.9}))


# --- people and the bill

BILL = Question(
    workload={
        "developers": 40,
        "billed": [{"vendor": "acme", "month": "2026-10", "cost": 8_400, "active_developers": 38}],
        "current": "own",
        "options": {"own": {"model": "big", "harness": "shell"}},
    },
    files=ASKED.files,
)


def test_people_added_beside_the_same_bill_cost_more() -> None:
    """46 for 40 keep the share that the bill is for, and the answer says how to write that."""
    answer = moved(BILL, BILL.but(developers=46))

    assert answer.change == pytest.approx(15_120)
    (said,) = answer.warnings
    assert "is for the 40 people of then, so 46 are counted from 2027-01" in said
    assert "`developers: {2026-10: 40, 2027-01: 46}`" in said


@pytest.mark.parametrize("people", [41, 46, 80, 400])
def test_more_people_cost_more_and_in_proportion(people: int) -> None:
    """Every head that joins costs what one of those cost that the bill is for."""
    answer = moved(BILL, BILL.but(developers=people))

    assert answer.new.spend == pytest.approx(8_400 * 12 * people / 40)


def test_a_team_that_joins_costs_what_its_people_cost() -> None:
    """A new team was not there in the month of the bill; the others were."""
    one = BILL.but(developers=None, teams={"web": {"developers": 40}})
    two = one.but(teams={"web": {"developers": 40}, "data": {"developers": 20}})

    answer = moved(one, two)

    assert answer.change == pytest.approx(8_400 * 12 * 20 / 40)
    assert "`teams.data.developers: {2026-10: 0, 2027-01: 20}`" in answer.warnings[0]


@pytest.mark.parametrize(
    "other",
    [
        BILL.but(developers=None, teams={"web": {"developers": 22}, "data": {"developers": 18}}),
        BILL.but(developers=None, teams={"web": {"developers": 46}}),
        BILL.but(developers=46, adoption=Decimal("0.95")),
        BILL.but(developers=46, billed=[{"vendor": "acme", "month": "2026-11", "cost": 8_400}]),
        BILL.but(developers={"2026-10": 46, "2027-06": 50}),
    ],
)
def test_a_head_count_that_says_more_is_read_as_it_stands(other: Question) -> None:
    """People in other teams, with a stated share, another bill or months are not guessed about."""
    assert moved(BILL, other).warnings == []


def test_people_added_after_the_bill_cost_more() -> None:
    """As the warning says it: 8,400 × 12 × 6 / 40."""
    answer = moved(BILL, BILL.but(developers={"2026-10": 40, "2027-01": 46}))

    assert answer.change == pytest.approx(15_120)
    assert answer.warnings == []


def test_people_without_a_bill_are_not_asked_about() -> None:
    """Without a bill more people move what they move."""
    assert moved(ASKED, ASKED.but(developers=12)).warnings == []


# --- the table of causes

_MOVES_NOTHING = {
    "name", "limits", "fiscal_year_starts", "switching_days_per_developer", "teams.*.cost_center",
}  # fmt: skip


def test_every_key_of_a_file_has_a_cause_or_moves_nothing() -> None:
    """A key that is added to the file must be put somewhere."""
    keys = {*Workload.model_fields}
    for block, model in (("teams", Team), ("tasks", Task), ("options", Option)):
        keys |= {f"{block}.*.{key}" for key in model.model_fields}

    assert keys == set(CAUSE_OF) | _MOVES_NOTHING


@given(st.sets(st.sampled_from(CAUSES)))
def test_a_file_and_itself_blend_to_itself(taken: set[str]) -> None:
    """Whatever is taken."""
    assert blended(ASKED.workload, ASKED.workload, taken) == ASKED.workload


def test_with_all_causes_taken_the_blend_is_the_new_file() -> None:
    """But for what comes and goes, which stands in both without work."""
    new = ASKED.but(developers=12, adoption=0.7, growth="2% a month").workload

    assert blended(ASKED.workload, new, CAUSES) == new


# --- drawn pairs of files


@st.composite
def changed(draw: st.DrawFn) -> Question:
    """Draw a file: some of its parts as they are, some moved."""
    parts: dict[str, Any] = {
        "developers": draw(st.sampled_from([10, 12, {"2027-01": 5, "2027-06": 20}])),
        "adoption": draw(st.sampled_from([0.5, 0.9, {"2027-01": 0, "2027-03": 1}])),
        "growth": draw(st.sampled_from([None, "6% a month"])),
        "months": draw(st.sampled_from([12, 12, 7])),
        "mix": draw(st.sampled_from(["own", "twice", {"default": ["twice", "own"]}])),
        "contracts": draw(st.sampled_from([None, {"acme": {"commitment": 9_000}}])),
        "level_spread": draw(st.sampled_from([0, 0.35])),
    }
    task = ASKED.workload["tasks"]["fix"]
    tokens = {"input": draw(number("1000", "900000", 0)), "output": draw(number("0", "9000", 0))}
    own = {"per_developer_month": draw(number("1", "90", 0)), "tokens": tokens}
    tasks = {"fix": {**task, **own}}
    if draw(st.booleans()):
        tasks["docs"] = {"per_month": draw(number("1", "90", 0)), "tokens": tokens, "value": 2}
    twice = {**OPTIONS["twice"], "token_multiplier": draw(number("0.5", "4"))}
    options = {"own": OPTIONS["own"], "twice": twice}
    if draw(st.booleans()):
        options["third"] = {**OPTIONS["twice"], "harness": "lab"}
    if draw(st.booleans()):
        people = parts.pop("developers")
        parts |= {"developers": None, "teams": {"a": {"developers": people}}}
        if draw(st.booleans()):
            parts["teams"]["b"] = {"developers": 4, "adoption": 0.25}
    price = draw(st.sampled_from([1, 3]))
    files = [maker("acme", big={"input": price, "output": 5}), ASKED.files[1]]
    asked = ASKED.but(tasks=tasks, options=options, **parts)
    return Question(asked.workload, files)


@settings(max_examples=settings().max_examples // 10)
@given(changed(), changed())
def test_parts_add_up_to_the_change_and_turn_with_it(old: Question, new: Question) -> None:
    """To 1 part in 10⁹ of the larger year; swapped, each part is its own negative."""
    there, back = moved(old, new), moved(new, old)
    size = max(there.old.spend, there.new.spend, 1.0)

    assert abs(sum(part.spend for part in there.parts) - there.change) <= 1e-9 * size
    assert [part.causes for part in there.parts] == [part.causes for part in back.parts]
    sums = [a.spend + b.spend for a, b in zip(there.parts, back.parts, strict=True)]
    worth = [a.value + b.value for a, b in zip(there.parts, back.parts, strict=True)]
    assert max(map(abs, sums), default=0) <= 1e-9 * size
    assert max(map(abs, worth), default=0) <= 1e-9 * max(abs(there.old.value), size)


# --- words


def made(*parts: ChangePart, old: float = 67_000, new: float = 77_000) -> Difference:
    """Make an answer."""
    before = Side("old.yaml", "the decided mix", NOW, old, 0)
    after = Side("new.yaml", "the decided mix", NOW, new, 0)
    return Difference("team", "new.yaml", "USD", False, before, after, parts)


HEADS = ChangePart(("headcount",), 10_000, 0, [ChangeLine("developers", 40, 46)])


def test_the_text_has_a_line_for_every_cause_and_the_sum() -> None:
    """The largest first, cents that add up, then the sentence."""
    third = ChangePart(("mix",), 0.004, 0, [ChangeLine("mix", "a", "b")])
    lines = render_text(made(third, HEADS)).splitlines()

    assert [line.split() for line in lines[2:6]] == [
        ["what", "changed", "cost", "a", "year", "tasks"],
        ["headcount", "40", "→", "46", "+10,000.00", "0"],
        ["mix", "of", "options", "a", "→", "b", "0", "0"],
        ["in", "all", "+10,000.00", "0"],
    ]
    assert lines[-1] == "Headcount 40 → 46 adds 10,000; nothing else moved."


@pytest.mark.parametrize("new", [67_000 - 1e-9, 67_000, 67_000 + 1e-9])
def test_nothing_has_no_sign(new: float) -> None:
    """A change that rounds to nothing is 0, from whichever side."""
    lines = render_text(made(HEADS._replace(spend=new - 67_000), new=new)).splitlines()

    assert [line.split()[-2:] for line in lines[3:5]] == [["0", "0"], ["0", "0"]]


@given(st.lists(st.floats(-1e5, 1e5), min_size=1, max_size=9))
def test_cents_add_up_to_the_whole(parts: list[float]) -> None:
    """What is rounded is rounded once."""
    assert round(sum(cents(parts, sum(parts))), 2) == round(sum(parts), 2)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (made(HEADS), "Headcount 40 → 46 adds 10,000; nothing else moved."),
        (made(), "Nothing moved: $77,000 a year, as before."),
        (made(HEADS._replace(spend=0.0)),
         "What changed moves no money: $77,000 a year, as before."),
        (made(HEADS._replace(spend=-500.0)), "Headcount 40 → 46 saves 500; nothing else moved."),
        (made(HEADS._replace(causes=("adoption",), changes=[ChangeLine("adoption", 0.5, 0.9)])),
         "Adoption 50% → 90% adds 10,000; nothing else moved."),
        (made(HEADS._replace(causes=("mix", "plan_terms"), changes=[])),
         "Mix of options and plan terms adds 10,000; nothing else moved."),
    ],
)  # fmt: skip
def test_the_sentence_says_what_moved(answer: Difference, said: str) -> None:
    """In the words of people who pay."""
    assert sentence(answer) == said


def test_a_comment_has_the_marker_the_change_and_the_causes() -> None:
    """As Infracost's users know it."""
    text = render_markdown(made(HEADS))

    marker, title = text.splitlines()[:2]
    assert marker == "<!-- advisor:new.yaml -->"
    assert title == "#### AI coding spend: +$10,000 a year (+15%), $67,000 → $77,000"
    assert "| headcount 40 → 46 | +10,000 |" in text


def test_a_change_from_nothing_has_no_share() -> None:
    """Nothing is 100 % of nothing; thousands of per cent are written out."""
    assert "%" not in render_text(made(HEADS, old=0, new=10_000))
    assert "(+100,000%)" in render_text(made(HEADS, old=10, new=10_010))
    assert '"change_share": null' in render_json(made(HEADS, old=0, new=10_000))
