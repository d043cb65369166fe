"""What was read once and is kept: never other than the file, and never in anybody's way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from command_line import own_environment, run_apart
from conftest import ROOT

from advisor.errors import InputError
from advisor.load import kept as keeping
from advisor.load.document import Document
from advisor.load.kept import kept
from advisor.load.price_book import default_folder, read_price_book
from advisor.load.profile_book import read_profiles, shipped_profiles
from advisor.load.workload_file import check_workload, read_options
from advisor.load.yaml_source import parse_yaml, read_yaml, validate
from advisor.model.book import PriceBook, PricingFile
from advisor.model.profile import ProfileFile
from advisor.model.scalars import Frozen
from advisor.model.schedule import Schedule

PRICE = """\
vendor: acme
models:
  one:
    name: One
    prices:
      - effective_from: 2026-01-01
        input: {input}
        output: 10
        source: {{url: https://example.org, checked_on: 2026-11-12}}
"""
SHIPPED = [
    *((path, PricingFile) for path in sorted(default_folder("pricing").glob("*.yaml"))),
    (shipped_profiles(), ProfileFile),
]
PLANS = [
    ROOT / "workloads/team.yaml",
    *(one for one in sorted(ROOT.glob("tests/golden/*/*.yaml")) if one.parent.name != "wrong"),
]
DAMAGE: dict[str, Callable[[Path, bytes], bytes]] = {
    "empty": lambda _, __: b"",
    "cut short": lambda _, told: told[: len(told) // 2],
    "one digit is another": lambda _, told: told.replace(b"10", b"11"),
    "not JSON": lambda _, __: b"\xff" * 100,
    "of another name": lambda path, _: signed(path.with_name("0" * 64), ["PricingFile", {}]),
    "sound, but of a model that is not there": lambda path, _: signed(path, ["Nobody", {}]),
    "sound, but of another model": lambda path, _: signed(path, ["Source", {}]),
    "sound, but with a key that no model has": lambda path, _: signed(
        path, ["PricingFile", {"x": 1}]
    ),
    "sound, but a model of a number": lambda path, _: signed(path, ["PricingFile", 5]),
    "sound, but a number that is none": lambda path, _: signed(path, ["n", "ten"]),
    "sound, but an empty list": lambda path, _: signed(path, []),
}


def signed(path: Path, told: object) -> bytes:
    """Write an entry as the product would."""
    raw = json.dumps(told).encode()
    return keeping._signed(path, raw) + raw


def checked(path: Path, model: type[Frozen]) -> Frozen:
    """Read a file from its YAML."""
    found, faults = validate(parse_yaml(path.read_bytes(), str(path)), model)
    assert found is not None
    assert faults == []
    return found


def refused(*_: object) -> None:
    """Be a disk that is full."""
    raise OSError(28, "No space left on device")


def never() -> PricingFile:
    """Stand for a reading that nobody expects."""
    raise AssertionError("the file was read again")


@pytest.fixture
def pricing(tmp_path: Path) -> Path:
    """Write a folder with one price in it."""
    folder = tmp_path / "pricing"
    folder.mkdir()
    (folder / "acme.yaml").write_text(PRICE.format(input=1), encoding="utf-8")
    return folder


def price_of(pricing: Path, keep_in: Path) -> str:
    """Read the price, from what is kept or anew; never from this process's memory."""
    from_memory = sys.modules["advisor.load.price_book"]
    from_memory._checked.cache_clear()
    (offer,) = read_price_book(pricing, keep_in=keep_in).offers
    return str(offer.model.prices[0].input)


@pytest.mark.parametrize(("path", "model"), SHIPPED, ids=[one.name for one, _ in SHIPPED])
def test_what_is_kept_is_what_was_read(path: Path, model: type[Frozen], tmp_path: Path) -> None:
    """A shipped file comes back from what is kept with every value, its kind and what was said."""
    content, read = path.read_bytes(), checked(path, model)
    kept(tmp_path, content, model, lambda: read)

    again = kept(tmp_path, content, model, never)

    assert again == read
    assert again.model_fields_set == read.model_fields_set
    assert repr(again) == repr(read)


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.name)
def test_a_kept_plan_is_the_plan(path: Path, tmp_path: Path) -> None:
    """A plan comes back with every range, schedule and month as it was checked."""
    told, book = read_yaml(path), read_price_book()
    options = read_options(ROOT / "workloads/shortlist.yaml")
    first = check_workload(told, book, options, tmp_path).workload

    again = check_workload(told, book, options, tmp_path).workload

    assert len(list(tmp_path.iterdir())) == 1
    assert again is not first
    assert again == first
    assert repr(again) == repr(first)


def test_what_is_said_beside_a_file_is_another_plan(tmp_path: Path) -> None:
    """A flag that wins over the file is never answered with what was kept of the file alone."""
    book, told = read_price_book(), parse_yaml("developers: 4\nbudget: 90k\n", "team.yaml")
    more = told._replace(data={**told.data, "developers": 5})
    shortlist = read_options(ROOT / "workloads/shortlist.yaml")

    found = [check_workload(one, book, shortlist, tmp_path).workload for one in (told, more, told)]

    assert [one.developers for one in found] == [Schedule.constant(n) for n in (4, 5, 4)]


@pytest.mark.parametrize(
    ("sound", "wrong"), [("0.5", "$0.5"), ("1.0", "100%"), ("40.00", "4000%"), ("'40'", "40")]
)
def test_a_number_in_other_words_is_another_plan(sound: str, wrong: str, tmp_path: Path) -> None:
    """What was kept of a plan never answers for one that means the same number otherwise."""
    book, text = read_price_book(), "developers: 40\nadoption: {}\n"
    told = [
        _valid(parse_yaml(text.format(number), "team.yaml"), book, tmp_path)
        for number in (sound, wrong)
    ]

    keeping_nothing = [
        _valid(parse_yaml(text.format(number), "team.yaml"), book, None)
        for number in (sound, wrong)
    ]

    assert told == keeping_nothing


def _valid(document: Document, book: PriceBook, keep_in: Path | None) -> str:
    """Return a plan as it was read, or its faults."""
    try:
        return repr(check_workload(document, book, {}, keep_in).workload)
    except InputError as error:
        return str(error)


def test_what_is_not_ours_stays_in_a_folder_that_somebody_named(
    pricing: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Room is made among what was kept alone, whatever else lies there."""
    monkeypatch.setattr(keeping, "MOST_ENTRIES", 1)
    place = tmp_path / "kept"
    (place / "folder").mkdir(parents=True)
    (place / "notes.json").write_text("mine", encoding="utf-8")
    (place / "gone").symlink_to(place / "nowhere")
    for number in (1, 2):
        (pricing / "acme.yaml").write_text(PRICE.format(input=number), encoding="utf-8")
        price_of(pricing, place)

    kept_now = sorted(one.name for one in place.iterdir() if len(one.name) == 69)
    others = {one.name for one in place.iterdir()} - set(kept_now)
    assert (len(kept_now), others) == (1, {"folder", "notes.json", "gone"})


def test_a_plan_with_faults_is_told_of_every_time(tmp_path: Path) -> None:
    """Nothing is kept of a plan that is wrong, and its faults are the same the second time."""
    book, told = read_price_book(), parse_yaml("developers: many\nbudgt: 1\n", "team.yaml")
    faults = []
    for _ in range(2):
        with pytest.raises(InputError) as caught:
            check_workload(told, book, {}, tmp_path)
        faults.append(str(caught.value))

    assert faults[0] == faults[1]
    assert list(tmp_path.iterdir()) == []


def test_an_edited_file_is_read_anew(pricing: Path, tmp_path: Path) -> None:
    """A price that is changed in its file counts at once, and so does the change back."""
    told = [price_of(pricing, tmp_path)]
    for number in (2, 1):
        (pricing / "acme.yaml").write_text(PRICE.format(input=number), encoding="utf-8")
        told.append(price_of(pricing, tmp_path))

    assert told == ["1", "2", "1"]


def test_other_code_reads_anew(
    pricing: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What another version kept is not taken for what this one would read."""
    price_of(pricing, tmp_path / "kept")
    monkeypatch.setattr(keeping, "_code", lambda: "another version")
    price_of(pricing, tmp_path / "kept")

    assert len(list((tmp_path / "kept").iterdir())) == 2


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_entry_counts_as_none(damage: str, pricing: Path, tmp_path: Path) -> None:
    """An entry that is not sound is read past, and a sound one stands there afterwards."""
    place = tmp_path / "kept"
    price_of(pricing, place)
    (entry,) = place.iterdir()
    sound = entry.read_bytes()
    entry.write_bytes(DAMAGE[damage](entry, sound))

    assert price_of(pricing, place) == "1"
    assert entry.read_bytes() == sound


def test_a_folder_that_cannot_be_written_to_is_done_without(pricing: Path, tmp_path: Path) -> None:
    """Where a file stands in place of the folder, prices are read all the same."""
    (tmp_path / "kept").write_text("a file", encoding="utf-8")

    assert price_of(pricing, tmp_path / "kept") == "1"
    assert (tmp_path / "kept").read_text(encoding="utf-8") == "a file"


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0,
    reason="who may write anywhere has no such folder",
)
def test_a_read_only_folder_is_done_without(pricing: Path, tmp_path: Path) -> None:
    """Where nobody may write, prices are read all the same."""
    place = tmp_path / "kept"
    place.mkdir(mode=0o500)

    assert price_of(pricing, place) == "1"
    assert list(place.iterdir()) == []


def test_what_could_not_be_kept_leaves_nothing_behind(
    pricing: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk at the last step spoils no answer and no folder."""
    monkeypatch.setattr(Path, "replace", refused)
    folder = tmp_path / "kept"

    said = price_of(pricing, folder)

    assert (bool(said), list(folder.iterdir())) == (True, [])


def test_what_somebody_else_kept_is_not_read(
    pricing: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An entry that another user owns counts as none: it might say anything."""
    place = tmp_path / "kept"
    price_of(pricing, place)
    (entry,) = place.iterdir()
    entry.write_bytes(signed(entry, json.loads(entry.read_bytes()[64:].replace(b'"1"', b'"9"'))))
    before = price_of(pricing, place)
    monkeypatch.setattr(os, "getuid", lambda: entry.stat().st_uid + 1, raising=False)

    assert (before, price_of(pricing, place)) == ("9", "1")


def test_a_file_with_faults_is_never_kept(pricing: Path, tmp_path: Path) -> None:
    """A fault is told every time, in the same words, and nothing is kept of such a file."""
    (pricing / "acme.yaml").write_text(PRICE.format(input="cheap"), encoding="utf-8")
    told = []
    for _ in range(2):
        with pytest.raises(InputError) as caught:
            price_of(pricing, tmp_path / "kept")
        told.append(str(caught.value))

    assert told[0] == told[1]
    assert not (tmp_path / "kept").exists()


def test_a_fault_between_profile_files_is_placed_where_they_are_kept(tmp_path: Path) -> None:
    """A source that no file has is told at its line, though the file itself was not read again."""
    path = tmp_path / "profiles.yaml"
    group = "{source: nowhere, benchmark: b, class: c, rows: [{model: m, success: 1}]}"
    path.write_text(f"records:\n  - {group}\n", encoding="utf-8")
    told = []
    for _ in range(2):
        sys.modules["advisor.load.profile_book"]._checked.cache_clear()
        with pytest.raises(InputError) as caught:
            read_profiles([path], keep_in=tmp_path / "kept")
        told.append(str(caught.value))

    assert told[0] == told[1]
    assert "profiles.yaml:2:" in told[0]
    assert len(list((tmp_path / "kept").iterdir())) == 1


def test_the_oldest_entries_make_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of three contents where two are kept, the two that were written last are there."""
    monkeypatch.setattr(keeping, "MOST_ENTRIES", 2)
    contents = [PRICE.format(input=number).encode() for number in (1, 2, 3)]
    for n, content in enumerate(contents):
        kept(tmp_path, content, PricingFile, partial(PricingFile.unchecked, vendor=str(n)))
        newest = max(tmp_path.iterdir(), key=lambda one: one.stat().st_mtime_ns)
        os.utime(newest, (n + 1, n + 1))

    found = [kept(tmp_path, content, PricingFile, never) for content in contents[1:]]

    assert [one.vendor for one in found] == ["1", "2"]
    assert len(list(tmp_path.iterdir())) == 2


def test_every_model_has_a_name_of_its_own() -> None:
    """No two inputs are called alike: their names say what a kept value is."""
    names = Counter(one.__name__ for one in set(keeping._below(Frozen)))

    assert [name for name, count in names.items() if count > 1] == []


def test_runs_at_the_same_time_say_the_same(tmp_path: Path) -> None:
    """Four processes that all keep what they read at once answer alike, and leave no scraps."""
    words = [sys.executable, "-m", "advisor", "prices", "list", "--json"]
    environment = own_environment() | {"ADVISOR_CACHE": str(tmp_path / "kept")}
    running = [
        subprocess.Popen(words, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    answers = {one.communicate(timeout=60)[0] for one in running}

    assert len(answers) == 1
    assert [one.returncode for one in running] == [0] * 4
    assert {one.suffix for one in (tmp_path / "kept").iterdir()} == {".json"}


@pytest.mark.parametrize("name", ["XDG_CACHE_HOME", "ADVISOR_CACHE"])
def test_a_call_keeps_what_it_read_where_it_was_told(name: str, tmp_path: Path) -> None:
    """The folder of the user's caches, or the one that is named, holds what was read."""
    first, second = (run_apart("prices", "list", environment={name: str(tmp_path)}) for _ in "12")

    assert first == second
    assert len(list(tmp_path.rglob("*.json"))) == len(SHIPPED) - 1


def test_an_empty_name_keeps_nothing(tmp_path: Path) -> None:
    """With `ADVISOR_CACHE` empty nothing is written anywhere."""
    environment = {"ADVISOR_CACHE": "", "XDG_CACHE_HOME": str(tmp_path), "HOME": str(tmp_path)}

    assert run_apart("prices", "list", environment=environment).code == 0
    assert list(tmp_path.iterdir()) == []
