"""A mix put into a file: what is written and where, and that nothing else changes."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st
from price_strategies import Draw
from pydantic import TypeAdapter
from strategies import FEW, SOME
from yaml_strategies import Handwritten, handwritten, routings

from advisor.errors import InputError
from advisor.load import yaml_source
from advisor.load.mix_text import with_mix
from advisor.load.routing_text import exact_shares
from advisor.load.yaml_source import KEY, parse_yaml, spans
from advisor.model.routing import Routes, Routing

CODEX: Routing = {"default": {("codex",): 1.0}}
OPUS: Routing = {"default": {("opus",): 1.0}}
BY_CLASS: Routing = {"docs": {("codex",): 1.0}, "tests": {("codex", "opus"): 1.0}}


def put(text: str, mix: Routing = CODEX, **teams: Routing) -> str:
    """Put mixes into a text."""
    return with_mix(text, mix, teams, file="team.yaml")


def read(text: str) -> Any:
    """Return a text's data."""
    return parse_yaml(text, "f").data


def routing_of(data: Any) -> Routing:
    """Return what plain data says as a mix."""
    routing: Routing = TypeAdapter(Routes).validate_python(data)
    return routing


# --- How a mix is written -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mix", "lines"),
    [
        (CODEX, "mix: codex"),
        ({"docs": {("codex",): 1.0}}, "mix:\n  docs: codex"),
        ({"default": {("codex", "opus"): 1.0}}, "mix:\n  default: [codex, opus]"),
        (BY_CLASS, "mix:\n  docs: codex\n  tests: [codex, opus]"),
        ({"docs": {("codex",): 1.0}, **OPUS}, "mix:\n  default: opus\n  docs: codex"),
        (
            {"tests": {("codex",): 0.57, ("codex", "opus"): 0.43}},
            'mix:\n  tests: {codex: 57%, "codex, opus": 43%}',
        ),
        ({"default": {("codex",): 1.0, ("opus",): 0.0}}, "mix: codex"),
    ],
    ids=["one", "a class", "a cascade", "classes", "default", "shares", "nothing left for opus"],
)
def test_a_mix_is_written_as_people_do(mix: Routing, lines: str) -> None:
    """One name if it serves everything, else a line a class, `default` first."""
    assert put("developers: 40\n", mix) == f"developers: 40\n{lines}\n"


@pytest.mark.parametrize(
    ("shares", "written"),
    [
        ([0.5, 0.5], "50% 50%"),
        ([0.5725, 0.4275], "57.25% 42.75%"),
        ([0.1, 0.2, 0.7], "10% 20% 70%"),
        ([0.1 + 0.2, 0.7], "30% 70%"),
        ([1 / 3, 1 / 3, 1 / 3], "33.3333333333% 33.3333333334% 33.3333333333%"),
        ([0.25, 0.75 - 3e-8], "25.00000075% 74.99999925%"),
        ([1 - 1e-8, 1e-8], "99.999999% 0.000001%"),
    ],
)
def test_shares_have_the_digits_that_they_need(shares: list[float], written: str) -> None:
    """Few digits for a round share, more for another, and noise is no digit."""
    names: list[tuple[str, ...]] = [(f"o{number}",) for number in range(len(shares))]

    exact = exact_shares(dict(zip(names, shares, strict=True)))

    assert " ".join(f"{(100 * one).normalize():f}%" for one in exact.values()) == written


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6).filter(sum))
def test_shares_are_never_lost(weights: list[float]) -> None:
    """Written shares add up to exactly 1, and each is within 1e-12 of what it was."""
    names: list[tuple[str, ...]] = [(str(number),) for number in range(len(weights))]
    shares = {name: one / sum(weights) for name, one in zip(names, weights, strict=True)}

    exact = exact_shares(shares)

    assert sum(exact.values()) == 1
    assert all(abs(float(exact.get(name, 0)) - share) < 1.1e-12 for name, share in shares.items())


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("gpt-6.1", "gpt-6.1"),
        ("yes", "yes"),  # text in YAML 1.2
        ("2027-01", "2027-01"),
        ("a b", "a b"),
        ("é😀", "é😀"),
        ("it's", "it's"),
        *[
            (name, f'"{name}"')
            for name in ("true", "null", "~", "", "1.0", "60k", "35%", "$8", "1_0", "a: b", "a #b")
        ],
        *[
            (name, f'"{name}"')
            for name in ("#b", "-", "- a", "?", "[a]", "{a", "a]", "*a", "&a", "!a", "|", "%a", "@")
        ],
        *[(name, f'"{name}"') for name in ("a:", " a", "a ", "a, b", "'a'")],
        ('"a"', '"\\"a\\""'),
        ("a\\", "a\\"),
        ("a\nb", '"a\\nb"'),
        ("a\x9b\U000e0001", '"a\\u009b\\U000e0001"'),
    ],
)
def test_a_name_has_quotes_where_it_needs_them(name: str, written: str) -> None:
    """What would be read as a number, a comment or a list stands in quotes, nothing else."""
    assert put("developers: 40", {"default": {(name,): 1.0}}) == f"developers: 40\nmix: {written}"


