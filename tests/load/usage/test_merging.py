"""Stores of many machines give what reading all their homes at once gives."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from command_line import run
from hypothesis import given, settings
from hypothesis import strategies as st
from usage_logs import LOGS, answer, calls_of, claude_home, counted, read_home, totals

from advisor.load.usage.merging import MachineStore, merge, stores_in
from advisor.load.usage.places import Place, places_of
from advisor.load.usage.reading import read_usage
from advisor.model.usage import Usage

_CALLS = st.tuples(st.integers(0, 5), st.integers(0, 59), st.booleans())
_HOMES = st.lists(
    st.dictionaries(st.sampled_from(["s1", "s2", "s3"]), st.lists(_CALLS, max_size=4), max_size=3),
    min_size=1,
    max_size=4,
)


def kept(home: Path, store: Path) -> MachineStore:
    """Read a home into a store of its own, as its machine does at night."""
    read_home(home, store)
    return MachineStore(str(store), store.parent.name, store.stem)


def line(call: int, second: int, is_cut: bool) -> dict[str, object]:
    """Write a call: the same number is the same call, wherever and whenever it is written."""
    return answer(
        f"msg_{call}", request=f"req_{call}", fresh=10 + call, output=5 + call,
        ts=f"2026-11-20T10:00:{second:02d}.000Z", stop=None if is_cut else "end_turn",
    )  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(homes=_HOMES)
def test_merging_is_reading_all_homes_at_once(
    homes: list[dict[str, list[tuple[int, int, bool]]]],
) -> None:
    """However calls are spread over sessions and machines, sums by day and model are the same."""
    with tempfile.TemporaryDirectory() as folder:
        places: list[Place] = []
        stores = []
        for number, sessions in enumerate(homes):
            home = claude_home(
                Path(folder, f"home{number}"),
                {f"{name}": [line(*call) for call in calls] for name, calls in sessions.items()},
            )
            places += places_of(str(home))
            stores.append(kept(home, Path(folder, f"person{number}", "usage.db")))

        assert totals(merge(stores)) == totals(read_usage(places))


def test_real_logs_of_every_agent_merge(tmp_path: Path) -> None:
    """Logs that agents really wrote, kept by a machine each and merged, give the same rows."""
    homes = sorted(LOGS.glob("*/home*"))
    stores = [kept(home, tmp_path / str(n) / "usage.db") for n, home in enumerate(homes)]
    places = [place for home in homes for place in places_of(str(home))]
    merged, together = merge(stores), read_usage(places)

    assert len(totals(together)) > 8
    assert totals(merged) == totals(together)
    assert sorted(one.tokens for one in calls_of(merged)) == sorted(
        one.tokens for one in calls_of(together)
    )


def test_a_call_of_two_machines_counts_once(tmp_path: Path) -> None:
    """A session that was copied to another machine is the same calls, and they are one person's."""
    stores = [
        kept(claude_home(tmp_path / f"home-{one}", {"s1": [answer()]}), tmp_path / one / "usage.db")
        for one in ("anna", "ben")
    ]
    (call,) = calls_of(merge(stores))

    assert call.kind.person == "anna"
    assert call.kind.home == f"anna/usage:{os.path.realpath(tmp_path / 'home-anna')}"


