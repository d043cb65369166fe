"""The process's streams: stdout is the answer's alone, and what can't be delivered is said.

A native library may print: HiGHS 1.16.0 writes two lines to descriptor 1 when its first object is
made, before any option can silence it. So an answer goes to a private duplicate of descriptor 1,
and descriptor 1 itself points at stderr. Only a process of the command line does that; whoever
imports the package keeps the descriptors as they are.

A closed descriptor is filled with the null device first: else the next file that is opened would
get its number, and whatever prints would print into that file.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from typing import TYPE_CHECKING, TextIO

from advisor.safe_text import harmless

if TYPE_CHECKING:
    from typing_extensions import Buffer

STDIN, STDOUT, STDERR = 0, 1, 2
_WORDS = {errno.EPIPE: "nobody reads it any more", errno.EBADF: "stdout is closed"}


class UndeliveredError(Exception):
    """The answer can't be written: its reader is gone, the disk is full, stdout is closed."""


class Outlet(io.FileIO):
    """A descriptor that is written to until it fails; then nothing more is tried.

    `why` says what went wrong, and is None as long as all is well. With `must_arrive` the first
    failure raises UndeliveredError.
    """

    def __init__(self, descriptor: int, *, must_arrive: bool, why: str | None = None) -> None:
        super().__init__(descriptor, "w", closefd=False)
        self.why, self.must_arrive = why, must_arrive

    def write(self, text: Buffer, /) -> int:
        """Write bytes; after a failure swallow them, so that the last flush does not fail again."""
        if self.why is None:
            try:
                return super().write(text) or 0
            except OSError as error:
                self.why = _WORDS.get(error.errno or 0) or error.strerror or str(error)
        if self.must_arrive:
            self.must_arrive = False
            raise UndeliveredError(self.why)
        return memoryview(text).nbytes


class Streams:
    """What this process writes to. `notes` is where stderr leads, if it was taken over."""

    def __init__(self, notes: Outlet | None = None) -> None:
        self.notes = notes

    def flush(self) -> None:
        """Bring out what waits in buffers. Raises UndeliveredError where an answer is lost."""
        for stream in (sys.stdout, sys.stderr):
            stream.flush()

    @property
    def notes_lost(self) -> bool:
        """Whether something was meant for stderr that did not arrive there."""
        return self.notes is not None and self.notes.why is not None


def take_over() -> Streams:
    """Give answers a descriptor of their own, if stdout is this process's own stdout.

    Where somebody has put another stream in its place, as tests do, nothing is touched.
    """
    if sys.stdout is not sys.__stdout__ or sys.stderr is not sys.__stderr__:
        return Streams()
    is_open = {one: _is_open(one) for one in (STDIN, STDOUT, STDERR)}
    for descriptor, was_open in is_open.items():
        if not was_open:
            _fill(descriptor)
    encodings = [one.encoding if one else "utf-8" for one in (sys.stdout, sys.stderr)]
    private = os.dup(STDOUT)
    os.dup2(STDERR, STDOUT)
    answers = Outlet(
        private, must_arrive=True, why=None if is_open[STDOUT] else _WORDS[errno.EBADF]
    )
    notes = Outlet(STDERR, must_arrive=False)
    # Both names: what asks a terminal for its width asks the second.
    out, err = _text(answers, encodings[0]), _text(notes, encodings[1], NotesText)
    sys.stdout = sys.__stdout__ = out  # type: ignore[misc]
    sys.stderr = sys.__stderr__ = err  # type: ignore[misc]
    return Streams(notes)


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


def _fill(descriptor: int) -> None:
    """Put the null device in the place of a descriptor that is closed."""
    null = os.open(os.devnull, os.O_RDWR)
    if null != descriptor:
        os.dup2(null, descriptor)
        os.close(null)


_PROGRESS = ("\r\x1b[K", "\r")
"""How a line of progress begins that takes the place of the one before, or wipes it."""


class NotesText(io.TextIOWrapper):
    """What is said beside the answer: names in it steer no terminal and command no CI service."""

    def write(self, text: str, /) -> int:
        """Write lines of text; a return at their start, as progress has it, stays one."""
        start = next((one for one in _PROGRESS if text.startswith(one)), "")
        return super().write(start + harmless(text.removeprefix(start)))


def write_commands(text: str, stream: TextIO) -> None:
    """Write what is meant for a CI service, every character as it is."""
    if isinstance(stream, NotesText):
        io.TextIOWrapper.write(stream, text)
    else:
        stream.write(text)
    stream.flush()


def _text(
    outlet: Outlet, encoding: str, kind: type[io.TextIOWrapper] = io.TextIOWrapper
) -> io.TextIOWrapper:
    """Wrap an outlet as Python wraps its own; a mark that the encoding lacks becomes `?`."""
    is_prompt = outlet.isatty() or outlet.fileno() == STDERR
    return kind(io.BufferedWriter(outlet), encoding, errors="replace", line_buffering=is_prompt)
