"""Names that were typed to counted files: read, counted, and what was skipped."""

import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import NamedTuple

from advisor.answers.tokens.answer import CountedFile
from advisor.answers.tokens.counting import count_tokens
from advisor.answers.tokens.model_tokens import kind_of
from advisor.errors import Fault, InputError
from advisor.load.text_files import (
    NotTextError,
    Readable,
    TextFile,
    find_text_files,
    text_blocks,
)
from advisor.model.tokenizer import Kind
from advisor.tables.tokens import Skipped


class CountedFiles(NamedTuple):
    """What was counted, in the order named, and what was not; of that `odd` is no file at all."""

    files: Sequence[CountedFile]
    skipped: Sequence[Skipped]
    paths: Sequence[Path]
    """Everything that was looked into, but for standard input."""
    odd: Sequence[Skipped] = ()


def count_files(
    names: Sequence[str], *, kind: Kind | None = None, with_ignored: bool = False
) -> CountedFiles:
    """Count files, folders, globs and `-` by `o200k_base`; `kind` is that of all texts.

    Raises InputError naming everything that is not there or cannot be read, and where nothing at
    all is text.
    """
    faults: list[Fault] = []
    counted: list[CountedFile] = []
    skipped: list[Skipped] = []
    odd: list[Skipped] = []
    found = find_text_files(names, with_ignored=with_ignored)
    for file in found:
        if file.odd:
            odd.append(Skipped(file.shown, file.odd))
            continue
        try:
            size, tokens = _count(file)
            counted.append(CountedFile(file.shown, kind or kind_of(file.shown), size, tokens))
        except NotTextError as error:
            skipped.append(Skipped(file.shown, str(error)))
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            faults.append(Fault(file.shown, 0, 0, "", f"cannot be read: {reason}"))
    if faults:
        raise InputError(faults)
    skipped += odd
    if not counted:
        why = f"; {skipped_words(skipped)}" if skipped else ""
        raise InputError.of(f"there is nothing to count{why}")
    paths = [file.path for file in found if file.path is not None]
    return CountedFiles(counted, skipped, paths, odd)


def skipped_words(skipped: Sequence[Skipped]) -> str:
    """Say what was skipped and why, in one line; the first few by name."""
    told = ", ".join(f"{one.file} ({one.reason})" for one in skipped[:5])
    more = f" and {len(skipped) - 5:,} more" if len(skipped) > 5 else ""
    verb = "is" if len(skipped) == 1 else "are"
    return f"skipped {len(skipped):,} that {verb} not text: {told}{more}"


def _count(file: TextFile) -> tuple[int, int]:
    """Return bytes and tokens."""
    opened = nullcontext(sys.stdin.buffer) if file.path is None else file.path.open("rb")
    with opened as stream:
        measured = _Measured(stream)
        tokens = count_tokens(text_blocks(measured))
    return measured.bytes, tokens


class _Measured:
    """A stream that knows how much was read of it."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        self.bytes = 0

    def read(self, size: int, /) -> bytes:
        """Read at most so many bytes; none at the end."""
        raw = self._stream.read(size)
        self.bytes += len(raw)
        return raw
