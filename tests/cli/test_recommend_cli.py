"""`advisor recommend` as it is called: forms, flags, what it writes, how it ends."""

from __future__ import annotations

import csv
import io
import json
import math
import random
import re
import signal
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from clocks import Clock, put_up, with_a_limit
from command_line import once, run, run_apart

from advisor.answers.recommend.problem import Program
from advisor.answers.recommend.solution import Effort, Solution
from advisor.answers.recommend.solver import solve
from advisor.cli import recommend

pytestmark = pytest.mark.usefixtures("plain_screen")

TEAM = """\
# The platform teams; the level is last autumn's.
name: Platform   # as finance calls it
start: 2027-01
teams:
  payments: {developers: 12, adoption: 90%}
  search:
    developers: 30    # without the two in Lisbon
    budget: 4_000
hour: 100
budget: 9_000

current: opus         # since June
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
policy: {max_vendor_share: 90%}   # nobody but one alone
"""
UNVALUED = "\n".join(
    line for line in TEAM.replace(", by_hand: 20min", "").splitlines()
    if "by_hand" not in line and not line.startswith("hour")
) + "\n"  # fmt: skip
SHORT = """\
developers: 40
budget: 90_000
billed: [{vendor: anthropic, month: 2026-10, cost: 8_400, active_developers: 38}]
"""
KNOWN_ON = ("--as-of", "2026-11-12")
QUICK = (*KNOWN_ON, "--draws", "200")


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand beside a team's file; a mix is searched once for all forms of the answer."""
    monkeypatch.chdir(tmp_path)
    once(monkeypatch, recommend, "recommend")
    path = tmp_path / "team.yaml"
    path.write_text(TEAM, encoding="utf-8")
    return path


def advice(*flags: str) -> dict[str, Any]:
    """Return the answer on ./team.yaml as JSON; it has to be one."""
    return _advice(Path("team.yaml").read_text(encoding="utf-8"), flags)


@cache
def _advice(text: str, flags: tuple[str, ...]) -> dict[str, Any]:
    """Ask once about a text; where it stands changes nothing."""
    assert text
    ended = run("recommend", *QUICK, "--json", *flags)
    assert (ended.code, ended.err) == (0, "")
    answer: dict[str, Any] = json.loads(ended.out)
    return answer


def compared(*flags: str) -> dict[str, dict[str, Any]]:
    """Return the rows of `compare` by option."""
    rows = json.loads(run("compare", *QUICK, "--json", *flags).out)["options"]
    return {row["option"]: row for row in rows}


# --- Forms ----------------------------------------------------------------------------------------


def test_the_file_may_be_left_out(team: Path) -> None:
    """./team.yaml is taken."""
    assert run("recommend", *QUICK).out == run("recommend", team.name, *QUICK).out


@pytest.mark.parametrize("command", ["recommend", "stress"])
def test_without_work_there_is_no_mix(tmp_path: Path, command: str) -> None:
    """Where nobody works in the plan's months, it says so and ends with 3."""
    file = tmp_path / "team.yaml"
    file.write_text(
        "start: 2027-01\ndevelopers: 5\n"
        "tasks: {docs: {per_developer_month: 0, success: 80%, tokens: {input: 9k, output: 1k}}}\n"
        "options: {opus: {model: claude-opus-5-5, harness: claude-code}}\n",
        encoding="utf-8",
    )
    ended = run(command, file)

    assert ended.code == 3
    assert "there is no work in these months to give to anybody" in ended.err


def test_the_first_line_says_what_was_asked(team: Path) -> None:
    """File, mix, months, currency and the day of the prices stand first, then aim and limits."""
    first, second = " ".join(run("recommend", team.name, *QUICK).out.split("\n\n")[0].split(
    )).split(" Best mix: ")  # fmt: skip

    assert first == (
        "Platform (team.yaml) · the best mix · Jan–Dec 2027 · USD · prices of 2026-11-12"
    )
    assert all(part in second for part in ("9,000", "4,000", "search", "90%", "most worth"))


