"""The one tool that the reviewer may call."""

from pathlib import Path


def read_lines(path: str, first: int, last: int) -> list[str]:
    """Return lines of a file, both ends included, counted from 1."""
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    return lines[first - 1 : last]
