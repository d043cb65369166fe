"""Who is there, in the first line of the answer."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import run

TEAM = """\
start: 2027-01
adoption: 50%
developers: {developers}
usage: {{input: 50M, output: 1M}}
options: {{pro: {{model: claude-opus-5-5}}}}
"""


@pytest.mark.parametrize(
    ("developers", "told"),
    [
        ("60", "60 developers, 30 active"),
        ("{2027-01: 60, 2027-04: 80}", "60–80 developers, 30–40 active"),
        ("{2027-01: 60, 2027-04: 20}", "20–60 developers, 10–30 active"),
    ],
)
def test_the_fewest_and_the_most_people_are_told(
    developers: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Developers and active people are of the same months: nobody reads of more active than all."""
    monkeypatch.chdir(tmp_path)
    Path("team.yaml").write_text(TEAM.format(developers=developers), encoding="utf-8")

    assert f"· {told} ·" in run("compare", "team.yaml", "--draws", "0").out
