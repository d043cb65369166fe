"""What a repository pastes: the action, the hooks, and the jobs of docs/ci.md.

The scripts are run, against a scratch repository and against programs of the same name that answer
as GitHub and the vendors do; their schemas are those that check-jsonschema and pre-commit carry.
What a reader would get wrong: blocks of jobs are marked `yml` in the page, since `yaml` marks
examples of the advisor's own files.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ROOT
from test_docs import commands, is_option

from advisor.load.bills.reading import read_actuals

PAGE = ROOT / "docs" / "ci.md"
ACTION = ROOT / "action.yml"
HOOKS = ROOT / ".pre-commit-hooks.yaml"
BLOCKS = re.findall(r"^```(yml|sh|text)\n(.*?)^```", PAGE.read_text("utf-8"), re.S | re.M)
JOBS = {text.partition("\n")[0].removeprefix("# "): text for kind, text in BLOCKS if kind == "yml"}
WORKFLOWS = [name for name in JOBS if name.startswith(".github/")]
BUILT_IN = "--builtin-schema"
EXPORT = next(text for kind, text in BLOCKS if kind == "sh" and "export-bills.sh FOLDER" in text)
TEAM = """\
start: 2027-01
developers: 40
budget: 90_000
billed: [{{vendor: anthropic, month: 2026-10, cost: {cost}, active_developers: 38}}]
current: opus
options: {{opus: {{model: claude-opus-5-5, harness: claude-code}}}}
limits: {{increase: {{at_most: 10%}}}}
"""


def said_by(tool: str, *arguments: str | Path, home: Path) -> str:
    """Run a program of this environment; return what it has against a file."""
    program = Path(sys.executable).with_name(tool)
    if not program.exists():
        pytest.skip(f"{tool} is not installed")
    ended = subprocess.run(
        [program, *arguments], env={**os.environ, "PRE_COMMIT_HOME": str(home)}, cwd=ROOT,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return "" if ended.returncode == 0 else ended.stdout + ended.stderr


def scripts(node: Any) -> Iterator[str]:
    """Find every `run:` and `script:` of a file, however deep."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in {"run", "script"}:
                yield value if isinstance(value, str) else "\n".join(value)
            yield from scripts(value)
    elif isinstance(node, list):
        for one in node:
            yield from scripts(one)


def uses(node: Any) -> Iterator[str]:
    """Find every action that a file uses."""
    if isinstance(node, dict):
        yield from (str(value) for key, value in node.items() if key == "uses")
        for value in node.values():
            yield from uses(value)
    elif isinstance(node, list):
        for one in node:
            yield from uses(one)


FILES = {"action.yml": ACTION.read_text(encoding="utf-8"), **JOBS}


# --- schemas


def test_the_action_is_one(tmp_path: Path) -> None:
    """`action.yml` is valid by the schema that GitHub's actions have."""
    schema = (BUILT_IN, "vendor.github-actions")

    assert said_by("check-jsonschema", *schema, ACTION, home=tmp_path) == ""


def test_the_hooks_are_some(tmp_path: Path) -> None:
    """pre-commit takes the manifest."""
    assert said_by("pre-commit", "validate-manifest", HOOKS, home=tmp_path) == ""


def test_the_page_has_every_job() -> None:
    """Two workflows, a GitLab job and a configuration of pre-commit."""
    assert sorted(JOBS) == [
        ".github/workflows/ai-budget-nightly.yml",
        ".github/workflows/ai-budget.yml",
        ".gitlab-ci.yml",
        ".pre-commit-config.yaml",
    ]


@pytest.mark.parametrize(
    ("name", "tool", "words"),
    [
        *((one, "check-jsonschema", f"{BUILT_IN} vendor.github-workflows") for one in WORKFLOWS),
        (".gitlab-ci.yml", "check-jsonschema", f"{BUILT_IN} vendor.gitlab-ci"),
        (".pre-commit-config.yaml", "pre-commit", "validate-config"),
    ],
)  # fmt: skip
def test_a_job_of_the_page_is_valid(name: str, tool: str, words: str, tmp_path: Path) -> None:
    """What is pasted is taken by the schema of its own kind."""
    file = tmp_path / Path(name).name
    file.write_text(JOBS[name], encoding="utf-8")
    transform = ("--data-transform", "gitlab-ci") if "gitlab" in name else ()

    assert said_by(tool, *words.split(), *transform, file, home=tmp_path) == ""


# --- care


@pytest.mark.parametrize("name", FILES)
def test_nothing_is_pasted_into_a_script(name: str) -> None:
    """No `${{ }}` stands inside a script: what somebody typed reaches it as a variable."""
    found = [one for one in scripts(yaml.safe_load(FILES[name])) if "${{" in one]

    assert found == []


