"""Where answers go: stdout in one format, files in the format of their ending."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import MappingProxyType

from advisor.cli.exits import say
from advisor.cli.screen import WIDTH, Format, Screen, emit, screen
from advisor.errors import InputError
from advisor.units import YEARS

ENDINGS = {
    ".txt": Format.TABLE, ".json": Format.JSON, ".csv": Format.CSV, ".md": Format.MARKDOWN,
}  # fmt: skip


Renderer = Callable[[Screen], str]


def write_answers(
    renderers: Mapping[Format, Renderer],
    chosen: Format,
    files: Sequence[Path],
    *,
    more: Mapping[str, Renderer] = MappingProxyType({}),
) -> None:
    """Print the answer in the format chosen, and write each file in the format of its ending.

    `more` are endings that this answer alone has, and that go before the usual ones. A file is
    whole or not there: it is written beside its place and moved. Raises InputError for an ending
    that no format has, before anything is written.
    """
    kinds = {**more, **{ending: renderers[one] for ending, one in ENDINGS.items()}}
    wanted = [next((e for e in kinds if path.name.endswith(e)), None) for path in files]
    for path, ending in zip(files, wanted, strict=True):
        if ending is None:
            message = f"can't tell the format of {path}: use {', '.join(kinds)}"
            raise InputError.of(message, key="-o")
    for path, ending in zip(files, wanted, strict=True):
        write_file(path, kinds[ending or ""](Screen(WIDTH, colour=False)))
        say(f"wrote {path}")
    emit(renderers[chosen](screen()))


def write_file(path: Path, text: str) -> None:
    """Write a file that is whole or not there. Raises InputError where it can't be written."""
    with (
        whole_file(path) as part,
        part.open("w", encoding="utf-8", errors="replace", newline="") as stream,
    ):
        stream.write(text)


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a place beside a file to write it in, and put it there once it is whole.

    Whatever ends the writing before, the old file stays as it was; each run has a place of its own.
    A link is written through, and a file that is there keeps its mode. Raises InputError where it
    can't be written.
    """
    part, shown = None, str(path)
    try:
        path = path.resolve()
        mode = path.stat().st_mode & 0o7777 if path.exists() else 0o644
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        os.close(handle)
        part = Path(name)
        yield part
        part.chmod(mode)
        part.replace(path)
    except OSError as error:
        why = error.strerror or str(error)
        raise InputError.of(f"can't be written: {why}", file=shown) from None
    finally:
        if part is not None:
            part.unlink(missing_ok=True)


def as_date(text: str | None, *, flag: str = "--as-of") -> date | None:
    """Read a day that was typed after a flag."""
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise InputError.of(f"{text!r} is not a date: write YYYY-MM-DD", key=flag) from None
    if day.year not in YEARS:
        raise InputError.of(f"{text} is not in the years {YEARS[0]} to {YEARS[-1]}", key=flag)
    return day