def test_the_last_line_is_a_sentence(team: Path) -> None:
    """What to do stands last, and `--brief` prints that alone."""
    whole, brief = run("recommend", *QUICK).out, run("recommend", *QUICK, "--brief").out

    assert whole.endswith(f"\n\n{brief}")
    assert brief.rstrip().endswith("--write")


@pytest.mark.parametrize("width", ["60", "80", "100", "140"])
def test_no_line_is_wider_than_the_screen(
    team: Path, width: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """COLUMNS is kept to."""
    monkeypatch.setenv("COLUMNS", width)

    lines = run("recommend", *QUICK).out.splitlines()
    assert max(map(len, lines)) <= int(width)


def test_every_form_can_be_a_file(team: Path) -> None:
    """`-o` writes what stdout would have, by the ending; each is said on stderr."""
    files = {"a.txt": "table", "a.json": "json", "a.csv": "csv", "a.md": "markdown"}
    flags = [word for name in files for word in ("-o", name)]

    ended = run("recommend", *QUICK, *flags)

    assert (ended.code, ended.err.splitlines()) == (0, [f"wrote {name}" for name in files])
    written = {name: Path(name).read_text(encoding="utf-8") for name in files}
    assert written == {
        name: run("recommend", *QUICK, "--format", form).out for name, form in files.items()
    }


def test_the_flat_table_has_a_row_for_each_route(team: Path) -> None:
    """Team, class, options, shares and money of every route, as in the JSON."""
    rows = list(csv.DictReader(io.StringIO(run("recommend", *QUICK, "--format", "csv").out)))
    routes = advice()["routes"]

    assert [(row["team"], row["task_class"], row["first"]) for row in rows] == [
        (route["team"], route["task_class"], route["strategy"][0]) for route in routes
    ]
    assert [float(row["spend"]) for row in rows] == [route["spend"] for route in routes]


def test_routes_and_what_is_owed_come_to_the_whole_spend(team: Path) -> None:
    """Without contracts the routes add up to what the mix costs."""
    answer = advice()

    total = sum(route["spend"] for route in answer["routes"])
    assert total == pytest.approx(answer["spend"]["expected"])


def test_markdown_is_a_table_and_a_sentence(team: Path) -> None:
    """A heading, the routes, and what to do."""
    said = run("recommend", *QUICK, "--format", "markdown").out

    assert said.startswith("#### Platform: 2027-01 to 2027-12\n\n|")
    assert "--write" in said.split("\n\n")[2]


def test_stress_and_recommend_tell_of_the_same_mix(team: Path) -> None:
    """What the recommended mix costs is the same figure in both answers."""
    stressed = json.loads(run("stress", *KNOWN_ON, "--recommended", "--json").out)

    told = stressed["expected"]["mix"]["spend"]
    assert told == pytest.approx(advice("--draws", "0")["spend"]["expected"])


# --- Write ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("flags", [(), ("--shares",), ("--objective", "spend"), ("--robust",)])
def test_the_mix_written_costs_in_compare_what_was_said(team: Path, flags: tuple[str, ...]) -> None:
    """To the cent: spend, work done and net value, teams with ways of their own included."""
    answer = json.loads(run("recommend", *QUICK, "--json", "--write", *flags).out)

    row = compared()["mix"]

    assert round(row["spend"]["expected"], 2) == round(answer["spend"]["expected"], 2)
    assert (row["completed"], row["net_value"]) == pytest.approx(
        (answer["completed"], answer["net_value"])
    )


def test_teams_that_go_ways_of_their_own_have_them_written(team: Path) -> None:
    """A team's own budget gives it another mix, which stands at the team."""
    ended = run("recommend", *QUICK, "--write")

    text = team.read_text(encoding="utf-8")
    assert (ended.code, text.count("mix:")) == (0, 2)
    assert ended.err == "wrote the mix into team.yaml: `advisor compare` shows it beside today\n"


def test_writing_the_mix_leaves_every_other_line(team: Path) -> None:
    """Comments, spaces and order of what was there stay as they were."""
    run("recommend", *QUICK, "--write")

    lines = team.read_text(encoding="utf-8").splitlines()
    assert [line for line in TEAM.splitlines() if line not in lines] == []


def test_writing_twice_changes_nothing(team: Path) -> None:
    """The mix in the file is no part of the question."""
    run("recommend", *QUICK, "--write")
    once = team.read_text(encoding="utf-8")
    run("recommend", *QUICK, "--write")

    assert team.read_text(encoding="utf-8") == once


def test_what_is_written_replaces_the_mix_of_before(team: Path) -> None:
    """Another aim has another mix; there is one `mix` of the file and those of teams."""
    run("recommend", *QUICK, "--write")
    run("recommend", *QUICK, "--write", "--objective", "spend")

    cheapest = advice("--objective", "spend")["spend"]["expected"]
    row = compared().get("mix") or compared()["codex"]
    assert row["spend"]["expected"] == pytest.approx(cheapest)


def test_without_write_the_file_is_left_alone(team: Path) -> None:
    """Advice is read-only."""
    run("recommend", *QUICK)

    assert team.read_text(encoding="utf-8") == TEAM


# --- Flags ----------------------------------------------------------------------------------------


def test_shares_are_worth_more_than_whole_routes(team: Path) -> None:
    """`--shares` lets the last dollar be spent; `--whole` is what is done without a flag."""
    usual, whole, shared = advice(), advice("--whole"), advice("--shares")

    assert usual["objective"] == whole["objective"] < shared["objective"]
    assert (whole["is_whole"], shared["is_whole"]) == (True, False)


@pytest.mark.parametrize(
    ("objective", "figure"),
    [("net_value", "net_value"), ("value", "value"), ("completed", "completed")],
)
def test_each_aim_is_met_best_when_it_is_asked_for(team: Path, objective: str, figure: str) -> None:
    """Of the four mixes none has more of what a mix is chosen for."""
    answers = {name: advice("--shares", "--objective", name) for name in
               ("net_value", "value", "completed", "spend")}  # fmt: skip

    best = max(one[figure] for one in answers.values())
    assert answers[objective][figure] == pytest.approx(best)
    assert answers[objective]["objective"] == pytest.approx(best)


def test_the_cheapest_is_the_cheapest(team: Path) -> None:
    """`--objective spend` spends least, and says so as a worth that is negative."""
    answer = advice("--objective", "spend")

    assert answer["spend"]["expected"] <= advice()["spend"]["expected"]
    assert answer["objective"] == pytest.approx(-answer["spend"]["expected"])


def test_a_wide_gap_is_still_a_plan(team: Path) -> None:
    """`--gap 20%` of the best may be missing; not more, and the gap is told."""
    answer, best = advice("--gap", "0.2"), advice()["objective"]

    assert best * 0.8 <= answer["objective"] <= best * (1 + 1e-9)
    assert 0 <= answer["gap"] <= 0.2


def test_robust_tells_both_regrets(team: Path) -> None:
    """The mix that loses least loses no more than the one for the means."""
    told = advice("--robust", "--bad-years", "20%")["robust"]

    assert (told["form"], told["bad_years"]) == ("tail", 0.2)
    assert told["regret_in_bad_years"] <= told["expected_regret_in_bad_years"] * (1 + 1e-9)


def test_robust_on_average_has_the_least_mean_regret(team: Path) -> None:
    """Without `--bad-years` all years count alike."""
    told = advice("--robust")["robust"]

    assert told["form"] == "mean"
    assert told["regret"] <= told["expected_regret"] * (1 + 1e-9)


WRONG = [
    (("--objective", "profit"), "--objective"),
    (("--draws", "-1"), "--draws"),
    (("--seed", "-1"), "--seed"),
    (("--time-limit", "0"), "--time-limit"),
    (("--time-limit", "nan"), "--time-limit"),
    (("--gap", "1"), "--gap"),
    (("--gap", "-0.1"), "--gap"),
    (("--bad-years", "10%"), "--bad-years"),
    (("--robust", "--bad-years", "0"), "--bad-years"),
    (("--robust", "--bad-years", "100%"), "--bad-years"),
    (("--robust", "--bad-years", "few"), "--bad-years"),
    (("--as-of", "yesterday"), "--as-of"),
    (("--assume-cancelled", "claude-opus-5-5@2030-01-01"), "--assume-cancelled"),
    (("-o", "mix.xlsx"), "-o"),
]


@pytest.mark.parametrize(("flags", "named"), WRONG)
def test_a_wrong_value_ends_with_2_and_names_its_flag(
    team: Path, flags: tuple[str, ...], named: str
) -> None:
    """Nothing on stdout, one line on stderr that begins with the flag."""
    ended = run("recommend", *flags)

    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(f"{named}: ")


@pytest.mark.parametrize("objective", ["net_value", "value"])
def test_worth_cannot_be_the_aim_of_a_file_without_values(team: Path, objective: str) -> None:
    """The flag is named, and what would have to be in the file."""
    team.write_text(UNVALUED, encoding="utf-8")
    ended = run("recommend", *QUICK, "--objective", objective)

    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("--objective: ")


# --- Files that say less --------------------------------------------------------------------------


def test_without_values_work_done_is_the_aim(team: Path) -> None:
    """No net value is told, and `value` is the count of completed tasks."""
    team.write_text(UNVALUED, encoding="utf-8")
    answer = advice()

    assert (answer["aim"], answer["net_value"]) == ("completed", None)
    assert answer["value"] == answer["completed"] == pytest.approx(answer["objective"])


def test_without_a_budget_no_dollar_has_a_price(team: Path) -> None:
    """No budget, no price of it, and no chance to pass it."""
    text = TEAM.replace("budget: 9_000\n", "").replace("    budget: 4_000\n", "")
    team.write_text(text, encoding="utf-8")
    answer = advice()

    keys = ("budget", "shadow_price_budget", "probability_over_budget")
    assert [answer[key] for key in keys] == [None, None, None]


ONE_KIND = """\
developers: 63
budget: 200_000
billed: [{vendor: anthropic, month: 2026-10, cost: 19_400, active_developers: 58}]
"""


@pytest.mark.parametrize("form", ["table", "json", "csv", "markdown"])
def test_three_lines_are_answered(team: Path, form: str) -> None:
    """People, a budget and last month's invoice are enough: the shortlist is chosen from."""
    team.write_text(SHORT, encoding="utf-8")

    ended = run("recommend", *QUICK, "--format", form)

    assert (ended.code, ended.err) == (0, "")
    assert len(ended.out) > 100


def test_three_lines_can_be_written_to(team: Path) -> None:
    """The mix is put under what is there, and compared."""
    team.write_text(SHORT, encoding="utf-8")
    answer = json.loads(run("recommend", *QUICK, "--json", "--write").out)

    rows = compared()

    row = rows.get("mix") or rows[answer["routes"][0]["strategy"][0]]
    assert row["spend"]["expected"] == pytest.approx(answer["spend"]["expected"])
    assert team.read_text(encoding="utf-8").startswith(SHORT)


def test_one_kind_of_work_is_shared_out_and_not_moved_whole(team: Path) -> None:
    """Money that is left over goes to the better one; the cheap one alone is named beside it."""
    team.write_text(ONE_KIND, encoding="utf-8")

    answer = advice()
    shares = {route["strategy"][0]: route["share"] for route in answer["routes"]}
    said = run("recommend", *QUICK).out

    assert answer["is_whole"] is False
    assert sum(shares.values()) == pytest.approx(1)
    assert len(shares) == 2
    assert answer["spend"]["expected"] == pytest.approx(200_000)
    assert re.search(r"Alone, codex does 99% for\s\$[\d,]+\.", said)


def test_a_file_without_tasks_counts_developer_months(team: Path) -> None:
    """Nobody stated a task, so none is spoken of; money buys so much that it can be seen."""
    team.write_text(ONE_KIND, encoding="utf-8")

    said = " ".join(run("recommend", *QUICK).out.split())

    assert " tasks" not in said
    assert re.search(r"10,000 more dollars of budget buy [\d.]+ developer-months", said)


@pytest.mark.parametrize(
    ("flags", "kinds", "is_whole"),
    [((), 1, False), (("--whole",), 1, True), ((), 2, True), (("--shares",), 2, False)],
)
def test_several_kinds_of_work_have_a_route_each(
    team: Path, flags: tuple[str, ...], kinds: int, is_whole: bool
) -> None:
    """What people can follow is the default, and either can be asked for."""
    tasks = "".join(f"  kind-{k}: {{per_developer_month: 5, success: 80%}}\n" for k in range(kinds))
    team.write_text(f"{ONE_KIND}tasks:\n{tasks}", encoding="utf-8")

    assert advice(*flags)["is_whole"] is is_whole


def test_a_file_that_is_wrong_has_all_its_faults_told(team: Path) -> None:
    """As with every command: exit 2, file and line."""
    team.write_text(TEAM.replace("90%}   #", "9000%}   #"), encoding="utf-8")
    ended = run("recommend", *QUICK)

    assert (ended.code, ended.out) == (2, "")
    assert "team.yaml:24" in ended.err


def test_no_file_ends_with_2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is nothing to advise on."""
    monkeypatch.chdir(tmp_path)

    assert run("recommend").code == 2


# --- Processes of their own -----------------------------------------------------------------------


def test_two_runs_print_the_same_bytes(team: Path) -> None:
    """Same file, prices, seed: the same JSON in two processes, simulated years and all."""
    call = ("recommend", team.name, *QUICK, "--json", "--robust")
    first, second = run_apart(*call, folder=team.parent), run(*call)

    assert (first.code, first.out) == (0, second.out)


# --- A long search --------------------------------------------------------------------------------


def hard_file(classes: int, options: int, teams: int) -> str:
    """Write a file whose best whole mix nobody finds in a minute."""
    dice = random.Random(3)  # noqa: S311 - not for secrets
    kinds = [f"kind{n}" for n in range(classes)]
    models = ["claude-opus-5-5", "gpt-6.1-sol", "gemini-3.8-flash", "kimi-k3.1-pro", "glm-5.3"]
    lines = ["start: 2027-01", "hour: 60", "current: way0", "budget: 700_000", "teams:"]
    lines += [f"  team{n}: {{developers: {5 + 7 * n}}}" for n in range(teams)]
    lines.append("tasks:")
    for kind in kinds:
        tokens = f"{{input: {dice.randint(100, 900)}k, output: {dice.randint(5, 60)}k}}"
        often, worth = dice.randint(1, 9), dice.randint(5, 60)
        lines.append(
            f"  {kind}: {{per_developer_month: {often}, tokens: {tokens}, value: {worth}, "
            f"success: 0.{dice.randint(40, 90)}, checked_by: tests}}"
        )
    lines.append("options:")
    for n in range(options):
        low, good = (
            ", ".join(f"{kind}: {dice.uniform(*ends):.3f}" for kind in kinds)
            for ends in ((0.2, 1.6), (0.5, 1.1))
        )
        own = f", token_multiplier: {{{low}}}, quality: {{{good}}}" if n else ""
        lines.append(f"  way{n}: {{model: {models[n % 5]}, harness: tool{n}{own}}}")
    rules = "whole: true, max_vendor_share: 0.35, max_harness_share: 0.2, min_quality_overall: 0.9"
    return "\n".join([*lines, f"policy: {{{rules}}}"]) + "\n"


@pytest.fixture
def hard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand beside a file whose search would go on until it is ended."""
    monkeypatch.chdir(tmp_path)
    Path("hard.yaml").write_text(hard_file(6, 12, 20), encoding="utf-8")


HARD = ("recommend", "hard.yaml", "--draws", "0", "--json")


@pytest.mark.usefixtures("hard")
def test_ctrl_c_ends_a_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """It ends with the best that was found, as JSON, or with 130 and nothing on stdout."""
    monkeypatch.setattr(recommend.Progress, "hear", lambda *_: signal.raise_signal(signal.SIGINT))

    ended = run(*HARD)

    assert ended.code in {0, 130}
    assert (ended.out == "") == (ended.code == 130)
    assert ended.code == 130 or json.loads(ended.out)["status"] == "feasible"


@pytest.mark.usefixtures("hard")
def test_a_search_ends_when_its_time_is_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A search that would take hours ends with the best so far, which nobody calls the best."""
    with_a_limit(monkeypatch, 0.5)

    ended = run(*HARD)

    assert ended.code in {0, 3}
    assert json.loads(ended.out)["status"] == ("feasible" if ended.code == 0 else "unknown")


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Collect the seconds that searches are given."""
    seconds: list[float] = []

    def watched(program: Program, effort: Effort, known: Sequence[object]) -> Solution:
        seconds.append(effort.seconds)
        return solve(program, effort)

    monkeypatch.setattr("advisor.answers.recommend.search.solve_near", watched)
    return seconds


def test_the_time_limit_is_what_the_solver_is_given(
    tmp_path: Path, given: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--time-limit 7` leaves the search seven seconds, and each question beside it three."""
    monkeypatch.chdir(tmp_path)
    Path("team.yaml").write_text(TEAM, encoding="utf-8")

    assert run("recommend", "--draws", "0", "--time-limit", "7").code == 0
    searched = [seconds for seconds in given if seconds < math.inf]
    assert (searched[0], set(searched[1:])) == (7, {3})


def test_nothing_is_asked_beside_the_mix_once_the_time_is_up(
    tmp_path: Path, given: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where every look at the clock takes a minute the mix is told, and no more is searched."""
    monkeypatch.chdir(tmp_path)
    Path("team.yaml").write_text(TEAM, encoding="utf-8")
    put_up(Clock(a_look=60), monkeypatch)

    answer = json.loads(run("recommend", *KNOWN_ON, "--draws", "0", "--json").out)

    assert (answer["status"], len(answer["routes"]) > 0) == ("optimal", True)
    searched = [seconds for seconds in given if seconds < math.inf]
    assert (len(searched), answer["vendor_worth"]) == (1, {})


# --- What is said meanwhile -----------------------------------------------------------------------


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Go by a clock that is moved by hand, and by the seconds that are usual."""
    monkeypatch.setattr(recommend, "_QUIET_SECONDS", 5.0)
    return put_up(Clock(), monkeypatch)


def test_a_long_search_tells_how_it_gets_on(
    clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    """After five seconds a line is on stderr, and then no more often."""
    progress = recommend.Progress()
    said = []
    for best, bound in ((-1e99, 1e99), (-1e99, 1e99), (1.2e3, 5e3), (1.2e3, 5e3), (1.3e3, 2e3)):
        progress.hear(0.0, best, bound)
        said.append(capsys.readouterr().err)
        clock.now += 3

    assert said == [
        "",
        "",
        "searching for 6 s: best so far 1,200, at most 5,000 (Ctrl-C keeps the best)\n",
        "",
        "searching for 12 s: best so far 1,300, at most 2,000 (Ctrl-C keeps the best)\n",
    ]


@pytest.mark.parametrize(("after", "left"), [(0, 5), (2, 3), (5, 0), (60, 0)])
def test_what_comes_next_is_told_after_five_seconds_in_all(
    after: float, left: float, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who has waited five seconds hears of what else is looked into, and nobody else does."""
    waits: list[float] = []

    class Timer:
        daemon = False

        def __init__(self, seconds: float, *_: object) -> None:
            waits.append(seconds)

        def start(self) -> None:
            """Never ring."""

    monkeypatch.setattr("advisor.cli.recommend.threading.Timer", Timer)
    progress = recommend.Progress()
    clock.now += after

    progress.tell("the mix is found")

    assert waits == [left]
