"""Why there is no mix: the limits that contradict each other, and what each would have to be.

100 tasks on `today` cost $100, on `third` $60 for 90 % of the work, on `second` $40 for 80 % of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from command_line import Run, run
from mixes import choice, recommended, seller, team, work
from questions import Plain, Question
from searched import searched

from advisor.answers.recommend.answer import recommend
from advisor.output.recommend.formats import render_markdown, render_text

pytestmark = pytest.mark.usefixtures("plain_screen")

TASK = {"fix": work(1, 100, success=0.8, value=10)}
OPTIONS = {
    "today": choice("today"),
    "second": choice("second", 0.4, 0.8),
    "third": choice("third", 0.6, 0.9),
}


def asked(**blocks: Any) -> Question:
    """Ask about the 100 tasks under some limits."""
    return team(TASK, OPTIONS, **blocks)


def conflicts(question: Question, *keys: str) -> list[tuple[Any, ...]]:
    """Return some figures of every conflict; the status has to be `infeasible`."""
    answer = recommended(question)
    assert answer["status"] == "infeasible"
    return [tuple(one[key] for key in keys) for one in answer["conflicts"]]


def relaxed(question: Question) -> dict[str, Any]:
    """Return what each limit of the conflict would have to be."""
    return dict(conflicts(question, "limit", "least_relaxation"))


# --- By hand --------------------------------------------------------------------------------------


def test_money_against_quality() -> None:
    """95 % needs `today` for $100; $50 buys no more than 80 %. Either change is enough."""
    question = asked(budget=50, policy={"min_quality": 0.95})

    assert relaxed(question) == pytest.approx({"budget": 100, "min_quality": 0.8})


def test_money_against_quality_with_shares() -> None:
    """Half `today`, half `third` do 95 % for $80; half `second`, half `third` 85 % for $50."""
    question = asked(budget=50, policy={"min_quality": 0.95, "whole": False})

    assert relaxed(question) == pytest.approx({"budget": 80, "min_quality": 0.85})


def test_limits_that_are_not_to_blame_are_left_out() -> None:
    """Shares, numbers and rules that any mix could keep do not matter."""
    policy = {
        "min_quality": 0.95,
        "max_vendors": 3,
        "max_harness_share": 1,
        "deny": {"makers": ["dune"]},
        "min_quality_overall": 0.5,
    }

    assert set(relaxed(asked(budget=50, policy=policy))) == {"budget", "min_quality"}


def test_a_limit_that_nothing_keeps_stands_alone() -> None:
    """The best of them does 100 %: 120 % contradicts nothing but facts."""
    assert relaxed(asked(policy={"min_quality": 1, "deny": {"makers": ["acme"]}})) == {
        "deny.makers": None,
        "min_quality": pytest.approx(0.9),
    }


def test_a_budget_that_nothing_keeps_stands_alone() -> None:
    """$40 is the least that 100 tasks cost."""
    assert relaxed(asked(budget=39.5)) == pytest.approx({"budget": 40})


def test_a_rule_can_only_go() -> None:
    """With acme denied nothing does 95 %: without the rule there is a mix, and a floor of 90 %."""
    question = asked(policy={"min_quality": 0.95, "deny": {"makers": ["acme"]}})

    assert conflicts(question, "limit", "can_go", "words", "least_relaxation") == [
        ("min_quality", True, "", pytest.approx(0.9)),
        ("deny.makers", True, "deny makers acme", None),
    ]


def test_one_maker_against_a_share() -> None:
    """One maker has all the money; two can share it, and one may have it all."""
    question = asked(policy={"max_vendors": 1, "max_vendor_share": 0.7, "whole": False})

    assert relaxed(question) == pytest.approx({"max_vendors": 2, "max_vendor_share": 1})


def test_more_makers_than_there_are() -> None:
    """Four are asked for and three sell."""
    assert relaxed(asked(policy={"min_vendors": 4, "whole": False})) == {"min_vendors": 3}


def test_one_route_cannot_have_two_makers() -> None:
    """One kind of work with one route has one maker; with a second try it could have two."""
    assert relaxed(asked(policy={"min_vendors": 2})) == {"min_vendors": 1}


def test_two_conflicts_leave_no_single_change() -> None:
    """$10 is too little and 100 % without acme too much: changing one leaves the other."""
    question = asked(budget=10, policy={"min_quality": 1, "deny": {"makers": ["acme"]}})

    assert {one[1:] for one in conflicts(question, "limit", "least_relaxation", "can_go")} == {
        (None, False)
    }


def test_where_every_option_is_denied_the_rules_are_named() -> None:
    """Two rules together leave nobody; each that alone lets somebody in may go."""
    policy = {"deny": {"makers": ["acme"], "harnesses": ["second", "third"]}}

    assert conflicts(asked(policy=policy), "limit", "can_go") == [
        ("deny.harnesses", True),
        ("deny.makers", True),
    ]


def test_a_rule_that_everybody_breaks_is_a_conflict_alone() -> None:
    """All are out by their maker: the tools' rule, which leaves others, is not part of it."""
    policy = {"deny": {"makers": ["acme", "brix", "cove"], "harnesses": ["today"]}}

    assert dict(conflicts(asked(policy=policy), "limit", "can_go")) == {"deny.makers": True}


