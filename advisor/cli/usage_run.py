"""`advisor usage` once its words are known: read, price, write. Loads little, and late."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from advisor.answers.usage.answer import Gathered, usage_answer
from advisor.api.usage_asked import dimensions
from advisor.api.usage_places import store_path
from advisor.api.usage_reading import gathered_from
from advisor.cli.exits import say
from advisor.cli.screen import Format, Screen, can_draw, emit, screen
from advisor.cli.usage_flags import UsageFlags
from advisor.errors import InputError
from advisor.load.usage.store import forget
from advisor.tables.usage import DETAIL, UsageAnswer

ON_SCREEN = ("source", "model")
_PAUSE = 0.2
"""Seconds between two words about how far the reading is."""


def run(flags: UsageFlags, environment: Mapping[str, str]) -> None:
    """Answer. Raises InputError for wrong words, MissingError where nothing was found."""
    if flags.forget:
        _forget(flags, environment)
        return
    dimensions(flags.by, ON_SCREEN)  # a wrong word ends it before anything is read
    progress = _Progress(environment)
    try:
        gathered = _gathered(flags, environment, progress)
    finally:
        progress.end()
    for warning in gathered.usage.warnings:
        say(f"note: {warning}")
    _write(flags, gathered, environment)


def _gathered(flags: UsageFlags, environment: Mapping[str, str], progress: _Progress) -> Gathered:
    if flags.asked.warehouse is None:
        return gathered_from(flags.asked, environment, progress.tell)
    there: Any = import_module("advisor.api.usage_warehouse")
    found: Gathered = there.gathered_there(flags.asked, environment, wanted_of(flags), flags.by)
    return found


def wanted_of(flags: UsageFlags) -> list[tuple[str, ...]]:
    """Return every grouping of rows that the answer and its files will ask for."""
    endings = {ending for one in flags.files for ending in _BY_ENDING if one.endswith(ending)}
    defaults = {_DEFAULTS[flags.format], *(_BY_ENDING[one] for one in endings)}
    if any(one.endswith(_FOCUS) for one in flags.files):
        defaults |= {import_module("advisor.output.usage.focus").DIMENSIONS}
    return [dimensions((), one) if one not in _FREE else dimensions(flags.by, one)
            for one in sorted(defaults)]  # fmt: skip


class _Progress:
    """Says on a terminal how far the reading is, where it takes a while."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.is_on = sys.stderr.isatty() and environment.get("TERM") != "dumb"
        self.last = time.monotonic() + 2 * _PAUSE
        self.has_said = False

    def tell(self, files: int, read: int) -> None:
        """Say how many files and bytes were read."""
        now = time.monotonic()
        if self.is_on and now - self.last > _PAUSE:
            self.last, self.has_said = now, True
            sys.stderr.write(f"\rreading logs: {files:,} files, {read / 1e6:,.0f} MB ")
            sys.stderr.flush()

    def end(self) -> None:
        """Leave the line empty."""
        if self.has_said:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def _forget(flags: UsageFlags, environment: Mapping[str, str]) -> None:
    path = store_path(flags.asked, environment)
    if path is None:
        raise InputError.of("there is nothing to forget with --no-store", key="--forget")
    if forget(path):
        say(f"forgot all calls that were kept in {path}")
    else:
        say(f"nothing was kept: there is no {path}")


def _write(flags: UsageFlags, gathered: Gathered, environment: Mapping[str, str]) -> None:
    """Print the answer, and write the files that were asked for."""
    by = {one: dimensions(flags.by, default) for one, default in _DEFAULTS.items()}

    def rendered(form: Format, shown: Screen) -> str:
        return _text(flags, usage_answer(gathered, by[form]), form, shown, environment)

    if flags.files:
        writing: Any = import_module("advisor.cli.usage_files")
        writing.write_files(flags, rendered, lambda names: usage_answer(gathered, names))
    seen = screen()
    emit(rendered(flags.format, seen), styled=seen.colour)


_DEFAULTS = {
    Format.TABLE: ON_SCREEN, Format.MARKDOWN: ON_SCREEN, Format.JSON: DETAIL, Format.CSV: DETAIL,
}  # fmt: skip


_FREE = set(_DEFAULTS.values())
"""Groupings that `--by` takes the place of."""
_FOCUS = ".focus.csv"
_BY_ENDING = {
    ".txt": ON_SCREEN, ".md": ON_SCREEN, ".json": DETAIL, ".csv": DETAIL, ".parquet": DETAIL,
}  # fmt: skip


def _text(
    flags: UsageFlags,
    answer: UsageAnswer,
    form: Format,
    shown: Screen,
    environment: Mapping[str, str],
) -> str:
    """Render an answer with what its format needs alone."""
    if form is Format.JSON:
        return str(import_module("advisor.output.usage.as_json").render_json(answer))
    if form is Format.CSV:
        return str(import_module("advisor.output.usage.flat").render_csv(answer))
    text: Any = import_module("advisor.output.usage.screen")
    if form is Format.MARKDOWN:
        return str(text.render_markdown(answer))
    is_dumb = not can_draw(environment)
    said: str = text.render_text(
        answer, width=shown.width, colour=shown.colour and not is_dumb, is_dumb=is_dumb,
        is_brief=flags.brief,
    )  # fmt: skip
    return said
