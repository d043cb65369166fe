"""What several test files share: where the data lies that does not ship with the project."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """Find the raw benchmark data: `ADVISOR_DATA`, else shared/data beside the checkout."""
    folder = Path(os.environ.get("ADVISOR_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip("the benchmark data is not here: name its folder in ADVISOR_DATA")
    return folder
