"""A file's text, safely: of a bounded size, UTF-8, with no NUL in it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from advisor.errors import Fault, InputError, did_you_mean
from advisor.load.document import Mark

MAX_BYTES = 1024 * 1024


def bytes_of(path: Path, file: str) -> bytes:
    """Read a file that is not too large. Raises InputError, and OSError as the system does."""
    if path.is_dir():
        raise InputError.of("is a directory, not a file", file=file)
    with path.open("rb") as stream:
        if os.fstat(stream.fileno()).st_size > MAX_BYTES:
            raise _too_large(file)
        return stream.read(MAX_BYTES + 1)  # a pipe has no size, and may never end


def content_of(path: Path, file: str) -> bytes:
    """Read a file's bytes; `file` is its name in faults. Raises InputError where it can't be."""
    try:
        return bytes_of(path, file)
    except FileNotFoundError:
        hint = near_names(path)
        raise InputError.of("there is no such file", file=file, hint=hint) from None
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise InputError.of(f"cannot be read: {reason}", file=file) from None


def _too_large(file: str) -> InputError:
    return InputError.of(f"is larger than {MAX_BYTES // 1024**2} MiB", file=file)


def top_of(folder: Path) -> Path:
    """Return the top of the repository that a folder lies in, else the folder, in full."""
    full = folder.resolve()
    return checkout_of(full) or full


def checkout_of(folder: Path) -> Path | None:
    """Return the nearest folder with a `.git` at or above one that is given in full."""
    return next((one for one in (folder, *folder.parents) if (one / ".git").exists()), None)


def oddity(path: Path) -> str:
    """Say what stands there in place of a file or folder; empty where either does.

    What is neither may never end, so that it is not even opened.
    """
    try:
        mode = path.stat().st_mode
    except OSError:
        return "a link to nothing" if path.is_symlink() else ""
    if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
        return ""
    return "a pipe" if stat.S_ISFIFO(mode) else "a socket or a device"


def near_names(path: Path) -> str:
    """Say which file of the folder was probably meant."""
    try:
        return did_you_mean(path.name, sorted(entry.name for entry in path.parent.iterdir()))
    except OSError:
        return f"there is no folder `{path.parent}`"


def decoded(text: str | bytes, file: str) -> str:
    """Return text that is UTF-8 and no larger than a file may be; else raise InputError."""
    raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    if len(raw) > MAX_BYTES:
        raise _too_large(file)
    try:
        content = raw.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line, column = mark_of_end(raw[: error.start].decode("utf-8"))
        message = f"is not UTF-8 text: byte 0x{raw[error.start]:02x}"
        hint = "save the file as UTF-8"
        raise InputError([Fault(file, line, column, "", message, hint)]) from None
    if "\0" in content:
        line, column = mark_of_end(content.partition("\0")[0])
        raise InputError([Fault(file, line, column, "", "is not a text file: a NUL byte")])
    return content


def mark_of_end(text: str) -> Mark:
    """Return the line and column of whatever follows this text."""
    return text.count("\n") + 1, len(text) - text.rfind("\n")
