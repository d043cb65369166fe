"""Text in blocks: lines as wide as the screen, blocks with a blank line between them."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence


def wrapped(text: str, width: int, indent: str = "") -> list[str]:
    """Break a paragraph into lines; words stay whole. `indent` stands before all but the first."""
    return textwrap.wrap(
        text, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def joined(blocks: Iterable[Sequence[str]]) -> str:
    """Put blocks of lines under each other; empty ones are left out."""
    return "\n\n".join("\n".join(block).rstrip() for block in blocks if block) + "\n"
