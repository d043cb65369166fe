"""What records say is asked once for the same tables and options, and anew for any others."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from conftest import ROOT

from advisor.api import kept_findings
from advisor.api.kept_findings import asking
from advisor.evidence.borrowing import borrow
from advisor.evidence.query import Subject
from advisor.load.price_book import read_price_book
from advisor.load.profile_book import read_profiles
from advisor.model.profile import Measure, ProfileBook

TODAY = Subject("claude-opus-5-5", "medium", "claude-code", "any")
PAIRS = (
    (Subject("gpt-6.1-sol", "medium", "codex", "any"), TODAY),
    (Subject("glm-5.3", None, "opencode", "any", stands_in_for="glm-5"), TODAY),
    (TODAY, TODAY),
)


@pytest.fixture(autouse=True)
def nothing_in_memory() -> None:
    """Let every test ask as a process of its own does."""
    kept_findings._asked.cache_clear()


def profiles_in(folder: Path) -> ProfileBook:
    """Read a copy of the shipped records."""
    copy = folder / "profiles.yaml"
    if not copy.exists():
        shutil.copy(ROOT / "workloads/profiles.yaml", copy)
    return read_profiles([copy])


def never(*_: object) -> None:
    """Stand for records that nobody should ask."""
    raise AssertionError("the records were asked again")


@pytest.mark.parametrize("measure", ["tokens", "success"])
def test_what_was_kept_is_what_records_say(
    measure: Measure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second process is told the same, to the last digit, without asking."""
    profiles, prices = profiles_in(tmp_path), read_price_book()
    first = asking(tmp_path / "kept")(profiles, prices, measure, PAIRS)
    kept_findings._asked.cache_clear()
    monkeypatch.setattr(kept_findings, "borrow", never)

    again = asking(tmp_path / "kept")(profiles, prices, measure, PAIRS)

    assert list(again) == list(first) == borrow(profiles, prices, measure, PAIRS)
    assert [type(one.spread) for one in again if one] == [type(one.spread) for one in first if one]


def test_other_records_are_asked(tmp_path: Path) -> None:
    """A record that was edited counts at once, though nothing else changed."""
    prices, place = read_price_book(), tmp_path / "kept"
    before = asking(place)(profiles_in(tmp_path), prices, "tokens", PAIRS)
    file = tmp_path / "profiles.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("own_work: ", "own_work: 1", 1), encoding="utf-8")

    after = asking(place)(profiles_in(tmp_path), prices, "tokens", PAIRS)

    assert before[0] is not None
    assert after[0] is not None
    assert after[0].deviation > before[0].deviation


def test_other_prices_are_asked(tmp_path: Path) -> None:
    """A price that was edited counts at once: tokens are told apart by what they cost."""
    profiles, place, pricing = profiles_in(tmp_path), tmp_path / "kept", tmp_path / "pricing"
    shutil.copytree(ROOT / "pricing", pricing)
    asking(place)(profiles, read_price_book(pricing), "tokens", PAIRS)
    file = pricing / "openai.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "# looked at again\n", encoding="utf-8")

    asking(place)(profiles, read_price_book(pricing), "tokens", PAIRS)

    assert len(list(place.iterdir())) == 2


def test_other_questions_are_asked(tmp_path: Path) -> None:
    """Each question has an answer of its own, as has each measure."""
    profiles, prices, place = profiles_in(tmp_path), read_price_book(), tmp_path / "kept"

    told = [
        asking(place)(profiles, prices, measure, pairs)
        for measure in ("tokens", "success")
        for pairs in (PAIRS, PAIRS[:1], ((PAIRS[0][0], PAIRS[1][0]),))
    ]

    assert len(list(place.iterdir())) == len(told)
    assert [len(one) for one in told] == [3, 1, 1] * 2


def test_a_book_that_was_changed_is_asked_every_time(tmp_path: Path) -> None:
    """What no files tell apart is not kept: prices in another currency, or known on a day."""
    profiles, prices = profiles_in(tmp_path), read_price_book()
    changed = prices.in_currency("EUR", 0.9)

    asking(tmp_path / "kept")(profiles, changed, "tokens", PAIRS)

    assert (changed.digest, prices.known_on(None).digest) == ("", "")
    assert prices.digest != ""
    assert not (tmp_path / "kept").exists()


def test_without_a_folder_nothing_is_kept() -> None:
    """Who keeps nothing asks the records themselves."""
    assert asking(None) is borrow
