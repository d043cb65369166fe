"""What CI services read of a check: annotations, SARIF, JUnit, Code Quality, comments.

What a reader would get wrong: `REDUCED_SARIF` is our own, of the parts of SARIF 2.1.0 that GitHub
and this program use. With the OASIS schema in a file, `ADVISOR_SARIF_SCHEMA` names it, and the logs
are held against that too.
"""

from __future__ import annotations

import json
import os
import re
import xml.etree.ElementTree as ET
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from junitparser import Failure, JUnitXml, Skipped
from limit_cases import ASKED, TEAMS, held

from advisor.limit_names import COUNT, MONEY
from advisor.output.check.annotations import render_annotations, render_outputs
from advisor.output.check.comment import render_comment
from advisor.output.check.formats import render_json, render_text
from advisor.output.check.reports import fingerprint, render_gitlab, render_junit, render_sarif
from advisor.tables.check import FAIL, OK, SKIPPED, UNKNOWN, WARN, Check, LimitLine

BASE = held(ASKED.but(budget=9_000, limits={"increase": 0.1}), base=ASKED.but(developers=8))


def limit(status: str = FAIL, name: str = "annual_spend", **changes: Any) -> LimitLine:
    """Make a line."""
    made = LimitLine(
        limit=name,
        key=f"limits.{name}",
        team=None,
        on="mix",
        unit=MONEY,
        value=8_400.0,
        at_most=8_000.0,
        warn_at=7_000.0,
        status=status,
        over=0.05 if status == FAIL else None,
        note="needs --base" if status in {SKIPPED, UNKNOWN} else "",
        line=31,
        column=5,
    )
    return made._replace(**changes)


def answer(*lines: LimitLine, **changes: Any) -> Check:
    """Make the answer about one file."""
    return Check([BASE._replace(lines=lines, change=None, **changes)])


ALL_KINDS = answer(*(limit(status) for status in (FAIL, UNKNOWN, WARN, SKIPPED, OK)))

HOSTILE = [
    "a|b",
    "<script>alert(1)</script>",
    "@everyone",
    "[x](https://example.org)",
    "![x](https://example.org/p.png)",
    "https://example.org",
    "www.example.org",
    "--> <b>",
    "a,b:c%d",
    "::error::x",
    "`code`",
    "*bold*",
    "&amp;",
    "]]>",
    '"quoted"',
    "#1",
    "…",
]
"""Names of teams and options that are letters to people, and something else to programs."""


# --- annotations


def test_an_annotation_points_to_the_line_of_the_limit() -> None:
    """File, line, column, title, then the sentence with its signs escaped."""
    assert render_annotations(answer(limit())) == (
        "::error file=team.yaml,line=31,col=5,title=annual_spend::8,400 USD in 2027, at most "
        "8,000 (+5%25). Held: the decided mix.\n"
    )


def test_warnings_are_warnings_and_what_holds_is_silent() -> None:
    """Broken and unknown are errors; skipped and held ones are not told."""
    kinds = re.findall(r"^::(\w+) ", render_annotations(ALL_KINDS), flags=re.MULTILINE)

    assert kinds == ["error", "error", "warning"]


def test_ten_of_a_kind_are_shown_and_the_rest_is_counted() -> None:
    """GitHub drops the eleventh without a word."""
    lines = [limit(line=n) for n in range(1, 14)] + [limit(WARN, line=n) for n in range(1, 11)]
    told = render_annotations(answer(*lines)).splitlines()

    assert [one.partition(" ")[0] for one in told] == ["::error"] * 10 + ["::warning"] * 10
    assert told[9].endswith(" And 3 more: see the job summary.")
    assert not told[19].endswith("see the job summary.")


def test_properties_and_data_are_escaped() -> None:
    """`%`, CR and LF everywhere; `:` and `,` in properties."""
    found = render_annotations(
        answer(limit(name="a:b,c%d\r\ne", note="50%\r\nnext: one, two"), path="x,y:z%.yaml")
    )

    assert found == (
        "::error file=x%2Cy%3Az%25.yaml,line=31,col=5,title=a%3Ab%2Cc%25d%0D%0Ae::8,400 USD, at "
        "most 8,000 (+5%25); 50%25%0D%0Anext: one, two. Held: the decided mix.\n"
    )


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_stays_on_its_line(name: str) -> None:
    """One command a line, whatever a team is called."""
    told = render_annotations(answer(limit(team=name), limit(name="quality", team=name)))

    assert [one.startswith("::error file=team.yaml,line=31,") for one in told.splitlines()] == [
        True,
        True,
    ]


