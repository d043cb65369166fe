"""Answers as Python has them: typed, JSON as on the command line, in threads, in a notebook."""

from __future__ import annotations

import copy
import json
import pickle
import re
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from asked_answers import ASKED, answer
from command_line import run
from conftest import ROOT

import advisor
from advisor.api.notebook import MOST_ROWS, page_of
from advisor.output.compare.screen import render_comparison
from advisor.tables.compare import Comparison
from advisor.tables.flat import Column, Table

TEAM = ROOT / "workloads" / "team.yaml"
HOSTILE = "<script>alert(1)</script>"


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        (("compare", TEAM, "--draws", "50"), lambda: advisor.compare(TEAM, draws=50)),
        (("compare", TEAM, "--draws", "0", "--by", "spend", "--budget", "70k"),
         lambda: advisor.compare(TEAM, draws=0, by="spend", budget=70_000)),
        (("compare", "--developers", "40", "--draws", "0"),
         lambda: advisor.compare(developers=40, draws=0)),
        (("recommend", TEAM, "--draws", "0", "--objective", "completed"),
         lambda: advisor.recommend(TEAM, draws=0, objective="completed")),
        (("seats", TEAM, "--draws", "50", "--block-chance", "2%"),
         lambda: advisor.seats(TEAM, draws=50, block_chance=0.02)),
        (("stress", TEAM, "--exit", "anthropic@2027-04-01"),
         lambda: advisor.stress(TEAM, exit="anthropic@2027-04-01")),
        (("tokens", ROOT / "LICENSE", "--model", "claude-*"),
         lambda: advisor.tokens(str(ROOT / "LICENSE"), model="claude-*")),
        (("diff", TEAM, "--as-of", "2026-11-12", "--as-of", "2026-11-20"),
         lambda: advisor.diff(TEAM, as_of=["2026-11-12", "2026-11-20"])),
    ],
    ids=lambda one: one[0] if isinstance(one, tuple) else "",
)  # fmt: skip
def test_json_is_that_of_the_command_line(words: tuple[str, ...], asked: Any) -> None:
    """The same bytes for the same question."""
    assert asked().to_json() == run(*words, "--json").out


def test_a_check_in_python_is_that_of_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the tables of what was paid, and the day that ages are counted to."""
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    told = run("check", TEAM, "--draws", "0", "--today", "2026-12-01", "--json")
    found = advisor.check(TEAM, draws=0, today="2026-12-01")

    assert found.to_json() == told.out
    assert (found.status, told.code) == ("fail", 1)


@pytest.mark.parametrize("name", ASKED)
def test_an_answer_can_be_pickled_and_copied(name: str) -> None:
    """It comes back as what it was, all the way down."""
    found = answer(name)
    again = pickle.loads(pickle.dumps(found))  # noqa: S301 - our own

    copies = [again, copy.deepcopy(found), copy.copy(found)]

    assert {type(one) for one in copies} == {type(found)}
    assert {one.to_json() for one in copies} == {found.to_json()}


@pytest.mark.parametrize("name", ASKED)
def test_an_answer_says_what_came_out(name: str) -> None:
    """Text as on the command line, JSON as plain values, a line for a debugger."""
    found = answer(name)

    assert str(found).strip()
    assert found.to_dict() == json.loads(found.to_json())
    assert re.fullmatch(rf"<{type(found).__name__}: .{{1,210}}>", repr(found))


def test_a_renderer_takes_an_answer_as_it_is() -> None:
    """It is the finished table, and `_replace` leaves it an answer."""
    found = advisor.compare(TEAM, draws=0)

    assert isinstance(found, Comparison)
    assert render_comparison(found) == str(found)
    assert isinstance(found._replace(seed=2), advisor.ComparisonAnswer)


def test_a_conflict_is_an_answer() -> None:
    """Nothing is raised: `status` and `conflicts` say it, and a frame has no rows."""
    found = advisor.recommend(TEAM, draws=0, changes={"budget": 100})

    assert (found.status, len(found.to_pandas())) == ("infeasible", 0)
    assert found.conflicts
    assert "budget" in found._repr_html_()


def test_two_threads_get_their_own_answers() -> None:
    """Two head counts at once, many times: each answer is that of its own question."""
    people = [10, 20, 30, 40] * 5
    alone = {n: advisor.compare(TEAM, developers=n, billed=[], draws=50) for n in set(people)}
    with ThreadPoolExecutor(4) as pool:
        found = list(
            pool.map(lambda n: advisor.compare(TEAM, developers=n, billed=[], draws=50), people)
        )

    assert [one.options for one in found] == [alone[n].options for n in people]


# --- In a notebook -------------------------------------------------------------------------------


class Tags(HTMLParser):
    """Gathers the tags of a page, and which of them are open."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        """Open a tag."""
        self.seen.append(tag)
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the innermost one."""
        self.open.remove(tag)


@pytest.mark.parametrize("name", ASKED)
def test_an_answer_shows_itself_in_a_notebook(name: str) -> None:
    """The sentence, then the table; well formed, and nothing is fetched from anywhere."""
    page = answer(name)._repr_html_()
    tags = Tags(page)

    assert tags.open == []
    assert {"p", "table", "td"} <= set(tags.seen)
    assert re.search(r"src=|href=|<script|<link", page) is None


def test_a_page_runs_nothing_that_a_name_says() -> None:
    """Names of teams and options are text."""
    team = {
        "developers": 40,
        "name": HOSTILE,
        "options": {HOSTILE: {"model": "claude-opus-5-5"}, "b": {"model": "gpt-6.1-sol"}},
    }
    page = advisor.compare(team, draws=0)._repr_html_()

    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_a_long_table_says_how_much_is_left() -> None:
    """A notebook is no place for ten thousand rows."""
    table = Table("t", [Column("n", is_number=True)], [[n] for n in range(MOST_ROWS + 5)])

    assert "and 5 more rows" in page_of("said", table)


# --- Notes ---------------------------------------------------------------------------------------


def test_old_tables_are_warned_of(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the command line says on stderr is a warning, at the asker's own line."""
    monkeypatch.setenv("ADVISOR_TODAY", "2027-11-30")

    with pytest.warns(advisor.AdvisorWarning, match="price tables were last checked") as told:
        advisor.compare(TEAM, draws=0)

    assert told[0].filename == __file__


def test_a_lock_beside_a_file_is_kept_to(tmp_path: Path) -> None:
    """As on the command line; a mapping has none beside it."""
    file = tmp_path / "team.yaml"
    file.write_text("developers: 40\nbudget: 90_000\n", encoding="utf-8")
    run("prices", "lock", file)

    assert advisor.compare(file, locked=True, draws=0).warnings is not None
    with pytest.raises(advisor.InputError, match="no such lock"):
        advisor.compare({"developers": 40}, locked=True)


@pytest.mark.parametrize("name", ["compare", "recommend", "stress", "diff"])
def test_a_notebook_shows_the_report_s_chart(name: str) -> None:
    """Between the sentence and the table; its colours are the answer's alone, no other cell's."""
    team = ROOT / "workloads" / "team.yaml"
    answers: dict[str, Any] = {
        "compare": lambda: advisor.compare(team, draws=100),
        "recommend": lambda: advisor.recommend(team, draws=100),
        "stress": lambda: advisor.stress(team),
        "diff": lambda: advisor.diff(team, {"developers": 5, "usage": {"input": "1M"}}),
    }
    shown = answers[name]()._repr_html_()

    assert "<svg" in shown
    assert ":root" not in shown
    assert shown.index("<p>") < shown.index("<svg") < shown.index("<table>")
