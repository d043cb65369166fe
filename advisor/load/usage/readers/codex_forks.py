"""Older forks and sub-agents of Codex begin with their parent's history: which calls those are.

The replay is the longest common run of running totals of child and parent, whatever times stand at
them. Where the parent's file is gone, a call whose turn began before the fork is a replay.
"""

from __future__ import annotations

from array import array
from binascii import a2b_base64, b2a_base64
from typing import TYPE_CHECKING

from advisor.load.usage.found import FileSpan, FoundCalls

_SECOND = 1_000_000
WIDTH = 9
"""Numbers of one change of the running total: key, six totals, when its turn began in seconds or
-1, and its moment in microseconds."""
if TYPE_CHECKING:
    History = array[int]


def written(history: History) -> str:
    """Write a history as text for a file's notes."""
    return b2a_base64(history.tobytes(), newline=False).decode("ascii")


def unwritten(said: str) -> History:
    """Read a history from a file's notes."""
    history = array("q")
    history.frombytes(a2b_base64(said))
    return history


def drop_inherited(found: FoundCalls) -> None:
    """Drop calls that a file repeats from the thread that it was forked from."""
    forks = [span for span in found.spans if span.notes.get("parent") and "history" in span.notes]
    wanted = {span.notes["parent"] for span in forks}
    parents: dict[str, str] = {}
    for span in found.spans:
        thread, said = span.notes.get("thread", ""), span.notes.get("history", "")
        if thread in wanted and len(said) >= len(parents.get(thread, "")):
            parents[thread] = said
    for span in forks:
        _drop(found, span, parents.get(span.notes["parent"]))


def _drop(found: FoundCalls, span: FileSpan, parent: str | None) -> None:
    history = unwritten(span.notes["history"])
    if parent is None:
        replayed = _begun_before(history, span.notes.get("forked", 0))
        found.count("forks_without_parent")
    else:
        replayed = _common(history, unwritten(parent))
    keys = set(history[: replayed * WIDTH : WIDTH]) - set(history[replayed * WIDTH :: WIDTH])
    if keys:
        mine = found.column("key")[span.start : span.stop]
        rows = [row for row, key in enumerate(mine, span.start) if key in keys]
        found.drop(rows, "replayed_history")


def _common(history: History, parent: History) -> int:
    """Count the changes at the head of both."""
    both = min(len(history), len(parent)) // WIDTH
    for place in range(both):
        begin = place * WIDTH + 1
        if history[begin : begin + 6] != parent[begin : begin + 6]:
            return place
    return both


def _begun_before(history: History, forked: int) -> int:
    """Count the changes at the head whose turn, or else whose moment, is before the fork."""
    turns = zip(history[7::WIDTH], history[8::WIDTH], strict=True)
    for place, (began, moment) in enumerate(turns):
        if (began * _SECOND if began > 0 else moment) >= forked // _SECOND * _SECOND:
            return place
    return len(history) // WIDTH
