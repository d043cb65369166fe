"""Rules, kinds of work and stand-ins name what there is; what names nobody is a fault."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import Run, run

pytestmark = pytest.mark.usefixtures("plain_screen")

TEAM = (
    "developers: 4\nbudget: 9_000\noptions: {opus: {model: claude-opus-5-5, harness: our-tool}}\n"
)


def told(text: str, folder: Path) -> Run:
    """Compare a file whose rules these are."""
    (folder / "team.yaml").write_text(TEAM + text, encoding="utf-8")
    return run("compare", "team.yaml", "--draws", 0, "--brief", folder=folder)


@pytest.mark.parametrize(
    ("rule", "place", "hint"),
    [
        ("deny: {makers: [DeepSeek]}", "4:26 policy.deny.makers[0]", "`deepseek`?"),
        ("deny: {makers: DeepSeek}", "4:25 policy.deny.makers", "`deepseek`?"),
        ("deny: {makers: [zai, depseek]}", "4:31 policy.deny.makers[1]", "`deepseek`?"),
        ("allow: {makers: [Anthropics]}", "4:27 policy.allow.makers[0]", "`anthropic`?"),
        ("deny: {channels: [Bedrok]}", "4:28 policy.deny.channels[0]", "`bedrock`?"),
        ("deny: {harnesses: [claud-code]}", "4:29 policy.deny.harnesses[0]", "`claude-code`?"),
        ("deny: {countries: [CH]}", "4:29 policy.deny.countries[0]", "known are CN, "),
        ("allow: {hosted_in: [US, UK]}", "4:34 policy.allow.hosted_in[1]", "known are CN, "),
    ],
)  # fmt: skip
def test_a_rule_that_names_nobody_is_a_fault(
    rule: str, place: str, hint: str, tmp_path: Path
) -> None:
    """Each name of each rule is looked up; a capital or a slip of the pen is pointed out."""
    ended = told(f"policy: {{{rule}}}\n", tmp_path)

    assert (ended.code, ended.out) == (2, "")
    assert f"team.yaml:{place}: " in ended.err
    assert hint in ended.err


@pytest.mark.parametrize(
    "rule",
    [
        "deny: {makers: [deepseek, zai]}",
        "deny: {channels: [bedrock, github, alibaba]}",
        "deny: {harnesses: [claude-code, cursor, openhands]}",
        "allow: {harnesses: [our-tool]}",
        "deny: {countries: [CN]}",
        "allow: {hosted_in: [US]}",
    ],
)
def test_a_rule_may_name_what_the_file_does_not_use(rule: str, tmp_path: Path) -> None:
    """A standing rule about a maker, a tool or a country of the tables is no fault."""
    assert told(f"policy: {{{rule}}}\n", tmp_path).code == 0


def test_every_name_that_is_nobody_is_told(tmp_path: Path) -> None:
    """One run tells them all."""
    ended = told("policy: {deny: {makers: [a-b, c-d]}, allow: {channels: e-f}}\n", tmp_path)

    assert ended.err.count("the rule would rule nothing") == 3


def test_a_kind_of_work_is_like_one_that_profiles_know(tmp_path: Path) -> None:
    """A `like` that has no records anywhere would change nothing."""
    ended = told("tasks: {ours: {per_developer_month: 3, like: bugfix}}\n", tmp_path)

    assert (ended.code, "did you mean `bug-fix`?" in ended.err) == (2, True)


def test_a_class_of_ones_own_profiles_is_known(tmp_path: Path) -> None:
    """What a profile file of the workload names is as good as what is shipped."""
    own = 'classes: {terraform: {like: bug-fix, because: "edits"}}\n'
    (tmp_path / "own.yaml").write_text(own, encoding="utf-8")

    task = "tasks: {ours: {per_developer_month: 3, like: terraform}}\nprofiles: own.yaml\n"

    assert told(task, tmp_path).code == 0


def test_a_stand_in_has_records(tmp_path: Path) -> None:
    """An option that is to be valued like a model that nobody measured is a fault."""
    more = "  next: {model: claude-haiku-4-5, stands_in_for: claude-opus}\n"
    text = "developers: 4\noptions:\n  opus: {model: claude-opus-5-5}\n" + more
    (tmp_path / "team.yaml").write_text(text, encoding="utf-8")

    ended = run("compare", "team.yaml", "--draws", 0, folder=tmp_path)

    assert (ended.code, "options.next.stands_in_for: profiles have no records" in ended.err) == (
        2,
        True,
    )


@pytest.mark.parametrize(
    "stated",
    ["policy: {min_quality: {docs: 90%}}\n", "policy: {min_quality: {default: 80%, docs: 90%}}\n"],
)
def test_a_class_in_a_file_without_classes_is_a_fault(stated: str, tmp_path: Path) -> None:
    """Where all work is one, nothing can be said of a part of it."""
    ended = told(stated, tmp_path)

    assert (ended.code, "'docs' is not a task class" in ended.err) == (2, True)


@pytest.mark.parametrize(
    ("currency", "code"),
    [("{code: EUR, per_usd: 0.9}", 2), ("{code: CAD, per_usd: 1.4}", 0), ("USD", 0)],
)
def test_a_dollar_sign_in_a_file_of_other_money_is_a_fault(
    currency: str, code: int, tmp_path: Path
) -> None:
    """`$12_500` in euros is one or the other; where dollars are the money the sign is welcome."""
    ended = told(f"currency: {currency}\nhour: $95\nhours: 3\n", tmp_path)

    assert ended.code == code
    assert ("5:7 hour: is in dollars, and the file's money is EUR" in ended.err) == (code == 2)
