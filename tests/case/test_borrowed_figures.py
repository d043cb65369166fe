"""What is borrowed, on the public path: `advisor compare` of a team of forty with one bill."""

from __future__ import annotations

import itertools
import json
import math
from pathlib import Path
from typing import Any

import pytest
from command_line import run

TEAM = """\
developers: 40
billed: {vendor: %s, month: 2026-10, cost: 8_400, active_developers: 38}
start: 2027-01
tasks:
  bug-fix: {per_developer_month: 14, success: 84%%}
  frontend: {per_developer_month: 5, success: 20%%}
options:
  opus: {model: claude-opus-5-5, harness: claude-code}
  codex: {model: gpt-6.1-sol, harness: codex%s}
  sonnet: {model: claude-sonnet-5-5, harness: claude-code}
  router: {model: claude-sonnet-5-5, harness: claude-code, channel: openrouter}
"""
TRIALS = """\
sources:
  pilot: {title: Our pilot, url: https://example.org, date: 2026-11-20, reported_by: own}
records:
  - source: pilot
    benchmark: pilot
    class: bug-fix
    trials: %d
    rows:
      - {model: claude-opus-5-5, harness: claude-code, cost: 1, success: 80%%}
      - {model: gpt-6.1-sol, harness: codex, cost: 3, success: 40%%}
"""


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a folder of its own."""
    monkeypatch.chdir(tmp_path)


def told(text: str, draws: int = 0) -> dict[str, Any]:
    """Compare the options of a file."""
    Path("team.yaml").write_text(text, encoding="utf-8")
    ended = run("compare", "team.yaml", "--format", "json", "--draws", str(draws))
    answer: dict[str, Any] = json.loads(ended.out)
    return answer


def team(vendor: str = "anthropic", stated: str = "", **blocks: str) -> str:
    """Write the file, with other blocks below."""
    return TEAM % (vendor, stated) + "".join(f"{key}: {value}\n" for key, value in blocks.items())


def spends(answer: dict[str, Any]) -> dict[str, Any]:
    """Return what each option costs, in every respect."""
    return {row["option"]: row["spend"] for row in answer["options"]}


def assumed(answer: dict[str, Any], option: str, key: str, work: str = "bug-fix") -> dict[str, Any]:
    """Return what is assumed of an option."""
    (found,) = (
        one
        for one in answer["assumptions"]
        if (one["option"], one["key"], one["class"]) == (option, key, work)
    )
    return dict(found)


@pytest.mark.parametrize("reference", ["codex", "sonnet"])
def test_the_reference_changes_no_cost(reference: str) -> None:
    """The bill says how many tokens there are, whatever tokens are stated relative to."""
    plain, named = (told(text, 300) for text in (team(), team(current="opus", reference=reference)))

    assert spends(named) == spends(plain)


def test_what_is_stated_of_an_option_is_relative_to_the_reference() -> None:
    """Twice the tokens of one that is known to take m times the bill's are 2·m times the bill's."""
    other = team(stated=", token_multiplier: 2, quality: 1", current="opus", reference="sonnet")
    known = told(other)
    by_class = {
        work: 2 * assumed(known, "sonnet", "token_multiplier", work)["value"]
        for work in ("bug-fix", "frontend")
    }
    stated = ", ".join(f"{work}: {value!r}" for work, value in by_class.items())
    plain = told(team(stated=f", token_multiplier: {{{stated}}}, quality: 1"))

    assert spends(known)["codex"]["expected"] == pytest.approx(spends(plain)["codex"]["expected"])


@pytest.mark.parametrize("work", ["bug-fix", "frontend"])
def test_the_same_pair_asked_both_ways_multiplies_to_one(work: str) -> None:
    """The middle of Codex to Opus times that of Opus to Codex, and P10 of one with P90 of other."""
    there = assumed(told(team()), "codex", "token_multiplier", work)
    back = assumed(told(team("openai")), "opus", "token_multiplier", work)

    assert there["p50"] * back["p50"] == pytest.approx(1, rel=1e-12)
    assert there["p10"] * back["p90"] == pytest.approx(1, rel=1e-9)


def test_the_expected_year_takes_the_median() -> None:
    """The mean stands beside it and is higher; the year's median is near what is shown."""
    answer = told(team(level_spread="0"), 4000)

    found = assumed(answer, "codex", "token_multiplier")
    spend = spends(answer)["codex"]
    assert found["value"] == found["p50"] < found["mean"]
    assert spend["expected"] == pytest.approx(spend["p50"], rel=0.05)
    assert spend["mean"] > 1.1 * spend["expected"]