def test_people_are_named_by_folders_and_files(tmp_path: Path) -> None:
    """PERSON/MACHINE.db and PERSON.db say whose a store is; nothing else is taken for one."""
    for name in ("anna/laptop.db", "anna/desk.db", "ben.db", "chi/usage.db", "chi/notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = {(one.person, one.machine) for one in stores_in(str(tmp_path))}

    assert found == {("anna", "laptop"), ("anna", "desk"), ("ben", "ben"), ("chi", "usage")}


def later(path: Path) -> None:
    """Say that a later version wrote a store."""
    with closing(sqlite3.connect(path)) as store:
        store.execute("pragma user_version = 99")


def half(path: Path) -> None:
    """Cut a store in half, as a copy that was broken off."""
    os.truncate(path, path.stat().st_size // 2)


def empty(path: Path) -> None:
    """Leave nothing of it."""
    os.truncate(path, 0)


def foreign(path: Path) -> None:
    """Put another database in its place."""
    path.unlink()
    with closing(sqlite3.connect(path)) as store:
        store.execute("create table other(x)")
        store.commit()


def spoilt(path: Path) -> None:
    """Change a number of a call and leave the rest."""
    with closing(sqlite3.connect(path)) as store:
        ((number, block),) = store.execute("select id, block from file")
        store.execute("update file set block=? where id=?", (block[:-9] + b"\x07" * 9, number))
        store.commit()


def told_wrong(path: Path) -> None:
    """Write something else where notes are."""
    with closing(sqlite3.connect(path)) as store:
        store.execute("update file set about='[1]'")
        store.commit()


def linked(path: Path) -> None:
    """Point to somebody else's file."""
    path.unlink()
    path.symlink_to("/etc/passwd")


def pipe(path: Path) -> None:
    """Put a pipe in its place, which never ends."""
    path.unlink()
    os.mkfifo(path)


@pytest.mark.parametrize(
    "harm",
    [later, half, empty, foreign, spoilt, told_wrong, linked, pipe],
    ids=lambda f: f.__name__,
)
def test_a_store_that_cannot_be_used_is_left_out_and_named(
    harm: Callable[[Path], None], tmp_path: Path
) -> None:
    """One bad store of a team costs its own calls alone, and is said."""
    good = kept(claude_home(tmp_path / "a", {"s1": [answer()]}), tmp_path / "all/anna/usage.db")
    kept(
        claude_home(tmp_path / "b", {"s2": [answer("m2", request="r2")]}),
        tmp_path / "all/ben/usage.db",
    )
    harm(tmp_path / "all/ben/usage.db")
    merged = merge(stores_in(str(tmp_path / "all")))

    assert totals(merged) == totals(merge([good]))
    assert [str(tmp_path / "all/ben/usage.db") in one for one in merged.warnings] == [True]
    assert counted(merged)["stores_left_out"] == 1


def test_a_store_in_use_is_read(tmp_path: Path) -> None:
    """A run that is just writing to a store keeps nobody from reading what was there before."""
    store = kept(claude_home(tmp_path / "a", {"s1": [answer()]}), tmp_path / "usage.db")
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("begin immediate")
        other.execute("delete from file")
        merged = merge([store])
        other.execute("rollback")

    assert len(calls_of(merged)) == 1
    assert merged.warnings == []


def test_merging_writes_nothing(tmp_path: Path) -> None:
    """Stores are what they were, and no file appears beside them."""
    store = kept(claude_home(tmp_path / "a", {"s1": [answer()]}), tmp_path / "all/anna.db")
    for one in tmp_path.glob("all/*-*"):
        one.unlink()
    before = Path(store.path).read_bytes()
    merge(stores_in(str(tmp_path / "all")))

    assert [one.name for one in (tmp_path / "all").iterdir()] == ["anna.db"]
    assert Path(store.path).read_bytes() == before


def test_the_command_merges_a_folder(tmp_path: Path) -> None:
    """`--merge FOLDER --by person` has a row for everybody."""
    for one in ("anna", "ben"):
        home = claude_home(tmp_path / one, {one: [answer(f"m{one}", request=f"r{one}")]})
        kept(home, tmp_path / "all" / one / "usage.db")
    ended = run("usage", "--merge", str(tmp_path / "all"), "--by", "person", "--format", "csv")

    assert ended.code == 0
    assert [one.split(",")[0] for one in ended.out.splitlines()] == ["person", "anna", "ben"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--merge", "nowhere.db"], 2, "there is no such file or folder"),
        (["--merge", "empty"], 3, "no file there ends in .db"),
        (["--merge", "empty", "--home", "empty"], 2, "goes without --home"),
    ],
)
def test_wrong_words_are_one_message(
    words: list[str], code: int, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What can't be merged ends with one sentence, and nothing is written."""
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    ended = run("usage", *words)

    assert (ended.code, ended.out) == (code, "")
    assert said in ended.err


def usage_of(folder: Path) -> Usage:
    """Merge all below a folder."""
    return merge(stores_in(str(folder)))


def test_a_copied_store_counts_once(tmp_path: Path) -> None:
    """Last night's copy beside this night's changes no sum."""
    kept(claude_home(tmp_path / "a", {"s1": [answer()]}), tmp_path / "all/anna/usage.db")
    once = totals(usage_of(tmp_path / "all"))
    shutil.copyfile(tmp_path / "all/anna/usage.db", tmp_path / "all/anna/yesterday.db")

    assert totals(usage_of(tmp_path / "all")) == once


def test_a_link_replaces_nobodys_store(tmp_path: Path) -> None:
    """Whoever links to another's store from a folder of their own takes nothing out of the sum."""
    for one in ("anna", "ben"):
        home = claude_home(tmp_path / one, {one: [answer(f"m{one}", request=f"r{one}")]})
        kept(home, tmp_path / "all" / one / "usage.db")
    (tmp_path / "all/zed").mkdir()
    (tmp_path / "all/zed/usage.db").symlink_to(tmp_path / "all/anna/usage.db")
    ended = run("usage", "--merge", str(tmp_path / "all"), "--by", "person", "--format", "csv")

    assert [one.split(",")[0] for one in ended.out.splitlines()] == ["person", "anna", "ben"]
    assert "zed/usage.db is a link" in ended.err


def test_a_linked_folder_is_named(tmp_path: Path) -> None:
    """Stores behind a link to a folder are not read, and that is said."""
    kept(claude_home(tmp_path / "a", {"s1": [answer()]}), tmp_path / "far/usage.db")
    (tmp_path / "all").mkdir()
    (tmp_path / "all/anna").symlink_to(tmp_path / "far")
    merged = merge(stores_in(str(tmp_path / "all")))

    assert totals(merged) == totals(merge([]))
    assert [str(tmp_path / "all/anna") in one for one in merged.warnings] == [True]