ANY_NAME = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)


@given(ANY_NAME, ANY_NAME)
def test_any_name_reads_as_itself(task_class: str, option: str) -> None:
    """Whatever a class or an option is called, it comes back."""
    mix: Routing = {task_class: {(option,): 1.0}, "x": {("y", f"{option}z"): 1.0}}

    assert routing_of(read(put("developers: 40", mix))["mix"]) == mix


@pytest.mark.parametrize("name", ["a, b", " a", ""])
def test_a_name_that_cannot_have_a_share_is_named(name: str) -> None:
    """Shares are written under names parted by commas, so a name with one has no place there."""
    with pytest.raises(InputError, match=f"mix: {name!r} cannot have a share"):
        put("developers: 40\n", {"default": {(name,): 0.5, ("b",): 0.5}})


@pytest.mark.parametrize(
    "mix", [{}, {"docs": {}}, {"docs": {("a",): 0.4}}, {"docs": {("a",): 1.5, ("b",): -0.5}}]
)
def test_what_is_no_routing_is_a_bug(mix: Routing) -> None:
    """Whoever calls with shares that do not add up has made a mistake, not the file's author."""
    with pytest.raises(ValueError, match=r"at least one option|add up to"):
        put("developers: 40\n", mix)


# --- Where a new mix goes -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("current: opus\ndevelopers: 40\n", "current: opus\nMIX\ndevelopers: 40\n"),
        (
            "current: opus    # today\n                 # and so on\n\ntasks: {}\n",
            "current: opus    # today\n                 # and so on\nMIX\n\ntasks: {}\n",
        ),
        (
            "current:\n  docs: opus\n\n  # tests: none\n\n# Work\ntasks: {}\n",
            "current:\n  docs: opus\n\n  # tests: none\nMIX\n\n# Work\ntasks: {}\n",
        ),
        (
            "current: {docs: opus,\n  tests: codex}  # x\n# y\nhours: 3\n",
            "current: {docs: opus,\n  tests: codex}  # x\nMIX\n# y\nhours: 3\n",
        ),
        ("developers: 40\ntasks: {}\n", "developers: 40\nMIX\ntasks: {}\n"),
        ("developers: 40\noptions: {}\n", "developers: 40\nMIX\noptions: {}\n"),
        ("options: {}\ntasks: {}\n", "MIX\noptions: {}\ntasks: {}\n"),
        ("# A file\ntasks: {}\n", "# A file\nMIX\ntasks: {}\n"),
        (
            "developers: 40  # all\n\n# --- Work\n# of all kinds\ntasks: {}\n",
            "developers: 40  # all\n\nMIX\n\n# --- Work\n# of all kinds\ntasks: {}\n",
        ),
        (
            "developers: 40\n  # all\n# Work\ntasks: {}\n",
            "developers: 40\n  # all\nMIX\n# Work\ntasks: {}\n",
        ),
        (
            "name: |\n  x\n  # y\ntasks: {}\n",
            "name: |\n  x\n  # y\nMIX\ntasks: {}\n",
        ),
        ("developers: 40\nbudget: 3\n", "developers: 40\nbudget: 3\nMIX\n"),
        ("developers: 40\n# the end\n\n", "developers: 40\n# the end\nMIX\n\n"),
        ("---\ndevelopers: 40\n...\n# x\n", "---\ndevelopers: 40\nMIX\n...\n# x\n"),
        ("  developers: 40\n  hours: 3", "  developers: 40\n  hours: 3\n  MIX"),
    ],
    ids=[
        "below current", "with its comments", "with comments in it", "below current in braces",
        "above tasks", "above options", "above the first of them", "below the head of the file",
        "set apart", "not above the comment of another", "below text with a hash", "last",
        "below the last comment", "inside the document", "indented as the file is",
    ],
)  # fmt: skip
def test_a_new_mix_goes_where_people_look_for_it(before: str, after: str) -> None:
    """Below `current`, else above what it decides about, else last."""
    assert put(before) == after.replace("MIX", "mix: codex")