@pytest.mark.parametrize("name", FILES)
def test_actions_are_pinned_by_commit(name: str) -> None:
    """Every action of others stands at `<sha>`, which the page says to replace."""
    assert [one for one in uses(yaml.safe_load(FILES[name])) if not one.endswith("@<sha>")] == []


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_may_only_read(name: str) -> None:
    """By default the token reads; writing is granted to one job, for its comment."""
    workflow = yaml.safe_load(JOBS[name])
    rights = [job.get("permissions", {}) for job in workflow["jobs"].values()]

    assert workflow["permissions"] == {"contents": "read"}
    assert [r for r in rights if set(r) - {"contents", "pull-requests"}] == []


def test_the_page_names_every_input_and_output() -> None:
    """The tables of the page are those of the action."""
    action = yaml.safe_load(ACTION.read_text(encoding="utf-8"))
    named = re.findall(r"^\| `([\w-]+)` \|", PAGE.read_text(encoding="utf-8"), re.M)
    hooks = [one["id"] for one in yaml.safe_load(HOOKS.read_text(encoding="utf-8"))]

    assert named == [*action["inputs"], *action["outputs"], *hooks]


def test_jobs_install_one_commit() -> None:
    """What is pasted names a commit, so that a build's tool moves when somebody moves it."""
    installed = re.findall(r"git\+https://\S+", PAGE.read_text(encoding="utf-8"))

    assert installed
    assert {one.rpartition("@")[2] for one in installed} == {"<sha>"}


def calls() -> list[str]:
    """List every call of the advisor in the page's jobs and in the hooks."""
    found = []
    for text in [*scripts([yaml.safe_load(one) for one in JOBS.values()]), *(t for _, t in BLOCKS)]:
        found += re.findall(r"(?:uvx --from \S+ advisor|&& advisor) ((?:[^|&\n])+)", text)
    for hook in yaml.safe_load(HOOKS.read_text(encoding="utf-8")):
        words = [*shlex.split(hook["entry"])[1:], *hook.get("args", [])]
        found.append(shlex.join(words))
    return [one.strip() for one in dict.fromkeys(found)]


@pytest.mark.parametrize("call", calls())
def test_a_call_uses_what_exists(call: str) -> None:
    """A command of a job or a hook is there, with its options."""
    words = shlex.split(call)
    name = " ".join(words[:2]) if words[0] == "prices" else words[0]

    assert {word.partition("=")[0] for word in words if is_option(word)} <= commands()[name]


def test_calls_are_found() -> None:
    """The list above is not empty by a slip."""
    assert len(calls()) >= 6


# --- the action at work


def program(folder: Path, name: str, text: str) -> None:
    """Put a program into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    (folder / name).chmod(0o755)


def bash(script: str, folder: Path, environment: Mapping[str, str]) -> tuple[int, str]:
    """Run a step as GitHub does; return its exit code and all that it prints."""
    if shutil.which("bash") is None:
        pytest.skip("bash is not installed")
    ended = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script], cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), **environment},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    return ended.returncode, ended.stdout + ended.stderr


def step(name: str) -> str:
    """Return the script of a step of the action."""
    steps = yaml.safe_load(ACTION.read_text(encoding="utf-8"))["runs"]["steps"]
    return next(str(one["run"]) for one in steps if one["name"] == name)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Make a repository whose main is inside the budget, and whose checkout is over it."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    folder = tmp_path / "repository"
    folder.mkdir()
    team = folder / "team.yaml"
    team.write_text(TEAM.format(cost="7_000"), encoding="utf-8")
    for call in (
        "init -q -b main", "config user.name n", "config user.email n@example.org",
        "add team.yaml", "commit -q -m first",
    ):  # fmt: skip
        subprocess.run(["git", *call.split()], cwd=folder, check=True)
    team.write_text(TEAM.format(cost="8_400"), encoding="utf-8")
    return folder


def checked(repository: Path, **inputs: str) -> tuple[int, str, dict[str, str]]:
    """Run the action's check; return its exit code, its log and its outputs."""
    temp, outputs = repository.parent, repository.parent / "outputs"
    call = f'#!/bin/sh\nexec "{sys.executable}" -m advisor "$@"\n'
    program(temp / "advisor" / "bin", "advisor", call)
    usual = dict.fromkeys(("FILES", "BASE", "ACTUALS", "ARGS"), "")
    given = {
        "GITHUB_ACTIONS": "true", "GITHUB_OUTPUT": str(outputs), "RUNNER_TEMP": str(temp),
        "PYTHONPATH": str(ROOT), "ADVISOR_DRAWS": "50",
    }  # fmt: skip
    code, log = bash(step("Check"), repository, usual | inputs | given)
    lines = outputs.read_text(encoding="utf-8").splitlines() if outputs.exists() else []
    return code, log, dict(line.split("=", 1) for line in lines)


