"""Claims about what may be moved: links are read whole or refused, and a saved plan is the view."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest
from command_line import run
from conftest import ROOT

from advisor.api.inputs import read_inputs
from advisor.api.surroundings import of_this_process
from advisor.errors import InputError, MissingError
from advisor.load.yaml_source import parse_yaml, read_yaml
from advisor.web.as_yaml import as_yaml
from advisor.web.asking import Asker
from advisor.web.editing import edited
from advisor.web.plan import LivePlan, live_plan
from advisor.web.saved import saved_plan
from advisor.web.state import State, read_state

TEAM = ROOT / "workloads" / "team.yaml"
TEAMS = """\
start: 2027-01
teams:
  web: {developers: 30, adoption: 80%}
  data: {developers: {2027-01: 10, 2027-12: 30}, adoption: 90%}
usage: {input: 20M, output: 2M}
current: opus
budget: {total: 300_000, quarters: [25%, 25%, 25%, 25%]}
options:
  opus: {model: claude-opus-5-5, harness: claude-code}
  codex: {model: gpt-6.1-sol, harness: codex, token_multiplier: [0.5, 1.1], quality: 95%}
  copilot: {model: claude-sonnet-5-5, plan: github-copilot-business, seats: 12}
contracts: {openai: {discount: 10%}}
policy: {min_quality: 80%, deny: {makers: [openai]}}
"""
SHORT = """\
developers: 40
billed: [{vendor: anthropic, month: 2026-10, cost: 8_400, active_developers: 38}]
"""


def plan_of(path: Path) -> LivePlan:
    """Read a plan as the page does."""
    inputs = read_inputs(path, {}, around=of_this_process(lambda _: None))
    return live_plan(inputs, read_yaml(ROOT / "workloads" / "shortlist.yaml").data["options"])


@cache
def shipped() -> LivePlan:
    """Return the shipped team."""
    return plan_of(TEAM)


def state_of(plan: LivePlan, **moved: str) -> State:
    """Read a state; `__` is a point in the name of a control."""
    return read_state([(key.replace("__", "."), v) for key, v in moved.items()], plan.controls)


def test_nothing_moved_is_the_file() -> None:
    """Every control at its default is an empty link, and changes no key of the file."""
    plan = shipped()
    state = read_state([(one.key, one.default) for one in plan.controls.values()], plan.controls)

    assert (state.query, edited(plan, state)) == ("", plan.data)


def test_a_link_holds_what_was_moved_in_the_order_of_the_page() -> None:
    """Whatever order it came in, and whatever stands at its default."""
    plan = shipped()
    pairs = [("tokens.codex", "140"), ("budget", "90000"), ("developers", "44.0")]

    assert read_state(pairs, plan.controls).query == "developers=44&tokens.codex=140"


def test_the_last_of_two_counts() -> None:
    """A box that is checked sends its 0 and its 1."""
    plan = shipped()
    pairs = [("deny.hosted_in.CN", "0"), ("deny.hosted_in.CN", "1")]

    assert read_state(pairs, plan.controls).query == "deny.hosted_in.CN=1"


@pytest.mark.parametrize(
    "value",
    ["", "NaN", "inf", "-1", "1e400", "100001", "forty", "4" * 25, "０", "1_0", "<b>", "\x00", "+"],
)
def test_a_value_that_makes_no_sense_is_refused(value: str) -> None:
    """With the name of the control, never as another number."""
    with pytest.raises(InputError) as refused:
        state_of(shipped(), developers=value)

    assert [fault.key for fault in refused.value.faults] == ["developers"]


def test_all_faults_are_told_at_once() -> None:
    """A name that nothing has, with the near one; a number out of bounds; a box that is neither."""
    pairs = [("developer", "4"), ("budget", "-1"), ("deny.hosted_in.CN", "yes")]
    with pytest.raises(InputError) as refused:
        read_state(pairs, shipped().controls)

    assert sorted(fault.key for fault in refused.value.faults) == sorted(key for key, _ in pairs)


MOVED = {
    "developers": {"developers": "63"},
    "adoption": {"adoption": "60"},
    "months": {"months": "18"},
    "budget": {"budget": "50000.5"},
    "no budget": {"budget": ""},
    "price": {"price__anthropic": "25", "price__openai": "-50"},
    "tokens": {"tokens__codex": "140"},
    "quality": {"quality__deepseek": "110"},
    "limits": {"max_vendor_share": "55", "min_quality": "90"},
    "no limits": {"max_vendor_share": "", "min_quality": ""},
    "rules": {"deny__hosted_in__CN": "1", "deny__makers__google": "1"},
    "seats": {"seats__copilot": "25"},
    "caps": {"cap__opus": "300", "cap__copilot": "40.5"},
    "all": {
        "developers": "50", "adoption": "80", "budget": "70000", "price__zai": "10",
        "tokens__glm": "50", "seats__copilot": "5", "cap__sonnet": "100",
    },
}  # fmt: skip


def figures_of(text: str, folder: Path) -> dict[str, object]:
    """Return what `advisor compare` says of a saved plan: spend, months and work of each option."""
    place = folder / "plan.yaml"
    place.write_text(text, encoding="utf-8")
    ended = run("compare", place, "--draws", "0", "--json")
    assert ended.code == 0, ended.err
    return {
        one["option"]: (one["spend"]["expected"], one["spend_by_month"], one["work_done"])
        for one in json.loads(ended.out)["options"]
    }


@pytest.mark.parametrize("name", MOVED)
def test_a_saved_plan_is_what_was_seen(name: str, tmp_path: Path) -> None:
    """`advisor compare` of the file comes to the same figures, to the last digit."""
    plan = shipped()
    state = state_of(plan, **MOVED[name])

    seen = {
        one.option: (one.spend and one.spend.expected, list(one.spend_by_month), one.work_done)
        for one in Asker(plan, draws=0).figures(state).compare.options
    }

    assert seen == figures_of(saved_plan(plan, state), tmp_path)


@pytest.mark.parametrize("text", [TEAMS, SHORT], ids=["teams", "shortlist"])
def test_every_control_of_other_plans_can_be_moved(text: str, tmp_path: Path) -> None:
    """Teams, schedules, the shortlist: both ends of each control, and the file that is saved."""
    place = tmp_path / "team.yaml"
    place.write_text(text, encoding="utf-8")
    plan = plan_of(place)
    states = [
        read_state([(one.key, end)], plan.controls)
        for one in plan.controls.values()
        for end in (
            [str(one.low), str(one.high)]
            if one.kind == "range"
            else ["1" if one.low < 1 else str(one.low)]
        )
    ]

    saved = [as_yaml(edited(plan, state)) for state in states]
    told = [_spend(plan, state) for state in states]

    assert [parse_yaml(one, "saved").data for one in saved] == [edited(plan, s) for s in states]
    assert all(one is None or one >= 0 for one in told)


def _spend(plan: LivePlan, state: State) -> float | None:
    """Return today's spend in a state; None where the file would be refused, with a reason."""
    try:
        found = Asker(plan, draws=0).figures(state).compare.summary.today
    except (InputError, MissingError):
        return None
    return found.spend.expected


