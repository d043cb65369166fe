"""Hostile files: one clear message at its place, or an answer that does no harm; never a bug.

Whatever a name in a file is, no line of any output begins with a command of a CI service that
`advisor` did not write, and nothing reaches a terminal that steers it.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import Run, run, run_apart
from conftest import ROOT

pytestmark = pytest.mark.usefixtures("plain_screen")

TEAM = "start: 2027-01\ndevelopers: 40\nbudget: 90_000\n"
BILL = "billed: [{vendor: anthropic, month: 2026-12, cost: 8_400}]\n"
LONG = "a" * 36
NAMES = [
    f"{LONG} ::notice::planted",
    f"{LONG} ##[error]planted",
    f"{LONG} ##vso[task.x]planted",
    "::a",
]
ANSWERS = [
    ("compare", "team.yaml", "--draws", "0"),
    ("compare", "team.yaml", "--draws", "0", "--brief"),
    ("recommend", "team.yaml", "--draws", "0"),
    ("check", "team.yaml", "--draws", "0"),
    ("stress", "team.yaml"),
    ("seats", "team.yaml", "--draws", "0"),
    ("export", "team.yaml"),
]  # fmt: skip
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def commands(text: str) -> list[str]:
    """Find what a CI service would take for a command."""
    lines = text.splitlines()
    return [one for one in lines if one.strip().startswith("::") or re.search(r"##\w*\[", one)]


def named(*names: str) -> str:
    """Write a workload whose options have names, the first of them today's."""
    options = "".join(f'  "{name}": {{model: claude-opus-5-5}}\n' for name in names)
    limits = "limits: {spend_per_active_month: 3}\n"
    return f'{TEAM}current: "{names[0]}"\noptions:\n{options}{limits}'


# --- commands of CI services, and what steers a terminal


@pytest.mark.parametrize("form", ["table", "json", "csv", "markdown"])
@pytest.mark.parametrize("call", ANSWERS, ids=[" ".join(one) for one in ANSWERS])
def test_no_name_of_a_file_becomes_a_command(
    call: tuple[str, ...], form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In every form, at every width that breaks the line before it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "60")
    Path("team.yaml").write_text(named(*NAMES), encoding="utf-8")
    shape = () if call[0] == "export" else ("--format", form)

    ended = run(*call, *shape)

    assert ended.code in {0, 1, 4}, ended.err
    assert commands(ended.out + ended.err) == []


@pytest.mark.parametrize(
    "ending", [".md", ".csv", ".json", ".txt", ".sarif", ".junit.xml", ".gitlab.json"]
)
def test_no_name_becomes_a_command_in_a_file(ending: str, tmp_path: Path) -> None:
    """What is written may be printed by a job later."""
    (tmp_path / "team.yaml").write_text(named(NAMES[1]), encoding="utf-8")

    run("check", "team.yaml", "--draws", 0, "-o", f"r{ending}", folder=tmp_path)

    text = (tmp_path / f"r{ending}").read_text(encoding="utf-8")
    assert ("planted" in text or ending in {".csv"}, commands(text)) == (True, [])


def test_only_annotations_are_commands(tmp_path: Path) -> None:
    """With `--annotate github` each command is one of ours, about a limit of the file."""
    (tmp_path / "team.yaml").write_text(named(NAMES[0]), encoding="utf-8")

    ended = run("check", "team.yaml", "--draws", 0, "--annotate", "github", folder=tmp_path)

    assert len(commands(ended.out)) == 2
    assert all(one.startswith("::error file=team.yaml,line=") for one in commands(ended.out))


def test_annotations_beside_json_stay_commands(tmp_path: Path) -> None:
    """On stderr, where names are made harmless, what is meant for the service passes as it is."""
    (tmp_path / "team.yaml").write_text(named(NAMES[0]), encoding="utf-8")

    ended = run_apart("check", "team.yaml", "--draws", "0", "--annotate", "github", "--json",
                      folder=tmp_path)  # fmt: skip

    assert [one[:8] for one in commands(ended.err)] == ["::error ", "::error "]


