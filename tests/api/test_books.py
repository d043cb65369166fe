"""Tables in memory: read once, read again where a file of theirs has changed."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

import advisor
from advisor.api import books
from advisor.load.yaml_source import read_yaml

PRICING = ROOT / "pricing"
TEAM: dict[str, Any] = read_yaml(ROOT / "workloads" / "team.yaml").data


def test_a_second_question_reads_no_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty times the same mapping: no file is opened at all."""
    advisor.compare(TEAM, draws=0)
    opened: list[Path] = []
    really_open = Path.open

    def watched(path: Path, *words: Any, **named: Any) -> Any:
        opened.append(path)
        return really_open(path, *words, **named)

    monkeypatch.setattr(Path, "open", watched)
    answers = [advisor.compare(TEAM, draws=0) for _ in range(20)]

    assert opened == []
    assert len({one.to_json() for one in answers}) == 1


def test_an_edited_table_is_read_again(tmp_path: Path) -> None:
    """Though its folder is the same, and the new text as long as the old one."""
    folder = tmp_path / "pricing"
    shutil.copytree(PRICING, folder)
    before = books.price_book(folder, None)
    file = folder / "anthropic.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("Anthropic", "Ahtropinc", 1), encoding="utf-8")
    os.utime(file, ns=(1, 1))
    after = books.price_book(folder, None)

    assert books.price_book(folder, None) is after
    assert after is not before


def test_a_table_that_comes_is_seen(tmp_path: Path) -> None:
    """A new file in the folder is a new book; without it the old one is as it was."""
    folder = tmp_path / "pricing"
    shutil.copytree(PRICING, folder, ignore=shutil.ignore_patterns("mistral.yaml"))
    before = books.price_book(folder, None)
    shutil.copy(PRICING / "mistral.yaml", folder)
    with_more = books.price_book(folder, None)

    assert len(with_more.offers) > len(before.offers)


def test_a_fault_is_told_every_time(tmp_path: Path) -> None:
    """Only what could be read is kept."""
    file = tmp_path / "anthropic.yaml"
    file.write_text("vendor: [", encoding="utf-8")

    with pytest.raises(advisor.InputError):
        books.price_book(tmp_path, None)
    with pytest.raises(advisor.InputError):
        books.price_book(tmp_path, None)


def test_a_day_has_its_own_book() -> None:
    """What was known on a day, once for each day, and never beside announced prices left out."""
    whole = books.price_book(PRICING, None)
    now = books.known_on(whole, None)

    assert books.known_on(whole, None) is now
    assert books.known_on(whole, whole.as_of) is not now