@pytest.mark.parametrize(
    ("before", "step"),
    [
        ("current: opus\n", "  "),
        ("current: opus\ntasks:\n    docs: {}\n", "    "),
        ("? current\n: docs: opus\ntasks:\n     docs: {}\n", "     "),
        ("mix: opus\ntasks:\n    docs: {}\n", "    "),
        ("mix:\n   docs: a\ncurrent:\n  docs: b\n", "   "),
        ("current:\n  docs: b\nmix:\n   docs: a\n", "   "),
        ("current: opus\nbilled:\n- {vendor: x}\ntasks:\n   docs: {}\n", "   "),
    ],
)
def test_a_mix_is_indented_as_the_file_is(before: str, step: str) -> None:
    """The lines of classes stand as far in as they did, or as other mappings do."""
    lines = f"mix:\n{step}docs: codex\n{step}tests: [codex, opus]\n"

    assert lines in put(before, BY_CLASS)


@pytest.mark.parametrize(
    ("before", "after", "line_break"),
    [
        ("hours: 2\n", "hours: 2\nMIX\n", "\n"),
        ("hours: 2", "hours: 2\nMIX", "\n"),
        ("hours: 2\r\n\r\n# x\r\n", "hours: 2\r\n\r\n# x\r\nMIX\r\n", "\r\n"),
        ("hours: 2\r\ntasks: {}\r\n", "hours: 2\r\nMIX\r\ntasks: {}\r\n", "\r\n"),
        ("hours: 2\r\nmix: a", "hours: 2\r\nMIX", "\r\n"),
        ("# x\rhours: 2\r", "# x\rhours: 2\rMIX\r", "\r"),
        ("\ufeffhours: 2\n", "\ufeffhours: 2\nMIX\n", "\n"),
        ("\ufeff# é😀\r\nmix: b\r\na: 1", "\ufeff# é😀\r\nMIX\r\na: 1", "\r\n"),
    ],
    ids=["LF", "no last LF", "CRLF", "above", "replaced", "CR", "byte order mark", "all of it"],
)
def test_line_ends_stay_what_they_are(before: str, after: str, line_break: str) -> None:
    """New lines end as the first one does; a file that ends without a break still does."""
    lines = ["mix:", "  docs: codex", "  tests: [codex, opus]"]

    assert put(before, BY_CLASS) == after.replace("MIX", line_break.join(lines))