def test_outputs_are_a_line_each() -> None:
    """Status, spend, change, day; nothing where there is none."""
    gone = Check([BASE._replace(exhaustion_date=date(2027, 11, 3))])

    assert render_outputs(gone).splitlines() == [
        "status=fail",
        "annual-spend=8400.00",
        "delta=1680.00",
        "exhaustion-date=2027-11-03",
    ]
    assert "delta=\nexhaustion-date=\n" in render_outputs(answer(limit()))


# --- SARIF

URI = r"^[^\s\\%:]*(%[0-9A-F]{2}[^\s\\%:]*)*$"
TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}}
REDUCED_SARIF = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": {"type": "array", "items": {
            "type": "object",
            "required": ["tool", "results"],
            "additionalProperties": False,
            "properties": {
                "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                "tool": {"type": "object", "required": ["driver"], "properties": {"driver": {
                    "type": "object",
                    "required": ["name"],
                    "properties": {"rules": {"type": "array", "uniqueItems": True, "items": {
                        "type": "object",
                        "required": ["id"],
                        "properties": {"id": {"type": "string"}, "shortDescription": TEXT},
                    }}},
                }}},
                "results": {"type": "array", "items": {
                    "type": "object",
                    "required": ["message"],
                    "additionalProperties": False,
                    "properties": {
                        "ruleId": {"type": "string"},
                        "level": {"enum": ["none", "note", "warning", "error"]},
                        "message": TEXT,
                        "partialFingerprints": {
                            "type": "object", "additionalProperties": {"type": "string"},
                        },
                        "locations": {"type": "array", "minItems": 1, "items": {
                            "type": "object",
                            "properties": {"physicalLocation": {
                                "type": "object",
                                "required": ["artifactLocation"],
                                "properties": {
                                    "artifactLocation": {"properties": {"uri": {
                                        "type": "string", "pattern": URI,
                                    }}},
                                    "region": {"properties": {
                                        "startLine": {"type": "integer", "minimum": 1},
                                        "startColumn": {"type": "integer", "minimum": 1},
                                    }},
                                },
                            }},
                        }},
                    },
                }},
            },
        }},
    },
}  # fmt: skip


def sarif(given: Check) -> dict[str, Any]:
    """Return the SARIF log."""
    log: dict[str, Any] = json.loads(render_sarif(given))
    return log


@pytest.mark.parametrize(
    "given",
    [
        ALL_KINDS,
        answer(),
        answer(limit(team="a\\b <é> %"), file="plans/team é 1%.yaml"),
        Check([BASE, BASE._replace(file="other.yaml")]),
    ],
)
def test_a_sarif_log_is_one(given: Check) -> None:
    """By our reduced schema, and by OASIS' own where a file of it is named."""
    jsonschema.validate(sarif(given), REDUCED_SARIF)

    named = os.environ.get("ADVISOR_SARIF_SCHEMA")
    if named:
        whole = json.loads(Path(named).read_text(encoding="utf-8"))
        jsonschema.validate(sarif(given), whole)


def test_a_sarif_result_is_of_a_rule_at_a_place() -> None:
    """What is broken or near, worst first; each has its rule among the rules."""
    (run,) = sarif(ALL_KINDS)["runs"]
    rules = {one["id"] for one in run["tool"]["driver"]["rules"]}

    assert [one["level"] for one in run["results"]] == ["error", "error", "warning"]
    assert {one["ruleId"] for one in run["results"]} <= rules
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place == {
        "artifactLocation": {"uri": "team.yaml"},
        "region": {"startLine": 31, "startColumn": 5},
    }


def test_a_finding_stays_the_same_when_its_figure_moves() -> None:
    """Fingerprints hold place and meaning, not amounts and lines; another team is another one."""
    first, moved = limit(), limit(value=9_999.0, line=77)

    assert fingerprint(BASE, first) == fingerprint(BASE, moved)
    assert len({fingerprint(BASE, limit(team=name)) for name in ("pay", "web", None)}) == 3


# --- Code Quality


def test_code_quality_has_what_gitlab_asks_for() -> None:
    """Description, name, fingerprint, severity, path and line."""
    report = json.loads(render_gitlab(ALL_KINDS))

    assert [sorted(one) for one in report] == [
        ["check_name", "description", "fingerprint", "location", "severity"]
    ] * 3
    assert [one["severity"] for one in report] == ["major", "major", "minor"]
    assert report[0]["location"] == {"path": "team.yaml", "lines": {"begin": 31}}


def test_where_all_holds_the_report_is_an_empty_list() -> None:
    """GitLab takes that for "nothing found"."""
    assert json.loads(render_gitlab(answer(limit(OK)))) == []


# --- JUnit


def test_a_junit_parser_counts_what_there_is() -> None:
    """A case for each limit, broken and unknown ones failed."""
    root = JUnitXml.fromstring(render_junit(ALL_KINDS).encode())

    assert (root.tests, root.failures, root.errors, root.skipped) == (5, 2, 0, 1)
    (suite,) = list(root)
    kinds = [[type(one) for one in case.result] for case in suite]
    assert kinds == [[Failure], [Failure], [], [Skipped], []]