def test_more_people_cost_more() -> None:
    """The share that the bill's people were is kept for others."""
    plan = shipped()
    spends = [_spend(plan, state_of(plan, developers=str(n))) for n in (40, 20, 50, 80)]

    assert spends == pytest.approx([100_800, 50_400, 126_000, 201_600])


def test_texts_of_a_saved_plan_read_back() -> None:
    """Words that YAML would take for something else are quoted, months are not."""
    data = {
        "name": "yes", "a: b": "# no", "start": "2027-01", "x": ["null", "1e3", ""],
        "w": ["- ", "é\u2028"], "y": {}, "z": [], "n": None, "t": True, "deep": {"2027-01": 1},
    }  # fmt: skip

    assert parse_yaml(as_yaml(data), "f").data == data


STATED_OTHERWISE = {
    "head count at a month": ("developers: {2027-01: 40}", "developers", "45"),
    "schedule": ("developers: {2027-01: 40, 2027-07: 50}", "people", "20"),
    "denied by one text": (
        "developers: 40\npolicy: {deny: {hosted_in: CN}}", "deny.hosted_in.CN", "0",
    ),
    "floor with a range": (
        "developers: 40\npolicy: {min_quality: {p50: 0.8, p90: 0.9}}", "min_quality", "70",
    ),
    "name beyond the first plane": ('developers: 40\nname: "Tëam 😀 #1"', "budget", "1000"),
}  # fmt: skip


@pytest.mark.parametrize("name", STATED_OTHERWISE)
def test_what_a_file_may_state_in_two_ways_can_be_moved_in_both(name: str, tmp_path: Path) -> None:
    """And the file that is saved comes to the same figures."""
    text, key, value = STATED_OTHERWISE[name]
    bill = "billed: [{vendor: anthropic, month: 2026-10, cost: 8_400, active_developers: 38}]"
    place = tmp_path / "team.yaml"
    place.write_text(f"{text}\n{bill}\n", encoding="utf-8")
    plan = plan_of(place)
    state = read_state([(key, value)], plan.controls)

    seen = {
        one.option: (one.spend and one.spend.expected, list(one.spend_by_month), one.work_done)
        for one in Asker(plan, draws=0).figures(state).compare.options
    }

    assert seen == figures_of(saved_plan(plan, state), tmp_path)


def test_months_stay_within_the_quarters_of_a_budget(tmp_path: Path) -> None:
    """A budget of four quarters is one of ten to twelve months."""
    place = tmp_path / "team.yaml"
    place.write_text(TEAMS, encoding="utf-8")
    months = plan_of(place).controls["months"]

    assert [int(months.low), int(months.high)] == [10, 12]


def test_minus_nothing_is_nothing() -> None:
    """A link says 0 once."""
    assert state_of(shipped(), budget="-0").query == "budget=0"