# --- A mix that is there --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "one", "by_class"),
    [
        ("mix: opus\na: 1\n", "mix: codex\na: 1\n", "mix:\n  DOCS\n  TESTS\na: 1\n"),
        ("a: 1\nmix: 'opus'", "a: 1\nmix: codex", "a: 1\nmix:\n  DOCS\n  TESTS"),
        ("mix:\na: 1\n", "mix: codex\na: 1\n", "mix:\n  DOCS\n  TESTS\na: 1\n"),
        ('"mix" : opus\n', '"mix": codex\n', '"mix":\n  DOCS\n  TESTS\n'),
        ("mix: [a,\n  b]\na: 1\n", "mix: codex\na: 1\n", "mix:\n  DOCS\n  TESTS\na: 1\n"),
        ("mix:\n- a\n- b\na: 1\n", "mix: codex\na: 1\n", "mix:\n  DOCS\n  TESTS\na: 1\n"),
        ("mix: >-  # x\n  a\n\n", "mix: codex  # x\n\n", "mix:     # x\n  DOCS\n  TESTS\n\n"),
        (
            "mix: {docs: {a: 50%, b: 50%}}\n\na: 1\n",
            "mix: codex\n\na: 1\n",
            "mix:\n  DOCS\n  TESTS\n\na: 1\n",
        ),
        (
            "mix:\n    docs:\n      a: 50%\n      b: 50%\n\n# x\na: 1\n",
            "mix: codex\n\n# x\na: 1\n",
            "mix:\n    DOCS\n    TESTS\n\n# x\na: 1\n",
        ),
    ],
    ids=[
        "a name", "a quoted name", "nothing", "a quoted key", "brackets", "a list", "folded text",
        "braces", "a block",
    ],
)  # fmt: skip
def test_a_mix_is_replaced_where_it_stands(before: str, one: str, by_class: str) -> None:
    """However the old mix is written, the new one takes its lines and no others."""
    lines = by_class.replace("DOCS", "docs: codex").replace("TESTS", "tests: [codex, opus]")

    assert [put(before), put(before, BY_CLASS)] == [one, lines]


COMMENTED = """\
mix:           # decided in May
  # prose is cheap
  docs: opus   # for now
  # the old ones
  front: opus  # sometimes
    # slow ones
  tests: {a: 50%,  # half
    # and
    b: 50%}  # half again
  # to be seen
a: 1
"""


def test_comments_stay_with_the_classes_that_stay() -> None:
    """A comment goes with the key or its class; those of a class that is gone head the block."""
    assert (
        put(COMMENTED, BY_CLASS)
        == """\
mix:           # decided in May
  # the old ones
  # sometimes
  # prose is cheap
  docs: codex  # for now
    # slow ones
    # and
  # half again
  tests: [codex, opus]  # half
  # to be seen
a: 1
"""
    )


def test_a_comment_behind_the_last_class_heads_the_block() -> None:
    """In braces a comment may follow the last class, and is no comment on it."""
    before = "mix: {docs: a,\n  tests: b\n  # x\n  }\n"

    assert put(before, BY_CLASS) == "mix:\n  # x\n  docs: codex\n  tests: [codex, opus]\n"


def test_comments_of_a_block_stay_below_a_name() -> None:
    """Where no block is left, its comments stand under the name, as far in as they were."""
    assert (
        put(COMMENTED)
        == """\
mix: codex     # decided in May
  # prose is cheap
  # for now
  # the old ones
  # sometimes
    # slow ones
  # half
    # and
  # half again
  # to be seen
a: 1
"""
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("mix: a   # x\n", "mix: codex  # x\n"),
        ("mix: a # x\n", "mix: codex # x\n"),
        ("mix: opus            # x\n", "mix: codex           # x\n"),
        ("mix: a, b, c, d      # x\n", "mix: codex           # x\n"),
        ("mix: {docs: a,  # x\n  tests: b}  # y\n", "mix: codex      # x\n  # y\n"),
        ("mix:  # x\n# y\n  docs: a\n", "mix: codex  # x\n# y\n"),
    ],
)
def test_a_comment_behind_the_key_keeps_its_column(before: str, after: str) -> None:
    """It stays on the line, where it was if there is room, else two blanks on or as close."""
    assert put(before) == after


# --- Teams ----------------------------------------------------------------------------------------

