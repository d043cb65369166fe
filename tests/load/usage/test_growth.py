"""Sums are kept between two runs: only what changed is settled again, and all is as before."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from copy import copy
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from growing_homes import growing
from log_hazards import Hazards, claude_corpus, codex_corpus
from usage_logs import answer, compact, read_home

from advisor.answers.usage.answer import usage_answer
from advisor.api import usage_reading
from advisor.api.usage_asked import AskedUsage
from advisor.api.usage_reading import gathered_from
from advisor.load.usage.growth import UsageGrowth
from advisor.load.usage.links import SILENT_NOTES, islands_of
from advisor.load.usage.reading import read_growth
from advisor.load.usage.store import KEPT_QUESTIONS
from advisor.tables.usage import UsageAnswer

ALL = ("source", "day", "model", "speed", "project", "home")
LONG_AGO = 1_700_000_000
NAMING_NOTES = {"thread", "parent", "sums", "costs"}


@pytest.fixture
def growths(monkeypatch: pytest.MonkeyPatch) -> list[UsageGrowth]:
    """Collect what was read for each answer."""
    seen: list[UsageGrowth] = []

    def spied(*words: object, **named: object) -> UsageGrowth:
        found = read_growth(*words, **named)  # type: ignore[arg-type]
        seen.append(found._replace(usage=copy(found.usage)))
        return found

    monkeypatch.setattr(usage_reading, "read_growth", spied)
    return seen


def asked(home: Path, **more: Any) -> AskedUsage:
    """Ask about a home, with a store beside it."""
    return AskedUsage(homes=[str(home)], store=str(home.parent / "usage.db"))._replace(**more)


def answered(question: AskedUsage, *, by_call: bool = False) -> UsageAnswer:
    """Answer, from sums that were kept or from every call; how much was read doesn't matter."""
    found = gathered_from(question, os.environ, by_call=by_call)
    return usage_answer(found, ALL)._replace(bytes_read=0)


def appended(home: Path, name: str, *idents: str) -> Path:
    """Append calls to a transcript, or begin one, long ago."""
    path = home / ".claude/projects/-home-dev-app" / f"{name}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as log:
        for ident in idents:
            log.write(compact(answer(ident, request=f"req_{ident}", session=name)) + "\n")
    os.utime(path, (LONG_AGO, LONG_AGO))
    return home


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Make a home with four transcripts, of which no two know of each other."""
    for name in ("s1", "s2", "s3", "s4"):
        appended(tmp_path / "home", name, f"{name}_first")
    return tmp_path / "home"


@pytest.mark.parametrize("corpus", [claude_corpus, codex_corpus])
@pytest.mark.parametrize("seed", range(4))
def test_a_growing_home_comes_to_what_all_its_calls_come_to(
    corpus: Callable[[Path, int, Hazards], object],
    seed: int,
    tmp_path: Path,
    growths: list[UsageGrowth],
) -> None:
    """Whatever grows, is copied, forks or goes, kept sums and a look at every call say the same."""
    corpus(tmp_path / "whole", seed, Hazards.of(seed))
    home = tmp_path / "home"
    appended(home, "zero", "zero")
    days = [{}, {}, {"since": "2026-11-20", "until": "2026-11-20"}]
    pairs = []
    for step in growing(tmp_path / "whole", home, seed, 7):
        question = asked(home, **days[step % 3])
        pairs.append((answered(question), answered(question, by_call=True)))

    assert [kept for kept, _ in pairs] == [counted for _, counted in pairs]
    assert any(growth.before is not None for growth in growths)


def test_only_the_file_that_grew_is_settled(home: Path, growths: list[UsageGrowth]) -> None:
    """Of four transcripts one has a call more: it alone is looked at, and all four are answered."""
    answered(asked(home))
    appended(home, "s2", "s2_second")
    found = answered(asked(home))

    assert growths[1].before is not None
    assert (len(growths[1].before.calls), len(growths[1].usage.calls)) == (1, 2)
    assert found.total.calls == 5


def test_a_call_in_a_second_file_is_settled_with_all(
    home: Path, growths: list[UsageGrowth]
) -> None:
    """A new file holds a call of an old one: nobody knows of which, so all are looked at."""
    answered(asked(home))
    appended(home, "s5", "s1_first", "s5_own")
    found = answered(asked(home))

    assert growths[1].before is None
    assert found.total.calls == 5


def test_files_that_know_of_each_other_are_settled_together(
    home: Path, growths: list[UsageGrowth]
) -> None:
    """A copy grows: the transcript that it was copied from is looked at with it."""
    appended(home, "s5", "s1_first", "s5_own")
    answered(asked(home))
    appended(home, "s5", "s5_second")
    found = answered(asked(home))

    assert growths[1].before is not None
    assert (len(growths[1].before.calls), len(growths[1].usage.calls)) == (2, 3)
    assert found.total.calls == 6


def test_another_run_in_between_is_noticed(home: Path, growths: list[UsageGrowth]) -> None:
    """What was read and kept by a run that keeps no sums is in the next answer."""
    answered(asked(home))
    read_home(appended(home, "s2", "s2_second"), home.parent / "usage.db")
    found = answered(asked(home))

    assert growths[1].before is None
    assert found.total.calls == 5


@pytest.mark.parametrize(
    "more", [{"timezone": "Asia/Tokyo"}, {"plans": ["claude-code=claude-enterprise"]}]
)
def test_another_question_has_sums_of_its_own(
    more: dict[str, Any], home: Path, growths: list[UsageGrowth]
) -> None:
    """Other days or other prices are added up from every call at first."""
    answered(asked(home))
    answered(asked(home, **more))
    answered(asked(home, **more))

    assert [growth.before is None for growth in growths] == [True, True, False]


def test_edited_prices_are_noticed(
    home: Path, growths: list[UsageGrowth], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sums at yesterday's prices are not today's."""
    answered(asked(home))
    monkeypatch.setattr(usage_reading, "digest_of", lambda _: "other tables")
    answered(asked(home))

    assert growths[1].before is None


