"""What several test files share: recorded answers, one screen for all, where the raw data lies."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

Golden = Callable[[Path, str], None]
"""Hold a text against a recorded file."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the flag that records what is printed now; read the diff as carefully as code."""
    parser.addoption("--update-golden", action="store_true", help="Record the golden files anew.")


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


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """Find the raw benchmark data: `ADVISOR_DATA`, else shared/data beside the checkout."""
    folder = Path(os.environ.get("ADVISOR_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip("the benchmark data is not here: name its folder in ADVISOR_DATA")
    return folder
