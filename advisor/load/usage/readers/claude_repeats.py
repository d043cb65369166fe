"""Lines that repeat the answer before them, known by their bytes: most lines of Claude Code are.

An answer has a line for each of its blocks, all with the same names and the same use at the same
distance from the line's end; only what was said, and which block it is, differs. A line that is
written in any other way is simply not known here, and is read like the first. What was said in a
line that is known isn't looked at, so that damage there is neither repaired nor counted.
"""

from __future__ import annotations

_MESSAGE = b',"message":{"id":"'
_STOPPED = b',"stop_reason":'
_USED = b',"usage":{'
_BLOCK = b',"apiBlockIndex":'
_REQUEST = b',"requestId":'
_ANSWER = b',"type":"assistant"'
_FOOT = 4_000
"""Bytes from a line's end within which it tells its use."""


class Repeats:
    """The bytes that lines of the last answer share, and where they stand."""

    def __init__(self) -> None:
        """Know no answer yet."""
        self.forget()

    def forget(self) -> None:
        """Know no line any more."""
        self._name = self._use = self._request = b""
        self._named = self._used = self._blocked = self._requested = self._answered = 0

    def learn(self, line: bytearray, at: int) -> None:
        """Know further lines of the answer that this line begins, with its message at `at`."""
        self.forget()
        named = line.find(b'",', at + len(_MESSAGE))
        stopped = line.find(_STOPPED, max(named, len(line) - _FOOT))
        used = line.find(_USED, named)
        requested = line.find(_REQUEST, used)
        block = line.find(_BLOCK, used, requested)
        blocked = requested if block < 0 else block
        answered = line.find(_ANSWER, requested)
        if not 0 <= named < stopped < used < blocked <= requested < answered:
            return
        if not line.startswith(_MESSAGE, at) or line.find(_USED, used + 1) >= 0:
            return
        size = len(line)
        self._named = named
        self._used, self._blocked = size - stopped, size - blocked
        self._requested, self._answered = size - requested, size - answered
        self._name, self._use = bytes(line[at:named]), bytes(line[stopped:blocked])
        self._request = bytes(line[requested:answered])

    def knows(self, buffer: bytearray, start: int, at: int, stop: int) -> bool:
        """Tell whether a line, whose message begins at `at`, says nothing that isn't known."""
        return (
            buffer[at : start + self._named] == self._name != b""
            and buffer[stop - self._used : stop - self._blocked] == self._use
            and buffer[stop - self._requested : stop - self._answered] == self._request
        )