FLOW = '{default: opus, docs: codex, tests: {codex: 57.25%, "codex, opus": 42.75%}}'
FLOWING: Routing = {
    **OPUS,
    "docs": {("codex",): 1.0},
    "tests": {("codex",): 0.5725, ("codex", "opus"): 0.4275},
}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "teams:\n    a:\n        developers: 1  # x\n    b: {developers: 2}\n",
            "teams:\n    a:\n        developers: 1  # x\n        mix:\n            docs: codex\n"
            "            tests: [codex, opus]\n    b: {developers: 2}\nmix: codex\n",
        ),
        (
            "teams:\n  a:\n    developers: 1\n      # x\n    # y",
            "teams:\n  a:\n    developers: 1\n      # x\n    mix:\n      docs: codex\n"
            "      tests: [codex, opus]\n    # y\nmix: codex",
        ),
        (
            "teams:\n  a:\n    # x\n    mix: opus  # y\n    developers: 1\n",
            "teams:\n  a:\n    # x\n    mix:       # y\n      docs: codex\n"
            "      tests: [codex, opus]\n    developers: 1\nmix: codex\n",
        ),
    ],
    ids=["new", "new, at the end of the file", "replaced"],
)
def test_a_team_in_a_block_has_a_block(before: str, after: str) -> None:
    """The lines of a team's mix stand among its others, as far in as they do."""
    assert put(before, a=BY_CLASS) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{developers: 1}", "{developers: 1, MIX}"),
        ("{ developers: 1 }", "{ developers: 1, MIX }"),
        ("{developers: 1,}", "{developers: 1, MIX,}"),
        ("{developers: 1, budget: }", "{developers: 1, budget: , MIX }"),
        ("{developers: 1, budget: {total: 9}}", "{developers: 1, budget: {total: 9}, MIX}"),
        ("{developers: 1  # x\n  }", "{developers: 1, MIX  # x\n  }"),
        ("{\n    developers: 1,  # x\n  }", "{\n    developers: 1,  # x\n    MIX,\n  }"),
        ("{\n    developers: 1  # x, y\n  }", "{\n    developers: 1,  # x, y\n    MIX\n  }"),
        ("{\n    developers: 1\n  # x\n    , }", "{\n    developers: 1\n  # x\n    , MIX, }"),
        ("{mix: a, developers: 1}", "{MIX, developers: 1}"),
        ("{mix: , developers: 1}", "{MIX , developers: 1}"),
        ("{mix, developers: 1}", "{MIX, developers: 1}"),
        ("{developers: 1, mix: {docs: a}  }", "{developers: 1, MIX  }"),
        (
            "{developers: 1,\n   mix: {docs: a,  # x\n     # y\n     b: c},  # z\n   budget: 3}",
            "{developers: 1,\n   # x\n   # y\n   MIX,  # z\n   budget: 3}",
        ),
        ("{mix: [a, # x\n    b], developers: 1}", "{ # x\n      MIX, developers: 1}"),
    ],
)  # fmt: skip
def test_a_team_in_braces_has_braces(before: str, after: str) -> None:
    """In braces a mix stands on one line, with the comma that it needs; comments go above it."""
    text = put(f"mix: a\nteams:\n  a: {before}\n", a=FLOWING)

    assert text == f"mix: codex\nteams:\n  a: {after.replace('MIX', f'mix: {FLOW}')}\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("\n    developers: 1\n    mix: a", "\n    developers: 1"),
        ("\n    mix:\n      docs: a\n    developers: 1", "\n    developers: 1"),
        (
            "\n    # w\n    mix:  # x\n      # y\n      docs: a  # z\n    developers: 1",
            "\n    # w\n    # x\n      # y\n    # z\n    developers: 1",
        ),
        ("\n    developers: 1\n    ? mix\n    : a", "\n    developers: 1"),
        (" {developers: 1, mix: a}", " {developers: 1}"),
        (" {developers: 1, mix: {docs: a},}", " {developers: 1,}"),
        (" {mix: a, developers: 1}", " {developers: 1}"),
        (" {mix: a ,developers: 1}", " {developers: 1}"),
        (" { hours: 2, mix: a, developers: 1}", " { hours: 2, developers: 1}"),
        (" {hours: 2,\n    mix: a,\n    developers: 1}", " {hours: 2,\n    developers: 1}"),
        (" {hours: 2, mix: a,\n    developers: 1}", " {hours: 2,\n    developers: 1}"),
        (" {developers: 1,\n    mix: a\n    }", " {developers: 1\n    }"),
        (" {developers: 1,\n\n    mix: a}", " {developers: 1\n\n    }"),
        (" {developers: 1,  # x\n    mix: a}", " {developers: 1  # x\n    }"),
        (" {mix: a,  # x\n    developers: 1}", " { # x\n    developers: 1}"),
        (" {developers: 1,\n    mix: a  # x\n    }", " {developers: 1\n      # x\n    }"),
        (
            " {developers: 1,\n    mix: {docs: a,  # x\n      tests: b}}",
            " {developers: 1\n    # x\n    }",
        ),
        (" {developers: 1,\n    mix: a,\n    }", " {developers: 1,\n    }"),
        (" {developers: 1,\n    mix: a,  # x\n    }", " {developers: 1,\n    # x\n    }"),
        (" {mix: a  # x\n    , developers: 1}", " { # x\n     developers: 1}"),
        (
            " {hours: 2,\n    mix: {docs: a,  # x\n      # y\n      tests: b},\n    developers: 1}",
            " {hours: 2,\n    # x\n    # y\n    developers: 1}",
        ),
    ],
)  # fmt: skip
def test_a_team_that_is_not_named_loses_its_mix(before: str, after: str) -> None:
    """Its lines go, or it and a comma; comments stay where they were."""
    text = put(f"mix: a\nteams:\n  b: {{developers: 3}}\n  a:{before}\n")

    assert text == f"mix: codex\nteams:\n  b: {{developers: 3}}\n  a:{after}\n"