def test_the_action_fails_where_a_limit_breaks(repository: Path) -> None:
    """More use than main had: exit 1, an annotation on the line, and every output."""
    code, log, outputs = checked(repository, FILES="team.yaml", BASE="main", ARGS="-o comment.md")
    declared = yaml.safe_load(ACTION.read_text(encoding="utf-8"))["outputs"]

    assert code == 1, log
    assert "::error file=team.yaml,line=7,col=" in log
    assert set(outputs) == set(declared)
    assert (outputs["status"], float(outputs["delta"]) > 10_000) == ("fail", True)
    assert (repository / "comment.md").read_text(encoding="utf-8").startswith("<!-- advisor:team")


def test_the_action_needs_no_inputs(repository: Path) -> None:
    """Without a word it finds the team's file and holds it without a base."""
    code, log, outputs = checked(repository, ARGS="--exit-zero")

    assert (code, outputs["delta"]) == (0, ""), log


@pytest.mark.parametrize("name", ["FILES", "BASE", "ACTUALS", "ARGS"])
def test_what_is_typed_into_an_input_is_never_run(repository: Path, name: str) -> None:
    """A command in an input is a word that does not fit, and stays one."""
    code, _, _ = checked(repository, **{name: "$(touch broken); touch broken `touch broken`"})

    assert code == 2
    assert not (repository / "broken").exists()


def test_lines_of_an_input_are_words(repository: Path) -> None:
    """Several files, on lines of their own, are all checked; a name with a dash is a file."""
    shutil.copy(repository / "team.yaml", repository / "-other.yaml")
    code, log, _ = checked(
        repository, FILES="team.yaml\n-other.yaml\n", ARGS="--exit-zero\n--brief"
    )

    assert code == 0, log
    assert "-other.yaml: " in log


# --- the comment


GH = """\
#!/usr/bin/env bash
printf '%s\\n' "$*" >> "$GH_LOG"
if [ "$2" = --paginate ]; then jq -r "${@: -1}" "$GH_COMMENTS"; fi
"""


@pytest.mark.parametrize(
    ("bodies", "last"),
    [
        ([], "pr comment 7 --body-file comment.md"),
        (["a word", "<!-- advisor:other.yaml -->"], "pr comment 7 --body-file comment.md"),
        (
            ["a word", "<!-- advisor:ai-budget/team.yaml -->\r\n#### old", "thanks"],
            "api --silent -X PATCH repos/o/r/issues/comments/101 -F body=@comment.md",
        ),
    ],
    ids=["none", "others", "ours"],
)
def test_the_comment_is_updated_in_place(tmp_path: Path, bodies: list[str], last: str) -> None:
    """The hidden marker finds the comment of this file; where there is none, one is made."""
    if shutil.which("jq") is None:
        pytest.skip("jq is not installed")
    listed = [{"id": 100 + n, "body": body} for n, body in enumerate(bodies)]
    (tmp_path / "comments.json").write_text(json.dumps(listed), encoding="utf-8")
    text = "<!-- advisor:ai-budget/team.yaml -->\n#### new\n"
    (tmp_path / "comment.md").write_text(text, encoding="utf-8")
    program(tmp_path / "bin", "gh", GH)
    job = yaml.safe_load(JOBS[".github/workflows/ai-budget.yml"])["jobs"]["check"]
    script = next(str(one["run"]) for one in job["steps"] if one.get("name") == "Comment")

    code, log = bash(
        script, tmp_path,
        {
            "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}", "NUMBER": "7",
            "GITHUB_REPOSITORY": "o/r", "GH_LOG": str(tmp_path / "log"),
            "GH_COMMENTS": str(tmp_path / "comments.json"),
        },
    )  # fmt: skip

    assert code == 0, log
    assert (tmp_path / "log").read_text(encoding="utf-8").splitlines()[-1] == last


# --- the bills

