"""Walks the lines of a log without copying them; a file is read once, in blocks, whatever its size.

Only whole lines are handed on. What stands after the last line end is returned apart: an agent may
still be writing it.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import Protocol

    class ByteSource(Protocol):
        """A file or a decompressor."""

        def readinto(self, buffer: memoryview, /) -> int | None:
            """Fill a buffer as far as possible; 0 at the end."""
            ...


BLOCK = 1 << 18
"""Bytes read at once: small enough to stay in the processor's cache."""
LONGEST_LINE = 1 << 25
"""A longer line is no record of a call: it is passed over, so that memory stays bounded."""


class Walked(NamedTuple):
    """How far whole lines reach from where the walk began, what follows, and lines passed over."""

    upto: int
    tail: bytes
    too_long: int


KEPT = 1 << 23
_BUFFER = bytearray(4 * BLOCK)
"""One buffer for all files of a process; it grows with the longest line."""

Take = Callable[[bytearray, int, int, int], int]
"""What is done with lines: the buffer, where the first line begins in it, from where on line ends
are looked for, and where it ends. Returns where the last line, which isn't whole, begins."""


def walk(file: "ByteSource", take: Take, limit: int) -> Walked:
    """Hand all whole lines within `limit` bytes to `take`, in blocks; the buffer is only lent."""
    buffer = _BUFFER if len(_BUFFER) <= KEPT else bytearray(4 * BLOCK)
    have = passed = too_long = 0
    skipping = False
    while limit > 0:
        if have == len(buffer):
            if have >= LONGEST_LINE:
                too_long += not skipping
                skipping, passed, have = True, passed + have, 0
            else:
                buffer.extend(bytes(len(buffer)))  # grows by doubling
        with memoryview(buffer) as view, view[have : have + min(limit, BLOCK)] as free:
            got = file.readinto(free)
        if not got:
            break
        limit -= got
        end, begin = have + got, 0
        if skipping:
            begin = buffer.find(b"\n", 0, end) + 1
            if not begin:
                passed += end
                have = 0
                continue
            skipping, have = False, begin
        begin = take(buffer, begin, have, end)
        passed += begin
        have = end - begin
        if begin:
            buffer[:have] = buffer[begin:end]
    return Walked(passed, b"" if skipping else bytes(buffer[:have]), too_long)
