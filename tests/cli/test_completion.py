"""What a shell offers: asked as a shell asks, through the program's own completion."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import run_apart

TEAM = """developers: 40
options:
  mine: {model: claude-opus-5-5, harness: claude-code}
  minor: {model: claude-sonnet-5-5, harness: claude-code}
"""


def offered(*words: str, folder: Path) -> list[str]:
    """Complete the last of the words."""
    asked = {
        "COMP_WORDS": " ".join(["advisor", *words]),
        "COMP_CWORD": str(len(words)),
        "_ADVISOR_COMPLETE": "complete_bash",
    }
    return run_apart(folder=folder, environment=asked).out.split()


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (("compare", "--by", "cost"), ["cost_per_completed"]),
        (("recommend", "--objective", "s"), ["spend"]),
        (("check", "ours.yaml", "--option", "min"), ["mine", "minor"]),
        (("export", "ours.yaml", "--option", ""), ["mine", "minor", "recommended"]),
        (("diff", "ours.yaml", "--option", "rec"), ["recommended"]),
        (("diff", "nothing.yaml", "--option", "min"), []),
        (("init", "--model", "claude-opus-5-"), ["claude-opus-5-5"]),
        (("prices", "show", "github-copilot-b"), ["github-copilot-business"]),
    ],
)
def test_a_shell_is_offered_what_may_follow(
    words: tuple[str, ...], names: list[str], tmp_path: Path
) -> None:
    """Figures, the file's own options, models and plans are completed; what is unknown is not."""
    (tmp_path / "ours.yaml").write_text(TEAM, encoding="utf-8")

    assert offered(*words, folder=tmp_path) == names