CURL = """\
#!/usr/bin/env bash
last=${@: -1}
page=0
for word in "$@"; do
  case $word in
    page=*) page=1 ;;
    *secret*) echo "a key among the words" >&2; exit 9 ;;
    @*) cat "${word#@}" >> "$LOG" ;;
  esac
done
cat "$ANSWERS/$(basename "$last")-$page.json" 2>/dev/null || exit 22
"""
ANSWERS = {
    "cost_report-0": {
        "data": [
            {
                "starting_at": "2027-01-04T00:00:00Z",
                "results": [{"amount": "123450.5", "currency": "USD", "model": "claude-opus-5-5"}],
            }
        ],
        "has_more": True,
        "next_page": "x",
    },
    "cost_report-1": {
        "data": [
            {
                "starting_at": "2027-02-04T00:00:00Z",
                "results": [{"amount": "100", "currency": "USD", "model": None}],
            }
        ],
        "has_more": False,
        "next_page": None,
    },
    "costs-0": {
        "data": [
            {
                "start_time": 1798761600,
                "results": [
                    {
                        "amount": {"value": 12.5, "currency": "usd"},
                        "line_item": "gpt-6.1-sol, input",
                    },
                    {"amount": {"value": 2, "currency": "usd"}, "line_item": None},
                ],
            }
        ],
        "has_more": False,
    },
    "activity-0": {
        "data": [
            {"date": "2027-01-04 00:00:00", "model": "z-ai/glm-5.3", "usage": 3.25},
            {"date": "2027-01-05", "model": "z-ai/glm-5.3", "usage": 1},
        ]
    },
    "usage-0": {
        "usageItems": [
            {"date": "2027-01-31T00:00:00Z", "product": "Copilot", "netAmount": 950},
            {"date": "2027-01-31T00:00:00Z", "product": "Actions", "netAmount": 7},
        ]
    },
}
KEYS = ("ANTHROPIC_ADMIN_KEY", "OPENAI_ADMIN_KEY", "OPENROUTER_MANAGEMENT_KEY",
        "GITHUB_BILLING_TOKEN")  # fmt: skip


def exported(folder: Path, answers: Mapping[str, Any], *keys: str) -> tuple[int, str]:
    """Run the page's script against programs that answer as the vendors' references say."""
    if shutil.which("jq") is None:
        pytest.skip("jq is not installed")
    program(folder / "bin", "curl", CURL)
    (folder / "answers").mkdir(exist_ok=True)
    for name, answer in answers.items():
        (folder / "answers" / f"{name}.json").write_text(json.dumps(answer), encoding="utf-8")
    program(folder, "export-bills.sh", EXPORT)
    environment = dict.fromkeys(keys, "secret") | {
        "PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "ANSWERS": str(folder / "answers"),
        "LOG": str(folder / "log"), "GITHUB_ORG": "o", "START": "2027-01-01",
    }  # fmt: skip
    return bash("./export-bills.sh billing", folder, environment)


def test_the_bills_are_tables_that_check_reads(tmp_path: Path) -> None:
    """Cents become dollars, pages are followed, days are kept; other products are left out."""
    code, log = exported(tmp_path, ANSWERS, *KEYS)
    assert code == 0, log

    rows = read_actuals([tmp_path / "billing"]).rows

    assert [(str(one.first), one.billed_by, one.model, one.cost) for one in rows] == [
        ("2027-01-04", "anthropic", "claude-opus-5-5", 1234.505),
        ("2027-02-04", "anthropic", None, 1.0),
        ("2027-01-31", "github", None, 950.0),
        ("2027-01-01", "openai", "gpt-6.1-sol", 12.5),
        ("2027-01-01", "openai", None, 2.0),
        ("2027-01-04", "openrouter", "z-ai/glm-5.3", 3.25),
        ("2027-01-05", "openrouter", "z-ai/glm-5.3", 1.0),
    ]


def test_keys_go_in_by_a_file(tmp_path: Path) -> None:
    """A key is a header that curl reads, and no word of any command."""
    code, log = exported(tmp_path, ANSWERS, *KEYS)
    sent = (tmp_path / "log").read_text(encoding="utf-8").splitlines()

    assert code == 0, log
    assert sorted(set(sent)) == ["Authorization: Bearer secret", "x-api-key: secret"]


def test_a_vendor_without_a_key_is_left_out(tmp_path: Path) -> None:
    """Each vendor is asked only where its key is there."""
    code, log = exported(tmp_path, ANSWERS, "OPENAI_ADMIN_KEY")

    assert code == 0, log
    assert [one.name for one in (tmp_path / "billing").iterdir()] == ["openai.csv"]


def test_a_run_that_fails_leaves_the_old_table(tmp_path: Path) -> None:
    """A page that can't be had ends the script, and half a table is never put in place."""
    (tmp_path / "billing").mkdir()
    old = tmp_path / "billing" / "anthropic.csv"
    old.write_text("day,biller,model,cost\n", encoding="utf-8")
    first = {name: one for name, one in ANSWERS.items() if name != "cost_report-1"}

    code, _ = exported(tmp_path, first, "ANTHROPIC_ADMIN_KEY")

    assert code != 0
    assert old.read_text(encoding="utf-8") == "day,biller,model,cost\n"
