"""The files that `advisor usage -o` writes: text, Parquet, FOCUS."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from advisor.answers.usage.days import UTC
from advisor.api.usage_asked import dimensions
from advisor.cli.answers import ENDINGS
from advisor.cli.exits import say
from advisor.cli.screen import WIDTH, Format, Screen
from advisor.cli.usage_flags import UsageFlags
from advisor.cli.whole_files import check_places, whole_file, write_file
from advisor.errors import InputError
from advisor.output.usage.flat import write_parquet
from advisor.output.usage.focus import DIMENSIONS, render_focus
from advisor.safe_text import harmless
from advisor.tables.usage import DETAIL, UsageAnswer

FOCUS = ".focus.csv"
Answers = Callable[[Sequence[str]], UsageAnswer]
Render = Callable[[Format, Screen], str]
Write = Callable[[Path], None]


def write_files(flags: UsageFlags, render: Render, answer: Answers) -> None:
    """Write each file in the format of its ending. Raises InputError for one that none has."""
    writers = _writers(flags, render, answer)
    paths = [Path(text) for text in flags.files]
    wanted = [next((one for one in writers if path.name.endswith(one)), None) for path in paths]
    for path, ending in zip(paths, wanted, strict=True):
        if ending is None:
            message = f"can't tell the format of {path}: use {', '.join(writers)}"
            raise InputError.of(message, key="-o")
    if FOCUS in wanted and flags.asked.timezone != UTC:
        raise InputError.of("FOCUS has days in UTC: leave it out", key="--timezone")
    check_places(paths, ())
    for path, ending in zip(paths, wanted, strict=True):
        writers[ending or ""](path)
        say(f"wrote {path}")


def _writers(flags: UsageFlags, render: Render, answer: Answers) -> Mapping[str, Write]:
    """Return what writes a file of each ending; the first that fits is taken."""

    def as_text(form: Format) -> Write:
        return lambda path: write_file(path, harmless(render(form, Screen(WIDTH, colour=False))))

    def as_parquet(path: Path) -> None:
        with whole_file(path) as part:
            write_parquet(answer(dimensions(flags.by, DETAIL)), part)

    def as_focus(path: Path) -> None:
        found = answer(DIMENSIONS)
        write_file(path, render_focus(found))
        left_out = found.total.unpriced_calls
        if left_out:
            calls = "1 call" if left_out == 1 else f"{left_out:,} calls"
            say(f"note: {calls} without a price: not in {path}")

    return {
        FOCUS: as_focus,
        ".parquet": as_parquet,
        **{ending: as_text(form) for ending, form in ENDINGS.items()},
    }
