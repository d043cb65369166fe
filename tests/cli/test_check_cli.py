"""`advisor check` as it is called: text, files, how it ends, and a pull request from end to end."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from command_line import ask, run, run_apart

pytestmark = pytest.mark.usefixtures("plain_screen", "no_github")

TEAM = """\
name: Platform
start: 2027-01
developers: 40
adoption: 90%
current: opus
budget: 12_000
tasks:
  bug-fix:
    per_developer_month: 14
    tokens: {input: 60k, cache_read: 2M, output: 20k}
options:
  opus: {model: claude-opus-5-5, harness: claude-code}
  codex: {model: gpt-6.1-sol, harness: codex, token_multiplier: [0.5, 1.1], quality: [0.92, 1.03]}
"""
LIMITS = """\
limits:
  annual_spend: {at_most: 7_500, warn_at: 6_000}
  increase: {at_most: 10%}
  quality: 0.9
"""
DAY = ("--as-of", "2026-11-12", "--today", "2026-12-01", "--draws", "200")


@pytest.fixture
def no_github(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand outside of any job."""
    for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand beside a team's file with limits."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "team.yaml"
    path.write_text(TEAM + LIMITS, encoding="utf-8")
    return path


def told(*words: str) -> dict[str, Any]:
    """Return the answer as JSON."""
    answer: dict[str, Any] = json.loads(ask("check", *DAY, "--json", *words).out)
    return answer