def test_a_failure_names_the_place() -> None:
    """File, line and column in its text."""
    root = ET.fromstring(render_junit(answer(limit())))  # noqa: S314, our own
    failure = root.find("./testsuite/testcase/failure")

    assert failure is not None
    assert (failure.text, failure.get("type")) == ("team.yaml:31:5", "annual_spend")


@pytest.mark.parametrize("name", [*HOSTILE, "a\x00b", "\x1b[31m", "\ufffe"])
def test_a_hostile_name_leaves_the_xml_whole(name: str) -> None:
    """Read back, it is the name, but for what XML cannot hold."""
    root = ET.fromstring(render_junit(answer(limit(team=name))))  # noqa: S314, our own
    case = root.find("./testsuite/testcase")

    assert case is not None
    clean = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "?", name)
    assert case.get("name") == f"annual_spend ({clean}) on mix"


# --- Markdown


def comment(given: Check) -> str:
    """Return the comment."""
    return render_comment(given)


def test_a_comment_begins_with_its_hidden_marker() -> None:
    """By which it is found again, file by file."""
    both = comment(Check([BASE, BASE._replace(path="b.yaml")]))

    assert both.startswith("<!-- advisor:team.yaml -->\n#### ")
    assert "\n<!-- advisor:b.yaml -->\n#### " in both


def test_a_comment_says_what_changed_and_what_is_broken() -> None:
    """Title, causes, limits, sentence."""
    text = comment(Check([BASE]))

    assert "#### AI coding spend: +$1,680 a year (+25%), $6,720 → $8,400 — 1 limit broken" in text
    assert "| headcount 8 → 10 | +1,680 |" in text
    assert "| increase | +25% | at most 10% | ❌ |" in text
    assert "1 of 2 limits broken. Headcount 8 → 10 adds 1,680; nothing else moved." in text


def test_without_a_base_the_title_is_the_spend() -> None:
    """What a year costs, and how many are broken."""
    title = comment(ALL_KINDS).splitlines()[1]

    assert title == "#### AI coding spend: $8,400 a year — 2 limits broken"


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_only_letters_in_a_comment(name: str) -> None:
    """No tag, mention, link, cell or heading begins in it, in cells and in sentences alike."""
    asked = TEAMS.but(teams={name: {"developers": 6}, "web": {"developers": 4}}, budget=9_000)
    before = asked.but(teams={name: {"developers": 3}, "web": {"developers": 3}})
    found = held(asked, base=before)
    text = comment(Check([found._replace(lines=[limit(team=name)])]))

    shown = text.replace("<!-- advisor:team.yaml -->", "")
    for tag in ("details", "summary"):
        shown = shown.replace(f"<{tag}>", "").replace(f"</{tag}>", "")
    assert not re.search(r"(?<!\\)(<|@|\]\(|\bhttps?://|www\.e)", shown)
    widths = {len(re.findall(r"(?<!\\)\|", row)) for row in shown.splitlines() if row[:1] == "|"}
    assert widths <= {3, 5}


def test_a_name_cannot_end_the_hidden_marker() -> None:
    """A file's name with an end of a comment in it stays inside."""
    first = comment(Check([BASE._replace(path="a--><b>\n.yaml")])).splitlines()[0]

    assert first == "<!-- advisor:a- -<b .yaml -->"


# --- the same figure everywhere


