"""Which files know of the same calls: those that share a call, a session or a thread.

What a file's calls come to hangs on the files that it is linked with, directly or through others,
and on no other: such files are an island.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from advisor.load.usage.rows import WIDTH, CallBlock, append
from advisor.load.usage.values import digest
from advisor.model.usage import NUMBER_COLUMNS

_KEY, _TWIN = NUMBER_COLUMNS.index("key"), NUMBER_COLUMNS.index("twin")
SILENT_NOTES = frozenset({"forked", "is_side", "history", "sum"})
"""Notes of readers that name no session and no thread."""


def links_of(source: str, block: CallBlock, notes: Mapping[str, Any]) -> set[int]:
    """Return what a file may share with others, as numbers of 63 bits."""
    numbers = array("q")
    append(numbers, block.numbers)
    links = {*numbers[_KEY::WIDTH], *numbers[_TWIN::WIDTH]}
    links.discard(0)
    links.update([digest(f"{source} {name}") for name in {*block.sessions, *_named(notes)}])
    return links


def _named(notes: Mapping[str, Any]) -> Iterator[str]:
    """Yield the sessions and threads that a file's notes name."""
    for what in ("thread", "parent"):
        if what in notes:
            yield notes[what]
    yield from notes.get("sums", ())
    for session, *_ in notes.get("costs", ()):
        yield session


def islands_of(links: Sequence[set[int]]) -> tuple[list[int], set[int]]:
    """Return the number of each file's island, the least place of its files; and all links."""
    every: set[int] = set()
    shared: set[int] = set()
    for own in links:
        shared |= every & own
        every |= own
    parents = list(range(len(links)))
    owners: dict[int, int] = {}
    for place, own in enumerate(links):
        for link in own & shared:
            first, second = sorted(
                (_root(parents, owners.setdefault(link, place)), _root(parents, place))
            )
            parents[second] = first
    return [_root(parents, place) for place in range(len(links))], every


def _root(parents: list[int], place: int) -> int:
    while parents[place] != place:
        parents[place] = place = parents[parents[place]]
    return place