@pytest.mark.parametrize(
    "name",
    [
        "a\\nb",
        "a\\e[2Jb",
        "a\\rb",
        "a\\tb",
        "a\\x9b2Jb",
        "a\\u202eb",
        "a\\u2066b",
        "a\\u2028b",
        "a\\x85b",
    ],
)
@pytest.mark.parametrize("key", ["options", "teams", "tasks"])
def test_a_name_that_steers_a_terminal_is_a_fault(key: str, name: str, tmp_path: Path) -> None:
    """Line feeds, escapes, C1, and what turns the direction of text: shown as escapes, exit 2."""
    inner = {
        "options": "{model: claude-opus-5-5}",
        "teams": "{developers: 4}",
        "tasks": "{per_developer_month: 1}",
    }
    people = "" if key == "teams" else "developers: 4\n"
    text = f'{people}{key}: {{"{name}": {inner[key]}}}\n'
    (tmp_path / "team.yaml").write_text(text, encoding="utf-8")

    ended = run("compare", "team.yaml", "--draws", 0, folder=tmp_path)

    assert (ended.code, ended.out) == (2, "")
    assert STEERING.findall(ended.err) == []
    assert ended.err.count("\n") == 1


@pytest.mark.parametrize("name", ["t\n::notice::x.yaml", "t\x1b[2J.yaml", "t\u202e.yaml"])
@pytest.mark.parametrize("content", [TEAM, "develpers: 4\n"])
def test_a_file_of_an_odd_name_is_shown_on_one_line(
    name: str, content: str, tmp_path: Path
) -> None:
    """The name of a file is as little to be trusted as what is in it, in answers and faults."""
    (tmp_path / name).write_text(content, encoding="utf-8")

    ended = run_apart("compare", name, "--draws", "0", folder=tmp_path)

    assert ended.code in {0, 2}
    assert (STEERING.findall(ended.out + ended.err), commands(ended.out + ended.err)) == ([], [])


def test_words_of_a_wrong_call_are_harmless(tmp_path: Path) -> None:
    """What was typed is repeated without steering anything."""
    ended = run_apart("compare", "--\x1b[2Jx", "\n::notice::x", folder=tmp_path)

    assert ended.code == 2
    assert (STEERING.findall(ended.err), commands(ended.err)) == ([], [])


def test_json_says_a_name_exactly(tmp_path: Path) -> None:
    """What is escaped in JSON is the name that the file has."""
    name = "##[x] \u200d é"
    (tmp_path / "team.yaml").write_text(named(name), encoding="utf-8")

    ended = run("compare", "team.yaml", "--draws", 0, "--json", folder=tmp_path)

    assert [one["option"] for one in json.loads(ended.out)["options"]] == [name]


@pytest.mark.parametrize("columns", ["9" * 5_000, "0", "10000000000"])
def test_an_absurd_width_is_bounded(columns: str, tmp_path: Path) -> None:
    """What the environment says of the screen is no reason to end as a bug."""
    (tmp_path / "team.yaml").write_text(TEAM, encoding="utf-8")

    ended = run("compare", "team.yaml", "--draws", 0, folder=tmp_path,
                environment={"COLUMNS": columns})  # fmt: skip

    assert ended.code == 0


@pytest.mark.parametrize(
    "flags",
    [
        ("--developers", "40", "--billed", "anthropic=8.400"),
        ("--developers", "40", "--billed", "anthropic=8400", "--budget", "90.000"),
        ("--developers", "1.200"),
        ("--developers", "50%"),
    ],
)
@pytest.mark.parametrize("command", [("compare", "--month", "2026-10"), ("init", "--yes")])
def test_flags_are_held_against_their_units_as_files_are(
    command: tuple[str, ...], flags: tuple[str, ...], tmp_path: Path
) -> None:
    """An amount that may be thousands is asked about wherever it is typed."""
    call = command if "--billed" in flags or command[0] == "init" else command[:1]

    ended = run(*call, *flags, folder=tmp_path)

    assert (ended.code, ended.out, list(tmp_path.iterdir())) == (2, "", [])
    assert re.search(r"thousands or thousandths|plain number", ended.err)