@pytest.mark.parametrize("other", ["files = files || ' '", "links = x'00'", "body = body || ' '"])
def test_sums_that_are_not_as_they_were_written_are_not_used(
    other: str, home: Path, growths: list[UsageGrowth]
) -> None:
    """A byte of them is other: all calls are looked at, and the answer is right."""
    first = answered(asked(home))
    with closing(sqlite3.connect(home.parent / "usage.db")) as store, store:
        store.execute(f"update sums set {other}")  # noqa: S608
    second = answered(asked(home))

    assert growths[1].before is None
    assert second == first


def test_a_store_of_before_there_were_sums_is_taken_up(
    home: Path, growths: list[UsageGrowth]
) -> None:
    """Such a store is read as a whole once; the run after that settles what changed."""
    first = answered(asked(home))
    with closing(sqlite3.connect(home.parent / "usage.db")) as store, store:
        store.execute("drop table sums")

    assert [answered(asked(home)), answered(asked(home))] == [first, first]
    assert [growth.before is None for growth in growths] == [True, True, False]


def test_a_line_that_is_being_written_is_counted_and_not_kept(
    home: Path, growths: list[UsageGrowth]
) -> None:
    """A call without its line end is in the answer, in that of the next run, and once."""
    answered(asked(home))
    path = home / ".claude/projects/-home-dev-app/s2.jsonl"
    path.write_text(path.read_text() + compact(answer("tail", session="s2")))
    totals = [answered(asked(home)).total.calls, answered(asked(home)).total.calls]

    assert totals == [5, 5]
    assert growths[1].keep is None


def test_the_sums_of_the_last_few_questions_are_kept(home: Path) -> None:
    """A question a day would fill the disk: only the last ones' sums stay."""
    for hours in range(KEPT_QUESTIONS + 2):
        answered(asked(home, timezone=f"Etc/GMT+{hours + 1}"))
    with closing(sqlite3.connect(home.parent / "usage.db")) as store:
        found = store.execute("select count(*) from sums").fetchone()

    assert found == (KEPT_QUESTIONS,)


def test_every_note_of_a_reader_is_known_to_links() -> None:
    """A note that names a session or thread links files; one that doesn't is listed as such."""
    folder = ROOT / "advisor" / "load" / "usage" / "readers"
    sources = "\n".join(one.read_text(encoding="utf-8") for one in folder.glob("*.py"))
    notes = set(re.findall(r'notes(?:\[|\.setdefault\(|\.get\()"(\w+)"', sources))

    assert notes - SILENT_NOTES == NAMING_NOTES


@pytest.mark.parametrize(
    ("links", "islands"),
    [
        ([], []),
        ([{1}, {2}, {3}], [0, 1, 2]),
        ([{1, 2}, {3}, {2, 4}, {4}], [0, 1, 0, 0]),
        ([{1}, {2}, {3}, {1, 3}, {2}], [0, 1, 0, 0, 1]),
        ([{1}, {2}, {3}, {3, 2, 1}], [0, 0, 0, 0]),
    ],
)
def test_islands_are_files_that_links_join(links: list[set[int]], islands: list[int]) -> None:
    """Two files are of one island if a chain of shared links leads from one to the other."""
    assert islands_of(links) == (islands, set().union(*links))


@pytest.mark.parametrize("grown", ["ann", "bob"])
def test_of_copies_the_same_one_counts_whichever_was_read_last(
    grown: str, tmp_path: Path, growths: list[UsageGrowth]
) -> None:
    """Two homes hold one session with sums of its own; lines that follow in one move nothing."""
    session = ROOT / "tests/data/agent_logs/claude-code-2.1.332/home_c_interactive"
    for name in ("ann", "bob"):
        shutil.copytree(session, tmp_path / name)
        for other in range(4):
            place = tmp_path / name / ".claude/projects/-other" / f"{name}-{other}.jsonl"
            place.parent.mkdir(exist_ok=True)
            line = answer(f"m-{name}-{other}", request=f"r-{name}-{other}", session=place.stem)
            place.write_text(compact(line) + "\n", encoding="utf-8")
    homes = [f"{name}={tmp_path / name}" for name in ("ann", "bob")]
    question = AskedUsage(homes=homes, store=str(tmp_path / "usage.db"))
    for log in tmp_path.rglob("*.jsonl"):
        os.utime(log, (LONG_AGO, LONG_AGO))
    before = [answered(question) for _ in range(2)][-1]
    (log,) = (tmp_path / grown).rglob("91e3ae6d*.jsonl")
    with log.open("a", encoding="utf-8") as stream:
        stream.write('{"type":"note"}\n')
    os.utime(log, (LONG_AGO + 60, LONG_AGO + 60))

    after = answered(question)

    fresh = answered(question._replace(store=str(tmp_path / "fresh.db")))
    assert growths[2].before is not None
    assert after.unlogged == before.unlogged == fresh.unlogged
    assert after.counters == fresh.counters
