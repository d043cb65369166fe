"""`advisor stress` as it is called: forms, flags, how it ends."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from command_line import once, run, run_apart

from advisor.cli import stress

pytestmark = pytest.mark.usefixtures("plain_screen")

TEAM = """\
name: Platform
start: 2027-01
developers: 40
adoption: 90%
hour: 100
budget: 12_000
switching_days_per_developer: 2
current: opus
tasks:
  bug-fix:
    per_developer_month: 14
    tokens: {input: 60k, cache_read: 2M, output: 20k}
    success: 84%
    by_hand: 30min
    checked_by: tests
  docs: {per_developer_month: 5, tokens: {input: 90k, output: 8k}, success: 70%, by_hand: 20min}
options:
  opus: {model: claude-opus-5-5, harness: claude-code}
  codex: {model: gpt-6.1-sol, harness: codex, token_multiplier: [0.5, 1.1], quality: [0.92, 1.03]}
  kimi: {model: kimi-k3.1-pro, harness: opencode, token_multiplier: [0.9, 1.5], quality: 0.8}
"""
SHORT = """\
developers: 40
budget: 90_000
billed: [{vendor: anthropic, month: 2026-10, cost: 8_400, active_developers: 38}]
"""
QUICK = ("--as-of", "2026-11-12")


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand beside a team's file; its stories are told once for all forms of the answer."""
    monkeypatch.chdir(tmp_path)
    once(monkeypatch, stress, "put_through")
    path = tmp_path / "team.yaml"
    path.write_text(TEAM, encoding="utf-8")
    return path


def told(*flags: str) -> dict[str, Any]:
    """Return the answer as JSON; it has to be one."""
    ended = run("stress", *QUICK, "--json", *flags)
    assert (ended.code, ended.err) == (0, "")
    answer: dict[str, Any] = json.loads(ended.out)
    return answer


def test_the_text_has_a_line_for_every_story(team: Path) -> None:
    """Every title stands at the beginning of a line, shortened where it is long."""
    lines = run("stress", team.name, *QUICK).out.splitlines()
    answer = told()

    titles = [one["title"] for one in [answer["expected"], *answer["scenarios"]]]
    missing = [t for t in titles if not any(line.startswith(t[:35]) for line in lines)]
    assert missing == []


def test_the_first_line_names_file_ways_months_and_prices(team: Path) -> None:
    """Which two ways go through the stories is said first."""
    first = " ".join(run("stress", team.name, *QUICK).out.split("\n\n")[0].split())

    assert first == (
        "Platform (team.yaml) · opus as today, and the recommended mix · Jan–Dec 2027 · USD · "
        "prices of 2026-11-12"
    )


def test_the_last_line_is_a_sentence(team: Path) -> None:
    """`--brief` prints it alone."""
    whole, brief = run("stress", *QUICK).out, run("stress", *QUICK, "--brief").out

    assert whole.endswith(f"\n\n{brief}")