# --- tables of money


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("month,vendor,cost\n2027-01,anthropic,8,400\n", "has 4 cells, and the first line names 3"),
        ("month,vendor,cost\n2027-01,anthropic,1e99\n", "is larger than any amount"),
        ("month,vendor,cost\n2027-01,anthropic,nan\n", "is not an amount"),
        ("month,vendor,cost\n2027-01,anthropic,inf\n", "is not an amount"),
        ("month,vendor,cost\n2027-01,anthropic,\u20ac8400\n", "is in EUR, and the plan in USD"),
        ("month,vendor,cost,currency\n2027-01,anthropic,\u00a38,USD\n", "in GBP, and its currency"),
        ("month,vendor,cost,amount\n2027-01,anthropic,1,2\n", "'cost' and 'amount' may both be"),
        ("month,vendor,cost,cost\n2027-01,anthropic,1,2\n", "'cost' and 'cost' may both be"),
        ('month,vendor,cost\n2027-01,"an\n::notice::x",1\n', "holds the control character U+000A"),
        ("month,vendor,cost\n2027-01,an\x1b[2J,1\n", "holds the control character U+001B"),
    ],
)  # fmt: skip
def test_a_hostile_table_of_what_was_paid_is_refused(table: str, said: str, tmp_path: Path) -> None:
    """One fault names the table, and no limit is held on half of an amount."""
    (tmp_path / "team.yaml").write_text(TEAM + BILL, encoding="utf-8")
    (tmp_path / "paid.csv").write_text(table, encoding="utf-8")

    ended = run("check", "team.yaml", "--draws", 0, "--actuals", "paid.csv", folder=tmp_path)

    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("paid.csv")
    assert said in ended.err


# --- files without an end


def keys(count: int) -> str:
    """Write a file of unknown keys."""
    return "".join(f"k{n}: 1\n" for n in range(count))


def doubled(count: int) -> str:
    """Write a file that has one key again and again."""
    return "developers: 4\n" * count


def options(count: int) -> str:
    """Write a file whose options are all of models that nobody sells."""
    return "developers: 4\noptions:\n" + "".join(f"  o{n}: {{model: x{n}}}\n" for n in range(count))


@pytest.mark.parametrize("write", [keys, doubled, options])
def test_a_hundred_faults_are_told_and_the_rest_is_counted(
    write: Callable[[int], str], tmp_path: Path
) -> None:
    """Who reads the first hundred of many has seen what is wrong."""
    (tmp_path / "team.yaml").write_text(write(700), encoding="utf-8")

    ended = run("compare", "team.yaml", folder=tmp_path)

    told = [line for line in ended.err.splitlines() if line.startswith("team.yaml:")]
    assert (ended.code, len(told)) == (2, 100)
    assert re.fullmatch(r"and [56]\d\d more faults", ended.err.splitlines()[-1])


def test_twenty_thousand_unknown_keys_are_told_at_once(tmp_path: Path) -> None:
    """Hints are looked for where they are told: the time goes with the hundred, not with all."""
    (tmp_path / "team.yaml").write_text(keys(20_000), encoding="utf-8")

    ended = run("compare", "team.yaml", folder=tmp_path)

    assert ended.err.splitlines()[-1] == "and 19,900 more faults"


# --- the folder of cases, where it is at hand

DATA = Path(os.environ.get("ADVISOR_DATA") or ROOT.parent / "shared" / "data")
CASES = DATA.parent / "cases" / "hostile"
REFUSED = [
    ("pilot", "trials_decimal_comma.csv"),
    ("pilot", "trials_escape.csv"),
    ("pilot", "trials_newline_agent.csv"),
    ("check", "team_for_actuals.yaml", "--draws", "0", "--actuals", "actuals_thousands.csv"),
    ("compare", "deny_capital.yaml"),
    ("compare", "unknown_keys_20000.yaml"),
    ("compare", "lock_deep/team.yaml"),
    ("compare", "lock_name_empty/team.yaml"),
    ("compare", "lock_workload_newline/team.yaml"),
    ("prices", "update", "--from", "litellm_tier_5000_digits.json", "--on", "2026-11-23"),
]


@pytest.mark.skipif(not CASES.is_dir(), reason="the folder of cases is not here")
@pytest.mark.parametrize("call", REFUSED, ids=[" ".join(one) for one in REFUSED])
def test_a_case_is_refused_in_words(call: tuple[str, ...]) -> None:
    """Exit 2, nothing printed, no control character, and the first line names a file."""
    ended = run(*call, folder=CASES)

    assert (ended.code, ended.out, STEERING.findall(ended.err)) == (2, "", [])
    assert re.match(r"[\w/]+\.(?:csv|yaml|lock|json)\b", ended.err)


def seen(ended: Run) -> tuple[int, list[str]]:
    """Return how a run ended and what a CI service would take for commands."""
    return ended.code, commands(ended.out + ended.err)


@pytest.mark.skipif(not CASES.is_dir(), reason="the folder of cases is not here")
def test_seats_with_a_mix_of_a_teams_own_answer() -> None:
    """The example of the docs is answered."""
    assert seen(run("seats", "seats_team_mix.yaml", folder=CASES)) == (0, [])