def test_every_form_has_the_same_figure() -> None:
    """Text, JSON, Markdown, annotation, SARIF, Code Quality and JUnit say 8,400 against 8,000."""
    given = answer(limit())
    texts = [render(given) for render in (
        render_text, render_comment, render_annotations, render_sarif, render_gitlab, render_junit
    )]  # fmt: skip

    assert ["8,400" in text and "8,000" in text for text in texts] == [True] * 6
    (plain,) = json.loads(render_json(given))["limits"]
    assert (plain["value"], plain["at_most"]) == (8_400.0, 8_000.0)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (limit(), "FAIL  annual_spend  8,400   at most 8,000   +5%"),
        (limit(WARN), "WARN  annual_spend  8,400   warn at 7,000"),
        (limit(SKIPPED, value=None), "skip  annual_spend  -   at most 8,000   needs --base"),
        (limit(name="quality", unit="share", value=0.8, at_most=None, at_least=0.9),
         "FAIL  quality  80%   at least 90%"),
        (limit(name="increase", unit="share", value=0.15, at_most=0.1),
         "FAIL  increase  +15%   at most 10%"),
        (limit(name="increase", unit="share", value=0.12345, at_most=0.1),
         "FAIL  increase  +12%   at most 10%"),
        (limit(name="quality", unit="share", value=0.7996, at_most=None, at_least=0.8),
         "FAIL  quality  79.96%   at least 80%"),
        (limit(value=1_020.0, at_most=100.0, over=9.2),
         "FAIL  annual_spend  1,020   at most 100   +920%"),
        (limit(OK, value=147.0, at_most=500.0), "ok  annual_spend  147   at most 500"),
        (limit(value=1.5, at_most=1.0, over=0.5), "FAIL  annual_spend  1.50   at most 1   +50%"),
        (limit(name="unmet_tasks", unit=COUNT, value=12.5, at_most=0.0, over=1e9),
         "FAIL  unmet_tasks  12.5   at most 0"),
        (limit(value=90_000.0, at_most=1_000.0, over=89.0),
         "FAIL  annual_spend  90,000   at most 1,000   89 times over"),
        (limit(value=100.0, at_most=120.0, at_least=105.0, over=0.05),
         "FAIL  annual_spend  100   at least 105   -5%"),
        (limit(value=130.0, at_most=120.0, at_least=105.0, over=0.08),
         "FAIL  annual_spend  130   at most 120   +8%"),
        (limit(value=100.0, at_most=0.0, over=0.0), "FAIL  annual_spend  100   at most 0"),
        (limit(name="exhaustion_date", unit="date", value=date(2027, 11, 3), at_most=None,
               at_least=date(2027, 12, 31), over=0.0),
         "FAIL  exhaustion_date  2027-11-03   at least 2027-12-31"),
        (limit(OK, name="exhaustion_date", unit="date", value=None, at_most=None,
               at_least=date(2027, 12, 31)), "ok  exhaustion_date  lasts   at least 2027-12-31"),
    ],
)  # fmt: skip
def test_a_limit_is_one_line(line: LimitLine, shown: str) -> None:
    """Status, name, figure, bound, by how much; a share is not told in per cent of a share."""
    row = render_text(answer(line)).splitlines()[2].strip()

    assert row.partition("   team.yaml")[0].rstrip() == shown


@pytest.mark.parametrize(
    ("statuses", "said"),
    [
        ((OK,), "The limit holds."),
        ((OK, OK, WARN), "All 3 limits hold, 1 near."),
        (
            (FAIL, OK, SKIPPED),
            "1 of 2 limits broken; 1 not looked at (annual_spend needs --base).",
        ),
        ((OK, OK, SKIPPED), "2 limits hold; 1 not looked at (annual_spend needs --base)."),
        ((OK, SKIPPED), "1 limit holds; 1 not looked at (annual_spend needs --base)."),
        ((FAIL, UNKNOWN, WARN, OK), "1 of 4 limits broken, 1 can't be held, 1 near."),
        ((UNKNOWN, OK), "1 of 2 limits can't be held."),
    ],
)
def test_the_sentence_counts_what_was_looked_at(statuses: tuple[str, ...], said: str) -> None:
    """Skipped ones are not counted as limits that hold."""
    given = answer(*(limit(status) for status in statuses))

    assert render_text(given, brief=True) == f"{said}\n"


def test_colour_is_only_colour() -> None:
    """Without its codes the text is the same."""
    plain, coloured = (render_text(ALL_KINDS, colour=colour) for colour in (False, True))

    assert coloured != plain
    assert re.sub("\x1b\\[[0-9]+m", "", coloured) == plain


def test_a_team_is_named_beside_its_limit() -> None:
    """But not twice where the limit's own name has it."""
    own = held(TEAMS.but(limits=[{"limit": "quality", "at_least": 0.9, "team": "pay"}]))
    text = render_text(Check([own]))

    assert "quality (pay)" in text
    assert "teams.pay.budget (pay)" not in text


@pytest.mark.parametrize(
    ("before", "said", "told"),
    [
        ((), "2 of 2 limits broken.", ""),
        ((FAIL, FAIL), "2 of 2 limits broken, as before this change.", "broken before too"),
        ((OK, "absent"), "2 of 2 limits broken, by this change.", "by this change"),
        ((FAIL, OK), "2 of 2 limits broken, 1 of them by this change.", "by this change"),
    ],
)
def test_what_a_change_breaks_is_said_everywhere(
    before: tuple[str, ...], said: str, told: str
) -> None:
    """In the sentence, and beside the limit in every form that shows one."""
    lines = [limit(before=one) for one in before] or [limit(), limit()]
    given = answer(*lines)
    renderers = (render_text, render_comment, render_annotations, render_gitlab, render_junit)
    texts = [render(given) for render in renderers]

    assert render_text(given, brief=True) == f"{said}\n"
    assert [told in text for text in texts] == [True] * len(texts)