@pytest.mark.parametrize(("work", "success"), [("bug-fix", 0.84), ("frontend", 0.20)])
@pytest.mark.parametrize("option", ["codex", "sonnet"])
def test_nothing_borrowed_succeeds_more_than_always(work: str, success: float, option: str) -> None:
    """Quality is never above 1 ÷ success, and has its middle, its ends and its mean in order."""
    found = assumed(told(team()), option, "quality", work)

    assert 0 < found["p10"] < found["p50"] < found["p90"] < 1 / success
    assert found["p10"] < found["mean"] < found["p90"]


def test_options_that_differ_in_who_bills_them_are_drawn_together() -> None:
    """At the same price they cost the same in every year: a true tie."""
    answer = told(team(), 300)

    one, other = spends(answer)["sonnet"], spends(answer)["router"]
    ratios = [other[key] / one[key] for key in ("p10", "p50", "p90", "mean")]
    assert ratios == [pytest.approx(other["expected"] / one["expected"])] * 4


def test_a_cap_makes_no_public_figure_of_today_s() -> None:
    """Today's own option with a cap on it is nothing that benchmarks have to tell of."""
    capped = "  capped: {model: claude-opus-5-5, harness: claude-code, cap: 300}\n"
    rows = told(team() + capped)["options"]

    assert {row["option"] for row in rows if row["borrowed"]} == {"codex", "sonnet", "router"}


def after(trials: int) -> float:
    """Return ln of the multiplier after so many own trials in which Codex cost three times."""
    text = team()
    if trials:
        Path("pilot.yaml").write_text(TRIALS % trials, encoding="utf-8")
        text = team(profiles="[pilot.yaml]")
    return math.log(assumed(told(text), "codex", "token_multiplier")["p50"])


def test_own_trials_move_the_answer_smoothly() -> None:
    """One trial moves it a little, thirty most of the way, and none of them flips a switch."""
    steps = [after(trials) for trials in (0, 1, 3, 10, 30, 100)]

    moved = [later - sooner for sooner, later in itertools.pairwise(steps)]
    assert min(moved) > 0
    assert moved[0] < 0.4 * sum(moved)
    assert steps[4] - steps[0] > 0.8 * sum(moved)
    assert steps[4] - steps[0] > 0.4


@pytest.mark.parametrize(
    ("work", "hint"),
    [
        ("bug-fix", None),
        ("bugfix", "did you mean `bug-fix`?"),
        ("sql", "say `like: sql` at a task"),
    ],
)
def test_own_trials_of_no_kind_of_work_are_named(work: str, hint: str | None) -> None:
    """A class that is spelt otherwise than in the team's file is not passed over in silence."""
    trials = (TRIALS % 30).replace("class: bug-fix", f"class: {work}")
    Path("pilot.yaml").write_text(trials, encoding="utf-8")

    notes = [note for note in told(team(profiles="[pilot.yaml]"))["warnings"] if "own" in note]

    expected = f"own records of {work} are of no kind of work in the file, and tell of its kinds "
    assert notes == ([f"{expected}only from afar ({hint})"] if hint else [])


def test_own_trials_are_said_to_be_own() -> None:
    """After thirty the row says so, and is surer than before."""
    Path("pilot.yaml").write_text(TRIALS % 30, encoding="utf-8")
    before, then = (
        assumed(told(text), "codex", "token_multiplier")
        for text in (team(), team(profiles="[pilot.yaml]"))
    )

    assert then["origin"].startswith("own trials: ")
    assert then["p90"] / then["p10"] < 0.6 * before["p90"] / before["p10"]
