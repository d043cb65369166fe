"""Where answers go: stdout in one format, files in the format of their ending."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from advisor.cli.exits import say
from advisor.cli.screen import WIDTH, Format, Screen, emit, screen
from advisor.cli.whole_files import check_places, write_file
from advisor.errors import InputError
from advisor.safe_text import harmless

ENDINGS = {
    ".txt": Format.TABLE, ".json": Format.JSON, ".csv": Format.CSV, ".md": Format.MARKDOWN,
}  # fmt: skip

_PATCHES = {".patch", ".diff"}  # which have to fit the file byte for byte


Renderer = Callable[[Screen], str]


def write_answers(
    renderers: Mapping[Format, Renderer],
    chosen: Format,
    files: Sequence[Path],
    *,
    inputs: Iterable[Path] = (),
    more: Mapping[str, Renderer] = MappingProxyType({}),
) -> None:
    """Print the answer in the format chosen, and write each file in the format of its ending.

    `more` are endings that this answer alone has, and that go before the usual ones; `inputs` are
    the files it was made from. A file is whole or not there: it is written beside its place and
    moved. Raises InputError for an ending that no format has, and for a place that is an input or
    no file, before anything is written.
    """
    kinds = {**more, **{ending: renderers[one] for ending, one in ENDINGS.items()}}
    wanted = [next((e for e in kinds if path.name.endswith(e)), None) for path in files]
    for path, ending in zip(files, wanted, strict=True):
        if ending is None:
            message = f"can't tell the format of {path}: use {', '.join(kinds)}"
            raise InputError.of(message, key="-o")
    check_places(files, inputs)
    for path, ending in zip(files, wanted, strict=True):
        text = kinds[ending or ""](Screen(WIDTH, colour=False))
        write_file(path, text if ending in _PATCHES else harmless(text))
        say(f"wrote {path}")
    seen = screen()
    emit(renderers[chosen](seen), styled=seen.colour)
