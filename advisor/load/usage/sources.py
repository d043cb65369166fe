"""The only list of sources: what can be read, where it lies, and which module reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Source(NamedTuple):
    """A source: the module that reads it, and its folders or files below a person's home.

    `is_agent` is false for exports of vendors and gateways, which have no place of their own.
    """

    module: str
    places: tuple[str, ...] = ()
    is_agent: bool = True


_READERS = "advisor.load.usage.readers"
SOURCES: Mapping[str, Source] = {
    "claude-code": Source(f"{_READERS}.claude_code", (".claude", ".config/claude")),
    "codex": Source(f"{_READERS}.codex", (".codex",)),
}