def test_all_teams_may_stand_in_one_pair_of_braces() -> None:
    """Every team is found by its name, whatever the others are called."""
    before = (
        "teams: {mix: {developers: 1}, teams: {mix: a, developers: 2},\n  b: {developers: 3}}\n"
    )

    assert with_mix(before, CODEX, {"mix": OPUS, "b": CODEX}, file="f") == (
        "teams: {mix: {developers: 1, mix: opus}, teams: {developers: 2},\n"
        "  b: {developers: 3, mix: codex}}\nmix: codex\n"
    )


# --- A file in braces -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{developers: 40, budget: 3}\n", f"{{developers: 40, budget: 3, mix: {FLOW}}}\n"),
        (
            "---\n{developers: 40,  # x\n mix: opus,  # y\n budget: 3\n}",
            f"---\n{{developers: 40,  # x\n mix: {FLOW},  # y\n budget: 3\n}}",
        ),
        (
            "# x\n{\n  developers: 40,\n  budget: 3\n}\n",
            f"# x\n{{\n  developers: 40,\n  budget: 3,\n  mix: {FLOW}\n}}\n",
        ),
    ],
)
def test_a_file_in_braces_has_its_mix_in_them(before: str, after: str) -> None:
    """A file may be one mapping in braces."""
    assert put(before, FLOWING) == after


@pytest.mark.parametrize("indent", [None, 2])
def test_json_stays_json(indent: int | None) -> None:
    """Where keys are in quotes, names are too, and shares are plain numbers."""
    data = {
        "developers": 40,
        "teams": {"a": {"developers": 3}},
        "options": {"opus": {"model": "x"}},
    }

    after = json.loads(put(json.dumps(data, indent=indent), FLOWING, a=CODEX))

    shares = {"codex": 0.5725, "codex, opus": 0.4275}
    assert after.pop("mix") == {"default": "opus", "docs": "codex", "tests": shares}
    assert after["teams"]["a"].pop("mix") == "codex"
    assert after == data


# --- What cannot be done --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "? mix\n: opus\n? teams\n: {a: {developers: 1}, b c: {developers: 2, mix: opus}}\n",
        "teams: {a: {developers: 1}, b c: {developers: 2, mix: opus}}\nname: |\n  no line feed",
    ],
)
def test_a_file_that_cannot_be_edited_is_refused_with_the_lines_to_paste(text: str) -> None:
    """Where the result would not read as meant, people are told what to write."""
    with pytest.raises(InputError) as caught:
        put(text, BY_CLASS, a=CODEX)

    assert str(caught.value) == (
        "team.yaml mix: cannot be put into this file safely\n"
        "  hint: write it by hand, none at teams.b c:\n"
        "mix:\n  docs: codex\n  tests: [codex, opus]\nteams:\n  a:\n    mix: codex"
    )