def rewrite(path: Path, old: str, new: str) -> None:
    """Change a file."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


# --- text


def test_the_first_line_names_file_way_months_money_and_prices(team: Path) -> None:
    """What is held, and with which prices."""
    assert ask("check", team.name, *DAY).out.splitlines()[0] == (
        "team.yaml · as today, for no mix is decided: opus · 2027 · USD · prices of 2026-11-12"
    )


def test_the_last_line_is_the_sentence(team: Path) -> None:
    """`--brief` prints it alone."""
    whole, brief = ask("check", *DAY).out, ask("check", *DAY, "--brief").out

    assert whole.endswith(f"\n\n{brief}")
    assert brief == "3 limits hold, 1 near; 1 not looked at (increase needs --base).\n"


def test_a_line_stands_where_its_limit_does(team: Path) -> None:
    """What is broken or near names file and line; the rest does not."""
    rows = [row.split() for row in ask("check", *DAY).out.splitlines()[2:6]]

    assert [(row[0], row[1], row[-1]) for row in rows] == [
        ("WARN", "annual_spend", "team.yaml:15"),
        ("skip", "increase", "--base"),
        ("ok", "budget", "lasts"),
        ("ok", "quality", "90%"),
    ]


def test_two_runs_print_the_same_bytes(team: Path) -> None:
    """Processes of their own, the same answer."""
    call = ("check", *DAY, "--json")
    first, second = run_apart(*call, folder=team.parent), run(*call)

    assert (first.code, first) == (0, second)


def test_no_answer_depends_on_the_clock_but_the_age_of_prices(team: Path) -> None:
    """Years later all is as it was; where the age is limited, it alone moves."""
    early, late = (told("--today", day) for day in ("2026-12-01", "2031-12-01"))
    assert early == late

    team.write_text(TEAM + "limits: {prices_age_days: {warn_at: 45}}\n", encoding="utf-8")
    early, late = (told("--today", day) for day in ("2026-12-01", "2026-12-31"))
    ages = [
        next(x["value"] for x in one["limits"] if x["limit"] == "prices_age_days")
        for one in (late, early)
    ]
    assert ages[0] - ages[1] == 30


def test_a_price_that_nobody_looked_at_for_long_warns_and_fails_only_where_asked(
    team: Path,
) -> None:
    """`warn_at` ends with 0, `at_most` with 1."""
    team.write_text(TEAM + "limits: {prices_age_days: {warn_at: 45}}\n", encoding="utf-8")
    assert run("check", "--today", "2027-06-01", "--draws", "0").code == 0

    team.write_text(TEAM + "limits: {prices_age_days: {at_most: 45}}\n", encoding="utf-8")
    assert run("check", "--today", "2027-06-01", "--draws", "0").code == 1


# --- how it ends


@pytest.mark.parametrize(
    ("text", "flags", "code"),
    [
        (TEAM, (), 0),
        (TEAM + "limits: {annual_spend: 10}\n", (), 1),
        (TEAM + "limits: {annual_spend: 10}\n", ("--exit-zero",), 0),
        (TEAM.replace("budget: 12_000\n", ""), (), 2),
        (TEAM + "limits: {annual_spend: much}\n", (), 2),
        (TEAM + "limits: {anual_spend: 10}\n", (), 2),
        (TEAM + "limits: {annual_spend: 10}\n", ("--option", "codx"), 2),
        (TEAM + "limits: {annual_spend: {at_most: 10, on: codx}}\n", (), 2),
        (TEAM.replace("40", "0") + "limits: {cost_per_completed: 5}\n", (), 3),
        (TEAM.replace("40", "0") + "limits: {cost_per_completed: 5}\n", ("--exit-zero",), 0),
        (TEAM + "policy: {max_vendors: 1, min_vendors: 2}\n", ("--option", "recommended"), 4),
    ],
)
def test_how_it_ends(team: Path, text: str, flags: tuple[str, ...], code: int) -> None:
    """0 held, 1 broken, 2 wrong, 3 not known, 4 no mix; never anything else."""
    team.write_text(text, encoding="utf-8")

    assert run("check", *DAY, *flags).code == code


def test_nothing_to_check_is_one_sentence(team: Path) -> None:
    """It names the file."""
    team.write_text("developers: 40\n", encoding="utf-8")
    ended = run("check", team.name)

    assert ended == (2, "", "team.yaml: no budget, policy or limits: nothing to check\n")


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ("limits: {annual_spend: {at_most: abc}}", "14:34 limits.annual_spend.at_most: 'abc'"),
        ("limits: {annual_spend: abc}", "14:24 limits.annual_spend: 'abc'"),
        ("limits: {annual_spend: {at_most: 1, team: x}}", "14:43 limits.annual_spend.team: 'x'"),
        ("limits: {annual_spend: {at_most: 1, on: x}}", "14:41 limits.annual_spend.on: 'x'"),
        ("limits: [{that: quality, at_least: 90}]", "14:36 limits[0].at_least: 90 is 9000%"),
        ("limits: {prompt_tokens: 5}", "14:25 limits.prompt_tokens: say which files"),
        ("limits: {prompt_tokens: {at_most: 5, on: x/*}}", "14:42 limits.prompt_tokens.on: "),
    ],
)
def test_a_faulty_limit_is_told_at_its_place(team: Path, limits: str, said: str) -> None:
    """File, line and column."""
    team.write_text(TEAM + limits + "\n", encoding="utf-8")
    ended = run("check", team.name, *DAY)

    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(f"team.yaml:{said}")


@pytest.mark.parametrize(
    ("flags", "named"),
    [
        (("--draws", "-1"), "--draws"),
        (("--seed", "-1"), "--seed"),
        (("--today", "soon"), "--today"),
        (("--as-of", "soon"), "--as-of"),
        (("--base", "no-such-thing"), "--base"),
        (("--base", "--upload-pack=x"), "--base"),
        (("--columns", "month=x"), "--columns"),
        (("--actuals", "team.yaml", "--columns", "month"), "--columns"),
        (("--locked", "--frozen"), "--frozen"),
        (("-o", "a.xlsx"), "-o"),
    ],
)
def test_a_wrong_value_ends_with_2_and_names_its_flag(
    team: Path, flags: tuple[str, ...], named: str
) -> None:
    """Nothing on stdout."""
    ended = run("check", *flags)

    assert (ended.code, ended.out) == (2, "")
    assert named in ended.err.splitlines()[0]


def test_several_files_are_checked_at_once(team: Path) -> None:
    """Each has its block and its sentence; one that is broken ends all with 1."""
    other = team.with_name("other.yaml")
    other.write_text(TEAM + "limits: {annual_spend: 10}\n", encoding="utf-8")
    ended = run("check", team.name, other.name, *DAY)

    assert ended.code == 1
    told = "team.yaml: 3 limits hold, 1 near; 1 not looked at (increase needs --base)."
    assert told in ended.out.splitlines()
    assert ended.out.splitlines()[-1] == "other.yaml: 1 of 2 limits broken."


def test_the_faults_of_all_files_are_told_at_once(team: Path) -> None:
    """Wrong input goes before what is missing; no answer is printed."""
    team.with_name("none.yaml").write_text("developers: 4\n", encoding="utf-8")
    ended = run("check", team.name, "none.yaml", "nowhere.yaml", *DAY)

    assert (ended.code, ended.out) == (2, "")
    assert [one.partition(":")[0] for one in ended.err.splitlines()] == [
        "none.yaml",
        "nowhere.yaml",
        "  hint",
    ]


def test_prompts_are_counted_beside_the_file(team: Path) -> None:
    """Relative to the team's file, wherever one stands."""
    prompts = team.parent / "prompts"
    prompts.mkdir()
    (prompts / "short.md").write_text("hello world", encoding="utf-8")
    (prompts / "long.md").write_text("word " * 99 + "word", encoding="utf-8")
    limits = "limits: {prompt_tokens: {at_most: 99, on: 'prompts/**'}}\n"
    team.write_text(TEAM + limits, encoding="utf-8")

    found = json.loads(run("check", team, *DAY, "--json", folder=Path("/")).out)["limits"][0]
    assert (found["value"], found["status"]) == (100, "fail")
    assert found["note"] == f"{prompts / 'long.md'}, by o200k_base"


