"""Rows of all sources: taken up file by file, then settled into one `Usage`."""

from __future__ import annotations

import json
from importlib import import_module
from typing import Any

from advisor.load.usage.found import FoundCalls
from advisor.load.usage.places import Place
from advisor.load.usage.rows import CallBlock, unpack
from advisor.load.usage.sources import SOURCES
from advisor.model.usage import Counter, Usage


class BySource:
    """What was found of each source so far; `settle` brings it into `usage`."""

    def __init__(self, usage: Usage) -> None:
        """Begin with nothing."""
        self.usage = usage
        self.found: dict[str, FoundCalls] = {}

    def of(self, source: str) -> FoundCalls:
        """Return what was found of a source."""
        if source not in self.found:
            calls = self.usage.calls
            self.found[source] = FoundCalls(source, calls.kinds, calls.sessions)
        return self.found[source]

    def add(self, place: Place, about: str, block: bytes) -> tuple[CallBlock, dict[str, Any]]:
        """Take what a file gave; return its rows and its notes."""
        found = self.of(place.source)
        said: dict[str, Any] = json.loads(about) if about != "{}" else {}
        for what, number in said.get("counts", {}).items():
            found.count(what, number)
        notes = said.get("notes", {})
        opened = unpack(block)
        found.add(opened, notes, place.home, place.person)
        return opened, notes

    def settle(self) -> Usage:
        """Decide what files, homes and machines hold of each other, and return what counts."""
        settle_all(self.found, self.usage)
        return self.usage


def settle_all(by_source: dict[str, FoundCalls], usage: Usage) -> None:
    """Decide what files, homes and machines hold of each other; what counts goes into `usage`."""
    for name in list(by_source):
        found = by_source.pop(name)
        if found.keep or found.spans:
            import_module(SOURCES[name].module).settle(found)
        calls = found.settled()
        if len(usage.calls):
            usage.calls.extend(calls)
        else:
            usage.calls = calls
        usage.unlogged += found.unlogged
        usage.counters += [Counter(name, what, n) for what, n in sorted(found.counters.items())]