def test_seats_are_part_of_the_least_budget() -> None:
    """Ten seats at $3 for $50 of use, then `today` for the rest at 95 %: $30 and $50."""
    seat = seller("lumen", seat={"seat_month": 3, "includes": {"usd": 5, "pooled": True},
                                 "overage": {"factor": 2}})  # fmt: skip
    options = {"today": choice("today"), "second": choice("second", 1, 1, plan="seat")}
    question = team(TASK, options, seat, budget=60, policy={"whole": False, "min_quality": 0.95})

    assert relaxed(question)["budget"] == pytest.approx(80)


# --- Asked again ----------------------------------------------------------------------------------

SEVERAL: dict[str, Plain] = {
    "money and quality": {"budget": 50, "policy": {"min_quality": 0.95}},
    "in shares": {"budget": 50, "policy": {"min_quality": 0.95, "whole": False}},
    "overall": {"budget": 70, "policy": {"min_quality_overall": 0.97, "whole": False}},
    "share and money": {
        "budget": 57,
        "policy": {"max_vendor_share": 0.5, "min_quality": 0.88, "whole": False},
    },
    "tool and quality": {"policy": {"max_harness_share": 0.4, "min_quality": 0.95, "whole": False}},
    "worst years": {
        "budget": {"total": 50, "confidence": 0.9},
        "policy": {"min_quality": 0.95, "whole": False},
        "level_spread": 0.3,
    },
    "a cap": {"budget": 30, "policy": {"min_quality": 0.95}},
}
every_conflict = pytest.mark.parametrize("name", SEVERAL)


def with_limit(blocks: Plain, limit: str, value: float) -> Question:
    """Ask with another value of a limit."""
    if limit == "budget":
        now = blocks["budget"]
        total = {**now, "total": value} if isinstance(now, dict) else value
        return asked(**{**blocks, "budget": total})
    return asked(**{**blocks, "policy": {**blocks["policy"], limit: value}})


@every_conflict
def test_what_a_limit_would_have_to_be_is_enough_and_no_more_than_enough(name: str) -> None:
    """At the value told, and a hair beyond, there is a mix; a thousandth short there is none."""
    blocks = SEVERAL[name]
    told = {limit: value for limit, value in relaxed(asked(**blocks)).items() if value is not None}
    found = []
    for limit, value in told.items():
        wider = 1 if limit == "budget" or limit.startswith("max") else -1
        beside = [value * (1 + wider * 1e-6), value * (1 - wider * 1e-3)]
        found += [searched(with_limit(blocks, limit, one)).status for one in beside]

    assert told
    assert found == ["optimal", "infeasible"] * len(told)


@every_conflict
def test_every_limit_of_a_conflict_is_needed_for_it(name: str) -> None:
    """Without any one of them, and with all others, there is a mix."""
    blocks = SEVERAL[name]
    found = []
    for limit in relaxed(asked(**blocks)):
        policy = {key: one for key, one in blocks["policy"].items() if key != limit}
        fewer = {key: one for key, one in blocks.items() if key != limit}
        found.append(searched(asked(**{**fewer, "policy": policy})).status)

    assert set(found) == {"optimal"}


# --- As people see it -----------------------------------------------------------------------------