# --- formats and files


def test_every_form_can_be_a_file(team: Path) -> None:
    """`-o` writes what stdout would have, by the ending."""
    files = {"a.txt": "table", "a.json": "json", "a.csv": "csv", "a.md": "markdown"}
    ended = run("check", *DAY, *(word for name in files for word in ("-o", name)))

    assert (ended.code, ended.err.splitlines()) == (0, [f"wrote {name}" for name in files])
    written = {name: Path(name).read_text(encoding="utf-8") for name in files}
    assert written == {
        name: ask("check", *DAY, "--format", form).out for name, form in files.items()
    }


def test_reports_are_written_though_limits_are_broken(team: Path) -> None:
    """Text on stdout, all files beside it, exit 1."""
    rewrite(team, "{at_most: 7_500, warn_at: 6_000}", "75")
    names = ["a.sarif", "a.junit.xml", "a.gitlab.json", "a.md", "a.json"]
    ended = run("check", *DAY, *(word for name in names for word in ("-o", name)))

    assert (ended.code, [name for name in names if not Path(name).stat().st_size]) == (1, [])


def test_the_flat_table_has_the_figures_of_the_json(team: Path) -> None:
    """A row for each limit."""
    rows = list(csv.DictReader(io.StringIO(ask("check", *DAY, "--format", "csv").out)))
    limits = told()["limits"]

    assert [
        (row["limit"], row["status"], float(row["value"]) if row["value"] else None) for row in rows
    ] == [(one["limit"], one["status"], one["value"]) for one in limits]


def test_a_check_that_is_broken_off_leaves_the_old_file(team: Path) -> None:
    """A fault in the second file: the report of before is still whole."""
    Path("a.md").write_text("before", encoding="utf-8")
    run("check", team.name, "nowhere.yaml", *DAY, "-o", "a.md")

    assert Path("a.md").read_text(encoding="utf-8") == "before"


# --- what was paid

BILLS = "month,vendor,cost\n2027-01,Anthropic,700\n2027-02,github,950\n"


