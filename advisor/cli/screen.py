"""What stdout is: how wide, whether coloured, in which formats; loaded by what can't wait."""

import os
import sys
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple, TextIO

from advisor.safe_text import harmless

WIDTH = 100
"""Columns where there is no terminal to ask: in pipes, files and CI logs."""

_WIDEST = 10_000


class Format(StrEnum):
    """The formats that every answer has."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    MARKDOWN = "markdown"


class Screen(NamedTuple):
    """How wide the text may be, whether it may be coloured, whether blocks can be drawn."""

    width: int
    colour: bool
    blocks: bool = True


def screen() -> Screen:
    """Look at the terminal and at COLUMNS, TERM, NO_COLOR and FORCE_COLOR."""
    is_terminal = sys.stdout.isatty()
    columns = os.environ.get("COLUMNS", "")
    width = min(int(columns[:9]), _WIDEST) if columns.isdecimal() else 0
    if not width:
        width = _columns(sys.stdout) if is_terminal else WIDTH
    forced = bool(os.environ.get("FORCE_COLOR"))
    is_plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
    colour = (is_terminal or forced) and not is_plain
    return Screen(max(width, 40), colour, can_draw(os.environ))


def can_draw(environment: Mapping[str, str]) -> bool:
    """Tell whether stdout takes more than letters."""
    takes = "utf" in (getattr(sys.stdout, "encoding", "") or "utf").lower()
    return takes and environment.get("TERM") != "dumb"


def _columns(terminal: TextIO) -> int:
    try:
        return os.get_terminal_size(terminal.fileno()).columns or WIDTH
    except OSError:
        return WIDTH


def emit(text: str, *, styled: bool = False) -> None:
    """Write an answer to stdout: it steers no terminal and gives no CI service a command."""
    sys.stdout.write(harmless(text, styled=styled))
    sys.stdout.flush()
