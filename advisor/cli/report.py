"""`advisor report`: everything on one page, to be looked at, printed or sent."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from advisor.answers.recommend.answer import Wish
from advisor.answers.recommend.solver import Effort
from advisor.answers.report.answer import OPTIONAL
from advisor.api.bounds import DEFAULT_DRAWS, DEFAULT_SECONDS, check_draws, check_seconds
from advisor.api.checked import AskedCheck
from advisor.api.days import as_date
from advisor.api.locking import use_of
from advisor.api.paid import read_paid
from advisor.api.report import AskedReport, report_file
from advisor.cli.check import tables_beside
from advisor.cli.chromium import find_chromium, print_pdf
from advisor.cli.completion import beginning
from advisor.cli.exits import say
from advisor.cli.here import here
from advisor.cli.options import (
    Actuals,
    AsJson,
    AsOf,
    AssumeCancelled,
    Draws,
    FileArgument,
    FrozenOption,
    LockedOption,
    SearchSeconds,
    Seed,
    Today,
)
from advisor.cli.recommend import Progress
from advisor.cli.screen import emit
from advisor.cli.trial_flags import trials_of
from advisor.cli.whole_files import check_places, whole_file, write_file
from advisor.errors import InputError
from advisor.output.report.as_html import render_html
from advisor.output.report.as_json import render_json
from advisor.output.report.as_markdown import render_markdown
from advisor.safe_text import harmless, steerless
from advisor.tables.report import Report

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)

PDF = ".pdf"
MOST_DRAWS = 1_000_000
_QUIET_SECONDS = 5.0


def _page(answer: Report) -> str:
    """Write the page: nothing in it steers; no CI service reads commands from it."""
    return steerless(render_html(answer))


_WRITERS: Mapping[str, Callable[[Report], str]] = {
    ".html": _page,
    ".md": lambda answer: harmless(render_markdown(answer)),
    ".json": lambda answer: harmless(render_json(answer)),
}


def _parts(incomplete: str) -> list[str]:
    """Complete what may be left out."""
    return beginning(OPTIONAL, incomplete)


@app.command("report")
def command(
    file: FileArgument = None,
    base: Annotated[
        str | None,
        typer.Option(help="A revision or a file: adds what changed.", metavar="REV|FILE"),
    ] = None,
    actuals: Actuals = None,
    columns: Annotated[
        str | None, typer.Option(help="Columns of those tables, as `advisor check` has them.")
    ] = None,
    trials: Annotated[
        Path | None, typer.Option(help="A table of your own trials: adds what they say.")
    ] = None,
    without: Annotated[
        list[str] | None,
        typer.Option(
            help=f"Leave a part out: {', '.join(OPTIONAL)}; repeatable.",
            autocompletion=_parts,
        ),
    ] = None,
    time_limit: SearchSeconds = DEFAULT_SECONDS,
    locked: LockedOption = False,
    frozen: FrozenOption = False,
    as_of: AsOf = None,
    assume_cancelled: AssumeCancelled = None,
    today: Today = None,
    draws: Draws = DEFAULT_DRAWS,
    seed: Seed = 1,
    as_json: AsJson = False,
    output: Annotated[
        list[Path] | None,
        typer.Option(
            "-o",
            "--output",
            help="Where to, its kind by its ending: .html, .pdf (printed by an installed "
            "Chromium), .md, .json; repeatable. Without it Markdown goes to stdout.",
        ),
    ] = None,
) -> None:
    """One page for those who decide: ranges, budget, best mix, risks, prices and assumptions."""
    _check(draws, seed, time_limit, without or ())
    files = [(path, _ending(path)) for path in output or ()]
    browser = find_chromium() if any(ending == PDF for _, ending in files) else ""
    around, progress = here(), Progress()
    began = time.monotonic()

    def tell(part: str) -> None:
        """Say what is made next, where it has taken long so far."""
        progress.done()
        if time.monotonic() - began > _QUIET_SECONDS:
            say(f"next: {part}")

    asked = AskedReport(
        checking=AskedCheck(
            today=as_date(today, flag="--today") or around.clock(),
            draws=draws,
            seed=seed,
            base=base,
            as_of=as_date(as_of),
            paid=read_paid(actuals or (), columns, around),
            use=use_of(locked=locked, frozen=frozen),
            assume_cancelled=assume_cancelled or (),
        ),
        trials=None if trials is None else trials_of(trials, None, None),
        trials_file="" if trials is None else str(trials),
        wish=Wish(effort=Effort(seconds=time_limit, progress=progress.hear), tell=progress.tell),
        without=frozenset(without or ()),
        tell=tell,
    )
    try:
        answer, made_from = report_file(file, asked, around)
    finally:
        progress.done()
    beside = [*tables_beside(actuals or (), base), *([] if trials is None else [trials])]
    check_places([path for path, _ in files], [*made_from, *beside])
    _write(answer, files, browser)
    if as_json or not files:
        emit(render_json(answer) if as_json else render_markdown(answer))


def _check(draws: int, seed: int, seconds: float, without: Sequence[str]) -> None:
    check_draws(draws, seed)
    if draws > MOST_DRAWS:
        raise InputError.of(f"{draws:,}: from 0 to {MOST_DRAWS:,}", key="--draws")
    check_seconds(seconds)
    for part in without:
        if part not in OPTIONAL:
            raise InputError.of(f"{part!r} is not one of {', '.join(OPTIONAL)}", key="--without")


def _ending(path: Path) -> str:
    kinds = (*_WRITERS, PDF)
    if path.suffix not in kinds:
        message = f"can't tell the format of {path}: use {', '.join(kinds)}"
        raise InputError.of(message, key="-o")
    return path.suffix


def _write(answer: Report, files: Sequence[tuple[Path, str]], browser: str) -> None:
    """Write each file whole or not at all."""
    for path, ending in files:
        if ending == PDF:
            with whole_file(path) as part:
                print_pdf(_page(answer), part, browser)
        else:
            write_file(path, _WRITERS[ending](answer))
        say(f"wrote {path}")