def test_a_mix_that_would_not_be_read_back_is_refused() -> None:
    """What is written is read as the reader does, who takes no cascade of one option."""
    with pytest.raises(InputError, match="cannot be put into this file safely"):
        put("developers: 40", {"default": {("a", "a"): 1.0}})


def test_what_is_to_be_pasted_reads_as_meant() -> None:
    """The lines of the hint are the mixes, names in quotes included."""
    with pytest.raises(InputError) as caught:
        with_mix(
            "? mix\n: x\n? teams\n: {'35%: x': {developers: 1}}",
            FLOWING,
            {"35%: x": OPUS},
            file="f",
        )

    pasted = read(caught.value.faults[0].hint.partition("\n")[2])
    assert routing_of(pasted["mix"]) == FLOWING
    assert routing_of(pasted["teams"]["35%: x"]["mix"]) == OPUS


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [", "is not valid YAML"),
        ("mix: a\nmix: b", "the same key is given at line 1"),
        ("- mix: a", "cannot be put into this file safely"),
        ("mix", "cannot be put into this file safely"),
        ("{}", "cannot be put into this file safely"),
        ("teams: 3\n", "there is no team 'a'"),
        ("teams: {b: {developers: 1}}\n", "there is no team 'a'"),
        ("teams: {a: 3}\n", "cannot be put into this file safely"),
        ("teams:\n  a:\n", "cannot be put into this file safely"),
    ],
)
def test_what_is_no_workload_is_said(text: str, message: str) -> None:
    """Broken text, a file without a mapping and a team that is not there are faults of the file."""
    with pytest.raises(InputError, match=message):
        put(text, CODEX, **({"a": CODEX} if "teams" in text else {}))


# --- Any file -------------------------------------------------------------------------------------

Case = tuple[Handwritten, Routing, dict[str, Routing]]


@st.composite
def cases(draw: Draw) -> Case:
    """Draw a file, a mix for it, and mixes for some of its teams."""
    page = draw(handwritten())
    named = [name for name in page.teams if draw(st.booleans())]
    return page, draw(routings()), {name: draw(routings()) for name in named}


def edited(case: Case) -> str:
    """Put the mixes of a case into its file."""
    page, mix, team_mixes = case
    return with_mix(page.text, mix, team_mixes, file="f")


def without_mixes(data: Any) -> Any:
    """Return a file's data without its mixes."""
    teams = data.get("teams", {})
    bare_teams = {
        name: {key: value for key, value in team.items() if key != "mix"}
        for name, team in teams.items()
    }
    return {key: value for key, value in {**data, "teams": bare_teams}.items() if key != "mix"}


def flat(routing: Routing) -> dict[tuple[str, tuple[str, ...]], float]:
    """Return a routing's shares by class and strategy, for comparing."""
    return {(name, one): share for name, all_ in routing.items() for one, share in all_.items()}


@SOME
@given(cases())
def test_everything_but_the_mixes_reads_as_before(case: Case) -> None:
    """No edit changes, drops or reorders another value."""
    before, after = without_mixes(read(case[0].text)), without_mixes(read(edited(case)))

    assert json.dumps(after, default=str) == json.dumps(before, default=str)


@SOME
@given(cases())
def test_the_mixes_are_those_that_were_given(case: Case) -> None:
    """The file says its mix, every team that was named its own, and no other team any."""
    data = read(edited(case))

    teams = data.get("teams", {})
    said = {name: flat(routing_of(team["mix"])) for name, team in teams.items() if "mix" in team}
    assert flat(routing_of(data["mix"])) == pytest.approx(flat(case[1]), abs=1.1e-9)
    assert said.keys() == case[2].keys()
    assert all(said[name] == pytest.approx(flat(case[2][name]), abs=1.1e-9) for name in said)