def test_what_was_paid_goes_before_the_rest_of_the_mix(team: Path) -> None:
    """January is paid, eleven months planned; what is in nobody's mix is named and counted."""
    Path("billing").mkdir()
    Path("billing", "a.csv").write_text(BILLS, encoding="utf-8")
    planned = told()["files"][0]["spend"]["expected"]
    answer = told("--actuals", "billing")
    found = answer["files"][0]["actuals"]

    assert found["paid"] == 1_650
    assert found["rest_as_planned"] == pytest.approx(planned * 11 / 12)
    assert found["expected_year_end"] == pytest.approx(1_650 + found["rest"])
    assert answer["limits"][0]["value"] == pytest.approx(found["expected_year_end"])
    assert [one["billed_by"] for one in found["unmatched"]] == ["github"]


def test_the_text_says_what_was_paid(team: Path) -> None:
    """First the day and the source; below the table the sums and what did not match."""
    Path("bills.csv").write_text(BILLS, encoding="utf-8")
    text = " ".join(run("check", *DAY, "--actuals", "bills.csv").out.split())

    assert text.startswith("team.yaml · paid to 2027-02-28 (bills.csv) + the mix after it · ")
    assert "Paid to 2027-02-28: 1,650, planned " in text
    assert "Unmatched, counted all the same: github 2027-02, 950 (bills for nothing in" in text


def test_our_own_forecast_is_not_what_was_paid(team: Path) -> None:
    """A FOCUS export of the plan holds nothing that was paid, and is refused."""
    assert run("export", team.name, "--as-of", "2026-11-12", "-o", "plan.focus.csv").code == 0
    ended = run("check", *DAY, "--actuals", "plan.focus.csv", "--json")

    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("plan.focus.csv: holds nothing that was paid: left out ")


def test_bills_in_other_money_are_refused(team: Path) -> None:
    """Nobody converts in silence."""
    text = "month,vendor,cost,currency\n2027-01,acme,1,EUR\n"
    Path("bills.csv").write_text(text, encoding="utf-8")
    ended = run("check", *DAY, "--actuals", "bills.csv")

    assert (ended.code, "is in EUR, and the plan in USD" in ended.err) == (2, True)


# --- a pull request


def git(folder: Path, *words: str) -> None:
    """Run git as somebody."""
    who = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def pull_request(team: Path) -> Path:
    """Stand in a repository whose head has six people more than its main branch."""
    git(team.parent, "init", "-q", "-b", "main")
    rewrite(team, "7_500", "7_000")
    git(team.parent, "add", "team.yaml")
    git(team.parent, "commit", "-q", "-m", "base")
    git(team.parent, "checkout", "-q", "-b", "more-people")
    rewrite(team, "developers: 40", "developers: 46")
    git(team.parent, "commit", "-q", "-a", "-m", "head")
    return team


def test_a_pull_request_is_told_what_it_breaks_and_why(pull_request: Path, tmp_path: Path) -> None:
    """The base keeps the limit, the head breaks it: exit 1, annotation, summary, outputs."""
    folder = pull_request.parent
    git(folder, "checkout", "-q", "main")
    assert run("check", *DAY).code == 0

    git(folder, "checkout", "-q", "more-people")
    job = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        "GITHUB_OUTPUT": str(tmp_path / "output"),
    }
    ended = run("check", *DAY, "--base", "main", folder=folder, environment=job)

    assert ended.code == 1
    told_there = [one for one in ended.out.splitlines() if one.startswith("::")]
    assert told_there[0].startswith("::error file=team.yaml,line=15,col=")
    assert "title=annual_spend::" in told_there[0]
    assert told_there[0].endswith("Headcount 40 → 46 adds 943; nothing else moved.")
    summary = Path(job["GITHUB_STEP_SUMMARY"]).read_text(encoding="utf-8")
    assert summary.startswith(
        "<!-- advisor:team.yaml -->\n#### AI coding spend: +$943 a year (+15%)"
    )
    assert "| headcount 40 → 46 | +943 |" in summary
    outputs = dict(
        one.split("=") for one in Path(job["GITHUB_OUTPUT"]).read_text(encoding="utf-8").split()
    )
    assert (outputs["status"], outputs["delta"]) == ("fail", "943.49")


