"""`advisor check`: every limit held or broken, for people and for CI."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from advisor.api.bounds import DEFAULT_DRAWS, check_draws
from advisor.api.checked import AskedCheck, check_files
from advisor.api.days import as_date
from advisor.api.locking import use_of
from advisor.api.paid import read_paid
from advisor.cli.answers import write_answers
from advisor.cli.completion import options
from advisor.cli.here import here
from advisor.cli.options import (
    Actuals,
    AsJson,
    AsOf,
    Draws,
    FormatOption,
    FrozenOption,
    LockedOption,
    Seed,
    Today,
)
from advisor.cli.screen import Format
from advisor.cli.streams import write_commands
from advisor.errors import BROKEN, InputError, MissingError
from advisor.limit_names import LIMITS
from advisor.load.bills.reading import tables_at
from advisor.output import csv
from advisor.output.check.annotations import render_annotations, render_outputs
from advisor.output.check.comment import MOST_BYTES, render_comment
from advisor.output.check.formats import limit_table, render_json, render_text
from advisor.output.check.reports import render_gitlab, render_junit, render_sarif
from advisor.safe_text import harmless
from advisor.tables.check import FAIL, UNKNOWN, Check

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)


class Annotate(StrEnum):
    """Whose annotations are printed beside the answer."""

    AUTO = "auto"
    GITHUB = "github"
    NONE = "none"


@app.command("check")
def command(
    files: Annotated[
        list[Path] | None, typer.Argument(help="The teams' files.", show_default=False)
    ] = None,
    base: Annotated[
        str | None,
        typer.Option(
            help="A revision or a file: adds the change and its causes.", metavar="REV|FILE"
        ),
    ] = None,
    actuals: Actuals = None,
    columns: Annotated[
        str | None,
        typer.Option(
            help="Columns of those tables: month=…,cost=…; biller==NAME of all rows; "
            "only=COLUMN:VALUE, not=COLUMN:VALUE."
        ),
    ] = None,
    option: Annotated[
        str | None,
        typer.Option(
            help="Hold this option, or `recommended`, in place of the decided mix.",
            autocompletion=options,
        ),
    ] = None,
    annotate: Annotated[
        Annotate, typer.Option(help="Annotations: by themselves where GITHUB_ACTIONS is true.")
    ] = Annotate.AUTO,
    exit_zero: Annotated[
        bool, typer.Option("--exit-zero", help="End with 0 though limits are broken.")
    ] = False,
    brief: Annotated[bool, typer.Option("--brief", help="The sentences alone.")] = False,
    locked: LockedOption = False,
    frozen: FrozenOption = False,
    as_of: AsOf = None,
    today: Today = None,
    draws: Draws = DEFAULT_DRAWS,
    seed: Seed = 1,
    format_: FormatOption = Format.TABLE,
    as_json: AsJson = False,
    output: Annotated[
        list[Path] | None,
        typer.Option(
            "-o",
            "--output",
            help="Write to a file, its kind by its ending (also .sarif, .junit.xml, .gitlab.json); "
            "repeatable.",
        ),
    ] = None,
) -> int:
    """Every limit of a file held or broken: exit 0, or 1 where one is broken."""
    check_draws(draws, seed)
    around = here()
    given = AskedCheck(
        today=as_date(today, flag="--today") or around.clock(),
        draws=draws,
        seed=seed,
        base=base,
        option=option,
        as_of=as_date(as_of),
        paid=read_paid(actuals or (), columns, around),
        use=use_of(locked=locked, frozen=frozen),
    )
    found = check_files(files or (), given, around)
    answer = Check([one.check for one in found])
    chosen = Format.JSON if as_json else format_
    write_answers(
        {
            Format.TABLE: lambda screen: render_text(
                answer,
                width=screen.width,
                colour=screen.colour,
                brief=brief,
                blocks=screen.blocks,
            ),
            Format.JSON: lambda _: render_json(answer),
            Format.CSV: lambda _: csv.render_table(limit_table(answer)),
            Format.MARKDOWN: lambda _: render_comment(answer),
        },
        chosen,
        output or [],
        inputs=[
            *(path for one in found for path in one.files),
            *tables_beside(actuals or (), base),
        ],
        more={
            ".sarif": lambda _: render_sarif(answer),
            ".sarif.json": lambda _: render_sarif(answer),
            ".junit.xml": lambda _: render_junit(answer),
            ".gitlab.json": lambda _: render_gitlab(answer),
        },
    )
    _tell_github(answer, annotate, on_stdout=chosen is Format.TABLE)
    return _end(answer, exit_zero=exit_zero)


def tables_beside(actuals: Sequence[Path], base: str | None) -> list[Path]:
    """Return the tables of what was paid, and a base that is a file."""
    tables = [table for path in actuals for table in tables_at(path)]
    return [*tables, *map(Path, filter(None, [base]))]


def _tell_github(answer: Check, annotate: Annotate, *, on_stdout: bool) -> None:
    """Print annotations, and hand the summary and the outputs to the job that runs this."""
    if annotate is Annotate.NONE:
        return
    runs_there = os.environ.get("GITHUB_ACTIONS") == "true"
    if annotate is Annotate.GITHUB or runs_there:
        told = render_annotations(answer)
        write_commands(told, sys.stdout if on_stdout else sys.stderr)
    if runs_there:
        summary = harmless(render_comment(answer)).encode()
        if len(summary) > MOST_BYTES:
            summary = b"Too long for a summary: see the log of the job.\n"
        _append(os.environ.get("GITHUB_STEP_SUMMARY"), summary)
        _append(os.environ.get("GITHUB_OUTPUT"), render_outputs(answer).encode())


def _append(name: str | None, content: bytes) -> None:
    if name:
        try:
            with Path(name).open("ab") as stream:
                stream.write(content)
        except OSError as error:
            raise InputError.of(f"can't be written: {error.strerror}", file=name) from None


def _end(answer: Check, *, exit_zero: bool) -> int:
    if exit_zero or answer.status not in {FAIL, UNKNOWN}:
        return 0
    unknown = {line.limit for file in answer.files for line in file.lines if line.status == UNKNOWN}
    if answer.status == FAIL or any(one in LIMITS and LIMITS[one].needs for one in unknown):
        return BROKEN
    raise MissingError("can't be held: " + ", ".join(sorted(unknown)))