@SOME
@given(cases())
def test_every_comment_survives(case: Case) -> None:
    """Each is there once, wherever it stood."""
    text = edited(case)

    assert {
        one: text.count(one.partition(".")[0] + ".") for one in case[0].comments
    } == dict.fromkeys(case[0].comments, 1)
    assert all(one in text for one in case[0].comments)


@SOME
@given(cases())
def test_every_other_line_survives(case: Case) -> None:
    """Lines that have nothing to do with a mix stay as they are, in their order."""
    lines = iter(edited(case).removeprefix("\ufeff").splitlines())

    assert [one for one in case[0].firm if one not in lines] == []


@FEW
@given(cases())
def test_every_line_ends_as_before(case: Case) -> None:
    """The byte order mark, CRLF and the end of the file are kept."""
    before, after = case[0].text, edited(case)

    assert after.startswith("\ufeff") == before.startswith("\ufeff")
    assert after.endswith("\n") == before.endswith("\n")
    assert after.count("\r\n") == (after.count("\n") if "\r\n" in before else 0)


@FEW
@given(cases())
def test_writing_again_changes_nothing(case: Case) -> None:
    """A file that has the mix already stays as it is."""
    text = edited(case)

    assert with_mix(text, case[1], case[2], file="f") == text


SHIPPED = [
    ROOT / "workloads" / "team.yaml",
    *sorted((ROOT / "workloads" / "stories").glob("*.yaml")),
]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: str(path.stem))
def test_shipped_files_keep_every_line(path: Path) -> None:
    """In the files that people copy, a mix is lines more and nothing else."""
    before = path.read_bytes().decode()

    after = put(before, BY_CLASS)

    lines = [Counter(text.splitlines(keepends=True)) for text in (before, after)]
    assert all(line.startswith("mix:") for line in lines[0] - lines[1])
    assert [line.split("#")[0].strip() for line in lines[1] - lines[0]] == [
        "mix:", "docs: codex", "tests: [codex, opus]",
    ]  # fmt: skip


# --- Where things stand ---------------------------------------------------------------------------

ANY_TREE = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.text("ab #:'é😀{,", max_size=9),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("ab #é"), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(ANY_TREE, st.sampled_from([None, 1]))
def test_a_span_holds_its_value(tree: object, indent: int | None) -> None:
    """What stands between a value's offsets, or a key's, reads as that value or key."""
    text = json.dumps(tree, indent=indent, ensure_ascii=False)

    found = {path: json.loads(text[start:end]) for path, (start, end) in spans(text).items()}

    assert found == {
        path: path[-2] if path[-1:] == (KEY,) else value_at(tree, path) for path in found
    }


def value_at(tree: Any, path: tuple[str | int, ...]) -> Any:
    """Return the value at a path."""
    return value_at(tree[path[0]], path[1:]) if path else tree


BLOCK = "a:\n  b: 1  # x\n  # y\nc:\n- 'd'\n- {e: f}  # z\ng: |\n  h\n\n# i\nj: # k\n"


@pytest.mark.parametrize(
    ("path", "written"),
    [
        (("a",), "b: 1"),
        (("a", KEY), "a"),
        (("c",), "- 'd'\n- {e: f}"),
        (("c", 1), "{e: f}"),
        (("g",), "|\n  h\n\n"),
        (("j",), ""),
        ((), BLOCK.removesuffix(" # k\n")),
    ],
)
def test_a_block_ends_with_its_last_value(path: tuple[str | int, ...], written: str) -> None:
    """Comments and blank lines behind a block are not in it; those in a text are."""
    start, end = spans(BLOCK)[path]

    assert BLOCK[start:end] == written


@FEW
@given(cases())
def test_without_libyaml_the_same_is_written(case: Case) -> None:
    """PyYAML's own parser leads to the same text, only later."""
    fast = edited(case)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yaml_source, "_LOADER", yaml.SafeLoader)
        assert edited(case) == fast
