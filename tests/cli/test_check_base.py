"""What `advisor check --base` compares with, and what its reports call a file."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from command_line import Run, run

pytestmark = pytest.mark.usefixtures("plain_screen", "no_checkout")

TEAM = """\
start: 2027-01
developers: 40
billed:
  - {vendor: anthropic, month: 2026-10, cost: 8_400, active_developers: 38}
limits: {increase: 10%}
"""
FLAGS = ("--draws", "0", "--as-of", "2026-11-12", "--today", "2026-12-01")


@pytest.fixture
def no_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand outside of any job and any hook."""
    for name in ("GITHUB_ACTIONS", "GITHUB_WORKSPACE", "CI_PROJECT_DIR", "GIT_DIR"):
        monkeypatch.delenv(name, raising=False)


def git(folder: Path, *words: str) -> None:
    """Run git as somebody."""
    who = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand at the top of a repository with a plan in a folder."""
    (tmp_path / "plan").mkdir()
    path = tmp_path / "plan" / "team.yaml"
    path.write_text(TEAM, encoding="utf-8")
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "plan")
    monkeypatch.chdir(tmp_path)
    return path


@pytest.mark.parametrize("revision", ["", " "])
def test_a_base_of_no_name_is_refused(plan: Path, revision: str) -> None:
    """A variable of a job that is not set must not read as no question."""
    ended = run("check", plan, "--base", revision, *FLAGS)

    assert (ended.code, "--base: is empty" in ended.err) == (2, True)


def test_outside_of_a_checkout_no_history_is_asked_for(tmp_path: Path) -> None:
    """More of it would not help."""
    (tmp_path / "alone").mkdir()
    path = tmp_path / "alone" / "team.yaml"
    path.write_text(TEAM, encoding="utf-8")
    ended = run("check", path, "--base", "HEAD", *FLAGS)

    assert (ended.code, "not a git repository" in ended.err, "hint" in ended.err) == (
        2,
        True,
        False,
    )


def double(path: Path) -> None:
    """Let the bill be twice what it was."""
    path.write_text(path.read_text(encoding="utf-8").replace("8_400", "16_800"), encoding="utf-8")


def check(*words: str | Path, **environment: str) -> Run:
    """Check against the last commit."""
    return run("check", *words, "--base", "HEAD", *FLAGS, environment=environment)


# --- where git looks


@pytest.mark.parametrize(
    "name", ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_OBJECT_DIRECTORY"]
)
@pytest.mark.parametrize("value", [".git", "{top}/.git", "/nowhere"])
def test_gits_own_variables_change_nothing(plan: Path, name: str, value: str) -> None:
    """A hook sets them for the repository, and the plan lies in a folder of it."""
    double(plan)
    ended = check("plan/team.yaml", **{name: value.format(top=plan.parent.parent)})

    assert (ended.code, ended.err) == (1, "")
    assert "increase  +100%" in ended.out


def test_a_linked_worktree_has_the_same_base(plan: Path, tmp_path_factory: Any) -> None:
    """Its `.git` is a file, and its hooks say where the real one is."""
    linked = tmp_path_factory.mktemp("linked") / "tree"
    git(plan.parent.parent, "worktree", "add", "-q", str(linked))
    double(linked / "plan" / "team.yaml")
    place = plan.parent.parent / ".git" / "worktrees" / "tree"
    ended = check(linked / "plan" / "team.yaml", GIT_DIR=str(place))

    assert (ended.code, "increase  +100%" in ended.out) == (1, True)


# --- a file that moved


def test_a_file_that_was_moved_is_compared_with_what_it_was(plan: Path) -> None:
    """`git mv` is no way around a limit on the increase."""
    git(plan.parent, "mv", "team.yaml", "other.yaml")
    double(plan.with_name("other.yaml"))
    ended = check("plan/other.yaml")

    assert (ended.code, ended.err) == (1, "")
    assert "increase  +100%" in ended.out


def test_a_file_that_was_moved_without_git_is_found_too(plan: Path) -> None:
    """Into another folder, not yet added."""
    moved = plan.parent.parent / "budget" / "plan.yaml"
    moved.parent.mkdir()
    plan.rename(moved)
    double(moved)

    assert "increase  +100%" in check("budget/plan.yaml").out


def test_of_several_that_moved_each_is_compared_with_its_own(plan: Path) -> None:
    """The likest one, not the first."""
    other = plan.with_name("another.yaml")
    other.write_text(TEAM.replace("40", "50").replace("38", "48"), encoding="utf-8")
    git(plan.parent, "add", "another.yaml")
    git(plan.parent, "commit", "-q", "-m", "two")
    for path in (plan, other):
        path.rename(path.with_name(f"new-{path.name}"))

    ended = check("plan/new-team.yaml", "plan/new-another.yaml", "--brief")
    assert ended.code == 0
    assert ended.out.count("Nothing moved") == 2


@pytest.mark.parametrize("text", [TEAM, "# another plan\n" + TEAM.replace("40", "50")])
def test_a_file_that_was_not_moved_has_no_base_and_its_increase_does_not_hold(
    plan: Path, text: str
) -> None:
    """A copy beside the old one: nobody knows what it adds, so the limit is not held."""
    plan.with_name("copy.yaml").write_text(text, encoding="utf-8")
    ended = check("plan/copy.yaml")

    assert ended.code == 1
    assert "not in HEAD, nothing to compare with" in ended.out
    assert ended.out.endswith("1 of 1 limits can't be held.\n")


# --- broken before, and by this change


def limits(path: Path, text: str) -> None:
    """Put other limits into a plan."""
    path.write_text(TEAM.replace("limits: {increase: 10%}", text), encoding="utf-8")


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        ("limits: {annual_spend: 90_000}", "limits: {annual_spend: 90_000}", "broken before too"),
        ("limits: {annual_spend: 110_000}", "limits: {annual_spend: 90_000}", "by this change"),
        ("limits: {quality: 0.1}", "limits: {annual_spend: 90_000}", "by this change"),
        ("name: none", "limits: {annual_spend: 90_000}", "by this change"),
        ("budget: 90_000", "budget: 90_000", "broken before too"),
    ],
)
def test_what_a_change_breaks_is_told_from_what_was_broken(
    plan: Path, before: str, now: str, told: str
) -> None:
    """By the bounds that each of the two had."""
    limits(plan, before)
    git(plan.parent, "commit", "-q", "-a", "-m", "limits")
    limits(plan, now)
    ended = check("plan/team.yaml", "--json")
    (line,) = [one for one in json.loads(ended.out)["limits"] if one["status"] == "fail"]

    assert ended.code == 1
    assert line["before"] == {"broken before too": "fail"}.get(told, line["before"])
    assert told in check("plan/team.yaml").out


def test_the_sentence_counts_what_the_change_breaks(plan: Path) -> None:
    """One of two was broken before."""
    limits(plan, "limits: {annual_spend: 90_000, monthly_spend: 10_000}")
    git(plan.parent, "commit", "-q", "-a", "-m", "limits")
    limits(plan, "limits: {annual_spend: 90_000, monthly_spend: 10_000}")
    double(plan)

    said = check("plan/team.yaml", "--brief").out
    assert said.startswith("2 of 2 limits broken, 1 of them by this change. ")


# --- what reports call a file


def fingerprints(folder: Path, *words: str | Path, **environment: str) -> list[tuple[str, str]]:
    """Return path and fingerprint of every finding of a Code Quality report."""
    report = folder / "r.gitlab.json"
    run("check", *words, *FLAGS, "-o", report, environment=environment)
    return [(one["location"]["path"], one["fingerprint"]) for one in json.loads(report.read_text())]


def test_reports_name_a_path_from_the_top_whatever_was_typed(
    plan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Relative, absolute, or from inside the folder: one path, one fingerprint."""
    limits(plan, "budget: 9_000")
    top = plan.parent.parent
    relative = fingerprints(top, "plan/team.yaml")
    absolute = fingerprints(top, plan)
    monkeypatch.chdir(plan.parent)
    inside = fingerprints(top, "team.yaml")

    assert relative[0][0] == "plan/team.yaml"
    assert relative == absolute == inside


@pytest.mark.parametrize("name", ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"])
def test_the_service_says_where_the_top_is(plan: Path, name: str) -> None:
    """Where a job checked out goes before the nearest repository."""
    limits(plan, "budget: 9_000")
    top = plan.parent.parent
    found = fingerprints(top, plan, **{name: str(top.parent)})

    assert found[0][0] == f"{top.name}/plan/team.yaml"


def test_outside_of_a_checkout_a_path_is_as_it_was_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No repository, no job."""
    limits(tmp_path / "team.yaml", "budget: 9_000")
    monkeypatch.chdir(tmp_path)

    assert fingerprints(tmp_path, "team.yaml")[0][0] == "team.yaml"
