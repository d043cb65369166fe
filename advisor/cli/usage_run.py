"""`advisor usage` once its words are known: read, price, write. Loads little, and late."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from advisor.answers.usage.answer import AskedDays, Gathered, gather, usage_answer
from advisor.cli.exits import say
from advisor.cli.screen import Format, Screen, emit, screen
from advisor.cli.usage_flags import UsageFlags, day_of, dimensions, zone_of
from advisor.cli.usage_places import missing, places_asked, rates_path, store_path
from advisor.errors import InputError, MissingError, did_you_mean
from advisor.load.rate_file import rates_from
from advisor.load.usage.reading import read_usage
from advisor.load.usage.store import forget
from advisor.model.rates import RateBook
from advisor.model.usage import Kind, Usage
from advisor.tables.usage import DETAIL, UsageAnswer

ON_SCREEN = ("source", "model")
_PAUSE = 0.2
"""Seconds between two words about how far the reading is."""


def run(flags: UsageFlags, environment: Mapping[str, str]) -> None:
    """Answer. Raises InputError for wrong words, MissingError where nothing was found."""
    if flags.forget:
        _forget(flags, environment)
        return
    if flags.warehouse is not None:
        there: Any = import_module("advisor.cli.usage_warehouse")
        gathered = there.gathered_there(flags, environment, asked_of(flags), wanted_of(flags))
    else:
        gathered = gathered_from(flags, environment)
    for warning in gathered.usage.warnings:
        say(f"note: {warning}")
    _write(flags, gathered, environment)


def gathered_from(flags: UsageFlags, environment: Mapping[str, str]) -> Gathered:
    """Read what was asked for and add it up."""
    asked = asked_of(flags)
    dimensions(flags.by, ON_SCREEN)  # a wrong word ends it before anything is read
    usage = _read(flags, environment)
    book = rate_book(environment, may_write=not flags.no_store)
    return gather(usage, book, asked._replace(plan_of=plans_of(flags, book)))


def asked_of(flags: UsageFlags) -> AskedDays:
    """Read the days that are asked about. Raises InputError."""
    since, until = day_of(flags.since, "--since"), day_of(flags.until, "--until")
    if since and until and since > until:
        raise InputError.of(f"{until} is before --since {since}", key="--until")
    return AskedDays(zone_of(flags.timezone), since, until)


def wanted_of(flags: UsageFlags) -> list[tuple[str, ...]]:
    """Return every grouping of rows that the answer and its files will ask for."""
    endings = {ending for one in flags.files for ending in _BY_ENDING if one.endswith(ending)}
    defaults = {_DEFAULTS[flags.format], *(_BY_ENDING[one] for one in endings)}
    if any(one.endswith(_FOCUS) for one in flags.files):
        defaults |= {import_module("advisor.output.usage.focus").DIMENSIONS}
    return [dimensions((), one) if one not in _FREE else dimensions(flags.by, one)
            for one in sorted(defaults)]  # fmt: skip


def plans_of(flags: UsageFlags, book: RateBook) -> Callable[[Kind], str]:
    """Read `SOURCE=PLAN`, several times, to the plan that a source's calls were made on."""
    found = {}
    for text in flags.plans:
        source, mark, plan = text.partition("=")
        if not mark:
            raise InputError.of(f"{text!r}: write SOURCE=PLAN", key="--plan")
        if plan not in book.plans:
            hint = did_you_mean(plan, book.plans)
            raise InputError.of(f"{plan!r} is not a plan", key="--plan", hint=hint)
        found[source] = plan
    return lambda kind: found.get(kind.source, "")


def rate_book(environment: Mapping[str, str], *, may_write: bool) -> RateBook:
    """Return the rates of the price tables, from a file where one has them."""
    return RateBook(rates_from(rates_path(environment), _made_rates, may_write=may_write))


def _made_rates() -> Mapping[str, Any]:
    """Read the price tables, which takes longer than all the rest."""
    read: Any = import_module("advisor.load.price_book").read_price_book
    rates: Any = import_module("advisor.answers.usage.rates").rates_of
    made: Mapping[str, Any] = rates(read())
    return made


def _read(flags: UsageFlags, environment: Mapping[str, str]) -> Usage:
    if flags.merge:
        merging: Any = import_module("advisor.cli.usage_merge")
        merged: Usage = merging.merged(flags)
        return merged
    places = places_asked(flags, environment)
    progress = _Progress(environment)
    try:
        usage = read_usage(places, store=store_path(flags, environment), progress=progress.tell)
    finally:
        progress.end()
    faults = missing(flags, {kind.home for kind in usage.calls.kinds})
    if faults:
        raise InputError(faults)
    if not usage.files and not len(usage.calls):
        where = sorted({place.home or place.root for place in places})
        raise MissingError.of(
            f"no log of any agent was found in {', '.join(where)}",
            hint="say where: --home DIR, --claude-code DIR, or name exports as PATH",
        )
    return usage


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
    path = store_path(flags, environment)
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
    is_dumb = environment.get("TERM") == "dumb" or not _can_draw()
    said: str = text.render_text(
        answer, width=shown.width, colour=shown.colour and not is_dumb, is_dumb=is_dumb,
        is_brief=flags.brief,
    )  # fmt: skip
    return said


def _can_draw() -> bool:
    """Tell whether stdout takes more than letters."""
    return "utf" in (getattr(sys.stdout, "encoding", "") or "utf").lower()
