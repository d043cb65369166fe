"""What several test files share: recorded answers, one screen for all, where the raw data lies."""

from __future__ import annotations

import gc
import importlib
import os
import pkgutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from clocks import all_stopped
from hypothesis import settings

import advisor

# As the program has it, before numpy is first imported: sums come out as in a process of its own.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# Nobody's terminal decides how wide an answer is; workers of pytest-xdist are told one.
for setting in ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR"):
    os.environ.pop(setting, None)

# What calls keep goes where nobody else looks, and away with the tests.
_KEPT = tempfile.TemporaryDirectory(prefix="advisor-tests-", ignore_cleanup_errors=True)
os.environ["XDG_CACHE_HOME"] = _KEPT.name

# `ci` draws the same examples every time, so that it cannot flake, and gives each all the time it
# takes; look for new ones with HYPOTHESIS_PROFILE=explore.
settings.register_profile("ci", deadline=None, derandomize=True, max_examples=100)
settings.register_profile("explore", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

ROOT = Path(__file__).resolve().parent.parent

TODAY = "2026-11-30"
"""The day of the clock in tests, soon after that of the shipped tables."""

Golden = Callable[[Path, str], None]
"""Hold a text against a recorded file."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the flag that records what is printed now; read the diff as carefully as code."""
    parser.addoption("--update-golden", action="store_true", help="Record the golden files anew.")


def pytest_configure(config: pytest.Config) -> None:
    """Keep the tests of a file together where there are several workers: they share answers."""
    if config.getoption("dist", "no") == "load":
        config.option.dist = "loadfile"


MANY_OBJECTS = 300_000


def pytest_collection_finish() -> None:
    """Load all of the program; look for lost cycles between tests: else it took a tenth of all.

    Hypothesis draws constants of the modules that are loaded, seeds or not: what a test is asked
    would hang on which others ran before it in the same process.
    """
    for module in pkgutil.walk_packages(advisor.__path__, "advisor."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    gc.collect()
    gc.freeze()
    gc.set_threshold(0)


def pytest_runtest_logfinish() -> None:
    """Free what tests have left behind, where it has become much."""
    if gc.get_count()[0] > MANY_OBJECTS:
        gc.collect()
        gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def unhurried() -> Iterator[None]:
    """Stop the clocks that answers are given by."""
    with all_stopped():
        yield


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Compare a text with a recorded file byte for byte, or record it with `--update-golden`."""

    def compare(path: Path, text: str) -> None:
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        assert path.read_bytes().decode() == text

    return compare


@pytest.fixture
def plain_screen(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Take away what a developer's own machine would change: width, colour, defaults, logs."""
    monkeypatch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
    for name in [name for name in os.environ if name.startswith("ADVISOR_")]:
        if name != "ADVISOR_DATA":
            monkeypatch.delenv(name)
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("ADVISOR_TODAY", TODAY)


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """Find the raw benchmark data: `ADVISOR_DATA`, else shared/data beside the checkout."""
    folder = Path(os.environ.get("ADVISOR_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip("the benchmark data is not here: name its folder in ADVISOR_DATA")
    return folder
