"""Rates are kept as JSON beside the tables they are of, and never taken for those of others."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, Golden

from advisor.answers.usage.rates import rates_of
from advisor.load import rate_file
from advisor.load.price_book import read_price_book
from advisor.load.rate_file import SHIPPED, digest_of, rates_from, written
from advisor.load.shipped import shipped_file, shipped_folder

MADE: Mapping[str, Any] = {"as_of": "2026-11-12", "models": {"a/b": {"aliases": []}}}


def never() -> Mapping[str, Any]:
    """Fail: what is asked for stands in a file."""
    raise AssertionError("the tables were read")


def test_the_shipped_rates_are_those_of_the_shipped_tables(golden: Golden) -> None:
    """`advisor/rates.json` is fresh, so no run reads YAML; `--update-golden` writes it anew."""
    made = rates_of(read_price_book())

    golden(ROOT / "advisor" / SHIPPED, written(made, digest_of(shipped_folder("pricing"))))
    assert rates_from(None, never) == json.loads(json.dumps(made))


@pytest.fixture
def edited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put tables of one's own in the place of the shipped ones."""
    folder = tmp_path / "pricing"
    folder.mkdir()
    (folder / "a.yaml").write_text("vendor: a\n", encoding="utf-8")
    monkeypatch.setattr(rate_file, "shipped_folder", lambda _: str(folder))
    return folder


def test_edited_tables_are_read_once(edited: Path, tmp_path: Path) -> None:
    """Rates of edited tables are made, kept, and found again by the next run."""
    kept = str(tmp_path / "cache" / "rates.json")

    assert edited.is_dir()
    assert rates_from(kept, lambda: MADE) == MADE
    assert rates_from(kept, never) == MADE


def test_an_edit_is_noticed(edited: Path, tmp_path: Path) -> None:
    """One more byte in a table, and its kept rates are those of other tables."""
    kept = str(tmp_path / "rates.json")
    rates_from(kept, lambda: {**MADE, "as_of": "before"})
    (edited / "a.yaml").write_text("vendor: b\n", encoding="utf-8")

    assert rates_from(kept, lambda: MADE) == MADE


@pytest.mark.parametrize("torn", ["", "{", "[]", '{"digest": "x"}', "\x00\xff"])
def test_a_torn_file_is_made_anew(torn: str, edited: Path, tmp_path: Path) -> None:
    """Whatever stands in the kept file, the answer is right."""
    kept = tmp_path / "rates.json"
    kept.write_text(torn, encoding="latin-1")

    assert edited.is_dir()
    assert rates_from(str(kept), lambda: MADE) == MADE


def test_a_place_that_cannot_be_written_is_no_fault(edited: Path, tmp_path: Path) -> None:
    """Where a file stands in the place of a folder, nothing is kept and all is answered."""
    (tmp_path / "file").write_text("", encoding="utf-8")

    assert edited.is_dir()
    assert rates_from(str(tmp_path / "file" / "rates.json"), lambda: MADE) == MADE


def test_nothing_is_written_where_it_may_not(edited: Path, tmp_path: Path) -> None:
    """With `may_write` off the kept file stays absent."""
    kept = tmp_path / "rates.json"

    assert edited.is_dir()
    assert rates_from(str(kept), lambda: MADE, may_write=False) == MADE
    assert not kept.exists()


def test_the_shipped_file_lies_in_the_package() -> None:
    """It is part of every wheel."""
    assert Path(shipped_file(SHIPPED)) == ROOT / "advisor" / SHIPPED
