"""Claims about what tries other versions than the pinned ones; its environment is made up."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path

import pytest
import yaml
from conftest import ROOT
from test_ci import said_by
from test_pins import script

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
VERSIONS = script(ROOT / ".ci" / "versions.py")
WEEKLY = ROOT / ".github" / "workflows" / "weekly.yml"


class Tried:
    """An environment in which some tests fail while packages that break them are as tried."""

    def __init__(self, breaks: Mapping[str, set[str]], chance: Sequence[str] = ()) -> None:
        """Name the packages that break each test: one of them put back is enough."""
        self.pinned = dict.fromkeys("abcdefgh", "1")
        self.runs = 0
        self._breaks, self._chance, self._back = breaks, set(chance), set[str]()

    def take(self, given: Mapping[str, str], *_: str) -> None:
        """Install versions: 1 is the pinned one."""
        for name, version in given.items():
            (self._back.add if version == "1" else self._back.discard)(name)

    def failing(self, tests: Sequence[str]) -> set[str]:
        """Run tests: what fails by chance fails the first time."""
        self.runs += 1
        chance, self._chance = self._chance, set()
        asked = set(self._breaks) if tests == [VERSIONS.EVERY_TEST] else set(tests)
        return chance | {test for test in asked if not self._mended(self._breaks.get(test))}

    def _mended(self, needs: set[str] | None) -> bool:
        return needs is None or (bool(needs) and needs <= self._back)


def said(tried: Tried) -> list[str]:
    """Return what is found where all packages but one are at 2."""
    changed = "bcdefgh"
    return str(VERSIONS.verdict(tried, dict.fromkeys(changed, "2"), changed)).splitlines()


def test_what_passes_is_no_fault() -> None:
    """Where no test fails the suite is run once, and nothing is said."""
    tried = Tried({})

    assert (said(tried), tried.runs) == ([], 1)


@pytest.mark.parametrize("package", "bcdefgh")
def test_the_package_that_breaks_a_test_is_found(package: str) -> None:
    """Whichever it is, in three runs and two for each halving at most."""
    tried = Tried({"tests/test_x.py::test_y": {package}})

    assert said(tried) == [package, "  tests/test_x.py::test_y"]
    assert tried.runs <= 3 + 2 * 3


def test_each_test_is_laid_at_its_own_door() -> None:
    """One package breaks two tests, one a third, a pair a fourth; the fifth has no package."""
    breaks = {"1": {"b"}, "2": {"b"}, "3": {"h"}, "4": {"c", "g"}, "5": set[str]()}

    assert said(Tried(breaks)) == [
        "b", "  1", "  2", "h", "  3", "b and c and d and e and f and g and h", "  4",
        "no package: at the pins they fail too", "  5",
    ]  # fmt: skip


def test_chance_is_not_laid_at_any_door() -> None:
    """A test that passes when it is asked again is said to."""
    assert said(Tried({}, chance=["1"])) == ["chance: asked again they pass", "  1"]


def test_a_file_that_cannot_be_read_is_a_failure_of_its_tests() -> None:
    """Where putting a package back breaks a whole file, none of its tests count as mended."""
    tried = Tried({"x.py::y": {"b"}, "x.py": {"c"}})

    assert said(tried) == ["c", "  x.py", "b and c and d", "  x.py::y"]


def test_versions_are_laid_out() -> None:
    """One line a package: tried, and pinned."""
    assert VERSIONS.table(["numpy", "new"], {"numpy": "2.1", "new": "1"}, {"numpy": "2.4"}) == (
        "package  tried  pinned\nnumpy    2.1    2.4\nnew      1      -"
    )


def test_the_weekly_job_is_one(tmp_path: Path) -> None:
    """Its workflow is valid by GitHub's schema."""
    words = ("--builtin-schema", "vendor.github-workflows")

    assert said_by("check-jsonschema", *words, WEEKLY, home=tmp_path) == ""


def test_the_weekly_job_tries_both_ends() -> None:
    """Newest and lowest, on the oldest Python that is allowed and on the newest that is out."""
    job = yaml.safe_load(WEEKLY.read_text(encoding="utf-8"))["jobs"]["versions"]
    oldest = PROJECT["requires-python"].removeprefix(">=")

    assert job["strategy"]["matrix"] == {
        "versions": [*VERSIONS.RESOLUTION],
        "python": [oldest, "3.x"],
    }
    assert job["steps"][-1]["run"] == 'python3 .ci/versions.py "$VERSIONS"'


@pytest.mark.parametrize("test", [*chain(*VERSIONS.LEFT_OUT.values())])
def test_what_is_left_out_is_there(test: str) -> None:
    """A test that the lowest versions are not asked for exists by that name."""
    file, _, name = test.partition("::")

    assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8")