@pytest.mark.parametrize("width", ["60", "80", "100"])
def test_no_line_is_wider_than_the_screen(
    team: Path, width: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """COLUMNS is kept to."""
    monkeypatch.setenv("COLUMNS", width)

    lines = run("stress", team.name, *QUICK).out.splitlines()
    assert max(map(len, lines)) <= int(width)


def test_every_form_can_be_a_file(team: Path) -> None:
    """`-o` writes what stdout would have, by the ending."""
    files = {"a.txt": "table", "a.json": "json", "a.csv": "csv", "a.md": "markdown"}
    flags = [word for name in files for word in ("-o", name)]

    ended = run("stress", *QUICK, *flags)

    assert (ended.code, ended.err.splitlines()) == (0, [f"wrote {name}" for name in files])
    written = {name: Path(name).read_text(encoding="utf-8") for name in files}
    assert written == {
        name: run("stress", *QUICK, "--format", form).out for name, form in files.items()
    }


def test_the_flat_table_has_the_figures_of_the_json(team: Path) -> None:
    """A row for each story and way, with the same money to the digit."""
    rows = list(csv.DictReader(io.StringIO(run("stress", *QUICK, "--format", "csv").out)))
    answer = told()

    spends = [
        one[way]["spend"]
        for one in [answer["expected"], *answer["scenarios"]]
        for way in ("today", "mix", "best")
        if one[way]
    ]
    assert [float(row["spend"]) for row in rows] == spends


def test_exits_can_be_named_with_and_without_a_day(team: Path) -> None:
    """Several, each with its own day; without one the last day before `--from`."""
    answer = told("--exit", "anthropic@2027-06-30", "--exit", "codex", "--from", "2027-05-01")

    assert [(one["name"], one["kind"], one["on"]) for one in answer["exits"]] == [
        ("anthropic", "maker", "2027-06-30"),
        ("codex", "tool", "2027-04-30"),
    ]


def test_the_price_war_takes_a_factor_and_a_day(team: Path) -> None:
    """Both stand in its title."""
    answer = told("--price-factor", "0.25", "--from", "2027-10-01")

    assert "all prices × 0.25 from 1 Oct 2027" in [one["title"] for one in answer["scenarios"]]


def test_the_decided_mix_goes_through_unless_the_recommended_is_asked_for(team: Path) -> None:
    """A file with a mix has it stressed."""
    team.write_text(TEAM + "mix: {default: codex, docs: kimi}\n", encoding="utf-8")

    assert [told()["mix"], told("--recommended")["mix"]] == ["mix", "recommended"]


@pytest.mark.parametrize(
    ("flags", "named"),
    [
        (("--exit", "nobody"), "--exit"),
        (("--exit", "@2027-01-01"), "--exit"),
        (("--exit", "anthropic@soon"), "--exit"),
        (("--from", "soon"), "--from"),
        (("--price-factor", "0"), "--price-factor"),
        (("--price-factor", "-1"), "--price-factor"),
        (("--price-factor", "inf"), "--price-factor"),
        (("--price-factor", "nan"), "--price-factor"),
        (("--time-limit", "0"), "--time-limit"),
        (("--seed", "-1"), "--seed"),
        (("--as-of", "soon"), "--as-of"),
        (("-o", "a.xlsx"), "-o"),
    ],
)
def test_a_wrong_value_ends_with_2_and_names_its_flag(
    team: Path, flags: tuple[str, ...], named: str
) -> None:
    """Nothing on stdout, the flag first on stderr."""
    ended = run("stress", *flags)

    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(f"{named}: ")


@pytest.mark.parametrize("form", ["table", "json", "csv", "markdown"])
def test_three_lines_are_answered(team: Path, form: str) -> None:
    """People, a budget and last month's invoice go through the stories in every form."""
    team.write_text(SHORT, encoding="utf-8")

    ended = run("stress", *QUICK, "--format", form)
    assert (ended.code, ended.err) == (0, "")


def test_without_values_regret_is_work_and_the_tornado_is_cost(team: Path) -> None:
    """No net value anywhere; best is what does most within the budget."""
    team.write_text(SHORT, encoding="utf-8")
    answer = told()

    assert (answer["aim"], answer["measure"]) == ("completed", "spend")
    assert answer["expected"]["mix"]["net_value"] is None


def test_where_no_mix_keeps_the_limits_there_is_none_to_stress(team: Path) -> None:
    """Exit 4, nothing on stdout, and what to do."""
    team.write_text(TEAM.replace("12_000", "10"), encoding="utf-8")
    ended = run("stress", *QUICK)

    assert (ended.code, ended.out) == (4, "")
    assert "advisor recommend" in ended.err


def test_a_decided_mix_is_stressed_though_it_breaks_a_limit(team: Path) -> None:
    """What was decided is looked at as it is."""
    text = TEAM.replace("12_000", "10") + "mix: codex\n"
    team.write_text(text, encoding="utf-8")

    assert told()["expected"]["mix"]["breaks"] == ["budget"]


def test_two_runs_print_the_same_bytes(team: Path) -> None:
    """Same file, prices, seed: the same JSON in two processes."""
    call = ("stress", team.name, *QUICK, "--json")
    first, second = run_apart(*call, folder=team.parent), run(*call)

    assert (first.code, first.out) == (0, second.out)