FILE = """\
start: 2027-01
developers: 10
hour: 60
budget: 2_000
current: opus
tasks:
  fix:
    per_developer_month: 10
    tokens: {input: 1M}
    success: 0.8
    value: 90
options:
  opus: {model: claude-opus-5-5, harness: claude-code}
  cheap: {model: claude-opus-5-5, harness: opencode, token_multiplier: 0.4, quality: 0.8}
policy:
  whole: true
  max_harness_share: 100%
  min_quality: 95%
"""


@pytest.fixture
def refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run `recommend` on a file whose budget and quality contradict each other."""
    monkeypatch.chdir(tmp_path)
    Path("team.yaml").write_text(FILE, encoding="utf-8")

    def ask(*flags: str) -> Run:
        return run("recommend", "team.yaml", "--as-of", "2026-11-12", "--draws", "0", *flags)

    return ask


def test_no_mix_is_told_in_lines_of_the_file(refused: Any) -> None:
    """Both limits with their lines and values, what is enough, and the limit that is not to blame.

    1,200 tasks of a million input tokens at $4 cost $4,800 on Opus and $1,920 on the other.
    """
    said = refused().out

    assert said == (
        "No mix keeps both of these:\n"
        "  team.yaml:4   budget       2,000  would have to be 4,800\n"
        "  team.yaml:18  min_quality    95%  would have to be 80%\n"
        "Either change is enough. Not part of this: max_harness_share.\n"
    )


def test_no_mix_ends_with_4(refused: Any) -> None:
    """Exit 4, and a word on stderr."""
    ended = refused()

    assert (ended.code, ended.err) == (4, "no mix keeps all limits\n")


@pytest.mark.parametrize("flags", [(), ("--json",), ("--format", "csv"), ("--brief",)])
def test_no_mix_ends_with_4_in_every_form(refused: Any, flags: tuple[str, ...]) -> None:
    """The answer is on stdout in the form asked for, and nothing else is."""
    assert refused(*flags).code == 4


def test_no_mix_is_json_on_stdout(refused: Any) -> None:
    """A script can read what contradicts, with lines, values and what would be enough."""
    answer = json.loads(refused("--json").out)

    assert (answer["status"], answer["routes"]) == ("infeasible", [])
    assert answer["conflicts"] == [
        {"limit": "budget", "line": 4, "value": 2000, "least_relaxation": pytest.approx(4800),
         "can_go": True, "words": ""},
        {"limit": "min_quality", "line": 18, "value": 0.95, "least_relaxation": pytest.approx(0.8),
         "can_go": True, "words": ""},
    ]  # fmt: skip


def test_no_mix_leaves_the_file_alone(refused: Any) -> None:
    """There is nothing to write."""
    refused("--write")

    assert Path("team.yaml").read_text(encoding="utf-8") == FILE


@pytest.mark.parametrize("render", [render_text, render_markdown])
def test_a_search_that_was_too_short_is_no_conflict(render: Callable[..., str]) -> None:
    """Where time ran out before any mix was found, every format says that and no more."""
    answer = recommend(asked(budget=50, policy={"min_quality": 0.95}).case())

    said = render(answer._replace(status="unknown", conflicts=[]))

    assert said == "No mix was found in the time given. Give it longer with --time-limit.\n"


def test_what_time_did_not_tell_is_not_said_to_be_impossible() -> None:
    """Nor to be enough: where no figure was found in time, that is said."""
    answer = recommend(asked(budget=50, policy={"min_quality": 0.95}).case())
    first, second = answer.conflicts

    one = [first._replace(least_relaxation=None), second]
    none = [line._replace(least_relaxation=None, can_go=None) for line in answer.conflicts]

    assert "Either change is enough." in render_text(answer)
    assert "not found in time\n" in render_text(answer._replace(conflicts=one))
    assert "The change named is enough; of the others" in render_text(
        answer._replace(conflicts=one)
    )
    assert "Which change is enough was not found" in render_text(answer._replace(conflicts=none))


def test_a_rule_is_told_in_its_words() -> None:
    """What a rule denies stands where other limits have a number."""
    question = asked(policy={"min_quality": 0.95, "deny": {"makers": ["acme"]}})

    said = render_text(recommend(question.case()))
    assert "deny makers acme" in said
    assert "would have to go" in said