def test_outside_a_job_annotations_are_printed_where_asked(pull_request: Path) -> None:
    """Beside JSON they go to stderr, so that stdout stays JSON."""
    flags = ("--base", "main", "--annotate", "github")
    beside, alone = run("check", *DAY, *flags, "--json"), run("check", *DAY, *flags)

    assert json.loads(beside.out)["status"] == "fail"
    assert beside.err.startswith("::error file=team.yaml,line=15")
    assert "\n::error file=team.yaml,line=15" in alone.out


def test_a_job_may_ask_for_no_annotations(pull_request: Path) -> None:
    """`--annotate none` writes nothing anywhere."""
    job = {"GITHUB_ACTIONS": "true", "GITHUB_OUTPUT": "out"}
    ended = run("check", *DAY, "--annotate", "none", folder=pull_request.parent, environment=job)

    assert ("::" in ended.out, (pull_request.parent / "out").exists()) == (False, False)


def test_a_file_that_the_base_does_not_have_is_new(pull_request: Path) -> None:
    """It is checked, with a note in place of a change."""
    new = pull_request.with_name("new.yaml")
    new.write_text(TEAM, encoding="utf-8")
    ended = run("check", "new.yaml", *DAY, "--base", "main")

    assert (ended.code, ended.err) == (
        0,
        "note: new.yaml is not in main: nothing to compare with\n",
    )


def test_a_change_that_changes_nothing_is_no_change(pull_request: Path) -> None:
    """Against itself: no parts, and it says so."""
    ended = run("check", *DAY, "--base", "HEAD", "--brief")

    assert ended.out.endswith("Nothing moved: $7,230 a year, as before.\n")


def test_the_base_is_read_as_it_was_with_its_profiles_and_lock(pull_request: Path) -> None:
    """Its own profiles and its lock go with a file; nothing of the work tree does."""
    folder = pull_request.parent
    (folder / "own.yaml").write_text("{}\n", encoding="utf-8")
    rewrite(pull_request, "name: Platform", "name: Platform\nprofiles: own.yaml")
    assert run("prices", "lock", "team.yaml").code == 0
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "with profiles and lock")
    (folder / "own.yaml").write_text("broken: [", encoding="utf-8")
    (folder / "advisor.lock").unlink()
    rewrite(pull_request, "profiles: own.yaml\n", "")
    ended = run("check", *DAY, "--base", "HEAD", folder=folder)

    assert (ended.code, ended.err) == (1, "")


def test_where_git_is_missing_a_revision_is_refused(pull_request: Path) -> None:
    """Wrong input, not a bug."""
    ended = run(
        "check", "--base", "main", folder=pull_request.parent, environment={"PATH": "/nowhere"}
    )

    assert (ended.code, "git can't be run" in ended.err) == (2, True)


def test_a_full_disk_is_told(team: Path) -> None:
    """A summary that can't be written ends with 2, not with 1 or a traceback."""
    job = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(team.parent)}
    ended = run("check", *DAY, folder=team.parent, environment=job)

    assert (ended.code, "can't be written" in ended.err) == (2, True)


def test_a_budget_that_bad_years_break_lasts_in_the_expected_one(tmp_path: Path) -> None:
    """What is over its limit is not said to last without saying in which year."""
    (tmp_path / "team.yaml").write_text(
        "start: 2027-01\ndevelopers: 40\nbudget: {total: 100_000, confidence: 90%}\n",
        encoding="utf-8",
    )
    ended = run("check", "team.yaml", folder=tmp_path)

    assert ended.code == 1
    assert "lasts in the expected year, the mean of the dearest 10% of years" in " ".join(
        ended.out.split()
    )
